/* test_web_answer.c: play.yaml's words on the cards as they were rendered. */
#include "adapters/web/web_answer.h"

#include <string.h>

#include "stage.h"

static void begin(void) {
  stage_begin();
  stage_say("ben", "n0", "d:ben", "I want to be a mentor");
}

TestSuite(web_answer, .init = begin, .fini = stage_end);

/* The link's decoder may not know card.key: what this file tests is behind it. */
static struct web_message *show(const char *room, const char *only, const char *key, const char *card) {
  struct web_message post = {.number = stage.next_number++, .room = web_rooms_room(stage.rooms, room), .text = "?", .card = card, .key = key};
  post.only = only == NULL ? NULL : stage_person(only);
  return web_rooms_post(stage.rooms, &post);
}

static bool answer(const char *person, struct web_line *ret_line) {
  const char *misfit = NULL;
  return web_answer_next(stage.rooms, stage_person(person), stage.arena, ret_line, &misfit);
}

#define LIMITS "{\"input\":\"buttons\",\"choices\":[{\"token\":\"1.0\",\"label\":\"Yes\"},{\"token\":\"1.1\",\"label\":\"What is this?\"}]}"
#define TOPICS "{\"input\":\"select_many\",\"input_token\":\"2\",\"choices\":[{\"token\":\"2.0\",\"label\":\"Communication\"}," \
               "{\"token\":\"2.1\",\"label\":\"More confidence.\"},{\"token\":\"2.2\",\"label\":\"Conflict\"}]}"
#define WORDS "{\"input\":\"text\",\"input_token\":\"3\",\"extras\":[{\"token\":\"3.skip\",\"label\":\"Skip\"}]}"
#define DAY "{\"input\":\"date\",\"input_token\":\"5\",\"date_min\":\"2027-01-11\"}"
#define PERSON "{\"input\":\"person\",\"input_token\":\"4\",\"choices\":[{\"token\":\"4.0\",\"label\":\"No one\"}]}"

Test(web_answer, starts_only_in_an_empty_room) {
  struct web_line line;
  cr_assert(!answer("ben", &line), "he has spoken");
  web_rooms_clear(stage.rooms);
  cr_assert(answer("ben", &line));
  cr_assert(line.kind == WEB_LINE_SAY && strcmp(line.room, "d:ben") == 0 && strcmp(line.text, "I want to be a mentor") == 0);
  show("d:ben", NULL, "call.open", "{}");
  cr_assert(!answer("ben", &line), "the bot has written first");
  cr_assert(!answer("jo", &line), "nothing is said for Jo");
}

Test(web_answer, a_number_is_a_choice) {
  struct web_line line;
  const struct web_message *message = show("d:jo", NULL, "intake.limits", LIMITS);
  cr_assert(answer("jo", &line));
  cr_assert(line.kind == WEB_LINE_PRESS && strcmp(line.token, "1.0") == 0 && strcmp(line.message, message->id) == 0);
}

Test(web_answer, several_by_part_of_the_label_and_by_number) {
  struct web_line line;
  show("d:ben", NULL, "intake.topics.mentor", TOPICS);
  cr_assert(answer("ben", &line));
  cr_assert_eq(line.kind, WEB_LINE_FORM);
  cr_assert_str_eq(line.token, "2");
  cr_assert_str_eq(line.values[0].name, "choice");
  cr_assert_eq(line.values[0].value_count, 2);
  cr_assert_str_eq(line.values[0].values[0], "2.1");
  cr_assert_str_eq(line.values[0].values[1], "2.2");
}

Test(web_answer, a_part_that_two_labels_hold_names_neither) {
  struct web_line line;
  show("d:ben", NULL, "intake.topics.mentor", "{\"input\":\"select_many\",\"input_token\":\"2\",\"choices\":[{\"token\":\"2.0\",\"label\":\"Confidence in talks\"},"
       "{\"token\":\"2.1\",\"label\":\"More confidence.\"},{\"token\":\"2.2\",\"label\":\"Conflict\"}]}");
  cr_assert(answer("ben", &line));
  cr_assert_eq(line.values[0].value_count, 1, "no guess is made");
  cr_assert_str_eq(line.values[0].values[0], "2.2");
}

Test(web_answer, words_into_a_field_an_extra_instead_or_typed) {
  struct web_line line;
  struct web_message *first = show("d:ben", NULL, "intake.six", WORDS);
  cr_assert(answer("ben", &line));
  cr_assert(line.kind == WEB_LINE_FORM && strcmp(line.values[0].name, "text") == 0 && strcmp(line.values[0].values[0], "More confidence.") == 0);
  first->answered = true;
  struct web_message *second = show("d:ben", NULL, "intake.style", WORDS);
  cr_assert(answer("ben", &line));
  cr_assert(line.kind == WEB_LINE_PRESS && strcmp(line.token, "3.skip") == 0);
  second->answered = true;
  show("d:ben", NULL, "intake.line", WORDS);
  cr_assert(answer("ben", &line));
  cr_assert(line.kind == WEB_LINE_SAY && strcmp(line.text, "Jo Patel") == 0 && strcmp(line.room, "d:ben") == 0);
}

Test(web_answer, a_day_goes_into_its_field) {
  struct web_line line;
  show("d:ben", NULL, "intake.six", DAY); /* as play.yaml has it: the bot says what it makes of the words */
  cr_assert(answer("ben", &line));
  cr_assert(line.kind == WEB_LINE_FORM && strcmp(line.token, "5") == 0);
  cr_assert_str_eq(line.values[0].name, "text");
}

Test(web_answer, a_person_by_id_is_typed_by_name) {
  struct web_line line;
  show("d:ben", NULL, "intake.apart", PERSON);
  cr_assert(answer("ben", &line));
  cr_assert(line.kind == WEB_LINE_FORM && line.value_count == 1);
  cr_assert(strcmp(line.values[0].name, "text") == 0 && strcmp(line.values[0].values[0], "Jo Patel") == 0);
}

Test(web_answer, what_is_left_alone) {
  struct web_line line;
  const char *misfit = NULL;
  struct web_message *closed = show("d:jo", NULL, "intake.limits", LIMITS), *answered = show("d:jo", NULL, "intake.limits", LIMITS);
  struct web_message *gone = show("d:jo", NULL, "intake.limits", LIMITS);
  closed->closed = answered->answered = gone->gone = true;
  show("d:jo", NULL, "unknown.key", LIMITS);
  show("d:jo", NULL, "round.review", LIMITS);
  show("d:jo", NULL, NULL, LIMITS);
  show("hall", NULL, "intake.limits", LIMITS);
  cr_assert(!answer("jo", &line));
  show("d:ben", NULL, "intake.how", LIMITS);
  cr_assert(!web_answer_next(stage.rooms, stage_person("ben"), stage.arena, &line, &misfit));
  cr_assert_str_eq(misfit, "intake.how", "for whoever writes play.yaml");
}

Test(web_answer, a_card_for_one_in_a_room_and_the_newest_first) {
  struct web_line line;
  show("hall", "jo", "intake.limits", LIMITS);
  cr_assert(!answer("ben", &line));
  cr_assert(answer("jo", &line));
  cr_assert_str_eq(line.message, web_rooms_room(stage.rooms, "hall")->last->id);
  const struct web_message *older = show("d:aisha", NULL, "intake.limits", LIMITS), *newer = show("d:aisha", NULL, "intake.limits", LIMITS);
  cr_assert(answer("aisha", &line));
  cr_assert(strcmp(line.message, newer->id) == 0 && strcmp(line.message, older->id) != 0);
}
