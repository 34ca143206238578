/* test_keystore.c: keys made once and for good, ahead of time, with a loop and without one. */
#include "state/keystore.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "key_lab.h"

enum { MANY = 3 * KEYS_AHEAD };

TestSuite(keystore, .init = key_lab_begin, .fini = key_lab_end);

/* ---- keys ---- */

Test(keystore, a_key_is_made_once_and_stays) {
  uint8_t first[KEY_BYTES], second[KEY_BYTES], again[KEY_BYTES];
  struct keystore *keystore = key_lab_open(NULL);
  cr_assert_not(keystore_has(keystore, "p1"));
  key_lab_no_key(keystore, "p1", "p1 has no data key");
  key_lab_ahead_ok(keystore, 1);
  cr_assert(keystore_has(keystore, "p1") && keystore_has(keystore, "p512") && !keystore_has(keystore, "p513"));
  key_lab_key(keystore, "p1", first);
  key_lab_key(keystore, "p2", second);
  cr_assert_neq(memcmp(first, second, KEY_BYTES), 0);
  key_lab_ahead_ok(keystore, 2);
  cr_assert(keystore_has(keystore, "p513") && !keystore_has(keystore, "p514"));
  cr_assert_null(keystore_free(keystore));
  keystore = key_lab_open(NULL);
  cr_assert(keystore_has(keystore, "p1") && keystore_has(keystore, "p513") && !keystore_has(keystore, "p514"));
  key_lab_key(keystore, "p1", again);
  cr_assert_eq(memcmp(first, again, KEY_BYTES), 0);
  key_lab_ahead_ok(keystore, 1);
  key_lab_key(keystore, "p2", again);
  cr_assert_eq(memcmp(second, again, KEY_BYTES), 0);
  (void)keystore_free(keystore);
}

Test(keystore, keys_that_another_process_made_are_found) {
  uint8_t theirs[KEY_BYTES], ours[KEY_BYTES];
  struct keystore *keystore = key_lab_open(NULL), *other = key_lab_open(NULL);
  key_lab_ahead_ok(other, 1);
  cr_assert_not(keystore_has(keystore, "p1"));
  cr_assert_eq(keystore_look_again(keystore), ERR_NONE, "%s", err_note_text());
  key_lab_key(other, "p1", theirs);
  key_lab_key(keystore, "p1", ours);
  cr_assert_eq(memcmp(theirs, ours, KEY_BYTES), 0);
  cr_assert(keystore_has(keystore, "p512") && !keystore_has(keystore, "p513"));
  (void)keystore_free(other);
  (void)keystore_free(keystore);
}

Test(keystore, what_is_no_person_has_no_key) {
  static const char *const others[] = {"", "p", "p0", "p01", "p1x", "P1", "x1", "1", "p-1", "p 1", "p99999999999999999999999", "p4194305"};
  struct keystore *keystore = key_lab_open(NULL);
  key_lab_ahead_ok(keystore, 1);
  for (size_t i = 0; i < ARRAY_LEN(others); i++) {
    cr_assert_not(keystore_has(keystore, others[i]), "%s", others[i]);
    key_lab_no_key(keystore, others[i], "has no data key");
  }
  cr_assert_not(keystore_has(keystore, NULL));
  for (size_t i = 0; i < ARRAY_LEN(others); i++) cr_assert_eq(keystore_number(others[i]), 0, "%s", others[i]);
  cr_assert_eq(keystore_number(NULL), 0);
  cr_assert(keystore_number("p1") == 1 && keystore_number("p4194304") == KEYS_MAX);
  key_lab_no_key(keystore, NULL, "nobody");
  cr_assert_null(keystore_free(keystore));
  cr_assert_null(keystore_free(NULL));
}

