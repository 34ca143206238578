/* people.h: finding the person somebody means by a name, an @name or an account. */
#ifndef MENTORD_PEOPLE_H
#define MENTORD_PEOPLE_H

#include "bot/turn.h"

/* Everybody whose full name, platform user id or, failing those, first name is `words` (an @ in front is dropped). In
 * order of id. Says nothing to anybody and knows no rights: callers filter by may_see or keep the answer to themselves. */
struct strs people_meant(struct turn *turn, const char *words);
/* The one person meant, or "?words" for a name that is nobody's yet: how sealed facts name people. */
const char *people_sealed_name(struct turn *turn, const char *words);

#endif
