/* store_redis_load.c: reading what is many: each hash and set in steps of a few hundred, one step on its way at a time. */
#include <stdlib.h>
#include <string.h>

#include "state/store_redis.h"

enum { STEP_FIRST = 32, STEP_MAX = 500, STEP_SMALL_BYTES = 256 * 1024, STEP_LARGE_BYTES = 1024 * 1024 };
enum { KEEPS_BYTES_MAX = 16 * 1024 * 1024, PATTERN_BYTES_MAX = 2 * STORE_ID_BYTES_MAX + 8 };

enum scan_kind { SCAN_RECORDS, SCAN_SEEN, SCAN_KEEPS };

struct scan {
  enum scan_kind kind;
  char cursor[24]; /* as Redis gave it; "0" at the start of a key */
  size_t step;     /* how many to ask for: grows while replies stay small */
  size_t part;     /* of records: the kind; of event ids: days back */
  int64_t day;
  struct map *met; /* owned: a scan may show a member twice */
  store_each *each;
  store_each_seen *each_seen;
  store_done *done;
  /* of keeps */
  store_blobs *blobs_done;
  char *workspace, *prefix; /* owned */
  struct store_blob *blobs; /* owned, with the texts in them */
  size_t count, capacity, bytes;
};

struct scan *redis_scan_free(struct scan *scan) {
  if (scan == NULL) return NULL;
  for (size_t i = 0; i < scan->count; i++) {
    free((void *)(uintptr_t)scan->blobs[i].key);
    free((void *)(uintptr_t)scan->blobs[i].data);
  }
  map_free(scan->met, NULL);
  free(scan->blobs);
  free(scan->workspace);
  free(scan->prefix);
  free(scan);
  return NULL;
}

void redis_scan_answer(struct request *request) {
  const struct scan *scan = request->scan;
  bool good = request->result.answer == STORE_OK;
  if (scan->kind != SCAN_KEEPS) scan->done(request->who, &request->result);
  else scan->blobs_done(request->who, &request->result, scan->blobs, good ? scan->count : 0);
}

/* ---- what a step brought ---- */

/* True once for each text. Its bytes end with a NUL: hiredis sees to that. */
static bool meet(struct scan *scan, const char *id) {
  if (scan->met == NULL) scan->met = map_new();
  return map_put(scan->met, id, scan) == NULL;
}

static void take_record(struct store_redis *redis, struct request *request, const redisReply *id, const redisReply *json) {
  struct scan *scan = request->scan;
  if (meet(scan, id->str)) scan->each(request->who, (enum record_kind)scan->part, id->str, json->str, json->len);
}

static char *copy_of(const char *data, size_t bytes) {
  char *copy = malloc(bytes + 1);
  assert(copy != NULL);
  memcpy(copy, data, bytes);
  copy[bytes] = '\0';
  return copy;
}

static void blob_add(struct scan *scan, const char *key, int64_t version, const char *data, size_t bytes) {
  if (scan->count == scan->capacity) {
    scan->capacity = scan->capacity == 0 ? 16 : 2 * scan->capacity;
    scan->blobs = realloc(scan->blobs, scan->capacity * sizeof *scan->blobs);
    assert(scan->blobs != NULL);
  }
  scan->blobs[scan->count++] = (struct store_blob){copy_of(key, strlen(key)), version, copy_of(data, bytes), bytes};
  scan->bytes += bytes;
}

/* "workspace\nkey" -> "version:blob" */
static void take_keep(struct store_redis *redis, struct request *request, const redisReply *id, const redisReply *value) {
  struct scan *scan = request->scan;
  size_t length = strlen(scan->workspace);
  if (strncmp(id->str, scan->workspace, length) != 0 || id->str[length] != '\n') return;
  const char *key = id->str + length + 1;
  if (strncmp(key, scan->prefix, strlen(scan->prefix)) != 0 || !meet(scan, id->str)) return;
  char *blob = NULL;
  int64_t version = strtoll(value->str, &blob, 10);
  if (*blob != ':') request_settle(request, STORE_BROKEN, -1, "a keep without a version: somebody else wrote to it");
  else blob_add(scan, key, version, blob + 1, value->len - (size_t)(blob + 1 - value->str));
  if (scan->bytes > KEEPS_BYTES_MAX) request_settle(request, STORE_BROKEN, -1, "more than 16 MiB of keeps under one prefix");
}

static void take_id(struct store_redis *redis, struct request *request, const redisReply *id) {
  if (id->len == STORE_EVENT_ID_BYTES) request->scan->each_seen(request->who, (const uint8_t *)id->str);
}

/* Records may be large: what came last says how many to ask for next. */
static void step_adapt(struct scan *scan, size_t bytes) {
  if (bytes > STEP_LARGE_BYTES && scan->step > 1) scan->step /= 2;
  if (bytes < STEP_SMALL_BYTES && scan->step < STEP_MAX) scan->step = 2 * scan->step < STEP_MAX ? 2 * scan->step : STEP_MAX;
}

static void take_members(struct store_redis *redis, struct request *request, const redisReply *members) {
  struct scan *scan = request->scan;
  size_t step = scan->kind == SCAN_SEEN ? 1 : 2, bytes = 0;
  for (size_t i = 0; i + step <= members->elements && !redis->closing && request->state == REQUEST_SENT; i += step) {
    const redisReply *member = members->element[i], *value = members->element[i + step - 1];
    if (member->type != REDIS_REPLY_STRING || value->type != REDIS_REPLY_STRING) continue;
    bytes += value->len;
    if (scan->kind == SCAN_RECORDS) take_record(redis, request, member, value);
    else if (scan->kind == SCAN_KEEPS) take_keep(redis, request, member, value);
    else take_id(redis, request, member);
  }
  step_adapt(scan, bytes);
}

