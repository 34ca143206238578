/* test_model.c: the model's order, indexes and timers against a plain search; the same content by whatever way it came. */
#include "state/model.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "state/records_walk.h"
#include "state/txn.h"
#include "tests/unit/state/record_fill.h"

enum { ARENA_BYTES = 256 << 20, MANY = 100000 };

static struct model *model_of_nothing(void) {
  struct model *model = model_new("city");
  model_loaded(model);
  return model;
}

static void load_person(struct model *model, const char *id, const char *organisation, const char *user) {
  struct account account = {.workspace = "web/city", .user = user};
  struct person person = {.id = id, .organisation = organisation, .accounts = {.items = &account, .count = user != NULL}};
  model_load(model, RECORD_PERSON, &person);
}

static void assert_ids(struct strs ids, const char *wanted) {
  struct text text;
  text_init(&text, 65536);
  for (size_t i = 0; i < ids.count; i++) text_addf(&text, "%s%s", i == 0 ? "" : " ", ids.items[i]);
  cr_assert_str_eq(text_str(&text), wanted);
  text_done(&text);
}

/* ---- by id ---- */

Test(model, p9_stands_before_p10) {
  static const char *const ids[] = {"p10", "p2", "p9", "p100", "p1"}, *const ordered[] = {"p1", "p2", "p9", "p10", "p100"};
  struct model *model = model_new("city");
  cr_assert_str_eq(model_scheme(model), "city");
  for (size_t i = 0; i < ARRAY_LEN(ids); i++) load_person(model, ids[i], "borough", NULL);
  model_loaded(model);
  cr_assert_eq(model_count(model, RECORD_PERSON), 5);
  for (size_t i = 0; i < ARRAY_LEN(ids); i++) {
    cr_assert_str_eq(record_id(RECORD_PERSON, model_at(model, RECORD_PERSON, i)), ordered[i]);
    cr_assert_eq(model_get(model, RECORD_PERSON, ordered[i]), model_at(model, RECORD_PERSON, i));
  }
  cr_assert_null(model_get(model, RECORD_PERSON, "p3"));
  cr_assert_null(model_get(model, RECORD_PERSON, NULL));
  cr_assert_null(model_get(model, RECORD_PAIR, "p1"));
  assert_ids(model_find(model, INDEX_person_organisation, "borough"), "p1 p2 p9 p10 p100");
  cr_assert_null(model_free(model));
}

Test(model, what_is_loaded_twice_counts_once_and_the_later_one) {
  struct model *model = model_new("city");
  load_person(model, "p2", "old", "U2");
  load_person(model, "p1", "city", "U1");
  load_person(model, "p2", "new", "V2");
  load_person(model, "p1", "city", "U1");
  model_loaded(model);
  cr_assert_eq(model_count(model, RECORD_PERSON), 2);
  assert_ids(model_find(model, INDEX_person_organisation, "old"), "");
  assert_ids(model_find(model, INDEX_person_organisation, "new"), "p2");
  cr_assert_null(model_account(model, "web/city", "U2"));
  cr_assert_str_eq(model_account(model, "web/city", "V2"), "p2");
  model_free(model);
}

Test(model, cold_records_are_not_kept) {
  struct model *model = model_new("city");
  model_load(model, RECORD_OUT, &(struct out){.id = "o1"});
  model_loaded(model);
  cr_assert_eq(model_count(model, RECORD_OUT), 0);
  struct arena *arena = arena_new(ARENA_BYTES);
  struct txn *txn = txn_new(model, arena);
  txn_add(txn, RECORD_OUT, "o2");
  txn_put_sealed(txn, "s3", "p1", "person.line", "Ym94");
  model_apply(model, txn);
  cr_assert_eq(model_count(model, RECORD_OUT) + model_count(model, RECORD_SEALED), 0);
  arena_free(arena);
  model_free(model);
}

Test(model, takes_null_when_it_ends) {
  cr_assert_null(model_free(NULL));
}

