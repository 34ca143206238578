/* serve_bench.c: the ports write down, the clock stands until it is moved, the store answers when it is pumped. */
#include "serve_bench.h"

#include <criterion/criterion.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bot/base/random.h"
#include "bot/edge/blackbox.h"
#include "bot/edge/serve_parts.h"
#include "bot/edge/words_file.h"

#define WORKSPACE "web/city"
#define SCHEME "city-pilot"
enum { ROUNDS_MAX = 3000 };

/* ---- ports ---- */
static int64_t port_system(void *who) {
  return ((struct bench *)who)->now_ms;
}

static int64_t port_boot(void *who) {
  const struct bench *bench = who;
  return bench->now_ms - bench->jump_ms;
}

static void port_random(void *who, void *ret_bytes, size_t count) {
  struct bench *bench = who;
  uint8_t hash[HASH_BYTES], *bytes = ret_bytes;
  bench->chance++;
  hash_bytes(NULL, &bench->chance, sizeof bench->chance, hash);
  for (size_t i = 0; i < count; i++) bytes[i] = hash[i % HASH_BYTES];
}

static void note(char *into, size_t bytes, const char *text) {
  (void)snprintf(into, bytes, "%s", text == NULL ? "" : text);
}

static void port_ack(void *who, const char *workspace, const char *event_id, const char *reply) {
  struct bench *bench = who;
  cr_assert_str_eq(workspace, WORKSPACE);
  cr_assert_lt(bench->ack_count, BENCH_MAX);
  note(bench->acks[bench->ack_count], sizeof bench->acks[0], event_id);
  note(bench->replies[bench->ack_count++], sizeof bench->replies[0], reply);
}

static enum err port_act(void *who, const struct action *action) {
  struct bench *bench = who;
  if (!bench->link || bench->refuse) return ERR_AGAIN;
  if (bench->unfit != NULL && strcmp(bench->unfit, action->card == NULL ? "" : action->card->key) == 0) return err_note(ERR_BAD_INPUT, "too long");
  cr_assert_lt(bench->act_count, BENCH_MAX);
  struct bench_act *act = &bench->acts[bench->act_count++];
  act->kind = action->kind;
  act->first = action->first;
  note(act->id, sizeof act->id, action->id);
  note(act->key, sizeof act->key, action->card == NULL ? NULL : action->card->key);
  note(act->plain, sizeof act->plain, action->card == NULL ? NULL : action->card->plain);
  note(act->person, sizeof act->person, action->person);
  note(act->room, sizeof act->room, action->room);
  note(act->message, sizeof act->message, action->message);
  note(act->file, sizeof act->file, action->file == NULL ? NULL : action->file->name);
  act->file_bytes = action->file == NULL ? 0 : action->file->bytes;
  return ERR_NONE;
}

static bool port_ask(void *who, const char *workspace, const char *action_id) {
  struct bench *bench = who;
  (void)workspace;
  if (bench->no_ask) return false;
  note(bench->asks[bench->ask_count++], sizeof bench->asks[0], action_id);
  return true;
}

static void port_kept(void *who, const char *workspace, const char *id, const char *const *conflicts, size_t conflict_count) {
  struct bench *bench = who;
  cr_assert_str_eq(workspace, WORKSPACE);
  bench->kept_count++;
  note(bench->kept_id, sizeof bench->kept_id, id);
  bench->kept_conflict[0] = '\0';
  for (size_t i = 0; i < conflict_count; i++) {
    if (i > 0) (void)strncat(bench->kept_conflict, ",", sizeof bench->kept_conflict - strlen(bench->kept_conflict) - 1);
    (void)strncat(bench->kept_conflict, conflicts[i], sizeof bench->kept_conflict - strlen(bench->kept_conflict) - 1);
  }
}

static void port_got(void *who, const char *workspace, const char *action_id) {
  struct bench *bench = who;
  (void)workspace;
  cr_assert_lt(bench->got_count, BENCH_MAX);
  note(bench->gots[bench->got_count++], sizeof bench->gots[0], action_id);
}

