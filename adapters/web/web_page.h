/* web_page.h: the WebSockets of the open pages: whole messages in, a bounded queue out; one process, many tabs. */
#ifndef MENTORD_WEB_PAGE_H
#define MENTORD_WEB_PAGE_H

#include <libwebsockets.h>

#include "adapters/web/web_play.h"

#define WEB_PAGE_SUBPROTOCOL "mentord.page.1"
#define WEB_PAGE_PATH "/page"

struct web_pages;
struct web_tab;

enum { WEB_TABS_MAX = 64, WEB_TAB_QUEUE_BYTES_MAX = 32 * 1024 * 1024 };

struct web_pages_handlers {
  void (*said)(void *who, struct web_tab *tab, const char *json, size_t bytes); /* one message, borrowed for the call */
};

struct web_pages *web_pages_new(const struct web_pages_handlers *handlers, void *who);
/* For the vhost's list of protocols; its `user` is the struct web_pages. Host, Origin and path were checked before. */
int web_pages_callback(struct lws *wsi, enum lws_callback_reasons reason, void *user, void *in, size_t bytes);
/* Only once libwebsockets is gone. Takes NULL, returns NULL. */
struct web_pages *web_pages_free(struct web_pages *pages);

/* Walks over the open tabs: NULL begins, NULL ends. No tab goes away while one walks and sends. */
struct web_tab *web_pages_next(const struct web_pages *pages, const struct web_tab *before);
struct web_tab *web_pages_tab(const struct web_pages *pages, uint64_t id); /* NULL: closed since */

uint64_t web_tab_id(const struct web_tab *tab); /* never 0, never used twice */
const struct web_play_person *web_tab_me(const struct web_tab *tab); /* NULL until it said who it is */
void web_tab_be(struct web_tab *tab, const struct web_play_person *me);
/* Queues one message; a tab that does not read is closed, and comes back with a fresh state. */
void web_tab_send(struct web_tab *tab, const char *json);

#endif
