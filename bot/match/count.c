/* count.c: the largest matching there is, by Hopcroft and Karp's method with several seats a mentor.
 *
 * Somebody who is alone can be seated when there is a way: they take a mentor, one of that mentor's mentees takes another, and
 * so on to a free seat. A search in rings finds how long the shortest ways are (levels); then ways of that length which
 * share nobody are walked, as many as there are; then it begins anew with longer ones. About 2.5 times the root of the number of
 * people such rounds suffice (Hopcroft and Karp 1973, doi 10.1137/0202019); in practice it is a handful. */
#include "bot/match/count.h"

#include <string.h>

static int32_t limit_of(const struct count *count, size_t mentee) {
  int32_t limit = count->job->limit;
  return count->row_limit != NULL && count->row_limit[mentee] < limit ? count->row_limit[mentee] : limit;
}

/* ---- set up ---- */
/* Nobody needs more seats than there are mentees, and one: it stays free, as it would in truth, and keeps the price at nothing. */
static int32_t useful_seats(const struct assign_problem *problem, size_t mentor) {
  int32_t most = (int32_t)problem->mentees + 1;
  return problem->seats[mentor] < most ? problem->seats[mentor] : most;
}

static size_t seats_wanted(const struct assign_problem *problem) {
  size_t seats = 0;
  for (size_t j = 0; j < problem->mentors; j++) seats += (size_t)useful_seats(problem, j);
  return seats;
}

static bool seats_are_many(const struct assign_problem *problem) {
  return seats_wanted(problem) > 4 * (problem->mentees + problem->mentors);
}

/* Where seats are many, a mentor's are cut to one more than they have pairs. */
static size_t seats_bound(const struct assign_problem *problem) {
  size_t wanted = seats_wanted(problem), pairs = (size_t)assign_pairs(problem) + problem->mentors;
  return seats_are_many(problem) && pairs < wanted ? pairs : wanted;
}

size_t count_bytes(const struct assign_problem *problem) {
  return problem->mentees * 28 + problem->mentors * 24 + seats_bound(problem) * 4 + 256;
}

static void cut_seats(struct count *count) {
  const struct assign_problem *problem = count->job->problem;
  bool many = seats_are_many(problem);
  for (size_t j = 0; j < problem->mentors; j++) count->seats[j] = many ? 1 : useful_seats(problem, j);
  if (!many) return;
  for (int64_t at = 0; at < assign_pairs(problem); at++) count->seats[problem->mentor[at]]++;
  for (size_t j = 0; j < problem->mentors; j++)
    if (count->seats[j] > useful_seats(problem, j)) count->seats[j] = useful_seats(problem, j);
}

void count_init(struct count *count, const struct assign_job *job, struct arena *arena) {
  const struct assign_problem *problem = job->problem;
  size_t mentees = problem->mentees, mentors = problem->mentors;
  *count = (struct count){.job = job};
  count->mentor_of = arena_alloc(arena, mentees * sizeof *count->mentor_of);
  count->next_pair = arena_alloc(arena, mentees * sizeof *count->next_pair);
  count->pair_of = arena_alloc(arena, mentees * sizeof *count->pair_of);
  count->queue = arena_alloc(arena, mentees * sizeof *count->queue);
  count->path_slot = arena_alloc(arena, mentees * sizeof *count->path_slot);
  count->seats = arena_alloc(arena, mentors * sizeof *count->seats);
  count->taken = arena_alloc(arena, mentors * sizeof *count->taken);
  count->level = arena_alloc(arena, mentors * sizeof *count->level);
  count->next_seat = arena_alloc(arena, mentors * sizeof *count->next_seat);
  count->seat_first = arena_alloc(arena, (mentors + 1) * sizeof *count->seat_first);
  cut_seats(count);
  for (size_t j = 0; j < mentors; j++) count->seat_first[j + 1] = count->seat_first[j] + count->seats[j];
  count->seated = arena_alloc(arena, (size_t)count->seat_first[mentors] * sizeof *count->seated);
  for (size_t i = 0; i < mentees; i++) count->mentor_of[i] = ASSIGN_NOBODY;
}

