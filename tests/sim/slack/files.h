/* files.h: where the raw bytes of an upload go. */
#ifndef SIM_SLACK_FILES_H
#define SIM_SLACK_FILES_H

#include "tests/sim/slack/sim.h"

void files_serve(struct sim *sim, struct http_request *request, const char *path); /* "F…/key" */

#endif
