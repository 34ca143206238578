/* test_turn.c: who speaks and who handles it: newcomers, rooms, presses, timers, the directory, the demo's clock. */
#include "bot/turn.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "tests/unit/bot/stage.h"

#define WEB "web/city"

/* ---- who speaks ---- */
Test(turn, somebody_who_writes_for_the_first_time_becomes_a_person) {
  STAGE(stage);
  struct event event = {.kind = EVENT_TEXT, .workspace = WEB, .person = {"mina", "Mina Park", "Asia/Tokyo", "en"}, .text = "hi"};
  stage_run(&stage, &event);
  const struct person *mina = stage_get_person(&stage, "mina");
  cr_assert_str_eq(mina->name, "Mina Park");
  cr_assert_str_eq(mina->zone, "Asia/Tokyo");
  cr_assert_eq(mina->limits_version, 0);
  cr_assert_eq(model_count(stage.model, RECORD_ENROLMENT), 0, "nobody is enrolled without asking");
  SAID(&stage, "mina", "next.welcome");
  stage_run(&stage, &event);
  cr_assert_eq(model_count(stage.model, RECORD_PERSON), 1);
}

Test(turn, a_person_without_a_name_is_called_by_their_id) {
  STAGE(stage);
  stage_text(&stage, "u17", "hi");
  cr_assert_str_eq(stage_get_person(&stage, "u17")->name, "u17");
}

Test(turn, the_same_user_elsewhere_is_somebody_else) {
  STAGE(stage);
  stage_text(&stage, "mina", "hi");
  struct event event = {.kind = EVENT_TEXT, .workspace = "web/docks", .person = {.id = "mina"}, .text = "hi"};
  stage_run(&stage, &event);
  cr_assert_eq(model_count(stage.model, RECORD_PERSON), 2);
}

Test(turn, an_event_without_a_person_is_refused) {
  static const struct event bad[] = {{.kind = EVENT_TEXT, .workspace = WEB, .text = "hi"}, {.kind = EVENT_PRESS, .person = {.id = "x"}, .button = "do:next"}};
  STAGE(stage);
  for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
    stage_run(&stage, &bad[i]);
    cr_assert_eq(stage.err, ERR_BAD_INPUT);
  }
  cr_assert_eq(model_count(stage.model, RECORD_PERSON), 0);
}

Test(turn, before_any_scheme_everybody_is_told_to_come_back) {
  static const enum event_kind kinds[] = {EVENT_TEXT, EVENT_PRESS, EVENT_FORM, EVENT_COMMAND, EVENT_HOME};
  CLEANUP(stage_done) struct stage stage;
  stage_init_empty(&stage);
  for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
    struct event event = {.kind = kinds[i], .workspace = WEB, .person = {.id = "mina"}, .text = "code-2345-6789-bcdf", .button = "do:join", .command = "join"};
    stage_run(&stage, &event);
    cr_assert_str_eq(stage.reply, "turn.no_scheme");
    cr_assert_str_empty(stage.ops, "nothing is kept of it: %s", stage.ops);
  }
}

Test(turn, a_scheme_without_a_programme_is_no_trap) {
  static const char *const words[] = {"join", "me", "next", "pair", "people", "match", "applicants", "announce", "help", "contact", "privacy", "release", "undo"};
  CLEANUP(stage_done) struct stage stage;
  stage_init_empty(&stage);
  struct scheme *scheme = txn_add(stage_hand(&stage), RECORD_SCHEME, "scheme");
  scheme->zone = "Europe/London";
  stage_apply(&stage);
  for (size_t i = 0; i < ARRAY_LEN(words); i++) {
    stage_text(&stage, "mina", words[i]);
    cr_assert_eq(stage.err, ERR_NONE, "%s", words[i]);
    cr_assert_gt(stage_told(&stage, "mina"), 0, "%s", words[i]);
  }
}

Test(turn, who_was_gone_and_writes_is_back) {
  STAGE(stage);
  stage_cast(&stage);
  struct event event = {.kind = EVENT_DIRECTORY, .workspace = WEB, .person = {.id = "ben"}, .change = "gone"};
  stage_run(&stage, &event);
  cr_assert_eq(stage_get_person(&stage, "ben")->gone_ms, stage.now_ms);
  stage_text(&stage, "ben", "hi");
  cr_assert_eq(stage_get_person(&stage, "ben")->gone_ms, 0);
}

