/* test_date_read.c: days as people write them: what is read, what the calendar does not have, what is no day. */
#include "bot/date_read.h"

#include <criterion/criterion.h>
#include <string.h>

static enum date_reading read_on(const char *today_iso, const char *text, char ret_iso[11]) {
  CLEANUP(arena_freep) struct arena *arena = arena_new(1 << 20);
  struct civil today, day = {0};
  cr_assert(civil_parse(today_iso, &today), "%s", today_iso);
  enum date_reading reading = date_read(arena, text, &today, &day);
  ret_iso[0] = '\0';
  if (reading == DATE_READ) civil_print(&day, ret_iso);
  else cr_assert_eq(day.year, 0, "\"%s\" touched the day", text);
  return reading;
}

#define MONDAY "2027-01-11"
#define WEDNESDAY "2027-01-13"
static const struct {
  const char *today, *text, *day;
} read[] = {
    /* as it is stored */
    {MONDAY, "2027-03-01", "2027-03-01"},
    {MONDAY, " 2027-3-1. ", "2027-03-01"},
    {MONDAY, "2027/03/01", "2027-03-01"},
    {MONDAY, "1999-12-31", "1999-12-31"}, /* the past is read: who asks says that it is over */
    /* the day comes first */
    {MONDAY, "1/3/2027", "2027-03-01"},
    {MONDAY, "01.03.27", "2027-03-01"},
    {MONDAY, "1-3-2027", "2027-03-01"},
    {MONDAY, "on 1/3/2027", "2027-03-01"},
    {MONDAY, "3/4", "2027-04-03"},
    {MONDAY, "11/1", "2027-01-11"}, /* today is the next 11 January */
    {MONDAY, "10/1", "2028-01-10"}, /* and yesterday's comes in a year */
    /* months by name */
    {MONDAY, "1 March", "2027-03-01"},
    {MONDAY, "1 March 2027", "2027-03-01"},
    {MONDAY, "1st of March, 2028", "2028-03-01"},
    {MONDAY, "the 22nd of MARCH", "2027-03-22"},
    {MONDAY, "March 3rd", "2027-03-03"},
    {MONDAY, "sept 4 27", "2027-09-04"},
    {MONDAY, "5 May", "2027-05-05"},
    {MONDAY, "10 January", "2028-01-10"},
    {"2027-12-31", "1 Jan", "2028-01-01"},
    {"2027-12-31", "31 dec", "2027-12-31"},
    /* leap days */
    {MONDAY, "29 February 2028", "2028-02-29"},
    {MONDAY, "29 February", "2028-02-29"},
    {"2028-03-01", "29/2", "2032-02-29"},
    {"2096-03-01", "29 Feb", "2104-02-29"}, /* 2100 has none */
    {"2028-02-28", "tomorrow", "2028-02-29"},
    /* near days */
    {MONDAY, "today", "2027-01-11"},
    {MONDAY, "Tomorrow!", "2027-01-12"},
    {MONDAY, "the day after tomorrow", "2027-01-13"},
    {"2027-12-31", "tomorrow", "2028-01-01"},
    /* days of the week: never today; "next" is the week that begins on the next Monday */
    {MONDAY, "Monday", "2027-01-18"},
    {MONDAY, "next Monday", "2027-01-18"},
    {MONDAY, "Fri", "2027-01-15"},
    {MONDAY, "next friday", "2027-01-22"},
    {MONDAY, "on Sunday", "2027-01-17"},
    {WEDNESDAY, "Monday", "2027-01-18"},
    {WEDNESDAY, "next monday", "2027-01-18"},
    {WEDNESDAY, "this Friday", "2027-01-15"},
    {WEDNESDAY, "next Friday", "2027-01-22"},
    {WEDNESDAY, "tuesday", "2027-01-19"},
    {"2027-01-17", "next Sunday", "2027-01-24"}, /* from a Sunday */
    {"2027-01-17", "monday", "2027-01-18"},
    {MONDAY, "Monday 1 March 2027", "2027-03-01"},
    {MONDAY, "Monday, 1/3/2027", "2027-03-01"},
    {MONDAY, "Mon 1 Mar", "2027-03-01"},
    /* so far from now */
    {MONDAY, "in two weeks", "2027-01-25"},
    {MONDAY, "In 2 weeks", "2027-01-25"},
    {MONDAY, "in a week", "2027-01-18"},
    {MONDAY, "a fortnight", "2027-01-25"},
    {MONDAY, "in 10 days", "2027-01-21"},
    {MONDAY, "in one month", "2027-02-11"},
    {"2027-01-31", "in a month", "2027-02-28"},
    {"2027-11-30", "in 3 months", "2028-02-29"},
    {"2028-02-29", "in a year", "2029-02-28"},
    {"2027-12-01", "in 1 month", "2028-01-01"},
};

