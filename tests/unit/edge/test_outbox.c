/* test_outbox.c: in order per address, one in flight there, people before bulk; a wait holds its own address only. */
#include "bot/edge/outbox.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

static void add(struct outbox *outbox, const char *id, const char *order, bool bulk) {
  struct out out = {.id = id, .order = order, .workspace = "web/city", .bulk = bulk, .words = "next.welcome"};
  (void)outbox_add(outbox, record_pack(RECORD_OUT, &out));
}

/* The next one's id, put in flight; "none" and the wait. */
static const char *take(struct outbox *outbox, int64_t now_ms, int64_t *ret_wait) {
  struct outbox_row *row = outbox_next(outbox, now_ms, ret_wait);
  if (row == NULL) return "none";
  outbox_go(outbox, row, OUTBOX_IN_FLIGHT);
  return row->out->id;
}

#define OUTBOX(name)                    \
  struct outbox *name = outbox_new();   \
  int64_t wait = 0

Test(outbox, empty) {
  OUTBOX(outbox);
  cr_assert_null(outbox_next(outbox, 0, &wait));
  cr_assert_eq(wait, -1);
  cr_assert_null(outbox_find(outbox, "o1"));
  cr_assert_eq(outbox_count(outbox), 0);
  cr_assert_null(outbox_free(outbox));
  cr_assert_null(outbox_free(NULL));
}

Test(outbox, one_in_flight_an_address) {
  OUTBOX(outbox);
  add(outbox, "o1", "a", false);
  add(outbox, "o2", "a", false);
  add(outbox, "o3", "b", false);
  cr_assert_str_eq(take(outbox, 0, &wait), "o1");
  cr_assert_str_eq(take(outbox, 0, &wait), "o3");
  cr_assert_str_eq(take(outbox, 0, &wait), "none");
  cr_assert_eq(wait, -1, "only an answer goes on");
  outbox_remove(outbox, outbox_find(outbox, "o1"));
  cr_assert_str_eq(take(outbox, 0, &wait), "o2");
  cr_assert_eq(outbox_count(outbox), 2);
  (void)outbox_free(outbox);
}

Test(outbox, people_before_bulk_but_never_past_their_own_address) {
  OUTBOX(outbox);
  add(outbox, "o1", "a", true);
  add(outbox, "o2", "b", true);
  add(outbox, "o3", "b", false);
  add(outbox, "o4", "c", false);
  cr_assert_str_eq(take(outbox, 0, &wait), "o4");
  cr_assert_str_eq(take(outbox, 0, &wait), "o1");
  cr_assert_str_eq(take(outbox, 0, &wait), "o2");
  cr_assert_str_eq(take(outbox, 0, &wait), "none", "o3 waits behind o2");
  (void)outbox_free(outbox);
}

Test(outbox, a_wait_holds_its_own_address) {
  OUTBOX(outbox);
  add(outbox, "o1", "a", false);
  add(outbox, "o2", "a", false);
  add(outbox, "o3", "b", true);
  outbox_wait(outbox, outbox_find(outbox, "o1"), 500);
  outbox_wait(outbox, outbox_find(outbox, "o3"), 700);
  cr_assert_str_eq(take(outbox, 100, &wait), "none");
  cr_assert_eq(wait, 400, "the nearer of two waits");
  cr_assert_str_eq(take(outbox, 500, &wait), "o1");
  cr_assert_str_eq(take(outbox, 699, &wait), "none");
  cr_assert_eq(wait, 1);
  cr_assert_str_eq(take(outbox, 700, &wait), "o3");
  (void)outbox_free(outbox);
}

Test(outbox, a_held_row_holds_nobody_back_and_goes_when_its_hour_comes) {
  OUTBOX(outbox);
  add(outbox, "o1", "a", true);
  add(outbox, "o2", "a", false);
  outbox_hold(outbox, outbox_find(outbox, "o1"), 1000);
  cr_assert_not(outbox_rests(outbox));
  cr_assert_str_eq(take(outbox, 0, &wait), "o2", "an answer does not wait for the morning");
  cr_assert_str_eq(take(outbox, 1000, &wait), "none", "the morning came while o2 is under way");
  outbox_remove(outbox, outbox_find(outbox, "o2"));
  cr_assert(outbox_rests(outbox));
  cr_assert_str_eq(take(outbox, 0, &wait), "none");
  cr_assert_eq(wait, 1000);
  outbox_clock_moved(outbox);
  add(outbox, "o3", "b", false);
  cr_assert_str_eq(take(outbox, 0, &wait), "o3");
  cr_assert_str_eq(take(outbox, 0, &wait), "o1", "looked at again");
  (void)outbox_free(outbox);
}

