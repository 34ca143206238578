/* intake_both.c: who wants to learn and to help signs up twice in one go; what counts for both halves is asked once. */
#include "bot/flows/intake_parts.h"

/* ---- the other half ---- */
static enum role other_role(enum role role) {
  return role == ROLE_MENTEE ? ROLE_MENTOR : ROLE_MENTEE;
}

static const struct enrolment *other_half(struct talking *talking) {
  const struct enrolment *here = intake_enrolment(talking);
  if (here->role != ROLE_MENTEE && here->role != ROLE_MENTOR) return NULL;
  return turn_enrolment(talking->turn, here->person, here->programme, other_role(here->role));
}

static struct enrolment *new_half(struct talking *talking, const struct enrolment *before) {
  struct enrolment *half = txn_add(talking->turn->txn, RECORD_ENROLMENT, NULL);
  half->person = before->person;
  half->programme = before->programme;
  half->role = other_role(before->role);
  half->state = ENROLMENT_DRAFT;
  half->question_set = before->question_set;
  half->changed_ms = talking->turn->now_ms;
  return half;
}

/* What is asked in other words of mentors is another question; what is sealed belongs to one record alone. */
static bool counts_for_both(struct talking *talking, const struct answer *answer) {
  const struct question *question = questions_get(talking, answer->question);
  if (question == NULL || answer->sealed != NULL) return false;
  return questions_is_shared(talking, question);
}

static void copy_answers(struct talking *talking, const struct enrolment *from, struct enrolment *to) {
  for (size_t i = 0; i < from->answers.count; i++) {
    if (counts_for_both(talking, &from->answers.items[i])) *LIST_ADD(talking->turn->arena, &to->answers) = from->answers.items[i];
  }
}

bool both_begin_second(struct talking *talking) {
  if (engine_slot(talking->talk, "both") == NULL || other_half(talking) != NULL) return false;
  const struct enrolment *first = intake_enrolment(talking);
  struct enrolment *second = new_half(talking, first);
  copy_answers(talking, first, second);
  talking->talk->subject = second->id;
  engine_set_slot(talking->turn, talking->talk, "both", NULL);
  engine_set_slot(talking->turn, talking->talk, "review", NULL);
  engine_set_slot(talking->turn, talking->talk, "new_only", "1");
  return true;
}

/* ---- the step between the halves ---- */
void half_ask(struct talking *talking) {
  struct out *out = intake_ask(talking, W("intake.half"), NULL, 0);
  card_choice(talking->turn, out, "on", W("intake.button.half_on"), NULL)->primary = true;
  (void)card_choice(talking->turn, out, "later", W("intake.button.later"), NULL);
}

enum reading half_read(struct talking *talking, const struct heard *heard) {
  engine_set_slot(talking->turn, talking->talk, "change", heard->values.items[0]);
  return READ_OK;
}

/* `back` stays within a half: the trail of the first one ends here. */
const char *half_next(struct talking *talking) {
  bool later = strcmp(engine_slot(talking->talk, "change"), "later") == 0;
  engine_set_slot(talking->turn, talking->talk, "change", NULL);
  engine_set_slot(talking->turn, talking->talk, "trail", NULL);
  return later ? STEP_END : questions_first(talking, false, "review");
}

/* ---- in the review ---- */
void both_review_line(struct talking *talking, struct out *out) {
  if (other_half(talking) == NULL) return;
  bool mentee = intake_enrolment(talking)->role == ROLE_MENTEE;
  (void)card_line(talking->turn, out, mentee ? W("you.as_mentee") : W("you.as_mentor"));
}

void both_review_choice(struct talking *talking, struct out *out) {
  const struct enrolment *other = other_half(talking);
  if (other == NULL) return;
  (void)card_choice(talking->turn, out, "other_half", other->role == ROLE_MENTEE ? W("review.see_mentee") : W("review.see_mentor"), NULL);
}

const char *both_turn_over(struct talking *talking) {
  const struct enrolment *other = other_half(talking);
  if (other == NULL) return "review"; /* they left it since the card was shown */
  talking->talk->subject = other->id;
  talking->talk->question_set = other->question_set;
  engine_set_slot(talking->turn, talking->talk, "trail", NULL);
  return "review";
}
