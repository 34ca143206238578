/* scheme_places.c: each rule by itself, then whether they can hold together and are of organisations that there are. */
#include "bot/edge/scheme_places.h"

#include <stddef.h>

enum { PLACES_MAX = 100000 };

/* ---- the keys ---- */
#define ROW(field) .name = #field, .offset = offsetof(struct places, field)
#define PLACES_ROWS                                                                                                       \
  {ROW(mentees_at_least), .type = YAML_WHOLE, .min = 0, .max = PLACES_MAX, .otherwise = "0", .example = "3",              \
   .help = "so many of its mentees get a mentor, or as nearly as can be; 0: no such rule"},                               \
  {ROW(mentees_at_most), .type = YAML_WHOLE, .min = 0, .max = PLACES_MAX, .otherwise = "0", .example = "5",               \
   .help = "no more of its mentees get a mentor; 0: no such rule"},                                                       \
  {ROW(gives_at_most), .type = YAML_WHOLE, .min = 0, .max = PLACES_MAX, .otherwise = "0", .example = "5",                 \
   .help = "no more mentees, of whichever organisation, get one of its mentors; 0: no such rule"}
static const struct yaml_key own_rows[] = {PLACES_ROWS};
static const struct yaml_key listed_rows[] = {
    {ROW(organisation), .type = YAML_NAME, .max = 40, .needed = true, .example = "city", .help = "whose places, by its short name"},
    PLACES_ROWS,
};

static void check(struct yaml_reader *reader, const struct yaml_node *node, const struct places *places) {
  const struct yaml_node *least = yaml_at(node, "mentees_at_least");
  if (places->mentees_at_most == 0 || places->mentees_at_least <= places->mentees_at_most) return;
  yaml_trouble(reader, least == NULL ? node : least, "`mentees_at_least` (%lld) is more than `mentees_at_most` (%lld); write a smaller number",
               (long long)places->mentees_at_least, (long long)places->mentees_at_most);
}

void scheme_places_read(struct yaml_reader *reader, const struct yaml_node *node, struct places *ret_places) {
  *ret_places = (struct places){0};
  if (yaml_fill(reader, node, "`places`", own_rows, ARRAY_LEN(own_rows), ret_places)) check(reader, node, ret_places);
}

/* ---- a programme's list ---- */
static void check_organisation(struct yaml_reader *reader, const struct yaml_node *node, const struct places *places, struct map *organisations,
                               struct map *seen) {
  const struct yaml_node *at = yaml_at(node, "organisation");
  if (places->organisation == NULL) return; /* told by the table */
  struct yaml_shown shown = yaml_show(places->organisation);
  if (map_get(organisations, places->organisation) == NULL)
    yaml_trouble(reader, at, "`%s` is none of the organisations of this file; write one of their ids", shown.text);
  else if (map_put(seen, places->organisation, (void *)(uintptr_t)node) != NULL)
    yaml_trouble(reader, at, "the places of `%s` stand here twice; keep one", shown.text);
}

void scheme_places_list(struct yaml_reader *reader, const struct yaml_node *list, struct map *organisations, struct programme *ret_programme) {
  struct places *items = arena_alloc(reader->arena, (list->count + 1) * sizeof *items);
  struct map *seen = map_new();
  size_t count = 0;
  for (const struct yaml_node *node = list->first; node != NULL; node = node->next, count++) {
    items[count] = (struct places){0};
    if (yaml_fill(reader, node, "places", listed_rows, ARRAY_LEN(listed_rows), &items[count])) check(reader, node, &items[count]);
    check_organisation(reader, node, &items[count], organisations, seen);
  }
  (void)map_free(seen, NULL);
  ret_programme->places.items = items;
  ret_programme->places.count = count;
}
