/* keystore_folder.h: the key store's files: p17.key for each person, `check` for the wrapping key. Only keystore.c uses it. */
#ifndef MENTORD_KEYSTORE_FOLDER_H
#define MENTORD_KEYSTORE_FOLDER_H

#include <stdatomic.h>

#include "state/keystore.h"

struct keystore_folder;

/* As keystore_open says. Waits while another process makes keys in the same folder. */
enum err keystore_folder_open(const char *path, const char *key_file, bool make_key, struct keystore_folder **ret_folder) MUST_CHECK;
/* `each` gets the number of every person whose key file is complete; their names are fsynced when this returns. */
typedef void keystore_folder_each(void *who, int64_t number);
enum err keystore_folder_list(const struct keystore_folder *folder, keystore_folder_each *each, void *who) MUST_CHECK;

/* All below may be called from any thread. */
/* ERR_GONE: no file, or a torn one; ERR_DENIED: it does not open. *ret_key* is to be locked memory. */
enum err keystore_folder_key(const struct keystore_folder *folder, int64_t number, uint8_t ret_key[KEY_BYTES]) MUST_CHECK;

struct keystore_batch {
  int64_t numbers[KEYS_AHEAD];
  size_t count;
  bool there[KEYS_AHEAD]; /* filled: the key of numbers[i] exists, opens, and is fsynced */
};
/* Makes the keys of the batch that are not there; a torn file is replaced, one that does not open is left alone and
 * reported. Whatever the error, `there` is right. Ends early when *stop becomes true. */
enum err keystore_folder_make(const struct keystore_folder *folder, struct keystore_batch *batch, const atomic_bool *stop) MUST_CHECK;

struct keystore_folder *keystore_folder_free(struct keystore_folder *folder); /* wipes; takes NULL, returns NULL */

#endif
