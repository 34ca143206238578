/* people_file.c: people.csv by a table of columns: a row that is wrong is told and left out, the others go on. */
#include "bot/edge/people_file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bot/base/json.h"
#include "bot/base/map.h"
#include "bot/base/yaml.h"
#include "bot/edge/csv.h"
#include "bot/jobs/jobs.h"

enum { LINES_BYTES_MAX = 240 * 1024 * 1024, ROW_ARENA_BYTES = 4 * 1024 * 1024, CHARS_MAX = 120, ACCOUNT_CHARS_MAX = 200, APART_MAX = 50, TOPICS_MAX = 14 };

/* ---- the columns ---- */
struct reading;
/* Checks one field; false when the row is to be left out, told by then. */
typedef bool column_check(struct reading *reading, int column);
static column_check check_account, check_text, check_organisation, check_grade, check_line, check_role, check_yes_no, check_topics, check_apart;

/* COLUMN(name, check, "what stands in it") */
#define COLUMN_LIST(COLUMN)                                                          \
  COLUMN(account, check_account, "workspace:user, as in web/city:aisha; needed")      \
  COLUMN(name, check_text, "as people know them")                                    \
  COLUMN(organisation, check_organisation, "the id of an organisation of the scheme") \
  COLUMN(department, check_text, "where they work")                                  \
  COLUMN(grade, check_grade, "one of the organisation's grades")                     \
  COLUMN(line_manager, check_line, "their line manager's account, or none")          \
  COLUMN(role, check_role, "mentee, mentor, reserve, manager, coordinator")          \
  COLUMN(trained, check_yes_no, "yes or no")                                         \
  COLUMN(topics, check_topics, "separated by ;")                                     \
  COLUMN(apart, check_apart, "accounts of those to be kept apart from, separated by ;") \
  COLUMN(lead, check_yes_no, "yes: the scheme lead; counts in a demo only")

#define AS_ENUM(name, check, help) COL_##name,
enum column { COLUMN_LIST(AS_ENUM) COL_MAX_ };
#undef AS_ENUM
#define AS_NAME(name, check, help) #name,
static const char *const names[] = {COLUMN_LIST(AS_NAME) NULL};
#undef AS_NAME
#define AS_CHECK(name, check, help) check,
static column_check *const checks[] = {COLUMN_LIST(AS_CHECK)};
#undef AS_CHECK

struct reading {
  const char *path;
  const struct model *model;  /* borrowed; NULL: nothing to compare with */
  struct troubles *troubles;
  struct people_file *file;
  struct csv *csv;            /* owned */
  struct map *accounts;       /* owned; account -> the line it stands in */
  struct arena *arena;        /* owned; of one row */
  int column_of[COL_MAX_];    /* which field; -1: the file has no such column */
  size_t field_count;
  const struct csv_row *row;
  struct text facts;          /* the lines about line managers and keeping apart */
  struct text header;         /* as the file has it */
  const struct question *topics; /* as a new scheme asks */
};

static const char *value(const struct reading *reading, int column) {
  int field = reading->column_of[column];
  return field < 0 ? "" : reading->row->fields[field].text;
}

static const struct csv_field *place(const struct reading *reading, int column) {
  int field = reading->column_of[column];
  return &reading->row->fields[field < 0 ? 0 : field];
}

#define TELL(reading, at, ...) trouble_add((reading)->troubles, (reading)->path, (at)->line, (at)->column, __VA_ARGS__)

/* ---- fields ---- */
static bool has_controls(const char *text) {
  for (; *text != '\0'; text++) {
    if ((unsigned char)*text < ' ' || *text == 127) return true;
  }
  return false;
}

static bool check_text(struct reading *reading, int column) {
  const char *text = value(reading, column);
  if (text_utf8_count(text) > CHARS_MAX) {
    TELL(reading, place(reading, column), "`%s` has more than %d characters; shorten it", names[column], CHARS_MAX);
    return false;
  }
  if (!has_controls(text)) return true;
  TELL(reading, place(reading, column), "`%s` has a line break or another control character in it; write it in one line", names[column]);
  return false;
}

static bool is_account(const char *account) {
  const char *slash = strchr(account, '/'), *colon = strchr(account, ':');
  if (slash == NULL || colon == NULL || slash == account || slash + 1 >= colon || colon[1] == '\0') return false;
  return !has_controls(account) && strchr(account, ' ') == NULL && text_utf8_count(account) <= ACCOUNT_CHARS_MAX;
}

