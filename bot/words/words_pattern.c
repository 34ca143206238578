/* words_pattern.c: reads one sentence of the catalogue and rewrites its parameters for ICU. */
#include "bot/words/words_pattern.h"

#include <stdlib.h>
#include <string.h>

#include "bot/base/text.h"

#define NAME_LETTERS "abcdefghijklmnopqrstuvwxyz0123456789_"
enum { OUTSIDE_PLURAL = -1 };

struct scan {
  const char *at;                /* borrowed from the sentence */
  struct text numbered;
  struct words_pattern *pattern; /* borrowed from the caller */
  const char *wrong;             /* the first thing that was wrong; NULL: nothing */
};

static void fail(struct scan *scan, const char *wrong) {
  if (scan->wrong == NULL) scan->wrong = wrong;
}

static void skip_space(struct scan *scan) {
  scan->at += strspn(scan->at, " \n\t");
}

/* ---- names ---- */
static size_t name_index(struct scan *scan, char **names, size_t *count, size_t max, const char *name, size_t bytes) {
  for (size_t i = 0; i < *count; i++) {
    if (strlen(names[i]) == bytes && memcmp(names[i], name, bytes) == 0) return i;
  }
  if (*count == max) {
    fail(scan, "too many parameters");
    return 0;
  }
  names[*count] = strndup(name, bytes);
  assert(names[*count] != NULL);
  return (*count)++;
}

static size_t text_index(struct scan *scan, const char *name, size_t bytes) {
  return name_index(scan, scan->pattern->texts, &scan->pattern->text_count, WORDS_PATTERN_TEXTS_MAX, name, bytes);
}

static size_t number_index(struct scan *scan, const char *name, size_t bytes) {
  return name_index(scan, scan->pattern->numbers, &scan->pattern->number_count, WORDS_PATTERN_NUMBERS_MAX, name, bytes);
}

/* ---- the walk: `hash` is the text that # stands for ---- */
static void scan_message(struct scan *scan, int depth, int hash);

/* At what follows "plural," or "select,": selectors, each with a message in braces, up to the closing brace. */
static void scan_branches(struct scan *scan, int depth, int hash) {
  for (;;) {
    skip_space(scan);
    if (*scan->at == '}') break;
    size_t bytes = strspn(scan->at, NAME_LETTERS "=");
    text_add(&scan->numbered, " ");
    text_add_n(&scan->numbered, scan->at, bytes);
    scan->at += bytes;
    skip_space(scan);
    if (bytes == 0 || *scan->at != '{') {
      fail(scan, "a choice is written word{sentence}");
      return;
    }
    scan->at++;
    text_add(&scan->numbered, "{");
    scan_message(scan, depth + 1, hash);
    if (scan->wrong != NULL) return;
    scan->at++;
    text_add(&scan->numbered, "}");
  }
  scan->at++;
  text_add(&scan->numbered, "}");
}

/* At the type behind "{name,". The number chooses; what # writes is that number as a text. */
static void scan_choice(struct scan *scan, int depth, int hash, const char *name, size_t name_bytes) {
  skip_space(scan);
  const char *type = scan->at;
  size_t bytes = strspn(type, NAME_LETTERS);
  scan->at += bytes;
  skip_space(scan);
  bool select = bytes == 6 && memcmp(type, "select", 6) == 0;
  bool plural = (bytes == 6 && memcmp(type, "plural", 6) == 0) || (bytes == 13 && memcmp(type, "selectordinal", 13) == 0);
  if (*scan->at != ',' || (!select && !plural)) {
    fail(scan, "behind a name stands plural, selectordinal or select, and a comma");
    return;
  }
  scan->at++;
  scan->pattern->chooses = true;
  size_t index = select ? text_index(scan, name, name_bytes) : WORDS_PATTERN_TEXTS_MAX + number_index(scan, name, name_bytes);
  text_addf(&scan->numbered, "{%zu, %.*s,", index, (int)bytes, type);
  scan_branches(scan, depth, select ? hash : (int)text_index(scan, name, name_bytes));
}

static void scan_parameter(struct scan *scan, int depth, int hash) {
  scan->at++;
  skip_space(scan);
  const char *name = scan->at;
  size_t bytes = strspn(name, NAME_LETTERS);
  scan->at += bytes;
  skip_space(scan);
  char behind = *scan->at;
  if (bytes == 0 || (behind != '}' && behind != ',')) {
    fail(scan, "a parameter is written {name}, in small letters");
    return;
  }
  scan->at++;
  if (behind == ',') scan_choice(scan, depth, hash, name, bytes);
  else text_addf(&scan->numbered, "{%zu}", text_index(scan, name, bytes));
}

/* Ends at the end of the sentence, or before the brace that closes it. */
static void scan_message(struct scan *scan, int depth, int hash) {
  if (depth > WORDS_PATTERN_DEPTH_MAX) fail(scan, "choices inside choices inside choices");
  while (scan->wrong == NULL && *scan->at != '\0' && *scan->at != '}') {
    if (*scan->at == '{') {
      scan_parameter(scan, depth, hash);
      continue;
    }
    if (*scan->at == '\'') text_add(&scan->numbered, "’");
    else if (*scan->at == '#' && hash != OUTSIDE_PLURAL) text_addf(&scan->numbered, "{%d}", hash);
    else text_add_n(&scan->numbered, scan->at, 1);
    scan->at++;
  }
  if ((*scan->at == '}') != (depth > 0)) fail(scan, "its braces do not pair");
}

/* "Hi {0}, here is {1}." is two pieces with a text behind them, and one without. */
static void cut_pieces(struct words_pattern *pattern) {
  size_t most = 1;
  for (const char *at = pattern->numbered; *at != '\0'; at++) most += *at == '{';
  pattern->pieces = calloc(most, sizeof *pattern->pieces);
  assert(pattern->pieces != NULL);
  for (const char *at = pattern->numbered;;) {
    struct words_piece *piece = &pattern->pieces[pattern->piece_count++];
    *piece = (struct words_piece){.words = at, .bytes = strcspn(at, "{"), .text = -1};
    if (at[piece->bytes] == '\0') return;
    char *end;
    piece->text = (int)strtol(at + piece->bytes + 1, &end, 10);
    at = end + 1;
  }
}

const char *words_pattern_read(const char *sentence, struct words_pattern *ret_pattern) {
  struct words_pattern pattern = {0};
  struct scan scan = {.at = sentence, .pattern = &pattern};
  text_init(&scan.numbered, WORDS_PATTERN_BYTES_MAX);
  scan_message(&scan, 0, OUTSIDE_PLURAL);
  if (scan.numbered.full) fail(&scan, "it is too long");
  pattern.numbered = strdup(text_str(&scan.numbered));
  assert(pattern.numbered != NULL);
  text_done(&scan.numbered);
  if (scan.wrong == NULL && !pattern.chooses) cut_pieces(&pattern);
  if (scan.wrong != NULL) words_pattern_done(&pattern);
  else *ret_pattern = pattern;
  return scan.wrong;
}

void words_pattern_done(struct words_pattern *pattern) {
  for (size_t i = 0; i < pattern->text_count; i++) free(pattern->texts[i]);
  for (size_t i = 0; i < pattern->number_count; i++) free(pattern->numbers[i]);
  free(pattern->pieces);
  free(pattern->numbered);
  *pattern = (struct words_pattern){0};
}
