/* import.c: people from a list: prefills what they confirm when they join; enrols nobody.
 *
 * The tool turns the CSV into lines of JSON in a spool file: first every person, then the sealed facts about them, so that
 * a line manager further down the list is known by then:
 *   {"account":"web/city:sam","name":"Sam Reed","organisation":"city","department":"Custody","grade":"sergeant",
 *    "role":"manager","trained":true,"topics":["networks"]}
 *   {"account":"web/city:sam","line":"web/city:rita"}   or "none";   "apart":["web/city:paul"] */
#include <string.h>

#include "bot/jobs/job_parts.h"
#include "bot/sealing.h"

enum err import_start(struct turn *turn, struct job *job, const cJSON *entry) {
  const char *file = json_str(entry, "file");
  if (file == NULL) return err_note(ERR_BAD_INPUT, "an import without a file");
  if (txn_get(turn->txn, RECORD_SCHEME, "scheme") == NULL)
    return err_note(ERR_BAD_INPUT, "there is no scheme yet: run `mentord apply scheme.yaml` first");
  job->file = arena_text(turn->arena, file);
  job->total = json_int_or(entry, "total", 0);
  job->state = JOB_RUNNING;
  return ERR_NONE;
}

/* ---- persons ---- */
static const char *person_by_account(struct turn *turn, const char *account, const char **ret_workspace, const char **ret_user) {
  const char *colon = strchr(account, ':');
  if (colon == NULL || colon == account || colon[1] == '\0') return NULL;
  *ret_workspace = arena_text_n(turn->arena, account, (size_t)(colon - account));
  *ret_user = arena_text(turn->arena, colon + 1);
  return txn_account(turn->txn, *ret_workspace, *ret_user);
}

static struct person *person_for(struct turn *turn, const char *account) {
  const char *workspace = NULL, *user = NULL;
  const char *id = person_by_account(turn, account, &workspace, &user);
  if (workspace == NULL) return NULL;
  if (id != NULL) return turn_edit_person(turn, id);
  struct person *person = txn_add(turn->txn, RECORD_PERSON, NULL);
  struct account *added = LIST_ADD(turn->arena, &person->accounts);
  added->workspace = workspace;
  added->user = user;
  return person;
}

static void set_text(struct turn *turn, const cJSON *row, const char *key, const char **field) {
  const char *value = json_str(row, key);
  if (value != NULL && value[0] != '\0') *field = arena_text(turn->arena, value);
}

/* ---- what the list says about their part in the programme ---- */
static struct enrolment *prefilled(struct turn *turn, const char *person, const struct programme *programme, enum role role) {
  const struct enrolment *before = turn_enrolment(turn, person, programme->id, role == ROLE_MANAGER ? ROLE_MANAGER : ROLE_INVALID_);
  if (before != NULL) return before->state == ENROLMENT_PREFILLED ? txn_edit(turn->txn, RECORD_ENROLMENT, before->id) : NULL;
  struct enrolment *enrolment = txn_add(turn->txn, RECORD_ENROLMENT, NULL);
  enrolment->person = person;
  enrolment->programme = programme->id;
  enrolment->question_set = programme->question_set;
  return enrolment;
}

static void prefill_topics(struct turn *turn, struct enrolment *enrolment, const cJSON *row) {
  const cJSON *topic;
  struct strs values = {0};
  cJSON_ArrayForEach(topic, json_at(row, "topics")) {
    if (cJSON_IsString(topic)) values = strs_plus(turn->arena, values, arena_text(turn->arena, topic->valuestring));
  }
  if (values.count == 0) return;
  enrolment->answers.count = 0;
  enrolment->answers.items = NULL;
  struct answer *answer = LIST_ADD(turn->arena, &enrolment->answers);
  answer->question = "topics";
  answer->state = ANSWER_ANSWERED;
  answer->values = values;
}

