/* again.h: what each person said last, where a platform may bring one thing twice under two ids. In memory, never stored: even a
 * hash of sealed words could be guessed. */
#ifndef MENTORD_AGAIN_H
#define MENTORD_AGAIN_H

#include "bot/message.h"

struct again;

struct again *again_new(void);
/* True: this person's last words, less than a minute before by the platform's clock, were the same, under another id. */
bool again_is(struct again *again, const struct event *event);
struct again *again_free(struct again *again);

#endif
