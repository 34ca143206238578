/* quota_net.c: quotas become exits, and mentees who keep seats, so that a plain matching in which everybody has a place keeps them. */
#include "bot/match/quota_parts.h"

#include <string.h>

static const int64_t PAIRS_MAX = INT64_C(1) << 26; /* beside those of the problem */

/* ---- classes ---- */
static int32_t capped_at(int32_t rule, int32_t most) {
  return rule == QUOTA_NONE || rule > most ? most : rule;
}

size_t quota_shape_bytes(const struct quota_problem *problem) {
  return (problem->organisations + 1) * (sizeof(struct quota_class) + 4 * sizeof(int32_t) + sizeof(int64_t)) +
         problem->pairs->mentors * sizeof(int32_t) + 6 * 16;
}

static void make_classes(struct quota_shape *shape, int32_t only, struct arena *arena) {
  const struct quota_problem *problem = shape->problem;
  size_t organisations = problem->organisations;
  int32_t *mentees = arena_alloc(arena, organisations * sizeof *mentees);
  shape->of = arena_alloc(arena, (organisations + 1) * sizeof *shape->of);
  shape->class_of = arena_alloc(arena, organisations * sizeof *shape->class_of);
  shape->classes = 1;
  for (size_t i = 0; i < problem->pairs->mentees; i++) {
    if (problem->of_mentee[i] == QUOTA_NONE) shape->of[0].mentees++;
    else mentees[problem->of_mentee[i]]++;
  }
  for (size_t o = 0; o < organisations; o++) {
    const struct quota *quota = &problem->quotas[o];
    int32_t most = capped_at(quota->at_most, mentees[o]), wanted = quota->at_least < 0 ? 0 : quota->at_least;
    if (only != QUOTA_NONE) wanted = only == (int32_t)o ? most : 0;
    int32_t least = wanted < most ? wanted : most;
    bool apart = least > 0 || most < mentees[o];
    shape->class_of[o] = apart ? (int32_t)shape->classes++ : 0;
    struct quota_class *class = &shape->of[shape->class_of[o]];
    *class = apart ? (struct quota_class){mentees[o], least, most} : (struct quota_class){class->mentees + mentees[o], 0, 0};
    shape->capped = shape->capped || most < mentees[o];
  }
  shape->of[0].most = shape->of[0].mentees;
}

/* ---- seats ---- */
/* More seats than pairs, and one, are of no use to anybody; the one is left free, so that it costs nothing where it should. */
static void make_seats(struct quota_shape *shape, struct arena *arena) {
  const struct quota_problem *problem = shape->problem;
  const struct assign_problem *pairs = problem->pairs;
  shape->seats = arena_alloc(arena, pairs->mentors * sizeof *shape->seats);
  shape->kept = arena_alloc(arena, problem->organisations * sizeof *shape->kept);
  for (int64_t at = 0; at < pairs->first[pairs->mentees]; at++) shape->seats[pairs->mentor[at]]++;
  for (size_t j = 0; j < pairs->mentors; j++) {
    if (shape->seats[j] >= pairs->seats[j]) shape->seats[j] = pairs->seats[j];
    else shape->seats[j]++;
    shape->seats_all += shape->seats[j];
    if (problem->of_mentor[j] != QUOTA_NONE) shape->kept[problem->of_mentor[j]] += shape->seats[j];
  }
  for (size_t o = 0; o < problem->organisations; o++) {
    int64_t gives = problem->quotas[o].gives;
    shape->kept[o] = gives == QUOTA_NONE || gives >= shape->kept[o] ? 0 : shape->kept[o] - gives;
    shape->kept_all += shape->kept[o];
  }
}

void quota_shape_init(struct quota_shape *shape, const struct quota_problem *problem, int32_t only, struct arena *arena) {
  *shape = (struct quota_shape){.problem = problem};
  make_classes(shape, only, arena);
  make_seats(shape, arena);
}

/* ---- how many of each ---- */
/* Where nothing is wanted there is one exit more than mentees: then never all of it is taken, and it costs what exits cost. */
static int64_t may_seats(const struct quota_class *class) {
  return class->most - class->least + (class->least == 0);
}

static int64_t exit_fillers(const struct quota_shape *shape, const struct quota_goal *goal) {
  if (!goal->cheapest) return 0;
  int64_t exits = goal->short_by;
  for (size_t c = 0; c < shape->classes; c++) exits += shape->of[c].mentees - shape->of[c].most + may_seats(&shape->of[c]);
  return exits - ((int64_t)shape->problem->pairs->mentees - goal->matched);
}

/* Only where some must stay out: else as many are matched as can be by themselves, once all exits are taken. */
int64_t quota_fillers(const struct quota_shape *shape, const struct quota_goal *goal) {
  return goal->cheapest && shape->capped ? shape->seats_all - shape->kept_all - goal->matched : 0;
}

static int64_t more_pairs(const struct quota_shape *shape, const struct quota_goal *goal) {
  int64_t mentors = (int64_t)shape->problem->pairs->mentors, mentees = (int64_t)shape->problem->pairs->mentees;
  return 3 * mentees + (shape->kept_all + quota_fillers(shape, goal)) * mentors + exit_fillers(shape, goal) * ((int64_t)shape->classes + 1);
}

