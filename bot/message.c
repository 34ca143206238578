/* message.c: the names of events, actions and results, from the lists in message.h. */
#include "bot/message.h"

#include <string.h>

#define AS_NAME(name, text) text,
static const char *const event_names[] = {EVENT_LIST(AS_NAME)};
static const char *const action_names[] = {ACTION_LIST(AS_NAME)};
#undef AS_NAME
static const char *const room_names[] = {"direct", "private", "public"};
static const char *const result_names[] = {"sent", "later", "failed", "ambiguous", "not_found", "cannot_tell", "unsupported"};
static const char *const input_names[] = {"none", "buttons", "select_one", "select_many", "text", "person", "date"};

static_assert(ARRAY_LEN(room_names) == ROOM_KIND_MAX_, "a name for every room kind");
static_assert(ARRAY_LEN(result_names) == RESULT_MAX_, "a name for every result");
static_assert(ARRAY_LEN(input_names) == INPUT_MAX_, "a name for every input");

/* The place of `name` in a list of names, or `otherwise`. */
static int name_index(const char *const *names, size_t count, const char *name, int otherwise) {
  for (size_t i = 0; name != NULL && i < count; i++) {
    if (strcmp(names[i], name) == 0) return (int)i;
  }
  return otherwise;
}

const char *event_kind_name(enum event_kind kind) {
  assert(kind >= 0 && kind < EVENT_MAX_);
  return event_names[kind];
}

enum event_kind event_kind_from(const char *name) {
  return (enum event_kind)name_index(event_names, ARRAY_LEN(event_names), name, EVENT_INVALID_);
}

const char *action_kind_name(enum action_kind kind) {
  assert(kind >= 0 && kind < ACTION_MAX_);
  return action_names[kind];
}

enum action_kind action_kind_from(const char *name) {
  return (enum action_kind)name_index(action_names, ARRAY_LEN(action_names), name, ACTION_INVALID_);
}

const char *room_kind_name(enum room_kind kind) {
  assert(kind < ROOM_KIND_MAX_);
  return room_names[kind];
}

enum room_kind room_kind_from(const char *name) {
  return (enum room_kind)name_index(room_names, ARRAY_LEN(room_names), name, ROOM_PUBLIC);
}

const char *action_result_name(enum action_result result) {
  assert(result < RESULT_MAX_);
  return result_names[result];
}

bool action_result_from(const char *name, enum action_result *ret_result) {
  int index = name_index(result_names, ARRAY_LEN(result_names), name, -1);
  if (index < 0) return false;
  *ret_result = (enum action_result)index;
  return true;
}

const char *card_input_name(enum card_input input) {
  assert(input < INPUT_MAX_);
  return input_names[input];
}

enum card_input card_input_from(const char *name) {
  return (enum card_input)name_index(input_names, ARRAY_LEN(input_names), name, INPUT_NONE);
}