Test(keystore, keys_beyond_the_unwrapped_ones_are_read_again) {
  static uint8_t keys[MANY + 1][KEY_BYTES];
  struct keystore *keystore = key_lab_open(NULL);
  for (int64_t first = 1; first < MANY; first += KEYS_AHEAD) key_lab_ahead_ok(keystore, first);
  for (int i = 1; i <= MANY; i++) key_lab_key(keystore, key_lab_person(i), keys[i]);
  for (int i = MANY; i >= 1; i--) {
    const uint8_t *key = keystore_key(keystore, key_lab_person(i));
    cr_assert(key != NULL && memcmp(key, keys[i], KEY_BYTES) == 0, "p%d", i);
    for (int other = 1; other < i; other++) cr_assert(memcmp(keys[i], keys[other], KEY_BYTES) != 0, "p%d p%d", i, other);
  }
  (void)keystore_free(keystore);
}

Test(keystore, no_keys_past_the_last_person) {
  struct keystore *keystore = key_lab_open(NULL);
  struct key_answer answer = key_lab_ahead(keystore, KEYS_MAX);
  cr_assert_eq(answer.err, ERR_LIMITED);
  cr_assert_neq(answer.note[0], '\0');
  answer = key_lab_ahead(keystore, INT64_MAX);
  cr_assert_eq(answer.err, ERR_LIMITED);
  key_lab_ahead_ok(keystore, INT64_MIN); /* a damaged counter */
  cr_assert(keystore_has(keystore, "p1") && keystore_has(keystore, "p512") && !keystore_has(keystore, "p513"));
  (void)keystore_free(keystore);
}

Test(keystore, memory_that_cannot_be_locked_is_told) {
  struct keystore *keystore = key_lab_open(NULL);
  cr_assert(keystore_is_locked(keystore));
  (void)keystore_free(keystore);
  const struct rlimit none = {0, 0};
  cr_assert_eq(setrlimit(RLIMIT_MEMLOCK, &none), 0);
  bool still = mlock(&none, 1) == 0; /* AddressSanitizer says so of every lock */
  keystore = key_lab_open(NULL);
  cr_assert_eq(keystore_is_locked(keystore), still);
  key_lab_ahead_ok(keystore, 1);
  cr_assert_not_null(keystore_key(keystore, "p1"));
  (void)keystore_free(keystore);
}

/* ---- with a loop ---- */

static void loop_end(uv_loop_t *loop) {
  cr_assert_eq(uv_run(loop, UV_RUN_DEFAULT), 0);
  cr_assert_eq(uv_loop_close(loop), 0);
}

Test(keystore, ahead_works_off_the_loop) {
  uv_loop_t loop;
  struct key_answer answer = {0};
  cr_assert_eq(uv_loop_init(&loop), 0);
  struct keystore *keystore = key_lab_open(&loop);
  keystore_ahead(keystore, 1, key_lab_hear, &answer);
  cr_assert_eq(answer.calls, 0);
  cr_assert_not(keystore_has(keystore, "p1"));
  cr_assert_eq(uv_run(&loop, UV_RUN_DEFAULT), 0);
  cr_assert(answer.calls == 1 && answer.err == ERR_NONE, "%s", answer.note);
  uv_thread_t here = uv_thread_self();
  cr_assert(uv_thread_equal(&here, &answer.thread));
  cr_assert(keystore_has(keystore, "p1") && keystore_has(keystore, "p512"));
  keystore_ahead(keystore, 1, key_lab_hear, &answer);
  cr_assert_eq(answer.calls, 2, "at once when all is there");
  (void)keystore_free(keystore);
  loop_end(&loop);
}

static char order[8];
static void hear_a(void *who, enum err err, const char *note) {
  order[strlen(order)] = 'a';
  key_lab_hear(who, err, note);
}
static void hear_b(void *who, enum err err, const char *note) {
  order[strlen(order)] = 'b';
  key_lab_hear(who, err, note);
}

