/* test_csv.c: RFC 4180 and what is not: rows, places of fields, and where a broken file is broken. */
#include "bot/edge/csv.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/unit/edge/edge_lab.h"

static struct lab lab;

static void begin(void) { lab_begin(&lab); }
static void end(void) { lab_end(&lab); }
TestSuite(csv, .init = begin, .fini = end);

enum { BYTES_MAX = 1 << 20 };

/* Every row as "field@line:column|…\n"; a broken file ends with "broken line:column what\n". */
static const char *read_all(const char *data, size_t bytes, size_t bytes_max) {
  struct csv *csv;
  const struct csv_row *row;
  const char *all = "";
  enum csv_answer answer;
  cr_assert_eq(csv_open(lab_write_bytes(&lab, "a.csv", data, bytes), bytes_max, &csv), ERR_NONE);
  while ((answer = csv_next(csv, &row)) == CSV_ROW) {
    for (size_t i = 0; i < row->count && i < CSV_FIELDS_MAX; i++)
      all = arena_format(lab.arena, "%s%s@%zu:%zu|", all, row->fields[i].text, row->fields[i].line, row->fields[i].column);
    all = arena_format(lab.arena, "%s\n", all);
  }
  if (answer == CSV_BROKEN) {
    size_t line, column;
    const char *what = csv_broken(csv, &line, &column);
    all = arena_format(lab.arena, "%sbroken %zu:%zu %s\n", all, line, column, what);
    cr_assert_eq(csv_next(csv, &row), CSV_BROKEN); /* and it stays so */
  }
  (void)csv_free(csv);
  return all;
}

static void gives(const char *data, const char *rows) {
  cr_assert_str_eq(read_all(data, strlen(data), BYTES_MAX), rows);
}

Test(csv, reads_plain_rows) {
  gives("a,b\nc,d\n", "a@1:1|b@1:3|\nc@2:1|d@2:3|\n");
  gives("a,b\nc,d", "a@1:1|b@1:3|\nc@2:1|d@2:3|\n");
  gives("a,,\n", "a@1:1|@1:3|@1:4|\n");
  gives("", "");
}

Test(csv, knows_all_line_ends) {
  gives("a,b\r\nc,d\r\n", "a@1:1|b@1:3|\nc@2:1|d@2:3|\n");
  gives("a\rb\r", "a@1:1|\nb@2:1|\n");
  gives("a\n\n\r\nb\n", "a@1:1|\nb@4:1|\n");
}

Test(csv, counts_columns_in_characters) {
  gives("\xc3\xa4\xe2\x82\xac,b\n", "\xc3\xa4\xe2\x82\xac@1:1|b@1:4|\n");
  gives("\xf0\x9f\x98\x80,b\n", "\xf0\x9f\x98\x80@1:1|b@1:3|\n");
}

Test(csv, leaves_a_byte_order_mark_out) {
  gives("\xef\xbb\xbf" "a,b\n", "a@1:1|b@1:3|\n");
  gives("\xef\xbb\xbf", "");
}

Test(csv, reads_quoted_fields) {
  gives("\"a,b\",c\n", "a,b@1:1|c@1:7|\n");
  gives("\"say \"\"hi\"\"\",c\n", "say \"hi\"@1:1|c@1:14|\n");
  gives("\"\",\"\"\n", "@1:1|@1:4|\n");
  gives("\"two\r\nlines\",x\ny,z\n", "two\r\nlines@1:1|x@2:8|\ny@3:1|z@3:3|\n");
  gives("\"last\"", "last@1:1|\n");
}

Test(csv, finds_broken_quoting) {
  gives("a,b\nx\"y,z\n", "a@1:1|b@1:3|\nbroken 2:2 a quote in the middle of a field; put the whole field in quotes and write each quote in it twice\n");
  gives("a,\"b\" ,c\n", "broken 1:6 something stands between the closing quote and the comma; write a quote inside quotes twice\n");
  gives("a\nb,\"never\nclosed\n", "a@1:1|\nbroken 2:3 this quote is never closed; close it, or write it twice if it belongs to the text\n");
}

Test(csv, finds_bytes_that_are_no_text) {
  gives("a,b\nM\xfcnchen,c\n", "a@1:1|b@1:3|\nbroken 2:2 this is no UTF-8; save the file as \"CSV UTF-8\"\n");
  gives("a\xc3", "broken 1:2 this is no UTF-8; save the file as \"CSV UTF-8\"\n");
  gives("a\xed\xa0\x80", "broken 1:2 this is no UTF-8; save the file as \"CSV UTF-8\"\n");
  cr_assert_str_eq(read_all("a,b\0c\n", 6, BYTES_MAX), "broken 1:4 this is no UTF-8; save the file as \"CSV UTF-8\"\n");
}

