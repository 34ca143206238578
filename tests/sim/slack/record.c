/* record.c: appends lines to calls.jsonl, up to a bound, and flushes each. */
#include "tests/sim/slack/record.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bot/base/file.h"

enum { PATH_BYTES = 4096 };
static const uint64_t bytes_max = 1024ULL * 1024 * 1024;

struct record {
  FILE *file; /* owned */
  uint64_t bytes;
  bool full;
};

enum err record_open(const char *folder, bool again, struct record **ret_record) {
  char path[PATH_BYTES];
  enum err err = file_folder(folder, 0755);
  if (err != ERR_NONE) return err;
  if (snprintf(path, sizeof path, "%s/calls.jsonl", folder) >= PATH_BYTES) return err_note(ERR_BAD_INPUT, "--data: the path is too long");
  FILE *file = fopen(path, again ? "ae" : "we");
  if (file == NULL) return err_note(ERR_DENIED, "%s: %m", path);
  struct record *record = calloc(1, sizeof *record);
  assert(record != NULL);
  record->file = file;
  *ret_record = record;
  return ERR_NONE;
}

void record_line(struct record *record, cJSON *line) {
  char *printed = tree_print(line);
  cJSON_Delete(line);
  uint64_t bytes = strlen(printed) + 1;
  if (!record->full && record->bytes + bytes > bytes_max) {
    record->full = true;
    (void)fputs("{\"what\":\"full\"}\n", record->file);
  }
  if (!record->full) {
    (void)fprintf(record->file, "%s\n", printed);
    (void)fflush(record->file);
    record->bytes += bytes;
  }
  free(printed);
}

struct record *record_close(struct record *record) {
  if (record == NULL) return NULL;
  (void)fclose(record->file);
  free(record);
  return NULL;
}
