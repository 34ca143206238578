/* test_people_file.c: people.csv becomes the lines that the bot's import reads; bad rows are told and left out. */
#include "bot/edge/people_file.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/unit/edge/edge_lab.h"

static struct lab lab;

static void begin(void) { lab_begin(&lab); }
static void end(void) { lab_end(&lab); }
TestSuite(people_file, .init = begin, .fini = end);

#define HEADER "account,name,organisation,department,grade,line_manager,role,trained,topics,apart\n"

static const char *lines_of(const char *text, const struct model *model) {
  struct people_file file;
  enum err err = people_file_read(lab_write(&lab, "people.csv", text), model, &lab.troubles, &file);
  cr_assert_eq(err, ERR_NONE, "%s%s", err_note_text(), lab_told(&lab));
  const char *lines = arena_text(lab.arena, text_str(&file.lines));
  people_file_done(&file);
  return lines;
}

static void counts(const char *text, const struct model *model, int64_t people, int64_t bad, int64_t lines, const char *told) {
  struct people_file file;
  lab.troubles.count = 0;
  cr_assert_eq(people_file_read(lab_write(&lab, "people.csv", text), model, &lab.troubles, &file), ERR_NONE);
  cr_assert_str_eq(lab_told(&lab), told);
  cr_assert_eq(file.people, people);
  cr_assert_eq(file.bad, bad);
  cr_assert_eq(file.line_count, lines);
  people_file_done(&file);
}

static void refused(const char *text, const char *told) {
  struct people_file file;
  lab.troubles.count = 0;
  cr_assert_eq(people_file_read(lab_write(&lab, "people.csv", text), NULL, &lab.troubles, &file), ERR_BAD_INPUT);
  cr_assert_str_eq(lab_told(&lab), told);
}

/* One row below the header is wrong, and only that. */
static void bad_row(const char *row, const struct model *model, const char *told) {
  counts(arena_format(lab.arena, HEADER "web/city:ok,Ok,,,,,,,,\n%s\n", row), model, 1, 1, 1, told);
}

Test(people_file, what_is_left_out_can_be_mended_and_read_by_itself) {
  static const char rows[] = "web/city:x,\"Quote \"\"d\"\", one\",,,,,chief,,,\n,Nobody,,,,,,,,\n";
  struct people_file file;
  const char *path = lab_write(&lab, "people.csv", arena_format(lab.arena, HEADER "web/city:ok,Ok,,,,,,,,\n%s", rows));
  cr_assert_eq(people_file_read(path, NULL, &lab.troubles, &file), ERR_NONE);
  cr_assert_str_eq(text_str(&file.left_out), arena_format(lab.arena, HEADER "%s", rows));
  people_file_done(&file);
  path = lab_write(&lab, "people.csv", HEADER "web/city:ok,Ok,,,,,,,,\n");
  cr_assert_eq(people_file_read(path, NULL, &lab.troubles, &file), ERR_NONE);
  cr_assert_eq(file.left_out.length, 0, "no row, no file");
  people_file_done(&file);
}

static struct model *city(void) {
  static const char *grades[] = {"constable", "sergeant"}, *options[] = {"networks", "leading_people"}, *rooms[] = {"web/town", "web/city"};
  struct model *model = model_new("test");
  struct organisation organisation = {.id = "city", .name = "City Police", .grades = {grades, 2}, .workspaces = {rooms, 2}}, borough = {.id = "borough", .name = "Borough"};
  struct question topics = {.id = "topics", .kind = QUESTION_SEVERAL, .options = {options, 2}};
  struct question_set set = {.id = "q-pilot-1-1", .questions = {.items = &topics, .count = 1}};
  model_load(model, RECORD_ORGANISATION, &organisation);
  model_load(model, RECORD_ORGANISATION, &borough);
  model_load(model, RECORD_QUESTION_SET, &set);
  model_loaded(model);
  return model;
}

/* ---- what comes out ---- */

Test(people_file, writes_persons_first_then_sealed_facts) {
  cr_assert_str_eq(lines_of(HEADER "web/city:aisha,Aisha Khan,city,Custody,constable,web/city:sam,,,,\n"
                                   "web/city:sam,Sam Reed,city,Custody,sergeant,none,manager,yes,leading people; networks ,web/city:aisha;web/city:ben\n",
                            NULL),
                   "{\"account\":\"web/city:aisha\",\"name\":\"Aisha Khan\",\"organisation\":\"city\",\"department\":\"Custody\",\"grade\":\"constable\"}\n"
                   "{\"account\":\"web/city:sam\",\"name\":\"Sam Reed\",\"organisation\":\"city\",\"department\":\"Custody\",\"grade\":\"sergeant\","
                   "\"role\":\"manager\",\"trained\":true,\"topics\":[\"leading_people\",\"networks\"]}\n"
                   "{\"account\":\"web/city:aisha\",\"line\":\"web/city:sam\"}\n"
                   "{\"account\":\"web/city:sam\",\"line\":\"none\",\"apart\":[\"web/city:aisha\",\"web/city:ben\"]}\n");
}

