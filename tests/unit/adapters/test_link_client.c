/* test_link_client.c: what an adapter by hand may say to a real client, and what becomes of it. */
#include <criterion/criterion.h>
#include <string.h>
#include <unistd.h>

#include "tests/unit/adapters/link_raw.h"
#include "tests/unit/adapters/link_world.h"

TestSuite(link_client, .init = world_begin, .timeout = 60);

#define HELLO(id) "{\"t\":\"hello\",\"v\":1,\"platform\":\"raw\",\"workspaces\":[{\"id\":\"" id "\"}]}\n"
#define EVENT(id, workspace) \
  "{\"t\":\"event\",\"id\":\"" id "\",\"workspace\":\"" workspace "\",\"at\":1,\"kind\":\"text\",\"person\":{\"id\":\"a\"},\"text\":\"x\"}\n"

static struct raw raw;
static struct bot bot;
static int listener;

/* A client whose hello we have heard; the next line is ours. */
static void meet(void) {
  bot = (struct bot){0};
  listener = raw_listen(unix_path);
  bot_start(&bot, "1.1", NULL);
  raw_accept(&raw, &loop, listener);
  raw_hear(&raw, "{\"t\":\"hello\",\"v\":1,\"bot\":\"b1\",\"serves\":[{\"workspace\":\"" ONE "\",\"fence\":\"1.1\"}],\"credits\":4}");
}

static void part(void) {
  bot_stop(&bot);
  raw_done(&raw);
  close(listener);
  unlink(unix_path);
}

/* Not only when 16 KiB of it have come, as libwebsockets would have it. */
Test(link_client, the_head_of_a_huge_frame_is_enough_for_4003) {
  static const unsigned char heads[][10] = {{0x81, 127, 0, 0, 1}, {0x81, 127, 0, 0, 0, 0, 0, 1, 0, 1}};
  for (size_t i = 0; i < ARRAY_LEN(heads); i++) {
    meet();
    raw_say(&raw, HELLO(ONE));
    WAIT(bot.ups == 1);
    raw_bytes(&raw, heads[i], sizeof heads[i]);
    cr_expect_eq(raw_close_code(&raw), LINK_CLOSE_TOO_LARGE);
    WAIT(bot.downs == 1);
    part();
  }
  world_end();
}

static const struct {
  const char *line;
  int code; /* 0: the link stays */
} first_lines[] = {
  {HELLO(ONE), 0},
  {"{\"t\":\"hello\",\"v\":1,\"platform\":\"raw\",\"workspaces\":[{\"id\":\"" ONE "\"},{\"id\":\"web/three\"}]}", 0},
  {HELLO(TWO), LINK_CLOSE_WORKSPACE}, /* we did not ask for it: no fence */
  {"{\"t\":\"hello\",\"v\":1,\"platform\":\"raw\",\"workspaces\":[]}", LINK_CLOSE_WORKSPACE},
  {"{\"t\":\"hello\",\"v\":2}", LINK_CLOSE_VERSION},
  {"{\"t\":\"hello\",\"v\":1,\"bot\":\"b\",\"serves\":[],\"credits\":1}", LINK_CLOSE_ORDER},
  {"{\"t\":\"hello\",\"v\":1}", LINK_CLOSE_FRAME},
  {"rubbish", LINK_CLOSE_FRAME},
  {EVENT("e1", ONE), LINK_CLOSE_ORDER},
};

Test(link_client, first_lines) {
  for (size_t i = 0; i < ARRAY_LEN(first_lines); i++) {
    meet();
    raw_say(&raw, first_lines[i].line);
    if (first_lines[i].code == 0) {
      WAIT(bot.ups == 1);
    } else {
      cr_expect_eq(raw_close_code(&raw), first_lines[i].code, "%s", first_lines[i].line);
      WAIT(bot.downs == 1);
      cr_expect_eq(bot.code, first_lines[i].code);
    }
    cr_expect_eq(bot.ups, first_lines[i].code == 0, "%s", first_lines[i].line);
    part();
  }
  world_end();
}

Test(link_client, up_names_only_what_both_ends_agreed_on) {
  meet();
  raw_say(&raw, "{\"t\":\"hello\",\"v\":1,\"platform\":\"raw\",\"workspaces\":[{\"id\":\"web/three\"},{\"id\":\"" ONE "\"},{\"id\":\"" ONE "\"}]}");
  WAIT(bot.ups == 1);
  cr_expect(bot_saw(&bot, "\"workspaces\":[{\"id\":\"" ONE "\"}]"), "%s", text_str(&bot.seen));
  part();
  world_end();
}

