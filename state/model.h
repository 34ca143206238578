/* model.h: one scheme in memory: hot records by id, by index, by due time. Read by turns; changed by model_apply alone. */
#ifndef MENTORD_MODEL_H
#define MENTORD_MODEL_H

#include "state/records.h"

struct model;
struct txn;

struct model *model_new(const char *scheme);
struct model *model_free(struct model *model); /* takes NULL, returns NULL */
const char *model_scheme(const struct model *model);

/* Takes a decoded record while loading (copied). A record with an id that is there already replaces it. */
void model_load(struct model *model, enum record_kind kind, const void *record);
void model_loaded(struct model *model); /* sorts: reading is allowed from here on */
/* What the transaction says, at once and whole. Cold records and outbox rows are not kept. A line or apart fact holds from
 * here on when its reference stands in the person's record, and goes when the reference is taken out again. */
void model_apply(struct model *model, const struct txn *txn);

/* All borrowed until the next model_apply. */
const void *model_get(const struct model *model, enum record_kind kind, const char *id); /* NULL when absent */
size_t model_count(const struct model *model, enum record_kind kind);
const void *model_at(const struct model *model, enum record_kind kind, size_t position); /* in order of id: 'p9' before 'p10' */
/* Ids of the records whose indexed field equals `value`, in order of id. */
struct strs model_find(const struct model *model, enum record_index index, const char *value);
const char *model_account(const struct model *model, const char *workspace, const char *user); /* person id, or NULL */

struct due { /* one timer */
  int64_t ms;
  enum record_kind kind;
  const char *id;
};
/* The first `max` due times in order (ms, kind, id); records without one are not there. Returns how many. */
size_t model_due(const struct model *model, struct due *ret_due, size_t max);

/* ---- sealed facts that rules need in every turn: opened by the edge, in locked memory, never encoded ---- */
/* `manager`: a person's id, "?name" for somebody who is nobody's person yet, NULL for none known. */
void model_set_line(struct model *model, const char *person, const char *manager);
void model_set_apart(struct model *model, const char *person, const char *const *others, size_t count);
/* Could not be opened: not matched, shown to no manager. Stays so until the model is loaded anew or the person dropped. */
void model_set_unreadable(struct model *model, const char *person);
/* What `from` knows of this person, into locked memory of the model's own: for a snapshot that another thread reads. */
void model_copy_facts(struct model *model, const struct model *from, const char *person);
bool model_is_locked(const struct model *model); /* false: the system refused to lock that memory (RLIMIT_MEMLOCK); for doctor */
const char *model_line(const struct model *model, const char *person);
bool model_apart(const struct model *model, const char *a, const char *b); /* either asked for it */
bool model_unreadable(const struct model *model, const char *person);
/* True when `manager` stands anywhere above `person`; a loop of managers ends after 64 steps and counts as true. */
bool model_in_line(const struct model *model, const char *manager, const char *person);

#endif