Test(outbox, a_lost_link_gives_back_what_was_under_way) {
  OUTBOX(outbox);
  add(outbox, "o1", "a", false);
  add(outbox, "o2", "b", false);
  (void)take(outbox, 0, &wait);
  outbox_go(outbox, outbox_find(outbox, "o2"), OUTBOX_FETCHING); /* the store still answers */
  cr_assert_str_eq(take(outbox, 0, &wait), "none");
  outbox_link_lost(outbox, "web/elsewhere");
  cr_assert_str_eq(take(outbox, 0, &wait), "none");
  outbox_link_lost(outbox, "web/city");
  cr_assert_str_eq(take(outbox, 0, &wait), "o1");
  cr_assert_str_eq(take(outbox, 0, &wait), "none");
  (void)outbox_free(outbox);
}

Test(outbox, rows_are_copied_with_their_tries) {
  struct outbox *outbox = outbox_new();
  char id[] = "o1", order[] = "a";
  struct out out = {.id = id, .order = order, .tries = 3, .words = "next.welcome"};
  (void)outbox_add(outbox, record_pack(RECORD_OUT, &out));
  memset(id, 'x', 2);
  memset(order, 'x', 1);
  const struct outbox_row *row = outbox_find(outbox, "o1");
  cr_assert_not_null(row);
  cr_assert_str_eq(row->out->order, "a");
  cr_assert_eq(row->tries, 3);
  (void)outbox_free(outbox);
}

Test(outbox, taken_out_from_anywhere) {
  OUTBOX(outbox);
  char id[16];
  for (int i = 0; i < 9; i++) {
    (void)snprintf(id, sizeof id, "o%d", i);
    add(outbox, id, id, false);
  }
  static const char *const removed[] = {"o4", "o0", "o8", "o7", "o1"};
  for (size_t i = 0; i < ARRAY_LEN(removed); i++) {
    outbox_remove(outbox, outbox_find(outbox, removed[i]));
    cr_assert_null(outbox_find(outbox, removed[i]));
  }
  static const char *const left[] = {"o2", "o3", "o5", "o6", "none"};
  for (size_t i = 0; i < ARRAY_LEN(left); i++) cr_assert_str_eq(take(outbox, 0, &wait), left[i]);
  add(outbox, "o9", "z", false);
  cr_assert_str_eq(take(outbox, 0, &wait), "o9");
  (void)outbox_free(outbox);
}

/* ---- against a list that is searched from its beginning each time ---- */
enum { ROWS = 60, ADDRESSES = 3, STEPS = 20000 };
struct plain_row {
  char id[12], order[4];
  bool there, bulk, held, under_way;
  int64_t not_before_ms;
};

static bool may_go(const struct plain_row *rows, size_t at, int64_t now_ms) {
  for (size_t i = 0; i < ROWS; i++) {
    const struct plain_row *row = &rows[i];
    bool same = row->there && strcmp(row->order, rows[at].order) == 0;
    bool asleep = row->held && row->not_before_ms > now_ms;
    if (same && (row->under_way || (i < at && !asleep))) return false;
  }
  return rows[at].there && rows[at].not_before_ms <= now_ms;
}

static const char *plain_next(const struct plain_row *rows, int64_t now_ms) {
  for (int bulk = 0; bulk < 2; bulk++) {
    for (size_t i = 0; i < ROWS; i++) {
      if (rows[i].bulk == bulk && may_go(rows, i, now_ms)) return rows[i].id;
    }
  }
  return "none";
}

static uint64_t draw(uint64_t *seed) {
  *seed = *seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
  return *seed >> 33;
}

static void do_something(struct outbox *outbox, struct plain_row *plain, uint64_t *seed, int64_t now_ms) {
  struct outbox_row *row = outbox_find(outbox, plain->id);
  int64_t until = now_ms + (int64_t)(draw(seed) % 40);
  uint64_t what = draw(seed) % 4;
  if (what == 3) outbox_remove(outbox, row);
  else if (what == 2) outbox_go(outbox, row, draw(seed) % 2 == 0 ? OUTBOX_FETCHING : OUTBOX_IN_FLIGHT);
  else if (what == 1) outbox_hold(outbox, row, until);
  else outbox_wait(outbox, row, until);
  plain->there = what != 3;
  plain->under_way = what == 2;
  plain->held = what == 1;
  if (what < 2) plain->not_before_ms = until;
}

static void new_row(struct outbox *outbox, struct plain_row *rows, uint64_t *seed, unsigned number) {
  struct plain_row *last = &rows[ROWS - 1];
  if (rows[0].there) outbox_remove(outbox, outbox_find(outbox, rows[0].id));
  memmove(rows, rows + 1, (ROWS - 1) * sizeof *rows);
  *last = (struct plain_row){.there = true, .bulk = draw(seed) % 3 == 0};
  (void)snprintf(last->id, sizeof last->id, "o%u", number);
  (void)snprintf(last->order, sizeof last->order, "a%u", (unsigned)(draw(seed) % ADDRESSES));
  add(outbox, last->id, last->order, last->bulk);
}

