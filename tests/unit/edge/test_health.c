/* test_health.c: the health file there and back, and what an operator is told in each case. */
#include "bot/edge/health.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "bot/base/json.h"
#include "tests/unit/edge/edge_lab.h"

static struct lab lab;
static struct health health;
static struct health_seen seen;

static void begin(void) {
  lab_begin(&lab);
  health = (struct health){.pid = 77, .at_ms = 1000000, .boot_ms = 500000, .since_ms = 1000000 - 120000, .serving = true, .scheme = "city", .fence = "1.4",
                           .links = {{"web", true, true}, {"other", true, true}}, .link_count = 2, .commits = 5, .acks = 4, .outbox = 3, .waiting = 2, .free_bytes = 9 << 20};
  seen = (struct health_seen){.now_ms = 1001000, .boot_ms = 501000, .alive = true, .data = "/srv/data", .free_bytes = 1 << 30};
}
static void end(void) { lab_end(&lab); }
TestSuite(health, .init = begin, .fini = end);

static void judged(const struct health *file, enum health_level wanted, const char *said) {
  struct text say;
  text_init(&say, HEALTH_BYTES_MAX);
  enum health_level level = health_judge(file, &seen, &say);
  cr_assert_eq(level, wanted, "%d: %s", (int)level, text_str(&say));
  cr_assert_not_null(strstr(text_str(&say), said), "not \"%s\" in: %s", said, text_str(&say));
  text_done(&say);
}

Test(health, there_and_back) {
  struct health back;
  struct stat info;
  const char *path = arena_format(lab.arena, "%s/health.json", lab.folder);
  health_trouble(&health, "space", "Say \"this\".");
  cr_assert_eq(health_read(path, &back), ERR_GONE);
  err_note_clear();
  cr_assert_eq(health_write(path, &health), ERR_NONE, "%s", err_note_text());
  cr_assert_eq(stat(path, &info), 0);
  cr_assert_eq(info.st_mode & 0777, 0600);
  cr_assert_eq(health_read(path, &back), ERR_NONE, "%s", err_note_text());
  cr_assert_arr_eq((char *)&back, (char *)&health, sizeof back);
}

Test(health, what_is_no_health_file) {
  struct health back;
  cr_assert_eq(health_read(lab_write(&lab, "a", "[]"), &back), ERR_BAD_INPUT);
  cr_assert_eq(health_read(lab_write(&lab, "b", "{\"pid\":"), &back), ERR_BAD_INPUT);
  err_note_clear();
}

Test(health, all_is_well) {
  judged(&health, HEALTH_WELL, "People are being served, since 2 minutes");
  judged(&health, HEALTH_WELL, "5 turns kept, 4 events acknowledged");
}

Test(health, nobody_ever_ran) { judged(NULL, HEALTH_DOWN, "No bot has run"); }

Test(health, it_was_stopped_as_asked) {
  health.stopped = true;
  judged(&health, HEALTH_DOWN, "The bot was stopped.");
}

Test(health, its_process_is_gone) {
  seen.alive = false;
  judged(&health, HEALTH_DOWN, "its process is gone");
}

Test(health, it_does_not_come_up) {
  static const char wanted[] = "The bot is being started, and is not up yet";
  seen.supervised = true;
  judged(&health, HEALTH_WELL, "served");
  seen.alive = false;
  judged(&health, HEALTH_DOWN, wanted);
  seen.alive = health.stopped = true;
  judged(&health, HEALTH_DOWN, wanted);
  judged(NULL, HEALTH_DOWN, wanted);
  health.stopped = false;
  seen.boot_ms = health.boot_ms - 1;
  judged(&health, HEALTH_DOWN, wanted);
}

Test(health, it_says_nothing_any_more) {
  seen.boot_ms = health.boot_ms + HEALTH_FRESH_MS;
  judged(&health, HEALTH_WELL, "served");
  seen.boot_ms++;
  judged(&health, HEALTH_DOWN, "kill -CONT");
  seen.free_bytes = 0;
  judged(&health, HEALTH_DOWN, "the disk is full");
}

Test(health, the_machine_started_since) {
  seen.boot_ms = health.boot_ms - 1;
  judged(&health, HEALTH_DOWN, "since this machine started");
}

Test(health, a_trouble_while_serving_needs_care) {
  health_trouble(&health, "space", "Make room.");
  judged(&health, HEALTH_CARE, "space: Make room.");
}

Test(health, a_trouble_that_ends_serving) {
  health.serving = false;
  health_trouble(&health, "store_down", "Redis is away.");
  judged(&health, HEALTH_DOWN, "store_down: Redis is away.");
}

Test(health, one_link_of_two_needs_care_and_none_serves_nobody) {
  health.links[0].up = false;
  health_trouble(&health, "link_down", "Start it.");
  judged(&health, HEALTH_CARE, "Start it.");
  health.links[1].up = false;
  judged(&health, HEALTH_DOWN, "Start it.");
}

Test(health, an_adapter_without_its_platform_serves_nobody) {
  health.links[0].heard = false;
  health_trouble(&health, "platform_down", "Nothing is heard of slack/T01CITY.");
  judged(&health, HEALTH_CARE, "Nothing is heard");
  health.links[1].up = false;
  judged(&health, HEALTH_DOWN, "platform_down: Nothing is heard");
}

Test(health, a_start_says_what_is_awaited) {
  health.links[0].up = health.links[1].up = false;
  judged(&health, HEALTH_DOWN, "no adapter has answered yet");
  health.serving = false;
  judged(&health, HEALTH_DOWN, "reads what it keeps");
}

Test(health, another_bot_serves) {
  health.serving = false;
  health_trouble(&health, "stands_by", "Another bot serves this scheme.");
  judged(&health, HEALTH_CARE, "Another bot serves; this one does not");
}

Test(health, for_monitors) {
  CLEANUP(json_freep) cJSON *root = NULL;
  struct text text;
  text_init(&text, HEALTH_BYTES_MAX);
  seen.alive = false;
  health_json(&health, &seen, &text);
  cr_assert_eq(json_parse(text_str(&text), text.length, HEALTH_BYTES_MAX, &root), ERR_NONE, "%s", err_note_text());
  cr_assert_eq(json_int_or(root, "level", -1), HEALTH_DOWN);
  cr_assert_eq(json_int_or(root, "acks", -1), 4);
  cr_assert_eq(json_int_or(root, "age_ms", -1), 1000);
  cr_assert_not_null(strstr(json_str_or(root, "say", ""), "process is gone"));
  text_done(&text);
}
