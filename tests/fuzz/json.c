/* json.c: fuzzes the strict walk over JSON: the tree that it grows in an arena is the one that cJSON makes of the same text, and the same
 * texts are refused for the same reason. */
#include "bot/base/json.h"

#include <string.h>

#include "bot/base/arena.h"
#include "tests/fuzz/kit/fuzz.h"

enum { BYTES_MAX = 8192, DEPTH_MAX = 100, NOTE_BYTES = 400 };

static const struct json_bounds bounds = {.bytes_max = BYTES_MAX, .depth_max = DEPTH_MAX};

static bool same_text(const char *one, const char *other) {
  return one == NULL || other == NULL ? one == other : strcmp(one, other) == 0;
}

/* cJSON_Compare takes a number past all bounds for unlike itself. The recursion ends at DEPTH_MAX. */
static bool same_tree(const cJSON *one, const cJSON *other) {
  if (one == NULL || other == NULL) return one == other;
  if (one->type != other->type || !same_text(one->string, other->string) || !same_text(one->valuestring, other->valuestring)) return false;
  if (cJSON_IsNumber(one) && memcmp(&one->valuedouble, &other->valuedouble, sizeof one->valuedouble) != 0) return false;
  const cJSON *child = one->child, *twin = other->child;
  for (; child != NULL && same_tree(child, twin); child = child->next) twin = twin->next;
  return child == NULL && twin == NULL;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes) {
  char why[NOTE_BYTES];
  const char *text = (const char *)data;
  const cJSON *grown;
  CLEANUP(json_freep) cJSON *made = NULL;
  CLEANUP(arena_freep) struct arena *arena = arena_new(JSON_TREE_BYTES_MAX(BYTES_MAX) + BYTES_MAX);
  if (bytes > BYTES_MAX) return 0;
  err_note_clear();
  enum err theirs = json_parse_deep(text, bytes, BYTES_MAX, DEPTH_MAX, &made);
  (void)snprintf(why, sizeof why, "%s", err_note_text());
  err_note_clear();
  enum err ours = json_parse_in(arena, text, bytes, bounds, &grown);
  FUZZ_MUST(ours == theirs && strcmp(why, err_note_text()) == 0, "\"%s\", but in an arena \"%s\"", why, err_note_text());
  if (ours == ERR_NONE) FUZZ_MUST(same_tree(grown, made), "the trees differ");
  else FUZZ_MUST(why[0] != '\0', "refused without a reason");
  return 0;
}
