/* test_import.c: a list of people prefills and enrols nobody; what people said themselves is never overwritten. */
#include "bot/jobs/jobs.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "tests/unit/bot/stage.h"

static int imports;

static const struct job *import(struct stage *stage, const char *rows) {
  const char *id = arena_format(stage->arena, "imp%d", ++imports);
  stage_control(stage, arena_format(stage->arena, "{\"id\":\"%s\",\"kind\":\"import\",\"file\":\"/spool/x\"}", id));
  struct event event = {.kind = EVENT_JOB, .record = id, .payload = arena_format(stage->arena, "{\"from\":0,\"rows\":[%s],\"last\":true}", rows)};
  stage_run(stage, &event);
  cr_assert_eq(stage->err, ERR_NONE);
  return model_get(stage->model, RECORD_JOB, id);
}

#define SAM "{\"account\":\"web/city:sam\",\"name\":\"Sam Reed\",\"organisation\":\"city\",\"department\":\"Custody\",\"grade\":\"sergeant\"}"

static void make_demo(struct stage *stage) {
  ((struct scheme *)txn_edit(stage_hand(stage), RECORD_SCHEME, "scheme"))->demo = true;
  stage_apply(stage);
}

Test(import, people_are_known_but_not_enrolled) {
  STAGE(stage);
  const struct job *job = import(&stage, SAM);
  cr_assert_eq(job->state, JOB_FINISHED);
  cr_assert_eq(job->changed, 1);
  const struct person *sam = stage_get_person(&stage, "sam");
  cr_assert_str_eq(sam->name, "Sam Reed");
  cr_assert_str_eq(sam->grade, "sergeant");
  cr_assert_eq(sam->limits_version, 0);
  cr_assert_eq(model_count(stage.model, RECORD_ENROLMENT), 0);
  cr_assert_eq(stage.row_count, 0, "nobody is written to");
}

Test(import, the_same_list_again_changes_nobody) {
  STAGE(stage);
  (void)import(&stage, SAM);
  (void)import(&stage, SAM);
  cr_assert_not(stage_ops_have(&stage, "put person"));
  cr_assert_eq(model_count(stage.model, RECORD_PERSON), 1);
}

Test(import, empty_fields_take_nothing_away) {
  STAGE(stage);
  (void)import(&stage, SAM);
  (void)import(&stage, "{\"account\":\"web/city:sam\",\"name\":\"\",\"grade\":null}");
  cr_assert_str_eq(stage_get_person(&stage, "sam")->name, "Sam Reed");
  cr_assert_str_eq(stage_get_person(&stage, "sam")->grade, "sergeant");
}

Test(import, a_role_prefills_and_only_a_demo_makes_managers) {
  for (int demo = 0; demo < 2; demo++) {
    STAGE(stage);
    if (demo) make_demo(&stage);
    (void)import(&stage, "{\"account\":\"web/city:jo\",\"role\":\"manager\",\"lead\":true},{\"account\":\"web/city:ben\",\"role\":\"mentor\",\"trained\":true}");
    const struct enrolment *jo = stage_enrolment(&stage, "jo"), *ben = stage_enrolment(&stage, "ben");
    cr_assert_eq(jo->role, demo ? ROLE_MANAGER : ROLE_MENTEE);
    cr_assert_eq(jo->state, demo ? ENROLMENT_ACCEPTED : ENROLMENT_PREFILLED);
    cr_assert_eq(stage_get_person(&stage, "jo")->lead, demo == 1);
    cr_assert_eq(ben->role, ROLE_MENTOR);
    cr_assert_eq(ben->state, ENROLMENT_PREFILLED);
    cr_assert(ben->trained);
  }
}

Test(import, who_signed_up_is_not_touched_by_a_list) {
  STAGE(stage);
  (void)stage_person(&stage, "ben", "Ben Okoro");
  (void)stage_enrol(&stage, "ben", ROLE_MENTOR, ENROLMENT_APPLIED);
  (void)import(&stage, "{\"account\":\"web/city:ben\",\"role\":\"mentee\",\"trained\":false,\"topics\":[\"networks\"]}");
  cr_assert_eq(model_count(stage.model, RECORD_ENROLMENT), 1);
  cr_assert_eq(stage_enrolment(&stage, "ben")->role, ROLE_MENTOR);
  cr_assert_eq(stage_enrolment(&stage, "ben")->state, ENROLMENT_APPLIED);
  cr_assert_eq(stage_enrolment(&stage, "ben")->answers.count, 0);
}

Test(import, topics_are_kept_for_the_person_to_confirm) {
  STAGE(stage);
  (void)import(&stage, "{\"account\":\"web/city:ben\",\"topics\":[\"networks\",7,\"conflict\"]}");
  const struct enrolment *ben = stage_enrolment(&stage, "ben");
  cr_assert_eq(ben->answers.count, 1);
  cr_assert_eq(ben->answers.items[0].values.count, 2);
}

/* ---- sealed facts ---- */
#define SEALS(stage, count)                                 \
  do {                                                      \
    const struct txn_seal_request *seals;                   \
    cr_assert_eq(txn_seals((stage).last, &seals), count);   \
  } while (0)