Test(turn, whose_account_was_given_back_is_there_without_a_word) {
  STAGE(stage);
  stage_cast(&stage);
  struct event event = {.kind = EVENT_DIRECTORY, .workspace = WEB, .person = {.id = "ben", .zone = "Asia/Tokyo", .language = "de", .name = "B. O."}, .change = "gone"};
  stage_run(&stage, &event);
  cr_assert_eq(stage_get_person(&stage, "ben")->gone_ms, stage.now_ms);
  const char *name = arena_text(stage.arena, stage_get_person(&stage, "ben")->name);
  event.change = "changed";
  stage_run(&stage, &event);
  cr_assert_eq(stage_get_person(&stage, "ben")->gone_ms, 0);
  cr_assert_str_eq(stage_get_person(&stage, "ben")->zone, "Asia/Tokyo");
  cr_assert_str_eq(stage_get_person(&stage, "ben")->language, "de");
  cr_assert_str_eq(stage_get_person(&stage, "ben")->name, name, "the programme's list has the last word on names");
}

Test(turn, who_came_without_a_name_gets_it_when_it_is_told) {
  STAGE(stage);
  struct event event = {.kind = EVENT_TEXT, .workspace = WEB, .person = {.id = "u77"}, .room = {.id = "d77", .kind = ROOM_DIRECT}, .text = "hello"};
  stage_run(&stage, &event);
  cr_assert_str_eq(stage_get_person(&stage, "u77")->name, "u77");
  event.person.name = "Nia Cole";
  event.person.zone = "Asia/Tokyo";
  event.person.language = "de";
  stage_run(&stage, &event);
  cr_assert_str_eq(stage_get_person(&stage, "u77")->name, "Nia Cole");
  cr_assert_str_eq(stage_get_person(&stage, "u77")->zone, "Asia/Tokyo", "reminders come in their own morning");
  cr_assert_str_eq(stage_get_person(&stage, "u77")->language, "de");
  event.person.name = "Somebody Else";
  stage_run(&stage, &event);
  cr_assert_str_eq(stage_get_person(&stage, "u77")->name, "Nia Cole");
}

Test(turn, who_sends_a_file_hears_that_words_are_read) {
  STAGE(stage);
  stage_text(&stage, "mina", "");
  SAID(&stage, "mina", "text.only_words");
  stage_text(&stage, "mina", "join");
  int64_t nonce = stage_talk(&stage, "mina")->nonce;
  stage_text(&stage, "mina", "");
  SAID(&stage, "mina", "text.only_words");
  cr_assert_str_eq(stage_talk(&stage, "mina")->step, "limits", "and it answers no question");
  cr_assert_gt(stage_talk(&stage, "mina")->nonce, nonce, "which is asked again");
}

/* ---- a person's own page ---- */
static const struct out *look(struct stage *stage, const char *user) {
  struct event event = {.kind = EVENT_HOME, .workspace = WEB, .person = {.id = user}};
  stage_run(stage, &event);
  cr_assert_eq(stage->err, ERR_NONE);
  cr_assert_eq(stage->row_count, 1, "one page, and nothing in the direct messages: %s", stage_all(stage));
  cr_assert_eq(stage->rows[0]->kind, OUT_HOME);
  return stage->rows[0];
}

static size_t choices_of(const struct out *page, const char *value) {
  size_t found = 0;
  for (size_t i = 0; i < page->choices.count; i++) found += strcmp(page->choices.items[i].value, value) == 0;
  return found;
}

Test(turn, the_own_page_says_where_one_is) {
  STAGE(stage);
  stage_cast(&stage);
  const struct out *page = look(&stage, "mina");
  cr_assert_str_eq(page->words, "next.welcome");
  cr_assert_eq(choices_of(page, "do:join"), 1);
  cr_assert_gt(page->until_ms, stage.now_ms, "a page that comes late is made at the next look");
  cr_assert_str_eq(look(&stage, "jo")->words, "next.manager");
}

