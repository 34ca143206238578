/* round_work.h: one large round, made by another thread: a snapshot goes in, sheets of matches come out. */
#ifndef MENTORD_ROUND_WORK_H
#define MENTORD_ROUND_WORK_H

#include "bot/base/err.h"
#include "state/model.h"

enum { ROUND_SHEET = 20 };

struct round_work;

/* For this job and this run of it; holds nothing of a scheme yet. */
struct round_work *round_work_new(const char *job, const char *run);
const char *round_work_job(const struct round_work *work);
const char *round_work_run(const struct round_work *work);
/* The copy is made here and now, and wiped as soon as the round is made. */
void round_work_begin(struct round_work *work, const struct model *model, const struct round *round);
bool round_work_has_begun(const struct round_work *work);
void round_work_run_it(void *work);                         /* on any thread: nothing but the snapshot is touched */
void round_work_cancel(struct round_work *work);            /* from any thread: it ends soon */
int round_work_percent(const struct round_work *work);      /* from any thread */

/* ---- behind round_work_run_it, on the thread that knows that it has ended ---- */
void round_work_end(struct round_work *work);
bool round_work_has_ended(const struct round_work *work);
enum err round_work_err(const struct round_work *work);
size_t round_work_matches(const struct round_work *work);
/* The piece from match `from` on, as the job takes it: {"do":"sheet",…}. Borrowed until the next call. */
const char *round_work_sheet(struct round_work *work, size_t from);
/* All that is left of it; not while it runs. Takes NULL, returns NULL. */
struct round_work *round_work_free(struct round_work *work);

#endif
