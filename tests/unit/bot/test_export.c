/* test_export.c: what stands in a list that a manager asked for: their people and pairs as they are now, and nothing that is not theirs. */
#include "bot/export.h"

#include <criterion/criterion.h>
#include <string.h>

#include "bot/render.h"
#include "tests/unit/bot/stage.h"

static struct export_file made(struct stage *stage, const char *manager, const char *file) {
  struct out row = {.id = "o9", .kind = OUT_UPLOAD, .file = file, .person = stage_id(stage, manager)};
  struct export_file ret;
  struct txn *view = txn_new(stage->model, stage->arena);
  export_make(&row, view, stage->words, stage->now_ms, stage->arena, &ret);
  cr_assert_not(ret.csv.full);
  return ret;
}

static const char *csv(struct stage *stage, const char *manager, const char *file) {
  struct export_file ret = made(stage, manager, file);
  return text_str(&ret.csv);
}

#define HAS(text, part) cr_assert_not_null(strstr(text, part), "no %s in:\n%s", part, text)
#define HAS_NOT(text, part) cr_assert_null(strstr(text, part), "%s in:\n%s", part, text)

static void set_name(struct stage *stage, const char *user, const char *name) {
  ((struct person *)txn_edit(stage_hand(stage), RECORD_PERSON, stage_id(stage, user)))->name = name;
  stage_apply(stage);
}

/* ---- people ---- */
Test(export, everybody_of_the_programme_is_a_line) {
  STAGE(stage);
  stage_cast(&stage);
  struct export_file file = made(&stage, "jo", "people");
  const char *text = text_str(&file.csv);
  cr_assert_eq(strncmp(text, "\xef\xbb\xbfname,organisation,team,", 26), 0, "%s", text);
  HAS(text, "\r\nJo Miller,");
  HAS(text, "\r\nAisha Khan,");
  HAS(text, ",Custody,");
  HAS(text, ",mentor,waits for a match,yes,");
  cr_assert_eq(file.lines, 3);
  cr_assert_eq(file.shown.count, 3);
  cr_assert_str_eq(file.name, "people-2027-01-11.csv");
}

Test(export, a_match_and_a_day_are_written_out) {
  STAGE(stage);
  stage_cast(&stage);
  (void)stage_pair(&stage, "aisha", "ben", PAIR_INTRODUCED);
  const char *id = arena_text(stage.arena, stage_enrolment(&stage, "aisha")->id);
  ((struct enrolment *)txn_edit(stage_hand(&stage), RECORD_ENROLMENT, id))->applied_ms = STAGE_NOW_MS + 14 * INT64_C(3600000) + 1; /* past midnight in London */
  stage_apply(&stage);
  HAS(csv(&stage, "jo", "people"), ",mentee,has a match,yes,2027-01-12\r\n");
}

Test(export, the_same_model_gives_the_same_bytes_and_another_one_others) {
  STAGE(stage);
  stage_cast(&stage);
  const char *before = csv(&stage, "jo", "people");
  cr_assert_str_eq(before, csv(&stage, "jo", "people"));
  set_name(&stage, "ben", "Ben Mensah");
  const char *after = csv(&stage, "jo", "people");
  HAS(after, "Ben Mensah");
  HAS_NOT(after, "Ben Okoro");
}

Test(export, a_name_that_is_a_formula_is_a_text) {
  STAGE(stage);
  stage_cast(&stage);
  set_name(&stage, "ben", "=HYPERLINK(\"http://evil.example\",\"Ben\")");
  HAS(csv(&stage, "jo", "people"), "\r\n\"'=HYPERLINK(\"\"http://evil.example\"\",\"\"Ben\"\")\",");
}

Test(export, somebody_of_another_programme_is_not_theirs) {
  STAGE(stage);
  stage_cast(&stage);
  struct txn *txn = stage_hand(&stage);
  struct programme *other = txn_add(txn, RECORD_PROGRAMME, "pilot-9");
  other->name = "Ninth";
  stage_apply(&stage);
  const char *cho = stage_person(&stage, "cho", "Cho Park");
  struct enrolment *enrolment = txn_add(stage_hand(&stage), RECORD_ENROLMENT, NULL);
  enrolment->person = cho;
  enrolment->programme = "pilot-9";
  enrolment->state = ENROLMENT_ACCEPTED;
  stage_apply(&stage);
  HAS_NOT(csv(&stage, "jo", "people"), "Cho Park");
}

