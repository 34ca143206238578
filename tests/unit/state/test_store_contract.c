/* test_store_contract.c: what store.h promises, asked of every maker: the same questions, the same answers. */
/* tidy: mirror: one suite for what store_memory.c and store_redis.c both are; store.h is its home */
#include <criterion/criterion.h>
#include <criterion/parameterized.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bot/base/clock.h"
#include "store_lab.h"

static int makers[] = {MAKER_MEMORY, MAKER_REDIS};

/* One test, run once for each maker with the lab and one door that owns the scheme. */
#define CONTRACT(name)                                                        \
  static void name(struct lab *lab, struct store *store);                   \
  ParameterizedTestParameters(store_contract, name) {                         \
    return cr_make_param_array(int, makers, ARRAY_LEN(makers));               \
  }                                                                           \
  ParameterizedTest(int *maker, store_contract, name, .timeout = 60) {        \
    struct lab lab = {.server = 0};                                         \
    lab_open(&lab, (enum maker)*maker);                                     \
    struct store *store = lab_door(&lab);                                   \
    take_well(&lab, store, "a");                                             \
    name(&lab, store);                                                       \
    store_free(store);                                                        \
    lab_close(&lab);                                                        \
  }                                                                           \
  static void name(struct lab *lab, struct store *store)

#define ANSWERS(said_by, wanted)                                                                                     \
  do {                                                                                                               \
    struct said heard = said_by;                                                                                     \
    cr_assert_eq(heard.answer, wanted, "%s instead of %s: %s", store_answer_name(heard.answer), store_answer_name(wanted), \
                 heard.note);                                                                                        \
  } while (0)

static void has(struct lab *lab, struct store *store, enum record_kind kind, const char *id, const char *json) {
  struct said said = record(lab, store, kind, id);
  cr_assert_eq(said.answer, STORE_OK);
  if (json == NULL) cr_assert(said.absent, "%s is there", id);
  else cr_assert_str_eq(said.text, json);
}

/* ---- records ---- */

CONTRACT(puts_gets_drops_and_loads) {
  has(lab, store, RECORD_PERSON, "p1", NULL);
  cr_assert_eq(records(lab, store), 0);
  ANSWERS(commit(lab, store, 1, "e1", OPS(PUT(RECORD_PERSON, "p1", "{\"a\":1}"), PUT(RECORD_PAIR, "p1", "{}"),
                                           PUT(RECORD_OUT, "o1", "{\"o\":1}"))), STORE_OK);
  has(lab, store, RECORD_PERSON, "p1", "{\"a\":1}");
  has(lab, store, RECORD_PAIR, "p1", "{}");
  cr_assert_eq(records(lab, store), 3);
  ANSWERS(commit(lab, store, 2, "e2", OPS(PUT(RECORD_PERSON, "p1", "{\"a\":2}"), DROP(RECORD_PAIR, "p1"), DROP(RECORD_OUT, "o9"))),
          STORE_OK);
  has(lab, store, RECORD_PERSON, "p1", "{\"a\":2}");
  has(lab, store, RECORD_PAIR, "p1", NULL);
  cr_assert_eq(records(lab, store), 2);
}

struct met {
  struct said said;
  unsigned char times[3000];
};

static void on_met(void *who, enum record_kind kind, const char *id, const char *json, size_t bytes) {
  struct met *met = who;
  cr_assert_eq(kind, RECORD_TALK);
  cr_assert_eq(atol(json), atol(id + 1));
  met->times[atol(id + 1)]++;
}

/* More than one step of a scan, in a table large enough to be a real hash. */
CONTRACT(loads_each_of_many_once) {
  static char ids[3000][16];
  static struct store_op ops[3000];
  for (size_t i = 0; i < ARRAY_LEN(ids); i++) {
    snprintf(ids[i], sizeof ids[i], "t%zu", i);
    ops[i] = PUT(RECORD_TALK, ids[i], ids[i] + 1);
  }
  for (int i = 0; i < 3; i++) ANSWERS(commit(lab, store, i + 1, ids[i], 1000, ops + 1000 * i), STORE_OK);
  static struct met met;
  store_load(store, on_met, said_done, &met);
  lab_wait(lab, &met.said);
  cr_assert_eq(met.said.answer, STORE_OK);
  for (size_t i = 0; i < ARRAY_LEN(met.times); i++) cr_assert_eq(met.times[i], 1, "t%zu came %d times", i, met.times[i]);
}

