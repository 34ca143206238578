/* fair.h: how cheap can the dearest pair be, with as many people matched as ever? */
#ifndef MENTORD_FAIR_H
#define MENTORD_FAIR_H

#include "bot/match/count.h"

/* `count` holds a largest matching; afterwards it holds one whose dearest pair is as cheap as can be, and job->limit is that
 * pair's cost (-1 when nobody is matched). The cover says why with cheaper pairs alone fewer are matched. ERR_GONE when cancelled. */
enum err fair_limit(struct assign_job *job, struct count *count, bool *ret_mentees, bool *ret_mentors) MUST_CHECK;

#endif
