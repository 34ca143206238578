/* stage.h: a small play in a folder of the test's own, and the platform's state over it, for the tests of the web adapter. */
#ifndef MENTORD_TEST_STAGE_H
#define MENTORD_TEST_STAGE_H

#include <criterion/criterion.h>

#include "adapters/web/web_apply.h"
#include "adapters/web/web_in.h"
#include "adapters/web/web_journal.h"

/* Two workspaces; aisha, ben and jo in web/one, zoe in web/two; rooms hall (all) and cell (aisha, jo). */
extern const char stage_play_text[];

struct stage {
  char folder[64];
  struct web_play *play;
  struct web_rooms *rooms;
  struct web_events *events;
  struct arena *arena;
  int64_t next_number;
};
extern struct stage stage;

void stage_begin(void); /* for TestSuite: everything is set up, the journal's START line applied */
void stage_end(void);
/* A path in the test's own folder; valid until the fourth next call. */
const char *stage_path(const char *name);
void stage_write(const char *path, const char *text);
enum err stage_play(const char *text, struct web_play **ret_play); /* written to a file, read by web_play_read */

const struct web_play_person *stage_person(const char *id);
/* Numbers the line, sends it through its JSON and applies it. Returns its number. */
int64_t stage_apply(struct web_line line);
int64_t stage_say(const char *person, const char *n, const char *room, const char *text);
/* Applies an action written as link JSON without "t", "workspace" and "order"; returns what is remembered of it. */
const struct web_outcome *stage_act(const char *action_json);
/* The same for an upload whose bytes are kept under `token`; NULL: under none. */
const struct web_outcome *stage_upload(const char *token, const char *action_json);
const char *stage_id(char prefix, int64_t number); /* "m12" */

#endif
