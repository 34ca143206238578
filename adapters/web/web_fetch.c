/* web_fetch.c: a list, and the buffer of its first one's file.
 * {"t":"blob_is","id":"o93","workspace":"web/city","from":32768,"data":"TmFt…"} */
#include "adapters/web/web_fetch.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "adapters/kit/link_frame.h"

struct node {
  struct node *next; /* owned by the list */
  struct web_fetch_item item;
  char *texts[4];    /* owned: what item's texts are */
};

struct web_fetch {
  struct node *first; /* owned */
  size_t count;
  char *data;         /* owned; of the first one's file, NULL before it was begun */
  size_t have;        /* bytes of it */
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
  if (node == fetch->first) {
    free(TAKE(fetch->data));
    fetch->have = 0;
  }
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
  assert(fetch->first != NULL && fetch->data == NULL && fetch->first->item.bytes > 0 && fetch->first->item.bytes <= LINK_FILE_BYTES_MAX);
  fetch->data = malloc(fetch->first->item.bytes);
  assert(fetch->data != NULL);
  fetch->have = 0;
}

size_t web_fetch_from(const struct web_fetch *fetch) {
  return fetch->have;
}

enum web_piece web_fetch_take(struct web_fetch *fetch, const char *id, int64_t from, const char *base64) {
  bool asked = fetch->data != NULL && strcmp(fetch->first->item.id, id) == 0 && from == (int64_t)fetch->have;
  size_t all = asked ? fetch->first->item.bytes : 0, bytes = 0;
  if (!asked || fetch->have == all) return WEB_PIECE_OTHER;
  if (base64 == NULL) return WEB_PIECE_NONE;
  int bad = sodium_base642bin((unsigned char *)fetch->data + fetch->have, all - fetch->have, base64, strlen(base64), NULL, &bytes, NULL,
                              sodium_base64_VARIANT_ORIGINAL);
  if (bad || bytes == 0) return WEB_PIECE_NONE; /* bad: more bytes than the file has */
  fetch->have += bytes;
  return fetch->have == all ? WEB_PIECE_LAST : WEB_PIECE_MORE;
}

char *web_fetch_bytes(struct web_fetch *fetch) {
  assert(fetch->data != NULL && fetch->have == fetch->first->item.bytes);
  return TAKE(fetch->data);
}
