/* slack_people.c: a map, and a list in the order of the news. */
#include "adapters/slack/slack_people.h"

#include <stdlib.h>
#include <string.h>

#include "bot/base/map.h"

enum { TEXT_BYTES_MAX = 3 * 1024 };

struct entry {
  struct entry *older, *newer; /* owned by the list */
  struct slack_person person;  /* its texts stand in `texts` */
  int64_t at_ms;
  char texts[];
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
  free(entry);
}

static size_t room_for(const char *text) {
  return text == NULL ? 0 : strlen(text) + 1;
}

static const char *put_text(const char *text, char **at) {
  if (text == NULL) return NULL;
  char *copy = *at;
  size_t bytes = strlen(text) + 1;
  memcpy(copy, text, bytes);
  *at += bytes;
  return copy;
}

/* Thousands of them are kept: each is one piece of memory, no larger than it must be. */
static struct entry *entry_new(const struct slack_person *person, size_t bytes, int64_t now_ms) {
  struct entry *entry = malloc(sizeof *entry + bytes);
  assert(entry != NULL);
  char *at = entry->texts;
  *entry = (struct entry){.person = *person, .at_ms = now_ms};
  entry->person.id = put_text(person->id, &at);
  entry->person.name = put_text(person->name, &at);
  entry->person.zone = put_text(person->zone, &at);
  entry->person.language = put_text(person->language, &at);
  return entry;
}

void slack_people_put(struct slack_people *people, const struct slack_person *person, int64_t now_ms) {
  const size_t bytes[] = {room_for(person->id), room_for(person->name), room_for(person->zone), room_for(person->language)};
  size_t all = 0;
  for (size_t i = 0; i < ARRAY_LEN(bytes); i++) {
    if (bytes[i] > TEXT_BYTES_MAX) return;
    all += bytes[i];
  }
  struct entry *known = map_get(people->by_id, person->id);
  if (known != NULL) forget(people, known);
  else if (map_count(people->by_id) >= SLACK_PEOPLE_MAX) forget(people, people->oldest);
  struct entry *entry = entry_new(person, all, now_ms);
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
