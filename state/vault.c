/* vault.c: pads, seals, opens. Plain texts stand in locked memory only, and no longer than it takes. */
#include "state/vault.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bot/base/map.h"
#include "state/box.h"

enum {
  PADDED_BYTES_MAX = VAULT_TEXT_BYTES_MAX + VAULT_PAD_BYTES, /* padding always adds a byte at least */
  BOX_BYTES_MAX = PADDED_BYTES_MAX + BOX_EXTRA_BYTES,
  BASE64_BYTES_MAX = sodium_base64_ENCODED_LEN(BOX_BYTES_MAX, sodium_base64_VARIANT_ORIGINAL),
  PLACE_BYTES = 512,
  MAGIC = 0x5661756c
};

struct vault {
  uint32_t magic;
  struct keystore *keystore; /* borrowed from the caller until vault_free */
  char *scheme;              /* owned */
  uint8_t *padded;           /* owned; locked, PADDED_BYTES_MAX: where a text is sealed from, and opened into */
  uint8_t *box;              /* owned; BOX_BYTES_MAX */
  char *base64;              /* owned; BASE64_BYTES_MAX */
  struct map *facts;         /* owned; places that vault_open_facts dealt with */
  int64_t lacks;             /* whose key was not there */
};

struct vault *vault_new(struct keystore *keystore, const char *scheme) {
  struct vault *vault = calloc(1, sizeof *vault);
  assert(vault != NULL && keystore != NULL);
  vault->magic = MAGIC;
  vault->keystore = keystore;
  vault->scheme = strdup(scheme);
  vault->padded = sodium_malloc(PADDED_BYTES_MAX);
  vault->box = malloc(BOX_BYTES_MAX);
  vault->base64 = malloc(BASE64_BYTES_MAX);
  vault->facts = map_new();
  assert(vault->scheme != NULL && vault->padded != NULL && vault->box != NULL && vault->base64 != NULL);
  return vault;
}

struct vault *vault_free(struct vault *vault) {
  if (vault == NULL) return NULL;
  assert(vault->magic == MAGIC);
  free(vault->scheme);
  sodium_free(vault->padded); /* wipes */
  free(vault->box);
  free(vault->base64);
  (void)map_free(vault->facts, NULL);
  vault->magic = 0;
  free(vault);
  return NULL;
}

static bool is_name(const char *name) {
  return name != NULL && name[0] != '\0' && strchr(name, '|') == NULL;
}

/* "pilot|p17|person.line|s19". No name holds a '|', and the scheme stands first, so no two places have one text. */
static bool place_of(const struct vault *vault, const char *owner, const char *field, const char *reference, char ret_place[PLACE_BYTES]) {
  if (!is_name(owner) || !is_name(field) || !is_name(reference)) return false;
  int length = snprintf(ret_place, PLACE_BYTES, "%s|%s|%s|%s", vault->scheme, owner, field, reference);
  return length > 0 && length < PLACE_BYTES;
}

/* ---- sealing ---- */

/* Everything that can go wrong is asked before the first text is sealed. */
static enum err check_request(struct vault *vault, const struct txn_seal_request *request) {
  char place[PLACE_BYTES];
  int64_t owner = keystore_number(request->owner);
  if (owner == 0 || !place_of(vault, request->owner, request->field, request->reference, place)) {
    return err_note(ERR_BAD_INPUT, "a text to be sealed as %s has no person as its owner, or no proper field", request->reference);
  }
  size_t bytes = strlen(request->plain);
  if (bytes > VAULT_TEXT_BYTES_MAX) {
    return err_note(ERR_LIMITED, "a text of %zu bytes for %s: at most %d are sealed", bytes, request->field, VAULT_TEXT_BYTES_MAX);
  }
  vault->lacks = owner;
  if (!keystore_has(vault->keystore, request->owner)) return err_note(ERR_AGAIN, "%s has no data key yet", request->owner);
  return keystore_key(vault->keystore, request->owner) == NULL ? ERR_DENIED : ERR_NONE;
}

