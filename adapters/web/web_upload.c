/* web_upload.c: one file at a time. File on the disk, then its line in the journal, then the message and its `done`: so after any
 * end in between a message has its whole file or is not there. */
#include "adapters/web/web_upload.h"

#include <stdlib.h>
#include <string.h>

#include "adapters/web/web_core.h"
#include "adapters/web/web_fetch.h"
#include "adapters/web/web_kept.h"

enum { PIECE_WAIT_MS = 5000, AGAIN_MS = 1000, FULL_WAIT_MS = 30000 };

struct web_upload {
  struct web *web;          /* borrowed until web_upload_free */
  struct web_fetch *fetch;  /* owned, as is the next */
  struct web_kept *kept;
  uv_timer_t late;          /* a piece that does not come */
  enum { UPLOAD_IDLE, UPLOAD_ASKING, UPLOAD_STORING, UPLOAD_WRITING } state; /* of the first one's file */
  bool unwanted;            /* the demo started over while it was being stored */
  char token[WEB_TOKEN_BYTES]; /* while it is stored and written */
};

static void go_on(struct web_upload *upload);

/* ---- the first one ---- */

static void answer(struct web_upload *upload, struct link_frame done) {
  done.line = LINE_DONE;
  if (upload->web->link != NULL && link_server_send(upload->web->link, &done) != ERR_NONE) err_note_clear(); /* it comes again by itself */
}

static void leave(struct web_upload *upload) {
  uv_timer_stop(&upload->late);
  upload->state = UPLOAD_IDLE;
  upload->unwanted = false;
  web_fetch_next(upload->fetch);
}

static void leave_for_later(struct web_upload *upload, int64_t wait_ms) {
  answer(upload, (struct link_frame){.id = web_fetch_first(upload->fetch)->id, .result = RESULT_LATER, .wait_ms = wait_ms});
  leave(upload);
}

static void on_late(uv_timer_t *timer) {
  struct web_upload *upload = timer->data;
  leave_for_later(upload, AGAIN_MS);
  go_on(upload);
}

static bool ask(struct web_upload *upload) {
  const struct web_fetch_item *item = web_fetch_first(upload->fetch);
  struct link_frame get = {.line = LINE_BLOB_GET, .id = item->id, .workspace = item->workspace, .from = (int64_t)web_fetch_from(upload->fetch)};
  enum err err = upload->web->link == NULL ? ERR_AGAIN : link_server_send(upload->web->link, &get);
  if (err != ERR_NONE) err_note_clear();
  else uv_timer_start(&upload->late, on_late, PIECE_WAIT_MS, 0);
  return err == ERR_NONE;
}

/* True: the first one is on its way, and what is behind it waits. */
static bool begin_first(struct web_upload *upload) {
  const struct web_fetch_item *item = web_fetch_first(upload->fetch);
  if (item->bytes == 0) { /* it only waited for its turn */
    web_write(upload->web, &(struct web_line){.kind = WEB_LINE_ACTION, .frame = item->frame}, 0);
    leave(upload);
    return false;
  }
  upload->state = UPLOAD_ASKING;
  if (!web_kept_has_room(upload->kept, item->bytes)) {
    leave_for_later(upload, FULL_WAIT_MS);
    return false;
  }
  web_fetch_begin(upload->fetch);
  if (ask(upload)) return true;
  leave(upload);
  return false;
}

static void go_on(struct web_upload *upload) {
  while (!upload->web->stopping && upload->state == UPLOAD_IDLE && web_fetch_first(upload->fetch) != NULL)
    if (begin_first(upload)) return;
}

/* ---- from the bot ---- */

static bool has_id(void *who, const struct web_fetch_item *item) {
  return strcmp(item->id, who) == 0;
}

/* What is on its way on the link, and may be dropped; what is being stored is whole already. */
static void drop(struct web_upload *upload, bool (*which)(void *who, const struct web_fetch_item *item), void *who) {
  if (upload->state == UPLOAD_ASKING && which(who, web_fetch_first(upload->fetch))) leave(upload);
  web_fetch_drop(upload->fetch, upload->state == UPLOAD_IDLE, which, who);
  go_on(upload);
}

bool web_upload_holds(const struct web *web, const char *action) {
  return web_fetch_holds(web->upload->fetch, action);
}

bool web_upload_takes(struct web *web, const struct action *action, const char *json) {
  struct web_upload *upload = web->upload;
  if (action->kind != ACTION_UPLOAD && !web_fetch_holds_order(upload->fetch, action->order)) return false;
  struct link_frame refusal = {.id = action->id, .result = RESULT_FAILED, .why = "broken"};
  bool empty = action->kind == ACTION_UPLOAD && action->file->bytes == 0;
  drop(upload, has_id, (void *)(uintptr_t)action->id); /* the same again: begun anew */
  if (web_fetch_is_full(upload->fetch)) refusal = (struct link_frame){.id = action->id, .result = RESULT_LATER, .wait_ms = AGAIN_MS};
  if (empty || web_fetch_is_full(upload->fetch)) {
    answer(upload, refusal);
  } else if (!web_fetch_holds(upload->fetch, action->id)) { /* else it is whole, and its done comes */
    web_fetch_add(upload->fetch, &(struct web_fetch_item){.id = action->id, .workspace = action->workspace, .order = action->order, .frame = json,
                                                          .bytes = action->kind == ACTION_UPLOAD ? action->file->bytes : 0});
    go_on(upload);
  }
  return true;
}

