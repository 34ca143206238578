/* test_scheme_file.c: scheme.yaml becomes the entry that the bot's apply reads; each mistake is told with its place. */
#include "bot/edge/scheme_file.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "bot/base/json.h"
#include "state/records.h"
#include "tests/unit/edge/edge_lab.h"

static struct lab lab;
static cJSON *root;

static void begin(void) { lab_begin(&lab); }
static void end(void) {
  json_freep(&root);
  lab_end(&lab);
}
TestSuite(scheme_file, .init = begin, .fini = end);

static const char whole[] =
    "scheme: city-pilot\n"                                                    /* 1 */
    "name: City mentoring pilot\n"                                            /* 2 */
    "zone: Europe/London\n"                                                   /* 3 */
    "holidays: [2026-12-25, 2027-01-01]\n"                                    /* 4 */
    "vocabulary: { programme: pilot }\n"                                      /* 5 */
    "contact: { name: Dr Mary Lane, how: phone 020 }\n"                       /* 6 */
    "emergency: \"999\"\n"                                                    /* 7 */
    "organisations:\n"                                                        /* 8 */
    "  - id: city\n"                                                          /* 9 */
    "    name: City Police\n"                                                 /* 10 */
    "    workspaces: [web/city]\n"                                            /* 11 */
    "    grades: [constable, sergeant]\n"                                     /* 12 */
    "programmes:\n"                                                           /* 13 */
    "  - id: pilot-1\n"                                                       /* 14 */
    "    kind: pilot\n"                                                       /* 15 */
    "    cap_pairs: 12\n"                                                     /* 16 */
    "    opens: 2027-01-11\n"                                                 /* 17 */
    "    closes: 2027-01-29\n"                                                /* 18 */
    "    starts: 2027-02-08\n"                                                /* 19 */
    "    charter: |\n"                                                        /* 20 */
    "      For whom.\n"                                                       /* 21 */
    "      And why.\n"                                                        /* 22 */
    "    matching: { grade_gap: [0, 2], other_organisation: prefer }\n"       /* 23 */
    "questions: default\n";                                                   /* 24 */

static const cJSON *read_ok(const char *text) {
  char *json = NULL;
  enum err err = scheme_file_read(lab_write(&lab, "scheme.yaml", text), "job-1", true, lab.arena, &lab.troubles, &json);
  cr_assert_eq(err, ERR_NONE, "%s%s", err_note_text(), lab_told(&lab));
  json_freep(&root);
  cr_assert_eq(json_parse(json, strlen(json), 1 << 20, &root), ERR_NONE, "%s", err_note_text());
  return root;
}

static void refused(const char *text, const char *told) {
  char *json;
  lab.troubles.count = 0;
  cr_assert_eq(scheme_file_read(lab_write(&lab, "scheme.yaml", text), "job-1", true, lab.arena, &lab.troubles, &json), ERR_BAD_INPUT);
  cr_assert_str_eq(lab_told(&lab), told);
}

static void refused_instead(const char *from, const char *to, const char *told) {
  refused(lab_instead(&lab, whole, from, to), told);
}

/* As the bot will: through the records' own decoding. */
static const void *record(const cJSON *object, enum record_kind kind) {
  void *decoded = NULL;
  char *json = cJSON_PrintUnformatted(object);
  cr_assert_eq(record_decode(kind, json, strlen(json), lab.arena, &decoded), ERR_NONE, "%s", err_note_text());
  cJSON_free(json);
  return decoded;
}

Test(scheme_file, makes_an_entry_for_apply) {
  const cJSON *entry = read_ok(whole);
  cr_assert_str_eq(json_str(entry, "id"), "job-1");
  cr_assert_str_eq(json_str(entry, "kind"), "apply");
  cr_assert_str_eq(json_str(entry, "for"), "city-pilot");
  cr_assert(json_bool_or(entry, "demo", false));
  cr_assert_str_eq(json_str(entry, "questions.pilot-1"), "default");
}

