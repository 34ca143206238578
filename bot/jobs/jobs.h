/* jobs.h: what tools ask for through the control list, and long work as a record with a cursor. */
#ifndef MENTORD_JOBS_H
#define MENTORD_JOBS_H

#include "bot/turn.h"

enum { JOB_ROWS_MAX = 200 };

/* A control entry: event->payload is {"id","kind":"apply"|"import"|"invite",…} with what the tool put there. */
enum err job_control(struct turn *turn) MUST_CHECK;
/* The next rows of a job: event->record is its id, event->payload {"from":n,"rows":[…],"last":bool}. */
void job_set_aside(struct turn *turn); /* the entry or the rows of this event cannot be handled: its job has failed */
enum err job_step(struct turn *turn) MUST_CHECK;
/* A first manager's code, typed in a direct message. True when the text was one (right or too late) and was answered. */
bool invite_try(struct turn *turn, const char *text);
/* The question set a scheme gets when it says `questions: default`. */
struct question *questions_default(struct arena *arena, size_t *ret_count);

#endif
