/* test_model_secrets.c: line managers and keep-apart: who stands above whom, loops, both ways, and what could not be opened. */
#include "state/model.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/unit/state/record_fill.h"

static struct model *model_of_nothing(void) {
  struct model *model = model_new("city");
  model_loaded(model);
  return model;
}

Test(model_secrets, a_line_is_followed_upwards) {
  struct model *model = model_of_nothing();
  model_set_line(model, "p1", "p2");
  model_set_line(model, "p2", "p3");
  model_set_line(model, "p3", "?Chief Ann");
  cr_assert_str_eq(model_line(model, "p1"), "p2");
  cr_assert_null(model_line(model, "p4"));
  cr_assert(model_in_line(model, "p2", "p1") && model_in_line(model, "p3", "p1") && model_in_line(model, "?Chief Ann", "p1"));
  cr_assert(!model_in_line(model, "p1", "p1") && !model_in_line(model, "p1", "p2") && !model_in_line(model, "p4", "p1"));
  cr_assert(!model_in_line(model, "p1", "p4"));
  model_set_line(model, "p2", NULL);
  cr_assert(model_in_line(model, "p2", "p1") && !model_in_line(model, "p3", "p1"));
  cr_assert_null(model_line(model, "p2"));
  model_free(model);
}

Test(model_secrets, a_loop_of_managers_ends_and_counts_as_true) {
  struct model *model = model_of_nothing();
  model_set_line(model, "p1", "p2");
  model_set_line(model, "p2", "p1");
  model_set_line(model, "p3", "p3");
  cr_assert(model_in_line(model, "p1", "p1") && model_in_line(model, "p9", "p1") && model_in_line(model, "p9", "p3"));
  model_free(model);
  model = model_of_nothing(); /* 64 managers are followed, one more is taken for a loop */
  char below[16], above[16];
  for (int i = 0; i < 70; i++) {
    snprintf(below, sizeof below, "p%d", i);
    snprintf(above, sizeof above, "p%d", i + 1);
    model_set_line(model, below, above);
  }
  cr_assert(model_in_line(model, "nobody", "p0") && model_in_line(model, "p64", "p0"));
  cr_assert(!model_in_line(model, "nobody", "p10"));
  model_free(model);
}

/* Loops of each length, entered from each distance: who stands in the loop or on the way is found, anybody else counts as found. */
Test(model_secrets, a_line_that_runs_into_a_loop_holds_everybody) {
  char below[16], above[16];
  for (int way = 0; way < 12; way++) {
    for (int length = 1; length < 40; length++) {
      struct model *model = model_of_nothing();
      for (int i = 0; i < way + length; i++) {
        snprintf(below, sizeof below, "p%d", i);
        snprintf(above, sizeof above, "p%d", i + 1 < way + length ? i + 1 : way);
        model_set_line(model, below, above);
      }
      for (int i = 1; i < way + length; i++) {
        snprintf(above, sizeof above, "p%d", i);
        cr_assert(model_in_line(model, above, "p0"), "way %d, loop %d: p%d", way, length, i);
      }
      cr_assert(model_in_line(model, "nobody", "p0"), "way %d, loop %d", way, length);
      model_free(model);
    }
  }
}

Test(model_secrets, apart_holds_both_ways) {
  struct model *model = model_of_nothing();
  static const char *const others[] = {"p2", "?Joe Doe", "p30"}, *const nobody[] = {"p9"};
  model_set_apart(model, "p1", others, ARRAY_LEN(others));
  cr_assert(model_apart(model, "p1", "p2") && model_apart(model, "p2", "p1") && model_apart(model, "p30", "p1"));
  cr_assert(model_apart(model, "p1", "?Joe Doe"));
  cr_assert(!model_apart(model, "p1", "p3") && !model_apart(model, "p2", "p30"));
  cr_assert(!model_apart(model, "p1", "") && !model_apart(model, "p1", "?Joe"));
  model_set_apart(model, "p1", nobody, 1);
  cr_assert(model_apart(model, "p9", "p1") && !model_apart(model, "p1", "p2"));
  model_set_apart(model, "p1", NULL, 0);
  cr_assert(!model_apart(model, "p9", "p1"));
  model_free(model);
}

Test(model_secrets, what_cannot_be_opened_stays_so) {
  struct model *model = model_of_nothing();
  model_set_unreadable(model, "p1");
  model_set_line(model, "p1", "p2");
  cr_assert(model_unreadable(model, "p1") && !model_unreadable(model, "p2"));
  model_free(model);
}

/* The place stays ours, so it may be looked at: the first bytes are the list of free cells, the rest is wiped. */
Test(model_secrets, a_fact_that_is_taken_back_is_wiped) {
  static const char secret[] = "?somebody with a rather long name";
  struct model *model = model_of_nothing();
  model_set_line(model, "p1", secret);
  const char *place = model_line(model, "p1");
  cr_assert_str_eq(place, secret);
  model_set_line(model, "p1", NULL);
  for (size_t i = sizeof(void *); i < sizeof secret; i++) cr_assert_eq(place[i], '\0');
  model_free(model);
}

Test(model_secrets, facts_of_all_sizes_come_and_go) {
  enum { PERSONS = 50 };
  struct chance chance = chance_new("model facts");
  struct model *model = model_of_nothing();
  char *lines[PERSONS] = {0};
  for (int i = 0; i < 20000; i++) {
    char id[16];
    int p = (int)chance_below(&chance, PERSONS);
    size_t bytes = (size_t)1 << chance_below(&chance, 15);
    snprintf(id, sizeof id, "p%d", p);
    free(lines[p]);
    lines[p] = malloc(bytes + 1);
    memset(lines[p], 'a' + (int)chance_below(&chance, 26), bytes);
    lines[p][bytes] = '\0';
    model_set_line(model, id, lines[p]);
    int q = (int)chance_below(&chance, PERSONS);
    snprintf(id, sizeof id, "p%d", q);
    if (lines[q] != NULL) cr_assert_str_eq(model_line(model, id), lines[q]);
  }
  for (int p = 0; p < PERSONS; p++) free(lines[p]);
  fprintf(stderr, "model facts: locked in memory: %s\n", model_is_locked(model) ? "yes" : "no");
  model_free(model);
}