Test(keystore, calls_may_overlap) {
  uv_loop_t loop;
  struct key_answer answers[4] = {0};
  uint8_t keys[2][KEY_BYTES];
  cr_assert_eq(uv_loop_init(&loop), 0);
  struct keystore *keystore = key_lab_open(&loop);
  keystore_ahead(keystore, 1, hear_a, &answers[0]);
  keystore_ahead(keystore, 1, hear_b, &answers[1]);   /* served by the first */
  keystore_ahead(keystore, 100, hear_a, &answers[2]); /* needs more */
  keystore_ahead(keystore, 50, hear_b, &answers[3]);
  cr_assert_eq(uv_run(&loop, UV_RUN_DEFAULT), 0);
  for (size_t i = 0; i < ARRAY_LEN(answers); i++) cr_assert(answers[i].calls == 1 && answers[i].err == ERR_NONE);
  cr_assert_str_eq(order, "abab");
  cr_assert(keystore_has(keystore, "p611") && !keystore_has(keystore, "p612"));
  key_lab_key(keystore, "p100", keys[0]);
  (void)keystore_free(keystore);
  loop_end(&loop);
  keystore = key_lab_open(NULL);
  key_lab_key(keystore, "p100", keys[1]);
  cr_assert_eq(memcmp(keys[0], keys[1], KEY_BYTES), 0, "made once");
  (void)keystore_free(keystore);
}

Test(keystore, an_error_off_the_loop_brings_its_note) {
  uv_loop_t loop;
  struct key_answer answers[2] = {0};
  cr_assert_eq(uv_loop_init(&loop), 0);
  struct keystore *keystore = key_lab_open(&loop);
  cr_assert_eq(chmod(key_lab_path("keys"), 0500), 0);
  keystore_ahead(keystore, 1, key_lab_hear, &answers[0]);
  keystore_ahead(keystore, 2, key_lab_hear, &answers[1]);
  cr_assert_eq(uv_run(&loop, UV_RUN_DEFAULT), 0);
  for (size_t i = 0; i < ARRAY_LEN(answers); i++) {
    cr_assert(answers[i].calls == 1 && answers[i].err == ERR_DENIED);
    cr_assert_not_null(strstr(answers[i].note, "Permission denied"), "%s", answers[i].note);
  }
  (void)keystore_free(keystore);
  loop_end(&loop);
}

/* Two key stores on one folder, as two processes would have: whoever comes second finds the first one's keys. */
Test(keystore, a_store_finds_the_keys_another_made) {
  uint8_t keys[2][KEY_BYTES];
  struct keystore *a = key_lab_open(NULL), *b = key_lab_open(NULL);
  key_lab_ahead_ok(a, 1);
  key_lab_key(a, "p7", keys[0]);
  cr_assert_not(keystore_has(b, "p7"));
  key_lab_ahead_ok(b, 1);
  key_lab_key(b, "p7", keys[1]);
  cr_assert_eq(memcmp(keys[0], keys[1], KEY_BYTES), 0);
  (void)keystore_free(a);
  (void)keystore_free(b);
}

static void stop_loop(uv_timer_t *timer) {
  uv_stop(timer->loop);
}

static void run_for(uv_loop_t *loop, uint64_t ms) {
  uv_timer_t timer;
  cr_assert_eq(uv_timer_init(loop, &timer), 0);
  cr_assert_eq(uv_timer_start(&timer, stop_loop, ms, 0), 0);
  (void)uv_run(loop, UV_RUN_DEFAULT);
  uv_close((uv_handle_t *)&timer, NULL);
  (void)uv_run(loop, UV_RUN_NOWAIT);
}

