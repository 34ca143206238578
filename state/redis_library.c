/* redis_library.c: carries commit.lua inside the program; the assembler puts it there as it stands. */
#include <stdio.h>
#include <stdlib.h>

#include "bot/base/file.h"
#include "state/redis_private.h"

enum { LIBRARY_BYTES_MAX = 256 * 1024 };

/* The compiler does not see this file: the Makefile says that redis_library.o depends on it. */
__asm__(".pushsection .rodata\n"
        ".hidden mentord_commit_lua\n"
        ".global mentord_commit_lua\n"
        "mentord_commit_lua:\n"
        ".incbin \"state/commit.lua\"\n"
        ".hidden mentord_commit_lua_end\n"
        ".global mentord_commit_lua_end\n"
        "mentord_commit_lua_end:\n"
        ".byte 0\n"
        ".popsection\n");
extern const char mentord_commit_lua[], mentord_commit_lua_end[];

/* Only tests set it. A file that cannot be read must not pass for the true library: the process ends. */
static const char *source_of_test(const char *path, size_t *ret_bytes) {
  static char *source; /* owned by the process, read once */
  static size_t bytes;
  if (source == NULL && file_read(path, LIBRARY_BYTES_MAX, &source, &bytes) != ERR_NONE) {
    fprintf(stderr, "MENTORD_LIBRARY=%s: %s\n", path, err_note_text());
    abort();
  }
  *ret_bytes = bytes;
  return source;
}

const char *redis_library_source(size_t *ret_bytes) {
  const char *path = getenv("MENTORD_LIBRARY");
  if (path != NULL && *path != '\0') return source_of_test(path, ret_bytes);
  *ret_bytes = (size_t)(mentord_commit_lua_end - mentord_commit_lua);
  return mentord_commit_lua;
}