Test(scheme_file, makes_the_scheme) {
  const struct scheme *scheme = record(json_at(read_ok(whole), "scheme"), RECORD_SCHEME);
  cr_assert_str_eq(scheme->id, "scheme");
  cr_assert_eq(scheme->version, RECORDS_VERSION);
  cr_assert_str_eq(scheme->language, "en");
  cr_assert_str_eq(scheme->zone, "Europe/London");
  cr_assert_eq(scheme->holidays.count, 2);
  cr_assert_str_eq(scheme->programme_word, "pilot");
  cr_assert_null(scheme->mentee_word);
  cr_assert_str_eq(scheme->contact_how, "phone 020");
  cr_assert_str_eq(scheme->emergency, "999");
}

Test(scheme_file, makes_organisations) {
  const struct organisation *one = record(cJSON_GetArrayItem(json_at(read_ok(whole), "organisations"), 0), RECORD_ORGANISATION);
  cr_assert_str_eq(one->id, "city");
  cr_assert_str_eq(one->workspaces.items[0], "web/city");
  cr_assert_str_eq(one->grades.items[1], "sergeant");
}

/* ---- places ---- */
static const struct organisation *first_organisation(const char *text) {
  return record(cJSON_GetArrayItem(json_at(read_ok(text), "organisations"), 0), RECORD_ORGANISATION);
}

Test(scheme_file, places_of_an_organisation_and_none_by_default) {
  const struct organisation *one = first_organisation(whole);
  cr_assert(one->mentees_at_least == 0 && one->mentees_at_most == 0 && one->gives_at_most == 0);
  one = first_organisation(lab_instead(&lab, whole, "    grades: [", "    places: { mentees_at_least: 3, mentees_at_most: 5, gives_at_most: 4 }\n    grades: ["));
  cr_assert(one->mentees_at_least == 3 && one->mentees_at_most == 5 && one->gives_at_most == 4);
  one = first_organisation(lab_instead(&lab, whole, "    grades: [", "    places: { mentees_at_least: 3 }\n    grades: ["));
  cr_assert(one->mentees_at_least == 3 && one->mentees_at_most == 0, "an at_least alone bounds nothing above");
}

Test(scheme_file, a_programme_may_have_places_of_its_own) {
  const char *text = lab_instead(&lab, whole, "    cap_pairs: 12\n", "    cap_pairs: 12\n    places: [{ organisation: city, mentees_at_most: 2 }]\n");
  const struct programme *one = record(cJSON_GetArrayItem(json_at(read_ok(text), "programmes"), 0), RECORD_PROGRAMME);
  cr_assert_eq(one->places.count, 1);
  cr_assert_str_eq(one->places.items[0].organisation, "city");
  cr_assert(one->places.items[0].mentees_at_most == 2 && one->places.items[0].gives_at_most == 0);
}

static void places_refused(const char *places, const char *told) {
  refused(lab_instead(&lab, whole, "    cap_pairs: 12\n", places), told);
}

Test(scheme_file, places_that_cannot_be_are_told_with_their_place) {
  refused_instead("    grades: [", "    places: { mentees_at_least: 6, mentees_at_most: 5 }\n    grades: [",
                  "12:33: `mentees_at_least` (6) is more than `mentees_at_most` (5); write a smaller number\n");
  refused_instead("    grades: [", "    places: { gives_at_most: many }\n    grades: [",
                  "12:30: `gives_at_most` is a whole number from 0 to 100000, not `many`; write `gives_at_most: 5`\n");
  places_refused("    cap_pairs: 12\n    places: [{ organisation: ctiy, mentees_at_most: 5 }]\n",
                 "17:30: `ctiy` is none of the organisations of this file; write one of their ids\n");
  places_refused("    cap_pairs: 12\n    places:\n      - { organisation: city, mentees_at_most: 5 }\n      - { organisation: city }\n",
                 "19:25: the places of `city` stand here twice; keep one\n");
  places_refused("    cap_pairs: 12\n    places: [{ organisation: city, mentees_at_least: 2, mentees_at_most: 1 }]\n",
                 "17:54: `mentees_at_least` (2) is more than `mentees_at_most` (1); write a smaller number\n");
  places_refused("    cap_pairs: 12\n    places: [{ organisation: city, mentees_at_last: 2 }]\n",
                 "17:36: unknown key `mentees_at_last`; did you mean `mentees_at_least`?\n");
}

