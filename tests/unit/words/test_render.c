/* test_render.c: what one reader gets to read on one link: who is named, what is on a button, and what is left to type. */
#include "bot/render.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "bot/base/file.h"

enum { ARENA_BYTES = 16 << 20 };
static const int64_t friday_ms = 1772791200000; /* 2026-03-06T10:00Z */
static const struct capabilities rich = {.buttons = 5, .select = true, .form = true, .text_max = 3000};
static const struct capabilities bare = {.text_max = 3000};

static struct words *words;
static struct arena *arena;
static struct model *model;
static struct txn *view;

/* ---- a small scheme: Sam and Jo run it; Aisha's line is Sam; Ben's is not known ---- */
static void add_person(const char *id, const char *name, enum line_state line) {
  struct person person = {.id = id, .name = name, .line_state = line, .line = line == LINE_GIVEN ? "s1" : NULL};
  model_load(model, RECORD_PERSON, &person);
}

static void add_enrolment(const char *id, const char *person, enum role role, enum enrolment_state state) {
  struct enrolment enrolment = {.id = id, .person = person, .programme = "pilot", .role = role, .state = state};
  model_load(model, RECORD_ENROLMENT, &enrolment);
}

static void begin(void) {
  char *json;
  size_t bytes;
  cr_assert_eq(file_read("bot/words/en.json", 1 << 20, &json, &bytes), ERR_NONE, "run from the top folder");
  cr_assert_eq(words_load("en", json, bytes, &words), ERR_NONE);
  free(json);
  arena = arena_new(ARENA_BYTES);
  model = model_new("city");
  struct scheme scheme = {.id = "scheme", .name = "the City pilot", .zone = "Europe/London", .contact_name = "Dr Lee", .emergency = "999"};
  model_load(model, RECORD_SCHEME, &scheme);
  add_person("p1", "Aisha Khan", LINE_GIVEN);
  add_person("p2", "Ben Okoro", LINE_UNKNOWN);
  add_person("p3", "Sam Reed", LINE_NONE);
  add_person("p4", "Jo Bell", LINE_NONE);
  add_person("p5", "Quinn Draft", LINE_NONE);
  add_enrolment("e3", "p3", ROLE_MANAGER, ENROLMENT_ACCEPTED);
  add_enrolment("e4", "p4", ROLE_MANAGER, ENROLMENT_ACCEPTED);
  add_enrolment("e5", "p5", ROLE_MANAGER, ENROLMENT_APPLIED);
  add_enrolment("e6", "p1", ROLE_MENTEE, ENROLMENT_DRAFT);
}

static void ready(void) {
  model_loaded(model);
  view = txn_new(model, arena);
}

static void drop(void) {
  words = words_free(words);
  model = model_free(model);
  arena = arena_free(arena);
}

static void start(void) {
  begin();
  ready();
  model_set_line(model, "p1", "p3");
}

/* ---- building rows ---- */
static void choice(struct out *out, const char *value, const char *key, const char *label) {
  struct choice *one = LIST_ADD(arena, &out->choices);
  *one = (struct choice){.value = value, .words = key, .label = label};
  if (out->input == IN_NONE) out->input = IN_BUTTONS;
}

static void extra(struct out *out, const char *value, const char *key) {
  struct choice *one = LIST_ADD(arena, &out->extras);
  *one = (struct choice){.value = value, .words = key};
}

static struct out question(size_t choices) {
  static const char *const values[] = {"confidence", "conflict", "planning", "projects", "clients", "networks", "returning"};
  struct out out = {.id = "o1", .person = "p1", .words = "intake.topics", .talk = "t7", .step = "ask/topics", .nonce = 4,
                    .who = "who.managers", .progress = 3, .progress_of = 6};
  for (size_t i = 0; i < choices; i++) choice(&out, values[i], arena_format(arena, "option.topics.%s", values[i]), NULL);
  extra(&out, "back", "talk.button.back");
  extra(&out, "skip", "talk.button.skip");
  extra(&out, "why", "talk.button.why");
  return out;
}

