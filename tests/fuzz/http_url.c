/* http_url.c: fuzzes addresses of the web: what is read keeps its bounds, and where we may go libcurl would go too, and nowhere else. */
#include "adapters/kit/http_url.h"

#include <curl/curl.h>
#include <stdlib.h>
#include <string.h>

#include "bot/base/arena.h"
#include "tests/fuzz/kit/fuzz.h"

enum { ARENA_BYTES = 1 << 20 };

static const char *const domains[] = {"slack.com", "slack-gov.com"};
static const struct http_places real = {.domains = domains, .domain_count = 2};
static const struct http_places test = {.domains = domains, .domain_count = 2, .loopback = true};

static void check_parts(const char *text, const struct http_url *url) {
  FUZZ_MUST(url->path[0] == '/' && url->path > text && url->path <= text + strlen(text), "the path \"%s\" is no part of it", url->path);
  FUZZ_MUST(url->port > 0 && url->port <= 65535 && url->host[0] != '\0', "%s:%d", url->host, url->port);
  FUZZ_MUST(strpbrk(url->host, "@/\\:#? ") == NULL, "the host \"%s\"", url->host);
  FUZZ_MUST(!http_url_allowed(url, &real) || (url->is_tls && http_url_allowed(url, &test)), "without TLS to %s", url->host);
}

static void check_part(CURLU *handle, CURLUPart part, const char *ours) {
  char *theirs = NULL;
  CURLUcode code = curl_url_get(handle, part, &theirs, CURLU_DEFAULT_PORT);
  FUZZ_MUST(code == CURLUE_OK && strncasecmp(ours, theirs, strlen(theirs)) == 0, "we read \"%s\", libcurl \"%s\"", ours, code == CURLUE_OK ? theirs : "nothing");
  FUZZ_MUST(part == CURLUPART_PATH || strlen(ours) == strlen(theirs), "we read \"%s\", libcurl \"%s\"", ours, theirs);
  curl_free(theirs);
}

/* libcurl is given the whole text: it must not find another host in it. What it refuses leads nowhere. */
static void check_reader(const char *text, const struct http_url *url) {
  char port[8];
  CURLU *handle = curl_url();
  FUZZ_MUST(handle != NULL, "no memory");
  (void)snprintf(port, sizeof port, "%d", url->port);
  if (curl_url_set(handle, CURLUPART_URL, text, CURLU_PATH_AS_IS) == CURLUE_OK) {
    check_part(handle, CURLUPART_HOST, url->host);
    check_part(handle, CURLUPART_PORT, port);
    check_part(handle, CURLUPART_PATH, url->path);
  }
  curl_url_cleanup(handle);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes) {
  struct http_url url;
  struct arena *arena = arena_new(ARENA_BYTES);
  const char *text = arena_text_n(arena, (const char *)data, strnlen((const char *)data, bytes));
  err_note_clear();
  if (http_url_parse(text, &url) != ERR_NONE) {
    FUZZ_MUST(err_note_text()[0] != '\0', "refused without a reason");
  } else {
    check_parts(text, &url);
    if (http_url_allowed(&url, &test) && !url.is_ws) check_reader(text, &url);
  }
  (void)arena_free(arena);
  return 0;
}
