/* web_fetch.h: the bot's actions that wait for a file's bytes, and those of their order behind them; one file at a time is in
 * memory, put together from its pieces. Pure: asks for nothing itself. */
#ifndef MENTORD_WEB_FETCH_H
#define MENTORD_WEB_FETCH_H

#include "adapters/kit/link_frame.h"

struct web_fetch;

struct web_fetch_item {
  const char *id, *workspace;
  const char *order; /* NULL: none */
  const char *frame; /* the action as the link's JSON */
  size_t bytes;      /* of its file; 0: it has none, and waits for its turn alone */
};

enum web_piece {
  WEB_PIECE_OTHER, /* not what was asked for: nothing happened */
  WEB_PIECE_MORE,  /* taken, and the next is to be asked for */
  WEB_PIECE_LAST,  /* taken, and the file is whole */
  WEB_PIECE_NONE   /* the bot has it not, or it is not as long as was said: the file cannot be had now */
};

enum { WEB_FETCH_MAX = 64 };

struct web_fetch *web_fetch_new(void);
bool web_fetch_is_full(const struct web_fetch *fetch);
void web_fetch_add(struct web_fetch *fetch, const struct web_fetch_item *item); /* behind all others; copied */
/* The first one, borrowed until web_fetch_next or web_fetch_drop; NULL: none. */
const struct web_fetch_item *web_fetch_first(const struct web_fetch *fetch);
bool web_fetch_holds_order(const struct web_fetch *fetch, const char *order); /* somebody waits who was there before */
bool web_fetch_holds(const struct web_fetch *fetch, const char *id);

/* The first one's file, from its first byte. */
void web_fetch_begin(struct web_fetch *fetch);
size_t web_fetch_from(const struct web_fetch *fetch); /* which byte is to be asked for */
enum web_piece web_fetch_take(struct web_fetch *fetch, const struct link_frame *piece); /* a blob_is */
char *web_fetch_bytes(struct web_fetch *fetch); /* the whole file; the caller frees */

void web_fetch_next(struct web_fetch *fetch); /* the first one is done with, whatever was there of its file */
/* Takes out all that `which` says yes to, the first one only if `first_too`. */
void web_fetch_drop(struct web_fetch *fetch, bool first_too, bool (*which)(void *who, const struct web_fetch_item *item), void *who);
struct web_fetch *web_fetch_free(struct web_fetch *fetch);

#endif
