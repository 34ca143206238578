/* tools_check.c: looks at one file and tells everything that is wrong in it; asks nobody, changes nothing. */
#include <stdio.h>
#include <string.h>

#include "bot/base/json.h"
#include "bot/edge/people_file.h"
#include "bot/edge/scheme_file.h"
#include "bot/edge/tools_parts.h"

enum { ARENA_BYTES = 8 * 1024 * 1024 };

static bool ends_with(const char *name, const char *end) {
  size_t length = strlen(name), tail = strlen(end);
  return length >= tail && strcmp(name + length - tail, end) == 0;
}

static int check_people(const char *file, struct troubles *troubles) {
  struct people_file people;
  enum err err = people_file_read(file, NULL, troubles, &people);
  if (err != ERR_NONE) return tools_file_bad(troubles, err, "");
  people_file_done(&people);
  if (troubles->count > 0) return tools_file_bad(troubles, ERR_BAD_INPUT, "");
  (void)printf("%s: fine, %lld %s\n", file, (long long)people.people, people.people == 1 ? "person" : "people");
  return 0;
}

static int check_config(const char *file, struct arena *arena, struct troubles *troubles) {
  struct config config;
  enum err err = config_check(file, arena, troubles, &config);
  if (err != ERR_NONE) return tools_file_bad(troubles, err, "");
  (void)printf("%s: fine, scheme %s, %zu link%s%s\n", file, config.scheme, config.link_count, tools_plural(config.link_count), config.demo ? ", a demo" : "");
  return 0;
}

static int check_scheme(const char *file, struct arena *arena, struct troubles *troubles) {
  char *json;
  cJSON *root CLEANUP(json_freep) = NULL;
  enum err err = scheme_file_read(file, "check", false, arena, troubles, &json);
  if (err == ERR_NONE) err = json_parse(json, strlen(json), strlen(json), &root);
  if (err != ERR_NONE) return tools_file_bad(troubles, err, "");
  size_t organisations = (size_t)cJSON_GetArraySize(json_at(root, "organisations")), programmes = (size_t)cJSON_GetArraySize(json_at(root, "programmes"));
  (void)printf("%s: fine, %zu programme%s, %zu organisation%s\n", file, programmes, tools_plural(programmes), organisations, tools_plural(organisations));
  return 0;
}

int tools_check(const char *file) {
  CLEANUP(arena_freep) struct arena *arena = arena_new(ARENA_BYTES);
  struct troubles troubles = {.arena = arena};
  const char *slash = strrchr(file, '/'), *name = slash == NULL ? file : slash + 1;
  err_note_clear();
  if (ends_with(name, ".csv")) return check_people(file, &troubles);
  if (!ends_with(name, ".yaml") && !ends_with(name, ".yml")) {
    (void)fprintf(stderr, "mentord: %s: what is it? People are *.csv, the configuration is mentord*.yaml, a scheme is any other *.yaml.\n", file);
    return 1;
  }
  return strncmp(name, "mentord", 7) == 0 ? check_config(file, arena, &troubles) : check_scheme(file, arena, &troubles);
}
