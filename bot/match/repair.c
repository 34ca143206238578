/* repair.c: what changes when people come, leave, decline and change their seats; the searches mend the rest. */
#include "bot/match/repair_parts.h"

#include <stdlib.h>
#include <string.h>

enum { MAGIC = 0x52657061, LINKS_MIN = 4, BEST_MAX = 64 };

/* ---- lists that grow ---- */
static void links_add(struct links *links, struct repair_link link) {
  if (links->count == links->room) {
    size_t room = links->room < LINKS_MIN ? LINKS_MIN : links->room * 2;
    struct repair_link *items = calloc(room, sizeof *items);
    assert(items != NULL);
    if (links->count > 0) memcpy(items, links->items, links->count * sizeof *items);
    free(links->items);
    links->items = items;
    links->room = room;
  }
  links->items[links->count++] = link;
}

/* False: not in it. */
static bool links_take(struct links *links, int32_t person, int32_t *ret_cost) {
  for (size_t k = 0; k < links->count; k++) {
    if (links->items[k].person != person) continue;
    *ret_cost = links->items[k].cost;
    links->items[k] = links->items[--links->count];
    return true;
  }
  return false;
}

void repair_sit(struct repair *repair, size_t mentee, size_t mentor, int32_t cost) {
  links_add(&repair->seated[mentor], (struct repair_link){(int32_t)mentee, cost});
  repair->mentor_of[mentee] = (int32_t)mentor;
  repair->cost_of[mentee] = cost;
  repair->matched++;
  repair->cost += cost;
}

void repair_stand(struct repair *repair, size_t mentee) {
  int32_t cost;
  bool sat = links_take(&repair->seated[repair->mentor_of[mentee]], (int32_t)mentee, &cost);
  assert(sat);
  repair->mentor_of[mentee] = ASSIGN_NOBODY;
  repair->matched--;
  repair->cost -= cost;
}

/* ---- set up ---- */
static void *owned(size_t count, size_t size) {
  void *made = calloc(count + 1, size);
  assert(made != NULL);
  return made;
}

static struct repair *alloc(size_t mentees_max, size_t mentors_max) {
  struct repair *repair = owned(1, sizeof *repair);
  *repair = (struct repair){.magic = MAGIC, .mentees_max = mentees_max, .mentors_max = mentors_max};
  repair->rows = owned(mentees_max, sizeof *repair->rows);
  repair->here = owned(mentees_max, sizeof *repair->here);
  repair->mentor_of = owned(mentees_max, sizeof *repair->mentor_of);
  repair->cost_of = owned(mentees_max, sizeof *repair->cost_of);
  repair->columns = owned(mentors_max, sizeof *repair->columns);
  repair->seated = owned(mentors_max, sizeof *repair->seated);
  repair->seats = owned(mentors_max, sizeof *repair->seats);
  repair->price = owned(mentors_max, sizeof *repair->price);
  repair->distance = owned(mentors_max, sizeof *repair->distance);
  int32_t **const parts[] = {&repair->by, &repair->by_cost, &repair->to, &repair->heap, &repair->place, &repair->touched};
  for (size_t k = 0; k < ARRAY_LEN(parts); k++) *parts[k] = owned(mentors_max, sizeof(int32_t));
  for (size_t j = 0; j < mentors_max; j++) {
    repair->distance[j] = INT64_MAX / 4;
    repair->place[j] = -1;
  }
  return repair;
}

struct repair *repair_free(struct repair *repair) {
  if (repair == NULL) return NULL;
  assert(repair->magic == MAGIC);
  for (size_t i = 0; i < repair->mentees; i++) free(repair->rows[i].items);
  for (size_t j = 0; j < repair->mentors; j++) {
    free(repair->columns[j].items);
    free(repair->seated[j].items);
  }
  void *const parts[] = {repair->rows,  repair->here,     repair->mentor_of, repair->cost_of, repair->columns, repair->seated, repair->seats,
                         repair->price, repair->distance, repair->by,        repair->by_cost, repair->to,      repair->heap,   repair->place,
                         repair->touched};
  for (size_t k = 0; k < ARRAY_LEN(parts); k++) free(parts[k]);
  repair->magic = 0;
  free(repair);
  return NULL;
}