/* ---- by account ---- */

static void give_account(struct model *model, const char *person_id, const char *user) {
  struct arena *arena = arena_new(ARENA_BYTES);
  struct txn *txn = txn_new(model, arena);
  struct person *person = txn_edit(txn, RECORD_PERSON, person_id);
  person->accounts.count = 0;
  if (user != NULL) {
    struct account *account = LIST_ADD(arena, &person->accounts);
    account->workspace = "web/city";
    account->user = user;
  }
  model_apply(model, txn);
  arena_free(arena);
}

Test(model, an_account_moves_with_its_person) {
  struct model *model = model_new("city");
  load_person(model, "p1", "a", "U1");
  load_person(model, "p2", "a", "U2");
  model_loaded(model);
  cr_assert_str_eq(model_account(model, "web/city", "U1"), "p1");
  cr_assert_null(model_account(model, "web/town", "U1"));
  cr_assert_null(model_account(model, NULL, "U1"));
  give_account(model, "p1", "U9");
  cr_assert_null(model_account(model, "web/city", "U1"));
  cr_assert_str_eq(model_account(model, "web/city", "U9"), "p1");
  give_account(model, "p2", "U9"); /* claimed twice: the first in order of id, as long as it has it */
  cr_assert_str_eq(model_account(model, "web/city", "U9"), "p1");
  give_account(model, "p1", NULL);
  cr_assert_str_eq(model_account(model, "web/city", "U9"), "p2");
  cr_assert_null(model_account(model, "web/city", "U2"));
  model_free(model);
}

Test(model, an_account_that_stands_twice_in_a_person_goes_at_once) {
  struct account accounts[] = {{.workspace = "web/city", .user = "U1"}, {.workspace = "web/city", .user = "U1"}};
  struct model *model = model_new("city");
  model_load(model, RECORD_PERSON, &(struct person){.id = "p1", .accounts = {.items = accounts, .count = 2}});
  model_loaded(model);
  struct arena *arena = arena_new(ARENA_BYTES);
  struct txn *txn = txn_new(model, arena);
  ((struct person *)txn_edit(txn, RECORD_PERSON, "p1"))->accounts.count = 0;
  cr_assert_null(txn_account(txn, "web/city", "U1"));
  model_apply(model, txn);
  cr_assert_null(model_account(model, "web/city", "U1"));
  arena_free(arena);
  model_free(model);
}

Test(model, a_long_account_is_found_too) {
  char user[1000];
  memset(user, 'u', sizeof user - 1);
  user[sizeof user - 1] = '\0';
  struct model *model = model_new("city");
  load_person(model, "p1", "a", user);
  model_loaded(model);
  cr_assert_str_eq(model_account(model, "web/city", user), "p1");
  user[998] = 'v';
  cr_assert_null(model_account(model, "web/city", user));
  model_free(model);
}

/* ---- by time ---- */

static void set_due(struct model *model, const char *id, int64_t ms) {
  struct arena *arena = arena_new(ARENA_BYTES);
  struct txn *txn = txn_new(model, arena);
  struct talk *talk = txn_get(txn, RECORD_TALK, id) == NULL ? txn_add(txn, RECORD_TALK, id) : txn_edit(txn, RECORD_TALK, id);
  talk->due_ms = ms;
  model_apply(model, txn);
  arena_free(arena);
}

static void assert_due(const struct model *model, size_t max, const char *wanted) {
  struct due due[16];
  struct text text;
  text_init(&text, 65536);
  size_t count = model_due(model, due, max);
  for (size_t i = 0; i < count; i++)
    text_addf(&text, "%s%lld %s/%s", i == 0 ? "" : ", ", (long long)due[i].ms, record_kind_name(due[i].kind), due[i].id);
  cr_assert_str_eq(text_str(&text), wanted);
  text_done(&text);
}

