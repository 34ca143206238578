/* test_link_server.c: what a bot by hand may say to a real server, and what becomes of it. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "tests/unit/adapters/link_raw.h"
#include "tests/unit/adapters/link_world.h"

TestSuite(link_server, .init = world_begin, .timeout = 60);

#define SERVES(id, fence) "{\"workspace\":\"" id "\",\"fence\":\"" fence "\"}"
#define HELLO(serves) "{\"t\":\"hello\",\"v\":1,\"bot\":\"b1\",\"serves\":[" serves "],\"credits\":4}\n"
#define ACTION(kind, workspace) \
  "{\"t\":\"action\",\"id\":\"o1\",\"workspace\":\"" workspace "\",\"kind\":\"" kind "\"," \
  "\"to\":{\"person\":\"a\"},\"card\":{\"plain\":\"x\"}}\n"

static struct raw raw, second;
static struct adapter adapter;

static void greet(void) {
  adapter_start(&adapter);
  cr_assert(raw_connect(&raw, &loop, unix_path, raw_upgrade));
  raw_say(&raw, HELLO(SERVES(ONE, "1.1")));
  raw_hear(&raw, "\"t\":\"hello\"");
}

static void end(void) {
  raw_done(&raw);
  adapter_stop(&adapter);
}

/* ---- a first line, and the code it is closed with; 0: it is welcome ---- */

static const struct {
  const char *line;
  int code;
} first_lines[] = {
  {HELLO(SERVES(ONE, "1.1")), 0},
  {"\n\n" HELLO(SERVES(ONE, "1.1")) "\n", 0},
  {HELLO(SERVES(ONE, "1.1") "," SERVES("web/three", "1.1")), 0},
  {HELLO(SERVES(ONE, "1.1") "," SERVES(ONE, "1.2") "," SERVES(ONE, "1.3")), 0}, /* named twice: granted once */
  {"{\"t\":\"hello\",\"v\":2,\"bot\":7}", LINK_CLOSE_VERSION},
  {"{\"t\":\"hello\",\"v\":0,\"bot\":\"b1\",\"serves\":[],\"credits\":1}", LINK_CLOSE_VERSION},
  {"hello", LINK_CLOSE_FRAME},
  {"{\"t\":\"hello\",\"v\":1}", LINK_CLOSE_FRAME},
  {"{\"t\":\"hi\"}", LINK_CLOSE_FRAME},
  {HELLO(SERVES(ONE, "1")), LINK_CLOSE_FRAME},
  {"{\"t\":\"hello\",\"v\":1,\"platform\":\"p\",\"workspaces\":[]}", LINK_CLOSE_ORDER},
  {"{\"t\":\"got\",\"id\":\"o1\"}", LINK_CLOSE_ORDER},
  {HELLO(""), LINK_CLOSE_WORKSPACE},
  {HELLO(SERVES("web/three", "1.1")), LINK_CLOSE_WORKSPACE},
};

Test(link_server, first_lines) {
  for (size_t i = 0; i < ARRAY_LEN(first_lines); i++) {
    adapter = (struct adapter){0};
    adapter_start(&adapter);
    cr_assert(raw_connect(&raw, &loop, unix_path, raw_upgrade));
    raw_say(&raw, first_lines[i].line);
    if (first_lines[i].code == 0) raw_hear(&raw, "\"t\":\"hello\"");
    else cr_expect_eq(raw_close_code(&raw), first_lines[i].code, "%s", first_lines[i].line);
    cr_expect_eq(adapter.ups, first_lines[i].code == 0, "%s", first_lines[i].line);
    end();
  }
  world_end();
}

/* ---- a line after hello, and the code it is closed with; 0: the link stays ---- */

