/* test_zone.c: civil dates, the two nights a year that are odd, and names of zones. */
#include "bot/base/zone.h"

#include <criterion/criterion.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>

#define LONDON "Europe/London"

static void assert_civil(const char *zone, int64_t ms, struct civil wanted) {
  struct civil civil = zone_civil(zone, ms);
  cr_assert(civil.year == wanted.year && civil.month == wanted.month && civil.day == wanted.day &&
                civil.hour == wanted.hour && civil.minute == wanted.minute && civil.weekday == wanted.weekday,
            "%s %lld: %d-%d-%d %d:%d, weekday %d", zone, (long long)ms, civil.year, civil.month, civil.day, civil.hour,
            civil.minute, civil.weekday);
}

static int64_t ms_of(const char *zone, int year, int month, int day, int hour, int minute) {
  struct civil civil = {.year = year, .month = month, .day = day, .hour = hour, .minute = minute};
  return zone_ms(zone, &civil);
}

/* ---- names ---- */

Test(zone, iana_names_are_known) {
  static const char *const names[] = {"Europe/London", "UTC", "Etc/UTC", "GMT", "America/Argentina/Buenos_Aires",
                                      "Asia/Kolkata", "Asia/Calcutta", "Etc/GMT+5", "CET", "US/Eastern"};
  for (size_t i = 0; i < ARRAY_LEN(names); i++) cr_assert(zone_known(names[i]), "%s", names[i]);
}

Test(zone, other_names_are_not) {
  static const char *const names[] = {"", "Etc/Unknown", "Europe/Londn", "europe/london", "GMT+5", "GMT+05:00", "+01:00",
                                      "BST", "PST", "IST", " Europe/London", "Europe/London ", "Europe/Lond\xc3\xb6n",
                                      "../etc/passwd", "A-name-that-is-so-long-that-it-cannot-be-any-zone-at-all/X"};
  for (size_t i = 0; i < ARRAY_LEN(names); i++) cr_assert_not(zone_known(names[i]), "%s", names[i]);
  cr_assert_not(zone_known(NULL));
}

Test(zone, an_unknown_zone_is_our_bug, .signal = SIGABRT) {
  (void)zone_civil("Europe/Londn", 0);
}

/* ---- the two odd nights in London: 2027-03-28 01:00 becomes 02:00, 2027-10-31 02:00 becomes 01:00 ---- */

enum { HOUR_MS = 3600 * 1000 };
static const int64_t spring_ms = INT64_C(1806195600000); /* 2027-03-28T01:00Z */
static const int64_t autumn_ms = INT64_C(1824944400000); /* 2027-10-31T01:00Z */

Test(zone, clocks_go_forward_in_spring) {
  assert_civil("UTC", spring_ms, (struct civil){2027, 3, 28, 1, 0, 7});
  assert_civil(LONDON, spring_ms - 60000, (struct civil){2027, 3, 28, 0, 59, 7});
  assert_civil(LONDON, spring_ms, (struct civil){2027, 3, 28, 2, 0, 7});
}

Test(zone, a_skipped_time_moves_by_the_gap) {
  cr_assert_eq(ms_of(LONDON, 2027, 3, 28, 0, 59), spring_ms - 60000);
  cr_assert_eq(ms_of(LONDON, 2027, 3, 28, 1, 0), spring_ms);
  cr_assert_eq(ms_of(LONDON, 2027, 3, 28, 1, 30), spring_ms + 30 * 60000);
  assert_civil(LONDON, ms_of(LONDON, 2027, 3, 28, 1, 30), (struct civil){2027, 3, 28, 2, 30, 7});
  cr_assert_eq(ms_of(LONDON, 2027, 3, 28, 2, 0), spring_ms);
}

Test(zone, clocks_go_back_in_autumn) {
  assert_civil(LONDON, autumn_ms - HOUR_MS, (struct civil){2027, 10, 31, 1, 0, 7});
  assert_civil(LONDON, autumn_ms - 60000, (struct civil){2027, 10, 31, 1, 59, 7});
  assert_civil(LONDON, autumn_ms, (struct civil){2027, 10, 31, 1, 0, 7});
}

