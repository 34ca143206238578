/* date_read.c: splits what was written into words and numbers, and tries the ways to name a day one after the other. */
#include "bot/date_read.h"

#include <stdlib.h>
#include <string.h>

#include "bot/base/text.h"

enum { TOKENS_MAX = 8, NUMBER_DIGITS_MAX = 4, WEEK_DAYS = 7, YEAR_MAX = 9999, YEARS_AHEAD = 8 /* 29 February comes in them */, COUNT_MAX = 999 };

/* ---- words; each row is one meaning, its words joined by '|' ---- */
static const char *const months[] = {"january|jan",   "february|feb", "march|mar",          "april|apr",   "may",          "june|jun",
                                     "july|jul",      "august|aug",   "september|sept|sep", "october|oct", "november|nov", "december|dec"};
static const char *const weekdays[] = {"monday|mon",       "tuesday|tues|tue", "wednesday|wed", "thursday|thurs|thur|thu",
                                       "friday|fri",       "saturday|sat",     "sunday|sun"};
static const char *const counts[] = {"a|an|one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"};
static const char *const fillers = "on|the|of|by";

/* The row that holds the word, from 1; 0: none. */
static int row_of(const char *const *rows, size_t count, const char *word) {
  for (size_t i = 0; i < count; i++) {
    if (text_listed(rows[i], '|', word)) return (int)i + 1;
  }
  return 0;
}

static int month_of(const char *word) {
  return row_of(months, ARRAY_LEN(months), word);
}

static int weekday_of(const char *word) {
  return row_of(weekdays, ARRAY_LEN(weekdays), word);
}

/* Of one to four digits; -1: it is none. */
static int number_of(const char *word) {
  size_t digits = strspn(word, "0123456789");
  return digits == 0 || digits > NUMBER_DIGITS_MAX || word[digits] != '\0' ? -1 : (int)strtol(word, NULL, 10);
}

/* "1", "1st": a number that may be a day. */
static int day_of(struct arena *arena, const char *word) {
  size_t digits = strspn(word, "0123456789");
  if (digits == 0 || digits > 2 || (word[digits] != '\0' && !text_listed("st|nd|rd|th", '|', word + digits))) return -1;
  return number_of(arena_text_n(arena, word, digits));
}

/* "2027", and "27" as people write it on forms. */
static int year_of(const char *word) {
  int year = number_of(word);
  if (year < 0 || (strlen(word) != 2 && strlen(word) != NUMBER_DIGITS_MAX)) return -1;
  return strlen(word) == 2 ? 2000 + year : year;
}

/* ---- days ---- */
static bool make_day(int year, int month, int day, struct civil *ret_day) {
  const struct civil asked = {.year = year, .month = month, .day = day};
  char iso[11];
  if (year < 1 || year > YEAR_MAX || month < 1 || month > 12 || day < 1 || day > 31) return false;
  civil_print(&asked, iso);
  return civil_parse(iso, ret_day);
}

static bool is_before(const struct civil *one, const struct civil *other) {
  if (one->year != other->year) return one->year < other->year;
  return one->month != other->month ? one->month < other->month : one->day < other->day;
}

/* `year` NULL: the next such day. */
static enum date_reading on_day(const struct civil *today, const int *year, int month, int day, struct civil *ret_day) {
  struct civil found;
  if (year != NULL) {
    if (!make_day(*year, month, day, &found)) return DATE_NO_SUCH_DAY;
    *ret_day = found;
    return DATE_READ;
  }
  for (int ahead = 0; ahead <= YEARS_AHEAD; ahead++) {
    if (!make_day(today->year + ahead, month, day, &found) || is_before(&found, today)) continue;
    *ret_day = found;
    return DATE_READ;
  }
  return DATE_NO_SUCH_DAY;
}

static enum date_reading days_on(const struct civil *today, int days, struct civil *ret_day) {
  *ret_day = civil_plus_days(today, days);
  return DATE_READ;
}

/* A month on from the 31st is the last day of a shorter one. */
static enum date_reading months_on(const struct civil *today, int count, struct civil *ret_day) {
  int month = today->year * 12 + today->month - 1 + count;
  for (int day = today->day; day > 0; day--) {
    if (make_day(month / 12, month % 12 + 1, day, ret_day)) return DATE_READ;
  }
  return DATE_NO_SUCH_DAY;
}

/* ---- numbers with a separator: 2027-03-01, 1/3/2027, 1.3. ---- */
static enum date_reading read_numbers(struct arena *arena, const char *text, const struct civil *today, struct civil *ret_day) {
  char separator = text[strspn(text, "0123456789")];
  char **parts;
  if (separator == '\0' || strchr("-/.", separator) == NULL || strlen(text) > 12) return DATE_NOT_READ;
  size_t count = text_split(arena, text, separator, &parts);
  if (count < 2 || count > 3) return DATE_NOT_READ;
  for (size_t i = 0; i < count; i++)
    if (number_of(parts[i]) < 0) return DATE_NOT_READ;
  size_t year_at = count == 3 && strlen(parts[0]) == NUMBER_DIGITS_MAX ? 0 : 2, day_at = 2 - year_at;
  int year = count == 3 ? year_of(parts[year_at]) : 0;
  if (year < 0) return DATE_NOT_READ;
  return on_day(today, count == 3 ? &year : NULL, number_of(parts[1]), number_of(parts[day_at]), ret_day);
}

