/* people_file.c: people.csv row by row: one that is wrong is told and left out, the others become lines of the spool file. */
#include "bot/edge/people_file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bot/base/json.h"
#include "bot/base/yaml.h"
#include "bot/edge/people_fields.h"

enum { LINES_BYTES_MAX = 240 * 1024 * 1024, ROW_ARENA_BYTES = 4 * 1024 * 1024 };

/* ---- what goes into the spool file ---- */
static void put_text(struct json_out *out, const struct reading *reading, int column) {
  if (people_value(reading, column)[0] != '\0') json_put_str(out, people_columns[column], people_value(reading, column));
}

static void put_list(struct json_out *out, struct reading *reading, int column) {
  char **parts;
  size_t count = text_split(reading->arena, people_value(reading, column), ';', &parts);
  if (count == 0) return;
  json_open(out, people_columns[column], '[');
  for (size_t i = 0; i < count; i++) json_put_str(out, NULL, column == COL_topics ? people_topic(reading, parts[i]) : parts[i]);
  json_close(out, ']');
}

static void put_person(struct reading *reading) {
  struct json_out out;
  json_out_init(&out, &reading->file->lines);
  json_open(&out, NULL, '{');
  for (int column = COL_account; column <= COL_grade; column++) put_text(&out, reading, column);
  put_text(&out, reading, COL_role);
  if (people_is_yes(people_value(reading, COL_trained))) json_put_bool(&out, "trained", true);
  if (people_is_yes(people_value(reading, COL_lead))) json_put_bool(&out, "lead", true);
  put_list(&out, reading, COL_topics);
  json_close(&out, '}');
  text_add(&reading->file->lines, "\n");
  reading->file->line_count++;
}

static void put_facts(struct reading *reading) {
  struct json_out out;
  const char *line = people_value(reading, COL_line_manager);
  if (line[0] == '\0' && strspn(people_value(reading, COL_apart), "; ") == strlen(people_value(reading, COL_apart))) return;
  json_out_init(&out, &reading->facts);
  json_open(&out, NULL, '{');
  put_text(&out, reading, COL_account);
  if (line[0] != '\0') json_put_str(&out, "line", line);
  put_list(&out, reading, COL_apart);
  json_close(&out, '}');
  text_add(&reading->facts, "\n");
  reading->file->line_count++;
}

/* ---- rows ---- */
static bool check_row(struct reading *reading) {
  bool fine = true;
  const struct csv_field *last = &reading->row->fields[reading->row->count > CSV_FIELDS_MAX ? CSV_FIELDS_MAX - 1 : reading->row->count - 1];
  if (reading->row->count != reading->field_count) {
    PEOPLE_TELL(reading, last, "this row has %zu fields, the header has %zu; a field with a comma in it belongs in quotes", reading->row->count, reading->field_count);
    return false;
  }
  for (int column = 0; column < COL_MAX_; column++) {
    if (reading->column_of[column] >= 0 && !people_check(reading, column)) fine = false;
  }
  return fine;
}

static void put_csv(const struct csv_row *row, struct text *csv) {
  for (size_t i = 0; i < row->count && i < CSV_FIELDS_MAX; i++) {
    const char *text = row->fields[i].text;
    bool quoted = strpbrk(text, ",\"\r\n") != NULL;
    text_add(csv, i == 0 ? "" : ",");
    text_add(csv, quoted ? "\"" : "");
    for (; *text != '\0'; text++) text_add_n(csv, *text == '"' ? "\"\"" : text, *text == '"' ? 2 : 1);
    text_add(csv, quoted ? "\"" : "");
  }
  text_add(csv, "\n");
}

static void leave_out(struct reading *reading) {
  struct text *left_out = &reading->file->left_out;
  if (reading->file->bad++ == 0) text_add(left_out, text_str(&reading->header));
  put_csv(reading->row, left_out);
}

static void read_row(struct reading *reading) {
  arena_clear(reading->arena);
  if (!check_row(reading)) {
    leave_out(reading);
    return;
  }
  (void)map_put(reading->accounts, people_value(reading, COL_account), (void *)(uintptr_t)reading->row->fields[0].line);
  reading->file->people++;
  put_person(reading);
  put_facts(reading);
}

/* ---- the header ---- */
static int column_named(const char *name) {
  for (int column = 0; column < COL_MAX_; column++) {
    if (strcmp(people_columns[column], name) == 0) return column;
  }
  return -1;
}