static struct card render(const struct out *out, const struct capabilities *can) {
  struct card card;
  render_card(out, view, words, can, arena, &card);
  cr_assert_not_null(card.plain);
  cr_assert_not_null(card.text);
  return card;
}

/* A sentence that names only this. */
static const char *said(const char *reader, const char *key, struct param param) {
  struct line line = {.words = key};
  struct param *one = LIST_ADD(arena, &line.params);
  *one = param;
  return render_line(&line, view, words, reader, arena);
}

static const char *managers_for(const char *reader) {
  return said(reader, "who.managers", (struct param){.name = "unused"});
}

#define HAS(text, part) cr_assert_not_null(strstr((text), (part)), "\"%s\" is in:\n%s", (part), (text))
#define HAS_NOT(text, part) cr_assert_null(strstr((text), (part)), "\"%s\" is not in:\n%s", (part), (text))

/* ---- on a link with everything ---- */

Test(render, a_question_with_buttons) {
  start();
  struct out out = question(2);
  out.choices.items[1].primary = true;
  struct card card = render(&out, &rich);
  cr_assert_str_eq(card.key, "intake.topics");
  cr_assert_eq(card.input, INPUT_BUTTONS);
  cr_assert_eq(card.choice_count, 2);
  cr_assert_str_eq(card.choices[0].label, "Confidence");
  cr_assert_str_eq(card.choices[0].token, "t7.ask/topics.4.0");
  cr_assert_str_eq(card.choices[1].token, "t7.ask/topics.4.1");
  cr_assert(card.choices[1].primary && !card.choices[0].primary);
  cr_assert_eq(card.extra_count, 3);
  cr_assert_str_eq(card.extras[1].token, "t7.ask/topics.4.skip");
  cr_assert_str_eq(card.extras[1].label, "Skip");
  cr_assert_str_eq(card.who, "I show this to Jo.");
  cr_assert_str_eq(card.progress, "3 of 6");
  cr_assert_eq(card.line_count, 0);
  cr_assert_null(card.input_token);
  HAS_NOT(card.text, "Answer with");
  drop();
}

Test(render, plain_holds_everything) {
  start();
  struct out out = question(2);
  struct line *line = LIST_ADD(arena, &out.lines);
  line->words = "review.line_none";
  struct card card = render(&out, &rich);
  cr_assert_str_eq(card.plain,
                   "What would you like to work on? Pick up to three. This counts most in finding a good match.\n- Line manager: none\n\n1. Confidence\n2. Dealing with conflict\n\nI show this to Jo. (3 of 6)\n"
                   "Answer with a number, or the words. You can also say: back, skip, why.");
  cr_assert_eq(card.line_count, 1);
  cr_assert_str_eq(card.lines[0], "Line manager: none");
  drop();
}

Test(render, a_statement_has_no_word_about_answering) {
  start();
  struct out out = {.person = "p1", .words = "talk.you_answered"};
  struct card card = render(&out, &bare);
  cr_assert_str_eq(card.plain, "Thank you, I have your answer.");
  cr_assert_str_eq(card.text, card.plain);
  cr_assert_eq(card.input, INPUT_NONE);
  cr_assert_null(card.who);
  drop();
}

Test(render, a_command_is_its_own_token_and_is_said_by_its_word) {
  start();
  struct out out = {.person = "p1", .words = "intake.end"};
  choice(&out, "do:next", "command.button.next", NULL);
  struct card card = render(&out, &rich);
  cr_assert_str_eq(card.choices[0].token, "do:next");
  HAS(card.plain, "\n- What happens next: say next");
  HAS_NOT(card.plain, "1.");
  HAS_NOT(card.plain, "Answer with");
  out.talk = "t7"; /* within a question its number is remembered */
  card = render(&out, &rich);
  cr_assert_str_eq(card.choices[0].token, "do:next");
  HAS(card.plain, "\n1. What happens next");
  drop();
}

