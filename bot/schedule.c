/* schedule.c: working days of a scheme, counted in somebody's zone; deadlines end at 17:00, reminders come at 10:00. */
#include "bot/schedule.h"

#include "bot/base/zone.h"

enum { OPEN_HOUR = 9, DEADLINE_HOUR = 17, CLOSED_HOUR = 18, SATURDAY = 6, DAYS_OFF_MAX = 60 };

const char *schedule_zone(const struct scheme *scheme, const struct person *person) {
  if (person != NULL && zone_known(person->zone)) return person->zone;
  return zone_known(scheme->zone) ? scheme->zone : "Etc/UTC"; /* it was when it was applied, perhaps on another machine */
}

static bool is_working(const struct scheme *scheme, const char *zone, const struct civil *day) {
  struct civil noon = *day;
  noon.hour = 12;
  noon.minute = 0;
  struct civil full = zone_civil(zone, zone_ms(zone, &noon)); /* for its weekday */
  char iso[11];
  civil_print(&full, iso);
  return full.weekday < SATURDAY && !strs_has(scheme->holidays, iso);
}

bool schedule_is_working_day(const struct scheme *scheme, const char *zone, int64_t ms) {
  struct civil day = zone_civil(zone, ms);
  return is_working(scheme, zone, &day);
}

static struct civil next_working(const struct scheme *scheme, const char *zone, struct civil day) {
  for (int i = 0; i < DAYS_OFF_MAX && !is_working(scheme, zone, &day); i++) day = civil_plus_days(&day, 1);
  return day;
}

static struct civil plus_working(const struct scheme *scheme, const char *zone, struct civil day, int days) {
  day = next_working(scheme, zone, day);
  for (int i = 0; i < days; i++) {
    struct civil tomorrow = civil_plus_days(&day, 1);
    day = next_working(scheme, zone, tomorrow);
  }
  return day;
}

static int64_t at_hour(const char *zone, struct civil day, int hour) {
  day.hour = hour;
  day.minute = 0;
  return zone_ms(zone, &day);
}

int64_t schedule_after(const struct scheme *scheme, const char *zone, int64_t from_ms, int days, bool working) {
  struct civil day = zone_civil(zone, from_ms);
  day = working ? plus_working(scheme, zone, day, days) : next_working(scheme, zone, civil_plus_days(&day, days));
  return at_hour(zone, day, SCHEDULE_HOUR);
}

int64_t schedule_deadline(const struct scheme *scheme, const char *zone, int64_t from_ms, int working_days) {
  struct civil day = zone_civil(zone, from_ms);
  return at_hour(zone, plus_working(scheme, zone, day, working_days), DEADLINE_HOUR);
}

int64_t schedule_polite(const struct scheme *scheme, const char *zone, int64_t ms) {
  int hour = zone_civil(zone, ms).hour;
  bool works = schedule_is_working_day(scheme, zone, ms);
  if (works && hour >= OPEN_HOUR && hour < CLOSED_HOUR) return ms;
  return schedule_after(scheme, zone, ms, works && hour >= CLOSED_HOUR ? 1 : 0, true);
}