/* Whoever is of no workspace of the scheme can never write to the bot: often a sample's workspace that was left in a list. */
static bool is_of_the_scheme(const struct reading *reading, const char *account) {
  size_t bytes = (size_t)(strchr(account, ':') - account), count = reading->model == NULL ? 0 : model_count(reading->model, RECORD_ORGANISATION);
  bool any = false;
  for (size_t i = 0; i < count; i++) {
    const struct organisation *organisation = model_at(reading->model, RECORD_ORGANISATION, i);
    any |= organisation->workspaces.count > 0;
    for (size_t w = 0; w < organisation->workspaces.count; w++) {
      const char *workspace = organisation->workspaces.items[w];
      if (strlen(workspace) == bytes && strncmp(workspace, account, bytes) == 0) return true;
    }
  }
  return !any;
}

static bool check_account(struct reading *reading, int column) {
  const char *account = value(reading, column);
  const struct csv_field *at = place(reading, column);
  if (account[0] == '\0') {
    TELL(reading, at, "this row has no account; write workspace:user, as in `web/city:aisha`");
    return false;
  }
  if (!is_account(account)) {
    TELL(reading, at, "`%s` is no account; write workspace:user, as in `web/city:aisha`", yaml_show(account).text);
    return false;
  }
  if (!is_of_the_scheme(reading, account)) {
    TELL(reading, at, "`%s` is of a workspace that no organisation of the scheme names; correct it, or add the workspace to scheme.yaml and apply that",
         yaml_show(account).text);
    return false;
  }
  uintptr_t first = (uintptr_t)map_get(reading->accounts, account);
  if (first == 0) return true;
  TELL(reading, at, "`%s` stands here a second time, first in line %zu; keep one row for each account", yaml_show(account).text, (size_t)first);
  return false;
}

static const char *did_you_mean(struct reading *reading, const char *word, const char *const *words) {
  const char *meant = yaml_meant(word, words);
  return meant == NULL ? "" : arena_format(reading->arena, "; did you mean `%s`?", meant);
}

static const struct organisation *organisation_of(const struct reading *reading) {
  return reading->model == NULL ? NULL : model_get(reading->model, RECORD_ORGANISATION, value(reading, COL_organisation));
}

static bool check_organisation(struct reading *reading, int column) {
  const char *id = value(reading, column);
  if (!check_text(reading, column)) return false;
  if (id[0] == '\0' || reading->model == NULL || organisation_of(reading) != NULL) return true;
  size_t count = model_count(reading->model, RECORD_ORGANISATION);
  const char **ids = arena_alloc(reading->arena, (count + 1) * sizeof *ids);
  for (size_t i = 0; i < count; i++) ids[i] = record_id(RECORD_ORGANISATION, model_at(reading->model, RECORD_ORGANISATION, i));
  const char *meant = did_you_mean(reading, id, ids);
  if (meant[0] == '\0') meant = "; write the id that stands in scheme.yaml";
  TELL(reading, place(reading, column), "the scheme has no organisation `%s`%s", yaml_show(id).text, meant);
  return false;
}

static const char *words_list(struct reading *reading, struct strs words) {
  CLEANUP(text_done) struct text list;
  text_init(&list, 400);
  for (size_t i = 0; i < words.count && !list.full; i++) text_addf(&list, "%s%s", i == 0 ? "" : ", ", words.items[i]);
  return arena_format(reading->arena, "%s%s", text_str(&list), list.full ? ", …" : "");
}

static bool check_grade(struct reading *reading, int column) {
  const char *grade = value(reading, column);
  const struct organisation *organisation = organisation_of(reading);
  if (!check_text(reading, column)) return false;
  if (grade[0] == '\0' || organisation == NULL || organisation->grades.count == 0 || strs_has(organisation->grades, grade)) return true;
  TELL(reading, place(reading, column), "`%s` has no grade `%s`; write one of: %s", yaml_show(organisation->id).text, yaml_show(grade).text,
       words_list(reading, organisation->grades));
  return false;
}

/* Who manages whom is sealed once it is imported: it is not repeated here either. */
static bool check_line(struct reading *reading, int column) {
  const char *line = value(reading, column);
  if (line[0] == '\0' || strcmp(line, "none") == 0) return true;
  if (!is_account(line)) {
    TELL(reading, place(reading, column), "`line_manager` is no account; write workspace:user, as in `web/city:sam`, or `none`, or leave it empty");
    return false;
  }
  if (strcmp(line, value(reading, COL_account)) != 0) return true;
  TELL(reading, place(reading, column), "this person is their own line manager; write somebody else's account, or `none`");
  return false;
}

static const char *const roles[] = {"mentee", "mentor", "reserve", "manager", "coordinator", NULL};

