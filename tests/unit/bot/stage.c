/* stage.c: plays events on the small scheme. */
#include "tests/unit/bot/stage.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bot/base/random.h"
#include "bot/edge/words_file.h"
#include "tests/small/small_scheme.h"

enum { ARENA_BYTES = 64 << 20 };

/* ---- life ---- */
void stage_init_empty(struct stage *stage) {
  *stage = (struct stage){.now_ms = STAGE_NOW_MS};
  cr_assert(random_init());
  cr_assert_eq(words_from_program(&stage->words), ERR_NONE);
  stage->arena = arena_new(ARENA_BYTES);
  stage->model = model_new("test");
  model_loaded(stage->model);
}

void stage_init(struct stage *stage) {
  stage_init_empty(stage);
  (void)small_scheme_put(stage_hand(stage));
  stage_apply(stage);
}

void stage_done(struct stage *stage) {
  stage->model = model_free(stage->model);
  stage->turn_arena = arena_free(stage->turn_arena);
  stage->arena = arena_free(stage->arena);
  stage->words = words_free(stage->words);
}

/* ---- by hand ---- */
struct txn *stage_hand(struct stage *stage) {
  if (stage->open != NULL) return stage->open;
  stage->turn_arena = arena_free(stage->turn_arena);
  stage->row_count = 0;
  stage->last = NULL;
  stage->turn_arena = arena_new(ARENA_BYTES);
  stage->open = txn_new(stage->model, stage->turn_arena);
  return stage->open;
}

void stage_apply(struct stage *stage) {
  cr_assert_not_null(stage->open);
  model_apply(stage->model, stage->open);
  stage->open = NULL;
}

static struct person *put_person(struct txn *txn, const char *user, const char *name) {
  struct person *person = small_person_put(txn, user, name);
  person->department = "Custody";
  return person;
}

static const struct enrolment *put_enrolment(struct txn *txn, const char *person, enum role role, enum enrolment_state state) {
  struct enrolment *enrolment = small_enrolment_put(txn, person, role, state);
  enrolment->trained = true;
  return enrolment;
}

const char *stage_person(struct stage *stage, const char *user, const char *name) {
  const char *id = arena_text(stage->arena, put_person(stage_hand(stage), user, name)->id);
  stage_apply(stage);
  return id;
}

const char *stage_enrol(struct stage *stage, const char *user, enum role role, enum enrolment_state state) {
  const char *person = stage_id(stage, user);
  const char *id = arena_text(stage->arena, put_enrolment(stage_hand(stage), person, role, state)->id);
  stage_apply(stage);
  return id;
}

void stage_add(struct stage *stage, const char *user, const char *name, enum role role) {
  (void)stage_person(stage, user, name);
  (void)stage_enrol(stage, user, role, ENROLMENT_ACCEPTED);
}

void stage_join(struct stage *stage, const char *user, enum role role, const char *organisation) {
  struct person *person = put_person(stage_hand(stage), user, user);
  person->organisation = organisation;
  (void)put_enrolment(stage->open, person->id, role, ENROLMENT_ACCEPTED);
}

void stage_line(struct stage *stage, const char *user, const char *manager_user) {
  const char *id = stage_id(stage, user), *manager = stage_id(stage, manager_user);
  struct txn *txn = stage_hand(stage);
  struct person *person = txn_edit(txn, RECORD_PERSON, id);
  person->line_state = LINE_GIVEN;
  person->line = txn_seal(txn, id, "person.line", manager);
  stage_apply(stage);
}

void stage_cast(struct stage *stage) {
  stage_add(stage, "jo", "Jo Miller", ROLE_MANAGER);
  stage_add(stage, "aisha", "Aisha Khan", ROLE_MENTEE);
  stage_add(stage, "ben", "Ben Okoro", ROLE_MENTOR);
}

const char *stage_pair(struct stage *stage, const char *mentee, const char *mentor, enum pair_state state) {
  const struct enrolment *one = stage_enrolment(stage, mentee), *other = stage_enrolment(stage, mentor);
  const char *ids[] = {arena_text(stage->arena, one->id), arena_text(stage->arena, other->id)};
  struct txn *txn = stage_hand(stage);
  struct pair *pair = txn_add(txn, RECORD_PAIR, NULL);
  pair->programme = SMALL_PROGRAMME;
  pair->mentee = stage_id(stage, mentee);
  pair->mentor = stage_id(stage, mentor);
  pair->mentee_enrolment = ids[0];
  pair->mentor_enrolment = ids[1];
  pair->state = state;
  const char *id = arena_text(stage->arena, pair->id);
  stage_apply(stage);
  return id;
}

