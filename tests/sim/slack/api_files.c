/* api_files.c: the three steps of an upload: an address, the raw bytes, the completion; sharing comes later, or never. */
#include <sodium.h>
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

static void store(struct sim *sim, struct file *file, const char *data, size_t bytes) {
  struct world *world = &sim->world;
  file->bytes = (int64_t)bytes;
  file->stored = true;
  mark_of(data, bytes, file->mark);
  if (world->file_bytes + bytes > FILES_BYTES_MAX) return;
  file->data = malloc(bytes);
  assert(file->data != NULL);
  memcpy(file->data, data, bytes);
  world->file_bytes += bytes;
}

/* An address is good for one upload. */
static int take_bytes(struct sim *sim, const struct http_request *request, const char *path, const char **ret_id, size_t *ret_bytes) {
  static char id[ID_SIZE];
  const char *slash = strchr(path, '/'), *data = NULL;
  (void)snprintf(id, sizeof id, "%.*s", slash == NULL ? 0 : (int)(slash - path), path);
  struct file *file = world_file_id(&sim->world, id);
  *ret_id = id;
  *ret_bytes = 0;
  if (file == NULL || strcmp(slash + 1, file->key) != 0 || file->stored) return 404;
  raw_part(request, &data, ret_bytes);
  if ((int64_t)*ret_bytes != file->wanted_bytes) return 400;
  store(sim, file, data, *ret_bytes);
  return 200;
}

static void note_upload(struct sim *sim, const char *id, int status, size_t bytes) {
  cJSON *line = cJSON_CreateObject();
  tree_str(line, "what", "upload");
  tree_int(line, "at", moment_wall_ms(&sim->moment));
  tree_int(line, "status", status);
  tree_int(line, "bytes", (int64_t)bytes);
  tree_str(line, "file", id);
  record_line(sim->record, line);
}

static void answer_late(void *who) {
  struct http_request *request = who;
  http_answer(request, request->status, "text/plain; charset=utf-8");
}

static void answer_upload(struct sim *sim, struct http_request *request, const struct injection *trouble) {
  char seconds[24];
  (void)snprintf(seconds, sizeof seconds, "%lld", (long long)trouble->retry_after);
  if (request->status == 429) http_head(request, "retry-after", seconds);
  switch (trouble->how) {
    case INJECT_TIMEOUT:
    case INJECT_TIMEOUT_AFTER: return;
    case INJECT_DROP: lws_set_timeout(request->wsi, PENDING_TIMEOUT_USER_OK, LWS_TO_KILL_ASYNC); return;
    case INJECT_SLOW: moment_after(&sim->moment, &request->late, trouble->delay_ms, answer_late, request); return;
    default: answer_late(request);
  }
}

/* Trouble waits for it under the name of "upload_url". */
void files_serve(struct sim *sim, struct http_request *request, const char *path) {
  const char *id = "";
  size_t bytes = 0;
  struct injection trouble = inject_take(&sim->inject, "upload_url", "");
  bool never = trouble.how == INJECT_BEFORE || trouble.how == INJECT_TIMEOUT || trouble.how == INJECT_LIMITED || trouble.how == INJECT_ERROR;
  request->status = trouble.how == INJECT_LIMITED ? 429 : trouble.how == INJECT_ERROR ? 404 : 500;
  if (!never) request->status = take_bytes(sim, request, path, &id, &bytes);
  note_upload(sim, id, request->status, bytes);
  if (request->status == 200) text_addf(&request->out, "OK - %zu", bytes);
  else text_add(&request->out, request->status == 400 ? "the length is another than was promised" : "unknown upload");
  if (trouble.how == INJECT_AFTER) request->status = 500;
  answer_upload(sim, request, &trouble);
}