static const struct {
  const char *line;
  int code;
} later_lines[] = {
  {"{\"t\":\"ack\",\"id\":\"e1\"}", 0},
  {"{\"t\":\"credit\",\"n\":65536}", 0},
  {"{\"t\":\"ask\",\"id\":\"o9\"}", 0},
  {"{\"t\":\"got\",\"id\":\"o9\"}", 0},
  {"{\"t\":\"kept\",\"id\":\"k9\"}", 0},
  {"{\"t\":\"keep_is\",\"id\":\"k9\",\"blobs\":[]}", 0},
  {"{\"t\":\"blob_is\",\"id\":\"o9\",\"workspace\":\"" ONE "\",\"from\":0}", 0},
  {"{\"t\":\"blob_get\",\"id\":\"o9\",\"workspace\":\"" ONE "\",\"from\":0}", LINK_CLOSE_ORDER},
  {"{\"t\":\"ack\",\"id\":\"e1\",\"new\":{\"field\":1}}", 0},
  {ACTION("send", ONE), 0},
  {ACTION("dance", ONE), 0},
  {"{\"t\":\"ack\"}", LINK_CLOSE_FRAME},
  {"{\"t\":\"new_line\"}", LINK_CLOSE_FRAME},
  {"{\"t\":\"ack\",\"id\":\"\xff\"}", LINK_CLOSE_FRAME},
  {"{\"t\":\"ack\",\"id\":\"e\",\"id\":\"f\"}", LINK_CLOSE_FRAME},
  {HELLO(SERVES(ONE, "1.1")), LINK_CLOSE_ORDER},
  {"{\"t\":\"event\",\"id\":\"e\",\"workspace\":\"" ONE "\",\"at\":1,\"kind\":\"text\",\"person\":{\"id\":\"a\"},\"text\":\"x\"}", LINK_CLOSE_ORDER},
  {"{\"t\":\"done\",\"id\":\"o1\",\"result\":\"sent\"}", LINK_CLOSE_ORDER},
  {"{\"t\":\"keep\",\"id\":\"k\",\"workspace\":\"" ONE "\",\"put\":[]}", LINK_CLOSE_ORDER},
  {"{\"t\":\"notice\",\"what\":\"x\"}", LINK_CLOSE_ORDER},
  {"{\"t\":\"clock\",\"now\":1}", LINK_CLOSE_ORDER}, /* this adapter is no demo */
  {ACTION("send", TWO), LINK_CLOSE_WORKSPACE},        /* not asked for */
  {ACTION("dance", "web/three"), LINK_CLOSE_WORKSPACE},
};

Test(link_server, later_lines) {
  for (size_t i = 0; i < ARRAY_LEN(later_lines); i++) {
    adapter = (struct adapter){0};
    greet();
    raw_say(&raw, later_lines[i].line);
    raw_say(&raw, "{\"t\":\"bye\",\"why\":\"stop\"}");
    int wanted = later_lines[i].code == 0 ? 1000 : later_lines[i].code;
    cr_expect_eq(raw_close_code(&raw), wanted, "%s", later_lines[i].line);
    WAIT(adapter.downs == 1);
    end();
  }
  world_end();
}

Test(link_server, an_unknown_action_is_answered_unsupported) {
  greet();
  raw_say(&raw, ACTION("dance", ONE));
  raw_hear(&raw, "{\"t\":\"done\",\"id\":\"o1\",\"result\":\"unsupported\"}");
  cr_expect_eq(adapter.frames, 0, "the adapter need not know");
  end();
  world_end();
}

Test(link_server, an_action_after_the_answer_to_ask_finds_its_bot) {
  greet();
  cr_expect_eq(send_done(&adapter, "o7", RESULT_NOT_FOUND), ERR_GONE, "nobody knows o7 yet");
  raw_say(&raw, "{\"t\":\"ask\",\"id\":\"o7\"}");
  WAIT(adapter_saw(&adapter, "\"o7\""));
  cr_assert_eq(send_done(&adapter, "o7", RESULT_NOT_FOUND), ERR_NONE);
  raw_hear(&raw, "\"not_found\"");
  end();
  world_end();
}

