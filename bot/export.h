/* export.h: a list as a file: the people of the programmes that a manager runs, or their pairs, as the model has them at the moment
 * of asking. Same model, same bytes. Pure. */
#ifndef MENTORD_EXPORT_H
#define MENTORD_EXPORT_H

#include "bot/base/text.h"
#include "bot/words/words.h"
#include "state/txn.h"

enum { EXPORT_BYTES_MAX = 4 * 1024 * 1024 }; /* of one file */
enum { EXPORT_SHOWN_MAX = 20 };              /* lines, where no file can be sent */

/* LIST(NAME, name): the name is what is typed, stands in the row of the outbox and begins the file's name. */
#define EXPORT_LIST(LIST) LIST(PEOPLE, people) LIST(PAIRS, pairs)
#define EXPORT_AS_ENUM(NAME, name) EXPORT_##NAME,
enum export_list { EXPORT_LIST(EXPORT_AS_ENUM) EXPORT_MAX_, EXPORT_INVALID_ = -1 };
#undef EXPORT_AS_ENUM

const char *export_name(enum export_list list);
enum export_list export_from(const char *name); /* EXPORT_INVALID_ when unknown */

/* ---- what stands in it ---- */
enum export_whose { WHOSE_OWN, WHOSE_MENTEE, WHOSE_MENTOR }; /* own: the enrolment's person; of a pair's record: both halves */
enum export_as { AS_TEXT, AS_DATE, AS_YES, AS_ORGANISATION, AS_PROGRAMME, AS_ROLE, AS_STANDING, AS_PAIR_STATE };
struct export_column {
  const char *heading;     /* catalogue key */
  enum export_whose whose;
  enum record_kind kind;
  const char *field;       /* of that record: what is read, and what may_see is asked about */
  enum export_as as;
};
size_t export_columns(enum export_list list, const struct export_column **ret_columns);

/* Lines in the order of their records' ids, from one id on to the one in front of `before`; NULL: from the first, to the last. */
struct export_range {
  const char *from, *before;
};
/* In how many files this manager's list goes, none near EXPORT_BYTES_MAX now, so that each still fits when it is made; one at least.
 * Each line is made here to be measured and made again when its file goes: a row waits in the store, so it holds where a file begins and
 * none of what people's lines say, and what its reader may see is asked when it leaves. Here one line at a time is in memory. */
size_t export_ranges(enum export_list list, struct txn *view, struct words *words, const char *manager, struct arena *arena,
                     const struct export_range **ret_ranges);

/* ---- at the moment of sending: rows of kind upload ---- */
struct export_file {
  const char *name;  /* "people-2027-01-11.csv" */
  struct text csv;   /* full: it became too long; its data is the arena's */
  size_t lines;      /* beside the headings */
  struct strs shown; /* the first EXPORT_SHOWN_MAX of them, each as one text */
};
bool export_may(const struct out *row, struct txn *view); /* its reader still runs a programme */
void export_make(const struct out *row, struct txn *view, struct words *words, int64_t now_ms, struct arena *arena, struct export_file *ret_file);

/* ---- export_row.c: what is said; copies in the arena, to be rendered at once ---- */
const char *export_words(enum export_list list); /* what a row of it begins as: {count} is put in when the file is made */
const struct out *export_beside(const struct out *row, const struct export_file *file, struct arena *arena);
/* Where no file can be sent: an ordinary card, with the first lines and where all of them can be had. */
const struct out *export_shown(const struct out *row, const struct export_file *file, struct arena *arena);
const struct out *export_refused(const struct out *row, struct arena *arena); /* who manages nothing any more */

#endif
