/* views.h: modals on a person's screen, for what opens them by a call and by the answer to a submission. */
#ifndef SIM_SLACK_VIEWS_H
#define SIM_SLACK_VIEWS_H

#include "tests/sim/slack/api.h"

cJSON *views_json(const struct view *view);                                      /* a copy with id and hash */
const char *views_check(struct call *call, const cJSON *view, const char *type); /* NULL, view_too_large, invalid_arguments */
struct view *views_push(struct sim *sim, struct user *user, const cJSON *given); /* the stack has room */
void views_replace(struct sim *sim, struct user *user, struct view *view, const cJSON *given);

#endif