/* ---- steps ---- */

static size_t parts(const struct scan *scan) {
  switch (scan->kind) {
    case SCAN_RECORDS: return RECORD_KIND_MAX_;
    case SCAN_SEEN: return STORE_SEEN_DAYS;
    case SCAN_KEEPS: return 1;
  }
  return 0;
}

/* { cursor, { member, … } } */
static bool is_step(const redisReply *reply) {
  return reply->type == REDIS_REPLY_ARRAY && reply->elements == 2 && reply->element[0]->type == REDIS_REPLY_STRING &&
         reply->element[0]->len < sizeof((struct scan *)NULL)->cursor && reply->element[1]->type == REDIS_REPLY_ARRAY;
}

/* False when that was the last part. */
static bool next_step(struct scan *scan, const char *cursor) {
  memcpy(scan->cursor, cursor, strlen(cursor) + 1);
  if (strcmp(cursor, "0") != 0) return true;
  scan->met = map_free(scan->met, NULL);
  return ++scan->part < parts(scan);
}

static void on_step(struct store_redis *redis, const struct flight *flight, const redisReply *reply) {
  struct request *request = flight->request;
  const char *note = "Redis answered something else than a step of a scan";
  redis->small_calls--;
  if (!is_step(reply)) {
    enum store_answer answer = reply->type == REDIS_REPLY_ERROR ? redis_error_read(reply, &note) : STORE_BROKEN;
    request_settle(request, answer, -1, note);
    return;
  }
  take_members(redis, request, reply->element[1]);
  if (redis->closing || request->state != REQUEST_SENT) return;
  if (next_step(request->scan, reply->element[0]->str)) (void)redis_scan_step(redis, request);
  else request_settle(request, STORE_OK, -1, NULL);
}

/* "a*" is a pattern to Redis and a text to us. */
static void pattern_add(struct args *args, const struct scan *scan) {
  char pattern[PATTERN_BYTES_MAX];
  size_t length = 0;
  const char *const texts[] = {scan->workspace, "\n", scan->prefix};
  for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
    for (const char *c = texts[i]; *c != '\0' && length + 4 < sizeof pattern; c++) {
      if (strchr("*?[]^-\\", *c) != NULL) pattern[length++] = '\\';
      pattern[length++] = *c;
    }
  }
  pattern[length++] = '*';
  args_add(args, pattern, length);
}

static const char *scan_key(const struct store_redis *redis, const struct scan *scan, char day_key[KEY_BYTES]) {
  if (scan->kind == SCAN_KEEPS) return redis->keys[KEY_KEEP];
  if (scan->kind == SCAN_RECORDS) return redis->keys[KEY_SCHEME + scan->part];
  redis_key_day(redis, scan->day - (int64_t)scan->part, day_key);
  return day_key;
}

bool redis_scan_step(struct store_redis *redis, struct request *request) {
  const struct scan *scan = request->scan;
  char day_key[KEY_BYTES];
  struct args args = {.count = 0};
  args_text(&args, scan->kind == SCAN_SEEN ? "SSCAN" : "HSCAN");
  args_text(&args, scan_key(redis, scan, day_key));
  args_text(&args, scan->cursor);
  args_text(&args, "COUNT");
  args_int(&args, (int64_t)scan->step);
  if (scan->kind == SCAN_KEEPS) args_text(&args, "MATCH");
  if (scan->kind == SCAN_KEEPS) pattern_add(&args, scan);
  request->state = REQUEST_SENT;
  redis->small_calls++;
  const struct args *list = &args;
  bool sent = redis_send(redis, &list, 1, (struct flight){.reply = on_step, .request = request, .count = 1});
  args_done(&args);
  return sent;
}

/* ---- the calls of store.h ---- */

static struct scan *scan_new(struct store *store, enum scan_kind kind, void *who, struct request **ret_request) {
  struct request *request = request_new(redis_of(store), REQUEST_SCAN, who);
  struct scan *scan = calloc(1, sizeof *scan);
  assert(scan != NULL);
  scan->kind = kind;
  scan->cursor[0] = '0';
  scan->step = STEP_FIRST;
  request->scan = scan;
  *ret_request = request;
  return scan;
}

void redis_load(struct store *store, store_each *each, store_done *done, void *who) {
  struct request *request;
  struct scan *scan = scan_new(store, SCAN_RECORDS, who, &request);
  scan->each = each;
  scan->done = done;
  request_enqueue(redis_of(store), request);
}

void redis_load_seen(struct store *store, int64_t system_ms, store_each_seen *each, store_done *done, void *who) {
  struct request *request;
  struct scan *scan = scan_new(store, SCAN_SEEN, who, &request);
  scan->each_seen = each;
  scan->done = done;
  scan->day = store_day(system_ms);
  request_enqueue(redis_of(store), request);
}

void redis_keep_get(struct store *store, const char *workspace, const char *prefix, store_blobs *done, void *who) {
  struct request *request;
  struct scan *scan = scan_new(store, SCAN_KEEPS, who, &request);
  scan->blobs_done = done;
  scan->workspace = copy_of(workspace, strlen(workspace));
  scan->prefix = copy_of(prefix, strlen(prefix));
  request_enqueue(redis_of(store), request);
}
