/* tally.c: counts, and the table that is printed from the engine's own lists of flows and steps. */
#include "tests/season/tally.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bot/flows/flows.h"
#include "tests/season/odd_store.h"

enum { STEPS_MAX = 16 };

#define AS_POINTER(name) &name##_flow,
static const struct flow *const flows[] = {FLOW_LIST(AS_POINTER)};
#undef AS_POINTER
static const char *const way_names[WAY_MAX_] = {
#define AS_NAME(name) [WAY_##name] = #name,
    WAY_LIST(AS_NAME)
#undef AS_NAME
};
static const struct {
  const char *name, *what;
} counts[COUNT_MAX_] = {
#define AS_ROW(name, what) [COUNT_##name] = {#name, what},
    COUNT_LIST(AS_ROW)
#undef AS_ROW
}, habits[HABIT_MAX_] = {
#define AS_ROW(name, what, percent) [HABIT_##name] = {#name, what},
    HABIT_LIST(AS_ROW)
#undef AS_ROW
};

struct tally {
  int64_t steps[ARRAY_LEN(flows)][STEPS_MAX][WAY_MAX_];
  int64_t counts[COUNT_MAX_], habits[HABIT_MAX_];
};

struct tally *tally_new(void) {
  struct tally *tally = calloc(1, sizeof *tally);
  assert(tally != NULL);
  return tally;
}

struct tally *tally_free(struct tally *tally) {
  free(tally);
  return NULL;
}

void tally_count(struct season *season, enum count count) {
  season->tally->counts[count]++;
}

void tally_habit(struct season *season, enum habit habit) {
  season->tally->habits[habit]++;
}

void tally_step(struct season *season, const char *flow, const char *step, enum way way) {
  size_t bytes = strcspn(step, "/");
  for (size_t i = 0; i < ARRAY_LEN(flows); i++) {
    if (strcmp(flows[i]->name, flow) != 0) continue;
    assert(flows[i]->step_count <= STEPS_MAX);
    for (size_t k = 0; k < flows[i]->step_count; k++) {
      const char *name = flows[i]->steps[k].name;
      if (strlen(name) == bytes && strncmp(name, step, bytes) == 0) season->tally->steps[i][k][way]++;
    }
  }
}

/* ---- printing ---- */
static void print_steps(const struct season *season) {
  (void)printf("%-29s", "# step");
  for (size_t way = 0; way < WAY_MAX_; way++) (void)printf(" %8s", way_names[way]);
  (void)printf("\n");
  for (size_t i = 0; i < ARRAY_LEN(flows); i++) {
    for (size_t k = 0; k < flows[i]->step_count; k++) {
      char name[80];
      (void)snprintf(name, sizeof name, "%s.%s", flows[i]->name, flows[i]->steps[k].name);
      (void)printf("step %-24s", name);
      for (size_t way = 0; way < WAY_MAX_; way++) (void)printf(" %8lld", (long long)season->tally->steps[i][k][way]);
      (void)printf("\n");
    }
  }
}

void tally_print(const struct season *season) {
  print_steps(season);
  for (size_t i = 0; i < HABIT_MAX_; i++) (void)printf("habit %-10s %8lld  %s\n", habits[i].name, (long long)season->tally->habits[i], habits[i].what);
  for (size_t i = 0; i < COUNT_MAX_; i++) (void)printf("count %-16s %8lld  %s\n", counts[i].name, (long long)season->tally->counts[i], counts[i].what);
  for (enum odd_fault i = 0; i < ODD_FAULT_MAX_; i++) (void)printf("fault %-16s %8lld  %s\n", odd_store_fault_name(i), (long long)odd_store_faults(i), odd_store_fault_what(i));
}
