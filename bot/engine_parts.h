/* engine_parts.h: what engine.c and engine_hear.c share; nobody else includes it. */
#ifndef MENTORD_ENGINE_PARTS_H
#define MENTORD_ENGINE_PARTS_H

#include "bot/engine.h"

/* Finds flow and step of a talk; false when this release knows one of them no more. */
bool engine_talking(struct turn *turn, struct talk *talk, struct talking *ret_talking);
bool engine_flag(struct talking *talking, enum step_flag flag);
void engine_put_question(struct talking *talking); /* asks the step we stand at, with a new nonce */
void engine_go_on(struct talking *talking);        /* to the step's next */
bool engine_has_back(const struct talk *talk);     /* a step lies behind this one */
bool engine_go_back(struct talking *talking);      /* one step along the trail, not asked yet; false at the beginning */
struct out *engine_newest_row(struct turn *turn);  /* the row that a step's ask just added */

#endif
