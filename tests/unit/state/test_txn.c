/* test_txn.c: one turn's view: what it changed is seen, what it left as it was is no commit, and limits that hold. */
#include "state/txn.h"

#include <criterion/criterion.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "state/records_walk.h"
#include "tests/unit/state/record_fill.h"

enum { ARENA_BYTES = 256 << 20 };

/* A model with a scheme, a counter, four persons in two organisations, and a pair; and one turn over it. */
struct room_of_tests {
  struct model *model;
  struct arena *arena;
  struct txn *txn;
};

static void load_person(struct model *model, const char *id, const char *organisation, const char *user) {
  struct account account = {.workspace = "web/city", .user = user};
  struct person person = {.id = id, .name = id, .organisation = organisation, .accounts = {.items = &account, .count = 1}};
  model_load(model, RECORD_PERSON, &person);
}

static struct room_of_tests setup(void) {
  struct room_of_tests room = {.model = model_new("city"), .arena = arena_new(ARENA_BYTES)};
  model_load(room.model, RECORD_SCHEME, &(struct scheme){.id = "scheme", .name = "City"});
  model_load(room.model, RECORD_COUNTER, &(struct counter){.id = "counter", .next_id = 20, .next_person = 11});
  load_person(room.model, "p1", "north", "U1");
  load_person(room.model, "p2", "north", "U2");
  load_person(room.model, "p9", "south", "U9");
  load_person(room.model, "p10", "north", "U10");
  model_load(room.model, RECORD_PAIR, &(struct pair){.id = "x5", .mentee = "p1", .mentor = "p2"});
  model_loaded(room.model);
  room.txn = txn_new(room.model, room.arena);
  return room;
}

static void teardown(struct room_of_tests *room) {
  arena_free(room->arena);
  model_free(room->model);
}

/* Applies the turn and begins the next one. */
static void next_turn(struct room_of_tests *room) {
  model_apply(room->model, room->txn);
  arena_clear(room->arena);
  room->txn = txn_new(room->model, room->arena);
}

static void assert_ids(struct strs ids, const char *wanted) {
  struct text text;
  text_init(&text, 65536);
  for (size_t i = 0; i < ids.count; i++) text_addf(&text, "%s%s", i == 0 ? "" : " ", ids.items[i]);
  cr_assert_str_eq(text_str(&text), wanted);
  text_done(&text);
}

static void assert_ops(const struct txn *txn, const char *wanted) {
  struct text text;
  text_init(&text, 65536);
  const struct txn_op *ops;
  size_t count = txn_ops(txn, &ops);
  for (size_t i = 0; i < count; i++) {
    text_addf(&text, "%s%s %s/%s", i == 0 ? "" : ", ", ops[i].op == TXN_PUT ? "put" : "drop", record_kind_name(ops[i].kind), ops[i].id);
    cr_assert_eq(ops[i].record == NULL, ops[i].op == TXN_DROP);
    if (ops[i].record != NULL) cr_assert_str_eq(record_id(ops[i].kind, ops[i].record), ops[i].id);
  }
  cr_assert_str_eq(text_str(&text), wanted);
  cr_assert_eq(txn_is_empty(txn), count == 0);
  text_done(&text);
}

/* ---- editing ---- */

Test(txn, an_edit_is_seen_by_the_turn_and_not_by_the_model) {
  struct room_of_tests room = setup();
  const struct person *before = txn_get(room.txn, RECORD_PERSON, "p1");
  cr_assert_eq(before, model_get(room.model, RECORD_PERSON, "p1"));
  struct person *copy = txn_edit(room.txn, RECORD_PERSON, "p1");
  cr_assert_neq((const void *)copy, (const void *)before);
  copy->name = "Aisha";
  copy->accounts.items[0].user = "V1";
  cr_assert_eq(txn_edit(room.txn, RECORD_PERSON, "p1"), (void *)copy);
  cr_assert_eq(txn_get(room.txn, RECORD_PERSON, "p1"), (const void *)copy);
  cr_assert_str_eq(before->name, "p1");
  cr_assert_str_eq(before->accounts.items[0].user, "U1");
  cr_assert_null(txn_edit(room.txn, RECORD_PERSON, "p3"));
  cr_assert_null(txn_edit(room.txn, RECORD_OUT, "o1"));
  cr_assert_null(txn_get(room.txn, RECORD_PERSON, NULL));
  assert_ops(room.txn, "put person/p1");
  cr_assert_eq(txn_model(room.txn), room.model);
  cr_assert_eq(txn_arena(room.txn), room.arena);
  next_turn(&room);
  cr_assert_str_eq(((const struct person *)model_get(room.model, RECORD_PERSON, "p1"))->name, "Aisha");
  cr_assert_str_eq(txn_account(room.txn, "web/city", "V1"), "p1");
  teardown(&room);
}

