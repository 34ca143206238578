/* export.c: a list as a file: its columns, whose lines a manager may have, and each cell asked for by itself. */
#include "bot/export.h"

#include <string.h>

#include "bot/base/map.h"
#include "bot/base/zone.h"
#include "bot/cards.h"
#include "bot/csv_write.h"
#include "bot/may_see.h"
#include "bot/render.h"
#include "bot/schedule.h"
#include "bot/standing.h"

enum { CUT_BYTES = EXPORT_BYTES_MAX / 4 * 3 }; /* names may grow until a part is made */

/* COLUMN(heading, whose, KIND, field, as) */
#define PEOPLE_COLUMNS(COLUMN)                                                              \
  COLUMN(W("export.head.name"), OWN, PERSON, name, TEXT)                                    \
  COLUMN(W("export.head.organisation"), OWN, PERSON, organisation, ORGANISATION)            \
  COLUMN(W("export.head.department"), OWN, PERSON, department, TEXT)                        \
  COLUMN(W("export.head.grade"), OWN, PERSON, grade, TEXT)                                  \
  COLUMN(W("export.head.programme"), OWN, ENROLMENT, programme, PROGRAMME)                  \
  COLUMN(W("export.head.role"), OWN, ENROLMENT, role, ROLE)                                 \
  COLUMN(W("export.head.standing"), OWN, ENROLMENT, state, STANDING)                        \
  COLUMN(W("export.head.trained"), OWN, ENROLMENT, trained, YES)                            \
  COLUMN(W("export.head.applied"), OWN, ENROLMENT, applied_ms, DATE)
#define PAIRS_COLUMNS(COLUMN)                                                               \
  COLUMN(W("export.head.mentee"), MENTEE, PERSON, name, TEXT)                               \
  COLUMN(W("export.head.mentee_from"), MENTEE, PERSON, organisation, ORGANISATION)          \
  COLUMN(W("export.head.mentor"), MENTOR, PERSON, name, TEXT)                               \
  COLUMN(W("export.head.mentor_from"), MENTOR, PERSON, organisation, ORGANISATION)          \
  COLUMN(W("export.head.programme"), OWN, PAIR, programme, PROGRAMME)                       \
  COLUMN(W("export.head.standing"), OWN, PAIR, state, PAIR_STATE)                           \
  COLUMN(W("export.head.proposed"), OWN, PAIR, proposed_ms, DATE)                           \
  COLUMN(W("export.head.answer_by"), OWN, PAIR, answer_by_ms, DATE)                         \
  COLUMN(W("export.head.introduced"), OWN, PAIR, introduced_ms, DATE)

#define COLUMN_AS_ROW(heading, whose, KIND, field, as) {heading, WHOSE_##whose, RECORD_##KIND, #field, AS_##as},
static const struct export_column people_columns[] = {PEOPLE_COLUMNS(COLUMN_AS_ROW)};
static const struct export_column pairs_columns[] = {PAIRS_COLUMNS(COLUMN_AS_ROW)};
#undef COLUMN_AS_ROW

#define NAME_OF(NAME, name) [EXPORT_##NAME] = #name,
static const char *const names[EXPORT_MAX_] = {EXPORT_LIST(NAME_OF)};
#undef NAME_OF
static const enum record_kind kinds[EXPORT_MAX_] = {[EXPORT_PEOPLE] = RECORD_ENROLMENT, [EXPORT_PAIRS] = RECORD_PAIR};

const char *export_name(enum export_list list) {
  assert(list >= 0 && list < EXPORT_MAX_);
  return names[list];
}

enum export_list export_from(const char *name) {
  for (int list = 0; name != NULL && list < EXPORT_MAX_; list++) {
    if (strcmp(names[list], name) == 0) return (enum export_list)list;
  }
  return EXPORT_INVALID_;
}

size_t export_columns(enum export_list list, const struct export_column **ret_columns) {
  *ret_columns = list == EXPORT_PEOPLE ? people_columns : pairs_columns;
  return list == EXPORT_PEOPLE ? ARRAY_LEN(people_columns) : ARRAY_LEN(pairs_columns);
}

/* ---- one list being made ---- */
struct making {
  enum export_list list;
  struct txn *view;
  struct words *words;
  struct arena *arena;
  const char *manager;
  const char *zone;
  struct map *said; /* owned: key -> its words, borrowed from the arena */
};

struct entry { /* one line's record, and the persons it is about with the letters the manager has towards each */
  const void *record;
  const char *programme;
  const struct person *who[2]; /* of people: the first; of pairs: mentee and mentor */
  const char *letters[2];
  size_t count;
};

static void making_init(struct making *making, enum export_list list, struct txn *view, struct words *words, const char *manager,
                        struct arena *arena) {
  const struct scheme *scheme = txn_get(view, RECORD_SCHEME, "scheme");
  *making = (struct making){.list = list, .view = view, .words = words, .arena = arena, .manager = manager, .said = map_new()};
  making->zone = scheme == NULL ? "Etc/UTC" : schedule_zone(scheme, NULL);
}

