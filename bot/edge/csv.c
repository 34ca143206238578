/* csv.c: a small machine over characters; it asks the file for a piece at a time and gives a row at a time. */
#include "bot/edge/csv.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bot/base/text.h"

enum { PIECE_BYTES = 64 * 1024, ROW_BYTES_MAX = CSV_FIELDS_MAX * (CSV_FIELD_BYTES_MAX + 1), CHAR_BYTES_MAX = 4, MAGIC = 0x43737672 };
enum { CHAR_END = 0, CHAR_BAD = -1 };

struct csv {
  uint32_t magic;
  int fd; /* owned */
  char piece[PIECE_BYTES];
  size_t at, filled;
  int64_t bytes, bytes_max;
  size_t line, column;       /* of the next character */
  const char *broken;        /* NULL: all is well so far */
  size_t broken_line, broken_column;
  struct text data;          /* the fields of this row, each with a NUL behind it */
  size_t starts[CSV_FIELDS_MAX];
  struct csv_row row;
};

enum err csv_open(const char *path, size_t bytes_max, struct csv **ret_csv) {
  struct stat info;
  int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK); /* a FIFO would keep us waiting */
  if (fd < 0) return err_note(access(path, F_OK) == 0 ? ERR_DENIED : ERR_GONE, "%s: %m", path);
  if (fstat(fd, &info) != 0 || !S_ISREG(info.st_mode)) {
    (void)close(fd);
    return err_note(ERR_DENIED, "%s: not an ordinary file", path);
  }
  struct csv *csv = calloc(1, sizeof *csv);
  assert(csv != NULL);
  csv->magic = MAGIC;
  csv->fd = fd;
  csv->bytes_max = (int64_t)bytes_max;
  csv->line = csv->column = 1;
  text_init(&csv->data, ROW_BYTES_MAX);
  *ret_csv = csv;
  return ERR_NONE;
}

static enum csv_answer break_at(struct csv *csv, size_t line, size_t column, const char *what) {
  csv->broken = what;
  csv->broken_line = line;
  csv->broken_column = column;
  return CSV_BROKEN;
}

/* ---- characters ---- */
/* False at the end of the file; a read that fails is an end too, with `broken` set. */
static bool refill(struct csv *csv) {
  ssize_t got = read(csv->fd, csv->piece, sizeof csv->piece);
  csv->at = csv->filled = 0;
  if (got < 0) (void)break_at(csv, csv->line, csv->column, "the file cannot be read any further; check the disk");
  if (got <= 0) return false;
  csv->filled = (size_t)got;
  csv->bytes += got;
  if (csv->bytes <= csv->bytes_max) return true;
  (void)break_at(csv, csv->line, csv->column, "the file is longer than 128 MB; split it, each part with the header line");
  csv->filled = 0;
  return false;
}

static int peek_byte(struct csv *csv) {
  if (csv->at == csv->filled && !refill(csv)) return -1;
  return (unsigned char)csv->piece[csv->at];
}

static size_t sequence_bytes(int first) {
  return first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
}

/* One whole character: its bytes, or CHAR_END, or CHAR_BAD when this is no UTF-8. */
static int next_char(struct csv *csv, char ret_char[CHAR_BYTES_MAX]) {
  int first = peek_byte(csv);
  if (first < 0) return CHAR_END;
  size_t wanted = sequence_bytes(first), got = 0;
  while (got < wanted) {
    int byte = peek_byte(csv);
    if (byte < 0 || (got > 0 && (byte & 0xc0) != 0x80)) return CHAR_BAD;
    ret_char[got++] = (char)byte;
    csv->at++;
  }
  if (!text_utf8_valid(ret_char, got)) return CHAR_BAD;
  csv->column++;
  return (int)got;
}

/* A line ends with LF, CR LF or a lone CR. */
static void line_ends(struct csv *csv, char how) {
  if (how == '\r' && peek_byte(csv) == '\n') csv->at++;
  csv->line++;
  csv->column = 1;
}

/* ---- fields ---- */
static void begin_field(struct csv *csv) {
  size_t i = csv->row.count++;
  if (i >= CSV_FIELDS_MAX) return;
  csv->starts[i] = csv->data.length;
  csv->row.fields[i].line = csv->line;
  csv->row.fields[i].column = csv->column;
}

static void end_field(struct csv *csv) {
  if (csv->row.count <= CSV_FIELDS_MAX) text_add_n(&csv->data, "", 1);
}

/* False when the field is too long: most of the time a quote that nobody closed. */
static bool add_char(struct csv *csv, const char *bytes, int count) {
  if (csv->row.count > CSV_FIELDS_MAX) return true;
  if (csv->data.length - csv->starts[csv->row.count - 1] + (size_t)count > CSV_FIELD_BYTES_MAX) return false;
  text_add_n(&csv->data, bytes, (size_t)count);
  return true;
}

enum state { FIELD_START, IN_PLAIN, IN_QUOTES, AFTER_QUOTE };
static const char no_utf8[] = "this is no UTF-8; save the file as \"CSV UTF-8\"";
static const char too_long[] = "this field has more than 4096 bytes; is a quote opened here and never closed?";
static const char lone_quote[] = "a quote in the middle of a field; put the whole field in quotes and write each quote in it twice";
static const char behind_quote[] = "something stands between the closing quote and the comma; write a quote inside quotes twice";
static const char open_quote[] = "this quote is never closed; close it, or write it twice if it belongs to the text";