CONTRACT(keeps_any_bytes) {
  static const char odd[] = "{\"n\":\"%s %n \\u0000 \r\n$5\r\n\xf0\x9f\x8c\xb1\"}";
  ANSWERS(commit(lab, store, 1, "e1", OPS(PUT(RECORD_PERSON, "p 1\r\n*", odd))), STORE_OK);
  has(lab, store, RECORD_PERSON, "p 1\r\n*", odd);
}

/* ---- order and repeats ---- */

CONTRACT(refuses_another_seq) {
  ANSWERS(commit(lab, store, 2, "e1", OPS(PUT(RECORD_PERSON, "p1", "{}"))), STORE_SEQ);
  ANSWERS(commit(lab, store, 1, "e1", OPS(PUT(RECORD_PERSON, "p2", "{}"))), STORE_OK);
  struct said said = commit(lab, store, 1, "e2", OPS(PUT(RECORD_PERSON, "p3", "{}")));
  cr_assert_eq(said.answer, STORE_SEQ);
  cr_assert_eq(said.head, 1);
  cr_assert_eq(records(lab, store), 1);
  struct said taken = take(lab, store, "a");
  cr_assert_eq(taken.taken.seq, 1);
  cr_assert_eq(taken.taken.now_ms, NOW_MS + 1);
}

CONTRACT(refuses_a_repeat_and_all_behind_it) {
  ANSWERS(commit(lab, store, 1, "e1", OPS(PUT(RECORD_PERSON, "p1", "{}"))), STORE_OK);
  struct said said[3] = {{0}};
  const char *events[] = {"e2", "e1", "e3"};
  for (int i = 0; i < 3; i++) {
    uint8_t id[STORE_EVENT_ID_BYTES];
    struct store_op op = PUT(RECORD_PERSON, events[i], "{}");
    struct store_commit turn = {event_id(events[i], id), 2 + i, NOW_MS, SYSTEM_MS, &op, 1};
    store_commit(store, &turn, said_done, &said[i]);
  }
  for (int i = 0; i < 3; i++) lab_wait(lab, &said[i]);
  cr_assert_eq(said[0].answer, STORE_OK);
  cr_assert_eq(said[1].answer, STORE_DUP, "%s", store_answer_name(said[1].answer));
  cr_assert_eq(said[1].head, 2);
  cr_assert_eq(said[2].answer, STORE_SEQ, "%s", store_answer_name(said[2].answer));
  cr_assert_eq(records(lab, store), 2);
  ANSWERS(commit(lab, store, 3, "e3", OPS(PUT(RECORD_PERSON, "p3", "{}"))), STORE_OK);
}

static enum store_answer commit_at(struct lab *lab, struct store *store, int64_t seq, const char *event, int64_t system_ms) {
  uint8_t id[STORE_EVENT_ID_BYTES];
  struct said said = {0};
  struct store_op op = PUT(RECORD_PERSON, event, "{}");
  struct store_commit turn = {event_id(event, id), seq, NOW_MS, system_ms, &op, 1};
  store_commit(store, &turn, said_done, &said);
  lab_wait(lab, &said);
  return said.answer;
}

CONTRACT(remembers_event_ids_for_three_days) {
  cr_assert_eq(commit_at(lab, store, 1, "e1", SYSTEM_MS), STORE_OK);
  cr_assert_eq(commit_at(lab, store, 2, "e2", SYSTEM_MS + DAY_MS), STORE_OK);
  cr_assert_eq(commit_at(lab, store, 3, "e3", SYSTEM_MS + 2 * (int64_t)DAY_MS), STORE_OK);
  cr_assert_eq(commit_at(lab, store, 4, "e1", SYSTEM_MS + DAY_MS), STORE_DUP);
  cr_assert_eq(commit_at(lab, store, 4, "e1", SYSTEM_MS + 2 * (int64_t)DAY_MS), STORE_DUP);
  cr_assert_eq(seen(lab, store, SYSTEM_MS), 1);
  cr_assert_eq(seen(lab, store, SYSTEM_MS + 2 * (int64_t)DAY_MS), 3);
  cr_assert_eq(seen(lab, store, SYSTEM_MS + 3 * (int64_t)DAY_MS), 2);
  cr_assert_eq(commit_at(lab, store, 4, "e1", SYSTEM_MS + 3 * (int64_t)DAY_MS), STORE_OK);
}

