/* answers.c: reads answers by question id, telling nothing, anything and something apart. */
#include "bot/match/answers.h"

#include <string.h>

/* Asked a hundred times a couple: most names differ in their first letter. */
static bool is(const char *id, const char *question) {
  return id != NULL && id[0] == question[0] && strcmp(id, question) == 0;
}

static const struct answer *answer_to(const struct enrolment *enrolment, const char *question) {
  for (size_t i = 0; i < enrolment->answers.count; i++) {
    const struct answer *answer = &enrolment->answers.items[i];
    if (is(answer->question, question)) return answer;
  }
  return NULL;
}

static bool means_any(struct strs values) {
  return strs_has(values, "any") || strs_has(values, "no_preference") || strs_has(values, "no_matter");
}

struct match_said match_said(const struct enrolment *enrolment, const char *question) {
  const struct answer *answer = answer_to(enrolment, question);
  if (answer == NULL) return (struct match_said){MATCH_SAID_NOTHING, {NULL, 0}};
  if (answer->state == ANSWER_NO_PREFERENCE) return (struct match_said){MATCH_SAID_ANY, {NULL, 0}};
  if (answer->state != ANSWER_ANSWERED || answer->values.count == 0) return (struct match_said){MATCH_SAID_NOTHING, {NULL, 0}};
  if (means_any(answer->values)) return (struct match_said){MATCH_SAID_ANY, {NULL, 0}};
  return (struct match_said){MATCH_SAID, answer->values};
}

bool match_was_asked(const struct match_sides *sides, const char *question) {
  const struct answer *answer = answer_to(sides->mentee.enrolment, question);
  if (answer != NULL && answer->state != ANSWER_NOT_ASKED) return true;
  if (sides->questions == NULL) return true;
  for (size_t i = 0; i < sides->questions->questions.count; i++) {
    const struct question *one = &sides->questions->questions.items[i];
    if (is(one->id, question)) return true;
  }
  return false;
}

int match_said_which(const struct match_said *said, const char *const *names, size_t count) {
  if (said->how != MATCH_SAID) return -1;
  for (size_t i = 0; i < count; i++)
    if (strcmp(said->values.items[0], names[i]) == 0) return (int)i;
  return -1;
}

uint32_t match_said_mask(const struct match_said *said, const char *const *names, size_t count) {
  uint32_t mask = 0;
  assert(count <= 32);
  for (size_t i = 0; i < count; i++)
    if (said->how == MATCH_SAID_ANY || (said->how == MATCH_SAID && strs_has(said->values, names[i]))) mask |= UINT32_C(1) << i;
  return mask;
}
