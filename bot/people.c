/* people.c: names as people write them, against the persons there are. */
#include "bot/people.h"

#include <string.h>

typedef bool person_test(struct turn *turn, const struct person *person, const char *words);

static bool has_name_or_account(struct turn *turn, const struct person *person, const char *words) {
  if (text_same_folded(turn->arena, person->name == NULL ? "" : person->name, words)) return true;
  for (size_t i = 0; i < person->accounts.count; i++) {
    if (text_same_folded(turn->arena, person->accounts.items[i].user, words)) return true;
  }
  return false;
}

static bool has_first_name(struct turn *turn, const struct person *person, const char *words) {
  const char *name = person->name == NULL ? "" : person->name;
  const char *first = arena_text_n(turn->arena, name, strcspn(name, " "));
  return text_same_folded(turn->arena, first, words);
}

static struct strs all_that(struct turn *turn, person_test *test, const char *words) {
  struct strs found = {0};
  struct strs persons = txn_all(turn->txn, RECORD_PERSON);
  for (size_t i = 0; i < persons.count; i++) {
    if (test(turn, turn_person(turn, persons.items[i]), words)) found = strs_plus(turn->arena, found, persons.items[i]);
  }
  return found;
}

struct strs people_meant(struct turn *turn, const char *words) {
  words += strspn(words, "@ ");
  if (text_fold(turn->arena, words)[0] == '\0') return (struct strs){0}; /* no name is not the name of the nameless */
  struct strs exact = all_that(turn, has_name_or_account, words);
  return exact.count > 0 ? exact : all_that(turn, has_first_name, words);
}

const char *people_sealed_name(struct turn *turn, const char *words) {
  struct strs meant = people_meant(turn, words);
  return meant.count == 1 ? meant.items[0] : arena_format(turn->arena, "?%s", words);
}
