/* serve_marks.c: which rows nobody has yet, known over the bot's own restart: the store hears of it before such a row is handed over. */
#include "adapters/kit/link_fence.h"
#include "bot/base/fault.h"
#include "bot/edge/blackbox.h"
#include "bot/edge/serve_parts.h"

enum { AWAY_MS = 10 * 60 * 1000 };

/* ---- what the last life stored ---- */
/* A restored copy of the store says what was true of its rows once. We know it for one when it is older than what we kept there, or when
 * we have been away for long; who watched another bot serve it knows that it is not. */
static bool is_of_today(const struct serve *serve) {
  int64_t kept = blackbox_kept(serve->options.blackbox, serve->scheme), seq = serve->head.seq;
  bool ours = !serve->marks.was_away && kept > 0 && seq >= kept;
  return ours || (serve->marks.watched_seq > 0 && seq >= serve->marks.watched_seq);
}

/* Whoever served in between without storing marks, an older release, may have sent any row. */
static bool is_of_the_life_before(const struct serve *serve, const char *fence) {
  struct link_fence theirs;
  return link_fence_parse(fence, &theirs) && theirs.incarnation == serve->head.incarnation && theirs.epoch + 1 == serve->head.epoch;
}

static void marks_found(void *who, const struct store_result *result, const char *text, size_t bytes) {
  struct serve *serve = who;
  const char *fence;
  if (serve->phase != SERVE_LOADING || result->answer != STORE_OK || text == NULL) return;
  enum err err = marks_read(serve->marks.marks, text, bytes, &fence);
  serve->marks.believed = err == ERR_NONE && is_of_the_life_before(serve, fence) && is_of_today(serve);
  err_note_clear(); /* what cannot be read is not believed: ignoring why */
}

void serve_marks_begin(struct serve *serve) {
  struct serve_marks *ours = &serve->marks;
  ours->marks = marks_free(ours->marks);
  ours->marks = marks_new();
  ours->believed = ours->needed = ours->under_way = ours->kept = false;
  store_sent_get(serve->options.store, MARKS_NAME, marks_found, serve);
}

void serve_marks_loaded(struct serve *serve) {
  size_t count = serve->loaded_count;
  if (!serve->marks.believed) marks_doubt(serve->marks.marks, count == 0 ? 0 : marks_number(serve->loaded_rows[count - 1]));
  for (size_t i = 0; i < count; i++) {
    serve->marks.needed |= marks_above(serve->marks.marks, serve->loaded_rows[i]);
    marks_see(serve->marks.marks, serve->loaded_rows[i]);
  }
}

bool serve_was_away(const struct serve *serve) {
  int64_t away_ms = serve_system(serve) - blackbox_last_alive(serve->options.blackbox);
  return away_ms < -AWAY_MS || away_ms > AWAY_MS;
}

/* ---- rows ---- */
bool serve_stands_in_line(const struct serve *serve, const struct out *row, size_t others) {
  if (row->workspace == NULL) return false;
  if (row->not_before_ms > serve_now(serve)) return true;
  return serve->options.ports->can(serve->options.who, row->workspace) == NULL || !outbox_has_room(serve->outbox, row->workspace, others);
}

bool serve_awaits_mark(struct serve *serve, const struct outbox_row *row) {
  if (row->handed || !marks_above(serve->marks.marks, row->out)) return false;
  marks_want(serve->marks.marks, row->out);
  outbox_stop(serve->outbox, row);
  return true;
}

/* ---- to the store ---- */
/* Under our own fence they must stand there, or the next life would not believe in the rows that stand in line now. */
bool serve_marks_due(const struct serve *serve) {
  if (serve->phase == SERVE_STOPPING) return serve->marks.kept || serve->marks.under_way;
  return !serve->marks.under_way && (marks_wanted(serve->marks.marks) || (serve->marks.needed && !serve->marks.kept));
}

/* Whoever gives up the lease raises the fence once more: the next one finds that before its own. */
const char *serve_marks_text(struct serve *serve, struct arena *arena) {
  bool leaves = serve->phase == SERVE_STOPPING;
  struct text text;
  text_init_in(&text, RECORD_JSON_BYTES_MAX, arena);
  marks_print(serve->marks.marks, arena_format(arena, "%lld.%lld", (long long)serve->head.incarnation, (long long)serve->head.epoch + leaves), &text);
  serve->marks.under_way = true;
  return text_str(&text);
}

void serve_marks_kept(struct serve *serve) {
  serve->marks.under_way = false;
  serve->marks.kept = true;
  marks_kept(serve->marks.marks);
  outbox_go_on(serve->outbox);
  fault_point(FAULT_marks_kept);
}
