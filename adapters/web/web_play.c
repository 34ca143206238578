/* web_play.c: who plays, and what the others answer: look-ups in the demo's cast. */
#include "adapters/web/web_play.h"

#include <stdlib.h>
#include <string.h>

const struct web_play_person *web_play_person(const struct web_play *play, const char *id) {
  for (size_t i = 0; id != NULL && i < play->person_count; i++)
    if (strcmp(play->people[i].id, id) == 0) return &play->people[i];
  return NULL;
}

uint64_t web_play_bit(const struct web_play *play, const struct web_play_person *person) {
  assert(person >= play->people && person < play->people + play->person_count);
  return UINT64_C(1) << (person - play->people);
}

static const struct web_play_answer *answer_exactly(const struct web_play_answers *answers, const char *key, size_t length) {
  for (size_t i = 0; i < answers->count; i++)
    if (strncmp(answers->rows[i].key, key, length) == 0 && answers->rows[i].key[length] == '\0') return &answers->rows[i];
  return NULL;
}

static const struct web_play_answer *answer_in(const struct web_play_answers *answers, const char *key) {
  size_t length = strlen(key);
  const struct web_play_answer *found = answer_exactly(answers, key, length);
  while (found == NULL && length > 0) { /* drop the last part; a flow's name alone is no key */
    while (length > 0 && key[--length] != '.') continue;
    if (memchr(key, '.', length) == NULL) return NULL;
    found = answer_exactly(answers, key, length);
  }
  return found;
}

const struct web_play_answer *web_play_answer(const struct web_play *play, const struct web_play_person *person, const char *key) {
  for (size_t i = 0; i < play->never_count; i++)
    if (strcmp(play->never[i], key) == 0) return NULL;
  const struct web_play_answer *own = answer_in(&person->answers, key);
  return own != NULL ? own : answer_in(&play->defaults, key);
}

struct web_play *web_play_free(struct web_play *play) {
  if (play != NULL) arena_free(play->arena);
  free(play);
  return NULL;
}

void web_play_freep(struct web_play **play) {
  *play = web_play_free(*play);
}
