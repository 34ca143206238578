/* test_wire.c: a platform's server whose certificate is wrong: the wire says so, and the links beside it never notice. */
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "adapters/kit/wire.h"
#include "tests/unit/adapters/link_authority.h"
#include "tests/unit/adapters/link_world.h"

static char ca_path[96], other_ca_path[96], cert_path[96], key_path[96];
static const struct http_places places = {.loopback = true};

static void begin(void) {
  struct authority authority, other;
  (void)signal(SIGPIPE, SIG_IGN);
  world_begin();
  cr_assert_eq(chmod(token_path, 0600), 0);
  const struct { char *path; const char *name; } files[] = {{ca_path, "ca"}, {other_ca_path, "other-ca"}, {cert_path, "cert"}, {key_path, "key"}};
  for (size_t i = 0; i < ARRAY_LEN(files); i++) (void)snprintf(files[i].path, sizeof ca_path, "%s/%s", folder, files[i].name);
  authority_init(&authority, "ours", ca_path);
  authority_init(&other, "another", other_ca_path);
  authority_cert(&authority, "localhost", cert_path, key_path);
  authority_done(&authority);
  authority_done(&other);
}

static void end(void) {
  const char *const paths[] = {ca_path, other_ca_path, cert_path, key_path};
  for (size_t i = 0; i < ARRAY_LEN(paths); i++) (void)unlink(paths[i]);
  world_end();
}

TestSuite(wire, .init = begin, .timeout = 60);

struct heard {
  int opens, ends;
  char note[200];
};

static void on_open(void *who) {
  ((struct heard *)who)->opens++;
}

static void on_text(void *who, const char *data, size_t bytes) {
  (void)who, (void)data, (void)bytes;
}

static void on_heard(void *who) {
  (void)who;
}

static void on_gone(void *who, int code, const char *note) {
  struct heard *heard = who;
  (void)code;
  heard->ends++;
  (void)snprintf(heard->note, sizeof heard->note, "%s", note);
}

Test(wire, a_certificate_that_is_refused_is_told_to_the_wire_and_to_nobody_else) {
  static const struct wire_handlers handlers = {.open = on_open, .text = on_text, .heard = on_heard, .gone = on_gone};
  const struct { const char *trusted, *why; } rows[] = {
      {other_ca_path, "the certificate of 127.0.0.1 is refused: unable to get local issuer certificate"},
      {ca_path, "the certificate of 127.0.0.1 is refused: IP address mismatch"},
  };
  struct adapter adapter = {0};
  struct bot bot = {.fence_one = "1.1"};
  char address[64], url[64];
  cr_assert_eq(adapter_try_tls(&adapter, "wss://127.0.0.1:0", token_path, &(struct adapter_tls){cert_path, key_path}), ERR_NONE, "%s", err_note_text());
  (void)snprintf(address, sizeof address, "wss://localhost:%d", link_server_port(adapter.server));
  (void)snprintf(url, sizeof url, "wss://127.0.0.1:%d/", link_server_port(adapter.server));
  bot_start_tls(&bot, address, token_path, ca_path);
  WAIT(bot.ups == 1);
  for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
    struct heard heard = {0};
    struct wire *wire = NULL;
    const struct wire_options options = {.url = url, .places = &places, .ca_file = rows[i].trusted};
    cr_assert_eq(wire_open(context, &loop, &options, &handlers, &heard, &wire), ERR_NONE, "%s", err_note_text());
    WAIT(heard.ends == 1);
    cr_expect_str_eq(heard.note, rows[i].why);
    cr_expect_eq(heard.opens, 0);
  }
  cr_expect_eq(bot.downs, 0);
  bot_stop(&bot);
  adapter_stop(&adapter);
  end();
}
