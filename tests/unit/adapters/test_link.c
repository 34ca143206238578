/* test_link.c: a real client and a real server on one loop, through everything that happens to a link.
 * tidy: mirror — both ends at once belong to neither file; test_link_client.c and test_link_server.c have one each. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "tests/unit/adapters/link_world.h"

TestSuite(link, .init = world_begin, .timeout = 60);

/* hello, an event and its ack, an action and its result: the whole of a link's day. */
static void play_a_day(struct adapter *adapter, struct bot *bot) {
  WAIT(bot->ups == 1 && adapter->ups == 1);
  cr_expect(bot_saw(bot, "\"platform\":\"web\"") && bot_saw(bot, "{\"id\":\"" ONE "\",\"name\":\"One\"}") && bot_saw(bot, "\"text_max\":3000"));
  cr_expect(adapter_saw(adapter, "up " ONE "\nup " TWO "\n"));
  cr_expect(link_client_is_up(bot->client));
  cr_expect_eq(link_server_credits(adapter->server, ONE), 4);
  cr_assert_eq(send_event(adapter, ONE, "e1"), ERR_NONE);
  WAIT(bot_saw(bot, "\"id\":\"e1\""));
  cr_assert_eq(send_id(bot, LINE_ACK, "e1"), ERR_NONE);
  WAIT(adapter_saw(adapter, "{\"t\":\"ack\",\"id\":\"e1\"}"));
  cr_assert_eq(send_action(bot, ONE, "o1"), ERR_NONE);
  WAIT(adapter_saw(adapter, "\"id\":\"o1\""));
  cr_assert_eq(send_done(adapter, "o1", RESULT_SENT), ERR_NONE);
  WAIT(bot_saw(bot, "{\"t\":\"done\",\"id\":\"o1\",\"result\":\"sent\"}"));
  cr_assert_eq(send_id(bot, LINE_GOT, "o1"), ERR_NONE);
  WAIT(adapter_saw(adapter, "{\"t\":\"got\",\"id\":\"o1\"}"));
  cr_expect_eq(bot->downs, 0);
  cr_expect_eq(adapter->downs, 0);
}

Test(link, a_day_over_a_unix_socket) {
  struct adapter adapter = {0};
  struct bot bot = {0};
  adapter_start(&adapter);
  bot_start(&bot, "1.1", "1.1");
  play_a_day(&adapter, &bot);
  bot_stop(&bot);
  adapter_stop(&adapter);
  world_end();
}

/* Each hears the other's pongs: a link over which nothing is said is not taken for dead. */
Test(link, two_ends_with_nothing_to_say_stay_linked) {
  struct adapter adapter = {0};
  struct bot bot = {0};
  adapter_start(&adapter);
  bot_start(&bot, "1.1", "1.1");
  WAIT(bot.ups == 1 && adapter.ups == 1);
  uint64_t begin = uv_hrtime();
  WAIT(uv_hrtime() - begin > 8 * UINT64_C(1000000000) || bot.downs + adapter.downs > 0); /* more than LINK_HANGUP_S */
  cr_expect_eq(bot.downs, 0);
  cr_expect_eq(adapter.downs, 0);
  bot_stop(&bot);
  adapter_stop(&adapter);
  world_end();
}

static void tcp_address(const struct adapter *adapter, char *ret_address, size_t bytes) {
  cr_assert_gt(link_server_port(adapter->server), 0);
  snprintf(ret_address, bytes, "127.0.0.1:%d", link_server_port(adapter->server));
}

Test(link, a_day_over_loopback_with_a_token) {
  struct adapter adapter = {0};
  struct bot bot = {.fence_one = "1.1", .fence_two = "1.1"};
  char address[32];
  cr_assert_eq(adapter_try(&adapter, "127.0.0.1:0", token_path, false), ERR_NONE, "%s", err_note_text());
  tcp_address(&adapter, address, sizeof address);
  bot_start_at(&bot, address, token_path, 4);
  play_a_day(&adapter, &bot);
  bot_stop(&bot);
  adapter_stop(&adapter);
  world_end();
}

