/* arena.c: a chain of chunks that is filled from the front and freed at once. A chunk is all zero behind what was handed out. */
#include "bot/base/arena.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define ARENA_SANITIZED
#endif
#elif defined(__SANITIZE_ADDRESS__)
#define ARENA_SANITIZED
#endif

/* Under the address sanitizer every piece is its own chunk, so that it sees who writes past one or keeps one too long. */
#ifdef ARENA_SANITIZED
enum { FIRST_BYTES = 0, CHUNK_BYTES = 0 };
#else
enum { FIRST_BYTES = 2 * 1024, CHUNK_BYTES = 16 * 1024 };
#endif

enum { ALIGN_BYTES = 16, MAGIC = 0x4172656e };

struct chunk {
  struct chunk *older; /* owned */
  _Alignas(ALIGN_BYTES) char data[];
};

struct arena {
  uint32_t magic;
  size_t bytes, bytes_max;
  struct chunk *newest; /* owned; NULL: none yet */
  char *at, *end;       /* what is free in it */
};

/* So much a piece is counted for … */
static size_t aligned(size_t bytes) {
  return (bytes + ALIGN_BYTES - 1) & ~(size_t)(ALIGN_BYTES - 1);
}

/* … and takes of its chunk: one of its own ends where it does. */
static size_t taken_by(size_t bytes) {
  return CHUNK_BYTES == 0 ? bytes : aligned(bytes);
}

static size_t left_in(const struct arena *arena) {
  return (size_t)(arena->end - arena->at);
}

struct arena *arena_new(size_t bytes_max) {
  struct arena *arena = calloc(1, sizeof *arena);
  assert(arena != NULL);
  arena->magic = MAGIC;
  arena->bytes_max = aligned(bytes_max < SIZE_MAX / 2 ? bytes_max : SIZE_MAX / 2);
  return arena;
}

/* Of the newest chunk, free or not. */
static size_t capacity_of(const struct arena *arena) {
  return (size_t)(arena->end - arena->newest->data);
}

/* Many an arena holds little and is soon gone: it need not clear much. One that is used again has its full chunk soon. */
static size_t usual_bytes(const struct arena *arena) {
  size_t twice = arena->newest == NULL ? FIRST_BYTES : 2 * capacity_of(arena);
  return twice > CHUNK_BYTES ? CHUNK_BYTES : twice;
}

static void chunk_add(struct arena *arena, size_t bytes) {
  size_t usual = usual_bytes(arena), capacity = bytes > usual ? bytes : usual;
  struct chunk *chunk = calloc(1, sizeof *chunk + capacity);
  assert(chunk != NULL);
  chunk->older = arena->newest;
  arena->newest = chunk;
  arena->at = chunk->data;
  arena->end = chunk->data + capacity;
}

void *arena_alloc(struct arena *arena, size_t bytes) {
  size_t taken = taken_by(bytes);
  assert(arena->magic == MAGIC);
  /* The first test keeps aligned() from wrapping round on a wild size. */
  assert(bytes <= arena->bytes_max && aligned(bytes) <= arena->bytes_max - arena->bytes && "arena is full");
  if (taken >= left_in(arena)) chunk_add(arena, taken);
  void *piece = arena->at;
  arena->at += taken;
  arena->bytes += aligned(bytes);
  return piece;
}

void *arena_longer(struct arena *arena, void *piece, size_t bytes, size_t wanted) {
  assert(arena->magic == MAGIC && bytes <= wanted && wanted <= arena->bytes_max);
  size_t more = aligned(wanted) - aligned(bytes);
  bool newest = CHUNK_BYTES > 0 && piece != NULL && (char *)piece + aligned(bytes) == arena->at;
  if (newest && more < left_in(arena) && more <= arena->bytes_max - arena->bytes) {
    arena->at += more;
    arena->bytes += more;
    return piece;
  }
  void *longer = arena_alloc(arena, wanted);
  if (bytes > 0) memcpy(longer, piece, bytes);
  return longer;
}

char *arena_text(struct arena *arena, const char *text) {
  return text == NULL ? NULL : arena_text_n(arena, text, strlen(text));
}

char *arena_text_n(struct arena *arena, const char *text, size_t bytes) {
  if (text == NULL) return NULL;
  assert(bytes < SIZE_MAX);
  char *copy = arena_alloc(arena, bytes + 1);
  memcpy(copy, text, bytes);
  return copy;
}

char *arena_join(struct arena *arena, const char *const *parts, size_t count) {
  size_t bytes = 0;
  for (size_t i = 0; i < count; i++) bytes += strlen(parts[i]);
  char *text = arena_alloc(arena, bytes + 1), *at = text;
  for (size_t i = 0; i < count; i++) at = stpcpy(at, parts[i]);
  return text;
}

/* Formatted twice only when it is long. */
char *arena_format(struct arena *arena, const char *fmt, ...) {
  char brief[256];
  va_list args, again;
  va_start(args, fmt);
  va_copy(again, args);
  int length = vsnprintf(brief, sizeof brief, fmt, args);
  assert(length >= 0);
  char *text = arena_alloc(arena, (size_t)length + 1);
  if ((size_t)length < sizeof brief) memcpy(text, brief, (size_t)length);
  else vsnprintf(text, (size_t)length + 1, fmt, again);
  va_end(again);
  va_end(args);
  return text;
}

size_t arena_bytes(const struct arena *arena) {
  assert(arena->magic == MAGIC);
  return arena->bytes;
}

static void chunks_free(struct chunk *chunk) {
  while (chunk != NULL) {
    struct chunk *older = chunk->older;
    free(chunk);
    chunk = older;
  }
}

/* Keeps one ordinary chunk, because the next turn wants it at once; a large one goes back. */
void arena_clear(struct arena *arena) {
  assert(arena->magic == MAGIC);
  struct chunk *kept = arena->newest;
  arena->bytes = 0;
  if (kept == NULL) return;
  chunks_free(kept->older);
  kept->older = NULL;
  if (CHUNK_BYTES == 0 || capacity_of(arena) > CHUNK_BYTES) {
    free(kept);
    arena->newest = NULL;
    arena->at = arena->end = NULL;
    return;
  }
  memset(kept->data, 0, (size_t)(arena->at - kept->data));
  arena->at = kept->data;
}

struct arena *arena_free(struct arena *arena) {
  if (arena == NULL) return NULL;
  assert(arena->magic == MAGIC);
  chunks_free(arena->newest);
  arena->magic = 0;
  free(arena);
  return NULL;
}

void arena_freep(struct arena **arena) {
  *arena = arena_free(*arena);
}