Test(keystore, keys_are_made_by_one_process_at_a_time) {
  uv_loop_t loop;
  struct key_answer answer = {0};
  cr_assert_eq(uv_loop_init(&loop), 0);
  struct keystore *keystore = key_lab_open(&loop);
  int other = open(key_lab_path("keys"), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  cr_assert(other >= 0 && flock(other, LOCK_EX) == 0);
  keystore_ahead(keystore, 1, key_lab_hear, &answer);
  run_for(&loop, 100); /* long enough to make them all, were it not for the lock */
  cr_assert_eq(answer.calls, 0);
  cr_assert_eq(key_lab_file_bytes("keys/p1.key"), SIZE_MAX);
  cr_assert_eq(close(other), 0);
  cr_assert_eq(uv_run(&loop, UV_RUN_DEFAULT), 0);
  cr_assert(answer.calls == 1 && answer.err == ERR_NONE, "%s", answer.note);
  (void)keystore_free(keystore);
  loop_end(&loop);
}

Test(keystore, two_stores_on_one_folder_make_the_same_keys) {
  uv_loop_t loop;
  struct key_answer answers[2] = {0};
  cr_assert_eq(uv_loop_init(&loop), 0);
  struct keystore *a = key_lab_open(&loop), *b = key_lab_open(&loop);
  keystore_ahead(a, 1, key_lab_hear, &answers[0]);
  keystore_ahead(b, 1, key_lab_hear, &answers[1]);
  cr_assert_eq(uv_run(&loop, UV_RUN_DEFAULT), 0);
  for (int i = 1; i <= KEYS_AHEAD; i++) {
    uint8_t keys[2][KEY_BYTES];
    key_lab_key(a, key_lab_person(i), keys[0]);
    key_lab_key(b, key_lab_person(i), keys[1]);
    cr_assert_eq(memcmp(keys[0], keys[1], KEY_BYTES), 0, "p%d", i);
  }
  (void)keystore_free(a);
  (void)keystore_free(b);
  loop_end(&loop);
}

struct chain { /* a callback that asks for more, then lets go of the key store */
  struct keystore *keystore;
  int calls;
};

static void go_on(void *who, enum err err, const char *note) {
  struct chain *chain = who;
  cr_assert_eq(err, ERR_NONE, "%s", note);
  chain->calls++;
  if (chain->calls < 3) keystore_ahead(chain->keystore, 1 + 10 * chain->calls, go_on, chain);
  else chain->keystore = keystore_free(chain->keystore);
}

Test(keystore, a_callback_may_ask_again_and_may_free) {
  uv_loop_t loop;
  cr_assert_eq(uv_loop_init(&loop), 0);
  struct chain chain = {.keystore = key_lab_open(&loop)};
  struct key_answer never = {0};
  keystore_ahead(chain.keystore, 1, go_on, &chain);
  cr_assert_eq(uv_run(&loop, UV_RUN_ONCE), 1);
  cr_assert_eq(chain.calls, 1);
  keystore_ahead(chain.keystore, 100, key_lab_hear, &never); /* waits behind the last link of the chain */
  while (chain.keystore != NULL && uv_run(&loop, UV_RUN_ONCE)) continue;
  cr_assert_eq(chain.calls, 3);
  loop_end(&loop);
}

Test(keystore, without_a_loop_a_callback_may_free_too) {
  struct chain chain = {.keystore = key_lab_open(NULL)};
  keystore_ahead(chain.keystore, 1, go_on, &chain);
  cr_assert(chain.calls == 3 && chain.keystore == NULL);
}

Test(keystore, freed_while_at_work) {
  uv_loop_t loop;
  struct key_answer answer = {0};
  cr_assert_eq(uv_loop_init(&loop), 0);
  struct keystore *keystore = key_lab_open(&loop);
  keystore_ahead(keystore, 1, key_lab_hear, &answer);
  keystore_ahead(keystore, 300, key_lab_hear, &answer);
  cr_assert_null(keystore_free(keystore));
  loop_end(&loop);
  cr_assert_eq(answer.calls, 0);
  keystore = key_lab_open(NULL);
  key_lab_ahead_ok(keystore, 1);
  (void)keystore_free(keystore);
}
