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
  for (int i = 0; i < MATCH_WISH_MAX_; i++) {
    struct match_said said = match_said(enrolment, wish_questions[i]);
    if (said.how == MATCH_SAID) side.wishes[i] = said.values.items[0];
  }
  return side;
}

/* The set that the mentee was asked from: an old one stays with whoever answered it. */
static const struct question_set *questions_of(struct txn *txn, const struct programme *programme, const struct enrolment *mentee) {
  const char *id = mentee->question_set != NULL ? mentee->question_set : programme->question_set;
  return id == NULL ? NULL : txn_get(txn, RECORD_QUESTION_SET, id);
}

struct match_sides match_sides_of(struct txn *txn, const struct programme *programme, const struct match_side *mentee,
                                  const struct match_side *mentor) {
  return (struct match_sides){
      .programme = programme,
      .questions = questions_of(txn, programme, mentee->enrolment),
      .mentee = *mentee,
      .mentor = *mentor,
  };
}
