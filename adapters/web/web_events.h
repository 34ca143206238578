/* web_events.h: events the bot has not acknowledged, in order per workspace, and how far they went over the link. */
#ifndef MENTORD_WEB_EVENTS_H
#define MENTORD_WEB_EVENTS_H

#include "adapters/web/web_play.h"

struct web_events;

struct web_events *web_events_new(const struct web_play *play);
/* `number` is that of the journal line; the event's texts must outlive it here. */
void web_events_add(struct web_events *events, int64_t number, const struct event *event);
/* The next one to send, or NULL; borrowed until it is acked. web_events_sent moves on. */
const struct event *web_events_next(const struct web_events *events, size_t workspace);
void web_events_sent(struct web_events *events, size_t workspace);
void web_events_rewind(struct web_events *events, size_t workspace); /* a new link: send again what was never acked */
/* Acknowledged by event id, or by line number. The line's number and the event's demo change (NULL: none) come back;
 * false when it is not waiting. */
bool web_events_ack(struct web_events *events, const char *id, int64_t *ret_number, const char **ret_change, const char **ret_person);
bool web_events_ack_number(struct web_events *events, int64_t number);
bool web_events_waits_for(const struct web_events *events, const char *person); /* something of theirs is not acked */
bool web_events_has_reset(const struct web_events *events);
size_t web_events_count(const struct web_events *events);
void web_events_clear(struct web_events *events);
struct web_events *web_events_free(struct web_events *events);
void web_events_freep(struct web_events **events); /* for CLEANUP */

#endif