Test(txn, what_ends_up_as_it_was_is_no_commit) {
  struct room_of_tests room = setup();
  cr_assert(txn_is_empty(room.txn));
  struct person *person = txn_edit(room.txn, RECORD_PERSON, "p1");
  assert_ops(room.txn, "");
  person->name = "Aisha";
  assert_ops(room.txn, "put person/p1");
  person->name = arena_text(room.arena, "p1");
  person->accounts.items = memcpy(arena_alloc(room.arena, sizeof(struct account)), person->accounts.items, sizeof(struct account));
  assert_ops(room.txn, "");
  struct txn *txn = room.txn;
  txn_drop(txn, RECORD_PAIR, "x5");
  struct pair *pair = txn_add(txn, RECORD_PAIR, "x5");
  assert_ops(txn, "put pair/x5");
  pair->mentee = "p1";
  pair->mentor = "p2";
  assert_ops(txn, "");
  txn_drop(txn, RECORD_PAIR, "x99");
  txn_add(txn, RECORD_PAIR, "x98");
  txn_drop(txn, RECORD_PAIR, "x98");
  assert_ops(txn, "");
  cr_assert_eq(txn_check(txn), ERR_NONE);
  teardown(&room);
}

Test(txn, dropped_is_gone) {
  struct room_of_tests room = setup();
  txn_drop(room.txn, RECORD_PERSON, "p2");
  cr_assert_null(txn_get(room.txn, RECORD_PERSON, "p2"));
  cr_assert_null(txn_edit(room.txn, RECORD_PERSON, "p2"));
  cr_assert_null(txn_account(room.txn, "web/city", "U2"));
  cr_assert_not_null(model_get(room.model, RECORD_PERSON, "p2"));
  struct person *edited = txn_edit(room.txn, RECORD_PERSON, "p9");
  edited->name = "Ben";
  txn_drop(room.txn, RECORD_PERSON, "p9");
  cr_assert_null(txn_get(room.txn, RECORD_PERSON, "p9"));
  assert_ids(txn_all(room.txn, RECORD_PERSON), "p1 p10");
  assert_ops(room.txn, "drop person/p2, drop person/p9");
  next_turn(&room);
  cr_assert_null(model_get(room.model, RECORD_PERSON, "p2"));
  assert_ids(model_find(room.model, INDEX_person_organisation, "north"), "p1 p10");
  teardown(&room);
}

/* The store has cold records that the model does not: they are dropped on the turn's word. */
Test(txn, cold_records_are_dropped_unless_made_here) {
  struct room_of_tests room = setup();
  txn_drop(room.txn, RECORD_OUT, "o3");
  txn_add(room.txn, RECORD_OUT, "o4");
  txn_drop(room.txn, RECORD_OUT, "o4");
  ((struct out *)txn_add(room.txn, RECORD_OUT, "o5"))->words = "hello";
  cr_assert_str_eq(((struct out *)txn_edit(room.txn, RECORD_OUT, "o5"))->words, "hello");
  assert_ops(room.txn, "drop out/o3, put out/o5");
  assert_ids(txn_all(room.txn, RECORD_OUT), "o5");
  teardown(&room);
}

/* ---- finding ---- */

