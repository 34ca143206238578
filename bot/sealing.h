/* sealing.h: a sealed answer that takes the place of an older one: the older text is dropped in the same commit. */
#ifndef MENTORD_SEALING_H
#define MENTORD_SEALING_H

#include "bot/turn.h"

/* Seals `plain` for `owner`, drops what `*reference` named before, and puts the new reference there. An empty text is
 * sealed too, so that nobody sees from outside which answer it was. */
void sealing_put(struct turn *turn, const char **reference, const char *owner, const char *field, const char *plain);
void sealing_drop(struct turn *turn, const char **reference); /* withdrawn: nothing stays */

#endif
