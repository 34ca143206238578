/* world_slack.c: the world of a story is a simulated Slack with a real bot, Redis and adapter: tests/sim/slack/stage.py runs them,
 * and does and looks at what it is told to, a line of JSON each way. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bot/base/file.h"
#include "tests/player/world.h"

enum { ANSWER_BYTES_MAX = 64 << 20 };
#define STAGE "tests/sim/slack/stage.py"

struct world {
  struct world_options options;
  pid_t stage;
  FILE *to, *from;
  int64_t now_ms;
  char *file; /* owned: what the stage said last that shall be read */
  struct said *said_first, *said_last;
};

/* ---- what was said ---- */

static char *copy(const char *text) {
  return text == NULL ? NULL : strdup(text);
}

static struct said *said_of(struct world *world, const char *message, const char *person) {
  for (struct said *said = world->said_first; said != NULL; said = said->next)
    if (strcmp(said->message, message) == 0 && strcmp(said->person, person) == 0) return said;
  struct said *said = calloc(1, sizeof *said);
  said->message = strdup(message);
  said->person = strdup(person);
  *(world->said_last == NULL ? &world->said_first : &world->said_last->next) = said;
  world->said_last = said;
  return said;
}

/* {"message":"D1/1.2","person":"aisha","keys":"intake.limits","text":…,"shown":…,"choices":[{"token","label"}],"input":"text",
 * "file":{"name","text"} or null} */
static void hear(struct world *world, const cJSON *row) {
  const cJSON *choice;
  struct said *said = said_of(world, json_str_or(row, "message", ""), json_str_or(row, "person", ""));
  said_drop_card(said);
  free(said->key);
  said->key = copy(json_str(row, "keys"));
  said->text = copy(json_str(row, "text"));
  said->plain = copy(json_str(row, "shown"));
  said->input_token = copy(json_str(row, "input"));
  said->input = json_bool_or(row, "calendar", false) ? INPUT_DATE : INPUT_NONE;
  const cJSON *file = json_at(row, "file");
  if (said->file == NULL && file != NULL) said->file_name = copy(json_str(file, "name")), said->file = copy(json_str(file, "text"));
  cJSON_ArrayForEach(choice, json_at(row, "choices")) {
    if (said->choice_count == ARRAY_LEN(said->choices)) break;
    said->choices[said->choice_count].token = copy(json_str(choice, "token"));
    said->choices[said->choice_count++].label = copy(json_str(choice, "label"));
  }
  if (said->old_token == NULL && said->choice_count > 0) said->old_token = copy(said->choices[0].token);
}

bool said_is(const struct said *said, const char *key) {
  size_t length = strlen(key);
  for (const char *at = said->key; at != NULL && *at != '\0'; at += strcspn(at, " "), at += *at == ' ')
    if (strcspn(at, " ") == length && strncmp(at, key, length) == 0) return true;
  return false;
}

/* ---- the stage ---- */

static cJSON *wish(const char *what, const char *who) {
  cJSON *root = cJSON_CreateObject();
  (void)cJSON_AddStringToObject(root, "do", what);
  if (who != NULL) (void)cJSON_AddStringToObject(root, "who", who);
  return root;
}

static void put(cJSON *root, const char *key, const char *value) {
  if (value != NULL) (void)cJSON_AddStringToObject(root, key, value);
}

static void say_line(struct world *world, cJSON *root) {
  char *printed = cJSON_PrintUnformatted(root);
  (void)fprintf(world->to, "%s\n", printed);
  (void)fflush(world->to);
  cJSON_free(printed);
  cJSON_Delete(root);
}

/* The stage told on standard error what is wrong; without it there is no story. */
static cJSON *hear_line(struct world *world) {
  char *line = NULL;
  size_t room = 0;
  cJSON *answer = NULL;
  ssize_t bytes = getline(&line, &room, world->from);
  if (bytes <= 0 || json_parse(line, (size_t)bytes, ANSWER_BYTES_MAX, &answer) != ERR_NONE) {
    (void)fprintf(stderr, "player: the stage is gone\n");
    exit(2);
  }
  free(line);
  return answer;
}

/* The caller deletes. */
static cJSON *ask(struct world *world, cJSON *root) {
  const cJSON *row;
  say_line(world, root);
  cJSON *answer = hear_line(world);
  cJSON_ArrayForEach(row, json_at(answer, "said")) hear(world, row);
  world->now_ms = json_int_or(answer, "now", world->now_ms);
  return answer;
}

static void tell(struct world *world, cJSON *root) {
  cJSON_Delete(ask(world, root));
}

struct world *world_new(const struct world_options *options) {
  struct world *world = calloc(1, sizeof *world);
  int to[2], from[2];
  (void)signal(SIGPIPE, SIG_IGN);
  if (pipe2(to, O_CLOEXEC) != 0 || pipe2(from, O_CLOEXEC) != 0) exit(2);
  *world = (struct world){.options = *options};
  world->stage = fork();
  if (world->stage == 0) {
    (void)dup2(to[0], STDIN_FILENO);
    (void)dup2(from[1], STDOUT_FILENO);
    (void)execl("/usr/bin/python3", "python3", STAGE, options->kills, (char *)NULL);
    _exit(127);
  }
  (void)close(to[0]);
  (void)close(from[1]);
  world->to = fdopen(to[1], "w");
  world->from = fdopen(from[0], "r");
  return world;
}

