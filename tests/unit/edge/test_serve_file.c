/* test_serve_file.c: files are made when they are sent, held for their adapter and no longer, and made again after any trouble. */
#include "bot/edge/serve.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bot/edge/serve_parts.h"
#include "serve_bench.h"

enum { SOON_MS = 20, TRY_MS = 2100 };

static void more_people(struct bench *bench, int count, size_t name_bytes) {
  char id[16], *name = calloc(1, name_bytes + 1), *json = malloc(name_bytes + 200);
  memset(name, 'n', name_bytes);
  for (int i = 0; i < count; i++) {
    (void)snprintf(id, sizeof id, "p%d", 100 + i);
    (void)snprintf(json, name_bytes + 200, "{\"id\":\"%s\",\"name\":\"%s\"}", id, name);
    bench_put(bench, RECORD_PERSON, id, json);
    (void)snprintf(id, sizeof id, "e%d", 100 + i);
    (void)snprintf(json, name_bytes + 200, "{\"id\":\"%s\",\"person\":\"p%d\",\"programme\":\"pilot-1\",\"role\":\"mentee\",\"state\":\"accepted\"}", id, 100 + i);
    bench_put(bench, RECORD_ENROLMENT, id, json);
  }
  bench_put(bench, RECORD_COUNTER, "counter", "{\"id\":\"counter\",\"next_id\":9000,\"next_person\":9000}");
  free(name);
  free(json);
}

static void with_files(struct bench *bench) {
  bench->file_max = LINK_FILE_BYTES_MAX;
}

static void say(struct bench *bench, const char *text) {
  bench_text(bench, NULL, "jo", text);
  bench_settle(bench);
}

static const struct bench_act *last_act(const struct bench *bench) {
  cr_assert_gt(bench->act_count, 0);
  return &bench->acts[bench->act_count - 1];
}

static size_t uploads(const struct bench *bench) {
  size_t count = 0;
  for (size_t i = 0; i < bench->act_count; i++) count += bench->acts[i].kind == ACTION_UPLOAD;
  return count;
}

static size_t piece_of(const struct bench *bench, const char *id, const char *workspace, size_t from, const void **ret_bytes) {
  struct link_frame get = {.line = LINE_BLOB_GET, .id = id, .workspace = workspace, .from = (int64_t)from};
  return serve_piece(bench->serve, &get, ret_bytes);
}

static bool is_held(const struct bench *bench, const char *id) {
  const void *bytes;
  return piece_of(bench, id, "web/city", 0, &bytes) > 0;
}

/* All of it, fetched as an adapter does. The caller frees. */
static char *fetched(const struct bench *bench, const char *id, size_t *ret_bytes) {
  char *all = NULL;
  const void *bytes;
  *ret_bytes = 0;
  for (size_t count; (count = piece_of(bench, id, "web/city", *ret_bytes, &bytes)) > 0; *ret_bytes += count) {
    cr_assert_leq(count, LINK_PIECE_BYTES_MAX);
    all = realloc(all, *ret_bytes + count + 1);
    memcpy(all + *ret_bytes, bytes, count);
    all[*ret_bytes + count] = '\0';
  }
  return all;
}

Test(serve_file, the_bytes_can_be_had_until_the_action_is_done) {
  BENCH(bench);
  with_files(&bench);
  say(&bench, "export people");
  const struct bench_act *act = last_act(&bench);
  size_t bytes;
  cr_assert_eq(act->kind, ACTION_UPLOAD);
  cr_assert_str_eq(act->key, "export.people");
  cr_assert_str_eq(act->file, "people-2027-01-11.csv");
  char *csv = fetched(&bench, act->id, &bytes);
  cr_assert_eq(bytes, act->file_bytes);
  cr_assert_not_null(strstr(csv, "\r\nJo Miller,City,Custody,sergeant,"));
  free(csv);
  bench_finish(&bench, act->id, RESULT_SENT, "m1", NULL, 0);
  cr_assert_not(is_held(&bench, act->id));
  bench_pass(&bench, SOON_MS);
  cr_assert_eq(bench_stored(&bench, RECORD_OUT), 0);
  cr_assert_eq(bench_got(&bench, act->id), 1);
}

