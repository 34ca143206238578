/* web_play_file.c: reads play.yaml under tables of keys, and refuses what does not fit together with its line and column. */
#include <stdlib.h>
#include <string.h>

#include "adapters/web/web_play.h"
#include "bot/base/yaml.h"
#include "bot/base/zone.h"

enum {
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

/* ---- the keys ---- */
#define ROW(owner, field) .name = #field, .offset = offsetof(struct owner, field)
#define TEXT(owner, field, chars) ROW(owner, field), .type = YAML_TEXT, .max = chars
#define MANY(owner, field, count) ROW(owner, field), .type = YAML_LIST, .max = count

struct play_keys { const char *zone; const struct yaml_node *workspaces, *people, *rooms, *checklist, *answers; };
static const struct yaml_key play_rows[] = {
    {TEXT(play_keys, zone, NAME_CHARS), .needed = true, .example = "Europe/London", .help = "where the demo's people live"},
    {MANY(play_keys, workspaces, WORKSPACES_MAX), .min = 1, .needed = true, .example = "[{ id: web/city, name: City }]", .help = "who chats together"},
    {MANY(play_keys, people, WEB_PLAY_PEOPLE_MAX), .min = 1, .needed = true, .example = "[{ id: aisha, … }]", .help = "who plays"},
    {MANY(play_keys, rooms, WEB_PLAY_ROOMS_MAX), .example = "[{ id: everyone, workspace: web/city, name: everyone }]"},
    {MANY(play_keys, checklist, STEPS_MAX), .example = "[{ id: join, title: Sign up, … }]"},
    {ROW(play_keys, answers), .type = YAML_MAP, .example = "{ default: { intake.limits: 1 } }"},
};
static const struct yaml_key workspace_rows[] = {
    {TEXT(link_workspace, id, ID_CHARS), .needed = true, .example = "web/city", .help = "as the links of mentord.yaml name it"},
    {TEXT(link_workspace, name, NAME_CHARS), .needed = true, .example = "City Police", .help = "as people see it"},
};
static const struct yaml_key person_rows[] = {
    {TEXT(web_play_person, id, ID_CHARS), .needed = true, .example = "aisha", .help = "a short name of their own"},
    {TEXT(web_play_person, name, NAME_CHARS), .needed = true, .example = "Aisha Khan", .help = "as people see it"},
    {TEXT(web_play_person, workspace, ID_CHARS), .needed = true, .example = "web/city", .help = "where they chat"},
    {TEXT(web_play_person, about, NAME_CHARS), .needed = true, .example = "Constable, Custody.", .help = "who they are, for whoever plays them"},
    {TEXT(web_play_person, zone, NAME_CHARS), .example = "Europe/London"},
    {TEXT(web_play_person, language, ID_CHARS), .otherwise = "en", .example = "en"},
};
struct room_keys { const char *id, *name, *workspace; struct yaml_texts people; };
static const struct yaml_key room_rows[] = {
    {TEXT(room_keys, id, ID_CHARS), .needed = true, .example = "everyone", .help = "a short name of its own"},
    {TEXT(room_keys, name, NAME_CHARS), .needed = true, .example = "everyone", .help = "as people see it"},
    {TEXT(room_keys, workspace, ID_CHARS), .needed = true, .example = "web/city", .help = "where it is"},
    {ROW(room_keys, people), .type = YAML_TEXTS, .max = WEB_PLAY_PEOPLE_MAX, .example = "[aisha, jo]"},
};
struct step_keys { const char *id, *title, *how, *as, *say; const struct yaml_node *done; };
static const struct yaml_key step_rows[] = {
    {TEXT(step_keys, id, ID_CHARS), .needed = true, .example = "join", .help = "a short name of its own"},
    {TEXT(step_keys, title, NAME_CHARS), .needed = true, .example = "Sign up as Aisha", .help = "what to do"},
    {TEXT(step_keys, how, SENTENCE_CHARS), .needed = true, .example = "Tell the bot what you want.", .help = "how to do it"},
    {TEXT(step_keys, as, ID_CHARS), .example = "aisha"},
    {TEXT(step_keys, say, SENTENCE_CHARS), .example = "I want a mentor"},
    {ROW(step_keys, done), .type = YAML_MAP, .needed = true, .example = "{ key: intake.enough, person: aisha }", .help = "which card ends it"},
};
struct done_keys { const char *key, *person; };
static const struct yaml_key done_rows[] = {
    {TEXT(done_keys, key, KEY_CHARS), .needed = true, .example = "intake.enough", .help = "the card that ends the step"},
    {TEXT(done_keys, person, ID_CHARS), .example = "aisha"},
};
struct book_keys { struct yaml_texts never; const struct yaml_node *otherwise, *people; };
static const struct yaml_key book_rows[] = {
    {ROW(book_keys, never), .type = YAML_TEXTS, .max = ANSWERS_MAX, .example = "[round.review]"},
    {.name = "default", .offset = offsetof(struct book_keys, otherwise), .type = YAML_MAP, .example = "{ intake.limits: 1 }"},
    {ROW(book_keys, people), .type = YAML_MAP, .example = "{ ben: { start: I want to be a mentor } }"},
};
static const struct yaml_key say_rows[] = {{.name = "say", .type = YAML_TEXT, .max = ANSWER_CHARS, .needed = true, .example = "Rita Stone", .help = "what is typed"}};
#define FILL(r, node, what, rows, keys) yaml_fill(&(r)->yaml, node, what, rows, ARRAY_LEN(rows), keys)

/* What one reading carries from list to list. */
struct reading {
  struct yaml_reader yaml;
  struct web_play *play; /* borrowed until web_play_read returns */
  const char *path;      /* borrowed from the caller of web_play_read */
};

static void *rows_for(const struct reading *r, const struct yaml_node *list, size_t bytes) {
  return arena_alloc(r->play->arena, ((list == NULL ? 0 : list->count) + 1) * bytes);
}

static const struct yaml_node *first_of(const struct yaml_node *list) {
  return list == NULL ? NULL : list->first;
}

/* ---- what several lists ask ---- */

static bool workspace_known(const struct web_play *play, const char *id) {
  for (size_t i = 0; i < play->workspace_count; i++)
    if (strcmp(play->workspaces[i].id, id) == 0) return true;
  return false;
}

static void check_id(struct reading *r, const struct yaml_node *node, const char *id) {
  if (strspn(id, "abcdefghijklmnopqrstuvwxyz0123456789_-") == strlen(id)) return;
  yaml_trouble(&r->yaml, yaml_at(node, "id"), "the id `%s` may have only a-z, 0-9, - and _", yaml_show(id).text);
}

static void stands_twice(struct reading *r, const struct yaml_node *node, const char *what, const char *id) {
  yaml_trouble(&r->yaml, yaml_at(node, "id"), "the %s `%s` stands twice; give each a name of its own", what, yaml_show(id).text);
}

static void check_workspace(struct reading *r, const struct yaml_node *node, const char *id) {
  if (workspace_known(r->play, id)) return;
  yaml_trouble(&r->yaml, yaml_at(node, "workspace"), "the workspace `%s` is not listed above", yaml_show(id).text);
}

static void check_zone(struct reading *r, const struct yaml_node *node, const char *zone) {
  if (zone_known(zone)) return;
  yaml_trouble(&r->yaml, yaml_at(node, "zone"), "the time zone `%s` is not known; an example is Europe/London", yaml_show(zone).text);
}

static void not_a_person(struct reading *r, const struct yaml_node *node, const char *id) {
  yaml_trouble(&r->yaml, node, "`%s` is not in the list of people", yaml_show(id).text);
}

static void check_named(struct reading *r, const struct yaml_node *node, const char *key, const char *id) {
  if (id != NULL && web_play_person(r->play, id) == NULL) not_a_person(r, yaml_at(node, key), id);
}

/* ---- workspaces and people ---- */

static void read_workspace(struct reading *r, const struct yaml_node *node, struct link_workspace *workspaces) {
  struct link_workspace workspace = {0};
  if (!FILL(r, node, "a workspace", workspace_rows, &workspace)) return;
  if (strncmp(workspace.id, "web/", 4) != 0 || workspace.id[4] == '\0')
    yaml_trouble(&r->yaml, yaml_at(node, "id"), "a workspace of the demo is called web/…, not `%s`", yaml_show(workspace.id).text);
  else if (workspace_known(r->play, workspace.id)) stands_twice(r, node, "workspace", workspace.id);
  workspaces[r->play->workspace_count++] = workspace;
}

static void read_workspaces(struct reading *r, const struct yaml_node *list) {
  struct link_workspace *workspaces = rows_for(r, list, sizeof *workspaces);
  r->play->workspaces = workspaces;
  for (const struct yaml_node *node = first_of(list); node != NULL; node = node->next) read_workspace(r, node, workspaces);
}

static void read_person(struct reading *r, const struct yaml_node *node) {
  struct web_play_person person = {.zone = r->play->zone};
  if (!FILL(r, node, "a person", person_rows, &person)) return;
  check_id(r, node, person.id);
  check_workspace(r, node, person.workspace);
  if (person.zone != r->play->zone) check_zone(r, node, person.zone);
  if (web_play_person(r->play, person.id) != NULL) stands_twice(r, node, "person", person.id);
  r->play->people[r->play->person_count++] = person;
}

static void read_people(struct reading *r, const struct yaml_node *list) {
  r->play->people = rows_for(r, list, sizeof *r->play->people);
  for (const struct yaml_node *node = first_of(list); node != NULL; node = node->next) read_person(r, node);
}

/* ---- rooms ---- */

static const struct yaml_node *item_at(const struct yaml_node *list, size_t index) {
  const struct yaml_node *node = list->first;
  while (index-- > 0) node = node->next;
  return node;
}

/* Everybody of its workspace, or those who are listed. */
static uint64_t members_of(struct reading *r, const struct room_keys *keys) {
  uint64_t members = 0;
  for (size_t i = 0; i < keys->people.count; i++) {
    const struct web_play_person *person = web_play_person(r->play, keys->people.items[i]);
    if (person != NULL && strcmp(person->workspace, keys->workspace) == 0) members |= web_play_bit(r->play, person);
    else
      yaml_trouble(&r->yaml, item_at(keys->people.node, i), "`%s` is nobody of %s", yaml_show(keys->people.items[i]).text,
                   yaml_show(keys->workspace).text);
  }
  for (size_t i = 0; i < r->play->person_count && keys->people.node == NULL; i++)
    if (strcmp(r->play->people[i].workspace, keys->workspace) == 0) members |= UINT64_C(1) << i;
  return members;
}

/* "p12" is what a private room of the journal is called. */
static bool looks_private(const char *id) {
  return id[0] == 'p' && strspn(id + 1, "0123456789") == strlen(id + 1);
}

static void read_room(struct reading *r, const struct yaml_node *node, struct web_play_room *rooms) {
  struct room_keys keys = {0};
  if (!FILL(r, node, "a room", room_rows, &keys)) return;
  check_id(r, node, keys.id);
  check_workspace(r, node, keys.workspace);
  if (looks_private(keys.id)) yaml_trouble(&r->yaml, yaml_at(node, "id"), "p and a number names a private room; call it something else");
  for (size_t i = 0; i < r->play->room_count; i++)
    if (strcmp(rooms[i].id, keys.id) == 0) stands_twice(r, node, "room", keys.id);
  rooms[r->play->room_count++] =
      (struct web_play_room){.id = keys.id, .name = keys.name, .workspace = keys.workspace, .members = members_of(r, &keys)};
}

static void read_rooms(struct reading *r, const struct yaml_node *list) {
  struct web_play_room *rooms = rows_for(r, list, sizeof *rooms);
  r->play->rooms = rooms;
  for (const struct yaml_node *node = first_of(list); node != NULL; node = node->next) read_room(r, node, rooms);
}

/* ---- the steps of "Try this" ---- */

static void read_step(struct reading *r, const struct yaml_node *node, struct web_play_step *steps) {
  struct step_keys keys = {0};
  struct done_keys done = {0};
  if (!FILL(r, node, "a step", step_rows, &keys) || !FILL(r, keys.done, "done", done_rows, &done)) return;
  check_id(r, node, keys.id);
  check_named(r, node, "as", keys.as);
  check_named(r, keys.done, "person", done.person);
  for (size_t i = 0; i < r->play->step_count; i++)
    if (strcmp(steps[i].id, keys.id) == 0) stands_twice(r, node, "step", keys.id);
  steps[r->play->step_count++] = (struct web_play_step){
      .id = keys.id, .title = keys.title, .how = keys.how, .as = keys.as, .say = keys.say, .key = done.key, .person = done.person};
}

static void read_steps(struct reading *r, const struct yaml_node *list) {
  struct web_play_step *steps = rows_for(r, list, sizeof *steps);
  r->play->steps = steps;
  for (const struct yaml_node *node = first_of(list); node != NULL; node = node->next) read_step(r, node, steps);
}

/* ---- what the others answer ---- */

static void read_answer(struct reading *r, const struct yaml_node *node, struct web_play_answer *answer) {
  const struct yaml_key texts = {.name = node->key, .type = YAML_TEXTS, .min = 1, .max = CHOICES_MAX, .example = "[Confidence, A career move]"};
  const struct yaml_key text = {.name = node->key, .type = YAML_TEXT, .max = ANSWER_CHARS, .example = "Not now"};
  struct yaml_texts said = {0};
  const char **value = arena_alloc(r->play->arena, sizeof *value);
  answer->key = node->key;
  answer->list = node->shape == YAML_MANY;
  answer->say = node->shape == YAML_PAIRS;
  if (answer->list) (void)yaml_value(&r->yaml, node, &texts, &said);
  else if (answer->say) (void)FILL(r, node, node->key, say_rows, value);
  else (void)yaml_value(&r->yaml, node, &text, value);
  answer->values = answer->list ? said.items : value;
  answer->value_count = answer->list ? said.count : 1;
}

/* `ret_start` is NULL where nobody starts (the defaults): `start` is a card's key there like any other. */
static void read_answers(struct reading *r, const struct yaml_node *map, const char **ret_start, struct web_play_answers *ret_answers) {
  static const struct yaml_key start = {.name = "start", .type = YAML_TEXT, .max = ANSWER_CHARS, .example = "I want a mentor"};
  struct web_play_answer *rows = rows_for(r, map, sizeof *rows);
  ret_answers->rows = rows;
  if (map != NULL && map->count > ANSWERS_MAX) yaml_trouble(&r->yaml, map, "more than %d answers; nobody is asked so much", ANSWERS_MAX);
  for (const struct yaml_node *node = first_of(map); node != NULL; node = node->next) {
    if (ret_start != NULL && strcmp(node->key, "start") == 0) (void)yaml_value(&r->yaml, node, &start, ret_start);
    else read_answer(r, node, &rows[ret_answers->count++]);
  }
}

static void read_cast(struct reading *r, const struct yaml_node *map) {
  static const struct yaml_key own = {.name = "answers", .type = YAML_MAP, .example = "{ intake.limits: 1 }"};
  for (const struct yaml_node *node = first_of(map); node != NULL; node = node->next) {
    const struct web_play_person *named = web_play_person(r->play, node->key);
    const struct yaml_node *answers = NULL;
    if (named == NULL) yaml_trouble_at_key(&r->yaml, node, "`%s` is not in the list of people", yaml_show(node->key).text);
    if (named == NULL || !yaml_value(&r->yaml, node, &own, &answers)) continue;
    struct web_play_person *person = &r->play->people[named - r->play->people];
    read_answers(r, answers, &person->start, &person->answers);
  }
}

static void read_answer_book(struct reading *r, const struct yaml_node *node) {
  struct book_keys keys = {0};
  if (node == NULL || !FILL(r, node, "answers", book_rows, &keys)) return;
  r->play->never = keys.never.items;
  r->play->never_count = keys.never.count;
  read_answers(r, keys.otherwise, NULL, &r->play->defaults);
  read_cast(r, keys.people);
}

/* ---- the whole ---- */

/* The first trouble is the note; what follows from it is not worth a second one. */
static void tell(void *who, size_t line, size_t column, const char *what) {
  struct reading *r = who;
  if (r->yaml.troubles == 1) (void)err_note(ERR_BAD_INPUT, "%s:%zu:%zu: %s", r->path, line, column, what);
}

static void read_all(struct reading *r, const struct yaml_node *root) {
  struct play_keys keys = {0};
  bool whole = FILL(r, root, "the play", play_rows, &keys);
  if (keys.zone != NULL) check_zone(r, root, keys.zone);
  if (!whole) return;
  r->play->zone = keys.zone;
  read_workspaces(r, keys.workspaces);
  read_people(r, keys.people);
  read_rooms(r, keys.rooms);
  read_steps(r, keys.checklist);
  read_answer_book(r, keys.answers);
}

enum err web_play_read(const char *path, struct web_play **ret_play) {
  CLEANUP(web_play_freep) struct web_play *play = calloc(1, sizeof *play);
  assert(play != NULL);
  play->arena = arena_new(YAML_ARENA_BYTES);
  struct reading r = {.yaml = {.arena = play->arena, .tell = tell, .who = &r}, .play = play, .path = path};
  const struct yaml_node *root = NULL;
  enum err err = yaml_read(&r.yaml, path, &root);
  if (err == ERR_NONE) read_all(&r, root);
  if (err == ERR_NONE && r.yaml.troubles > 0) err = ERR_BAD_INPUT;
  if (err != ERR_NONE) return err;
  *ret_play = TAKE(play);
  return ERR_NONE;
}
