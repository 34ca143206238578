/* web_play.c: reads play.yaml, refusing what does not fit together with its file, line and column. */
#include "adapters/web/web_play.h"

#include <stdlib.h>
#include <string.h>

#include "adapters/web/web_yaml.h"
#include "bot/base/zone.h"

enum {
  ARENA_BYTES_MAX = 4 * 1024 * 1024,
  WORKSPACES_MAX = 8,
  STEPS_MAX = 32,
  ANSWERS_MAX = 128,
  CHOICES_MAX = 16,
  ID_CHARS = 32,
  NAME_CHARS = 80,
  KEY_CHARS = 80,
  SENTENCE_CHARS = 400,
  ANSWER_CHARS = 1000
};

#define FIELD(type, field, chars, needed) {#field, offsetof(struct type, field), chars, needed}
#define ELSEWHERE(name) {name, 0, 0, false} /* known here, read by its own code */

/* What one reading carries from list to list. */
struct reading {
  const struct web_yaml *yaml; /* borrowed until web_play_read returns */
  struct web_play *play;       /* borrowed until web_play_read returns */
};

/* ---- looking up ---- */

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

static bool workspace_known(const struct web_play *play, const char *id) {
  for (size_t i = 0; i < play->workspace_count; i++)
    if (strcmp(play->workspaces[i].id, id) == 0) return true;
  return false;
}

/* ---- reading: small things ---- */

static enum err check_id(const struct reading *r, const yaml_node_t *node, const char *id) {
  if (strspn(id, "abcdefghijklmnopqrstuvwxyz0123456789_-") == strlen(id)) return ERR_NONE;
  return web_yaml_err(r->yaml, web_yaml_at(r->yaml, node, "id"), "the id \"%s\" may have only a-z, 0-9, - and _", id);
}

static enum err check_workspace(const struct reading *r, const yaml_node_t *node, const char *id) {
  if (workspace_known(r->play, id)) return ERR_NONE;
  return web_yaml_err(r->yaml, web_yaml_at(r->yaml, node, "workspace"), "the workspace \"%s\" is not listed above", id);
}

static enum err check_zone(const struct reading *r, const yaml_node_t *node, const char *zone) {
  if (zone_known(zone)) return ERR_NONE;
  return web_yaml_err(r->yaml, web_yaml_at(r->yaml, node, "zone"), "the time zone \"%s\" is not known; an example is Europe/London", zone);
}

static enum err read_texts(const struct reading *r, const yaml_node_t *node, const char *what, size_t count_max, size_t chars_max,
                           const char *const **ret_texts, size_t *ret_count) {
  const yaml_node_t **items;
  size_t count;
  enum err err = web_yaml_items(r->yaml, node, what, count_max, &items, NULL, &count);
  if (err != ERR_NONE) return err;
  const char **texts = arena_alloc(r->play->arena, (count + 1) * sizeof *texts);
  for (size_t i = 0; i < count && err == ERR_NONE; i++) err = web_yaml_text(r->yaml, items[i], what, chars_max, &texts[i]);
  *ret_texts = texts;
  *ret_count = count;
  return err;
}

/* ---- reading: workspaces and people ---- */

static enum err read_workspace(const struct reading *r, const yaml_node_t *node, struct link_workspace *workspace) {
  static const struct web_yaml_field fields[] = {FIELD(link_workspace, id, ID_CHARS, true), FIELD(link_workspace, name, NAME_CHARS, true)};
  enum err err = web_yaml_read(r->yaml, node, "a workspace", fields, ARRAY_LEN(fields), workspace);
  if (err != ERR_NONE) return err;
  const yaml_node_t *id = web_yaml_at(r->yaml, node, "id");
  if (strncmp(workspace->id, "web/", 4) != 0 || workspace->id[4] == '\0')
    return web_yaml_err(r->yaml, id, "a workspace of the demo is called web/…, not \"%s\"", workspace->id);
  if (workspace_known(r->play, workspace->id)) return web_yaml_err(r->yaml, id, "the workspace \"%s\" stands twice", workspace->id);
  return ERR_NONE;
}

static enum err read_workspaces(const struct reading *r, const yaml_node_t *node) {
  const yaml_node_t **items;
  size_t count;
  enum err err = web_yaml_items(r->yaml, node, "workspaces", WORKSPACES_MAX, &items, NULL, &count);
  if (err == ERR_NONE && count == 0) err = web_yaml_err(r->yaml, web_yaml_root(r->yaml), "the list of workspaces is missing or empty");
  if (err != ERR_NONE) return err;
  struct link_workspace *workspaces = arena_alloc(r->play->arena, count * sizeof *workspaces);
  r->play->workspaces = workspaces;
  for (size_t i = 0; i < count && err == ERR_NONE; i++) {
    err = read_workspace(r, items[i], &workspaces[i]);
    r->play->workspace_count = i + 1;
  }
  return err;
}