static void sit_down(struct count *count, size_t mentee, int64_t pair) {
  int32_t mentor = count->job->problem->mentor[pair];
  count->pair_of[mentee] = pair;
  count->seated[count->seat_first[mentor] + count->taken[mentor]++] = (int32_t)mentee;
  count->mentor_of[mentee] = mentor;
  count->matched++;
}

/* ---- first come, first served: most people sit after it, and the search has little left ---- */
static int64_t free_pair_in(const struct count *count, int64_t from, int64_t to, int32_t limit) {
  const struct assign_problem *problem = count->job->problem;
  const struct rows *rows = count->job->rows;
  for (int64_t at = rows_skip(rows, from, to, limit); at < to; at = rows_next(rows, at, to, limit)) {
    int32_t mentor = problem->mentor[at];
    if (problem->cost[at] <= limit && count->taken[mentor] < count->seats[mentor]) return at;
  }
  return -1;
}

/* The first pair from the mentee's own place on, round the end, whose cost is allowed and whose mentor has a free seat; -1: none. */
static int64_t free_pair(const struct count *count, size_t mentee, int32_t limit) {
  int64_t from = count->job->problem->first[mentee], to = count->job->problem->first[mentee + 1];
  int64_t start = from + assign_turned(mentee, (uint32_t)(to - from)), at = free_pair_in(count, start, to, limit);
  return at >= 0 ? at : free_pair_in(count, from, start, limit);
}

static void seat_greedily(struct count *count) {
  for (size_t i = 0; i < count->job->problem->mentees; i++) {
    if (count->mentor_of[i] != ASSIGN_NOBODY) continue;
    int64_t at = free_pair(count, i, limit_of(count, i));
    if (at >= 0) sit_down(count, i, at);
  }
}

/* ---- the search in rings ---- */
/* Reaches one mentor. True when it has a free seat; else its mentees join the next ring. */
static bool reach_mentor(struct count *count, int32_t mentor, int32_t ring) {
  count->level[mentor] = ring;
  if (count->taken[mentor] < count->seats[mentor]) return true;
  const int32_t *seated = &count->seated[count->seat_first[mentor]];
  for (int32_t k = 0; k < count->taken[mentor]; k++) count->queue[count->reached++] = seated[k];
  return false;
}

static bool reach_from(struct count *count, int32_t mentee, int32_t ring) {
  const struct assign_problem *problem = count->job->problem;
  int32_t limit = limit_of(count, (size_t)mentee);
  bool found = false;
  for (int64_t at = problem->first[mentee]; at < problem->first[mentee + 1]; at++)
    if (count->level[problem->mentor[at]] < 0 && problem->cost[at] <= limit) found |= reach_mentor(count, problem->mentor[at], ring);
  return found;
}

/* True when free seats are in reach; then levels are set up to the nearest of them. */
static bool search_rings(struct count *count) {
  const struct assign_problem *problem = count->job->problem;
  memset(count->level, 0xff, problem->mentors * sizeof *count->level);
  count->reached = 0;
  for (size_t i = 0; i < problem->mentees; i++)
    if (count->mentor_of[i] == ASSIGN_NOBODY) count->queue[count->reached++] = (int32_t)i;
  bool found = false;
  size_t at = 0;
  for (int32_t ring = 0; at < count->reached && !found; ring++)
    for (size_t end = count->reached; at < end; at++) found |= reach_from(count, count->queue[at], ring);
  return found;
}

