/* test_web_play.c: play.yaml: what is read, and file:line:column for what is not. */
#include <string.h>

#include "stage.h"

TestSuite(web_play, .init = stage_begin, .fini = stage_end);

Test(web_play, reads_the_cast) {
  const struct web_play *play = stage.play;
  cr_assert_eq(play->person_count, 4);
  cr_assert_str_eq(play->people[0].id, "aisha");
  cr_assert_str_eq(play->people[0].zone, "Europe/London");
  cr_assert_str_eq(play->people[0].language, "en");
  cr_assert_str_eq(stage_person("jo")->zone, "Europe/Paris");
  cr_assert_str_eq(stage_person("ben")->start, "I want to be a mentor");
  cr_assert_null(web_play_person(play, "nobody"));
  cr_assert_eq(play->rooms[0].members, 7, "all of its workspace, nobody else's");
  cr_assert_eq(play->rooms[1].members, 5);
  cr_assert_str_eq(play->steps[0].say, "I want a mentor");
  cr_assert_str_eq(play->steps[0].person, "aisha");
  cr_assert_null(play->steps[1].person);
}

Test(web_play, own_answers_then_defaults_then_nothing) {
  const struct web_play_person *ben = stage_person("ben"), *jo = stage_person("jo");
  cr_assert_eq(web_play_answer(stage.play, ben, "intake.topics")->value_count, 2);
  cr_assert(web_play_answer(stage.play, ben, "intake.topics")->list);
  cr_assert(web_play_answer(stage.play, ben, "intake.line")->say);
  cr_assert_str_eq(web_play_answer(stage.play, jo, "intake.limits")->values[0], "1");
  cr_assert_null(web_play_answer(stage.play, jo, "intake.topics"));
  cr_assert_null(web_play_answer(stage.play, jo, "round.review"), "never means never");
}

Test(web_play, a_longer_key_is_answered_as_its_parent) {
  const struct web_play_person *ben = stage_person("ben");
  cr_assert_not_null(web_play_answer(stage.play, ben, "intake.topics.mentor"));
  cr_assert_not_null(web_play_answer(stage.play, ben, "intake.limits.a.b"));
  cr_assert_null(web_play_answer(stage.play, ben, "intake.topicsx"));
  cr_assert_null(web_play_answer(stage.play, ben, "intake"));
  cr_assert_null(web_play_answer(stage.play, ben, "start"));
}

#define HEAD "zone: Europe/London\nworkspaces:\n  - { id: web/one, name: One }\n"
#define PEOPLE HEAD "people:\n  - { id: a, workspace: web/one, name: A, about: x }\n"