static const struct capabilities *port_can(void *who, const char *workspace) {
  static struct capabilities can = {.buttons = 8, .select = true, .form = true, .edit = true, .rooms = true, .text_max = 4000};
  static const struct capabilities repeats = {.text_max = 4000, .may_repeat_with_new_id = true};
  const struct bench *bench = who;
  (void)workspace;
  can.file_max = bench->file_max;
  can.per_minute = bench->per_minute;
  return !bench->link ? NULL : bench->may_repeat ? &repeats : &can;
}

static void port_clock(void *who, int64_t now_ms, int64_t next_ms, const char *next) {
  struct bench *bench = who;
  bench->clock_ms = now_ms;
  bench->clock_next_ms = next_ms;
  (void)snprintf(bench->clock_next, sizeof bench->clock_next, "%s", next == NULL ? "" : next);
}

static void port_serving(void *who, const char *fence) {
  struct bench *bench = who;
  note(bench->fence, sizeof bench->fence, fence);
  bench->fences += fence != NULL;
}

static void port_wake(void *who, int64_t in_ms) {
  struct bench *bench = who;
  cr_assert_geq(in_ms, 0);
  if (bench->wake_ms < 0 || bench->now_ms + in_ms < bench->wake_ms) bench->wake_ms = bench->now_ms + in_ms;
}

static void port_work(void *who, void (*run)(void *job), void (*done)(void *job), void *job) {
  struct bench *bench = who;
  if (!bench->slow_work) {
    run(job);
    done(job);
    return;
  }
  cr_assert_null(bench->work, "one at a time");
  bench->work_run = run;
  bench->work_done = done;
  bench->work = job;
}

static const struct serve_ports ports = {.system_ms = port_system, .boot_ms = port_boot, .random = port_random, .ack = port_ack, .act = port_act, .ask = port_ask,
                                         .got = port_got, .kept = port_kept, .can = port_can, .clock = port_clock, .serving = port_serving, .work = port_work, .wake = port_wake};

/* ---- life ---- */
static void open_keys(struct bench *bench) {
  char keys[100], wrapping[100];
  (void)snprintf(keys, sizeof keys, "%s/keys", bench->folder);
  (void)snprintf(wrapping, sizeof wrapping, "%s/wrapping", bench->folder);
  enum err err = keystore_open(bench->slow_keys ? &bench->loop : NULL, keys, wrapping, true, &bench->keystore);
  cr_assert_eq(err, ERR_NONE, "%s", err_note_text());
}

void bench_init_empty(struct bench *bench) {
  *bench = (struct bench){.now_ms = INT64_C(1799661600000), .wake_ms = -1, .link = true}; /* Monday 11 January 2027, 10:00 in London */
  cr_assert(random_init());
  cr_assert_eq(words_from_program(&bench->words), ERR_NONE);
  (void)uv_loop_init(&bench->loop);
  const char *quick = access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp"; /* hundreds of fsyncs a test */
  (void)snprintf(bench->folder, sizeof bench->folder, "%s/mentord-serve-XXXXXX", quick);
  cr_assert_not_null(mkdtemp(bench->folder));
  bench->store = store_memory_new(NULL, SCHEME);
  char path[80];
  (void)snprintf(path, sizeof path, "%s/turn", bench->folder);
  cr_assert_eq(blackbox_open(path, &bench->blackbox), ERR_NONE);
}

static const char *const people[][2] = {{"jo", "Jo Miller"}, {"aisha", "Aisha Khan"}, {"ben", "Ben Okoro"}};

