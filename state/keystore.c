/* keystore.c: which keys are there, the few that are unwrapped in memory, and the queue of those to be made ahead. */
#include "state/keystore.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bot/base/random.h"
#include "state/keystore_folder.h"

enum { KEYS_UNWRAPPED = 1024, THERE_FIRST = 1024, NOTE_BYTES = 512, MAGIC = 0x4b657953 };

struct ahead { /* one call of keystore_ahead that waits */
  struct ahead *next; /* owned */
  int64_t first;
  keystore_done *done;
  void *who; /* borrowed from the caller until done was called */
  struct keystore_batch batch;
  enum err err;
  char note[NOTE_BYTES];
};

struct keystore {
  uint32_t magic;
  uv_loop_t *loop;               /* borrowed from the caller until keystore_free; NULL: file work is done in the call */
  struct keystore_folder *folder; /* owned */
  bool *there;                   /* owned; by person's number */
  size_t there_count;
  /* Keys unwrapped so far, a slot for each number modulo KEYS_UNWRAPPED: one piece of locked memory, whatever the scheme. */
  uint8_t (*keys)[KEY_BYTES];    /* owned; sodium_malloc */
  int64_t holds[KEYS_UNWRAPPED]; /* whose key stands in the slot; 0: nobody's */
  bool locked;
  struct ahead *first, *last;    /* owned; the first one's batch is at work while `working` */
  uv_work_t work;
  bool working, freed;
  atomic_bool stop;
};

/* ---- which keys are there ---- */

static void there_grow(struct keystore *keystore, int64_t number) {
  size_t count = keystore->there_count == 0 ? THERE_FIRST : keystore->there_count;
  while (count <= (size_t)number) count *= 2;
  if (count == keystore->there_count) return;
  keystore->there = realloc(keystore->there, count * sizeof *keystore->there);
  assert(keystore->there != NULL);
  memset(keystore->there + keystore->there_count, 0, (count - keystore->there_count) * sizeof *keystore->there);
  keystore->there_count = count;
}

static void there_mark(void *who, int64_t number) {
  struct keystore *keystore = who;
  assert(number > 0 && number <= KEYS_MAX);
  there_grow(keystore, number);
  keystore->there[number] = true;
}

static bool is_there(const struct keystore *keystore, int64_t number) {
  return number > 0 && (size_t)number < keystore->there_count && keystore->there[number];
}

int64_t keystore_number(const char *person) {
  int64_t number = 0;
  if (person == NULL || person[0] != 'p' || person[1] == '0') return 0; /* p017 is nobody: one person, one id */
  for (const char *digit = person + 1; *digit != '\0'; digit++) {
    if (*digit < '0' || *digit > '9') return 0;
    number = 10 * number + (*digit - '0');
    if (number > KEYS_MAX) return 0;
  }
  return number;
}

bool keystore_has(const struct keystore *keystore, const char *person) {
  assert(keystore->magic == MAGIC);
  return is_there(keystore, keystore_number(person));
}

/* ---- unwrapped keys ---- */

const uint8_t *keystore_key(struct keystore *keystore, const char *person) {
  assert(keystore->magic == MAGIC);
  int64_t number = keystore_number(person);
  if (!is_there(keystore, number)) {
    (void)err_note(ERR_GONE, "%s has no data key", person == NULL ? "nobody" : person);
    return NULL;
  }
  size_t slot = (size_t)number % KEYS_UNWRAPPED;
  if (keystore->holds[slot] == number) return keystore->keys[slot];
  keystore->holds[slot] = 0;
  enum err err = keystore_folder_key(keystore->folder, number, keystore->keys[slot]);
  if (err != ERR_NONE) return NULL;
  keystore->holds[slot] = number;
  return keystore->keys[slot];
}

enum err keystore_look_again(struct keystore *keystore) {
  assert(keystore->magic == MAGIC);
  return keystore_folder_list(keystore->folder, there_mark, keystore);
}

bool keystore_is_locked(const struct keystore *keystore) {
  assert(keystore->magic == MAGIC);
  return keystore->locked;
}

/* ---- making keys ahead ---- */

/* Fills the batch with what is not there yet; false when all is there. */
static bool ahead_lacks(const struct keystore *keystore, struct ahead *ahead) {
  ahead->batch.count = 0;
  for (int64_t number = ahead->first; number < ahead->first + KEYS_AHEAD; number++)
    if (!is_there(keystore, number)) ahead->batch.numbers[ahead->batch.count++] = number;
  return ahead->batch.count > 0;
}

static struct ahead *ahead_new(int64_t first, keystore_done *done, void *who) {
  struct ahead *ahead = calloc(1, sizeof *ahead);
  assert(ahead != NULL);
  ahead->first = first;
  ahead->done = done;
  ahead->who = who;
  return ahead;
}

