/* test_words.c: sentences with names in them: plurals, choices, dates, and texts that try to be more than texts. */
#include "bot/words/words.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "bot/base/file.h"
#include "bot/words/words_pattern.h"

enum { ARENA_BYTES = 4 << 20, CATALOGUE_BYTES_MAX = 1 << 20 };
static const int64_t friday_ms = 1772791200000; /* 2026-03-06T10:00Z */

static struct words *words;
static struct arena *arena;

static void load(const char *json) {
  cr_assert_eq(words_load("en", json, strlen(json), &words), ERR_NONE, "%s", err_note_text());
  arena = arena_new(ARENA_BYTES);
}

static void drop(void) {
  words = words_free(words);
  cr_assert_null(words);
  arena = arena_free(arena);
}

static struct words_param text(const char *name, const char *value) {
  return (struct words_param){.name = name, .kind = WORDS_TEXT, .text = value};
}

static struct words_param number(const char *name, int64_t value) {
  return (struct words_param){.name = name, .kind = WORDS_NUMBER, .number = value};
}

#define SAYS(wanted, key, ...)                                                                                            \
  do {                                                                                                                    \
    struct words_param params[] = {text("unused", "unused"), __VA_ARGS__};                                                \
    cr_assert_str_eq(words_format(words, key, params, ARRAY_LEN(params), "Europe/London", arena), wanted);               \
  } while (0)

static void refused(const char *json, const char *note) {
  struct words *none = NULL;
  err_note_clear();
  cr_assert_eq(words_load("en", json, strlen(json), &none), ERR_BAD_INPUT, "%s", json);
  cr_assert_not_null(strstr(err_note_text(), note), "%s is in: %s", note, err_note_text());
  cr_assert_null(none);
}

/* ---- names ---- */

Test(words, names_in_any_order_and_more_than_once) {
  load("{\"a\":\"{you} and {me}, then {you} again\"}");
  SAYS("Ben and Aisha, then Ben again", "a", text("me", "Aisha"), text("you", "Ben"));
  SAYS("Ben and Aisha, then Ben again", "a", text("you", "Ben"), text("me", "Aisha"));
  cr_assert_eq(words_missing(words), 0);
  drop();
}

Test(words, of_two_parameters_with_one_name_the_first_holds) {
  load("{\"a\":\"Your {mentor}\"}");
  SAYS("Your Ben", "a", text("mentor", "Ben"), text("mentor", "mentor"));
  drop();
}

Test(words, a_long_text_twice_needs_more_room_than_first_thought) {
  load("{\"a\":\"{x}{x}{x}{x}\"}");
  char *x = arena_alloc(arena, 2001);
  memset(x, 'x', 2000);
  struct words_param param = text("x", x);
  char *four = words_format(words, "a", &param, 1, NULL, arena);
  cr_assert_eq(strlen(four), 8000);
  cr_assert_eq(strspn(four, "x"), 8000);
  drop();
}

Test(words, sixteen_names_fit_and_no_more) {
  load("{\"a\":\"{a}{b}{c}{d}{e}{f}{g}{h}{i}{j}{k}{l}{m}{n}{o}{p}\"}");
  SAYS("………………………………………P", "a", text("p", "P"));
  cr_assert_eq(words_missing(words), 15);
  drop();
  refused("{\"a\":\"{a}{b}{c}{d}{e}{f}{g}{h}{i}{j}{k}{l}{m}{n}{o}{p}{q}\"}", "too many parameters");
}

/* ---- plurals and choices ---- */

Test(words, plurals_choose_and_write_the_number) {
  load("{\"a\":\"{who} waits {days, plural, =0{no day} one{# day} other{# days}} for {who}\"}");
  SAYS("Ben waits no day for Ben", "a", number("days", 0), text("who", "Ben"));
  SAYS("Ben waits 1 day for Ben", "a", number("days", 1), text("who", "Ben"));
  SAYS("Ben waits 1,200 days for Ben", "a", number("days", 1200), text("who", "Ben"));
  cr_assert_eq(words_missing(words), 0);
  drop();
}

