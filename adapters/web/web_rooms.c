/* web_rooms.c: keeps rooms and messages in lists and maps over one arena, their words beside it, and tells the watch what changed. */
#include "adapters/web/web_rooms.h"

#include <stdlib.h>
#include <string.h>

enum { MAGIC = 0x526f6f6d };
/* The journal is bounded, and so is what follows from it: a line makes at most a few copies of itself. */
static const size_t arena_bytes_max = (size_t)1024 * 1024 * 1024;

/* ---- life ---- */

static void add_room(struct web_rooms *rooms, struct web_room room) {
  assert(rooms->room_count < WEB_ROOMS_MAX);
  struct web_room *kept = arena_alloc(rooms->arena, sizeof *kept);
  *kept = room;
  rooms->rooms[rooms->room_count++] = kept;
  map_put(rooms->room_ids, kept->id, kept);
}

static void add_base_rooms(struct web_rooms *rooms) {
  const struct web_play *play = rooms->play;
  for (size_t i = 0; i < play->person_count; i++) {
    const struct web_play_person *person = &play->people[i];
    add_room(rooms, (struct web_room){.id = arena_format(rooms->arena, "d:%s", person->id), .kind = ROOM_DIRECT, .name = "Mentor bot",
                                      .workspace = person->workspace, .members = web_play_bit(play, person)});
  }
  for (size_t i = 0; i < play->room_count; i++) {
    const struct web_play_room *room = &play->rooms[i];
    add_room(rooms, (struct web_room){.id = room->id, .kind = ROOM_PUBLIC, .name = room->name, .workspace = room->workspace,
                                      .members = room->members});
  }
}

static void start_empty(struct web_rooms *rooms) {
  rooms->room_ids = map_new();
  rooms->message_ids = map_new();
  rooms->tokens = map_new();
  rooms->outcomes = map_new();
  rooms->seen = map_new();
  rooms->room_count = 0;
  rooms->steps_done = arena_alloc(rooms->arena, (rooms->play->step_count + 1) * sizeof *rooms->steps_done);
  rooms->journal = "";
  add_base_rooms(rooms);
}

static void free_words(struct web_rooms *rooms) {
  for (size_t i = 0; i < rooms->room_count; i++)
    for (struct web_message *message = rooms->rooms[i]->first; message != NULL; message = message->after) free(message->words);
}

static void free_maps(struct web_rooms *rooms) {
  rooms->room_ids = map_free(rooms->room_ids, NULL);
  rooms->message_ids = map_free(rooms->message_ids, NULL);
  rooms->tokens = map_free(rooms->tokens, NULL);
  rooms->outcomes = map_free(rooms->outcomes, NULL);
  rooms->seen = map_free(rooms->seen, NULL);
}

struct web_rooms *web_rooms_new(const struct web_play *play) {
  struct web_rooms *rooms = calloc(1, sizeof *rooms);
  assert(rooms != NULL);
  rooms->magic = MAGIC;
  rooms->play = play;
  rooms->arena = arena_new(arena_bytes_max);
  start_empty(rooms);
  return rooms;
}

void web_rooms_watch(struct web_rooms *rooms, const struct web_watch *watch) {
  assert(rooms->magic == MAGIC);
  rooms->watch = watch == NULL ? (struct web_watch){.who = NULL} : *watch;
}

void web_rooms_clear(struct web_rooms *rooms) {
  assert(rooms->magic == MAGIC);
  char *next = rooms->clock.next == NULL ? NULL : strdup(rooms->clock.next);
  free_words(rooms);
  free_maps(rooms);
  arena_clear(rooms->arena);
  start_empty(rooms);
  rooms->clock.next = arena_text(rooms->arena, next);
  free(next);
}

struct web_rooms *web_rooms_free(struct web_rooms *rooms) {
  if (rooms == NULL) return NULL;
  assert(rooms->magic == MAGIC);
  rooms->magic = 0;
  free_words(rooms);
  free_maps(rooms);
  arena_free(rooms->arena);
  free(rooms);
  return NULL;
}

void web_rooms_freep(struct web_rooms **rooms) {
  *rooms = web_rooms_free(*rooms);
}

/* ---- asking ---- */

struct web_room *web_rooms_room(const struct web_rooms *rooms, const char *id) {
  return id == NULL ? NULL : map_get(rooms->room_ids, id);
}