/* Roles in a list count in a demo and in tests only: a real manager comes by a code, everybody else by joining. */
static void prefill_enrolment(struct turn *turn, const char *person, const cJSON *row) {
  const struct programme *programme = turn_programme(turn);
  const char *word = json_str_or(row, "role", "");
  enum role role = role_from(word);
  bool demo = turn_scheme(turn)->demo;
  if (programme == NULL) return;
  if (role == ROLE_INVALID_ && json_at(row, "topics") == NULL && !json_bool_or(row, "trained", false)) return;
  if (role == ROLE_INVALID_ || (role == ROLE_MANAGER && !demo)) role = ROLE_MENTEE;
  struct enrolment *enrolment = prefilled(turn, person, programme, role);
  if (enrolment == NULL) return;
  enrolment->role = role;
  enrolment->trained = json_bool_or(row, "trained", false);
  enrolment->state = role == ROLE_MANAGER ? ENROLMENT_ACCEPTED : ENROLMENT_PREFILLED;
  prefill_topics(turn, enrolment, row);
}

static void import_person(struct turn *turn, struct person *person, const cJSON *row) {
  set_text(turn, row, "name", &person->name);
  set_text(turn, row, "organisation", &person->organisation);
  set_text(turn, row, "department", &person->department);
  set_text(turn, row, "grade", &person->grade);
  if (json_bool_or(row, "lead", false)) person->lead = turn_scheme(turn)->demo;
  prefill_enrolment(turn, person->id, row);
}

/* ---- sealed facts: what a person said themselves is never overwritten by a list ---- */
static const char *sealed_account(struct turn *turn, const char *account) {
  const char *workspace = NULL, *user = NULL;
  const char *id = person_by_account(turn, account, &workspace, &user);
  return id != NULL ? id : arena_format(turn->arena, "?%s", account);
}

static void import_line(struct turn *turn, struct person *person, const char *line) {
  bool said_none = person->line_state == LINE_NONE && person->limits_version > 0; /* only who signs up says so */
  if (person->line_state == LINE_GIVEN || person->line_state == LINE_ASK_MANAGER || said_none) return;
  bool none = strcmp(line, "none") == 0;
  const char *manager = none ? "" : sealed_account(turn, line);
  const char *known = txn_line(turn->txn, person->id);
  if (strcmp(known == NULL ? "" : known, manager) == 0 && person->line_state != LINE_UNKNOWN) return;
  person->line_state = none ? LINE_NONE : LINE_IMPORTED;
  if (!none || person->line != NULL) sealing_put(turn, &person->line, person->id, "person.line", manager);
}

static void import_apart(struct turn *turn, struct person *person, const cJSON *list) {
  const cJSON *item;
  const char *names = "";
  if (person->apart_state != ANSWER_NOT_ASKED || !cJSON_IsArray(list)) return;
  cJSON_ArrayForEach(item, list) {
    if (!cJSON_IsString(item)) continue;
    names = arena_format(turn->arena, "%s%s%s", names, names[0] == '\0' ? "" : "\n", sealed_account(turn, item->valuestring));
  }
  if (names[0] == '\0') return;
  person->apart_state = ANSWER_ANSWERED;
  sealing_put(turn, &person->apart, person->id, "person.apart", names);
}

/* ---- rows ---- */
static bool import_row(struct turn *turn, const cJSON *row) {
  const char *account = json_str(row, "account");
  struct person *person = account == NULL ? NULL : person_for(turn, account);
  if (person == NULL) return false;
  if (json_at(row, "line") == NULL && json_at(row, "apart") == NULL) {
    import_person(turn, person, row);
    return true;
  }
  if (json_str(row, "line") != NULL && json_str(row, "line")[0] != '\0') import_line(turn, person, json_str(row, "line"));
  import_apart(turn, person, json_at(row, "apart"));
  return true;
}

/* The tool counted the lines it wrote. A file that is gone, or was cut since, must not pass for a list that was done. */
static void import_end(struct turn *turn, struct job *job) {
  bool whole = job->total == 0 || job->cursor == job->total;
  if (!whole)
    job_trouble(turn, job, arena_format(turn->arena, "the spool file had %lld lines when it was written, and %lld now", (long long)job->total, (long long)job->cursor));
  job_end(turn, job, whole ? JOB_FINISHED : JOB_FAILED);
}

enum err import_rows(struct turn *turn, struct job *job, const cJSON *rows) {
  const cJSON *row;
  cJSON_ArrayForEach(row, json_at(rows, "rows")) {
    job->cursor++;
    if (import_row(turn, row)) job->changed++;
    else job_trouble(turn, job, arena_format(turn->arena, "line %lld of the spool file names no account", (long long)job->cursor));
  }
  if (json_bool_or(rows, "last", true)) import_end(turn, job);
  return ERR_NONE;
}
