/* web_out.h: what an action of the bot does to the platform. Pure: decides, changes nothing. */
#ifndef MENTORD_WEB_OUT_H
#define MENTORD_WEB_OUT_H

#include "adapters/web/web_rooms.h"

enum web_change_kind {
  WEB_CHANGE_NOTHING, /* result and why say it all */
  WEB_CHANGE_POST, /* with the action's file, if it has one */
  WEB_CHANGE_EDIT, WEB_CHANGE_DELETE, WEB_CHANGE_OPEN, WEB_CHANGE_INVITE, WEB_CHANGE_LEAVE
};

struct web_change {
  enum web_change_kind kind;
  enum action_result result;
  const char *why;                    /* RESULT_FAILED; a word, no sentence */
  struct web_room *room;              /* POST, INVITE, LEAVE */
  struct web_message *message;        /* EDIT, DELETE */
  const struct web_play_person *only; /* POST: shown to this person alone; NULL: to all in the room */
  const char *workspace;              /* OPEN */
  uint64_t members;                   /* OPEN, INVITE */
  bool closed;                        /* EDIT: nothing is left to answer */
};

/* `at_ms` is the system's time when the action came: an action whose `until` has passed is "too_late". */
struct web_change web_out_change(const struct web_rooms *rooms, const struct action *action, int64_t at_ms);

#endif
