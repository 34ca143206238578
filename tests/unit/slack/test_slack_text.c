/* test_slack_text.c: Slack's writing and plain text. */
#include "adapters/slack/slack_text.h"

#include <string.h>

#include "hear.h"

TestSuite(slack_text, .init = hear_begin, .fini = hear_end);

static const char *name_of(const void *who, const char *user) {
  return strcmp(user, "U2") == 0 ? "Ben Okoro" : NULL;
}
static const struct slack_self self = {.name_of = name_of};

Test(slack_text, what_slack_wrote_as_plain_text) {
  static const struct { const char *raw, *plain; } rows[] = {
      {"R&amp;D &lt;3 &gt;", "R&D <3 >"}, {"&amp;lt;", "&lt;"}, {"&amp", "&amp"}, {"&", "&"}, {"", ""},
      {"<@U2>", "@Ben Okoro"}, {"<@U2|old name>", "@Ben Okoro"}, {"<@U9|ann>", "@U9"}, {"<#C1|general>", "#general"}, {"<#C1>", "#C1"},
      {"<!here>", "@here"}, {"<!channel|@channel>", "@channel"}, {"<!subteam^S1|@police>", "@police"}, {"<!subteam^S1>", "@subteam"},
      {"<!date^1772445600^{date}^https://x|1 March>", "1 March"},
      {"<https://x.example>", "https://x.example"}, {"<https://x.example|https://x.example>", "https://x.example"},
      {"<https://x.example|x.example>", "https://x.example"}, {"<https://x.example?a=1&amp;b=2|here>", "here (https://x.example?a=1&b=2)"},
      {"<mailto:a@b.example|a@b.example>", "a@b.example"}, {"<>", ""}, {"<|>", ""}, {"<@>", "@"}, {"<!>", ""}, {"<#>", ""},
      {"1 < 2", "1 < 2"}, {"<a <b>", "<a b"}, {"<open", "<open"}, {":smile:", "\xf0\x9f\x98\x84"}, {"<https://x.example/:smile:>", "https://x.example/:smile:"}, {"<@U2> and <@U2>", "@Ben Okoro and @Ben Okoro"},
  };
  for (size_t i = 0; i < ARRAY_LEN(rows); i++) cr_expect_str_eq(slack_text_plain(rows[i].raw, &self, false, hear_arena), rows[i].plain, "%s", rows[i].raw);
  cr_expect_str_eq(slack_text_plain("line <@U2|ben>", &self, true, hear_arena), "line @U2");
}

Test(slack_text, what_is_escaped_reads_the_same_again) {
  static const char *const rows[] = {"<!channel>", "<@U1>", "a & b", "<https://x|y>", "&lt;", "&amp;", "plain", ""};
  for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
    CLEANUP(text_done) struct text text;
    text_init(&text, 1000);
    slack_text_escape(rows[i], &text);
    cr_expect_eq(strpbrk(text_str(&text), "<>"), NULL, "%s", text_str(&text));
    cr_expect_str_eq(slack_text_plain(text_str(&text), &self, false, hear_arena), rows[i]);
    cr_expect_eq(slack_text_chars(rows[i]), text_utf8_count(text_str(&text)));
  }
}

Test(slack_text, what_fits_ends_at_a_line_a_word_or_a_character) {
  static const struct { const char *text; size_t most; const char *fits; } rows[] = {
      {"short", 10, "short"}, {"one two three", 9, "one two "}, {"first line\nsecond", 14, "first line\n"}, {"aaaaaaaaaa", 4, "aaaa"},
      {"ééééé", 3, "ééé"}, {"&&&&", 11, "&&"}, {"\xf0\x9f\x98\x80\xf0\x9f\x98\x80", 1, "\xf0\x9f\x98\x80"},
  };
  for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
    size_t bytes = slack_text_fit(rows[i].text, rows[i].most);
    cr_expect_str_eq(arena_text_n(hear_arena, rows[i].text, bytes), rows[i].fits);
  }
  cr_expect_str_eq(slack_text_short("abcdef", 4, hear_arena), "abc…");
  cr_expect_str_eq(slack_text_short("éééé", 3, hear_arena), "éé…");
  cr_expect_str_eq(slack_text_short("abc", 3, hear_arena), "abc");
}

Test(slack_text, our_own_mention) {
  cr_expect_eq(slack_text_called("<@U0BOTS> hi", "U0BOT", hear_arena), NULL);
  cr_expect_eq(slack_text_called("hi", "U0BOT", hear_arena), NULL);
  cr_expect_eq(slack_text_called("<@U0BOT", "U0BOT", hear_arena), NULL);
  cr_expect_eq(slack_text_called("<@U0BOT>", NULL, hear_arena), NULL);
  cr_expect_str_eq(slack_text_called("<@U1> <@U0BOT|m>, hi", "U0BOT", hear_arena), "<@U1> , hi");
}