Test(scheme_file, makes_programmes_with_their_defaults) {
  const struct programme *one = record(cJSON_GetArrayItem(json_at(read_ok(whole), "programmes"), 0), RECORD_PROGRAMME);
  cr_assert_eq(one->kind, PROGRAMME_PILOT);
  cr_assert_eq(one->cap_pairs, 12);
  cr_assert_str_eq(one->charter, "For whom.\nAnd why.\n");
  cr_assert_eq(one->ask, ASK_MENTEE_FIRST);
  cr_assert_eq(one->training, TRAINING_GATE);
  cr_assert_eq(one->weeks, 26);
  cr_assert_eq(one->rhythm_first_weeks, 8);
  cr_assert_eq(one->rhythm_every_days, 14);
  cr_assert_eq(one->rhythm_then_days, 28);
  cr_assert_eq(one->rhythm_minutes, 60);
  cr_assert_eq(one->reserve_per_pairs, 8);
  cr_assert_eq(one->reserve_at_least, 1);
  cr_assert_eq(one->grade_gap_min, 0);
  cr_assert_eq(one->grade_gap_max, 2);
  cr_assert_eq(one->other_organisation, OTHER_PREFER);
}

Test(scheme_file, takes_the_samples) {
  static const char *const samples[] = {"deploy/scheme.yaml", "deploy/demo/scheme.yaml"};
  for (size_t i = 0; i < ARRAY_LEN(samples); i++) {
    char *json;
    cr_assert_eq(scheme_file_read(samples[i], "job-1", false, lab.arena, &lab.troubles, &json), ERR_NONE, "%s: %s", samples[i], lab_told(&lab));
  }
}

/* ---- mistakes ---- */

Test(scheme_file, tells_what_is_missing) {
  refused("name: x\n",
          "1:1: scheme.yaml needs `scheme`, its short name, as in mentord.yaml; write `scheme: city-pilot`\n"
          "1:1: scheme.yaml needs `zone`, the time zone of its working days; write `zone: Europe/London`\n"
          "1:1: scheme.yaml needs `organisations`, who takes part; write `organisations: [{ id: city, name: City Police, workspaces: [web/city] }]`\n"
          "1:1: scheme.yaml needs `programmes`, what is run; write `programmes: [{ id: pilot-1 }]`\n");
  refused_instead("    name: City Police\n", "", "9:5: an organisation needs `name`, what people read; write `name: City Police`\n");
  refused_instead("how: phone 020", "hwo: phone 020",
                  "6:10: `contact` needs `how`, how to reach them; write `how: phone 020 7946 0123`\n"
                  "6:32: unknown key `hwo`; did you mean `how`?\n");
}

Test(scheme_file, knows_zones_languages_and_days) {
  refused_instead("Europe/London", "Europe/Lodnon", "3:7: `Europe/Lodnon` is no time zone; write one as in `zone: Europe/London`\n");
  refused_instead("Europe/London", "GMT+5", "3:7: `GMT+5` is no time zone; write one as in `zone: Europe/London`\n");
  refused_instead("name: City mentoring pilot", "language: de\nname: x", "2:11: the bot has no words in `de`; write `language: en`\n");
  refused_instead("2027-01-01", "2027-13-01",
                  "4:24: `holidays` is a date of the calendar, year-month-day, not `2027-13-01`; write `holidays: [2026-12-25, 2026-12-28]`\n");
  refused_instead("2027-01-01", "2026-12-25", "4:24: the day `2026-12-25` stands here twice; keep one\n");
}

