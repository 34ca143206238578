/* vault.h: seals texts before they reach the store, and opens them again: XChaCha20-Poly1305, padded, bound to their place. */
#ifndef MENTORD_VAULT_H
#define MENTORD_VAULT_H

#include "state/keystore.h"
#include "state/model.h"
#include "state/txn.h"

enum { VAULT_PAD_BYTES = 256, VAULT_TEXT_BYTES_MAX = 16384 };

struct vault; /* a key store and a scheme's name */

struct vault *vault_new(struct keystore *keystore, const char *scheme); /* the key store is borrowed until vault_free */
struct vault *vault_free(struct vault *vault);                          /* takes NULL, returns NULL */

/* Seals every request of the transaction into `sealed` records of the same transaction and wipes the plain texts; what was
 * sealed before is passed over. After an error nothing was sealed: ERR_AGAIN when an owner's key is not there yet, then call
 * keystore_ahead with vault_lacks and try again; ERR_DENIED when their key file does not open, ERR_LIMITED when a text is
 * longer than VAULT_TEXT_BYTES_MAX, ERR_BAD_INPUT when the owner is no person or the field no name: then give the event up. */
enum err vault_seal_txn(struct vault *vault, struct txn *txn) MUST_CHECK;
/* The number of the person for whose key the last ERR_AGAIN waits. */
int64_t vault_lacks(const struct vault *vault);
/* Opens one stored text. The place it is bound to is scheme, owner, field and reference: ERR_DENIED when any differs or
 * the bytes were changed; ERR_GONE when its owner has no key, so that nobody can open it any more. *ret_plain is in
 * locked memory: vault_wipe ends it. */
enum err vault_open(struct vault *vault, const struct sealed *sealed, char **ret_plain) MUST_CHECK;
char *vault_wipe(char *plain); /* takes NULL, returns NULL */

/* While loading: opens person.line and person.apart into the model's locked indexes; one that cannot be opened marks
 * its person unreadable, and the note says why. Call for each sealed record, after model_loaded; one that no person names
 * is passed over. */
void vault_open_facts(struct vault *vault, struct model *model, const struct sealed *sealed);
/* After the last of them: whoever names a text that was not among them, lost or moved to somebody else, is unreadable too. */
void vault_facts_end(struct vault *vault, struct model *model);

#endif
