/* slack_doctor.h: is everything in place to serve? Each finding says how to mend it. */
#ifndef MENTORD_SLACK_DOCTOR_H
#define MENTORD_SLACK_DOCTOR_H

#include "adapters/slack/slack_config.h"

/* Prints one line a finding; returns the process's exit code: 0 when people can be served. */
int slack_doctor(const struct slack_config *config, const char *test_api);

#endif
