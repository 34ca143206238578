/* web_page.c: one struct a tab, in a list; libwebsockets calls in, the tab's queue goes out as the browser takes it. */
#include "adapters/web/web_page.h"

#include <stdlib.h>
#include <string.h>

#include "adapters/web/web_in.h"

enum { MAGIC = 0x54616273, TAB_MAGIC = 0x5461622e, WRITES_MAX = 16 };

struct parcel {
  struct parcel *next; /* owned by the tab */
  size_t bytes;
  unsigned char data[]; /* LWS_PRE bytes of room, then the message */
};

struct web_tab {
  uint32_t magic;
  uint64_t id;
  struct web_tab *next;             /* owned by the list */
  struct lws *wsi;                  /* borrowed from libwebsockets until it says CLOSED */
  struct web_pages *pages;          /* borrowed from the vhost */
  const struct web_play_person *me; /* borrowed from the play */
  struct text in;                   /* owned; one message being put together */
  struct parcel *first, *last;      /* owned, from first on */
  size_t waiting;
  bool closing;
};

struct web_pages {
  uint32_t magic;
  struct web_pages_handlers handlers;
  void *who; /* borrowed from the caller until web_pages_free */
  struct web_tab *tabs;
  size_t count;
  uint64_t last_id;
};

struct web_pages *web_pages_new(const struct web_pages_handlers *handlers, void *who) {
  struct web_pages *pages = calloc(1, sizeof *pages);
  assert(pages != NULL);
  *pages = (struct web_pages){.magic = MAGIC, .handlers = *handlers, .who = who};
  return pages;
}

/* ---- tabs ---- */

struct web_tab *web_pages_next(const struct web_pages *pages, const struct web_tab *before) {
  return before == NULL ? pages->tabs : before->next;
}

struct web_tab *web_pages_tab(const struct web_pages *pages, uint64_t id) {
  struct web_tab *tab = pages->tabs;
  while (tab != NULL && tab->id != id) tab = tab->next;
  return tab;
}

uint64_t web_tab_id(const struct web_tab *tab) {
  return tab->id;
}

const struct web_play_person *web_tab_me(const struct web_tab *tab) {
  return tab->me;
}

void web_tab_be(struct web_tab *tab, const struct web_play_person *me) {
  tab->me = me;
}

static struct web_tab *tab_new(struct web_pages *pages, struct lws *wsi) {
  struct web_tab *tab = calloc(1, sizeof *tab);
  assert(tab != NULL);
  *tab = (struct web_tab){.magic = TAB_MAGIC, .id = ++pages->last_id, .next = pages->tabs, .wsi = wsi, .pages = pages};
  text_init(&tab->in, WEB_IN_BYTES_MAX);
  pages->tabs = tab;
  pages->count++;
  return tab;
}

static void drop_first(struct web_tab *tab) {
  struct parcel *parcel = tab->first;
  tab->first = parcel->next;
  if (tab->first == NULL) tab->last = NULL;
  tab->waiting -= parcel->bytes;
  free(parcel);
}

static void tab_free(struct web_tab *tab) {
  struct web_tab **slot = &tab->pages->tabs;
  while (*slot != tab) slot = &(*slot)->next;
  *slot = tab->next;
  tab->pages->count--;
  while (tab->first != NULL) drop_first(tab);
  text_done(&tab->in);
  tab->magic = 0;
  free(tab);
}

/* ---- out ---- */

void web_tab_send(struct web_tab *tab, const char *json) {
  assert(tab->magic == TAB_MAGIC);
  size_t bytes = strlen(json);
  if (tab->closing) return;
  if (tab->waiting + bytes > WEB_TAB_QUEUE_BYTES_MAX) {
    tab->closing = true;
    lws_set_timeout(tab->wsi, PENDING_TIMEOUT_USER_REASON_BASE, LWS_TO_KILL_ASYNC);
    return;
  }
  struct parcel *parcel = malloc(sizeof *parcel + LWS_PRE + bytes);
  assert(parcel != NULL);
  parcel->next = NULL;
  parcel->bytes = bytes;
  memcpy(parcel->data + LWS_PRE, json, bytes);
  if (tab->last == NULL) tab->first = parcel;
  else tab->last->next = parcel;
  tab->last = parcel;
  tab->waiting += bytes;
  lws_callback_on_writable(tab->wsi);
}

static int write_some(struct web_tab *tab) {
  for (int i = 0; i < WRITES_MAX && tab->first != NULL && !lws_send_pipe_choked(tab->wsi); i++) {
    struct parcel *parcel = tab->first;
    int written = lws_write(tab->wsi, parcel->data + LWS_PRE, parcel->bytes, LWS_WRITE_TEXT);
    if (written < (int)parcel->bytes) return -1; /* libwebsockets keeps what the socket did not take; less is an error */
    drop_first(tab);
  }
  if (tab->first != NULL) lws_callback_on_writable(tab->wsi);
  return 0;
}

/* ---- in ---- */

static int received(struct web_tab *tab, const char *data, size_t bytes) {
  if (tab->closing) return -1;
  if (lws_is_first_fragment(tab->wsi)) text_clear(&tab->in);
  text_add_n(&tab->in, data, bytes);
  if (tab->in.full || lws_frame_is_binary(tab->wsi)) {
    enum lws_close_status status = tab->in.full ? LWS_CLOSE_STATUS_MESSAGE_TOO_LARGE : LWS_CLOSE_STATUS_UNACCEPTABLE_OPCODE;
    lws_close_reason(tab->wsi, status, NULL, 0);
    return -1;
  }
  if (!lws_is_final_fragment(tab->wsi)) return 0;
  tab->pages->handlers.said(tab->pages->who, tab, text_str(&tab->in), tab->in.length);
  return 0;
}

static int entered(struct web_pages *pages, struct lws *wsi, struct web_tab **slot) {
  if (pages->count >= WEB_TABS_MAX) return -1;
  *slot = tab_new(pages, wsi);
  return 0;
}

int web_pages_callback(struct lws *wsi, enum lws_callback_reasons reason, void *user, void *in, size_t bytes) {
  struct web_tab **slot = user;
  const struct lws_protocols *protocol = lws_get_protocol(wsi);
  struct web_pages *pages = protocol == NULL ? NULL : protocol->user;
  switch (reason) {
    case LWS_CALLBACK_ESTABLISHED: return entered(pages, wsi, slot);
    case LWS_CALLBACK_RECEIVE: return received(*slot, in, bytes);
    case LWS_CALLBACK_SERVER_WRITEABLE: return write_some(*slot);
    case LWS_CALLBACK_CLOSED:
      if (*slot != NULL) tab_free(*slot);
      *slot = NULL;
      return 0;
    default: return 0;
  }
}

struct web_pages *web_pages_free(struct web_pages *pages) {
  if (pages == NULL) return NULL;
  assert(pages->magic == MAGIC && pages->tabs == NULL);
  free(pages);
  return NULL;
}
