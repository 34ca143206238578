/* people_fields.c: what may stand in each column of people.csv, by itself and beside the scheme. */
#include "bot/edge/people_fields.h"

#include <string.h>

#include "bot/base/yaml.h"
#include "bot/jobs/jobs.h"

enum { CHARS_MAX = 120, ACCOUNT_CHARS_MAX = 200, APART_MAX = 50, TOPICS_MAX = 14 };

typedef bool column_check(struct reading *reading, int column);
static column_check check_account, check_text, check_organisation, check_grade, check_line, check_role, check_yes_no, check_topics, check_apart;

#define AS_NAME(name, check, help) #name,
const char *const people_columns[] = {COLUMN_LIST(AS_NAME) NULL};
#undef AS_NAME
#define AS_CHECK(name, check, help) check,
static column_check *const checks[] = {COLUMN_LIST(AS_CHECK)};
#undef AS_CHECK

bool people_check(struct reading *reading, int column) {
  return checks[column](reading, column);
}

const char *people_value(const struct reading *reading, int column) {
  int field = reading->column_of[column];
  return field < 0 ? "" : reading->row->fields[field].text;
}

static const struct csv_field *place(const struct reading *reading, int column) {
  int field = reading->column_of[column];
  return &reading->row->fields[field < 0 ? 0 : field];
}

/* ---- fields ---- */
static bool has_controls(const char *text) {
  for (; *text != '\0'; text++) {
    if ((unsigned char)*text < ' ' || *text == 127) return true;
  }
  return false;
}

static bool check_text(struct reading *reading, int column) {
  const char *text = people_value(reading, column);
  if (text_utf8_count(text) > CHARS_MAX) {
    PEOPLE_TELL(reading, place(reading, column), "`%s` has more than %d characters; shorten it", people_columns[column], CHARS_MAX);
    return false;
  }
  if (!has_controls(text)) return true;
  PEOPLE_TELL(reading, place(reading, column), "`%s` has a line break or another control character in it; write it in one line", people_columns[column]);
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
  const char *account = people_value(reading, column);
  const struct csv_field *at = place(reading, column);
  if (account[0] == '\0') {
    PEOPLE_TELL(reading, at, "this row has no account; write workspace:user, as in `web/city:aisha`");
    return false;
  }
  if (!is_account(account)) {
    PEOPLE_TELL(reading, at, "`%s` is no account; write workspace:user, as in `web/city:aisha`", yaml_show(account).text);
    return false;
  }
  if (!is_of_the_scheme(reading, account)) {
    PEOPLE_TELL(reading, at, "`%s` is of a workspace that no organisation of the scheme names; correct it, or add the workspace to scheme.yaml and apply that",
         yaml_show(account).text);
    return false;
  }
  uintptr_t first = (uintptr_t)map_get(reading->accounts, account);
  if (first == 0) return true;
  PEOPLE_TELL(reading, at, "`%s` stands here a second time, first in line %zu; keep one row for each account", yaml_show(account).text, (size_t)first);
  return false;
}

static const char *did_you_mean(struct reading *reading, const char *word, const char *const *words) {
  const char *meant = yaml_meant(word, words);
  return meant == NULL ? "" : arena_format(reading->arena, "; did you mean `%s`?", meant);
}

static const struct organisation *organisation_of(const struct reading *reading) {
  return reading->model == NULL ? NULL : model_get(reading->model, RECORD_ORGANISATION, people_value(reading, COL_organisation));
}

static bool check_organisation(struct reading *reading, int column) {
  const char *id = people_value(reading, column);
  if (!check_text(reading, column)) return false;
  if (id[0] == '\0' || reading->model == NULL || organisation_of(reading) != NULL) return true;
  size_t count = model_count(reading->model, RECORD_ORGANISATION);
  const char **ids = arena_alloc(reading->arena, (count + 1) * sizeof *ids);
  for (size_t i = 0; i < count; i++) ids[i] = record_id(RECORD_ORGANISATION, model_at(reading->model, RECORD_ORGANISATION, i));
  const char *meant = did_you_mean(reading, id, ids);
  if (meant[0] == '\0') meant = "; write the id that stands in scheme.yaml";
  PEOPLE_TELL(reading, place(reading, column), "the scheme has no organisation `%s`%s", yaml_show(id).text, meant);
  return false;
}

