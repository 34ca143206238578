/* test_yaml.c: the tree with its places, what is refused, and what every type of a table says about a wrong value. */
#include "bot/base/yaml.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "tests/unit/edge/edge_lab.h"

static struct lab lab;

static void begin(void) { lab_begin(&lab); }
static void end(void) { lab_end(&lab); }
TestSuite(yaml, .init = begin, .fini = end);

static void tell(void *who, size_t line, size_t column, const char *what) {
  trouble_add(&((struct lab *)who)->troubles, "", line, column, "%s", what);
}

static struct yaml_reader reader_of(struct lab *one) {
  return (struct yaml_reader){.arena = one->arena, .tell = tell, .who = one};
}

static const struct yaml_node *read_ok(const char *text) {
  struct yaml_reader reader = reader_of(&lab);
  const struct yaml_node *root = NULL;
  cr_assert_eq(yaml_read_bytes(&reader, text, strlen(text), &root), ERR_NONE, "%s", lab_told(&lab));
  return root;
}

static void refused_bytes(const char *text, size_t bytes, const char *told) {
  struct yaml_reader reader = reader_of(&lab);
  const struct yaml_node *root = NULL;
  lab.troubles.count = 0;
  cr_assert_eq(yaml_read_bytes(&reader, text, bytes, &root), ERR_BAD_INPUT);
  cr_assert_str_eq(lab_told(&lab), told);
}

static void refused(const char *text, const char *told) {
  refused_bytes(text, strlen(text), told);
}

/* ---- the tree ---- */

Test(yaml, knows_the_place_of_every_key_and_value) {
  const struct yaml_node *root = read_ok("# first\none: 1\nlist:\n  - a\n  - \"b c\"\nmap: { x: y }\n");
  const struct yaml_node *list = yaml_at(root, "list"), *x = yaml_at(yaml_at(root, "map"), "x");
  cr_assert_eq(root->count, 3);
  cr_assert_eq(yaml_at(root, "one")->line, 2);
  cr_assert_eq(yaml_at(root, "one")->column, 6);
  cr_assert_eq(list->shape, YAML_MANY);
  cr_assert_eq(list->key_line, 3);
  cr_assert_eq(list->key_column, 1);
  cr_assert_eq(list->first->line, 4);
  cr_assert_eq(list->first->column, 5);
  cr_assert(list->first->plain);
  cr_assert_not(list->first->next->plain);
  cr_assert_str_eq(list->first->next->text, "b c");
  cr_assert_eq(x->key_column, 8);
  cr_assert_eq(x->column, 11);
  cr_assert_null(yaml_at(root, "none"));
  cr_assert_null(yaml_at(list, "one"));
}

Test(yaml, takes_a_byte_order_mark_and_a_document_start) {
  const struct yaml_node *root = read_ok("\xef\xbb\xbf---\na: b\n...\n");
  cr_assert_str_eq(yaml_at(root, "a")->text, "b");
}

Test(yaml, refuses_what_is_never_needed) {
  refused("a: &x 1\nb: 2\n", "1:4: anchors (`&name`) are not understood here; write the value out, or put it in quotes\n");
  refused("a: 1\nb: *x\n", "2:4: aliases (`*name`) are not understood here; write the value out, or put it in quotes\n");
  refused("a: !!int 1\n", "1:4: tags (`!name`) are not understood here; take it out, or put the text in quotes\n");
  refused("a: 1\n---\nb: 2\n", "2:1: a second document begins here; one file holds one, take out the `---`\n");
  refused("? [a, b]\n: 1\n", "1:3: a key is one plain word; write `key: value`\n");
}

Test(yaml, refuses_a_key_that_stands_twice_and_names_the_first) {
  refused("a: 1\nb: 2\na: 3\n", "3:1: the key `a` stands here a second time, first in line 1; keep one of them\n");
  refused("m: { x: 1, x: 2 }\n", "1:12: the key `x` stands here a second time, first in line 1; keep one of them\n");
}

