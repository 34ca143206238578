/* test_store_memory.c: the same long row of drawn calls on the store in memory and on Redis: whatever is asked, they answer alike. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "store_lab.h"

enum { STEPS = 1500, DOORS = 2, OPS_MAX = 5 };

struct draw {
  uint64_t state;
};

/* xorshift: the same numbers from the same seed, everywhere. */
static unsigned below(struct draw *draw, unsigned bound) {
  draw->state ^= draw->state << 13;
  draw->state ^= draw->state >> 7;
  draw->state ^= draw->state << 17;
  return (unsigned)(draw->state >> 33) % bound;
}

static const char *const ids[] = {"a", "b", "c", "d"};
static const char *const keeps[] = {"w\nk1", "w\nk2", "v\nk1"};
static const char *const texts[] = {"{}", "{\"demo\":true}", "{\"demo\":false,\"x\":\"\\\"demo\\\":true\"}", "{\"n\":1}"};
static const char *const events[] = {"e0", "e1", "e2", "e3", "e4", "e5", "e6", "e7", "e8", "e9"};

static struct store_op op_draw(struct draw *draw) {
  const char *id = ids[below(draw, 4)], *text = texts[below(draw, 4)];
  enum record_kind kind = (enum record_kind)below(draw, RECORD_KIND_MAX_);
  switch (below(draw, 9)) {
    case 0: return DROP(kind, id);
    case 1: {
      const char *message = below(draw, 2) == 0 ? "" : text; /* the macros look twice */
      return SENT(id, message);
    }
    case 2: return KEEP(keeps[below(draw, 3)], below(draw, 12), text);
    case 3: return below(draw, 3) == 0 ? CONTROL(id) : AUDIT(text);
    case 4: return below(draw, 4) == 0 ? WIPE : PUT(RECORD_SCHEME, "scheme", text);
    default: return PUT(kind, id, text);
  }
}

struct pair_of_labs {
  struct lab labs[2];
  struct store *doors[2][DOORS];
  int64_t seq;
  unsigned counts[STORE_ANSWER_MAX_];
};

static void same(struct pair_of_labs *labs, int step, const char *what, const struct said *memory, const struct said *redis) {
  cr_assert_eq(memory->answer, redis->answer, "step %d, %s: memory says %s, redis says %s (%s)", step, what,
               store_answer_name(memory->answer), store_answer_name(redis->answer), redis->note);
  cr_assert_eq(memory->absent, redis->absent, "step %d, %s", step, what);
  cr_assert_str_eq(memory->text, redis->text, "step %d, %s", step, what);
  cr_assert_eq(memory->taken.epoch, redis->taken.epoch, "step %d, %s", step, what);
  cr_assert_eq(memory->taken.seq, redis->taken.seq, "step %d, %s", step, what);
  cr_assert_eq(memory->taken.now_ms, redis->taken.now_ms, "step %d, %s", step, what);
  cr_assert_eq(memory->taken.exists, redis->taken.exists, "step %d, %s", step, what);
  labs->counts[memory->answer]++;
}

static void step_commit(struct pair_of_labs *labs, struct draw *draw, int step, unsigned door) {
  struct store_op ops[OPS_MAX];
  size_t count = below(draw, OPS_MAX + 1);
  for (size_t i = 0; i < count; i++) ops[i] = op_draw(draw);
  char fresh[32];
  snprintf(fresh, sizeof fresh, "f%d", step);
  unsigned kind = below(draw, 8);
  const char *event = kind == 0 ? NULL : kind == 1 ? events[below(draw, 10)] : fresh;
  int64_t seq = labs->seq + (below(draw, 12) == 0 ? (int64_t)below(draw, 4) : 1);
  struct said said[2];
  for (int i = 0; i < 2; i++) said[i] = commit(&labs->labs[i], labs->doors[i][door], seq, event, count, ops);
  same(labs, step, "commit", &said[0], &said[1]);
  if (said[0].answer == STORE_OK) labs->seq = seq;
}

static struct said one_call(struct lab *lab, struct store *store, unsigned which, const char *id, unsigned kind) {
  char entry[32];
  snprintf(entry, sizeof entry, "{\"id\":\"%s\"}", id);
  switch (which) {
    case 0: return take(lab, store, "a");
    case 1: return renew(lab, store);
    case 2: return push(lab, store, entry);
    case 3: return peek(lab, store);
    case 4: return sent_name(lab, store, id);
    case 5: return kind == 0 ? release(lab, store) : renew(lab, store);
    default: return record(lab, store, (enum record_kind)kind, id);
  }
}

static void step_other(struct pair_of_labs *labs, struct draw *draw, int step, unsigned door) {
  unsigned which = below(draw, 9), kind = below(draw, RECORD_KIND_MAX_);
  const char *id = ids[below(draw, 4)];
  struct said said[2];
  for (int i = 0; i < 2; i++) said[i] = one_call(&labs->labs[i], labs->doors[i][door], which, id, kind);
  same(labs, step, "call", &said[0], &said[1]);
}

static void play(struct pair_of_labs *labs, struct draw *draw) {
  for (int step = 0; step < STEPS; step++) {
    unsigned door = below(draw, 10) == 0 ? 1 : 0;
    if (below(draw, 4) != 0) step_commit(labs, draw, step, door);
    else step_other(labs, draw, step, door);
    if (step % 100 != 0) continue;
    cr_assert_eq(records(&labs->labs[0], labs->doors[0][0]), records(&labs->labs[1], labs->doors[1][0]), "step %d", step);
    cr_assert_eq(seen(&labs->labs[0], labs->doors[0][0], SYSTEM_MS), seen(&labs->labs[1], labs->doors[1][0], SYSTEM_MS));
  }
}

Test(store_memory, answers_as_redis_does, .timeout = 120) {
  static struct pair_of_labs labs;
  const char *wish = getenv("SEED");
  struct draw draw = {wish == NULL ? 20261121 : strtoull(wish, NULL, 10)};
  for (int i = 0; i < 2; i++) {
    lab_open(&labs.labs[i], (enum maker)i);
    for (int door = 0; door < DOORS; door++) labs.doors[i][door] = lab_door(&labs.labs[i]);
  }
  uint64_t seed = draw.state;
  play(&labs, &draw);
  cr_log_info("seed %llu: ok %u dup %u seq %u fenced %u conflict %u broken %u", (unsigned long long)seed, labs.counts[STORE_OK],
              labs.counts[STORE_DUP], labs.counts[STORE_SEQ], labs.counts[STORE_FENCED], labs.counts[STORE_CONFLICT],
              labs.counts[STORE_BROKEN]);
  for (int answer = STORE_OK; answer <= STORE_BROKEN; answer++)
    cr_assert_gt(labs.counts[answer], 0, "no %s among the answers: the row shows too little", store_answer_name((enum store_answer)answer));
  for (int i = 0; i < 2; i++) {
    for (int door = 0; door < DOORS; door++) store_free(labs.doors[i][door]);
    lab_close(&labs.labs[i]);
  }
}
