/* test_csv_write.c: cells that come back as they were, and that no spreadsheet runs. */
#include "bot/csv_write.h"

#include <criterion/criterion.h>
#include <stdio.h>

static const char *line(const char *a, const char *b) {
  static struct text text;
  text_done(&text);
  text_init(&text, 1000);
  csv_cell(&text, a, true);
  csv_cell(&text, b, false);
  csv_end_line(&text);
  return text_str(&text);
}

Test(csv_write, plain_cells_stand_as_they_are) {
  cr_assert_str_eq(line("Aisha Khan", "D\xc3\xbcsseldorf"), "Aisha Khan,D\xc3\xbcsseldorf\r\n");
  cr_assert_str_eq(line(NULL, ""), ",\r\n");
  cr_assert_str_eq(line("O'Brien", "a-b=c@d"), "O'Brien,a-b=c@d\r\n", "only the beginning counts");
}

Test(csv_write, what_could_end_a_cell_is_quoted) {
  cr_assert_str_eq(line("Khan, Aisha", "the \"boss\""), "\"Khan, Aisha\",\"the \"\"boss\"\"\"\r\n");
  cr_assert_str_eq(line("two\r\nlines", " room "), "\"two\r\nlines\",\" room \"\r\n");
  cr_assert_str_eq(line("a;=1+1", "b\t=1"), "\"a;=1+1\",\"b\t=1\"\r\n", "elsewhere these end a cell");
}

Test(csv_write, no_spreadsheet_runs_what_somebody_wrote) {
  static const char *const begins[] = {"=", "+", "-", "@", "\t", "\r", "\n"};
  char cell[40], wanted[60];
  for (size_t i = 0; i < ARRAY_LEN(begins); i++) {
    bool quoted = begins[i][0] < ' ';
    (void)snprintf(cell, sizeof cell, "%sHYPERLINK(1)", begins[i]);
    (void)snprintf(wanted, sizeof wanted, "%s'%s%s,x\r\n", quoted ? "\"" : "", cell, quoted ? "\"" : "");
    cr_assert_str_eq(line(cell, "x"), wanted);
  }
  cr_assert_str_eq(line("=cmd|' /C calc'!A0,\"x\"", "x"), "\"'=cmd|' /C calc'!A0,\"\"x\"\"\",x\r\n");
}

Test(csv_write, the_file_says_that_it_is_utf8) {
  CLEANUP(text_done) struct text text;
  text_init(&text, 100);
  csv_begin(&text);
  cr_assert_str_eq(text_str(&text), "\xef\xbb\xbf");
}
