/* world.c: ports without sockets: what the bot sends is kept as "said", and answered as a platform would. */
#include "tests/player/world.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bot/base/clock.h"
#include "bot/base/file.h"
#include "bot/base/json.h"
#include "bot/base/random.h"
#include "bot/edge/event_copy.h"
#include "bot/edge/words_file.h"
#include "state/redis_private.h"

#define WORKSPACE "web/city"
#define OTHER_WORKSPACE "web/docks" /* of users such as ben@docks */
enum { SETTLE_MS = 20000, QUIET_ROUNDS = 4 };

struct pending { /* an event not acknowledged yet, or a result not told yet */
  struct pending *next;
  struct arena *arena;
  struct event *event;
  char *done_id, *done_message;
};

struct world {
  struct world_options options;
  char folder[200], redis_folder[240];
  uv_loop_t loop;
  struct store *store;
  struct keystore *keystore;
  struct words *words;
  struct serve *serve;
  struct serve_options serve_options;
  int64_t now_ms, wake_ms; /* system time; wake_ms -1: none */
  bool serving, may_repeat;
  struct capabilities can;
  uint64_t chance, event_count, message_count;
  pid_t redis;
  struct pending *events, *dones;
  struct said *said_first, *said_last;
};

static const char *workspace_of(const char *user) {
  return user != NULL && strstr(user, "@docks") != NULL ? OTHER_WORKSPACE : WORKSPACE;
}

/* ---- ports ---- */
static int64_t port_system(void *who) {
  return ((struct world *)who)->now_ms;
}

/* Chance is a counter: the same story gives the same bytes. */
static int64_t port_boot(void *who) {
  return ((struct world *)who)->now_ms;
}

static void port_random(void *who, void *ret_bytes, size_t count) {
  struct world *world = who;
  uint8_t hash[HASH_BYTES], *bytes = ret_bytes;
  world->chance++;
  hash_bytes(NULL, &world->chance, sizeof world->chance, hash);
  for (size_t i = 0; i < count; i++) bytes[i] = hash[i % HASH_BYTES];
}

static void free_pending(struct pending *pending) {
  (void)arena_free(pending->arena);
  free(pending->done_id);
  free(pending->done_message);
  free(pending);
}

static struct said *add_said(struct world *world, const char *person) {
  struct said *said = calloc(1, sizeof *said);
  char message[40];
  (void)snprintf(message, sizeof message, "m%llu", (unsigned long long)++world->message_count);
  said->person = strdup(person);
  said->message = strdup(message);
  if (world->said_last != NULL) world->said_last->next = said;
  else world->said_first = said;
  world->said_last = said;
  return said;
}

static char *copy(const char *text) {
  return text == NULL ? NULL : strdup(text);
}

static void set_card(struct said *said, const struct card *card) {
  said_drop_card(said);
  if (said->key == NULL) said->key = copy(card->key);
  said->text = copy(card->text);
  said->plain = copy(card->plain);
  said->input_token = copy(card->input_token);
  said->input = (int)card->input;
  for (size_t i = 0; i < card->choice_count && i < ARRAY_LEN(said->choices); i++, said->choice_count++) {
    said->choices[i].token = copy(card->choices[i].token);
    said->choices[i].label = copy(card->choices[i].label);
  }
  if (said->old_token == NULL && said->choice_count > 0) said->old_token = copy(said->choices[0].token);
  for (size_t i = 0; i < card->extra_count && i < ARRAY_LEN(said->extras); i++, said->extra_count++) {
    said->extras[i].token = copy(card->extras[i].token);
    said->extras[i].label = copy(card->extras[i].label);
  }
}

static struct said *find_message(struct world *world, const char *message) {
  for (struct said *said = world->said_first; said != NULL; said = said->next) {
    if (message != NULL && strcmp(said->message, message) == 0) return said;
  }
  return NULL;
}

static void answer_done(struct world *world, const char *id, const char *message) {
  struct pending *pending = calloc(1, sizeof *pending);
  pending->done_id = strdup(id);
  pending->done_message = copy(message);
  pending->next = world->dones;
  world->dones = pending;
}

