/* test_text.c: the bounded text, UTF-8 questions, and what people type. */
#include "bot/base/text.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- the growing text ---- */

Test(text, grows_and_stays_terminated) {
  CLEANUP(text_done) struct text text;
  text_init(&text, 10000);
  cr_assert_str_eq(text_str(&text), "");
  for (int i = 0; i < 1000; i++) {
    text_add(&text, "ab");
    text_addf(&text, "%02d", i % 100);
    text_add_n(&text, "xyz", 1);
    cr_assert_eq(strlen(text_str(&text)), text.length);
  }
  cr_assert_eq(text.length, 5000);
  cr_assert_eq(strncmp(text_str(&text), "ab00xab01x", 10), 0);
  cr_assert_not(text.full);
}

Test(text, in_an_arena_stays_when_it_is_done) {
  CLEANUP(arena_freep) struct arena *arena = arena_new(1 << 20);
  struct text text;
  text_init_in(&text, 1000, arena);
  cr_assert_str_eq(text_str(&text), "");
  for (int i = 0; i < 100; i++) {
    text_addf(&text, "%02d", i);
    if (i % 9 == 0) (void)arena_alloc(arena, 1);
  }
  const char *kept = text_str(&text);
  text_done(&text);
  cr_assert_eq(strlen(kept), 200);
  cr_assert_eq(strncmp(kept, "000102", 6), 0);
  cr_assert_str_eq(kept + 194, "979899");
  for (int i = 0; i < 600; i++) text_add(&text, "ab");
  cr_assert(text.full);
  cr_assert_eq(text.length, 1000);
}

Test(text, takes_exactly_its_maximum) {
  CLEANUP(text_done) struct text text;
  text_init(&text, 5);
  text_add(&text, "abc");
  text_addf(&text, "%d", 12);
  cr_assert_str_eq(text_str(&text), "abc12");
  cr_assert_not(text.full);
}

Test(text, room_is_there_at_once_or_not_at_all) {
  CLEANUP(text_done) struct text text;
  text_init(&text, 5);
  memcpy(text_add_room(&text, 3), "abc", 3);
  cr_assert_str_eq(text_str(&text), "abc");
  cr_assert_null(text_add_room(&text, 3));
  cr_assert(text.full);
  cr_assert_str_eq(text_str(&text), "abc");
}

Test(text, digits_are_those_of_a_format) {
  static const int64_t numbers[] = {0, 1, -1, 9, 10, -10, 1234567890123, INT64_MAX, INT64_MIN};
  for (size_t i = 0; i < ARRAY_LEN(numbers); i++) {
    char digits[TEXT_DIGITS_MAX], wanted[32];
    int bytes = snprintf(wanted, sizeof wanted, "%lld", (long long)numbers[i]);
    cr_assert_eq(text_digits(numbers[i], digits), (size_t)bytes);
    cr_assert_arr_eq(digits, wanted, (size_t)bytes);
  }
}

/* With room for all of it, for some, for none, and past the maximum. */
Test(text, formats_each_length_at_each_place) {
  char source[200] = "", whole[400];
  for (size_t length = 0; length < 150; length++) {
    for (size_t before = 0; before < 150; before += 7) {
      CLEANUP(text_done) struct text text;
      text_init(&text, 200);
      for (size_t i = 0; i < before; i++) text_add(&text, "-");
      (void)snprintf(whole, sizeof whole, "%s%s", text_str(&text), before + length <= 200 ? source : "");
      text_addf(&text, "%s", source);
      cr_assert_str_eq(text_str(&text), whole, "%zu bytes behind %zu", length, before);
      cr_assert_eq(text.full, before + length > 200);
      cr_assert_eq(text.length, strlen(whole));
    }
    source[length] = (char)('a' + length % 26);
  }
}

