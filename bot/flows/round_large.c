/* round_large.c: a round of more people than a turn can match: how far it is, a summary, a list by pages, a release from a score on. */
#include <stdlib.h>

#include "bot/command_parts.h"
#include "bot/flows/round_parts.h"
#include "bot/jobs/jobs.h"

enum { GOOD = 8000, FAIR = 5000, OUT_OF_100 = 100 };

/* ---- begun ---- */
bool large_begin(struct turn *turn, struct match_sizes sizes, struct round *round) {
  bool fits = match_work_fits(sizes);
  if (fits && !turn->event->scarce) {
    round_job_make(turn, round, sizes.mentees, sizes.mentors);
    return true;
  }
  bool sides_fit = match_work_fits((struct match_sizes){sizes.mentees, sizes.mentors, false});
  const char *too_many = sides_fit ? W("round.too_many_places") : W("round.too_many");
  struct out *out = card_to(turn, turn->person, fits ? W("round.no_room") : too_many);
  param_number(WITH(turn, out), turn, "max", MATCH_WORK_SIDE_MAX);
  return false;
}

/* A list of thousands is not made anew because somebody asks for it again; and none is changed while it is made. */
bool large_stays(struct turn *turn, const struct round *round, const char *args) {
  bool works = round->state == ROUND_WORKING;
  if (works && args[0] != '\0') (void)card_to(turn, turn->person, W("round.busy"));
  return works || (round->sheets > 0 && args[0] == '\0');
}

/* ---- the matches, sheet by sheet ---- */
struct tally {
  int64_t pairs, alone, good, fair, low, out, no_line;
};

static void tally_add(struct turn *turn, struct tally *tally, const struct match *match) {
  if (match->mentor == NULL) {
    tally->alone++;
    return;
  }
  tally->pairs++;
  if (match->state == MATCH_HELD) tally->out++;
  else if (!match_releasable(turn->txn, match)) tally->no_line++;
  *(match->score >= GOOD ? &tally->good : match->score >= FAIR ? &tally->fair : &tally->low) += 1;
}

static const struct sheet *sheet_at(struct turn *turn, struct strs sheets, size_t which) {
  return txn_get(turn->txn, RECORD_SHEET, sheets.items[which]);
}

static struct tally tally_of(struct turn *turn, const struct round *round) {
  struct tally tally = {0};
  struct strs sheets = txn_find(turn->txn, INDEX_sheet_round, round->id);
  for (size_t s = 0; s < sheets.count; s++) {
    const struct sheet *sheet = sheet_at(turn, sheets, s);
    for (size_t i = 0; i < sheet->matches.count; i++)
      if (round_shows(turn, round, &sheet->matches.items[i])) tally_add(turn, &tally, &sheet->matches.items[i]);
  }
  return tally;
}

static bool may_go(struct turn *turn, const struct round *round, const struct match *match, int64_t from) {
  bool wanted = match->mentor != NULL && match->state == MATCH_SUGGESTED && match->score >= from;
  return wanted && round_shows(turn, round, match) && match_releasable(turn->txn, match);
}

static int64_t releasable_from(struct turn *turn, const struct round *round, int64_t from) {
  int64_t count = 0;
  struct strs sheets = txn_find(turn->txn, INDEX_sheet_round, round->id);
  for (size_t s = 0; s < sheets.count; s++) {
    const struct sheet *sheet = sheet_at(turn, sheets, s);
    for (size_t i = 0; i < sheet->matches.count; i++) count += may_go(turn, round, &sheet->matches.items[i], from);
  }
  return count;
}

int64_t large_releasable(struct turn *turn, const struct round *round) {
  return releasable_from(turn, round, round->release_from);
}