static bool check_role(struct reading *reading, int column) {
  const char *role = value(reading, column);
  if (role[0] == '\0' || role_from(role) != ROLE_INVALID_) return true;
  TELL(reading, place(reading, column), "`%s` is no role; write mentee, mentor, reserve, manager or coordinator, or leave it empty%s", yaml_show(role).text,
       did_you_mean(reading, role, roles));
  return false;
}

static bool is_yes(const char *word) {
  return strcmp(word, "yes") == 0 || strcmp(word, "true") == 0;
}

static bool check_yes_no(struct reading *reading, int column) {
  const char *word = value(reading, column);
  if (word[0] == '\0' || is_yes(word) || strcmp(word, "no") == 0 || strcmp(word, "false") == 0) return true;
  TELL(reading, place(reading, column), "`%s` is yes or no, not `%s`; or leave it empty", names[column], yaml_show(word).text);
  return false;
}

/* ---- topics: "leading people" is the option leading_people ---- */
static const char *as_option(struct reading *reading, const char *topic) {
  char *option = text_fold(reading->arena, topic);
  for (char *c = option; *c != '\0'; c++) {
    if (*c == ' ' || *c == '-') *c = '_';
  }
  return option;
}

static const struct question *topics_of(const struct question_set *set) {
  for (size_t i = 0; i < set->questions.count; i++) {
    if (strcmp(set->questions.items[i].id, "topics") == 0) return &set->questions.items[i];
  }
  return NULL;
}

/* What one of the sets offers. Without a model: what a new scheme does. */
static const char *known_topic(struct reading *reading, const char *topic, const struct question **ret_question) {
  const char *option = as_option(reading, topic);
  size_t sets = reading->model == NULL ? 0 : model_count(reading->model, RECORD_QUESTION_SET);
  if (reading->model == NULL) return reading->topics != NULL && strs_has(reading->topics->options, option) ? option : topic;
  *ret_question = NULL;
  for (size_t i = 0; i < sets; i++) {
    const struct question *question = topics_of(model_at(reading->model, RECORD_QUESTION_SET, i));
    if (question != NULL && question->options.count > 0) *ret_question = question;
    if (question != NULL && strs_has(question->options, topic)) return topic;
    if (question != NULL && strs_has(question->options, option)) return option;
  }
  return *ret_question == NULL ? topic : NULL;
}

static bool check_topics(struct reading *reading, int column) {
  char **parts;
  const struct question *question;
  if (has_controls(value(reading, column))) {
    TELL(reading, place(reading, column), "`topics` has a line break or another control character in it; separate topics with `;`");
    return false;
  }
  size_t count = text_split(reading->arena, value(reading, column), ';', &parts);
  if (count > TOPICS_MAX) {
    TELL(reading, place(reading, column), "%zu topics are too many; at most %d", count, TOPICS_MAX);
    return false;
  }
  for (size_t i = 0; i < count; i++) {
    if (known_topic(reading, parts[i], &question) != NULL) continue;
    TELL(reading, place(reading, column), "nobody is asked about the topic `%s`; write one of: %s", yaml_show(parts[i]).text,
         words_list(reading, question->options));
    return false;
  }
  return true;
}

static bool check_apart(struct reading *reading, int column) {
  char **parts;
  size_t count = text_split(reading->arena, value(reading, column), ';', &parts);
  if (count > APART_MAX) TELL(reading, place(reading, column), "`apart` names %zu people; at most %d", count, APART_MAX);
  for (size_t i = 0; i < count && count <= APART_MAX; i++) {
    bool own = strcmp(parts[i], value(reading, COL_account)) == 0;
    if (is_account(parts[i]) && !own) continue;
    if (own) TELL(reading, place(reading, column), "`apart` names this person themselves; write the others' accounts");
    else TELL(reading, place(reading, column), "entry %zu of `apart` is no account; write workspace:user, as in `web/city:paul`, separated by `;`", i + 1);
    return false;
  }
  return count <= APART_MAX;
}

/* ---- what goes into the spool file ---- */
static void put_text(struct json_out *out, const struct reading *reading, int column) {
  if (value(reading, column)[0] != '\0') json_put_str(out, names[column], value(reading, column));
}

static void put_list(struct json_out *out, struct reading *reading, int column) {
  char **parts;
  const struct question *ignored;
  size_t count = text_split(reading->arena, value(reading, column), ';', &parts);
  if (count == 0) return;
  json_open(out, names[column], '[');
  for (size_t i = 0; i < count; i++) json_put_str(out, NULL, column == COL_topics ? known_topic(reading, parts[i], &ignored) : parts[i]);
  json_close(out, ']');
}