static enum err seal_one(struct vault *vault, struct txn *txn, const struct txn_seal_request *request) {
  char place[PLACE_BYTES];
  size_t bytes = strlen(request->plain), padded = 0;
  const uint8_t *key = keystore_key(vault->keystore, request->owner);
  if (key == NULL) return ERR_DENIED; /* it was there a moment ago: the folder was changed under us */
  bool placed = place_of(vault, request->owner, request->field, request->reference, place);
  assert(placed && bytes <= VAULT_TEXT_BYTES_MAX);
  memcpy(vault->padded, request->plain, bytes);
  int full = sodium_pad(&padded, vault->padded, bytes, VAULT_PAD_BYTES, PADDED_BYTES_MAX);
  assert(!full);
  box_close(key, place, vault->padded, padded, vault->box);
  sodium_memzero(vault->padded, padded);
  sodium_memzero(request->plain, bytes);
  (void)sodium_bin2base64(vault->base64, BASE64_BYTES_MAX, vault->box, padded + BOX_EXTRA_BYTES, sodium_base64_VARIANT_ORIGINAL);
  txn_put_sealed(txn, request->reference, request->owner, request->field, vault->base64);
  return ERR_NONE;
}

static bool is_sealed(const struct txn *txn, const struct txn_seal_request *request) {
  return txn_get(txn, RECORD_SEALED, request->reference) != NULL;
}

enum err vault_seal_txn(struct vault *vault, struct txn *txn) {
  const struct txn_seal_request *requests = NULL;
  enum err err = ERR_NONE;
  assert(vault->magic == MAGIC && strcmp(model_scheme(txn_model(txn)), vault->scheme) == 0);
  size_t count = txn_seals(txn, &requests);
  for (size_t i = 0; i < count && err == ERR_NONE; i++)
    if (!is_sealed(txn, &requests[i])) err = check_request(vault, &requests[i]);
  for (size_t i = 0; i < count && err == ERR_NONE; i++)
    if (!is_sealed(txn, &requests[i])) err = seal_one(vault, txn, &requests[i]);
  return err;
}

int64_t vault_lacks(const struct vault *vault) {
  assert(vault->magic == MAGIC);
  return vault->lacks;
}

/* ---- opening ---- */

static enum err changed(const struct sealed *sealed) {
  return err_note(ERR_DENIED, "sealed text %s was changed, or does not belong where it is", sealed->id == NULL ? "?" : sealed->id);
}

/* The stored text as bytes; 0 when it is none of ours. */
static size_t box_bytes(struct vault *vault, const char *base64) {
  size_t bytes = 0;
  const char *end = NULL;
  if (base64 == NULL) return 0;
  if (sodium_base642bin(vault->box, BOX_BYTES_MAX, base64, strlen(base64), NULL, &bytes, &end, sodium_base64_VARIANT_ORIGINAL) != 0) return 0;
  return *end == '\0' && bytes > BOX_EXTRA_BYTES ? bytes : 0;
}

static enum err key_for(struct vault *vault, const char *owner, const uint8_t **ret_key) {
  bool there = keystore_has(vault->keystore, owner);
  *ret_key = keystore_key(vault->keystore, owner);
  if (*ret_key != NULL) return ERR_NONE;
  return there ? ERR_DENIED : ERR_GONE;
}

/* Into vault->padded, which the padding leaves room for the NUL in; the caller wipes it. False: the box does not open. */
static bool unseal(struct vault *vault, const uint8_t *key, const char *place, size_t bytes, size_t *ret_length) {
  size_t padded = bytes - BOX_EXTRA_BYTES, length = 0;
  assert(padded <= PADDED_BYTES_MAX);
  if (!box_open(key, place, vault->box, bytes, vault->padded)) return false;
  if (sodium_unpad(&length, vault->padded, padded, VAULT_PAD_BYTES) != 0) {
    sodium_memzero(vault->padded, padded);
    return false;
  }
  vault->padded[length] = '\0';
  *ret_length = length;
  return true;
}