static void on_stored(void *who, bool stored) {
  struct web_upload *upload = who;
  if (upload->unwanted || !stored) {
    web_kept_remove(upload->kept, upload->token);
    if (upload->unwanted) leave(upload);
    else leave_for_later(upload, FULL_WAIT_MS);
    go_on(upload);
    return;
  }
  upload->state = UPLOAD_WRITING;
  web_write(upload->web, &(struct web_line){.kind = WEB_LINE_ACTION, .frame = web_fetch_first(upload->fetch)->frame, .token = upload->token}, 0);
}

static void store(struct web_upload *upload) {
  uv_timer_stop(&upload->late);
  upload->state = UPLOAD_STORING;
  web_kept_token(upload->token);
  web_kept_write(upload->kept, upload->token, web_fetch_bytes(upload->fetch), web_fetch_first(upload->fetch)->bytes, on_stored, upload);
}

void web_upload_piece(struct web *web, const struct link_frame *frame) {
  struct web_upload *upload = web->upload;
  if (upload->state != UPLOAD_ASKING) return;
  enum web_piece piece = web_fetch_take(upload->fetch, frame);
  if (piece == WEB_PIECE_LAST) store(upload);
  if (piece == WEB_PIECE_NONE || (piece == WEB_PIECE_MORE && !ask(upload))) {
    leave_for_later(upload, AGAIN_MS);
    go_on(upload);
  }
}

/* ---- what the journal says ---- */

void web_upload_gone(struct web *web, const char *token) {
  web_kept_remove(web->upload->kept, token);
}

void web_upload_written(struct web *web, const char *token) {
  struct web_upload *upload = web->upload;
  if (web_rooms_with_file(web->rooms, token) == NULL) web_upload_gone(web, token); /* nobody was there to get it */
  if (upload->state != UPLOAD_WRITING || strcmp(upload->token, token) != 0) return;
  leave(upload);
  go_on(upload);
}

static bool is_wanted(void *who, const char *token) {
  struct web *web = who;
  const struct web_upload *upload = web->upload;
  bool in_hand = (upload->state == UPLOAD_STORING || upload->state == UPLOAD_WRITING) && strcmp(upload->token, token) == 0;
  return in_hand || web_rooms_with_file(web->rooms, token) != NULL;
}

void web_upload_sweep(struct web *web) {
  web_kept_sweep(web->upload->kept, is_wanted, web);
}

/* ---- connections, and starting over ---- */

static bool is_any(void *who, const struct web_fetch_item *item) {
  (void)who;
  (void)item;
  return true;
}

static bool is_of(void *who, const struct web_fetch_item *item) {
  return strcmp(item->workspace, who) == 0;
}

void web_upload_up(struct web *web, const char *const *workspaces, size_t count) {
  for (size_t i = 0; i < count; i++) drop(web->upload, is_of, (void *)(uintptr_t)workspaces[i]);
}

/* Whichever of several bots it was: whoever is still there hears of each. */
static bool is_told(void *who, const struct web_fetch_item *item) {
  answer(who, (struct link_frame){.id = item->id, .result = RESULT_LATER, .wait_ms = AGAIN_MS});
  return true;
}

void web_upload_down(struct web *web) {
  drop(web->upload, is_told, web->upload);
}

void web_upload_reset(struct web *web) {
  drop(web->upload, is_any, NULL);
  web->upload->unwanted = web->upload->state == UPLOAD_STORING;
}

/* ---- reading, life ---- */

int web_upload_read(const struct web *web, const char *token, const char **ret_name, const char **ret_type, size_t *ret_bytes) {
  const struct web_message *message = web_rooms_with_file(web->rooms, token);
  int fd = message == NULL ? -1 : web_kept_read(web->upload->kept, token, message->file->bytes);
  if (fd < 0) return -1;
  *ret_name = message->file->name;
  *ret_type = message->file->type;
  *ret_bytes = message->file->bytes;
  return fd;
}

enum err web_upload_open(struct web *web, const char *folder) {
  struct web_upload *upload = calloc(1, sizeof *upload);
  assert(upload != NULL);
  upload->web = web;
  enum err err = web_kept_open(web->loop, folder, &upload->kept);
  if (err != ERR_NONE) {
    free(upload);
    return err;
  }
  upload->fetch = web_fetch_new();
  int failed = uv_timer_init(web->loop, &upload->late);
  assert(!failed);
  upload->late.data = upload;
  web->upload = upload;
  return ERR_NONE;
}

static void on_closed(uv_handle_t *handle) {
  free(handle->data);
}

struct web_upload *web_upload_free(struct web_upload *upload) {
  if (upload == NULL) return NULL;
  upload->fetch = web_fetch_free(upload->fetch);
  upload->kept = web_kept_free(upload->kept);
  uv_close((uv_handle_t *)&upload->late, on_closed);
  return NULL;
}
