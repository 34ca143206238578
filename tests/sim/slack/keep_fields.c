/* keep_fields.c: walks along a table of fields, to the file and back. */
#include "tests/sim/slack/keep_fields.h"

#include <stdio.h>
#include <string.h>

KEPT_TABLE(view, KEPT(view, TEXT, id), KEPT(view, TEXT, hash), KEPT(view, TREE, json));

static int64_t number_at(const void *at, size_t size) {
  int64_t wide;
  int32_t half;
  if (size == sizeof wide) {
    memcpy(&wide, at, size);
    return wide;
  }
  if (size == sizeof half) {
    memcpy(&half, at, size);
    return half;
  }
  assert(size == sizeof(bool));
  return *(const bool *)at;
}

static void put_number(void *at, size_t size, int64_t value) {
  int32_t half = (int32_t)value;
  assert(size == sizeof value || size == sizeof half || size == sizeof(bool));
  if (size == sizeof value) memcpy(at, &value, size);
  else if (size == sizeof half) memcpy(at, &half, size);
  else *(bool *)at = value != 0;
}

/* ---- saving ---- */

static void save_words(const struct list *words, const char *key, cJSON *into) {
  cJSON *array = tree_array(into, key);
  for (size_t i = 0; i < words->count; i++) tree_str(array, NULL, words->items[i]);
}

/* Two workspaces may have people of one id. */
static void save_user(const struct user *user, const char *key, cJSON *row) {
  char name[2 * ID_SIZE];
  (void)snprintf(name, sizeof name, "%s/%s", user->team->id, user->id);
  tree_str(row, key, name);
}

static void save_one(const struct kept_field *field, const void *at, cJSON *row) {
  const void *pointer = NULL;
  if (field->size == sizeof pointer) memcpy(&pointer, at, sizeof pointer);
  switch (field->shape) {
    case KEPT_TEXT: tree_str(row, field->name, at); break;
    case KEPT_NUMBER: tree_int(row, field->name, number_at(at, field->size)); break;
    case KEPT_TREE: tree_copy(row, field->name, pointer); break;
    case KEPT_WORDS: save_words(at, field->name, row); break;
    case KEPT_VIEW: if (pointer != NULL) keep_fields_save(&view_fields, pointer, tree_object(row, field->name)); break;
    case KEPT_TEAM: if (pointer != NULL) tree_str(row, field->name, ((const struct team *)pointer)->id); break;
    case KEPT_USER: if (pointer != NULL) save_user(pointer, field->name, row); break;
    case KEPT_CHANNEL: if (pointer != NULL) tree_str(row, field->name, ((const struct channel *)pointer)->id); break;
  }
}

void keep_fields_save(const struct kept_fields *fields, const void *what, cJSON *row) {
  for (size_t i = 0; i < fields->count; i++) save_one(&fields->fields[i], (const char *)what + fields->fields[i].at, row);
}

/* ---- loading ---- */

static void put_pointer(void *at, const void *pointer) {
  memcpy(at, &pointer, sizeof pointer);
}

static void load_tree(const cJSON *kept, void *at) {
  cJSON *old;
  memcpy(&old, at, sizeof old);
  cJSON_Delete(old);
  put_pointer(at, cJSON_Duplicate(kept, true));
}

static void load_words(const cJSON *words, struct list *into) {
  const cJSON *word;
  cJSON_ArrayForEach(word, words) world_note(into, cJSON_GetStringValue(word));
}

static struct user *user_of(const struct world *world, const char *name) {
  char team[ID_SIZE];
  const char *slash = strchr(name, '/');
  assert(slash != NULL && slash - name < ID_SIZE);
  (void)snprintf(team, sizeof team, "%.*s", (int)(slash - name), name);
  return world_user_id(world, world_team_id(world, team), slash + 1);
}

static void load_view(struct world *world, const cJSON *kept, void *at) {
  struct view *view = world_view(world, NULL);
  keep_fields_load(&view_fields, world, kept, view);
  put_pointer(at, view);
}

static void load_one(const struct kept_field *field, struct world *world, const cJSON *kept, void *at) {
  switch (field->shape) {
    case KEPT_TEXT: slot_put(at, field->size, cJSON_GetStringValue(kept)); break;
    case KEPT_NUMBER: put_number(at, field->size, (int64_t)kept->valuedouble); break;
    case KEPT_TREE: load_tree(kept, at); break;
    case KEPT_WORDS: load_words(kept, at); break;
    case KEPT_VIEW: load_view(world, kept, at); break;
    case KEPT_TEAM: put_pointer(at, world_team_id(world, cJSON_GetStringValue(kept))); break;
    case KEPT_USER: put_pointer(at, user_of(world, cJSON_GetStringValue(kept))); break;
    case KEPT_CHANNEL: put_pointer(at, world_channel_id(world, cJSON_GetStringValue(kept))); break;
  }
}

void keep_fields_load(const struct kept_fields *fields, struct world *world, const cJSON *row, void *what) {
  for (size_t i = 0; i < fields->count; i++) {
    const cJSON *kept = cJSON_GetObjectItemCaseSensitive(row, fields->fields[i].name);
    if (kept != NULL) load_one(&fields->fields[i], world, kept, (char *)what + fields->fields[i].at);
  }
}
