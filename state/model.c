/* model.c: one scheme in memory: a table a kind, the indexes over them, the timers, and the sealed facts of rules. */
#include "state/model.h"

#include <stdlib.h>
#include <string.h>

#include "state/model_due.h"
#include "state/model_in.h"
#include "state/model_index.h"
#include "state/model_secrets.h"
#include "state/model_table.h"
#include "state/records_walk.h"

enum { MAGIC = 0x4d6f6465 };

struct model {
  uint32_t magic;
  bool loaded;
  char *scheme; /* owned */
  struct table tables[RECORD_KIND_MAX_];
  struct id_index *indexes[RECORD_INDEX_MAX_]; /* owned */
  struct id_index *accounts;                   /* owned; workspace '\n' user -> persons */
  struct due_list dues;
  struct secrets *secrets; /* owned */
};

/* ---- life ---- */

struct model *model_new(const char *scheme) {
  struct model *model = calloc(1, sizeof *model);
  assert(model != NULL);
  model->magic = MAGIC;
  model->scheme = strdup(scheme);
  assert(model->scheme != NULL);
  for (size_t i = 0; i < RECORD_INDEX_MAX_; i++) model->indexes[i] = id_index_new();
  model->accounts = id_index_new();
  model->secrets = secrets_new();
  return model;
}

struct model *model_free(struct model *model) {
  if (model == NULL) return NULL;
  assert(model->magic == MAGIC);
  due_list_done(&model->dues);
  for (size_t i = 0; i < RECORD_INDEX_MAX_; i++) id_index_free(model->indexes[i]);
  id_index_free(model->accounts);
  for (size_t i = 0; i < RECORD_KIND_MAX_; i++) table_done(&model->tables[i]);
  secrets_free(model->secrets);
  free(model->scheme);
  model->magic = 0;
  free(model);
  return NULL;
}

const char *model_scheme(const struct model *model) {
  assert(model->magic == MAGIC);
  return model->scheme;
}

static const struct table *table_of(const struct model *model, enum record_kind kind) {
  assert(model->magic == MAGIC && model->loaded);
  assert(kind >= 0 && kind < RECORD_KIND_MAX_);
  return &model->tables[kind];
}

/* ---- indexes: each change of one record passes here; `before` or `after` is NULL for a new or a dropped one ---- */

enum { KEY_BYTES = 256 };

struct account_key {
  char fixed[KEY_BYTES];
  char *text; /* `fixed`, or owned where that is too small */
};

static const char *account_key_init(struct account_key *key, const char *workspace, const char *user) {
  size_t front = strlen(workspace), back = strlen(user);
  key->text = front + back + 2 <= sizeof key->fixed ? key->fixed : malloc(front + back + 2);
  assert(key->text != NULL);
  memcpy(key->text, workspace, front);
  key->text[front] = '\n';
  memcpy(key->text + front + 1, user, back + 1);
  return key->text;
}

static void account_key_done(struct account_key *key) {
  if (key->text != key->fixed) free(key->text);
}

static void accounts_each(struct id_index *accounts, const struct person *person, const char *id,
                          void (*change)(struct id_index *, const char *, const char *)) {
  for (size_t i = 0; person != NULL && i < person->accounts.count; i++) {
    const struct account *account = &person->accounts.items[i];
    if (account->workspace == NULL || account->user == NULL) continue;
    CLEANUP(account_key_done) struct account_key key;
    change(accounts, account_key_init(&key, account->workspace, account->user), id);
  }
}

static void reindex_accounts(struct model *model, const char *id, const struct person *before, const struct person *after) {
  accounts_each(model->accounts, before, id, id_index_drop);
  accounts_each(model->accounts, after, id, id_index_add);
}

static void reindex_text(struct id_index *index, const char *id, const char *before, const char *after) {
  if (before != NULL && after != NULL && strcmp(before, after) == 0) return;
  if (before != NULL) id_index_drop(index, before, id);
  if (after != NULL) id_index_add(index, after, id);
}