Test(render, labels_that_are_no_sentences_of_ours) {
  start();
  struct out out = {.person = "p1", .words = "intake.grade", .talk = "t7", .step = "about_you/grade", .nonce = 1};
  choice(&out, "Chief\nInspector", NULL, "Chief\nInspector {0} '{");
  struct card card = render(&out, &rich);
  cr_assert_str_eq(card.choices[0].label, "Chief Inspector {0} '{");
  cr_assert_str_eq(render_label(&out.choices.items[0], view, words, "p1", arena), card.choices[0].label);
  out.choices.items[0].label = arena_format(arena, "%01500d", 0); /* a link takes 1024 bytes of a label */
  cr_assert_leq(strlen(render(&out, &rich).choices[0].label), 1024);
  drop();
}

/* ---- on links with less ---- */

Test(render, more_choices_than_buttons_become_a_select) {
  start();
  struct out out = question(6);
  struct card card = render(&out, &rich);
  cr_assert_eq(card.input, INPUT_SELECT_ONE);
  cr_assert_eq(card.choice_count, 6);
  cr_assert_eq(card.extra_count, 3);
  drop();
}

Test(render, with_neither_select_nor_buttons_enough_the_whole_card_is_plain) {
  start();
  struct out out = question(6);
  struct capabilities can = {.buttons = 5, .text_max = 3000};
  struct card card = render(&out, &can);
  cr_assert_eq(card.input, INPUT_NONE);
  cr_assert_eq(card.choice_count, 0);
  cr_assert_str_eq(card.text, card.plain);
  cr_assert_null(card.who);
  cr_assert_null(card.progress);
  cr_assert_eq(card.line_count, 0);
  HAS(card.text, "6. Getting to know people");
  cr_assert_eq(card.extra_count, 3); /* these still fit on buttons */
  card = render(&out, &bare);
  cr_assert_eq(card.choice_count + card.extra_count, 0);
  HAS(card.text, "You can also say: back, skip, why.");
  drop();
}

Test(render, a_select_becomes_buttons_where_they_fit) {
  start();
  struct out out = question(2);
  struct capabilities can = {.buttons = 2, .text_max = 3000};
  out.input = IN_SELECT_ONE;
  cr_assert_eq(render(&out, &rich).input, INPUT_SELECT_ONE);
  cr_assert_eq(render(&out, &can).input, INPUT_BUTTONS);
  cr_assert_eq(render(&out, &bare).input, INPUT_NONE);
  drop();
}

Test(render, extras_without_a_button_are_said) {
  start();
  struct out out = question(2);
  struct capabilities can = {.buttons = 3, .text_max = 3000};
  struct card card = render(&out, &can);
  cr_assert_eq(card.input, INPUT_BUTTONS);
  cr_assert_eq(card.extra_count, 1);
  cr_assert_eq(card.line_count, 1);
  cr_assert_str_eq(card.lines[0], "You can also say: skip, why.");
  drop();
}

Test(render, several_choices_need_a_form) {
  start();
  struct out out = question(7);
  out.input = IN_SELECT_MANY;
  out.choose_max = 3;
  struct card card = render(&out, &rich);
  cr_assert_eq(card.input, INPUT_SELECT_MANY);
  cr_assert_eq(card.choose_max, 3);
  cr_assert_str_eq(card.input_token, "t7.ask/topics.4");
  cr_assert_str_eq(card.choices[6].token, "t7.ask/topics.4.6");
  HAS(card.plain, "Answer with up to 3 numbers (such as 1, 2) or with the words.");
  struct capabilities can = {.buttons = 20, .select = true, .text_max = 3000};
  card = render(&out, &can);
  cr_assert_eq(card.input, INPUT_NONE);
  cr_assert_str_eq(card.text, card.plain);
  for (out.choose_max = 0; out.choose_max < 18; out.choose_max += 9) { /* no limit, or one beyond the choices */
    card = render(&out, &rich);
    cr_assert_eq(card.choose_max, 7);
    HAS(card.plain, "Answer with numbers (such as 1, 2) or with the words.");
  }
  drop();
}

