/* keep.h: the simulated Slack's world in a file, for a simulator that is killed and started again as if it had only been away. */
#ifndef SIM_SLACK_KEEP_H
#define SIM_SLACK_KEEP_H

#include "tests/sim/slack/sim.h"

/* Kept: workspaces, people, conversations with their messages, open views and home tabs, files, messages for later, tokens, triggers,
 * response_urls, addresses of sockets, settings, and events nobody acknowledged. Not kept: limits used up, trouble asked for, envelopes. */
void keep_save(const struct sim *sim); /* nothing when sim->world_file is NULL, or the setting `record` is 0 */
bool keep_load(struct sim *sim);       /* false: there is no file; the world is as it was */
void keep_send(struct sim *sim);       /* once the loop can: what was not acknowledged leaves again */

#endif
