/* checks_file.c: what must hold of a list that goes to a manager as a file: whose it is, who stands in it, and that no cell is too many. */
#include <stdlib.h>
#include <string.h>

#include "bot/edge/serve_parts.h"
#include "bot/export.h"
#include "tests/season/watching.h"

/* Fetched as an adapter does it, in the turn that is handed over. */
static char *fetched(const struct season *season, const struct action *action) {
  char *all = malloc(action->file->bytes + 1);
  size_t got = 0;
  const void *bytes;
  assert(all != NULL);
  for (size_t count = 1; count > 0 && got < action->file->bytes; got += count) {
    const struct link_frame get = {.line = LINE_BLOB_GET, .id = action->file->blob, .workspace = action->workspace, .from = (int64_t)got};
    count = serve_piece(season->serve, &get, &bytes);
    assert(count <= action->file->bytes - got);
    if (count > 0) memcpy(all + got, bytes, count);
  }
  all[got] = '\0';
  return all;
}

/* How many cells the line at *at has, and how many bytes stand in the first; *at moves behind it. */
static size_t cells_of(const char **at, size_t *ret_first_bytes) {
  const char *begin = *at, *end = begin;
  size_t cells = 1;
  bool quoted = false;
  *ret_first_bytes = 0;
  for (; *end != '\0' && (quoted || *end != '\n'); end++) {
    quoted ^= *end == '"';
    if (*end != ',' || quoted) continue;
    if (cells++ == 1) *ret_first_bytes = (size_t)(end - begin);
  }
  *at = *end == '\0' ? end : end + 1;
  return cells;
}

/* One cell more would be a column that nobody weighed; a line without a name is one of whom the reader may see nothing. */
static void check_lines(struct season *season, const struct action *action, const char *csv) {
  const struct export_column *columns;
  size_t wanted = export_columns(strncmp(action->file->name, "pairs", 5) == 0 ? EXPORT_PAIRS : EXPORT_PEOPLE, &columns), first;
  for (const char *at = csv; *at != '\0';) {
    const char *line = at;
    size_t cells = cells_of(&at, &first);
    check(season, CHECK_exported, cells == wanted && first > 0, "%s to %s: %.*s", action->file->name, action->person, (int)strcspn(line, "\r\n"), line);
  }
}

/* Also of other managers, who may stand on cards. */
static void check_names(struct season *season, const struct action *action, const char *reader, const char *csv) {
  const struct model *model = serve_model(season->serve);
  for (size_t i = 0; i < model_count(model, RECORD_PERSON); i++) {
    const struct person *subject = model_at(model, RECORD_PERSON, i);
    bool hidden = model_in_line(model, reader, subject->id) || model_unreadable(model, subject->id);
    if (!hidden || subject->name == NULL || strcmp(subject->id, reader) == 0) continue;
    check(season, CHECK_exported, strstr(csv, subject->name) == NULL, "%s to %s (%s) names %s (%s)", action->file->name, action->person, reader, subject->name, subject->id);
  }
}

void checks_file(struct season *season, const struct action *action) {
  const char *reader = action->person == NULL ? NULL : model_account(serve_model(season->serve), action->workspace, action->person);
  const struct human *human = action->person == NULL ? NULL : map_get(season->by_user, action->person);
  check(season, CHECK_exported, reader != NULL && human != NULL && human->manager, "%s to %s", action->file->name, action->person == NULL ? "a room" : action->person);
  char *csv = fetched(season, action);
  check(season, CHECK_exported, strlen(csv) == action->file->bytes, "%s: %zu of %zu bytes", action->file->name, strlen(csv), action->file->bytes);
  checks_plain(season, "a file", csv, action->file->bytes);
  check_lines(season, action, csv);
  check_names(season, action, reader, csv);
  (void)EVP_DigestUpdate(season->bytes_hash, csv, action->file->bytes);
  free(csv);
}