Test(render, a_text_field_or_only_the_invitation_to_write) {
  start();
  struct out out = question(0);
  out.words = "intake.bio";
  out.input = IN_TEXT;
  out.choose_max = 300;
  struct card card = render(&out, &rich);
  cr_assert_eq(card.input, INPUT_TEXT);
  cr_assert_str_eq(card.input_token, "t7.ask/topics.4");
  cr_assert_str_eq(card.input_label, "Your answer");
  cr_assert_eq(card.input_chars_max, 300);
  cr_assert_eq(card.line_count, 0);
  struct capabilities can = {.buttons = 5, .text_max = 3000};
  card = render(&out, &can);
  cr_assert_eq(card.input, INPUT_NONE);
  cr_assert_null(card.input_token);
  cr_assert_str_eq(card.lines[0], "Write your answer here.");
  HAS(card.plain, "Write your answer here. You can also say: back, skip, why.");
  choice(&out, "keep", "intake.button.keep_sealed", NULL);
  cr_assert_eq(render(&out, &rich).input, INPUT_TEXT);
  cr_assert_eq(render(&out, &rich).choice_count, 1);
  cr_assert_eq(render(&out, &can).input, INPUT_BUTTONS);
  HAS(render(&out, &bare).text, "Write your answer, or a number from the list.");
  out.input = IN_PERSON;
  cr_assert_eq(render(&out, &rich).input, INPUT_PERSON);
  cr_assert_str_eq(render(&out, &rich).input_label, "Their name");
  drop();
}

/* ---- too long ---- */

static struct out list_of(size_t lines) {
  struct out out = question(2);
  for (size_t i = 0; i < lines; i++) {
    struct line *line = LIST_ADD(arena, &out.lines);
    line->words = "person.line";
    struct param *param = LIST_ADD(arena, &line->params);
    *param = (struct param){.name = "person", .kind = PARAM_TEXT, .values = strs_of(arena, 1, arena_format(arena, "Ä person number %zu", i + 1))};
  }
  return out;
}

Test(render, facts_that_do_not_fit_are_left_out_and_that_is_said) {
  start();
  struct out out = list_of(200);
  for (int max = 400; max < 6000; max += 117) {
    struct capabilities can = rich;
    can.text_max = max;
    struct card card = render(&out, &can);
    cr_assert_leq(text_utf8_count(card.plain), (size_t)max);
    HAS(card.plain, "2. Dealing with conflict");
    HAS(card.plain, "I show this to Jo. (3 of 6)");
    const char *last = card.lines[card.line_count - 1];
    if (card.line_count == 200) HAS_NOT(card.plain, "not fit here");
    else cr_assert_str_eq(last, arena_format(arena, "%zu more lines do not fit here.", 201 - card.line_count));
    if (card.line_count < 200) HAS(card.plain, last);
  }
  drop();
}

Test(render, what_is_still_too_long_ends_at_a_line_and_says_so) {
  start();
  struct out out = list_of(3);
  const char *full = render(&out, &rich).plain, *closing = "\nThis message is too long for this chat, so its end is missing.";
  for (int max = 1; max < 420; max++) {
    struct capabilities can = rich;
    can.text_max = max;
    struct card card = render(&out, &can);
    size_t chars = text_utf8_count(card.plain);
    cr_assert_leq(chars, (size_t)max);
    cr_assert_leq(text_utf8_count(card.text), (size_t)max, "beside buttons too");
    cr_assert(text_utf8_valid(card.plain, strlen(card.plain)));
    bool whole = strstr(card.plain, "say: back, skip, why.") != NULL;
    const char *end = strstr(card.plain, closing);
    if (!whole && max > 200) cr_assert_not_null(end, "%d: %s", max, card.plain);
    if (end == NULL || max < 120) continue; /* with room for a word */
    cr_assert_neq(end[-1], '\n');
    const char *last = arena_text_n(arena, card.plain, (size_t)(end - card.plain));
    if (strrchr(last, '\n') != NULL) last = strrchr(last, '\n');
    const char *there = strstr(full, last);
    bool at_end = there != NULL && strchr("\n ", there[strlen(last)]) != NULL;
    cr_assert(at_end || strstr(last, "not fit here.") != NULL, "%d: %s", max, card.plain);
  }
  drop();
}