Test(turn, the_own_page_of_somebody_in_two_roles_is_one_card) {
  STAGE(stage);
  stage_person(&stage, "mina", "Mina Park");
  stage_enrol(&stage, "mina", ROLE_MENTEE, ENROLMENT_ACCEPTED);
  stage_enrol(&stage, "mina", ROLE_MENTOR, ENROLMENT_APPLIED);
  const struct out *page = look(&stage, "mina");
  cr_assert_str_eq(page->words, "next.applied");
  cr_assert(stage_has_line(page, "next.accepted") && stage_has_line(page, "you.as_mentee") && stage_has_line(page, "you.as_mentor"));
  cr_assert_eq(choices_of(page, "do:me"), 1, "a button stands once");
}

Test(turn, a_look_at_the_own_page_asks_nothing_again) {
  STAGE(stage);
  stage_text(&stage, "mina", "join");
  int64_t nonce = stage_talk(&stage, "mina")->nonce;
  cr_assert_str_eq(look(&stage, "mina")->words, "next.draft");
  cr_assert_eq(stage_talk(&stage, "mina")->nonce, nonce);
}

/* ---- the directory ---- */
Test(turn, the_directory_changes_only_those_we_know) {
  STAGE(stage);
  stage_cast(&stage);
  struct event event = {.kind = EVENT_DIRECTORY, .workspace = WEB, .person = {.id = "stranger"}, .change = "joined"};
  stage_run(&stage, &event);
  cr_assert_str_empty(stage.ops);
  event.person.id = "ben";
  event.person.zone = "Asia/Tokyo";
  event.change = "changed";
  stage_run(&stage, &event);
  cr_assert_str_eq(stage_get_person(&stage, "ben")->zone, "Asia/Tokyo");
  stage_run(&stage, &event);
  cr_assert_str_empty(stage.ops, "what is so already is no change");
  event.change = NULL;
  stage_run(&stage, &event);
  event.person.id = NULL;
  stage_run(&stage, &event);
  cr_assert_str_empty(stage.ops);
}

Test(turn, rooms_that_change_change_nothing_of_ours) {
  STAGE(stage);
  struct event event = {.kind = EVENT_ROOM, .workspace = WEB, .change = "archived", .room = {.id = "lobby", .kind = ROOM_PUBLIC}};
  stage_run(&stage, &event);
  cr_assert_eq(stage.err, ERR_NONE);
  cr_assert_str_empty(stage.ops);
}

/* ---- where it is answered ---- */
Test(turn, what_is_said_in_a_room_is_answered_in_private) {
  static const char *const said[] = {"@Mentor next", "next", "@Mentor", "tell me a joke", "@Mentor   pairs"};
  STAGE(stage);
  stage_cast(&stage);
  for (size_t i = 0; i < ARRAY_LEN(said); i++) {
    stage_room_text(&stage, "aisha", said[i]);
    cr_assert_str_eq(stage.reply, "room.overheard");
    cr_assert_eq(stage.row_count, 1, "%s: %s", said[i], stage_all(&stage));
    cr_assert_eq(stage_told(&stage, "aisha"), 1);
    cr_assert_null(stage.rows[0]->room);
  }
}

Test(turn, words_in_a_room_answer_no_question) {
  STAGE(stage);
  stage_text(&stage, "mina", "join");
  const struct talk *before = stage_talk(&stage, "mina");
  const char *id = arena_text(stage.arena, before->id);
  stage_room_text(&stage, "mina", "1");
  const struct talk *talk = stage_talk(&stage, "mina");
  cr_assert_str_eq(talk->id, id);
  cr_assert_str_eq(talk->step, "limits");
}

Test(turn, a_bare_command_shows_where_one_stands) {
  STAGE(stage);
  stage_cast(&stage);
  stage_command(&stage, "aisha", NULL, ROOM_DIRECT);
  SAID(&stage, "aisha", "next.accepted");
  cr_assert_null(stage.reply);
  stage_command(&stage, "aisha", "", ROOM_PUBLIC);
  SAID(&stage, "aisha", "next.accepted");
  cr_assert_str_eq(stage.reply, "room.private");
  stage_command(&stage, "jo", "people waiting", ROOM_PRIVATE);
  SAID(&stage, "jo", "people.waiting");
}