struct web_room *web_rooms_direct(const struct web_rooms *rooms, const struct web_play_person *person) {
  return rooms->rooms[person - rooms->play->people]; /* they were made first, in the order of people */
}

struct web_message *web_rooms_any_message(const struct web_rooms *rooms, const char *id) {
  return id == NULL ? NULL : map_get(rooms->message_ids, id);
}

struct web_message *web_rooms_message(const struct web_rooms *rooms, const char *id) {
  struct web_message *message = web_rooms_any_message(rooms, id);
  return message == NULL || message->gone ? NULL : message;
}

struct web_message *web_rooms_with_file(const struct web_rooms *rooms, const char *token) {
  struct web_message *message = token == NULL ? NULL : map_get(rooms->tokens, token);
  return message == NULL || message->gone ? NULL : message;
}

const struct web_outcome *web_rooms_outcome(const struct web_rooms *rooms, const char *action) {
  return map_get(rooms->outcomes, action);
}

bool web_rooms_has(const struct web_rooms *rooms, const struct web_room *room, const struct web_play_person *person) {
  return (room->members & web_play_bit(rooms->play, person)) != 0;
}

bool web_rooms_sees(const struct web_rooms *rooms, const struct web_message *message, const struct web_play_person *person) {
  if (message->gone || !web_rooms_has(rooms, message->room, person)) return false;
  return message->only == NULL || message->only == person;
}

size_t web_rooms_unread(const struct web_rooms *rooms, const struct web_room *room, const struct web_play_person *person) {
  size_t count = 0;
  if (!web_rooms_has(rooms, room, person)) return 0;
  int64_t read = room->read[person - rooms->play->people];
  for (const struct web_message *message = room->last; message != NULL && message->number > read; message = message->before)
    if (message->from != person && web_rooms_sees(rooms, message, person)) count++;
  return count;
}

size_t web_rooms_unread_total(const struct web_rooms *rooms, const struct web_play_person *person) {
  size_t total = 0;
  for (size_t i = 0; i < rooms->room_count; i++) total += web_rooms_unread(rooms, rooms->rooms[i], person);
  return total;
}

/* ---- what was seen and done before ---- */

/* One person's `n` is nobody else's. */
static char *seen_key(const struct web_play_person *person, const char *n, char *ret_key, size_t bytes) {
  ret_key[0] = '\0';
  strncat(ret_key, person->id, bytes / 2);
  strncat(ret_key, "\n", 2);
  strncat(ret_key, n, bytes / 2 - 2);
  return ret_key;
}

enum { SEEN_KEY_BYTES = 512 };

bool web_rooms_seen(const struct web_rooms *rooms, const struct web_play_person *person, const char *n) {
  char key[SEEN_KEY_BYTES];
  return map_get(rooms->seen, seen_key(person, n, key, sizeof key)) != NULL;
}

bool web_rooms_first_time(struct web_rooms *rooms, const struct web_play_person *person, const char *n) {
  char key[SEEN_KEY_BYTES];
  return map_put(rooms->seen, seen_key(person, n, key, sizeof key), rooms) == NULL;
}

void web_rooms_remember(struct web_rooms *rooms, const char *action, const struct web_outcome *outcome) {
  struct web_outcome *kept = arena_alloc(rooms->arena, sizeof *kept);
  *kept = (struct web_outcome){.result = outcome->result, .message = arena_text(rooms->arena, outcome->message),
                               .why = arena_text(rooms->arena, outcome->why)};
  map_put(rooms->outcomes, action, kept);
}

/* ---- messages ---- */

static void tell_message(struct web_rooms *rooms, const struct web_message *message) {
  if (rooms->watch.message != NULL) rooms->watch.message(rooms->watch.who, message);
}

static void tell_unread(struct web_rooms *rooms, const struct web_message *message) {
  const struct web_play *play = rooms->play;
  for (size_t i = 0; i < play->person_count && rooms->watch.unread != NULL; i++)
    if (message->from != &play->people[i] && web_rooms_has(rooms, message->room, &play->people[i]) &&
        (message->only == NULL || message->only == &play->people[i]))
      rooms->watch.unread(rooms->watch.who, &play->people[i]);
}

static bool got_by(const struct web_rooms *rooms, const struct web_message *message, const char *person) {
  const struct web_play_person *wanted = web_play_person(rooms->play, person);
  return person == NULL || web_rooms_sees(rooms, message, wanted);
}