/* ---- running ---- */
static const char *written(struct stage *stage, struct txn *txn) {
  const struct txn_op *ops;
  const char *const *lines;
  struct text text;
  text_init(&text, 16 << 20);
  size_t count = txn_ops(txn, &ops);
  for (size_t i = 0; i < count; i++) {
    text_addf(&text, "%s %s %s ", ops[i].op == TXN_PUT ? "put" : "drop", record_kind_name(ops[i].kind), ops[i].id);
    if (ops[i].op == TXN_PUT) record_encode(ops[i].kind, ops[i].record, &text);
    text_add(&text, "\n");
  }
  count = txn_audits(txn, &lines);
  for (size_t i = 0; i < count; i++) text_addf(&text, "audit %s\n", lines[i]);
  cr_assert_not(text.full);
  const char *copy = arena_text(stage->arena, text_str(&text));
  text_done(&text);
  return copy;
}

static const char *play(struct stage *stage, const struct event *event, struct txn *txn) {
  const struct line *reply = NULL;
  err_note_clear();
  stage->err = turn_run(event, stage->now_ms, stage->words, txn, &reply);
  stage->reply = reply == NULL ? NULL : arena_text(stage->arena, reply->words);
  return written(stage, txn);
}

/* Copies, as the edge makes them: a row may borrow from a record that model_apply replaces. */
static void collect_rows(struct stage *stage, struct txn *txn) {
  const struct txn_op *ops;
  size_t count = txn_ops(txn, &ops);
  stage->row_count = 0;
  for (size_t i = 0; i < count; i++) {
    if (ops[i].kind != RECORD_OUT || ops[i].op != TXN_PUT) continue;
    cr_assert_lt(stage->row_count, STAGE_ROWS_MAX);
    stage->rows[stage->row_count++] = record_copy(RECORD_OUT, ops[i].record, stage->turn_arena);
  }
}

void stage_run(struct stage *stage, const struct event *given) {
  struct event event = *given;
  char id[40];
  cr_assert_null(stage->open);
  (void)snprintf(id, sizeof id, "ev%llu", (unsigned long long)++stage->events);
  if (event.id == NULL) event.id = id;
  if (event.at_ms == 0) event.at_ms = stage->now_ms;
  hash_bytes(NULL, &stage->events, sizeof stage->events, event.seed);
  struct arena *rehearsal = arena_new(ARENA_BYTES);
  const char *first = play(stage, &event, txn_new(stage->model, rehearsal));
  (void)arena_free(rehearsal);
  stage->turn_arena = arena_free(stage->turn_arena);
  stage->turn_arena = arena_new(ARENA_BYTES);
  stage->last = txn_new(stage->model, stage->turn_arena);
  stage->ops = play(stage, &event, stage->last);
  cr_assert_str_eq(stage->ops, first, "the same inputs, other bytes");
  stage->row_count = 0;
  if (stage->err != ERR_NONE) return;
  collect_rows(stage, stage->last);
  model_apply(stage->model, stage->last);
}

static struct event from(const char *user, enum event_kind kind) {
  return (struct event){.kind = kind, .workspace = SMALL_WORKSPACE, .person = {.id = user}, .room = {.kind = ROOM_DIRECT}};
}

void stage_text(struct stage *stage, const char *user, const char *text) {
  struct event event = from(user, EVENT_TEXT);
  event.text = text;
  stage_run(stage, &event);
}

void stage_room_text(struct stage *stage, const char *user, const char *text) {
  struct event event = from(user, EVENT_TEXT);
  event.text = text;
  event.room.id = "lobby";
  event.room.kind = ROOM_PUBLIC;
  stage_run(stage, &event);
}

void stage_command(struct stage *stage, const char *user, const char *line, enum room_kind room) {
  struct event event = from(user, EVENT_COMMAND);
  event.command = "";
  event.args = line;
  char *space = line == NULL ? NULL : strchr(line, ' ');
  event.command = line == NULL ? "" : space == NULL ? line : arena_text_n(stage->arena, line, (size_t)(space - line));
  event.args = space == NULL ? "" : space + 1;
  event.room.kind = room;
  event.room.id = room == ROOM_DIRECT ? NULL : "lobby";
  stage_run(stage, &event);
}

void stage_press(struct stage *stage, const char *user, const char *token) {
  struct event event = from(user, EVENT_PRESS);
  event.button = token;
  stage_run(stage, &event);
}

