/* web_upload.h: a file's way from the bot to a message: asked for a piece at a time, on the disk, in the journal, shown. */
#ifndef MENTORD_WEB_UPLOAD_H
#define MENTORD_WEB_UPLOAD_H

#include "adapters/kit/link_frame.h"

struct web;
struct web_upload;

/* Opens the folder of files in `folder`. */
enum err web_upload_open(struct web *web, const char *folder) MUST_CHECK;
/* Once the journal was read: what no message shows is removed. */
void web_upload_sweep(struct web *web);

/* Takes the action (and its JSON) when it must wait for bytes, or for one of its order that does. False: it need not wait. */
bool web_upload_takes(struct web *web, const struct action *action, const char *json) MUST_CHECK;
bool web_upload_holds(const struct web *web, const char *action); /* its `done` will come */
void web_upload_piece(struct web *web, const struct link_frame *frame); /* a blob_is */
/* A line of the journal with a file took effect. */
void web_upload_written(struct web *web, const char *token);
void web_upload_gone(struct web *web, const char *token); /* its message was deleted */

/* Another connection serves these workspaces: what was on its way comes again there. */
void web_upload_up(struct web *web, const char *const *workspaces, size_t count);
void web_upload_down(struct web *web); /* a connection has gone: all that is on its way comes again */
void web_upload_reset(struct web *web); /* the demo starts over: nothing of what was on its way is wanted any more */

/* A file to send to a browser: its descriptor, which the caller closes, and what it is; -1: there is none. */
int web_upload_read(const struct web *web, const char *token, const char **ret_name, const char **ret_type, size_t *ret_bytes);
struct web_upload *web_upload_free(struct web_upload *upload); /* memory goes when the loop has closed its handle */

#endif
