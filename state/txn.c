/* txn.c: the copy-on-write view of one turn: reads through the changes, and what may be asked for beside records. */
#include "state/txn.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "bot/base/json.h"
#include "state/model_in.h"
#include "state/model_secrets.h"
#include "state/records_walk.h"
#include "state/txn_overlay.h"

enum { MAGIC = 0x54786e21 };

struct pile { /* a growing list in the arena, of items of one size */
  void *items;
  size_t count, capacity;
};

struct txn {
  uint32_t magic;
  bool reset;
  struct overlay overlay;
  struct pile seals;  /* struct txn_seal_request */
  struct pile facts;  /* struct txn_fact */
  struct pile audits; /* const char * */
  struct outcome *outcome;
};

struct outcome { /* behind a pointer, since it is written anew when a const txn is asked */
  struct pile ops; /* struct txn_op */
  bool settled;    /* applied: the model's records that this turn began with are gone */
};

static void *pile_add(struct arena *arena, struct pile *pile, size_t item_bytes) {
  if (pile->count == pile->capacity) {
    size_t capacity = pile->capacity == 0 ? 16 : 2 * pile->capacity;
    void *items = arena_alloc(arena, capacity * item_bytes);
    if (pile->count > 0) memcpy(items, pile->items, pile->count * item_bytes);
    pile->items = items;
    pile->capacity = capacity;
  }
  return (char *)pile->items + pile->count++ * item_bytes;
}

struct txn *txn_new(const struct model *model, struct arena *arena) {
  struct txn *txn = arena_alloc(arena, sizeof *txn);
  txn->magic = MAGIC;
  overlay_init(&txn->overlay, model, arena);
  txn->outcome = arena_alloc(arena, sizeof *txn->outcome);
  return txn;
}

struct arena *txn_arena(struct txn *txn) {
  assert(txn->magic == MAGIC);
  return txn->overlay.arena;
}

const struct model *txn_model(const struct txn *txn) {
  assert(txn->magic == MAGIC);
  return txn->overlay.model;
}

/* For what makes sense only before the model took the changes over. */
static struct overlay *in_turn(struct txn *txn) {
  assert(txn->magic == MAGIC && !txn->outcome->settled);
  return &txn->overlay;
}

/* ---- reading ---- */

const void *txn_get(const struct txn *txn, enum record_kind kind, const char *id) {
  assert(txn->magic == MAGIC);
  if (id == NULL) return NULL;
  const struct change *change = overlay_get(&txn->overlay, kind, id);
  return change != NULL ? change->after : model_get(txn->overlay.model, kind, id);
}

struct wanted_text { /* what an index is asked for */
  size_t offset;
  const char *value;
};

static bool holds_text(const void *record, const void *what) {
  const struct wanted_text *wanted = what;
  const char *text = field_text(record, wanted->offset);
  return text != NULL && strcmp(text, wanted->value) == 0;
}

struct strs txn_find(struct txn *txn, enum record_index index, const char *value) {
  struct overlay *overlay = in_turn(txn);
  if (value == NULL) return (struct strs){0};
  const struct record_key *key = record_index_key(index);
  struct wanted_text wanted = {key->offset, value};
  return overlay_merge(overlay, key->kind, model_find(overlay->model, index, value), holds_text, &wanted);
}

static bool holds_always(const void *record, const void *what) {
  return true;
}

struct strs txn_all(struct txn *txn, enum record_kind kind) {
  struct overlay *overlay = in_turn(txn);
  return overlay_merge(overlay, kind, model_ids(overlay->model, kind), holds_always, NULL);
}

struct wanted_account {
  const char *workspace, *user;
};

static bool holds_account(const void *record, const void *what) {
  const struct person *person = record;
  const struct wanted_account *wanted = what;
  for (size_t i = 0; i < person->accounts.count; i++) {
    const struct account *account = &person->accounts.items[i];
    if (account->workspace == NULL || account->user == NULL) continue;
    if (strcmp(account->workspace, wanted->workspace) == 0 && strcmp(account->user, wanted->user) == 0) return true;
  }
  return false;
}

const char *txn_account(struct txn *txn, const char *workspace, const char *user) {
  struct overlay *overlay = in_turn(txn);
  if (workspace == NULL || user == NULL) return NULL;
  struct wanted_account wanted = {workspace, user};
  struct strs base = model_accounts(overlay->model, workspace, user);
  struct strs persons = overlay_merge(overlay, RECORD_PERSON, base, holds_account, &wanted);
  return persons.count == 0 ? NULL : persons.items[0];
}