Test(people_file, needs_only_accounts_and_takes_columns_in_any_order) {
  cr_assert_str_eq(lines_of("name,account\r\n\"Khan, Aisha\",web/city:aisha\r\n", NULL), "{\"account\":\"web/city:aisha\",\"name\":\"Khan, Aisha\"}\n");
  cr_assert_str_eq(lines_of("\xef\xbb\xbf" "account,lead\nweb/city:rita,yes\n", NULL), "{\"account\":\"web/city:rita\",\"lead\":true}\n");
  cr_assert_str_eq(lines_of("account\n", NULL), "");
}

Test(people_file, takes_the_sample) {
  struct people_file file;
  cr_assert_eq(people_file_read("deploy/demo/people.csv", NULL, &lab.troubles, &file), ERR_NONE);
  cr_assert_str_eq(lab_told(&lab), "");
  cr_assert_eq(file.people, 9);
  cr_assert_not_null(strstr(text_str(&file.lines), "{\"account\":\"web/city:mina\",\"line\":\"web/city:sam\"}"));
  people_file_done(&file);
}

/* ---- the header ---- */

Test(people_file, refuses_a_broken_header) {
  refused("", "1:1: the file is empty; its first line names the columns, as in `account,name,organisation`\n");
  refused("acount,name\n", "1:1: unknown column `acount`; did you mean `account`?\n");
  refused("account,shoe size\n", "1:9: unknown column `shoe size`; there are account, name, organisation, department, grade, line_manager, role, "
                                 "trained, topics, apart, lead\n");
  refused("name,department\n", "1:1: there is no column `account`; it says who a row is about, as in `web/city:aisha`\n");
  refused("account,name,account\n", "1:14: the column `account` stands here a second time; keep one\n");
  refused("account;name\n", "1:1: columns are separated by commas here; save the file as \"CSV UTF-8 (comma delimited)\"\n");
}

Test(people_file, refuses_a_broken_file) {
  refused(HEADER "web/city:a,\"A\n", "2:12: this quote is never closed; close it, or write it twice if it belongs to the text\n");
  refused("account,name\nweb/city:a,M\xfcller\n", "2:13: this is no UTF-8; save the file as \"CSV UTF-8\"\n");
}

/* ---- rows ---- */

Test(people_file, tells_bad_rows_and_takes_the_others) {
  counts(HEADER "web/city:a,A,,,,,,,,\nweb/city:b,B,,,,,,,\nweb/city:c,C,,,,none,,,,\nweb/city:d,D,,,,,,,,,\n", NULL, 2, 2, 3,
         "3:20: this row has 9 fields, the header has 10; a field with a comma in it belongs in quotes\n"
         "5:22: this row has 11 fields, the header has 10; a field with a comma in it belongs in quotes\n");
}

Test(people_file, checks_accounts) {
  bad_row(",Nobody,,,,,,,,", NULL, "3:1: this row has no account; write workspace:user, as in `web/city:aisha`\n");
  bad_row("aisha,A,,,,,,,,", NULL, "3:1: `aisha` is no account; write workspace:user, as in `web/city:aisha`\n");
  bad_row("city:aisha,A,,,,,,,,", NULL, "3:1: `city:aisha` is no account; write workspace:user, as in `web/city:aisha`\n");
  bad_row("web/city:,A,,,,,,,,", NULL, "3:1: `web/city:` is no account; write workspace:user, as in `web/city:aisha`\n");
  bad_row("web/city:ok,A,,,,,,,,", NULL, "3:1: `web/city:ok` stands here a second time, first in line 2; keep one row for each account\n");
}

Test(people_file, checks_names) {
  bad_row("web/city:a,\"A\nB\",,,,,,,,", NULL, "3:12: `name` has a line break or another control character in it; write it in one line\n");
  char name[130];
  memset(name, 'n', sizeof name);
  name[121] = '\0';
  bad_row(arena_format(lab.arena, "web/city:a,%s,,,,,,,,", name), NULL, "3:12: `name` has more than 120 characters; shorten it\n");
}

Test(people_file, checks_roles_and_yes_no) {
  bad_row("web/city:a,A,,,,,mentro,,,", NULL,
          "3:18: `mentro` is no role; write mentee, mentor, reserve, manager or coordinator, or leave it empty; did you mean `mentor`?\n");
  bad_row("web/city:a,A,,,,,,maybe,,", NULL, "3:19: `trained` is yes or no, not `maybe`; or leave it empty\n");
}