Test(text, leaves_out_whole_calls_and_remembers) {
  CLEANUP(text_done) struct text text;
  text_init(&text, 5);
  text_add(&text, "abc");
  text_add(&text, "def");
  cr_assert(text.full);
  cr_assert_str_eq(text_str(&text), "abc");
  text_addf(&text, "%s", "long one");
  text_add_n(&text, "long", 4);
  cr_assert_str_eq(text_str(&text), "abc");
  text_add(&text, "d");
  cr_assert_str_eq(text_str(&text), "abcd");
  cr_assert(text.full);
}

Test(text, is_empty_and_not_full_after_clear) {
  CLEANUP(text_done) struct text text;
  text_init(&text, 4);
  text_clear(&text);
  text_add(&text, "four");
  text_add(&text, "!");
  const char *memory = text.data;
  text_clear(&text);
  cr_assert_str_eq(text_str(&text), "");
  cr_assert_not(text.full);
  cr_assert_eq(text.length, 0);
  text_add(&text, "five");
  cr_assert_str_eq(text_str(&text), "five");
  cr_assert_eq(text.data, memory);
}

Test(text, with_no_room_is_full_at_once) {
  CLEANUP(text_done) struct text text;
  text_init(&text, 0);
  text_add(&text, "");
  cr_assert_not(text.full);
  text_add(&text, "a");
  cr_assert(text.full);
  cr_assert_str_eq(text_str(&text), "");
}

/* ---- UTF-8 ---- */

Test(text, utf8_validity) {
  static const struct {
    const char *bytes;
    size_t count;
    bool valid;
  } rows[] = {
      {"", 0, true},
      {"abc", 3, true},
      {"\x7f", 1, true},
      {"\xc3\xa9", 2, true},              /* é */
      {"\xe2\x82\xac", 3, true},          /* € */
      {"\xf0\x9f\x98\x80", 4, true},      /* an emoji */
      {"\xed\x9f\xbf", 3, true},          /* U+D7FF, the last before the surrogates */
      {"\xee\x80\x80", 3, true},          /* U+E000, the first behind them */
      {"\xef\xbf\xbf", 3, true},          /* U+FFFF: no character, yet well formed */
      {"\xf4\x8f\xbf\xbf", 4, true},      /* U+10FFFF */
      {"a\0b", 3, false},                 /* NUL */
      {"\x80", 1, false},                 /* a tail alone */
      {"\xc3", 1, false},                 /* cut */
      {"\xe2\x82", 2, false},             /* cut */
      {"\xf0\x9f\x98", 3, false},         /* cut */
      {"\xc3\xa9\xa9", 3, false},         /* a tail too many */
      {"\xc0\x80", 2, false},             /* NUL, overlong */
      {"\xc1\xbf", 2, false},             /* overlong */
      {"\xe0\x9f\xbf", 3, false},         /* overlong */
      {"\xf0\x8f\xbf\xbf", 4, false},     /* overlong */
      {"\xed\xa0\x80", 3, false},         /* a surrogate */
      {"\xed\xbf\xbf", 3, false},         /* a surrogate */
      {"\xf4\x90\x80\x80", 4, false},     /* past U+10FFFF */
      {"\xf5\x80\x80\x80", 4, false},
      {"\xfe", 1, false},
      {"\xff", 1, false},
      {"ok\xffok", 5, false},
  };
  for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
    char *exact = malloc(rows[i].count + (rows[i].count == 0)); /* so that the sanitizer sees a byte too many */
    memcpy(exact, rows[i].bytes, rows[i].count);
    cr_assert_eq(text_utf8_valid(exact, rows[i].count), rows[i].valid, "row %zu", i);
    free(exact);
  }
}