/* ---- words ---- */
struct tokens {
  char *items[TOKENS_MAX];
  size_t count;
};

/* False: so many words are no day. */
static bool split(struct arena *arena, const char *text, struct tokens *ret_tokens) {
  char *copy = arena_text(arena, text);
  char **parts;
  for (char *at = copy; *at != '\0'; at++)
    if (*at == ',') *at = ' ';
  size_t count = text_split(arena, copy, ' ', &parts);
  *ret_tokens = (struct tokens){0};
  for (size_t i = 0; i < count; i++) {
    if (text_listed(fillers, '|', parts[i])) continue;
    if (ret_tokens->count == TOKENS_MAX) return false;
    ret_tokens->items[ret_tokens->count++] = parts[i];
  }
  return ret_tokens->count > 0;
}

/* "1 march", "march 1st 2027", "1/3/2027" */
static enum date_reading read_day(struct arena *arena, char *const *items, size_t count, const struct civil *today, struct civil *ret_day) {
  if (count == 1) return read_numbers(arena, items[0], today, ret_day);
  if (count < 2 || count > 3) return DATE_NOT_READ;
  bool month_first = month_of(items[0]) > 0;
  int month = month_of(items[month_first ? 0 : 1]), day = day_of(arena, items[month_first ? 1 : 0]);
  int year = count == 3 ? year_of(items[2]) : 0;
  if (month == 0 || day < 0 || year < 0) return DATE_NOT_READ;
  return on_day(today, count == 3 ? &year : NULL, month, day, ret_day);
}

/* Days until that weekday: 1 to 7. */
static int days_until(const struct civil *today, int weekday) {
  int days = (weekday - today->weekday + WEEK_DAYS) % WEEK_DAYS;
  return days == 0 ? WEEK_DAYS : days;
}

static enum date_reading read_weekday(struct arena *arena, const struct tokens *tokens, const struct civil *today, struct civil *ret_day) {
  bool next = strcmp(tokens->items[0], "next") == 0, here = strcmp(tokens->items[0], "this") == 0;
  size_t at = next || here ? 1 : 0;
  int weekday = tokens->count > at ? weekday_of(tokens->items[at]) : 0;
  struct civil day;
  if (weekday == 0) return DATE_NOT_READ;
  if (tokens->count == at + 1) return days_on(today, next ? WEEK_DAYS - today->weekday + weekday : days_until(today, weekday), ret_day);
  if (at > 0) return DATE_NOT_READ;
  enum date_reading reading = read_day(arena, tokens->items + 1, tokens->count - 1, today, &day);
  if (reading != DATE_READ) return reading;
  if (day.weekday != weekday) return DATE_NO_SUCH_DAY;
  *ret_day = day;
  return DATE_READ;
}

/* "in two weeks", "3 days", "a fortnight" */
static enum date_reading read_span(const struct tokens *tokens, const struct civil *today, struct civil *ret_day) {
  size_t at = strcmp(tokens->items[0], "in") == 0 ? 1 : 0;
  if (tokens->count != at + 2) return DATE_NOT_READ;
  const char *unit = tokens->items[at + 1];
  int count = row_of(counts, ARRAY_LEN(counts), tokens->items[at]);
  if (count == 0) count = number_of(tokens->items[at]);
  if (count < 0 || count > COUNT_MAX) return DATE_NOT_READ;
  if (text_listed("day|days", '|', unit)) return days_on(today, count, ret_day);
  if (text_listed("week|weeks", '|', unit)) return days_on(today, count * WEEK_DAYS, ret_day);
  if (text_listed("fortnight|fortnights", '|', unit)) return days_on(today, count * 2 * WEEK_DAYS, ret_day);
  if (text_listed("month|months", '|', unit)) return months_on(today, count, ret_day);
  return text_listed("year|years", '|', unit) ? months_on(today, count * 12, ret_day) : DATE_NOT_READ;
}

static enum date_reading read_near(const char *text, const struct civil *today, struct civil *ret_day) {
  static const char *const near[] = {"today|now", "tomorrow|tomorow|tommorow|tommorrow", "day after tomorrow|the day after tomorrow"};
  int row = row_of(near, ARRAY_LEN(near), text);
  return row == 0 ? DATE_NOT_READ : days_on(today, row - 1, ret_day);
}

enum date_reading date_read(struct arena *arena, const char *text, const struct civil *today, struct civil *ret_day) {
  const char *folded = text_fold(arena, text);
  struct tokens tokens;
  enum date_reading reading = read_near(folded, today, ret_day);
  if (reading != DATE_NOT_READ || !split(arena, folded, &tokens)) return reading;
  reading = read_day(arena, tokens.items, tokens.count, today, ret_day);
  if (reading == DATE_NOT_READ) reading = read_weekday(arena, &tokens, today, ret_day);
  return reading == DATE_NOT_READ ? read_span(&tokens, today, ret_day) : reading;
}

bool date_is_plain(const char *text) {
  struct civil day;
  return strlen(text) == sizeof "2027-03-01" - 1 && civil_parse(text, &day);
}