/* ---- pairs ---- */
Test(export, a_pair_is_a_line_with_both_names) {
  STAGE(stage);
  stage_cast(&stage);
  const char *id = stage_pair(&stage, "aisha", "ben", PAIR_INTRODUCED);
  ((struct pair *)txn_edit(stage_hand(&stage), RECORD_PAIR, id))->introduced_ms = STAGE_NOW_MS;
  stage_apply(&stage);
  struct export_file file = made(&stage, "jo", "pairs");
  const char *text = text_str(&file.csv);
  HAS(text, "\r\nAisha Khan,");
  HAS(text, "Ben Okoro,");
  HAS(text, ",a pair,,,2027-01-11\r\n");
  cr_assert_eq(file.lines, 1);
  cr_assert_str_eq(file.name, "pairs-2027-01-11.csv");
}

/* ---- who may not see ---- */
Test(export, who_reports_to_the_manager_is_in_none_of_their_lists) {
  STAGE(stage);
  stage_cast(&stage);
  stage_add(&stage, "sam", "Sam Reed", ROLE_MANAGER);
  (void)stage_pair(&stage, "aisha", "ben", PAIR_INTRODUCED);
  stage_line(&stage, "aisha", "sam");
  struct export_file people = made(&stage, "sam", "people"), pairs = made(&stage, "sam", "pairs");
  HAS_NOT(text_str(&people.csv), "Aisha");
  HAS(text_str(&people.csv), "Ben Okoro");
  cr_assert_eq(people.lines, 3, "jo, ben and sam: nothing tells of a fourth");
  HAS_NOT(text_str(&pairs.csv), "Ben");
  cr_assert_eq(pairs.lines, 0);
  cr_assert_eq(made(&stage, "jo", "people").lines, 4);
  cr_assert_eq(made(&stage, "jo", "pairs").lines, 1);
}

Test(export, nor_if_the_two_are_a_pair_themselves) {
  STAGE(stage);
  stage_cast(&stage);
  stage_add(&stage, "sam", "Sam Reed", ROLE_MANAGER);
  (void)stage_enrol(&stage, "sam", ROLE_MENTOR, ENROLMENT_ACCEPTED);
  (void)stage_pair(&stage, "aisha", "sam", PAIR_INTRODUCED);
  stage_line(&stage, "aisha", "sam");
  cr_assert_eq(made(&stage, "sam", "pairs").lines, 0);
  HAS_NOT(csv(&stage, "sam", "people"), "Aisha");
}

Test(export, who_cannot_be_read_is_left_out) {
  STAGE(stage);
  stage_cast(&stage);
  model_set_unreadable(stage.model, stage_id(&stage, "aisha"));
  HAS_NOT(csv(&stage, "jo", "people"), "Aisha");
}

Test(export, who_manages_nothing_may_have_nothing) {
  STAGE(stage);
  stage_cast(&stage);
  struct txn *view = txn_new(stage.model, stage.arena);
  const struct out of_jo = {.file = "people", .person = stage_id(&stage, "jo")}, of_ben = {.file = "people", .person = stage_id(&stage, "ben")};
  const struct out unknown = {.file = "cases", .person = stage_id(&stage, "jo")};
  cr_assert(export_may(&of_jo, view));
  cr_assert_not(export_may(&of_ben, view));
  cr_assert_not(export_may(&unknown, view), "a later release's list");
  cr_assert_eq(made(&stage, "ben", "people").lines, 0);
  cr_assert_str_eq(export_refused(&of_ben, stage.arena)->words, "export.refused");
}

/* What records.def says, held against each column by itself: not by what may_see happens to answer today. */
Test(export, every_column_is_one_that_managers_may_see) {
  for (int list = 0; list < EXPORT_MAX_; list++) {
    const struct export_column *columns;
    size_t count = export_columns((enum export_list)list, &columns);
    cr_assert_geq(count, 5);
    for (size_t i = 0; i < count; i++) {
      const struct record_field *field = record_field(columns[i].kind, columns[i].field);
      cr_assert_not_null(field, "%s", columns[i].field);
      cr_assert_not_null(strchr(field->sees, 'M'), "%s is not for managers", columns[i].field);
      cr_assert_eq(field->class, CLASS_PERSONAL, "%s", columns[i].field);
      cr_assert_null(strstr(field->name, "line"), "%s", columns[i].field);
      cr_assert_null(strstr(field->name, "apart"), "%s", columns[i].field);
      cr_assert(columns[i].kind == RECORD_PERSON || columns[i].kind == RECORD_ENROLMENT || columns[i].kind == RECORD_PAIR);
      bool wide = field->type == FIELD_TIME, is_date = columns[i].as == AS_DATE;
      cr_assert_eq(wide, is_date, "%s is read as what it is", columns[i].field);
    }
  }
}