Test(serve_file, a_long_file_goes_in_pieces) {
  BENCH_EMPTY(bench);
  bench_cast(&bench);
  more_people(&bench, 200, 900);
  with_files(&bench);
  bench_start(&bench);
  say(&bench, "export people");
  size_t bytes;
  cr_assert_gt(last_act(&bench)->file_bytes, 5 * LINK_PIECE_BYTES_MAX);
  free(fetched(&bench, last_act(&bench)->id, &bytes));
  cr_assert_eq(bytes, last_act(&bench)->file_bytes);
}

Test(serve_file, nobody_else_and_nothing_else_is_answered) {
  BENCH(bench);
  with_files(&bench);
  say(&bench, "export people");
  const void *bytes;
  cr_assert_eq(piece_of(&bench, last_act(&bench)->id, "web/docks", 0, &bytes), 0, "another adapter's workspace");
  cr_assert_eq(piece_of(&bench, "o999", "web/city", 0, &bytes), 0);
  cr_assert_eq(piece_of(&bench, last_act(&bench)->id, "web/city", last_act(&bench)->file_bytes, &bytes), 0, "behind its end");
}

/* ---- trouble ---- */
Test(serve_file, later_makes_it_again) {
  BENCH(bench);
  with_files(&bench);
  say(&bench, "export people");
  char id[32];
  (void)snprintf(id, sizeof id, "%s", last_act(&bench)->id);
  bench_finish(&bench, id, RESULT_LATER, NULL, NULL, 5000);
  bench_settle(&bench);
  cr_assert_not(is_held(&bench, id), "nobody fetches it meanwhile");
  bench_pass(&bench, 5100);
  cr_assert_eq(uploads(&bench), 2);
  cr_assert_str_eq(last_act(&bench)->id, id);
  cr_assert(is_held(&bench, id));
}

Test(serve_file, a_new_link_gets_it_anew) {
  BENCH(bench);
  with_files(&bench);
  say(&bench, "export people");
  serve_link_down(bench.serve, "web/city");
  cr_assert_not(is_held(&bench, last_act(&bench)->id));
  serve_link_up(bench.serve, "web/city");
  bench_settle(&bench);
  cr_assert_eq(uploads(&bench), 2);
  cr_assert(is_held(&bench, last_act(&bench)->id));
}

Test(serve_file, a_bot_that_comes_back_makes_it_again) {
  BENCH(bench);
  with_files(&bench);
  say(&bench, "export people");
  size_t before, after;
  char id[32];
  (void)snprintf(id, sizeof id, "%s", last_act(&bench)->id);
  char *first = fetched(&bench, id, &before);
  bench_restart(&bench);
  cr_assert_eq(uploads(&bench), 2);
  cr_assert_str_eq(last_act(&bench)->id, id);
  char *second = fetched(&bench, id, &after);
  cr_assert_eq(before, after);
  cr_assert_str_eq(first, second, "same model, same bytes");
  free(first);
  free(second);
}

Test(serve_file, who_lost_the_right_meanwhile_gets_a_sentence) {
  BENCH(bench);
  with_files(&bench);
  bench.link = false;
  say(&bench, "export people");
  struct arena *arena = arena_new(1 << 20);
  struct txn *txn = txn_new(bench.serve->model, arena);
  ((struct enrolment *)txn_edit(txn, RECORD_ENROLMENT, "e1"))->state = ENROLMENT_LEFT;
  model_apply(bench.serve->model, txn);
  (void)arena_free(arena);
  bench.link = true;
  bench_pass(&bench, TRY_MS);
  cr_assert_eq(uploads(&bench), 0);
  cr_assert_eq(bench_sent(&bench, "jo", "export.refused"), 1);
  cr_assert_not(is_held(&bench, last_act(&bench)->id));
}

static void told_after(enum action_result result, const char *key) {
  BENCH(bench);
  with_files(&bench);
  bench.no_ask = true;
  say(&bench, "export pairs");
  for (int tries = 0; tries < 2; tries++) {
    bench_finish(&bench, last_act(&bench)->id, result, NULL, result == RESULT_FAILED ? "not_allowed" : NULL, 0);
    bench_pass(&bench, TRY_MS);
  }
  cr_assert_eq(bench_sent(&bench, "jo", key), 1, "%s", key);
  bench_arrive(&bench);
  bench_pass(&bench, SOON_MS);
  cr_assert_eq(bench_stored(&bench, RECORD_OUT), 0);
  cr_assert_eq(files_bytes(bench.serve->files), 0);
}

