/* scheme.c: fuzzes scheme.yaml: a file is either refused with a place and a reason, or becomes an entry that the job applies. */
#include "bot/edge/scheme_file.h"

#include <string.h>

#include "bot/base/json.h"
#include "bot/base/yaml.h"
#include "tests/fuzz/kit/fuzz.h"
#include "tests/fuzz/kit/scheme.h"

static void check_troubles(const struct troubles *troubles) {
  size_t kept = troubles->count < TROUBLES_SHOWN_MAX ? troubles->count : TROUBLES_SHOWN_MAX;
  for (size_t i = 0; i < kept; i++) {
    const struct trouble *trouble = &troubles->items[i];
    FUZZ_MUST(trouble->line > 0 && trouble->column > 0, "no place: %s", trouble->what);
    FUZZ_MUST(text_utf8_valid(trouble->what, strlen(trouble->what)), "line %zu: %s", trouble->line, trouble->what);
  }
}

/* What `apply` would put into the control list, the running bot takes without a word of its own. */
static void check_entry(const char *json) {
  CLEANUP(json_freep) cJSON *root = NULL;
  FUZZ_MUST(json_parse(json, strlen(json), strlen(json), &root) == ERR_NONE, "%s: %s", err_note_text(), json);
  struct scheme_world *world = scheme_world_new();
  struct event event = {.kind = EVENT_CONTROL, .payload = json};
  scheme_world_run(world, &event);
  FUZZ_MUST(world->err == ERR_NONE, "apply was refused: %s: %s", err_name(world->err), err_note_text());
  const struct job *job = model_get(world->model, RECORD_JOB, "apply-1");
  FUZZ_MUST(job != NULL && job->state == JOB_FINISHED, "%s", job == NULL ? "no job" : job->troubles.items[0]);
  (void)scheme_world_free(world);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes) {
  struct arena *arena = arena_new(YAML_ARENA_BYTES);
  struct troubles troubles = {.arena = arena};
  char *json = NULL;
  err_note_clear();
  enum err err = scheme_file_read(fuzz_file(data, bytes), "apply-1", bytes % 2 == 0, arena, &troubles, &json);
  check_troubles(&troubles);
  if (err == ERR_NONE) FUZZ_MUST(troubles.count == 0 && json != NULL, "taken with %zu troubles", troubles.count);
  else FUZZ_MUST(troubles.count > 0 || err_note_text()[0] != '\0', "refused as %s without a reason", err_name(err));
  if (err == ERR_NONE) check_entry(json);
  (void)arena_free(arena);
  return 0;
}