/* On a thread of the pool: the error's note is this thread's, so it is carried over. */
static void ahead_work(const struct keystore *keystore, struct ahead *ahead) {
  err_note_clear();
  ahead->err = keystore_folder_make(keystore->folder, &ahead->batch, &keystore->stop);
  (void)snprintf(ahead->note, sizeof ahead->note, "%s", ahead->err == ERR_NONE ? "" : err_note_text());
  err_note_clear();
}

static void ahead_settle(struct keystore *keystore, const struct ahead *ahead) {
  for (size_t i = 0; i < ahead->batch.count; i++)
    if (ahead->batch.there[i]) there_mark(keystore, ahead->batch.numbers[i]);
}

static struct ahead *ahead_pop(struct keystore *keystore) {
  struct ahead *ahead = keystore->first;
  keystore->first = ahead->next;
  if (keystore->first == NULL) keystore->last = NULL;
  return ahead;
}

static void ahead_push(struct keystore *keystore, struct ahead *ahead) {
  if (keystore->last != NULL) keystore->last->next = ahead;
  else keystore->first = ahead;
  keystore->last = ahead;
}

/* Whoever is called may call keystore_ahead or keystore_free. */
static void ahead_answer(struct keystore *keystore) {
  struct ahead *ahead = ahead_pop(keystore);
  ahead->done(ahead->who, ahead->err, ahead->note);
  free(ahead);
}

/* What the pool's thread needs goes last. */
static void keystore_end(struct keystore *keystore) {
  while (keystore->first != NULL) free(ahead_pop(keystore));
  (void)keystore_folder_free(keystore->folder);
  free(keystore->there);
  keystore->magic = 0;
  free(keystore);
}

static void work_run(uv_work_t *work) {
  const struct keystore *keystore = work->data;
  ahead_work(keystore, keystore->first);
}

static void work_start(struct keystore *keystore);

/* The next request may ask for keys that this one made: its worker finds them and makes the rest. */
static void work_done(uv_work_t *work, int status) {
  struct keystore *keystore = work->data;
  if (!keystore->freed) {
    ahead_settle(keystore, keystore->first);
    ahead_answer(keystore);
  }
  keystore->working = false;
  if (keystore->freed) keystore_end(keystore);
  else if (keystore->first != NULL) work_start(keystore);
}

static void work_start(struct keystore *keystore) {
  keystore->work.data = keystore;
  keystore->working = true;
  int failed = uv_queue_work(keystore->loop, &keystore->work, work_run, work_done);
  assert(!failed);
}

/* Without a loop: `done` comes last, so it may free the key store. */
static void ahead_now(struct keystore *keystore, struct ahead *ahead) {
  ahead_work(keystore, ahead);
  ahead_settle(keystore, ahead);
  ahead->done(ahead->who, ahead->err, ahead->note);
  free(ahead);
}

void keystore_ahead(struct keystore *keystore, int64_t first, keystore_done *done, void *who) {
  assert(keystore->magic == MAGIC && done != NULL);
  if (first < 1) first = 1;
  if (first > KEYS_MAX - KEYS_AHEAD) {
    done(who, ERR_LIMITED, "so many persons have no room in one key store: start another scheme");
    return;
  }
  struct ahead *ahead = ahead_new(first, done, who);
  if (!ahead_lacks(keystore, ahead)) {
    free(ahead);
    done(who, ERR_NONE, "");
    return;
  }
  if (keystore->loop == NULL) {
    ahead_now(keystore, ahead);
    return;
  }
  ahead_push(keystore, ahead);
  if (!keystore->working) work_start(keystore);
}

/* ---- life ---- */

static struct keystore *keystore_new(uv_loop_t *loop, struct keystore_folder *folder) {
  struct keystore *keystore = calloc(1, sizeof *keystore);
  assert(keystore != NULL);
  keystore->magic = MAGIC;
  keystore->loop = loop;
  keystore->folder = folder;
  keystore->keys = sodium_malloc(KEYS_UNWRAPPED * sizeof *keystore->keys);
  assert(keystore->keys != NULL);
  keystore->locked = sodium_mlock(keystore->keys, KEYS_UNWRAPPED * sizeof *keystore->keys) == 0; /* it was tried before; this asks */
  return keystore;
}

enum err keystore_open(uv_loop_t *loop, const char *folder, const char *key_file, bool make_key, struct keystore **ret_keystore) {
  struct keystore_folder *files = NULL;
  bool ready = random_init();
  assert(ready);
  enum err err = keystore_folder_open(folder, key_file, make_key, &files);
  if (err != ERR_NONE) return err;
  struct keystore *keystore = keystore_new(loop, files);
  err = keystore_folder_list(files, there_mark, keystore);
  if (err == ERR_NONE) *ret_keystore = TAKE(keystore);
  (void)keystore_free(keystore);
  return err;
}

struct keystore *keystore_free(struct keystore *keystore) {
  if (keystore == NULL) return NULL;
  assert(keystore->magic == MAGIC && !keystore->freed);
  sodium_free(keystore->keys);
  keystore->keys = NULL;
  keystore->freed = true;
  atomic_store(&keystore->stop, true);
  if (!keystore->working) keystore_end(keystore);
  return NULL;
}
