/* keystore.h: data keys, one a person, wrapped, outside the main store. Behind it: a folder of files; later a small store of its own. */
#ifndef MENTORD_KEYSTORE_H
#define MENTORD_KEYSTORE_H

#include <uv.h>

#include "bot/base/err.h"

enum { KEY_BYTES = 32, KEYS_AHEAD = 512, KEYS_MAX = 4194304 };

struct keystore;

/* The folder (0700) and the wrapping key's file (0400 or 0600, 32 bytes raw or 64 hex digits). With `make_key` a missing
 * wrapping key is drawn and written once; without it ERR_GONE. A folder whose keys were wrapped by another wrapping key:
 * ERR_DENIED, also when that key is missing. ERR_DENIED too when others may read the wrapping key, ERR_BAD_INPUT when it is
 * no key. The note names the file and the way out. */
enum err keystore_open(uv_loop_t *loop, const char *folder, const char *key_file, bool make_key, struct keystore **ret_keystore) MUST_CHECK;

/* Keys for persons p<first> … p<first+KEYS_AHEAD-1> shall exist and be fsynced. File work happens off the loop; `done`
 * is called on it (at once when all are there). Calls may overlap. loop NULL: done before the call returns. A `first` below
 * 1 counts as 1.
 * After an error what could be made is there all the same: ERR_LIMITED when the disk is full or `first` is past KEYS_MAX,
 * ERR_DENIED when the folder cannot be written or holds a file of that name that does not open. `note` ("" when all is well)
 * is borrowed for the call. */
typedef void keystore_done(void *who, enum err err, const char *note);
void keystore_ahead(struct keystore *keystore, int64_t first, keystore_done *done, void *who);
int64_t keystore_number(const char *person); /* "p17" -> 17, for keystore_ahead; 0: no person's id, it can never have a key */
/* True when the person's key is there and fsynced: only then may something be sealed for them. */
bool keystore_has(const struct keystore *keystore, const char *person);
/* Keys that another process made in the same folder since are known from now on. Errors as of the folder's listing. */
enum err keystore_look_again(struct keystore *keystore) MUST_CHECK;
/* The unwrapped key, in locked memory, borrowed until the next call of keystore_key or keystore_free. NULL: never made,
 * destroyed, or its file does not open; the note says which. May read one file. */
const uint8_t *keystore_key(struct keystore *keystore, const char *person);
/* False when the system refused to lock the keys' memory (RLIMIT_MEMLOCK): all works, but they may reach the swap. */
bool keystore_is_locked(const struct keystore *keystore);
/* Wipes. Nothing is called back any more; the last memory goes when the loop has let go of it. Takes NULL, returns NULL. */
struct keystore *keystore_free(struct keystore *keystore);

#endif