/* ---- owning ---- */

CONTRACT(fences_who_had_it_before) {
  struct store *other = lab_door(lab);
  ANSWERS(commit(lab, store, 1, "e1", OPS(PUT(RECORD_PERSON, "p1", "{}"))), STORE_OK);
  struct said taken = take(lab, other, "a"); /* the same owner, started again */
  cr_assert_eq(taken.answer, STORE_OK);
  cr_assert_eq(taken.taken.incarnation, 1);
  cr_assert_eq(taken.taken.epoch, 2);
  cr_assert_eq(taken.taken.seq, 1);
  ANSWERS(commit(lab, store, 2, "e2", OPS(PUT(RECORD_PERSON, "p2", "{}"))), STORE_FENCED);
  ANSWERS(renew(lab, store), STORE_FENCED);
  ANSWERS(commit(lab, other, 2, "e2", OPS(PUT(RECORD_PERSON, "p2", "{}"))), STORE_OK);
  store_free(other);
}

CONTRACT(hands_the_lease_over_only_when_released) {
  struct store *other = lab_door(lab);
  ANSWERS(take(lab, other, "b"), STORE_FENCED);
  ANSWERS(commit(lab, other, 1, "e1", OPS(PUT(RECORD_PERSON, "p1", "{}"))), STORE_FENCED);
  ANSWERS(renew(lab, store), STORE_OK);
  ANSWERS(release(lab, store), STORE_OK);
  ANSWERS(commit(lab, store, 1, "e1", OPS(PUT(RECORD_PERSON, "p1", "{}"))), STORE_FENCED);
  ANSWERS(take(lab, other, "b"), STORE_OK);
  ANSWERS(take(lab, store, "a"), STORE_FENCED);
  ANSWERS(commit(lab, other, 1, "e1", OPS(PUT(RECORD_PERSON, "p1", "{}"))), STORE_OK);
  store_free(other);
}

CONTRACT(gives_the_lease_away_when_it_ran_out) {
  struct store *other = lab_door(lab);
  int64_t since_ms = clock_boot_ms();
  while (clock_boot_ms() < since_ms + 1000) ANSWERS(take(lab, other, "b"), STORE_FENCED);
  since_ms = clock_boot_ms();
  ANSWERS(commit(lab, store, 1, "e1", OPS(PUT(RECORD_PERSON, "p1", "{}"))), STORE_OK); /* renews it, too */
  while (take(lab, other, "b").answer == STORE_FENCED && clock_boot_ms() < since_ms + WAIT_MS) continue;
  int64_t waited_ms = clock_boot_ms() - since_ms;
  cr_assert(waited_ms >= 3700 && waited_ms < 8000, "%lld ms", (long long)waited_ms);
  ANSWERS(commit(lab, store, 2, "e2", OPS(PUT(RECORD_PERSON, "p2", "{}"))), STORE_FENCED);
  store_free(other);
}

CONTRACT(serves_what_is_called_behind_a_take_under_its_fence) {
  uint8_t id[STORE_EVENT_ID_BYTES];
  struct store *other = lab_door(lab);
  struct said taken = {0}, committed = {0}, renewed = {0};
  struct store_op op = PUT(RECORD_PERSON, "p1", "{}");
  struct store_commit turn = {event_id("e1", id), 1, NOW_MS, SYSTEM_MS, &op, 1};
  store_take(other, "a", said_taken, &taken);
  store_commit(other, &turn, said_done, &committed);
  store_renew(other, said_done, &renewed);
  lab_wait(lab, &taken);
  lab_wait(lab, &committed);
  lab_wait(lab, &renewed);
  cr_assert_eq(committed.answer, STORE_OK, "%s", store_answer_name(committed.answer));
  cr_assert_eq(renewed.answer, STORE_OK, "%s", store_answer_name(renewed.answer));
  store_free(other);
}

CONTRACT(knows_whether_the_scheme_exists) {
  cr_assert_not(take(lab, store, "a").taken.exists);
  ANSWERS(commit(lab, store, 1, "e1", OPS(PUT(RECORD_SCHEME, "scheme", "{\"id\":\"scheme\"}"))), STORE_OK);
  cr_assert(take(lab, store, "a").taken.exists);
}