Test(render, a_link_that_does_not_say_how_much_it_shows_gets_little) {
  start();
  struct out out = list_of(900);
  struct capabilities can = rich;
  can.text_max = 0;
  cr_assert_leq(text_utf8_count(render(&out, &can).plain), 1000);
  can.text_max = 1000000; /* and one that shows very much gets what fits a line of the link */
  cr_assert_leq(4 * text_utf8_count(render(&out, &can).plain), 32768);
  drop();
}

/* ---- who is named to whom ---- */

Test(render, a_manager_in_the_readers_line_is_not_named) {
  start();
  cr_assert_str_eq(managers_for("p1"), "I show this to Jo.");
  cr_assert_str_eq(managers_for("p2"), "I show this to Sam and Jo."); /* line not known yet: all who are not known to be in it */
  model_set_line(model, "p2", "p4");
  cr_assert_str_eq(managers_for("p2"), "I show this to Sam.");
  cr_assert_str_eq(managers_for(NULL), "I show this to Sam and Jo.");
  ((struct person *)txn_edit(view, RECORD_PERSON, "p3"))->gone_ms = friday_ms; /* an account that ended sees nothing more */
  cr_assert_str_eq(managers_for("p8"), "I show this to Jo.");
  drop();
}

Test(render, a_manager_further_up_is_not_named_either) {
  start();
  model_set_line(model, "p3", "p4"); /* Aisha's Sam reports to Jo */
  cr_assert_str_eq(managers_for("p1"), "I show this to your programme manager.");
  drop();
}

Test(render, nobody_is_named_when_the_line_cannot_be_opened) {
  start();
  model_set_unreadable(model, "p2");
  cr_assert_str_eq(managers_for("p2"), "I show this to your programme manager.");
  drop();
}

Test(render, a_line_set_in_this_very_turn_counts_at_once) {
  start();
  ((struct person *)txn_edit(view, RECORD_PERSON, "p2"))->line = txn_seal(view, "p2", "person.line", "p3");
  cr_assert_str_eq(managers_for("p2"), "I show this to Jo.");
  drop();
}

Test(render, managers_of_this_very_turn_count_and_dropped_ones_do_not) {
  start();
  ((struct enrolment *)txn_edit(view, RECORD_ENROLMENT, "e5"))->state = ENROLMENT_ACCEPTED;
  struct enrolment *new = txn_add(view, RECORD_ENROLMENT, "e20");
  *new = (struct enrolment){.id = new->id, .person = "p2", .programme = "pilot", .role = ROLE_MANAGER, .state = ENROLMENT_ACCEPTED};
  cr_assert_str_eq(managers_for("p1"), "I show this to Jo, Quinn and Ben.");
  txn_drop(view, RECORD_ENROLMENT, "e4");
  ((struct enrolment *)txn_edit(view, RECORD_ENROLMENT, "e20"))->state = ENROLMENT_LEFT;
  cr_assert_str_eq(managers_for("p1"), "I show this to Quinn.");
  ((struct enrolment *)txn_edit(view, RECORD_ENROLMENT, "e6"))->role = ROLE_MANAGER; /* a mentee until now */
  ((struct enrolment *)txn_edit(view, RECORD_ENROLMENT, "e6"))->state = ENROLMENT_ACCEPTED;
  cr_assert_str_eq(managers_for("p2"), "I show this to Sam, Quinn and Aisha.");
  drop();
}