static void mark_steps(struct web_rooms *rooms, const struct web_message *message) {
  if (message->from != NULL || message->key == NULL) return;
  for (size_t i = 0; i < rooms->play->step_count; i++) {
    const struct web_play_step *step = &rooms->play->steps[i];
    if (rooms->steps_done[i] || strcmp(step->key, message->key) != 0 || !got_by(rooms, message, step->person)) continue;
    rooms->steps_done[i] = true;
    if (rooms->watch.step != NULL) rooms->watch.step(rooms->watch.who, step);
  }
}

static void attach(struct web_rooms *rooms, struct web_message *message, const struct web_attached *file) {
  if (file == NULL) return;
  struct web_attached *kept = arena_alloc(rooms->arena, sizeof *kept);
  *kept = (struct web_attached){.token = arena_text(rooms->arena, file->token), .name = arena_text(rooms->arena, file->name),
                                .type = arena_text(rooms->arena, file->type), .bytes = file->bytes};
  message->file = kept;
  map_put(rooms->tokens, kept->token, message);
}

static size_t bytes_of(const char *word) {
  return word == NULL ? 0 : strlen(word) + 1;
}

static const char *put_word(char **at, const char *word) {
  char *put = *at;
  if (word == NULL) return NULL;
  *at = stpcpy(put, word) + 1;
  return put;
}

/* Not in the arena, which gives nothing back: a question is edited again and again. What it said before may be among the new words. */
static void put_words(struct web_message *message, const char *text, const char *card, const char *key) {
  char *words = malloc(bytes_of(text) + bytes_of(card) + bytes_of(key)), *at = words;
  assert(words != NULL);
  message->text = put_word(&at, text);
  message->card = put_word(&at, card);
  message->key = put_word(&at, key);
  free(message->words);
  message->words = words;
}

struct web_message *web_rooms_post(struct web_rooms *rooms, const struct web_message *post) {
  assert(rooms->magic == MAGIC);
  struct web_message *message = arena_alloc(rooms->arena, sizeof *message);
  *message = (struct web_message){.number = post->number, .room = post->room, .from = post->from, .only = post->only, .at_ms = post->at_ms};
  message->id = arena_format(rooms->arena, "m%lld", (long long)post->number);
  put_words(message, post->text == NULL ? "" : post->text, post->card, post->key);
  attach(rooms, message, post->file);
  message->before = message->room->last;
  if (message->before == NULL) message->room->first = message;
  else message->before->after = message;
  message->room->last = message;
  map_put(rooms->message_ids, message->id, message);
  tell_message(rooms, message);
  tell_unread(rooms, message);
  mark_steps(rooms, message);
  return message;
}

void web_rooms_edit(struct web_rooms *rooms, struct web_message *message, const char *text, const char *card, const char *key, bool closed) {
  put_words(message, text == NULL ? "" : text, card, key);
  message->closed = closed;
  message->answered = false;
  tell_message(rooms, message);
  mark_steps(rooms, message);
}

void web_rooms_delete(struct web_rooms *rooms, struct web_message *message) {
  if (rooms->watch.gone != NULL) rooms->watch.gone(rooms->watch.who, message);
  message->gone = true;
  tell_unread(rooms, message);
}

/* ---- rooms and readers ---- */

struct web_room *web_rooms_open(struct web_rooms *rooms, int64_t number, const char *name, const char *workspace, uint64_t members) {
  add_room(rooms, (struct web_room){.id = arena_format(rooms->arena, "p%lld", (long long)number), .kind = ROOM_PRIVATE,
                                    .name = arena_text(rooms->arena, name), .workspace = arena_text(rooms->arena, workspace)});
  struct web_room *room = rooms->rooms[rooms->room_count - 1];
  web_rooms_invite(rooms, room, members);
  return room;
}

void web_rooms_invite(struct web_rooms *rooms, struct web_room *room, uint64_t newcomers) {
  newcomers &= ~room->members;
  room->members |= newcomers;
  if (rooms->watch.room != NULL && newcomers != 0) rooms->watch.room(rooms->watch.who, room, newcomers);
}

void web_rooms_read(struct web_rooms *rooms, struct web_room *room, const struct web_play_person *person, int64_t number) {
  int64_t *read = &room->read[person - rooms->play->people];
  if (number <= *read) return;
  bool was_unread = web_rooms_unread(rooms, room, person) > 0;
  *read = number;
  if (was_unread && rooms->watch.unread != NULL) rooms->watch.unread(rooms->watch.who, person);
}