Test(model, timers_come_in_order_and_go) {
  struct model *model = model_new("city");
  model_load(model, RECORD_PAIR, &(struct pair){.id = "a1", .answer_by_ms = 50});
  model_load(model, RECORD_SCHEME, &(struct scheme){.id = "scheme", .clock_target_ms = 50});
  model_load(model, RECORD_TALK, &(struct talk){.id = "t10", .due_ms = 50});
  model_load(model, RECORD_TALK, &(struct talk){.id = "t9", .due_ms = 50});
  model_load(model, RECORD_TALK, &(struct talk){.id = "t1"});
  model_loaded(model);
  assert_due(model, 16, "50 scheme/scheme, 50 talk/t9, 50 talk/t10, 50 pair/a1");
  assert_due(model, 2, "50 scheme/scheme, 50 talk/t9");
  assert_due(model, 0, "");
  set_due(model, "t1", 40);
  set_due(model, "t10", 60);
  set_due(model, "t9", 0);
  set_due(model, "t11", 55);
  assert_due(model, 16, "40 talk/t1, 50 scheme/scheme, 50 pair/a1, 55 talk/t11, 60 talk/t10");
  set_due(model, "t1", 0);
  set_due(model, "t11", 0);
  set_due(model, "t10", 0);
  assert_due(model, 16, "50 scheme/scheme, 50 pair/a1");
  model_free(model);
}

/* Thousands of timers come, move and go; the list is compared with the plain table each time. */
Test(model, many_timers_against_a_plain_table) {
  enum { TALKS = 3000, ROUNDS = 12 };
  static int64_t wanted[TALKS];
  struct chance chance = chance_new("model timers");
  struct model *model = model_of_nothing();
  struct due *due = calloc(TALKS, sizeof *due);
  for (int round = 0; round < ROUNDS; round++) {
    for (int i = 0; i < TALKS; i++) {
      char id[16];
      int t = (int)chance_below(&chance, TALKS);
      snprintf(id, sizeof id, "t%d", t);
      wanted[t] = round < ROUNDS - 3 && chance_below(&chance, 4) > 0 ? (int64_t)chance_below(&chance, 500) + 1 : 0;
      set_due(model, id, wanted[t]);
    }
    size_t count = model_due(model, due, TALKS), left = 0;
    for (int t = 0; t < TALKS; t++) left += wanted[t] != 0;
    cr_assert_eq(count, left);
    for (size_t i = 0; i < count; i++) {
      cr_assert_eq(due[i].ms, wanted[atol(due[i].id + 1)]);
      if (i == 0) continue;
      bool same_ms = due[i - 1].ms == due[i].ms, ids_ascend = atol(due[i - 1].id + 1) < atol(due[i].id + 1);
      cr_assert(due[i - 1].ms < due[i].ms || (same_ms && ids_ascend));
    }
  }
  free(due);
  model_free(model);
}

/* ---- the same content by different ways ---- */

enum { IDS_MAX = 120 };
struct content { /* what both models shall hold in the end */
  struct { enum record_kind kind; const char *id; const void *record; } rows[RECORD_KIND_MAX_ * IDS_MAX];
  size_t count;
};

static const char *some_value(struct chance *chance, struct arena *arena) {
  return chance_below(chance, 6) == 0 ? NULL : arena_format(arena, "p%d", (int)chance_below(chance, 12));
}

/* A sparse record whose indexed fields, timers and accounts come from few values, so that lists get long. */
static void *some_record(struct chance *chance, enum record_kind kind, const char *id, struct arena *arena) {
  char *record = record_fill(chance, kind, id, 3, arena);
  for (int i = 0; i < RECORD_INDEX_MAX_; i++) {
    const struct record_key *key = record_index_key((enum record_index)i);
    const char *value = some_value(chance, arena);
    if (key->kind == kind) memcpy(record + key->offset, &value, sizeof value);
  }
  size_t count;
  const struct record_key *dues = record_dues(&count);
  for (size_t i = 0; i < count; i++) {
    int64_t ms = (int64_t)chance_below(chance, 5);
    if (dues[i].kind == kind) memcpy(record + dues[i].offset, &ms, sizeof ms);
  }
  struct person *person = (struct person *)(void *)record;
  for (size_t i = 0; kind == RECORD_PERSON && i < person->accounts.count; i++) {
    person->accounts.items[i].workspace = "web/city";
    person->accounts.items[i].user = some_value(chance, arena);
  }
  return record;
}