static void unknown_column(struct reading *reading, const struct csv_field *field) {
  CLEANUP(text_done) struct text list;
  const char *meant = yaml_meant(field->text, people_columns);
  text_init(&list, 400);
  for (int column = 0; column < COL_MAX_; column++) text_addf(&list, "%s%s", column == 0 ? "" : ", ", people_columns[column]);
  if (strpbrk(field->text, ";\t") != NULL) PEOPLE_TELL(reading, field, "columns are separated by commas here; save the file as \"CSV UTF-8 (comma delimited)\"");
  else if (meant != NULL) PEOPLE_TELL(reading, field, "unknown column `%s`; did you mean `%s`?", yaml_show(field->text).text, meant);
  else PEOPLE_TELL(reading, field, "unknown column `%s`; there are %s", yaml_show(field->text).text, text_str(&list));
}

static bool read_header(struct reading *reading) {
  size_t before = reading->troubles->count;
  reading->field_count = reading->row->count;
  for (size_t i = 0; i < reading->row->count && i < CSV_FIELDS_MAX; i++) {
    const struct csv_field *field = &reading->row->fields[i];
    int column = column_named(field->text);
    if (column < 0) unknown_column(reading, field);
    else if (reading->column_of[column] >= 0) PEOPLE_TELL(reading, field, "the column `%s` stands here a second time; keep one", field->text);
    else reading->column_of[column] = (int)i;
  }
  if (reading->row->count > CSV_FIELDS_MAX)
    PEOPLE_TELL(reading, &reading->row->fields[CSV_FIELDS_MAX - 1], "the header has %zu columns; there are %d at most", reading->row->count, COL_MAX_);
  if (reading->column_of[COL_account] < 0 && reading->troubles->count == before)
    PEOPLE_TELL(reading, &reading->row->fields[0], "there is no column `account`; it says who a row is about, as in `web/city:aisha`");
  return reading->troubles->count == before;
}

/* ---- the file ---- */
static enum err broken(struct reading *reading) {
  struct csv_field at;
  const char *what = csv_broken(reading->csv, &at.line, &at.column);
  PEOPLE_TELL(reading, &at, "%s", what);
  return ERR_BAD_INPUT;
}

static enum err read_rows(struct reading *reading) {
  static const struct csv_field first = {.line = 1, .column = 1};
  enum csv_answer answer = csv_next(reading->csv, &reading->row);
  if (answer == CSV_BROKEN) return broken(reading);
  if (answer == CSV_END) PEOPLE_TELL(reading, &first, "the file is empty; its first line names the columns, as in `account,name,organisation`");
  if (answer == CSV_END || !read_header(reading)) return ERR_BAD_INPUT;
  put_csv(reading->row, &reading->header);
  while ((answer = csv_next(reading->csv, &reading->row)) == CSV_ROW) read_row(reading);
  if (answer == CSV_BROKEN) return broken(reading);
  text_add_n(&reading->file->lines, text_str(&reading->facts), reading->facts.length);
  if (!reading->file->lines.full && !reading->facts.full && !reading->file->left_out.full) return ERR_NONE;
  return err_note(ERR_LIMITED, "%s: too much for one import; split the file, each part with the header line", reading->path);
}

enum err people_file_read(const char *path, const struct model *model, struct troubles *troubles, struct people_file *ret_file) {
  CLEANUP(arena_freep) struct arena *defaults = arena_new(ROW_ARENA_BYTES);
  struct people_file file = {0};
  struct reading reading = {.path = path, .model = model, .troubles = troubles, .file = &file};
  enum err err = csv_open(path, PEOPLE_FILE_BYTES_MAX, &reading.csv);
  if (err != ERR_NONE) return err;
  text_init(&file.lines, LINES_BYTES_MAX);
  text_init(&file.left_out, LINES_BYTES_MAX);
  text_init(&reading.facts, LINES_BYTES_MAX);
  text_init(&reading.header, LINES_BYTES_MAX);
  for (int column = 0; column < COL_MAX_; column++) reading.column_of[column] = -1;
  reading.accounts = map_new();
  reading.arena = arena_new(ROW_ARENA_BYTES);
  reading.topics = people_default_topics(defaults);
  err = read_rows(&reading);
  reading.csv = csv_free(reading.csv);
  reading.accounts = map_free(reading.accounts, NULL);
  reading.arena = arena_free(reading.arena);
  text_done(&reading.facts);
  text_done(&reading.header);
  if (err == ERR_NONE) *ret_file = file;
  else people_file_done(&file);
  return err;
}

void people_file_done(struct people_file *file) {
  text_done(&file->lines);
  text_done(&file->left_out);
}
