/* redis.c: fuzzes what comes back from the store: arbitrary replies, through hiredis' own reader, to every kind of call.
 * An input is a line of calls (t take, c commit, d drop, r renew, R release, l load, s event ids, g record, n sent name, k keeps,
 * p peek, P push), then the bytes of the server. A byte 0xff in them is the end of the connection. */
#include <hiredis/async.h>
#include <string.h>

#include "bot/base/random.h"
#include "bot/render.h"
#include "state/redis_answer.h"
#include "state/redis_uv.h"
#include "state/store.h"
#include "state/store_redis.h"
#include "tests/fuzz/kit/fuzz.h"
#include "tests/fuzz/kit/scheme.h"

enum { CALLS_MAX = 40, PENDING_MAX = 256, ROUNDS_MAX = 400 };

/* ---- a connection without a socket: what hiredis' asynchronous part and our guest would do ---- */
struct pending {
  redisCallbackFn *reply;
  void *data;
  size_t turns; /* of a commit; 0 for all else */
};

static struct {
  redisAsyncContext *context; /* owned while it is open */
  struct redis_uv_guest guest;
  struct pending pending[PENDING_MAX];
  size_t first, count;
} line;

redisAsyncContext *redisAsyncConnectUnix(const char *path) {
  (void)path;
  FUZZ_MUST(line.context == NULL, "two connections");
  line.context = calloc(1, sizeof *line.context);
  line.context->c.reader = redisReaderCreate();
  line.first = line.count = 0;
  return line.context;
}

enum err redis_uv_attach(redisAsyncContext *redis, uv_loop_t *loop, const struct redis_uv_guest *guest) {
  (void)loop;
  FUZZ_MUST(redis == line.context, "another connection");
  line.guest = *guest;
  return ERR_NONE;
}

/* There is no loop that would sleep: what is to be said is said now. */
void redis_uv_soon(redisAsyncContext *redis) {
  FUZZ_MUST(redis == line.context, "another connection");
  line.guest.speak(line.guest.who);
}

/* ---- a command as Redis reads it: *2\r\n$4\r\nPING\r\n… ---- */
/* The number behind `mark`; the command goes on behind it. */
static size_t head_of(struct feed *command, char mark) {
  char *end;
  struct piece head = feed_until(command, '\n');
  FUZZ_MUST(head.bytes > 2 && head.data[0] == mark && head.data[head.bytes - 1] == '\r', "no head of %c", mark);
  size_t number = strtoul(head.data + 1, &end, 10);
  FUZZ_MUST(end == head.data + head.bytes - 1, "a head with something behind its number");
  return number;
}

static struct piece argument_of(struct feed *command) {
  size_t length = head_of(command, '$');
  struct piece argument = {command->at, length};
  FUZZ_MUST(command->left >= argument.bytes + 2 && memcmp(command->at + argument.bytes, "\r\n", 2) == 0, "an argument of another length");
  command->at += argument.bytes + 2;
  command->left -= argument.bytes + 2;
  return argument;
}

/* FCALL function keys … fence turns; 0 for what commits nothing. */
static size_t turns_of(const char *text, size_t bytes) {
  struct feed command = {text, bytes};
  size_t count = head_of(&command, '*'), place = 3 + KEY_MAX_ + 1, turns = 0;
  bool commit = false;
  for (size_t i = 0; i < count; i++) {
    struct piece argument = argument_of(&command);
    FUZZ_MUST(i > 0 || argument.bytes > 0, "a command without a name");
    if (i == 1) commit = argument.bytes > 14 && (memcmp(argument.data, "mentord_commit", 14) == 0 || memcmp(argument.data, "mentord_erase_", 14) == 0);
    if (i == place && commit) turns = strtoul(argument.data, NULL, 10);
  }
  FUZZ_MUST(count > 0 && command.left == 0, "%zu bytes behind the command", command.left);
  return turns;
}

int redisAsyncFormattedCommand(redisAsyncContext *redis, redisCallbackFn *reply, void *data, const char *command, size_t bytes) {
  FUZZ_MUST(redis == line.context, "another connection");
  FUZZ_MUST(line.count < PENDING_MAX, "more commands on their way than the store allows itself");
  line.pending[(line.first + line.count++) % PENDING_MAX] = (struct pending){reply, data, turns_of(command, bytes)};
  return REDIS_OK;
}

