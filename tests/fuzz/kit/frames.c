/* frames.c: encodes, decodes and compares. */
#include "tests/fuzz/kit/frames.h"

#include <string.h>

#include "tests/fuzz/kit/fuzz.h"

/* Escapes make a line longer than the one that came; such a frame is refused by the pipe, and not looked at here. */
void frames_check(const struct link_frame *frame) {
  CLEANUP(text_done) struct text first, second;
  struct link_frame again;
  bool unknown = (frame->line == LINE_EVENT && frame->event.kind == EVENT_INVALID_) ||
                 (frame->line == LINE_ACTION && frame->action.kind == ACTION_INVALID_);
  bool other = frame->line == LINE_HELLO && frame->version != LINK_VERSION;
  if (unknown || other) return;
  err_note_clear();
  text_init(&first, LINK_FRAME_BYTES_MAX);
  text_init(&second, LINK_FRAME_BYTES_MAX);
  FUZZ_MUST(link_frame_encode(frame, &first) == ERR_NONE, "%s", err_note_text());
  if (first.full) return;
  struct arena *arena = arena_new(LINK_ARENA_BYTES_MAX);
  FUZZ_MUST(link_frame_decode(first.data, first.length - 1, arena, &again) == ERR_NONE, "%s: %s", err_note_text(), first.data);
  FUZZ_MUST(link_frame_encode(&again, &second) == ERR_NONE, "%s", err_note_text());
  FUZZ_MUST(strcmp(first.data, second.data) == 0, "%s became %s", first.data, second.data);
  (void)arena_free(arena);
}

void frames_check_sent(const struct text *sent, bool from_bot, size_t ret_counts[LINE_MAX_]) {
  struct feed feed = {text_str(sent), sent->length};
  struct arena *arena = arena_new(LINK_ARENA_BYTES_MAX);
  memset(ret_counts, 0, LINE_MAX_ * sizeof *ret_counts);
  while (feed.left > 0) {
    struct piece line = feed_until(&feed, '\n');
    struct link_frame frame;
    arena_clear(arena);
    err_note_clear();
    FUZZ_MUST(link_frame_decode(line.data, line.bytes, arena, &frame) == ERR_NONE, "%s: %.*s", err_note_text(), (int)line.bytes, line.data);
    FUZZ_MUST(from_bot ? link_line_from_bot(frame.line) : link_line_from_adapter(frame.line), "sent %s", link_line_name(frame.line));
    ret_counts[frame.line]++;
  }
  (void)arena_free(arena);
}