Test(txn, find_merges_what_the_turn_changed) {
  struct room_of_tests room = setup();
  assert_ids(txn_find(room.txn, INDEX_person_organisation, "north"), "p1 p2 p10");
  cr_assert_eq(txn_find(room.txn, INDEX_person_organisation, "north").items,
               model_find(room.model, INDEX_person_organisation, "north").items, "without changes no copy is made");
  ((struct person *)txn_edit(room.txn, RECORD_PERSON, "p2"))->organisation = "south"; /* away */
  ((struct person *)txn_add(room.txn, RECORD_PERSON, "p11"))->organisation = "north"; /* new, at the end */
  ((struct person *)txn_add(room.txn, RECORD_PERSON, "p4"))->organisation = "north";  /* new, between */
  ((struct person *)txn_edit(room.txn, RECORD_PERSON, "p1"))->name = "Aisha";         /* still there */
  assert_ids(txn_find(room.txn, INDEX_person_organisation, "north"), "p1 p4 p10 p11");
  assert_ids(txn_find(room.txn, INDEX_person_organisation, "south"), "p2 p9");
  assert_ids(txn_find(room.txn, INDEX_person_organisation, "west"), "");
  assert_ids(txn_find(room.txn, INDEX_person_organisation, NULL), "");
  assert_ids(txn_all(room.txn, RECORD_PERSON), "p1 p2 p4 p9 p10 p11");
  txn_drop(room.txn, RECORD_PERSON, "p1");
  txn_drop(room.txn, RECORD_PERSON, "p4");
  ((struct person *)txn_edit(room.txn, RECORD_PERSON, "p2"))->organisation = NULL;
  assert_ids(txn_find(room.txn, INDEX_person_organisation, "north"), "p10 p11");
  assert_ids(txn_find(room.txn, INDEX_person_organisation, "south"), "p9");
  next_turn(&room);
  assert_ids(model_find(room.model, INDEX_person_organisation, "north"), "p10 p11");
  assert_ids(txn_all(room.txn, RECORD_PERSON), "p2 p9 p10 p11");
  teardown(&room);
}

Test(txn, an_account_moves_within_the_turn) {
  struct room_of_tests room = setup();
  ((struct person *)txn_edit(room.txn, RECORD_PERSON, "p1"))->accounts.items[0].user = "U99";
  cr_assert_null(txn_account(room.txn, "web/city", "U1"));
  cr_assert_str_eq(txn_account(room.txn, "web/city", "U99"), "p1");
  cr_assert_null(txn_account(room.txn, "web/town", "U99"));
  cr_assert_null(txn_account(room.txn, "web/city", NULL));
  struct person *person = txn_add(room.txn, RECORD_PERSON, NULL);
  struct account *account = LIST_ADD(room.arena, &person->accounts);
  account->workspace = "web/city";
  cr_assert_null(txn_account(room.txn, "web/city", ""));
  account->user = "U1";
  cr_assert_str_eq(txn_account(room.txn, "web/city", "U1"), "p11");
  cr_assert_str_eq(model_account(room.model, "web/city", "U1"), "p1");
  next_turn(&room);
  cr_assert_str_eq(model_account(room.model, "web/city", "U1"), "p11");
  cr_assert_str_eq(model_account(room.model, "web/city", "U99"), "p1");
  teardown(&room);
}

/* Whatever a turn did, its view must be what the model is once the turn is applied. */
Test(txn, the_view_is_what_the_model_becomes) {
  static const char *const values[] = {"a", "b", "c", NULL};
  struct chance chance = chance_new("txn view");
  struct room_of_tests room = setup();
  for (int turn = 0; turn < 300; turn++) {
    for (uint64_t n = chance_below(&chance, 12); n > 0; n--) {
      const char *id = arena_format(room.arena, "p%d", (int)chance_below(&chance, 40));
      if (txn_get(room.txn, RECORD_PERSON, id) == NULL) txn_add(room.txn, RECORD_PERSON, id);
      struct person *person = txn_edit(room.txn, RECORD_PERSON, id);
      person->organisation = values[chance_below(&chance, ARRAY_LEN(values))];
      person->accounts.count = 0;
      struct account *account = LIST_ADD(room.arena, &person->accounts);
      account->workspace = "w";
      account->user = values[chance_below(&chance, ARRAY_LEN(values))];
      if (chance_below(&chance, 4) == 0) txn_drop(room.txn, RECORD_PERSON, id);
    }
    struct text seen, is;
    text_init(&seen, 1 << 20);
    text_init(&is, 1 << 20);
    for (int i = 0; i < 4; i++) {
      struct strs ids = i == 3 ? txn_all(room.txn, RECORD_PERSON) : txn_find(room.txn, INDEX_person_organisation, values[i]);
      for (size_t j = 0; j < ids.count; j++) text_addf(&seen, "%s ", ids.items[j]);
      const char *owner = txn_account(room.txn, "w", values[i]);
      text_addf(&seen, "/%s\n", owner == NULL ? "-" : owner);
    }
    next_turn(&room);
    for (int i = 0; i < 4; i++) {
      size_t count = model_count(room.model, RECORD_PERSON);
      struct strs ids = i == 3 ? (struct strs){0} : model_find(room.model, INDEX_person_organisation, values[i]);
      for (size_t j = 0; i == 3 && j < count; j++) text_addf(&is, "%s ", record_id(RECORD_PERSON, model_at(room.model, RECORD_PERSON, j)));
      for (size_t j = 0; j < ids.count; j++) text_addf(&is, "%s ", ids.items[j]);
      const char *owner = model_account(room.model, "w", values[i]);
      text_addf(&is, "/%s\n", owner == NULL ? "-" : owner);
    }
    cr_assert_str_eq(text_str(&seen), text_str(&is));
    text_done(&seen);
    text_done(&is);
  }
  teardown(&room);
}