void stage_choose(struct stage *stage, const char *user, const char *value) {
  const struct talk *talk = stage_talk(stage, user);
  cr_assert_not_null(talk, "%s has no open talk to choose %s in", user, value);
  stage_press(stage, user, stage_token(stage, talk, value));
}

void stage_due(struct stage *stage, const char *record, int64_t due_ms) {
  struct event event = {.kind = EVENT_TIMER, .record = record, .due_ms = due_ms};
  stage_run(stage, &event);
}

void stage_talk_due(struct stage *stage, const char *id) {
  const struct talk *talk = model_get(stage->model, RECORD_TALK, id);
  cr_assert_not_null(talk);
  cr_assert_neq(talk->due_ms, 0, "%s has nothing due", id);
  if (talk->due_ms > stage->now_ms) stage->now_ms = talk->due_ms;
  int64_t due = talk->due_ms;
  id = arena_text(stage->arena, id);
  stage_due(stage, arena_format(stage->arena, "talk/%s", id), due);
  talk = model_get(stage->model, RECORD_TALK, id);
  cr_assert(talk == NULL || talk->due_ms != due, "%s: the same timer once more, under the same event id", id);
}

void stage_control(struct stage *stage, const char *json) {
  struct event event = {.kind = EVENT_CONTROL, .payload = json};
  stage_run(stage, &event);
}

void stage_result(struct stage *stage, const struct out *row, enum action_result result, const char *message) {
  struct text json;
  text_init(&json, RECORD_JSON_BYTES_MAX);
  record_encode(RECORD_OUT, row, &json);
  const char *id = arena_text(stage->arena, row->id), *workspace = arena_text(stage->arena, row->workspace);
  struct event event = {.kind = EVENT_RESULT, .workspace = workspace, .action = id, .result = result, .new_message = message,
                        .payload = text_str(&json)};
  stage_run(stage, &event);
  text_done(&json);
}

const struct talk *stage_signing_up(struct stage *stage, const char *user, const char *step) {
  static const char *const answers[] = {"yes", "right", "none", "confidence", "video", "monthly", "any", "nobody"};
  stage_text(stage, user, "i want a mentor");
  for (size_t i = 0; i < ARRAY_LEN(answers) && strcmp(stage_talk(stage, user)->step, step) != 0; i++) stage_choose(stage, user, answers[i]);
  const struct talk *talk = stage_talk(stage, user);
  cr_assert_str_eq(talk->step, step);
  return talk;
}

/* ---- looking ---- */
const char *stage_id(struct stage *stage, const char *user) {
  const char *id = model_account(stage->model, SMALL_WORKSPACE, user);
  cr_assert_not_null(id, "nobody is called %s", user);
  return arena_text(stage->arena, id);
}

const struct person *stage_get_person(struct stage *stage, const char *user) {
  return model_get(stage->model, RECORD_PERSON, stage_id(stage, user));
}

const struct enrolment *stage_enrolment(struct stage *stage, const char *user) {
  struct strs ids = model_find(stage->model, INDEX_enrolment_person, stage_id(stage, user));
  for (size_t i = ids.count; i > 0; i--) {
    const struct enrolment *enrolment = model_get(stage->model, RECORD_ENROLMENT, ids.items[i - 1]);
    if (enrolment->role != ROLE_MANAGER || ids.count == 1) return enrolment;
  }
  return NULL;
}

const struct talk *stage_talk(struct stage *stage, const char *user) {
  struct strs ids = model_find(stage->model, INDEX_talk_person, stage_id(stage, user));
  for (size_t i = ids.count; i > 0; i--) {
    const struct talk *talk = model_get(stage->model, RECORD_TALK, ids.items[i - 1]);
    if (talk->state == TALK_OPEN) return talk;
  }
  return NULL;
}

const char *stage_step(struct stage *stage, const char *user) {
  const struct talk *talk = stage_talk(stage, user);
  return talk == NULL ? "nothing" : talk->step;
}

size_t stage_open_talks(struct stage *stage, const char *user) {
  struct strs ids = model_find(stage->model, INDEX_talk_person, stage_id(stage, user));
  size_t open = 0;
  for (size_t i = 0; i < ids.count; i++) open += ((const struct talk *)model_get(stage->model, RECORD_TALK, ids.items[i]))->state == TALK_OPEN;
  return open;
}

const struct talk *stage_last_talk(struct stage *stage, const char *user) {
  struct strs ids = model_find(stage->model, INDEX_talk_person, stage_id(stage, user));
  return ids.count == 0 ? NULL : model_get(stage->model, RECORD_TALK, ids.items[ids.count - 1]);
}