/* ---- keeps, sent names, the control list ---- */

struct kept {
  struct said said;
  size_t count;
  int64_t version;
  char first[64], data[64];
};

static void on_kept(void *who, const struct store_result *result, const struct store_blob *blobs, size_t count) {
  struct kept *kept = who;
  said_done(&kept->said, result);
  kept->count = count;
  if (count == 0) return;
  kept->version = blobs[0].version;
  snprintf(kept->first, sizeof kept->first, "%s", blobs[0].key);
  snprintf(kept->data, sizeof kept->data, "%s", blobs[0].data);
}

static struct kept keeps(struct lab *lab, struct store *store, const char *workspace, const char *prefix) {
  struct kept kept = {.count = 0};
  store_keep_get(store, workspace, prefix, on_kept, &kept);
  lab_wait(lab, &kept.said);
  cr_assert_eq(kept.said.answer, STORE_OK);
  return kept;
}

CONTRACT(keeps_only_what_is_newer) {
  ANSWERS(commit(lab, store, 1, NULL, OPS(KEEP("web/city\ncursor", 40, "forty"), KEEP("web/city\nkey*[1]", 1, ""))), STORE_OK);
  ANSWERS(commit(lab, store, 2, "e2", OPS(PUT(RECORD_PERSON, "p1", "{}"), KEEP("web/city\ncursor", 40, "again"))), STORE_CONFLICT);
  ANSWERS(commit(lab, store, 2, "e2", OPS(KEEP("web/city\ncursor", 39, "older"))), STORE_CONFLICT);
  ANSWERS(commit(lab, store, 2, "e2", OPS(KEEP("web/city\ncursor", 42, "x"), KEEP("web/city\ncursor", 41, "y"))), STORE_CONFLICT);
  cr_assert_eq(records(lab, store), 0);
  ANSWERS(commit(lab, store, 2, "e2", OPS(KEEP("web/city\ncursor", 41, "1:forty-one"), KEEP("web/town\ncursor", 7, "z"))), STORE_OK);
  struct kept kept = keeps(lab, store, "web/city", "cur");
  cr_assert_eq(kept.count, 1);
  cr_assert_eq(kept.version, 41);
  cr_assert_str_eq(kept.first, "cursor");
  cr_assert_str_eq(kept.data, "1:forty-one");
  cr_assert_eq(keeps(lab, store, "web/city", "").count, 2);
  cr_assert_eq(keeps(lab, store, "web/city", "key*[").count, 1);
  cr_assert_eq(keeps(lab, store, "web/city", "key*[1]").count, 1);
  cr_assert_eq(keeps(lab, store, "web/*", "").count, 0); /* no pattern of Redis comes through */
  cr_assert_eq(keeps(lab, store, "web/cit", "").count, 0);
}

CONTRACT(finds_what_was_sent_by_its_name) {
  cr_assert(sent_name(lab, store, "t1.q").absent);
  ANSWERS(commit(lab, store, 1, NULL, OPS(SENT("t1.q", "D1/17"), DROP(RECORD_OUT, "o1"))), STORE_OK);
  cr_assert_str_eq(sent_name(lab, store, "t1.q").text, "D1/17");
  ANSWERS(commit(lab, store, 2, NULL, OPS(SENT("t1.q", ""))), STORE_OK);
  cr_assert(sent_name(lab, store, "t1.q").absent);
}

CONTRACT(hands_tools_entries_over_in_order) {
  cr_assert(peek(lab, store).absent);
  ANSWERS(push(lab, store, "{\"id\":\"c1\",\"do\":\"apply\"}"), STORE_OK);
  ANSWERS(push(lab, store, "{\"id\":\"c2\"}"), STORE_OK);
  ANSWERS(push(lab, store, "{\"id\":\"c2\"}"), STORE_OK); /* asked again: it stands there once */
  ANSWERS(push(lab, store, "{\"no\":\"id\"}"), STORE_BROKEN);
  ANSWERS(push(lab, store, "not JSON"), STORE_BROKEN);
  cr_assert_str_eq(peek(lab, store).text, "{\"id\":\"c1\",\"do\":\"apply\"}");
  ANSWERS(commit(lab, store, 1, "e1", OPS(PUT(RECORD_PERSON, "p1", "{}"), CONTROL("c2"))), STORE_BROKEN);
  ANSWERS(commit(lab, store, 1, "e1", OPS(PUT(RECORD_PERSON, "p1", "{}"), CONTROL("c"))), STORE_BROKEN);
  cr_assert_eq(records(lab, store), 0);
  ANSWERS(commit(lab, store, 1, "e1", OPS(PUT(RECORD_PERSON, "p1", "{}"), CONTROL("c1"))), STORE_OK);
  cr_assert_str_eq(peek(lab, store).text, "{\"id\":\"c2\"}");
  ANSWERS(push(lab, store, "{\"id\":\"c3\"}"), STORE_OK);
  ANSWERS(commit(lab, store, 2, NULL, OPS(CONTROL("c2"), CONTROL("c3"))), STORE_OK);
  cr_assert(peek(lab, store).absent);
  ANSWERS(commit(lab, store, 3, "e3", OPS(CONTROL("c3"))), STORE_BROKEN);
}

