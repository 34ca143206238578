/* snapshot.h: what one round needs of a scheme, copied: another thread may read it while turns go on. */
#ifndef MENTORD_MATCH_SNAPSHOT_H
#define MENTORD_MATCH_SNAPSHOT_H

#include "state/model.h"

/* The round with its programme, organisations and question sets; the programme's accepted people and managers; their pairs; and of
 * the sealed facts those of these people and of everybody above them, in locked memory that model_free wipes. The caller owns it. */
struct model *snapshot_take(const struct model *model, const struct round *round);

/* What somebody was like for matching, as a short text: two that are equal had the same answers, state, place and sealed references. */
enum { SNAPSHOT_MARK_BYTES = 33 };
void snapshot_mark(const struct person *person, const struct enrolment *enrolment, char ret_mark[SNAPSHOT_MARK_BYTES]);

#endif