struct world *world_free(struct world *world) {
  int status;
  (void)fclose(world->to); /* the stage ends, and everything on it */
  (void)fclose(world->from);
  while (waitpid(world->stage, &status, 0) < 0 && errno == EINTR) continue;
  while (world->said_first != NULL) {
    struct said *said = world->said_first;
    world->said_first = said->next;
    said_free(said);
  }
  free(world->file);
  free(world);
  return NULL;
}

/* ---- doing ---- */

static cJSON *day_wish(const struct event *event) {
  cJSON *root = wish("set", event->person.id);
  put(root, "message", event->message);
  put(root, "day", event->values[0].values[0]);
  return root;
}

static cJSON *form_wish(const struct event *event) {
  cJSON *root = wish("choose", event->person.id), *tokens = cJSON_AddArrayToObject(root, "tokens");
  put(root, "message", event->message);
  for (size_t i = 0; i < event->values[0].value_count; i++) (void)cJSON_AddItemToArray(tokens, cJSON_CreateString(event->values[0].values[i]));
  return root;
}

static cJSON *event_wish(const struct event *event) {
  if (event->kind == EVENT_FORM) return strcmp(event->values[0].name, "text") == 0 ? day_wish(event) : form_wish(event);
  cJSON *root = wish(event->kind == EVENT_TEXT ? "say" : event->kind == EVENT_COMMAND ? "run" : "press", event->person.id);
  put(root, "text", event->text);
  put(root, "command", event->command);
  put(root, "args", event->args);
  put(root, "room", event->room.kind == ROOM_DIRECT ? NULL : event->room.id);
  put(root, "message", event->message);
  put(root, "token", event->button);
  return root;
}

void world_event(struct world *world, struct event *event) {
  tell(world, event_wish(event));
}

void world_settle(struct world *world) {
  tell(world, wish("settle", NULL));
}

void world_restart(struct world *world) {
  tell(world, wish("restart_bot", NULL));
}

void world_kill_store(struct world *world) {
  tell(world, wish("kill_redis", NULL));
}

void world_go_to(struct world *world, int64_t ms) {
  cJSON *root = wish("clock", NULL);
  (void)cJSON_AddNumberToObject(root, "to", (double)ms);
  tell(world, root);
}

void world_control(struct world *world, const char *json) {
  cJSON *root = wish("control", NULL);
  put(root, "entry", json);
  tell(world, root);
}

void world_may_repeat(struct world *world, bool may) {
  (void)world;
  if (!may) return;
  (void)fprintf(stderr, "player: Slack brings nothing under two ids; such a story says `not on slack: why`\n");
  exit(2);
}

void world_pace(struct world *world, int per_minute) {
  (void)world, (void)per_minute;
  (void)fprintf(stderr, "player: mentord-slack says by itself how fast it is; such a story says `not on slack: why`\n");
  exit(2);
}

bool world_more(struct world *world) {
  cJSON *answer = ask(world, wish("more", NULL));
  bool more = json_bool_or(answer, "more", false);
  cJSON_Delete(answer);
  return more;
}

/* ---- looking ---- */

const char *world_platform(void) {
  return "slack";
}

int64_t world_now(const struct world *world) {
  return world->now_ms;
}

const struct model *world_model(const struct world *world) {
  (void)world;
  return NULL;
}

struct said *world_said(const struct world *world) {
  return world->said_first;
}

bool world_plain(const struct world *world) {
  (void)world;
  return false;
}

const char *world_folder(const struct world *world) {
  return world->options.folder;
}

static const char *file_from(struct world *world, cJSON *root) {
  cJSON *answer = ask(world, root);
  free(world->file);
  world->file = copy(json_str(answer, "path"));
  cJSON_Delete(answer);
  return world->file;
}

const char *world_file(struct world *world, const char *path) {
  cJSON *root = wish("file", NULL);
  put(root, "path", path);
  return file_from(world, root);
}

cJSON *world_record(struct world *world, const char *what, const char *user, const char *with) {
  cJSON *root = wish("record", user);
  put(root, "what", what);
  put(root, "with", with);
  cJSON *answer = ask(world, root), *record = cJSON_DetachItemFromObjectCaseSensitive(answer, "record");
  cJSON_Delete(answer);
  if (!cJSON_IsNull(record)) return record;
  cJSON_Delete(record);
  return NULL;
}

/* What is wrong with the whole when all is over: sentences that nobody wrote, messages that came twice, secrets in logs. */
int64_t world_faults(const struct world *world) {
  cJSON *answer = ask((struct world *)(uintptr_t)world, wish("end", NULL));
  int64_t wrong = json_int_or(answer, "wrong", 1);
  cJSON_Delete(answer);
  return wrong;
}

char *world_dump(struct world *world, size_t *ret_bytes) {
  char *data = NULL;
  if (file_read(file_from(world, wish("dump", NULL)), ANSWER_BYTES_MAX, &data, ret_bytes) != ERR_NONE) exit(2);
  return data;
}
