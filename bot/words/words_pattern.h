/* words_pattern.h: a sentence with named parameters becomes one with numbers: ICU's C door knows no names. */
#ifndef MENTORD_WORDS_PATTERN_H
#define MENTORD_WORDS_PATTERN_H

#include "bot/base/base.h"

enum { WORDS_PATTERN_TEXTS_MAX = 16, WORDS_PATTERN_NUMBERS_MAX = 4, WORDS_PATTERN_BYTES_MAX = 16384, WORDS_PATTERN_DEPTH_MAX = 4 };

/* Words, and the text that stands behind them. */
struct words_piece {
  const char *words; /* borrowed from `numbered`; not terminated */
  size_t bytes;
  int text;          /* its number; -1: none, the sentence ends here */
};

/* The same name may stand in both lists: "{days, plural, one{# day} other{# days}}" chooses by the number and writes the text. */
struct words_pattern {
  char *texts[WORDS_PATTERN_TEXTS_MAX];     /* owned; the names behind {0}, {1} … */
  size_t text_count;
  char *numbers[WORDS_PATTERN_NUMBERS_MAX]; /* owned; the names behind {16, plural, …}, {17, …} */
  size_t number_count;
  char *numbered;                           /* owned; what ICU gets */
  bool chooses;                             /* it has a plural or a select … */
  struct words_piece *pieces;               /* owned; … and if not, all it is made of */
  size_t piece_count;
};

/* Understands {name}, {name, plural, …}, {name, selectordinal, …} and {name, select, …}; a name is small letters, digits
 * and _. Nothing is quoted: an apostrophe is an apostrophe, and is written ’. NULL, or what is wrong with it (static). */
const char *words_pattern_read(const char *sentence, struct words_pattern *ret_pattern) MUST_CHECK;
void words_pattern_done(struct words_pattern *pattern);

#endif
