/* job_parts.h: what the jobs share; only bot/jobs/ includes it. */
#ifndef MENTORD_JOB_PARTS_H
#define MENTORD_JOB_PARTS_H

#include "bot/base/json.h"
#include "bot/base/map.h"
#include "bot/jobs/jobs.h"

enum { TROUBLES_MAX = 50 };

/* Whether a message to many is for this person, and whether they may be written to. `zones` remembers what was asked of ICU in this turn:
 * thousands share a few zones, and it is slow. */
enum telling_look { TELLING_NOT_THEM, TELLING_HEARD_ENOUGH, TELLING_OUTSIDE_HOURS, TELLING_NOW };
enum telling_look telling_look(struct turn *turn, const struct announcement *announcement, const struct person *person, struct map *zones,
                               int64_t *ret_polite_ms); /* set for the last two */

void job_trouble(struct turn *turn, struct job *job, const char *text); /* kept with the job; the first TROUBLES_MAX of them */
void job_end(struct turn *turn, struct job *job, enum job_state state);

enum err apply_start(struct turn *turn, struct job *job, const cJSON *entry);
enum err import_start(struct turn *turn, struct job *job, const cJSON *entry);
enum err import_rows(struct turn *turn, struct job *job, const cJSON *rows);
void round_job_step(struct turn *turn, struct job *job, const cJSON *entry);
void round_job_set_aside(struct turn *turn, struct job *job); /* its manager is told that there will be no list */
enum err invite_start(struct turn *turn, struct job *job, const cJSON *entry);

#endif