static void making_done(struct making *making) {
  making->said = map_free(making->said, NULL);
}

/* Few words stand in many cells: each is asked of the catalogue once. */
static const char *said(struct making *making, const char *key) {
  const char *words = map_get(making->said, key);
  struct line line = {.words = key};
  if (words != NULL) return words;
  words = render_line(&line, making->view, making->words, making->manager, making->arena);
  (void)map_put(making->said, key, (void *)(uintptr_t)words);
  return words;
}

/* ---- whose lines ---- */
static void add_person(struct making *making, const char *id, struct entry *entry) {
  const struct person *person = id == NULL ? NULL : txn_get(making->view, RECORD_PERSON, id);
  entry->who[entry->count] = person;
  entry->letters[entry->count++] = person == NULL ? "" : may_see_as(making->view, making->manager, id);
}

/* A manager in the line of one of them is not told that there is such a line at all. */
static bool is_theirs(struct making *making, const struct entry *entry) {
  for (size_t i = 0; i < entry->count; i++) {
    if (strchr(entry->letters[i], 'M') == NULL) return false;
  }
  return may_manage_in(making->view, making->manager, entry->programme);
}

static bool entry_of(struct making *making, const char *id, struct entry *ret_entry) {
  struct entry entry = {.record = txn_get(making->view, kinds[making->list], id)};
  if (making->list == EXPORT_PEOPLE) {
    const struct enrolment *enrolment = entry.record;
    entry.programme = enrolment->programme;
    add_person(making, enrolment->person, &entry);
  } else {
    const struct pair *pair = entry.record;
    entry.programme = pair->programme;
    add_person(making, pair->mentee, &entry);
    add_person(making, pair->mentor, &entry);
  }
  *ret_entry = entry;
  return entry.programme != NULL && is_theirs(making, &entry);
}

/* ---- cells ---- */
static bool cell_may_be_seen(const struct entry *entry, const struct export_column *column) {
  for (size_t i = 0; i < entry->count; i++) {
    bool meant = column->whose == WHOSE_OWN || i == (column->whose == WHOSE_MENTOR);
    if (meant && !may_see_with(entry->letters[i], column->kind, column->field)) return false;
  }
  return true;
}

static const char *name_of(struct making *making, enum record_kind kind, const char *id) {
  const void *record = id == NULL ? NULL : txn_get(making->view, kind, id);
  if (record == NULL) return id;
  const char *name = kind == RECORD_ORGANISATION ? ((const struct organisation *)record)->name : ((const struct programme *)record)->name;
  if (name != NULL) return name;
  return kind == RECORD_PROGRAMME ? said(making, W("export.programme")) : id;
}

static const char *date_of(struct making *making, int64_t ms) {
  if (ms == 0) return NULL;
  char *iso = arena_alloc(making->arena, 11);
  struct civil civil = zone_civil(making->zone, ms);
  civil_print(&civil, iso);
  return iso;
}

static const char *role_of(struct making *making, int role) {
  static const char *const keys[ROLE_MAX_] = {
      [ROLE_MENTEE] = W("role.mentee"),   [ROLE_MENTOR] = W("role.mentor"),           [ROLE_RESERVE] = W("role.reserve"),
      [ROLE_MANAGER] = W("role.manager"), [ROLE_COORDINATOR] = W("role.coordinator")};
  return keys[role] == NULL ? role_name((enum role)role) : said(making, keys[role]);
}

static const char *pair_state_of(struct making *making, int state) {
  static const char *const keys[PAIR_STATE_MAX_] = {
      [PAIR_ASKING_MENTEE] = W("export.pair.asking_mentee"), [PAIR_ASKING_MENTOR] = W("export.pair.asking_mentor"),
      [PAIR_ASKING_BOTH] = W("export.pair.asking_both"),     [PAIR_INTRODUCED] = W("export.pair.introduced"),
      [PAIR_DECLINED] = W("export.pair.declined"),           [PAIR_EXPIRED] = W("export.pair.expired"),
      [PAIR_WITHDRAWN] = W("export.pair.withdrawn"),         [PAIR_ENDED] = W("export.pair.ended")};
  return keys[state] == NULL ? pair_state_name((enum pair_state)state) : said(making, keys[state]);
}

/* The field that the column names is the field that is read. */
static const char *value_of(struct making *making, const struct entry *entry, const struct export_column *column) {
  const void *record = column->kind == RECORD_PERSON ? entry->who[column->whose == WHOSE_MENTOR] : entry->record;
  const char *at = (const char *)record + record_field(column->kind, column->field)->offset;
  switch (column->as) {
    case AS_DATE: return date_of(making, *(const int64_t *)at);
    case AS_YES: return said(making, *(const bool *)at ? W("export.yes") : W("export.no"));
    case AS_ORGANISATION: return name_of(making, RECORD_ORGANISATION, *(const char *const *)at);
    case AS_PROGRAMME: return name_of(making, RECORD_PROGRAMME, *(const char *const *)at);
    case AS_ROLE: return role_of(making, *(const int *)at);
    case AS_STANDING: return said(making, standing_words(making->view, record));
    case AS_PAIR_STATE: return pair_state_of(making, *(const int *)at);
    default: return *(const char *const *)at;
  }
}

