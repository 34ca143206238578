/* small_solver.c: the exact assignment: as many mentees as can be, then the least cost. Successive shortest augmenting paths.
 *
 * Begin with nobody seated. Then, again and again, seat one more mentee in the cheapest way there is, where those who sit
 * already may move to other mentors to make room. Each such way is a shortest path: from a mentee who is alone, over the
 * mentor they would take, over a mentee whom that mentor gives up, over the mentor whom that one takes, … to a free seat.
 * After k paths the cost is the least of all ways to seat k mentees; when there is no path left, nobody can seat more.
 *
 * Taking a seat costs, giving it up returns that cost, so lengths may be negative, which Dijkstra's search does not bear.
 * Therefore everybody carries a price (a potential): cost + price of the mentee - price of the mentor is never negative,
 * and zero along every seat that is taken. See Edmonds and Karp 1972 (doi 10.1145/321694.321699), and Jonker and
 * Volgenant 1987 (doi 10.1007/BF02278710) for the form with one search a mentee. */
#include "tests/unit/match/small_solver.h"

#include <string.h>

enum { NO_ARC = -1 };
static const int64_t FAR = INT64_MAX;

struct solver {
  size_t mentees, mentors;
  const int32_t *seats;
  int32_t *cost;                        /* mentees x mentors, NO_ARC where the two may not */
  int32_t *mentor_of;                   /* per mentee */
  int32_t *taken;                       /* per mentor */
  int64_t *mentee_price, *mentor_price;
  /* one search */
  int64_t *distance;                    /* per mentor, in prices; FAR: not reached */
  size_t *by;                           /* per mentor: the mentee who would come */
  bool *settled;                        /* per mentor: its distance is final */
};

static int32_t *cost_at(const struct solver *solver, size_t mentee, size_t mentor) {
  return &solver->cost[mentee * solver->mentors + mentor];
}

/* ---- the search ---- */
/* This mentee stands `so_far` from the start: what does that mean for the mentors it could take? */
static void reach_from(struct solver *solver, size_t mentee, int64_t so_far) {
  for (size_t j = 0; j < solver->mentors; j++) {
    int32_t cost = *cost_at(solver, mentee, j);
    if (cost == NO_ARC || solver->settled[j]) continue;
    int64_t distance = so_far + cost + solver->mentee_price[mentee] - solver->mentor_price[j];
    if (distance >= solver->distance[j]) continue;
    solver->distance[j] = distance;
    solver->by[j] = mentee;
  }
}

static int32_t nearest(const struct solver *solver) {
  int32_t best = MATCH_ALONE;
  for (size_t j = 0; j < solver->mentors; j++) {
    if (solver->settled[j] || solver->distance[j] == FAR) continue;
    if (best == MATCH_ALONE || solver->distance[j] < solver->distance[best]) best = (int32_t)j;
  }
  return best;
}

/* From all mentees who are alone, or from all whom this mentor would give up. */
static void reach_from_mentees_of(struct solver *solver, int32_t mentor, int64_t so_far) {
  for (size_t i = 0; i < solver->mentees; i++)
    if (solver->mentor_of[i] == mentor) reach_from(solver, i, so_far);
}

static void search(struct solver *solver) {
  for (size_t j = 0; j < solver->mentors; j++) {
    solver->distance[j] = FAR;
    solver->settled[j] = false;
  }
  reach_from_mentees_of(solver, MATCH_ALONE, 0);
  for (int32_t j = nearest(solver); j != MATCH_ALONE; j = nearest(solver)) {
    solver->settled[j] = true;
    reach_from_mentees_of(solver, j, solver->distance[j]);
  }
}

/* Distances are in prices; the true length of a way is distance + the last mentor's price. */
static int32_t cheapest_free(const struct solver *solver) {
  int32_t best = MATCH_ALONE;
  int64_t least = FAR;
  for (size_t j = 0; j < solver->mentors; j++) {
    if (solver->distance[j] == FAR || solver->taken[j] >= solver->seats[j]) continue;
    int64_t length = solver->distance[j] + solver->mentor_price[j];
    if (length >= least) continue;
    least = length;
    best = (int32_t)j;
  }
  return best;
}

