/* talker.c: an adapter at the real link's other end that speaks for whomever its conductor names, and shows what they are told.
 *
 * talker SOCKET WORKSPACE, then one order a line on stdin, parts divided by tabs:
 *   text<tab>PERSON<tab>WORDS        press<tab>PERSON<tab>TOKEN
 * and on stdout, as it happens:
 *   up      acked      card<tab>KIND<tab>PERSON<tab>KEY<tab>MESSAGE<tab>TOKEN=LABEL<tab>…
 * MESSAGE is the id of the message that was sent, or that an edit changes. What was not acknowledged is said again when a bot comes up. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "adapters/kit/link_server.h"

enum { LINE_BYTES_MAX = 512 };

struct talker {
  uv_loop_t loop;
  uv_pipe_t orders;
  struct link_server *server; /* owned */
  const char *workspace;
  char line[LINE_BYTES_MAX], said[LINE_BYTES_MAX], id[40];
  size_t line_bytes;
  long events;
  bool up, waits; /* `said` is not acknowledged */
};

static void say(struct talker *talker) {
  static char copy[LINE_BYTES_MAX];
  (void)snprintf(copy, sizeof copy, "%s", talker->said);
  char *rest = NULL;
  const char *what = strtok_r(copy, "\t", &rest), *person = strtok_r(NULL, "\t", &rest), *words = strtok_r(NULL, "\t", &rest);
  if (words == NULL) exit(2);
  uv_timeval64_t now;
  (void)uv_gettimeofday(&now);
  struct link_frame frame = {.line = LINE_EVENT, .id = talker->id, .workspace = talker->workspace};
  bool text = strcmp(what, "text") == 0;
  frame.event = (struct event){.kind = text ? EVENT_TEXT : EVENT_PRESS, .id = talker->id, .workspace = talker->workspace,
                               .at_ms = (int64_t)now.tv_sec * 1000 + now.tv_usec / 1000};
  if (text) frame.event.text = words;
  else frame.event.button = words;
  frame.event.person.id = frame.event.person.name = person;
  frame.event.room.id = person;
  frame.event.room.kind = ROOM_DIRECT;
  if (link_server_send(talker->server, &frame) != ERR_NONE) exit(3);
}

static void show(const struct action *action, const char *message) {
  (void)printf("card\t%s\t%s\t%s\t%s", action_kind_name(action->kind), action->person == NULL ? "-" : action->person,
               action->card == NULL ? "-" : action->card->key, message);
  for (size_t i = 0; action->card != NULL && i < action->card->choice_count; i++)
    (void)printf("\t%s=%s", action->card->choices[i].token, action->card->choices[i].label);
  (void)printf("\n");
}

static void on_frame(void *who, const struct link_frame *frame) {
  struct talker *talker = who;
  char message[80];
  if (frame->line == LINE_ACK && strcmp(frame->id, talker->id) == 0) {
    talker->waits = false;
    (void)printf("acked\n");
  }
  if (frame->line == LINE_ACTION) {
    (void)snprintf(message, sizeof message, "m%.60s", frame->id);
    show(&frame->action, frame->action.message != NULL ? frame->action.message : message);
    struct link_frame done = {.line = LINE_DONE, .id = frame->id, .result = RESULT_SENT, .message = message};
    if (link_server_send(talker->server, &done) != ERR_NONE) exit(4);
  }
  (void)fflush(stdout);
}

static void on_up(void *who, const char *const *workspaces, size_t count) {
  struct talker *talker = who;
  talker->up = true;
  (void)printf("up\n");
  (void)fflush(stdout);
  if (talker->waits) say(talker);
}

static void on_down(void *who) {
  ((struct talker *)who)->up = false;
}

static void on_credit(void *who) {
  (void)who;
}

static void on_alloc(uv_handle_t *handle, size_t wanted, uv_buf_t *ret_buffer) {
  static char room[LINE_BYTES_MAX];
  *ret_buffer = uv_buf_init(room, sizeof room);
}

static void on_order(uv_stream_t *stream, ssize_t bytes, const uv_buf_t *buffer) {
  struct talker *talker = stream->data;
  if (bytes < 0) exit(0); /* the conductor is done */
  for (ssize_t i = 0; i < bytes; i++) {
    bool ends = buffer->base[i] == '\n' || talker->line_bytes == LINE_BYTES_MAX - 1;
    talker->line[talker->line_bytes++] = ends ? '\0' : buffer->base[i];
    if (!ends) continue;
    talker->line_bytes = 0;
    (void)snprintf(talker->said, sizeof talker->said, "%s", talker->line);
    (void)snprintf(talker->id, sizeof talker->id, "say%ld", ++talker->events);
    talker->waits = true;
    if (talker->up) say(talker);
  }
}

int main(int argc, char **argv) {
  static struct talker talker;
  static const struct link_server_handlers handlers = {.up = on_up, .frame = on_frame, .credit = on_credit, .down = on_down};
  if (argc != 3) return 2;
  talker.workspace = argv[2];
  struct link_workspace workspace = {.id = argv[2], .name = "Desk"};
  struct link_server_options options = {.address = argv[1], .platform = "talker", .workspaces = &workspace, .workspace_count = 1, .demo = true,
                                        .can = {.buttons = 12, .edit = true, .text_max = 4000}};
  (void)signal(SIGPIPE, SIG_IGN);
  if (uv_loop_init(&talker.loop) != 0) return 1;
  struct lws_context *context = link_context_new(&talker.loop);
  if (context == NULL || link_server_new(context, &talker.loop, &options, &handlers, &talker, &talker.server) != ERR_NONE) {
    (void)fprintf(stderr, "talker: %s\n", err_note_text());
    return 1;
  }
  (void)uv_pipe_init(&talker.loop, &talker.orders, 0);
  talker.orders.data = &talker;
  if (uv_pipe_open(&talker.orders, 0) != 0) return 1;
  (void)uv_read_start((uv_stream_t *)&talker.orders, on_alloc, on_order);
  return uv_run(&talker.loop, UV_RUN_DEFAULT);
}