Test(yaml, says_what_to_do_about_broken_yaml) {
  refused("", "1:1: the file is empty; deploy/ has a sample to start from\n");
  refused("# only a remark\n", "1:1: the file is empty; deploy/ has a sample to start from\n");
  refused("a: b: c\n", "1:5: a second `:` in one line; put the text behind the first one in quotes, or check the indentation\n");
  refused("a:\n  b: 1\n c: 2\n", "3:2: this line does not fit the ones above; give keys that belong together the same indentation\n");
  refused("a: [1, 2\nb: 3\n", "2:2: the list is not closed; write `[one, two]`\n");
  refused("a: { b: 1\nc: 3\n", "2:2: the braces are not closed; write `{ key: value, key: value }`\n");
  refused("a: \"never closed\nb: 1\n", "3:1: a quote is not closed; close it with the sign it began with\n");
  refused("a: 1\nplain\n", "3:1: a key without `:`; write `key: value`\n");
  refused("a:\n\tb: 1\n",
          "2:1: a text cannot begin with this sign, and indentation takes spaces, not tabs; put the text in quotes\n");
}

Test(yaml, finds_the_place_of_bytes_that_are_no_text) {
  static const char latin[] = "name: ok\nplace: M\xfcnchen\n", nul[] = "a: 1\nb: \0\n";
  refused(latin, "2:9: this is no plain UTF-8 text; save the file as UTF-8, without control characters\n");
  refused_bytes(nul, sizeof nul - 1, "2:4: this is no plain UTF-8 text; save the file as UTF-8, without control characters\n");
  refused("a: \"x\\0y\"\n", "1:4: this text holds a sign that is no text (a NUL); take it out\n");
}

Test(yaml, bounds_depth_and_number) {
  char deep[200] = "";
  for (int i = 0; i < 60; i++) strcat(deep, "[");
  refused(deep, "1:17: this is nested more than 16 deep; nothing here needs that\n");
  char *many = malloc(60000);
  cr_assert_not_null(many);
  size_t length = 1;
  many[0] = '[';
  for (int i = 0; i < 29000; i++) memcpy(many + length, "1,", 2), length += 2;
  refused_bytes(many, length, "1:40000: the file has too many values; split it\n");
  free(many);
}

/* ---- tables ---- */

struct values {
  const char *text, *lines, *name, *day, *choice;
  int64_t number;
  bool flag;
  struct yaml_texts list, days;
  const struct yaml_node *map, *items;
};
static const char *const colours[] = {"red", "green", "blue", NULL};
#define ROW(field) .name = #field, .offset = offsetof(struct values, field)
static const struct yaml_key rows[] = {
    {ROW(text), .type = YAML_TEXT, .max = 10, .example = "hello"},
    {ROW(lines), .type = YAML_LINES, .max = 30, .example = "hello"},
    {ROW(name), .type = YAML_NAME, .max = 8, .example = "city", .needed = true, .help = "what it is called"},
    {ROW(number), .type = YAML_WHOLE, .min = 1, .max = 50, .otherwise = "7", .example = "12"},
    {ROW(flag), .type = YAML_YES_NO, .otherwise = "yes", .example = "no"},
    {ROW(day), .type = YAML_DATE, .example = "2027-01-11"},
    {ROW(choice), .type = YAML_CHOICE, .choices = colours, .otherwise = "green", .example = "red"},
    {ROW(list), .type = YAML_TEXTS, .min = 1, .max = 3, .example = "[a, b]"},
    {ROW(days), .type = YAML_DATES, .max = 3, .example = "[2027-01-11]"},
    {ROW(map), .type = YAML_MAP, .example = "{ a: b }"},
    {ROW(items), .type = YAML_LIST, .max = 2, .example = "[one]"},
};