Test(words, four_plurals_the_same_name_as_text_and_as_number) {
  load("{\"a\":\"{a}: {a, plural, one{A} other{AA}}{b, plural, one{B} other{BB}}{c, plural, one{C} other{CC}}{d, plural, one{D} other{DD}}\"}");
  SAYS("1: ABBCDD", "a", number("d", 4), number("c", 1), number("b", 2), number("a", 1));
  drop();
  refused("{\"a\":\"{a,plural,other{}}{b,plural,other{}}{c,plural,other{}}{d,plural,other{}}{e,plural,other{}}\"}", "too many");
}

Test(words, select_and_ordinals_and_one_inside_the_other) {
  load("{\"a\":\"{role, select, mentor{You help {n, plural, one{# person} other{# people}}} other{You learn from {who}}}.\","
       "\"b\":\"the {n, selectordinal, one{#st} two{#nd} few{#rd} other{#th}} time\"}");
  SAYS("You help 2 people.", "a", text("role", "mentor"), number("n", 2), text("who", "Ben"));
  SAYS("You learn from Ben.", "a", text("role", "mentee"), number("n", 2), text("who", "Ben"));
  SAYS("the 2nd time", "b", number("n", 2));
  SAYS("the 11th time", "b", number("n", 11));
  drop();
}

Test(words, other_languages_have_other_plurals) {
  const char *json = "{\"a\":\"{n, plural, one{# dzień} few{# dni} many{# dni!} other{# dnia}}\"}";
  cr_assert_eq(words_load("pl", json, strlen(json), &words), ERR_NONE);
  arena = arena_new(ARENA_BYTES);
  SAYS("1 dzień", "a", number("n", 1));
  SAYS("3 dni", "a", number("n", 3));
  SAYS("5 dni!", "a", number("n", 5));
  drop();
}

/* ---- what is missing ---- */

Test(words, a_missing_parameter_is_seen_and_counted) {
  load("{\"a\":\"Hi {me}, {days, plural, one{# day} other{# days}} left\"}");
  SAYS("Hi …, 3 days left", "a", number("days", 3));
  cr_assert_eq(words_missing(words), 1);
  SAYS("Hi Aisha, … days left", "a", text("me", "Aisha"));
  cr_assert_eq(words_missing(words), 2);
  SAYS("Hi …, 3 days left", "a", number("days", 3), text("me", NULL));
  cr_assert_eq(words_missing(words), 3);
  SAYS("Hi Aisha, three days left", "a", text("days", "three"), text("me", "Aisha")); /* a text cannot choose */
  cr_assert_eq(words_missing(words), 4);
  drop();
}

Test(words, an_unknown_key_stands_in_brackets) {
  load("{\"a\":\"A\"}");
  SAYS("[b.c]", "b.c", text("me", "Aisha"));
  cr_assert(words_has(words, "a"));
  cr_assert_not(words_has(words, "b.c"));
  drop();
}

static const char *knows_me(void *who, const char *name) {
  ++*(int *)who;
  return strcmp(name, "me") == 0 ? "Aisha" : NULL;
}

Test(words, asks_for_what_was_not_given_and_once_each) {
  load("{\"a\":\"{me}: {n, plural, one{{you}, {me}} other{}} {x}\",\"b\":\"{x}, {me}, {me}\"}");
  int asked = 0;
  const struct words_more more = {.text = knows_me, .who = &asked};
  const struct words_param given[] = {text("x", "X"), number("n", 1)};
  cr_assert_str_eq(words_format_more(words, "a", given, 2, &more, NULL, arena), "Aisha: …, Aisha X");
  cr_assert_eq(asked, 2);
  cr_assert_eq(words_missing(words), 1);
  cr_assert_str_eq(words_format_more(words, "b", given, 2, &more, NULL, arena), "X, Aisha, Aisha");
  cr_assert_eq(asked, 3);
  const struct words_param nobody = text("me", NULL); /* given, and nothing */
  cr_assert_str_eq(words_format_more(words, "b", &nobody, 1, &more, NULL, arena), "…, …, …");
  cr_assert_eq(words_missing(words), 3);
  drop();
}