static const char *nth_id(enum record_kind kind, int n, struct arena *arena) {
  static const char *const names[] = {"pilot-", "city", "", "q-pilot-1-"};
  const char *prefix = record_info(kind)->prefix;
  if (kind == RECORD_SCHEME || kind == RECORD_COUNTER) return prefix;
  return arena_format(arena, "%s%d", prefix[0] != '\0' ? prefix : names[n % 4], n);
}

static void fill_content(struct content *content, struct chance *chance, struct arena *arena) {
  for (int k = 0; k < RECORD_KIND_MAX_; k++) {
    enum record_kind kind = (enum record_kind)k;
    if (record_info(kind)->heat == HEAT_COLD) continue;
    for (int n = 0; n < (kind == RECORD_SCHEME || kind == RECORD_COUNTER ? 1 : IDS_MAX); n++) {
      const char *id = nth_id(kind, n, arena);
      content->rows[content->count].kind = kind;
      content->rows[content->count].id = id;
      content->rows[content->count++].record = chance_below(chance, 4) == 0 ? NULL : some_record(chance, kind, id, arena);
    }
  }
}

static void shuffle(struct content *content, struct chance *chance) {
  for (size_t i = content->count; i > 1; i--) {
    size_t j = chance_below(chance, i);
    __typeof__(content->rows[0]) row = content->rows[i - 1];
    content->rows[i - 1] = content->rows[j];
    content->rows[j] = row;
  }
}

/* One row goes to something by a transaction: to what it shall be in the end (`final`), or to anything. */
static void change_row(struct txn *txn, struct chance *chance, const struct content *content, size_t row, bool final) {
  enum record_kind kind = content->rows[row].kind;
  const char *id = content->rows[row].id;
  const void *wanted = content->rows[row].record;
  if (!final) wanted = chance_below(chance, 3) == 0 ? NULL : some_record(chance, kind, id, txn_arena(txn));
  if (wanted == NULL) {
    txn_drop(txn, kind, id);
    return;
  }
  char *record = txn_get(txn, kind, id) == NULL ? txn_add(txn, kind, id) : txn_edit(txn, kind, id);
  size_t behind_id = sizeof(char *);
  memcpy(record + behind_id, (const char *)wanted + behind_id, record_info(kind)->shape->bytes - behind_id);
}

static struct model *straight(const struct content *content) {
  struct model *model = model_new("city");
  for (size_t i = 0; i < content->count; i++)
    if (content->rows[i].record != NULL) model_load(model, content->rows[i].kind, content->rows[i].record);
  model_loaded(model);
  return model;
}

/* Half of it loaded in some other form, some twice, then turns of all sizes, and at last what it shall be. */
static struct model *winding(struct content *content, struct chance *chance, struct arena *arena) {
  struct model *model = model_new("city");
  shuffle(content, chance);
  for (size_t i = 0; i < content->count; i++) {
    size_t row = chance_below(chance, content->count);
    model_load(model, content->rows[row].kind, some_record(chance, content->rows[row].kind, content->rows[row].id, arena));
  }
  model_loaded(model);
  for (size_t i = 0; i < 2 * content->count;) {
    struct arena *turn = arena_new(ARENA_BYTES);
    struct txn *txn = txn_new(model, turn);
    for (uint64_t n = 1 + chance_below(chance, 40); n > 0 && i < 2 * content->count; n--, i++) {
      bool final = i >= content->count;
      change_row(txn, chance, content, final ? i - content->count : chance_below(chance, content->count), final);
    }
    model_apply(model, txn);
    arena_free(turn);
  }
  return model;
}