/* As an adapter: a piece at a time, and all of it before the action is done. */
static char *fetch_file(struct world *world, const struct action *action) {
  char *file = calloc(1, action->file->bytes + 1);
  struct link_frame get = {.line = LINE_BLOB_GET, .id = action->file->blob, .workspace = action->workspace};
  const void *bytes;
  for (size_t count; (count = serve_piece(world->serve, &get, &bytes)) > 0; get.from += (int64_t)count) memcpy(file + get.from, bytes, count);
  if ((size_t)get.from != action->file->bytes) (void)fprintf(stderr, "player: a file is not as long as was said\n"), exit(2);
  return file;
}

static enum err port_act(void *who, const struct action *action) {
  struct world *world = who;
  char room[40];
  if (action->kind == ACTION_EDIT) {
    struct said *said = find_message(world, action->message);
    if (said != NULL) set_card(said, action->card);
    answer_done(world, action->id, action->message);
  } else if (action->kind == ACTION_ROOM_OPEN) {
    (void)snprintf(room, sizeof room, "room%llu", (unsigned long long)++world->message_count);
    answer_done(world, action->id, room);
  } else {
    (void)snprintf(room, sizeof room, "#%s", action->room == NULL ? "" : action->room);
    struct said *said = add_said(world, action->person != NULL ? action->person : room);
    set_card(said, action->card);
    if (action->file != NULL) said->file_name = copy(action->file->name), said->file = fetch_file(world, action);
    answer_done(world, action->id, said->message);
  }
  return ERR_NONE;
}

static bool port_ask(void *who, const char *workspace, const char *action_id) {
  (void)who, (void)workspace, (void)action_id;
  return false;
}

static void port_got(void *who, const char *workspace, const char *action_id) {
  (void)who, (void)workspace, (void)action_id;
}

static void port_kept(void *who, const char *workspace, const char *id, const char *const *conflicts, size_t conflict_count) {
  (void)who, (void)workspace, (void)id, (void)conflicts, (void)conflict_count;
}

static void port_ack(void *who, const char *workspace, const char *event_id, const char *reply) {
  struct world *world = who;
  (void)workspace;
  for (struct pending **at = &world->events; *at != NULL; at = &(*at)->next) {
    struct pending *pending = *at;
    if (strcmp(pending->event->id, event_id) != 0) continue;
    if (reply != NULL) {
      struct card card = {.key = "reply", .text = reply, .plain = reply};
      set_card(add_said(world, pending->event->person.id), &card);
    }
    *at = pending->next;
    free_pending(pending);
    return;
  }
}

static const struct capabilities rich = {.buttons = 8, .select = true, .form = true, .edit = true, .ephemeral = true, .rooms = true, .text_max = 4000,
                                          .file_max = LINK_FILE_BYTES_MAX};
static const struct capabilities plain = {.text_max = 4000};
static const struct capabilities rich_repeats = {.buttons = 8, .select = true, .form = true, .edit = true, .ephemeral = true, .rooms = true,
                                                 .may_repeat_with_new_id = true, .text_max = 4000};
static const struct capabilities plain_repeats = {.may_repeat_with_new_id = true, .text_max = 4000};

static const struct capabilities *port_can(void *who, const char *workspace) {
  struct world *world = who;
  (void)workspace;
  if (!world->serving) return NULL;
  int per_minute = world->can.per_minute;
  if (world->may_repeat) world->can = world->options.plain ? plain_repeats : rich_repeats;
  else world->can = world->options.plain ? plain : rich;
  world->can.per_minute = per_minute;
  return &world->can;
}

static void port_clock(void *who, int64_t now_ms, int64_t next_ms, const char *next) {
  (void)who, (void)now_ms, (void)next_ms, (void)next;
}

static void port_wake(void *who, int64_t in_ms) {
  struct world *world = who;
  int64_t at = world->now_ms + in_ms;
  if (world->wake_ms < 0 || at < world->wake_ms) world->wake_ms = at;
}

static void links_up(struct world *world) {
  serve_link_up(world->serve, WORKSPACE);
  serve_link_up(world->serve, OTHER_WORKSPACE);
}

static void port_serving(void *who, const char *fence) {
  struct world *world = who;
  world->serving = fence != NULL;
  if (!world->serving) return;
  links_up(world);
  port_wake(world, 0);
}

