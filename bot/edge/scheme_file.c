/* scheme_file.c: scheme.yaml by tables, then what only the whole can tell; what comes out are records as JSON. */
#include "bot/edge/scheme_file.h"

#include <string.h>

#include "bot/base/json.h"
#include "bot/base/map.h"
#include "bot/base/yaml.h"
#include "bot/base/zone.h"
#include "bot/edge/scheme_places.h"
#include "bot/edge/scheme_questions.h"

enum { ORGANISATIONS_MAX = 200, PROGRAMMES_MAX = 20, GRADES_MAX = 40, WORKSPACES_MAX = 20, HOLIDAYS_MAX = 200, ENTRY_BYTES_MAX = 768 * 1024 };

/* ---- the keys ---- */
#define ROW(struct_name, field) .name = #field, .offset = offsetof(struct struct_name, field)
struct scheme_keys {
  const char *scheme, *name, *language, *zone, *emergency;
  struct yaml_texts holidays;
  const struct yaml_node *vocabulary, *contact, *organisations, *programmes, *questions;
};
static const struct yaml_key scheme_rows[] = {
    {ROW(scheme_keys, scheme), .type = YAML_NAME, .needed = true, .example = "city-pilot", .help = "its short name, as in mentord.yaml"},
    {ROW(scheme_keys, name), .type = YAML_TEXT, .max = 80, .needed = true, .example = "City mentoring pilot", .help = "what people read"},
    {ROW(scheme_keys, language), .type = YAML_NAME, .max = 12, .otherwise = "en", .example = "en", .help = "of all who have no other"},
    {ROW(scheme_keys, zone), .type = YAML_TEXT, .needed = true, .example = "Europe/London", .help = "the time zone of its working days"},
    {ROW(scheme_keys, holidays), .type = YAML_DATES, .max = HOLIDAYS_MAX, .example = "[2026-12-25, 2026-12-28]", .help = "days on which nobody is reminded"},
    {ROW(scheme_keys, vocabulary), .type = YAML_MAP, .example = "{ mentee: mentee, mentor: mentor, programme: pilot }", .help = "its own words"},
    {ROW(scheme_keys, contact), .type = YAML_MAP, .example = "{ name: Dr Mary Lane, how: phone 020 7946 0123 }", .help = "the outsider people may turn to"},
    {ROW(scheme_keys, emergency), .type = YAML_TEXT, .max = 60, .example = "\"999\"", .help = "the emergency number"},
    {ROW(scheme_keys, organisations), .type = YAML_LIST, .needed = true, .min = 1, .max = ORGANISATIONS_MAX,
     .example = "[{ id: city, name: City Police, workspaces: [web/city] }]", .help = "who takes part"},
    {ROW(scheme_keys, programmes), .type = YAML_LIST, .needed = true, .min = 1, .max = PROGRAMMES_MAX, .example = "[{ id: pilot-1 }]", .help = "what is run"},
    {ROW(scheme_keys, questions), .type = YAML_BLOCK, .example = "default", .help = "what people who join are asked"},
};

struct vocabulary_keys { const char *mentee, *mentor, *programme; };
static const struct yaml_key vocabulary_rows[] = {
    {ROW(vocabulary_keys, mentee), .type = YAML_TEXT, .max = 40, .example = "mentee", .help = "who is mentored"},
    {ROW(vocabulary_keys, mentor), .type = YAML_TEXT, .max = 40, .example = "mentor", .help = "who mentors"},
    {ROW(vocabulary_keys, programme), .type = YAML_TEXT, .max = 40, .example = "programme", .help = "what they take part in"},
};

struct contact_keys { const char *name, *how; };
static const struct yaml_key contact_rows[] = {
    {ROW(contact_keys, name), .type = YAML_TEXT, .max = 120, .needed = true, .example = "Dr Mary Lane", .help = "who it is"},
    {ROW(contact_keys, how), .type = YAML_TEXT, .max = 200, .needed = true, .example = "phone 020 7946 0123", .help = "how to reach them"},
};

