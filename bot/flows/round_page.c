/* round_page.c: a list that is too long for a card is shown ten lines a page: which page, and the way on and back. */
#include <stdlib.h>

#include "bot/flows/round_parts.h"

size_t page_of(const struct talking *talking) {
  return (size_t)strtoll(engine_detail(talking), NULL, 10);
}

void page_numbers(struct talking *talking, struct out *out, const char *this_name, const char *all_name, size_t lines) {
  struct turn *turn = talking->turn;
  param_number(WITH(turn, out), turn, this_name, (int64_t)page_of(talking) + 1);
  param_number(WITH(turn, out), turn, all_name, (int64_t)((lines + PAGE_LINES - 1) / PAGE_LINES));
}

void page_choices(struct talking *talking, struct out *out, size_t lines) {
  size_t page = page_of(talking);
  if ((page + 1) * PAGE_LINES < lines) card_choice(talking->turn, out, "on", W("round.button.on"), NULL)->primary = true;
  if (page > 0) (void)card_choice(talking->turn, out, "back", W("round.button.before"), NULL);
}

const char *page_next(struct talking *talking, const char *step) {
  const char *chosen = engine_slot(talking->talk, "chosen");
  size_t page = page_of(talking);
  if (strcmp(chosen, "review") == 0) return "review";
  if (strcmp(chosen, "on") == 0) page++;
  if (strcmp(chosen, "back") == 0 && page > 0) page--;
  return arena_format(talking->turn->arena, "%s/%zu", step, page);
}
