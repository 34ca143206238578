/* schedule.h: working days, working hours, and when a person may be written to unasked. */
#ifndef MENTORD_SCHEDULE_H
#define MENTORD_SCHEDULE_H

#include "bot/turn.h"

enum { SCHEDULE_HOUR = 10, SCHEDULE_DAY_MS = 86400000 };

/* 10:00 in `zone`, `days` after the day of `from_ms`; with `working`, days that are Monday to Friday and no holiday of the
 * scheme, and a start on a day off counts from the next working day. */
int64_t schedule_after(const struct scheme *scheme, const char *zone, int64_t from_ms, int days, bool working);
/* 17:00 of that day: the end of a deadline. */
int64_t schedule_deadline(const struct scheme *scheme, const char *zone, int64_t from_ms, int working_days);
bool schedule_is_working_day(const struct scheme *scheme, const char *zone, int64_t ms);
/* When something nobody waits for may be said: `ms` itself from 9:00 to 18:00 of a working day, else 10:00 of the next one. */
int64_t schedule_polite(const struct scheme *scheme, const char *zone, int64_t ms);
const char *schedule_zone(const struct scheme *scheme, const struct person *person); /* theirs, the scheme's, or UTC: one that is known here */

#endif