void repair_freep(struct repair **repair) {
  *repair = repair_free(*repair);
}

static void link_up(struct repair *repair, int32_t mentee, int32_t mentor, int32_t cost) {
  links_add(&repair->rows[mentee], (struct repair_link){mentor, cost});
  links_add(&repair->columns[mentor], (struct repair_link){mentee, cost});
}

/* Dearer than any exchange could be, and than what anybody pays now. */
static int64_t choose_big(const struct repair *repair, const struct assign_result *result) {
  int64_t most = result->alone;
  for (size_t j = 0; j < repair->mentors; j++) most = result->price[j] > most ? result->price[j] : most;
  return most + (int64_t)(repair->mentees_max + 2) * (ASSIGN_COST_MAX + 1);
}

/* Staying alone gets dearer by as much as is between the solver's price for it and ours; then so do seats of mentors who are in the cover:
 * whoever is not in it has pairs with them only, and none of them has a free seat. */
static void take_prices(struct repair *repair, const struct assign_result *result) {
  bool some_out = result->matched < repair->mentees;
  for (size_t j = 0; j < repair->mentors; j++) {
    repair->price[j] = result->price[j];
    if (some_out && result->most.mentors[j]) repair->price[j] += repair->big - result->alone;
    if (repair->seats[j] == 0) repair->price[j] = repair->big;
  }
}

static void take_pairs(struct repair *repair, const struct assign_problem *problem, const struct assign_result *result) {
  for (size_t i = 0; i < problem->mentees; i++) {
    repair->here[i] = true;
    repair->mentor_of[i] = ASSIGN_NOBODY;
    for (int64_t at = problem->first[i]; at < problem->first[i + 1]; at++) {
      link_up(repair, (int32_t)i, problem->mentor[at], problem->cost[at]);
      if (problem->mentor[at] == result->mentor_of[i]) repair_sit(repair, i, (size_t)problem->mentor[at], problem->cost[at]);
    }
  }
}

enum err repair_new(const struct assign_problem *problem, const struct assign_result *result, size_t mentees_max, size_t mentors_max,
                    struct repair **ret_repair) {
  if (mentees_max > ASSIGN_SIDE_MAX || mentors_max > ASSIGN_SIDE_MAX || problem->mentees > mentees_max || problem->mentors > mentors_max)
    return err_note(ERR_LIMITED, "%zu mentees and %zu mentors are more than can be", mentees_max, mentors_max);
  struct repair *repair = alloc(mentees_max, mentors_max);
  repair->mentees = problem->mentees;
  repair->mentors = problem->mentors;
  memcpy(repair->seats, problem->seats, problem->mentors * sizeof *repair->seats);
  repair->big = choose_big(repair, result);
  take_pairs(repair, problem, result);
  take_prices(repair, result);
  *ret_repair = repair;
  return ERR_NONE;
}

/* ---- what may come in ---- */
static int by_person(const void *a, const void *b) {
  return ((const struct repair_link *)a)->person - ((const struct repair_link *)b)->person;
}

