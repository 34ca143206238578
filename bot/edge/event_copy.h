/* event_copy.h: an event that must wait is copied whole into an arena of its own. */
#ifndef MENTORD_EVENT_COPY_H
#define MENTORD_EVENT_COPY_H

#include "bot/base/arena.h"
#include "bot/message.h"

size_t event_bytes(const struct event *event); /* of all its texts: for the log, which must not say them */
struct event *event_copy(struct arena *arena, const struct event *event);

#endif