static void put_person(struct reading *reading) {
  struct json_out out;
  json_out_init(&out, &reading->file->lines);
  json_open(&out, NULL, '{');
  for (int column = COL_account; column <= COL_grade; column++) put_text(&out, reading, column);
  put_text(&out, reading, COL_role);
  if (is_yes(value(reading, COL_trained))) json_put_bool(&out, "trained", true);
  if (is_yes(value(reading, COL_lead))) json_put_bool(&out, "lead", true);
  put_list(&out, reading, COL_topics);
  json_close(&out, '}');
  text_add(&reading->file->lines, "\n");
  reading->file->line_count++;
}

static void put_facts(struct reading *reading) {
  struct json_out out;
  const char *line = value(reading, COL_line_manager);
  if (line[0] == '\0' && strspn(value(reading, COL_apart), "; ") == strlen(value(reading, COL_apart))) return;
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
    TELL(reading, last, "this row has %zu fields, the header has %zu; a field with a comma in it belongs in quotes", reading->row->count, reading->field_count);
    return false;
  }
  for (int column = 0; column < COL_MAX_; column++) {
    if (reading->column_of[column] >= 0 && !checks[column](reading, column)) fine = false;
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
  (void)map_put(reading->accounts, value(reading, COL_account), (void *)(uintptr_t)reading->row->fields[0].line);
  reading->file->people++;
  put_person(reading);
  put_facts(reading);
}

/* ---- the header ---- */
static int column_named(const char *name) {
  for (int column = 0; column < COL_MAX_; column++) {
    if (strcmp(names[column], name) == 0) return column;
  }
  return -1;
}

static void unknown_column(struct reading *reading, const struct csv_field *field) {
  CLEANUP(text_done) struct text list;
  const char *meant = yaml_meant(field->text, names);
  text_init(&list, 400);
  for (int column = 0; column < COL_MAX_; column++) text_addf(&list, "%s%s", column == 0 ? "" : ", ", names[column]);
  if (strpbrk(field->text, ";\t") != NULL) TELL(reading, field, "columns are separated by commas here; save the file as \"CSV UTF-8 (comma delimited)\"");
  else if (meant != NULL) TELL(reading, field, "unknown column `%s`; did you mean `%s`?", yaml_show(field->text).text, meant);
  else TELL(reading, field, "unknown column `%s`; there are %s", yaml_show(field->text).text, text_str(&list));
}

static bool read_header(struct reading *reading) {
  size_t before = reading->troubles->count;
  reading->field_count = reading->row->count;
  for (size_t i = 0; i < reading->row->count && i < CSV_FIELDS_MAX; i++) {
    const struct csv_field *field = &reading->row->fields[i];
    int column = column_named(field->text);
    if (column < 0) unknown_column(reading, field);
    else if (reading->column_of[column] >= 0) TELL(reading, field, "the column `%s` stands here a second time; keep one", field->text);
    else reading->column_of[column] = (int)i;
  }
  if (reading->row->count > CSV_FIELDS_MAX)
    TELL(reading, &reading->row->fields[CSV_FIELDS_MAX - 1], "the header has %zu columns; there are %d at most", reading->row->count, COL_MAX_);
  if (reading->column_of[COL_account] < 0 && reading->troubles->count == before)
    TELL(reading, &reading->row->fields[0], "there is no column `account`; it says who a row is about, as in `web/city:aisha`");
  return reading->troubles->count == before;
}

/* ---- the file ---- */
static enum err broken(struct reading *reading) {
  struct csv_field at;
  const char *what = csv_broken(reading->csv, &at.line, &at.column);
  TELL(reading, &at, "%s", what);
  return ERR_BAD_INPUT;
}

static enum err read_rows(struct reading *reading) {
  static const struct csv_field first = {.line = 1, .column = 1};
  enum csv_answer answer = csv_next(reading->csv, &reading->row);
  if (answer == CSV_BROKEN) return broken(reading);
  if (answer == CSV_END) TELL(reading, &first, "the file is empty; its first line names the columns, as in `account,name,organisation`");
  if (answer == CSV_END || !read_header(reading)) return ERR_BAD_INPUT;
  put_csv(reading->row, &reading->header);
  while ((answer = csv_next(reading->csv, &reading->row)) == CSV_ROW) read_row(reading);
  if (answer == CSV_BROKEN) return broken(reading);
  text_add_n(&reading->file->lines, text_str(&reading->facts), reading->facts.length);
  if (!reading->file->lines.full && !reading->facts.full && !reading->file->left_out.full) return ERR_NONE;
  return err_note(ERR_LIMITED, "%s: too much for one import; split the file, each part with the header line", reading->path);
}

static void read_default_topics(struct reading *reading, struct arena *arena) {
  struct question_set set = {0};
  set.questions.items = questions_default(arena, &set.questions.count);
  reading->topics = topics_of(&set);
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
  read_default_topics(&reading, defaults);
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
