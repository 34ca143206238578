/* people.c: names as people write them, against the persons there are. */
#include "bot/people.h"

#include <string.h>

typedef bool person_test(struct turn *turn, const struct person *person, const char *folded);

static bool is_folded(struct turn *turn, const char *text, const char *folded) {
  return strcmp(text_fold(turn->arena, text), folded) == 0;
}

static bool has_name_or_account(struct turn *turn, const struct person *person, const char *folded) {
  if (is_folded(turn, person->name == NULL ? "" : person->name, folded)) return true;
  for (size_t i = 0; i < person->accounts.count; i++) {
    if (is_folded(turn, person->accounts.items[i].user, folded)) return true;
  }
  return false;
}

static bool has_first_name(struct turn *turn, const struct person *person, const char *folded) {
  const char *name = person->name == NULL ? "" : person->name;
  return is_folded(turn, arena_text_n(turn->arena, name, strcspn(name, " ")), folded);
}

static struct strs all_that(struct turn *turn, person_test *test, const char *folded) {
  struct strs found = {0};
  struct strs persons = txn_all(turn->txn, RECORD_PERSON);
  for (size_t i = 0; i < persons.count; i++) {
    if (test(turn, turn_person(turn, persons.items[i]), folded)) found = strs_plus(turn->arena, found, persons.items[i]);
  }
  return found;
}

struct strs people_meant(struct turn *turn, const char *words) {
  const char *folded = text_fold(turn->arena, words + strspn(words, "@ "));
  if (folded[0] == '\0') return (struct strs){0}; /* no name is not the name of the nameless */
  struct strs exact = all_that(turn, has_name_or_account, folded);
  return exact.count > 0 ? exact : all_that(turn, has_first_name, folded);
}

const char *people_sealed_name(struct turn *turn, const char *words) {
  struct strs meant = people_meant(turn, words);
  return meant.count == 1 ? meant.items[0] : arena_format(turn->arena, "?%s", words);
}
