/* web_in.h: what a page says becomes a line of the journal, and a line becomes the link's event. Pure. */
#ifndef MENTORD_WEB_IN_H
#define MENTORD_WEB_IN_H

#include "adapters/web/web_line.h"
#include "adapters/web/web_rooms.h"

enum { WEB_IN_BYTES_MAX = 65536, WEB_IN_TEXT_CHARS_MAX = 4000 };

enum web_in_kind {
  WEB_IN_REFUSED,
  WEB_IN_BE,
  WEB_IN_EVERYONE,
  WEB_IN_LINE,
  WEB_IN_NOTHING /* a mark on something that is gone: nobody need hear of it */
};

struct web_in {
  enum web_in_kind kind;
  const char *say;       /* REFUSED: one sentence with the way out */
  const char *n;         /* the page's own id of what it sent; NULL: it gave none */
  const struct web_play_person *person; /* BE */
  struct web_line line;  /* LINE: all but its number and times */
};

/* `me` is NULL until the page said who it is. Everything lives in `arena` or in `rooms`. */
void web_in_read(const char *json, size_t bytes, const struct web_play_person *me, const struct web_rooms *rooms,
                 struct arena *arena, struct web_in *ret_in);

/* The event a line makes, or false when it makes none: room chatter, or something that is not there (any more). Its id is
 * "web/city/<journal>-<line number>". Texts live in `arena`, in the line, or in `rooms`. */
bool web_in_event(const struct web_line *line, const struct web_rooms *rooms, struct arena *arena, struct event *ret_event);

/* A slash command typed in a room that others see is shown to its writer alone. */
bool web_in_is_private(const struct web_line *line, const struct web_room *room);

#endif
