/* zone.c: civil dates and instants, with ICU's calendars behind; the date arithmetic itself needs no ICU. */
#include "bot/base/zone.h"

#include <ctype.h>
#include <pthread.h>
#include <string.h>
#include <unicode/ucal.h>
#include <unicode/ustring.h>

enum { NAME_BYTES = 48, CALENDARS_MAX = 32 };

/* ---- names ---- */

/* ICU's old three-letter names are no IANA names and mean what nobody expects: its BST is Bangladesh. These are IANA's. */
static bool short_name_known(const char *zone) {
  static const char *const names[] = {"CET", "EET", "EST", "GMT", "HST", "MET", "MST", "PRC", "ROC", "ROK", "UCT", "UTC", "WET"};
  for (size_t i = 0; i < ARRAY_LEN(names); i++)
    if (strcmp(names[i], zone) == 0) return true;
  return false;
}

static bool name_readable(const char *zone) {
  size_t length = strnlen(zone, NAME_BYTES);
  if (length == 0 || length == NAME_BYTES) return false;
  for (size_t i = 0; i < length; i++)
    if (!isalnum((unsigned char)zone[i]) && strchr("/_+-", zone[i]) == NULL) return false;
  return length != 3 || short_name_known(zone);
}

bool zone_known(const char *zone) {
  if (zone == NULL || !name_readable(zone) || strcmp(zone, UCAL_UNKNOWN_ZONE_ID) == 0) return false;
  UChar name[NAME_BYTES], canonical[NAME_BYTES * 2];
  u_charsToUChars(zone, name, (int32_t)strlen(zone) + 1);
  UErrorCode status = U_ZERO_ERROR;
  UBool system = false; /* false for made-up names such as GMT+5 */
  ucal_getCanonicalTimeZoneID(name, -1, canonical, ARRAY_LEN(canonical), &system, &status);
  return U_SUCCESS(status) && system;
}

/* ---- calendars: opening one costs far more than using it ---- */

struct slot {
  char zone[NAME_BYTES];
  UCalendar *calendar; /* owned */
};

static struct slot slots[CALENDARS_MAX];
static size_t next_slot;
static pthread_mutex_t slots_lock = PTHREAD_MUTEX_INITIALIZER; /* matching works on a thread of its own */

static UCalendar *calendar_open(const char *zone) {
  assert(zone_known(zone));
  UChar name[NAME_BYTES];
  u_charsToUChars(zone, name, (int32_t)strlen(zone) + 1);
  UErrorCode status = U_ZERO_ERROR;
  UCalendar *calendar = ucal_open(name, -1, "en_US_POSIX", UCAL_GREGORIAN, &status);
  assert(U_SUCCESS(status));
  ucal_setGregorianChange(calendar, -8.64e15, &status); /* Gregorian for good, as civil_plus_days counts */
  ucal_setAttribute(calendar, UCAL_SKIPPED_WALL_TIME, UCAL_WALLTIME_LAST); /* ICU's word for "forward by the gap" */
  ucal_setAttribute(calendar, UCAL_REPEATED_WALL_TIME, UCAL_WALLTIME_FIRST);
  assert(U_SUCCESS(status));
  return calendar;
}

/* Call with slots_lock held, and keep it as long as the calendar is used. */
static UCalendar *calendar_of(const char *zone) {
  for (size_t i = 0; i < ARRAY_LEN(slots); i++)
    if (slots[i].calendar != NULL && strcmp(slots[i].zone, zone) == 0) return slots[i].calendar;
  UCalendar *calendar = calendar_open(zone);
  struct slot *slot = &slots[next_slot++ % ARRAY_LEN(slots)];
  if (slot->calendar != NULL) ucal_close(slot->calendar);
  memcpy(slot->zone, zone, strlen(zone) + 1);
  slot->calendar = calendar;
  return calendar;
}

static int field(const UCalendar *calendar, UCalendarDateFields which) {
  UErrorCode status = U_ZERO_ERROR;
  int value = ucal_get(calendar, which, &status);
  assert(U_SUCCESS(status));
  return value;
}

struct civil zone_civil(const char *zone, int64_t ms) {
  pthread_mutex_lock(&slots_lock);
  UCalendar *calendar = calendar_of(zone);
  UErrorCode status = U_ZERO_ERROR;
  ucal_setMillis(calendar, (UDate)ms, &status);
  assert(U_SUCCESS(status));
  struct civil civil = {
      .year = field(calendar, UCAL_EXTENDED_YEAR),
      .month = field(calendar, UCAL_MONTH) + 1,
      .day = field(calendar, UCAL_DATE),
      .hour = field(calendar, UCAL_HOUR_OF_DAY),
      .minute = field(calendar, UCAL_MINUTE),
      .weekday = (field(calendar, UCAL_DAY_OF_WEEK) + 5) % 7 + 1, /* ICU: 1 is Sunday */
  };
  pthread_mutex_unlock(&slots_lock);
  return civil;
}

