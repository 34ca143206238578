/* web.c: puts the parts together, gives lines their numbers, and lets nothing out before it is on the disk. */
#include "adapters/web/web.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "adapters/web/web_apply.h"
#include "adapters/web/web_core.h"
#include "bot/base/clock.h"
#include "bot/base/fault.h"
#include "bot/base/file.h"
#include "bot/base/json.h"
#include "bot/base/log.h"
#include "bot/base/random.h"

enum { SCRATCH_BYTES_MAX = 32 * 1024 * 1024, COMMANDS_BYTES_MAX = 256 * 1024, JOURNAL_ID_BYTES = 4 };

int64_t web_wall_ms(void) {
  return clock_wall_ms();
}

/* ---- lines ---- */

static void prepare(struct web *web, struct web_line *line, struct text *text) {
  line->number = web->next_number++;
  line->at_ms = web_wall_ms();
  line->shown_ms = line->at_ms + web->rooms->clock.offset_ms;
  text_init(text, WEB_LINE_BYTES_MAX);
  web_line_encode(line, text);
  assert(!text->full && "a line is bounded where it is made");
}

void web_write(struct web *web, struct web_line *line, uint64_t tag) {
  CLEANUP(text_done) struct text text;
  prepare(web, line, &text);
  web_journal_add(web->journal, text_str(&text), tag);
}

void web_note(struct web *web, struct web_line *line) {
  CLEANUP(text_done) struct text text;
  prepare(web, line, &text);
  struct arena *scratch = arena_new(SCRATCH_BYTES_MAX); /* the caller's line may live in ours */
  web_apply(web->rooms, web->events, line, scratch);
  arena_free(scratch);
  web_journal_note(web->journal, text_str(&text));
}

static void make_start(struct web_line *line, char ret_id[2 * JOURNAL_ID_BYTES + 1]) {
  uint8_t bytes[JOURNAL_ID_BYTES];
  random_bytes(bytes, sizeof bytes);
  for (size_t i = 0; i < sizeof bytes; i++) (void)snprintf(ret_id + 2 * i, 3, "%02x", bytes[i]);
  *line = (struct web_line){.kind = WEB_LINE_START, .journal = ret_id};
}

void web_restart(struct web *web) {
  char id[2 * JOURNAL_ID_BYTES + 1];
  struct web_line line;
  CLEANUP(text_done) struct text text;
  make_start(&line, id);
  prepare(web, &line, &text);
  web->restarting = true;
  web_upload_reset(web);
  web_journal_restart(web->journal, text_str(&text), 0);
}

bool web_is_resetting(const struct web *web) {
  return web->restarting || web_events_has_reset(web->events);
}

/* ---- what is on the disk takes effect ---- */

static enum err read_line(struct web *web, const char *json, size_t bytes, struct web_line *ret_line) {
  arena_clear(web->scratch);
  return web_line_decode(json, bytes, web->scratch, ret_line);
}

static enum err replay(void *who, const char *json, size_t bytes) {
  struct web *web = who;
  struct web_line line;
  fault_point(FAULT_journal_read);
  enum err err = read_line(web, json, bytes, &line);
  bool first = web->rooms->journal[0] == '\0';
  if (err == ERR_NONE && first != (line.kind == WEB_LINE_START)) err = ERR_BAD_INPUT;
  if (err == ERR_NONE && line.number < web->next_number) err = ERR_BAD_INPUT;
  err_note_clear(); /* the journal says where */
  if (err != ERR_NONE) return err;
  web->next_number = line.number + 1;
  web_apply(web->rooms, web->events, &line, web->scratch);
  return ERR_NONE;
}

