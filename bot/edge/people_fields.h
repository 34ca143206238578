/* people_fields.h: one row of people.csv: its columns, what stands in them, and whether that is right. */
#ifndef MENTORD_PEOPLE_FIELDS_H
#define MENTORD_PEOPLE_FIELDS_H

#include "bot/base/map.h"
#include "bot/edge/csv.h"
#include "bot/edge/people_file.h"

/* COLUMN(name, check, "what stands in it") */
#define COLUMN_LIST(COLUMN)                                                          \
  COLUMN(account, check_account, "workspace:user, as in web/city:aisha; needed")      \
  COLUMN(name, check_text, "as people know them")                                    \
  COLUMN(organisation, check_organisation, "the id of an organisation of the scheme") \
  COLUMN(department, check_text, "where they work")                                  \
  COLUMN(grade, check_grade, "one of the organisation's grades")                     \
  COLUMN(line_manager, check_line, "their line manager's account, or none")          \
  COLUMN(role, check_role, "mentee, mentor, reserve, manager, coordinator")          \
  COLUMN(trained, check_yes_no, "yes or no")                                         \
  COLUMN(topics, check_topics, "separated by ;")                                     \
  COLUMN(apart, check_apart, "accounts of those to be kept apart from, separated by ;") \
  COLUMN(lead, check_yes_no, "yes: the scheme lead; counts in a demo only")

#define AS_ENUM(name, check, help) COL_##name,
enum column { COLUMN_LIST(AS_ENUM) COL_MAX_ };
#undef AS_ENUM

extern const char *const people_columns[]; /* their names; NULL behind the last */

struct reading { /* a file on its way */
  const char *path;
  const struct model *model;  /* borrowed; NULL: nothing to compare with */
  struct troubles *troubles;
  struct people_file *file;
  struct csv *csv;            /* owned */
  struct map *accounts;       /* owned; account -> the line it stands in */
  struct arena *arena;        /* owned; of one row */
  int column_of[COL_MAX_];    /* which field; -1: the file has no such column */
  size_t field_count;
  const struct csv_row *row;
  struct text facts;          /* the lines about line managers and keeping apart */
  struct text header;         /* as the file has it */
  const struct question *topics; /* as a new scheme asks */
};

/* "" where the row has none. Borrowed from the row. */
const char *people_value(const struct reading *reading, int column);
/* Checks one field of the row; false when the row is to be left out, told by then. */
bool people_check(struct reading *reading, int column);
bool people_is_yes(const char *word);
/* "leading people" is the option leading_people, where a question set offers that; else as it stands. */
const char *people_topic(struct reading *reading, const char *topic);
/* What a new scheme asks about topics; the arena's. */
const struct question *people_default_topics(struct arena *arena);
#define PEOPLE_TELL(reading, at, ...) trouble_add((reading)->troubles, (reading)->path, (at)->line, (at)->column, __VA_ARGS__)

#endif