Test(link_server, an_action_whose_result_the_bot_has_is_forgotten) {
  greet();
  raw_say(&raw, ACTION("send", ONE));
  WAIT(adapter_saw(&adapter, "\"o1\""));
  cr_assert_eq(send_done(&adapter, "o1", RESULT_SENT), ERR_NONE);
  raw_hear(&raw, "\"sent\"");
  raw_say(&raw, "{\"t\":\"got\",\"id\":\"o1\"}");
  raw_say(&raw, "{\"t\":\"ack\",\"id\":\"behind-it\"}");
  WAIT(adapter_saw(&adapter, "behind-it"));
  cr_assert_eq(send_done(&adapter, "o1", RESULT_SENT), ERR_GONE, "or an adapter that runs for a year holds each of them");
  end();
  world_end();
}

Test(link_server, credit_given_without_end_stays_within_its_bound) {
  greet();
  for (int i = 0; i < 3; i++) raw_say(&raw, "{\"t\":\"credit\",\"n\":65536}");
  raw_say(&raw, "{\"t\":\"ack\",\"id\":\"behind-it\"}");
  WAIT(adapter_saw(&adapter, "behind-it"));
  cr_assert_eq(link_server_credits(adapter.server, ONE), 65536);
  end();
  world_end();
}

/* ---- messages in pieces and pieces of messages ---- */

Test(link_server, several_lines_in_one_message) {
  greet();
  raw_say(&raw, "{\"t\":\"got\",\"id\":\"a\"}\n{\"t\":\"got\",\"id\":\"b\"}\n\n{\"t\":\"got\",\"id\":\"c\"}");
  WAIT(adapter.frames == 3);
  cr_expect(adapter_saw(&adapter, "\"a\"}\n{\"t\":\"got\",\"id\":\"b\"}\n{\"t\":\"got\",\"id\":\"c\"}"));
  end();
  world_end();
}

Test(link_server, one_message_in_many_fragments) {
  const char *line = "{\"t\":\"got\",\"id\":\"in_many_pieces\"}";
  greet();
  for (size_t i = 0; line[i] != '\0'; i++) {
    raw_frame(&raw, line[i + 1] == '\0', i == 0 ? RAW_TEXT : RAW_MORE, line + i, 1);
    if (i == 5) raw_frame(&raw, true, RAW_PING, "still there?", 12); /* may come between fragments */
  }
  WAIT(adapter_saw(&adapter, "in_many_pieces"));
  end();
  world_end();
}

Test(link_server, one_frame_that_arrives_byte_by_byte) {
  const char frame[] = "\x81\x97\0\0\0\0{\"t\":\"got\",\"id\":\"slow\"}";
  greet();
  for (size_t i = 0; i < sizeof frame - 1; i++) {
    raw_bytes(&raw, frame + i, 1);
    world_turn();
  }
  raw_say(&raw, "{\"t\":\"got\",\"id\":\"next\"}");
  WAIT(adapter.frames == 2);
  cr_expect(adapter_saw(&adapter, "slow") && adapter_saw(&adapter, "next"));
  end();
  world_end();
}

static char big[LINK_FRAME_BYTES_MAX + 2];

/* A line of exactly `bytes`, filled with blanks, which JSON allows. */
static void fill(size_t bytes) {
  const char *line = "{\"t\":\"got\",\"id\":\"big\"}";
  memset(big, ' ', sizeof big);
  memcpy(big, line, strlen(line));
  big[bytes] = '\0';
}

Test(link_server, a_message_of_64_kib_is_taken_and_one_byte_more_is_4003) {
  greet();
  fill(LINK_FRAME_BYTES_MAX);
  raw_frame(&raw, true, RAW_TEXT, big, LINK_FRAME_BYTES_MAX);
  WAIT(adapter.frames == 1);
  fill(LINK_FRAME_BYTES_MAX + 1);
  raw_frame(&raw, true, RAW_TEXT, big, LINK_FRAME_BYTES_MAX + 1);
  cr_expect_eq(raw_close_code(&raw), LINK_CLOSE_TOO_LARGE);
  end();
  world_end();
}

