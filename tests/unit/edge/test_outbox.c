/* test_outbox.c: in order per address, one in flight there, people before bulk; a wait holds its own address only. */
#include "bot/edge/outbox.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

static void add(struct outbox *outbox, const char *id, const char *order, bool bulk) {
  struct out out = {.id = id, .order = order, .workspace = "web/city", .bulk = bulk, .words = "next.welcome"};
  outbox_add(outbox, &out);
}

/* The next one's id, put in flight; "none" and the wait. */
static const char *take(struct outbox *outbox, int64_t now_ms, int64_t *ret_wait) {
  struct outbox_row *row = outbox_next(outbox, now_ms, ret_wait);
  if (row == NULL) return "none";
  row->state = OUTBOX_IN_FLIGHT;
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
  outbox_find(outbox, "o1")->not_before_ms = 500;
  outbox_find(outbox, "o3")->not_before_ms = 700;
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
  struct outbox_row *held = outbox_find(outbox, "o1");
  held->held = true;
  held->not_before_ms = 1000;
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
  outbox_find(outbox, "o2")->state = OUTBOX_FETCHING; /* the store still answers */
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
  outbox_add(outbox, &out);
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
