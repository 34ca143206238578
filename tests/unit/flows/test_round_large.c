/* test_round_large.c: more people than a turn can match: what a manager is told meanwhile, the summary, the pages, the release. */
#include "bot/match/match.h"

#include <stdlib.h>
#include <string.h>

#include "tests/unit/bot/round_feed.h"

enum { MENTEES = 105, MENTORS = 34, PAGE = 10 };

static void crowd(struct stage *stage, int mentees, int mentors) {
  stage_cast(stage);
  for (int i = 1; i < mentees + mentors - 1; i++)
    stage_join(stage, arena_format(stage->arena, "%c%d", i < mentees ? 'm' : 't', i), i < mentees ? ROLE_MENTEE : ROLE_MENTOR, "city");
  stage_apply(stage);
}

static int64_t fact(const struct out *row, const char *words) {
  for (size_t i = 0; i < row->lines.count; i++)
    if (strcmp(row->lines.items[i].words, words) == 0) return strtoll(row->lines.items[i].params.items[0].values.items[0], NULL, 10);
  return 0;
}

static void begun(struct stage *stage) {
  crowd(stage, MENTEES, MENTORS);
  stage_text(stage, "jo", "match");
  SAID(stage, "jo", "round.working");
}

static const struct out *reviewed(struct stage *stage) {
  begun(stage);
  feed_all(stage);
  SAID(stage, "jo", "round.large");
  return stage_said(stage, "jo", "round.large");
}

/* ---- meanwhile ---- */
Test(round_large, told_at_once_and_how_long) {
  STAGE(stage);
  begun(&stage);
  const struct out *row = stage_said(&stage, "jo", "round.working");
  cr_assert_eq(stage_number(row, "people"), MENTEES);
  cr_assert_eq(stage_number(row, "percent"), 0);
  cr_assert(stage_offers(row, "stop"));
  cr_assert_eq(stage.row_count, 1, "nobody else hears of it");
  cr_assert_eq(stage_last_round(&stage)->state, ROUND_WORKING);
  cr_assert_eq(feed_job(&stage)->state, JOB_RUNNING);
}

Test(round_large, a_round_that_fits_a_turn_is_as_it_was) {
  STAGE(stage);
  crowd(&stage, MATCH_SIDE_MAX, 30);
  stage_text(&stage, "jo", "match");
  SAID(&stage, "jo", "round.review");
  cr_assert_eq(model_count(stage.model, RECORD_JOB), 0);
}

Test(round_large, how_far_it_is_stands_in_the_same_message) {
  STAGE(stage);
  begun(&stage);
  const char *name = arena_text(stage.arena, stage_said(&stage, "jo", "round.working")->name);
  feed(&stage, "{\"do\":\"progress\",\"percent\":40,\"left_s\":100}");
  cr_assert_eq(stage.row_count, 1);
  const struct out *row = stage.rows[0];
  cr_assert_eq(row->kind, OUT_EDIT);
  cr_assert_str_eq(row->name, name);
  cr_assert_eq(row->until_ms, stage.now_ms + STAGE_MINUTE_MS, "while the link is down they do not pile up");
  cr_assert_eq(stage_number(row, "percent"), 40);
  cr_assert_eq(stage_number(row, "minutes"), 2);
  cr_assert(stage_offers(row, "stop") && row->nonce == stage_talk(&stage, "jo")->nonce, "its button counts as before");
  stage_choose(&stage, "jo", "stop");
  SAID(&stage, "jo", "round.stopped");
}

Test(round_large, stop_and_cancel_end_it) {
  static const char *const words[] = {"stop", "Stop", "cancel"};
  for (size_t i = 0; i < ARRAY_LEN(words); i++) {
    STAGE(stage);
    begun(&stage);
    stage_text(&stage, "jo", words[i]);
    SAID(&stage, "jo", "round.stopped");
    cr_assert_eq(feed_job(&stage)->state, JOB_STOPPED, "%s", words[i]);
    cr_assert_eq(stage_last_round(&stage)->state, ROUND_UNDONE);
    cr_assert_eq(stage_open_talks(&stage, "jo"), 0);
  }
}