void bench_cast(struct bench *bench) {
  char json[400], id[8];
  bench_put(bench, RECORD_SCHEME, "scheme", "{\"id\":\"scheme\",\"version\":1,\"name\":\"City\",\"language\":\"en\",\"zone\":\"Europe/London\"}");
  bench_put(bench, RECORD_COUNTER, "counter", "{\"id\":\"counter\",\"next_id\":10,\"next_person\":4}");
  bench_put(bench, RECORD_ORGANISATION, "city", "{\"id\":\"city\",\"name\":\"City\"}");
  bench_put(bench, RECORD_PROGRAMME, "pilot-1", "{\"id\":\"pilot-1\",\"question_set\":\"q-pilot-1-1\"}");
  bench_put(bench, RECORD_QUESTION_SET, "q-pilot-1-1", "{\"id\":\"q-pilot-1-1\"}");
  bench_put(bench, RECORD_ENROLMENT, "e1", "{\"id\":\"e1\",\"person\":\"p1\",\"programme\":\"pilot-1\",\"role\":\"manager\",\"state\":\"accepted\"}");
  for (size_t i = 0; i < ARRAY_LEN(people); i++) {
    (void)snprintf(id, sizeof id, "p%zu", i + 1);
    (void)snprintf(json, sizeof json,
                   "{\"id\":\"%s\",\"name\":\"%s\",\"accounts\":[{\"workspace\":\"" WORKSPACE "\",\"user\":\"%s\"}],\"organisation\":\"city\","
                   "\"department\":\"Custody\",\"grade\":\"sergeant\"}", id, people[i][1], people[i][0]);
    bench_put(bench, RECORD_PERSON, id, json);
  }
}

void bench_init(struct bench *bench) {
  bench_init_empty(bench);
  bench_cast(bench);
  bench_start(bench);
  cr_assert(serve_is_ready(bench->serve), "%s", serve_trouble(bench->serve));
}

static int remove_one(const char *path, const struct stat *info, int kind, struct FTW *place) {
  (void)info, (void)kind, (void)place;
  return remove(path);
}

/* The loop ends only behind what the pool is at. */
static void end_work(struct bench *bench) {
  if (bench->work == NULL) return;
  bench_work(bench);
  bench_work_back(bench);
}

