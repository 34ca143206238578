/* test_may_see.c: who may see what of whom, over a small organisation: a table of eyes, and the rights that come and go. */
#include "bot/may_see.h"

#include <criterion/criterion.h>
#include <string.h>

#include "tests/unit/bot/stage.h"

/* rita is above sam, sam above aisha; sam, jo and rita manage; lea leads the scheme; ben mentors. */
static void organisation(struct stage *stage) {
  stage_cast(stage);
  stage_add(stage, "sam", "Sam Reed", ROLE_MANAGER);
  stage_add(stage, "rita", "Rita Cole", ROLE_MANAGER);
  const char *lea = stage_person(stage, "lea", "Lea Stone");
  ((struct person *)txn_edit(stage_hand(stage), RECORD_PERSON, lea))->lead = true;
  stage_apply(stage);
  stage_line(stage, "aisha", "sam");
  stage_line(stage, "sam", "rita");
}

static const char *seen_as(struct stage *stage, const char *viewer, const char *subject) {
  const char *one = stage_id(stage, viewer), *other = stage_id(stage, subject);
  struct txn *txn = stage_hand(stage);
  const char *letters = may_see_as(txn, one, other);
  stage_apply(stage);
  return letters;
}

static const struct {
  const char *viewer, *subject, *letters;
} eyes[] = {
    {"aisha", "aisha", "S"}, {"aisha", "ben", ""},   {"ben", "aisha", ""},   {"aisha", "jo", ""},
    {"jo", "aisha", "M"},    {"jo", "ben", "M"},     {"jo", "jo", "SM"},     {"jo", "sam", "M"},
    {"sam", "aisha", ""},    {"rita", "aisha", ""},  {"rita", "sam", ""},    {"sam", "ben", "M"},
    {"sam", "rita", "M"},    {"sam", "sam", "SM"},   {"lea", "aisha", "L"},  {"lea", "lea", "SL"},
    {"ben", "lea", ""},      {"rita", "ben", "M"},
};

Test(may_see, a_table_of_eyes) {
  STAGE(stage);
  organisation(&stage);
  for (size_t i = 0; i < ARRAY_LEN(eyes); i++)
    cr_assert_str_eq(seen_as(&stage, eyes[i].viewer, eyes[i].subject), eyes[i].letters, "%s sees %s", eyes[i].viewer, eyes[i].subject);
}

static bool named(struct stage *stage, const char *reader, const char *subject) {
  const char *one = stage_id(stage, reader), *other = stage_id(stage, subject);
  bool may = may_be_named(stage_hand(stage), one, other);
  stage_apply(stage);
  return may;
}

Test(may_see, who_reports_to_a_manager_is_not_named_to_them) {
  STAGE(stage);
  organisation(&stage);
  cr_assert_not(named(&stage, "sam", "aisha"), "his own constable");
  cr_assert_not(named(&stage, "rita", "aisha"), "two steps up");
  cr_assert(named(&stage, "jo", "aisha"));
  cr_assert(named(&stage, "sam", "ben"));
  cr_assert(named(&stage, "rita", "sam"), "who runs the programme is told to everybody");
  cr_assert(named(&stage, "ben", "aisha"), "he manages nothing: what he is told is decided where it is told");
}

static const struct {
  enum pair_state state;
  const char *mentee, *mentor; /* what each has towards the other */
} partners[] = {
    {PAIR_ASKING_MENTEE, "P", ""}, {PAIR_ASKING_MENTOR, "P", "P"}, {PAIR_ASKING_BOTH, "P", "P"}, {PAIR_INTRODUCED, "P", "P"},
    {PAIR_DECLINED, "", ""},       {PAIR_EXPIRED, "", ""},         {PAIR_WITHDRAWN, "", ""},     {PAIR_ENDED, "", ""},
};

Test(may_see, partners_know_of_each_other_from_the_question_to_the_end) {
  static_assert(ARRAY_LEN(partners) == PAIR_STATE_MAX_, "every state");
  STAGE(stage);
  stage_cast(&stage);
  const char *pair = stage_pair(&stage, "aisha", "ben", PAIR_ASKING_MENTEE);
  for (size_t i = 0; i < ARRAY_LEN(partners); i++) {
    ((struct pair *)txn_edit(stage_hand(&stage), RECORD_PAIR, pair))->state = partners[i].state;
    stage_apply(&stage);
    cr_assert_str_eq(seen_as(&stage, "aisha", "ben"), partners[i].mentee, "%s", pair_state_name(partners[i].state));
    cr_assert_str_eq(seen_as(&stage, "ben", "aisha"), partners[i].mentor, "%s", pair_state_name(partners[i].state));
  }
}

Test(may_see, a_manager_who_is_also_the_partner_has_both) {
  STAGE(stage);
  stage_cast(&stage);
  (void)stage_enrol(&stage, "jo", ROLE_MENTOR, ENROLMENT_ACCEPTED);
  (void)stage_pair(&stage, "aisha", "jo", PAIR_INTRODUCED);
  cr_assert_str_eq(seen_as(&stage, "jo", "aisha"), "PM");
  stage_line(&stage, "aisha", "jo");
  cr_assert_str_eq(seen_as(&stage, "jo", "aisha"), "P", "in the line: nothing but what the partner has");
}