int64_t zone_ms(const char *zone, const struct civil *civil) {
  pthread_mutex_lock(&slots_lock);
  UCalendar *calendar = calendar_of(zone);
  UErrorCode status = U_ZERO_ERROR;
  ucal_clear(calendar);
  ucal_setDateTime(calendar, civil->year, civil->month - 1, civil->day, civil->hour, civil->minute, 0, &status);
  UDate ms = ucal_getMillis(calendar, &status);
  assert(U_SUCCESS(status));
  pthread_mutex_unlock(&slots_lock);
  return (int64_t)ms;
}

/* ---- dates without a zone ---- */

static int days_of_month(int year, int month) {
  static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
  return days[month - 1] + (month == 2 && leap ? 1 : 0);
}

enum { ERA_YEARS = 400, ERA_DAYS = 146097, DAYS_TO_1970 = 719468 };

/* Days since 1970-01-01. Years begin in March here, so that the leap day is the last of its year. */
static int64_t days_of_civil(const struct civil *civil) {
  int64_t year = (int64_t)civil->year - (civil->month <= 2);
  int64_t era = (year >= 0 ? year : year - (ERA_YEARS - 1)) / ERA_YEARS, year_of_era = year - era * ERA_YEARS;
  int64_t month = civil->month > 2 ? civil->month - 3 : civil->month + 9;
  int64_t day_of_year = (153 * month + 2) / 5 + civil->day - 1;
  int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
  return era * ERA_DAYS + day_of_era - DAYS_TO_1970;
}

static struct civil civil_of_days(int64_t days) {
  days += DAYS_TO_1970;
  int64_t era = (days >= 0 ? days : days - (ERA_DAYS - 1)) / ERA_DAYS, day_of_era = days - era * ERA_DAYS;
  int64_t year = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
  int64_t day_of_year = day_of_era - (365 * year + year / 4 - year / 100);
  int64_t month = (5 * day_of_year + 2) / 153;
  struct civil civil = {.day = (int)(day_of_year - (153 * month + 2) / 5 + 1)};
  civil.month = (int)(month < 10 ? month + 3 : month - 9);
  civil.year = (int)(year + era * ERA_YEARS + (civil.month <= 2));
  int64_t weekday = (days - DAYS_TO_1970 + 3) % 7; /* 1970-01-01 was a Thursday */
  civil.weekday = (int)(weekday < 0 ? weekday + 7 : weekday) + 1;
  return civil;
}

static bool digits(const char *text, size_t count, int *ret_value) {
  int value = 0;
  for (size_t i = 0; i < count; i++) {
    if (!isdigit((unsigned char)text[i])) return false;
    value = value * 10 + (text[i] - '0');
  }
  *ret_value = value;
  return true;
}

bool civil_parse(const char *iso_date, struct civil *ret_civil) {
  struct civil civil = {0};
  if (iso_date == NULL || strnlen(iso_date, 11) != 10 || iso_date[4] != '-' || iso_date[7] != '-') return false;
  if (!digits(iso_date, 4, &civil.year) || !digits(iso_date + 5, 2, &civil.month)) return false;
  if (!digits(iso_date + 8, 2, &civil.day)) return false;
  if (civil.year < 1 || civil.month < 1 || civil.month > 12) return false;
  if (civil.day < 1 || civil.day > days_of_month(civil.year, civil.month)) return false;
  *ret_civil = civil_of_days(days_of_civil(&civil)); /* for the weekday */
  return true;
}

static void put_digits(char *text, size_t count, int value) {
  for (size_t i = count; i-- > 0; value /= 10) text[i] = (char)('0' + value % 10);
}

void civil_print(const struct civil *civil, char ret_iso[11]) {
  assert(civil->year >= 0 && civil->year <= 9999 && civil->month >= 1 && civil->month <= 12 && civil->day >= 1);
  memcpy(ret_iso, "0000-00-00", 11);
  put_digits(ret_iso, 4, civil->year);
  put_digits(ret_iso + 5, 2, civil->month);
  put_digits(ret_iso + 8, 2, civil->day);
}

struct civil civil_plus_days(const struct civil *civil, int days) {
  struct civil later = civil_of_days(days_of_civil(civil) + days);
  later.hour = civil->hour;
  later.minute = civil->minute;
  return later;
}
