/* slack_lately.h: what happened in a workspace a moment ago: who did something and where, which direct messages are ours, which
 * actions were put off. Bounded tables of hashes: what is forgotten costs time, nothing else. Pure: time comes in. */
#ifndef MENTORD_SLACK_LATELY_H
#define MENTORD_SLACK_LATELY_H

#include "bot/base/base.h"

enum { SLACK_LATELY_MS = 120000, SLACK_RECENT_MAX = 8, SLACK_RECENT_BYTES = 64, SLACK_TS_BYTES = 32 };

struct slack_lately;

struct slack_lately *slack_lately_new(void);

/* Somebody, or somebody in this room, did something: for two minutes they wait for what comes of it. Takes NULL. */
void slack_lately_note(struct slack_lately *lately, const char *id, int64_t now_ms);
bool slack_lately_waits(const struct slack_lately *lately, const char *id, int64_t now_ms); /* takes NULL */

/* The same, with the thread that they wrote in; NULL: outside of any. */
void slack_lately_note_in(struct slack_lately *lately, const char *person, const char *thread_ts, int64_t now_ms);
void slack_lately_leave_thread(struct slack_lately *lately, const char *person); /* takes NULL */
/* NULL: none. Borrowed until the next note. Takes NULL. */
const char *slack_lately_thread(const struct slack_lately *lately, const char *person, int64_t now_ms);

/* The last persons who did something, each once; `i` below SLACK_RECENT_MAX. NULL: nobody. Borrowed until the next one. */
void slack_lately_note_recent(struct slack_lately *lately, const char *person); /* takes NULL */
const char *slack_lately_recent(const struct slack_lately *lately, size_t i);

/* Actions that were put off before anything of them left: this process knows that it did not do them. */
void slack_lately_put_off(struct slack_lately *lately, const char *action);
bool slack_lately_take_put_off(struct slack_lately *lately, const char *action); /* true: it was, and is no longer */

/* Direct messages that are with us; one may take another's place. */
void slack_lately_note_dm(struct slack_lately *lately, const char *channel); /* takes NULL */
bool slack_lately_is_dm(const struct slack_lately *lately, const char *channel); /* takes NULL */

struct slack_lately *slack_lately_free(struct slack_lately *lately); /* takes NULL, returns NULL */

#endif
