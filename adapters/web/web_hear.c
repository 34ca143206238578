/* web_hear.c: a page said something: who it is, a line for the journal, or one of the demo's own controls. */
#include <string.h>

#include "adapters/web/web_core.h"
#include "adapters/web/web_in.h"
#include "bot/base/fault.h"

static const char starting_over[] = "The demo is starting over. Send it again in a moment.";
static const char no_room_left[] = "There is no space left to keep this. Press reset, or free some disk space.";
static const char no_bot[] = "The bot is away for a moment. Try again when it is back.";

/* The sentence of a refusal, or NULL. */
static const char *not_now(const struct web *web) {
  if (web_is_resetting(web)) return starting_over;
  return web_journal_full(web->journal) ? no_room_left : NULL;
}

static void hear_demo(struct web *web, struct web_tab *tab, struct web_line *line) {
  bool reset = strcmp(line->change, "reset") == 0; /* the way out of a full journal */
  const char *refusal = web_is_resetting(web) ? starting_over : reset ? NULL : not_now(web);
  if (web->bots == 0) refusal = no_bot;
  if (refusal == NULL) web_write(web, line, 0);
  else web_tell_toast(tab, refusal);
}

static void hear_line(struct web *web, struct web_tab *tab, struct web_line *line) {
  if (line->kind == WEB_LINE_DEMO) {
    hear_demo(web, tab, line);
  } else if (line->kind == WEB_LINE_READ) {
    web_note(web, line);
  } else if (web_rooms_seen(web->rooms, web_tab_me(tab), line->n)) {
    web_tell_stored(web, web_tab_id(tab), line->n, NULL); /* the page did not hear it the first time */
  } else {
    const char *refusal = not_now(web);
    if (refusal == NULL) web_write(web, line, web_tab_id(tab));
    else web_tell_refused(tab, line->n, refusal);
  }
}

static void hear_everyone(struct web *web, struct web_tab *tab) {
  int done;
  if (web_everyone_runs(web->everyone, &done)) return;
  if (web->bots == 0) {
    web_tell_toast(tab, no_bot);
    return;
  }
  web->asking_tab = web_tab_id(tab);
  web->asking_person = web_tab_me(tab);
  web_everyone_start(web->everyone);
}

/* A mark that says nothing new is not worth a line. */
static bool is_old_mark(const struct web *web, const struct web_line *line) {
  const struct web_message *message = web_rooms_message(web->rooms, line->message);
  const struct web_play_person *person = web_play_person(web->play, line->person);
  return message->room->read[person - web->play->people] >= message->number;
}

void web_hear(void *who, struct web_tab *tab, const char *json, size_t bytes) {
  struct web *web = who;
  struct web_in in;
  if (web->stopping) return;
  fault_point(FAULT_page_heard);
  arena_clear(web->scratch);
  web_in_read(json, bytes, web_tab_me(tab), web->rooms, web->scratch, &in);
  switch (in.kind) {
    case WEB_IN_REFUSED: web_tell_refused(tab, in.n, in.say); break;
    case WEB_IN_BE:
      web_tab_be(tab, in.person);
      web_tell_state(web, tab);
      break;
    case WEB_IN_EVERYONE: hear_everyone(web, tab); break;
    case WEB_IN_NOTHING: break;
    case WEB_IN_LINE:
      if (in.line.kind != WEB_LINE_READ || !is_old_mark(web, &in.line)) hear_line(web, tab, &in.line);
      break;
  }
}

/* ---- everyone else ---- */

static bool everyone_say(void *who, struct web_line *line) {
  struct web *web = who;
  if (web->stopping || not_now(web) != NULL) return false;
  web_write(web, line, 0);
  return true;
}

/* Whom the asking page is now; a page that was closed is still who it was. */
static bool everyone_spares(void *who, const struct web_play_person *person) {
  struct web *web = who;
  const struct web_tab *tab = web_pages_tab(web->pages, web->asking_tab);
  if (tab != NULL && web_tab_me(tab) != NULL) web->asking_person = web_tab_me(tab);
  return person == web->asking_person;
}

static void everyone_busy(void *who, int done) {
  web_tell_busy(who, done);
}

static void everyone_idle(void *who, enum web_everyone_end end) {
  struct web *web = who;
  struct web_tab *tab = web_pages_tab(web->pages, web->asking_tab);
  web_tell_idle(web);
  if (tab == NULL || end == EVERYONE_DONE) return;
  web_tell_toast(tab, end == EVERYONE_NO_BOT ? "The bot did not answer. Everyone waits; press it again when the bot is back."
                                             : "Everyone answered a lot. Press it again to go on.");
}

const struct web_everyone_handlers web_hear_everyone = {
    .say = everyone_say, .spares = everyone_spares, .busy = everyone_busy, .idle = everyone_idle};
