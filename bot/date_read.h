/* date_read.h: a day as people write it: 2027-03-01, 1/3, 1 March, tomorrow, next Monday, in two weeks. Pure; English. */
#ifndef MENTORD_DATE_READ_H
#define MENTORD_DATE_READ_H

#include "bot/base/arena.h"
#include "bot/base/zone.h"

enum date_reading {
  DATE_READ,
  DATE_NO_SUCH_DAY, /* it is meant as a day, and the calendar has none: 31 April, Monday 2 March when that is a Tuesday */
  DATE_NOT_READ
};

/* `today` is the day where the person is. A day without a year is the next such day, today included; so is a day of the week,
 * but never today; "next Friday" is the one of next week, and weeks begin on Monday. In 1/3/2027 the day comes first. Only
 * DATE_READ sets the day; it may lie in the past. */
enum date_reading date_read(struct arena *arena, const char *text, const struct civil *today, struct civil *ret_day);
/* "2027-03-01" as it stands: nothing was there to be understood. */
bool date_is_plain(const char *text);

#endif