/* ---- writing it down ---- */
struct writing {
  const struct quota_shape *shape; /* borrowed from the caller */
  const struct quota_goal *goal;   /* borrowed from the caller */
  int64_t *first, count;
  int32_t *mentor, *cost, *seats;
  size_t rows;
};

static void put(struct writing *writing, size_t column, int64_t cost) {
  if (writing->seats[column] == 0) return;
  writing->mentor[writing->count] = (int32_t)column;
  writing->cost[writing->count++] = (int32_t)cost;
}

static void end_row(struct writing *writing) {
  writing->first[++writing->rows] = writing->count;
}

static void write_seats(struct writing *writing) {
  const struct quota_shape *shape = writing->shape;
  int64_t wanted = 0;
  memcpy(writing->seats, shape->seats, shape->problem->pairs->mentors * sizeof *shape->seats);
  for (size_t c = 0; c < shape->classes; c++) {
    writing->seats[quota_must(shape, c)] = shape->of[c].mentees - shape->of[c].most;
    writing->seats[quota_may(shape, c)] = (int32_t)may_seats(&shape->of[c]);
    wanted += shape->of[c].least;
  }
  writing->seats[quota_short(shape)] = (int32_t)(writing->goal->cheapest ? writing->goal->short_by : wanted + 1);
}

/* For people alone: a pair costs 0, an exit 1, a quota broken more than all people together, an exit that must be taken 1 less than a pair. */
static void write_mentee(struct writing *writing, size_t mentee) {
  const struct assign_problem *pairs = writing->shape->problem->pairs;
  size_t c = quota_class_of(writing->shape, mentee);
  bool points = writing->goal->cheapest;
  int64_t base = !points && writing->seats[quota_must(writing->shape, c)] > 0 ? 1 : 0;
  for (int64_t at = pairs->first[mentee]; at < pairs->first[mentee + 1]; at++)
    put(writing, (size_t)pairs->mentor[at], points ? pairs->cost[at] : base);
  put(writing, quota_must(writing->shape, c), 0);
  put(writing, quota_may(writing->shape, c), points ? 0 : base + 1);
  if (writing->shape->of[c].least > 0) put(writing, quota_short(writing->shape), points ? 0 : base + 2 + (int64_t)pairs->mentees);
  end_row(writing);
}

static void write_kept(struct writing *writing, size_t organisation) {
  const struct quota_problem *problem = writing->shape->problem;
  for (int64_t k = 0; k < writing->shape->kept[organisation]; k++) {
    for (size_t j = 0; j < problem->pairs->mentors; j++)
      if (problem->of_mentor[j] == (int32_t)organisation) put(writing, j, 0);
    end_row(writing);
  }
}

static void write_fillers(struct writing *writing) {
  const struct quota_shape *shape = writing->shape;
  for (int64_t k = exit_fillers(shape, writing->goal); k > 0; k--) {
    for (size_t c = 0; c < shape->classes; c++) put(writing, quota_may(shape, c), 0);
    put(writing, quota_short(shape), 0);
    end_row(writing);
  }
  for (int64_t k = quota_fillers(shape, writing->goal); k > 0; k--) {
    for (size_t j = 0; j < shape->problem->pairs->mentors; j++) put(writing, j, 0);
    end_row(writing);
  }
}

static enum err writing_init(struct writing *writing, struct arena **ret_arena) {
  const struct quota_shape *shape = writing->shape;
  const struct assign_problem *pairs = shape->problem->pairs;
  int64_t more = more_pairs(shape, writing->goal);
  int64_t rows = (int64_t)pairs->mentees + shape->kept_all + quota_fillers(shape, writing->goal) + exit_fillers(shape, writing->goal);
  size_t columns = quota_short(shape) + 1, count = (size_t)(pairs->first[pairs->mentees] + more);
  if (rows > ASSIGN_SIDE_MAX || more > PAIRS_MAX) return err_note(ERR_LIMITED, "so many people and seats cannot be matched with quotas at once");
  struct arena *arena = arena_new(count * 8 + ((size_t)rows + 1) * sizeof(int64_t) + columns * sizeof(int32_t) + 5 * 16);
  writing->first = arena_alloc(arena, ((size_t)rows + 1) * sizeof *writing->first);
  writing->mentor = arena_alloc(arena, count * sizeof *writing->mentor);
  writing->cost = arena_alloc(arena, count * sizeof *writing->cost);
  writing->seats = arena_alloc(arena, columns * sizeof *writing->seats);
  *ret_arena = arena;
  return ERR_NONE;
}

enum err quota_net_build(const struct quota_shape *shape, const struct quota_goal *goal, struct arena **ret_arena, struct assign_problem *ret_net) {
  struct writing writing = {.shape = shape, .goal = goal};
  enum err err = writing_init(&writing, ret_arena);
  if (err != ERR_NONE) return err;
  write_seats(&writing);
  for (size_t i = 0; i < shape->problem->pairs->mentees; i++) write_mentee(&writing, i);
  for (size_t o = 0; o < shape->problem->organisations; o++) write_kept(&writing, o);
  write_fillers(&writing);
  *ret_net = (struct assign_problem){writing.rows, quota_short(shape) + 1, writing.seats, writing.first, writing.mentor, writing.cost};
  return ERR_NONE;
}