Test(link, a_wrong_token_is_4001) {
  struct adapter adapter = {0};
  struct bot bot = {.fence_one = "1.1", .fence_two = "1.1"};
  char address[32], other[96];
  snprintf(other, sizeof other, "%s/other", folder);
  write_file(other, "0123456789abcdef0123456789abcdeX");
  cr_assert_eq(adapter_try(&adapter, "127.0.0.1:0", token_path, false), ERR_NONE);
  tcp_address(&adapter, address, sizeof address);
  bot_start_at(&bot, address, other, 4);
  WAIT(bot.downs == 1);
  cr_expect_eq(bot.code, LINK_CLOSE_TOKEN);
  cr_expect_eq(bot.ups + adapter.ups, 0);
  write_file(other, TOKEN); /* read again at each attempt: a rotated token needs no restart */
  WAIT(bot.ups == 1);
  bot_stop(&bot);
  adapter_stop(&adapter);
  world_end();
}

Test(link, a_token_that_cannot_be_read_is_said) {
  struct bot bot = {.fence_one = "1.1"};
  bot_start_at(&bot, "127.0.0.1:9", "/nowhere/token", 4);
  WAIT(bot.downs == 1);
  cr_expect(strstr(bot.note, "/nowhere/token") != NULL, "%s", bot.note);
  bot_stop(&bot);
  world_end();
}

/* ---- credits ---- */

Test(link, credits_run_out_and_come_back) {
  struct adapter adapter = {0};
  struct bot bot = {0};
  adapter_start(&adapter);
  bot_start(&bot, "1.1", "1.1");
  WAIT(bot.ups == 1 && adapter.ups == 1);
  static const char *const ids[] = {"e1", "e2", "e3", "e4"};
  for (size_t i = 0; i < ARRAY_LEN(ids); i++) cr_assert_eq(send_event(&adapter, i % 2 ? TWO : ONE, ids[i]), ERR_NONE);
  cr_expect_eq(send_event(&adapter, ONE, "e5"), ERR_LIMITED);
  WAIT(bot.frames == 4);
  cr_assert_eq(send_id(&bot, LINE_ACK, "e1"), ERR_NONE);
  WAIT(adapter_saw(&adapter, "\"e1\""));
  cr_expect_eq(adapter.credits, 0, "half of four come together");
  cr_assert_eq(send_id(&bot, LINE_ACK, "e3"), ERR_NONE);
  WAIT(adapter.credits == 1);
  cr_expect_eq(link_server_credits(adapter.server, ONE), 2);
  cr_assert_eq(send_event(&adapter, ONE, "e5"), ERR_NONE);
  cr_assert_eq(send_event(&adapter, ONE, "e6"), ERR_NONE);
  cr_expect_eq(send_event(&adapter, ONE, "e7"), ERR_LIMITED);
  WAIT(bot.frames == 6);
  cr_expect_eq(bot.downs, 0);
  bot_stop(&bot);
  adapter_stop(&adapter);
  world_end();
}

/* The same event twice before its ack took two credits; one ack gives both back. A refused keep gives its event's back. */
Test(link, repeats_and_conflicts_lose_no_credit) {
  struct adapter adapter = {0};
  struct bot bot = {0};
  adapter_start(&adapter);
  bot_start(&bot, "1.1", "1.1");
  WAIT(adapter.ups == 1);
  cr_assert_eq(send_event(&adapter, ONE, "e1"), ERR_NONE);
  cr_assert_eq(send_event(&adapter, ONE, "e1"), ERR_NONE);
  cr_assert_eq(send_event(&adapter, ONE, "e2"), ERR_NONE);
  cr_assert_eq(send_event(&adapter, ONE, "e3"), ERR_NONE);
  WAIT(bot.frames == 4);
  cr_assert_eq(send_id(&bot, LINE_ACK, "e1"), ERR_NONE);
  WAIT(adapter.credits == 1);
  cr_expect_eq(link_server_credits(adapter.server, ONE), 2);
  cr_assert_eq(send_id(&bot, LINE_ACK, "e1"), ERR_NONE); /* again: gives nothing */
  const char *const keys[] = {"cursor"};
  const struct link_frame kept = {.line = LINE_KEPT, .id = "e2", .conflicts = keys, .conflict_count = 1};
  cr_assert_eq(link_client_send(bot.client, &kept), ERR_NONE);
  cr_assert_eq(send_id(&bot, LINE_ACK, "e3"), ERR_NONE);
  WAIT(link_server_credits(adapter.server, ONE) == 4);
  cr_expect(adapter_saw(&adapter, "{\"t\":\"kept\",\"id\":\"e2\",\"conflict\":[\"cursor\"]}"));
  bot_stop(&bot);
  adapter_stop(&adapter);
  world_end();
}