static void reindex_due(struct due_list *dues, enum record_kind kind, const char *id, int64_t before_ms, int64_t after_ms) {
  if (before_ms == after_ms) return;
  if (before_ms != 0) due_list_drop(dues, (struct due){before_ms, kind, id});
  if (after_ms != 0) due_list_add(dues, (struct due){after_ms, kind, id});
}

static void reindex(struct model *model, enum record_kind kind, const char *id, const void *before, const void *after) {
  for (unsigned i = 0; i < RECORD_INDEX_MAX_; i++) {
    const struct record_key *key = record_index_key((enum record_index)i);
    if (key->kind != kind) continue;
    reindex_text(model->indexes[i], id, before == NULL ? NULL : field_text(before, key->offset),
                 after == NULL ? NULL : field_text(after, key->offset));
  }
  size_t due_count;
  const struct record_key *due = record_dues(&due_count);
  for (size_t i = 0; i < due_count; i++) {
    if (due[i].kind != kind) continue;
    reindex_due(&model->dues, kind, id, before == NULL ? 0 : field_int(before, due[i].offset),
                after == NULL ? 0 : field_int(after, due[i].offset));
  }
  if (kind == RECORD_PERSON) reindex_accounts(model, id, before, after);
}

/* ---- loading ---- */

void model_load(struct model *model, enum record_kind kind, const void *record) {
  assert(model->magic == MAGIC && !model->loaded);
  if (record_info(kind)->heat == HEAT_COLD) return;
  table_append(&model->tables[kind], record_id(kind, record), record_pack(kind, record));
}

void model_loaded(struct model *model) {
  assert(model->magic == MAGIC && !model->loaded);
  for (int kind = 0; kind < RECORD_KIND_MAX_; kind++) {
    struct table *table = &model->tables[kind];
    table_sort(table);
    for (size_t i = 0; i < table->count; i++) reindex(model, (enum record_kind)kind, table->ids[i], NULL, table->records[i]);
  }
  model->loaded = true;
}

/* ---- applying ---- */

/* A reference that was taken back takes its fact with it. */
static void forget_facts(struct model *model, const char *id, const struct person *before, const struct person *after) {
  if (before == NULL) return;
  if (before->line != NULL && after->line == NULL) secrets_set_line(model->secrets, id, NULL);
  if (before->apart != NULL && after->apart == NULL) secrets_set_apart(model->secrets, id, NULL);
}

static void put(struct model *model, enum record_kind kind, const char *id, const void *record) {
  struct table *table = &model->tables[kind];
  size_t position;
  if (!table_seek(table, id, &position)) position = table_insert(table, position, id);
  void *before = table->records[position], *after = record_pack(kind, record);
  reindex(model, kind, table->ids[position], before, after);
  if (kind == RECORD_PERSON) forget_facts(model, id, before, after);
  table->records[position] = after;
  free(before);
}

static void drop(struct model *model, enum record_kind kind, const char *id) {
  struct table *table = &model->tables[kind];
  size_t position;
  if (!table_seek(table, id, &position)) return;
  reindex(model, kind, table->ids[position], table->records[position], NULL);
  if (kind == RECORD_PERSON) secrets_forget(model->secrets, id);
  table_remove(table, position);
}

/* A fact whose reference does not make it into the person's record is lost at the next load: then it is not learnt now. */
static bool is_referenced(const struct txn *txn, const struct txn_fact *fact) {
  const struct person *person = txn_get(txn, RECORD_PERSON, fact->person);
  return person == NULL || (fact->kind == TXN_FACT_LINE ? person->line : person->apart) != NULL;
}

/* Before the records change, so that a person who is dropped takes even this turn's facts along. */
static void learn_facts(struct model *model, const struct txn *txn) {
  const struct txn_fact *facts;
  size_t count = txn_facts(txn, &facts);
  for (size_t i = 0; i < count; i++) {
    if (!is_referenced(txn, &facts[i])) continue;
    if (facts[i].kind == TXN_FACT_LINE) secrets_set_line(model->secrets, facts[i].person, facts[i].plain);
    else secrets_set_apart(model->secrets, facts[i].person, facts[i].plain);
  }
}