Test(import, a_line_recuses_before_it_is_confirmed) {
  STAGE(stage);
  (void)import(&stage, SAM ",{\"account\":\"web/city:aisha\",\"name\":\"Aisha Khan\"},{\"account\":\"web/city:aisha\",\"line\":\"web/city:sam\"}");
  cr_assert_eq(stage_get_person(&stage, "aisha")->line_state, LINE_IMPORTED);
  cr_assert_str_eq(model_line(stage.model, stage_id(&stage, "aisha")), stage_id(&stage, "sam"));
  cr_assert(model_in_line(stage.model, stage_id(&stage, "sam"), stage_id(&stage, "aisha")));
  SEALS(stage, 1);
  (void)import(&stage, "{\"account\":\"web/city:aisha\",\"line\":\"web/city:sam\"}");
  SEALS(stage, 0);
}

Test(import, a_line_that_is_nobodys_account) {
  STAGE(stage);
  (void)import(&stage, "{\"account\":\"web/city:aisha\",\"line\":\"web/city:MARKER\"}");
  cr_assert_str_eq(model_line(stage.model, stage_id(&stage, "aisha")), "?web/city:MARKER");
  cr_assert_not(stage_ops_have(&stage, "MARKER"));
}

Test(import, what_people_said_of_their_line_stays) {
  static const enum line_state said[] = {LINE_GIVEN, LINE_ASK_MANAGER, LINE_NONE};
  for (size_t i = 0; i < ARRAY_LEN(said); i++) {
    STAGE(stage);
    (void)import(&stage, SAM);
    const char *aisha = stage_person(&stage, "aisha", "Aisha Khan");
    struct person *person = txn_edit(stage_hand(&stage), RECORD_PERSON, aisha);
    person->line_state = said[i];
    person->limits_version = 1;
    stage_apply(&stage);
    (void)import(&stage, "{\"account\":\"web/city:aisha\",\"line\":\"web/city:sam\"}");
    cr_assert_eq(stage_get_person(&stage, "aisha")->line_state, said[i], "%s", line_state_name(said[i]));
  }
}

Test(import, none_takes_an_imported_line_back) {
  STAGE(stage);
  (void)import(&stage, SAM ",{\"account\":\"web/city:aisha\",\"line\":\"web/city:sam\"}");
  (void)import(&stage, "{\"account\":\"web/city:aisha\",\"line\":\"none\"}");
  cr_assert_eq(stage_get_person(&stage, "aisha")->line_state, LINE_NONE);
  cr_assert_not(model_in_line(stage.model, stage_id(&stage, "sam"), stage_id(&stage, "aisha")));
}

Test(import, apart_is_sealed_and_never_overwrites_an_answer) {
  STAGE(stage);
  (void)import(&stage, SAM ",{\"account\":\"web/city:aisha\",\"apart\":[\"web/city:sam\",\"web/city:MARKER\",7]}");
  cr_assert(model_apart(stage.model, stage_id(&stage, "aisha"), stage_id(&stage, "sam")));
  cr_assert_not(stage_ops_have(&stage, "MARKER"));
  (void)import(&stage, "{\"account\":\"web/city:aisha\",\"apart\":[\"web/city:zoe\"]}");
  SEALS(stage, 0);
  cr_assert(model_apart(stage.model, stage_id(&stage, "aisha"), stage_id(&stage, "sam")));
}

/* ---- bad rows ---- */
Test(import, rows_that_name_nobody_are_troubles_and_the_rest_goes_on) {
  static const char *const bad[] = {"{}", "7", "null", "[]", "{\"account\":7}", "{\"account\":\"\"}", "{\"account\":\"nocolon\"}", "{\"account\":\"web/city:\"}", "{\"account\":\":sam\"}"};
  for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
    STAGE(stage);
    const struct job *job = import(&stage, arena_format(stage.arena, "%s,%s", bad[i], SAM));
    cr_assert_eq(job->state, JOB_FINISHED, "%s", bad[i]);
    cr_assert_eq(job->troubles.count, 1, "%s", bad[i]);
    cr_assert_eq(job->changed, 1, "%s", bad[i]);
    cr_assert_eq(model_count(stage.model, RECORD_PERSON), 1, "%s", bad[i]);
  }
}

Test(import, two_hundred_rows_fit_one_turn) {
  STAGE(stage);
  struct text text;
  text_init(&text, 1 << 20);
  for (int i = 0; i < JOB_ROWS_MAX; i++)
    text_addf(&text, "%s{\"account\":\"web/city:u%d\",\"name\":\"N\",\"role\":\"mentee\",\"topics\":[\"conflict\"]}", i == 0 ? "" : ",", i);
  cr_assert_eq(import(&stage, text_str(&text))->changed, JOB_ROWS_MAX);
  text_clear(&text);
  for (int i = 0; i < JOB_ROWS_MAX; i++)
    text_addf(&text, "%s{\"account\":\"web/city:u%d\",\"line\":\"web/city:u0\",\"apart\":[\"web/city:u1\"]}", i == 0 ? "" : ",", i);
  cr_assert_eq(import(&stage, text_str(&text))->changed, JOB_ROWS_MAX);
  text_done(&text);
}

Test(import, before_any_scheme_it_says_what_to_do) {
  CLEANUP(stage_done) struct stage stage;
  stage_init_empty(&stage);
  stage_control(&stage, "{\"id\":\"i\",\"kind\":\"import\",\"file\":\"/spool/x\"}");
  const struct job *job = model_get(stage.model, RECORD_JOB, "i");
  cr_assert_eq(job->state, JOB_FAILED);
  cr_assert_not_null(strstr(job->troubles.items[0], "mentord apply"));
}