static enum err read_person(const struct reading *r, const yaml_node_t *node, struct web_play_person *person) {
  static const struct web_yaml_field fields[] = {
      FIELD(web_play_person, id, ID_CHARS, true),       FIELD(web_play_person, name, NAME_CHARS, true),
      FIELD(web_play_person, workspace, ID_CHARS, true), FIELD(web_play_person, about, NAME_CHARS, true),
      FIELD(web_play_person, zone, NAME_CHARS, false),  FIELD(web_play_person, language, ID_CHARS, false)};
  enum err err = web_yaml_read(r->yaml, node, "a person", fields, ARRAY_LEN(fields), person);
  if (err == ERR_NONE) err = check_id(r, node, person->id);
  if (err == ERR_NONE) err = check_workspace(r, node, person->workspace);
  if (err == ERR_NONE && person->zone == NULL) person->zone = r->play->zone;
  if (err == ERR_NONE && person->zone != r->play->zone) err = check_zone(r, node, person->zone);
  if (err != ERR_NONE) return err;
  if (person->language == NULL) person->language = "en";
  if (web_play_person(r->play, person->id) != NULL)
    return web_yaml_err(r->yaml, web_yaml_at(r->yaml, node, "id"), "the person \"%s\" stands twice", person->id);
  return ERR_NONE;
}

static enum err read_people(const struct reading *r, const yaml_node_t *node) {
  const yaml_node_t **items;
  size_t count;
  enum err err = web_yaml_items(r->yaml, node, "people", WEB_PLAY_PEOPLE_MAX, &items, NULL, &count);
  if (err == ERR_NONE && count == 0) err = web_yaml_err(r->yaml, web_yaml_root(r->yaml), "the list of people is missing or empty");
  if (err != ERR_NONE) return err;
  r->play->people = arena_alloc(r->play->arena, count * sizeof *r->play->people);
  for (size_t i = 0; i < count && err == ERR_NONE; i++) {
    err = read_person(r, items[i], &r->play->people[i]);
    r->play->person_count = i + 1;
  }
  return err;
}

/* ---- reading: rooms ---- */

/* Everybody of its workspace, or those who are listed. */
static enum err read_members(const struct reading *r, const yaml_node_t *node, struct web_play_room *room) {
  const yaml_node_t *list = web_yaml_at(r->yaml, node, "people"), **items = NULL;
  size_t count;
  enum err err = web_yaml_items(r->yaml, list, "people", WEB_PLAY_PEOPLE_MAX, &items, NULL, &count);
  for (size_t i = 0; i < count && err == ERR_NONE; i++) {
    const char *id = NULL;
    err = web_yaml_text(r->yaml, items[i], "a person", ID_CHARS, &id);
    const struct web_play_person *person = web_play_person(r->play, id);
    if (err == ERR_NONE && (person == NULL || strcmp(person->workspace, room->workspace) != 0))
      err = web_yaml_err(r->yaml, items[i], "\"%s\" is nobody of %s", id, room->workspace);
    if (err == ERR_NONE) room->members |= web_play_bit(r->play, person);
  }
  for (size_t i = 0; i < r->play->person_count && list == NULL; i++)
    if (strcmp(r->play->people[i].workspace, room->workspace) == 0) room->members |= UINT64_C(1) << i;
  return err;
}

/* "p12" is what a private room of the journal is called. */
static bool looks_private(const char *id) {
  return id[0] == 'p' && strspn(id + 1, "0123456789") == strlen(id + 1);
}

static enum err read_room(const struct reading *r, const yaml_node_t *node, struct web_play_room *room) {
  static const struct web_yaml_field fields[] = {FIELD(web_play_room, id, ID_CHARS, true), FIELD(web_play_room, name, NAME_CHARS, true),
                                                 FIELD(web_play_room, workspace, ID_CHARS, true), ELSEWHERE("people")};
  enum err err = web_yaml_read(r->yaml, node, "a room", fields, ARRAY_LEN(fields), room);
  if (err == ERR_NONE) err = check_id(r, node, room->id);
  if (err == ERR_NONE && looks_private(room->id))
    err = web_yaml_err(r->yaml, web_yaml_at(r->yaml, node, "id"), "p and a number names a private room; call it something else");
  for (size_t i = 0; i < r->play->room_count && err == ERR_NONE; i++)
    if (strcmp(r->play->rooms[i].id, room->id) == 0)
      err = web_yaml_err(r->yaml, web_yaml_at(r->yaml, node, "id"), "the room \"%s\" stands twice", room->id);
  if (err == ERR_NONE) err = check_workspace(r, node, room->workspace);
  return err == ERR_NONE ? read_members(r, node, room) : err;
}

