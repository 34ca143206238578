/* slack_people.h: what is known of the members of a workspace: a bounded memory, oldest news forgotten first. Pure. */
#ifndef MENTORD_SLACK_PEOPLE_H
#define MENTORD_SLACK_PEOPLE_H

#include "adapters/slack/slack_person.h"

enum { SLACK_PEOPLE_MAX = 20000, SLACK_PERSON_OLD_MS = 6 * 3600 * 1000 };

struct slack_people;

struct slack_people *slack_people_new(void);
void slack_people_put(struct slack_people *people, const struct slack_person *person, int64_t now_ms); /* copies */
/* NULL: not known. Borrowed until the next put. */
const struct slack_person *slack_people_get(const struct slack_people *people, const char *user);
/* Is it worth asking Slack: not known, or older than SLACK_PERSON_OLD_MS. */
bool slack_people_old(const struct slack_people *people, const char *user, int64_t now_ms);
struct slack_people *slack_people_free(struct slack_people *people); /* takes NULL, returns NULL */

#endif