/* A new journal is in the old one's place: nothing of before is left but the scheme's time, until the bot says another. */
static void start_over(struct web *web, const struct web_line *line) {
  const struct web_clock *clock = &web->rooms->clock;
  int done;
  if (web_everyone_runs(web->everyone, &done)) web_tell_idle(web);
  web_everyone_stop(web->everyone);
  web_events_clear(web->events);
  web_rooms_clear(web->rooms);
  web_apply(web->rooms, web->events, line, web->scratch);
  web->restarting = false;
  web_upload_sweep(web);
  log_line(LOG_demo, "what=reset");
  if (clock->known)
    web_note(web, &(struct web_line){.kind = WEB_LINE_CLOCK, .now_ms = web_wall_ms() + clock->offset_ms, .next_ms = clock->next_ms, .next = clock->next});
  web_tell_state_all(web);
}

static void tell_page(struct web *web, const struct web_line *line, uint64_t tag) {
  char id[32] = "";
  const struct web_play_person *person = web_play_person(web->play, line->person);
  bool again = person != NULL && web_rooms_seen(web->rooms, person, line->n);
  if (line->kind == WEB_LINE_SAY && !again) (void)snprintf(id, sizeof id, "m%lld", (long long)line->number);
  web_tell_stored(web, tag, line->n, id[0] == '\0' ? NULL : id);
  fault_point(FAULT_stored_told);
}

static void after_apply(struct web *web, const struct web_line *line) {
  switch (line->kind) {
    case WEB_LINE_SAY:
    case WEB_LINE_PRESS:
    case WEB_LINE_FORM: web_everyone_moved(web->everyone, web_play_person(web->play, line->person)); break;
    case WEB_LINE_ACTION: {
      const char *action = NULL;
      struct link_frame frame;
      if (link_frame_decode(line->frame, strlen(line->frame), web->scratch, &frame) == ERR_NONE) action = frame.id;
      if (action != NULL) web_link_answer(web, action);
      if (line->token != NULL) web_upload_written(web, line->token);
      web_everyone_moved(web->everyone, NULL);
      break;
    }
    default: break;
  }
  web_link_pump(web);
}

static void durable(void *who, const char *json, size_t bytes, uint64_t tag) {
  struct web *web = who;
  struct web_line line;
  enum err err = read_line(web, json, bytes, &line);
  assert(err == ERR_NONE && "we wrote it");
  bool over = line.kind == WEB_LINE_START && web->rooms->journal[0] != '\0';
  if (tag != 0) tell_page(web, &line, tag);
  if (over) start_over(web, &line);
  else web_apply(web->rooms, web->events, &line, web->scratch);
  after_apply(web, &line);
}

static void journal_failed(void *who, const char *why) {
  struct web *web = who;
  log_line(LOG_trouble, "note=\"The journal cannot be written (%s): free some disk space, then start again.\"", why);
  web_stop(web, 1);
}

/* ---- the start ---- */

/* [{"name":"pairs","args":"[quiet]","help":"…","who":"manager"}] */
static enum err check_commands(const char *path, const cJSON *list) {
  const cJSON *command;
  if (!cJSON_IsArray(list)) return err_note(ERR_BAD_INPUT, "--commands %s: a list of commands is wanted", path);
  cJSON_ArrayForEach(command, list) {
    if (json_str(command, "name") == NULL) return err_note(ERR_BAD_INPUT, "--commands %s: a command without a name", path);
  }
  return ERR_NONE;
}

static enum err read_commands(struct web *web, const char *path) {
  char *data = NULL;
  size_t bytes = 0;
  CLEANUP(json_freep) cJSON *list = NULL;
  enum err err = path == NULL ? ERR_NONE : file_read(path, COMMANDS_BYTES_MAX, &data, &bytes);
  if (err == ERR_NONE && path != NULL) err = json_parse(data, bytes, COMMANDS_BYTES_MAX, &list);
  free(data);
  if (err == ERR_NONE && path != NULL) err = check_commands(path, list);
  if (err != ERR_NONE) return err;
  web->commands = path == NULL ? strdup("[]") : cJSON_PrintUnformatted(list);
  assert(web->commands != NULL);
  return ERR_NONE;
}