static enum csv_answer broken_here(struct csv *csv, const char *what) {
  return break_at(csv, csv->line, csv->column, what);
}

/* The field's own beginning; behind the last that is kept it is where we stand. */
static enum csv_answer broken_field(struct csv *csv, const char *what) {
  if (csv->row.count > CSV_FIELDS_MAX) return broken_here(csv, what);
  const struct csv_field *field = &csv->row.fields[csv->row.count - 1];
  return break_at(csv, field->line, field->column, what);
}

struct step {
  enum state state;
  size_t quote_line, quote_column; /* where the open quote stands */
  bool row_ends;
};

static enum csv_answer take_quoted(struct csv *csv, struct step *step, const char *bytes, int count) {
  if (bytes[0] == '"') {
    step->state = AFTER_QUOTE;
    return CSV_ROW;
  }
  if (!add_char(csv, bytes, count)) return broken_field(csv, too_long);
  if (bytes[0] == '\n' || (bytes[0] == '\r' && peek_byte(csv) != '\n')) line_ends(csv, '\n');
  return CSV_ROW;
}

static enum csv_answer take_separator(struct csv *csv, struct step *step, char what) {
  end_field(csv);
  step->state = FIELD_START;
  if (what == ',') {
    begin_field(csv);
    return CSV_ROW;
  }
  line_ends(csv, what);
  step->row_ends = true;
  return CSV_ROW;
}

static enum csv_answer take_char(struct csv *csv, struct step *step, size_t line, size_t column, const char *bytes, int count) {
  bool separator = bytes[0] == ',' || bytes[0] == '\n' || bytes[0] == '\r', quote = bytes[0] == '"';
  if (step->state == IN_QUOTES) return take_quoted(csv, step, bytes, count);
  if (step->state == AFTER_QUOTE && quote) {
    step->state = IN_QUOTES;
    return add_char(csv, bytes, count) ? CSV_ROW : broken_field(csv, too_long);
  }
  if (separator) return take_separator(csv, step, bytes[0]);
  if (step->state == AFTER_QUOTE) return break_at(csv, line, column, behind_quote);
  if (quote && step->state == IN_PLAIN) return break_at(csv, line, column, lone_quote);
  if (quote) {
    *step = (struct step){.state = IN_QUOTES, .quote_line = line, .quote_column = column};
    return CSV_ROW;
  }
  step->state = IN_PLAIN;
  return add_char(csv, bytes, count) ? CSV_ROW : broken_field(csv, too_long);
}

static enum csv_answer at_end(struct csv *csv, const struct step *step) {
  if (csv->broken != NULL) return CSV_BROKEN;
  if (step->state == IN_QUOTES) return break_at(csv, step->quote_line, step->quote_column, open_quote);
  if (csv->row.count == 1 && step->state == FIELD_START) return CSV_END;
  end_field(csv);
  return CSV_ROW;
}

static void begin_row(struct csv *csv) {
  text_clear(&csv->data);
  csv->row.count = 0;
  begin_field(csv);
}

static enum csv_answer read_row(struct csv *csv) {
  struct step step = {.state = FIELD_START};
  begin_row(csv);
  while (!step.row_ends) {
    char bytes[CHAR_BYTES_MAX];
    size_t line = csv->line, column = csv->column;
    int count = next_char(csv, bytes);
    if (count == CHAR_BAD && csv->broken != NULL) return CSV_BROKEN;
    if (count == CHAR_BAD) return break_at(csv, line, column, no_utf8);
    if (count == CHAR_END) return at_end(csv, &step);
    if (take_char(csv, &step, line, column, bytes, count) == CSV_BROKEN) return CSV_BROKEN;
  }
  return CSV_ROW;
}

static void skip_mark(struct csv *csv) {
  (void)peek_byte(csv);
  if (csv->filled >= 3 && memcmp(csv->piece, "\xef\xbb\xbf", 3) == 0) csv->at = 3;
}

static bool is_empty_line(const struct csv *csv) {
  return csv->row.count == 1 && text_str(&csv->data)[0] == '\0';
}

enum csv_answer csv_next(struct csv *csv, const struct csv_row **ret_row) {
  assert(csv->magic == MAGIC);
  if (csv->bytes == 0) skip_mark(csv);
  if (csv->broken != NULL) return CSV_BROKEN;
  enum csv_answer answer;
  do answer = read_row(csv);
  while (answer == CSV_ROW && is_empty_line(csv));
  if (answer != CSV_ROW) return answer;
  for (size_t i = 0; i < csv->row.count && i < CSV_FIELDS_MAX; i++) csv->row.fields[i].text = text_str(&csv->data) + csv->starts[i];
  *ret_row = &csv->row;
  return CSV_ROW;
}

const char *csv_broken(const struct csv *csv, size_t *ret_line, size_t *ret_column) {
  *ret_line = csv->broken_line;
  *ret_column = csv->broken_column;
  return csv->broken;
}

int64_t csv_bytes(const struct csv *csv) {
  return csv->bytes;
}

struct csv *csv_free(struct csv *csv) {
  if (csv == NULL) return NULL;
  assert(csv->magic == MAGIC);
  (void)close(csv->fd);
  text_done(&csv->data);
  csv->magic = 0;
  free(csv);
  return NULL;
}
