/* zone.h: civil dates in a time zone, through ICU; no global state, no TZ variable. */
#ifndef MENTORD_ZONE_H
#define MENTORD_ZONE_H

#include "bot/base/err.h"

struct civil {
  int year, month, day;   /* month and day from 1 */
  int hour, minute;
  int weekday;            /* 1 Monday … 7 Sunday; filled by all that return a civil, ignored by all that take one */
};

bool zone_known(const char *zone); /* an IANA name ICU knows; "Etc/Unknown" and "" are not */
/* Both expect a zone that is known. A time that daylight saving skips is moved forward by the gap; of one
 * that comes twice, the first is meant. */
struct civil zone_civil(const char *zone, int64_t ms);
int64_t zone_ms(const char *zone, const struct civil *civil);
/* "2027-01-11" <-> civil (hour and minute 0). False when it is no date of the calendar. */
bool civil_parse(const char *iso_date, struct civil *ret_civil);
void civil_print(const struct civil *civil, char ret_iso[11]);
struct civil civil_plus_days(const struct civil *civil, int days);

#endif
