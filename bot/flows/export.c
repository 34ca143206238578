/* export.c: a manager asks for a list as a file; and hears of it when the file did not arrive. */
#include <string.h>

#include "bot/command_parts.h"
#include "bot/export.h"
#include "bot/flows/flows.h"

/* ---- which ---- */
static void ask_which(struct turn *turn, const char *words) {
  struct out *out = card_to(turn, turn->person, words);
  (void)card_command(turn, out, "export people", W("export.button.people"));
  (void)card_command(turn, out, "export pairs", W("export.button.pairs"));
}

/* ---- the rows, one a file ---- */
static void add_row(struct turn *turn, enum export_list list, const struct export_range *range, size_t part, size_t parts) {
  struct out *out = card_to(turn, turn->person, export_words(list));
  out->kind = OUT_UPLOAD;
  out->file = export_name(list);
  out->file_from = range->from;
  out->file_before = range->before;
  if (parts == 1) return;
  out->file_part = (int64_t)part;
  out->file_parts = (int64_t)parts;
  struct line *line = card_line(turn, out, W("export.part"));
  param_number(WITH(turn, line), turn, "part", out->file_part);
  param_number(WITH(turn, line), turn, "parts", out->file_parts);
}

/* One line for each programme it is of: it is asked for once, and says whose data left. */
static void audit(struct turn *turn, enum export_list list) {
  struct strs programmes = txn_all(turn->txn, RECORD_PROGRAMME);
  const char *what = list == EXPORT_PEOPLE ? "exported people" : "exported pairs";
  for (size_t i = 0; i < programmes.count; i++) {
    if (turn_manages(turn, turn->person, programmes.items[i])) txn_audit(turn->txn, turn->person, what, programmes.items[i]);
  }
}

void command_export(struct turn *turn, const char *args) {
  const struct export_range *ranges;
  const char *wanted = text_fold(turn->arena, args);
  enum export_list list = export_from(wanted);
  if (list == EXPORT_INVALID_) {
    ask_which(turn, wanted[0] == '\0' ? W("export.which") : W("export.no_such"));
    return;
  }
  size_t parts = export_ranges(list, turn->txn, turn->words, turn->person, turn->arena, &ranges);
  for (size_t i = 0; i < parts; i++) add_row(turn, list, &ranges[i], i + 1, parts);
  audit(turn, list);
}

/* ---- it did not arrive ---- */
void export_failed(struct turn *turn, const struct out *row) {
  bool unknown = turn->event->result == RESULT_AMBIGUOUS;
  if (row->person == NULL || turn_person(turn, row->person) == NULL) return;
  struct out *out = card_to(turn, row->person, unknown ? W("export.unknown") : W("export.failed"));
  param_text(WITH(turn, out), turn, "command", arena_format(turn->arena, "export %s", row->file));
}
