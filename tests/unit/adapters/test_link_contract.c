/* test_link_contract.c: the contract suite, written in another language from PROTOCOL.md alone, against an adapter of the kit.
 * tidy: mirror — it mirrors tests/contract/link_client.py. */
#include <criterion/criterion.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/unit/adapters/link_world.h"

TestSuite(link_contract, .init = world_begin, .timeout = 120);

enum { THINGS_MAX = 1000, ID_BYTES = 64 };

/* An adapter as small as PROTOCOL.md section 12 shows it. Each SIGUSR1 makes somebody write to the bot. */
static struct {
  struct link_server *server;
  char events[THINGS_MAX][ID_BYTES]; /* in order; "" once acknowledged */
  bool sent[THINGS_MAX];             /* on this connection */
  int event_count;
  char actions[THINGS_MAX][ID_BYTES]; /* done, each once; its place is its message */
  int action_count;
} chat;

static bool send_one(int i) {
  struct link_frame frame = {.line = LINE_EVENT};
  frame.event = (struct event){.kind = EVENT_TEXT, .id = chat.events[i], .workspace = ONE, .at_ms = 1000 + i, .text = "hi"};
  frame.event.person.id = "aisha";
  return link_server_send(chat.server, &frame) == ERR_NONE;
}

static void send_waiting(void) {
  for (int i = 0; i < chat.event_count; i++) {
    if (chat.sent[i] || chat.events[i][0] == '\0') continue;
    if (!send_one(i)) return;
    chat.sent[i] = true;
  }
}

static void on_poke(uv_signal_t *handle, int number) {
  (void)handle, (void)number;
  cr_assert_lt(chat.event_count, THINGS_MAX);
  snprintf(chat.events[chat.event_count], ID_BYTES, "web/one/%d", chat.event_count);
  chat.event_count++;
  send_waiting();
}

static void on_up(void *who, const char *const *workspaces, size_t count) {
  (void)who, (void)workspaces, (void)count;
  memset(chat.sent, 0, sizeof chat.sent);
  send_waiting();
}

static void on_ack(const char *id) {
  for (int i = 0; i < chat.event_count; i++) {
    if (strcmp(chat.events[i], id) == 0) chat.events[i][0] = '\0';
  }
}

static int action_place(const char *id) {
  int place = 0;
  while (place < chat.action_count && strcmp(chat.actions[place], id) != 0) place++;
  return place;
}

static void answer(const char *id, int place) {
  char message[32];
  snprintf(message, sizeof message, "D1/%d", place);
  struct link_frame done = {.line = LINE_DONE, .id = id, .result = RESULT_NOT_FOUND};
  if (place < chat.action_count) {
    done.result = RESULT_SENT;
    done.message = message;
  }
  cr_expect_eq(link_server_send(chat.server, &done), ERR_NONE);
}

static void on_action(const char *id) {
  int place = action_place(id);
  cr_assert_lt(place, THINGS_MAX);
  if (place == chat.action_count) snprintf(chat.actions[chat.action_count++], ID_BYTES, "%s", id);
  answer(id, place);
}

static void on_frame(void *who, const struct link_frame *frame) {
  (void)who;
  if (frame->line == LINE_ACK) on_ack(frame->id);
  if (frame->line == LINE_ACTION) on_action(frame->id);
  if (frame->line == LINE_ASK) answer(frame->id, action_place(frame->id));
}

static void on_credit(void *who) {
  (void)who;
  send_waiting();
}

static void on_down(void *who) {
  (void)who;
}

static void start_chat(const char *address, const char *token_file) {
  static const struct link_workspace workspaces[] = {{.id = ONE, .name = "One"}};
  const struct link_server_options options = {.address = address, .token_file = token_file, .platform = "chat", .workspaces = workspaces,
                                              .workspace_count = 1, .can = {.edit = true, .text_max = 400}};
  const struct link_server_handlers handlers = {.up = on_up, .frame = on_frame, .credit = on_credit, .down = on_down};
  cr_assert_eq(link_server_new(context, &loop, &options, &handlers, &chat, &chat.server), ERR_NONE, "%s", err_note_text());
}

static int64_t python_status = -1;

static void on_exit_of_python(uv_process_t *process, int64_t status, int number) {
  python_status = number == 0 ? status : 1000 + number;
  uv_close((uv_handle_t *)process, NULL);
}

/* Runs the suite and the loop together; returns its exit code. */
static int64_t run_suite(const char *address, const char *token_file) {
  char shell[] = "/bin/sh", flag[] = "-c", command[600];
  char *args[] = {shell, flag, command, NULL};
  snprintf(command, sizeof command,
           "exec /usr/bin/python3 tests/contract/link_client.py --address %s --token-file %s --workspace %s --timeout 10 "
           "suite --person aisha --poke 'kill -USR1 %d'", address, token_file, ONE, (int)getpid());
  uv_stdio_container_t stdio[] = {{.flags = UV_IGNORE}, {.flags = UV_INHERIT_FD, .data.fd = 1}, {.flags = UV_INHERIT_FD, .data.fd = 2}};
  const uv_process_options_t options = {.file = args[0], .args = args, .exit_cb = on_exit_of_python, .stdio_count = 3, .stdio = stdio};
  uv_process_t process;
  uv_signal_t usr1;
  uv_signal_init(&loop, &usr1);
  uv_signal_start(&usr1, on_poke, SIGUSR1);
  int code = uv_spawn(&loop, &process, &options);
  cr_assert_eq(code, 0, "python3: %s", uv_strerror(code));
  uint64_t end = uv_hrtime() + 100 * UINT64_C(1000000000);
  while (python_status < 0 && uv_hrtime() < end) world_turn();
  uv_close((uv_handle_t *)&usr1, NULL);
  world_turn();
  return python_status;
}

Test(link_contract, the_suite_passes_over_a_port_with_a_token) {
  char address[32];
  start_chat("127.0.0.1:0", token_path);
  snprintf(address, sizeof address, "127.0.0.1:%d", link_server_port(chat.server));
  cr_expect_eq(run_suite(address, token_path), 0);
  chat.server = link_server_free(chat.server);
  world_end();
}