Test(date_read, what_people_write_is_a_day) {
  for (size_t i = 0; i < ARRAY_LEN(read); i++) {
    char iso[11];
    enum date_reading reading = read_on(read[i].today, read[i].text, iso);
    cr_expect(reading == DATE_READ && strcmp(iso, read[i].day) == 0, "on %s \"%s\" is %s, read %d %s", read[i].today, read[i].text, read[i].day, reading, iso);
  }
}

static const char *const none[] = {"31 April", "31/4/2027", "2027-04-31", "30 February", "29 February 2027", "29/2/2100", "2027-13-01", "3/25/2027",
                                   "0/1/2027", "1/0", "32 May", "0000-01-01", "Tuesday 1 March 2027", "Sunday 2027-03-01"};

Test(date_read, a_day_the_calendar_does_not_have_is_told_apart) {
  for (size_t i = 0; i < ARRAY_LEN(none); i++) {
    char iso[11];
    cr_expect_eq(read_on(MONDAY, none[i], iso), DATE_NO_SUCH_DAY, "\"%s\" was read as %s", none[i], iso);
  }
}

static const char *const unread[] = {"", " ", "?", "soon", "1", "13", "2027", "March", "March 2027", "next week", "next", "this", "in", "in weeks", "in 1000 weeks",
                                     "in -1 days", "Monday or Tuesday", "1 march or 2 march", "1/2/3/4", "1//3/4/5", "12345-01-01", "1/3/123", "1/3/20270", "٣/٤",
                                     "Monday week", "end of March", "1 2 3 4 5 6 7 8 9", "1 March 2027 at ten", "1march", "-1/3", "1e3/1", "the of on by", "99999999999999999999/1"};

Test(date_read, what_is_no_day_is_not_guessed_at) {
  for (size_t i = 0; i < ARRAY_LEN(unread); i++) {
    char iso[11];
    cr_expect_eq(read_on(MONDAY, unread[i], iso), DATE_NOT_READ, "\"%s\" was read as %s", unread[i], iso);
  }
}

Test(date_read, every_day_is_read_as_it_is_stored) {
  struct civil day;
  cr_assert(civil_parse("2027-01-01", &day));
  for (int i = 0; i < 1500; i++, day = civil_plus_days(&day, 1)) { /* a leap year among them */
    char iso[11], again[11];
    civil_print(&day, iso);
    cr_assert(date_is_plain(iso));
    cr_assert_eq(read_on(MONDAY, iso, again), DATE_READ);
    cr_assert_str_eq(again, iso);
  }
}

/* Words of days thrown together: what is read is a day of the calendar, and said as it is stored it is the same one. */
Test(date_read, words_thrown_together_give_a_day_or_none) {
  static const char *const words[] = {"1", "31", "29", "0", "2027", "99", "9999", "march", "feb", "april", "monday", "sun", "next", "this", "in", "a", "twelve", "999",
                                      "days", "weeks", "months", "years", "fortnight", "of", "st", "1st", "/", "-", ".", ",", "é", "\xff", "1/3", "31-4-27", "2028-02-29"};
  uint64_t seed = 20271;
  size_t days = 0, read_ones = 0;
  for (int round = 0; round < 20000; round++) {
    char text[200] = "", iso[11], again[11];
    for (uint64_t left = 1 + (seed >> 40) % 5; left > 0; left--) {
      seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
      (void)strncat(text, words[(seed >> 33) % ARRAY_LEN(words)], 20);
      if ((seed >> 20) % 4 != 0) (void)strncat(text, " ", 2);
    }
    enum date_reading reading = read_on(MONDAY, text, iso);
    read_ones += reading != DATE_NOT_READ;
    if (reading != DATE_READ) continue;
    days++;
    cr_assert(date_is_plain(iso), "\"%s\" was read as %s", text, iso);
    cr_assert(read_on(MONDAY, iso, again) == DATE_READ && strcmp(iso, again) == 0, "\"%s\": %s, then %s", text, iso, again);
  }
  cr_assert(days > 200 && read_ones > days, "seed 20271: %zu days, %zu none", days, read_ones - days);
}

Test(date_read, only_a_stored_day_is_plain) {
  static const char *const others[] = {"2027-3-1", "2027-02-29", "tomorrow", "", "2027-03-01 ", "01-03-2027"};
  for (size_t i = 0; i < ARRAY_LEN(others); i++) cr_expect_not(date_is_plain(others[i]), "%s", others[i]);
}
