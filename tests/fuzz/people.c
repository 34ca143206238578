/* people.c: fuzzes people.csv: rows are taken or told with their place, and the job takes every line that was made of them. */
#include "bot/edge/people_file.h"

#include <string.h>

#include "bot/base/json.h"
#include "bot/jobs/jobs.h"
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

static void start(struct scheme_world *world, const struct people_file *file) {
  char entry[200];
  (void)snprintf(entry, sizeof entry, "{\"id\":\"import-1\",\"kind\":\"import\",\"file\":\"x\",\"total\":%lld}", (long long)file->line_count);
  struct event event = {.kind = EVENT_CONTROL, .payload = entry};
  scheme_world_run(world, &event);
  FUZZ_MUST(world->err == ERR_NONE, "%s", err_note_text());
}

/* So many lines a turn, as the running bot hands them over. */
static void step(struct scheme_world *world, struct feed *lines, int64_t *from) {
  CLEANUP(text_done) struct text payload;
  struct json_out out;
  text_init(&payload, TXN_BYTES_MAX);
  json_out_init(&out, &payload);
  json_open(&out, NULL, '{');
  json_put_int(&out, "from", *from);
  json_open(&out, "rows", '[');
  for (int i = 0; i < JOB_ROWS_MAX && lines->left > 0; i++, ++*from) {
    struct piece line = feed_until(lines, '\n');
    CLEANUP(json_freep) cJSON *row = NULL;
    FUZZ_MUST(json_parse(line.data, line.bytes, line.bytes, &row) == ERR_NONE, "%s: %.*s", err_note_text(), (int)line.bytes, line.data);
    char *copy = strndup(line.data, line.bytes);
    json_put_raw(&out, NULL, copy);
    free(copy);
  }
  json_close(&out, ']');
  json_put_bool(&out, "last", lines->left == 0);
  json_close(&out, '}');
  struct event event = {.kind = EVENT_JOB, .record = "import-1", .payload = text_str(&payload)};
  scheme_world_run(world, &event);
  FUZZ_MUST(world->err == ERR_NONE, "%s", err_note_text());
}

static void check_import(struct scheme_world *world, const struct people_file *file) {
  struct feed lines = {text_str(&file->lines), file->lines.length};
  int64_t from = 0;
  start(world, file);
  while (lines.left > 0) step(world, &lines, &from);
  const struct job *job = model_get(world->model, RECORD_JOB, "import-1");
  FUZZ_MUST(from == file->line_count, "%lld lines, %lld promised", (long long)from, (long long)file->line_count);
  FUZZ_MUST(job->state != JOB_FAILED && job->troubles.count == 0, "%s", job->troubles.count > 0 ? job->troubles.items[0] : "failed");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes) {
  struct scheme_world *world = scheme_world_new();
  struct arena *arena = arena_new(1 << 20);
  struct troubles troubles = {.arena = arena};
  struct people_file file;
  err_note_clear();
  enum err err = people_file_read(fuzz_file(data, bytes), world->model, &troubles, &file);
  check_troubles(&troubles);
  if (err != ERR_NONE) FUZZ_MUST(troubles.count > 0 || err_note_text()[0] != '\0', "refused as %s without a reason", err_name(err));
  if (err == ERR_NONE) FUZZ_MUST((size_t)file.bad <= troubles.count, "%lld rows left out, %zu troubles", (long long)file.bad, troubles.count);
  if (err == ERR_NONE) check_import(world, &file);
  if (err == ERR_NONE) people_file_done(&file);
  (void)arena_free(arena);
  (void)scheme_world_free(world);
  return 0;
}
