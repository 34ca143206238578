/* test_options.c: what a command line says lands in its field, and a slip is named with the way out. */
#include "bot/base/options.h"

#include <criterion/criterion.h>
#include <string.h>

#define KETTLE_LIST(OPTION)                                                          \
  OPTION(TEXT, tea, "--tea", "KIND", "green", "what goes into it")                   \
  OPTION(FILE, leaves, "--leaves", "FILE", "/dev/null", "where they lie")            \
  OPTION(SWITCH, milk, "--milk", NULL, NULL, "with milk")                            \
  OPTION(PORT, spout, "--spout", "N", "8080", "where it comes out")                  \
  OPTION(ANY_PORT, lid, "--lid", "N", "0", "where it goes in")

struct kettle {
  KETTLE_LIST(OPTION_FIELD)
};

#define KETTLE_ROW(...) OPTION_ROW(struct kettle, __VA_ARGS__),
static const struct option rows[] = {KETTLE_LIST(KETTLE_ROW)};
static const struct options table = {.program = "kettle", .rows = rows, .count = ARRAY_LEN(rows)};

static enum err parse(int count, const char *const *words, struct kettle *kettle, struct option_words *others) {
  const char *argv[12] = {"kettle"};
  for (int i = 0; i < count; i++) argv[i + 1] = words[i];
  err_note_clear();
  return options_read(&table, count + 1, argv, kettle, others);
}

Test(options, each_lands_in_its_field) {
  const char *line[] = {"--tea", "green", "cup", "--milk", "--spout", "65535", "--lid", "0", "--leaves", "/dev/null", "-"}, *found[12];
  struct option_words others = {.words = found, .max = 2};
  struct kettle kettle = {0};
  cr_assert_eq(parse(ARRAY_LEN(line), line, &kettle, &others), ERR_NONE, "%s", err_note_text());
  cr_expect_str_eq(kettle.tea, "green");
  cr_expect_str_eq(kettle.leaves, "/dev/null");
  cr_expect(kettle.milk && kettle.spout == 65535 && kettle.lid == 0);
  cr_assert_eq(others.count, 2);
  cr_expect(strcmp(found[0], "cup") == 0 && strcmp(found[1], "-") == 0);
}

Test(options, what_is_not_named_stays_as_it_was) {
  struct kettle kettle = {.tea = "black", .spout = 7};
  cr_assert_eq(parse(0, NULL, &kettle, NULL), ERR_NONE);
  cr_expect(strcmp(kettle.tea, "black") == 0 && kettle.spout == 7 && !kettle.milk);
}

Test(options, a_slip_names_option_value_and_an_example) {
  static const struct {
    const char *words[3], *note;
  } slips[] = {
      {{"--spout", "abc"}, "--spout abc is no port; give a number from 1 to 65535, such as --spout 8080."},
      {{"--spout", "0"}, "--spout 0 is no port; give a number from 1 to"},
      {{"--spout", "65536"}, "--spout 65536 is no port"},
      {{"--spout", "99999999999999999999"}, "is no port"},
      {{"--spout", " 80"}, "is no port"},
      {{"--spout", "+80"}, "is no port"},
      {{"--spout", "80x"}, "--spout 80x is no port"},
      {{"--lid", "-1"}, "--lid -1 is no port; give a number from 0 to 65535, such as --lid 0."},
      {{"--lid", ""}, "is no port"},
      {{"--leaves", "/nowhere/at/all"}, "--leaves /nowhere/at/all: No such file or directory; name one that can be read, such as --leaves /dev/null."},
      {{"--tea"}, "--tea needs a value: --tea KIND, such as --tea green."},
      {{"--tea", "--milk"}, "--tea needs a value"},
      {{"--sugar"}, "--sugar is no option of kettle; kettle --help lists them."},
      {{"--milk", "cup"}, "\"cup\" is one word too many for kettle; see kettle --help."},
  };
  for (size_t i = 0; i < ARRAY_LEN(slips); i++) {
    struct kettle kettle = {0};
    int count = slips[i].words[1] == NULL ? 1 : 2;
    cr_expect_eq(parse(count, slips[i].words, &kettle, NULL), ERR_BAD_INPUT, "slip %zu", i);
    cr_expect_not_null(strstr(err_note_text(), slips[i].note), "slip %zu: %s", i, err_note_text());
  }
}

static int told;

static void count_line(const char *name, const char *value, const char *help) {
  cr_expect(strncmp(name, "--", 2) == 0 && value != NULL && help[0] != '\0');
  told++;
}

Test(options, help_says_a_line_for_each) {
  options_help(&table, count_line);
  cr_expect_eq(told, (int)ARRAY_LEN(rows));
}
