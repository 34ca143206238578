/* commands_manager.c: a manager's work lists: people and pairs by name, without anybody they are recused from. */
#include <string.h>

#include "bot/command_parts.h"
#include "bot/may_see.h"
#include "bot/standing.h"

enum { LINES_MAX = 80 };

/* ---- people ---- */
static bool knows_line(struct turn *turn, const char *person) {
  enum line_state state = turn_person(turn, person)->line_state;
  return state != LINE_UNKNOWN && state != LINE_ASK_MANAGER;
}

static void person_line(struct turn *turn, struct out *out, const struct enrolment *enrolment) {
  bool known = knows_line(turn, enrolment->person) || enrolment->role == ROLE_MANAGER || enrolment->state == ENROLMENT_PREFILLED;
  struct line *line = card_line(turn, out, known ? W("people.line") : W("people.line_unknown"));
  param_person(WITH(turn, line), turn, "person", enrolment->person);
  param_role(WITH(turn, line), turn, "role", enrolment->role);
  param_words(WITH(turn, line), turn, "state", strs_of(turn->arena, 1, standing_words(turn->txn, enrolment)));
}

static bool is_waiting(struct turn *turn, const struct enrolment *enrolment) {
  bool participant = enrolment->role == ROLE_MENTEE || enrolment->role == ROLE_MENTOR;
  return participant && enrolment->state == ENROLMENT_ACCEPTED && !standing_has_pair(turn->txn, enrolment);
}

void command_people(struct turn *turn, const char *args) {
  const struct programme *programme = turn_programme(turn);
  bool waiting = text_same_folded(turn->arena, args, "waiting");
  struct out *out = card_to(turn, turn->person, waiting ? W("people.waiting") : W("people.all"));
  struct strs enrolments = programme == NULL ? (struct strs){0} : txn_find(turn->txn, INDEX_enrolment_programme, programme->id);
  int64_t count = 0;
  for (size_t i = 0; i < enrolments.count; i++) {
    const struct enrolment *enrolment = txn_get(turn->txn, RECORD_ENROLMENT, enrolments.items[i]);
    if (waiting && !is_waiting(turn, enrolment)) continue;
    if (!may_see(turn->txn, turn->person, enrolment->person, RECORD_ENROLMENT, "state")) continue;
    if (out->lines.count < LINES_MAX) person_line(turn, out, enrolment);
    count++;
  }
  param_number(WITH(turn, out), turn, "count", count);
  if (count > LINES_MAX) param_number(WITH(turn, card_line(turn, out, W("people.more"))), turn, "more", count - LINES_MAX);
  (void)card_command(turn, out, waiting ? "people" : "people waiting", waiting ? W("command.button.people") : W("command.button.waiting"));
}

/* ---- pairs ---- */
static const char *const pair_words[PAIR_STATE_MAX_] = {
    [PAIR_ASKING_MENTEE] = W("pairs.asking_mentee"), [PAIR_ASKING_MENTOR] = W("pairs.asking_mentor"),
    [PAIR_ASKING_BOTH] = W("pairs.asking_both"),     [PAIR_INTRODUCED] = W("pairs.introduced"),
    [PAIR_DECLINED] = W("pairs.declined"),           [PAIR_EXPIRED] = W("pairs.expired"),
    [PAIR_WITHDRAWN] = W("pairs.withdrawn"),         [PAIR_ENDED] = W("pairs.ended")};

static bool may_see_pair(struct turn *turn, const struct pair *pair) {
  return may_see(turn->txn, turn->person, pair->mentee, RECORD_PAIR, "state") &&
         may_see(turn->txn, turn->person, pair->mentor, RECORD_PAIR, "state");
}

void command_pairs(struct turn *turn, const char *args) {
  const struct programme *programme = turn_programme(turn);
  struct out *out = card_to(turn, turn->person, W("pairs.all"));
  struct strs pairs = programme == NULL ? (struct strs){0} : txn_find(turn->txn, INDEX_pair_programme, programme->id);
  int64_t count = 0;
  (void)args;
  for (size_t i = 0; i < pairs.count; i++) {
    const struct pair *pair = txn_get(turn->txn, RECORD_PAIR, pairs.items[i]);
    if (!may_see_pair(turn, pair)) continue;
    count++;
    if (out->lines.count >= LINES_MAX) continue;
    struct line *line = card_line(turn, out, pair_words[pair->state]);
    param_person(WITH(turn, line), turn, "mentee_name", pair->mentee);
    param_person(WITH(turn, line), turn, "mentor_name", pair->mentor);
    param_date(WITH(turn, line), turn, "by", pair->answer_by_ms);
  }
  param_number(WITH(turn, out), turn, "count", count);
  (void)card_command(turn, out, "people waiting", W("command.button.waiting"));
}
