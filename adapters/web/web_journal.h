/* web_journal.h: an append-only file of lines in a folder of its own: a line is told of only once it is on the disk. */
#ifndef MENTORD_WEB_JOURNAL_H
#define MENTORD_WEB_JOURNAL_H

#include <uv.h>

#include "bot/base/err.h"

struct web_journal;

/* Lines come without their newline, borrowed for the call. All calls come from the loop's thread, in the order of adding. */
struct web_journal_handlers {
  enum err (*replay)(void *who, const char *line, size_t bytes); /* at opening: one line that was there; an error: unreadable */
  void (*durable)(void *who, const char *line, size_t bytes, uint64_t tag); /* this line is on the disk now */
  void (*failed)(void *who, const char *why); /* the disk refused: what waited is not stored and the process must end */
};

enum { WEB_JOURNAL_BYTES_MAX = 64 * 1024 * 1024 };

/* Makes the folder (0700), locks it against a second process, cuts a torn last line (log record `repair`), replays.
 * ERR_CONFLICT when another process has it, ERR_BAD_INPUT (with file and line) when a line before the last is unreadable. */
enum err web_journal_open(uv_loop_t *loop, const char *folder, const struct web_journal_handlers *handlers, void *who,
                          struct web_journal **ret_journal) MUST_CHECK;
bool web_journal_is_new(const struct web_journal *journal); /* nothing was in it */

/* Copies the line (with its newline) and writes it at once; several that come together share one fdatasync. `tag` comes
 * back with it. */
void web_journal_add(struct web_journal *journal, const char *line, uint64_t tag);
/* The same, without haste and without being told: it goes out with the next line, or after a moment. */
void web_journal_note(struct web_journal *journal, const char *line);
/* Calls `then` once all that was added before is on the disk; `arg` is the caller's, and given back if that never comes
 * (`then` is called with lost = true). */
void web_journal_after(struct web_journal *journal, void (*then)(void *who, void *arg, bool lost), void *arg);
/* All that was added before is still written; then a new file, beginning with `line`, takes the old one's place at once.
 * Told like a line that was added. */
void web_journal_restart(struct web_journal *journal, const char *line, uint64_t tag);

/* True when the file is near its maximum or the disk is nearly full: refuse what is new, politely. */
bool web_journal_full(const struct web_journal *journal);

/* Writes what waits and ends; memory goes when the loop has closed its handles. Takes NULL, returns NULL. */
struct web_journal *web_journal_free(struct web_journal *journal);

#endif