Test(link_server, fragments_that_add_up_to_more_are_4003) {
  greet();
  fill(LINK_FRAME_BYTES_MAX);
  raw_frame(&raw, false, RAW_TEXT, big, 40000);
  raw_frame(&raw, false, RAW_MORE, big, 25000);
  raw_frame(&raw, false, RAW_MORE, big, 600);
  cr_expect_eq(raw_close_code(&raw), LINK_CLOSE_TOO_LARGE);
  end();
  world_end();
}

Test(link_server, a_frame_that_only_claims_to_be_huge_is_4003) {
  const unsigned char head[] = {0x81, 0xff, 0, 0, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0, 'x'};
  greet();
  raw_bytes(&raw, head, sizeof head);
  cr_expect_eq(raw_close_code(&raw), LINK_CLOSE_TOO_LARGE);
  end();
  world_end();
}

Test(link_server, its_head_alone_is_enough) {
  const unsigned char head[] = {0x81, 0xff, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0};
  greet();
  raw_bytes(&raw, head, sizeof head);
  cr_expect_eq(raw_close_code(&raw), LINK_CLOSE_TOO_LARGE);
  end();
  world_end();
}

Test(link_server, binary_messages_are_4002) {
  greet();
  raw_frame(&raw, true, RAW_BINARY, "{\"t\":\"got\",\"id\":\"a\"}", 20);
  cr_expect_eq(raw_close_code(&raw), LINK_CLOSE_FRAME);
  end();
  world_end();
}

/* ---- the handshake ---- */

#define WEBSOCKET "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
static const char *const bad_upgrades[] = {
  "Upgrade: h2c\r\nConnection: Upgrade, HTTP2-Settings\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n",
  WEBSOCKET,
  WEBSOCKET "Sec-WebSocket-Protocol: mentord.v9\r\n",
  "Accept: */*\r\n",
};

Test(link_server, only_a_websocket_of_our_subprotocol_gets_in) {
  adapter_start(&adapter);
  for (size_t i = 0; i < ARRAY_LEN(bad_upgrades); i++) {
    cr_expect(!raw_connect(&raw, &loop, unix_path, bad_upgrades[i]), "%s", bad_upgrades[i]);
    raw_done(&raw);
  }
  cr_expect(raw_connect(&raw, &loop, unix_path, raw_upgrade), "and it still answers");
  end();
  world_end();
}

Test(link_server, who_connects_and_goes_without_a_word_leaves_nothing) {
  adapter_start(&adapter);
  for (int i = 0; i < 100; i++) {
    cr_assert(raw_connect(&raw, &loop, unix_path, raw_upgrade));
    raw_done(&raw);
    world_turn();
  }
  cr_assert(raw_connect(&raw, &loop, unix_path, raw_upgrade));
  raw_say(&raw, HELLO(SERVES(ONE, "1.1")));
  raw_hear(&raw, "\"t\":\"hello\"");
  end();
  world_end();
}

Test(link_server, so_many_connections_at_once_and_no_more) {
  enum { MORE_THAN_FIT = 40, FIT = 32 };
  struct raw *raws = calloc(MORE_THAN_FIT, sizeof *raws);
  adapter_start(&adapter);
  for (int i = 0; i < FIT; i++) cr_assert(raw_connect(&raws[i], &loop, unix_path, raw_upgrade), "%d", i);
  for (int i = FIT; i < MORE_THAN_FIT; i++) {
    bool entered = raw_connect(&raws[i], &loop, unix_path, raw_upgrade);
    if (entered) raw_say(&raws[i], HELLO(SERVES(ONE, "1.1")));
    cr_expect_eq(entered ? raw_close_code(&raws[i]) : -1, -1, "%d", i);
    raw_done(&raws[i]);
  }
  cr_assert_eq(adapter.ups, 0, "who came too late serves nothing");
  raw_say(&raws[0], HELLO(SERVES(ONE, "1.1")));
  raw_hear(&raws[0], "\"t\":\"hello\"");
  for (int i = 0; i < FIT; i++) raw_done(&raws[i]);
  free(raws);
  adapter_stop(&adapter);
  world_end();
}