/* ---- changing ---- */

/* The change of a record that may not be touched yet; NULL when there is nothing to touch. */
static struct change *touch(struct txn *txn, enum record_kind kind, const char *id) {
  struct overlay *overlay = in_turn(txn);
  assert(id != NULL);
  struct change *change = overlay_get(overlay, kind, id);
  if (change != NULL) change->json = NULL;
  if (change != NULL) return change;
  const void *before = model_get(overlay->model, kind, id);
  if (before == NULL) return NULL;
  change = overlay_add(overlay, kind, id);
  change->before = before;
  change->stored = true;
  change->after = record_copy(kind, before, overlay->arena);
  return change;
}

void *txn_edit(struct txn *txn, enum record_kind kind, const char *id) {
  struct change *change = touch(txn, kind, id);
  return change == NULL ? NULL : change->after;
}

static struct counter *counter_edit(struct txn *txn) {
  assert(txn_get(txn, RECORD_SCHEME, "scheme") != NULL && "the scheme's record comes before all that is counted");
  struct counter *counter = txn_edit(txn, RECORD_COUNTER, "counter");
  return counter != NULL ? counter : txn_add(txn, RECORD_COUNTER, "counter");
}

/* Counts one up; an id that somebody has already (a restored record) is passed over. */
static const char *next_id(struct txn *txn, enum record_kind kind) {
  const char *prefix = record_info(kind)->prefix, *id;
  assert(prefix[0] != '\0' && "ids of this kind are names: they are given, not counted");
  if (kind == RECORD_SCHEME || kind == RECORD_COUNTER) return prefix; /* there is one of it */
  struct counter *counter = counter_edit(txn);
  int64_t *next = kind == RECORD_PERSON ? &counter->next_person : &counter->next_id;
  if (*next < 1) *next = 1;
  do {
    char digits[TEXT_DIGITS_MAX + 1] = {0};
    (void)text_digits((*next)++, digits);
    id = ARENA_JOIN(txn->overlay.arena, prefix, digits);
  } while (txn_get(txn, kind, id) != NULL);
  return id;
}

void *txn_add(struct txn *txn, enum record_kind kind, const char *id) {
  /* Sealed texts come while the model goes on already. */
  assert(txn->magic == MAGIC && (!txn->outcome->settled || record_info(kind)->heat == HEAT_COLD));
  if (id == NULL) id = next_id(txn, kind);
  assert(id[0] != '\0' && txn_get(txn, kind, id) == NULL);
  struct change *change = overlay_get(&txn->overlay, kind, id);
  if (change == NULL) change = overlay_add(&txn->overlay, kind, id);
  change->json = NULL;
  change->after = arena_alloc(txn->overlay.arena, record_info(kind)->shape->bytes);
  memcpy(change->after, &change->id, sizeof change->id); /* every record begins with its id */
  return change->after;
}

/* A cold record is not in the model: it is taken to be in the store unless this turn made it. */
void txn_drop(struct txn *txn, enum record_kind kind, const char *id) {
  struct change *change = touch(txn, kind, id);
  if (change == NULL) {
    if (record_info(kind)->heat == HEAT_HOT) return;
    change = overlay_add(&txn->overlay, kind, id);
    change->stored = true;
  }
  change->after = NULL;
}

/* ---- sealed texts ---- */

static void remember_fact(struct txn *txn, const char *owner, const char *field, const char *plain) {
  bool is_line = strcmp(field, "person.line") == 0;
  if (!is_line && strcmp(field, "person.apart") != 0) return;
  struct txn_fact *fact = pile_add(txn->overlay.arena, &txn->facts, sizeof *fact);
  *fact = (struct txn_fact){.kind = is_line ? TXN_FACT_LINE : TXN_FACT_APART,
                            .person = arena_text(txn->overlay.arena, owner),
                            .plain = arena_text(txn->overlay.arena, plain)};
}

const char *txn_seal(struct txn *txn, const char *owner, const char *field, const char *plain) {
  assert(txn->magic == MAGIC && owner != NULL && field != NULL && plain != NULL);
  struct arena *arena = txn->overlay.arena;
  const char *reference = next_id(txn, RECORD_SEALED);
  struct txn_seal_request *request = pile_add(arena, &txn->seals, sizeof *request);
  *request = (struct txn_seal_request){.reference = reference, .owner = arena_text(arena, owner),
                                       .field = arena_text(arena, field), .plain = arena_text(arena, plain)};
  remember_fact(txn, owner, field, plain);
  return reference;
}

