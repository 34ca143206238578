/* scheme.c: makes the small scheme once, copies it for each input, and holds every turn to what a turn promises. */
#include "tests/fuzz/kit/scheme.h"

#include <string.h>

#include "bot/base/random.h"
#include "bot/edge/words_file.h"
#include "tests/fuzz/kit/fuzz.h"

enum { TURN_BYTES = 32 << 20, OPS_TEXT_BYTES = 16 << 20 }; /* as the running bot has for a turn */

struct words *scheme_words;
const char *const scheme_users[7] = {"aisha", "ben", "jo", "sam", "mina", "dev", "kim"};
static const char *const names[7] = {"Aisha Khan", "Ben Okoro", "Jo Miller", "Sam Reed", "Mina Park", "Dev Rao", "Kim Lee"};

/* ---- the scheme, once ---- */
static struct model *master;

static void add_cast(struct txn *txn) {
  static const struct {
    enum role role;
    enum enrolment_state state;
  } parts[] = {{ROLE_MENTEE, ENROLMENT_ACCEPTED},  {ROLE_MENTOR, ENROLMENT_ACCEPTED}, {ROLE_MANAGER, ENROLMENT_ACCEPTED},
               {ROLE_MANAGER, ENROLMENT_ACCEPTED}, {ROLE_MENTEE, ENROLMENT_APPLIED},  {ROLE_RESERVE, ENROLMENT_ACCEPTED}};
  const char *ids[ARRAY_LEN(names)];
  for (size_t i = 0; i < ARRAY_LEN(names); i++) ids[i] = small_person_put(txn, scheme_users[i], names[i])->id;
  for (size_t i = 0; i < ARRAY_LEN(parts); i++)
    small_enrolment_put(txn, ids[i], parts[i].role, parts[i].state)->trained = parts[i].state == ENROLMENT_ACCEPTED;
  struct person *mina = txn_edit(txn, RECORD_PERSON, ids[4]);
  mina->line_state = LINE_GIVEN;
  mina->line = txn_seal(txn, mina->id, "person.line", ids[3]);
}

static void master_make(void) {
  FUZZ_MUST(random_init(), "no randomness");
  FUZZ_MUST(words_from_program(&scheme_words) == ERR_NONE, "no words");
  master = model_new("fuzz");
  model_loaded(master);
  struct arena *arena = arena_new(TURN_BYTES);
  struct txn *txn = txn_new(master, arena);
  small_scheme_put(txn)->demo = true;
  add_cast(txn);
  model_apply(master, txn);
  (void)arena_free(arena);
}

/* ---- a world for one input ---- */
struct scheme_world *scheme_world_new(void) {
  struct scheme_world *world = calloc(1, sizeof *world);
  FUZZ_MUST(world != NULL, "no memory");
  if (master == NULL) master_make();
  world->now_ms = SCHEME_NOW_MS;
  world->model = model_new("fuzz");
  for (int kind = 0; kind < RECORD_KIND_MAX_; kind++) {
    for (size_t i = 0; i < model_count(master, (enum record_kind)kind); i++)
      model_load(world->model, (enum record_kind)kind, model_at(master, (enum record_kind)kind, i));
  }
  model_loaded(world->model);
  for (size_t i = 0; i < model_count(master, RECORD_PERSON); i++) {
    const char *id = record_id(RECORD_PERSON, model_at(master, RECORD_PERSON, i));
    if (model_line(master, id) != NULL) model_set_line(world->model, id, model_line(master, id));
  }
  return world;
}

struct scheme_world *scheme_world_free(struct scheme_world *world) {
  if (world == NULL) return NULL;
  world->model = model_free(world->model);
  world->turn_arena = arena_free(world->turn_arena);
  free(world);
  return NULL;
}