struct organisation_keys { const char *id, *name; struct yaml_texts workspaces, grades; const struct yaml_node *places; };
static const struct yaml_key organisation_rows[] = {
    {ROW(organisation_keys, id), .type = YAML_NAME, .max = 40, .needed = true, .example = "city", .help = "its short name, as in people.csv"},
    {ROW(organisation_keys, name), .type = YAML_TEXT, .max = 80, .needed = true, .example = "City Police", .help = "what people read"},
    {ROW(organisation_keys, workspaces), .type = YAML_TEXTS, .needed = true, .min = 1, .max = WORKSPACES_MAX, .example = "[web/city]",
     .help = "where its people chat"},
    {ROW(organisation_keys, grades), .type = YAML_TEXTS, .max = GRADES_MAX, .example = "[constable, sergeant, inspector]", .help = "lowest first"},
    {ROW(organisation_keys, places), .type = YAML_MAP, .example = SCHEME_PLACES_EXAMPLE, .help = "its places in each programme"},
};

static const char *const kinds[] = {"programme", "pilot", NULL};
static const char *const asks[] = {"mentee_first", "both", NULL};
static const char *const trainings[] = {"gate", "off", NULL};
static const char *const others[] = {"off", "prefer", "must", NULL};
struct programme_keys {
  const char *id, *name, *kind, *opens, *closes, *starts, *charter, *ask, *training;
  int64_t cap_pairs, weeks;
  const struct yaml_node *rhythm, *reserve, *matching, *places, *questions;
};
static const struct yaml_key programme_rows[] = {
    {ROW(programme_keys, id), .type = YAML_NAME, .max = 40, .needed = true, .example = "pilot-1", .help = "its short name"},
    {ROW(programme_keys, name), .type = YAML_TEXT, .max = 80, .example = "City pilot 2027", .help = "for sentences; without it the scheme's"},
    {ROW(programme_keys, kind), .type = YAML_CHOICE, .choices = kinds, .otherwise = "programme", .example = "pilot", .help = "a pilot has a cap"},
    {ROW(programme_keys, cap_pairs), .type = YAML_WHOLE, .min = 0, .max = 100000, .otherwise = "0", .example = "12",
     .help = "so many pairs at most; 0: no cap"},
    {ROW(programme_keys, opens), .type = YAML_DATE, .example = "2027-01-11", .help = "the first day to sign up"},
    {ROW(programme_keys, closes), .type = YAML_DATE, .example = "2027-01-29", .help = "the last day to sign up"},
    {ROW(programme_keys, starts), .type = YAML_DATE, .example = "2027-02-08", .help = "when pairs begin"},
    {ROW(programme_keys, weeks), .type = YAML_WHOLE, .min = 1, .max = 260, .otherwise = "26", .example = "26", .help = "how long a pair runs"},
    {ROW(programme_keys, charter), .type = YAML_LINES, .max = 4000, .example = "\"Who it is for, and how we will know that it helped.\"",
     .help = "what it is for"},
    {ROW(programme_keys, ask), .type = YAML_CHOICE, .choices = asks, .otherwise = "mentee_first", .example = "mentee_first",
     .help = "who is asked about a pair"},
    {ROW(programme_keys, training), .type = YAML_CHOICE, .choices = trainings, .otherwise = "gate", .example = "gate",
     .help = "gate: nobody is proposed untrained"},
    {ROW(programme_keys, rhythm), .type = YAML_MAP, .example = "{ first_weeks: 8, every_days: 14, then_days: 28, minutes: 60 }",
     .help = "how often pairs meet"},
    {ROW(programme_keys, reserve), .type = YAML_MAP, .example = "{ per_pairs: 8, at_least: 1 }", .help = "how many mentors are kept in reserve"},
    {ROW(programme_keys, matching), .type = YAML_MAP, .example = "{ grade_gap: [1, 3], other_organisation: off }", .help = "what makes a good pair"},
    {ROW(programme_keys, places), .type = YAML_LIST, .max = ORGANISATIONS_MAX, .example = "[{ organisation: city, mentees_at_most: 5 }]",
     .help = "organisations with other places here than elsewhere"},
    {ROW(programme_keys, questions), .type = YAML_BLOCK, .example = "default", .help = "instead of the scheme's"},
};