/* ---- the review ---- */
static void working_ask(struct talking *talking, const struct round *round) {
  struct turn *turn = talking->turn;
  const struct job *job = round_job_running(turn, round->id);
  struct out *out = engine_ask(talking, W("round.working"));
  int64_t left_s = job == NULL ? 0 : job->left_s;
  param_number(WITH(turn, out), turn, "people", job == NULL ? 0 : job->total);
  param_number(WITH(turn, out), turn, "minutes", left_s < 10 ? 0 : (left_s + 59) / 60);
  param_number(WITH(turn, out), turn, "percent", job == NULL ? 0 : job->percent);
  (void)card_choice(turn, out, "stop", W("round.button.stop"), NULL);
}

static void fact(struct turn *turn, struct out *out, const char *words, int64_t count) {
  if (count == 0) return;
  param_number(WITH(turn, card_line(turn, out, words)), turn, "count", count);
}

static void summary_ask(struct talking *talking, const struct round *round) {
  struct turn *turn = talking->turn;
  struct tally tally = tally_of(turn, round);
  struct out *out = engine_ask(talking, W("round.large"));
  param_number(WITH(turn, out), turn, "pairs", tally.pairs);
  param_number(WITH(turn, out), turn, "alone", tally.alone);
  places_lines(turn, out, round);
  fact(turn, out, W("round.large_good"), tally.good);
  fact(turn, out, W("round.large_fair"), tally.fair);
  fact(turn, out, W("round.large_low"), tally.low);
  fact(turn, out, W("round.large_no_line"), tally.no_line);
  fact(turn, out, W("round.large_out"), tally.out);
  fact(turn, out, W("round.large_changed"), round->left_out);
  bool some = releasable_from(turn, round, 0) > 0;
  if (some) card_choice(turn, out, "release", W("round.button.release_all"), NULL)->primary = true;
  if (some) (void)card_choice(turn, out, "from", W("round.button.from"), NULL);
  (void)card_choice(turn, out, "list", W("round.button.list"), NULL);
  places_choice(turn, out, round);
  (void)card_choice(turn, out, "again", W("round.button.again"), NULL);
  if (round->couples.count > 0) (void)card_choice(turn, out, "undo", W("round.button.undo"), NULL);
  (void)card_choice(turn, out, "discard", W("round.button.discard"), NULL);
}

void large_ask(struct talking *talking, const struct round *round) {
  if (round->state == ROUND_WORKING) working_ask(talking, round);
  else summary_ask(talking, round);
}

const char *large_stop(struct talking *talking) {
  struct round *round = round_edit(talking);
  round_job_stop(talking->turn, round->id);
  round_let_go(talking->turn, round);
  (void)card_to(talking->turn, talking->talk->person, W("round.stopped"));
  return STEP_END;
}

/* ---- the list, so many lines a page: people without a match first, then the weakest ---- */
/* Of all matches that are shown, those of one page. Returns how many there are in all. */
static size_t page_matches(struct turn *turn, const struct round *round, size_t page, const struct match *ret_matches[PAGE_LINES], size_t *ret_count) {
  struct strs sheets = txn_find(turn->txn, INDEX_sheet_round, round->id);
  size_t all = 0, count = 0;
  for (size_t s = 0; s < sheets.count; s++) {
    const struct sheet *sheet = sheet_at(turn, sheets, s);
    for (size_t i = 0; i < sheet->matches.count; i++) {
      if (!round_shows(turn, round, &sheet->matches.items[i])) continue;
      if (all / PAGE_LINES == page) ret_matches[count++] = &sheet->matches.items[i];
      all++;
    }
  }
  *ret_count = count;
  return all;
}

static void nobody_line(struct turn *turn, struct out *out, const struct match *match) {
  if (places_nobody_line(turn, out, match)) return;
  struct line *line = card_line(turn, out, strs_has(match->weak, "seats") ? W("round.nobody_seats") : W("round.nobody"));
  round_param(WITH(turn, line), turn, "mentee_name", match->mentee);
}

static void left_out_line(struct turn *turn, struct out *out, const struct match *match) {
  struct line *line = card_line(turn, out, W("round.line_out"));
  round_param(WITH(turn, line), turn, "mentee_name", match->mentee);
  round_param(WITH(turn, line), turn, "mentor_name", match->mentor);
}

