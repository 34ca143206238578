/* slack_files.c: files on their way: their bytes from the link, the calls of slack_upload.h one after another, no byte longer than needed. */
#include "adapters/slack/slack_files.h"

#include <stdlib.h>
#include <string.h>

#include "adapters/kit/link_pieces.h"
#include "adapters/slack/slack_core.h"

/* A bot that is there answers a piece within a moment. */
enum { MAGIC = 0x46696c65, PIECE_MS = 10000, AGAIN_MS = 5000, WAIT_MS = 60000 };

struct slack_file {
  struct slack_file *before, *behind; /* in the order they came */
  struct slack_files *files;  /* borrowed, as is the team */
  struct slack_team *team;
  struct slack_upload upload;
  struct link_pieces pieces;  /* while it holds one of the places */
  enum slack_method method;   /* what was called last */
  bool hurried;
  int64_t since_ms, due_ms;   /* due: when to look at it next; INT64_MAX: not before something comes */
  struct slack_errand *errand; /* borrowed while it waits for Slack */
  slack_file_done *done;
  void *who;                  /* borrowed from the caller until done or stop */
};

struct slack_files {
  uint32_t magic;
  struct slack *slack;        /* borrowed */
  struct slack_file *first, *last; /* owned */
  size_t held;                /* places taken */
  int64_t began_ms;
  uv_timer_t timer;
};

static void arm(struct slack_files *files);

/* ---- places ---- */

static bool is_held(const struct slack_file *file) {
  return file->pieces.data != NULL;
}

/* Whoever waits longest has it next. */
static void let_go_of_bytes(struct slack_file *file) {
  struct slack_files *files = file->files;
  if (!is_held(file)) return;
  link_pieces_done(&file->pieces);
  files->held--;
  for (struct slack_file *next = files->first; next != NULL; next = next->behind) {
    if (next == file || next->upload.step != SLACK_UPLOAD_FETCH || is_held(next)) continue;
    next->due_ms = 0;
    break;
  }
}

static void file_free(struct slack_file *file) {
  struct slack_files *files = file->files;
  file->errand = slack_errand_stop(file->errand); /* first: it borrows the bytes */
  let_go_of_bytes(file);
  *(file->before == NULL ? &files->first : &file->before->behind) = file->behind;
  *(file->behind == NULL ? &files->last : &file->behind->before) = file->before;
  free(file);
}

/* ---- steps ---- */

static void end_later(struct slack_file *file) {
  slack_upload_end(&file->upload, RESULT_LATER, NULL, AGAIN_MS);
  file->due_ms = 0;
}

static void ask_for_piece(struct slack_file *file) {
  struct link_server *link = file->files->slack->link;
  struct link_frame ask = {.line = LINE_BLOB_GET, .id = file->upload.action->file->blob, .workspace = file->team->config->id, .from = (int64_t)file->pieces.got};
  file->due_ms = slack_now_ms() + PIECE_MS;
  if (link != NULL && link_server_send(link, &ask) == ERR_NONE) return;
  err_note_clear(); /* nobody is there: the bot sends the action again */
  end_later(file);
}

static bool is_too_late(const struct slack_file *file) {
  int64_t until_ms = file->upload.action->until_ms;
  return until_ms != 0 && until_ms < slack_wall_ms();
}

/* It takes a place, or waits for one; whoever holds one and is looked at had no answer in time. */
static void fetch(struct slack_file *file) {
  struct slack_files *files = file->files;
  int64_t patience_ms = file->since_ms + WAIT_MS;
  if (is_held(file) || slack_now_ms() > patience_ms) {
    end_later(file);
  } else if (files->held == SLACK_FILES_HELD_MAX) {
    file->due_ms = patience_ms + 1;
  } else if (is_too_late(file)) {
    slack_upload_end(&file->upload, RESULT_FAILED, "too_late", 0);
  } else {
    files->held++;
    link_pieces_init(&file->pieces, file->upload.action->file->bytes);
    ask_for_piece(file);
  }
}

static void on_answer(void *who, const struct slack_http *http) {
  struct slack_file *file = who;
  file->errand = NULL;
  file->due_ms = slack_now_ms() + slack_upload_answer(&file->upload, http, slack_now_ms());
  enum slack_upload_step step = file->upload.step;
  if (step != SLACK_UPLOAD_PLACE && step != SLACK_UPLOAD_BYTES) let_go_of_bytes(file); /* FETCH: they are fetched anew */
  arm(file->files);
}

static void send_call(struct slack_file *file) {
  struct slack_call call;
  slack_upload_call(&file->upload, &call);
  call.interactive = file->hurried;
  if (call.method == SLACK_FILE_BYTES) call.raw = file->pieces.data, call.raw_bytes = file->pieces.bytes;
  file->method = call.method;
  file->due_ms = INT64_MAX;
  file->errand = slack_errand_add(file->team, &call, on_answer, file);
}

