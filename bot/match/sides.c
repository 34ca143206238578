/* sides.c: finds the records behind two enrolments. */
#include "bot/match/sides.h"

#include "bot/match/answers.h"

static const char *const wish_questions[MATCH_WISH_MAX_] = {
    [MATCH_WISH_ORGANISATION] = "organisation_wish", [MATCH_WISH_PROFESSION] = "profession_wish", [MATCH_WISH_GRADE] = "grade_wish"};

struct match_side match_side_of(struct txn *txn, const struct enrolment *enrolment) {
  struct match_side side = {.enrolment = enrolment};
  if (enrolment->person != NULL) side.person = txn_get(txn, RECORD_PERSON, enrolment->person);
  if (side.person != NULL && side.person->organisation != NULL)
    side.organisation = txn_get(txn, RECORD_ORGANISATION, side.person->organisation);
  side.unreadable = side.person != NULL && model_unreadable(txn_model(txn), side.person->id);
  if (enrolment->question_set != NULL) side.questions = txn_get(txn, RECORD_QUESTION_SET, enrolment->question_set);
  for (int i = 0; i < MATCH_WISH_MAX_; i++) {
    struct match_said said = match_said(enrolment, wish_questions[i]);
    if (said.how == MATCH_SAID) side.wishes[i] = said.values.items[0];
  }
  return side;
}

/* The set that the mentee was asked from: an old one stays with whoever answered it. */
static const struct question_set *questions_of(struct txn *txn, const struct programme *programme, const struct match_side *mentee) {
  if (mentee->enrolment->question_set != NULL) return mentee->questions;
  return programme->question_set == NULL ? NULL : txn_get(txn, RECORD_QUESTION_SET, programme->question_set);
}

struct match_sides match_sides_of(struct txn *txn, const struct programme *programme, const struct match_side *mentee,
                                  const struct match_side *mentor) {
  return (struct match_sides){
      .programme = programme,
      .questions = questions_of(txn, programme, mentee),
      .mentee = *mentee,
      .mentor = *mentor,
  };
}