Test(scheme_file, compares_the_days_of_a_programme) {
  refused_instead("closes: 2027-01-29", "closes: 2027-01-09", "18:13: `closes` (2027-01-09) is before `opens` (2027-01-11); write a later day\n");
  refused_instead("starts: 2027-02-08", "starts: 2027-01-20",
                  "19:13: `starts` (2027-01-20) is before 2027-01-29, when people still sign up; write a later day\n");
}

Test(scheme_file, finds_names_that_stand_twice) {
  refused_instead("programmes:\n", "  - { id: city, name: Other, workspaces: [web/other] }\nprogrammes:\n",
                  "13:11: a second organisation is called `city`; give each its own id\n");
  refused_instead("programmes:\n", "  - { id: other, name: Other, workspaces: [web/city] }\nprogrammes:\n",
                  "13:44: the workspace `web/city` stands here a second time; each belongs to one organisation\n");
  refused_instead("questions: default\n", "  - { id: pilot-1 }\n", "24:11: a second programme is called `pilot-1`; give each its own id\n");
  refused_instead("[constable, sergeant]", "[constable, sergeant, constable]", "12:35: the grade `constable` stands here twice; keep one\n");
}

Test(scheme_file, checks_values_of_a_programme) {
  refused_instead("    cap_pairs: 12\n", "", "15:11: a pilot has a cap; write `cap_pairs: 12`, or `kind: programme`\n");
  refused_instead("kind: pilot", "kind: pilott", "15:11: `kind` is `programme` or `pilot`, not `pilott`; did you mean `pilot`?\n");
  refused_instead("[0, 2]", "[3, 1]", "23:28: `grade_gap` goes from 3 down to 1; write the smaller number first\n");
  refused_instead("[0, 2]", "[1, 2, 3]", "23:28: `grade_gap` has 3 items, and may have 2 to 2\n");
  refused_instead("[0, 2]", "[x, 2]", "23:29: `grade_gap` is a whole number from 0 to 40, not `x`; write `grade_gap: [1, 3]`\n");
  refused_instead("prefer", "perfer", "23:56: `other_organisation` is `off`, `prefer` or `must`, not `perfer`; did you mean `prefer`?\n");
  refused_instead("web/city", "city", "11:18: `city` is no workspace; write platform/name, as in `web/city`\n");
  refused_instead("web/city", "'web/city:x'", "11:18: `web/city:x` is no workspace; write platform/name, as in `web/city`\n");
}

/* An item that is no map at all still has its defaults behind it: nothing may look at what is not there. */
Test(scheme_file, takes_items_of_the_wrong_shape_apart) {
  refused_instead("questions: default\n", "  - a text\n  - [a, list]\n",
                  "24:5: a programme is keys and values; write `id: pilot-1`\n"
                  "25:5: a programme is keys and values; write `id: pilot-1`\n");
  refused_instead("programmes:\n", "  - a text\nprogrammes:\n", "13:5: an organisation is keys and values; write `id: city`\n");
}

/* ---- questions ---- */
#define LIST_AT_24(...) lab_instead(&lab, whole, "questions: default\n", "questions:\n" __VA_ARGS__)

static const struct question *questions(const char *text, size_t *ret_count) {
  const cJSON *list = json_at(read_ok(text), "questions.pilot-1");
  char *json = cJSON_PrintUnformatted(list);
  void *set = NULL;
  const char *whole_set = arena_format(lab.arena, "{\"id\":\"q\",\"questions\":%s}", json);
  cJSON_free(json);
  cr_assert_eq(record_decode(RECORD_QUESTION_SET, whole_set, strlen(whole_set), lab.arena, &set), ERR_NONE, "%s", err_note_text());
  *ret_count = ((const struct question_set *)set)->questions.count;
  return ((const struct question_set *)set)->questions.items;
}

