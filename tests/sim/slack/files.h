/* files.h: where the raw bytes of an upload go, and messages that wait for their file. */
#ifndef SIM_SLACK_FILES_H
#define SIM_SLACK_FILES_H

#include "tests/sim/slack/sim.h"

void files_go_on(struct sim *sim, struct file *file); /* a file that was kept: what it was to be shared in comes now */
void files_serve(struct sim *sim, struct http_request *request, const char *path); /* "F…/key" */

const char *files_shown(struct sim *sim, const cJSON *wish, cJSON *answer); /* control's verb `file` */

#endif