void bench_done(struct bench *bench) {
  end_work(bench);
  bench->store = store_free(bench->store);
  bench->serve = serve_free(bench->serve);
  bench->keystore = keystore_free(bench->keystore);
  bench->words = words_free(bench->words);
  bench->blackbox = blackbox_free(bench->blackbox);
  (void)uv_run(&bench->loop, UV_RUN_DEFAULT);
  cr_assert_eq(uv_loop_close(&bench->loop), 0);
  (void)nftw(bench->folder, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

static void on_done(void *who, const struct store_result *result) {
  *(int *)who = (int)result->answer;
}

static void on_taken(void *who, const struct store_result *result, const struct store_head *head) {
  *(int64_t *)who = result->answer == STORE_OK ? head->seq : -1;
}

static void pump_all(struct store *store) {
  bool more = true;
  while (more) (void)store_memory_pump(store, &more);
}

void bench_put(struct bench *bench, enum record_kind kind, const char *id, const char *json) {
  int64_t seq = -1;
  int answer = -1;
  uint8_t event[STORE_EVENT_ID_BYTES];
  cr_assert_null(bench->serve);
  store_take(bench->store, "bench", on_taken, &seq);
  pump_all(bench->store);
  cr_assert_geq(seq, 0);
  port_random(bench, event, sizeof event);
  struct store_op op = {.op = STORE_PUT, .kind = kind, .id = id, .data = json, .bytes = strlen(json)};
  struct store_commit commit = {.event_id = event, .seq = seq + 1, .now_ms = bench->now_ms, .system_ms = bench->now_ms, .ops = &op, .op_count = 1};
  store_commit(bench->store, &commit, on_done, &answer);
  pump_all(bench->store);
  cr_assert_eq(answer, STORE_OK);
}

static void begin(struct bench *bench) {
  struct serve_options options = {.store = bench->store, .keystore = bench->keystore, .scheme = SCHEME, .owner = bench->owner == NULL ? "bench" : bench->owner, .words = bench->words,
                                  .demo = bench->demo, .blackbox = bench->blackbox, .ports = &ports, .who = bench};
  bench->wake_ms = -1;
  bench->serve = serve_new(&options);
  serve_start(bench->serve);
  bench_settle(bench);
}

void bench_start(struct bench *bench) {
  open_keys(bench);
  begin(bench);
}

void bench_restart(struct bench *bench) {
  end_work(bench);
  struct store *again = store_memory_again(bench->store, NULL);
  bench->store = store_free(bench->store);
  bench->serve = serve_free(bench->serve);
  bench->store = again;
  bench->fence[0] = '\0';
  begin(bench);
}

/* ---- another thread ---- */
void bench_work(struct bench *bench) {
  uv_thread_t thread;
  cr_assert_not_null(bench->work);
  if (bench->work_run == NULL) return; /* it ran already */
  cr_assert_eq(uv_thread_create(&thread, bench->work_run, bench->work), 0);
  cr_assert_eq(uv_thread_join(&thread), 0);
  bench->work_run = NULL;
}

void bench_work_back(struct bench *bench) {
  void *work = bench->work;
  bench->work = NULL;
  bench->work_done(work);
}

/* ---- running ---- */
bool bench_pump(struct bench *bench) {
  bool more;
  (void)store_memory_pump(bench->store, &more);
  return more;
}

static bool tick(struct bench *bench) {
  if (bench->wake_ms < 0 || bench->wake_ms > bench->now_ms) return false;
  bench->wake_ms = -1;
  serve_tick(bench->serve);
  return true;
}

void bench_settle(struct bench *bench) {
  for (int quiet = 0, rounds = 0; quiet < 3; rounds++) {
    cr_assert_lt(rounds, ROUNDS_MAX, "it never settles");
    bool busy = bench_pump(bench);
    busy |= tick(bench);
    quiet = busy ? 0 : quiet + 1;
  }
}

void bench_pass(struct bench *bench, int64_t ms) {
  int64_t target = bench->now_ms + ms;
  bench_settle(bench);
  while (bench->wake_ms >= 0 && bench->wake_ms <= target) {
    if (bench->wake_ms > bench->now_ms) bench->now_ms = bench->wake_ms;
    bench_settle(bench);
  }
  bench->now_ms = target;
  bench_settle(bench);
}

void bench_event(struct bench *bench, const struct event *given) {
  char id[40];
  struct event event = *given;
  (void)snprintf(id, sizeof id, "ev%llu", (unsigned long long)++bench->events);
  if (event.id == NULL) event.id = id;
  event.workspace = WORKSPACE;
  if (event.at_ms == 0) event.at_ms = bench->now_ms;
  serve_event(bench->serve, &event, NULL, 0);
}

void bench_text(struct bench *bench, const char *id, const char *user, const char *text) {
  struct event event = {.kind = EVENT_TEXT, .id = id, .person = {.id = user}, .text = text};
  bench_event(bench, &event);
}

void bench_press(struct bench *bench, const char *id, const char *user, const char *value) {
  char token[120] = "";
  const struct talk *talk = bench_talk(bench, user);
  cr_assert_not_null(talk);
  for (size_t i = 0; i < talk->offers.count; i++) {
    if (strcmp(talk->offers.items[i].value, value) != 0) continue;
    (void)snprintf(token, sizeof token, "%s.%s.%lld.%zu", talk->id, talk->step, (long long)talk->nonce, i);
  }
  cr_assert_str_not_empty(token, "no offer %s", value);
  struct event event = {.kind = EVENT_PRESS, .id = id, .person = {.id = user}, .button = token};
  bench_event(bench, &event);
}

void bench_finish(struct bench *bench, const char *action, enum action_result result, const char *message, const char *why, int64_t wait_ms) {
  struct link_frame frame = {.line = LINE_DONE, .id = action, .workspace = WORKSPACE, .result = result, .message = message, .why = why, .wait_ms = wait_ms};
  serve_done(bench->serve, &frame);
}

void bench_arrive(struct bench *bench) {
  for (int rounds = 0; rounds < 50; rounds++) {
    size_t before = bench->act_count;
    for (size_t i = 0; i < bench->act_count; i++) {
      char message[80];
      if (bench_got(bench, bench->acts[i].id) > 0) continue;
      (void)snprintf(message, sizeof message, "m-%s", bench->acts[i].id);
      bench_finish(bench, bench->acts[i].id, RESULT_SENT, message, NULL, 0);
    }
    bench_pass(bench, 20);
    if (bench->act_count == before) return;
  }
}

void bench_control(struct bench *bench, const char *json) {
  int answer = -1;
  store_control_push(bench->store, json, strlen(json), on_done, &answer);
  pump_all(bench->store);
  cr_assert_eq(answer, STORE_OK);
}

/* ---- looking ---- */
void bench_hash(const struct bench *bench, const char *id, uint8_t ret_hash[STORE_EVENT_ID_BYTES]) {
  serve_hash(bench->serve, WORKSPACE, id, ret_hash);
}

size_t bench_acked(const struct bench *bench, const char *id) {
  size_t times = 0;
  for (size_t i = 0; i < bench->ack_count; i++) times += strcmp(bench->acks[i], id) == 0;
  return times;
}

static bool is_to(const struct bench_act *act, const char *user, const char *key) {
  return strcmp(act->person, user) == 0 && strcmp(act->key, key) == 0 && act->kind == ACTION_SEND;
}

size_t bench_sent(const struct bench *bench, const char *user, const char *key) {
  size_t times = 0;
  for (size_t i = 0; i < bench->act_count; i++) times += is_to(&bench->acts[i], user, key);
  return times;
}

const struct bench_act *bench_last(const struct bench *bench, const char *user, const char *key) {
  for (size_t i = bench->act_count; i > 0; i--) {
    if (is_to(&bench->acts[i - 1], user, key)) return &bench->acts[i - 1];
  }
  return NULL;
}

size_t bench_got(const struct bench *bench, const char *action) {
  size_t times = 0;
  for (size_t i = 0; i < bench->got_count; i++) times += strcmp(bench->gots[i], action) == 0;
  return times;
}

struct counting {
  enum record_kind kind;
  size_t count;
};

static void count_one(void *who, enum record_kind kind, const char *id, const char *json, size_t bytes) {
  struct counting *counting = who;
  (void)id, (void)json, (void)bytes;
  counting->count += kind == counting->kind;
}

static void on_loaded(void *who, const struct store_result *result) {
  (void)who;
  cr_assert_eq(result->answer, STORE_OK);
}

static void on_name(void *who, const struct store_result *result, const char *text, size_t bytes) {
  (void)result, (void)bytes;
  *(bool *)who = text != NULL;
}

bool bench_named(struct bench *bench, const char *name) {
  bool known = false;
  struct store *door = store_memory_again(bench->store, NULL);
  store_sent_get(door, name, on_name, &known);
  pump_all(door);
  (void)store_free(door);
  return known;
}

size_t bench_stored(struct bench *bench, enum record_kind kind) {
  struct counting counting = {.kind = kind};
  struct store *door = store_memory_again(bench->store, NULL);
  store_load(door, count_one, on_loaded, &counting);
  pump_all(door);
  (void)store_free(door);
  return counting.count;
}

const char *bench_person(const struct bench *bench, const char *user) {
  return model_account(serve_model(bench->serve), WORKSPACE, user);
}

size_t bench_persons(const struct bench *bench) {
  return model_count(serve_model(bench->serve), RECORD_PERSON);
}

const struct talk *bench_talk(const struct bench *bench, const char *user) {
  struct strs ids = model_find(serve_model(bench->serve), INDEX_talk_person, bench_person(bench, user));
  for (size_t i = ids.count; i > 0; i--) {
    const struct talk *talk = model_get(serve_model(bench->serve), RECORD_TALK, ids.items[i - 1]);
    if (talk->state == TALK_OPEN) return talk;
  }
  return NULL;
}
