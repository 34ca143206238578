/* slack_files.h: files on their way from the bot to Slack: two at a time are fetched, held and handed on; the rest wait without a byte. */
#ifndef MENTORD_SLACK_FILES_H
#define MENTORD_SLACK_FILES_H

#include "adapters/kit/link_frame.h"
#include "adapters/slack/slack_upload.h"

struct slack; struct slack_team; struct slack_file; struct slack_files;

enum { SLACK_FILES_HELD_MAX = 2 };

/* From the loop; `end` is borrowed for the call, the file is gone with it. `method`: what Slack said it to. */
typedef void slack_file_done(void *who, enum slack_method method, const struct slack_answer *end);

struct slack_files *slack_files_new(struct slack *slack);
/* `action` and `arena` are borrowed until done or stop; `hurried`: somebody waits for it. */
struct slack_file *slack_files_add(struct slack_team *team, const struct action *action, struct arena *arena, bool hurried, slack_file_done *done, void *who);
struct slack_file *slack_file_stop(struct slack_file *file); /* takes NULL, returns NULL */
void slack_files_piece(struct slack_files *files, const struct link_frame *piece); /* a blob_is */
int64_t slack_files_settled_in_ms(const struct slack_files *files); /* how long what an earlier process sent may still be on its way; 0 or less: no more */
/* The link went, or another came: what nobody can see yet is `later`, its bytes are wiped. */
void slack_files_unlinked(struct slack_files *files);
struct slack_files *slack_files_free(struct slack_files *files); /* takes NULL, returns NULL */

#endif