static void dump(const struct model *model, struct text *text) {
  for (int k = 0; k < RECORD_KIND_MAX_; k++) {
    enum record_kind kind = (enum record_kind)k;
    for (size_t i = 0; i < model_count(model, kind); i++) {
      record_encode(kind, model_at(model, kind, i), text);
      text_add(text, "\n");
    }
  }
  for (int p = 0; p < 12; p++) {
    char value[16];
    snprintf(value, sizeof value, "p%d", p);
    for (int i = 0; i < RECORD_INDEX_MAX_; i++) {
      struct strs ids = model_find(model, (enum record_index)i, value);
      for (size_t j = 0; j < ids.count; j++) text_addf(text, "%d=%s: %s\n", i, value, ids.items[j]);
    }
    const char *owner = model_account(model, "web/city", value);
    text_addf(text, "account %s: %s\n", value, owner == NULL ? "-" : owner);
  }
  static struct due due[RECORD_KIND_MAX_ * IDS_MAX];
  size_t count = model_due(model, due, ARRAY_LEN(due));
  for (size_t i = 0; i < count; i++) text_addf(text, "%lld %d %s\n", (long long)due[i].ms, (int)due[i].kind, due[i].id);
}

/* Every list of every index against a look at each record. */
static void assert_indexes(const struct model *model, struct arena *arena) {
  for (int i = 0; i < RECORD_INDEX_MAX_; i++) {
    const struct record_key *key = record_index_key((enum record_index)i);
    for (int p = 0; p < 12; p++) {
      const char *value = arena_format(arena, "p%d", p);
      struct strs found = model_find(model, (enum record_index)i, value);
      size_t next = 0;
      for (size_t j = 0; j < model_count(model, key->kind); j++) {
        const void *record = model_at(model, key->kind, j);
        const char *text = field_text(record, key->offset);
        if (text == NULL || strcmp(text, value) != 0) continue;
        cr_assert(next < found.count);
        cr_assert_str_eq(found.items[next++], record_id(key->kind, record));
      }
      cr_assert_eq(next, found.count);
    }
  }
}

static void compare_histories(struct chance *chance) {
  static struct content content;
  struct arena *arena = arena_new(ARENA_BYTES);
  struct text a, b;
  text_init(&a, 64 << 20);
  text_init(&b, 64 << 20);
  content.count = 0;
  fill_content(&content, chance, arena);
  struct model *one = straight(&content), *other = winding(&content, chance, arena);
  dump(one, &a);
  dump(other, &b);
  cr_assert(!a.full && strlen(text_str(&a)) > 50000);
  cr_assert_str_eq(text_str(&a), text_str(&b));
  assert_indexes(one, arena);
  assert_indexes(other, arena);
  model_free(one);
  model_free(other);
  text_done(&a);
  text_done(&b);
  arena_free(arena);
}

Test(model, the_same_content_by_different_histories_is_the_same) {
  struct chance chance = chance_new("model histories");
  for (int i = 0; i < 5; i++) compare_histories(&chance);
}

/* ---- how long it takes, in CPU time, since others share the machine: printed, not asserted ---- */

static double seconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void load_one(struct model *model, size_t n) {
  char p[24], e[24], user[24], organisation[24];
  snprintf(p, sizeof p, "p%zu", n + 1);
  snprintf(e, sizeof e, "e%zu", n + 1);
  snprintf(user, sizeof user, "U%08zu", n);
  snprintf(organisation, sizeof organisation, "borough-%zu", n % 18);
  struct account account = {.workspace = "slack/T01", .user = user};
  struct person person = {.id = p, .name = "Aisha Example", .accounts = {.items = &account, .count = 1}, .organisation = organisation,
                          .department = "Neighbourhood", .grade = "Sergeant", .line_state = LINE_GIVEN, .line = "s1"};
  const char *topics[] = {"career", "confidence", "leadership"};
  struct answer answers[] = {{.question = "topics", .state = ANSWER_ANSWERED, .values = {topics, 3}},
                             {.question = "how", .state = ANSWER_ANSWERED, .values = {topics, 1}}};
  struct enrolment enrolment = {.id = e, .person = p, .programme = "pilot-1", .question_set = "q-pilot-1-1",
                                .answers = {.items = answers, .count = 2}, .applied_ms = 1772445600123};
  model_load(model, RECORD_PERSON, &person);
  model_load(model, RECORD_ENROLMENT, &enrolment);
}