/* Plain ASCII is gone over in strides: whatever is none of it is seen at each place of one. */
Test(text, sees_what_is_special_at_each_place) {
  static const struct {
    const char *special;
    size_t chars;
    bool plain, valid;
  } rows[] = {{"~", 1, true, true},  {" ", 1, true, true},       {"\n", 1, false, true},      {"\x1f", 1, false, true},
              {"\x7f", 1, false, true}, {"\xc3\xa9", 1, false, true}, {"\xe2\x82\xac", 1, false, true}, {"\x80", 1, false, false},
              {"\xff", 1, false, false}};
  for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
    for (size_t before = 0; before < 20; before++) {
      for (size_t behind = 0; behind < 10; behind++) {
        char text[40];
        int bytes = snprintf(text, sizeof text, "%.*s%s%.*s", (int)before, "abcdefghijklmnopqrstuvwxyz", rows[i].special, (int)behind, "ABCDEFGHIJ");
        cr_assert_eq(text_is_plain(text), rows[i].plain, "row %zu, %zu before, %zu behind", i, before, behind);
        cr_assert_eq(text_utf8_valid(text, (size_t)bytes), rows[i].valid, "row %zu, %zu before, %zu behind", i, before, behind);
        cr_assert_eq(text_utf8_count(text), before + rows[i].chars + behind, "row %zu, %zu before, %zu behind", i, before, behind);
      }
    }
  }
}

Test(text, counts_and_cuts_characters) {
  cr_assert_eq(text_utf8_count(""), 0);
  cr_assert_eq(text_utf8_count("aé€😀"), 4);
  cr_assert_eq(text_utf8_cut("aé€😀", 0), 0);
  cr_assert_eq(text_utf8_cut("aé€😀", 1), 1);
  cr_assert_eq(text_utf8_cut("aé€😀", 2), 3);
  cr_assert_eq(text_utf8_cut("aé€😀", 3), 6);
  cr_assert_eq(text_utf8_cut("aé€😀", 4), 10);
  cr_assert_eq(text_utf8_cut("aé€😀", 99), 10);
  cr_assert(text_utf8_fits("aé€😀", 4) && text_utf8_fits("aé€😀", 10) && text_utf8_fits("", 0));
  cr_assert_not(text_utf8_fits("aé€😀", 3));
}

Test(text, counting_broken_utf8_ends) {
  cr_assert_eq(text_utf8_count("\xff\xfe" "a"), 3);
  cr_assert_eq(text_utf8_count("a\xf0\x9f"), 2);
  cr_assert_eq(text_utf8_cut("a\xf0\x9f", 99), 3);
}

/* ---- what people type ---- */

Test(text, folds_what_people_type) {
  static const struct {
    const char *typed, *folded;
  } rows[] = {
      {"  Yes. ", "yes"},
      {"yes", "yes"},
      {"YES!", "yes"},
      {"Yes !", "yes"},
      {"yes?", "yes"},
      {"yes!!", "yes!"}, /* one mark is dropped */
      {"Mrs. O'Brien", "mrs. o'brien"},
      {"a\t\n  b", "a b"},
      {"a\xc2\xa0\xe2\x80\x83" "b", "a b"}, /* a no-break space and an em space */
      {"STRASSE", "strasse"},
      {"Straße", "strasse"},
      {"ÉCOLE", "école"},
      {"ΣΊΣΥΦΟΣ", "σίσυφοσ"},
      {"", ""},
      {"   ", ""},
      {"?", "?"},
      {" . ", "."},
      {"A\xff" "B\xc3", "a\xff" "b\xc3"}, /* not UTF-8: left as it is */
      {"3.", "3"},
  };
  CLEANUP(arena_freep) struct arena *arena = arena_new(1 << 16);
  for (size_t i = 0; i < ARRAY_LEN(rows); i++)
    cr_assert_str_eq(text_fold(arena, rows[i].typed), rows[i].folded, "row %zu", i);
}

/* What is ASCII takes a shorter way: beside a letter that is not, each character must become the same. */
Test(text, folds_ascii_as_icu_does) {
  CLEANUP(arena_freep) struct arena *arena = arena_new(1 << 16);
  for (char c = 1; c > 0 && c < 127; c++) {
    const char *plain = text_fold(arena, arena_format(arena, "a%c%cBx", c, c)), *mixed = text_fold(arena, arena_format(arena, "a%c%cBx\xc3\xa9", c, c));
    cr_assert_str_eq(arena_format(arena, "%s\xc3\xa9", plain), mixed, "character %d", c);
  }
}