struct rhythm_keys { int64_t first_weeks, every_days, then_days, minutes; };
static const struct yaml_key rhythm_rows[] = {
    {ROW(rhythm_keys, first_weeks), .type = YAML_WHOLE, .min = 0, .max = 104, .otherwise = "8", .example = "8", .help = "so long …"},
    {ROW(rhythm_keys, every_days), .type = YAML_WHOLE, .min = 1, .max = 365, .otherwise = "14", .example = "14", .help = "… every so many days"},
    {ROW(rhythm_keys, then_days), .type = YAML_WHOLE, .min = 1, .max = 365, .otherwise = "28", .example = "28", .help = "and then"},
    {ROW(rhythm_keys, minutes), .type = YAML_WHOLE, .min = 5, .max = 480, .otherwise = "60", .example = "60", .help = "for so long"},
};
struct reserve_keys { int64_t per_pairs, at_least; };
static const struct yaml_key reserve_rows[] = {
    {ROW(reserve_keys, per_pairs), .type = YAML_WHOLE, .min = 1, .max = 1000, .otherwise = "8", .example = "8", .help = "one for so many pairs"},
    {ROW(reserve_keys, at_least), .type = YAML_WHOLE, .min = 0, .max = 1000, .otherwise = "1", .example = "1", .help = "and never fewer"},
};
struct matching_keys { const struct yaml_node *grade_gap; const char *other_organisation; int64_t mentees_max; };
static const struct yaml_key matching_rows[] = {
    {ROW(matching_keys, grade_gap), .type = YAML_LIST, .min = 2, .max = 2, .example = "[1, 3]", .help = "the mentor is best so many grades above"},
    {ROW(matching_keys, other_organisation), .type = YAML_CHOICE, .choices = others, .otherwise = "off", .example = "prefer",
     .help = "a mentor from elsewhere"},
    {ROW(matching_keys, mentees_max), .type = YAML_WHOLE, .min = 1, .max = 20, .example = "2", .help = "no mentor has more"},
};

struct reading {
  struct yaml_reader reader;
  struct troubles *troubles;
  const char *file;
  struct map *organisations, *workspaces, *programmes; /* owned: the names there were */
  struct question_set questions; /* the scheme's */
  struct json_out out;
};

static void tell(void *who, size_t line, size_t column, const char *what) {
  struct reading *reading = who;
  trouble_add(reading->troubles, reading->file, line, column, "%s", what);
}

static const struct yaml_node *place(const struct yaml_node *map, const char *key) {
  const struct yaml_node *node = yaml_at(map, key);
  return node == NULL ? map : node;
}

static bool fill(struct reading *reading, const struct yaml_node *node, const char *what, const struct yaml_key *rows, size_t count, void *ret_struct) {
  static const struct yaml_node nothing = {.shape = YAML_PAIRS, .text = ""};
  return yaml_fill(&reading->reader, node == NULL ? &nothing : node, what, rows, count, ret_struct);
}

static void put_record(struct reading *reading, const char *key, enum record_kind kind, const void *record) {
  CLEANUP(text_done) struct text json = {0};
  text_init(&json, RECORD_JSON_BYTES_MAX);
  record_encode(kind, record, &json);
  if (json.full) reading->out.text->full = true;
  json_put_raw(&reading->out, key, text_str(&json));
}

/* ---- the scheme ---- */
static void check_zone(struct reading *reading, const struct yaml_node *root, const char *zone) {
  if (zone == NULL || zone_known(zone)) return;
  yaml_trouble(&reading->reader, place(root, "zone"), "`%s` is no time zone; write one as in `zone: Europe/London`", yaml_show(zone).text);
}

static void check_language(struct reading *reading, const struct yaml_node *root, const char *language) {
  if (language == NULL || strcmp(language, "en") == 0) return;
  yaml_trouble(&reading->reader, place(root, "language"), "the bot has no words in `%s`; write `language: en`", yaml_show(language).text);
}

/* True: the name is new, and known from now on. */
static bool is_new(struct map *seen, const char *name) {
  static char yes;
  return map_put(seen, name, &yes) == NULL;
}

