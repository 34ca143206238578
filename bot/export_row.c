/* export_row.c: what is said beside a file that is handed over, or in its place. */
#include "bot/cards.h"
#include "bot/export.h"

const char *export_words(enum export_list list) {
  static const char *const words[EXPORT_MAX_] = {[EXPORT_PEOPLE] = W("export.people"), [EXPORT_PAIRS] = W("export.pairs")};
  return words[list];
}

static struct param *param_of(struct arena *arena, const char *name, enum param_kind kind, const char *value) {
  struct param *param = arena_alloc(arena, sizeof *param);
  *param = (struct param){.name = name, .kind = kind, .values = strs_of(arena, 1, value)};
  return param;
}

static struct param *number_of(struct arena *arena, const char *name, size_t number) {
  return param_of(arena, name, PARAM_NUMBER, arena_format(arena, "%zu", number));
}

const struct out *export_beside(const struct out *row, const struct export_file *file, struct arena *arena) {
  struct out *beside = record_copy(RECORD_OUT, row, arena);
  *LIST_ADD(arena, &beside->params) = *number_of(arena, "count", file->lines);
  return beside;
}

static void add_shown(struct out *card, const char *text, struct arena *arena) {
  struct line *line = LIST_ADD(arena, &card->lines);
  line->words = W("export.line");
  *LIST_ADD(arena, &line->params) = *param_of(arena, "cells", PARAM_TEXT, text);
}

/* How many stand there comes first: what does not fit is left out from the end. */
const struct out *export_shown(const struct out *row, const struct export_file *file, struct arena *arena) {
  struct out *card = record_copy(RECORD_OUT, export_beside(row, file, arena), arena);
  card->kind = OUT_SEND;
  struct line *line = LIST_ADD(arena, &card->lines);
  line->words = file->shown.count < file->lines ? W("export.shown") : W("export.shown_all");
  *LIST_ADD(arena, &line->params) = *number_of(arena, "shown", file->shown.count);
  *LIST_ADD(arena, &line->params) = *param_of(arena, "command", PARAM_TEXT, arena_format(arena, "export %s", row->file));
  for (size_t i = 0; i < file->shown.count; i++) add_shown(card, file->shown.items[i], arena);
  return card;
}

const struct out *export_refused(const struct out *row, struct arena *arena) {
  struct out *card = record_copy(RECORD_OUT, row, arena);
  card->kind = OUT_SEND;
  card->words = W("export.refused");
  card->lines.count = 0;
  return card;
}
