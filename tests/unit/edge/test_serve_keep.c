/* test_serve_keep.c: what adapters must remember: newer blobs only, of their own workspace, given back as they were. */
#include "bot/edge/serve.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "serve_bench.h"

static char got_blob[80];
static int gots;
static size_t got_count, got_bytes;

static void on_keep_is(void *who, const char *workspace, const char *id, struct link_blob *blobs, size_t count) {
  (void)who, (void)workspace, (void)id;
  gots++;
  got_count = count;
  got_bytes = count == 0 ? 0 : strlen(blobs[0].blob);
  (void)snprintf(got_blob, sizeof got_blob, "%s", count == 0 ? "" : blobs[0].blob);
}

static void keep(struct bench *bench, const char *id, const char *key, int64_t version, const char *blob) {
  struct link_blob blobs[] = {{.key = key, .version = version, .blob = blob}};
  struct link_frame frame = {.line = LINE_KEEP, .id = id, .workspace = "web/city", .blobs = blobs, .blob_count = 1};
  serve_keep(bench->serve, &frame);
}

static void get(struct bench *bench, const char *workspace, const char *prefix) {
  struct link_frame frame = {.line = LINE_KEEP_GET, .id = "g", .workspace = workspace, .prefix = prefix};
  serve_keep_get(bench->serve, &frame, on_keep_is);
  bench_settle(bench);
}

/* 32 KiB of an adapter's own, as the link's page allows. */
Test(serve_keep, the_largest_blob_is_kept) {
  enum { CHARS = 43692 };
  BENCH(bench);
  char *blob = calloc(CHARS + 1, 1);
  memset(blob, 'A', CHARS);
  keep(&bench, "k1", "sync", 1, blob);
  bench_settle(&bench);
  cr_assert_eq(bench.kept_count, 1);
  cr_assert_eq(bench.fences, 1, "the scheme is not taken anew for it");
  get(&bench, "web/city", NULL);
  cr_assert_eq(got_count, 1);
  cr_assert_eq(got_bytes, CHARS);
  free(blob);
}

Test(serve_keep, more_than_the_link_holds_is_not_given_at_once) {
  enum { CHARS = 43692, KEYS = 150 };
  char id[16], key[16], *blob = calloc(CHARS + 1, 1);
  BENCH(bench);
  memset(blob, 'A', CHARS);
  for (int i = 0; i < KEYS; i++) {
    (void)snprintf(id, sizeof id, "k%d", i);
    (void)snprintf(key, sizeof key, "key%03d", i);
    keep(&bench, id, key, 1, blob);
    bench_settle(&bench);
  }
  gots = 0;
  get(&bench, "web/city", "key");
  cr_assert_eq(gots, 0);
  get(&bench, "web/city", "key0");
  cr_assert_eq(gots, 1);
  cr_assert_eq(got_count, 100);
  free(blob);
}

Test(serve_keep, kept_and_given_back) {
  BENCH(bench);
  keep(&bench, "k1", "sync", 1, "AAAA");
  cr_assert_eq(bench.kept_count, 0, "not before it is stored");
  bench_settle(&bench);
  cr_assert_eq(bench.kept_count, 1);
  cr_assert_str_eq(bench.kept_id, "k1");
  cr_assert_str_empty(bench.kept_conflict);
  get(&bench, "web/city", "sy");
  cr_assert_eq(got_count, 1);
  cr_assert_str_eq(got_blob, "AAAA");
  get(&bench, "web/city", NULL);
  cr_assert_eq(got_count, 1);
  get(&bench, "web/city", "other");
  cr_assert_eq(got_count, 0);
  get(&bench, "web/docks", NULL);
  cr_assert_eq(got_count, 0, "another workspace's");
  bench_restart(&bench);
  get(&bench, "web/city", NULL);
  cr_assert_str_eq(got_blob, "AAAA");
}