Test(zone, of_a_time_that_comes_twice_the_first_is_meant) {
  cr_assert_eq(ms_of(LONDON, 2027, 10, 31, 0, 59), autumn_ms - HOUR_MS - 60000);
  cr_assert_eq(ms_of(LONDON, 2027, 10, 31, 1, 30), autumn_ms - HOUR_MS / 2);
  cr_assert_eq(ms_of(LONDON, 2027, 10, 31, 2, 0), autumn_ms + HOUR_MS);
}

Test(zone, a_whole_day_that_was_skipped) {
  /* Samoa had no 2011-12-30. */
  assert_civil("Pacific/Apia", ms_of("Pacific/Apia", 2011, 12, 30, 12, 0), (struct civil){2011, 12, 31, 12, 0, 6});
}

Test(zone, half_hours_and_far_sides) {
  assert_civil("Asia/Kolkata", 0, (struct civil){1970, 1, 1, 5, 30, 4});
  assert_civil("Pacific/Kiritimati", INT64_C(1799625600000), (struct civil){2027, 1, 11, 14, 0, 1});
  assert_civil("Pacific/Pago_Pago", INT64_C(1799625600000), (struct civil){2027, 1, 10, 13, 0, 7});
}

Test(zone, before_1970_and_at_wild_numbers) {
  assert_civil("UTC", -1, (struct civil){1969, 12, 31, 23, 59, 3});
  assert_civil("UTC", ms_of("UTC", 1500, 3, 1, 0, 0), (struct civil){1500, 3, 1, 0, 0, 4});
  (void)zone_civil("UTC", INT64_MAX);
  (void)zone_civil("UTC", INT64_MIN);
}

Test(zone, every_hour_of_a_year_goes_there_and_back) {
  static const char *const zones[] = {LONDON, "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu"};
  for (size_t z = 0; z < ARRAY_LEN(zones); z++) {
    for (int64_t ms = spring_ms - 90 * 24 * (int64_t)HOUR_MS; ms < autumn_ms + 90 * 24 * (int64_t)HOUR_MS; ms += HOUR_MS) {
      struct civil civil = zone_civil(zones[z], ms);
      int64_t back = zone_ms(zones[z], &civil);
      cr_assert(back == ms || (back < ms && ms - back <= HOUR_MS), "%s %lld", zones[z], (long long)ms);
    }
  }
}

/* More zones than calendars are kept: the answer does not depend on who was asked before. */
Test(zone, many_zones_in_turn) {
  for (int round = 0; round < 3; round++) {
    for (int i = 1; i <= 24; i++) {
      int hours = (i - 1) % 12 + 1;
      char name[32];
      snprintf(name, sizeof name, i <= 12 ? "Etc/GMT+%d" : "Etc/GMT-%d", hours);
      cr_assert_eq(zone_civil(name, 12 * HOUR_MS).hour, (i <= 12 ? 12 - hours : 12 + hours) % 24);
      cr_assert_eq(zone_civil(i % 2 == 0 ? LONDON : "Asia/Tokyo", 0).hour, i % 2 == 0 ? 1 : 9);
    }
  }
}

static void *ask_much(void *zone) {
  intptr_t wrong = 0;
  for (int i = 0; i < 5000; i++) {
    struct civil civil = zone_civil(zone, spring_ms + (int64_t)i * HOUR_MS);
    wrong += zone_ms(zone, &civil) != spring_ms + (int64_t)i * HOUR_MS;
  }
  return (void *)wrong;
}

Test(zone, threads_may_ask_at_once) {
  static char tokyo[] = "Asia/Tokyo", utc[] = "UTC";
  pthread_t threads[4];
  for (size_t i = 0; i < ARRAY_LEN(threads); i++)
    cr_assert_eq(pthread_create(&threads[i], NULL, ask_much, i % 2 == 0 ? tokyo : utc), 0);
  for (size_t i = 0; i < ARRAY_LEN(threads); i++) {
    void *wrong = NULL;
    pthread_join(threads[i], &wrong);
    cr_assert_null(wrong);
  }
}