static const struct serve_ports ports = {.system_ms = port_system, .boot_ms = port_boot, .random = port_random, .ack = port_ack, .act = port_act, .ask = port_ask,
                                         .got = port_got, .kept = port_kept, .can = port_can, .clock = port_clock, .serving = port_serving, .wake = port_wake};

/* ---- the store under it ---- */
static void start_redis(struct world *world) {
  struct redis_private_options options = {.folder = world->redis_folder};
  int64_t cut = 0;
  for (int tries = 0; tries < 3; tries++) {
    err_note_clear();
    if (redis_private_start(&options, &world->redis) == ERR_NONE && redis_private_ready(world->redis_folder, 10000) == ERR_NONE) return;
    if (redis_private_repair(&options, &cut) != ERR_NONE) continue;
  }
  (void)fprintf(stderr, "player: no redis: %s\n", err_note_text());
  exit(2);
}

static struct store *open_redis(struct world *world) {
  struct redis_private_paths paths;
  if (redis_private_paths(world->redis_folder, &paths) != ERR_NONE) abort();
  struct store_redis_options options = {.socket = paths.socket, .user = "mentord", .password_file = paths.bot_password, .scheme = "city-pilot"};
  return store_redis_new(&world->loop, &options);
}

static void start_serve(struct world *world) {
  world->wake_ms = -1;
  world->serve_options = (struct serve_options){.store = world->store, .keystore = world->keystore, .scheme = "city-pilot", .owner = "player",
                                                .words = world->words, .demo = true, .ports = &ports, .who = world};
  world->serve = serve_new(&world->serve_options);
  serve_start(world->serve);
}

struct world *world_new(const struct world_options *options) {
  struct world *world = calloc(1, sizeof *world);
  char path[300];
  world->options = *options;
  (void)random_init();
  (void)uv_loop_init(&world->loop);
  (void)snprintf(world->folder, sizeof world->folder, "%s", options->folder);
  (void)snprintf(world->redis_folder, sizeof world->redis_folder, "%s/redis", options->folder);
  (void)snprintf(path, sizeof path, "%s/keys", options->folder);
  char key[320];
  (void)snprintf(key, sizeof key, "%s/wrapping.key", options->folder);
  world->now_ms = 1799661600000; /* Monday 11 January 2027, 10:00 in London */
  if (words_from_program(&world->words) != ERR_NONE || keystore_open(&world->loop, path, key, true, &world->keystore) != ERR_NONE) {
    (void)fprintf(stderr, "player: %s\n", err_note_text());
    exit(2);
  }
  if (options->redis) start_redis(world);
  world->store = options->redis ? open_redis(world) : store_memory_new(&world->loop, "city-pilot");
  start_serve(world);
  return world;
}

/* ---- running ---- */
static bool resend(struct world *world) {
  bool any = false;
  for (struct pending *pending = world->events; pending != NULL; pending = pending->next) {
    serve_event(world->serve, pending->event, NULL, 0);
    any = true;
    break; /* one after the other: people wait for an answer */
  }
  return any;
}

static bool tell_dones(struct world *world) {
  struct pending *dones = world->dones;
  world->dones = NULL;
  for (struct pending *next; dones != NULL; dones = next) {
    struct link_frame frame = {.line = LINE_DONE, .id = dones->done_id, .result = RESULT_SENT, .message = dones->done_message};
    next = dones->next;
    serve_done(world->serve, &frame);
    free_pending(dones);
    if (next == NULL) return true;
  }
  return false;
}

static bool step(struct world *world) {
  bool busy = uv_run(&world->loop, UV_RUN_NOWAIT) != 0 && !serve_is_ready(world->serve);
  if (world->wake_ms >= 0 && world->wake_ms <= world->now_ms) {
    world->wake_ms = -1;
    serve_tick(world->serve);
    busy = true;
  }
  return tell_dones(world) || busy;
}