static void apply_edit(struct model *model, struct arena *arena, size_t n) {
  struct txn *txn = txn_new(model, arena);
  struct enrolment *enrolment = txn_edit(txn, RECORD_ENROLMENT, arena_format(arena, "e%zu", n % MANY + 1));
  enrolment->changed_ms += 7;
  struct talk *talk = txn_add(txn, RECORD_TALK, arena_format(arena, "t%zu", n + 1));
  talk->person = enrolment->person;
  talk->due_ms = 1772445600123 + (int64_t)(n * 7919 % 1000003);
  model_apply(model, txn);
  arena_clear(arena);
}

static void time_reads(const struct model *model) {
  char ids[1000][16];
  for (size_t i = 0; i < 1000; i++) snprintf(ids[i], sizeof ids[i], "p%zu", i * 7919 % MANY + 1);
  double start = seconds();
  size_t found = 0;
  for (size_t i = 0; i < MANY; i++) found += model_get(model, RECORD_PERSON, ids[i % 1000]) != NULL;
  double got = seconds();
  for (size_t i = 0; i < MANY; i++) found += model_find(model, INDEX_enrolment_person, ids[i % 1000]).count;
  double end = seconds();
  cr_assert_eq(found, 2 * MANY);
  fprintf(stderr, "model bench: model_get %.2f us, model_find %.2f us\n", (got - start) * 1e6 / MANY, (end - got) * 1e6 / MANY);
}

Test(model, bench_100k_persons_and_100k_enrolments) {
  struct chance chance = chance_new("model bench");
  static size_t order[MANY];
  for (size_t i = 0; i < MANY; i++) order[i] = i;
  for (size_t i = MANY; i > 1; i--) {
    size_t j = chance_below(&chance, i), swap = order[i - 1];
    order[i - 1] = order[j];
    order[j] = swap;
  }
  double start = seconds();
  struct model *model = model_new("city");
  for (size_t i = 0; i < MANY; i++) load_one(model, order[i]);
  double read = seconds();
  model_loaded(model);
  double loaded = seconds();
  fprintf(stderr, "model bench: load 200,000 records in no order: copy %.3f s, sort and index %.3f s (wanted: well under 1 s)\n",
          read - start, loaded - read);
  time_reads(model);
  struct arena *arena = arena_new(ARENA_BYTES);
  double applying = seconds();
  for (size_t i = 0; i < MANY; i++) apply_edit(model, arena, i * 7919);
  fprintf(stderr, "model bench: a turn of one edit and one new talk with a timer, applied: %.2f us (wanted: microseconds)\n",
          (seconds() - applying) * 1e6 / MANY);
  double facts = seconds();
  for (size_t i = 0; i < MANY; i++) {
    char p[24], m[24];
    snprintf(p, sizeof p, "p%zu", i + 1);
    snprintf(m, sizeof m, "p%zu", i / 8 + 1);
    model_set_line(model, p, m);
  }
  fprintf(stderr, "model bench: a line fact set: %.2f us; locked: %s\n", (seconds() - facts) * 1e6 / MANY,
          model_is_locked(model) ? "yes" : "no");
  arena_free(arena);
  double ending = seconds();
  model_free(model);
  fprintf(stderr, "model bench: freed in %.3f s\n", seconds() - ending);
}
