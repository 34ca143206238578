/* render_relayed.c: a row that carries somebody's own words, opened for the moment it is sent. */
#include "bot/render.h"

#include <string.h>

#include "bot/cards.h"

static void add_paragraph(struct out *opened, const char *text, struct arena *arena) {
  struct line *line = LIST_ADD(arena, &opened->lines);
  line->words = W("relay.words");
  struct param *param = LIST_ADD(arena, &line->params);
  param->name = "text";
  param->kind = PARAM_TEXT;
  param->values = strs_of(arena, 1, text);
}

const struct out *render_relayed(const struct out *out, const char *plain, struct arena *arena) {
  struct out *opened = record_copy(RECORD_OUT, out, arena);
  char **paragraphs;
  size_t count = text_split(arena, plain, '\n', &paragraphs);
  opened->lines.count = 0;
  for (size_t i = 0; i < count; i++) {
    if (paragraphs[i][0] != '\0') add_paragraph(opened, paragraphs[i], arena);
  }
  for (size_t i = 0; i < out->lines.count; i++) *LIST_ADD(arena, &opened->lines) = out->lines.items[i];
  return opened;
}
