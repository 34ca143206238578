/* job_parts.h: what the jobs share; only bot/jobs/ includes it. */
#ifndef MENTORD_JOB_PARTS_H
#define MENTORD_JOB_PARTS_H

#include "bot/base/json.h"
#include "bot/jobs/jobs.h"

enum { TROUBLES_MAX = 50 };

void job_trouble(struct turn *turn, struct job *job, const char *text); /* kept with the job; the first TROUBLES_MAX of them */
void job_end(struct turn *turn, struct job *job, enum job_state state);

enum err apply_start(struct turn *turn, struct job *job, const cJSON *entry);
enum err import_start(struct turn *turn, struct job *job, const cJSON *entry);
enum err import_rows(struct turn *turn, struct job *job, const cJSON *rows);
void round_job_step(struct turn *turn, struct job *job, const cJSON *entry);
void round_job_set_aside(struct turn *turn, struct job *job); /* its manager is told that there will be no list */
enum err invite_start(struct turn *turn, struct job *job, const cJSON *entry);

#endif