Test(render, managers_do_not_read_their_own_name) {
  start();
  cr_assert_str_eq(managers_for("p3"), "I show this to Jo.");
  drop();
}

Test(render, many_managers_are_counted_and_same_first_names_told_apart) {
  begin();
  add_person("p6", "Sam Otter", LINE_NONE);
  add_enrolment("e7", "p6", ROLE_MANAGER, ENROLMENT_ACCEPTED);
  add_person("p7", "Ann Wood", LINE_NONE);
  add_enrolment("e8", "p7", ROLE_MANAGER, ENROLMENT_ACCEPTED);
  add_enrolment("e9", "p7", ROLE_MANAGER, ENROLMENT_ACCEPTED); /* of two programmes: named once */
  ready();
  cr_assert_str_eq(managers_for("p2"), "I show this to Sam Reed, Jo, Sam Otter and Ann.");
  drop();
  begin();
  for (int i = 0; i < 4; i++) {
    add_person(arena_format(arena, "p%d", 10 + i), arena_format(arena, "M%d Last", i), LINE_NONE);
    add_enrolment(arena_format(arena, "e%d", 10 + i), arena_format(arena, "p%d", 10 + i), ROLE_MANAGER, ENROLMENT_ACCEPTED);
  }
  ready();
  cr_assert_str_eq(managers_for("p2"), "I show this to Sam, Jo, M0 and 3 others.");
  drop();
}

Test(render, a_line_manager_is_shown_to_its_owner_alone) {
  start();
  struct param line = {.name = "line", .kind = PARAM_LINE, .values = strs_of(arena, 1, "p1")};
  HAS(said("p1", "intake.line_manager_known", line), "I have Sam Reed as your line manager.");
  static const char *const others[] = {"p2", "p3", "p4", NULL};
  for (size_t i = 0; i < ARRAY_LEN(others); i++) {
    const char *text = said(others[i], "intake.line_manager_known", line);
    HAS(text, "I have … as your line manager.");
    HAS_NOT(text, "Sam Reed");
  }
  model_set_line(model, "p1", "?Kim\nBrown");
  HAS(said("p1", "intake.line_manager_known", line), "I have Kim Brown as your line manager.");
  model_set_line(model, "p1", NULL);
  HAS(said("p1", "intake.line_manager_known", line), "I have no one as your line manager.");
  drop();
}

Test(render, who_is_kept_apart_is_never_listed) {
  start();
  static const char *const others[] = {"p2"};
  model_set_apart(model, "p1", others, 1);
  struct param apart = {.name = "apart", .kind = PARAM_APART, .values = strs_of(arena, 1, "p1")};
  HAS(said("p1", "intake.apart_known", apart), "apart from the people you named?");
  HAS(said("p2", "intake.apart_known", apart), "apart from …?");
  HAS_NOT(said("p1", "intake.apart_known", apart), "Ben");
  drop();
}

/* Sentences of other files may begin with {managers}. */
Test(render, who_stands_in_for_the_managers_begins_a_sentence_with_a_capital) {
  static const char json[] = "{\"people.no_managers\":\"your {programme} manager\",\"word.programme\":\"scheme\","
                             "\"a\":\"{managers} know. {managers} will look, and {managers} write. Now: {managers}? {managers}!\"}";
  start();
  words = words_free(words);
  cr_assert_eq(words_load("en", json, sizeof json - 1, &words), ERR_NONE);
  model_set_line(model, "p3", "p4");
  struct param none = {.name = "unused"};
  cr_assert_str_eq(said("p1", "a", none), "Your scheme manager know. Your scheme manager will look, and your scheme manager write. "
                                          "Now: your scheme manager? Your scheme manager!");
  cr_assert_str_eq(said("p2", "a", none), "Sam and Jo know. Sam and Jo will look, and Sam and Jo write. Now: Sam and Jo? Sam and Jo!");
  drop();
}