static enum err open_journal(struct web *web, const char *folder) {
  static const struct web_journal_handlers handlers = {.replay = replay, .durable = durable, .failed = journal_failed};
  enum err err = web_journal_open(web->loop, folder, &handlers, web, &web->journal);
  if (err != ERR_NONE || !web_journal_is_new(web->journal)) return err;
  char id[2 * JOURNAL_ID_BYTES + 1];
  struct web_line line;
  make_start(&line, id);
  web_write(web, &line, 0);
  return ERR_NONE;
}

static bool find_sent(void *who, const char *token, struct web_sent *ret_sent) {
  struct web *web = who;
  if (web->stopping) return false;
  ret_sent->fd = web_upload_read(web, token, &ret_sent->name, &ret_sent->type, &ret_sent->bytes);
  return ret_sent->fd >= 0;
}

static enum err open_doors(struct web *web, const struct web_options *options) {
  static const struct web_pages_handlers handlers = {.said = web_hear};
  web->context = link_context_new(web->loop);
  if (web->context == NULL) return ERR_INTERNAL;
  web->pages = web_pages_new(&handlers, web);
  struct web_http_options http = {.context = web->context, .loop = web->loop, .port = options->port, .files = web->files,
                                  .pages = web->pages, .find_sent = find_sent, .who = web};
  enum err err = web_http_new(&http, &web->http);
  return err == ERR_NONE ? web_link_open(web, options->link) : err;
}

enum err web_new(uv_loop_t *loop, const struct web_options *options, struct web **ret_web) {
  struct web *web = calloc(1, sizeof *web);
  assert(web != NULL);
  *web = (struct web){.magic = WEB_MAGIC, .loop = loop, .next_number = 1, .scratch = arena_new(SCRATCH_BYTES_MAX)};
  *ret_web = web;
  enum err err = web_play_read(options->play, &web->play);
  if (err == ERR_NONE) err = read_commands(web, options->commands);
  if (err == ERR_NONE) err = web_files_read(options->pages, &web->files);
  if (err != ERR_NONE) return err;
  web->rooms = web_rooms_new(web->play);
  web->events = web_events_new(web->play);
  web->everyone = web_everyone_new(loop, web->rooms, web->events, &web_hear_everyone, web);
  err = open_journal(web, options->data);
  if (err == ERR_NONE) err = web_upload_open(web, options->data);
  if (err == ERR_NONE) web_upload_sweep(web);
  if (err == ERR_NONE) err = open_doors(web, options);
  if (err != ERR_NONE) return err;
  struct web_watch watch = web_tell_watch;
  watch.who = web;
  web_rooms_watch(web->rooms, &watch);
  return ERR_NONE;
}

int web_port(const struct web *web) {
  return web_http_port(web->http);
}

/* ---- the end ---- */

void web_stop(struct web *web, int exit_code) {
  assert(web->magic == WEB_MAGIC);
  if (web->stopping) return;
  web->stopping = true;
  web->exit_code = exit_code;
  if (web->http != NULL) web_http_close(web->http);
  web->link = link_server_free(web->link);
  web->everyone = web_everyone_free(web->everyone);
  web->upload = web_upload_free(web->upload);
  web->journal = web_journal_free(web->journal);
  if (web->context != NULL) link_context_close(web->context);
}

int web_exit_code(const struct web *web) {
  return web->exit_code;
}

struct web *web_free(struct web *web) {
  if (web == NULL) return NULL;
  assert(web->magic == WEB_MAGIC && web->stopping);
  if (web->context != NULL) link_context_free(web->context);
  web_http_free(web->http);
  web_pages_free(web->pages);
  web_files_free(web->files);
  web_rooms_free(web->rooms);
  web_events_free(web->events);
  web_play_free(web->play);
  arena_free(web->scratch);
  free(web->commands);
  web->magic = 0;
  free(web);
  return NULL;
}