static void list_line(struct turn *turn, struct out *out, const struct round *round, const struct match *match) {
  if (match->mentor == NULL) nobody_line(turn, out, match);
  else if (match->state == MATCH_HELD) left_out_line(turn, out, match);
  else round_line(turn, out, round, match);
}

void large_list_ask(struct talking *talking) {
  struct turn *turn = talking->turn;
  const struct match *matches[PAGE_LINES];
  size_t count, pairs = 0, all = page_matches(turn, round_edit(talking), page_of(talking), matches, &count);
  struct out *out = engine_ask(talking, W("round.list"));
  page_numbers(talking, out, "page", "pages", all);
  for (size_t i = 0; i < count; i++) {
    list_line(turn, out, round_edit(talking), matches[i]);
    pairs += matches[i]->mentor != NULL;
  }
  page_choices(talking, out, all);
  if (pairs > 0) (void)card_choice(turn, out, "leave", W("round.button.leave_out"), NULL);
  (void)card_choice(turn, out, "review", W("round.button.summary"), NULL);
}

const char *large_list_next(struct talking *talking) {
  bool leave = strcmp(engine_slot(talking->talk, "chosen"), "leave") == 0;
  return page_next(talking, leave ? "leave" : "list");
}

/* ---- one pair of the page is left out, or let in again ---- */
void large_leave_ask(struct talking *talking) {
  struct turn *turn = talking->turn;
  const struct match *matches[PAGE_LINES];
  size_t count;
  (void)page_matches(turn, round_edit(talking), page_of(talking), matches, &count);
  struct out *out = engine_ask(talking, W("round.leave_whom"));
  for (size_t i = 0; i < count; i++) {
    if (matches[i]->mentor == NULL) continue;
    struct choice *choice = card_choice(turn, out, matches[i]->mentee, W("round.choice.pair"), NULL);
    round_param(WITH(turn, choice), turn, "mentee_name", matches[i]->mentee);
    round_param(WITH(turn, choice), turn, "mentor_name", matches[i]->mentor);
  }
  (void)card_choice(turn, out, "stay", W("round.button.stay"), NULL);
}

static struct match *match_edit(struct turn *turn, const struct round *round, const char *mentee) {
  struct strs sheets = txn_find(turn->txn, INDEX_sheet_round, round->id);
  for (size_t s = 0; s < sheets.count; s++) {
    const struct sheet *sheet = sheet_at(turn, sheets, s);
    for (size_t i = 0; i < sheet->matches.count; i++)
      if (strcmp(sheet->matches.items[i].mentee, mentee) == 0)
        return &((struct sheet *)txn_edit(turn->txn, RECORD_SHEET, sheet->id))->matches.items[i];
  }
  return NULL;
}

enum reading large_leave_read(struct talking *talking, const struct heard *heard) {
  struct match *match = match_edit(talking->turn, round_edit(talking), heard->values.items[0]);
  engine_set_slot(talking->turn, talking->talk, "chosen", "list");
  if (match != NULL && match->mentor != NULL) match->state = match->state == MATCH_HELD ? MATCH_SUGGESTED : MATCH_HELD;
  return READ_OK;
}

/* ---- from which score on ---- */
void large_from_ask(struct talking *talking) {
  static const int64_t scores[] = {90, 80, 70, 60, 50};
  struct turn *turn = talking->turn;
  const struct round *round = round_edit(talking);
  struct out *out = engine_ask(talking, W("round.from_question"));
  for (size_t i = 0; i < ARRAY_LEN(scores); i++) {
    int64_t pairs = releasable_from(turn, round, scores[i] * OUT_OF_100);
    if (pairs == 0) continue;
    struct choice *choice = card_choice(turn, out, arena_format(turn->arena, "%lld", (long long)scores[i]), W("round.choice.from"), NULL);
    param_number(WITH(turn, choice), turn, "score", scores[i]);
    param_number(WITH(turn, choice), turn, "pairs", pairs);
  }
  (void)card_choice(turn, out, "stay", W("round.button.stay"), NULL);
}