/* Keeps every price difference non-negative, and zero along the path. Who was not reached now never will be. */
static void reprice(struct solver *solver) {
  for (size_t i = 0; i < solver->mentees; i++) {
    int32_t mentor = solver->mentor_of[i];
    if (mentor != MATCH_ALONE && solver->distance[mentor] != FAR) solver->mentee_price[i] += solver->distance[mentor];
  }
  for (size_t j = 0; j < solver->mentors; j++)
    if (solver->distance[j] != FAR) solver->mentor_price[j] += solver->distance[j];
}

/* Walks the path back from its free seat: each mentee moves up to the mentor it was reached by. */
static void seat_along(struct solver *solver, int32_t mentor) {
  solver->taken[mentor]++;
  while (mentor != MATCH_ALONE) {
    size_t mentee = solver->by[mentor];
    int32_t left = solver->mentor_of[mentee];
    solver->mentor_of[mentee] = mentor;
    mentor = left;
  }
}

/* ---- input and output ---- */
static enum err check_sides(const struct match_problem *problem) {
  if (problem->mentees > SMALL_SIDE_MAX || problem->mentors > SMALL_SIDE_MAX)
    return err_note(ERR_LIMITED, "%zu mentees and %zu mentors are more than the %d a side that can be matched at once",
                    problem->mentees, problem->mentors, SMALL_SIDE_MAX);
  for (size_t j = 0; j < problem->mentors; j++)
    if (problem->seats[j] < 0) return err_note(ERR_BAD_INPUT, "mentor %zu has %d seats", j, (int)problem->seats[j]);
  return ERR_NONE;
}

static enum err take_arc(struct solver *solver, const struct match_arc *arc) {
  if (arc->mentee >= solver->mentees || arc->mentor >= solver->mentors)
    return err_note(ERR_BAD_INPUT, "arc %u-%u names nobody", arc->mentee, arc->mentor);
  if (arc->cost < 0 || arc->cost > MATCH_COST_MAX)
    return err_note(ERR_BAD_INPUT, "arc %u-%u costs %d", arc->mentee, arc->mentor, (int)arc->cost);
  int32_t *cost = cost_at(solver, arc->mentee, arc->mentor);
  if (*cost != NO_ARC) return err_note(ERR_BAD_INPUT, "arc %u-%u comes twice", arc->mentee, arc->mentor);
  *cost = arc->cost;
  return ERR_NONE;
}

static struct solver solver_new(const struct match_problem *problem, struct arena *arena) {
  size_t mentees = problem->mentees, mentors = problem->mentors;
  struct solver solver = {.mentees = mentees, .mentors = mentors, .seats = problem->seats};
  solver.cost = arena_alloc(arena, mentees * mentors * sizeof *solver.cost);
  solver.mentor_of = arena_alloc(arena, mentees * sizeof *solver.mentor_of);
  solver.taken = arena_alloc(arena, mentors * sizeof *solver.taken);
  solver.mentee_price = arena_alloc(arena, mentees * sizeof *solver.mentee_price);
  solver.mentor_price = arena_alloc(arena, mentors * sizeof *solver.mentor_price);
  solver.distance = arena_alloc(arena, mentors * sizeof *solver.distance);
  solver.by = arena_alloc(arena, mentors * sizeof *solver.by);
  solver.settled = arena_alloc(arena, mentors * sizeof *solver.settled);
  for (size_t at = 0; at < mentees * mentors; at++) solver.cost[at] = NO_ARC;
  for (size_t i = 0; i < mentees; i++) solver.mentor_of[i] = MATCH_ALONE;
  return solver;
}

static struct match_solution solution_of(const struct solver *solver) {
  struct match_solution solution = {.mentor_of = solver->mentor_of};
  for (size_t i = 0; i < solver->mentees; i++) {
    if (solver->mentor_of[i] == MATCH_ALONE) continue;
    solution.matched++;
    solution.cost += *cost_at(solver, i, (size_t)solver->mentor_of[i]);
  }
  return solution;
}

enum err match_solve(const struct match_problem *problem, struct arena *arena, struct match_solution *ret_solution) {
  enum err err = check_sides(problem);
  if (err != ERR_NONE) return err;
  struct solver solver = solver_new(problem, arena);
  for (size_t i = 0; i < problem->arc_count && err == ERR_NONE; i++) err = take_arc(&solver, &problem->arcs[i]);
  if (err != ERR_NONE) return err;
  for (;;) {
    search(&solver);
    int32_t mentor = cheapest_free(&solver);
    if (mentor == MATCH_ALONE) break;
    reprice(&solver);
    seat_along(&solver, mentor);
  }
  *ret_solution = solution_of(&solver);
  return ERR_NONE;
}