static void check_twice(struct reading *reading, const struct yaml_texts *texts, const char *what) {
  struct map *seen = map_new();
  for (const struct yaml_node *one = texts->node == NULL ? NULL : texts->node->first; one != NULL; one = one->next) {
    if (one->shape == YAML_ONE && !is_new(seen, one->text))
      yaml_trouble(&reading->reader, one, "%s `%s` stands here twice; keep one", what, yaml_show(one->text).text);
  }
  (void)map_free(seen, NULL);
}

static void put_scheme(struct reading *reading, const struct yaml_node *root, const struct scheme_keys *keys) {
  struct vocabulary_keys vocabulary = {0};
  struct contact_keys contact = {0};
  check_zone(reading, root, keys->zone);
  check_language(reading, root, keys->language);
  check_twice(reading, &keys->holidays, "the day");
  if (keys->vocabulary != NULL) (void)fill(reading, keys->vocabulary, "`vocabulary`", vocabulary_rows, ARRAY_LEN(vocabulary_rows), &vocabulary);
  if (keys->contact != NULL) (void)fill(reading, keys->contact, "`contact`", contact_rows, ARRAY_LEN(contact_rows), &contact);
  struct scheme scheme = {.id = "scheme", .version = RECORDS_VERSION, .name = keys->name, .language = keys->language, .zone = keys->zone,
                          .holidays = {.items = keys->holidays.items, .count = keys->holidays.count}, .mentee_word = vocabulary.mentee,
                          .mentor_word = vocabulary.mentor, .programme_word = vocabulary.programme, .contact_name = contact.name,
                          .contact_how = contact.how, .emergency = keys->emergency};
  put_record(reading, "scheme", RECORD_SCHEME, &scheme);
}

/* ---- organisations ---- */
static void check_workspaces(struct reading *reading, const struct yaml_texts *workspaces) {
  for (const struct yaml_node *one = workspaces->node == NULL ? NULL : workspaces->node->first; one != NULL; one = one->next) {
    if (one->shape != YAML_ONE) continue; /* told by the table */
    const char *slash = strchr(one->text, '/');
    if (slash == NULL || slash == one->text || slash[1] == '\0' || strpbrk(one->text, ": ") != NULL)
      yaml_trouble(&reading->reader, one, "`%s` is no workspace; write platform/name, as in `web/city`", yaml_show(one->text).text);
    else if (!is_new(reading->workspaces, one->text))
      yaml_trouble(&reading->reader, one, "the workspace `%s` stands here a second time; each belongs to one organisation", yaml_show(one->text).text);
  }
}

static void put_organisation(struct reading *reading, const struct yaml_node *node) {
  struct organisation_keys keys = {0};
  bool fine = fill(reading, node, "an organisation", organisation_rows, ARRAY_LEN(organisation_rows), &keys);
  if (keys.id != NULL && !is_new(reading->organisations, keys.id))
    yaml_trouble(&reading->reader, place(node, "id"), "a second organisation is called `%s`; give each its own id", yaml_show(keys.id).text);
  check_workspaces(reading, &keys.workspaces);
  check_twice(reading, &keys.grades, "the grade");
  struct places places = {0};
  if (keys.places != NULL) scheme_places_read(&reading->reader, keys.places, &places);
  if (!fine) return;
  struct organisation organisation = {.id = keys.id, .name = keys.name, .grades = {.items = keys.grades.items, .count = keys.grades.count},
                                      .workspaces = {.items = keys.workspaces.items, .count = keys.workspaces.count},
                                      .mentees_at_least = places.mentees_at_least, .mentees_at_most = places.mentees_at_most,
                                      .gives_at_most = places.gives_at_most};
  put_record(reading, NULL, RECORD_ORGANISATION, &organisation);
}

