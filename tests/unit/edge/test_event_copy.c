/* test_event_copy.c: an event that waits owes nothing to where it came from: every text of it is a copy. */
#include "bot/edge/event_copy.h"

#include <criterion/criterion.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#define PART(field) {#field, offsetof(struct event, field)}
static const struct {
  const char *name;
  size_t offset;
} texts[] = {PART(id), PART(workspace), PART(person.id), PART(person.name), PART(person.zone), PART(person.language), PART(room.id),
             PART(room.name), PART(text), PART(message), PART(button), PART(command), PART(args), PART(change), PART(record), PART(action),
             PART(why), PART(new_message), PART(payload)};

static const char **text_at(struct event *event, size_t i) {
  return (const char **)(void *)((char *)event + texts[i].offset);
}

Test(event_copy, every_text_is_a_copy) {
  struct arena *arena = arena_new(1 << 20);
  struct event event = {.kind = EVENT_FORM, .again = true, .at_ms = 5, .due_ms = 6, .wait_ms = 7, .round_side = 8, .queued = 10,
                        .scarce = true, .crowded = true, .result = RESULT_LATER, .room = {.kind = ROOM_PUBLIC}, .seed = {9}};
  char written[ARRAY_LEN(texts)][24];
  for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
    (void)snprintf(written[i], sizeof written[i], "%s", texts[i].name);
    *text_at(&event, i) = written[i];
  }
  struct event *copy = event_copy(arena, &event);
  memset(written, 'x', sizeof written);
  for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
    cr_assert_neq(*text_at(copy, i), written[i]);
    cr_assert_str_eq(*text_at(copy, i), texts[i].name);
  }
  cr_assert(copy->kind == EVENT_FORM && copy->again && copy->at_ms == 5 && copy->due_ms == 6 && copy->wait_ms == 7 && copy->round_side == 8 && copy->result == RESULT_LATER);
  cr_assert(copy->room.kind == ROOM_PUBLIC && copy->seed[0] == 9 && copy->scarce && copy->crowded && copy->queued == 10);
  (void)arena_free(arena);
}

/* A text added to struct event and forgotten here changes the size of the rest. */
Test(event_copy, no_text_was_forgotten) {
  size_t pointers = ARRAY_LEN(texts) + 2; /* and `values` and `paces` */
  struct event probe;
  size_t rest = sizeof probe.kind + sizeof probe.again + sizeof probe.scarce + sizeof probe.crowded + sizeof probe.at_ms + sizeof probe.seed + sizeof probe.room.kind + sizeof probe.value_count + sizeof probe.due_ms +
                sizeof probe.result + sizeof probe.wait_ms + sizeof probe.round_side + sizeof probe.queued + sizeof probe.pace_count;
  cr_assert_lt(sizeof probe, pointers * sizeof(char *) + rest + 2 * sizeof(char *), "a new field: copy it, and name it here");
}

Test(event_copy, what_was_not_said_stays_unsaid) {
  struct arena *arena = arena_new(1 << 20);
  static const struct event nothing = {.kind = EVENT_TIMER};
  struct event *copy = event_copy(arena, &nothing);
  for (size_t i = 0; i < ARRAY_LEN(texts); i++) cr_assert_null(*text_at(copy, i), "%s", texts[i].name);
  cr_assert_eq(copy->value_count, 0);
  (void)arena_free(arena);
}

Test(event_copy, how_fast_workspaces_are) {
  struct arena *arena = arena_new(1 << 20);
  char city[] = "slack/city";
  struct workspace_pace paces[] = {{.workspace = city, .per_minute = 200, .waiting = 7}};
  struct event event = {.kind = EVENT_TEXT, .paces = paces, .pace_count = 1};
  struct event *copy = event_copy(arena, &event);
  memset(city, 'x', 3);
  paces[0].per_minute = 0;
  cr_assert_eq(copy->pace_count, 1);
  cr_assert_str_eq(copy->paces[0].workspace, "slack/city");
  cr_assert(copy->paces[0].per_minute == 200 && copy->paces[0].waiting == 7);
  (void)arena_free(arena);
}

Test(event_copy, fields_of_a_form) {
  struct arena *arena = arena_new(1 << 20);
  char one[] = "one", two[] = "two", name[] = "name";
  const char *values[] = {one, two};
  struct field_value fields[] = {{name, values, 2}, {"empty", NULL, 0}};
  struct event event = {.kind = EVENT_FORM, .values = fields, .value_count = 2};
  struct event *copy = event_copy(arena, &event);
  memset(one, 'x', 3), memset(two, 'x', 3), memset(name, 'x', 4);
  values[0] = NULL;
  fields[0].value_count = 0;
  cr_assert_eq(copy->value_count, 2);
  cr_assert_str_eq(copy->values[0].name, "name");
  cr_assert_eq(copy->values[0].value_count, 2);
  cr_assert_str_eq(copy->values[0].values[0], "one");
  cr_assert_str_eq(copy->values[0].values[1], "two");
  cr_assert_eq(copy->values[1].value_count, 0);
  (void)arena_free(arena);
}
