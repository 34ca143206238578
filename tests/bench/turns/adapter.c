/* adapter.c: a scripted adapter at the real link's other end: invented people write `help`, and every answer is timed.
 *
 * adapter SOCKET, then one order a line on stdin; each is answered by one line on stdout:
 *   closed PEOPLE TURNS      everybody writes so many times, each as soon as the last was acknowledged and there is credit
 *   open PEOPLE RATE SECONDS so many writings a second, whatever the answers do: a late one is counted from when it was due
 * Answer: turns SECONDS p50_ms p99_ms actions (cards that came until all was acknowledged). */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "adapters/kit/link_server.h"

enum { LINE_BYTES_MAX = 256, DRAIN_S = 60 };

struct bench {
  uv_loop_t loop;
  uv_pipe_t orders;
  uv_timer_t beat;
  struct link_server *server; /* owned */
  char line[LINE_BYTES_MAX];
  size_t line_bytes;
  bool up;
  /* the order under way */
  long people, turns, sent, acked, actions, events; /* events: of all orders, so that no id comes twice */
  double rate;                /* 0: closed */
  uint64_t begin_ns, end_ns;
  uint64_t *due_ns, *took_ns; /* owned; by turn of this order */
};

static bool send_turn(struct bench *bench) {
  char id[40], person[40], name[48];
  (void)snprintf(id, sizeof id, "e%ld", bench->events + bench->sent);
  (void)snprintf(person, sizeof person, "p%ld", bench->sent % bench->people);
  (void)snprintf(name, sizeof name, "Person %ld", bench->sent % bench->people);
  uv_timeval64_t now;
  (void)uv_gettimeofday(&now);
  struct link_frame frame = {.line = LINE_EVENT, .id = id, .workspace = "web/city"};
  frame.event = (struct event){.kind = EVENT_TEXT, .id = id, .workspace = "web/city", .text = "help",
                               .at_ms = (int64_t)now.tv_sec * 1000 + now.tv_usec / 1000};
  frame.event.person.id = person;
  frame.event.person.name = name;
  frame.event.room.id = person;
  frame.event.room.kind = ROOM_DIRECT;
  if (link_server_send(bench->server, &frame) != ERR_NONE) return false; /* no credit: later */
  if (bench->rate == 0) bench->due_ns[bench->sent] = uv_hrtime();
  bench->sent++;
  return true;
}

static bool is_due(const struct bench *bench) {
  return bench->rate == 0 || bench->due_ns[bench->sent] <= uv_hrtime();
}

static void send_due(struct bench *bench) {
  while (bench->up && bench->sent < bench->turns && is_due(bench) && send_turn(bench)) continue;
}

static int by_size(const void *a, const void *b) {
  uint64_t one = *(const uint64_t *)a, two = *(const uint64_t *)b;
  return one < two ? -1 : one > two;
}

static void report(struct bench *bench) {
  size_t count = (size_t)bench->turns;
  qsort(bench->took_ns, count, sizeof *bench->took_ns, by_size);
  (void)printf("%ld %.4f %.3f %.3f %ld\n", bench->turns, (double)(bench->end_ns - bench->begin_ns) / 1e9, (double)bench->took_ns[count / 2] / 1e6,
               (double)bench->took_ns[count * 99 / 100] / 1e6, bench->actions);
  (void)fflush(stdout);
  bench->events += bench->turns;
  bench->turns = bench->sent = bench->acked = 0;
  (void)uv_timer_stop(&bench->beat);
}

/* ---- the link ---- */
static void on_up(void *who, const char *const *workspaces, size_t count) {
  struct bench *bench = who;
  if (bench->sent > bench->acked) exit(3); /* the link broke in the middle: no figure */
  bench->up = true;
  (void)printf("up\n");
  (void)fflush(stdout);
}

static void on_ack(struct bench *bench, const char *id) {
  long turn = strtol(id + 1, NULL, 10) - bench->events;
  if (turn < 0 || turn >= bench->turns || bench->took_ns[turn] != 0) return;
  bench->took_ns[turn] = uv_hrtime() - bench->due_ns[turn];
  bench->acked++;
  send_due(bench);
  if (bench->acked < bench->turns) return;
  bench->end_ns = uv_hrtime();
  report(bench);
}

