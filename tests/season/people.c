/* people.c: two hundred invented people: who they are, whom they report to, what they do oddly, and the lists they stand on. */
#include <stdio.h>
#include <string.h>

#include "tests/season/parts.h"

enum { IMPORTED_FIRST = 80, IMPORTED_LATER = 50, JOIN_WEEKS = 17 };

static const double habit_percents[HABIT_MAX_] = {
#define AS_PERCENT(name, what, percent) [HABIT_##name] = percent,
    HABIT_LIST(AS_PERCENT)
#undef AS_PERCENT
};
static const char *const grades[] = {"constable", "sergeant", "inspector", "chief inspector", "superintendent"};
static const char *const zones[] = {"Europe/London", "Europe/London", "Europe/London", "America/New_York", "Asia/Kolkata"};

/* Every first name is another, none is part of another, and "zq" stands in no sentence of the catalogue: names can be searched for. */
static void name_of(size_t position, char ret_name[NAME_BYTES]) {
  static const char consonants[] = "bdfghklmnprst", vowels[] = "aeio";
  char a = consonants[position % 13], b = vowels[position / 13 % 4], c = consonants[position / 52 % 13];
  (void)snprintf(ret_name, NAME_BYTES, "%c%c%c%czq %c%c%cson", (char)(a - 'a' + 'A'), b, c, vowels[position % 4], 'W', b, c);
}

static int boss_of(struct season *season, size_t position) {
  struct chance *chance = &season->habits;
  if (position > MANAGERS && position < BOSSES) return (int)chance_between(chance, MANAGERS, (int64_t)position - 1); /* long lines */
  if (position == 0 || chance_percent(chance, 25)) return -1;
  if (position > MANAGERS && chance_percent(chance, 20)) return (int)chance_below(chance, MANAGERS);
  return (int)(position < MANAGERS ? chance_below(chance, position) : (size_t)chance_between(chance, MANAGERS, BOSSES - 1));
}

static void invent(struct season *season, size_t position) {
  struct chance *chance = &season->habits;
  struct human *human = &season->humans[position];
  (void)snprintf(human->user, sizeof human->user, "u%zu", position);
  name_of(position, human->name);
  human->manager = position < MANAGERS;
  human->zone = human->manager ? zones[0] : zones[chance_below(chance, ARRAY_LEN(zones))];
  human->organisation = chance_percent(chance, 70) ? "city" : "county";
  human->workspace = human->manager || human->organisation[1] == 'i' ? CITY : COUNTY;
  human->grade = grades[chance_below(chance, ARRAY_LEN(grades))];
  size_t drawn = chance_below(chance, 100);
  if (position < BOSSES) drawn = 70 + drawn % 25; /* bosses mentor: whom their own people must not get */
  human->wanted = drawn < 65 ? "mentee" : drawn < 70 ? "both" : drawn < 92 ? "mentor" : "reserve";
  human->boss = boss_of(season, position);
  human->secretive = position >= BOSSES && chance_percent(chance, 25);
  human->imported = human->manager ? position != MANAGERS - 1 : position < IMPORTED_FIRST + IMPORTED_LATER;
  for (size_t i = 0; i < HABIT_MAX_; i++) human->habits[i] = chance_percent(chance, habit_percents[i]);
  int64_t week = human->manager ? 0 : chance_between(chance, 0, JOIN_WEEKS);
  human->next_ms = season->start_ms + week * WEEK_MS + chance_between(chance, 0, 5 * DAY_MS);
  (void)map_put(season->by_user, human->user, human);
}

void people_invent(struct season *season) {
  for (size_t i = 0; i < HUMANS; i++) invent(season, i);
}

/* ---- lists ---- */
static bool is_in_wave(size_t position, int wave) {
  return wave == 0 ? position < IMPORTED_FIRST : position < IMPORTED_FIRST + IMPORTED_LATER;
}

static void person_line(struct season *season, struct text *text, const struct human *human) {
  static const char *const topics[] = {"confidence", "networks", "planning", "conflict"};
  size_t desk = chance_below(&season->habits, 9);
  text_addf(text, "{\"account\":\"%s:%s\",\"name\":\"%s\",\"organisation\":\"%s\",\"department\":\"Desk %zu\",\"grade\":\"%s\"",
            human->workspace, human->user, human->name, human->organisation, desk, human->grade);
  if (human->manager) text_add(text, ",\"role\":\"manager\",\"trained\":true");
  else if (strcmp(human->wanted, "both") != 0 && chance_percent(&season->habits, 30)) text_addf(text, ",\"role\":\"%s\"", human->wanted);
  if (human->manager && human->user[1] == '0') text_add(text, ",\"lead\":true");
  size_t topic = chance_below(&season->habits, 5 * ARRAY_LEN(topics));
  if (topic < ARRAY_LEN(topics)) text_addf(text, ",\"topics\":[\"%s\"]", topics[topic]);
  text_add(text, "}\n");
}

static void fact_lines(struct season *season, struct text *text, const struct human *human, size_t position) {
  const struct human *boss = human->boss < 0 ? NULL : &season->humans[human->boss];
  char account[60];
  (void)snprintf(account, sizeof account, "%s:%s", human->workspace, human->user);
  if (human->secretive) text_addf(text, "{\"account\":\"%s\",\"line\":\"" CITY ":" MARKER "-%zu\"}\n", account, position);
  else if (boss != NULL) text_addf(text, "{\"account\":\"%s\",\"line\":\"%s:%s\"}\n", account, boss->workspace, boss->user);
  else if (chance_percent(&season->habits, 60)) text_addf(text, "{\"account\":\"%s\",\"line\":\"none\"}\n", account);
  size_t drawn = chance_below(&season->habits, 7 * HUMANS);
  if (drawn >= HUMANS) return;
  const struct human *other = &season->humans[drawn];
  text_addf(text, "{\"account\":\"%s\",\"apart\":[\"%s:%s\",\"" CITY ":" MARKER "-a%zu\"]}\n", account, other->workspace, other->user, position);
}

const char *people_import_lines(struct season *season, struct text *text, int wave) {
  for (size_t i = 0; i < HUMANS; i++) {
    if (season->humans[i].imported && is_in_wave(i, wave)) person_line(season, text, &season->humans[i]);
  }
  for (size_t i = 0; i < HUMANS; i++) {
    if (season->humans[i].imported && is_in_wave(i, wave)) fact_lines(season, text, &season->humans[i], i);
  }
  return text_str(text);
}
