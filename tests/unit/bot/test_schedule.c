/* test_schedule.c: working days, holidays, the two Sundays on which clocks change, deadlines at 17:00, reminders at 10:00. */
#include "bot/schedule.h"

#include <criterion/criterion.h>

#include "bot/base/zone.h"

#define LONDON "Europe/London"

static const char *holidays[] = {"2027-03-26", "2027-03-29", "2027-01-13"};
static const struct scheme scheme = {.id = "scheme", .zone = LONDON, .holidays = {holidays, 3}};

static int64_t at(const char *zone, const char *date, int hour) {
  struct civil civil;
  cr_assert(civil_parse(date, &civil), "%s", date);
  civil.hour = hour;
  return zone_ms(zone, &civil);
}

static const struct {
  const char *from, *to;
  int days;
  bool working;
} afters[] = {
    {"2027-01-11", "2027-01-12", 1, true},  /* Monday */
    {"2027-01-11", "2027-01-14", 2, true},  /* Wednesday is a holiday */
    {"2027-01-11", "2027-01-11", 0, true},
    {"2027-01-15", "2027-01-18", 1, true},  /* over a weekend */
    {"2027-01-16", "2027-01-18", 0, true},  /* a start on a day off counts from the next working day */
    {"2027-01-16", "2027-01-20", 2, true},
    {"2027-01-17", "2027-01-20", 2, true},
    {"2027-01-13", "2027-01-15", 1, true},  /* a holiday as the start */
    {"2027-03-25", "2027-03-30", 1, true},  /* Easter: Friday and Monday off, and the clocks change between them */
    {"2027-01-11", "2027-01-14", 2, false}, /* lands on the holiday: moved on */
    {"2027-01-11", "2027-01-18", 5, false}, /* lands on a Saturday */
    {"2027-01-11", "2027-01-18", 7, false},
    {"2027-12-31", "2028-01-03", 1, false}, /* over the year's end */
    {"2028-02-28", "2028-02-29", 1, true},  /* a leap day */
};

Test(schedule, reminders_come_at_ten_on_a_working_day) {
  for (size_t i = 0; i < ARRAY_LEN(afters); i++) {
    int64_t due = schedule_after(&scheme, LONDON, at(LONDON, afters[i].from, 15), afters[i].days, afters[i].working);
    cr_assert_eq(due, at(LONDON, afters[i].to, 10), "row %zu: %s plus %d", i, afters[i].from, afters[i].days);
  }
}

Test(schedule, a_deadline_ends_at_seventeen) {
  cr_assert_eq(schedule_deadline(&scheme, LONDON, at(LONDON, "2027-01-11", 9), 5), at(LONDON, "2027-01-19", 17));
  cr_assert_eq(schedule_deadline(&scheme, LONDON, at(LONDON, "2027-02-01", 9), 5), at(LONDON, "2027-02-08", 17));
  cr_assert_eq(schedule_deadline(&scheme, LONDON, at(LONDON, "2027-02-06", 9), 1), at(LONDON, "2027-02-09", 17));
}

Test(schedule, clocks_that_change_move_no_hour) {
  int64_t before = schedule_deadline(&scheme, LONDON, at(LONDON, "2027-03-24", 9), 1);
  int64_t after = schedule_deadline(&scheme, LONDON, at(LONDON, "2027-03-24", 9), 2);
  cr_assert_eq(after - before, 5 * (int64_t)SCHEDULE_DAY_MS - 3600000, "spring: Thursday to Tuesday, an hour short");
  int64_t friday = schedule_after(&scheme, LONDON, at(LONDON, "2027-10-28", 12), 1, true);
  int64_t monday = schedule_after(&scheme, LONDON, at(LONDON, "2027-10-29", 12), 1, true);
  cr_assert_eq(monday - friday, 3 * (int64_t)SCHEDULE_DAY_MS + 3600000, "autumn: an hour more");
}

Test(schedule, the_day_is_that_of_the_persons_zone) {
  int64_t sunday_evening = at("Etc/UTC", "2027-01-17", 23);
  cr_assert_not(schedule_is_working_day(&scheme, LONDON, sunday_evening));
  cr_assert(schedule_is_working_day(&scheme, "Asia/Tokyo", sunday_evening));
  cr_assert_eq(schedule_after(&scheme, "Asia/Tokyo", sunday_evening, 1, true), at("Asia/Tokyo", "2027-01-19", 10));
  cr_assert_eq(schedule_deadline(&scheme, "Pacific/Auckland", sunday_evening, 1), at("Pacific/Auckland", "2027-01-19", 17));
}

