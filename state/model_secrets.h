/* model_secrets.h: line managers and keep-apart in locked memory: not swapped, not in core dumps, wiped when given back. */
#ifndef MENTORD_MODEL_SECRETS_H
#define MENTORD_MODEL_SECRETS_H

#include "bot/base/base.h"

struct secrets;

struct secrets *secrets_new(void);
struct secrets *secrets_free(struct secrets *secrets); /* wipes; takes NULL, returns NULL */
bool secrets_locked(const struct secrets *secrets);    /* false: the system refused to lock (RLIMIT_MEMLOCK) */

void secrets_set_line(struct secrets *secrets, const char *person, const char *manager);   /* NULL or "": none known */
void secrets_set_apart(struct secrets *secrets, const char *person, const char *others);   /* joined by '\n'; NULL or "": nobody */
void secrets_set_apart_list(struct secrets *secrets, const char *person, const char *const *others, size_t count);
void secrets_set_unreadable(struct secrets *secrets, const char *person);
void secrets_copy(struct secrets *secrets, const struct secrets *from, const char *person); /* all that is known of them */
void secrets_forget(struct secrets *secrets, const char *person);

const char *secrets_line(const struct secrets *secrets, const char *person); /* borrowed until the next change */
bool secrets_apart(const struct secrets *secrets, const char *person, const char *other); /* `person` asked for it */
bool secrets_unreadable(const struct secrets *secrets, const char *person);
/* True when `one` stands in `names`, which are joined by '\n'. NULL: false. */
bool secrets_names(const char *names, const char *one);

#endif