Test(outbox, the_same_as_a_list_searched_from_its_beginning) {
  OUTBOX(outbox);
  static struct plain_row rows[ROWS];
  uint64_t seed = 7;
  int64_t now_ms = 0;
  size_t went = 0;
  for (unsigned step = 0; step < STEPS; step++) {
    struct plain_row *any = &rows[draw(&seed) % ROWS];
    if (draw(&seed) % 4 == 0) new_row(outbox, rows, &seed, step + 1);
    else if (any->there) do_something(outbox, any, &seed, now_ms);
    now_ms += (int64_t)(draw(&seed) % 5);
    struct outbox_row *row = outbox_next(outbox, now_ms, &wait);
    cr_assert_str_eq(row == NULL ? "none" : row->out->id, plain_next(rows, now_ms), "step %u", step);
    went += row != NULL;
    size_t resting = 0, count = 0;
    for (size_t i = 0; i < ROWS; i++) {
      count += rows[i].there;
      resting += rows[i].there && rows[i].held;
    }
    cr_assert_eq(outbox_rests(outbox), resting == count);
    cr_assert_eq(outbox_count(outbox), count);
  }
  cr_assert_gt(went, STEPS / 10);
  cr_assert_lt(went, STEPS - STEPS / 10);
  (void)outbox_free(outbox);
}

Test(outbox, an_adapter_that_answers_nothing_holds_up_no_other) {
  OUTBOX(outbox);
  char id[16];
  for (int i = 0; i <= OUTBOX_UNDER_WAY_MAX; i++) {
    (void)snprintf(id, sizeof id, "o%d", i);
    add(outbox, id, id, i > 0);
  }
  for (int i = 0; i < OUTBOX_UNDER_WAY_MAX; i++) cr_assert_str_neq(take(outbox, 0, &wait), "none");
  cr_assert_str_eq(take(outbox, 0, &wait), "none", "one row too many");
  const struct out other = {.id = "other", .order = "other", .workspace = "web/docks", .bulk = true, .words = "next.welcome"};
  (void)outbox_add(outbox, record_pack(RECORD_OUT, &other));
  cr_assert_str_eq(take(outbox, 0, &wait), "other");
  outbox_remove(outbox, outbox_find(outbox, "o0"));
  cr_assert_str_eq(take(outbox, 0, &wait), "o256");
  outbox_link_lost(outbox, "web/city");
  cr_assert_str_eq(take(outbox, 0, &wait), "o1", "what was under way is not any more");
  (void)outbox_free(outbox);
}

Test(outbox, an_address_is_crowded_by_answers_that_wait_not_by_bulk) {
  struct outbox *outbox = outbox_new();
  cr_assert_not(outbox_crowded(outbox, "a", 2));
  add(outbox, "o1", "a", false);
  add(outbox, "o2", "a", true);
  add(outbox, "o3", "b", false);
  cr_assert_not(outbox_crowded(outbox, "a", 2));
  add(outbox, "o4", "a", false);
  cr_assert(outbox_crowded(outbox, "a", 2));
  outbox_hold(outbox, outbox_find(outbox, "o4"), 1000);
  cr_assert_not(outbox_crowded(outbox, "a", 2), "what sleeps waits for the morning");
  (void)outbox_free(outbox);
}

/* A search from the beginning each time would take minutes for these. */
Test(outbox, an_announcement_to_very_many_is_no_slower_a_row, .timeout = 20) {
  OUTBOX(outbox);
  enum { MANY = 20000 };
  char id[16];
  for (int i = 0; i < MANY; i++) {
    (void)snprintf(id, sizeof id, "o%d", i);
    add(outbox, id, id, true);
  }
  for (int i = 0; i < OUTBOX_UNDER_WAY_MAX; i++) {
    (void)snprintf(id, sizeof id, "o%d", i);
    cr_assert_str_eq(take(outbox, 0, &wait), id);
  }
  for (int i = MANY - 1; i >= 0; i--) {
    (void)snprintf(id, sizeof id, "o%d", i);
    outbox_wait(outbox, outbox_find(outbox, id), i);
  }
  for (int i = 0; i < MANY; i++) {
    struct outbox_row *row = outbox_next(outbox, i, &wait);
    cr_assert_not_null(row, "row %d at its time", i);
    outbox_remove(outbox, row);
  }
  cr_assert_eq(outbox_count(outbox), 0);
  (void)outbox_free(outbox);
}