static void on_frame(void *who, const struct link_frame *frame) {
  struct bench *bench = who;
  char message[80];
  if (frame->line == LINE_ACK) on_ack(bench, frame->id);
  if (frame->line != LINE_ACTION) return;
  (void)snprintf(message, sizeof message, "m%.60s", frame->id);
  struct link_frame done = {.line = LINE_DONE, .id = frame->id, .result = RESULT_SENT, .message = message};
  bench->actions++;
  if (link_server_send(bench->server, &done) != ERR_NONE) exit(4);
}

static void on_credit(void *who) {
  send_due(who);
}

static void on_down(void *who) {
  ((struct bench *)who)->up = false;
}

static void on_beat(uv_timer_t *timer) {
  struct bench *bench = timer->data;
  if (uv_hrtime() > bench->begin_ns + DRAIN_S * 1000000000ull) exit(5);
  send_due(bench);
}

/* ---- orders ---- */
static void obey(struct bench *bench, const char *line) {
  long each = 0;
  double seconds = 0;
  bench->rate = 0;
  if (sscanf(line, "closed %ld %ld", &bench->people, &each) == 2) bench->turns = bench->people * each;
  else if (sscanf(line, "open %ld %lf %lf", &bench->people, &bench->rate, &seconds) == 3) bench->turns = (long)(bench->rate * seconds);
  else exit(2);
  if (bench->people < 1 || bench->turns < 1) exit(2);
  free(bench->due_ns);
  free(bench->took_ns);
  bench->due_ns = calloc((size_t)bench->turns, sizeof *bench->due_ns);
  bench->took_ns = calloc((size_t)bench->turns, sizeof *bench->took_ns);
  bench->actions = 0;
  bench->begin_ns = uv_hrtime();
  for (long i = 0; bench->rate > 0 && i < bench->turns; i++) bench->due_ns[i] = bench->begin_ns + (uint64_t)((double)i / bench->rate * 1e9);
  (void)uv_timer_start(&bench->beat, on_beat, 0, 1);
}

static void on_alloc(uv_handle_t *handle, size_t wanted, uv_buf_t *ret_buffer) {
  static char room[LINE_BYTES_MAX];
  *ret_buffer = uv_buf_init(room, sizeof room);
}

static void on_order(uv_stream_t *stream, ssize_t bytes, const uv_buf_t *buffer) {
  struct bench *bench = stream->data;
  if (bytes < 0) exit(0); /* the conductor is done */
  for (ssize_t i = 0; i < bytes; i++) {
    bool ends = buffer->base[i] == '\n' || bench->line_bytes == LINE_BYTES_MAX - 1;
    bench->line[bench->line_bytes++] = ends ? '\0' : buffer->base[i];
    if (!ends) continue;
    bench->line_bytes = 0;
    obey(bench, bench->line);
  }
}

int main(int argc, char **argv) {
  static struct bench bench;
  static const struct link_server_handlers handlers = {.up = on_up, .frame = on_frame, .credit = on_credit, .down = on_down};
  struct link_workspace workspace = {.id = "web/city", .name = "City"};
  struct link_server_options options = {.address = argc > 1 ? argv[1] : "", .platform = "bench", .workspaces = &workspace, .workspace_count = 1,
                                        .demo = true, .can = {.buttons = 5, .edit = true, .text_max = 4000}};
  (void)signal(SIGPIPE, SIG_IGN);
  if (uv_loop_init(&bench.loop) != 0) return 1;
  struct lws_context *context = link_context_new(&bench.loop);
  if (context == NULL || link_server_new(context, &bench.loop, &options, &handlers, &bench, &bench.server) != ERR_NONE) {
    (void)fprintf(stderr, "adapter: %s\n", err_note_text());
    return 1;
  }
  (void)uv_timer_init(&bench.loop, &bench.beat);
  (void)uv_pipe_init(&bench.loop, &bench.orders, 0);
  bench.beat.data = bench.orders.data = &bench;
  if (uv_pipe_open(&bench.orders, 0) != 0) return 1;
  (void)uv_read_start((uv_stream_t *)&bench.orders, on_alloc, on_order);
  return uv_run(&bench.loop, UV_RUN_DEFAULT);
}
