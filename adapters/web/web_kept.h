/* web_kept.h: the bytes of files that the bot sent, in a folder beside the journal. Each is named by its token, never by a name
 * that came from outside. Which of them count says the journal: a file without its line is swept away. */
#ifndef MENTORD_WEB_KEPT_H
#define MENTORD_WEB_KEPT_H

#include <uv.h>

#include "bot/base/err.h"

struct web_kept;

enum { WEB_TOKEN_BYTES = 33, WEB_KEPT_BYTES_MAX = 256 * 1024 * 1024 }; /* 32 hex digits and a NUL; of all files together */

/* Makes the folder `files` (0700) in `folder`. *ret_kept is set only when there is no error. */
enum err web_kept_open(uv_loop_t *loop, const char *folder, struct web_kept **ret_kept) MUST_CHECK;
/* A token that nobody guesses. */
void web_kept_token(char ret_token[WEB_TOKEN_BYTES]);
/* "0a1b…": 32 of the digits that we write ourselves. */
bool web_kept_is_token(const char *token);
/* Room for so many bytes more, on the disk and within the maximum? */
bool web_kept_has_room(const struct web_kept *kept, size_t bytes);
/* Writes the file (0600) on a worker, and calls `then` once it is on the disk for good, or surely not. Takes over `data`. One at
 * a time. `then` is not called any more after web_kept_free. */
void web_kept_write(struct web_kept *kept, const char *token, char *data, size_t bytes, void (*then)(void *who, bool stored), void *who);
/* A descriptor to read it from, which the caller closes; -1: it is not there, or has not so many bytes. */
int web_kept_read(const struct web_kept *kept, const char *token, size_t bytes);
void web_kept_remove(struct web_kept *kept, const char *token);
/* Removes all that `wanted` says no to, and counts what stays. */
void web_kept_sweep(struct web_kept *kept, bool (*wanted)(void *who, const char *token), void *who);
/* Memory goes when the worker is done. Takes NULL, returns NULL. */
struct web_kept *web_kept_free(struct web_kept *kept);

#endif
