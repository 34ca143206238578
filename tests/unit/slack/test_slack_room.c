/* test_slack_room.c: a room's names, and which room that stands there is the one that was asked for. */
#include <stdio.h>
#include <string.h>

#include <criterion/criterion.h>

#include "adapters/slack/slack_room.h"
#include "bot/base/err.h"

TestSuite(slack_room);

enum { ARENA_BYTES = 1024 * 1024 };
static const int64_t SINCE_MS = 1772445600000;
static const struct action choir = {.kind = ACTION_ROOM_OPEN, .id = "o88", .room_name = "The Choir, 2027"};

Test(slack_room, nine_names_one_after_another) {
  CLEANUP(arena_freep) struct arena *arena = arena_new(ARENA_BYTES);
  struct slack_call create = {.method = SLACK_CREATE, .fields = {{"is_private", "true"}, {"name", slack_room_name(&choir, arena)}}, .field_count = 2};
  cr_expect_str_eq(create.fields[1].value, "the-choir--2027-o88");
  for (int number = 2; number <= SLACK_ROOM_NAMES; number++) {
    cr_assert(slack_room_rename(&create, arena));
    cr_expect_str_eq(create.fields[1].value, arena_format(arena, "the-choir--2027-o88--%d", number));
  }
  cr_expect(!slack_room_rename(&create, arena));
  create.fields[1].value = "no-id--x";
  cr_assert(slack_room_rename(&create, arena));
  cr_expect_str_eq(create.fields[1].value, "no-id--x--2");
}

static struct slack_answer found(const char *body, int status, struct arena *arena) {
  struct slack_answer answer;
  const struct slack_http http = {.status = status, .body = body, .bytes = body == NULL ? 0 : strlen(body), .retry_after_s = status == 429 ? 7 : 0};
  err_note_clear();
  slack_room_found(&choir, "UBOT", SINCE_MS, &http, arena, &answer);
  cr_expect_str_eq(err_note_text(), "");
  return answer;
}

#define ROOM(id, name, creator, created) "{\"id\":\"" id "\",\"name\":\"" name "\",\"creator\":\"" creator "\",\"created\":" created "}"
#define LISTED(...) "{\"ok\":true,\"channels\":[" __VA_ARGS__ "],\"response_metadata\":{\"next_cursor\":\"\"}}"

Test(slack_room, it_is_found_by_name_maker_and_age) {
  CLEANUP(arena_freep) struct arena *arena = arena_new(ARENA_BYTES);
  static const struct {
    const char *body, *room; /* NULL: none is it */
  } cases[] = {
      {LISTED(ROOM("C1", "other-o88", "UBOT", "1772445700") "," ROOM("C2", "the-choir--2027-o88", "UBOT", "1772445700")), "C2"},
      {LISTED(ROOM("C3", "the-choir--2027-o88--9", "UBOT", "1772445700")), "C3"},
      {LISTED(ROOM("C4", "the-choir--2027-o88", "U1", "1772445700")), NULL},
      {LISTED(ROOM("C5", "the-choir--2027-o88", "UBOT", "1772445599")), NULL},
      {LISTED(ROOM("C6", "the-choir--2027-o889", "UBOT", "1772445700") "," ROOM("C7", "the-choir--2027-o88--10", "UBOT", "1772445700")), NULL},
      {LISTED("{\"name\":\"the-choir--2027-o88\",\"creator\":\"UBOT\",\"created\":1772445700}"), NULL},
      {LISTED(), NULL},
  };
  for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
    struct slack_answer answer = found(cases[i].body, 200, arena);
    cr_expect_eq(answer.result, cases[i].room == NULL ? RESULT_NOT_FOUND : RESULT_SENT, "case %zu", i);
    if (cases[i].room == NULL) continue;
    cr_expect_str_eq(answer.message, cases[i].room);
    cr_expect_str_eq(answer.channel, cases[i].room);
  }
}

Test(slack_room, what_was_not_seen_as_a_whole_leaves_it_open) {
  CLEANUP(arena_freep) struct arena *arena = arena_new(ARENA_BYTES);
  static const char more[] = "{\"ok\":true,\"channels\":[],\"response_metadata\":{\"next_cursor\":\"dGVhbQ==\"}}";
  cr_expect_eq(found(more, 200, arena).result, RESULT_CANNOT_TELL);
  cr_expect_eq(found("{\"ok\":true}", 200, arena).result, RESULT_CANNOT_TELL);
  cr_expect_eq(found("{\"ok\":false,\"error\":\"missing_scope\",\"needed\":\"groups:read\"}", 200, arena).result, RESULT_CANNOT_TELL);
  struct slack_answer answer = found(NULL, 429, arena);
  cr_expect_eq(answer.result, RESULT_LATER);
  cr_expect_eq(answer.wait_ms, 7000);
}