/* ---- texts that are only texts ---- */

Test(words, apostrophes_are_written_plainly) {
  load("{\"a\":\"I'm {me}'s bot. '{me}' isn't 'quoted', it''s {n, plural, one{one day's} other{# days'}} work\"}");
  SAYS("I’m Aisha’s bot. ’Aisha’ isn’t ’quoted’, it’’s 2 days’ work", "a", text("me", "Aisha"), number("n", 2));
  drop();
}

Test(words, hostile_texts_are_never_patterns) {
  static const char *const hostile[] = {"{0}", "'{", "{me}", "{n, plural, one{x} other{y}}", "#", "''", "}", "{", "|", "%s%n", "\\u007b"};
  load("{\"a\":\"<{x}|{n, plural, one{# {x}} other{# {x}s}}|{x, select, other{{x}}}>\"}");
  for (size_t i = 0; i < ARRAY_LEN(hostile); i++) {
    const char *wanted = arena_format(arena, "<%s|1 %s|%s>", hostile[i], hostile[i], hostile[i]);
    SAYS(wanted, "a", text("x", hostile[i]), number("n", 1));
  }
  drop();
  load("{\"a\":\"{y}<{x}|#|{x}>\"}"); /* one that has nothing to choose */
  for (size_t i = 0; i < ARRAY_LEN(hostile); i++) {
    const char *wanted = arena_format(arena, "{0}<%s|#|%s>", hostile[i], hostile[i]);
    SAYS(wanted, "a", text("x", hostile[i]), text("y", "{0}"));
  }
  drop();
}

Test(words, bytes_that_are_no_utf8_do_no_harm) {
  load("{\"a\":\"<{x}>\"}");
  SAYS("<a\xEF\xBF\xBD" "b>", "a", text("x", "a\xff" "b"));
  SAYS("<\U0001F600>", "a", text("x", "\U0001F600"));
  cr_assert_str_eq(words_join(words, (const char *const[]){"a\xff" "b"}, 1, arena), "a\xEF\xBF\xBD" "b");
  drop();
}

Test(words, a_hash_outside_a_plural_is_a_hash) {
  load("{\"a\":\"case #{n}\"}");
  SAYS("case #14", "a", number("n", 14));
  drop();
}

/* ---- dates ---- */

static const char dates[] = "{\"a\":\"by {when}\",\"date.day\":\"{weekday} {day} {month}\",\"date.time\":\"{weekday} {day} {month} at {clock}\","
                            "\"date.short\":\"{weekday} {day} {month}, {clock}\",\"date.full\":\"{weekday} {day} {month} {year}\"}";

static const char *by(enum words_kind kind, const char *zone, int64_t ms) {
  struct words_param param = {.name = "when", .kind = kind, .number = ms};
  return words_format(words, "a", &param, 1, zone, arena);
}

Test(words, dates_carry_their_weekday_in_the_given_zone) {
  load(dates);
  cr_assert_str_eq(by(WORDS_DATE, "Europe/London", friday_ms), "by Friday 6 March");
  cr_assert_str_eq(by(WORDS_TIME, "Europe/London", friday_ms), "by Friday 6 March at 10:00");
  cr_assert_str_eq(by(WORDS_SHORT_TIME, "Europe/London", friday_ms), "by Fri 6 Mar, 10:00");
  cr_assert_str_eq(by(WORDS_TIME, "Pacific/Auckland", friday_ms), "by Friday 6 March at 23:00");
  cr_assert_str_eq(by(WORDS_DATE, "Pacific/Kiritimati", friday_ms), "by Saturday 7 March");
  cr_assert_str_eq(by(WORDS_TIME, "Europe/London", friday_ms + 120 * 86400000LL), "by Saturday 4 July at 11:00"); /* summer time */
  drop();
}