CONTRACT(bounds_the_control_list) {
  char entry[64];
  struct said said[1001] = {{0}};
  for (int i = 0; i < 1001; i++) {
    snprintf(entry, sizeof entry, "{\"id\":\"c%d\"}", i);
    store_control_push(store, entry, strlen(entry), said_done, &said[i]);
  }
  for (int i = 0; i < 1001; i++) lab_wait(lab, &said[i]);
  cr_assert_eq(said[999].answer, STORE_OK);
  cr_assert_eq(said[1000].answer, STORE_NOT_STORED);
}

/* ---- the demo ---- */

CONTRACT(wipes_a_demo_and_nothing_else) {
  static const char real[] = "{\"id\":\"scheme\",\"x\":{\"demo\":true},\"demo\":false}", demo[] = "{\"id\":\"scheme\",\"demo\":true}";
  ANSWERS(commit(lab, store, 1, "e1", OPS(PUT(RECORD_SCHEME, "scheme", real), PUT(RECORD_PERSON, "p1", "{}"))), STORE_OK);
  ANSWERS(commit(lab, store, 2, "e2", OPS(WIPE)), STORE_BROKEN);
  ANSWERS(commit(lab, store, 2, "e2", OPS(PUT(RECORD_SCHEME, "scheme", demo), WIPE)), STORE_BROKEN);
  cr_assert_eq(records(lab, store), 2);
  ANSWERS(commit(lab, store, 2, "e2", OPS(PUT(RECORD_SCHEME, "scheme", demo), SENT("t1.q", "D1/17"), KEEP("w\nk", 1, "x"))), STORE_OK);
  ANSWERS(commit(lab, store, 3, "e3", OPS(WIPE, PUT(RECORD_PERSON, "p2", "{}"))), STORE_OK);
  cr_assert_eq(records(lab, store), 1);
  has(lab, store, RECORD_PERSON, "p2", "{}");
  cr_assert(sent_name(lab, store, "t1.q").absent);
  cr_assert_eq(keeps(lab, store, "w", "").count, 1);
  ANSWERS(commit(lab, store, 4, "e4", OPS(WIPE)), STORE_BROKEN); /* its record went, and the word went with it */
  ANSWERS(commit(lab, store, 4, "e1", OPS(PUT(RECORD_PERSON, "p3", "{}"))), STORE_DUP); /* event ids stay */
}

CONTRACT(believes_the_record_that_is_stored_now) {
  ANSWERS(commit(lab, store, 1, "e1", OPS(PUT(RECORD_SCHEME, "scheme", "{\"demo\":true}"))), STORE_OK);
  ANSWERS(commit(lab, store, 2, "e2", OPS(PUT(RECORD_SCHEME, "scheme", "{\"demo\":false}"))), STORE_OK);
  ANSWERS(commit(lab, store, 3, "e3", OPS(WIPE)), STORE_BROKEN);
  ANSWERS(commit(lab, store, 3, "e3", OPS(PUT(RECORD_SCHEME, "scheme", "{\"demo\":true}"))), STORE_OK);
  ANSWERS(commit(lab, store, 4, "e4", OPS(DROP(RECORD_SCHEME, "scheme"))), STORE_OK);
  ANSWERS(commit(lab, store, 5, "e5", OPS(WIPE)), STORE_BROKEN);
}

/* ---- shape and bounds ---- */