static struct values fill(const char *text, const char *told) {
  struct yaml_reader reader = reader_of(&lab);
  struct values values = {0};
  lab.troubles.count = 0;
  bool fine = yaml_fill(&reader, read_ok(text), "a thing", rows, ARRAY_LEN(rows), &values);
  cr_assert_str_eq(lab_told(&lab), told);
  cr_assert_eq(fine, told[0] == '\0');
  return values;
}

Test(yaml, fills_every_type) {
  struct values values = fill(
      "text: hi\nlines: |\n  a\n  b\nname: c-1\nnumber: 50\nflag: no\nday: 2028-02-29\nchoice: blue\n"
      "list: [x, 'y']\ndays: [2027-01-01]\nmap: {a: b}\nitems: [1]\n",
      "");
  cr_assert_str_eq(values.text, "hi");
  cr_assert_str_eq(values.lines, "a\nb\n");
  cr_assert_str_eq(values.name, "c-1");
  cr_assert_eq(values.number, 50);
  cr_assert_not(values.flag);
  cr_assert_str_eq(values.day, "2028-02-29");
  cr_assert_str_eq(values.choice, "blue");
  cr_assert_eq(values.list.count, 2);
  cr_assert_str_eq(values.list.items[1], "y");
  cr_assert_eq(values.days.count, 1);
  cr_assert_str_eq(yaml_at(values.map, "a")->text, "b");
  cr_assert_eq(values.items->count, 1);
}

Test(yaml, gives_defaults_also_where_the_value_is_wrong) {
  struct values values = fill("name: a\n", "");
  cr_assert_eq(values.number, 7);
  cr_assert(values.flag);
  cr_assert_str_eq(values.choice, "green");
  cr_assert_null(values.text);
  values = fill("name: a\nchoice: pink\n", "2:9: `choice` is `red`, `green` or `blue`, not `pink`\n");
  cr_assert_str_eq(values.choice, "green");
}

Test(yaml, tells_an_unknown_key_from_a_slip) {
  (void)fill("name: a\nnumbr: 3\n", "2:1: unknown key `numbr`; did you mean `number`?\n");
  (void)fill("name: a\nweather: 3\n", "2:1: unknown key `weather`; a thing has `text`, `lines`, `name`, `number`, `flag`, `day`, `choice`, `list`, `days`, "
                                      "`map`, `items`\n");
}

Test(yaml, says_what_to_write_instead) {
  (void)fill("text: 1\n", "1:1: a thing needs `name`, what it is called; write `name: city`\n");
  (void)fill("name: a\ntext: [1]\n", "2:7: `text` is a text, not a list; write `text: hello`\n");
  (void)fill("name: a\ntext: {a: 1}\n", "2:7: `text` is a text, not keys and values; write `text: hello`\n");
  (void)fill("name: a\ntext: 12345678901\n", "2:7: `text` has 11 characters, and may have 1 to 10\n");
  (void)fill("name: a\ntext: \"a\\tb\"\n", "2:7: `text` is one line without control characters; write it out plainly\n");
  (void)fill("name: a\ntext:\n", "2:6: `text` is empty; write `text: hello`, or take the line out\n");
  (void)fill("name: a b\n", "1:7: `name` is a name of at most 8 letters (a to z), digits, `.`, `_` or `-`, not `a b`; write `name: city`\n");
  (void)fill("name: a\nnumber: twelve\n", "2:9: `number` is a whole number from 1 to 50, not `twelve`; write `number: 12`\n");
  (void)fill("name: a\nnumber: 51\n", "2:9: `number` is a whole number from 1 to 50, not `51`; write `number: 12`\n");
  (void)fill("name: a\nnumber: 99999999999999999999\n",
             "2:9: `number` is a whole number from 1 to 50, not `99999999999999999999`; write `number: 12`\n");
  (void)fill("name: a\nnumber: 1.5\n", "2:9: `number` is a whole number from 1 to 50, not `1.5`; write `number: 12`\n");
  (void)fill("name: a\nflag: ture\n", "2:7: `flag` is yes or no, not `ture`; write `flag: no`\n");
  (void)fill("name: a\nday: 2027-02-30\n", "2:6: `day` is a date of the calendar, year-month-day, not `2027-02-30`; write `day: 2027-01-11`\n");
  (void)fill("name: a\nday: 11.1.2027\n", "2:6: `day` is a date of the calendar, year-month-day, not `11.1.2027`; write `day: 2027-01-11`\n");
  (void)fill("name: a\nchoice: gren\n", "2:9: `choice` is `red`, `green` or `blue`, not `gren`; did you mean `green`?\n");
  (void)fill("name: a\nlist: x\n", "2:7: `list` is a list, not `x`; write `list: [a, b]`\n");
  (void)fill("name: a\nlist: [1, 2, 3, 4]\n", "2:7: `list` has 4 items, and may have 1 to 3\n");
  (void)fill("name: a\nlist: []\n", "2:7: `list` has 0 items, and may have 1 to 3\n");
  (void)fill("name: a\nlist: [a, [b]]\n", "2:11: `list` is a text, not a list; write `list: [a, b]`\n");
  (void)fill("name: a\ndays:\n  - 2027-01-01\n  - soon\n", "4:5: `days` is a date of the calendar, year-month-day, not `soon`; write `days: [2027-01-11]`\n");
  (void)fill("name: a\nmap: 1\n", "2:6: `map` is keys and values, not `1`; write `map: { a: b }`\n");
}