static const char *words_list(struct reading *reading, struct strs words) {
  CLEANUP(text_done) struct text list;
  text_init(&list, 400);
  for (size_t i = 0; i < words.count && !list.full; i++) text_addf(&list, "%s%s", i == 0 ? "" : ", ", words.items[i]);
  return arena_format(reading->arena, "%s%s", text_str(&list), list.full ? ", …" : "");
}

static bool check_grade(struct reading *reading, int column) {
  const char *grade = people_value(reading, column);
  const struct organisation *organisation = organisation_of(reading);
  if (!check_text(reading, column)) return false;
  if (grade[0] == '\0' || organisation == NULL || organisation->grades.count == 0 || strs_has(organisation->grades, grade)) return true;
  PEOPLE_TELL(reading, place(reading, column), "`%s` has no grade `%s`; write one of: %s", yaml_show(organisation->id).text, yaml_show(grade).text,
       words_list(reading, organisation->grades));
  return false;
}

/* Who manages whom is sealed once it is imported: it is not repeated here either. */
static bool check_line(struct reading *reading, int column) {
  const char *line = people_value(reading, column);
  if (line[0] == '\0' || strcmp(line, "none") == 0) return true;
  if (!is_account(line)) {
    PEOPLE_TELL(reading, place(reading, column), "`line_manager` is no account; write workspace:user, as in `web/city:sam`, or `none`, or leave it empty");
    return false;
  }
  if (strcmp(line, people_value(reading, COL_account)) != 0) return true;
  PEOPLE_TELL(reading, place(reading, column), "this person is their own line manager; write somebody else's account, or `none`");
  return false;
}

static const char *const roles[] = {"mentee", "mentor", "reserve", "manager", "coordinator", NULL};

static bool check_role(struct reading *reading, int column) {
  const char *role = people_value(reading, column);
  if (role[0] == '\0' || role_from(role) != ROLE_INVALID_) return true;
  PEOPLE_TELL(reading, place(reading, column), "`%s` is no role; write mentee, mentor, reserve, manager or coordinator, or leave it empty%s", yaml_show(role).text,
       did_you_mean(reading, role, roles));
  return false;
}

bool people_is_yes(const char *word) {
  return strcmp(word, "yes") == 0 || strcmp(word, "true") == 0;
}

static bool check_yes_no(struct reading *reading, int column) {
  const char *word = people_value(reading, column);
  if (word[0] == '\0' || people_is_yes(word) || strcmp(word, "no") == 0 || strcmp(word, "false") == 0) return true;
  PEOPLE_TELL(reading, place(reading, column), "`%s` is yes or no, not `%s`; or leave it empty", people_columns[column], yaml_show(word).text);
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
  if (has_controls(people_value(reading, column))) {
    PEOPLE_TELL(reading, place(reading, column), "`topics` has a line break or another control character in it; separate topics with `;`");
    return false;
  }
  size_t count = text_split(reading->arena, people_value(reading, column), ';', &parts);
  if (count > TOPICS_MAX) {
    PEOPLE_TELL(reading, place(reading, column), "%zu topics are too many; at most %d", count, TOPICS_MAX);
    return false;
  }
  for (size_t i = 0; i < count; i++) {
    if (known_topic(reading, parts[i], &question) != NULL) continue;
    PEOPLE_TELL(reading, place(reading, column), "nobody is asked about the topic `%s`; write one of: %s", yaml_show(parts[i]).text,
         words_list(reading, question->options));
    return false;
  }
  return true;
}

static bool check_apart(struct reading *reading, int column) {
  char **parts;
  size_t count = text_split(reading->arena, people_value(reading, column), ';', &parts);
  if (count > APART_MAX) PEOPLE_TELL(reading, place(reading, column), "`apart` names %zu people; at most %d", count, APART_MAX);
  for (size_t i = 0; i < count && count <= APART_MAX; i++) {
    bool own = strcmp(parts[i], people_value(reading, COL_account)) == 0;
    if (is_account(parts[i]) && !own) continue;
    if (own) PEOPLE_TELL(reading, place(reading, column), "`apart` names this person themselves; write the others' accounts");
    else PEOPLE_TELL(reading, place(reading, column), "entry %zu of `apart` is no account; write workspace:user, as in `web/city:paul`, separated by `;`", i + 1);
    return false;
  }
  return count <= APART_MAX;
}

const char *people_topic(struct reading *reading, const char *topic) {
  const struct question *ignored;
  return known_topic(reading, topic, &ignored);
}

const struct question *people_default_topics(struct arena *arena) {
  struct question_set set = {0};
  set.questions.items = questions_default(arena, &set.questions.count);
  return topics_of(&set);
}