CONTRACT(refuses_a_turn_past_its_bounds) {
  static char big[1048577];
  static struct store_op ops[1001];
  memset(big, 'x', sizeof big - 1);
  for (size_t i = 0; i < ARRAY_LEN(ops); i++) ops[i] = DROP(RECORD_OUT, "o1");
  ANSWERS(commit(lab, store, 1, "e1", 1001, ops), STORE_BROKEN);
  ANSWERS(commit(lab, store, 1, "e1", 1000, ops), STORE_OK);
  for (size_t i = 0; i < 4; i++)
    ops[i] = (struct store_op){.op = STORE_PUT, .kind = RECORD_SEALED, .id = "s1", .data = big, .bytes = RECORD_JSON_BYTES_MAX};
  ops[4] = (struct store_op){.op = STORE_AUDIT, .data = "x", .bytes = 1};
  ANSWERS(commit(lab, store, 2, "e2", 5, ops), STORE_BROKEN);
  ANSWERS(commit(lab, store, 2, "e2", 4, ops), STORE_OK);
  ops[0].bytes++;
  ANSWERS(commit(lab, store, 3, "e3", 1, ops), STORE_BROKEN);
  struct store_op keep = {.op = STORE_KEEP, .id = "w\nk", .version = 1, .data = big, .bytes = STORE_KEEP_BYTES_MAX + 1};
  ANSWERS(commit(lab, store, 3, "e3", 1, &keep), STORE_BROKEN);
  keep.bytes--;
  ANSWERS(commit(lab, store, 3, "e3", 1, &keep), STORE_OK);
}

CONTRACT(refuses_a_turn_without_shape) {
  ANSWERS(commit(lab, store, 1, NULL, OPS(PUT(RECORD_PERSON, "p1", "{}"))), STORE_BROKEN); /* would not repeat well */
  ANSWERS(commit(lab, store, 1, NULL, OPS(AUDIT("{}"))), STORE_BROKEN);
  ANSWERS(commit(lab, store, 1, "e1", OPS(PUT(RECORD_PERSON, "", "{}"))), STORE_BROKEN);
  ANSWERS(commit(lab, store, 1, "e1", OPS(PUT(RECORD_KIND_MAX_, "p1", "{}"))), STORE_BROKEN);
  ANSWERS(commit(lab, store, 1, "e1", OPS(PUT(RECORD_PERSON, "p1", ""))), STORE_BROKEN);
  ANSWERS(commit(lab, store, 1, "e1", OPS(KEEP("cursor", 1, "x"))), STORE_BROKEN);
  ANSWERS(commit(lab, store, 1, "e1", OPS(KEEP("w\nk", -1, "x"))), STORE_BROKEN);
  ANSWERS(commit(lab, store, 0, "e1", OPS(PUT(RECORD_PERSON, "p1", "{}"))), STORE_BROKEN);
  ANSWERS(commit(lab, store, 1, "e1", 0, NULL), STORE_OK); /* an event may change nothing but what is known */
  cr_assert_eq(seen(lab, store, SYSTEM_MS), 1);
}

/* ---- many at once ---- */

struct row {
  int *next; /* what should be answered next */
  int number;
  struct said said;
};

static void on_row(void *who, const struct store_result *result) {
  struct row *row = who;
  cr_assert_eq(row->number, *row->next, "answer %d came when %d was due", row->number, *row->next);
  (*row->next)++;
  said_done(&row->said, result);
}

static void on_row_text(void *who, const struct store_result *result, const char *text, size_t bytes) {
  on_row(who, result);
}

static void on_row_record(void *who, enum record_kind kind, const char *id, const char *json, size_t bytes) {
}

static void call_commit(struct store *store, struct row *row, int64_t seq, const char *event) {
  uint8_t id[STORE_EVENT_ID_BYTES];
  struct store_op ops[] = {PUT(RECORD_PERSON, event, "{\"name\":\"x\"}"), PUT(RECORD_OUT, event, "{}"), AUDIT("{\"who\":\"p1\"}")};
  struct store_commit turn = {event_id(event, id), seq, NOW_MS, SYSTEM_MS + (seq > 155 ? DAY_MS : 0), ops, 3};
  store_commit(store, &turn, on_row, row);
}

