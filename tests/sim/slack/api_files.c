/* api_files.c: the three steps of an upload: an address, the raw bytes, the completion; sharing comes later, or never. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bot/base/random.h"
#include "tests/sim/slack/blocks.h"
#include "tests/sim/slack/files.h"
#include "tests/sim/slack/talk.h"

enum { FILE_BYTES_MAX = 12 * 1024 * 1024, ALT_CHARS_MAX = 1000, COMPLETE_MAX = 10 };

/* The reference says alt_txt, the client for JavaScript sends alt_text. */
const char *api_files_get_url(struct call *call) {
  char url[200];
  const char *alt = arg(call, "alt_txt") != NULL ? arg(call, "alt_txt") : arg(call, "alt_text");
  int64_t length = arg_int(call, "length", 0);
  if (length <= 0) return "invalid_arguments";
  if (length > FILE_BYTES_MAX) return "file_upload_size_restricted";
  if (alt != NULL && text_utf8_count(alt) > ALT_CHARS_MAX) return "alt_txt_too_large";
  struct file *file = world_file(&call->sim->world, call->team);
  if (file == NULL) return "storage_limit_reached";
  SLOT_PUT(file->name, arg(call, "filename"));
  SLOT_PUT(file->alt, alt);
  file->wanted_bytes = length;
  file->world_owner = call->sim;
  (void)snprintf(url, sizeof url, "%s/upload/%s/%s", sim_door(call->sim, DOOR_FILES).text, file->id, file->key);
  tree_str(call->answer, "upload_url", url);
  tree_str(call->answer, "file_id", file->id);
  return NULL;
}

/* ---- the bytes ---- */

/* Of a form, the one part that holds the file. */
static void raw_part(const struct http_request *request, const char **ret_data, size_t *ret_bytes) {
  const char *data = text_str(&request->body), *mark = strstr(request->type, "boundary=");
  size_t bytes = request->body.length;
  *ret_data = data;
  *ret_bytes = bytes;
  if (strncmp(request->type, "multipart/", 10) != 0 || mark == NULL) return;
  char boundary[170];
  (void)snprintf(boundary, sizeof boundary, "\r\n--%.*s", (int)strcspn(mark + 9, ";\""), mark + 9);
  const char *start = memmem(data, bytes, "\r\n\r\n", 4);
  const char *end = start == NULL ? NULL : memmem(start + 4, bytes - (size_t)(start + 4 - data), boundary, strlen(boundary));
  if (end == NULL) return;
  *ret_data = start + 4;
  *ret_bytes = (size_t)(end - start - 4);
}

static void mark_of(const char *data, size_t bytes, char ret_mark[17]) {
  uint8_t hash[HASH_BYTES];
  hash_bytes(NULL, data, bytes, hash);
  for (size_t i = 0; i < 8; i++) (void)snprintf(ret_mark + 2 * i, 3, "%02x", hash[i]);
}

void files_serve(struct sim *sim, struct http_request *request, const char *path) {
  char id[ID_SIZE] = "";
  const char *slash = strchr(path, '/'), *data = NULL;
  size_t bytes = 0;
  if (slash != NULL && slash - path < ID_SIZE) (void)snprintf(id, sizeof id, "%.*s", (int)(slash - path), path);
  struct file *file = world_file_id(&sim->world, id);
  int status = file == NULL || strcmp(slash + 1, file->key) != 0 ? 404 : 200;
  if (status == 200) raw_part(request, &data, &bytes);
  if (status == 200 && (int64_t)bytes != file->wanted_bytes) status = 400;
  if (status == 200 && !file->stored) {
    file->bytes = (int64_t)bytes;
    file->stored = true;
    mark_of(data, bytes, file->mark);
  }
  cJSON *line = cJSON_CreateObject();
  tree_str(line, "what", "upload");
  tree_int(line, "at", moment_wall_ms(&sim->moment));
  tree_int(line, "status", status);
  tree_int(line, "bytes", (int64_t)bytes);
  tree_str(line, "file", id);
  record_line(sim->record, line);
  if (status == 200) text_addf(&request->out, "OK - %zu", bytes);
  else text_add(&request->out, status == 404 ? "unknown upload" : "the length is another than was promised");
  http_answer(request, status, "text/plain; charset=utf-8");
}

/* ---- as Slack shows it ---- */

static const char *type_of(const struct file *file) {
  const char *dot = strrchr(file->name, '.');
  return dot == NULL ? "" : dot + 1;
}

static cJSON *file_json(const struct file *file) {
  cJSON *json = cJSON_CreateObject(), *shares, *list;
  const cJSON *share;
  tree_str(json, "id", file->id);
  tree_int(json, "created", file->created_s);
  tree_str(json, "name", file->name);
  tree_str(json, "title", file->title[0] == '\0' ? file->name : file->title);
  tree_str(json, "mimetype", strcmp(type_of(file), "png") == 0 ? "image/png" : "application/octet-stream");
  tree_str(json, "filetype", type_of(file));
  tree_str(json, "user", file->team->bot->id);
  tree_int(json, "size", file->bytes);
  tree_str(json, "alt_txt", file->alt);
  tree_str(json, "sim_mark", file->mark);
  tree_bool(json, "is_public", false);
  shares = tree_object(json, "shares");
  cJSON_ArrayForEach(share, file->shares) {
    const char *kind = json_bool_or(share, "private", true) ? "private" : "public";
    cJSON *of_kind = cJSON_GetObjectItemCaseSensitive(shares, kind);
    if (of_kind == NULL) of_kind = tree_object(shares, kind);
    list = tree_array(of_kind, json_str(share, "channel"));
    tree_str(tree_object(list, NULL), "ts", json_str(share, "ts"));
  }
  return json;
}