Test(link, many_events_arrive_once_and_in_order) {
  enum { EVENTS = 20000 };
  struct adapter adapter = {0};
  struct bot bot = {.fence_one = "1.1", .fence_two = "1.1", .acks = true};
  adapter_start(&adapter);
  bot_start_at(&bot, unix_address, NULL, 0);
  WAIT(adapter.ups == 1);
  cr_expect_eq(link_server_credits(adapter.server, ONE), LINK_CREDITS);
  for (int i = 0; i < EVENTS; i++) {
    char id[16];
    snprintf(id, sizeof id, "e%06d", i);
    WAIT(link_server_credits(adapter.server, ONE) > 0);
    cr_assert_eq(send_event(&adapter, ONE, id), ERR_NONE);
  }
  WAIT(adapter.frames == EVENTS);
  const char *at = text_str(&bot.seen);
  for (int i = 0; i < EVENTS; i++) {
    char id[24];
    snprintf(id, sizeof id, "\"id\":\"e%06d\"", i);
    at = strstr(at, id);
    cr_assert_not_null(at, "%s is missing or late", id);
  }
  cr_expect_eq(bot.frames, EVENTS);
  bot_stop(&bot);
  adapter_stop(&adapter);
  world_end();
}

/* ---- what is large ---- */

static char large[LINK_TEXT_BYTES_MAX + 2];

Test(link, the_largest_text_passes_and_one_byte_more_is_refused_at_home) {
  struct adapter adapter = {0};
  struct bot bot = {0};
  adapter_start(&adapter);
  bot_start(&bot, "1.1", "1.1");
  WAIT(adapter.ups == 1);
  struct link_frame frame = {.line = LINE_EVENT,
    .event = {.kind = EVENT_TEXT, .id = "e1", .workspace = ONE, .at_ms = 1, .person = {.id = "aisha"}, .text = large}};
  memset(large, 'x', LINK_TEXT_BYTES_MAX);
  cr_assert_eq(link_server_send(adapter.server, &frame), ERR_NONE, "%s", err_note_text());
  large[LINK_TEXT_BYTES_MAX] = 'x';
  cr_expect_eq(link_server_send(adapter.server, &frame), ERR_BAD_INPUT);
  cr_expect(strstr(err_note_text(), "event.text is too long") != NULL, "%s", err_note_text());
  err_note_clear();
  memset(large, 1, LINK_TEXT_BYTES_MAX); /* six bytes each, once escaped */
  large[LINK_TEXT_BYTES_MAX] = '\0';
  cr_expect_eq(link_server_send(adapter.server, &frame), ERR_BAD_INPUT);
  cr_expect(strstr(err_note_text(), "64 KiB") != NULL, "%s", err_note_text());
  cr_expect_eq(link_server_credits(adapter.server, ONE), 3, "what was refused took no credit");
  WAIT(bot.frames == 1);
  cr_expect_eq(bot.seen.length > LINK_TEXT_BYTES_MAX, true);
  cr_expect_eq(bot.downs, 0);
  bot_stop(&bot);
  adapter_stop(&adapter);
  world_end();
}

Test(link, many_large_blobs_are_sent_a_line_each) {
  struct adapter adapter = {0};
  struct bot bot = {0};
  static char base64[43692 + 1];
  memset(base64, 'A', sizeof base64 - 1);
  struct link_blob blobs[] = {{"a", 1, base64}, {"b", 2, base64}, {"c", 3, base64}};
  adapter_start(&adapter);
  bot_start(&bot, "1.1", "1.1");
  WAIT(bot.ups == 1);
  const struct link_frame keep_is = {.line = LINE_KEEP_IS, .id = "k1", .blobs = blobs, .blob_count = ARRAY_LEN(blobs)};
  cr_assert_eq(link_client_send(bot.client, &keep_is), ERR_NONE, "%s", err_note_text());
  WAIT(adapter.frames == 3);
  const char *last = strstr(text_str(&adapter.seen), "\"key\":\"c\"");
  cr_assert_not_null(last);
  cr_expect_null(strstr(last, "\"more\""));
  cr_expect_not_null(strstr(text_str(&adapter.seen), "\"more\":true"));
  bot_stop(&bot);
  adapter_stop(&adapter);
  world_end();
}