static void finish(struct slack_file *file) {
  slack_file_done *done = file->done;
  void *who = file->who;
  enum slack_method method = file->method;
  struct slack_answer end = file->upload.end;
  file_free(file);
  done(who, method, &end);
}

static void step(struct slack_file *file) {
  if (file->upload.step == SLACK_UPLOAD_FETCH) fetch(file);
  else if (file->upload.step == SLACK_UPLOAD_OVER) finish(file);
  else send_call(file);
}

/* ---- time ---- */

static struct slack_file *soonest(const struct slack_files *files) {
  struct slack_file *found = NULL;
  for (struct slack_file *file = files->first; file != NULL; file = file->behind)
    if (file->due_ms != INT64_MAX && (found == NULL || file->due_ms < found->due_ms)) found = file;
  return found;
}

static void on_timer(uv_timer_t *timer) {
  struct slack_files *files = timer->data;
  struct slack_file *file = soonest(files);
  if (file != NULL && file->due_ms <= slack_now_ms()) step(file); /* one a turn of the loop: others come between */
  arm(files);
}

static void arm(struct slack_files *files) {
  const struct slack_file *file = soonest(files);
  int64_t now_ms = slack_now_ms();
  if (file == NULL) (void)uv_timer_stop(&files->timer);
  else (void)uv_timer_start(&files->timer, on_timer, file->due_ms > now_ms ? (uint64_t)(file->due_ms - now_ms) : 0, 0);
}

/* ---- from outside ---- */

struct slack_file *slack_files_add(struct slack_team *team, const struct action *action, struct arena *arena, bool hurried, slack_file_done *done, void *who) {
  struct slack_files *files = team->slack->files;
  struct slack_file *file = calloc(1, sizeof *file);
  assert(files->magic == MAGIC && file != NULL);
  *file = (struct slack_file){.before = files->last, .files = files, .team = team, .method = SLACK_FILE_PLACE, .hurried = hurried, .since_ms = slack_now_ms(),
                              .done = done, .who = who};
  slack_upload_begin(&file->upload, action, arena);
  *(files->last == NULL ? &files->first : &files->last->behind) = file;
  files->last = file;
  arm(files);
  return file;
}

struct slack_file *slack_file_stop(struct slack_file *file) {
  if (file != NULL) file_free(file);
  return NULL;
}

static struct slack_file *file_that_waits_for(const struct slack_files *files, const struct link_frame *piece) {
  for (struct slack_file *file = files->first; file != NULL; file = file->behind) {
    bool fetches = file->upload.step == SLACK_UPLOAD_FETCH && is_held(file);
    if (fetches && strcmp(file->upload.action->file->blob, piece->id) == 0 && strcmp(file->team->config->id, piece->workspace) == 0) return file;
  }
  return NULL;
}

void slack_files_piece(struct slack_files *files, const struct link_frame *piece) {
  struct slack_file *file = file_that_waits_for(files, piece);
  if (file == NULL) return; /* it came too late */
  enum err err = link_pieces_add(&file->pieces, piece);
  err_note_clear(); /* what is wrong is begun anew, whatever it was */
  if (err == ERR_CONFLICT) return; /* nobody asked for it */
  if (err != ERR_NONE) {
    end_later(file);
  } else if (!link_pieces_whole(&file->pieces)) {
    ask_for_piece(file);
  } else {
    slack_upload_fetched(&file->upload);
    file->due_ms = 0;
  }
  arm(files);
}

void slack_files_unlinked(struct slack_files *files) {
  for (struct slack_file *file = files->first; file != NULL; file = file->behind) {
    if (file->upload.step >= SLACK_UPLOAD_SHARE) continue; /* it needs no bytes any more, and its end is wanted */
    file->errand = slack_errand_stop(file->errand);
    end_later(file);
    let_go_of_bytes(file);
  }
  arm(files);
}

int64_t slack_files_settled_in_ms(const struct slack_files *files) {
  return files->began_ms + SLACK_SHOWN_MS - slack_now_ms();
}

/* ---- life ---- */

struct slack_files *slack_files_new(struct slack *slack) {
  struct slack_files *files = calloc(1, sizeof *files);
  assert(files != NULL);
  *files = (struct slack_files){.magic = MAGIC, .slack = slack, .began_ms = slack_now_ms()};
  (void)uv_timer_init(slack->loop, &files->timer);
  files->timer.data = files;
  return files;
}

static void on_closed(uv_handle_t *handle) {
  struct slack_files *files = handle->data;
  files->magic = 0;
  free(files);
}

struct slack_files *slack_files_free(struct slack_files *files) {
  if (files == NULL) return NULL;
  assert(files->magic == MAGIC);
  while (files->first != NULL) file_free(files->first);
  uv_close((uv_handle_t *)&files->timer, on_closed);
  return NULL;
}
