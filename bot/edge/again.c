/* again.c: a keyed hash a person, of what they said or pressed last; the key lives as long as the process. */
#include "bot/edge/again.h"

#include <stdlib.h>
#include <string.h>

#include "bot/base/map.h"
#include "bot/base/random.h"
#include "bot/base/text.h"

enum { AGAIN_MS = 60 * 1000, PERSONS_MAX = 20000 };

struct last {
  uint8_t id[HASH_BYTES], words[HASH_BYTES];
  int64_t at_ms; /* of the first of them */
};

struct again {
  uint8_t key[HASH_KEY_BYTES];
  struct map *lasts; /* "workspace\nperson" -> struct last, owned */
};

struct again *again_new(void) {
  struct again *again = calloc(1, sizeof *again);
  assert(again != NULL);
  random_bytes(again->key, sizeof again->key);
  again->lasts = map_new();
  return again;
}

struct again *again_free(struct again *again) {
  if (again == NULL) return NULL;
  (void)map_free(again->lasts, free);
  free(again);
  return NULL;
}

static void hash_words(const struct again *again, const struct event *event, uint8_t ret_hash[HASH_BYTES]) {
  uint8_t parts[5][HASH_BYTES];
  const char *texts[] = {event->text, event->command, event->args, event->button, event->room.id};
  static_assert(ARRAY_LEN(parts) == ARRAY_LEN(texts), "a hash each");
  for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
    const char *text = texts[i] == NULL ? "" : texts[i];
    hash_bytes(again->key, text, strlen(text), parts[i]);
  }
  hash_bytes(again->key, parts, sizeof parts, ret_hash);
}

static struct last *last_of(struct again *again, const struct event *event) {
  struct text key;
  text_init(&key, 4096);
  text_addf(&key, "%s\n%s", event->workspace, event->person.id);
  struct last *last = map_get(again->lasts, text_str(&key));
  if (last == NULL && map_count(again->lasts) == PERSONS_MAX) {
    (void)map_free(again->lasts, free);
    again->lasts = map_new();
  }
  if (last == NULL) {
    last = calloc(1, sizeof *last);
    assert(last != NULL);
    (void)map_put(again->lasts, text_str(&key), last);
  }
  text_done(&key);
  return last;
}

bool again_is(struct again *again, const struct event *event) {
  bool said = event->kind == EVENT_TEXT || event->kind == EVENT_COMMAND, pressed = event->kind == EVENT_PRESS || event->kind == EVENT_FORM;
  if ((!said && !pressed) || event->person.id == NULL) return false;
  struct last *last = last_of(again, event), now = {.at_ms = event->at_ms};
  hash_words(again, event, now.words);
  hash_bytes(again->key, event->id, strlen(event->id), now.id);
  int64_t apart = event->at_ms - last->at_ms;
  bool same = memcmp(last->words, now.words, HASH_BYTES) == 0 && apart < AGAIN_MS && apart > -AGAIN_MS;
  bool other = memcmp(last->id, now.id, HASH_BYTES) != 0; /* else it is sent again since we did not acknowledge it */
  if (!same) *last = now;
  return said && same && other; /* a press knows its question by itself; here it only stands between words */
}