static void add_headings(struct making *making, struct text *csv) {
  const struct export_column *columns;
  size_t count = export_columns(making->list, &columns);
  csv_begin(csv);
  for (size_t i = 0; i < count; i++) csv_cell(csv, said(making, columns[i].heading), i == 0);
  csv_end_line(csv);
}

static void add_line(struct making *making, const struct entry *entry, struct text *csv) {
  const struct export_column *columns;
  size_t count = export_columns(making->list, &columns);
  for (size_t i = 0; i < count; i++) {
    csv_cell(csv, cell_may_be_seen(entry, &columns[i]) ? value_of(making, entry, &columns[i]) : NULL, i == 0);
  }
  csv_end_line(csv);
}

/* Without a heading a day or a yes says nothing. */
static const char *line_shown(struct making *making, const struct entry *entry) {
  const struct export_column *columns;
  struct text shown;
  text_init_in(&shown, EXPORT_BYTES_MAX, making->arena);
  size_t count = export_columns(making->list, &columns);
  for (size_t i = 0; i < count; i++) {
    bool needs_heading = columns[i].as == AS_DATE || columns[i].as == AS_YES;
    const char *value = !needs_heading && cell_may_be_seen(entry, &columns[i]) ? value_of(making, entry, &columns[i]) : NULL;
    if (value == NULL || value[0] == '\0') continue;
    if (shown.length > 0) text_add(&shown, ", ");
    text_add(&shown, value);
  }
  return text_str(&shown);
}

/* ---- in how many files ---- */
static struct export_range *range_begin(struct arena *arena, struct export_range *ranges, size_t count, const char *from) {
  struct export_range *more = arena_alloc(arena, (count + 1) * sizeof *more);
  if (count > 0) memcpy(more, ranges, count * sizeof *more);
  if (count > 0) more[count - 1].before = from;
  more[count] = (struct export_range){.from = from};
  return more;
}

size_t export_ranges(enum export_list list, struct txn *view, struct words *words, const char *manager, struct arena *arena,
                     const struct export_range **ret_ranges) {
  struct making making;
  struct text line;
  making_init(&making, list, view, words, manager, arena);
  text_init(&line, EXPORT_BYTES_MAX);
  struct export_range *ranges = range_begin(arena, NULL, 0, NULL);
  size_t count = 1, bytes = 0;
  struct strs ids = txn_all(view, kinds[list]);
  for (size_t i = 0; i < ids.count; i++) {
    struct entry entry;
    if (!entry_of(&making, ids.items[i], &entry)) continue;
    text_clear(&line);
    add_line(&making, &entry, &line);
    bool begins = bytes > 0 && bytes + line.length > CUT_BYTES;
    if (begins) ranges = range_begin(arena, ranges, count++, ids.items[i]);
    bytes = (begins ? 0 : bytes) + line.length;
  }
  text_done(&line);
  making_done(&making);
  *ret_ranges = ranges;
  return count;
}

/* ---- at the moment of sending ---- */
bool export_may(const struct out *row, struct txn *view) {
  return row->person != NULL && export_from(row->file) != EXPORT_INVALID_ && may_manage_in(view, row->person, NULL);
}

static const char *file_name(struct making *making, const struct out *row, int64_t now_ms) {
  const char *name = arena_format(making->arena, "%s-%s", row->file, date_of(making, now_ms));
  if (row->file_parts > 1)
    name = arena_format(making->arena, "%s-part-%lld-of-%lld", name, (long long)row->file_part, (long long)row->file_parts);
  return arena_format(making->arena, "%s.csv", name);
}

static bool is_in_part(const struct out *row, const char *id) {
  if (row->file_from != NULL && record_id_order(id, row->file_from) < 0) return false;
  return row->file_before == NULL || record_id_order(id, row->file_before) < 0;
}

void export_make(const struct out *row, struct txn *view, struct words *words, int64_t now_ms, struct arena *arena, struct export_file *ret_file) {
  struct making making;
  struct export_file file = {0};
  enum export_list list = export_from(row->file);
  assert(list != EXPORT_INVALID_);
  making_init(&making, list, view, words, row->person, arena);
  text_init_in(&file.csv, EXPORT_BYTES_MAX, arena);
  file.name = file_name(&making, row, now_ms);
  add_headings(&making, &file.csv);
  struct strs ids = txn_all(view, kinds[list]);
  for (size_t i = 0; i < ids.count; i++) {
    struct entry entry;
    if (!is_in_part(row, ids.items[i]) || !entry_of(&making, ids.items[i], &entry)) continue;
    add_line(&making, &entry, &file.csv);
    if (file.lines++ < EXPORT_SHOWN_MAX) file.shown = strs_plus(arena, file.shown, line_shown(&making, &entry));
  }
  making_done(&making);
  *ret_file = file;
}
