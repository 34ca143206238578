/* slack_errands.h: calls wait for their buckets and go; one set a workspace. */
#ifndef MENTORD_SLACK_ERRANDS_H
#define MENTORD_SLACK_ERRANDS_H

#include "adapters/slack/slack_answer.h"

struct slack_team; struct slack_errand;

/* `http` is borrowed for the call; the errand is gone with it. */
typedef void slack_errand_done(void *who, const struct slack_http *http);

void slack_errands_begin(struct slack_team *team);
struct slack_errand *slack_errand_add(struct slack_team *team, const struct slack_call *call, slack_errand_done *done, void *who);
/* Calls nobody waits for. `now`: past all queues, a trigger lives 3 seconds. */
void slack_errands_send(struct slack_team *team, const struct slack_calls *calls, bool now);
int64_t slack_errands_wait_ms(const struct slack_team *team); /* about how long one more bulk call would wait */
int slack_errands_minute(const struct slack_team *team); /* posts a minute as planned now; 0: they are not paced */
int64_t slack_errands_method_ms(const struct slack_team *team, enum slack_method method); /* how long its own limit holds it back now */
struct slack_errand *slack_errand_stop(struct slack_errand *errand); /* takes NULL, returns NULL */
void slack_errands_run(struct slack_team *team);
void slack_errands_stop(struct slack_team *team); /* nobody is told */
void slack_errands_end(struct slack_team *team);  /* its timer is closed by whoever closes the team's timers */

#endif
