/* model_secrets.c: facts a person, in cells cut from slabs of guarded, locked memory; a cell is wiped before it is used again. */
#include "state/model_secrets.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "bot/base/map.h"

/* Cells come in powers of two from 32 bytes to 1 MiB. A slab is one sodium_malloc: a few pages of guards for 64 KiB. */
enum { MAGIC = 0x53656372, CELL_BYTES_MIN = 32, CLASS_COUNT = 16, SLAB_BYTES = 65536 };

struct slab {
  char *memory; /* owned: sodium_malloc */
  size_t used, bytes;
};

struct free_cell { /* stands in a cell that is free */
  struct free_cell *next;
};

struct fact { /* in a cell itself */
  char *line;  /* owned cell */
  char *apart; /* owned cell */
  bool unreadable;
};

struct secrets {
  uint32_t magic;
  bool locked;
  struct map *facts; /* owned; person -> fact */
  struct slab *slabs; /* owned */
  size_t slab_count;
  struct free_cell *free_cells[CLASS_COUNT]; /* in the slabs */
};

/* ---- cells ---- */

static size_t class_bytes(size_t class) {
  return (size_t)CELL_BYTES_MIN << class;
}

static size_t class_of(size_t bytes) {
  size_t class = 0;
  while (class_bytes(class) < bytes) class++;
  assert(class < CLASS_COUNT && "a fact of more than 1 MiB");
  return class;
}

static struct slab *slab_add(struct secrets *secrets, size_t bytes) {
  secrets->slabs = reallocarray(secrets->slabs, secrets->slab_count + 1, sizeof *secrets->slabs);
  assert(secrets->slabs != NULL);
  struct slab *slab = &secrets->slabs[secrets->slab_count++];
  *slab = (struct slab){.bytes = bytes > SLAB_BYTES ? bytes : SLAB_BYTES};
  slab->memory = sodium_malloc(slab->bytes);
  assert(slab->memory != NULL);
  /* sodium_malloc tried to lock, but does not say whether it could; asking again tells. */
  if (sodium_mlock(slab->memory, slab->bytes) != 0) secrets->locked = false;
  return slab;
}

static void *cell_take(struct secrets *secrets, size_t bytes) {
  size_t class = class_of(bytes);
  struct free_cell *cell = secrets->free_cells[class];
  if (cell != NULL) {
    secrets->free_cells[class] = cell->next;
    return memset(cell, 0, class_bytes(class));
  }
  struct slab *slab = secrets->slab_count == 0 ? NULL : &secrets->slabs[secrets->slab_count - 1];
  if (slab == NULL || slab->bytes - slab->used < class_bytes(class)) slab = slab_add(secrets, class_bytes(class));
  void *piece = slab->memory + slab->used;
  slab->used += class_bytes(class);
  return memset(piece, 0, class_bytes(class));
}

static void cell_give(struct secrets *secrets, void *piece, size_t bytes) {
  size_t class = class_of(bytes);
  sodium_memzero(piece, class_bytes(class));
  struct free_cell *cell = piece;
  cell->next = secrets->free_cells[class];
  secrets->free_cells[class] = cell;
}

static void text_set(struct secrets *secrets, char **slot, const char *text) {
  if (*slot != NULL) cell_give(secrets, *slot, strlen(*slot) + 1);
  *slot = NULL;
  if (text == NULL || text[0] == '\0') return;
  size_t bytes = strlen(text) + 1;
  *slot = memcpy(cell_take(secrets, bytes), text, bytes);
}

/* ---- the table ---- */

struct secrets *secrets_new(void) {
  struct secrets *secrets = calloc(1, sizeof *secrets);
  assert(secrets != NULL);
  secrets->magic = MAGIC;
  secrets->locked = true;
  secrets->facts = map_new(); /* starts libsodium, too */
  return secrets;
}

struct secrets *secrets_free(struct secrets *secrets) {
  if (secrets == NULL) return NULL;
  assert(secrets->magic == MAGIC);
  map_free(secrets->facts, NULL);
  for (size_t i = 0; i < secrets->slab_count; i++) sodium_free(secrets->slabs[i].memory); /* wipes and unlocks */
  free(secrets->slabs);
  secrets->magic = 0;
  free(secrets);
  return NULL;
}

bool secrets_locked(const struct secrets *secrets) {
  return secrets->locked;
}

static struct fact *fact_get(const struct secrets *secrets, const char *person) {
  assert(secrets->magic == MAGIC);
  return person == NULL ? NULL : map_get(secrets->facts, person);
}

static struct fact *fact_make(struct secrets *secrets, const char *person) {
  struct fact *fact = fact_get(secrets, person);
  if (fact != NULL) return fact;
  assert(person != NULL);
  fact = cell_take(secrets, sizeof *fact);
  map_put(secrets->facts, person, fact);
  return fact;
}

void secrets_set_line(struct secrets *secrets, const char *person, const char *manager) {
  text_set(secrets, &fact_make(secrets, person)->line, manager);
}

void secrets_set_apart(struct secrets *secrets, const char *person, const char *others) {
  text_set(secrets, &fact_make(secrets, person)->apart, others);
}

/* Joined where they will stay, so that no copy is left in ordinary memory. */
void secrets_set_apart_list(struct secrets *secrets, const char *person, const char *const *others, size_t count) {
  secrets_set_apart(secrets, person, NULL);
  size_t bytes = 0;
  for (size_t i = 0; i < count; i++) bytes += strlen(others[i]) + 1;
  if (bytes == 0) return;
  char *names = cell_take(secrets, bytes), *end = names;
  for (size_t i = 0; i < count; i++) {
    if (i > 0) *end++ = '\n';
    end = stpcpy(end, others[i]);
  }
  fact_make(secrets, person)->apart = names;
}

void secrets_set_unreadable(struct secrets *secrets, const char *person) {
  fact_make(secrets, person)->unreadable = true;
}

void secrets_copy(struct secrets *secrets, const struct secrets *from, const char *person) {
  const struct fact *fact = fact_get(from, person);
  if (fact == NULL) return;
  struct fact *copy = fact_make(secrets, person);
  text_set(secrets, &copy->line, fact->line);
  text_set(secrets, &copy->apart, fact->apart);
  copy->unreadable = fact->unreadable;
}

void secrets_forget(struct secrets *secrets, const char *person) {
  struct fact *fact = fact_get(secrets, person);
  if (fact == NULL) return;
  text_set(secrets, &fact->line, NULL);
  text_set(secrets, &fact->apart, NULL);
  map_drop(secrets->facts, person);
  cell_give(secrets, fact, sizeof *fact);
}

const char *secrets_line(const struct secrets *secrets, const char *person) {
  const struct fact *fact = fact_get(secrets, person);
  return fact == NULL ? NULL : fact->line;
}

bool secrets_names(const char *names, const char *one) {
  size_t length = strlen(one);
  for (const char *at = names; at != NULL && length > 0;) {
    size_t span = (size_t)(strchrnul(at, '\n') - at);
    if (span == length && memcmp(at, one, length) == 0) return true;
    at = at[span] == '\0' ? NULL : at + span + 1;
  }
  return false;
}

bool secrets_apart(const struct secrets *secrets, const char *person, const char *other) {
  const struct fact *fact = fact_get(secrets, person);
  return fact != NULL && secrets_names(fact->apart, other);
}

bool secrets_unreadable(const struct secrets *secrets, const char *person) {
  const struct fact *fact = fact_get(secrets, person);
  return fact != NULL && fact->unreadable;
}