/* ---- programmes ---- */
/* Dates of this form stand in the order of their letters. */
static void check_dates(struct reading *reading, const struct yaml_node *node, const struct programme_keys *keys) {
  if (keys->opens != NULL && keys->closes != NULL && strcmp(keys->closes, keys->opens) < 0)
    yaml_trouble(&reading->reader, place(node, "closes"), "`closes` (%s) is before `opens` (%s); write a later day", keys->closes, keys->opens);
  const char *before = keys->closes != NULL ? keys->closes : keys->opens;
  if (before != NULL && keys->starts != NULL && strcmp(keys->starts, before) < 0)
    yaml_trouble(&reading->reader, place(node, "starts"), "`starts` (%s) is before %s, when people still sign up; write a later day", keys->starts, before);
}

static void check_programme(struct reading *reading, const struct yaml_node *node, const struct programme_keys *keys) {
  if (keys->id != NULL && !is_new(reading->programmes, keys->id))
    yaml_trouble(&reading->reader, place(node, "id"), "a second programme is called `%s`; give each its own id", yaml_show(keys->id).text);
  if (strcmp(keys->kind, "pilot") == 0 && keys->cap_pairs == 0)
    yaml_trouble(&reading->reader, place(node, "kind"), "a pilot has a cap; write `cap_pairs: 12`, or `kind: programme`");
  check_dates(reading, node, keys);
}

static void read_gap(struct reading *reading, const struct yaml_node *gap, struct programme *programme) {
  static const struct yaml_key grades = {.name = "grade_gap", .type = YAML_WHOLE, .min = 0, .max = GRADES_MAX, .example = "[1, 3]"};
  if (gap == NULL) return;
  bool fine = yaml_value(&reading->reader, gap->first, &grades, &programme->grade_gap_min);
  fine = yaml_value(&reading->reader, gap->first->next, &grades, &programme->grade_gap_max) && fine;
  if (fine && programme->grade_gap_max < programme->grade_gap_min)
    yaml_trouble(&reading->reader, gap, "`grade_gap` goes from %lld down to %lld; write the smaller number first", (long long)programme->grade_gap_min,
                 (long long)programme->grade_gap_max);
}

static void read_maps(struct reading *reading, const struct programme_keys *keys, struct programme *programme) {
  struct rhythm_keys rhythm = {0};
  struct reserve_keys reserve = {0};
  struct matching_keys matching = {0};
  (void)fill(reading, keys->rhythm, "`rhythm`", rhythm_rows, ARRAY_LEN(rhythm_rows), &rhythm);
  (void)fill(reading, keys->reserve, "`reserve`", reserve_rows, ARRAY_LEN(reserve_rows), &reserve);
  (void)fill(reading, keys->matching, "`matching`", matching_rows, ARRAY_LEN(matching_rows), &matching);
  programme->rhythm_first_weeks = rhythm.first_weeks;
  programme->rhythm_every_days = rhythm.every_days;
  programme->rhythm_then_days = rhythm.then_days;
  programme->rhythm_minutes = rhythm.minutes;
  programme->reserve_per_pairs = reserve.per_pairs;
  programme->reserve_at_least = reserve.at_least;
  programme->mentees_max = matching.mentees_max;
  programme->other_organisation = other_rule_from(matching.other_organisation);
  programme->grade_gap_min = 1;
  programme->grade_gap_max = 3;
  read_gap(reading, matching.grade_gap, programme);
}

static void put_programme(struct reading *reading, const struct yaml_node *node) {
  struct programme_keys keys = {0};
  bool fine = fill(reading, node, "a programme", programme_rows, ARRAY_LEN(programme_rows), &keys);
  check_programme(reading, node, &keys);
  struct programme programme = {.id = keys.id, .name = keys.name, .kind = programme_kind_from(keys.kind), .cap_pairs = keys.cap_pairs,
                                .opens = keys.opens, .closes = keys.closes, .starts = keys.starts, .weeks = keys.weeks, .charter = keys.charter,
                                .ask = ask_order_from(keys.ask), .training = training_rule_from(keys.training)};
  read_maps(reading, &keys, &programme);
  if (keys.places != NULL) scheme_places_list(&reading->reader, keys.places, reading->organisations, &programme);
  if (fine) put_record(reading, NULL, RECORD_PROGRAMME, &programme);
}