static const struct {
  const char *line;
  int code; /* 0: the link stays */
} later_lines[] = {
  {EVENT("e1", ONE), 0},
  {EVENT("e1", ONE) EVENT("e2", ONE) EVENT("e3", ONE) EVENT("e4", ONE), 0},
  {EVENT("e1", ONE) EVENT("e2", ONE) EVENT("e3", ONE) EVENT("e4", ONE) EVENT("e5", ONE), LINK_CLOSE_ORDER}, /* no credit */
  {"{\"t\":\"done\",\"id\":\"o1\",\"result\":\"sent\"}", 0},
  {"{\"t\":\"notice\",\"what\":\"link_down\",\"say\":\"x\"}", 0},
  {"{\"t\":\"keep_get\",\"id\":\"k1\",\"workspace\":\"" ONE "\",\"prefix\":\"\"}", 0},
  {"{\"t\":\"keep\",\"id\":\"k1\",\"workspace\":\"" ONE "\",\"put\":[]}", 0},
  {EVENT("e1", TWO), LINK_CLOSE_WORKSPACE},
  {EVENT("e1", "web/three"), LINK_CLOSE_WORKSPACE},
  {"{\"t\":\"blob_get\",\"id\":\"o1\",\"workspace\":\"" ONE "\",\"from\":0}", 0},
  {"{\"t\":\"blob_get\",\"id\":\"o1\",\"workspace\":\"" TWO "\",\"from\":0}", LINK_CLOSE_WORKSPACE},
  {"{\"t\":\"blob_is\",\"id\":\"o1\",\"workspace\":\"" ONE "\",\"from\":0}", LINK_CLOSE_ORDER},
  {"{\"t\":\"keep_get\",\"id\":\"k1\",\"workspace\":\"" TWO "\",\"prefix\":\"\"}", LINK_CLOSE_WORKSPACE},
  {"{\"t\":\"keep\",\"id\":\"k1\",\"workspace\":\"" TWO "\",\"put\":[]}", LINK_CLOSE_WORKSPACE},
  {"{\"t\":\"bye\",\"why\":\"fenced\",\"workspace\":\"" ONE "\"}\n" EVENT("e1", ONE), LINK_CLOSE_WORKSPACE},
  {"{\"t\":\"event\",\"id\":\"e1\",\"workspace\":\"" ONE "\",\"at\":1,\"kind\":\"demo\",\"change\":\"reset\"}", LINK_CLOSE_ORDER},
  {"{\"t\":\"event\",\"id\":\"e1\",\"workspace\":\"" ONE "\",\"at\":1,\"kind\":\"timer\",\"record\":\"talk/1\"}", LINK_CLOSE_FRAME},
  {"{\"t\":\"event\",\"id\":\"e1\",\"workspace\":\"" ONE "\",\"at\":1,\"kind\":\"control\",\"payload\":\"{}\"}", LINK_CLOSE_FRAME},
  {"{\"t\":\"action\",\"id\":\"o1\",\"workspace\":\"" ONE "\",\"kind\":\"dance\"}", LINK_CLOSE_ORDER},
  {"{\"t\":\"ack\",\"id\":\"e1\"}", LINK_CLOSE_ORDER},
  {"{\"t\":\"credit\",\"n\":5}", LINK_CLOSE_ORDER},
  {"{\"t\":\"clock\",\"now\":1}", LINK_CLOSE_ORDER},
  {HELLO(ONE), LINK_CLOSE_ORDER},
};

Test(link_client, later_lines) {
  for (size_t i = 0; i < ARRAY_LEN(later_lines); i++) {
    meet();
    raw_say(&raw, HELLO(ONE));
    raw_say(&raw, later_lines[i].line);
    if (later_lines[i].code == 0) {
      WAIT(bot.frames >= 1);
      cr_expect_eq(bot.downs, 0, "%s", later_lines[i].line);
    } else {
      cr_expect_eq(raw_close_code(&raw), later_lines[i].code, "%s", later_lines[i].line);
      WAIT(bot.downs == 1);
      cr_expect_eq(bot.code, later_lines[i].code);
    }
    part();
  }
  world_end();
}

