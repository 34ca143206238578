/* slack_people.c: a map, and a list in the order of the news. */
#include "adapters/slack/slack_people.h"

#include <stdlib.h>
#include <string.h>

#include "bot/base/map.h"

enum { PERSON_BYTES_MAX = 16 * 1024 };

struct entry {
  struct entry *older, *newer; /* owned by the list */
  struct arena *arena;         /* owned; holds the person's texts */
  struct slack_person person;
  int64_t at_ms;
};

struct slack_people {
  struct map *by_id;
  struct entry *oldest, *newest; /* owned */
};

static void unlink_entry(struct slack_people *people, struct entry *entry) {
  *(entry->older == NULL ? &people->oldest : &entry->older->newer) = entry->newer;
  *(entry->newer == NULL ? &people->newest : &entry->newer->older) = entry->older;
  entry->older = entry->newer = NULL;
}

static void append(struct slack_people *people, struct entry *entry) {
  entry->older = people->newest;
  *(people->newest == NULL ? &people->oldest : &people->newest->newer) = entry;
  people->newest = entry;
}

static void forget(struct slack_people *people, struct entry *entry) {
  unlink_entry(people, entry);
  (void)map_drop(people->by_id, entry->person.id);
  arena_free(entry->arena);
  free(entry);
}

static bool fits(const char *text) {
  return text == NULL || strlen(text) < PERSON_BYTES_MAX / 5;
}

void slack_people_put(struct slack_people *people, const struct slack_person *person, int64_t now_ms) {
  if (!fits(person->id) || !fits(person->name) || !fits(person->zone) || !fits(person->language)) return;
  struct entry *known = map_get(people->by_id, person->id);
  if (known != NULL) forget(people, known);
  else if (map_count(people->by_id) >= SLACK_PEOPLE_MAX) forget(people, people->oldest);
  struct entry *entry = calloc(1, sizeof *entry);
  assert(entry != NULL);
  entry->arena = arena_new(PERSON_BYTES_MAX);
  entry->person = *person;
  entry->person.id = arena_text(entry->arena, person->id);
  entry->person.name = arena_text(entry->arena, person->name);
  entry->person.zone = arena_text(entry->arena, person->zone);
  entry->person.language = arena_text(entry->arena, person->language);
  entry->at_ms = now_ms;
  append(people, entry);
  (void)map_put(people->by_id, entry->person.id, entry);
}

const struct slack_person *slack_people_get(const struct slack_people *people, const char *user) {
  const struct entry *entry = map_get(people->by_id, user);
  return entry == NULL ? NULL : &entry->person;
}

bool slack_people_old(const struct slack_people *people, const char *user, int64_t now_ms) {
  const struct entry *entry = map_get(people->by_id, user);
  return entry == NULL || now_ms - entry->at_ms > SLACK_PERSON_OLD_MS;
}

struct slack_people *slack_people_new(void) {
  struct slack_people *people = calloc(1, sizeof *people);
  assert(people != NULL);
  people->by_id = map_new();
  return people;
}

struct slack_people *slack_people_free(struct slack_people *people) {
  if (people == NULL) return NULL;
  while (people->oldest != NULL) forget(people, people->oldest);
  people->by_id = map_free(people->by_id, NULL);
  free(people);
  return NULL;
}