/* ---- dates ---- */

Test(zone, dates_are_parsed_and_printed) {
  struct civil civil;
  char iso[11];
  cr_assert(civil_parse("2027-01-11", &civil));
  cr_assert(civil.year == 2027 && civil.month == 1 && civil.day == 11 && civil.hour == 0 && civil.minute == 0);
  cr_assert_eq(civil.weekday, 1);
  civil_print(&civil, iso);
  cr_assert_str_eq(iso, "2027-01-11");
  cr_assert(civil_parse("2028-02-29", &civil));
  cr_assert(civil_parse("2000-02-29", &civil));
  cr_assert(civil_parse("0001-01-01", &civil));
  civil_print(&civil, iso);
  cr_assert_str_eq(iso, "0001-01-01");
}

Test(zone, what_is_no_date_is_refused) {
  static const char *const texts[] = {"",           "2027",       "2027-1-11",   "2027-01-11 ", " 2027-01-11", "2027/01/11",
                                      "2027-00-11", "2027-13-11", "2027-01-00",  "2027-01-32",  "2027-02-29",  "1900-02-29",
                                      "2027-04-31", "0000-01-01", "20x7-01-11",  "-027-01-11",  "2027-+1-11",  "2027-01-1"};
  struct civil civil = {.year = 77};
  for (size_t i = 0; i < ARRAY_LEN(texts); i++) cr_assert_not(civil_parse(texts[i], &civil), "%s", texts[i]);
  cr_assert_not(civil_parse(NULL, &civil));
  cr_assert_eq(civil.year, 77);
}

static void assert_plus(const char *from, int days, const char *wanted) {
  struct civil civil;
  char iso[11];
  cr_assert(civil_parse(from, &civil));
  civil = civil_plus_days(&civil, days);
  civil_print(&civil, iso);
  cr_assert_str_eq(iso, wanted);
}

Test(zone, days_are_added_through_months_and_leap_years) {
  assert_plus("2027-01-11", 0, "2027-01-11");
  assert_plus("2027-01-31", 1, "2027-02-01");
  assert_plus("2027-02-28", 1, "2027-03-01");
  assert_plus("2028-02-28", 1, "2028-02-29");
  assert_plus("2100-02-28", 1, "2100-03-01");
  assert_plus("2027-12-31", 1, "2028-01-01");
  assert_plus("2027-01-01", -1, "2026-12-31");
  assert_plus("2000-01-01", 146097, "2400-01-01");
  assert_plus("1970-01-01", -365, "1969-01-01");
  assert_plus("2027-03-28", 217, "2027-10-31");
}

Test(zone, added_days_keep_the_hour_and_know_the_weekday) {
  struct civil civil = {.year = 2027, .month = 3, .day = 27, .hour = 9, .minute = 30};
  struct civil later = civil_plus_days(&civil, 1);
  cr_assert(later.hour == 9 && later.minute == 30 && later.day == 28);
  cr_assert_eq(later.weekday, 7);
  cr_assert_eq(zone_ms(LONDON, &later) - zone_ms(LONDON, &civil), 23 * HOUR_MS);
}

Test(zone, arithmetic_and_icu_agree_over_two_thousand_years) {
  struct civil civil = {.year = 600, .month = 1, .day = 1};
  int64_t ms = zone_ms("UTC", &civil);
  for (int days = 0; days < 730000; days += 97) {
    struct civil ours = civil_plus_days(&civil, days), theirs = zone_civil("UTC", ms + (int64_t)days * 24 * HOUR_MS);
    cr_assert(ours.year == theirs.year && ours.month == theirs.month && ours.day == theirs.day && ours.weekday == theirs.weekday,
              "day %d: %d-%d-%d and %d-%d-%d", days, ours.year, ours.month, ours.day, theirs.year, theirs.month, theirs.day);
  }
}