Test(link_client, an_event_of_an_unknown_kind_is_acked_and_gives_its_credit_back) {
  meet();
  raw_say(&raw, HELLO(ONE));
  raw_say(&raw, "{\"t\":\"event\",\"id\":\"e1\",\"workspace\":\"" ONE "\",\"at\":1,\"kind\":\"form_closed\",\"form\":\"t.1\"}");
  raw_hear(&raw, "{\"t\":\"ack\",\"id\":\"e1\"}");
  raw_say(&raw, "{\"t\":\"event\",\"id\":\"e2\",\"workspace\":\"" ONE "\",\"at\":1,\"kind\":\"huddle\"}");
  raw_hear(&raw, "{\"t\":\"credit\",\"n\":2}");
  cr_expect_eq(bot.frames, 0, "the bot need not know");
  part();
  world_end();
}

Test(link_client, demo_events_pass_where_the_hello_said_demo) {
  meet();
  raw_say(&raw, "{\"t\":\"hello\",\"v\":1,\"platform\":\"raw\",\"workspaces\":[{\"id\":\"" ONE "\"}],\"demo\":true}");
  raw_say(&raw, "{\"t\":\"event\",\"id\":\"e1\",\"workspace\":\"" ONE "\",\"at\":1,\"kind\":\"demo\",\"change\":\"clock_to\",\"due\":1772445600000}");
  WAIT(bot_saw(&bot, "\"change\":\"clock_to\",\"due\":1772445600000"));
  part();
  world_end();
}

#define ACK(id) "{\"t\":\"ack\",\"id\":\"" id "\"}"
static const struct {
  const char *hello, *heard;
} clocks[] = {
  {HELLO(ONE), ACK("before") "\n" ACK("behind")},
  {"{\"t\":\"hello\",\"v\":1,\"platform\":\"raw\",\"workspaces\":[{\"id\":\"" ONE "\"}],\"demo\":true}",
   ACK("before") "\n{\"t\":\"clock\",\"now\":1772445600000}\n" ACK("behind")},
};

Test(link_client, a_clock_goes_to_demonstrations_only) {
  const struct link_frame lines[] = {
    {.line = LINE_ACK, .id = "before"}, {.line = LINE_CLOCK, .now_ms = 1772445600000}, {.line = LINE_ACK, .id = "behind"}};
  for (size_t i = 0; i < ARRAY_LEN(clocks); i++) {
    meet();
    raw_say(&raw, clocks[i].hello);
    WAIT(bot.ups == 1);
    for (size_t k = 0; k < ARRAY_LEN(lines); k++) cr_expect_eq(link_client_send(bot.client, &lines[k]), ERR_NONE);
    raw_hear(&raw, clocks[i].heard);
    part();
  }
  world_end();
}

Test(link_client, an_adapter_that_says_no_hello_is_left_after_five_seconds) {
  meet();
  uint64_t start = uv_hrtime();
  cr_expect_eq(raw_close_code(&raw), LINK_CLOSE_ORDER);
  uint64_t took_ms = (uv_hrtime() - start) / 1000000;
  cr_expect(took_ms >= 4900, "%d ms", (int)took_ms);
  part();
  world_end();
}

static void meet_mute(void) {
  bot = (struct bot){0};
  listener = raw_listen(unix_path);
  bot_start(&bot, "1.1", NULL);
  raw_accept_mute(&raw, &loop, listener);
}

Test(link_client, an_upgrade_that_nobody_answers_ends) {
  meet_mute();
  WAIT(bot.downs == 1);
  part();
  world_end();
}

Test(link_client, an_upgrade_that_is_refused_ends) {
  const char *answer = "HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n";
  meet_mute();
  raw_bytes(&raw, answer, strlen(answer));
  WAIT(bot.downs == 1);
  cr_expect_eq(bot.ups, 0);
  part();
  world_end();
}

Test(link_client, everything_ends_clean_in_the_middle_of_an_upgrade) {
  meet_mute();
  part();
  world_end();
}

Test(link_client, a_close_code_and_its_words_reach_the_bot) {
  meet();
  raw_say(&raw, HELLO(ONE));
  WAIT(bot.ups == 1);
  raw_frame(&raw, true, RAW_CLOSE, "\x0f\xa5gone fishing", 14);
  WAIT(bot.downs == 1);
  cr_expect_eq(bot.code, LINK_CLOSE_FENCED);
  cr_expect_str_eq(bot.note, "gone fishing");
  part();
  world_end();
}

Test(link_client, words_that_are_no_utf8_reach_nobody) {
  meet();
  raw_say(&raw, HELLO(ONE));
  WAIT(bot.ups == 1);
  raw_frame(&raw, true, RAW_CLOSE, "\x0f\xa2" "bad \xff\xfe", 8);
  WAIT(bot.downs == 1);
  cr_expect(strstr(bot.note, "\xff") == NULL);
  part();
  world_end();
}

