/* telling.c: a message to many as one record: written to so many people a turn, in order of id, while few rows wait to be sent.
 * Who is outside their working hours is passed over, so that no row waits for a morning in the way of others; when the first of
 * them can be written to, it goes through everybody again. */
#include <stdlib.h>
#include <string.h>

#include "bot/cards.h"
#include "bot/jobs/job_parts.h"
#include "bot/schedule.h"

/* People looked at in a turn; how soon it is tried again while many rows wait. */
enum { SCAN_MAX = 2000, AGAIN_MS = 250, USEFUL_DAYS = 7 };
/* How soon it is looked whether the last letters have left: while they leave, and while they do not. */
enum { LEAVE_MS = 1000, STUCK_MS = 5000 };

/* ---- for whom it is ---- */
static bool takes_part(const struct enrolment *enrolment, enum audience audience) {
  bool in = enrolment->state == ENROLMENT_APPLIED || enrolment->state == ENROLMENT_ACCEPTED || enrolment->state == ENROLMENT_WAITLISTED;
  if (audience == AUDIENCE_MENTEES) return in && enrolment->role == ROLE_MENTEE;
  if (audience == AUDIENCE_MENTORS) return in && enrolment->role == ROLE_MENTOR;
  return in;
}

static bool is_meant(struct turn *turn, const struct announcement *announcement, const struct person *person) {
  if (person->gone_ms != 0 || person->accounts.count == 0) return false;
  if (announcement->audience == AUDIENCE_PEOPLE) return true;
  struct strs enrolments = turn_enrolments(turn, person->id, announcement->programme);
  for (size_t i = 0; i < enrolments.count; i++) {
    if (takes_part(txn_get(turn->txn, RECORD_ENROLMENT, enrolments.items[i]), announcement->audience)) return true;
  }
  return false;
}

size_t telling_count(struct turn *turn, const struct announcement *announcement) {
  const struct model *model = txn_model(turn->txn);
  size_t count = 0;
  for (size_t i = 0; i < model_count(model, RECORD_PERSON); i++) count += is_meant(turn, announcement, model_at(model, RECORD_PERSON, i));
  return count;
}

/* ---- the letter ---- */
void telling_letter(struct turn *turn, const struct announcement *announcement, struct param ret_params[TELLING_PARAMS]) {
  static const char *const whom[AUDIENCE_MAX_] = {[AUDIENCE_MENTEES] = W("word.tell.mentees"),
                                                  [AUDIENCE_MENTORS] = W("word.tell.mentors"),
                                                  [AUDIENCE_EVERYONE] = W("word.tell.everyone"),
                                                  [AUDIENCE_PEOPLE] = W("word.tell.people")};
  param_person(&ret_params[0], turn, "from", announcement->by);
  param_words(&ret_params[1], turn, "whom", strs_plus(turn->arena, (struct strs){0}, whom[announcement->audience]));
  param_text(&ret_params[2], turn, "text", announcement->text);
}

/* A letter counts as a reminder: nobody hears from us unasked more than twice a week. */
static bool has_had_enough(const struct person *person, int64_t now_ms) {
  return person->nudged_before_ms != 0 && now_ms - person->nudged_before_ms < INT64_C(7) * SCHEDULE_DAY_MS;
}

static void write_to(struct turn *turn, struct announcement *announcement, const char *id) {
  struct person *person = turn_edit_person(turn, id);
  person->nudged_before_ms = person->nudged_ms;
  person->nudged_ms = turn->now_ms;
  person->letter = announcement->id;
  struct param params[TELLING_PARAMS] = {0};
  struct out *out = card_to(turn, id, W("tell.letter"));
  telling_letter(turn, announcement, params);
  for (size_t i = 0; i < TELLING_PARAMS; i++) *WITH(turn, out) = params[i];
  out->about = announcement->id;
  out->until_ms = turn->now_ms + (int64_t)USEFUL_DAYS * SCHEDULE_DAY_MS;
  announcement->told++;
  announcement->queued++;
}

/* ---- a turn of it ---- */
static int64_t number_of(const char *id) {
  return strtoll(id + 1, NULL, 10);
}

/* Position of the first person behind the cursor. */
static size_t behind(const struct model *model, int64_t cursor) {
  size_t low = 0, high = model_count(model, RECORD_PERSON);
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    if (number_of(record_id(RECORD_PERSON, model_at(model, RECORD_PERSON, middle))) <= cursor) low = middle + 1;
    else high = middle;
  }
  return low;
}

static void begin_again(struct announcement *announcement) {
  announcement->cursor = announcement->left_out = announcement->waiting = announcement->again_ms = 0;
}

static bool has_it(const struct announcement *announcement, const struct person *person) {
  return person->letter != NULL && strcmp(person->letter, announcement->id) == 0;
}

/* When people of this zone may be written to. */
static int64_t polite_in(struct turn *turn, struct map *zones, const char *zone) {
  const char *name = zone == NULL ? "" : zone;
  const int64_t *known = map_get(zones, name);
  if (known != NULL) return *known;
  struct person somebody = {.zone = zone};
  int64_t *polite = arena_alloc(turn->arena, sizeof *polite);
  *polite = schedule_polite(turn_scheme(turn), schedule_zone(turn_scheme(turn), &somebody), turn->now_ms);
  (void)map_put(zones, name, polite);
  return *polite;
}