Test(serve_keep, an_older_blob_is_refused_by_its_key) {
  BENCH(bench);
  keep(&bench, "k1", "sync", 5, "AAAA");
  bench_settle(&bench);
  keep(&bench, "k2", "sync", 4, "BBBB");
  bench_pass(&bench, 2000);
  cr_assert_eq(bench.kept_count, 2);
  cr_assert_str_eq(bench.kept_id, "k2");
  cr_assert_str_eq(bench.kept_conflict, "sync");
  cr_assert(serve_is_ready(bench.serve));
  get(&bench, "web/city", NULL);
  cr_assert_str_eq(got_blob, "AAAA");
}

Test(serve_keep, blobs_that_come_with_an_event_are_kept_with_it) {
  BENCH(bench);
  struct link_blob blobs[] = {{.key = "sync", .version = 1, .blob = "CCCC"}};
  struct event event = {.kind = EVENT_ROOM, .id = "r", .workspace = "web/city", .change = "renamed"};
  serve_event(bench.serve, &event, blobs, 1);
  cr_assert_eq(bench_acked(&bench, "r"), 0);
  bench_settle(&bench);
  cr_assert_eq(bench_acked(&bench, "r"), 1);
  get(&bench, "web/city", NULL);
  cr_assert_str_eq(got_blob, "CCCC");
}

/* The words are too old to be done; the acknowledgement still says that the cursor is kept. */
Test(serve_keep, blobs_that_come_with_words_nobody_acts_on_are_kept_too) {
  BENCH(bench);
  struct link_blob blobs[] = {{.key = "sync", .version = 1, .blob = "DDDD"}};
  struct event event = {.kind = EVENT_TEXT, .id = "old", .workspace = "web/city", .person = {.id = "aisha"}, .room = {.kind = ROOM_DIRECT},
                        .text = "help", .at_ms = bench.now_ms - INT64_C(30) * 24 * 3600 * 1000};
  serve_event(bench.serve, &event, blobs, 1);
  cr_assert_eq(bench_acked(&bench, "old"), 0, "not before it is stored");
  bench_settle(&bench);
  cr_assert_eq(bench_acked(&bench, "old"), 1);
  cr_assert_eq(bench_sent(&bench, "aisha", "help.text"), 0);
  get(&bench, "web/city", NULL);
  cr_assert_str_eq(got_blob, "DDDD");
}

Test(serve_keep, nothing_is_answered_while_not_serving) {
  BENCH(bench);
  store_memory_fault(bench.store, STORE_UNKNOWN, false, 1);
  keep(&bench, "k1", "sync", 1, "AAAA");
  bench_settle(&bench);
  cr_assert_eq(bench.kept_count, 0, "the adapter asks again");
  get(&bench, "web/city", NULL);
  cr_assert_eq(gots, 0);
}

/* ---- with an event ---- */
static void event_with(struct bench *bench, const char *id, int64_t version) {
  struct link_blob blobs[] = {{.key = "cursor", .version = 1, .blob = "DDDD"}, {.key = "sync", .version = version, .blob = "EEEE"}};
  struct event event = {.kind = EVENT_ROOM, .id = id, .workspace = "web/city", .change = "renamed"};
  serve_event(bench->serve, &event, blobs, 2);
  bench_pass(bench, 2000);
}

Test(serve_keep, an_event_with_an_older_blob_is_told_so_and_may_come_again) {
  BENCH(bench);
  keep(&bench, "k1", "sync", 5, "AAAA");
  bench_settle(&bench);
  event_with(&bench, "r", 4);
  cr_assert_eq(bench_acked(&bench, "r"), 0, "it is not stored");
  cr_assert_str_eq(bench.kept_id, "r");
  cr_assert_str_eq(bench.kept_conflict, "cursor,sync");
  cr_assert(serve_is_ready(bench.serve));
  size_t fences = (size_t)bench.fences;
  event_with(&bench, "r", 4); /* the link fell: perhaps the adapter did not hear it */
  cr_assert_eq(bench.kept_count, 3);
  cr_assert_eq((size_t)bench.fences, fences, "told again without starting over");
  event_with(&bench, "r", 6); /* after a keep_get; the other key was never wrong */
  cr_assert_eq(bench_acked(&bench, "r"), 1);
}