/* ---- silence ---- */

Test(link_server, no_hello_within_five_seconds_is_4006) {
  adapter_start(&adapter);
  cr_assert(raw_connect(&raw, &loop, unix_path, raw_upgrade));
  uint64_t start = uv_hrtime();
  cr_expect_eq(raw_close_code(&raw), LINK_CLOSE_ORDER);
  uint64_t took_ms = (uv_hrtime() - start) / 1000000;
  cr_expect(took_ms >= 4900, "%d ms", (int)took_ms);
  end();
  world_end();
}

Test(link_server, a_bot_that_answers_no_ping_is_down_after_six_seconds) {
  greet();
  uint64_t start = uv_hrtime();
  WAIT(adapter.downs == 1); /* nothing is read from the socket, so no pong goes back */
  uint64_t took_ms = (uv_hrtime() - start) / 1000000;
  cr_expect(took_ms >= 5000, "%d ms", (int)took_ms);
  end();
  world_end();
}

/* It closes on the server and never reads why: gone in bounded time, and its place is free at once. */
Test(link_server, a_bot_that_does_not_hear_its_close_does_not_block_the_next) {
  greet();
  raw_say(&raw, "rubbish");
  cr_assert(raw_connect(&second, &loop, unix_path, raw_upgrade));
  raw_say(&second, HELLO(SERVES(ONE, "1.1")));
  raw_hear(&second, "\"t\":\"hello\"");
  cr_expect_eq(adapter.ups, 2);
  cr_expect_eq(adapter.downs, 1);
  raw_done(&second);
  end();
  world_end();
}

/* A bot that asks and asks but never reads: its answers are bounded, then it is sent away. */
Test(link_server, answers_nobody_reads_are_bounded) {
  static char many[60000];
  size_t length = 0;
  greet();
  while (length < sizeof many - 200) length += (size_t)snprintf(many + length, sizeof many - length, "%s", ACTION("dance", ONE));
  WAIT((raw_frame(&raw, true, RAW_TEXT, many, length), adapter.downs == 1));
  end();
  world_end();
}

/* What it can do was said in a hello: there is no other line for it. */
Test(link_server, how_fast_it_is_waits_for_the_next_hello) {
  greet();
  link_server_set_pace(adapter.server, 150);
  raw_say(&raw, ACTION("dance", ONE));
  raw_hear(&raw, "unsupported"); /* it stays */
  cr_expect_eq(adapter.downs, 0);
  raw_done(&raw);
  WAIT(adapter.downs == 1);
  cr_assert(raw_connect(&raw, &loop, unix_path, raw_upgrade));
  raw_say(&raw, HELLO(SERVES(ONE, "1.1")));
  raw_hear(&raw, "\"per_minute\":150");
  end();
  world_end();
}

Test(link_server, demo_frames_pass_where_the_hello_said_demo) {
  cr_assert_eq(adapter_try(&adapter, unix_address, NULL, true), ERR_NONE);
  cr_assert(raw_connect(&raw, &loop, unix_path, raw_upgrade));
  raw_say(&raw, HELLO(SERVES(ONE, "1.1")));
  raw_hear(&raw, "\"demo\":true");
  raw_say(&raw, "{\"t\":\"clock\",\"workspace\":\"" ONE "\",\"now\":1772445600000,\"next_at\":1772532000000,\"next\":\"check-in\"}");
  WAIT(adapter_saw(&adapter, "\"next\":\"check-in\""));
  end();
  world_end();
}
