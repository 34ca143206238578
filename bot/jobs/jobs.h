/* jobs.h: what tools ask for through the control list, and long work as a record with a cursor. */
#ifndef MENTORD_JOBS_H
#define MENTORD_JOBS_H

#include "bot/turn.h"

enum { JOB_ROWS_MAX = 200 };

/* A control entry: event->payload is {"id","kind":"apply"|"import"|"invite",…} with what the tool put there. */
enum err job_control(struct turn *turn) MUST_CHECK;
/* The next rows of a job: event->record is its id, event->payload {"from":n,"rows":[…],"last":bool}. */
enum err job_step(struct turn *turn) MUST_CHECK;
void job_set_aside(struct turn *turn); /* the entry or the rows of this event cannot be handled: its job has failed */

/* ---- invite.c ---- */
/* A first manager's code, typed in a direct message. True when the text was one (right or too late) and was answered. */
bool invite_try(struct turn *turn, const char *text);

/* ---- questions.c ---- */
/* The question set a scheme gets when it says `questions: default`; the arena's. */
struct question *questions_default(struct arena *arena, size_t *ret_count);

/* ---- round.c: work on a round that is too large for a turn ---- */
/* The work of this kind begins; the edge sees the job and feeds its pieces. */
struct job *round_job_start(struct turn *turn, const struct round *round, enum job_kind kind);
/* The same for making the matches; nothing when it runs already. */
void round_job_make(struct turn *turn, struct round *round, size_t mentees, size_t mentors);
struct job *round_job_running(struct turn *turn, const char *round); /* NULL: none is */
void round_job_stop(struct turn *turn, const char *round);
void round_drop_sheets(struct turn *turn, struct round *round); /* it is made anew */
void round_let_go(struct turn *turn, struct round *round);      /* it will never be released: no sheet of it stays */
/* Nobody can release what stands on it: its round is gone, or was given up by a release that left its sheets. */
bool round_sheet_is_left(const struct round *round);
enum { ROUND_SWEEP_SHEETS = 200 }; /* a turn */
void round_sweep_sheets(struct turn *turn);

/* ---- telling.c, telling_time.c: a message to many: an announcement with an audience ---- */
enum { TELLING_ROWS_MAX = 100 }; /* written in a turn */
size_t telling_count(struct turn *turn, const struct announcement *announcement); /* for how many it is */
enum { TELLING_PARAMS = 3 };
void telling_letter(struct turn *turn, const struct announcement *announcement, struct param ret_params[TELLING_PARAMS]); /* of W("tell.letter") */
struct out *telling_show(struct turn *turn, const struct announcement *announcement); /* how far it is, to whoever asks */
/* A line about how long it takes, or takes from now on, where that is known and more than a minute. */
void telling_say_time(struct turn *turn, struct out *out, const struct announcement *announcement);
void telling_stop(struct turn *turn, struct announcement *announcement); /* its sender hears how far it came */
/* Its time came: so many more are written to; with event->crowded, only later. */
void telling_due(struct turn *turn, const char *id);
bool telling_failed(struct turn *turn, const struct out *row); /* this row was a letter, and did not arrive: it is counted */

#endif