static enum err check_links(const struct repair_link *links, size_t count, size_t people, const bool *here) {
  if (count > people) return err_note(ERR_BAD_INPUT, "somebody is named twice");
  for (size_t k = 0; k < count; k++) {
    if (links[k].person < 0 || (size_t)links[k].person >= people || (here != NULL && !here[links[k].person]))
      return err_note(ERR_BAD_INPUT, "person %d is not there", (int)links[k].person);
    if (links[k].cost < 0 || links[k].cost > ASSIGN_COST_MAX) return err_note(ERR_BAD_INPUT, "a pair costs %d", (int)links[k].cost);
  }
  CLEANUP(arena_freep) struct arena *scratch = arena_new((count + 1) * sizeof *links);
  struct repair_link *sorted = arena_alloc(scratch, (count + 1) * sizeof *sorted);
  if (count > 0) memcpy(sorted, links, count * sizeof *sorted);
  qsort(sorted, count, sizeof *sorted, by_person);
  for (size_t k = 1; k < count; k++)
    if (sorted[k].person == sorted[k - 1].person) return err_note(ERR_BAD_INPUT, "person %d is named twice", (int)sorted[k].person);
  return ERR_NONE;
}

static enum err check_mentee(const struct repair *repair, size_t mentee) {
  assert(repair->magic == MAGIC);
  return mentee < repair->mentees && repair->here[mentee] ? ERR_NONE : err_note(ERR_BAD_INPUT, "mentee %zu is not there", mentee);
}

/* ---- repairs ---- */
/* Gives the seat up; whoever gains most takes it. The mentee must have left the mentor's column, or they would come back. */
static void give_up_seat(struct repair *repair, size_t mentee) {
  int32_t mentor = repair->mentor_of[mentee];
  if (mentor == ASSIGN_NOBODY) return;
  repair_stand(repair, mentee);
  repair_fill_seat(repair, (size_t)mentor);
}

static void unlink_mentee(struct repair *repair, size_t mentee) {
  const struct links *row = &repair->rows[mentee];
  int32_t cost;
  for (size_t k = 0; k < row->count; k++) (void)links_take(&repair->columns[row->items[k].person], (int32_t)mentee, &cost);
}

static void link_again(struct repair *repair, size_t mentee) {
  const struct links *row = &repair->rows[mentee];
  for (size_t k = 0; k < row->count; k++) links_add(&repair->columns[row->items[k].person], (struct repair_link){(int32_t)mentee, row->items[k].cost});
}

enum err repair_join(struct repair *repair, const struct repair_link *mentors, size_t count, size_t *ret_mentee) {
  assert(repair->magic == MAGIC);
  if (repair->mentees == repair->mentees_max) return err_note(ERR_LIMITED, "no more than %zu mentees can be", repair->mentees_max);
  enum err err = check_links(mentors, count, repair->mentors, NULL);
  if (err != ERR_NONE) return err;
  size_t mentee = repair->mentees++;
  repair->here[mentee] = true;
  repair->mentor_of[mentee] = ASSIGN_NOBODY;
  for (size_t k = 0; k < count; k++) link_up(repair, (int32_t)mentee, mentors[k].person, mentors[k].cost);
  repair->moved = 0;
  repair_seat_mentee(repair, mentee);
  *ret_mentee = mentee;
  return ERR_NONE;
}

enum err repair_leave(struct repair *repair, size_t mentee) {
  enum err err = check_mentee(repair, mentee);
  if (err != ERR_NONE) return err;
  unlink_mentee(repair, mentee);
  repair->rows[mentee].count = 0;
  repair->here[mentee] = false;
  repair->moved = 0;
  give_up_seat(repair, mentee);
  return ERR_NONE;
}

enum err repair_forbid(struct repair *repair, size_t mentee, size_t mentor) {
  int32_t cost;
  enum err err = check_mentee(repair, mentee);
  if (err != ERR_NONE) return err;
  if (mentor >= repair->mentors) return err_note(ERR_BAD_INPUT, "mentor %zu is not there", mentor);
  repair->moved = 0;
  if (!links_take(&repair->rows[mentee], (int32_t)mentor, &cost)) return ERR_NONE;
  (void)links_take(&repair->columns[mentor], (int32_t)mentee, &cost);
  if (repair->mentor_of[mentee] != (int32_t)mentor) return ERR_NONE;
  unlink_mentee(repair, mentee);
  give_up_seat(repair, mentee);
  link_again(repair, mentee);
  repair_seat_mentee(repair, mentee);
  return ERR_NONE;
}