static enum err open_here(struct vault *vault, const struct sealed *sealed, size_t *ret_length) {
  char place[PLACE_BYTES];
  const uint8_t *key = NULL;
  assert(vault->magic == MAGIC);
  if (!place_of(vault, sealed->owner, sealed->field, sealed->id, place)) return changed(sealed);
  size_t bytes = box_bytes(vault, sealed->box);
  if (bytes == 0) return changed(sealed);
  enum err err = key_for(vault, sealed->owner, &key);
  if (err != ERR_NONE) return err;
  return unseal(vault, key, place, bytes, ret_length) ? ERR_NONE : changed(sealed);
}

enum err vault_open(struct vault *vault, const struct sealed *sealed, char **ret_plain) {
  size_t length;
  enum err err = open_here(vault, sealed, &length);
  if (err != ERR_NONE) return err;
  char *plain = sodium_malloc(length + 1);
  assert(plain != NULL);
  memcpy(plain, vault->padded, length + 1);
  sodium_memzero(vault->padded, length);
  *ret_plain = plain;
  return ERR_NONE;
}

char *vault_wipe(char *plain) {
  sodium_free(plain); /* wipes, then gives the pages back */
  return NULL;
}

/* ---- facts that rules need ---- */

/* Cuts the lines apart where they stand. */
static void set_apart(struct model *model, const char *person, char *lines) {
  size_t count = 0, length = strlen(lines);
  const char **others = calloc(length / 2 + 1, sizeof *others);
  assert(others != NULL);
  for (char *line = lines, *next; line != NULL; line = next) {
    next = strchr(line, '\n');
    if (next != NULL) *next++ = '\0';
    if (line[0] != '\0') others[count++] = line;
  }
  model_set_apart(model, person, others, count);
  free(others);
}

static const char line_field[] = "person.line", apart_field[] = "person.apart";

enum fact { FACT_NONE, FACT_LINE, FACT_APART };

static bool is_named(const struct sealed *sealed, const char *reference, const char *field) {
  return reference != NULL && strcmp(reference, sealed->id) == 0 && strcmp(field, sealed->field) == 0;
}

/* What the text is for the person who owns it; nothing unless that person's record names it. */
static enum fact fact_of(const struct model *model, const struct sealed *sealed) {
  const struct person *person = model_get(model, RECORD_PERSON, sealed->owner);
  if (person == NULL || sealed->id == NULL || sealed->field == NULL) return FACT_NONE;
  if (is_named(sealed, person->line, line_field)) return FACT_LINE;
  return is_named(sealed, person->apart, apart_field) ? FACT_APART : FACT_NONE;
}

void vault_open_facts(struct vault *vault, struct model *model, const struct sealed *sealed) {
  char place[PLACE_BYTES], *plain = (char *)vault->padded;
  size_t length = 0;
  enum fact fact = fact_of(model, sealed);
  if (fact == FACT_NONE) return;
  if (place_of(vault, sealed->owner, sealed->field, sealed->id, place)) (void)map_put(vault->facts, place, vault);
  enum err err = open_here(vault, sealed, &length);
  if (err != ERR_NONE) model_set_unreadable(model, sealed->owner);
  else if (fact == FACT_LINE) model_set_line(model, sealed->owner, plain);
  else set_apart(model, sealed->owner, plain);
  sodium_memzero(plain, length);
}

static bool was_met(const struct vault *vault, const char *person, const char *field, const char *reference) {
  char place[PLACE_BYTES];
  if (reference == NULL) return true;
  return place_of(vault, person, field, reference, place) && map_get(vault->facts, place) != NULL;
}

void vault_facts_end(struct vault *vault, struct model *model) {
  assert(vault->magic == MAGIC);
  for (size_t i = 0; i < model_count(model, RECORD_PERSON); i++) {
    const struct person *person = model_at(model, RECORD_PERSON, i);
    bool met = was_met(vault, person->id, line_field, person->line) && was_met(vault, person->id, apart_field, person->apart);
    if (!met) model_set_unreadable(model, person->id);
  }
  (void)map_free(vault->facts, NULL);
  vault->facts = map_new();
}
