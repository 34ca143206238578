/* test_relay.c: words between two people without a room: to the partner alone, sealed, to nobody once the pair has ended. */
#include "bot/flows/flows.h"

#include <criterion/criterion.h>
#include <string.h>

#include "tests/unit/bot/stage.h"

static const char *pair_without_room(struct stage *stage) {
  stage_cast(stage);
  return stage_pair(stage, "aisha", "ben", PAIR_INTRODUCED);
}

static void end_pair(struct stage *stage, const char *pair) {
  ((struct pair *)txn_edit(stage_hand(stage), RECORD_PAIR, pair))->state = PAIR_ENDED;
  stage_apply(stage);
}

Test(relay, words_go_to_the_partner_alone_and_only_sealed) {
  STAGE(stage);
  (void)pair_without_room(&stage);
  stage_text(&stage, "aisha", "write");
  stage_text(&stage, "aisha", "a word in private");
  SAID(&stage, "aisha", "relay.passed");
  const struct out *row = stage_said(&stage, "ben", "relay.from");
  cr_assert_not_null(row);
  cr_assert_not_null(row->sealed);
  cr_assert_not(row->bulk);
  cr_assert_not(stage_ops_have(&stage, "in private"));
  cr_assert_eq(stage_told(&stage, "jo"), 0);
}

Test(relay, a_mentor_answers_the_one_they_name) {
  STAGE(stage);
  (void)pair_without_room(&stage);
  stage_add(&stage, "mina", "Mina Park", ROLE_MENTEE);
  (void)stage_pair(&stage, "mina", "ben", PAIR_INTRODUCED);
  stage_text(&stage, "ben", "write");
  SAID(&stage, "ben", "relay.whom");
  stage_text(&stage, "ben", "cancel");
  stage_text(&stage, "ben", "write Mina Park");
  SAID(&stage, "ben", "relay.ask");
  stage_text(&stage, "ben", "hello");
  SAID(&stage, "mina", "relay.from");
  NOT_SAID(&stage, "aisha", "relay.from");
}

Test(relay, the_one_chosen_from_two_is_the_one_who_gets_it) {
  STAGE(stage);
  (void)pair_without_room(&stage);
  stage_add(&stage, "mina", "Mina Park", ROLE_MENTEE);
  const char *pair = stage_pair(&stage, "mina", "ben", PAIR_INTRODUCED);
  stage_text(&stage, "ben", "write");
  stage_choose(&stage, "ben", pair);
  stage_text(&stage, "ben", "hello");
  SAID(&stage, "mina", "relay.from");
}

Test(relay, nothing_goes_out_once_the_pair_has_ended) {
  STAGE(stage);
  const char *pair = pair_without_room(&stage);
  stage_text(&stage, "aisha", "write");
  end_pair(&stage, pair);
  stage_text(&stage, "aisha", "are you there?");
  SAID(&stage, "aisha", "relay.over");
  NOT_SAID(&stage, "ben", "relay.from");
  stage_text(&stage, "aisha", "write");
  SAID(&stage, "aisha", "pair.none");
}

Test(relay, who_has_a_room_writes_there) {
  STAGE(stage);
  const char *pair = pair_without_room(&stage);
  ((struct pair *)txn_edit(stage_hand(&stage), RECORD_PAIR, pair))->room = "g1";
  stage_apply(&stage);
  stage_text(&stage, "aisha", "write");
  SAID(&stage, "aisha", "relay.room");
  cr_assert_eq(stage_open_talks(&stage, "aisha"), 0);
}

Test(relay, a_long_letter_is_asked_for_in_parts) {
  STAGE(stage);
  (void)pair_without_room(&stage);
  stage_text(&stage, "aisha", "write");
  char *letter = arena_alloc(stage.arena, 802);
  memset(letter, 'x', 801);
  letter[801] = '\0';
  stage_text(&stage, "aisha", letter);
  SAID(&stage, "aisha", "relay.too_long");
  NOT_SAID(&stage, "ben", "relay.from");
  letter[800] = '\0';
  stage_text(&stage, "aisha", letter);
  SAID(&stage, "ben", "relay.from");
}

Test(relay, words_that_did_not_arrive_are_gone_and_their_writer_knows) {
  STAGE(stage);
  (void)pair_without_room(&stage);
  stage_text(&stage, "aisha", "write");
  stage_text(&stage, "aisha", "hello");
  struct out *row = record_copy(RECORD_OUT, stage_said(&stage, "ben", "relay.from"), stage.arena);
  stage_result(&stage, row, RESULT_FAILED, NULL);
  SAID(&stage, "aisha", "relay.failed");
  cr_assert(stage_ops_have(&stage, arena_format(stage.arena, "drop sealed %s", row->sealed)));
}