Test(scheme_file, reads_questions) {
  size_t count = 0;
  const struct question *list = questions(LIST_AT_24("  - { id: topics, kind: several, max: 2, options: [a, b, c] }\n"
                                                     "  - { id: shift, kind: choice, text: Which shift?, options: [early, late], required: yes, who: mentor }\n"
                                                     "  - { id: hopes, kind: text, text: What for?, max: 200, extra: yes }\n"
                                                     "  - { id: needs, kind: text, text: Anything?, sealed: yes, step: 4 }\n"), &count);
  cr_assert_eq(count, 4);
  cr_assert_str_eq(list[0].words, "intake.topics"); /* one of the bot's own: it has words for it */
  cr_assert_null(list[0].text);
  cr_assert_eq(list[0].kind, QUESTION_SEVERAL);
  cr_assert_eq(list[0].choose_max, 2);
  cr_assert_eq(list[0].step, 3);
  cr_assert_str_eq(list[0].role, "all");
  cr_assert_str_eq(list[1].text, "Which shift?");
  cr_assert_str_eq(list[1].role, "mentor");
  cr_assert(list[1].required);
  cr_assert_eq(list[1].step, 4);
  cr_assert_str_eq(list[1].options.items[1], "late");
  cr_assert(list[2].extra);
  cr_assert_eq(list[2].step, 0);
  cr_assert_eq(list[2].choose_max, 200);
  cr_assert(list[3].sealed);
  cr_assert_eq(list[3].step, 4);
}

Test(scheme_file, lets_a_programme_ask_its_own) {
  const cJSON *entry = read_ok(lab_instead(&lab, whole, "    kind: pilot\n",
                                           "    kind: pilot\n    questions:\n      - { id: hopes, kind: text, text: What for? }\n"));
  cr_assert_eq(cJSON_GetArraySize(json_at(entry, "questions.pilot-1")), 1);
}

