/* world_file.h: a file, from the address it is sent to until it stands in a conversation; for world.h. */
#ifndef SIM_SLACK_WORLD_FILE_H
#define SIM_SLACK_WORLD_FILE_H

#include "tests/sim/slack/moment.h"
#include "tests/sim/slack/tree.h"
#include "tests/sim/slack/world_limits.h"

struct team;
struct channel;

struct file {
  char id[ID_SIZE], key[40], name[256], title[256], alt[1100];
  struct team *team; /* borrowed */
  int64_t wanted_bytes, bytes, created_s;
  bool stored, completed, deleted;
  char mark[17], *data; /* a hash of its bytes, so that a test can compare them; the bytes, owned, NULL: not held (also after a new start) */
  struct channel *room; /* borrowed; where it shall be shown */
  cJSON *message;       /* owned; the message it comes with */
  cJSON *shares;        /* owned; array of {channel, ts, private} */
  struct timer late;
  void *world_owner; /* borrowed: the simulator, for `late` */
};

#endif
