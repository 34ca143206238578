/* cards.c: rows of the outbox and their parameters. */
#include "bot/cards.h"

#include <string.h>

#include "bot/schedule.h"

/* Where to reach somebody: the workspace they are writing from, else their first account. */
static const char *workspace_for(struct turn *turn, const struct person *person) {
  for (size_t i = 0; i < person->accounts.count; i++) {
    const char *workspace = person->accounts.items[i].workspace;
    if (turn->event->workspace != NULL && strcmp(workspace, turn->event->workspace) == 0) return workspace;
  }
  return person->accounts.count > 0 ? person->accounts.items[0].workspace : NULL;
}

static struct out *new_row(struct turn *turn, const char *words) {
  struct out *out = txn_add(turn->txn, RECORD_OUT, NULL);
  out->kind = OUT_SEND;
  out->words = words;
  out->made_ms = turn->now_ms;
  return out;
}

/* What nobody's words or press brought about, or not lately, waits for the reader's working hours: a timer may be late, or
 * of another zone. */
static void be_polite(struct turn *turn, const struct person *reader, struct out *out) {
  if (turn->person != NULL && !turn->belated) return;
  const struct scheme *scheme = turn_scheme(turn);
  int64_t polite_ms = schedule_polite(scheme, schedule_zone(scheme, reader), turn->now_ms);
  if (polite_ms > turn->now_ms) out->not_before_ms = polite_ms;
}

struct out *card_to(struct turn *turn, const char *person, const char *words) {
  struct out *out = new_row(turn, words);
  const struct person *reader = turn_person(turn, person);
  assert(reader != NULL);
  out->person = person;
  out->workspace = workspace_for(turn, reader);
  out->order = ARENA_JOIN(turn->arena, out->workspace != NULL ? out->workspace : "nowhere", "/", person);
  out->bulk = turn->person == NULL || strcmp(turn->person, person) != 0;
  be_polite(turn, reader, out);
  return out;
}

struct out *card_room(struct turn *turn, const char *workspace, const char *room, const char *words) {
  struct out *out = new_row(turn, words);
  out->workspace = workspace;
  out->room = room;
  out->order = ARENA_JOIN(turn->arena, workspace, "/", room == NULL ? "" : room);
  out->bulk = true;
  return out;
}

struct line *card_line(struct turn *turn, struct out *out, const char *words) {
  struct line *line = LIST_ADD(turn->arena, &out->lines);
  line->words = words;
  return line;
}

struct choice *card_choice(struct turn *turn, struct out *out, const char *value, const char *words, const char *label) {
  struct choice *choice = LIST_ADD(turn->arena, &out->choices);
  choice->value = value;
  choice->words = words;
  choice->label = label;
  if (out->input == IN_NONE) out->input = IN_BUTTONS;
  return choice;
}

struct choice *card_command(struct turn *turn, struct out *out, const char *command, const char *words) {
  return card_choice(turn, out, arena_format(turn->arena, "do:%s", command), words, NULL);
}

static void param_one(struct param *param, struct turn *turn, const char *name, enum param_kind kind, const char *value) {
  param->name = name;
  param->kind = kind;
  if (value != NULL) param->values = strs_of(turn->arena, 1, value);
}

static void param_int(struct param *param, struct turn *turn, const char *name, enum param_kind kind, int64_t value) {
  param_one(param, turn, name, kind, arena_format(turn->arena, "%lld", (long long)value));
}

void param_text(struct param *param, struct turn *turn, const char *name, const char *value) {
  param_one(param, turn, name, PARAM_TEXT, value);
}

void param_list(struct param *param, struct turn *turn, const char *name, struct strs values) {
  param_one(param, turn, name, PARAM_TEXT, NULL);
  param->values = values;
}

void param_number(struct param *param, struct turn *turn, const char *name, int64_t value) {
  param_int(param, turn, name, PARAM_NUMBER, value);
}

void param_span(struct param *param, struct turn *turn, const char *name, int64_t minutes) {
  param_int(param, turn, name, PARAM_SPAN, minutes);
}

void param_time(struct param *param, struct turn *turn, const char *name, int64_t ms) {
  param_int(param, turn, name, PARAM_TIME, ms);
}

void param_date(struct param *param, struct turn *turn, const char *name, int64_t ms) {
  param_int(param, turn, name, PARAM_DATE, ms);
}

void param_day(struct param *param, struct turn *turn, const char *name, const char *iso) {
  param_one(param, turn, name, PARAM_DAY, iso);
}

void param_person(struct param *param, struct turn *turn, const char *name, const char *person) {
  param_one(param, turn, name, PARAM_PERSON, person);
}

void param_people(struct param *param, struct turn *turn, const char *name, struct strs persons) {
  param_one(param, turn, name, PARAM_PEOPLE, NULL);
  param->values = persons;
}

void param_words(struct param *param, struct turn *turn, const char *name, struct strs keys) {
  param_one(param, turn, name, PARAM_WORDS, NULL);
  param->values = keys;
}

void param_role(struct param *param, struct turn *turn, const char *name, enum role role) {
  static const char *const words[ROLE_MAX_] = {
      [ROLE_MENTEE] = W("role.mentee"),   [ROLE_MENTOR] = W("role.mentor"),           [ROLE_RESERVE] = W("role.reserve"),
      [ROLE_MANAGER] = W("role.manager"), [ROLE_COORDINATOR] = W("role.coordinator")};
  param_words(param, turn, name, strs_of(turn->arena, 1, words[role]));
}

void turn_say(struct turn *turn, const char *words) {
  struct line *line = arena_alloc(turn->arena, sizeof *line);
  line->words = words;
  turn->reply = line;
}