/* ---- ids ---- */

Test(txn, ids_are_counted_once_and_persons_apart) {
  struct room_of_tests room = setup();
  const struct talk *talk = txn_add(room.txn, RECORD_TALK, NULL);
  const struct person *person = txn_add(room.txn, RECORD_PERSON, NULL);
  const struct out *out = txn_add(room.txn, RECORD_OUT, NULL);
  const struct organisation *named = txn_add(room.txn, RECORD_ORGANISATION, "city");
  cr_assert_str_eq(talk->id, "t20");
  cr_assert_str_eq(person->id, "p11");
  cr_assert_str_eq(out->id, "o21");
  cr_assert_str_eq(named->id, "city");
  assert_ops(room.txn, "put counter/counter, put talk/t20, put person/p11, put out/o21, put organisation/city");
  next_turn(&room);
  const struct counter *counter = model_get(room.model, RECORD_COUNTER, "counter");
  cr_assert(counter->next_id == 22 && counter->next_person == 12);
  txn_drop(room.txn, RECORD_TALK, "t20");
  next_turn(&room);
  cr_assert_str_eq(((struct talk *)txn_add(room.txn, RECORD_TALK, NULL))->id, "t22");
  teardown(&room);
}

Test(txn, an_id_that_somebody_has_is_passed_over) {
  struct room_of_tests room = setup();
  ((struct counter *)txn_edit(room.txn, RECORD_COUNTER, "counter"))->next_person = 9;
  cr_assert_str_eq(((struct person *)txn_add(room.txn, RECORD_PERSON, NULL))->id, "p11");
  teardown(&room);
}

Test(txn, a_new_scheme_counts_from_one) {
  struct model *model = model_new("city");
  model_loaded(model);
  struct arena *arena = arena_new(ARENA_BYTES);
  struct txn *txn = txn_new(model, arena);
  cr_assert_str_eq(((struct scheme *)txn_add(txn, RECORD_SCHEME, NULL))->id, "scheme");
  cr_assert_str_eq(((struct person *)txn_add(txn, RECORD_PERSON, NULL))->id, "p1");
  cr_assert_str_eq(((struct talk *)txn_add(txn, RECORD_TALK, NULL))->id, "t1");
  assert_ops(txn, "put scheme/scheme, put counter/counter, put person/p1, put talk/t1");
  model_apply(model, txn);
  cr_assert_eq(((const struct counter *)model_get(model, RECORD_COUNTER, "counter"))->next_id, 2);
  arena_free(arena);
  model_free(model);
}

Test(txn, counting_before_there_is_a_scheme_is_a_bug, .signal = SIGABRT) {
  struct model *model = model_new("city");
  model_loaded(model);
  txn_add(txn_new(model, arena_new(ARENA_BYTES)), RECORD_PERSON, NULL);
}

Test(txn, adding_what_is_there_is_a_bug, .signal = SIGABRT) {
  struct room_of_tests room = setup();
  txn_add(room.txn, RECORD_PERSON, "p1");
}

Test(txn, changing_an_id_is_a_bug, .signal = SIGABRT) {
  struct room_of_tests room = setup();
  ((struct person *)txn_edit(room.txn, RECORD_PERSON, "p1"))->id = "p3";
  const struct txn_op *ops;
  txn_ops(room.txn, &ops);
}

/* ---- sealed texts ---- */

