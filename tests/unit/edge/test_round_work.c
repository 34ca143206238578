/* test_round_work.c: what another thread makes of a snapshot: the same bytes each time, each match on one sheet. */
#include "bot/edge/round_work.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "bot/base/json.h"
#include "tests/unit/edge/serve_bench.h"

enum { MENTEES = 47, MENTORS = 30 };

static void people(struct bench *bench) {
  char id[8], json[300];
  bench_init_empty(bench);
  bench_cast(bench);
  for (int i = 0; i < MENTEES + MENTORS; i++) {
    (void)snprintf(id, sizeof id, "p%d", 100 + i);
    (void)snprintf(json, sizeof json, "{\"id\":\"%s\",\"line_state\":\"none\"}", id);
    bench_put(bench, RECORD_PERSON, id, json);
    (void)snprintf(json, sizeof json, "{\"id\":\"e%d\",\"person\":\"%s\",\"programme\":\"pilot-1\",\"role\":\"%s\",\"state\":\"accepted\",\"trained\":true}", 100 + i, id,
                   i < MENTEES ? "mentee" : "mentor");
    id[0] = 'e';
    bench_put(bench, RECORD_ENROLMENT, id, json);
  }
  bench_put(bench, RECORD_ROUND, "r1", "{\"id\":\"r1\",\"programme\":\"pilot-1\",\"by\":\"p1\",\"seed\":\"5eed\"}");
  bench_start(bench);
}

static struct round_work *made(struct bench *bench) {
  const struct model *model = serve_model(bench->serve);
  struct round_work *work = round_work_new("r1-1", "7");
  round_work_begin(work, model, model_get(model, RECORD_ROUND, "r1"));
  cr_assert(round_work_has_begun(work) && !round_work_has_ended(work));
  round_work_run_it(work);
  round_work_end(work);
  cr_assert_eq(round_work_err(work), ERR_NONE);
  return work;
}

Test(round_work, the_same_bytes_each_time_and_each_match_once) {
  CLEANUP(bench_done) struct bench bench;
  people(&bench);
  struct round_work *one = made(&bench), *other = made(&bench);
  size_t from = 0;
  bool last = false;
  cr_assert_eq(round_work_matches(one), MENTEES);
  for (; !last; from += ROUND_SHEET) {
    const char *sheet = round_work_sheet(one, from);
    cr_assert_str_eq(sheet, round_work_sheet(other, from));
    cJSON *root = NULL;
    cr_assert_eq(json_parse(sheet, strlen(sheet), 1 << 20, &root), ERR_NONE);
    last = json_bool_or(root, "last", true);
    cr_assert_eq(json_int_or(root, "from", -1), (int64_t)from);
    size_t matches = MENTEES - from < ROUND_SHEET ? MENTEES - from : ROUND_SHEET;
    cr_assert_eq(cJSON_GetArraySize(json_at(root, "marks")), (int)(2 * matches));
    cr_assert_eq(last, from + matches == MENTEES);
    json_freep(&root);
  }
  cr_assert_geq(from, MENTEES);
  (void)round_work_free(one);
  (void)round_work_free(other);
}

Test(round_work, cancelled_it_ends_with_nothing) {
  CLEANUP(bench_done) struct bench bench;
  people(&bench);
  const struct model *model = serve_model(bench.serve);
  struct round_work *work = round_work_new("r1-1", "7");
  round_work_begin(work, model, model_get(model, RECORD_ROUND, "r1"));
  round_work_cancel(work);
  round_work_run_it(work);
  cr_assert_eq(round_work_err(work), ERR_GONE);
  cr_assert_eq(round_work_matches(work), 0);
  (void)round_work_free(work);
}

Test(round_work, thrown_away_before_it_ran) {
  CLEANUP(bench_done) struct bench bench;
  people(&bench);
  const struct model *model = serve_model(bench.serve);
  struct round_work *work = round_work_new("r1-1", "7");
  round_work_begin(work, model, model_get(model, RECORD_ROUND, "r1"));
  cr_assert_null(round_work_free(work));
  cr_assert_null(round_work_free(NULL));
}
