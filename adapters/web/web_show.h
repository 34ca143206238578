/* web_show.h: what the page is told, as JSON (PAGE.md). Pure. */
#ifndef MENTORD_WEB_SHOW_H
#define MENTORD_WEB_SHOW_H

#include "adapters/web/web_rooms.h"
#include "bot/base/text.h"

enum { WEB_SHOW_BYTES_MAX = 16 * 1024 * 1024, WEB_SHOW_MESSAGES_MAX = 200 }; /* the newest of each room */

/* What a fresh page is told besides the platform's state. */
struct web_show {
  const char *commands; /* a JSON list */
  bool link_up;
  bool busy;
  int busy_done;
};

/* Each writes one message to the page into an empty text that holds WEB_SHOW_BYTES_MAX. `wall_ms`: the system's time. */
void web_show_state(const struct web_rooms *rooms, const struct web_play_person *me, const struct web_show *show, int64_t wall_ms,
                    struct text *text);
void web_show_message(const struct web_message *message, struct text *text);
void web_show_gone(const struct web_message *message, struct text *text);
void web_show_room(const struct web_rooms *rooms, const struct web_room *room, const struct web_play_person *me, struct text *text);
void web_show_unread(const struct web_rooms *rooms, const struct web_play_person *person, struct text *text);
void web_show_clock(const struct web_rooms *rooms, int64_t wall_ms, struct text *text);
void web_show_link(bool up, struct text *text);
void web_show_busy(int done, struct text *text);
void web_show_idle(struct text *text);
void web_show_step(const struct web_play_step *step, struct text *text);
void web_show_stored(const char *n, const char *message, struct text *text); /* message: the id it got, NULL: none */
void web_show_refused(const char *n, const char *say, struct text *text);
void web_show_toast(const char *say, struct text *text);

#endif