Test(schedule, a_holiday_is_one_everywhere) {
  cr_assert_not(schedule_is_working_day(&scheme, LONDON, at(LONDON, "2027-01-13", 0)));
  cr_assert_not(schedule_is_working_day(&scheme, LONDON, at(LONDON, "2027-01-13", 23)));
  cr_assert(schedule_is_working_day(&scheme, LONDON, at(LONDON, "2027-01-14", 0)));
}

Test(schedule, whose_zone) {
  struct person known = {.zone = "Asia/Tokyo"}, unknown = {.zone = "Atlantis/Centre"}, none = {0};
  struct scheme bare = {.id = "scheme"};
  cr_assert_str_eq(schedule_zone(&scheme, &known), "Asia/Tokyo");
  cr_assert_str_eq(schedule_zone(&scheme, &unknown), LONDON);
  cr_assert_str_eq(schedule_zone(&scheme, &none), LONDON);
  cr_assert_str_eq(schedule_zone(&scheme, NULL), LONDON);
  cr_assert_str_eq(schedule_zone(&bare, &none), "Etc/UTC");
  struct scheme moved = {.id = "scheme", .zone = "Atlantis/Centre"};
  cr_assert_str_eq(schedule_zone(&moved, &none), "Etc/UTC", "applied where it was known");
}

/* Every hour of two years: on time, on a working day, later with more days, never in the past. */
Test(schedule, holds_for_every_start) {
  static const char *const zones[] = {LONDON, "America/St_Johns", "Pacific/Apia"};
  for (size_t z = 0; z < ARRAY_LEN(zones); z++) {
    int64_t start = at(zones[z], "2027-01-01", 0);
    for (int hour = 0; hour < 2 * 365 * 24; hour += 5) {
      int64_t from = start + hour * INT64_C(3600000), last = from;
      for (int days = 1; days <= 5; days++) {
        int64_t due = schedule_after(&scheme, zones[z], from, days, true);
        struct civil civil = zone_civil(zones[z], due);
        cr_assert_gt(due, last, "%s: hour %d, %d days", zones[z], hour, days);
        cr_assert(civil.hour == 10 && civil.minute == 0 && schedule_is_working_day(&scheme, zones[z], due));
        last = due;
      }
    }
  }
}

Test(schedule, a_year_of_holidays_ends_all_the_same) {
  char dates[400][11];
  const char *list[400];
  struct civil day = {.year = 2027, .month = 1, .day = 1};
  for (size_t i = 0; i < 400; i++) {
    civil_print(&day, dates[i]);
    list[i] = dates[i];
    day = civil_plus_days(&day, 1);
  }
  struct scheme closed = {.id = "scheme", .zone = LONDON, .holidays = {list, 400}};
  cr_assert_gt(schedule_after(&closed, LONDON, at(LONDON, "2027-01-04", 9), 3, true), at(LONDON, "2027-01-04", 9));
}

static int64_t half_past(const char *date, int hour) {
  return at(LONDON, date, hour) + 1800000;
}

Test(schedule, nobody_is_written_to_at_night_or_on_a_day_off) {
  int64_t good = half_past("2027-01-11", 17);
  cr_assert_eq(schedule_polite(&scheme, LONDON, good), good);
  cr_assert_eq(schedule_polite(&scheme, LONDON, at(LONDON, "2027-01-11", 9)), at(LONDON, "2027-01-11", 9));
  cr_assert_eq(schedule_polite(&scheme, LONDON, half_past("2027-01-11", 4)), at(LONDON, "2027-01-11", 10), "early");
  cr_assert_eq(schedule_polite(&scheme, LONDON, half_past("2027-01-11", 18)), at(LONDON, "2027-01-12", 10), "late");
  cr_assert_eq(schedule_polite(&scheme, LONDON, half_past("2027-01-12", 20)), at(LONDON, "2027-01-14", 10), "before a holiday");
  cr_assert_eq(schedule_polite(&scheme, LONDON, half_past("2027-01-16", 12)), at(LONDON, "2027-01-18", 10), "a Saturday");
  cr_assert_eq(schedule_polite(&scheme, LONDON, half_past("2027-01-15", 23)), at(LONDON, "2027-01-18", 10), "a Friday night");
}