Test(web_play, errors_name_line_and_column) {
  static const struct { const char *text, *note; } rows[] = {
      {"", ":1:1: the file is empty"},
      {"- a\n", ":1:1: the play is keys and values"},
      {"zone: [\n", ":2:1: "},
      {"zone: Europe/London\n---\nb: c\n", ":2:1: a second document begins"},
      {"zone: Mars/Base\nworkspaces: [{ id: web/one, name: One }]\npeople: [{ id: a, workspace: web/one, name: A, about: x }]\n", ":1:7: the time zone `Mars/Base` is not known"},
      {"people: []\nworkspaces: [{ id: web/one, name: One }]\nzone: Europe/London\n", ":1:9: `people` has 0 items"},
      {"workspaces: [{ id: web/one, name: One }]\n", ":1:1: the play needs `zone`"},
      {"workspaces: []\n", ":1:13: `workspaces` has 0 items"},
      {"zone: Europe/London\ncolour: red\n", ":2:1: unknown key `colour`; the play has `zone`, `workspaces`"},
      {"zone: Europe/London\nzone: Europe/Paris\n", ":2:1: the key `zone` stands here a second time"},
      {"zone: Europe/London\n", ":1:1: the play needs `workspaces`"},
      {"zone: Europe/London\nworkspaces: web/one\n", ":2:13: `workspaces` is a list, not `web/one`"},
      {"zone: Europe/London\nworkspaces:\n  - { id: slack/T1, name: x }\npeople: [{ id: a, workspace: web/one, name: A, about: x }]\n", ":3:11: a workspace of the demo is called web/"},
      {HEAD "  - { id: web/one, name: Again }\npeople: [{ id: a, workspace: web/one, name: A, about: x }]\n", ":4:11: the workspace `web/one` stands twice"},
      {HEAD, ":1:1: the play needs `people`"},
      {HEAD "people:\n  - { id: a, workspace: web/one, name: A }\n", ":5:5: a person needs `about`"},
      {HEAD "people:\n  - { id: A B, workspace: web/one, name: A, about: x }\n", ":5:11: the id `A B` may have only"},
      {HEAD "people:\n  - { id: a, workspace: web/two, name: A, about: x }\n", ":5:25: the workspace `web/two` is not listed"},
      {HEAD "people:\n  - { id: a, workspace: web/one, name: '', about: x }\n", ":5:40: `name` is empty"},
      {HEAD "people:\n  - { id: a, workspace: web/one, name: [x], about: x }\n", ":5:40: `name` is a text, not a list"},
      {HEAD "people:\n  - { id: a, workspace: web/one, name: A, about: x, zone: London }\n", "the time zone `London`"},
      {PEOPLE "  - { id: a, workspace: web/one, name: B, about: x }\n", ":6:11: the person `a` stands twice"},
      {PEOPLE "rooms:\n  - { id: p7, workspace: web/one, name: r }\n", ":7:11: p and a number"},
      {PEOPLE "rooms:\n  - { id: r, workspace: web/one, name: r, people: [b] }\n", ":7:52: `b` is nobody of web/one"},
      {PEOPLE "rooms:\n  - { id: r, workspace: web/one, name: r }\n  - { id: r, workspace: web/one, name: r }\n", ":8:11: the room `r` stands twice"},
      {PEOPLE "checklist:\n  - { id: s, title: t, how: h }\n", ":7:5: a step needs `done`"},
      {PEOPLE "checklist:\n  - { id: s, title: t, how: h, as: b, done: { key: k } }\n", ":7:36: `b` is not in the list"},
      {PEOPLE "checklist:\n  - { id: s, title: t, how: h, done: { key: k, person: b } }\n", ":7:56: `b` is not in the list"},
      {PEOPLE "answers:\n  people:\n    b: { start: x }\n", ":8:5: `b` is not in the list"},
      {PEOPLE "answers:\n  people:\n    a: { k.x: 1, k.x: 2 }\n", ":8:18: the key `k.x` stands here a second time"},
      {PEOPLE "answers:\n  people:\n    a: { k.x: { shout: loud } }\n", ":8:17: unknown key `shout`; k.x has `say`"},
      {PEOPLE "answers:\n  default: [a]\n", ":7:12: `default` is keys and values, not a list"},
      {PEOPLE "answers:\n  default: { k: [1, [2]] }\n", ":7:21: `k` is a text, not a list"},
  };
  for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
    struct web_play *play = NULL;
    cr_expect_eq(stage_play(rows[i].text, &play), ERR_BAD_INPUT, "row %zu is taken", i);
    cr_expect_not_null(strstr(err_note_text(), rows[i].note), "row %zu: %s, wanted %s", i, err_note_text(), rows[i].note);
    cr_expect_not_null(strstr(err_note_text(), "play.yaml:"), "row %zu: %s", i, err_note_text());
    cr_expect_null(play);
  }
}

Test(web_play, a_missing_file_is_gone) {
  struct web_play *play = NULL;
  err_note_clear();
  cr_assert_eq(web_play_read(stage_path("nothing.yaml"), &play), ERR_GONE);
}

Test(web_play, the_demos_own_play_is_good) {
  struct web_play *play = NULL;
  err_note_clear();
  cr_assert_eq(web_play_read("deploy/demo/play.yaml", &play), ERR_NONE, "%s", err_note_text());
  cr_assert_eq(play->person_count, 9);
  cr_assert_str_eq(play->people[0].id, "aisha");
  cr_assert_null(web_play_answer(play, web_play_person(play, "jo"), "round.review"));
  cr_assert_null(web_play_answer(play, web_play_person(play, "sam"), "applicants.list"));
  play = web_play_free(play);
}
