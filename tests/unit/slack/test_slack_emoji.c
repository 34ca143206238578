/* test_slack_emoji.c: names that people typed are shown as characters, and nothing that only looks like one is. */
#include "adapters/slack/slack_emoji.h"

#include <string.h>

#include "hear.h"

TestSuite(slack_emoji, .init = hear_begin, .fini = hear_end);

#define WAVE "\xf0\x9f\x91\x8b"
#define THUMB "\xf0\x9f\x91\x8d"
#define TONE_3 "\xf0\x9f\x8f\xbc"

struct row { const char *typed, *shown; };

static void expect(const struct row *rows, size_t count) {
  for (size_t i = 0; i < count; i++) cr_expect_str_eq(slack_emoji_shown(rows[i].typed, hear_arena), rows[i].shown, "%s: %s", rows[i].typed, slack_emoji_shown(rows[i].typed, hear_arena));
}

Test(slack_emoji, names_become_characters) {
  static const struct row rows[] = {
      {":wave:", WAVE}, {"Hello :wave: all", "Hello " WAVE " all"}, {":wave::wave:", WAVE WAVE}, {"hi:wave:", "hi" WAVE}, {":wave:.", WAVE "."}, {"(:wave:)", "(" WAVE ")"},
      {":+1:", THUMB}, {":thumbsup:", THUMB}, {":-1:", "\xf0\x9f\x91\x8e"}, {":100:", "\xf0\x9f\x92\xaf"}, {":1234:", "\xf0\x9f\x94\xa2"},
      {":white_check_mark:\n:x:", "\xe2\x9c\x85\n\xe2\x9d\x8c"}, {":heart:", "\xe2\x9d\xa4\xef\xb8\x8f"}, {"a: :wave: b: c", "a: " WAVE " b: c"}, {"::wave::", ":" WAVE ":"},
      {":flag-gb: :flag-de:", "\xf0\x9f\x87\xac\xf0\x9f\x87\xa7 \xf0\x9f\x87\xa9\xf0\x9f\x87\xaa"}, {":de:", "\xf0\x9f\x87\xa9\xf0\x9f\x87\xaa"},
  };
  expect(rows, ARRAY_LEN(rows));
}

Test(slack_emoji, skin_tones) {
  static const struct row rows[] = {
      {":wave::skin-tone-3:", WAVE TONE_3}, {":+1::skin-tone-6:!", THUMB "\xf0\x9f\x8f\xbf!"}, {":wave::skin-tone-2::wave:", WAVE "\xf0\x9f\x8f\xbb" WAVE},
      {":point_up::skin-tone-3:", "\xe2\x98\x9d" TONE_3},                                              /* the sign for colour gives way */
      {":man-shrugging::skin-tone-3:", "\xf0\x9f\xa4\xb7" TONE_3 "\xe2\x80\x8d\xe2\x99\x82\xef\xb8\x8f"}, /* behind the person, before what they are */
      {":wave::skin-tone-7:", WAVE ":skin-tone-7:"}, {":fire::skin-tone-3:", "\xf0\x9f\x94\xa5" TONE_3}, {":skin-tone-3:", TONE_3}, {":wave::skin-tone-3", WAVE ":skin-tone-3"},
  };
  expect(rows, ARRAY_LEN(rows));
}

Test(slack_emoji, what_is_none_stays) {
  static const struct row rows[] = {
      {"", ""}, {":", ":"}, {"::", "::"}, {":::", ":::"}, {"12:30:45", "12:30:45"}, {"at 10:100:3", "at 10:100:3"}, {"9:100:", "9:100:"}, {":100:5", ":100:5"},
      {":unheard_of:", ":unheard_of:"}, {":our-logo:", ":our-logo:"}, {":Wave:", ":Wave:"}, {":wa ve:", ":wa ve:"}, {":wave", ":wave"}, {"a:x:b", "a:x:b"}, {"std:v:1", "std:v:1"},
      {"https://a.example/:wave:", "https://a.example/:wave:"}, {"see (https://a.example:wave:/x) :wave:", "see (https://a.example:wave:/x) " WAVE},
      {":flag-g:", ":flag-g:"}, {":flag-GB:", ":flag-GB:"}, {":flag-gbr:", ":flag-gbr:"}, {"\xc3\xa4:\xc3\xa4:", "\xc3\xa4:\xc3\xa4:"},
  };
  expect(rows, ARRAY_LEN(rows));
  static const char one[] = "when: now";
  cr_expect_eq(slack_emoji_shown(one, hear_arena), one, "nothing is copied for nothing");
}

/* A name out of order would not be found. */
Test(slack_emoji, every_name_is_found) {
  size_t count = 0;
  for (const char *name; (name = slack_emoji_name(count)) != NULL; count++) {
    const char *typed = arena_format(hear_arena, ":%s:", name), *shown = slack_emoji_shown(typed, hear_arena);
    cr_expect(strcmp(typed, shown) != 0 && strlen(shown) <= 3 * strlen(typed) && text_utf8_valid(shown, strlen(shown)), "%s: %s", typed, shown);
    if (count > 0) cr_expect(strcmp(slack_emoji_name(count - 1), name) < 0, "%s", name);
  }
  cr_expect(count > 500, "%zu", count);
}

Test(slack_emoji, the_longest_text_of_the_shortest_names) {
  struct text text;
  text_init(&text, 70000);
  while (text.length < 65000) text_add(&text, ":a:");
  const char *shown = slack_emoji_shown(text_str(&text), hear_arena);
  cr_expect_eq(strlen(shown), text.length / 3 * 7);
  text_done(&text);
}