/* ---- what a turn promises ---- */
static void check_put(const struct txn_op *op, const char *json, size_t bytes) {
  struct arena *arena = arena_new(16 * bytes + (1 << 20));
  void *record;
  FUZZ_MUST(bytes <= RECORD_JSON_BYTES_MAX, "%s %s has %zu bytes", record_kind_name(op->kind), op->id, bytes);
  FUZZ_MUST(record_decode(op->kind, json, bytes, arena, &record) == ERR_NONE, "%s: %s", err_note_text(), json);
  FUZZ_MUST(record_same(op->kind, record, op->record), "read back as another: %s", json);
  (void)arena_free(arena);
}

static void write_ops(struct txn *txn, bool check, struct text *text) {
  const struct txn_op *ops;
  const char *const *lines;
  size_t count = txn_ops(txn, &ops);
  for (size_t i = 0; i < count; i++) {
    text_addf(text, "%d %s %s ", (int)ops[i].op, record_kind_name(ops[i].kind), ops[i].id);
    size_t start = text->length;
    if (ops[i].op == TXN_PUT) record_encode(ops[i].kind, ops[i].record, text);
    if (check && ops[i].op == TXN_PUT) check_put(&ops[i], text->data + start, text->length - start);
    text_add(text, "\n");
  }
  const struct txn_seal_request *seals;
  count = txn_seals(txn, &seals);
  for (size_t i = 0; i < count; i++) text_addf(text, "seal %s %s %s %s\n", seals[i].reference, seals[i].owner, seals[i].field, seals[i].plain);
  count = txn_audits(txn, &lines);
  for (size_t i = 0; i < count; i++) text_addf(text, "audit %s\n", lines[i]);
  FUZZ_MUST(!text->full, "%zu bytes of changes", text->length);
}

static void play(struct scheme_world *world, const struct event *event, struct txn *txn, struct text *ret_ops) {
  const struct line *reply = NULL;
  err_note_clear();
  text_init(ret_ops, OPS_TEXT_BYTES);
  world->err = turn_run(event, world->now_ms, scheme_words, txn, &reply);
  text_addf(ret_ops, "%s %s\n", err_name(world->err), reply == NULL ? "" : reply->words);
  if (world->err == ERR_NONE) write_ops(txn, world->last == txn, ret_ops);
}

/* FUZZ_SAY=1 shows what was said to whom, for whoever reads a finding. */
static void tell(const struct event *event, struct txn *txn) {
  const struct txn_op *ops;
  size_t count = txn_ops(txn, &ops);
  if (getenv("FUZZ_SAY") == NULL) return;
  (void)printf("%s %s:", event_kind_name(event->kind), event->person.id == NULL ? "" : event->person.id);
  for (size_t i = 0; i < count; i++) {
    const struct out *out = ops[i].op == TXN_PUT && ops[i].kind == RECORD_OUT ? ops[i].record : NULL;
    if (out != NULL) (void)printf(" %s=%s", out->person == NULL ? "room" : out->person, out->words);
  }
  (void)printf("\n");
}

void scheme_world_run(struct scheme_world *world, const struct event *given) {
  CLEANUP(text_done) struct text first, second;
  struct event event = *given;
  char id[40];
  const struct txn_op *ops;
  (void)snprintf(id, sizeof id, "ev%llu", (unsigned long long)++world->events);
  event.id = id;
  event.at_ms = world->now_ms;
  hash_bytes(NULL, &world->events, sizeof world->events, event.seed);
  struct arena *rehearsal = arena_new(TURN_BYTES);
  world->last = NULL;
  play(world, &event, txn_new(world->model, rehearsal), &first);
  (void)arena_free(rehearsal);
  world->turn_arena = arena_free(world->turn_arena);
  world->turn_arena = arena_new(TURN_BYTES);
  world->last = txn_new(world->model, world->turn_arena);
  play(world, &event, world->last, &second);
  FUZZ_MUST(strcmp(text_str(&first), text_str(&second)) == 0, "the same inputs, other bytes:\n%s%s", text_str(&first), text_str(&second));
  if (world->err != ERR_NONE) return;
  FUZZ_MUST(txn_ops(world->last, &ops) <= TXN_OPS_MAX, "more changes than a turn may make");
  tell(&event, world->last);
  model_apply(world->model, world->last);
}
