/* web_fetch.c: a list, and the pieces of its first one's file. */
#include "adapters/web/web_fetch.h"

#include <stdlib.h>
#include <string.h>

#include "adapters/kit/link_pieces.h"
#include "bot/base/err.h"

struct node {
  struct node *next; /* owned by the list */
  struct web_fetch_item item;
  char *texts[4];    /* owned: what item's texts are */
};

struct web_fetch {
  struct node *first; /* owned */
  size_t count;
  struct link_pieces pieces; /* of the first one's file; its data is NULL before it was begun */
};

/* ---- the list ---- */

struct web_fetch *web_fetch_new(void) {
  struct web_fetch *fetch = calloc(1, sizeof *fetch);
  assert(fetch != NULL);
  return fetch;
}

bool web_fetch_is_full(const struct web_fetch *fetch) {
  return fetch->count >= WEB_FETCH_MAX;
}

static char *copy(const char *text) {
  char *copied = text == NULL ? NULL : strdup(text);
  assert((copied == NULL) == (text == NULL));
  return copied;
}

static struct node *node_free(struct node *node) {
  for (size_t i = 0; i < ARRAY_LEN(node->texts); i++) free(node->texts[i]);
  free(node);
  return NULL;
}

void web_fetch_add(struct web_fetch *fetch, const struct web_fetch_item *item) {
  assert(!web_fetch_is_full(fetch));
  struct node *node = calloc(1, sizeof *node), **end = &fetch->first;
  assert(node != NULL);
  *node = (struct node){.texts = {copy(item->id), copy(item->workspace), copy(item->order), copy(item->frame)}};
  node->item = (struct web_fetch_item){.id = node->texts[0], .workspace = node->texts[1], .order = node->texts[2],
                                       .frame = node->texts[3], .bytes = item->bytes};
  while (*end != NULL) end = &(*end)->next;
  *end = node;
  fetch->count++;
}

const struct web_fetch_item *web_fetch_first(const struct web_fetch *fetch) {
  return fetch->first == NULL ? NULL : &fetch->first->item;
}

bool web_fetch_holds_order(const struct web_fetch *fetch, const char *order) {
  for (const struct node *node = fetch->first; order != NULL && node != NULL; node = node->next)
    if (node->item.order != NULL && strcmp(node->item.order, order) == 0) return true;
  return false;
}

bool web_fetch_holds(const struct web_fetch *fetch, const char *id) {
  for (const struct node *node = fetch->first; node != NULL; node = node->next)
    if (strcmp(node->item.id, id) == 0) return true;
  return false;
}

static void take_out(struct web_fetch *fetch, struct node **link) {
  struct node *node = *link;
  if (node == fetch->first) link_pieces_done(&fetch->pieces);
  *link = node->next;
  fetch->count--;
  node_free(node);
}

void web_fetch_next(struct web_fetch *fetch) {
  assert(fetch->first != NULL);
  take_out(fetch, &fetch->first);
}

void web_fetch_drop(struct web_fetch *fetch, bool first_too, bool (*which)(void *who, const struct web_fetch_item *item), void *who) {
  struct node **link = &fetch->first;
  if (!first_too && *link != NULL) link = &(*link)->next;
  while (*link != NULL) {
    if (which(who, &(*link)->item)) take_out(fetch, link);
    else link = &(*link)->next;
  }
}

struct web_fetch *web_fetch_free(struct web_fetch *fetch) {
  while (fetch != NULL && fetch->first != NULL) web_fetch_next(fetch);
  free(fetch);
  return NULL;
}

/* ---- the file ---- */

void web_fetch_begin(struct web_fetch *fetch) {
  assert(fetch->first != NULL && fetch->pieces.data == NULL);
  link_pieces_init(&fetch->pieces, fetch->first->item.bytes);
}

size_t web_fetch_from(const struct web_fetch *fetch) {
  return fetch->pieces.got;
}

enum web_piece web_fetch_take(struct web_fetch *fetch, const struct link_frame *piece) {
  bool asked = fetch->pieces.data != NULL && !link_pieces_whole(&fetch->pieces) && strcmp(fetch->first->item.id, piece->id) == 0 &&
               piece->from == (int64_t)fetch->pieces.got;
  if (!asked) return WEB_PIECE_OTHER;
  if (link_pieces_add(&fetch->pieces, piece) != ERR_NONE) {
    err_note_clear(); /* its action comes again, and nobody reads the note */
    return WEB_PIECE_NONE;
  }
  return link_pieces_whole(&fetch->pieces) ? WEB_PIECE_LAST : WEB_PIECE_MORE;
}

char *web_fetch_bytes(struct web_fetch *fetch) {
  assert(link_pieces_whole(&fetch->pieces));
  char *bytes = fetch->pieces.data;
  fetch->pieces = (struct link_pieces){0};
  return bytes;
}