Test(link_client, a_connection_that_breaks_in_mid_frame_comes_back) {
  meet();
  raw_say(&raw, HELLO(ONE));
  raw_frame(&raw, false, RAW_TEXT, "{\"t\":", 5);
  WAIT(bot.ups == 1);
  raw_done(&raw);
  raw_accept(&raw, &loop, listener);
  raw_hear(&raw, "\"t\":\"hello\"");
  raw_say(&raw, HELLO(ONE));
  WAIT(bot.ups == 2 && bot.downs == 1);
  part();
  world_end();
}

/* Refused upgrades and ports that nobody serves must leave no handle behind: world_end looks. */
Test(link_client, attempts_in_vain_leave_nothing) {
  struct bot other = {.fence_one = "1.1"};
  bot_start(&bot, "1.1", NULL);
  bot_start_at(&other, "127.0.0.1:1", token_path, 4);
  WAIT(bot.downs >= 3 && other.downs >= 3);
  cr_expect_eq(bot.ups + other.ups, 0);
  bot_stop(&bot);
  bot_stop(&other);
  world_end();
}

/* ---- floods ---- */
static void ask_until_closed(const struct link_frame *get, const struct link_frame *is) {
  struct adapter adapter = {0};
  bot = (struct bot){0};
  adapter_start(&adapter);
  bot_start(&bot, "1.1", "1.1");
  WAIT(bot.ups == 1 && adapter.ups == 1);
  for (int i = 0; i < LINK_KEEPS_MAX; i++) cr_assert_eq(link_server_send(adapter.server, get), ERR_NONE);
  WAIT(bot.frames == LINK_KEEPS_MAX);
  cr_assert_eq(link_client_send(bot.client, is), ERR_NONE);
  cr_assert_eq(link_server_send(adapter.server, get), ERR_NONE);
  WAIT(bot.frames == LINK_KEEPS_MAX + 1);
  cr_expect_eq(bot.downs, 0, "an answer makes room");
  cr_assert_eq(link_server_send(adapter.server, get), ERR_NONE);
  WAIT(bot.downs == 1);
  cr_expect_eq(bot.code, LINK_CLOSE_ORDER);
  bot_stop(&bot);
  adapter_stop(&adapter);
  world_end();
}

Test(link_client, more_keeps_than_may_wait_close_with_4006) {
  const struct link_frame get = {.line = LINE_KEEP_GET, .id = "k1", .workspace = ONE, .prefix = ""}, is = {.line = LINE_KEEP_IS, .id = "k1"};
  ask_until_closed(&get, &is);
}

Test(link_client, more_pieces_of_files_than_may_wait_close_with_4006) {
  const struct link_frame get = {.line = LINE_BLOB_GET, .id = "o1", .workspace = ONE}, is = {.line = LINE_BLOB_IS, .id = "o1", .workspace = ONE};
  ask_until_closed(&get, &is);
}

Test(link_client, an_adapter_that_does_not_read_its_answers_is_let_go) {
  struct adapter adapter = {0};
  bot = (struct bot){0};
  enum err err = ERR_NONE;
  static char large[LINK_TEXT_BYTES_MAX + 1];
  adapter_start(&adapter);
  bot_start(&bot, "1.1", "1.1");
  WAIT(bot.ups == 1 && adapter.ups == 1);
  memset(large, 's', LINK_TEXT_BYTES_MAX);
  const struct link_frame action = {.line = LINE_ACTION, .id = "o1", .workspace = ONE,
                                    .action = {.kind = ACTION_SEND, .id = "o1", .order = ONE "/a", .workspace = ONE, .person = "a", .card = &(struct card){.plain = large}}};
  for (int i = 0; i < 10000 && err == ERR_NONE; i++) err = link_client_send(bot.client, &action);
  cr_expect_eq(err, ERR_AGAIN, "actions wait and come again");
  cr_expect(link_client_is_up(bot.client));
  err_note_clear();
  cr_expect_eq(send_id(&bot, LINE_GOT, "o0"), ERR_AGAIN);
  cr_expect_not(link_client_is_up(bot.client), "a `got` that is left out would never be missed");
  WAIT(bot.downs == 1);
  cr_expect_eq(bot.code, LINK_CLOSE_ORDER);
  bot_stop(&bot);
  adapter_stop(&adapter);
  world_end();
}
