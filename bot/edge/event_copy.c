/* event_copy.c: every text of an event, copied or counted; a text added to struct event is added here. */
#include "bot/edge/event_copy.h"

#include <string.h>

static void copy_values(struct arena *arena, struct event *copy, const struct event *event) {
  struct field_value *values = arena_alloc(arena, (event->value_count + 1) * sizeof *values);
  for (size_t i = 0; i < event->value_count; i++) {
    const struct field_value *from = &event->values[i];
    const char **texts = arena_alloc(arena, (from->value_count + 1) * sizeof *texts);
    for (size_t k = 0; k < from->value_count; k++) texts[k] = arena_text(arena, from->values[k]);
    values[i] = (struct field_value){.name = arena_text(arena, from->name), .values = texts, .value_count = from->value_count};
  }
  copy->values = values;
}

static void copy_paces(struct arena *arena, struct event *copy, const struct event *event) {
  struct workspace_pace *paces = arena_alloc(arena, (event->pace_count + 1) * sizeof *paces);
  for (size_t i = 0; i < event->pace_count; i++) {
    paces[i] = event->paces[i];
    paces[i].workspace = arena_text(arena, event->paces[i].workspace);
  }
  copy->paces = paces;
}

/* The texts of an event, one after the other. */
enum { TEXTS = 19 };
static void list_texts(struct event *event, const char **ret_texts[TEXTS]) {
  const char **texts[TEXTS] = {&event->id, &event->workspace, &event->person.id, &event->person.name, &event->person.zone,
                               &event->person.language, &event->room.id, &event->room.name, &event->text, &event->message,
                               &event->button, &event->command, &event->args, &event->change, &event->record, &event->action,
                               &event->why, &event->new_message, &event->payload};
  memcpy(ret_texts, texts, sizeof texts);
}

size_t event_bytes(const struct event *event) {
  struct event copy = *event;
  const char **texts[TEXTS];
  size_t bytes = 0;
  list_texts(&copy, texts);
  for (size_t i = 0; i < TEXTS; i++) bytes += *texts[i] == NULL ? 0 : strlen(*texts[i]);
  for (size_t i = 0; i < event->value_count; i++) {
    for (size_t k = 0; k < event->values[i].value_count; k++) bytes += strlen(event->values[i].values[k]);
  }
  return bytes;
}

struct event *event_copy(struct arena *arena, const struct event *event) {
  struct event *copy = arena_alloc(arena, sizeof *copy);
  *copy = *event;
  const char **texts[TEXTS];
  list_texts(copy, texts);
  for (size_t i = 0; i < TEXTS; i++) *texts[i] = arena_text(arena, *texts[i]);
  copy_values(arena, copy, event);
  copy_paces(arena, copy, event);
  return copy;
}
