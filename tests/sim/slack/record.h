/* record.h: the log of calls, one JSON line each, in the data folder: for tests to grep, never read again. */
#ifndef SIM_SLACK_RECORD_H
#define SIM_SLACK_RECORD_H

#include "tests/sim/slack/tree.h"

struct record;

/* Makes the folder and calls.jsonl in it, empty; `again`: goes on where one is. */
enum err record_open(const char *folder, bool again, struct record **ret_record) MUST_CHECK;
void record_line(struct record *record, cJSON *line); /* takes line */
struct record *record_close(struct record *record);

#endif