void txn_put_sealed(struct txn *txn, const char *reference, const char *owner, const char *field, const char *box) {
  struct sealed *sealed = txn_add(txn, RECORD_SEALED, reference);
  struct arena *arena = txn->overlay.arena;
  sealed->owner = arena_text(arena, owner);
  sealed->field = arena_text(arena, field);
  sealed->box = arena_text(arena, box);
}

size_t txn_facts(const struct txn *txn, const struct txn_fact **ret_facts) {
  assert(txn->magic == MAGIC);
  *ret_facts = txn->facts.items;
  return txn->facts.count;
}

void txn_wipe(struct txn *txn) {
  assert(txn->magic == MAGIC);
  struct txn_seal_request *seals = txn->seals.items;
  for (size_t i = 0; i < txn->seals.count; i++) sodium_memzero(seals[i].plain, strlen(seals[i].plain));
  struct txn_fact *facts = txn->facts.items;
  for (size_t i = 0; i < txn->facts.count; i++) sodium_memzero(facts[i].plain, strlen(facts[i].plain));
}

/* The last one this turn sealed; NULL: none. */
static const struct txn_fact *fact_of(const struct txn *txn, enum txn_fact_kind kind, const char *person) {
  const struct txn_fact *facts = txn->facts.items;
  for (size_t i = txn->facts.count; i > 0; i--)
    if (facts[i - 1].kind == kind && strcmp(facts[i - 1].person, person) == 0) return &facts[i - 1];
  return NULL;
}

/* True when this turn dropped the person, or took out the reference that stood in their record. */
static bool is_withdrawn(const struct txn *txn, enum txn_fact_kind kind, const char *person) {
  if (txn->overlay.of_kind[RECORD_PERSON] == NULL) return false;
  const struct change *change = overlay_get(&txn->overlay, RECORD_PERSON, person);
  if (change == NULL || change->before == NULL) return false;
  if (change->after == NULL) return true;
  const struct person *before = change->before, *after = change->after;
  if (kind == TXN_FACT_LINE) return before->line != NULL && after->line == NULL;
  return before->apart != NULL && after->apart == NULL;
}

const char *txn_line(const struct txn *txn, const char *person) {
  assert(txn->magic == MAGIC);
  if (person == NULL) return NULL;
  const struct txn_fact *fact = fact_of(txn, TXN_FACT_LINE, person);
  if (fact != NULL) return fact->plain[0] == '\0' ? NULL : fact->plain;
  return is_withdrawn(txn, TXN_FACT_LINE, person) ? NULL : model_line(txn->overlay.model, person);
}

static bool asked_apart(const struct txn *txn, const char *person, const char *other) {
  const struct txn_fact *fact = fact_of(txn, TXN_FACT_APART, person);
  if (fact != NULL) return secrets_names(fact->plain, other);
  return !is_withdrawn(txn, TXN_FACT_APART, person) && model_asked_apart(txn->overlay.model, person, other);
}

bool txn_apart(const struct txn *txn, const char *a, const char *b) {
  assert(txn->magic == MAGIC);
  return asked_apart(txn, a, b) || asked_apart(txn, b, a);
}

bool txn_in_line(const struct txn *txn, const char *manager, const char *person) {
  struct climb climb = {0};
  while (!climb_is_over(&climb, person)) {
    person = txn_line(txn, person);
    if (person == NULL) return false;
    if (strcmp(person, manager) == 0) return true;
  }
  return true;
}

/* ---- audit and reset ---- */

void txn_audit(struct txn *txn, const char *who, const char *what, const char *about) {
  assert(txn->magic == MAGIC && who != NULL && what != NULL);
  struct text line;
  struct json_out out;
  text_init_in(&line, RECORD_JSON_BYTES_MAX, txn->overlay.arena);
  json_out_init(&out, &line);
  json_open(&out, NULL, '{');
  json_put_str(&out, "who", who);
  json_put_str(&out, "what", what);
  json_put_str(&out, "about", about);
  json_close(&out, '}');
  assert(!line.full);
  const char **slot = pile_add(txn->overlay.arena, &txn->audits, sizeof *slot);
  *slot = text_str(&line);
}