Test(round_large, nothing_is_changed_while_it_is_made) {
  STAGE(stage);
  begun(&stage);
  stage_text(&stage, "jo", "match @m1 with @ben");
  SAID(&stage, "jo", "round.busy");
  SAID(&stage, "jo", "round.working");
  stage_text(&stage, "jo", "match");
  SAID(&stage, "jo", "round.working");
  stage_text(&stage, "jo", "release");
  SAID(&stage, "jo", "round.working");
  stage_text(&stage, "jo", "undo");
  SAID(&stage, "jo", "round.nothing_to_undo");
  cr_assert_eq(model_count(stage.model, RECORD_JOB), 1);
  cr_assert_eq(stage_last_round(&stage)->couples.count, 0);
}

Test(round_large, a_disk_that_is_nearly_full_begins_nothing) {
  STAGE(stage);
  crowd(&stage, MENTEES, MENTORS);
  struct event event = {.kind = EVENT_TEXT, .scarce = true, .workspace = "web/city", .person = {.id = "jo"}, .text = "match"};
  stage_run(&stage, &event);
  SAID(&stage, "jo", "round.no_room");
  cr_assert_eq(model_count(stage.model, RECORD_ROUND), 0);
  cr_assert_eq(stage_open_talks(&stage, "jo"), 0);
}

Test(round_large, who_is_in_another_talk_is_told_and_left_there) {
  STAGE(stage);
  begun(&stage);
  stage_text(&stage, "jo", "me");
  stage_text(&stage, "jo", "line @m1");
  const char *flow = arena_text(stage.arena, stage_talk(&stage, "jo")->flow);
  cr_assert_str_neq(flow, "round");
  feed_all(&stage);
  SAID(&stage, "jo", "round.ready");
  cr_assert_str_eq(stage_talk(&stage, "jo")->flow, flow);
  stage_text(&stage, "jo", "cancel");
  SAID(&stage, "jo", "round.large");
}

/* ---- the summary ---- */
Test(round_large, the_summary_counts) {
  STAGE(stage);
  const struct out *row = reviewed(&stage);
  cr_assert_eq(stage_number(row, "pairs"), MENTORS);
  cr_assert_eq(stage_number(row, "alone"), MENTEES - MENTORS);
  cr_assert_eq(fact(row, "round.large_good") + fact(row, "round.large_fair") + fact(row, "round.large_low"), MENTORS);
  cr_assert(stage_offers(row, "release") && stage_offers(row, "from") && stage_offers(row, "list") && stage_offers(row, "again") && stage_offers(row, "discard") && !stage_offers(row, "undo"));
}

Test(round_large, match_shows_it_again_and_makes_nothing_anew) {
  STAGE(stage);
  (void)reviewed(&stage);
  stage_text(&stage, "jo", "match");
  SAID(&stage, "jo", "round.large");
  cr_assert_eq(model_count(stage.model, RECORD_JOB), 1);
  stage_choose(&stage, "jo", "again");
  SAID(&stage, "jo", "round.working");
  cr_assert_eq(model_count(stage.model, RECORD_JOB), 2);
}

Test(round_large, thrown_away) {
  STAGE(stage);
  (void)reviewed(&stage);
  stage_choose(&stage, "jo", "discard");
  SAID(&stage, "jo", "round.discarded");
  cr_assert_eq(model_count(stage.model, RECORD_SHEET), 0);
  stage_text(&stage, "jo", "release");
  SAID(&stage, "jo", "round.nothing");
}

static void cancelled(struct stage *stage) {
  stage_text(stage, "jo", "cancel");
  SAID(stage, "jo", "round.discarded");
}

