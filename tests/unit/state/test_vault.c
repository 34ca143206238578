/* test_vault.c: what is sealed opens in its own place only, looks like any other, and leaves no plain text behind. */
#include "state/vault.h"

#include <criterion/criterion.h>
#include <ftw.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bot/base/random.h"

enum { ARENA_BYTES = 1 << 20, PEOPLE = 6, UNKNOWN = 600 };

static char root[64], folder[100], key_file[100];
static struct keystore *keystore;
static struct vault *vault;
static struct arena *arena;
static struct model *model;
static struct txn *txn;

static void heard(void *who, enum err err, const char *note) {
  cr_assert_eq(err, ERR_NONE, "%s", note);
}

static void load_person(struct model *into, const char *id, const char *line, const char *apart) {
  struct person person = {.id = id, .name = "Somebody", .line = line, .apart = apart};
  model_load(into, RECORD_PERSON, &person);
}

static struct model *model_with_people(void) {
  struct model *made = model_new("pilot");
  struct scheme scheme = {.id = "scheme"};
  struct counter counter = {.id = "counter", .next_id = 1, .next_person = PEOPLE + 1};
  model_load(made, RECORD_SCHEME, &scheme);
  model_load(made, RECORD_COUNTER, &counter);
  for (int i = 1; i <= PEOPLE; i++) {
    char id[16];
    snprintf(id, sizeof id, "p%d", i);
    load_person(made, id, NULL, NULL);
  }
  model_loaded(made);
  return made;
}

static void begin(void) {
  const char *quick = access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp"; /* hundreds of fsyncs a test */
  snprintf(root, sizeof root, "%s/mentord-vault-XXXXXX", quick);
  cr_assert_not_null(mkdtemp(root));
  snprintf(folder, sizeof folder, "%s/keys", root);
  snprintf(key_file, sizeof key_file, "%s/wrapping", root);
  cr_assert_eq(keystore_open(NULL, folder, key_file, true, &keystore), ERR_NONE, "%s", err_note_text());
  keystore_ahead(keystore, 1, heard, NULL);
  vault = vault_new(keystore, "pilot");
  arena = arena_new(ARENA_BYTES);
  model = model_with_people();
  txn = txn_new(model, arena);
}

static int remove_one(const char *path, const struct stat *info, int kind, struct FTW *place) {
  return remove(path);
}

