/* test_slack_people.c: who somebody is, as it was heard last, and never more than there is room for. */
#include <stdio.h>
#include <string.h>

#include <criterion/criterion.h>

#include "adapters/slack/slack_people.h"

TestSuite(slack_people);

static void put(struct slack_people *people, const char *id, const char *name, int64_t now_ms) {
  slack_people_put(people, &(struct slack_person){.id = id, .name = name, .zone = "Europe/London"}, now_ms);
}

Test(slack_people, the_newest_word_counts_and_is_a_copy) {
  struct slack_people *people = slack_people_new();
  char name[] = "Ann";
  put(people, "U1", name, 0);
  name[0] = 'X';
  cr_expect_str_eq(slack_people_get(people, "U1")->name, "Ann");
  put(people, "U1", "Ann Other", 5);
  cr_expect_str_eq(slack_people_get(people, "U1")->name, "Ann Other");
  cr_expect_str_eq(slack_people_get(people, "U1")->zone, "Europe/London");
  cr_expect_null(slack_people_get(people, "U2"));
  slack_people_free(people);
}

Test(slack_people, what_is_unknown_or_old_is_worth_asking) {
  struct slack_people *people = slack_people_new();
  put(people, "U1", "Ann", 1000);
  cr_expect(slack_people_old(people, "U2", 1000));
  cr_expect(!slack_people_old(people, "U1", 1000 + SLACK_PERSON_OLD_MS));
  cr_expect(slack_people_old(people, "U1", 1001 + SLACK_PERSON_OLD_MS));
  put(people, "U1", "Ann", 2000);
  cr_expect(!slack_people_old(people, "U1", 1001 + SLACK_PERSON_OLD_MS));
  slack_people_free(people);
}

Test(slack_people, when_there_are_too_many_the_oldest_news_goes) {
  struct slack_people *people = slack_people_new();
  char id[24];
  for (int i = 0; i < SLACK_PEOPLE_MAX; i++) {
    (void)snprintf(id, sizeof id, "U%d", i);
    put(people, id, "Somebody", i);
  }
  put(people, "U0", "Heard of again", SLACK_PEOPLE_MAX);
  put(people, "U-new", "New", SLACK_PEOPLE_MAX + 1);
  cr_expect_not_null(slack_people_get(people, "U0"));
  cr_expect_not_null(slack_people_get(people, "U-new"));
  cr_expect_null(slack_people_get(people, "U1"));
  cr_expect_not_null(slack_people_get(people, "U2"));
  slack_people_free(people);
}

Test(slack_people, a_name_as_long_as_a_book_is_not_kept) {
  struct slack_people *people = slack_people_new();
  char book[20000];
  memset(book, 'a', sizeof book);
  book[sizeof book - 1] = '\0';
  put(people, "U1", "Ann", 0);
  put(people, "U1", book, 1);
  put(people, "U2", book, 1);
  cr_expect_str_eq(slack_people_get(people, "U1")->name, "Ann");
  cr_expect_null(slack_people_get(people, "U2"));
  slack_people_free(people);
}
