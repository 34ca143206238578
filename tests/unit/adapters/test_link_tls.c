/* test_link_tls.c: a link with TLS, both ends of the kit: who is trusted, what is refused, and that all of it comes through. */
#include <criterion/criterion.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "adapters/kit/link_tls.h"
#include "tests/unit/adapters/link_authority.h"
#include "tests/unit/adapters/link_raw.h"
#include "tests/unit/adapters/link_world.h"

static char ca_path[96], other_ca_path[96], cert_path[96], key_path[96], other_cert_path[96], other_key_path[96];

static void begin(void) {
  struct authority authority, other;
  signal(SIGPIPE, SIG_IGN);
  world_begin();
  cr_assert_eq(chmod(token_path, 0600), 0);
  const struct { char *path; const char *name; } files[] = {{ca_path, "ca"}, {other_ca_path, "other-ca"}, {cert_path, "cert"},
    {key_path, "key"}, {other_cert_path, "other-cert"}, {other_key_path, "other-key"}};
  for (size_t i = 0; i < ARRAY_LEN(files); i++) snprintf(files[i].path, sizeof ca_path, "%s/%s", folder, files[i].name);
  authority_init(&authority, "ours", ca_path);
  authority_init(&other, "another", other_ca_path);
  authority_cert(&authority, "localhost", cert_path, key_path);
  authority_cert(&authority, "elsewhere.example", other_cert_path, other_key_path);
  authority_done(&authority);
  authority_done(&other);
}

static void end(void) {
  const char *const paths[] = {ca_path, other_ca_path, cert_path, key_path, other_cert_path, other_key_path};
  for (size_t i = 0; i < ARRAY_LEN(paths); i++) (void)unlink(paths[i]);
  world_end();
}

TestSuite(link_tls, .init = begin, .timeout = 60);

static enum err try_server(struct adapter *adapter, const char *address, const char *token, const char *cert, const char *key) {
  const struct adapter_tls tls = {.cert_file = cert, .key_file = key};
  return adapter_try_tls(adapter, address, token, &tls);
}

static void serve(struct adapter *adapter, const char *cert, const char *key, char *ret_address, size_t bytes) {
  cr_assert_eq(try_server(adapter, "wss://127.0.0.1:0", token_path, cert, key), ERR_NONE, "%s", err_note_text());
  snprintf(ret_address, bytes, "wss://localhost:%d", link_server_port(adapter->server));
}

Test(link_tls, large_messages_come_through_in_order_both_ways) {
  enum { COUNT = 60 };
  static char words[30000];
  struct adapter adapter = {.answers = true};
  struct bot bot = {.fence_one = "1.1", .acks = true};
  char address[64], id[16];
  serve(&adapter, cert_path, key_path, address, sizeof address);
  bot_start_tls(&bot, address, token_path, ca_path);
  WAIT(bot.ups == 1 && adapter.ups == 1);
  memset(words, 'w', sizeof words - 1);
  const struct card card = {.plain = words};
  for (int i = 0; i < COUNT; i++) {
    snprintf(id, sizeof id, "o%d", i);
    const struct link_frame frame = {.line = LINE_ACTION, .action = {.kind = ACTION_SEND, .id = id, .workspace = ONE, .person = "a", .card = &card}};
    cr_assert_eq(link_client_send(bot.client, &frame), ERR_NONE, "%s", err_note_text());
  }
  WAIT(bot.frames == COUNT);
  const char *at = text_str(&bot.seen);
  for (int i = 0; i < COUNT; i++) {
    snprintf(id, sizeof id, "\"o%d\"", i);
    at = strstr(at, id);
    cr_assert_not_null(at, "%s is missing, or came out of order", id);
  }
  cr_expect_eq(send_event(&adapter, ONE, "e1"), ERR_NONE);
  WAIT(adapter_saw(&adapter, "\"e1\""));
  cr_expect_eq(bot.downs, 0);
  bot_stop(&bot);
  adapter_stop(&adapter);
  end();
}

static const struct {
  const char *cert, *key, *trusted, *why;
} strangers[] = {
  {cert_path, key_path, other_ca_path, "its certificate is refused: unable to get local issuer certificate; see ca_file"},
  {cert_path, key_path, NULL, "its certificate is refused: unable to get local issuer certificate; see ca_file"},
  {other_cert_path, other_key_path, ca_path, "its certificate is refused: hostname mismatch; see ca_file"},
};

Test(link_tls, a_stranger_gets_no_hello) {
  for (size_t i = 0; i < ARRAY_LEN(strangers); i++) {
    struct adapter adapter = {0};
    struct bot bot = {.fence_one = "1.1"};
    char address[64];
    serve(&adapter, strangers[i].cert, strangers[i].key, address, sizeof address);
    bot_start_tls(&bot, address, token_path, strangers[i].trusted);
    WAIT(bot.downs == 2); /* it comes back, and is as careful */
    cr_expect_eq(bot.ups + adapter.ups, 0);
    cr_expect_str_eq(bot.note, strangers[i].why);
    bot_stop(&bot);
    adapter_stop(&adapter);
  }
  end();
}