static void forgotten(struct stage *stage) {
  const char *talk = arena_text(stage->arena, stage_talk(stage, "jo")->id);
  for (int i = 0; i < 5 && stage_open_talks(stage, "jo") > 0; i++) stage_talk_due(stage, talk);
}

static void not_made_anew(struct stage *stage) {
  const char *token = stage_token(stage, stage_talk(stage, "jo"), "again");
  struct event event = {.kind = EVENT_PRESS, .scarce = true, .workspace = "web/city", .person = {.id = "jo"}, .button = token};
  stage_run(stage, &event);
  SAID(stage, "jo", "round.no_room");
}

/* Nothing leads back to it, so nothing of it is kept. */
Test(round_large, no_sheet_stays_of_a_list_that_nobody_can_come_back_to) {
  static void (*const ends[])(struct stage *stage) = {cancelled, forgotten, not_made_anew};
  for (size_t i = 0; i < ARRAY_LEN(ends); i++) {
    STAGE(stage);
    (void)reviewed(&stage);
    cr_assert_gt(model_count(stage.model, RECORD_SHEET), 0);
    ends[i](&stage);
    cr_assert_eq(stage_open_talks(&stage, "jo"), 0, "end %zu", i);
    cr_assert_eq(model_count(stage.model, RECORD_SHEET), 0, "end %zu", i);
    cr_assert_eq(stage_last_round(&stage)->state, ROUND_UNDONE);
  }
}

Test(round_large, what_was_released_keeps_its_sheets) {
  STAGE(stage);
  (void)reviewed(&stage);
  size_t sheets = model_count(stage.model, RECORD_SHEET);
  stage_choose(&stage, "jo", "release");
  stage_choose(&stage, "jo", "ask");
  feed_parts(&stage);
  stage_text(&stage, "jo", "undo");
  stage_text(&stage, "jo", "cancel");
  SAID(&stage, "jo", "talk.cancelled");
  cr_assert_eq(model_count(stage.model, RECORD_SHEET), sheets);
}

Test(round_large, two_put_together_are_together_in_the_next_list) {
  STAGE(stage);
  (void)reviewed(&stage);
  stage_text(&stage, "jo", "match @m7 with @ben");
  SAID(&stage, "jo", "round.working");
  feed_all(&stage);
  cr_assert(stage_offers(stage_said(&stage, "jo", "round.large"), "undo"));
  const char *wanted = stage_enrolment(&stage, "m7")->id;
  bool together = false;
  for (size_t s = 0; s < model_count(stage.model, RECORD_SHEET); s++) {
    const struct sheet *sheet = model_at(stage.model, RECORD_SHEET, s);
    for (size_t i = 0; i < sheet->matches.count; i++) {
      const struct match *match = &sheet->matches.items[i];
      if (strcmp(match->mentee, wanted) == 0) together = match->pinned && strcmp(match->mentor, stage_enrolment(&stage, "ben")->id) == 0;
    }
  }
  cr_assert(together);
  stage_choose(&stage, "jo", "undo");
  SAID(&stage, "jo", "round.working");
  cr_assert_eq(stage_last_round(&stage)->couples.count, 0);
}

/* ---- the list ---- */
Test(round_large, every_row_stands_on_one_page) {
  STAGE(stage);
  (void)reviewed(&stage);
  stage_choose(&stage, "jo", "list");
  size_t rows = 0, pages = 1;
  int alone_behind = 0;
  bool pair_seen = false;
  for (;; pages++) {
    const struct out *row = stage_said(&stage, "jo", "round.list");
    cr_assert_not_null(row);
    cr_assert_eq(stage_number(row, "page"), (int64_t)pages);
    cr_assert_eq(stage_number(row, "pages"), (MENTEES + PAGE - 1) / PAGE);
    rows += row->lines.count;
    for (size_t i = 0; i < row->lines.count; i++) {
      bool alone = strncmp(row->lines.items[i].words, "round.nobody", 12) == 0;
      alone_behind += alone && pair_seen;
      pair_seen |= !alone;
    }
    if (!stage_offers(row, "on")) break;
    stage_choose(&stage, "jo", "on");
  }
  cr_assert_eq(rows, MENTEES);
  cr_assert_eq(pages, (MENTEES + PAGE - 1) / PAGE);
  cr_assert_eq(alone_behind, 0, "who has nobody comes first");
  stage_choose(&stage, "jo", "back");
  cr_assert_eq(stage_number(stage_said(&stage, "jo", "round.list"), "page"), (int64_t)pages - 1);
  stage_choose(&stage, "jo", "review");
  SAID(&stage, "jo", "round.large");
}