Test(txn, a_seal_is_asked_for_by_reference) {
  struct room_of_tests room = setup();
  struct person *person = txn_edit(room.txn, RECORD_PERSON, "p1");
  char field[] = "person.line", plain[] = "p2";
  person->line = txn_seal(room.txn, "p1", field, plain);
  memset(field, 'x', sizeof field - 1);
  memset(plain, 'x', sizeof plain - 1);
  cr_assert_str_eq(person->line, "s20");
  cr_assert_str_eq(txn_seal(room.txn, "p9", "answer.sealed", "access"), "s21");
  const struct txn_seal_request *seals;
  cr_assert_eq(txn_seals(room.txn, &seals), 2);
  cr_assert_str_eq(seals[0].reference, "s20");
  cr_assert_str_eq(seals[0].owner, "p1");
  cr_assert_str_eq(seals[0].field, "person.line");
  cr_assert_str_eq(seals[0].plain, "p2");
  cr_assert_str_eq(seals[1].plain, "access");
  txn_put_sealed(room.txn, "s20", "p1", "person.line", "Ym94");
  const struct sealed *sealed = txn_get(room.txn, RECORD_SEALED, "s20");
  cr_assert_str_eq(sealed->owner, "p1");
  cr_assert_str_eq(sealed->field, "person.line");
  cr_assert_str_eq(sealed->box, "Ym94");
  assert_ops(room.txn, "put person/p1, put counter/counter, put sealed/s20");
  teardown(&room);
}

/* The edge may seal before the model takes the turn, or after; it may wipe the request's text before, too. */
static void facts_reach_the_model(bool sealed_first) {
  struct room_of_tests room = setup();
  struct person *person = txn_edit(room.txn, RECORD_PERSON, "p1");
  person->line = txn_seal(room.txn, "p1", "person.line", "p9");
  person->line = txn_seal(room.txn, "p1", "person.line", "p2");
  person->apart = txn_seal(room.txn, "p1", "person.apart", "p9\n?Joe Doe\np10");
  cr_assert_str_eq(txn_line(room.txn, "p1"), "p2");
  const struct txn_seal_request *seals;
  size_t count = txn_seals(room.txn, &seals);
  if (!sealed_first) model_apply(room.model, room.txn);
  for (size_t i = 0; i < count; i++) {
    txn_put_sealed(room.txn, seals[i].reference, seals[i].owner, seals[i].field, "Ym94");
    memset(seals[i].plain, 0, strlen(seals[i].plain));
  }
  if (sealed_first) model_apply(room.model, room.txn);
  assert_ops(room.txn, "put person/p1, put counter/counter, put sealed/s20, put sealed/s21, put sealed/s22");
  cr_assert_eq(txn_check(room.txn), ERR_NONE);
  cr_assert_str_eq(model_line(room.model, "p1"), "p2");
  cr_assert(model_apart(room.model, "p10", "p1") && model_apart(room.model, "p1", "p9") && !model_apart(room.model, "p1", "p2"));
  teardown(&room);
}

Test(txn, line_and_apart_reach_the_model) {
  facts_reach_the_model(true);
  facts_reach_the_model(false);
}

Test(txn, line_and_apart_hold_within_the_turn) {
  struct room_of_tests room = setup();
  static const char *const others[] = {"p10"};
  model_set_line(room.model, "p2", "p9");
  model_set_apart(room.model, "p2", others, 1);
  cr_assert(txn_in_line(room.txn, "p9", "p2") && txn_apart(room.txn, "p10", "p2"));
  cr_assert(!txn_in_line(room.txn, "p9", "p1"));
  ((struct person *)txn_edit(room.txn, RECORD_PERSON, "p1"))->line = txn_seal(room.txn, "p1", "person.line", "p2");
  cr_assert_str_eq(txn_line(room.txn, "p1"), "p2");
  cr_assert(txn_in_line(room.txn, "p2", "p1") && txn_in_line(room.txn, "p9", "p1"));
  cr_assert_null(model_line(room.model, "p1"));
  txn_seal(room.txn, "p9", "person.line", "p1"); /* now it is a loop */
  cr_assert(txn_in_line(room.txn, "nobody", "p1"));
  txn_seal(room.txn, "p2", "person.apart", "p1\n?Ann");
  cr_assert(txn_apart(room.txn, "p1", "p2") && txn_apart(room.txn, "p2", "?Ann") && !txn_apart(room.txn, "p2", "p10"));
  txn_seal(room.txn, "p2", "person.line", "");
  cr_assert_null(txn_line(room.txn, "p2"));
  cr_assert_null(txn_line(room.txn, NULL));
  teardown(&room);
}

