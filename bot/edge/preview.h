/* preview.h: what a tool's entry would change: the bot's own turns, run on a copy of the records and thrown away. */
#ifndef MENTORD_PREVIEW_H
#define MENTORD_PREVIEW_H

#include "bot/base/text.h"
#include "bot/edge/people_file.h"
#include "state/model.h"

enum { PREVIEW_BYTES_MAX = 256 * 1024, PREVIEW_PEOPLE_MAX = 30 };

struct preview {
  struct text text;            /* for the operator: one line a record, one a field; sealed facts without whom they name */
  size_t added, changed;       /* records, or people */
  size_t unchanged, compared;  /* people; compared: the bot looks whether a line manager we cannot read is the same */
};
/* Changes `model`, which is of no use afterwards. ERR_BAD_INPUT: the bot would refuse this; the note says why. preview_done
 * ends it whatever was returned. */
enum err preview_apply(struct model *model, const char *entry, struct preview *ret_preview) MUST_CHECK;
enum err preview_import(struct model *model, const struct people_file *people, struct preview *ret_preview) MUST_CHECK;
void preview_done(struct preview *preview);

#endif
