/* instance.c: draws problems, and checks answers by trying all, and by searching for anything better. */
#include "tests/unit/match/instance.h"

#include <criterion/criterion.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ARENA_BYTES = 1 << 20, NODES_MAX = 2 * SMALL_SIDE_MAX + 2 };
static const uint64_t USUAL_SEED = 20270201;
static const int64_t FAR = INT64_MAX / 4;

/* ---- chance ---- */
uint64_t instance_seed(void) {
  const char *wanted = getenv("MATCH_SEED");
  uint64_t seed = wanted == NULL ? USUAL_SEED : strtoull(wanted, NULL, 10);
  fprintf(stderr, "MATCH_SEED=%" PRIu64 "\n", seed);
  return seed;
}

uint32_t chance_below(struct chance *chance, uint32_t bound) { /* splitmix64 */
  uint64_t z = chance->state += UINT64_C(0x9e3779b97f4a7c15);
  z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
  z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
  return (uint32_t)((z ^ z >> 31) % bound);
}

/* ---- drawing ---- */
void instance_add(struct instance *instance, size_t mentee, size_t mentor, int32_t cost) {
  instance->arcs[instance->arc_count++] = (struct match_arc){(uint32_t)mentee, (uint32_t)mentor, cost};
}

void instance_draw(struct instance *instance, const struct instance_shape *shape, struct chance *chance) {
  instance->mentees = shape->mentees;
  instance->mentors = shape->mentors;
  instance->arc_count = 0;
  for (size_t j = 0; j < shape->mentors; j++) instance->seats[j] = (int32_t)chance_below(chance, (uint32_t)shape->seats_max + 1);
  for (size_t i = 0; i < shape->mentees; i++)
    for (size_t j = 0; j < shape->mentors; j++)
      if (chance_below(chance, 100) < shape->percent_allowed)
        instance_add(instance, i, j, (int32_t)chance_below(chance, (uint32_t)shape->cost_max + 1));
}

struct match_problem instance_problem(const struct instance *instance) {
  return (struct match_problem){instance->mentees, instance->mentors, instance->seats, instance->arcs, instance->arc_count};
}

int32_t instance_cost(const struct instance *instance, size_t mentee, size_t mentor) {
  for (size_t a = 0; a < instance->arc_count; a++)
    if (instance->arcs[a].mentee == mentee && instance->arcs[a].mentor == mentor) return instance->arcs[a].cost;
  return -1;
}

/* ---- the solver's answer, checked to be a matching ---- */
static struct answer_value value_of(const struct instance *instance, const int32_t *mentor_of) {
  int32_t taken[SMALL_SIDE_MAX] = {0};
  struct answer_value value = {0, 0};
  for (size_t i = 0; i < instance->mentees; i++) {
    if (mentor_of[i] == MATCH_ALONE) continue;
    cr_assert(mentor_of[i] >= 0 && (size_t)mentor_of[i] < instance->mentors, "mentee %zu sits with nobody's mentor %d", i, mentor_of[i]);
    int32_t cost = instance_cost(instance, i, (size_t)mentor_of[i]);
    cr_assert(cost >= 0, "mentee %zu may not have mentor %d", i, mentor_of[i]);
    cr_assert(++taken[mentor_of[i]] <= instance->seats[mentor_of[i]], "mentor %d has too many", mentor_of[i]);
    value.matched++;
    value.cost += cost;
  }
  return value;
}

struct answer_value instance_solve(const struct instance *instance, int32_t *ret_mentor_of) {
  CLEANUP(arena_freep) struct arena *arena = arena_new(ARENA_BYTES);
  struct match_problem problem = instance_problem(instance);
  struct match_solution solution;
  cr_assert_eq(match_solve(&problem, arena, &solution), ERR_NONE, "%s", err_note_text());
  struct answer_value value = value_of(instance, solution.mentor_of);
  cr_assert_eq(value.matched, solution.matched);
  cr_assert_eq(value.cost, solution.cost);
  if (ret_mentor_of != NULL && instance->mentees > 0) memcpy(ret_mentor_of, solution.mentor_of, instance->mentees * sizeof *ret_mentor_of);
  return value;
}

/* ---- trying everything ---- */
struct brute {
  const struct instance *instance;
  int32_t cost[8][8], left[8];
  struct answer_value best;
};

