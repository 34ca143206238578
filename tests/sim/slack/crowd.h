/* crowd.h: many people who write to the bot, each in their own DM: so many a second, or each when another was answered. */
#ifndef SIM_SLACK_CROWD_H
#define SIM_SLACK_CROWD_H

#include "tests/sim/slack/world.h"

struct sim;
struct crowd;

/* {"people":2000,"text":"help","rate":500,"seconds":5}: at this rate, whatever the answers do. {"people":…,"window":64,"count":9000}: so
 * many wait for an answer at any time. An empty wish only asks how it goes. A deed of people.h. */
const char *crowd_writes(struct sim *sim, const cJSON *wish, cJSON *answer);
void crowd_acknowledged(struct sim *sim, int64_t took_us);     /* an envelope of theirs was, so long after it was sent last */
void crowd_answered(struct sim *sim, struct channel *channel); /* the bot posted there */
struct crowd *crowd_free(struct sim *sim, struct crowd *crowd); /* takes NULL, returns NULL */

#endif