Test(scheme_file, checks_questions) {
  refused_instead("questions: default", "questions: defualt",
                  "24:12: `questions` is the word default, or a list of 1 to 60 questions; write `questions: default`\n");
  refused_instead("questions: default", "questions: []",
                  "24:12: `questions` is the word default, or a list of 1 to 60 questions; write `questions: default`\n");
  refused(LIST_AT_24("  - { id: a, kind: choice, text: x }\n"),
          "25:5: a question of the kind `choice` needs two options at least; write `options: [early, late]`\n");
  refused(LIST_AT_24("  - { id: a, kind: choice, text: x, options: [b, c, b] }\n"), "25:53: the option `b` stands here twice; keep one\n");
  refused(LIST_AT_24("  - { id: a, kind: text, text: x, options: [b, c] }\n"),
          "25:35: a question of the kind `text` has no options; take them out, or write `kind: choice`\n");
  refused(LIST_AT_24("  - { id: a, kind: number, text: x }\n"), "25:5: a question of the kind `number` offers 1 to `max`, which is 1 to 20; write `max: 3`\n");
  refused(LIST_AT_24("  - { id: a, kind: several, text: x, options: [b, c], max: 3 }\n"),
          "25:60: `max` is more than the 2 options there are; write a smaller one, or take it out\n");
  refused(LIST_AT_24("  - { id: a, kind: date, text: x, max: 2001 }\n"), "25:40: `max` is a whole number from 1 to 2000, not `2001`; write `max: 3`\n");
  refused(LIST_AT_24("  - { id: a, kind: date, text: x, options: [a, b] }\n"),
          "25:35: a question of the kind `date` has no options; take them out, or write `kind: choice`\n");
  refused(LIST_AT_24("  - { id: a, kind: date, text: x, sealed: yes }\n"),
          "25:35: only answers that are typed are sealed; write `kind: text` or `kind: person`, or take `sealed` out\n");
  refused(LIST_AT_24("  - { id: a, kind: consent, text: x, max: 3 }\n"), "25:38: `max` means nothing for the kind `consent`; take it out\n");
  refused(LIST_AT_24("  - { id: a, kind: choice, text: x, options: [b, c], sealed: yes }\n"),
          "25:54: only answers that are typed are sealed; write `kind: text` or `kind: person`, or take `sealed` out\n");
  refused(LIST_AT_24("  - { id: a, kind: text, text: x }\n  - { id: a, kind: text, text: y }\n"),
          "26:11: a second question is called `a`; give each its own id\n");
  refused(LIST_AT_24("  - { id: a, kind: text }\n"),
          "25:5: the question `a` has no words of its own; write what is asked, as in `text: \"Which shift do you work?\"`\n");
  refused(LIST_AT_24("  - { id: a, kind: text, words: intake.nothing }\n"),
          "25:33: `intake.nothing` is no sentence of the catalogue; write the question itself, as in `text: \"Which shift do you work?\"`\n");
  refused(LIST_AT_24("  - { id: a, kind: text, words: intake.topics, text: y }\n"), "25:26: `words` and `text` both say what is asked; keep one of them\n");
  refused(LIST_AT_24("  - { id: a, kind: grid, text: y }\n"),
          "25:20: a grid follows a question with the option `grid`, and is asked of those who chose it; put one before it\n");
  refused(LIST_AT_24("  - { id: a, kind: text, text: y, step: 2 }\n"), "25:41: `step` is a whole number from 3 to 20, not `2`; write `step: 3`\n");
  refused(LIST_AT_24("  - { id: a, kind: text, text: y, whom: mentee }\n"), "25:35: unknown key `whom`; did you mean `who`?\n");
}

Test(scheme_file, bounds_the_entry) {
  struct text text;
  text_init(&text, 250000);
  text_add(&text, "scheme: s\nname: n\nzone: Europe/London\norganisations: [{ id: o, name: o, workspaces: [a/b] }]\nprogrammes:\n");
  for (int i = 0; i < 20; i++) text_addf(&text, "  - { id: p%d }\n", i);
  text_add(&text, "questions:\n");
  for (int i = 0; i < 60; i++) {
    text_addf(&text, "  - { id: q%d, kind: several, text: x, options: [", i);
    for (int k = 0; k < 30; k++) text_addf(&text, "%s%d-%0100d", k == 0 ? "" : ", ", k, 7);
    text_add(&text, "] }\n");
  }
  cr_assert_not(text.full);
  refused(text_str(&text), "1:1: this is more than fits into one apply (768 kB); shorten texts, or leave organisations for a second file\n");
  text_done(&text);
}

Test(scheme_file, survives_damaged_files) {
  char data[4096];
  uint64_t seed = 1829;
  int fine = 0;
  const char *sound = LIST_AT_24("  - { id: topics, kind: several, max: 2, options: [a, b, grid] }\n  - { id: g, kind: grid, text: x }\n"
                                 "  - { id: n, kind: number, max: 3, text: y, step: 4, extra: no }\n");
  for (int round = 0; round < 3000; round++) {
    struct lab own = {.arena = arena_new(8 << 20)};
    char *json;
    own.troubles.arena = own.arena;
    memcpy(data, sound, strlen(sound));
    size_t bytes = lab_damage(&seed, data, strlen(sound), sizeof data);
    enum err err = scheme_file_read(lab_write_bytes(&lab, "scheme.yaml", data, bytes), "job", false, own.arena, &own.troubles, &json);
    cr_assert_eq(err == ERR_NONE, own.troubles.count == 0);
    err_note_clear();
    fine += err == ERR_NONE;
    (void)arena_free(own.arena);
  }
  cr_assert_gt(fine, 20);
}
