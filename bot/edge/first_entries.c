/* first_entries.c: the demo applies its own scheme and people, through the same checks and the same jobs as the tools. */
#include "bot/edge/first_entries.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bot/base/clock.h"
#include "bot/base/file.h"
#include "bot/base/json.h"
#include "bot/base/zone.h"
#include "bot/edge/people_file.h"
#include "bot/edge/scheme_file.h"

enum { ENTRIES = 2, SPOOL_PATH_BYTES = 400, SATURDAY = 6 };

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

static enum err people_entry(const struct config *config, struct arena *arena, char **ret_entry) {
  struct troubles troubles = {.arena = arena};
  struct people_file people;
  char spool[SPOOL_PATH_BYTES];
  enum err err = people_file_read(config->demo_people, NULL, &troubles, &people);
  troubles_print(&troubles);
  if (err != ERR_NONE) return err;
  (void)snprintf(spool, sizeof spool, "%s/spool", config->data);
  err = file_folder(spool, 0700);
  (void)snprintf(spool, sizeof spool, "%s/spool/demo-people.jsonl", config->data);
  if (err == ERR_NONE) err = file_write(spool, text_str(&people.lines), people.lines.length, 0600);
  if (err == ERR_NONE && asprintf(ret_entry, "{\"id\":\"demo-people\",\"kind\":\"import\",\"file\":\"%s\",\"total\":%lld}", spool, (long long)people.line_count) < 0)
    err = ERR_INTERNAL;
  people_file_done(&people);
  return err;
}

enum err first_entries_make(const struct config *config, char ***ret_entries) {
  struct arena *arena = arena_new(16 << 20);
  char **entries = calloc(ENTRIES + 1, sizeof *entries);
  enum err err = ERR_NONE;
  assert(entries != NULL);
  if (config->demo_scheme != NULL) err = scheme_entry(config, arena, &entries[0]);
  if (err == ERR_NONE && config->demo_people != NULL) err = people_entry(config, arena, &entries[entries[0] == NULL ? 0 : 1]);
  (void)arena_free(arena);
  if (err == ERR_NONE) *ret_entries = entries;
  else (void)first_entries_free(entries);
  return err;
}

char **first_entries_free(char **entries) {
  for (char **entry = entries; entry != NULL && *entry != NULL; entry++) free(*entry);
  free(entries);
  return NULL;
}