static void share_now(void *who) {
  struct file *file = who;
  struct sim *sim = file->world_owner;
  if (file->message == NULL || file->room == NULL) return;
  cJSON *message = file->message;
  file->message = NULL;
  struct message *said = world_say(&sim->world, file->room, NULL, message);
  const cJSON *part;
  cJSON_ArrayForEach(part, json_at(message, "files")) {
    struct file *shared = world_file_id(&sim->world, json_str(part, "id"));
    if (shared == NULL) continue;
    cJSON *share = tree_object(shared->shares, NULL);
    tree_str(share, "channel", file->room->id);
    tree_str(share, "ts", said->ts);
    tree_bool(share, "private", file->room->kind != CHANNEL_PUBLIC);
  }
  talk_notify(sim, file->room, file->team->bot, NULL, json_str_or(message, "text", ""));
  talk_tell_message(sim, file->room, said);
}

void files_go_on(struct sim *sim, struct file *file) {
  file->world_owner = sim;
  if (file->message != NULL) moment_after(&sim->moment, &file->late, 0, share_now, file);
}

/* ---- completion ---- */

static const char *file_of(struct call *call, const cJSON *row, struct file **ret_file) {
  struct file *file = world_file_id(&call->sim->world, json_str(row, "id"));
  if (file == NULL || file->team != call->team) return "file_not_found";
  if (!file->stored) return "file_not_found"; /* the bytes never came */
  if (file->completed) return "file_already_completed";
  *ret_file = file;
  return NULL;
}

static const char *share_room(struct call *call, struct channel **ret_channel) {
  const char *id = arg(call, "channel_id") != NULL ? arg(call, "channel_id") : arg(call, "channels");
  if (id == NULL) return NULL;
  bool may_be_person = arg(call, "channel_id") == NULL;
  if (!may_be_person && world_channel_id(&call->sim->world, id) == NULL) return "channel_not_found";
  return talk_room(call, id, ret_channel);
}

static cJSON *share_message(struct call *call, const cJSON *rows) {
  cJSON *message = cJSON_CreateObject(), *files;
  const cJSON *row;
  tree_str(message, "subtype", "file_share");
  tree_str(message, "user", call->team->bot->id);
  tree_str(message, "bot_id", call->team->bot_id);
  tree_str(message, "text", arg(call, "initial_comment") == NULL ? "" : arg(call, "initial_comment"));
  tree_copy(message, "blocks", arg_json(call, "blocks"));
  tree_str(message, "thread_ts", arg(call, "thread_ts"));
  files = tree_array(message, "files");
  cJSON_ArrayForEach(row, rows) tree_put(files, NULL, file_json(world_file_id(&call->sim->world, json_str(row, "id"))));
  return message;
}

static void share_later(struct call *call, struct file *file, struct channel *channel, const cJSON *rows) {
  if (channel == NULL || sim_set(call->sim, SET_share_missing) != 0) return;
  file->room = channel;
  file->message = share_message(call, rows);
  int64_t delay = sim_set(call->sim, SET_share_delay_ms);
  if (delay == 0) share_now(file);
  else moment_after(&call->sim->moment, &file->late, delay, share_now, file);
}

const char *api_files_complete(struct call *call) {
  const cJSON *rows = arg_json(call, "files"), *row;
  struct channel *channel = NULL;
  struct file *first = NULL;
  if (!cJSON_IsArray(rows) || rows->child == NULL || cJSON_GetArraySize(rows) > COMPLETE_MAX) return "invalid_arguments";
  const char *error = arg_json(call, "blocks") == NULL ? NULL : blocks_check_message(call, arg_json(call, "blocks"));
  if (error == NULL) error = share_room(call, &channel);
  cJSON_ArrayForEach(row, rows) {
    struct file *file = NULL;
    if (error == NULL) error = file_of(call, row, &file);
    if (first == NULL) first = file;
  }
  if (error != NULL) return error;
  cJSON *shown = tree_array(call->answer, "files");
  cJSON_ArrayForEach(row, rows) {
    struct file *file = world_file_id(&call->sim->world, json_str(row, "id"));
    file->completed = true;
    SLOT_PUT(file->title, json_str(row, "title"));
    cJSON *short_form = tree_object(shown, NULL);
    tree_str(short_form, "id", file->id);
    tree_str(short_form, "title", file->title);
  }
  share_later(call, first, channel, rows);
  return NULL;
}

const char *api_files_info(struct call *call) {
  struct file *file = world_file_id(&call->sim->world, arg(call, "file"));
  if (file == NULL || file->team != call->team || !file->completed) return "file_not_found";
  tree_put(call->answer, "file", file_json(file));
  (void)tree_array(call->answer, "comments");
  return NULL;
}