void model_apply(struct model *model, const struct txn *txn) {
  assert(model->magic == MAGIC && model->loaded && txn_model(txn) == model);
  learn_facts(model, txn);
  txn_settle(txn);
  const struct txn_op *ops;
  size_t count = txn_ops(txn, &ops);
  for (size_t i = 0; i < count; i++) {
    if (record_info(ops[i].kind)->heat == HEAT_COLD) continue;
    if (ops[i].op == TXN_PUT) put(model, ops[i].kind, ops[i].id, ops[i].record);
    else drop(model, ops[i].kind, ops[i].id);
  }
}

/* ---- reading ---- */

const void *model_get(const struct model *model, enum record_kind kind, const char *id) {
  return id == NULL ? NULL : table_get(table_of(model, kind), id);
}

size_t model_count(const struct model *model, enum record_kind kind) {
  return table_of(model, kind)->count;
}

const void *model_at(const struct model *model, enum record_kind kind, size_t position) {
  const struct table *table = table_of(model, kind);
  assert(position < table->count);
  return table->records[position];
}

struct strs model_ids(const struct model *model, enum record_kind kind) {
  const struct table *table = table_of(model, kind);
  return (struct strs){.items = table->ids, .count = table->count};
}

struct strs model_find(const struct model *model, enum record_index index, const char *value) {
  assert(model->magic == MAGIC && model->loaded && (unsigned)index < RECORD_INDEX_MAX_);
  return id_index_find(model->indexes[index], value);
}

struct strs model_accounts(const struct model *model, const char *workspace, const char *user) {
  assert(model->magic == MAGIC && model->loaded);
  if (workspace == NULL || user == NULL) return (struct strs){0};
  CLEANUP(account_key_done) struct account_key key;
  return id_index_find(model->accounts, account_key_init(&key, workspace, user));
}

const char *model_account(const struct model *model, const char *workspace, const char *user) {
  struct strs persons = model_accounts(model, workspace, user);
  return persons.count == 0 ? NULL : persons.items[0];
}

size_t model_due(const struct model *model, struct due *ret_due, size_t max) {
  assert(model->magic == MAGIC && model->loaded);
  return due_list_first(&model->dues, ret_due, max);
}

/* ---- sealed facts ---- */

void model_set_line(struct model *model, const char *person, const char *manager) {
  assert(model->magic == MAGIC);
  secrets_set_line(model->secrets, person, manager);
}

void model_set_apart(struct model *model, const char *person, const char *const *others, size_t count) {
  assert(model->magic == MAGIC);
  secrets_set_apart_list(model->secrets, person, others, count);
}

void model_set_unreadable(struct model *model, const char *person) {
  assert(model->magic == MAGIC);
  secrets_set_unreadable(model->secrets, person);
}

void model_copy_facts(struct model *model, const struct model *from, const char *person) {
  assert(model->magic == MAGIC && from->magic == MAGIC);
  secrets_copy(model->secrets, from->secrets, person);
}

bool model_is_locked(const struct model *model) {
  assert(model->magic == MAGIC);
  return secrets_locked(model->secrets);
}

const char *model_line(const struct model *model, const char *person) {
  assert(model->magic == MAGIC);
  return secrets_line(model->secrets, person);
}

bool model_asked_apart(const struct model *model, const char *person, const char *other) {
  assert(model->magic == MAGIC);
  return secrets_apart(model->secrets, person, other);
}

bool model_apart(const struct model *model, const char *a, const char *b) {
  return model_asked_apart(model, a, b) || model_asked_apart(model, b, a);
}

bool model_unreadable(const struct model *model, const char *person) {
  assert(model->magic == MAGIC);
  return secrets_unreadable(model->secrets, person);
}

bool model_in_line(const struct model *model, const char *manager, const char *person) {
  struct climb climb = {0};
  while (!climb_is_over(&climb, person)) {
    person = model_line(model, person);
    if (person == NULL) return false;
    if (strcmp(person, manager) == 0) return true;
  }
  return true;
}
