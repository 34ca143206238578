/* csv_write.c: quoting, and the apostrophe that makes a formula a text. */
#include "bot/csv_write.h"

#include <string.h>

void csv_begin(struct text *text) {
  text_add(text, "\xef\xbb\xbf");
}

/* Some take a semicolon or a tab for the end of a cell: what stands behind it would begin the next one. */
static bool needs_quotes(const char *value) {
  size_t bytes = strlen(value);
  return bytes > 0 && (strpbrk(value, "\",;\t\r\n") != NULL || value[0] == ' ' || value[bytes - 1] == ' ');
}

static bool is_run(const char *value) {
  return value[0] != '\0' && strchr("=+-@\t\r\n", value[0]) != NULL;
}

void csv_cell(struct text *text, const char *value, bool first) {
  if (!first) text_add_char(text, ',');
  if (value == NULL) return;
  bool quotes = needs_quotes(value);
  if (quotes) text_add_char(text, '"');
  if (is_run(value)) text_add_char(text, '\'');
  for (const char *at = value; *at != '\0'; at++) {
    if (*at == '"') text_add_char(text, '"');
    text_add_char(text, *at);
  }
  if (quotes) text_add_char(text, '"');
}

void csv_end_line(struct text *text) {
  text_add(text, "\r\n");
}
