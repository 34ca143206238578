/* key_lab.h: what the tests of the key store share: a folder that goes with the test, a callback that listens, short ways to ask. */
#ifndef MENTORD_KEY_LAB_H
#define MENTORD_KEY_LAB_H

#include "state/keystore.h"

enum { KEY_FILE_BYTES = 73 };

/* Root ignores modes: both leave root for good. The folder, on memory where there is some, is made and removed. */
void key_lab_begin(void);
void key_lab_end(void);
const char *key_lab_path(const char *name); /* in the folder; good for the next three calls */

struct key_answer { /* what `done` said */
  int calls;
  enum err err;
  char note[500];
  uv_thread_t thread;
};
void key_lab_hear(void *who, enum err err, const char *note); /* who: a struct key_answer */

enum err key_lab_open_as(uv_loop_t *loop, const char *key_file, bool make_key, struct keystore **ret_keystore);
struct keystore *key_lab_open(uv_loop_t *loop);
void key_lab_refused(const char *key_file, bool make_key, enum err wanted, const char *word); /* the note holds `word` */
void key_lab_make(uint8_t ret_key[KEY_BYTES]);                                               /* p1 … p512, closed again; p1's key */

struct key_answer key_lab_ahead(struct keystore *keystore, int64_t first); /* without a loop */
void key_lab_ahead_ok(struct keystore *keystore, int64_t first);
const char *key_lab_person(int number);                                    /* "p17"; good until the next call */
void key_lab_key(struct keystore *keystore, const char *person, uint8_t ret_key[KEY_BYTES]);
void key_lab_no_key(struct keystore *keystore, const char *person, const char *word);
size_t key_lab_file_bytes(const char *name);                               /* SIZE_MAX: no such file */

#endif
