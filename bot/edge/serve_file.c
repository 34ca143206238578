/* serve_file.c: the file of a row: made of the model at the moment it is sent, and held until its adapter is done with it. */
#include <string.h>

#include "bot/edge/serve_parts.h"
#include "bot/export.h"

static_assert((int)EXPORT_BYTES_MAX == (int)LINK_FILE_BYTES_MAX, "what is made, the link lets pass");

/* What the arena held of it is wiped here, what is held for the adapter when that lets go of it. */
static enum err hold(struct serve *serve, const struct out *row, struct export_file *file) {
  enum err err = file->csv.full ? err_note(ERR_BAD_INPUT, "the list has become too long for a file")
                                : files_put(serve->files, row->id, row->workspace, text_str(&file->csv), file->csv.length);
  explicit_bzero(file->csv.data, file->csv.length);
  return err;
}

enum err serve_file(struct serve *serve, const struct out *row, int64_t file_max, struct txn *view, struct arena *arena,
                    const struct attachment **ret_file, const struct out **ret_said) {
  struct export_file file;
  if (!export_may(row, view)) { /* they may have been a manager when they asked */
    *ret_said = export_refused(row, arena);
    return ERR_NONE;
  }
  export_make(row, view, serve->options.words, serve_now(serve), arena, &file);
  if (file_max < 0 || file.csv.length > (size_t)file_max) {
    *ret_said = export_shown(row, &file, arena);
    return ERR_NONE;
  }
  enum err err = hold(serve, row, &file);
  if (err != ERR_NONE) return err;
  struct attachment *attachment = arena_alloc(arena, sizeof *attachment);
  *attachment = (struct attachment){.blob = row->id, .name = file.name, .type = "text/csv", .bytes = file.csv.length};
  *ret_file = attachment;
  *ret_said = export_beside(row, &file, arena);
  return ERR_NONE;
}