/* Store answers need real time; waits of the bot itself (back-off, riding results) are played by moving its clock a little. */
void world_settle(struct world *world) {
  int64_t deadline = clock_boot_ms() + SETTLE_MS;
  bool sent = false;
  for (int quiet = 0; quiet < QUIET_ROUNDS && clock_boot_ms() < deadline;) {
    if (step(world)) quiet = 0;
    if (!serve_is_ready(world->serve)) {
      if (world->wake_ms > world->now_ms && world->wake_ms - world->now_ms <= 2000) world->now_ms = world->wake_ms;
      quiet = 0;
      sent = false;
      continue;
    }
    if (world->events != NULL && !sent) sent = resend(world);
    if (world->events == NULL) sent = false;
    bool idle = serve_is_idle(world->serve) && world->events == NULL;
    if (!idle && world->wake_ms > world->now_ms && world->wake_ms - world->now_ms <= 2000) world->now_ms = world->wake_ms;
    quiet = idle ? quiet + 1 : 0;
  }
  if (clock_boot_ms() < deadline) return;
  (void)fprintf(stderr, "player: nothing settles: %s\n", serve_trouble(world->serve));
  exit(2);
}

void world_go_to(struct world *world, int64_t ms) {
  struct due due;
  world_settle(world);
  while (world_model(world) != NULL && model_due(world_model(world), &due, 1) == 1 && due.ms <= ms) {
    if (due.ms > world->now_ms) world->now_ms = due.ms;
    world->wake_ms = world->now_ms;
    world_settle(world);
  }
  if (ms > world->now_ms) world->now_ms = ms;
  world->wake_ms = world->now_ms;
  world_settle(world);
}

void world_may_repeat(struct world *world, bool may) {
  world->may_repeat = may;
}

void world_pace(struct world *world, int per_minute) {
  world->can.per_minute = per_minute;
  links_up(world);
  world_settle(world);
}

void world_event(struct world *world, struct event *event) {
  struct pending *pending = calloc(1, sizeof *pending), **at = &world->events;
  pending->arena = arena_new(1 << 20);
  pending->event = event_copy(pending->arena, event);
  pending->event->id = arena_format(pending->arena, "ev%llu", (unsigned long long)++world->event_count);
  pending->event->workspace = workspace_of(event->person.id);
  pending->event->at_ms = world->now_ms;
  while (*at != NULL) at = &(*at)->next;
  *at = pending;
  world_settle(world);
}

static void pushed(void *who, const struct store_result *result) {
  *(int *)who = result->answer == STORE_OK ? 1 : -1;
}

static bool job_ended(struct world *world, const char *json) {
  cJSON *root = NULL;
  const struct job *job = NULL;
  if (json_parse(json, strlen(json), 1 << 20, &root) == ERR_NONE && world_model(world) != NULL)
    job = model_get(world_model(world), RECORD_JOB, json_str_or(root, "id", "?"));
  json_freep(&root);
  return job != NULL && job->state != JOB_RUNNING;
}

void world_control(struct world *world, const char *json) {
  int done = 0;
  int64_t deadline = clock_boot_ms() + SETTLE_MS;
  store_control_push(world->store, json, strlen(json), pushed, &done);
  while (done == 0 && clock_boot_ms() < deadline) (void)uv_run(&world->loop, UV_RUN_NOWAIT);
  if (done != 1) (void)fprintf(stderr, "player: the control entry was not taken\n"), exit(2);
  while (!job_ended(world, json) && clock_boot_ms() < deadline) {
    world->now_ms += 300;
    world->wake_ms = world->now_ms;
    world_settle(world);
  }
}

/* ---- disturbing ---- */
void world_restart(struct world *world) {
  struct store *again = world->options.redis ? NULL : store_memory_again(world->store, &world->loop);
  while (world->dones != NULL) {
    struct pending *next = world->dones->next;
    free_pending(world->dones);
    world->dones = next;
  }
  world->serving = false;
  world->store = store_free(world->store);
  (void)uv_run(&world->loop, UV_RUN_NOWAIT);
  world->serve = serve_free(world->serve);
  world->store = again != NULL ? again : open_redis(world);
  start_serve(world);
  world_settle(world);
}

void world_kill_store(struct world *world) {
  if (!world->options.redis) {
    store_memory_fault(world->store, STORE_UNKNOWN, true, 1);
    return;
  }
  (void)kill(world->redis, SIGKILL);
  (void)waitpid(world->redis, NULL, 0);
  start_redis(world);
}

/* ---- looking ---- */
int64_t world_now(const struct world *world) {
  return serve_now(world->serve);
}

