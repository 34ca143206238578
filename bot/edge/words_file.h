/* words_file.h: the catalogues that the program carries, loaded. */
#ifndef MENTORD_WORDS_FILE_H
#define MENTORD_WORDS_FILE_H

#include "bot/words/words.h"

/* English, from the program itself; MENTORD_WORDS names another file in tests. */
enum err words_from_program(struct words **ret_words) MUST_CHECK;

#endif