/* ---- parts ---- */
static void many(struct stage *stage, const char *prefix, size_t count, size_t name_bytes) {
  char *name = arena_alloc(stage->arena, name_bytes + 1);
  memset(name, 'n', name_bytes);
  for (size_t i = 0; i < count; i++) {
    const char *user = arena_format(stage->arena, "%s%zu", prefix, i);
    stage_join(stage, user, ROLE_MENTEE, "city");
    const struct person *last = txn_get(stage->open, RECORD_PERSON, txn_account(stage->open, "web/city", user));
    ((struct person *)txn_edit(stage->open, RECORD_PERSON, last->id))->name = name;
  }
  stage_apply(stage);
}

static size_t lines_of(struct stage *stage, const struct export_range *range, size_t part) {
  struct out row = {.file = "people", .person = stage_id(stage, "jo"), .file_from = range->from, .file_before = range->before, .file_part = (int64_t)part, .file_parts = 3};
  struct export_file file;
  struct arena *arena = arena_new(64 << 20);
  export_make(&row, txn_new(stage->model, arena), stage->words, stage->now_ms, arena, &file);
  cr_assert_not(file.csv.full);
  size_t lines = file.lines;
  (void)arena_free(arena);
  return lines;
}

Test(export, a_long_list_is_cut_and_no_line_is_lost_or_there_twice) {
  STAGE(stage);
  stage_cast(&stage);
  many(&stage, "u", 400, 20000);
  const struct export_range *ranges;
  size_t parts = export_ranges(EXPORT_PEOPLE, txn_new(stage.model, stage.arena), stage.words, stage_id(&stage, "jo"), stage.arena, &ranges);
  cr_assert_eq(parts, 3);
  cr_assert_null(ranges[0].from);
  cr_assert_null(ranges[2].before, "who comes meanwhile is in the last");
  size_t lines = 0;
  for (size_t i = 0; i < parts; i++) lines += lines_of(&stage, &ranges[i], i + 1);
  cr_assert_eq(lines, 403);
  many(&stage, "v", 2, 10);
  cr_assert_gt(lines_of(&stage, &ranges[2], 3), lines - lines_of(&stage, &ranges[0], 1) - lines_of(&stage, &ranges[1], 2));
}

/* ---- in words ---- */
static struct card card_of(struct stage *stage, const struct out *said) {
  static const struct capabilities plain = {.text_max = 4000};
  struct card card;
  render_card(said, txn_new(stage->model, stage->arena), stage->words, &plain, stage->arena, &card);
  return card;
}

Test(export, what_is_said_beside_it_counts_the_lines) {
  STAGE(stage);
  stage_cast(&stage);
  struct export_file file = made(&stage, "jo", "people");
  const struct out row = {.id = "o9", .kind = OUT_UPLOAD, .file = "people", .person = stage_id(&stage, "jo"), .words = export_words(EXPORT_PEOPLE)};
  struct card card = card_of(&stage, export_beside(&row, &file, stage.arena));
  HAS(card.plain, "3 lines");
  HAS(card.plain, "keeps a copy");
  HAS_NOT(card.plain, "Aisha");
}

Test(export, where_no_file_goes_the_first_twenty_lines_do) {
  STAGE(stage);
  stage_cast(&stage);
  many(&stage, "u", 40, 5);
  struct export_file file = made(&stage, "jo", "people");
  const struct out row = {.id = "o9", .kind = OUT_UPLOAD, .file = "people", .person = stage_id(&stage, "jo"), .words = export_words(EXPORT_PEOPLE)};
  const struct out *shown = export_shown(&row, &file, stage.arena);
  cr_assert_eq(shown->kind, OUT_SEND);
  struct card card = card_of(&stage, shown);
  HAS(card.plain, "43 lines");
  HAS(card.plain, "the first 20");
  HAS(card.plain, "export people");
  HAS(card.plain, "\n- Aisha Khan, ");
  size_t dashes = 0;
  for (const char *at = strstr(card.plain, "\n- "); at != NULL; at = strstr(at + 1, "\n- ")) dashes++;
  cr_assert_eq(dashes, 21, "one says that these are not all");
}

Test(export, a_short_list_in_words_is_whole) {
  STAGE(stage);
  stage_cast(&stage);
  struct export_file file = made(&stage, "jo", "people");
  const struct out row = {.id = "o9", .kind = OUT_UPLOAD, .file = "people", .person = stage_id(&stage, "jo"), .words = export_words(EXPORT_PEOPLE)};
  struct card card = card_of(&stage, export_shown(&row, &file, stage.arena));
  HAS(card.plain, "the whole list");
  HAS(card.plain, "\n- Ben Okoro, ");
}