Test(serve_file, whoever_asked_hears_that_it_did_not_arrive) {
  told_after(RESULT_FAILED, "export.failed");
  told_after(RESULT_UNSUPPORTED, "export.failed");
  told_after(RESULT_AMBIGUOUS, "export.unknown");
}

Test(serve_file, an_adapter_that_cannot_take_it_now_leaves_nothing_held) {
  BENCH(bench);
  with_files(&bench);
  bench.refuse = true;
  say(&bench, "export people");
  cr_assert_eq(files_bytes(bench.serve->files), 0);
  bench.refuse = false;
  bench_pass(&bench, TRY_MS);
  cr_assert_eq(uploads(&bench), 1);
}

/* ---- bounds ---- */
Test(serve_file, a_link_that_takes_no_file_or_none_so_large_gets_a_card) {
  BENCH_EMPTY(bench);
  bench_cast(&bench);
  more_people(&bench, 30, 10);
  bench.file_max = 1000;
  bench_start(&bench);
  say(&bench, "export people");
  cr_assert_eq(last_act(&bench)->kind, ACTION_SEND);
  cr_assert_str_eq(last_act(&bench)->key, "export.people");
  cr_assert_eq(files_bytes(bench.serve->files), 0);
  say(&bench, "export pairs");
  bench_arrive(&bench);
  cr_assert_eq(last_act(&bench)->kind, ACTION_UPLOAD, "no pairs yet: that fits");
}

Test(serve_file, a_workspace_that_takes_no_file_gets_a_card_under_the_same_id) {
  BENCH(bench);
  with_files(&bench);
  say(&bench, "export people");
  char id[32];
  (void)snprintf(id, sizeof id, "%s", last_act(&bench)->id);
  bench_finish(&bench, id, RESULT_UNSUPPORTED, NULL, NULL, 0);
  bench_pass(&bench, SOON_MS);
  cr_assert_eq(last_act(&bench)->kind, ACTION_SEND);
  cr_assert_str_eq(last_act(&bench)->id, id);
  cr_assert_str_eq(last_act(&bench)->key, "export.people");
  cr_assert_eq(files_bytes(bench.serve->files), 0);
  bench_arrive(&bench);
  bench_pass(&bench, SOON_MS);
  cr_assert_eq(uploads(&bench), 1);
  cr_assert_eq(bench_sent(&bench, "jo", "export.failed"), 0);
  cr_assert_eq(bench_stored(&bench, RECORD_OUT), 0);
}

Test(serve_file, what_has_no_room_beside_the_others_waits) {
  BENCH(bench);
  with_files(&bench);
  char *much = calloc(1, FILES_BYTES_MAX);
  cr_assert_eq(files_put(bench.serve->files, "other", "web/city", much, FILES_BYTES_MAX - 10), ERR_NONE);
  free(much);
  say(&bench, "export people");
  bench_pass(&bench, TRY_MS);
  cr_assert_eq(uploads(&bench), 0);
  cr_assert_eq(files_bytes(bench.serve->files), FILES_BYTES_MAX - 10);
  files_drop(bench.serve->files, "other");
  bench_pass(&bench, TRY_MS);
  cr_assert_eq(uploads(&bench), 1);
}

Test(serve_file, a_list_of_many_bytes_goes_in_several_files_with_each_line_once) {
  BENCH_EMPTY(bench);
  bench_cast(&bench);
  more_people(&bench, 700, 10000);
  with_files(&bench);
  bench_start(&bench);
  say(&bench, "export people");
  size_t lines = 0, parts = 0;
  for (; uploads(&bench) > parts; parts++) {
    char name[64];
    size_t bytes;
    (void)snprintf(name, sizeof name, "people-2027-01-11-part-%zu-of-3.csv", parts + 1);
    cr_assert_str_eq(last_act(&bench)->file, name);
    cr_assert_leq(last_act(&bench)->file_bytes, LINK_FILE_BYTES_MAX);
    char *csv = fetched(&bench, last_act(&bench)->id, &bytes);
    for (const char *at = strstr(csv, "\r\n"); at != NULL; at = strstr(at + 2, "\r\n")) lines++;
    lines -= 1; /* the headings */
    free(csv);
    bench_finish(&bench, last_act(&bench)->id, RESULT_SENT, "m", NULL, 0);
    bench_settle(&bench);
  }
  cr_assert_eq(parts, 3);
  cr_assert_eq(lines, 701);
}