/* To the last page, where the pairs are. */
static const char *leave_first(struct stage *stage) {
  stage_choose(stage, "jo", "list");
  while (stage_offers(stage_said(stage, "jo", "round.list"), "on")) stage_choose(stage, "jo", "on");
  stage_choose(stage, "jo", "leave");
  SAID(stage, "jo", "round.leave_whom");
  return arena_text(stage->arena, stage_said(stage, "jo", "round.leave_whom")->choices.items[0].value);
}

Test(round_large, a_pair_is_left_out_and_put_back) {
  STAGE(stage);
  (void)reviewed(&stage);
  const char *whom = leave_first(&stage);
  stage_choose(&stage, "jo", whom);
  cr_assert(stage_has_line(stage_said(&stage, "jo", "round.list"), "round.line_out"));
  stage_choose(&stage, "jo", "review");
  cr_assert_eq(fact(stage_said(&stage, "jo", "round.large"), "round.large_out"), 1);
  stage_choose(&stage, "jo", "release");
  cr_assert_eq(stage_number(stage_said(&stage, "jo", "round.after_no_question"), "pairs"), MENTORS - 1);
  stage_choose(&stage, "jo", "wait");
  cr_assert_str_eq(leave_first(&stage), whom);
  stage_choose(&stage, "jo", whom);
  stage_choose(&stage, "jo", "review");
  cr_assert_eq(fact(stage_said(&stage, "jo", "round.large"), "round.large_out"), 0);
}

/* ---- recusal ---- */
Test(round_large, who_reports_to_the_manager_by_now_is_shown_nowhere) {
  STAGE(stage);
  (void)reviewed(&stage);
  stage_line(&stage, "m5", "jo");
  stage_choose(&stage, "jo", "list");
  size_t rows = 0;
  for (;;) {
    const struct out *row = stage_said(&stage, "jo", "round.list");
    cr_assert_not(stage_names(&stage, row, "m5"));
    rows += row->lines.count;
    if (!stage_offers(row, "on")) break;
    stage_choose(&stage, "jo", "on");
  }
  cr_assert_eq(rows, MENTEES - 1);
}

/* ---- release ---- */
static size_t asked(struct stage *stage) {
  return model_count(stage->model, RECORD_PAIR);
}

Test(round_large, released_piece_by_piece) {
  STAGE(stage);
  (void)reviewed(&stage);
  stage_choose(&stage, "jo", "release");
  stage_choose(&stage, "jo", "ask");
  SAID(&stage, "jo", "round.releasing");
  cr_assert_eq(asked(&stage), 0, "one piece a turn");
  feed_parts(&stage);
  SAID(&stage, "jo", "round.released_large");
  cr_assert_eq(stage_number(stage_said(&stage, "jo", "round.released_large"), "sent"), MENTORS);
  cr_assert_eq(asked(&stage), MENTORS);
  cr_assert_eq(stage_last_round(&stage)->state, ROUND_RELEASED);
}

