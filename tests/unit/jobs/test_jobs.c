/* test_jobs.c: entries of the control list start jobs once; rows come in order; troubles are kept, not too many. */
#include "bot/jobs/jobs.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "tests/unit/bot/stage.h"

static const struct job *job(struct stage *stage, const char *id) {
  return model_get(stage->model, RECORD_JOB, id);
}

static void rows(struct stage *stage, const char *id, const char *payload) {
  struct event event = {.kind = EVENT_JOB, .record = id, .payload = payload};
  stage_run(stage, &event);
}

#define IMPORT "{\"id\":\"imp\",\"kind\":\"import\",\"file\":\"/spool/x\"}"

Test(jobs, an_entry_sent_twice_is_one_job) {
  STAGE(stage);
  stage_control(&stage, IMPORT);
  cr_assert_eq(job(&stage, "imp")->state, JOB_RUNNING);
  cr_assert_eq(job(&stage, "imp")->started_ms, stage.now_ms);
  cr_assert_eq(stage_audits(&stage, "import"), 1);
  stage_control(&stage, IMPORT);
  cr_assert_eq(stage.err, ERR_NONE);
  cr_assert_str_empty(stage.ops);
}

Test(jobs, rows_are_taken_in_order_and_once) {
  STAGE(stage);
  stage_control(&stage, IMPORT);
  rows(&stage, "imp", "{\"from\":1,\"rows\":[{\"account\":\"web/city:b\"}],\"last\":false}");
  cr_assert_str_empty(stage.ops, "not its turn");
  rows(&stage, "imp", "{\"from\":0,\"rows\":[{\"account\":\"web/city:a\"}],\"last\":false}");
  cr_assert_eq(job(&stage, "imp")->cursor, 1);
  rows(&stage, "imp", "{\"from\":0,\"rows\":[{\"account\":\"web/city:a\"}],\"last\":false}");
  cr_assert_str_empty(stage.ops, "done before");
  rows(&stage, "imp", "{\"from\":1,\"rows\":[],\"last\":true}");
  cr_assert_eq(job(&stage, "imp")->state, JOB_FINISHED);
  cr_assert_eq(job(&stage, "imp")->ended_ms, stage.now_ms);
  rows(&stage, "imp", "{\"from\":1,\"rows\":[{\"account\":\"web/city:c\"}],\"last\":true}");
  cr_assert_str_empty(stage.ops, "it is over");
}

Test(jobs, rows_of_no_job) {
  STAGE(stage);
  rows(&stage, "ghost", "{\"from\":0,\"rows\":[]}");
  cr_assert_eq(stage.err, ERR_NONE);
  cr_assert_str_empty(stage.ops);
}

Test(jobs, rows_that_are_no_rows_end_the_job) {
  static const char *const payloads[] = {"", "{", "[1", "nonsense"};
  for (size_t i = 0; i < ARRAY_LEN(payloads); i++) {
    STAGE(stage);
    stage_control(&stage, IMPORT);
    rows(&stage, "imp", payloads[i]);
    cr_assert_eq(job(&stage, "imp")->state, JOB_FAILED, "'%s'", payloads[i]);
    cr_assert_eq(job(&stage, "imp")->troubles.count, 1);
  }
}

Test(jobs, at_most_fifty_troubles_are_kept) {
  STAGE(stage);
  struct text text;
  text_init(&text, 65536);
  text_add(&text, "{\"from\":0,\"rows\":[{}");
  for (int i = 0; i < 120; i++) text_add(&text, ",{}");
  text_add(&text, "],\"last\":true}");
  stage_control(&stage, IMPORT);
  rows(&stage, "imp", text_str(&text));
  cr_assert_eq(job(&stage, "imp")->troubles.count, 50);
  cr_assert_eq(job(&stage, "imp")->cursor, 121);
  cr_assert_eq(job(&stage, "imp")->changed, 0);
  text_done(&text);
}

Test(jobs, an_entry_that_cannot_be_done_is_a_failed_job_with_its_reason) {
  static const char *const entries[] = {"{\"id\":\"j\",\"kind\":\"import\"}", "{\"id\":\"j\",\"kind\":\"invite\"}", "{\"id\":\"j\",\"kind\":\"invite\",\"code_hash\":\"short\"}",
                                        "{\"id\":\"j\",\"kind\":\"apply\"}", "{\"id\":\"j\",\"kind\":\"apply\",\"scheme\":7}"};
  for (size_t i = 0; i < ARRAY_LEN(entries); i++) {
    STAGE(stage);
    stage_control(&stage, entries[i]);
    cr_assert_eq(stage.err, ERR_NONE);
    cr_assert_eq(job(&stage, "j")->state, JOB_FAILED, "%s", entries[i]);
    cr_assert_eq(job(&stage, "j")->troubles.count, 1);
    cr_assert_str_not_empty(job(&stage, "j")->troubles.items[0]);
  }
}

Test(jobs, an_id_longer_than_any_of_ours) {
  STAGE(stage);
  char entry[400], id[120];
  memset(id, 'x', sizeof id);
  id[81] = '\0';
  (void)snprintf(entry, sizeof entry, "{\"id\":\"%s\",\"kind\":\"invite\"}", id);
  stage_control(&stage, entry);
  cr_assert_eq(stage.err, ERR_BAD_INPUT);
}
