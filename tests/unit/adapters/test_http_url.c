/* test_http_url.c: addresses are read in one way or not at all, and lead only where they may. */
#include <criterion/criterion.h>
#include <string.h>

#include "adapters/kit/http_url.h"

TestSuite(http_url);

static const char *const domains[] = {"slack.com", "slack-gov.com"};
static const struct http_places real = {.domains = domains, .domain_count = 2};
static const struct http_places test = {.domains = domains, .domain_count = 2, .loopback = true};

static const struct {
  const char *url;
  bool reads, real, test;
} rows[] = {
  {"https://slack.com/api/", true, true, true},
  {"wss://wss-primary.slack.com/link/?ticket=1&app_id=2", true, true, true},
  {"https://FILES.Slack.com/upload/v1/x", true, true, true},
  {"https://slack-gov.com:443/api/", true, true, true},
  {"https://slack.com:8443/api/", true, false, false},
  {"http://slack.com/api/", true, false, false},
  {"ws://slack.com/link", true, false, false},
  {"https://evilslack.com/api/", true, false, false},
  {"https://slack.com.evil.example/api/", true, false, false},
  {"https://slack.com@evil.example/api/", false, false, false},
  {"https://evil.example\\@slack.com/", false, false, false},
  {"https://evil.example#slack.com/", false, false, false},
  {"https://slack.com", false, false, false},
  {"https://slack.com?x=/", false, false, false},
  {"https:///api/", false, false, false},
  {"https://slack.com:/api/", false, false, false},
  {"https://slack.com:70000/api/", false, false, false},
  {"ftp://slack.com/", false, false, false},
  {"https://slack.com/a b", false, false, false},
  {"https://sl\xc3\xa4"
   "ck.com/",
   false, false, false},
  {"http://127.0.0.1:8123/api/", true, false, true},
  {"ws://127.0.0.1:8123/link?ticket=1", true, false, true},
  {"http://127.0.0.1.evil.example/", true, false, false},
  {"http://localhost:1/", true, false, false},
};

Test(http_url, leads_only_where_it_may) {
  for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
    struct http_url url;
    err_note_clear();
    bool reads = http_url_parse(rows[i].url, &url) == ERR_NONE;
    cr_expect_eq(reads, rows[i].reads, "%s", rows[i].url);
    cr_expect_eq(reads && http_url_allowed(&url, &real), rows[i].real, "%s", rows[i].url);
    cr_expect_eq(reads && http_url_allowed(&url, &test), rows[i].test, "%s, in tests", rows[i].url);
  }
}

Test(http_url, takes_it_apart) {
  struct http_url url;
  cr_assert_eq(http_url_parse("wss://A.slack.com/link/?x=1", &url), ERR_NONE);
  cr_expect(url.is_tls && url.is_ws);
  cr_expect_str_eq(url.host, "a.slack.com");
  cr_expect_str_eq(url.path, "/link/?x=1");
  cr_expect_eq(url.port, 443);
}

Test(http_url, a_proxy_is_a_host_and_a_port) {
  static const char *const bad[] = {"", ":", "proxy", "proxy:", ":3128", "proxy:0", "proxy:65536", "proxy:31 28", "a@proxy:3128", "proxy:3128/", "[::1]:3128"};
  char host[HTTP_HOST_BYTES_MAX + 1];
  int port;
  cr_assert(http_proxy_parse("Proxy.Example:3128", host, &port));
  cr_expect_str_eq(host, "proxy.example");
  cr_expect_eq(port, 3128);
  for (size_t i = 0; i < ARRAY_LEN(bad); i++) cr_expect_not(http_proxy_parse(bad[i], host, &port), "%s", bad[i]);
}

Test(http_url, says_nothing_of_a_secret) {
  struct http_url url;
  cr_assert_eq(http_url_parse("https://x/?ticket=SECRET here", &url), ERR_BAD_INPUT);
  cr_expect_null(strstr(err_note_text(), "SECRET"));
}