Test(link, a_full_queue_says_so) {
  struct adapter adapter = {0};
  struct bot bot = {0};
  enum err err = ERR_NONE;
  size_t sent = 0;
  adapter_start(&adapter);
  bot_start(&bot, "1.1", "1.1");
  WAIT(bot.ups == 1 && adapter.ups == 1);
  memset(large, 's', LINK_NAME_BYTES_MAX);
  const struct link_frame notice = {.line = LINE_NOTICE, .what = "platform", .say = large};
  for (; err == ERR_NONE && sent < 1000000; sent++) err = link_server_send(adapter.server, &notice);
  cr_expect_eq(err, ERR_AGAIN, "the loop did not turn, so all of it waits");
  cr_expect_lt(sent, 10000);
  err_note_clear();
  WAIT(bot.frames == (int)sent - 1);
  cr_expect_eq(link_server_send(adapter.server, &notice), ERR_NONE);
  bot_stop(&bot);
  adapter_stop(&adapter);
  world_end();
}

/* ---- who serves ---- */

Test(link, a_lower_or_equal_fence_is_refused_with_4005) {
  struct adapter adapter = {0};
  struct bot first = {0}, lower = {0}, equal = {0};
  adapter_start(&adapter);
  bot_start(&first, "3.17", "3.17");
  WAIT(first.ups == 1);
  bot_start(&lower, "3.9", "3.9");
  bot_start(&equal, "3.17", "3.17");
  WAIT(lower.downs > 0 && equal.downs > 0);
  cr_expect_eq(lower.code, LINK_CLOSE_FENCED);
  cr_expect_eq(equal.code, LINK_CLOSE_FENCED);
  cr_expect_eq(first.downs + lower.ups + equal.ups, 0);
  cr_expect_eq(adapter.ups, 1);
  cr_expect_eq(adapter.downs, 0);
  bot_stop(&lower);
  bot_stop(&equal);
  bot_stop(&first);
  adapter_stop(&adapter);
  world_end();
}

Test(link, a_higher_fence_takes_over) {
  struct adapter adapter = {0};
  struct bot first = {0}, second = {0};
  adapter_start(&adapter);
  bot_start(&first, "3.9", "3.9");
  WAIT(first.ups == 1);
  cr_assert_eq(send_action(&first, ONE, "o1"), ERR_NONE);
  WAIT(adapter_saw(&adapter, "\"o1\""));
  bot_start(&second, "3.17", "3.17");
  WAIT(second.ups == 1 && first.downs == 1);
  cr_expect_eq(first.code, LINK_CLOSE_FENCED);
  cr_expect(bot_saw(&first, "{\"t\":\"bye\",\"why\":\"fenced\",\"workspace\":\"" ONE "\"}"));
  cr_expect(bot_saw(&first, "{\"t\":\"bye\",\"why\":\"fenced\",\"workspace\":\"" TWO "\"}"));
  cr_expect_eq(adapter.ups, 2);
  cr_expect_eq(adapter.downs, 1);
  cr_assert_eq(send_done(&adapter, "o1", RESULT_SENT), ERR_NONE); /* to the outbox that now has the row */
  WAIT(bot_saw(&second, "\"o1\""));
  first.fence_one = first.fence_two = "3.18";
  WAIT(first.ups == 2 && second.downs == 1);
  bot_stop(&first);
  bot_stop(&second);
  adapter_stop(&adapter);
  world_end();
}