CONTRACT(answers_in_the_order_of_the_calls) {
  static struct row rows[400];
  int next = 0, count = 0;
  for (int64_t seq = 1; seq <= 300; seq++) {
    char event[16];
    snprintf(event, sizeof event, "e%lld", (long long)seq);
    rows[count] = (struct row){&next, count, {0}};
    call_commit(store, &rows[count++], seq, event);
    rows[count] = (struct row){&next, count, {0}};
    if (seq % 50 == 0) store_renew(store, on_row, &rows[count++]);
    else if (seq % 20 == 0) store_record_get(store, RECORD_PERSON, event, on_row_text, &rows[count++]);
    else if (seq == 33) store_load(store, on_row_record, on_row, &rows[count++]);
  }
  for (int i = 0; i < count; i++) lab_wait(lab, &rows[i].said);
  for (int i = 0; i < count; i++) cr_assert_eq(rows[i].said.answer, STORE_OK, "%d: %s", i, rows[i].said.note);
  cr_assert_eq(next, count);
  cr_assert_eq(records(lab, store), 600);
  cr_assert_eq(seen(lab, store, SYSTEM_MS), 155); /* each on its own day, though midnight fell among them */
}

/* Who was refused and begins again at the true head is not held up by what stood before in the line. */
CONTRACT(a_turn_that_begins_anew_is_not_refused_with_those_before) {
  static struct row rows[12];
  int next = 0;
  for (int i = 0; i < 12; i++) {
    char event[16];
    snprintf(event, sizeof event, "e%d", i);
    rows[i] = (struct row){&next, i, {0}};
    call_commit(store, &rows[i], i == 10 ? 99 : i == 11 ? 11 : i + 1, event);
  }
  for (int i = 0; i < 12; i++) lab_wait(lab, &rows[i].said);
  for (int i = 0; i < 12; i++) cr_assert_eq(rows[i].said.answer, i == 10 ? STORE_SEQ : STORE_OK, "%d: %s", i, rows[i].said.note);
}

/* Each turn of a shared call is all or nothing: those before the refused one stay, it and those behind it leave no trace. */
CONTRACT(keeps_the_turns_before_a_refused_one) {
  static struct row rows[100];
  int next = 0;
  ANSWERS(commit(lab, store, 1, "again", OPS(PUT(RECORD_PERSON, "again", "{}"))), STORE_OK);
  for (int i = 0; i < 100; i++) {
    char event[16];
    snprintf(event, sizeof event, "e%d", i);
    rows[i] = (struct row){&next, i, {0}};
    call_commit(store, &rows[i], 2 + i, i == 57 ? "again" : event);
  }
  for (int i = 0; i < 100; i++) lab_wait(lab, &rows[i].said);
  for (int i = 0; i < 100; i++)
    cr_assert_eq(rows[i].said.answer, i < 57 ? STORE_OK : i == 57 ? STORE_DUP : STORE_SEQ, "%d: %s", i, store_answer_name(rows[i].said.answer));
  cr_assert_eq(rows[57].said.head, 58);
  cr_assert_eq(records(lab, store), 1 + 2 * 57);
  cr_assert_eq(take(lab, store, "a").taken.seq, 58);
}

/* ---- ends ---- */

static void never(void *who, const struct store_result *result) {
  cr_assert_fail("answered after store_free");
}

CONTRACT(says_nothing_after_it_was_freed) {
  struct store *other = lab_door(lab);
  uint8_t id[STORE_EVENT_ID_BYTES];
  struct store_op op = PUT(RECORD_PERSON, "p1", "{}");
  struct store_commit turn = {event_id("e1", id), 1, NOW_MS, SYSTEM_MS, &op, 1};
  store_commit(other, &turn, never, NULL);
  store_renew(other, never, NULL);
  store_load(other, on_row_record, never, NULL);
  cr_assert_null(store_free(other));
  cr_assert_null(store_free(NULL));
  ANSWERS(renew(lab, store), STORE_OK);
}

struct ended {
  struct said said;
  struct store *store;
};

static void on_end(void *who, const struct store_result *result) {
  struct ended *ended = who;
  said_done(&ended->said, result);
  ended->store = store_free(ended->store);
}

CONTRACT(may_be_freed_from_an_answer) {
  struct ended ended = {.store = lab_door(lab)};
  store_load(ended.store, on_row_record, on_end, &ended);
  store_load(ended.store, on_row_record, never, NULL);
  lab_wait(lab, &ended.said);
  cr_assert_null(ended.store);
}
