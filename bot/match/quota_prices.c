/* quota_prices.c: what exits and kept seats cost in the net becomes the price of each rule.
 *
 * All mentees of a class may take the same exits, so an exit costs them the same, `exit`. What exits cost at large, `usual`, is the price of one more
 * matched; where the class's own are cheaper it may not place more (at_most), where they are dearer it should place more (at_least). A seat that an
 * organisation keeps costs the least of its seats, which is the price of `gives`; what a mentor costs beyond that is the mentor's own. */
#include "bot/match/quota_parts.h"

static const int64_t NEVER = INT64_C(1) << 50; /* of a mentor without seats: nobody's offer */

struct pricing {
  const struct quota_shape *shape;     /* borrowed from the caller */
  const struct quota_goal *goal;       /* borrowed from the caller */
  const struct assign_problem *net;    /* borrowed from the caller */
  const struct assign_result *result;  /* borrowed from the caller; of the net */
  int64_t usual;
};

static int64_t least(int64_t a, int64_t b) {
  return a < b ? a : b;
}

/* With what the exit costs by itself, as quota_net.c says it, less what a pair costs there. */
static int64_t column_price(const struct pricing *pricing, size_t column, int64_t own) {
  return pricing->net->seats[column] == 0 ? INT64_MAX : pricing->result->price[column] + (pricing->goal->cheapest ? 0 : own);
}

static int64_t usual_exit(const struct pricing *pricing) {
  if (!pricing->goal->cheapest) return 1;
  int64_t usual = column_price(pricing, quota_short(pricing->shape), 0);
  for (size_t c = 0; c < pricing->shape->classes; c++) usual = least(usual, column_price(pricing, quota_may(pricing->shape, c), 0));
  return usual == INT64_MAX ? 0 : usual;
}

/* Where a class has no exit at all every one of it is matched, and would be at any price that they pay. */
static int64_t dearest_of(const struct pricing *pricing, size_t class) {
  const struct quota_shape *shape = pricing->shape;
  int64_t dearest = pricing->usual;
  for (size_t i = 0; i < shape->problem->pairs->mentees; i++) {
    if (quota_class_of(shape, i) != class) continue;
    for (int64_t at = pricing->net->first[i]; at < pricing->net->first[i + 1]; at++) {
      if (pricing->net->mentor[at] != pricing->result->mentor_of[i]) continue;
      int64_t pays = pricing->net->cost[at] + pricing->result->price[pricing->net->mentor[at]];
      dearest = pays > dearest ? pays : dearest;
    }
  }
  return dearest;
}

static int64_t class_exit(const struct pricing *pricing, size_t c) {
  const struct quota_shape *shape = pricing->shape;
  int64_t exit = least(column_price(pricing, quota_must(shape, c), -1), column_price(pricing, quota_may(shape, c), 1));
  if (shape->of[c].least > 0)
    exit = least(exit, column_price(pricing, quota_short(shape), 2 + (int64_t)shape->problem->pairs->mentees));
  return exit == INT64_MAX ? dearest_of(pricing, c) : exit;
}

/* ---- seats ---- */
static int64_t least_seat(const struct pricing *pricing, int32_t organisation) {
  int64_t lowest = INT64_MAX;
  for (size_t j = 0; j < pricing->shape->problem->pairs->mentors; j++)
    if (pricing->net->seats[j] > 0 && (organisation == QUOTA_NONE || pricing->shape->problem->of_mentor[j] == organisation))
      lowest = least(lowest, pricing->result->price[j]);
  return lowest;
}

/* `free`: what a seat costs that shall stay free. */
static void price_seats(const struct pricing *pricing, int64_t free, int64_t *seat, int64_t *gives) {
  const struct quota_problem *problem = pricing->shape->problem;
  for (size_t o = 0; o < problem->organisations; o++)
    gives[o] = pricing->shape->kept[o] > 0 ? least_seat(pricing, (int32_t)o) - free : 0;
  for (size_t j = 0; j < problem->pairs->mentors; j++) {
    int32_t of = problem->of_mentor[j];
    seat[j] = pricing->net->seats[j] == 0 ? NEVER : pricing->result->price[j] - free - (of == QUOTA_NONE ? 0 : gives[of]);
  }
}

void quota_prices_of(const struct quota_shape *shape, const struct quota_goal *goal, const struct assign_problem *net,
                     const struct assign_result *result, struct arena *arena, struct quota_prices *ret_prices) {
  size_t organisations = shape->problem->organisations;
  struct pricing pricing = {shape, goal, net, result, 0};
  int64_t *seat = arena_alloc(arena, shape->problem->pairs->mentors * sizeof *seat), *gives = arena_alloc(arena, organisations * sizeof *gives);
  int64_t *at_least = arena_alloc(arena, organisations * sizeof *at_least), *at_most = arena_alloc(arena, organisations * sizeof *at_most);
  int64_t free = quota_fillers(shape, goal) > 0 ? least_seat(&pricing, QUOTA_NONE) : 0;
  pricing.usual = usual_exit(&pricing);
  int64_t short_one = goal->cheapest && goal->short_by > 0 ? result->price[quota_short(shape)] - pricing.usual : 0;
  price_seats(&pricing, free, seat, gives);
  for (size_t o = 0; o < organisations; o++) {
    size_t c = (size_t)shape->class_of[o];
    int64_t exit = c == 0 ? pricing.usual : class_exit(&pricing, c);
    at_least[o] = exit > pricing.usual ? exit - pricing.usual : 0;
    at_most[o] = exit < pricing.usual ? pricing.usual - exit : 0;
    short_one = at_least[o] > short_one ? at_least[o] : short_one;
  }
  if (!goal->cheapest) short_one = (int64_t)shape->problem->pairs->mentees + 1;
  *ret_prices = (struct quota_prices){seat, at_least, at_most, gives, short_one, goal->cheapest ? pricing.usual - free : 0};
}