void txn_reset(struct txn *txn) {
  assert(txn->magic == MAGIC);
  txn->reset = true;
}

bool txn_is_reset(const struct txn *txn) {
  assert(txn->magic == MAGIC);
  return txn->reset;
}

/* ---- for the edge ---- */

size_t txn_ops(const struct txn *txn, const struct txn_op **ret_ops) {
  assert(txn->magic == MAGIC);
  struct pile *made = &txn->outcome->ops;
  made->count = 0;
  for (size_t i = 0; i < txn->overlay.count; i++) {
    const struct change *change = txn->overlay.changes[i];
    if (change->after != NULL) assert(strcmp(record_id(change->kind, change->after), change->id) == 0);
    if (!change_is_real(change)) continue;
    struct txn_op *op = pile_add(txn->overlay.arena, made, sizeof *op);
    *op = (struct txn_op){change->after == NULL ? TXN_DROP : TXN_PUT, change->kind, change->id, change->json, change->after};
  }
  *ret_ops = made->items;
  return made->count;
}

void txn_settle(const struct txn *txn) {
  assert(txn->magic == MAGIC && !txn->outcome->settled);
  for (size_t i = 0; i < txn->overlay.count; i++) change_settle(txn->overlay.changes[i]);
  txn->outcome->settled = true;
}

size_t txn_seals(const struct txn *txn, const struct txn_seal_request **ret_seals) {
  assert(txn->magic == MAGIC);
  *ret_seals = txn->seals.items;
  return txn->seals.count;
}

size_t txn_audits(const struct txn *txn, const char *const **ret_lines) {
  assert(txn->magic == MAGIC);
  *ret_lines = txn->audits.items;
  return txn->audits.count;
}

bool txn_is_empty(const struct txn *txn) {
  const struct txn_op *ops;
  return txn_ops(txn, &ops) == 0 && txn->seals.count == 0 && txn->audits.count == 0 && !txn->reset;
}

/* ---- the limits ---- */

struct size {
  size_t ops, bytes;
};

static enum err add_op(struct txn *txn, struct size *size, const struct txn_op *op) {
  struct text json;
  size->ops++;
  size->bytes += strlen(op->id);
  if (op->record == NULL) return ERR_NONE;
  text_init_in(&json, RECORD_JSON_BYTES_MAX, txn->overlay.arena);
  record_encode(op->kind, op->record, &json);
  size->bytes += json.length;
  if (!json.full) {
    overlay_get(&txn->overlay, op->kind, op->id)->json = text_str(&json);
    return ERR_NONE;
  }
  return err_note(ERR_LIMITED, "%s %s: past what one record may hold", record_kind_name(op->kind), op->id);
}

/* What a request will be once it is sealed: padded to 256, nonce and tag, base64, and the record around it. */
static void add_seals(const struct txn *txn, struct size *size) {
  const struct txn_seal_request *seals = txn->seals.items;
  for (size_t i = 0; i < txn->seals.count; i++) {
    if (txn_get(txn, RECORD_SEALED, seals[i].reference) != NULL) continue; /* counted among the records */
    size_t padded = (strlen(seals[i].plain) / 256 + 1) * 256 + 64;
    size->ops++;
    size->bytes += padded / 3 * 4 + 4 + 64 + 2 * strlen(seals[i].reference) + strlen(seals[i].owner) + strlen(seals[i].field);
  }
}

enum err txn_check(struct txn *txn) {
  struct size size = {.ops = txn->audits.count};
  const struct txn_op *ops;
  size_t count = txn_ops(txn, &ops);
  for (size_t i = 0; i < count && size.bytes <= TXN_BYTES_MAX; i++) {
    enum err err = add_op(txn, &size, &ops[i]);
    if (err != ERR_NONE) return err;
  }
  const char *const *audits = txn->audits.items;
  for (size_t i = 0; i < txn->audits.count; i++) size.bytes += strlen(audits[i]);
  add_seals(txn, &size);
  if (size.ops > TXN_OPS_MAX) return err_note(ERR_LIMITED, "a turn of %zu ops: at most %d are taken", size.ops, TXN_OPS_MAX);
  if (size.bytes > TXN_BYTES_MAX)
    return err_note(ERR_LIMITED, "a turn of more than %d bytes", TXN_BYTES_MAX);
  return ERR_NONE;
}