/* ---- questions: one entry a programme ---- */
static void put_questions(struct reading *reading, const char *programme, const struct question_set *set) {
  CLEANUP(text_done) struct text json = {0};
  cJSON *root CLEANUP(json_freep) = NULL;
  if (set->questions.count == 0) {
    json_put_str(&reading->out, programme, "default");
    return;
  }
  text_init(&json, RECORD_JSON_BYTES_MAX);
  record_encode(RECORD_QUESTION_SET, set, &json);
  if (json.full || json_parse(text_str(&json), json.length, RECORD_JSON_BYTES_MAX, &root) != ERR_NONE) {
    reading->out.text->full = true;
    return;
  }
  char *list = cJSON_PrintUnformatted(json_at(root, "questions"));
  json_put_raw(&reading->out, programme, list == NULL ? "[]" : list);
  cJSON_free(list);
}

static void put_programme_questions(struct reading *reading, const struct yaml_node *node) {
  struct question_set own = {.id = "new"};
  const struct yaml_node *id = yaml_at(node, "id"), *questions = yaml_at(node, "questions");
  if (questions != NULL) scheme_questions_read(&reading->reader, questions, &own);
  if (id != NULL && id->shape == YAML_ONE) put_questions(reading, id->text, questions == NULL ? &reading->questions : &own);
}

/* ---- the entry ---- */
typedef void put_item(struct reading *reading, const struct yaml_node *node);

static void put_list(struct reading *reading, const char *key, const struct yaml_node *list, char bracket, put_item *put) {
  json_open(&reading->out, key, bracket);
  for (const struct yaml_node *one = list == NULL ? NULL : list->first; one != NULL; one = one->next) put(reading, one);
  json_close(&reading->out, bracket == '[' ? ']' : '}');
}

static void put_entry(struct reading *reading, const struct yaml_node *root, const char *id, bool demo) {
  struct scheme_keys keys = {0};
  (void)fill(reading, root, "scheme.yaml", scheme_rows, ARRAY_LEN(scheme_rows), &keys);
  if (keys.questions != NULL) scheme_questions_read(&reading->reader, keys.questions, &reading->questions);
  json_open(&reading->out, NULL, '{');
  json_put_str(&reading->out, "id", id);
  json_put_str(&reading->out, "kind", "apply");
  json_put_str(&reading->out, "for", keys.scheme);
  json_put_bool(&reading->out, "demo", demo);
  put_scheme(reading, root, &keys);
  put_list(reading, "organisations", keys.organisations, '[', put_organisation);
  put_list(reading, "programmes", keys.programmes, '[', put_programme);
  put_list(reading, "questions", keys.programmes, '{', put_programme_questions);
  json_close(&reading->out, '}');
  if (reading->out.text->full)
    yaml_trouble(&reading->reader, root, "this is more than fits into one apply (%d kB); shorten texts, or leave organisations for a second file",
                 ENTRY_BYTES_MAX / 1024);
}

enum err scheme_file_read(const char *path, const char *id, bool demo, struct arena *arena, struct troubles *troubles, char **ret_json) {
  CLEANUP(arena_freep) struct arena *scratch = arena_new(YAML_ARENA_BYTES);
  CLEANUP(text_done) struct text json = {0};
  const struct yaml_node *root;
  struct reading reading = {.troubles = troubles, .file = path, .questions = {.id = "new"}};
  reading.reader = (struct yaml_reader){.arena = scratch, .tell = tell, .who = &reading};
  text_init(&json, ENTRY_BYTES_MAX);
  json_out_init(&reading.out, &json);
  enum err err = yaml_read(&reading.reader, path, &root);
  if (err != ERR_NONE) return err;
  reading.organisations = map_new();
  reading.workspaces = map_new();
  reading.programmes = map_new();
  put_entry(&reading, root, id, demo);
  reading.organisations = map_free(reading.organisations, NULL);
  reading.workspaces = map_free(reading.workspaces, NULL);
  reading.programmes = map_free(reading.programmes, NULL);
  troubles_sort(troubles);
  if (reading.reader.troubles > 0) return ERR_BAD_INPUT;
  *ret_json = arena_text(arena, text_str(&json));
  return ERR_NONE;
}