static void end(void) {
  arena = arena_free(arena);
  model = model_free(model);
  vault = vault_free(vault);
  keystore = keystore_free(keystore);
  nftw(root, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

TestSuite(vault, .init = begin, .fini = end);

/* ---- helpers ---- */

static void seal_all(void) {
  enum err err = vault_seal_txn(vault, txn);
  cr_assert_eq(err, ERR_NONE, "%s: %s", err_name(err), err_note_text());
}

/* Seals one text and gives what would be stored, free to be changed. */
static struct sealed *seal_text(const char *owner, const char *field, const char *plain) {
  const char *reference = txn_seal(txn, owner, field, plain);
  seal_all();
  struct sealed *sealed = txn_edit(txn, RECORD_SEALED, reference);
  cr_assert_not_null(sealed);
  return sealed;
}

static void opens_as(const struct sealed *sealed, const char *wanted) {
  char *plain = NULL;
  err_note_clear();
  enum err err = vault_open(vault, sealed, &plain);
  cr_assert_eq(err, ERR_NONE, "%s: %s", err_name(err), err_note_text());
  cr_assert_str_eq(plain, wanted);
  cr_assert_null(vault_wipe(plain));
}

static void refused_by(struct vault *by, const struct sealed *sealed, enum err wanted) {
  char untouched = 'x', *plain = &untouched;
  err_note_clear();
  enum err err = vault_open(by, sealed, &plain);
  cr_assert_eq(err, wanted, "%s: %s", err_name(err), err_note_text());
  cr_assert_eq(plain, &untouched);
  cr_assert_str_not_empty(err_note_text());
}

static void refused(const struct sealed *sealed) {
  refused_by(vault, sealed, ERR_DENIED);
}

static char *repeated(char letter, size_t count) {
  char *text = arena_alloc(arena, count + 1);
  memset(text, letter, count);
  return text;
}

/* ---- sealing and opening ---- */

Test(vault, round_trip) {
  const struct sealed *sealed = seal_text("p1", "person.line", "?Zoë O'Brien");
  cr_assert_str_eq(sealed->owner, "p1");
  cr_assert_str_eq(sealed->field, "person.line");
  cr_assert_null(strstr(sealed->box, "Brien"));
  opens_as(sealed, "?Zoë O'Brien");
  opens_as(sealed, "?Zoë O'Brien");
  opens_as(seal_text("p2", "answer.identity", ""), "");
  cr_assert_null(vault_wipe(NULL));
  cr_assert_null(vault_free(NULL));
}

Test(vault, every_length_around_the_steps) {
  static const size_t lengths[] = {1, 254, 255, 256, 257, 511, 512, 5000, VAULT_TEXT_BYTES_MAX - 1, VAULT_TEXT_BYTES_MAX};
  for (size_t i = 0; i < ARRAY_LEN(lengths); i++) {
    const char *text = repeated('w', lengths[i]);
    opens_as(seal_text("p1", "answer.wish", text), text);
  }
}

Test(vault, opens_after_a_restart) {
  const struct sealed *sealed = seal_text("p1", "person.line", "p5");
  vault_free(vault);
  keystore_free(keystore);
  cr_assert_eq(keystore_open(NULL, folder, key_file, false, &keystore), ERR_NONE, "%s", err_note_text());
  vault = vault_new(keystore, "pilot");
  opens_as(sealed, "p5");
}

Test(vault, lengths_say_nothing) {
  size_t one = strlen(seal_text("p1", "answer.wish", "a")->box);
  cr_assert_eq(strlen(seal_text("p1", "answer.wish", repeated('a', 200))->box), one);
  cr_assert_eq(strlen(seal_text("p1", "answer.wish", repeated('a', 255))->box), one);
  cr_assert_eq(strlen(seal_text("p1", "answer.wish", "")->box), one);
  cr_assert_gt(strlen(seal_text("p1", "answer.wish", repeated('a', 256))->box), one);
}

Test(vault, two_seals_of_one_text_differ) {
  const struct sealed *a = seal_text("p1", "answer.wish", "the same"), *b = seal_text("p1", "answer.wish", "the same");
  cr_assert_str_neq(a->box, b->box);
  cr_assert_neq(memcmp(a->box + 40, b->box + 40, 40), 0, "not in the nonce alone");
}

/* ---- its own place only ---- */

Test(vault, another_owner_field_or_reference) {
  struct sealed *sealed = seal_text("p1", "person.line", "p5"), moved = *sealed;
  moved.owner = "p2";
  refused(&moved);
  moved = *sealed;
  moved.field = "person.apart";
  refused(&moved);
  moved = *sealed;
  moved.id = "s99";
  refused(&moved);
  opens_as(sealed, "p5");
}

Test(vault, names_cannot_be_shifted) {
  struct sealed *sealed = seal_text("p1", "a", "p5"), moved = *sealed;
  moved.owner = "p1|a";
  moved.field = sealed->id;
  refused(&moved);
  moved = *sealed;
  moved.field = "";
  refused(&moved);
  moved.field = NULL;
  refused(&moved);
  moved = *sealed;
  moved.id = NULL;
  refused(&moved);
  moved = *sealed;
  moved.field = repeated('f', 1000);
  refused(&moved);
}

Test(vault, another_scheme) {
  const struct sealed *sealed = seal_text("p1", "person.line", "p5");
  struct vault *other = vault_new(keystore, "pilot2");
  refused_by(other, sealed, ERR_DENIED);
  (void)vault_free(other);
}

Test(vault, an_owner_without_a_key) {
  struct sealed sealed = *seal_text("p1", "person.line", "p5");
  sealed.owner = "p600";
  refused_by(vault, &sealed, ERR_GONE);
  sealed.owner = "nobody";
  refused_by(vault, &sealed, ERR_GONE);
}

/* ---- changed ---- */

Test(vault, any_changed_character_is_seen) {
  struct sealed sealed = *seal_text("p1", "person.line", "p5");
  char *box = arena_text(arena, sealed.box);
  sealed.box = box;
  for (size_t i = 0; box[i] != '\0'; i++) {
    char was = box[i];
    box[i] = was == 'A' ? 'B' : 'A';
    refused(&sealed);
    box[i] = was;
  }
  opens_as(&sealed, "p5");
}

Test(vault, what_is_no_box_at_all) {
  static const char *const others[] = {"", "A", "AAAA", "====", "not base64!", "AQ==", "{\"a\":1}"};
  struct sealed sealed = *seal_text("p1", "person.line", "p5");
  const char *good = sealed.box;
  for (size_t i = 0; i < ARRAY_LEN(others); i++) {
    sealed.box = others[i];
    refused(&sealed);
  }
  sealed.box = NULL;
  refused(&sealed);
  sealed.box = arena_text_n(arena, good, strlen(good) - 4);
  refused(&sealed);
  sealed.box = arena_format(arena, "%s ", good);
  refused(&sealed);
  sealed.box = arena_format(arena, "%s%s", good, good);
  refused(&sealed);
  sealed.box = repeated('A', 40000);
  refused(&sealed);
}

/* ---- what the transaction is left with ---- */

/* True when the bytes stand anywhere in what the requests held. */
static void assert_wiped(const char *plain, size_t bytes) {
  for (size_t i = 0; i < bytes; i++) cr_assert_eq(plain[i], '\0', "byte %zu", i);
}

Test(vault, plain_texts_are_wiped) {
  const struct txn_seal_request *requests = NULL;
  const char secret[] = "my manager frightens me";
  (void)txn_seal(txn, "p1", "answer.wish", secret);
  (void)txn_seal(txn, "p2", "answer.wish", secret);
  cr_assert_eq(txn_seals(txn, &requests), 2);
  const char *first = requests[0].plain, *second = requests[1].plain;
  cr_assert_str_eq(first, secret);
  seal_all();
  assert_wiped(first, sizeof secret);
  assert_wiped(second, sizeof secret);
}

Test(vault, sealing_twice_changes_nothing) {
  const struct sealed *sealed = seal_text("p1", "answer.wish", "once");
  const char *box = arena_text(arena, sealed->box);
  seal_all();
  cr_assert_str_eq(((const struct sealed *)txn_get(txn, RECORD_SEALED, sealed->id))->box, box);
  opens_as(sealed, "once");
  const struct sealed *later = seal_text("p1", "answer.wish", "then");
  opens_as(later, "then");
}

static void sealed_nothing(enum err wanted) {
  const struct txn_seal_request *requests = NULL;
  err_note_clear();
  enum err err = vault_seal_txn(vault, txn);
  cr_assert_eq(err, wanted, "%s: %s", err_name(err), err_note_text());
  cr_assert_str_not_empty(err_note_text());
  size_t count = txn_seals(txn, &requests);
  for (size_t i = 0; i < count; i++) {
    cr_assert_str_not_empty(requests[i].plain, "kept for the next try");
    cr_assert_null(txn_get(txn, RECORD_SEALED, requests[i].reference));
  }
}

Test(vault, a_key_that_is_not_there_yet) {
  const char *first = txn_seal(txn, "p1", "answer.wish", "hers"), *second = txn_seal(txn, "p600", "answer.wish", "his");
  sealed_nothing(ERR_AGAIN);
  cr_assert_eq(vault_lacks(vault), UNKNOWN);
  keystore_ahead(keystore, vault_lacks(vault), heard, NULL);
  seal_all();
  opens_as(txn_get(txn, RECORD_SEALED, first), "hers");
  opens_as(txn_get(txn, RECORD_SEALED, second), "his");
}

Test(vault, a_text_that_is_too_long) {
  (void)txn_seal(txn, "p1", "answer.wish", "short");
  (void)txn_seal(txn, "p1", "answer.wish", repeated('w', VAULT_TEXT_BYTES_MAX + 1));
  sealed_nothing(ERR_LIMITED);
}

Test(vault, a_field_that_is_no_name) {
  (void)txn_seal(txn, "p1", "answer.wish", "good");
  (void)txn_seal(txn, "p1", "answer|wish", "bad");
  sealed_nothing(ERR_BAD_INPUT);
}

Test(vault, an_owner_who_is_no_person) {
  (void)txn_seal(txn, "p1", "answer.wish", "good");
  (void)txn_seal(txn, "nobody", "answer.wish", "bad");
  sealed_nothing(ERR_BAD_INPUT);
}

Test(vault, a_key_file_that_does_not_open) {
  char path[200];
  snprintf(path, sizeof path, "%s/p1.key", folder);
  FILE *file = fopen(path, "r+b");
  cr_assert(file != NULL && fputc(9, file) == 9 && fclose(file) == 0);
  (void)txn_seal(txn, "p2", "answer.wish", "good");
  (void)txn_seal(txn, "p1", "answer.wish", "bad");
  sealed_nothing(ERR_DENIED);
  cr_assert_not_null(strstr(err_note_text(), "p1.key"), "%s", err_note_text());
}

Test(vault, a_turn_without_seals) {
  seal_all();
  cr_assert(txn_is_empty(txn));
}

/* ---- facts that rules need ---- */

/* A second bot's model: `people` as stored, then every sealed text of this turn, then the end. */
static struct model *load_anew(const char *line_of_p1, const char *apart_of_p2) {
  struct model *made = model_new("pilot");
  load_person(made, "p1", line_of_p1, NULL);
  load_person(made, "p2", NULL, apart_of_p2);
  load_person(made, "p3", NULL, NULL);
  model_loaded(made);
  return made;
}

Test(vault, facts_are_opened_into_the_model) {
  const struct sealed *line = seal_text("p1", "person.line", "p5"), *apart = seal_text("p2", "person.apart", "p3\n?Somebody Else\np4");
  struct model *loaded = load_anew(line->id, apart->id);
  vault_open_facts(vault, loaded, line);
  vault_open_facts(vault, loaded, apart);
  vault_open_facts(vault, loaded, seal_text("p3", "answer.wish", "not for the model"));
  vault_facts_end(vault, loaded);
  cr_assert_str_eq(model_line(loaded, "p1"), "p5");
  cr_assert(model_apart(loaded, "p2", "p3") && model_apart(loaded, "p4", "p2") && model_apart(loaded, "p2", "?Somebody Else"));
  cr_assert_not(model_apart(loaded, "p2", "p1"));
  cr_assert_null(model_line(loaded, "p3"));
  for (int i = 1; i <= 3; i++) {
    char id[16];
    snprintf(id, sizeof id, "p%d", i);
    cr_assert_not(model_unreadable(loaded, id), "%s", id);
  }
  (void)model_free(loaded);
}

Test(vault, the_model_of_the_turn_knows_them_too) {
  struct person *person = txn_edit(txn, RECORD_PERSON, "p1");
  person->line = txn_seal(txn, "p1", "person.line", "?Name");
  seal_all();
  cr_assert_str_eq(txn_line(txn, "p1"), "?Name");
  cr_assert_eq(txn_check(txn), ERR_NONE, "%s", err_note_text());
  model_apply(model, txn);
  cr_assert_str_eq(model_line(model, "p1"), "?Name");
}

Test(vault, an_empty_line_and_an_empty_list) {
  const struct sealed *line = seal_text("p1", "person.line", ""), *apart = seal_text("p2", "person.apart", "\n\n");
  struct model *loaded = load_anew(line->id, apart->id);
  vault_open_facts(vault, loaded, line);
  vault_open_facts(vault, loaded, apart);
  vault_facts_end(vault, loaded);
  cr_assert_null(model_line(loaded, "p1"));
  cr_assert(!model_unreadable(loaded, "p1") && !model_unreadable(loaded, "p2"));
  (void)model_free(loaded);
}

Test(vault, what_cannot_be_opened_is_unreadable) {
  struct sealed line = *seal_text("p1", "person.line", "p5"), apart = *seal_text("p2", "person.apart", "p3");
  char *box = arena_text(arena, line.box);
  box[60] = box[60] == 'A' ? 'B' : 'A';
  line.box = box;
  struct model *loaded = load_anew(line.id, apart.id);
  err_note_clear();
  vault_open_facts(vault, loaded, &line);
  cr_assert_not_null(strstr(err_note_text(), line.id), "%s", err_note_text());
  vault_open_facts(vault, loaded, &apart);
  vault_facts_end(vault, loaded);
  cr_assert(model_unreadable(loaded, "p1") && !model_unreadable(loaded, "p2") && !model_unreadable(loaded, "p3"));
  cr_assert_null(model_line(loaded, "p1"));
  (void)model_free(loaded);
}

Test(vault, what_is_lost_or_moved_is_unreadable) {
  struct sealed line = *seal_text("p1", "person.line", "p5"), apart = *seal_text("p2", "person.apart", "p3");
  apart.owner = "p3"; /* moved to somebody who does not name it */
  struct model *loaded = load_anew(line.id, apart.id);
  vault_open_facts(vault, loaded, &apart);
  vault_facts_end(vault, loaded); /* the line was lost */
  cr_assert(model_unreadable(loaded, "p1") && model_unreadable(loaded, "p2") && !model_unreadable(loaded, "p3"));
  (void)model_free(loaded);
  loaded = load_anew(line.id, line.id); /* a record that names another person's text */
  vault_open_facts(vault, loaded, &line);
  vault_facts_end(vault, loaded);
  cr_assert(!model_unreadable(loaded, "p1") && model_unreadable(loaded, "p2"));
  cr_assert_str_eq(model_line(loaded, "p1"), "p5");
  (void)model_free(loaded);
}

Test(vault, a_text_that_nobody_names_is_passed_over) {
  const struct sealed *old = seal_text("p1", "person.line", "p4"), *now = seal_text("p1", "person.line", "p5");
  struct sealed broken = *old;
  broken.box = "AAAA";
  struct model *loaded = load_anew(now->id, NULL);
  vault_open_facts(vault, loaded, now);
  vault_open_facts(vault, loaded, old);
  vault_open_facts(vault, loaded, &broken);
  broken.owner = "p99";
  vault_open_facts(vault, loaded, &broken);
  broken.owner = NULL;
  vault_open_facts(vault, loaded, &broken);
  vault_facts_end(vault, loaded);
  cr_assert_str_eq(model_line(loaded, "p1"), "p5");
  cr_assert_not(model_unreadable(loaded, "p1"));
  (void)model_free(loaded);
}