Test(txn, a_reference_taken_out_takes_its_fact_with_it) {
  struct room_of_tests room = setup();
  struct person *person = txn_edit(room.txn, RECORD_PERSON, "p1");
  person->line = txn_seal(room.txn, "p1", "person.line", "p2");
  person->apart = txn_seal(room.txn, "p1", "person.apart", "p9");
  next_turn(&room);
  ((struct person *)txn_edit(room.txn, RECORD_PERSON, "p1"))->name = "Aisha";
  next_turn(&room);
  cr_assert_str_eq(model_line(room.model, "p1"), "p2");
  person = txn_edit(room.txn, RECORD_PERSON, "p1");
  person->line = NULL;
  cr_assert_null(txn_line(room.txn, "p1"));
  cr_assert(txn_apart(room.txn, "p1", "p9"));
  person->apart = NULL;
  cr_assert(!txn_apart(room.txn, "p9", "p1"));
  next_turn(&room);
  cr_assert_null(model_line(room.model, "p1"));
  cr_assert(!model_apart(room.model, "p1", "p9"));
  teardown(&room);
}

Test(txn, facts_go_with_their_person) {
  struct room_of_tests room = setup();
  ((struct person *)txn_edit(room.txn, RECORD_PERSON, "p1"))->line = txn_seal(room.txn, "p1", "person.line", "p2");
  next_turn(&room);
  model_set_unreadable(room.model, "p1");
  txn_drop(room.txn, RECORD_PERSON, "p1");
  cr_assert_null(txn_line(room.txn, "p1"));
  txn_seal(room.txn, "p1", "person.line", "p9"); /* too late: nobody is there to hold it */
  next_turn(&room);
  cr_assert_null(model_line(room.model, "p1"));
  cr_assert(!model_unreadable(room.model, "p1"));
  teardown(&room);
}

Test(txn, a_fact_without_its_reference_is_not_learnt) {
  struct room_of_tests room = setup();
  txn_seal(room.txn, "p1", "person.line", "p2");
  next_turn(&room);
  cr_assert_null(model_line(room.model, "p1"));
  teardown(&room);
}

Test(txn, wipe_leaves_no_sealed_text) {
  struct room_of_tests room = setup();
  txn_seal(room.txn, "p1", "person.line", "p2");
  txn_seal(room.txn, "p1", "checkin.text", "marker");
  const struct txn_seal_request *seals;
  txn_seals(room.txn, &seals);
  txn_wipe(room.txn);
  for (int i = 0; i < 6; i++) cr_assert_eq(seals[1].plain[i], '\0');
  cr_assert_eq(seals[0].plain[0], '\0');
  cr_assert_null(txn_line(room.txn, "p1"));
  teardown(&room);
}

/* ---- audit, reset ---- */

Test(txn, audit_lines_are_json) {
  struct room_of_tests room = setup();
  txn_audit(room.txn, "p1", "pair.release", "x5 \"r1\"");
  txn_audit(room.txn, "tool", "apply", NULL);
  const char *const *lines;
  cr_assert_eq(txn_audits(room.txn, &lines), 2);
  cr_assert_str_eq(lines[0], "{\"who\":\"p1\",\"what\":\"pair.release\",\"about\":\"x5 \\\"r1\\\"\"}");
  cr_assert_str_eq(lines[1], "{\"who\":\"tool\",\"what\":\"apply\"}");
  cr_assert(!txn_is_empty(room.txn));
  teardown(&room);
}

Test(txn, a_reset_is_something_to_commit) {
  struct room_of_tests room = setup();
  cr_assert(!txn_is_reset(room.txn));
  txn_reset(room.txn);
  cr_assert(txn_is_reset(room.txn) && !txn_is_empty(room.txn));
  teardown(&room);
}

/* ---- after the model took it ---- */

Test(txn, the_answers_for_the_edge_stay_when_the_turn_is_applied) {
  struct room_of_tests room = setup();
  ((struct person *)txn_edit(room.txn, RECORD_PERSON, "p1"))->name = "Aisha";
  txn_edit(room.txn, RECORD_PERSON, "p2"); /* no change */
  txn_drop(room.txn, RECORD_PAIR, "x5");
  model_apply(room.model, room.txn);
  assert_ops(room.txn, "put person/p1, drop pair/x5");
  cr_assert_eq(txn_check(room.txn), ERR_NONE);
  teardown(&room);
}

