/* test_slack_options.c: what the command line may say, and the sentence when it does not. */
#include <string.h>

#include <criterion/criterion.h>

#include "adapters/slack/slack_options.h"

TestSuite(slack_options);

static enum err parse(int count, const char *const *words, struct slack_options *ret_options) {
  const char *argv[8] = {"mentord-slack"};
  for (int i = 0; i < count; i++) argv[i + 1] = words[i];
  err_note_clear();
  return slack_options_read(count + 1, argv, ret_options);
}

Test(slack_options, without_a_word_it_is_the_installed_file) {
  struct slack_options options;
  cr_assert_eq(parse(0, NULL, &options), ERR_NONE);
  cr_expect_str_eq(options.config, "/etc/mentord/slack.yaml");
  cr_expect_null(options.test_api);
  cr_expect(!options.doctor && !options.help);
}

Test(slack_options, reads_them_all) {
  const char *words[] = {"--config", "s.yaml", "--doctor", "--test-api", "http://127.0.0.1:8125/api/"};
  struct slack_options options;
  cr_assert_eq(parse(ARRAY_LEN(words), words, &options), ERR_NONE, "%s", err_note_text());
  cr_expect_str_eq(options.config, "s.yaml");
  cr_expect(options.doctor);
  cr_expect_str_eq(options.test_api, "http://127.0.0.1:8125/api/");
}

Test(slack_options, a_test_api_is_on_this_machine_or_nothing) {
  static const char *const wrong[] = {"http://127.0.0.1:8125/api", "http://slack.com/api/", "https://slack.com/api/", "ws://127.0.0.1/api/",
                                      "http://127.0.0.1.evil.example/api/", "http://localhost/api/", ""};
  for (size_t i = 0; i < ARRAY_LEN(wrong); i++) {
    const char *words[] = {"--test-api", wrong[i]};
    struct slack_options options = {.config = "untouched"};
    cr_expect_eq(parse(2, words, &options), ERR_BAD_INPUT, "%s", wrong[i]);
    cr_expect_not_null(strstr(err_note_text(), wrong[i]));
    cr_expect_not_null(strstr(err_note_text(), "such as --test-api http://127.0.0.1:8125/api/"));
    cr_expect_str_eq(options.config, "untouched");
  }
}

Test(slack_options, a_slip_is_named_with_the_way_out) {
  const char *unknown[] = {"--verbose"}, *bare[] = {"--config"};
  struct slack_options options;
  cr_expect_eq(parse(1, unknown, &options), ERR_BAD_INPUT);
  cr_expect(strstr(err_note_text(), "--verbose") != NULL && strstr(err_note_text(), "--help") != NULL, "%s", err_note_text());
  cr_expect_eq(parse(1, bare, &options), ERR_BAD_INPUT);
  cr_expect_not_null(strstr(err_note_text(), "--config FILE"), "%s", err_note_text());
}

static int told, told_tests;

static void count(const char *name, const char *value, const char *help) {
  cr_expect(strncmp(name, "--", 2) == 0 && value != NULL && help[0] != '\0');
  cr_expect_neq(strncmp(name, "--test-", 7), 0, "%s is for tests", name);
  told++;
}

static void count_tests(const char *name, const char *value, const char *help) {
  cr_expect(strncmp(name, "--test-", 7) == 0 && value != NULL && help[0] != '\0');
  told_tests++;
}

Test(slack_options, only_a_test_goes_unpaced) {
  struct slack_options options;
  const char *const alone[] = {"--test-unpaced"};
  const char *const both[] = {"--test-unpaced", "--test-api", "http://127.0.0.1:8125/api/"};
  cr_expect_eq(parse(ARRAY_LEN(alone), alone, &options), ERR_BAD_INPUT);
  cr_assert_eq(parse(ARRAY_LEN(both), both, &options), ERR_NONE, "%s", err_note_text());
  cr_expect(options.test_unpaced);
}

Test(slack_options, help_says_a_line_for_each_and_lists_those_for_tests_apart) {
#define AND_ONE(...) +1
  slack_options_help(count);
  slack_options_help_tests(count_tests);
  cr_expect_eq(told_tests, 2);
  cr_expect_eq(told + told_tests, 0 SLACK_OPTION_LIST(AND_ONE));
#undef AND_ONE
}