Test(turn, a_command_that_is_an_answer_answers) {
  STAGE(stage);
  stage_command(&stage, "mina", "join mentee", ROOM_DIRECT);
  stage_command(&stage, "mina", "qwertz uiop", ROOM_DIRECT);
  SAID(&stage, "mina", "smalltalk.lost");
  stage_command(&stage, "mina", "1", ROOM_DIRECT);
  cr_assert_str_neq(stage_talk(&stage, "mina")->step, "limits");
}

/* ---- presses ---- */
Test(turn, press_tokens_of_every_shape) {
  static const char *const tokens[] = {"", ".", "..", "...", "do:", "do:nothing", "t1", "t1.limits", "t999.limits.1.0", "p1.limits.1.0", "do:next extra",
                                       "t1.limits.99999999999999999999.0", "t1.limits.-1.-1", "t1.limits.x.y", "scheme.a.b.c", ".limits.1.0"};
  STAGE(stage);
  stage_cast(&stage);
  for (size_t i = 0; i < ARRAY_LEN(tokens); i++) {
    stage_press(&stage, "aisha", tokens[i]);
    cr_assert_eq(stage.err, ERR_NONE);
    cr_assert_str_eq(stage.reply == NULL ? "nothing" : stage.reply, "press.gone", "'%s'", tokens[i]);
    cr_assert_str_empty(stage.ops, "'%s'", tokens[i]);
  }
  stage_press(&stage, "aisha", NULL);
  cr_assert_str_eq(stage.reply, "press.gone");
  stage_press(&stage, "aisha", "do:next");
  SAID(&stage, "aisha", "next.accepted");
}

/* ---- timers ---- */
Test(turn, a_timer_whose_time_moved_does_nothing) {
  STAGE(stage);
  stage_cast(&stage);
  stage_text(&stage, "mina", "join");
  const struct talk *talk = stage_talk(&stage, "mina");
  const char *record = arena_format(stage.arena, "talk/%s", talk->id);
  int64_t due = talk->due_ms;
  cr_assert_gt(due, stage.now_ms);
  stage_due(&stage, record, due - 1);
  cr_assert_str_empty(stage.ops);
  stage.now_ms = due;
  stage_due(&stage, record, due);
  cr_assert_str_not_empty(stage.ops);
  stage_due(&stage, record, due);
  cr_assert_str_empty(stage.ops, "it happens once");
}

Test(turn, timers_of_what_is_gone_do_nothing) {
  static const char *const records[] = {"talk/t99", "pair/x99", "talk/", "pair/", "person/p1", "scheme/scheme", "x/y"};
  STAGE(stage);
  stage_cast(&stage);
  for (size_t i = 0; i < ARRAY_LEN(records); i++) {
    stage_due(&stage, records[i], 5);
    cr_assert_eq(stage.err, ERR_NONE, "%s", records[i]);
    cr_assert_str_empty(stage.ops, "%s", records[i]);
  }
  stage_due(&stage, "nonsense", 5);
  cr_assert_eq(stage.err, ERR_BAD_INPUT);
  stage_due(&stage, NULL, 5);
  cr_assert_eq(stage.err, ERR_BAD_INPUT);
}

Test(turn, a_pairs_deadline_that_no_longer_counts_comes_once) {
  STAGE(stage);
  stage_cast(&stage);
  const char *pair = stage_pair(&stage, "aisha", "ben", PAIR_INTRODUCED);
  ((struct pair *)txn_edit(stage_hand(&stage), RECORD_PAIR, pair))->answer_by_ms = stage.now_ms;
  stage_apply(&stage);
  stage_due(&stage, arena_format(stage.arena, "pair/%s", pair), stage.now_ms);
  cr_assert_eq(stage_last_pair(&stage)->state, PAIR_INTRODUCED, "who said yes is a pair still");
  cr_assert_eq(stage_last_pair(&stage)->answer_by_ms, 0, "a timer that stays due would come for ever");
  cr_assert_eq(stage.row_count, 0);
}

/* ---- the demo's clock ---- */
static void demo(struct stage *stage, const char *change, int64_t to_ms) {
  struct event event = {.kind = EVENT_DEMO, .workspace = WEB, .change = change, .due_ms = to_ms, .at_ms = STAGE_NOW_MS};
  stage_run(stage, &event);
}