/* ---- parameters ---- */

Test(render, the_schemes_own_words) {
  begin();
  struct scheme scheme = {.id = "scheme", .name = "Borough scheme", .zone = "Europe/London", .mentee_word = "mentoree",
                          .mentor_word = "guide", .programme_word = "round"};
  model_load(model, RECORD_SCHEME, &scheme);
  ready();
  struct param none = {.name = "unused"};
  cr_assert_str_eq(said("p2", "intake.button.mentee", none), "Learn from someone (mentoree)");
  cr_assert_str_eq(said("p2", "intake.button.mentor", none), "Help someone (guide)");
  HAS(said("p2", "intake.no_programme", none), "There is no open round just now");
  HAS(said("p2", "contact.text", none), "someone who does not run it: please ask Sam and Jo who that is");
  HAS(said("p2", "contact.text", none), "Call the emergency number.");
  drop();
}

Test(render, a_rows_own_parameter_comes_before_the_standard_one) {
  start();
  struct param mentee = {.name = "mentee", .kind = PARAM_PERSON, .values = strs_of(arena, 1, "p1")};
  HAS(said("p4", "due.pair", mentee), "Aisha Khan’s and mentor’s proposal"); HAS_NOT(said("p3", "due.pair", mentee), "Aisha"); /* of Sam's line */
  drop();
}

Test(render, names_first_names_and_people_who_left) {
  begin();
  add_person("p8", "Lovelace, Ada", LINE_NONE);
  add_person("p9", NULL, LINE_NONE);
  add_person("p10", "Eve\n1. Yes \xE2\x80\xAE" "x\x07", LINE_NONE);
  ready();
  struct param none = {.name = "unused"};
  HAS(said("p1", "smalltalk.bye", none), "Goodbye, Aisha.");
  HAS(said("p8", "smalltalk.bye", none), "Goodbye, Ada.");
  HAS(said("p9", "smalltalk.bye", none), "Goodbye, there.");
  HAS(said("p99", "smalltalk.bye", none), "Goodbye, there.");
  struct param person = {.name = "person", .kind = PARAM_PERSON, .values = strs_of(arena, 1, "p8")};
  cr_assert_str_eq(said("p1", "person.line", person), "Lovelace, Ada");
  person.values = strs_of(arena, 1, "p99");
  cr_assert_str_eq(said("p1", "person.line", person), "someone who has left");
  person.values = strs_of(arena, 1, "p10");
  const char *forged = said("p1", "person.line", person);
  cr_assert_str_eq(forged, "Eve 1. Yes  x ");
  person = (struct param){.name = "person", .kind = PARAM_PEOPLE, .values = strs_of(arena, 3, "p1", "p8", "p2")};
  cr_assert_str_eq(said("p1", "person.line", person), "Aisha, Ada and Ben");
  drop();
}

Test(render, lists_words_numbers_and_dates) {
  start();
  struct param labels = {.name = "labels", .kind = PARAM_TEXT, .values = strs_of(arena, 2, "one\n2. two", "{0} '{")};
  cr_assert_str_eq(said("p1", "talk.you_chose", labels), "You chose: one 2. two and {0} '{");
  labels = (struct param){.name = "labels", .kind = PARAM_WORDS, .values = strs_of(arena, 2, "option.times.lunch", "who.managers")};
  cr_assert_str_eq(said("p1", "talk.you_chose", labels), "You chose: Lunchtime and I show this to Jo.");
  labels.values.count = 0;
  cr_assert_str_eq(said("p1", "talk.you_chose", labels), "You chose: "); /* no words at all is no gap */
  struct param number = {.name = "applied", .kind = PARAM_NUMBER, .values = strs_of(arena, 1, "2")};
  HAS(said("p3", "next.manager", number), "2 people are waiting for your answer.");
  struct param date = {.name = "labels", .kind = PARAM_DATE, .values = strs_of(arena, 1, arena_format(arena, "%lld", (long long)friday_ms))};
  cr_assert_str_eq(said("p1", "talk.you_chose", date), "You chose: Friday 6 March");
  date.kind = PARAM_TIME;
  cr_assert_str_eq(said("p1", "talk.you_chose", date), "You chose: Friday 6 March at 10:00");
  drop();
}

