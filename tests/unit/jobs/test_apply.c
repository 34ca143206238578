/* test_apply.c: a scheme file becomes records: versions of question sets, the demo's mark written once, the clock kept. */
#include "bot/jobs/jobs.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "tests/unit/bot/stage.h"

#define SCHEME "\"scheme\":{\"name\":\"Pilot\",\"zone\":\"Europe/London\",\"language\":\"en\"}"
#define CITY "\"organisations\":[{\"id\":\"city\",\"name\":\"City\"}]"
#define PILOT "\"programmes\":[{\"id\":\"pilot-1\",\"weeks\":26}]"

static void apply(struct stage *stage, const char *id, const char *body) {
  char entry[4096];
  (void)snprintf(entry, sizeof entry, "{\"id\":\"%s\",\"kind\":\"apply\",%s}", id, body);
  stage_control(stage, entry);
}

static const struct job *job(struct stage *stage, const char *id) {
  return model_get(stage->model, RECORD_JOB, id);
}

static const struct scheme *scheme(struct stage *stage) {
  return model_get(stage->model, RECORD_SCHEME, "scheme");
}

static const char *set_of(struct stage *stage) {
  return arena_text(stage->arena, ((const struct programme *)model_get(stage->model, RECORD_PROGRAMME, "pilot-1"))->question_set);
}

#define EMPTY_STAGE(stage)                 \
  CLEANUP(stage_done) struct stage stage; \
  stage_init_empty(&stage)

Test(apply, the_first_one_makes_everything) {
  EMPTY_STAGE(stage);
  apply(&stage, "a1", SCHEME "," CITY "," PILOT);
  cr_assert_eq(job(&stage, "a1")->state, JOB_FINISHED, "%s", stage.ops);
  cr_assert_str_eq(scheme(&stage)->name, "Pilot");
  cr_assert_eq(scheme(&stage)->version, RECORDS_VERSION);
  cr_assert_not(scheme(&stage)->demo);
  cr_assert_str_eq(set_of(&stage), "q-pilot-1-1");
  const struct question_set *set = model_get(stage.model, RECORD_QUESTION_SET, "q-pilot-1-1");
  cr_assert_eq(set->questions.count, 15);
}

Test(apply, the_same_again_changes_only_the_job) {
  EMPTY_STAGE(stage);
  apply(&stage, "a1", SCHEME "," CITY "," PILOT);
  apply(&stage, "a2", SCHEME "," CITY "," PILOT);
  cr_assert_not(stage_ops_have(&stage, "put scheme") || stage_ops_have(&stage, "put question_set") || stage_ops_have(&stage, "put programme"));
  cr_assert_str_eq(set_of(&stage), "q-pilot-1-1");
}

Test(apply, a_zone_that_is_none_is_refused) {
  EMPTY_STAGE(stage);
  apply(&stage, "a1", SCHEME "," CITY "," PILOT);
  apply(&stage, "a2", "\"scheme\":{\"name\":\"Pilot\",\"zone\":\"Europe/Lundon\"}");
  cr_assert_eq(job(&stage, "a2")->state, JOB_FAILED, "%s", stage.ops);
  cr_assert_str_eq(scheme(&stage)->zone, "Europe/London");
}

#define OWN(text) "\"questions\":{\"pilot-1\":[{\"id\":\"rank\",\"kind\":\"text\",\"text\":\"" text "\"}]}"

Test(apply, other_questions_are_a_new_version_and_the_old_one_stays) {
  EMPTY_STAGE(stage);
  static const char *const bodies[] = {SCHEME "," PILOT, SCHEME "," PILOT "," OWN("One?"), SCHEME "," PILOT "," OWN("One?"),
                                       SCHEME "," PILOT "," OWN("Two?"), SCHEME "," PILOT ",\"questions\":{\"pilot-1\":\"default\"}"};
  static const char *const sets[] = {"q-pilot-1-1", "q-pilot-1-2", "q-pilot-1-2", "q-pilot-1-3", "q-pilot-1-4"};
  for (size_t i = 0; i < ARRAY_LEN(bodies); i++) {
    apply(&stage, arena_format(stage.arena, "a%zu", i), bodies[i]);
    cr_assert_str_eq(set_of(&stage), sets[i]);
  }
  cr_assert_eq(model_count(stage.model, RECORD_QUESTION_SET), 4);
}

