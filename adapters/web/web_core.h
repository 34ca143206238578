/* web_core.h: what the parts of a running mentord-web share. Only web.c, web_hear.c, web_tell.c, web_link.c
 * and web_upload.c include it. */
#ifndef MENTORD_WEB_CORE_H
#define MENTORD_WEB_CORE_H

#include "adapters/kit/link_server.h"
#include "adapters/web/web.h"
#include "adapters/web/web_everyone.h"
#include "adapters/web/web_events.h"
#include "adapters/web/web_files.h"
#include "adapters/web/web_http.h"
#include "adapters/web/web_journal.h"
#include "adapters/web/web_line.h"
#include "adapters/web/web_page.h"
#include "adapters/web/web_rooms.h"
#include "adapters/web/web_upload.h"

struct web {
  uint32_t magic;
  uv_loop_t *loop;                 /* borrowed from the caller until web_free */
  struct web_play *play;           /* owned, as is all that follows */
  char *commands;                  /* JSON, for the page */
  struct web_files *files;
  struct web_rooms *rooms;
  struct web_events *events;
  struct web_journal *journal;
  struct web_everyone *everyone;
  struct web_upload *upload;
  struct web_pages *pages;
  struct web_http *http;
  struct lws_context *context;
  struct link_server *link;
  struct arena *scratch;           /* one line, one page message; cleared by whoever begins */
  int64_t next_number;             /* of the journal's next line */
  uint64_t asking_tab;             /* who pressed "everyone", and who that was */
  const struct web_play_person *asking_person;
  int bots;                        /* connected and serving a workspace; 0: the bot is away */
  bool restarting;                 /* the bot acked a reset, the new journal is not on the disk yet */
  bool stopping;
  int exit_code;
};

enum { WEB_MAGIC = 0x57656221 };

/* ---- web.c ---- */
/* Numbers, dates and writes a line; web_durable hears of it. `tag`: the tab that waits for "stored", or 0. */
void web_write(struct web *web, struct web_line *line, uint64_t tag);
/* The same for a line that is applied now and need not be on the disk at once: a mark, an ack, the clock. */
void web_note(struct web *web, struct web_line *line);
/* The old journal's place is taken by a new one; then everything starts over. */
void web_restart(struct web *web);
/* A reset is on its way, or nearly through: what people write now would be lost with the old journal. */
bool web_is_resetting(const struct web *web);
int64_t web_wall_ms(void);

/* ---- web_hear.c: from the pages ---- */
void web_hear(void *who, struct web_tab *tab, const char *json, size_t bytes);
/* "Let everyone else answer" goes through the same door. */
extern const struct web_everyone_handlers web_hear_everyone;

/* ---- web_tell.c: to the pages ---- */
extern const struct web_watch web_tell_watch; /* its `who` is left open */
void web_tell_state(struct web *web, struct web_tab *tab);
void web_tell_state_all(struct web *web);
void web_tell_stored(struct web *web, uint64_t tab, const char *n, const char *message);
void web_tell_refused(struct web_tab *tab, const char *n, const char *say);
void web_tell_toast(struct web_tab *tab, const char *say);
void web_tell_toast_to(struct web *web, const char *person, const char *say); /* in all their tabs */
void web_tell_clock(struct web *web);
void web_tell_link(struct web *web);
void web_tell_busy(struct web *web, int done);
void web_tell_idle(struct web *web);

/* ---- web_link.c: the bot ---- */
enum err web_link_open(struct web *web, const char *address) MUST_CHECK;
void web_link_pump(struct web *web); /* sends events as far as credit goes */
void web_link_answer(struct web *web, const char *action); /* `done` from what is remembered */

#endif
