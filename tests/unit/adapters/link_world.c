/* link_world.c: sets a link up, records, and takes it down to the last handle. */
#include "tests/unit/adapters/link_world.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bot/base/random.h"

uv_loop_t loop;
struct lws_context *context;
char folder[64], unix_address[104], unix_path[96], token_path[96];
static uv_timer_t tick;

void write_file(const char *path, const char *content) {
  FILE *file = fopen(path, "w");
  cr_assert_not_null(file);
  cr_assert(fputs(content, file) >= 0 && fclose(file) == 0);
}

static void on_tick(uv_timer_t *timer) {
  (void)timer; /* only wakes the loop */
}

void world_begin(void) {
  snprintf(folder, sizeof folder, "/tmp/link-test-XXXXXX");
  cr_assert_not_null(mkdtemp(folder));
  snprintf(unix_path, sizeof unix_path, "%s/link.sock", folder);
  snprintf(unix_address, sizeof unix_address, "unix:%s", unix_path);
  snprintf(token_path, sizeof token_path, "%s/token", folder);
  write_file(token_path, TOKEN "\n");
  cr_assert(random_init());
  cr_assert_eq(uv_loop_init(&loop), 0);
  uv_timer_init(&loop, &tick);
  uv_timer_start(&tick, on_tick, 10, 10);
  context = link_context_new(&loop);
  cr_assert_not_null(context, "%s", err_note_text());
}

void world_turn(void) {
  uv_run(&loop, UV_RUN_ONCE);
}

void world_end(void) {
  static const char *const files[] = {"link.sock", "link.sock.lock", "token", "other", "two.sock", "two.sock.lock"};
  char path[128];
  link_context_close(context);
  uv_close((uv_handle_t *)&tick, NULL);
  uint64_t end = uv_hrtime() + DEADLINE_MS * UINT64_C(1000000);
  while (uv_run(&loop, UV_RUN_NOWAIT) != 0) cr_assert_lt(uv_hrtime(), end, "the loop does not end");
  link_context_free(context);
  cr_assert_eq(uv_loop_close(&loop), 0, "a handle is left");
  for (size_t i = 0; i < ARRAY_LEN(files); i++) {
    snprintf(path, sizeof path, "%s/%s", folder, files[i]);
    (void)unlink(path);
  }
  cr_expect_eq(rmdir(folder), 0, "%s is not empty", folder);
}

static void record(struct text *seen, const struct link_frame *frame) {
  cr_assert(link_frame_encode(frame, seen) == ERR_NONE && !seen->full);
}

/* ---- the bot ---- */

static const char *bot_fence(void *who, const char *workspace) {
  const struct bot *bot = who;
  return strcmp(workspace, ONE) == 0 ? bot->fence_one : bot->fence_two;
}

static void bot_up(void *who, const struct link_frame *hello) {
  struct bot *bot = who;
  bot->ups++;
  record(&bot->seen, hello);
}

static void bot_frame(void *who, const struct link_frame *frame) {
  struct bot *bot = who;
  bot->frames++;
  record(&bot->seen, frame);
  if (bot->acks && frame->line == LINE_EVENT) cr_expect_eq(send_id(bot, LINE_ACK, frame->id), ERR_NONE);
}

static void bot_down(void *who, int code, const char *note) {
  struct bot *bot = who;
  bot->downs++;
  bot->code = code;
  snprintf(bot->note, sizeof bot->note, "%s", note);
}

static void start_with(struct bot *bot, const char *address, const char *token_file, const char *ca_file, int credits) {
  static const char *const workspaces[] = {ONE, TWO};
  const struct link_client_options options = {
    .name = "test", .address = address, .token_file = token_file, .ca_file = ca_file, .bot = "b1",
    .workspaces = workspaces, .workspace_count = ARRAY_LEN(workspaces), .credits = credits,
  };
  const struct link_client_handlers handlers = {.fence = bot_fence, .up = bot_up, .frame = bot_frame, .down = bot_down};
  text_init(&bot->seen, 64 * 1024 * 1024);
  cr_assert_eq(link_client_new(context, &loop, &options, &handlers, bot, &bot->client), ERR_NONE, "%s", err_note_text());
}

void bot_start_at(struct bot *bot, const char *address, const char *token_file, int credits) {
  start_with(bot, address, token_file, NULL, credits);
}

void bot_start_tls(struct bot *bot, const char *address, const char *token_file, const char *ca_file) {
  start_with(bot, address, token_file, ca_file, 4);
}

