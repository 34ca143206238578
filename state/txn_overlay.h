/* txn_overlay.h: the records one turn changed, over the model that it did not change. */
#ifndef MENTORD_TXN_OVERLAY_H
#define MENTORD_TXN_OVERLAY_H

#include "state/model.h"

struct change { /* one record this turn touched */
  enum record_kind kind;
  const char *id;
  const void *before;      /* borrowed from the model until model_apply; NULL: it has none */
  void *after;             /* in the turn's arena; NULL: dropped */
  bool settled, real;      /* settled: `before` may not be looked at any more, `real` is what was found */
  bool stored;             /* the store has one, as far as we know: always where `before` is, or a cold record not made here */
  const char *json;        /* `after` as txn_check wrote it, in the turn's arena; NULL: it did not, or this was touched since */
  struct change *next;     /* of the same kind */
};

struct overlay {
  const struct model *model; /* borrowed until the turn ends */
  struct arena *arena;       /* borrowed until the turn ends; everything here lives in it */
  struct change **changes;   /* in order of first change */
  size_t count, capacity;
  struct change **slots;     /* open addressing by kind and id */
  size_t slot_count;         /* 0 or a power of two */
  struct change *of_kind[RECORD_KIND_MAX_];
};

void overlay_init(struct overlay *overlay, const struct model *model, struct arena *arena);
struct change *overlay_get(const struct overlay *overlay, enum record_kind kind, const char *id); /* NULL: untouched */
/* A new change with neither before nor after: the caller fills it. The id is copied. */
struct change *overlay_add(struct overlay *overlay, enum record_kind kind, const char *id);
bool change_is_real(const struct change *change); /* there is something to commit */
void change_settle(struct change *change);

/* The sorted list `base` without the ids that `belongs` no longer holds for, and with those it holds for now. `base` itself
 * when nothing is different. `belongs` is asked about a before and an after, never about NULL. */
typedef bool change_belongs(const void *record, const void *what);
struct strs overlay_merge(struct overlay *overlay, enum record_kind kind, struct strs base, change_belongs *belongs,
                          const void *what);

#endif
