/* words_file.c: carries en.json inside the program; the assembler puts it there as it stands. */
#include "bot/edge/words_file.h"

#include <stdlib.h>

#include "bot/base/file.h"

enum { WORDS_BYTES_MAX = 1024 * 1024 };

/* The compiler does not see this file: the Makefile says that words_file.o depends on it. */
__asm__(".pushsection .rodata\n"
        ".hidden mentord_words_en\n"
        ".global mentord_words_en\n"
        "mentord_words_en:\n"
        ".incbin \"bot/words/en.json\"\n"
        ".hidden mentord_words_en_end\n"
        ".global mentord_words_en_end\n"
        "mentord_words_en_end:\n"
        ".byte 0\n"
        ".popsection\n");
extern const char mentord_words_en[], mentord_words_en_end[];

enum err words_from_program(struct words **ret_words) {
  const char *path = getenv("MENTORD_WORDS");
  char *data;
  size_t bytes;
  if (path == NULL) return words_load("en", mentord_words_en, (size_t)(mentord_words_en_end - mentord_words_en), ret_words);
  enum err err = file_read(path, WORDS_BYTES_MAX, &data, &bytes);
  if (err != ERR_NONE) return err;
  err = words_load("en", data, bytes, ret_words);
  free(data);
  return err;
}