/* ---- walking the ways ---- */
/* The next mentor of this ring whom the mentee has not tried, or ASSIGN_NOBODY. */
static int32_t next_mentor(struct count *count, int32_t mentee, int32_t ring) {
  const struct assign_problem *problem = count->job->problem;
  int32_t limit = limit_of(count, (size_t)mentee);
  int64_t end = problem->first[mentee + 1];
  for (int64_t at = count->next_pair[mentee]; at < end; at++) {
    if (count->level[problem->mentor[at]] != ring || problem->cost[at] > limit) continue;
    count->next_pair[mentee] = at; /* stays here until this mentor has nobody left to ask */
    return problem->mentor[at];
  }
  count->next_pair[mentee] = end;
  return ASSIGN_NOBODY;
}

/* Everybody on the way moves up; `mentor` has the free seat that ends it. The queue holds the way: nobody needs the rings any more. */
static void move_up(struct count *count, int32_t depth, int32_t mentor) {
  const int32_t *way = count->queue;
  int32_t moved = way[depth], left = count->mentor_of[moved];
  count->seated[count->seat_first[mentor] + count->taken[mentor]++] = moved;
  count->mentor_of[moved] = mentor;
  count->pair_of[moved] = count->next_pair[moved];
  for (int32_t at = depth; at > 0; at--) {
    int32_t mentee = way[at - 1], before = count->mentor_of[mentee];
    count->seated[count->seat_first[left] + count->path_slot[at]] = mentee;
    count->mentor_of[mentee] = left;
    count->pair_of[mentee] = count->next_pair[mentee];
    left = before;
  }
  count->matched++;
}

static void walk_from(struct count *count, int32_t alone) {
  int32_t *way = count->queue, depth = 0;
  way[0] = alone;
  while (depth >= 0) {
    int32_t mentor = next_mentor(count, way[depth], depth);
    if (mentor == ASSIGN_NOBODY) {
      depth--;
      continue;
    }
    if (count->taken[mentor] < count->seats[mentor]) {
      move_up(count, depth, mentor);
      return;
    }
    int32_t slot = count->next_seat[mentor]++;
    if (slot >= count->taken[mentor]) {
      count->level[mentor] = -1;
      continue;
    }
    way[++depth] = count->seated[count->seat_first[mentor] + slot];
    count->path_slot[depth] = slot;
  }
}

static void walk_ways(struct count *count) {
  const struct assign_problem *problem = count->job->problem;
  memset(count->next_seat, 0, problem->mentors * sizeof *count->next_seat);
  memcpy(count->next_pair, problem->first, problem->mentees * sizeof *count->next_pair);
  for (size_t i = 0; i < problem->mentees; i++)
    if (count->mentor_of[i] == ASSIGN_NOBODY) walk_from(count, (int32_t)i);
}

enum err count_most(struct count *count) {
  seat_greedily(count);
  while (search_rings(count)) {
    if (assign_cancelled(count->job)) return err_note(ERR_GONE, "the matching was cancelled");
    walk_ways(count);
  }
  return ERR_NONE;
}

bool count_cheapest(struct count *count) {
  const struct assign_problem *problem = count->job->problem;
  for (size_t i = 0; i < problem->mentees; i++) {
    int64_t at = free_pair(count, i, count->job->rows->row_least[i]);
    if (at >= 0) sit_down(count, i, at);
  }
  /* Where one in eight is left over, others want the same few, and a search would only find that out slowly. */
  if (problem->mentees - count->matched > problem->mentees / 8) return false;
  count->row_limit = count->job->rows->row_least;
  while (search_rings(count)) walk_ways(count);
  count->row_limit = NULL;
  return count->matched == problem->mentees;
}

void count_cover(const struct count *count, bool *ret_mentees, bool *ret_mentors) {
  const struct assign_problem *problem = count->job->problem;
  memset(ret_mentees, true, problem->mentees);
  for (size_t at = 0; at < count->reached; at++) ret_mentees[count->queue[at]] = false;
  for (size_t j = 0; j < problem->mentors; j++) ret_mentors[j] = count->level[j] >= 0;
}
