/* link_adapter.c: fuzzes an adapter's end of a link: whatever bots send, several at once, over one server.
 * An input is messages, divided by form feeds; a digit in front says which bot it comes from, and 'x' behind that ends it, politely if more follows. */
#include <string.h>

#include "adapters/kit/link_server.h"
#include "bot/base/random.h"
#include "tests/fuzz/kit/frames.h"
#include "tests/fuzz/kit/fuzz.h"
#include "tests/fuzz/kit/wire.h"

enum { EVENTS_MAX = 20 };

static struct {
  struct link_server *server; /* owned */
  size_t events;
} adapter;

static const struct link_workspace workspaces[] = {{.id = "web/city", .name = "City Police"}, {.id = "web/other", .name = "Other"}};

/* So many as there is credit for, and not one more. */
static void send_events(void) {
  for (size_t i = 0; i < ARRAY_LEN(workspaces); i++) {
    struct link_frame frame = {.line = LINE_EVENT, .id = "e1", .workspace = workspaces[i].id};
    frame.event = (struct event){.kind = EVENT_TEXT, .id = "e1", .workspace = workspaces[i].id, .at_ms = 1, .person = {.id = "aisha"}, .text = "hi"};
    for (int k = 0; k < EVENTS_MAX; k++) {
      int credits = link_server_credits(adapter.server, workspaces[i].id);
      err_note_clear();
      enum err err = link_server_send(adapter.server, &frame);
      FUZZ_MUST((err == ERR_NONE) == (credits > 0), "%s with %d credits: %s", err_name(err), credits, err_note_text());
      if (err != ERR_NONE) break;
      adapter.events++;
    }
  }
}

static void up(void *who, const char *const *ids, size_t count) {
  (void)who;
  for (size_t i = 0; i < count; i++) FUZZ_MUST(strcmp(ids[i], workspaces[0].id) == 0 || strcmp(ids[i], workspaces[1].id) == 0, "%s", ids[i]);
  send_events();
}

static void credit(void *who) {
  (void)who;
  send_events();
}

static void down(void *who) {
  (void)who;
}

static void heard(void *who, const struct link_frame *frame) {
  (void)who;
  FUZZ_MUST(link_line_from_bot(frame->line) && frame->line != LINE_HELLO, "%s", link_line_name(frame->line));
  frames_check(frame);
  if (frame->line != LINE_ACTION && frame->line != LINE_ASK) return;
  struct link_frame done = {.line = LINE_DONE, .id = frame->id, .result = RESULT_SENT, .message = "m1"};
  err_note_clear();
  enum err err = link_server_send(adapter.server, &done);
  FUZZ_MUST(err == ERR_NONE || err == ERR_AGAIN || err == ERR_GONE, "%s: %s", err_name(err), err_note_text());
}

static void settle_all(void) {
  for (int round = 0; round < 2; round++) {
    for (size_t i = 0; i < WIRES_MAX; i++) {
      if (wire_is_open(i)) wire_settle(i);
    }
  }
}

static void message(struct piece piece) {
  size_t which = 0;
  bool named = piece.bytes > 0 && piece.data[0] >= '0' && piece.data[0] < '0' + WIRES_MAX;
  if (named) which = (size_t)(piece.data[0] - '0');
  const char *text = piece.data + (named ? 1 : 0);
  size_t bytes = piece.bytes - (named ? 1 : 0);
  if (!wire_is_open(which)) wire_open(which, wire_door->enter(wire_door_who));
  if (bytes == 1 && text[0] == 'x') wire_gone(which);
  else if (bytes > 1 && text[0] == 'x') wire_peer_closes(which, text + 1, bytes - 1);
  else wire_receive(which, text, bytes);
  settle_all();
}

static void check_sent(void) {
  size_t counts[LINE_MAX_], events = 0;
  for (size_t i = 0; i < WIRES_MAX; i++) {
    frames_check_sent(&wires[i].sent, false, counts);
    events += counts[LINE_EVENT];
  }
  FUZZ_MUST(events <= adapter.events, "%zu events left, %zu were sent", events, adapter.events);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes) {
  static const struct link_server_handlers handlers = {.up = up, .frame = heard, .credit = credit, .down = down};
  const struct link_server_options options = {.address = "unix:/nowhere/link.sock",
                                              .platform = "web",
                                              .workspaces = workspaces,
                                              .workspace_count = ARRAY_LEN(workspaces),
                                              .can = {.buttons = 5, .text_max = 3000},
                                              .demo = true};
  struct feed feed = {(const char *)data, bytes};
  memset(&adapter, 0, sizeof adapter);
  FUZZ_MUST(random_init(), "no randomness");
  FUZZ_MUST(link_server_new(NULL, NULL, &options, &handlers, NULL, &adapter.server) == ERR_NONE, "%s", err_note_text());
  while (feed.left > 0) message(feed_until(&feed, '\f'));
  check_sent();
  (void)link_server_free(adapter.server);
  void (*closed)(void *) = wire_door->closed;
  wire_done();
  closed(wire_door_who);
  return 0;
}
