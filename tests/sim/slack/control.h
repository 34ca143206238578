/* control.h: the tests' own door, under /sim/: one row for each verb. */
#ifndef SIM_SLACK_CONTROL_H
#define SIM_SLACK_CONTROL_H

#include "tests/sim/slack/sim.h"

bool control_changes(const char *verb); /* false: it only looks */
void control_serve(struct sim *sim, struct http_request *request, const char *verb);

#endif