static void try_mentee(struct brute *brute, size_t mentee, struct answer_value so_far) {
  if (mentee == brute->instance->mentees) {
    bool better = so_far.matched > brute->best.matched || (so_far.matched == brute->best.matched && so_far.cost < brute->best.cost);
    if (better) brute->best = so_far;
    return;
  }
  try_mentee(brute, mentee + 1, so_far);
  for (size_t j = 0; j < brute->instance->mentors; j++) {
    if (brute->cost[mentee][j] < 0 || brute->left[j] == 0) continue;
    brute->left[j]--;
    try_mentee(brute, mentee + 1, (struct answer_value){so_far.matched + 1, so_far.cost + brute->cost[mentee][j]});
    brute->left[j]++;
  }
}

struct answer_value instance_brute(const struct instance *instance) {
  struct brute brute = {.instance = instance, .best = {0, 0}};
  cr_assert(instance->mentees <= 8 && instance->mentors <= 8);
  for (size_t j = 0; j < instance->mentors; j++) brute.left[j] = instance->seats[j];
  for (size_t i = 0; i < instance->mentees; i++)
    for (size_t j = 0; j < instance->mentors; j++) brute.cost[i][j] = instance_cost(instance, i, j);
  try_mentee(&brute, 0, (struct answer_value){0, 0});
  return brute.best;
}

/* ---- searching for anything better: the residual graph ---- */
struct residual { /* nodes: mentees, mentors, then the source (alone mentees start there) and the sink (free seats end there) */
  size_t nodes;
  int64_t length[NODES_MAX][NODES_MAX]; /* FAR: no step */
};

static void residual_fill(struct residual *residual, const struct instance *instance, const int32_t *mentor_of) {
  size_t source = instance->mentees + instance->mentors, sink = source + 1;
  int32_t taken[SMALL_SIDE_MAX] = {0};
  residual->nodes = sink + 1;
  for (size_t a = 0; a < residual->nodes; a++)
    for (size_t b = 0; b < residual->nodes; b++) residual->length[a][b] = FAR;
  for (size_t a = 0; a < instance->arc_count; a++) {
    const struct match_arc *arc = &instance->arcs[a];
    size_t mentor = instance->mentees + arc->mentor;
    if (mentor_of[arc->mentee] == (int32_t)arc->mentor) residual->length[mentor][arc->mentee] = -arc->cost;
    else residual->length[arc->mentee][mentor] = arc->cost;
  }
  for (size_t i = 0; i < instance->mentees; i++) {
    bool alone = mentor_of[i] == MATCH_ALONE;
    residual->length[alone ? source : i][alone ? i : source] = 0;
    if (!alone) taken[mentor_of[i]]++;
  }
  for (size_t j = 0; j < instance->mentors; j++) {
    if (taken[j] < instance->seats[j]) residual->length[instance->mentees + j][sink] = 0;
    if (taken[j] > 0) residual->length[sink][instance->mentees + j] = 0;
  }
}

/* Bellman and Ford from everywhere at once: a step that still shortens after as many sweeps as nodes lies on a negative cycle. */
static bool has_negative_cycle(const struct residual *residual) {
  int64_t distance[NODES_MAX] = {0};
  bool changed = true;
  for (size_t sweep = 0; changed && sweep <= residual->nodes; sweep++) {
    changed = false;
    for (size_t a = 0; a < residual->nodes; a++)
      for (size_t b = 0; b < residual->nodes; b++) {
        if (residual->length[a][b] == FAR || distance[a] + residual->length[a][b] >= distance[b]) continue;
        distance[b] = distance[a] + residual->length[a][b];
        changed = true;
      }
  }
  return changed;
}

static bool reaches(const struct residual *residual, size_t from, size_t to) {
  bool seen[NODES_MAX] = {false};
  size_t queue[NODES_MAX], head = 0, tail = 0;
  queue[tail++] = from;
  seen[from] = true;
  while (head < tail) {
    size_t node = queue[head++];
    for (size_t next = 0; next < residual->nodes; next++) {
      if (seen[next] || residual->length[node][next] == FAR) continue;
      seen[next] = true;
      queue[tail++] = next;
    }
  }
  return seen[to];
}

bool instance_is_best(const struct instance *instance, const int32_t *mentor_of) {
  static struct residual residual;
  residual_fill(&residual, instance, mentor_of);
  size_t source = instance->mentees + instance->mentors;
  return !reaches(&residual, source, source + 1) && !has_negative_cycle(&residual);
}