const char *large_from_next(struct talking *talking) {
  const char *chosen = engine_slot(talking->talk, "chosen");
  if (strcmp(chosen, "stay") == 0) return "review";
  round_edit(talking)->release_from = strtoll(chosen, NULL, 10) * OUT_OF_100;
  return "after_no";
}

/* ---- released, and taken back ---- */
void large_release(struct talking *talking) {
  struct turn *turn = talking->turn;
  struct round *round = round_edit(talking);
  struct out *out = card_to(turn, talking->talk->person, W("round.releasing"));
  param_number(WITH(turn, out), turn, "pairs", large_releasable(turn, round));
  round->state = ROUND_RELEASED;
  round->released_ms = turn->now_ms;
  (void)round_job_start(turn, round, JOB_RELEASE);
}

bool round_release_one(struct turn *turn, const struct round *round, struct match *match) {
  const struct programme *programme = txn_get(turn->txn, RECORD_PROGRAMME, round->programme);
  if (match->mentor == NULL) return false;
  bool good = may_go(turn, round, match, round->release_from) && round_still_good(turn, programme, round->by, match);
  match->state = good ? MATCH_RELEASED : MATCH_HELD;
  if (good) (void)proposal_make(turn, round, match, round->after_no);
  return good;
}

void round_released(struct turn *turn, const struct round *round, int64_t sent) {
  struct out *out = card_to(turn, turn->person, W("round.released_large"));
  param_number(WITH(turn, out), turn, "sent", sent);
  param_number(WITH(turn, out), turn, "held", tally_of(turn, round).out);
  (void)card_command(turn, out, "pairs", W("command.button.pairs"));
}

/* What is still being released stops here: nobody else is asked. */
void large_take_back(struct talking *talking) {
  const struct round *round = round_edit(talking);
  round_job_stop(talking->turn, round->id);
  (void)round_job_start(talking->turn, round, JOB_TAKE_BACK);
  (void)card_to(talking->turn, talking->talk->person, W("round.taking_back"));
}

void round_taken_back(struct turn *turn, int64_t count) {
  struct out *out = card_to(turn, turn->person, W("round.taken_back"));
  param_number(WITH(turn, out), turn, "pairs", count);
}

/* ---- what the job tells ---- */
static struct talk *talk_of(struct turn *turn, const struct round *round) {
  struct strs talks = txn_find(turn->txn, INDEX_talk_subject, round->id);
  for (size_t i = talks.count; i > 0; i--) {
    const struct talk *talk = txn_get(turn->txn, RECORD_TALK, talks.items[i - 1]);
    if (engine_runs(talk) && strcmp(talk->flow, "round") == 0) return txn_edit(turn->txn, RECORD_TALK, talk->id);
  }
  return NULL;
}

void round_progress(struct turn *turn, const struct round *round) {
  struct talk *talk = talk_of(turn, round);
  if (talk != NULL) engine_retell(turn, talk);
}

/* Somebody in the middle of something else is told, and not torn away from it: the list comes when that is done, or when asked for. */
void round_ready(struct turn *turn, struct round *round) {
  struct talk *talk = talk_of(turn, round), *front = engine_foreground(turn, turn->person);
  if (talk != NULL) engine_close_card(turn, talk, W("round.working_done"));
  round->state = ROUND_REVIEW;
  if (talk == NULL) talk = engine_start_quietly(turn, turn->person, "round", "review", round->id);
  if (front == NULL || front == talk) {
    engine_bring(turn, talk, NULL);
    return;
  }
  struct out *out = card_to(turn, turn->person, W("round.ready"));
  (void)card_command(turn, out, "match", W("command.button.match"));
}

void round_failed(struct turn *turn, struct round *round) {
  struct talk *talk = talk_of(turn, round);
  if (talk != NULL) engine_close_card(turn, talk, W("talk.you_stopped"));
  round_let_go(turn, round);
  if (talk != NULL) engine_end(turn, talk, TALK_GIVEN_UP);
  (void)card_to(turn, turn->person, W("round.failed"));
}
