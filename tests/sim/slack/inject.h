/* inject.h: "the next call of this method goes wrong like this", set by control, used up by calls. */
#ifndef SIM_SLACK_INJECT_H
#define SIM_SLACK_INJECT_H

#include "tests/sim/slack/tree.h"

enum { INJECTS_MAX = 64 };

/* HOW(NAME, word, what happens) */
#define INJECT_HOWS(HOW)                                                   \
  HOW(BEFORE, "500_before", "HTTP 500, and nothing was done")              \
  HOW(AFTER, "500_after", "it is done, then HTTP 500")                     \
  HOW(TIMEOUT, "timeout", "it is not done, and no answer comes")           \
  HOW(TIMEOUT_AFTER, "timeout_after", "it is done, and no answer comes")   \
  HOW(LIMITED, "429", "HTTP 429 with retry_after seconds")                 \
  HOW(ERROR, "error", "ok:false with the error of your choice")            \
  HOW(SLOW, "slow", "it is done at once, the answer comes delay_ms later") \
  HOW(DROP, "drop", "it is done, then the connection breaks")
#define HOW_AS_ENUM(name, word, help) INJECT_##name,
enum inject_how { INJECT_NONE, INJECT_HOWS(HOW_AS_ENUM) INJECT_MAX_ };
#undef HOW_AS_ENUM

struct injection {
  char method[64], channel[64], error[64]; /* method "*": any; channel "": any, or no channel at all */
  enum inject_how how;
  int64_t skip, times, retry_after, delay_ms;
};

struct inject {
  struct injection rows[INJECTS_MAX];
  size_t count;
};

/* {"method":"chat.postMessage","how":"429","retry_after":2,"times":1,"skip":0}: NULL, or what is wrong with it. */
const char *inject_add(struct inject *inject, const cJSON *wish);
struct injection inject_take(struct inject *inject, const char *method, const char *channel); /* .how INJECT_NONE: nothing */

#endif