const struct pair *stage_last_pair(struct stage *stage) {
  size_t count = model_count(stage->model, RECORD_PAIR);
  return count == 0 ? NULL : model_at(stage->model, RECORD_PAIR, count - 1);
}

const struct round *stage_last_round(struct stage *stage) {
  size_t count = model_count(stage->model, RECORD_ROUND);
  return count == 0 ? NULL : model_at(stage->model, RECORD_ROUND, count - 1);
}

const struct out *stage_said(struct stage *stage, const char *user, const char *key) {
  const char *id = stage_id(stage, user);
  for (size_t i = 0; i < stage->row_count; i++) {
    const struct out *row = stage->rows[i];
    if (row->kind == OUT_SEND && row->person != NULL && strcmp(row->person, id) == 0 && strcmp(row->words, key) == 0) return row;
  }
  return NULL;
}

size_t stage_told(struct stage *stage, const char *user) {
  const char *id = stage_id(stage, user);
  size_t told = 0;
  for (size_t i = 0; i < stage->row_count; i++) told += stage->rows[i]->person != NULL && strcmp(stage->rows[i]->person, id) == 0;
  return told;
}

static bool params_have(const struct param *params, size_t count, const char *id) {
  for (size_t i = 0; i < count; i++) {
    bool person = params[i].kind == PARAM_PERSON || params[i].kind == PARAM_PEOPLE;
    if (person && strs_has(params[i].values, id)) return true;
  }
  return false;
}

bool stage_names(struct stage *stage, const struct out *row, const char *user) {
  const char *id = stage_id(stage, user);
  if (params_have(row->params.items, row->params.count, id)) return true;
  for (size_t i = 0; i < row->lines.count; i++) {
    if (params_have(row->lines.items[i].params.items, row->lines.items[i].params.count, id)) return true;
  }
  for (size_t i = 0; i < row->choices.count; i++) {
    if (params_have(row->choices.items[i].params.items, row->choices.items[i].params.count, id)) return true;
  }
  return false;
}

bool stage_has_line(const struct out *row, const char *key) {
  for (size_t i = 0; i < row->lines.count; i++) {
    if (strcmp(row->lines.items[i].words, key) == 0) return true;
  }
  return false;
}

bool stage_offers(const struct out *row, const char *value) {
  for (size_t i = 0; i < row->choices.count; i++) {
    if (strcmp(row->choices.items[i].value, value) == 0) return true;
  }
  return false;
}

int64_t stage_number(const struct out *row, const char *param) {
  for (size_t i = 0; i < row->params.count; i++) {
    if (strcmp(row->params.items[i].name, param) == 0) return strtoll(row->params.items[i].values.items[0], NULL, 10);
  }
  return -1;
}

const struct answer *stage_answer(const struct enrolment *enrolment, const char *question) {
  for (size_t i = 0; i < enrolment->answers.count; i++) {
    if (strcmp(enrolment->answers.items[i].question, question) == 0) return &enrolment->answers.items[i];
  }
  return NULL;
}

const char *stage_token(struct stage *stage, const struct talk *talk, const char *choice) {
  for (size_t i = 0; i < talk->offers.count; i++) {
    if (strcmp(talk->offers.items[i].value, choice) != 0) continue;
    return arena_format(stage->arena, "%s.%s.%lld.%zu", talk->id, talk->step, (long long)talk->nonce, i);
  }
  return arena_format(stage->arena, "%s.%s.%lld.%s", talk->id, talk->step, (long long)talk->nonce, choice);
}

bool stage_ops_have(struct stage *stage, const char *text) {
  return strstr(stage->ops, text) != NULL;
}

size_t stage_audits(struct stage *stage, const char *what) {
  const char *const *lines;
  size_t found = 0, count = txn_audits(stage->last, &lines);
  for (size_t i = 0; i < count; i++) found += strstr(lines[i], what) != NULL;
  return found;
}

static const char *user_of(struct stage *stage, const struct out *row) {
  const struct person *person = row->person == NULL ? NULL : model_get(stage->model, RECORD_PERSON, row->person);
  return person == NULL || person->accounts.count == 0 ? "?" : person->accounts.items[0].user;
}

const char *stage_all(struct stage *stage) {
  const char *all = stage->err == ERR_NONE ? "" : err_name(stage->err);
  for (size_t i = 0; i < stage->row_count; i++) {
    const struct out *row = stage->rows[i];
    all = arena_format(stage->arena, "%s %s:%s%s", all, user_of(stage, row), row->kind == OUT_SEND ? "" : "~", row->words);
  }
  return arena_format(stage->arena, "%s (reply %s)", all, stage->reply == NULL ? "none" : stage->reply);
}