static const struct scheme *scheme_of(struct stage *stage) {
  return model_get(stage->model, RECORD_SCHEME, "scheme");
}

Test(turn, a_real_scheme_refuses_every_demo_event) {
  static const char *const changes[] = {"clock_next", "clock_to", "clock_step", "reset", "other"};
  STAGE(stage);
  for (size_t i = 0; i < ARRAY_LEN(changes); i++) {
    demo(&stage, changes[i], STAGE_NOW_MS + STAGE_DAY_MS);
    cr_assert_eq(stage.err, ERR_BAD_INPUT, "%s", changes[i]);
    cr_assert_not(txn_is_reset(stage.last));
  }
  cr_assert_eq(scheme_of(&stage)->offset_ms, 0);
}

static void make_demo(struct stage *stage) {
  ((struct scheme *)txn_edit(stage_hand(stage), RECORD_SCHEME, "scheme"))->demo = true;
  stage_apply(stage);
}

Test(turn, the_demo_clock_only_goes_forward) {
  STAGE(stage);
  make_demo(&stage);
  demo(&stage, "clock_to", STAGE_NOW_MS - 1);
  cr_assert_str_empty(stage.ops);
  demo(&stage, "clock_to", STAGE_NOW_MS + STAGE_DAY_MS);
  cr_assert_eq(scheme_of(&stage)->clock_target_ms, STAGE_NOW_MS + STAGE_DAY_MS);
  demo(&stage, "clock_step", STAGE_NOW_MS + 3600000);
  cr_assert_eq(scheme_of(&stage)->offset_ms, 3600000);
  cr_assert_neq(scheme_of(&stage)->clock_target_ms, 0, "on its way");
  demo(&stage, "clock_step", STAGE_NOW_MS + STAGE_DAY_MS);
  cr_assert_eq(scheme_of(&stage)->offset_ms, STAGE_DAY_MS);
  cr_assert_eq(scheme_of(&stage)->clock_target_ms, 0);
  demo(&stage, "clock_step", STAGE_NOW_MS);
  cr_assert_eq(scheme_of(&stage)->offset_ms, STAGE_DAY_MS);
}

Test(turn, clock_next_goes_to_what_is_due_next) {
  STAGE(stage);
  make_demo(&stage);
  demo(&stage, "clock_next", 0);
  cr_assert_str_empty(stage.ops, "nothing is due");
  stage_text(&stage, "mina", "join");
  int64_t due = stage_talk(&stage, "mina")->due_ms;
  demo(&stage, "clock_next", 0);
  cr_assert_eq(scheme_of(&stage)->clock_target_ms, due);
}

Test(turn, reset_asks_for_everything_anew) {
  STAGE(stage);
  make_demo(&stage);
  demo(&stage, "reset", 0);
  cr_assert(txn_is_reset(stage.last));
  demo(&stage, NULL, 0);
  cr_assert_eq(stage.err, ERR_BAD_INPUT);
}

/* ---- chance, and the readings ---- */
Test(turn, chance_is_the_seeds_alone) {
  struct event one = {.seed = {1}}, other = {.seed = {2}};
  struct turn a = {.event = &one}, b = {.event = &other};
  cr_assert_eq(turn_chance(&a, 1), turn_chance(&a, 1));
  cr_assert_neq(turn_chance(&a, 1), turn_chance(&a, 2));
  cr_assert_neq(turn_chance(&a, 1), turn_chance(&b, 1));
}

Test(turn, managers_are_named_without_those_recused) {
  STAGE(stage);
  stage_cast(&stage);
  stage_add(&stage, "sam", "Sam Reed", ROLE_MANAGER);
  stage_line(&stage, "aisha", "sam");
  const char *aisha = stage_id(&stage, "aisha"), *jo = stage_id(&stage, "jo");
  struct txn *txn = stage_hand(&stage);
  struct turn turn = {.txn = txn, .arena = txn_arena(txn), .now_ms = stage.now_ms};
  cr_assert_eq(turn_managers(&turn, "pilot-1", NULL).count, 2);
  struct strs about = turn_managers(&turn, "pilot-1", aisha);
  cr_assert_eq(about.count, 1);
  cr_assert_str_eq(about.items[0], jo);
  cr_assert_eq(turn_managers(&turn, "another", NULL).count, 0);
  cr_assert(turn_manages(&turn, jo, NULL) && turn_manages(&turn, jo, "pilot-1") && !turn_manages(&turn, jo, "another"));
  cr_assert_not(turn_manages(&turn, aisha, NULL));
  stage_apply(&stage);
}