Test(link, workspaces_are_taken_over_one_by_one) {
  struct adapter adapter = {0};
  struct bot first = {0}, second = {0};
  adapter_start(&adapter);
  bot_start(&first, "1.1", "1.1");
  WAIT(first.ups == 1);
  bot_start(&second, "1.2", "1.0"); /* takes ONE, may not have TWO */
  WAIT(second.ups == 1 && bot_saw(&first, "\"bye\"") && bot_saw(&second, "\"bye\""));
  cr_expect(bot_saw(&first, "\"workspace\":\"" ONE "\"") && !bot_saw(&first, "\"workspace\":\"" TWO "\""));
  cr_expect(bot_saw(&second, "\"workspace\":\"" TWO "\""));
  cr_assert_eq(send_event(&adapter, ONE, "e1"), ERR_NONE);
  cr_assert_eq(send_event(&adapter, TWO, "e2"), ERR_NONE);
  WAIT(bot_saw(&second, "\"e1\"") && bot_saw(&first, "\"e2\""));
  cr_expect(!bot_saw(&first, "\"e1\"") && !bot_saw(&second, "\"e2\""));
  cr_assert_eq(send_action(&first, ONE, "o1"), ERR_NONE); /* too late: dropped, no reason to close */
  cr_assert_eq(send_action(&first, TWO, "o2"), ERR_NONE);
  WAIT(adapter_saw(&adapter, "\"o2\""));
  cr_expect(!adapter_saw(&adapter, "\"o1\""));
  cr_expect_eq(first.downs + second.downs, 0);
  bot_stop(&first);
  bot_stop(&second);
  adapter_stop(&adapter);
  world_end();
}

Test(link, a_bot_that_says_bye_gives_its_workspace_free) {
  struct adapter adapter = {0};
  struct bot first = {0}, second = {0};
  adapter_start(&adapter);
  bot_start(&first, "1.1", "1.1");
  WAIT(first.ups == 1);
  const struct link_frame bye = {.line = LINE_BYE, .why = "fenced", .workspace = ONE};
  cr_assert_eq(link_client_send(first.client, &bye), ERR_NONE);
  WAIT(adapter_saw(&adapter, "\"bye\""));
  cr_expect_eq(send_event(&adapter, ONE, "e1"), ERR_AGAIN);
  bot_start(&second, "1.1", NULL); /* the same fence will do: nobody holds it */
  WAIT(second.ups == 1);
  cr_expect_eq(send_event(&adapter, ONE, "e1"), ERR_NONE);
  cr_expect_eq(first.downs, 0);
  bot_stop(&first);
  bot_stop(&second);
  adapter_stop(&adapter);
  world_end();
}

Test(link, a_bot_without_a_fence_waits_for_one) {
  struct adapter adapter = {0};
  struct bot bot = {0};
  adapter_start(&adapter);
  bot_start(&bot, NULL, NULL);
  uint64_t until = uv_hrtime() + 300 * UINT64_C(1000000);
  WAIT(uv_hrtime() > until);
  cr_expect_eq(bot.ups + bot.downs + adapter.ups, 0);
  bot.fence_two = "1.1";
  WAIT(bot.ups == 1);
  cr_expect(bot_saw(&bot, TWO) && !bot_saw(&bot, ONE));
  cr_expect_eq(send_event(&adapter, ONE, "e1"), ERR_AGAIN);
  bot_stop(&bot);
  adapter_stop(&adapter);
  world_end();
}

/* ---- going and coming back ---- */

Test(link, the_client_comes_back_when_the_server_was_restarted) {
  struct adapter adapter = {.resends = true};
  struct bot bot = {0};
  adapter_start(&adapter);
  bot_start(&bot, "1.1", "1.1");
  WAIT(bot.frames == 1);
  adapter.server = link_server_free(adapter.server);
  WAIT(bot.downs == 1);
  cr_expect(!link_client_is_up(bot.client));
  cr_expect_eq(send_action(&bot, ONE, "o1"), ERR_AGAIN);
  adapter_start(&adapter);
  WAIT(bot.ups == 2 && bot.frames == 2);
  cr_expect(bot_saw(&bot, "\"e1\""));
  cr_expect_eq(link_server_credits(adapter.server, ONE), 3, "a new connection starts with all credits");
  bot_stop(&bot);
  adapter_stop(&adapter);
  world_end();
}

Test(link, the_client_waits_for_a_server_that_is_not_there_yet) {
  struct adapter adapter = {0};
  struct bot bot = {0};
  bot_start(&bot, "1.1", "1.1");
  WAIT(bot.downs >= 3);
  cr_expect_eq(bot.ups, 0);
  cr_expect_eq(bot.code, 0);
  adapter_start(&adapter);
  WAIT(bot.ups == 1);
  bot_stop(&bot);
  adapter_stop(&adapter);
  world_end();
}

