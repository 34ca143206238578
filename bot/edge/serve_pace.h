/* serve_pace.h: how fast messages to many leave in each workspace, as its link said last; it is believed also while the link is away. */
#ifndef MENTORD_SERVE_PACE_H
#define MENTORD_SERVE_PACE_H

#include "bot/edge/serve.h"

struct paces { /* of the workspaces whose links said one */
  struct workspace_pace *items; /* owned; their workspaces are borrowed from `names` */
  char **names;                 /* owned, as is each of them */
  size_t count;
};

void serve_pace_learn(struct serve *serve, const char *workspace);     /* its link said hello */
void serve_pace_tell(struct serve *serve, struct event *ret_event); /* what it is told is borrowed until the next call */
void serve_pace_drop(struct paces *paces);

#endif