Test(yaml, tells_all_it_finds) {
  (void)fill("name: a\nnumber: x\nflag: y\nodd: 1\n",
             "2:9: `number` is a whole number from 1 to 50, not `x`; write `number: 12`\n"
             "3:7: `flag` is yes or no, not `y`; write `flag: no`\n"
             "4:1: unknown key `odd`; a thing has `text`, `lines`, `name`, `number`, `flag`, `day`, `choice`, `list`, `days`, `map`, `items`\n");
}

Test(yaml, shows_little_of_what_is_long_or_dirty) {
  (void)fill("name: a\nflag: \"this is a very long text\\nwith a break that nobody needs to see in full\"\n",
             "2:7: `flag` is yes or no, not `this is a very long text with a break th…`; write `flag: no`\n");
}

Test(yaml, counts_on_after_it_stops_telling) {
  struct yaml_reader reader = reader_of(&lab);
  const struct yaml_node *root = read_ok("a: 1\n");
  for (int i = 0; i < 1000; i++) yaml_trouble(&reader, root, "trouble %d", i);
  cr_assert_eq(reader.troubles, 1000);
  cr_assert_eq(lab.troubles.count, YAML_TOLD_MAX);
}

/* ---- damage ---- */

Test(yaml, survives_damaged_files) {
  static const char sound[] = "text: hi\nlines: |\n  a\nname: c-1\nnumber: 50\nflag: no\nlist: [x, 'y']\nmap: { a: \"b\" }\nitems:\n  - 1\n  - { q: r }\n";
  char data[1024];
  uint64_t seed = 20270111;
  int fine = 0;
  for (int round = 0; round < 20000; round++) {
    struct lab own = {.arena = arena_new(YAML_ARENA_BYTES)};
    struct yaml_reader reader = reader_of(&own);
    const struct yaml_node *root;
    struct values values = {0};
    own.troubles.arena = own.arena;
    memcpy(data, sound, sizeof sound - 1);
    size_t bytes = lab_damage(&seed, data, sizeof sound - 1, sizeof data);
    enum err err = yaml_read_bytes(&reader, data, bytes, &root);
    cr_assert_eq(err == ERR_NONE, reader.troubles == 0);
    if (err == ERR_NONE) fine += yaml_fill(&reader, root, "a thing", rows, ARRAY_LEN(rows), &values);
    cr_assert_eq(own.troubles.count, reader.troubles);
    (void)arena_free(own.arena);
  }
  cr_assert_gt(fine, 100); /* the damage is not so bad that nothing deep is reached */
}