Test(txn, editing_after_it_was_applied_is_a_bug, .signal = SIGABRT) {
  struct room_of_tests room = setup();
  model_apply(room.model, room.txn);
  txn_edit(room.txn, RECORD_PERSON, "p1");
}

Test(txn, applying_twice_is_a_bug, .signal = SIGABRT) {
  struct room_of_tests room = setup();
  model_apply(room.model, room.txn);
  model_apply(room.model, room.txn);
}

/* ---- what was encoded to be measured ---- */

Test(txn, a_checked_record_keeps_its_json_until_it_is_edited_again) {
  struct room_of_tests room = setup();
  const struct txn_op *ops;
  CLEANUP(text_done) struct text json;
  text_init(&json, RECORD_JSON_BYTES_MAX);
  ((struct person *)txn_edit(room.txn, RECORD_PERSON, "p1"))->name = "Aisha";
  txn_drop(room.txn, RECORD_PAIR, "x5");
  cr_assert_eq(txn_ops(room.txn, &ops), 2);
  cr_assert_null(ops[0].json, "not checked yet");
  cr_assert_eq(txn_check(room.txn), ERR_NONE);
  cr_assert_eq(txn_ops(room.txn, &ops), 2);
  record_encode(RECORD_PERSON, ops[0].record, &json);
  cr_assert_str_eq(ops[0].json, text_str(&json));
  cr_assert_null(ops[1].json, "what is dropped has none");
  ((struct person *)txn_edit(room.txn, RECORD_PERSON, "p1"))->name = "Asha";
  cr_assert_eq(txn_ops(room.txn, &ops), 2);
  cr_assert_null(ops[0].json, "it is another one now");
  teardown(&room);
}

/* ---- limits ---- */

static enum err checked(struct txn *txn) {
  err_note_clear();
  return txn_check(txn);
}

Test(txn, a_thousand_ops_are_taken_and_no_more) {
  struct room_of_tests room = setup();
  for (int i = 0; i < 997; i++) txn_add(room.txn, RECORD_TALK, NULL); /* and the counter */
  txn_audit(room.txn, "p1", "apply", NULL);
  ((struct person *)txn_edit(room.txn, RECORD_PERSON, "p1"))->line = NULL; /* nothing new: no op */
  cr_assert_eq(checked(room.txn), ERR_NONE);
  txn_seal(room.txn, "p1", "checkin.text", "x"); /* will be a record */
  cr_assert_eq(checked(room.txn), ERR_NONE);
  txn_audit(room.txn, "p1", "apply", NULL);
  cr_assert_eq(checked(room.txn), ERR_LIMITED);
  cr_assert_str_eq(err_note_text(), "a turn of 1001 ops: at most 1000 are taken");
  teardown(&room);
}

Test(txn, a_mebibyte_is_taken_and_no_more) {
  struct room_of_tests room = setup();
  char *words = arena_alloc(room.arena, 200001);
  memset(words, 'w', 200000);
  for (int i = 0; i < 5; i++) ((struct out *)txn_add(room.txn, RECORD_OUT, NULL))->words = words;
  cr_assert_eq(checked(room.txn), ERR_NONE);
  txn_seal(room.txn, "p1", "checkin.text", words + 160000); /* 40,000, and a third more as base64 */
  cr_assert_eq(checked(room.txn), ERR_LIMITED);
  cr_assert_str_eq(err_note_text(), "a turn of more than 1048576 bytes");
  teardown(&room);
}

Test(txn, a_record_that_could_not_be_read_again_is_refused) {
  struct room_of_tests room = setup();
  char *words = arena_alloc(room.arena, RECORD_JSON_BYTES_MAX + 1);
  memset(words, 'w', RECORD_JSON_BYTES_MAX);
  ((struct out *)txn_add(room.txn, RECORD_OUT, NULL))->words = words;
  cr_assert_eq(checked(room.txn), ERR_LIMITED);
  cr_assert_str_eq(err_note_text(), "out o20: past what one record may hold");
  txn_drop(room.txn, RECORD_OUT, "o20");
  struct round *round = txn_add(room.txn, RECORD_ROUND, NULL);
  for (int i = 0; i <= RECORD_LIST_MAX; i++) LIST_ADD(room.arena, &round->couples);
  cr_assert_eq(checked(room.txn), ERR_LIMITED);
  cr_assert_str_eq(err_note_text(), "round r21: past what one record may hold");
  teardown(&room);
}