Test(link, a_dropped_client_says_why_and_comes_back_with_its_new_fence) {
  struct adapter adapter = {0};
  struct bot bot = {0};
  adapter_start(&adapter);
  bot_start(&bot, "1.1", "1.1");
  WAIT(bot.ups == 1);
  cr_assert_eq(send_action(&bot, ONE, "o1"), ERR_NONE);
  bot.fence_one = bot.fence_two = "1.2";
  link_client_drop(bot.client, LINK_CLOSE_FENCED);
  cr_expect(!link_client_is_up(bot.client));
  WAIT(bot.downs == 1 && bot.ups == 2);
  cr_expect_eq(bot.code, LINK_CLOSE_FENCED);
  cr_expect(!adapter_saw(&adapter, "\"o1\""), "what waited was thrown away");
  cr_expect_eq(adapter.downs, 1);
  bot_stop(&bot);
  adapter_stop(&adapter);
  world_end();
}

/* ---- the server's address ---- */

Test(link, addresses_that_cannot_be_served) {
  struct adapter adapter = {0}, other = {0};
  char taken[32], open_folder[96], inside[128];
  snprintf(open_folder, sizeof open_folder, "%s/open", folder);
  snprintf(inside, sizeof inside, "unix:%s/link.sock", open_folder);
  cr_assert(mkdir(open_folder, 0755) == 0 && chmod(open_folder, 0755) == 0);
  adapter_start(&adapter);
  cr_expect_eq(adapter_try(&other, unix_address, NULL, false), ERR_CONFLICT, "%s", err_note_text());
  cr_expect_eq(adapter_try(&other, inside, NULL, false), ERR_DENIED, "%s", err_note_text());
  cr_expect_eq(adapter_try(&other, "unix:/nowhere/at/all.sock", NULL, false), ERR_GONE);
  cr_expect_eq(adapter_try(&other, "127.0.0.1:0", NULL, false), ERR_DENIED, "a port without a token");
  cr_expect_eq(adapter_try(&other, "0.0.0.0:7801", token_path, false), ERR_DENIED);
  adapter_stop(&adapter);
  cr_assert_eq(adapter_try(&adapter, "127.0.0.1:0", token_path, false), ERR_NONE);
  tcp_address(&adapter, taken, sizeof taken);
  cr_expect_eq(adapter_try(&other, taken, token_path, false), ERR_CONFLICT, "%s", err_note_text());
  adapter_stop(&adapter);
  adapter_stop(&other);
  cr_expect_eq(rmdir(open_folder), 0);
  world_end();
}

Test(link, a_socket_that_a_dead_process_left_is_taken) {
  struct adapter adapter = {0};
  struct bot bot = {0};
  struct sockaddr_un name = {.sun_family = AF_UNIX};
  snprintf(name.sun_path, sizeof name.sun_path, "%s", unix_path);
  int fd = socket(AF_UNIX, SOCK_STREAM, 0);
  cr_assert_eq(bind(fd, (struct sockaddr *)&name, sizeof name), 0);
  close(fd);
  adapter_start(&adapter);
  bot_start(&bot, "1.1", "1.1");
  WAIT(bot.ups == 1);
  bot_stop(&bot);
  adapter_stop(&adapter);
  world_end();
}

Test(link, a_client_off_loopback_is_refused) {
  static const char *const workspaces[] = {ONE};
  struct link_client_options options = {.name = "x", .address = "10.0.0.1:7801", .token_file = token_path, .bot = "b",
                                        .workspaces = workspaces, .workspace_count = 1};
  struct link_client_handlers handlers = {0};
  struct link_client *client = NULL;
  handlers.fence = (const char *(*)(void *, const char *))(void (*)(void))world_turn; /* never called */
  handlers.up = (void (*)(void *, const struct link_frame *))(void (*)(void))world_turn;
  handlers.frame = handlers.up;
  handlers.down = (void (*)(void *, int, const char *))(void (*)(void))world_turn;
  cr_expect_eq(link_client_new(context, &loop, &options, &handlers, NULL, &client), ERR_DENIED);
  options.address = "127.0.0.1:7801";
  options.token_file = NULL;
  cr_expect_eq(link_client_new(context, &loop, &options, &handlers, NULL, &client), ERR_DENIED);
  cr_expect_null(client);
  world_end();
}