Test(link_tls, a_wrong_token_is_4001_and_a_new_one_is_read_without_a_restart) {
  struct adapter adapter = {0};
  struct bot bot = {.fence_one = "1.1"};
  char address[64], wrong[96];
  snprintf(wrong, sizeof wrong, "%s/other", folder);
  write_file(wrong, "a-token-that-is-another\n");
  cr_assert_eq(chmod(wrong, 0600), 0);
  serve(&adapter, cert_path, key_path, address, sizeof address);
  bot_start_tls(&bot, address, wrong, ca_path);
  WAIT(bot.downs == 1);
  cr_expect_eq(bot.code, LINK_CLOSE_TOKEN);
  write_file(wrong, TOKEN "\n");
  WAIT(bot.ups == 1);
  bot_stop(&bot);
  adapter_stop(&adapter);
  end();
}

Test(link_tls, a_token_that_others_can_read_is_not_said) {
  struct adapter adapter = {0};
  struct bot bot = {.fence_one = "1.1"};
  char address[64];
  serve(&adapter, cert_path, key_path, address, sizeof address);
  cr_assert_eq(chmod(token_path, 0640), 0);
  bot_start_tls(&bot, address, token_path, ca_path);
  WAIT(bot.downs == 1);
  cr_expect(strstr(bot.note, "mode 0640") != NULL && strstr(bot.note, "chmod 600") != NULL, "%s", bot.note);
  cr_expect_eq(adapter.ups, 0);
  cr_assert_eq(chmod(token_path, 0600), 0);
  WAIT(bot.ups == 1);
  bot_stop(&bot);
  adapter_stop(&adapter);
  end();
}

/* Somebody who speaks no TLS, and somebody who says nothing at all, keep nobody else out. */
Test(link_tls, a_caller_without_tls_is_turned_away) {
  static struct raw raw;
  struct adapter adapter = {0};
  struct bot bot = {.fence_one = "1.1"};
  struct sockaddr_in name = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  char address[64];
  serve(&adapter, cert_path, key_path, address, sizeof address);
  name.sin_port = htons((uint16_t)link_server_port(adapter.server));
  int plain = socket(AF_INET, SOCK_STREAM, 0), mute = socket(AF_INET, SOCK_STREAM, 0);
  cr_assert_eq(connect(plain, (struct sockaddr *)&name, sizeof name), 0);
  cr_assert_eq(connect(mute, (struct sockaddr *)&name, sizeof name), 0);
  raw = (struct raw){.loop = &loop, .fd = plain, .masks = true};
  raw_bytes(&raw, raw_upgrade, strlen(raw_upgrade));
  bot_start_tls(&bot, address, token_path, ca_path);
  WAIT(bot.ups == 1);
  cr_expect_eq(raw_close_code(&raw), -1, "no WebSocket for it");
  raw_done(&raw);
  close(mute);
  bot_stop(&bot);
  adapter_stop(&adapter);
  end();
}

static const struct {
  const char *address, *token, *cert, *key;
  enum err err;
} servers[] = {
  {"wss://127.0.0.1:0", token_path, NULL, NULL, ERR_DENIED},
  {"wss://127.0.0.1:0", token_path, cert_path, NULL, ERR_DENIED},
  {"wss://127.0.0.1:0", NULL, cert_path, key_path, ERR_DENIED},
  {"wss://localhost:0", token_path, cert_path, key_path, ERR_BAD_INPUT},
  {"127.0.0.1:0", token_path, cert_path, key_path, ERR_BAD_INPUT},
  {"10.0.0.1:7801", token_path, cert_path, key_path, ERR_DENIED},
  {"wss://127.0.0.1:0", token_path, cert_path, other_key_path, ERR_BAD_INPUT}, /* another's key */
  {"wss://127.0.0.1:0", token_path, key_path, key_path, ERR_BAD_INPUT},
  {"wss://127.0.0.1:0", token_path, "/nowhere/cert", key_path, ERR_GONE},
  {"wss://127.0.0.1:0", token_path, cert_path, "/nowhere/key", ERR_GONE},
};

Test(link_tls, servers_that_are_refused) {
  struct adapter adapter = {0};
  for (size_t i = 0; i < ARRAY_LEN(servers); i++) {
    enum err err = try_server(&adapter, servers[i].address, servers[i].token, servers[i].cert, servers[i].key);
    cr_expect_eq(err, servers[i].err, "row %zu: %s %s", i, err_name(err), err_note_text());
  }
  cr_assert_eq(chmod(key_path, 0644), 0);
  cr_expect_eq(try_server(&adapter, "wss://127.0.0.1:0", token_path, cert_path, key_path), ERR_DENIED, "a key that others can read");
  cr_assert_eq(chmod(key_path, 0600), 0);
  cr_assert_eq(chmod(token_path, 0604), 0);
  cr_expect_eq(try_server(&adapter, "wss://127.0.0.1:0", token_path, cert_path, key_path), ERR_DENIED, "a token that others can read");
  text_done(&adapter.seen);
  end();
}

Test(link_tls, what_may_be_trusted) {
  struct ssl_ctx_st *tls = NULL;
  cr_expect_eq(link_tls_trust("/nowhere/ca", &tls), ERR_GONE);
  cr_expect_eq(link_tls_trust(token_path, &tls), ERR_BAD_INPUT, "no certificate in it");
  cr_expect_null(tls);
  cr_assert_eq(link_tls_trust(ca_path, &tls), ERR_NONE);
  tls = link_tls_free(tls);
  cr_assert_eq(link_tls_trust(NULL, &tls), ERR_NONE);
  tls = link_tls_free(tls);
  end();
}