static enum err read_rooms(const struct reading *r, const yaml_node_t *node) {
  const yaml_node_t **items;
  size_t count;
  enum err err = web_yaml_items(r->yaml, node, "rooms", WEB_PLAY_ROOMS_MAX, &items, NULL, &count);
  if (err != ERR_NONE) return err;
  struct web_play_room *rooms = arena_alloc(r->play->arena, (count + 1) * sizeof *rooms);
  r->play->rooms = rooms;
  for (size_t i = 0; i < count && err == ERR_NONE; i++) {
    err = read_room(r, items[i], &rooms[i]);
    r->play->room_count = i + 1;
  }
  return err;
}

/* ---- reading: the steps of "Try this" ---- */

static enum err check_named(const struct reading *r, const yaml_node_t *node, const char *key, const char *id) {
  if (id == NULL || web_play_person(r->play, id) != NULL) return ERR_NONE;
  return web_yaml_err(r->yaml, web_yaml_at(r->yaml, node, key), "\"%s\" is not in the list of people", id);
}

static enum err read_step(const struct reading *r, const yaml_node_t *node, struct web_play_step *step) {
  static const struct web_yaml_field fields[] = {
      FIELD(web_play_step, id, ID_CHARS, true),   FIELD(web_play_step, title, NAME_CHARS, true), FIELD(web_play_step, how, SENTENCE_CHARS, true),
      FIELD(web_play_step, as, ID_CHARS, false),  FIELD(web_play_step, say, SENTENCE_CHARS, false), {"done", 0, 0, true}};
  static const struct web_yaml_field done_fields[] = {FIELD(web_play_step, key, KEY_CHARS, true), FIELD(web_play_step, person, ID_CHARS, false)};
  enum err err = web_yaml_read(r->yaml, node, "a step", fields, ARRAY_LEN(fields), step);
  if (err == ERR_NONE) err = check_id(r, node, step->id);
  for (size_t i = 0; i < r->play->step_count && err == ERR_NONE; i++)
    if (strcmp(r->play->steps[i].id, step->id) == 0)
      err = web_yaml_err(r->yaml, web_yaml_at(r->yaml, node, "id"), "the step \"%s\" stands twice", step->id);
  if (err == ERR_NONE) err = check_named(r, node, "as", step->as);
  const yaml_node_t *done = web_yaml_at(r->yaml, node, "done");
  if (err == ERR_NONE) err = web_yaml_read(r->yaml, done, "done", done_fields, ARRAY_LEN(done_fields), step);
  return err == ERR_NONE ? check_named(r, done, "person", step->person) : err;
}

static enum err read_steps(const struct reading *r, const yaml_node_t *node) {
  const yaml_node_t **items;
  size_t count;
  enum err err = web_yaml_items(r->yaml, node, "checklist", STEPS_MAX, &items, NULL, &count);
  if (err != ERR_NONE) return err;
  struct web_play_step *steps = arena_alloc(r->play->arena, (count + 1) * sizeof *steps);
  r->play->steps = steps;
  for (size_t i = 0; i < count && err == ERR_NONE; i++) {
    err = read_step(r, items[i], &steps[i]);
    r->play->step_count = i + 1;
  }
  return err;
}

/* ---- reading: what the others answer ---- */

static enum err read_answer(const struct reading *r, const yaml_node_t *node, struct web_play_answer *answer) {
  static const struct web_yaml_field fields[] = {{"say", 0, ANSWER_CHARS, true}};
  answer->list = node->type == YAML_SEQUENCE_NODE;
  answer->say = node->type == YAML_MAPPING_NODE;
  if (answer->list) return read_texts(r, node, answer->key, CHOICES_MAX, ANSWER_CHARS, &answer->values, &answer->value_count);
  const char **values = arena_alloc(r->play->arena, sizeof *values);
  answer->values = values;
  answer->value_count = 1;
  if (answer->say) return web_yaml_read(r->yaml, node, answer->key, fields, ARRAY_LEN(fields), values);
  return web_yaml_text(r->yaml, node, answer->key, ANSWER_CHARS, values);
}