Test(link_proxy, a_proxy_in_the_environment_is_not_for_links) {
  struct adapter adapter = {0};
  struct bot bot = {.fence_one = "1.1"};
  char address[32];
  setenv("http_proxy", "http://127.0.0.1:9", 1);
  world_begin();
  cr_assert_eq(adapter_try(&adapter, "127.0.0.1:0", token_path, false), ERR_NONE);
  tcp_address(&adapter, address, sizeof address);
  bot_start_at(&bot, address, token_path, 4);
  WAIT(bot.ups == 1);
  bot_stop(&bot);
  adapter_stop(&adapter);
  world_end();
}

/* ---- ends at any moment ---- */

static void free_at_frame(void *who, const struct link_frame *frame) {
  struct bot *bot = who;
  (void)frame;
  bot->frames++;
  bot->client = link_client_free(bot->client);
}

static const char *always(void *who, const char *workspace) {
  (void)who, (void)workspace;
  return "1.1";
}

static void free_at_down(void *who, int code, const char *note) {
  struct bot *bot = who;
  (void)note;
  bot->downs++;
  bot->code = code;
  bot->client = link_client_free(bot->client);
}

static void start_that_frees(struct bot *bot) {
  static const char *const workspaces[] = {ONE};
  const struct link_client_options options = {.name = "x", .address = unix_address, .bot = "b", .workspaces = workspaces, .workspace_count = 1};
  const struct link_client_handlers handlers = {.fence = always, .up = free_at_frame, .frame = free_at_frame, .down = free_at_down};
  cr_assert_eq(link_client_new(context, &loop, &options, &handlers, bot, &bot->client), ERR_NONE);
}

Test(link, a_client_may_be_freed_by_its_own_handlers) {
  struct adapter adapter = {0};
  struct bot alone = {0}, greeted = {0};
  start_that_frees(&alone);
  WAIT(alone.downs == 1);
  adapter_start(&adapter);
  start_that_frees(&greeted);
  WAIT(greeted.frames == 1 && adapter.ups == 1 && adapter.downs == 1);
  cr_expect_eq(greeted.downs, 0, "no call after the free");
  adapter_stop(&adapter);
  world_end();
}

static void server_free_at_up(void *who, const char *const *workspaces, size_t count) {
  struct adapter *adapter = who;
  (void)workspaces, (void)count;
  adapter->ups++;
  adapter->server = link_server_free(adapter->server);
}

static void ignore_frame(void *who, const struct link_frame *frame) {
  (void)who, (void)frame;
}

static void ignore(void *who) {
  (void)who;
}

Test(link, a_server_may_be_freed_by_its_own_handlers) {
  struct adapter adapter = {0};
  struct bot bot = {0};
  static const struct link_workspace workspaces[] = {{.id = ONE}};
  const struct link_server_options options = {.address = unix_address, .platform = "web", .workspaces = workspaces, .workspace_count = 1};
  const struct link_server_handlers handlers = {.up = server_free_at_up, .frame = ignore_frame, .credit = ignore, .down = ignore};
  cr_assert_eq(link_server_new(context, &loop, &options, &handlers, &adapter, &adapter.server), ERR_NONE);
  bot_start(&bot, "1.1", NULL);
  WAIT(adapter.ups == 1 && bot.downs >= 1);
  cr_expect_eq(bot.code, 1001);
  bot_stop(&bot);
  world_end();
}

Test(link, everything_ends_clean_while_nothing_was_said) {
  struct adapter adapter = {0};
  struct bot bots[3] = {0};
  adapter_start(&adapter);
  for (size_t i = 0; i < ARRAY_LEN(bots); i++) bot_start(&bots[i], "1.1", "1.1");
  world_turn(); /* somewhere between connect and hello */
  for (size_t i = 0; i < ARRAY_LEN(bots); i++) bot_stop(&bots[i]);
  adapter_stop(&adapter);
  world_end();
}

Test(link, a_context_that_nobody_used_ends_clean) {
  world_turn();
  world_end();
}
