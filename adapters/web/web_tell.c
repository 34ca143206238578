/* web_tell.c: what changed goes to every tab whose person may see it. */
#include <string.h>

#include "adapters/web/web_core.h"
#include "adapters/web/web_show.h"

/* One message of the page's protocol, born with its maximum. */
#define SHOWN(name) CLEANUP(text_done) struct text name; text_init(&name, WEB_SHOW_BYTES_MAX)

static void send_all(struct web *web, const struct text *shown) {
  for (struct web_tab *tab = web_pages_next(web->pages, NULL); tab != NULL; tab = web_pages_next(web->pages, tab))
    if (web_tab_me(tab) != NULL) web_tab_send(tab, text_str(shown));
}

/* ---- the watch ---- */

static void send_to_seers(struct web *web, const struct web_message *message, const struct text *shown) {
  for (struct web_tab *tab = web_pages_next(web->pages, NULL); tab != NULL; tab = web_pages_next(web->pages, tab))
    if (web_tab_me(tab) != NULL && web_rooms_sees(web->rooms, message, web_tab_me(tab))) web_tab_send(tab, text_str(shown));
}

static void on_message(void *who, const struct web_message *message) {
  SHOWN(shown);
  web_show_message(message, &shown);
  send_to_seers(who, message, &shown);
}

static void on_gone(void *who, const struct web_message *message) {
  SHOWN(shown);
  web_show_gone(message, &shown);
  send_to_seers(who, message, &shown);
  if (message->file != NULL) web_upload_gone(who, message->file->token);
}

/* Whoever comes in later reads what was said before. */
static void send_history(struct web *web, struct web_tab *tab, const struct web_room *room) {
  for (const struct web_message *message = room->first; message != NULL; message = message->after) {
    if (!web_rooms_sees(web->rooms, message, web_tab_me(tab))) continue;
    SHOWN(shown);
    web_show_message(message, &shown);
    web_tab_send(tab, text_str(&shown));
  }
}

static void on_room(void *who, const struct web_room *room, uint64_t newcomers) {
  struct web *web = who;
  for (struct web_tab *tab = web_pages_next(web->pages, NULL); tab != NULL; tab = web_pages_next(web->pages, tab)) {
    const struct web_play_person *me = web_tab_me(tab);
    if (me == NULL || (newcomers & web_play_bit(web->play, me)) == 0) continue;
    SHOWN(shown);
    web_show_room(web->rooms, room, me, &shown);
    web_tab_send(tab, text_str(&shown));
    send_history(web, tab, room);
  }
}

static void on_unread(void *who, const struct web_play_person *person) {
  struct web *web = who;
  SHOWN(shown);
  web_show_unread(web->rooms, person, &shown);
  send_all(web, &shown);
}

static void on_step(void *who, const struct web_play_step *step) {
  SHOWN(shown);
  web_show_step(step, &shown);
  send_all(who, &shown);
}

const struct web_watch web_tell_watch = {.message = on_message, .gone = on_gone, .room = on_room, .unread = on_unread, .step = on_step};

/* ---- whole states, and single sentences ---- */

void web_tell_state(struct web *web, struct web_tab *tab) {
  struct web_show show = {.commands = web->commands, .link_up = web->bots > 0};
  show.busy = web_everyone_runs(web->everyone, &show.busy_done);
  SHOWN(shown);
  web_show_state(web->rooms, web_tab_me(tab), &show, web_wall_ms(), &shown);
  web_tab_send(tab, text_str(&shown));
}

void web_tell_state_all(struct web *web) {
  for (struct web_tab *tab = web_pages_next(web->pages, NULL); tab != NULL; tab = web_pages_next(web->pages, tab))
    if (web_tab_me(tab) != NULL) web_tell_state(web, tab);
}

void web_tell_stored(struct web *web, uint64_t id, const char *n, const char *message) {
  struct web_tab *tab = web_pages_tab(web->pages, id);
  if (tab == NULL) return; /* closed since; its page sends again, and hears it then */
  SHOWN(shown);
  web_show_stored(n, message, &shown);
  web_tab_send(tab, text_str(&shown));
}

void web_tell_refused(struct web_tab *tab, const char *n, const char *say) {
  SHOWN(shown);
  web_show_refused(n, say, &shown);
  web_tab_send(tab, text_str(&shown));
}

void web_tell_toast(struct web_tab *tab, const char *say) {
  SHOWN(shown);
  web_show_toast(say, &shown);
  web_tab_send(tab, text_str(&shown));
}

void web_tell_toast_to(struct web *web, const char *person, const char *say) {
  for (struct web_tab *tab = web_pages_next(web->pages, NULL); tab != NULL; tab = web_pages_next(web->pages, tab))
    if (web_tab_me(tab) != NULL && strcmp(web_tab_me(tab)->id, person) == 0) web_tell_toast(tab, say);
}

void web_tell_clock(struct web *web) {
  SHOWN(shown);
  web_show_clock(web->rooms, web_wall_ms(), &shown);
  send_all(web, &shown);
}

void web_tell_link(struct web *web) {
  SHOWN(shown);
  web_show_link(web->bots > 0, &shown);
  send_all(web, &shown);
}

void web_tell_busy(struct web *web, int done) {
  SHOWN(shown);
  web_show_busy(done, &shown);
  send_all(web, &shown);
}

void web_tell_idle(struct web *web) {
  SHOWN(shown);
  web_show_idle(&shown);
  send_all(web, &shown);
}