Test(words, a_day_of_the_calendar_is_the_same_in_every_zone) {
  static const char *const zones[] = {"Europe/London", "Pacific/Kiritimati", "Pacific/Pago_Pago", "Etc/UTC", "Mars/Olympus"};
  load(dates);
  for (size_t i = 0; i < ARRAY_LEN(zones); i++) cr_assert_str_eq(by(WORDS_DAY, zones[i], INT64_C(1835395200000)), "by Tuesday 29 February 2028", "%s", zones[i]);
  drop();
}

Test(words, a_zone_that_is_none_is_utc) {
  load(dates);
  cr_assert_str_eq(by(WORDS_TIME, "Mars/Olympus", friday_ms), "by Friday 6 March at 10:00");
  cr_assert_str_eq(by(WORDS_TIME, NULL, friday_ms), "by Friday 6 March at 10:00");
  drop();
}

Test(words, every_day_of_a_week_and_month_of_a_year_has_its_name) {
  static const char *const week[] = {"Friday", "Saturday", "Sunday", "Monday", "Tuesday", "Wednesday", "Thursday"};
  load(dates);
  for (int i = 0; i < 7; i++) {
    const char *date = by(WORDS_DATE, "Etc/UTC", friday_ms + i * 86400000LL);
    cr_assert_str_eq(date, arena_format(arena, "by %s %d March", week[i], 6 + i));
  }
  cr_assert_str_eq(by(WORDS_DATE, "Etc/UTC", friday_ms + 300 * 86400000LL), "by Thursday 31 December");
  drop();
}

Test(words, the_names_are_those_of_the_language) {
  const char *json = "{\"a\":\"bis {when}\",\"date.day\":\"{weekday}, {day}. {month}\"}";
  cr_assert_eq(words_load("de", json, strlen(json), &words), ERR_NONE);
  arena = arena_new(ARENA_BYTES);
  cr_assert_str_eq(by(WORDS_DATE, "Europe/Berlin", friday_ms), "bis Freitag, 6. März");
  cr_assert_str_eq(by(WORDS_TIME, "Europe/Berlin", friday_ms), "bis Freitag 6 März 11:00"); /* no date.time in there */
  cr_assert_str_eq(by(WORDS_DAY, "Europe/Berlin", INT64_C(1772755200000)), "bis Freitag 6 März 2026");
  drop();
}

/* ---- lists ---- */

Test(words, lists_are_joined_as_the_language_writes_them) {
  static const char *const parts[] = {"Sam", "Jo", "Ann"};
  load("{}");
  cr_assert_str_eq(words_join(words, parts, 0, arena), "");
  cr_assert_str_eq(words_join(words, parts, 1, arena), "Sam");
  cr_assert_str_eq(words_join(words, parts, 2, arena), "Sam and Jo");
  cr_assert_str_eq(words_join(words, parts, 3, arena), "Sam, Jo and Ann");
  static const char *const hostile[] = {"{0}", "{1}, {2}", "'{"};
  cr_assert_str_eq(words_join(words, hostile, 3, arena), "{0}, {1}, {2} and '{");
  drop();
  cr_assert_eq(words_load("de", "{}", 2, &words), ERR_NONE);
  arena = arena_new(ARENA_BYTES);
  cr_assert_str_eq(words_join(words, parts, 3, arena), "Sam, Jo und Ann");
  drop();
}

/* ---- what is refused ---- */

