/* web.c: fuzzes the demo's platform: what pages say and what the bot asks of it, line by line on one play.
 * An input is lines: a digit says which person's page it came from; a line that begins with '{' is an action of the bot's. */
#include <string.h>

#include "adapters/web/web_answer.h"
#include "adapters/web/web_apply.h"
#include "adapters/web/web_in.h"
#include "tests/fuzz/kit/fuzz.h"

enum { LINES_MAX = 60, SCRATCH_BYTES = 8 << 20 };

static const char play_text[] =
    "zone: Europe/London\n"
    "workspaces: [{ id: web/one, name: One }, { id: web/two, name: Two }]\n"
    "people:\n"
    "  - { id: aisha, workspace: web/one, name: Aisha Khan, about: wants a mentor }\n"
    "  - { id: ben, workspace: web/one, name: Ben Okoro, about: can mentor }\n"
    "  - { id: zoe, workspace: web/two, name: Zoe Lee, about: elsewhere }\n"
    "rooms:\n"
    "  - { id: hall, workspace: web/one, name: '# hall' }\n"
    "checklist:\n"
    "  - { id: join, title: Join, how: Say so, as: aisha, say: I want a mentor, done: { key: intake.enough, person: aisha } }\n"
    "answers:\n"
    "  default: { intake.limits: 1, round.review: Skip }\n"
    "  people: { ben: { start: hello, intake.topics: [confidence, 3] } }\n";

struct platform {
  struct web_rooms *rooms;   /* owned */
  struct web_events *events; /* owned */
  struct arena *scratch;     /* owned: of one line */
  int64_t number;
};

static const struct web_play *the_play(void) {
  static struct web_play *play;
  if (play == NULL && web_play_read(fuzz_file((const uint8_t *)play_text, sizeof play_text - 1), &play) != ERR_NONE)
    FUZZ_MUST(play != NULL, "%s", err_note_text());
  return play;
}

/* An event that the link would not take would wait for ever, with all behind it. */
static void check_event(const struct platform *platform, const struct web_line *line) {
  struct link_frame frame = {.line = LINE_EVENT};
  if (!web_in_event(line, platform->rooms, platform->scratch, &frame.event)) return;
  frame.id = frame.event.id;
  frame.workspace = frame.event.workspace;
  err_note_clear();
  CLEANUP(text_done) struct text text;
  text_init(&text, LINK_FRAME_BYTES_MAX);
  FUZZ_MUST(link_frame_encode(&frame, &text) == ERR_NONE, "%s", err_note_text());
  FUZZ_MUST(!text.full, "an event longer than a line of the link");
}

/* The bot's frames are written anew when they are read, perhaps with other escapes: so the second writing is the one that stays. */
static void check_stays(struct platform *platform, const struct text *second) {
  CLEANUP(text_done) struct text third;
  struct web_line again;
  text_init(&third, WEB_LINE_BYTES_MAX);
  FUZZ_MUST(web_line_decode(second->data, second->length - 1, platform->scratch, &again) == ERR_NONE, "%s: %s", err_note_text(), second->data);
  web_line_encode(&again, &third);
  FUZZ_MUST(strcmp(second->data, third.data) == 0, "%s became %s", second->data, third.data);
}

/* Every line goes through its JSON, as it does at the next start. */
static void apply(struct platform *platform, struct web_line line) {
  CLEANUP(text_done) struct text first, second;
  struct web_line read;
  line.number = ++platform->number;
  line.at_ms = line.shown_ms = INT64_C(1799661600000) + line.number;
  text_init(&first, WEB_LINE_BYTES_MAX);
  text_init(&second, WEB_LINE_BYTES_MAX);
  web_line_encode(&line, &first);
  FUZZ_MUST(!first.full, "a line of more than %d bytes", WEB_LINE_BYTES_MAX);
  err_note_clear();
  FUZZ_MUST(web_line_decode(first.data, first.length - 1, platform->scratch, &read) == ERR_NONE, "%s: %s", err_note_text(), first.data);
  web_line_encode(&read, &second);
  check_stays(platform, &second);
  check_event(platform, &read);
  web_apply(platform->rooms, platform->events, &read, platform->scratch);
}

static void from_page(struct platform *platform, const struct web_play_person *me, struct piece piece) {
  struct web_in in;
  web_in_read(piece.data, piece.bytes, me, platform->rooms, platform->scratch, &in);
  if (in.kind == WEB_IN_REFUSED) FUZZ_MUST(in.say != NULL && in.say[0] != '\0', "refused without a word");
  if (in.kind == WEB_IN_BE) FUZZ_MUST(in.person != NULL, "nobody");
  if (in.kind == WEB_IN_LINE) apply(platform, in.line);
}

/* As the adapter does: only what is a frame of the link reaches the journal. */
static void from_bot(struct platform *platform, struct piece piece) {
  struct link_frame frame;
  err_note_clear();
  struct arena *arena = arena_new(LINK_ARENA_BYTES_MAX);
  bool good = link_frame_decode(piece.data, piece.bytes, arena, &frame) == ERR_NONE && frame.line == LINE_ACTION &&
              frame.action.kind != ACTION_INVALID_;
  CLEANUP(text_done) struct text json;
  text_init(&json, LINK_FRAME_BYTES_MAX);
  good = good && link_frame_encode(&frame, &json) == ERR_NONE;
  (void)arena_free(arena);
  if (!good || json.full) return;
  const char *id = arena_text_n(platform->scratch, json.data, json.length - 1);
  bool has_file = frame.action.kind == ACTION_UPLOAD; /* and its bytes have come */
  apply(platform, (struct web_line){.kind = WEB_LINE_ACTION, .frame = id, .token = has_file ? "0123456789abcdef0123456789abcdef" : NULL});
}

static void answer_all(struct platform *platform) {
  const struct web_play *play = the_play();
  for (size_t i = 0; i < play->person_count; i++) {
    struct web_line line = {0};
    const char *misfit = NULL;
    if (!web_answer_next(platform->rooms, &play->people[i], platform->scratch, &line, &misfit)) continue;
    line.n = arena_format(platform->scratch, "auto-%lld", (long long)platform->number);
    apply(platform, line);
  }
}

static void one_line(struct platform *platform, struct piece piece) {
  const struct web_play *play = the_play();
  if (piece.bytes == 0) return;
  arena_clear(platform->scratch);
  if (piece.data[0] == '{') {
    from_bot(platform, piece);
    return;
  }
  unsigned page = (unsigned char)piece.data[0] - '0';
  if (page == 9) answer_all(platform);
  else from_page(platform, page < play->person_count ? &play->people[page] : NULL, (struct piece){piece.data + 1, piece.bytes - 1});
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes) {
  struct feed feed = {(const char *)data, bytes};
  struct platform platform = {.rooms = web_rooms_new(the_play()), .events = web_events_new(the_play()), .scratch = arena_new(SCRATCH_BYTES)};
  apply(&platform, (struct web_line){.kind = WEB_LINE_START, .journal = "3f9a1c20"});
  for (int i = 0; i < LINES_MAX && feed.left > 0; i++) one_line(&platform, feed_until(&feed, '\n'));
  web_events_freep(&platform.events);
  web_rooms_freep(&platform.rooms);
  (void)arena_free(platform.scratch);
  return 0;
}
