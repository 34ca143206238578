/* event_copy.c: every text of an event, copied; a text added to struct event is added here. */
#include "bot/edge/event_copy.h"

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

struct event *event_copy(struct arena *arena, const struct event *event) {
  struct event *copy = arena_alloc(arena, sizeof *copy);
  *copy = *event;
  const char **texts[] = {&copy->id, &copy->workspace, &copy->person.id, &copy->person.name, &copy->person.zone,
                          &copy->person.language, &copy->room.id, &copy->room.name, &copy->text, &copy->message,
                          &copy->button, &copy->command, &copy->args, &copy->change, &copy->record, &copy->action,
                          &copy->why, &copy->new_message, &copy->payload};
  for (size_t i = 0; i < ARRAY_LEN(texts); i++) *texts[i] = arena_text(arena, *texts[i]);
  copy_values(arena, copy, event);
  return copy;
}