enum telling_look telling_look(struct turn *turn, const struct announcement *announcement, const struct person *person, struct map *zones,
                               int64_t *ret_polite_ms) {
  if (has_it(announcement, person) || !is_meant(turn, announcement, person)) return TELLING_NOT_THEM;
  if (has_had_enough(person, turn->now_ms)) return TELLING_HEARD_ENOUGH;
  *ret_polite_ms = polite_in(turn, zones, person->zone);
  return *ret_polite_ms > turn->now_ms ? TELLING_OUTSIDE_HOURS : TELLING_NOW;
}

static void pass_over(struct announcement *announcement, int64_t until_ms) {
  announcement->waiting++;
  if (announcement->again_ms == 0 || until_ms < announcement->again_ms) announcement->again_ms = until_ms;
}

/* True when everybody was looked at. */
static bool go_on(struct turn *turn, struct announcement *announcement) {
  const struct model *model = txn_model(turn->txn);
  size_t at = behind(model, announcement->cursor), end = model_count(model, RECORD_PERSON), most = at + SCAN_MAX;
  int64_t before = announcement->told;
  struct map *zones = map_new();
  for (; at < end && at < most && announcement->told - before < TELLING_ROWS_MAX; at++) {
    const struct person *person = model_at(model, RECORD_PERSON, at);
    int64_t polite_ms = 0;
    announcement->cursor = number_of(person->id);
    switch (telling_look(turn, announcement, person, zones, &polite_ms)) {
      case TELLING_NOT_THEM: break;
      case TELLING_HEARD_ENOUGH: announcement->left_out++; break;
      case TELLING_OUTSIDE_HOURS: pass_over(announcement, polite_ms); break;
      case TELLING_NOW: write_to(turn, announcement, person->id); break;
    }
  }
  (void)map_free(zones, NULL);
  return at == end;
}

static void say_counts(struct turn *turn, struct out *out, const struct announcement *announcement, int64_t told) {
  param_number(WITH(turn, out), turn, "told", told);
  param_number(WITH(turn, out), turn, "count", announcement->total);
  if (announcement->left_out > 0) {
    struct line *line = card_line(turn, out, W("tell.left_out"));
    param_number(WITH(turn, line), turn, "count", announcement->left_out);
  }
  if (announcement->failed > 0) {
    struct line *line = card_line(turn, out, W("tell.failed"));
    param_number(WITH(turn, line), turn, "count", announcement->failed);
  }
}

static void finish(struct turn *turn, struct announcement *announcement, const char *words) {
  announcement->due_ms = 0;
  announcement->ended_ms = turn->now_ms;
  say_counts(turn, card_to(turn, announcement->by, words), announcement, announcement->told);
}

struct out *telling_show(struct turn *turn, const struct announcement *announcement) {
  struct out *out = card_to(turn, turn->person, W("tell.running"));
  say_counts(turn, out, announcement, announcement->told - announcement->queued);
  telling_say_time(turn, out, announcement);
  if (announcement->waiting > 0) {
    struct line *line = card_line(turn, out, W("tell.waiting"));
    param_number(WITH(turn, line), turn, "count", announcement->waiting);
  }
  return out;
}

void telling_stop(struct turn *turn, struct announcement *announcement) {
  finish(turn, announcement, W("tell.stopped"));
  txn_audit(turn->txn, turn->person, "stopped telling", announcement->id);
}

void telling_due(struct turn *turn, const char *id) {
  const struct announcement *there = txn_get(turn->txn, RECORD_ANNOUNCEMENT, id);
  if (there == NULL || there->due_ms == 0 || there->due_ms != turn->event->due_ms) return;
  struct announcement *announcement = txn_edit(turn->txn, RECORD_ANNOUNCEMENT, id);
  int64_t queued = (int64_t)turn->event->queued;
  bool stuck = queued > 0 && queued == announcement->queued;
  announcement->queued = queued;
  announcement->due_ms = turn->now_ms + (turn->event->crowded ? AGAIN_MS : 1); /* never the same time again: its event has this name */
  if (turn->event->crowded) return;
  if (announcement->again_ms != 0 && announcement->again_ms <= turn->now_ms) begin_again(announcement);
  if (!go_on(turn, announcement)) return;
  int64_t look_ms = announcement->queued > 0 ? turn->now_ms + (stuck ? STUCK_MS : LEAVE_MS) : 0;
  bool sooner = announcement->waiting > 0 && (look_ms == 0 || announcement->again_ms < look_ms);
  announcement->due_ms = sooner ? announcement->again_ms : look_ms;
  if (announcement->due_ms != 0) return;
  finish(turn, announcement, W("tell.done"));
  txn_audit(turn->txn, announcement->by, "told many", announcement->id);
}

bool telling_failed(struct turn *turn, const struct out *row) {
  bool is_letter = row->words != NULL && strcmp(row->words, "tell.letter") == 0 && row->about != NULL;
  struct announcement *announcement = is_letter ? txn_edit(turn->txn, RECORD_ANNOUNCEMENT, row->about) : NULL;
  if (announcement != NULL) announcement->failed++;
  return is_letter;
}