static void end_connection(void) {
  redisAsyncContext *context = line.context;
  struct redis_uv_guest guest = line.guest;
  if (context == NULL) return;
  line.context = NULL;
  while (line.count > 0) {
    struct pending pending = line.pending[line.first];
    line.first = (line.first + 1) % PENDING_MAX;
    line.count--;
    pending.reply(context, NULL, pending.data);
  }
  guest.gone(guest.who, context);
  redisReaderFree(context->c.reader);
  free(context);
  guest.closed(guest.who);
}

void redisAsyncFree(redisAsyncContext *redis) {
  FUZZ_MUST(redis == line.context, "another connection");
  end_connection();
}

/* ---- the calls, and who hears of them ---- */
static struct {
  size_t made, answered;  /* calls, and their answers */
  size_t kept, kept_said; /* commits told to be kept, and those that a reply spoke of */
  int64_t seq;
  struct scheme_world *world; /* owned */
} game;

static void check_result(const struct store_result *result) {
  game.answered++;
  FUZZ_MUST(game.answered <= game.made, "answered twice");
  FUZZ_MUST(result->answer >= 0 && result->answer < STORE_ANSWER_MAX_, "answer %d", (int)result->answer);
  FUZZ_MUST(result->note != NULL && strlen(result->note) < 400, "no note");
}

static void on_done(void *who, const struct store_result *result) {
  (void)who;
  check_result(result);
}

/* Nobody is told that something is kept unless a reply said so. */
static void on_committed(void *who, const struct store_result *result) {
  check_result(result);
  (void)who;
  if (result->answer == STORE_OK) FUZZ_MUST(++game.kept <= game.kept_said, "%zu commits are kept, Redis spoke of %zu", game.kept, game.kept_said);
}

static void on_taken(void *who, const struct store_result *result, const struct store_head *head) {
  (void)who;
  check_result(result);
  if (result->answer == STORE_OK) game.seq = head->seq;
}

static void on_text(void *who, const struct store_result *result, const char *text, size_t bytes) {
  (void)who;
  check_result(result);
  FUZZ_MUST(text == NULL || (result->answer == STORE_OK && text[bytes] == '\0'), "a text with %s", store_answer_name(result->answer));
}

static void on_blobs(void *who, const struct store_result *result, const struct store_blob *blobs, size_t count) {
  (void)who;
  check_result(result);
  for (size_t i = 0; i < count; i++) FUZZ_MUST(blobs[i].data[blobs[i].bytes] == '\0' && blobs[i].key != NULL, "blob %zu", i);
}

static void on_seen(void *who, const uint8_t event_id[STORE_EVENT_ID_BYTES]) {
  unsigned *sum = who;
  for (int i = 0; i < STORE_EVENT_ID_BYTES; i++) *sum += event_id[i];
}

/* A row of the outbox that can be read is a card for somebody. */
static void show(const struct out *out, struct arena *arena) {
  static const struct capabilities can = {.buttons = 3, .select = true, .text_max = 800};
  struct card card;
  render_card(out, txn_new(game.world->model, arena), scheme_words, &can, arena, &card);
  FUZZ_MUST(card.plain != NULL && text_utf8_count(card.plain) <= 800, "%s", card.plain == NULL ? "nothing" : card.plain);
}

static void on_each(void *who, enum record_kind kind, const char *id, const char *json, size_t bytes) {
  (void)who;
  void *record;
  struct arena *arena = arena_new((16 * bytes) + (32 << 20));
  err_note_clear();
  FUZZ_MUST(id != NULL, "a record without an id");
  if (record_decode(kind, json, bytes, arena, &record) == ERR_NONE && kind == RECORD_OUT) show(record, arena);
  (void)arena_free(arena);
}

static void commit(struct store *store, bool drop) {
  static const uint8_t id[STORE_EVENT_ID_BYTES] = "event";
  static const char row[] = "{\"id\":\"p1\",\"line_state\":\"unknown\"}";
  struct store_op op = {
      .op = drop ? STORE_DROP : STORE_PUT, .kind = RECORD_PERSON, .id = "p1", .data = drop ? NULL : row, .bytes = drop ? 0 : sizeof row - 1};
  struct store_commit commit = {.event_id = id, .seq = ++game.seq, .now_ms = SCHEME_NOW_MS, .system_ms = SCHEME_NOW_MS, .ops = &op, .op_count = 1};
  store_commit(store, &commit, on_committed, NULL);
}

