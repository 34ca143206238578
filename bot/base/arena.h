/* arena.h: memory that dies together: what handling one event allocates is freed in one call. */
#ifndef MENTORD_ARENA_H
#define MENTORD_ARENA_H

#include "bot/base/base.h"

struct arena;

/* bytes_max bounds the arena for good; going past it is a bug of ours and aborts. Never NULL. */
struct arena *arena_new(size_t bytes_max);
void *arena_alloc(struct arena *arena, size_t bytes);               /* zeroed, aligned to 16 */
/* A piece made longer, zeroed behind its `bytes`: where it stands if it is the newest one and there is room, else as a copy.
 * NULL and 0 begin one. */
void *arena_longer(struct arena *arena, void *piece, size_t bytes, size_t wanted);
char *arena_text(struct arena *arena, const char *text);            /* a copy; NULL gives NULL */
char *arena_text_n(struct arena *arena, const char *text, size_t bytes);
char *arena_join(struct arena *arena, const char *const *parts, size_t count); /* one text of many */
#define ARENA_JOIN(arena, ...) \
  arena_join((arena), (const char *const[]){__VA_ARGS__}, sizeof((const char *const[]){__VA_ARGS__}) / sizeof(const char *))
char *arena_format(struct arena *arena, const char *fmt, ...) PRINTF_LIKE(2, 3);
size_t arena_bytes(const struct arena *arena);                      /* handed out so far */
void arena_clear(struct arena *arena);                              /* everything handed out is gone; usable again */
struct arena *arena_free(struct arena *arena);                      /* takes NULL, returns NULL */
void arena_freep(struct arena **arena);                             /* for CLEANUP */

#endif
