/* first_entries.c: the demo applies its own scheme and people, through the same checks and the same jobs as the tools. */
#include "bot/edge/first_entries.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bot/base/clock.h"
#include "bot/base/json.h"
#include "bot/base/zone.h"
#include "bot/edge/people_file.h"
#include "bot/edge/scheme_file.h"
#include "bot/edge/serve.h"

enum { SATURDAY = 6 };

/* The demo starts on a weekday at 10:00: the next one from today, so that nothing in it lies in the past. */
static int64_t weekday_at_ten(const char *zone) {
  struct civil day = zone_civil(zone, clock_wall_ms());
  if (day.hour >= 10) day = civil_plus_days(&day, 1);
  day.hour = 10;
  day.minute = 0;
  struct civil full = zone_civil(zone, zone_ms(zone, &day));
  while (full.weekday >= SATURDAY) {
    day = civil_plus_days(&day, 1);
    day.hour = 10;
    day.minute = 0;
    full = zone_civil(zone, zone_ms(zone, &day));
  }
  return zone_ms(zone, &day);
}

/* Adds the clock's offset to the entry that the scheme file gave. */
static char *with_offset(const char *json) {
  cJSON *root CLEANUP(json_freep) = NULL;
  if (json_parse(json, strlen(json), 1 << 20, &root) != ERR_NONE) return NULL;
  const char *zone = json_str_or(root, "scheme.zone", "Europe/London");
  int64_t offset = weekday_at_ten(zone) - clock_wall_ms();
  (void)cJSON_AddNumberToObject(root, "offset_ms", (double)offset);
  char *printed = cJSON_PrintUnformatted(root);
  char *copy = printed == NULL ? NULL : strdup(printed);
  cJSON_free(printed);
  return copy;
}

static enum err scheme_entry(const struct config *config, struct arena *arena, char **ret_entry) {
  struct troubles troubles = {.arena = arena};
  char *json = NULL;
  enum err err = scheme_file_read(config->demo_scheme, "demo-scheme", true, arena, &troubles, &json);
  if (err != ERR_NONE) troubles_print(&troubles);
  else *ret_entry = with_offset(json);
  return err;
}

/* The rows stay in memory: line managers in plain words are in no file but the operator's own. */
static enum err people_entry(const struct config *config, struct arena *arena, struct first_entries *first, char **ret_entry) {
  struct troubles troubles = {.arena = arena};
  struct people_file people;
  enum err err = people_file_read(config->demo_people, NULL, &troubles, &people);
  troubles_print(&troubles);
  if (err != ERR_NONE) return err;
  first->rows = strdup(text_str(&people.lines));
  int length = asprintf(ret_entry, "{\"id\":\"demo-people\",\"kind\":\"import\",\"file\":\"" SERVE_FIRST_ROWS "\",\"total\":%lld}", (long long)people.line_count);
  people_file_done(&people);
  return first->rows != NULL && length >= 0 ? ERR_NONE : ERR_INTERNAL;
}

enum err first_entries_make(const struct config *config, struct first_entries **ret_first) {
  struct arena *arena = arena_new(16 << 20);
  struct first_entries *first = calloc(1, sizeof *first);
  enum err err = ERR_NONE;
  assert(first != NULL);
  if (config->demo_scheme != NULL) err = scheme_entry(config, arena, &first->entries[0]);
  if (err == ERR_NONE && config->demo_people != NULL) err = people_entry(config, arena, first, &first->entries[first->entries[0] == NULL ? 0 : 1]);
  (void)arena_free(arena);
  if (err == ERR_NONE) *ret_first = first;
  else (void)first_entries_free(first);
  return err;
}

struct first_entries *first_entries_free(struct first_entries *first) {
  if (first == NULL) return NULL;
  for (size_t i = 0; i < ARRAY_LEN(first->entries); i++) free(first->entries[i]);
  free(first->rows);
  free(first);
  return NULL;
}
