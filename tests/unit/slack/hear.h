/* hear.h: frames of Socket Mode written with ' for ", read as the bot of workspace slack/T01, for the tests of the Slack adapter. */
#ifndef MENTORD_TEST_HEAR_H
#define MENTORD_TEST_HEAR_H

#include <criterion/criterion.h>

#include "adapters/kit/link_frame.h"
#include "adapters/slack/slack_in.h"

enum { HEAR_NOW_MS = 1772445999000 };

extern struct arena *hear_arena;
void hear_begin(void); /* for TestSuite */
void hear_end(void);

const char *quoted(const char *json); /* ' becomes " */
struct slack_in hear(const char *json);
struct slack_in hear_bytes(const char *frame, size_t bytes);
/* Envelopes e1 around an event Ev1, and around another payload. */
struct slack_in hear_event(const char *event);
struct slack_in hear_act(const char *payload);
struct slack_in hear_command(const char *fields);
const char *line_of(const struct slack_in *in); /* the line of the link without its newline, " as '; or why there is none */

#endif