/* What is sealed later is not shown here either. */
Test(people_file, checks_line_managers_without_naming_them) {
  bad_row("web/city:a,A,,,,Sam Reed,,,,", NULL,
          "3:17: `line_manager` is no account; write workspace:user, as in `web/city:sam`, or `none`, or leave it empty\n");
  bad_row("web/city:a,A,,,,web/city:a,,,,", NULL, "3:17: this person is their own line manager; write somebody else's account, or `none`\n");
  bad_row("web/city:a,A,,,,,,,,web/city:b;Paul", NULL,
          "3:21: entry 2 of `apart` is no account; write workspace:user, as in `web/city:paul`, separated by `;`\n");
  bad_row("web/city:a,A,,,,,,,,web/city:a", NULL, "3:21: `apart` names this person themselves; write the others' accounts\n");
}

Test(people_file, compares_with_the_scheme) {
  struct model *model = city();
  bad_row("web/city:a,A,citi,,,,,,,", model, "3:14: the scheme has no organisation `citi`; did you mean `city`?\n");
  bad_row("web/city:a,A,nowhere,,,,,,,", model, "3:14: the scheme has no organisation `nowhere`; write the id that stands in scheme.yaml\n");
  bad_row("web/citi:a,A,city,,,,,,,", model, "3:1: `web/citi:a` is of a workspace that no organisation of the scheme names; correct it, or add the "
          "workspace to scheme.yaml and apply that\n");
  bad_row("web/cit:a,A,city,,,,,,,", model, "3:1: `web/cit:a` is of a workspace that no organisation of the scheme names; correct it, or add the "
          "workspace to scheme.yaml and apply that\n");
  bad_row("web/city:a,A,city,,inspector,,,,,", model, "3:20: `city` has no grade `inspector`; write one of: constable, sergeant\n");
  bad_row("web/city:a,A,,,,,,,juggling,", model, "3:20: nobody is asked about the topic `juggling`; write one of: networks, leading_people\n");
  counts(HEADER "web/city:a,A,borough,,anything,,,,Leading People,\n", model, 1, 0, 1, "");
  cr_assert_not_null(strstr(lines_of(HEADER "web/city:a,A,,,,,,,Leading People,\n", model), "\"topics\":[\"leading_people\"]"));
  (void)model_free(model);
}

Test(people_file, tells_every_trouble_of_a_row_and_counts_it_once) {
  counts(HEADER "web/city:a,A,,,,Sam,mentro,maybe,,\n", NULL, 0, 1, 0,
         "2:17: `line_manager` is no account; write workspace:user, as in `web/city:sam`, or `none`, or leave it empty\n"
         "2:21: `mentro` is no role; write mentee, mentor, reserve, manager or coordinator, or leave it empty; did you mean `mentor`?\n"
         "2:28: `trained` is yes or no, not `maybe`; or leave it empty\n");
}

Test(people_file, keeps_no_more_troubles_than_are_shown) {
  struct text text;
  text_init(&text, 1 << 20);
  text_add(&text, "account\n");
  for (int i = 0; i < 5000; i++) text_addf(&text, "nobody-%d\n", i);
  struct people_file file;
  cr_assert_eq(people_file_read(lab_write(&lab, "people.csv", text_str(&text)), NULL, &lab.troubles, &file), ERR_NONE);
  cr_assert_eq(file.bad, 5000);
  cr_assert_eq(lab.troubles.count, 5000);
  cr_assert_lt(arena_bytes(lab.arena), 1 << 20);
  people_file_done(&file);
  text_done(&text);
}

Test(people_file, says_when_there_is_no_file) {
  struct people_file file;
  cr_assert_eq(people_file_read(arena_format(lab.arena, "%s/none.csv", lab.folder), NULL, &lab.troubles, &file), ERR_GONE);
  cr_assert_eq(lab.troubles.count, 0);
  cr_assert_not_null(strstr(err_note_text(), "none.csv: No such file or directory"));
}

Test(people_file, survives_damaged_files) {
  static const char sound[] = HEADER "web/city:aisha,\"Aisha \"\"A\"\" Khan\",city,Custody,constable,web/city:sam,,,networks;leading people,web/city:b\n"
                                     "web/city:sam,Sam,city,,sergeant,none,manager,yes,,\n";
  struct model *model = city();
  char data[1024];
  uint64_t seed = 128;
  int fine = 0;
  for (int round = 0; round < 3000; round++) {
    struct lab own = {.arena = arena_new(8 << 20)};
    struct people_file file;
    own.troubles.arena = own.arena;
    memcpy(data, sound, sizeof sound - 1);
    size_t bytes = lab_damage(&seed, data, sizeof sound - 1, sizeof data);
    enum err err = people_file_read(lab_write_bytes(&lab, "people.csv", data, bytes), round % 2 == 0 ? model : NULL, &own.troubles, &file);
    err_note_clear();
    if (err == ERR_NONE) {
      cr_assert(file.lines.length == 0 || text_utf8_valid(file.lines.data, file.lines.length));
      people_file_done(&file);
      fine++;
    }
    (void)arena_free(own.arena);
  }
  cr_assert_gt(fine, 100);
  (void)model_free(model);
}