Test(render, times_are_in_the_readers_zone) {
  begin();
  struct person far = {.id = "p8", .name = "Tui Ngata", .zone = "Pacific/Auckland"};
  model_load(model, RECORD_PERSON, &far);
  ready();
  struct param time = {.name = "labels", .kind = PARAM_TIME, .values = strs_of(arena, 1, arena_format(arena, "%lld", (long long)friday_ms))};
  cr_assert_str_eq(said("p8", "talk.you_chose", time), "You chose: Friday 6 March at 23:00");
  drop();
}

Test(render, a_scheme_that_is_not_there_yet) {
  arena = arena_new(ARENA_BYTES);
  model = model_new("empty");
  char *json;
  size_t bytes;
  cr_assert_eq(file_read("bot/words/en.json", 1 << 20, &json, &bytes), ERR_NONE);
  cr_assert_eq(words_load("en", json, bytes, &words), ERR_NONE);
  free(json);
  ready();
  struct out out = {.words = "next.welcome", .room = "C1"};
  struct card card = render(&out, &bare);
  HAS(card.plain, "Hi there, I’m the mentoring bot for this programme, run by your programme manager.");
  drop();
}

/* ---- the clock of the demo ---- */

Test(render, what_is_due_in_words) {
  begin();
  struct talk open = {.id = "t1", .person = "p2", .flow = "intake", .step = "role", .state = TALK_OPEN};
  struct talk done = {.id = "t2", .person = "p2", .flow = "intake", .step = "role", .state = TALK_DONE};
  struct talk queued = {.id = "t3", .person = "p2", .flow = "nothing_known", .step = "x", .state = TALK_QUEUED};
  struct talk other = {.id = "t4", .person = "p2", .flow = "nothing_known", .step = "x", .state = TALK_OPEN};
  struct pair pair = {.id = "x1", .mentee = "p1", .mentor = "p2"};
  model_load(model, RECORD_TALK, &open);
  model_load(model, RECORD_TALK, &done);
  model_load(model, RECORD_TALK, &queued);
  model_load(model, RECORD_TALK, &other);
  model_load(model, RECORD_PAIR, &pair);
  ready();
  const struct { struct due due; const char *said; } wanted[] = {
      {{friday_ms, RECORD_TALK, "t1"}, "Fri 6 Mar, 10:00: reminder about Ben’s sign-up"},
      {{friday_ms, RECORD_TALK, "t2"}, "Fri 6 Mar, 10:00: an old conversation is tidied away"},
      {{friday_ms, RECORD_TALK, "t3"}, "Fri 6 Mar, 10:00: a question that waits for Ben"},
      {{friday_ms, RECORD_TALK, "t4"}, "Fri 6 Mar, 10:00: reminder to Ben"},
      {{friday_ms, RECORD_TALK, "t9"}, "Fri 6 Mar, 10:00: an old conversation is tidied away"},
      {{friday_ms, RECORD_PAIR, "x1"}, "Fri 6 Mar, 10:00: Aisha’s and Ben’s proposal ends"},
      {{friday_ms, RECORD_SCHEME, "scheme"}, "Fri 6 Mar, 10:00: the clock gets to its new time"}};
  for (size_t i = 0; i < ARRAY_LEN(wanted); i++) cr_assert_str_eq(render_due(&wanted[i].due, view, words, arena), wanted[i].said);
  drop();
}