Test(apply, versions_of_programmes_whose_names_begin_alike_are_apart) {
  EMPTY_STAGE(stage);
  apply(&stage, "a1", SCHEME ",\"programmes\":[{\"id\":\"pilot\"},{\"id\":\"pilot-7\"}]");
  apply(&stage, "a2", SCHEME ",\"programmes\":[{\"id\":\"pilot\"},{\"id\":\"pilot-7\"}],\"questions\":{\"pilot\":[{\"id\":\"rank\",\"kind\":\"text\"}]}");
  const struct programme *pilot = model_get(stage.model, RECORD_PROGRAMME, "pilot"), *other = model_get(stage.model, RECORD_PROGRAMME, "pilot-7");
  cr_assert_str_eq(pilot->question_set, "q-pilot-2");
  cr_assert_str_eq(other->question_set, "q-pilot-7-1");
}

Test(apply, whether_it_is_a_demo_is_written_once) {
  static const char *const first[] = {"\"demo\":true,", ""}, *const then[] = {"\"demo\":false,", "\"demo\":true,"};
  for (size_t i = 0; i < 2; i++) {
    EMPTY_STAGE(stage);
    apply(&stage, "a1", arena_format(stage.arena, "%s%s", first[i], SCHEME));
    bool demo = scheme(&stage)->demo;
    cr_assert_eq(demo, i == 0);
    apply(&stage, "a2", arena_format(stage.arena, "%s%s", then[i], SCHEME));
    apply(&stage, "a3", "\"scheme\":{\"name\":\"x\",\"demo\":true}");
    cr_assert_eq(scheme(&stage)->demo, demo);
  }
}

Test(apply, the_file_cannot_set_the_clock_or_the_version) {
  EMPTY_STAGE(stage);
  apply(&stage, "a1", "\"demo\":true," SCHEME);
  struct scheme *edited = txn_edit(stage_hand(&stage), RECORD_SCHEME, "scheme");
  edited->offset_ms = 7;
  edited->clock_target_ms = 9;
  stage_apply(&stage);
  apply(&stage, "a2", "\"offset_ms\":5,\"scheme\":{\"id\":\"other\",\"name\":\"New\",\"version\":99,\"offset_ms\":100,\"clock_target_ms\":200}");
  cr_assert_str_eq(scheme(&stage)->name, "New");
  cr_assert_eq(scheme(&stage)->offset_ms, 7);
  cr_assert_eq(scheme(&stage)->clock_target_ms, 9);
  cr_assert_eq(scheme(&stage)->version, RECORDS_VERSION);
  cr_assert_eq(model_count(stage.model, RECORD_SCHEME), 1);
}

Test(apply, what_the_file_no_longer_names_stays) {
  EMPTY_STAGE(stage);
  apply(&stage, "a1", SCHEME "," CITY "," PILOT);
  apply(&stage, "a2", SCHEME);
  cr_assert_eq(model_count(stage.model, RECORD_ORGANISATION), 1);
  cr_assert_eq(model_count(stage.model, RECORD_PROGRAMME), 1);
}

/* All of it or nothing: a file with one bad record changes nothing. */
Test(apply, one_bad_record_and_nothing_is_changed) {
  static const char *const bad[] = {SCHEME ",\"organisations\":[{\"id\":\"city\"},{\"name\":\"no id\"}]", SCHEME ",\"programmes\":[{\"id\":\"p\",\"weeks\":\"many\"}]",
                                    SCHEME ",\"programmes\":[{\"id\":\"p\"},7]", SCHEME "," PILOT ",\"questions\":{\"pilot-1\":[{\"id\":\"x\",\"kind\":\"dance\"}]}",
                                    "\"scheme\":{\"name\":7}"};
  for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
    EMPTY_STAGE(stage);
    apply(&stage, "a1", bad[i]);
    cr_assert_eq(job(&stage, "a1")->state, JOB_FAILED, "%zu", i);
    cr_assert_eq(job(&stage, "a1")->troubles.count, 1);
    cr_assert_null(scheme(&stage), "%zu: half of it was done: %s", i, stage.ops);
    cr_assert_eq(model_count(stage.model, RECORD_ORGANISATION) + model_count(stage.model, RECORD_PROGRAMME), 0);
  }
}
