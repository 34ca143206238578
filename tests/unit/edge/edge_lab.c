/* edge_lab.c: a folder, an arena, the troubles found. */
#include "tests/unit/edge/edge_lab.h"

#include <criterion/criterion.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bot/base/file.h"

void lab_begin(struct lab *lab) {
  *lab = (struct lab){.arena = arena_new(64 << 20)};
  lab->troubles.arena = lab->arena;
  (void)snprintf(lab->folder, sizeof lab->folder, "/tmp/edge-lab.XXXXXX");
  cr_assert_not_null(mkdtemp(lab->folder));
  err_note_clear();
}

static int remove_one(const char *path, const struct stat *info, int type, struct FTW *ftw) {
  (void)info, (void)type, (void)ftw;
  return remove(path);
}

void lab_end(struct lab *lab) {
  (void)nftw(lab->folder, remove_one, 16, FTW_DEPTH | FTW_PHYS);
  lab->arena = arena_free(lab->arena);
}

const char *lab_write_bytes(struct lab *lab, const char *name, const char *data, size_t bytes) {
  const char *path = arena_format(lab->arena, "%s/%s", lab->folder, name);
  cr_assert_eq(file_write(path, data, bytes, 0600), ERR_NONE, "%s", err_note_text());
  return path;
}

const char *lab_write(struct lab *lab, const char *name, const char *text) {
  return lab_write_bytes(lab, name, text, strlen(text));
}

const char *lab_told(struct lab *lab) {
  const char *told = "";
  for (size_t i = 0; i < lab->troubles.count && i < TROUBLES_SHOWN_MAX; i++) {
    const struct trouble *one = &lab->troubles.items[i];
    told = arena_format(lab->arena, "%s%zu:%zu: %s\n", told, one->line, one->column, one->what);
  }
  return told;
}

const char *lab_instead(struct lab *lab, const char *text, const char *from, const char *to) {
  const char *at = strstr(text, from);
  cr_assert_not_null(at, "\"%s\" is not in the text", from);
  return arena_format(lab->arena, "%.*s%s%s", (int)(at - text), text, to, at + strlen(from));
}

static uint64_t next(uint64_t *seed) {
  *seed ^= *seed << 13;
  *seed ^= *seed >> 7;
  *seed ^= *seed << 17;
  return *seed;
}

size_t lab_damage(uint64_t *seed, char *data, size_t bytes, size_t bytes_max) {
  static const char nasty[] = "\"',:;{}[]&*!|>-#?%@`\n\r\t \\\xff\xc3\x80";
  for (uint64_t blows = 1 + next(seed) % 6; blows > 0 && bytes > 0; blows--) {
    size_t at = next(seed) % bytes, length = 1 + next(seed) % 12;
    if (length > bytes - at) length = bytes - at;
    switch (next(seed) % 4) {
      case 0: data[at] = (char)next(seed); break;
      case 1: data[at] = nasty[next(seed) % sizeof nasty]; break;
      case 2:
        memmove(data + at, data + at + length, bytes - at - length);
        bytes -= length;
        break;
      default:
        if (bytes + length > bytes_max) break;
        memmove(data + at + length, data + at, bytes - at);
        bytes += length;
    }
  }
  return bytes;
}