Test(csv, bounds_a_field_and_the_file) {
  char *data = malloc(CSV_FIELD_BYTES_MAX + 4);
  cr_assert_not_null(data);
  memset(data, 'x', CSV_FIELD_BYTES_MAX + 3);
  data[CSV_FIELD_BYTES_MAX] = '\n';
  cr_assert_eq(strlen(read_all(data, CSV_FIELD_BYTES_MAX + 1, BYTES_MAX)), CSV_FIELD_BYTES_MAX + strlen("@1:1|\n"));
  data[CSV_FIELD_BYTES_MAX] = 'x';
  cr_assert_str_eq(read_all(data, CSV_FIELD_BYTES_MAX + 1, BYTES_MAX),
                   "broken 1:1 this field has more than 4096 bytes; is a quote opened here and never closed?\n");
  free(data);
  cr_assert_str_eq(read_all("a\nb\n", 4, 3), "broken 1:1 the file is longer than 128 MB; split it, each part with the header line\n");
}

Test(csv, keeps_the_first_fields_of_too_many) {
  char data[300];
  struct csv *csv;
  const struct csv_row *row;
  memset(data, ',', 100);
  memcpy(data + 100, "\na\n", 3);
  cr_assert_eq(csv_open(lab_write_bytes(&lab, "a.csv", data, 103), BYTES_MAX, &csv), ERR_NONE);
  cr_assert_eq(csv_next(csv, &row), CSV_ROW);
  cr_assert_eq(row->count, 101);
  cr_assert_eq(csv_next(csv, &row), CSV_ROW);
  cr_assert_str_eq(row->fields[0].text, "a");
  (void)csv_free(csv);
}

Test(csv, reads_across_its_pieces) {
  size_t bytes = 0, capacity = 400000;
  char *data = malloc(capacity);
  cr_assert_not_null(data);
  for (int i = 0; bytes + 40 < capacity; i++) bytes += (size_t)snprintf(data + bytes, 40, "%d,\xe2\x82\xac\xe2\x82\xac,\"x\"\"\n\"\r\n", i);
  struct csv *csv;
  const struct csv_row *row;
  int rows = 0;
  cr_assert_eq(csv_open(lab_write_bytes(&lab, "a.csv", data, bytes), BYTES_MAX, &csv), ERR_NONE);
  for (; csv_next(csv, &row) == CSV_ROW; rows++) {
    cr_assert_eq(row->count, 3);
    cr_assert_eq(atol(row->fields[0].text), rows);
    cr_assert_str_eq(row->fields[1].text, "\xe2\x82\xac\xe2\x82\xac");
    cr_assert_str_eq(row->fields[2].text, "x\"\n");
    cr_assert_eq(row->fields[0].line, (size_t)rows * 2 + 1);
  }
  cr_assert_eq(csv_bytes(csv), (int64_t)bytes);
  cr_assert_gt(rows, 10000);
  (void)csv_free(csv);
  free(data);
}

Test(csv, refuses_what_is_no_file) {
  struct csv *csv;
  cr_assert_eq(csv_open(arena_format(lab.arena, "%s/none.csv", lab.folder), BYTES_MAX, &csv), ERR_GONE);
  err_note_clear();
  cr_assert_eq(csv_open(lab.folder, BYTES_MAX, &csv), ERR_DENIED);
}

Test(csv, survives_damaged_files) {
  static const char sound[] = "account,name\r\nweb/city:a,\"A \"\"B\"\" C\"\nweb/city:b,\xc3\xa4\xe2\x82\xac\n\n\"x\ny\",z";
  char data[512];
  uint64_t seed = 4180;
  for (int round = 0; round < 2000; round++) {
    struct csv *csv;
    const struct csv_row *row;
    size_t fields = 0;
    memcpy(data, sound, sizeof sound - 1);
    size_t bytes = lab_damage(&seed, data, sizeof sound - 1, sizeof data);
    cr_assert_eq(csv_open(lab_write_bytes(&lab, "a.csv", data, bytes), BYTES_MAX, &csv), ERR_NONE);
    while (csv_next(csv, &row) == CSV_ROW) {
      for (size_t i = 0; i < row->count; i++) fields += strlen(row->fields[i].text) + 1;
    }
    cr_assert_leq(fields, bytes + 1);
    (void)csv_free(csv);
  }
}