/* {"id":"F1"}: what whoever got it would save. */
const char *files_shown(struct sim *sim, const cJSON *wish, cJSON *answer) {
  const struct file *file = world_file_id(&sim->world, json_str_or(wish, "id", ""));
  if (file == NULL || file->deleted) return "id: no such file";
  if (file->data == NULL) return "its bytes are not held";
  size_t room = sodium_base64_ENCODED_LEN((size_t)file->bytes, sodium_base64_VARIANT_ORIGINAL);
  char *text = malloc(room);
  assert(text != NULL);
  tree_str(answer, "name", file->name);
  tree_str(answer, "title", file->title);
  tree_str(answer, "alt_txt", file->alt);
  tree_str(answer, "data", sodium_bin2base64(text, room, (const unsigned char *)file->data, (size_t)file->bytes, sodium_base64_VARIANT_ORIGINAL));
  free(text);
  return NULL;
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
  cJSON *of_kind_of_room[] = {tree_array(json, "channels"), tree_array(json, "groups"), tree_array(json, "ims")};
  cJSON_ArrayForEach(share, file->shares) {
    const char *kind = json_bool_or(share, "private", true) ? "private" : "public";
    cJSON *of_kind = cJSON_GetObjectItemCaseSensitive(shares, kind);
    if (of_kind == NULL) of_kind = tree_object(shares, kind);
    list = tree_array(of_kind, json_str(share, "channel"));
    tree_str(of_kind_of_room[json_str(share, "channel")[0] == 'D' ? 2 : strcmp(kind, "private") == 0], NULL, json_str(share, "channel"));
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
  const char *error = talk_room(call, id, ret_channel);
  if (error != NULL) return error;
  return list_has(&(*ret_channel)->members, call->team->bot) ? NULL : "not_in_channel"; /* also with chat:write.public */
}

static cJSON *share_message(struct call *call, const cJSON *rows) {
  cJSON *message = cJSON_CreateObject(), *files;
  const cJSON *row;
  tree_str(message, "subtype", "file_share");
  tree_str(message, "user", call->team->bot->id);
  tree_str(message, "bot_id", call->team->bot_id);
  tree_str(message, "text", arg(call, "initial_comment") == NULL ? "" : arg(call, "initial_comment"));
  if (arg(call, "initial_comment") == NULL) tree_copy(message, "blocks", arg_json(call, "blocks")); /* beside a comment they are left out */
  talk_number_blocks(&call->sim->world, cJSON_GetObjectItemCaseSensitive(message, "blocks"));
  tree_str(message, "thread_ts", arg(call, "thread_ts"));
  files = tree_array(message, "files");
  cJSON_ArrayForEach(row, rows) tree_put(files, NULL, file_json(world_file_id(&call->sim->world, json_str(row, "id"))));
  return message;
}

static void share_later(struct call *call, struct file *file, struct channel *channel, const cJSON *rows) {
  int64_t missing = sim_set(call->sim, SET_share_missing);
  if (channel == NULL) return;
  if (missing > 0) {
    call->sim->settings[SET_share_missing] = missing - 1;
    return;
  }
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
  if (file->deleted) return "file_deleted";
  tree_put(call->answer, "file", file_json(file));
  (void)tree_array(call->answer, "comments");
  return NULL;
}

/* A message that it stood in stays, and says so. */
static void bury(const struct file *file, struct channel *channel, const char *ts) {
  struct message *message = world_message(channel, ts);
  cJSON *part, *parts = message == NULL ? NULL : cJSON_GetObjectItemCaseSensitive(message->json, "files");
  cJSON_ArrayForEach(part, parts)
    if (tree_is(part, "id", file->id)) tree_set(part, "mode", cJSON_CreateString("tombstone"));
}

const char *api_files_delete(struct call *call) {
  struct file *file = world_file_id(&call->sim->world, arg(call, "file"));
  const cJSON *share;
  if (file == NULL || file->team != call->team || !file->completed) return "file_not_found";
  if (file->deleted) return "file_deleted";
  file->deleted = true;
  moment_cancel(&call->sim->moment, &file->late);
  cJSON_Delete(file->message);
  file->message = NULL;
  cJSON_ArrayForEach(share, file->shares) bury(file, world_channel_id(&call->sim->world, json_str(share, "channel")), json_str(share, "ts"));
  return NULL;
}
