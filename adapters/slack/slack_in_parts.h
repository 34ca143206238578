/* slack_in_parts.h: what the files behind slack_in.h share; nobody else includes it. */
#ifndef MENTORD_SLACK_IN_PARTS_H
#define MENTORD_SLACK_IN_PARTS_H

#include "adapters/slack/slack_in.h"

struct slack_reading {
  const cJSON *payload;          /* borrowed from the frame's tree until slack_in_read returns */
  const struct slack_self *self; /* borrowed from the caller */
  struct arena *arena;           /* borrowed from the caller */
  int64_t now_ms;
  struct slack_in *in;
};

/* Each fills in->event and the rest of *in. NULL: there is an event; else one line why there is none. */
const char *slack_in_event(struct slack_reading *r);    /* slack_in_events.c: payload of events_api */
const char *slack_in_command(struct slack_reading *r);  /* slack_in_acts.c: slash_commands */
const char *slack_in_act(struct slack_reading *r);      /* slack_in_acts.c: interactive */

/* ---- slack_in.c ---- */
const char *slack_in_text(const struct slack_reading *r, const cJSON *object, const char *path); /* a copy; NULL when absent or "" */
int64_t slack_in_ms(const char *ts, int64_t otherwise);     /* "1772445600.000123" */
bool slack_in_is(const char *said, const char *own);        /* both there and equal */
void slack_in_person(struct slack_reading *r, const char *user);
void slack_in_room(struct slack_reading *r, const char *id, enum room_kind kind, const char *name);
const char *slack_in_words(const struct slack_reading *r, const char *text); /* bounded for a line of the link */

#endif
