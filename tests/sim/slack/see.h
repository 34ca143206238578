/* see.h: what one person sees on their screen, as words. */
#ifndef SIM_SLACK_SEE_H
#define SIM_SLACK_SEE_H

#include "tests/sim/slack/sim.h"

/* conversations with messages, the open view, home, notifications, slips; everything rendered for this person. */
void see_all(struct sim *sim, struct user *user, const char *only_channel, size_t messages_max, cJSON *into);

#endif