static void call(struct store *store, int letter) {
  static unsigned sum;
  static const char entry[] = "{\"id\":\"x1\",\"kind\":\"apply\"}";
  game.made++;
  switch (letter) {
  case 't': store_take(store, "owner", on_taken, NULL); break;
  case 'c': commit(store, false); break;
  case 'd': commit(store, true); break;
  case 'r': store_renew(store, on_done, NULL); break;
  case 'R': store_release(store, on_done, NULL); break;
  case 'l': store_load(store, on_each, on_done, NULL); break;
  case 's': store_load_seen(store, SCHEME_NOW_MS, on_seen, on_done, &sum); break;
  case 'g': store_record_get(store, RECORD_PERSON, "p1", on_text, NULL); break;
  case 'n': store_sent_get(store, "welcome/p1", on_text, NULL); break;
  case 'k': store_keep_get(store, "web/city", "cur", on_blobs, NULL); break;
  case 'p': store_control_peek(store, on_text, NULL); break;
  case 'P': store_control_push(store, entry, sizeof entry - 1, on_done, NULL); break;
  default: game.made--; break;
  }
}

/* ---- the server ---- */
/* How many of the turns of a call a reply says were kept; a reply that says two things at once says nothing. */
static size_t kept_by(const redisReply *reply, size_t turns) {
  bool answer = reply->type == REDIS_REPLY_ARRAY && reply->elements >= 4 && reply->element[0]->type == REDIS_REPLY_STRING &&
                reply->element[2]->type == REDIS_REPLY_INTEGER;
  if (!answer || turns == 0) return 0;
  bool good = strcmp(reply->element[0]->str, "OK") == 0;
  long long written = reply->element[2]->integer;
  if (good) return written == (long long)turns ? turns : 0;
  return written > 0 && written < (long long)turns ? (size_t)written : 0;
}

/* The next whole reply goes to the oldest command. False: nothing more is to be had, or nobody asked. */
static bool one_reply(redisReader *reader) {
  void *reply = NULL;
  if (line.context == NULL || line.count == 0) return false;
  if (redisReaderGetReply(reader, &reply) != REDIS_OK) {
    end_connection(); /* hiredis ends it on a broken reply */
    return false;
  }
  if (reply == NULL) return false;
  struct pending pending = line.pending[line.first];
  line.first = (line.first + 1) % PENDING_MAX;
  line.count--;
  game.kept_said += kept_by(reply, pending.turns);
  pending.reply(line.context, reply, pending.data);
  freeReplyObject(reply);
  return true;
}

static void serve(uv_loop_t *loop, struct feed *feed) {
  redisReader *reader = redisReaderCreate();
  redis_reader_bound(reader);
  for (int round = 0; round < ROUNDS_MAX && feed->left > 0 && line.context != NULL; round++) {
    struct piece piece = feed_until(feed, (char)0xff);
    if (piece.bytes > 0) (void)redisReaderFeed(reader, piece.data, piece.bytes);
    for (int i = 0; i < ROUNDS_MAX && one_reply(reader); i++) (void)uv_run(loop, UV_RUN_NOWAIT);
    if (feed->left > 0) end_connection();
  }
  redisReaderFree(reader);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes) {
  struct feed feed = {(const char *)data, bytes};
  struct piece calls = feed_until(&feed, '\n');
  const struct store_redis_options options = {.socket = "/nowhere", .scheme = "city"};
  uv_loop_t loop;
  game.world = scheme_world_new();
  game.made = game.answered = game.kept = game.kept_said = 0;
  game.seq = 0;
  (void)uv_loop_init(&loop);
  struct store *store = store_redis_new(&loop, &options);
  FUZZ_MUST(store != NULL, "%s", err_note_text());
  for (size_t i = 0; i < calls.bytes && i < CALLS_MAX; i++) call(store, calls.data[i]);
  serve(&loop, &feed);
  end_connection();
  (void)store_free(store);
  FUZZ_MUST(uv_run(&loop, UV_RUN_DEFAULT) == 0 && uv_loop_close(&loop) == 0, "the loop keeps something");
  game.world = scheme_world_free(game.world);
  return 0;
}
