/* link_bot.c: fuzzes the bot's end of a link: whatever an adapter sends, line by line and piece by piece.
 * An input is messages, divided by form feeds; a vertical tab in one is where a read ended; 'x' is a close. */
#include <string.h>

#include "adapters/kit/link_client.h"
#include "bot/base/random.h"
#include "bot/edge/event_copy.h"
#include "tests/fuzz/kit/frames.h"
#include "tests/fuzz/kit/fuzz.h"
#include "tests/fuzz/kit/wire.h"

enum { EVENT_BYTES = 2 << 20, CREDITS = 4 };

static struct {
  struct link_client *client; /* owned */
  size_t events, downs;
  bool up;
} bot;

static const char *fence(void *who, const char *workspace) {
  (void)who;
  return strcmp(workspace, "web/late") == 0 ? NULL : "3.17";
}

static void up(void *who, const struct link_frame *hello) {
  (void)who;
  bot.up = true;
  FUZZ_MUST(hello->workspace_count > 0, "up for nothing");
  for (size_t i = 0; i < hello->workspace_count; i++) FUZZ_MUST(strcmp(hello->workspaces[i].id, "web/late") != 0, "agreed on what was not asked for");
}

static void down(void *who, int close_code, const char *note) {
  (void)who;
  (void)close_code;
  FUZZ_MUST(note != NULL && text_utf8_valid(note, strlen(note)), "a note that is no text");
  bot.downs++;
}

static void answer(const struct link_frame *frame) {
  static struct link_blob blobs[] = {{.key = "cursor", .version = 7, .blob = "YWJj"}, {.key = "other", .version = 1, .blob = ""}};
  static const char *const conflicts[] = {"cursor"};
  struct link_frame reply = {.line = LINE_MAX_, .id = frame->id};
  if (frame->line == LINE_EVENT) reply.line = LINE_ACK;
  if (frame->line == LINE_DONE) reply.line = LINE_GOT;
  if (frame->line == LINE_KEEP_GET) reply = (struct link_frame){.line = LINE_KEEP_IS, .id = frame->id, .blobs = blobs, .blob_count = 2};
  if (frame->line == LINE_KEEP) reply = (struct link_frame){.line = LINE_KEPT, .id = frame->id, .conflicts = conflicts, .conflict_count = 1};
  if (reply.line == LINE_MAX_) return;
  err_note_clear();
  enum err err = link_client_send(bot.client, &reply);
  FUZZ_MUST(err == ERR_NONE || err == ERR_AGAIN, "%s: %s", link_line_name(reply.line), err_note_text());
}

#ifdef FUZZ_PLANTED
/* A fault of the harness's own, a few lines deep: it shows that a fault would be found. */
static void planted(const struct link_frame *frame) {
  char *room = malloc(4);
  bool deep = frame->line == LINE_DONE && frame->result == RESULT_LATER && frame->wait_ms > 3000;
  room[deep ? 4 : 0] = '!';
  FUZZ_MUST(room[0] == '!' || deep, "planted");
  free(room);
}
#endif

static void heard(void *who, const struct link_frame *frame) {
  (void)who;
  FUZZ_MUST(bot.up && link_line_from_adapter(frame->line), "%s", link_line_name(frame->line));
#ifdef FUZZ_PLANTED
  planted(frame);
#endif
  frames_check(frame);
  if (frame->line == LINE_EVENT) {
    struct arena *arena = arena_new(EVENT_BYTES);
    FUZZ_MUST(event_copy(arena, &frame->event)->kind == frame->event.kind, "another kind");
    (void)arena_free(arena);
    bot.events++;
  }
  answer(frame);
}

static void check_credits(void) {
  size_t counts[LINE_MAX_];
  frames_check_sent(&wires[0].sent, true, counts);
  FUZZ_MUST(bot.events <= CREDITS + (counts[LINE_CREDIT] * CREDITS), "%zu events for %zu credits", bot.events, counts[LINE_CREDIT]);
}

static void converse(struct feed *feed) {
  while (feed->left > 0 && wire_is_open(0)) {
    struct piece message = feed_until(feed, '\f');
    bool close = message.bytes > 0 && message.data[0] == 'x';
    if (close) wire_peer_closes(0, message.data + 1, message.bytes - 1);
    else wire_receive(0, message.data, message.bytes);
  }
  check_credits();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes) {
  static const char *const workspaces[] = {"web/city", "web/other", "web/late"};
  static const struct link_client_handlers handlers = {.fence = fence, .up = up, .frame = heard, .down = down};
  const struct link_client_options options = {.name = "web",
                                              .address = "unix:/nowhere/link.sock",
                                              .bot = "b1",
                                              .workspaces = workspaces,
                                              .workspace_count = ARRAY_LEN(workspaces),
                                              .credits = CREDITS};
  struct feed feed = {(const char *)data, bytes};
  uv_loop_t loop;
  memset(&bot, 0, sizeof bot);
  FUZZ_MUST(random_init() && uv_loop_init(&loop) == 0, "no loop");
  FUZZ_MUST(link_client_new(NULL, &loop, &options, &handlers, NULL, &bot.client) == ERR_NONE, "%s", err_note_text());
  (void)uv_run(&loop, UV_RUN_NOWAIT);
  FUZZ_MUST(wires[0].pipe != NULL, "no attempt");
  wire_open(0, wires[0].pipe);
  wire_settle(0);
  converse(&feed);
  if (bytes % 2 == 0) wire_gone(0);
  bot.client = link_client_free(bot.client);
  wire_done();
  (void)uv_run(&loop, UV_RUN_DEFAULT);
  FUZZ_MUST(uv_loop_close(&loop) == 0, "the loop keeps something");
  return 0;
}