/* U+0390 has two bytes and folds to three characters of two: folding may grow. */
Test(text, folding_may_grow) {
  CLEANUP(arena_freep) struct arena *arena = arena_new(1 << 16);
  CLEANUP(text_done) struct text long_text;
  text_init(&long_text, 4000);
  for (int i = 0; i < 1000; i++) text_add(&long_text, "ΐ");
  cr_assert_eq(strlen(text_fold(arena, text_str(&long_text))), 6000);
}

Test(text, same_folded) {
  CLEANUP(arena_freep) struct arena *arena = arena_new(1 << 16);
  cr_assert(text_same_folded(arena, " Not Yet. ", "not  yet"));
  cr_assert_not(text_same_folded(arena, "not yet", "notyet"));
  cr_assert_not(text_same_folded(arena, "?", ""));
}

Test(text, distance_counts_edits) {
  static const struct {
    const char *a, *b;
    size_t edits;
  } rows[] = {
      {"", "", 0},         {"", "abc", 3},       {"abc", "", 3},      {"pairs", "pairs", 0},
      {"pairs", "pair", 1}, {"pair", "pairs", 1}, {"pairs", "bairs", 1}, {"pairs", "piars", 1}, /* neighbours swapped */
      {"ab", "ba", 1},     {"ca", "abc", 3},     {"kitten", "sitting", 3}, {"café", "cafe", 1},
      {"naïve", "naive", 1},
  };
  for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
    cr_assert_eq(text_distance(rows[i].a, rows[i].b), rows[i].edits, "row %zu", i);
    cr_assert_eq(text_distance(rows[i].b, rows[i].a), rows[i].edits, "row %zu, turned round", i);
  }
}

Test(text, distance_looks_at_64_bytes) {
  char a[201], b[201];
  memset(a, 'a', 200);
  memset(b, 'a', 200);
  a[200] = b[200] = '\0';
  b[64] = 'b';
  cr_assert_eq(text_distance(a, b), 0);
  b[63] = 'b';
  cr_assert_eq(text_distance(a, b), 1);
  memcpy(b + 63, "é", 3); /* half behind the limit: not looked at */
  a[63] = '\0';
  cr_assert_eq(text_distance(a, b), 0);
}

Test(text, splits_into_trimmed_parts) {
  CLEANUP(arena_freep) struct arena *arena = arena_new(1 << 16);
  char **parts = NULL;
  cr_assert_eq(text_split(arena, " a b ,, é,\t\xc2\xa0,c\xe2\x80\x83", ',', &parts), 3);
  cr_assert_str_eq(parts[0], "a b");
  cr_assert_str_eq(parts[1], "é");
  cr_assert_str_eq(parts[2], "c");
  cr_assert_eq(text_split(arena, "one", ',', &parts), 1);
  cr_assert_str_eq(parts[0], "one");
  cr_assert_eq(text_split(arena, "a  b\n", ' ', &parts), 2);
  cr_assert_str_eq(parts[1], "b");
}

Test(text, splitting_nothing_gives_no_parts) {
  CLEANUP(arena_freep) struct arena *arena = arena_new(1 << 16);
  char **parts = NULL;
  cr_assert_eq(text_split(arena, "", ',', &parts), 0);
  cr_assert_eq(text_split(arena, " , ,, ", ',', &parts), 0);
}

Test(text, a_word_is_in_a_list_as_a_whole) {
  cr_assert(text_listed("hi|good morning", '|', "hi") && text_listed("hi|good morning", '|', "good morning") && text_listed("a", '|', "a"));
  static const char *const others[] = {"", "h", "hi|", "good", "morning", "hi|good morning", "good morning "};
  for (size_t i = 0; i < ARRAY_LEN(others); i++) cr_assert_not(text_listed("hi|good morning", '|', others[i]), "%s", others[i]);
  cr_assert_not(text_listed("", '|', ""));
  cr_assert_not(text_listed("a||b", '|', ""));
}