Test(may_see, nobody_sees_or_is_seen_who_is_not_there) {
  STAGE(stage);
  stage_cast(&stage);
  const char *jo = stage_id(&stage, "jo");
  struct txn *txn = stage_hand(&stage);
  cr_assert_str_empty(may_see_as(txn, jo, "p99"));
  cr_assert_str_empty(may_see_as(txn, "p99", jo));
  cr_assert_not(may_manage(txn, "p99", jo));
  stage_apply(&stage);
}

Test(may_see, only_an_accepted_manager_manages) {
  STAGE(stage);
  stage_cast(&stage);
  static const enum enrolment_state states[] = {ENROLMENT_PREFILLED, ENROLMENT_DRAFT, ENROLMENT_APPLIED, ENROLMENT_WAITLISTED, ENROLMENT_DECLINED, ENROLMENT_LEFT};
  (void)stage_person(&stage, "kim", "Kim Lee");
  const char *enrolment = stage_enrol(&stage, "kim", ROLE_MANAGER, ENROLMENT_ACCEPTED);
  cr_assert_str_eq(seen_as(&stage, "kim", "ben"), "M");
  for (size_t i = 0; i < ARRAY_LEN(states); i++) {
    ((struct enrolment *)txn_edit(stage_hand(&stage), RECORD_ENROLMENT, enrolment))->state = states[i];
    stage_apply(&stage);
    cr_assert_str_empty(seen_as(&stage, "kim", "ben"), "%s", enrolment_state_name(states[i]));
  }
}

Test(may_see, a_line_that_cannot_be_read_hides_a_person_from_every_manager) {
  STAGE(stage);
  organisation(&stage);
  model_set_unreadable(stage.model, stage_id(&stage, "ben"));
  cr_assert_str_empty(seen_as(&stage, "jo", "ben"));
  cr_assert_str_eq(seen_as(&stage, "ben", "ben"), "S");
  cr_assert_str_eq(seen_as(&stage, "lea", "ben"), "L");
}

Test(may_see, managers_above_each_other_in_a_ring_are_recused_from_all_below) {
  STAGE(stage);
  organisation(&stage);
  stage_line(&stage, "rita", "sam"); /* sam - rita - sam */
  cr_assert_str_empty(seen_as(&stage, "sam", "aisha"));
  cr_assert_str_empty(seen_as(&stage, "rita", "aisha"));
  cr_assert_str_empty(seen_as(&stage, "jo", "aisha"), "a ring counts as true for anybody");
  cr_assert_str_eq(seen_as(&stage, "jo", "ben"), "M");
}

Test(may_see, a_line_counts_in_the_turn_that_hears_of_it) {
  STAGE(stage);
  stage_cast(&stage);
  const char *jo = stage_id(&stage, "jo"), *ben = stage_id(&stage, "ben");
  struct txn *txn = stage_hand(&stage);
  cr_assert(may_manage(txn, jo, ben));
  struct person *person = txn_edit(txn, RECORD_PERSON, ben);
  person->line = txn_seal(txn, ben, "person.line", jo);
  cr_assert_not(may_manage(txn, jo, ben));
  stage_apply(&stage);
  cr_assert_not(may_manage(stage_hand(&stage), jo, ben));
  stage_apply(&stage);
}

Test(may_see, a_name_that_is_nobodys_recuses_nobody) {
  STAGE(stage);
  stage_cast(&stage);
  const char *ben = stage_id(&stage, "ben");
  struct txn *txn = stage_hand(&stage);
  ((struct person *)txn_edit(txn, RECORD_PERSON, ben))->line = txn_seal(txn, ben, "person.line", "?Someone Else");
  stage_apply(&stage);
  cr_assert_str_eq(seen_as(&stage, "jo", "ben"), "M");
}

/* Fields: what the letters of records.def come to. */
static const struct {
  enum record_kind kind;
  const char *field, *may; /* users who may, of aisha's */
} fields[] = {
    {RECORD_PERSON, "name", "aisha ben jo"},      {RECORD_PERSON, "line_state", "aisha"}, {RECORD_PERSON, "line", "aisha"},
    {RECORD_PERSON, "apart", "aisha"},            {RECORD_PERSON, "lead", "lea"},         {RECORD_PERSON, "gone_ms", "jo"},
    {RECORD_ENROLMENT, "state", "aisha jo"},      {RECORD_ENROLMENT, "answers", "aisha jo"}, {RECORD_PAIR, "said_no", "aisha jo"},
    {RECORD_PAIR, "room", "aisha ben"},           {RECORD_TALK, "step", ""},              {RECORD_ROUND, "matches", "jo"},
};

Test(may_see, fields) {
  static const char *const viewers[] = {"aisha", "ben", "jo", "sam", "rita", "lea"};
  STAGE(stage);
  organisation(&stage);
  (void)stage_pair(&stage, "aisha", "ben", PAIR_INTRODUCED);
  for (size_t i = 0; i < ARRAY_LEN(fields); i++) {
    for (size_t k = 0; k < ARRAY_LEN(viewers); k++) {
      const char *viewer = stage_id(&stage, viewers[k]), *aisha = stage_id(&stage, "aisha");
      bool wanted = strstr(fields[i].may, viewers[k]) != NULL;
      cr_assert_eq(may_see(stage_hand(&stage), viewer, aisha, fields[i].kind, fields[i].field), wanted, "%s and %s", viewers[k], fields[i].field);
      stage_apply(&stage);
    }
  }
}