/* `ret_start` is NULL where nobody starts (the defaults): `start` is a card's key there like any other. */
static enum err read_answers(const struct reading *r, const yaml_node_t *node, const char **ret_start, struct web_play_answers *ret_answers) {
  const yaml_node_t **items = NULL, **keys = NULL;
  size_t count;
  enum err err = web_yaml_items(r->yaml, node, "answers", ANSWERS_MAX, &items, &keys, &count);
  if (err != ERR_NONE) return err;
  struct web_play_answer *rows = arena_alloc(r->play->arena, (count + 1) * sizeof *rows);
  for (size_t i = 0; i < count && err == ERR_NONE; i++) {
    struct web_play_answer *row = &rows[ret_answers->count];
    err = web_yaml_text(r->yaml, keys[i], "a card's key", KEY_CHARS, &row->key);
    bool start = err == ERR_NONE && ret_start != NULL && strcmp(row->key, "start") == 0;
    if (start) err = web_yaml_text(r->yaml, items[i], "start", ANSWER_CHARS, ret_start);
    else if (err == ERR_NONE && answer_exactly(ret_answers, row->key, strlen(row->key)) != NULL)
      err = web_yaml_err(r->yaml, keys[i], "%s stands twice", row->key);
    else if (err == ERR_NONE) err = read_answer(r, items[i], row);
    ret_answers->rows = rows;
    if (!start) ret_answers->count++;
  }
  return err;
}

static enum err read_cast(const struct reading *r, const yaml_node_t *node) {
  const yaml_node_t **items = NULL, **keys = NULL;
  size_t count;
  enum err err = web_yaml_items(r->yaml, node, "people", WEB_PLAY_PEOPLE_MAX, &items, &keys, &count);
  for (size_t i = 0; i < count && err == ERR_NONE; i++) {
    const char *id = NULL;
    err = web_yaml_text(r->yaml, keys[i], "a person", ID_CHARS, &id);
    if (err != ERR_NONE) return err;
    struct web_play_person *person = NULL;
    for (size_t p = 0; p < r->play->person_count; p++)
      if (strcmp(r->play->people[p].id, id) == 0) person = &r->play->people[p];
    if (person == NULL) return web_yaml_err(r->yaml, keys[i], "\"%s\" is not in the list of people", id);
    if (person->answers.count > 0 || person->start != NULL) return web_yaml_err(r->yaml, keys[i], "%s stands twice", id);
    err = read_answers(r, items[i], &person->start, &person->answers);
  }
  return err;
}

static enum err read_answer_book(const struct reading *r, const yaml_node_t *node) {
  static const struct web_yaml_field fields[] = {ELSEWHERE("never"), ELSEWHERE("default"), ELSEWHERE("people")};
  struct web_play *play = r->play;
  if (node == NULL) return ERR_NONE;
  enum err err = web_yaml_read(r->yaml, node, "answers", fields, ARRAY_LEN(fields), play);
  if (err == ERR_NONE)
    err = read_texts(r, web_yaml_at(r->yaml, node, "never"), "never", ANSWERS_MAX, KEY_CHARS, &play->never, &play->never_count);
  if (err == ERR_NONE) err = read_answers(r, web_yaml_at(r->yaml, node, "default"), NULL, &play->defaults);
  return err == ERR_NONE ? read_cast(r, web_yaml_at(r->yaml, node, "people")) : err;
}

/* ---- the whole ---- */

static enum err read_all(const struct reading *r) {
  static const struct web_yaml_field fields[] = {FIELD(web_play, zone, NAME_CHARS, true), ELSEWHERE("workspaces"), ELSEWHERE("people"),
                                                 ELSEWHERE("rooms"), ELSEWHERE("checklist"), ELSEWHERE("answers")};
  const yaml_node_t *root = web_yaml_root(r->yaml);
  enum err err = web_yaml_read(r->yaml, root, "the play", fields, ARRAY_LEN(fields), r->play);
  if (err == ERR_NONE) err = check_zone(r, root, r->play->zone);
  if (err == ERR_NONE) err = read_workspaces(r, web_yaml_at(r->yaml, root, "workspaces"));
  if (err == ERR_NONE) err = read_people(r, web_yaml_at(r->yaml, root, "people"));
  if (err == ERR_NONE) err = read_rooms(r, web_yaml_at(r->yaml, root, "rooms"));
  if (err == ERR_NONE) err = read_steps(r, web_yaml_at(r->yaml, root, "checklist"));
  return err == ERR_NONE ? read_answer_book(r, web_yaml_at(r->yaml, root, "answers")) : err;
}

enum err web_play_read(const char *path, struct web_play **ret_play) {
  CLEANUP(web_play_freep) struct web_play *play = calloc(1, sizeof *play);
  assert(play != NULL);
  play->arena = arena_new(ARENA_BYTES_MAX);
  CLEANUP(web_yaml_freep) struct web_yaml *yaml = NULL;
  enum err err = web_yaml_open(path, play->arena, &yaml);
  if (err != ERR_NONE) return err;
  err = read_all(&(struct reading){.yaml = yaml, .play = play});
  if (err != ERR_NONE) return err;
  *ret_play = TAKE(play);
  return ERR_NONE;
}

struct web_play *web_play_free(struct web_play *play) {
  if (play != NULL) arena_free(play->arena);
  free(play);
  return NULL;
}

void web_play_freep(struct web_play **play) {
  *play = web_play_free(*play);
}
