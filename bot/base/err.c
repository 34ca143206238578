/* err.c: the names of the errors, and the one note a thread keeps beside the last of them. */
#include "bot/base/err.h"

#include <stdarg.h>
#include <stdio.h>
#include <unicode/utf8.h>

enum { NOTE_BYTES_MAX = 400 };

static _Thread_local char note[NOTE_BYTES_MAX + 1];

const char *err_name(enum err err) {
#define ERR_AS_NAME(name, text, next) text,
  static const char *const names[] = {ERR_LIST(ERR_AS_NAME)};
#undef ERR_AS_NAME
  if ((unsigned)err >= ERR_MAX_) return "?";
  return names[err];
}

enum err err_note(enum err err, const char *fmt, ...) {
  if (note[0] != '\0') return err;
  va_list args;
  va_start(args, fmt);
  int length = vsnprintf(note, sizeof note, fmt, args);
  va_end(args);
  if (length <= NOTE_BYTES_MAX) return err;
  int32_t kept = NOTE_BYTES_MAX;
  U8_TRUNCATE_IF_INCOMPLETE(note, 0, kept);
  note[kept] = '\0';
  return err;
}

const char *err_note_text(void) {
  return note;
}

void err_note_clear(void) {
  note[0] = '\0';
}