Test(turn, the_enrolment_of_somebody_who_left_is_none) {
  STAGE(stage);
  stage_cast(&stage);
  const char *left = stage_enrol(&stage, "aisha", ROLE_MENTOR, ENROLMENT_LEFT);
  struct txn *txn = stage_hand(&stage);
  struct turn turn = {.txn = txn, .arena = txn_arena(txn)};
  const struct enrolment *any = turn_enrolment(&turn, stage_id(&stage, "aisha"), "pilot-1", ROLE_INVALID_);
  cr_assert_str_neq(any->id, left);
  cr_assert_null(turn_enrolment(&turn, stage_id(&stage, "aisha"), "pilot-1", ROLE_MENTOR));
  cr_assert_null(turn_enrolment(&turn, stage_id(&stage, "jo"), "pilot-1", ROLE_INVALID_), "a manager takes no part");
  cr_assert_null(turn_enrolment(&turn, stage_id(&stage, "aisha"), "other", ROLE_INVALID_));
  stage_apply(&stage);
}

/* Control and job entries that are no JSON are refused, never half done. */
Test(turn, control_entries_that_are_no_entry) {
  static const char *const entries[] = {NULL, "", "{", "[]", "7", "{}", "{\"id\":\"a\"}", "{\"id\":7,\"kind\":\"apply\"}", "{\"id\":\"a\",\"kind\":\"dance\"}"};
  STAGE(stage);
  for (size_t i = 0; i < ARRAY_LEN(entries); i++) {
    stage_control(&stage, entries[i]);
    cr_assert_eq(stage.err, ERR_BAD_INPUT, "%s", entries[i] == NULL ? "NULL" : entries[i]);
  }
  cr_assert_eq(model_count(stage.model, RECORD_JOB), 0);
}

/* ---- one thing under two ids ---- */
static void again(struct stage *stage, const char *text) {
  struct event event = {.kind = EVENT_TEXT, .again = true, .workspace = "web/city", .person = {.id = "mina"}, .text = text};
  stage_run(stage, &event);
}

static bool was_left(struct stage *stage, const char *text) {
  again(stage, text);
  return stage->reply != NULL && strcmp(stage->reply, "talk.again") == 0;
}

Test(turn, words_that_come_again_are_left_when_they_moved_a_talk_on) {
  static const char *const words[] = {"1", "skip", "back", "cancel"};
  for (size_t i = 0; i < ARRAY_LEN(words); i++) {
    STAGE(stage);
    (void)stage_person(&stage, "mina", "Mina Park");
    (void)stage_signing_up(&stage, "mina", "ask/how");
    stage_text(&stage, "mina", words[i]);
    cr_assert(was_left(&stage, words[i]), "%s", words[i]);
    cr_assert_str_empty(stage.ops, "nothing is done");
  }
}

Test(turn, a_command_that_comes_again_is_not_taken_for_an_answer) {
  STAGE(stage);
  stage_text(&stage, "mina", "i want a mentor");
  cr_assert(was_left(&stage, "i want a mentor"));
}

Test(turn, words_that_come_again_count_when_nothing_moved) {
  static const char *const words[] = {"why", "help", "bananas"};
  for (size_t i = 0; i < ARRAY_LEN(words); i++) {
    STAGE(stage);
    (void)stage_person(&stage, "mina", "Mina Park");
    (void)stage_signing_up(&stage, "mina", "ask/how");
    stage_text(&stage, "mina", words[i]);
    cr_assert_not(was_left(&stage, words[i]), "%s", words[i]);
  }
}

Test(turn, after_a_minute_words_count_again) {
  STAGE(stage);
  (void)stage_person(&stage, "mina", "Mina Park");
  (void)stage_signing_up(&stage, "mina", "ask/how");
  stage_text(&stage, "mina", "skip");
  stage.now_ms += 59999;
  cr_assert(was_left(&stage, "skip"));
  stage.now_ms += 1;
  cr_assert_not(was_left(&stage, "skip"));
}