/* One seat less: where all are taken, the dearest of those who sit there must look elsewhere. */
static void remove_seat(struct repair *repair, size_t mentor) {
  const struct links *seated = &repair->seated[mentor];
  bool full = seated->count == (size_t)repair->seats[mentor];
  struct repair_link dearest = {ASSIGN_NOBODY, -1};
  for (size_t k = 0; k < seated->count; k++)
    if (seated->items[k].cost > dearest.cost) dearest = seated->items[k];
  if (full) repair_stand(repair, (size_t)dearest.person);
  if (--repair->seats[mentor] == 0) repair->price[mentor] = repair->big;
  if (full) repair_seat_mentee(repair, (size_t)dearest.person);
}

enum err repair_seats(struct repair *repair, size_t mentor, int32_t seats) {
  assert(repair->magic == MAGIC);
  if (mentor >= repair->mentors) return err_note(ERR_BAD_INPUT, "mentor %zu is not there", mentor);
  if (seats < 0) return err_note(ERR_BAD_INPUT, "%d seats cannot be", (int)seats);
  int32_t *has = &repair->seats[mentor], taken = (int32_t)repair->seated[mentor].count;
  repair->moved = 0;
  if (*has > taken) *has = seats > taken ? seats : taken; /* free seats come and go without anybody noticing */
  while (*has > seats) remove_seat(repair, mentor);
  while (*has < seats && repair->price[mentor] > 0) {
    ++*has;
    repair_fill_seat(repair, mentor);
  }
  *has = seats;
  if (seats == 0) repair->price[mentor] = repair->big;
  return ERR_NONE;
}

enum err repair_mentor(struct repair *repair, const struct repair_link *mentees, size_t count, int32_t seats, size_t *ret_mentor) {
  assert(repair->magic == MAGIC);
  if (repair->mentors == repair->mentors_max) return err_note(ERR_LIMITED, "no more than %zu mentors can be", repair->mentors_max);
  if (seats < 0) return err_note(ERR_BAD_INPUT, "%d seats cannot be", (int)seats);
  enum err err = check_links(mentees, count, repair->mentees, repair->here);
  if (err != ERR_NONE) return err;
  size_t mentor = repair->mentors++;
  repair->price[mentor] = repair->big;
  for (size_t k = 0; k < count; k++) link_up(repair, mentees[k].person, (int32_t)mentor, mentees[k].cost);
  *ret_mentor = mentor;
  return repair_seats(repair, mentor, seats);
}

/* ---- what is now ---- */
struct repair_value repair_value(const struct repair *repair) {
  return (struct repair_value){repair->matched, repair->cost};
}

int32_t repair_mentor_of(const struct repair *repair, size_t mentee) {
  return repair->mentor_of[mentee];
}

int64_t repair_price(const struct repair *repair, size_t mentor) {
  return repair->price[mentor];
}

size_t repair_moved(const struct repair *repair) {
  return repair->moved;
}

size_t repair_best(const struct repair *repair, const struct repair_link *mentors, size_t count, size_t max, struct repair_offer *ret_offers) {
  size_t found = 0, most = max < BEST_MAX ? max : BEST_MAX;
  for (size_t k = 0; k < count && most > 0; k++) {
    struct repair_offer offer = {mentors[k].person, mentors[k].cost, repair->price[mentors[k].person]};
    int64_t value = offer.cost + offer.price;
    if (repair->seats[offer.mentor] == 0) continue;
    if (found == most && ret_offers[most - 1].cost + ret_offers[most - 1].price <= value) continue;
    size_t at = found < most ? found++ : most - 1;
    for (; at > 0 && ret_offers[at - 1].cost + ret_offers[at - 1].price > value; at--) ret_offers[at] = ret_offers[at - 1];
    ret_offers[at] = offer;
  }
  return found;
}