const struct model *world_model(const struct world *world) {
  return serve_model(world->serve);
}

const char *world_platform(void) {
  return "none";
}

bool said_is(const struct said *said, const char *key) {
  return said->key != NULL && strcmp(said->key, key) == 0;
}

struct said *world_said(const struct world *world) {
  return world->said_first;
}

bool world_more(struct world *world) {
  (void)world;
  return false; /* it settles after each line */
}

const char *world_file(struct world *world, const char *path) {
  (void)world;
  return path;
}

static const char *person_of(const struct world *world, const char *user) {
  return model_account(world_model(world), workspace_of(user), user);
}

static const void *newest(const struct world *world, enum record_kind kind, const char *person, const char *with) {
  const struct model *model = world_model(world);
  enum record_index index = kind == RECORD_TALK ? INDEX_talk_person : kind == RECORD_PAIR ? INDEX_pair_mentee : INDEX_enrolment_person;
  if (kind == RECORD_PERSON) return model_get(model, RECORD_PERSON, person);
  struct strs ids = model_find(model, index, person);
  for (size_t i = ids.count; i > 0; i--) {
    const void *record = model_get(model, kind, ids.items[i - 1]);
    if (with == NULL || strcmp(((const struct pair *)record)->mentor, person_of(world, with)) == 0) return record;
  }
  return NULL;
}

cJSON *world_record(struct world *world, const char *what, const char *user, const char *with) {
  enum record_kind kind = record_kind_from(what);
  const char *person = person_of(world, user);
  const void *record = person == NULL ? NULL : newest(world, kind, person, with);
  CLEANUP(text_done) struct text json;
  cJSON *root = NULL;
  text_init(&json, RECORD_JSON_BYTES_MAX);
  if (record == NULL) return NULL;
  record_encode(kind, record, &json);
  if (json_parse(text_str(&json), json.length, RECORD_JSON_BYTES_MAX, &root) != ERR_NONE) abort();
  return root;
}

int64_t world_faults(const struct world *world) {
  return words_missing(world->words);
}

bool world_plain(const struct world *world) {
  return world->options.plain;
}

const char *world_folder(const struct world *world) {
  return world->folder;
}

struct dump {
  struct text text;
  bool done;
};

static void dump_record(void *who, enum record_kind kind, const char *id, const char *json, size_t bytes) {
  struct dump *dump = who;
  text_addf(&dump->text, "%s %s ", record_kind_name(kind), id);
  text_add_n(&dump->text, json, bytes);
  text_add(&dump->text, "\n");
}

static void dump_done(void *who, const struct store_result *result) {
  (void)result;
  ((struct dump *)who)->done = true;
}

char *world_dump(struct world *world, size_t *ret_bytes) {
  struct dump dump = {0};
  text_init(&dump.text, 64 * 1024 * 1024);
  store_load(world->store, dump_record, dump_done, &dump);
  for (int64_t deadline = clock_boot_ms() + SETTLE_MS; !dump.done && clock_boot_ms() < deadline;) (void)uv_run(&world->loop, UV_RUN_NOWAIT);
  *ret_bytes = dump.text.length;
  return dump.text.data;
}

struct world *world_free(struct world *world) {
  world->serve = (serve_stop(world->serve, NULL), (void)uv_run(&world->loop, UV_RUN_NOWAIT), world->serve);
  world->store = store_free(world->store);
  for (int64_t deadline = clock_boot_ms() + 2000; uv_run(&world->loop, UV_RUN_NOWAIT) != 0 && clock_boot_ms() < deadline;) {
  }
  world->serve = serve_free(world->serve);
  world->keystore = keystore_free(world->keystore);
  world->words = words_free(world->words);
  if (world->redis > 0) {
    (void)kill(world->redis, SIGTERM);
    (void)waitpid(world->redis, NULL, 0);
  }
  while (world->events != NULL) {
    struct pending *next = world->events->next;
    free_pending(world->events);
    world->events = next;
  }
  while (world->said_first != NULL) {
    struct said *next = world->said_first->next;
    said_free(world->said_first);
    world->said_first = next;
  }
  (void)uv_run(&world->loop, UV_RUN_NOWAIT);
  (void)uv_loop_close(&world->loop);
  free(world);
  return NULL;
}
