/* slack_person.c: a member of the workspace.
 * {"id":"U1","deleted":false,"tz":"Europe/London","locale":"en-GB","profile":{"real_name":"Aisha Khan","display_name":"aisha"}} */
#include "adapters/slack/slack_person.h"

#include <string.h>

#include "adapters/slack/slack_text.h"

enum { NAME_BYTES_MAX = 1000, ZONE_BYTES_MAX = 64, ID_BYTES_MAX = 64 };

/* The first of these that says something is the name: people know each other by their full names. */
static const char *const names[] = {"profile.real_name", "real_name", "profile.display_name", "name"};

/* U+202A to U+202E and U+2066 to U+2069 turn the writing of all that stands behind them, on a manager's list too. */
static size_t turns_writing(const char *at) {
  const unsigned char *byte = (const unsigned char *)at;
  if (byte[0] != 0xe2) return 0;
  bool turns = (byte[1] == 0x80 && byte[2] >= 0xaa && byte[2] <= 0xae) || (byte[1] == 0x81 && byte[2] >= 0xa6 && byte[2] <= 0xa9);
  return turns ? 3 : 0;
}

static const char *name_of(const char *said, struct arena *arena) {
  char *name = arena_text(arena, said), *to = name;
  for (const char *from = name; *from != '\0';) {
    size_t bytes = turns_writing(from);
    if (bytes == 0) *to++ = *from++;
    from += bytes;
  }
  *to = '\0';
  return name[strspn(name, " ")] == '\0' ? NULL : name;
}

static const char *bounded(const cJSON *user, const char *path, size_t bytes_max, struct arena *arena) {
  const char *said = json_str(user, path);
  if (said == NULL || said[0] == '\0') return NULL;
  return slack_text_bounded(slack_text_unescape(said, arena), bytes_max, arena);
}

/* "en-GB" is "en": the bot's words are by language. */
static const char *language_of(const cJSON *user, struct arena *arena) {
  const char *locale = bounded(user, "locale", ZONE_BYTES_MAX, arena);
  return locale == NULL ? NULL : arena_text_n(arena, locale, strcspn(locale, "-_"));
}

bool slack_person_read(const cJSON *user, struct arena *arena, struct slack_person *ret_person) {
  const char *id = json_str(user, "id");
  if (id == NULL || id[0] == '\0' || strlen(id) > ID_BYTES_MAX) return false;
  struct slack_person person = {.id = slack_text_bounded(id, ID_BYTES_MAX, arena)};
  for (size_t i = 0; i < ARRAY_LEN(names) && person.name == NULL; i++) {
    const char *said = bounded(user, names[i], NAME_BYTES_MAX, arena);
    person.name = said == NULL ? NULL : name_of(said, arena);
  }
  person.zone = bounded(user, "tz", ZONE_BYTES_MAX, arena);
  person.language = language_of(user, arena);
  person.gone = json_bool_or(user, "deleted", false);
  person.machine = json_bool_or(user, "is_bot", false) || strcmp(person.id, "USLACKBOT") == 0;
  person.stranger = json_bool_or(user, "is_stranger", false);
  *ret_person = person;
  return true;
}

void slack_person_into(const struct slack_person *person, struct event *event) {
  if (event->person.name == NULL) event->person.name = person->name;
  if (event->person.zone == NULL) event->person.zone = person->zone;
  if (event->person.language == NULL) event->person.language = person->language;
}