void bot_start(struct bot *bot, const char *fence_one, const char *fence_two) {
  bot->fence_one = fence_one;
  bot->fence_two = fence_two;
  bot_start_at(bot, unix_address, NULL, 4);
}

void bot_stop(struct bot *bot) {
  bot->client = link_client_free(bot->client);
  text_done(&bot->seen);
}

bool bot_saw(const struct bot *bot, const char *part) {
  return strstr(text_str(&bot->seen), part) != NULL;
}

enum err send_action(struct bot *bot, const char *workspace, const char *id) {
  const struct card card = {.plain = "x"};
  const struct link_frame frame = {
    .line = LINE_ACTION, .action = {.kind = ACTION_SEND, .id = id, .workspace = workspace, .person = "aisha", .card = &card}};
  return link_client_send(bot->client, &frame);
}

enum err send_id(struct bot *bot, enum link_line line, const char *id) {
  const struct link_frame frame = {.line = line, .id = id};
  return link_client_send(bot->client, &frame);
}

/* ---- the adapter ---- */

static void adapter_up(void *who, const char *const *workspaces, size_t count) {
  struct adapter *adapter = who;
  adapter->ups++;
  for (size_t i = 0; i < count; i++) text_addf(&adapter->seen, "up %s\n", workspaces[i]);
  if (adapter->resends) cr_expect_eq(send_event(adapter, workspaces[0], "e1"), ERR_NONE);
}

static void adapter_frame(void *who, const struct link_frame *frame) {
  struct adapter *adapter = who;
  adapter->frames++;
  record(&adapter->seen, frame);
  if (adapter->answers && frame->line == LINE_ACTION) cr_expect_eq(send_done(adapter, frame->id, RESULT_SENT), ERR_NONE);
}

static void adapter_credit(void *who) {
  struct adapter *adapter = who;
  adapter->credits++;
}

static void adapter_down(void *who) {
  struct adapter *adapter = who;
  adapter->downs++;
}

static enum err try_with(struct adapter *adapter, const char *address, const char *token_file, bool demo, const struct adapter_tls *tls) {
  static const struct link_workspace workspaces[] = {{.id = ONE, .name = "One"}, {.id = TWO, .name = "Two"}};
  const struct link_server_options options = {
    .address = address, .token_file = token_file, .cert_file = tls->cert_file, .key_file = tls->key_file, .platform = "web", .workspaces = workspaces,
    .workspace_count = ARRAY_LEN(workspaces), .can = {.buttons = 5, .text_max = 3000, .edit = true}, .demo = demo,
  };
  const struct link_server_handlers handlers = {.up = adapter_up, .frame = adapter_frame, .credit = adapter_credit, .down = adapter_down};
  err_note_clear();
  if (adapter->seen.bytes_max == 0) text_init(&adapter->seen, 64 * 1024 * 1024);
  return link_server_new(context, &loop, &options, &handlers, adapter, &adapter->server);
}

enum err adapter_try(struct adapter *adapter, const char *address, const char *token_file, bool demo) {
  const struct adapter_tls none = {0};
  return try_with(adapter, address, token_file, demo, &none);
}

enum err adapter_try_tls(struct adapter *adapter, const char *address, const char *token_file, const struct adapter_tls *tls) {
  return try_with(adapter, address, token_file, false, tls);
}

void adapter_start(struct adapter *adapter) {
  cr_assert_eq(adapter_try(adapter, unix_address, NULL, false), ERR_NONE, "%s", err_note_text());
}

void adapter_stop(struct adapter *adapter) {
  adapter->server = link_server_free(adapter->server);
  text_done(&adapter->seen);
}

bool adapter_saw(const struct adapter *adapter, const char *part) {
  return strstr(text_str(&adapter->seen), part) != NULL;
}

enum err send_event(struct adapter *adapter, const char *workspace, const char *id) {
  const struct link_frame frame = {
    .line = LINE_EVENT,
    .event = {.kind = EVENT_TEXT, .id = id, .workspace = workspace, .at_ms = 1, .person = {.id = "aisha"}, .text = "hi"}};
  return link_server_send(adapter->server, &frame);
}

enum err send_done(struct adapter *adapter, const char *id, enum action_result result) {
  const struct link_frame frame = {.line = LINE_DONE, .id = id, .result = result};
  return link_server_send(adapter->server, &frame);
}