/* The bot was away in between: nobody is asked at three in the night because a manager wrote at ten in the morning. */
Test(round_large, what_is_released_much_later_waits_for_the_morning) {
  static const int64_t hours[] = {0, 17};
  for (size_t late = 0; late < ARRAY_LEN(hours); late++) {
    STAGE(stage);
    (void)reviewed(&stage);
    stage_choose(&stage, "jo", "release");
    stage_choose(&stage, "jo", "ask");
    stage.now_ms += hours[late] * 3600000;
    size_t held = 0, rows = 0;
    while (feed_job(&stage)->state == JOB_RUNNING) {
      feed(&stage, arena_format(stage.arena, "{\"do\":\"part\",\"from\":%lld}", (long long)feed_job(&stage)->cursor));
      for (size_t i = 0; i < stage.row_count; i++) held += stage.rows[i]->not_before_ms > stage.now_ms;
      rows += stage.row_count;
    }
    cr_assert_gt(rows, MENTORS);
    cr_assert_eq(held, late ? rows : 0, "%zu of %zu wait, %lld hours later", held, rows, (long long)hours[late]);
  }
}

Test(round_large, only_from_a_score_on) {
  STAGE(stage);
  (void)reviewed(&stage);
  struct txn *txn = stage_hand(&stage); /* one of them fits well, as if they had said so; one nearly */
  struct sheet *sheet = NULL;
  for (size_t s = 0; s < model_count(stage.model, RECORD_SHEET); s++) {
    sheet = txn_edit(txn, RECORD_SHEET, ((const struct sheet *)model_at(stage.model, RECORD_SHEET, s))->id);
    for (size_t i = 0; i < sheet->matches.count; i++) sheet->matches.items[i].score = 5000;
  }
  cr_assert_not_null(sheet);
  sheet->matches.items[0].score = 8000;
  sheet->matches.items[1].score = 7999;
  stage_apply(&stage);
  stage_choose(&stage, "jo", "from");
  SAID(&stage, "jo", "round.from_question");
  stage_choose(&stage, "jo", "80");
  cr_assert_eq(stage_number(stage_said(&stage, "jo", "round.after_no_question"), "pairs"), 1);
  stage_choose(&stage, "jo", "ask");
  feed_parts(&stage);
  cr_assert_eq(asked(&stage), 1);
  cr_assert_eq(stage_number(stage_said(&stage, "jo", "round.released_large"), "held"), MENTORS - 1);
}

Test(round_large, release_looks_at_everybody_once_more) {
  STAGE(stage);
  (void)reviewed(&stage);
  const struct sheet *sheet = model_at(stage.model, RECORD_SHEET, model_count(stage.model, RECORD_SHEET) - 1);
  const char *left = arena_text(stage.arena, sheet->matches.items[0].mentee);
  ((struct enrolment *)txn_edit(stage_hand(&stage), RECORD_ENROLMENT, left))->state = ENROLMENT_LEFT;
  stage_apply(&stage);
  stage_text(&stage, "jo", "release");
  stage_choose(&stage, "jo", "ask");
  feed_parts(&stage);
  cr_assert_eq(asked(&stage), MENTORS - 1);
}

Test(round_large, undo_in_the_middle_asks_nobody_else) {
  STAGE(stage);
  (void)reviewed(&stage);
  stage_choose(&stage, "jo", "release");
  stage_choose(&stage, "jo", "ask");
  while (asked(&stage) == 0) feed(&stage, arena_format(stage.arena, "{\"do\":\"part\",\"from\":%lld}", (long long)feed_job(&stage)->cursor));
  size_t before = asked(&stage);
  cr_assert_lt(before, MENTORS);
  stage_text(&stage, "jo", "undo");
  stage_choose(&stage, "jo", "yes");
  SAID(&stage, "jo", "round.taking_back");
  feed_parts(&stage);
  cr_assert_eq(stage_number(stage_said(&stage, "jo", "round.taken_back"), "pairs"), (int64_t)before);
  cr_assert_eq(asked(&stage), before);
  cr_assert_eq(stage_last_pair(&stage)->state, PAIR_WITHDRAWN);
}