Test(words, a_bad_sentence_is_named) {
  refused("{\"good\":\"x\",\"bad.one\":\"{me\"}", "bad.one");
  refused("{\"bad.two\":\"me}\"}", "bad.two");
  refused("{\"bad.three\":\"{}\"}", "bad.three");
  refused("{\"bad.four\":\"{Me}\"}", "bad.four");
  refused("{\"bad.five\":\"{me, plural, one{x}}\"}", "bad.five"); /* no other */
  refused("{\"bad.six\":\"{me, date}\"}", "bad.six");
  refused("{\"bad.seven\":\"{me, select, a x}\"}", "bad.seven");
  refused("{\"bad.eight\":\"{n, plural, offset:1 one{x} other{y}}\"}", "bad.eight");
  refused("{\"bad.nine\":\"{0, plural, one{x} other{{y}\"}", "bad.nine");
  refused("{\"bad.ten\":7}", "bad.ten");
  refused("{\"bad.eleven\":\"{a,select,other{{b,select,other{{c,select,other{{d,select,other{{e,select,other{x}}}}}}}}}}\"}", "bad.eleven");
}

Test(words, what_is_no_catalogue_is_refused) {
  struct words *none = NULL;
  cr_assert_eq(words_load("en", "[]", 2, &none), ERR_BAD_INPUT);
  cr_assert_eq(words_load("en", "{", 1, &none), ERR_BAD_INPUT);
  cr_assert_eq(words_load("en", "{\"a\":\"x\",\"a\":\"y\"}", 17, &none), ERR_BAD_INPUT);
  cr_assert_eq(words_load("a-language-with-a-name-longer-than-any", "{}", 2, &none), ERR_BAD_INPUT);
  cr_assert_null(none);
  cr_assert_null(words_free(NULL));
}

Test(words, a_pattern_refused_half_way_leaves_nothing_behind) {
  struct words_pattern pattern = {0};
  cr_assert_str_eq(words_pattern_read("{a} {b} {", &pattern), "a parameter is written {name}, in small letters");
  cr_assert_null(pattern.numbered);
  cr_assert_null(words_pattern_read("{a} {n, plural, other{#}} {b}", &pattern));
  cr_assert_str_eq(pattern.numbered, "{0} {16, plural, other{{1}}} {2}");
  cr_assert_str_eq(pattern.texts[1], "n");
  cr_assert_str_eq(pattern.numbers[0], "n");
  words_pattern_done(&pattern);
  cr_assert_eq(pattern.text_count, 0);
}

/* Whatever a translator writes: refused or loaded, never worse. */
Test(words, any_sentence_is_read_or_refused) {
  static const char letters[] = "{{{}}},,#'ab n plural select other one =0";
  uint32_t state = 20260306;
  for (int i = 0; i < 20000; i++) {
    char sentence[40];
    size_t length = 0;
    for (; length < sizeof sentence - 1; length++) {
      state = state * 1664525u + 1013904223u;
      sentence[length] = letters[(state >> 16) % (sizeof letters - 1)];
    }
    sentence[length] = '\0';
    struct words_pattern pattern = {0};
    if (words_pattern_read(sentence, &pattern) == NULL) words_pattern_done(&pattern);
  }
}

/* ---- the catalogue itself ---- */

static void finish_each(void *who, const char *key, const char *pattern) {
  int *count = who;
  (*count)++;
  char *said = words_format(words, key, NULL, 0, NULL, arena);
  cr_assert_null(strpbrk(said, "{}'"), "%s: %s", key, said);
  if (strstr(pattern, "plural") != NULL) return; /* its form for 0 may do without the number */
  cr_assert_eq(strchr(pattern, '{') == NULL, strstr(said, "…") == NULL, "%s: %s", key, said);
}

Test(words, every_english_sentence_compiles_and_can_be_finished) {
  char *json;
  size_t bytes;
  int count = 0;
  cr_assert_eq(file_read("bot/words/en.json", CATALOGUE_BYTES_MAX, &json, &bytes), ERR_NONE, "run from the top folder");
  load(json);
  free(json);
  words_each(words, finish_each, &count);
  cr_assert_gt(count, 250);
  drop();
}
