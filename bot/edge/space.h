/* space.h: how much room the disk has, in three states, and a reserve that is given up when it is full. */
#ifndef MENTORD_SPACE_H
#define MENTORD_SPACE_H

#include "bot/edge/config.h"

enum space_state {
  SPACE_ENOUGH,
  SPACE_SCARCE, /* less than free_mb: no lists, no calls; everybody is answered */
  SPACE_NONE    /* less than a quarter of it: nothing is taken */
};

struct space {
  char folders[2][300];      /* the data folder, and the private Redis' own, which may be another disk */
  size_t folder_count;
  char reserve[320];
  uint64_t floor_bytes, free_bytes;
  enum space_state state;
  char say[400];             /* what is wrong and what to do; "" with room enough */
};

void space_init(struct space *space, const struct config *config);
/* Looks anew, logs a change of state, makes the reserve while there is room, and removes it when the disk is full: then the
 * store can start and close its files, and this bot can say what is wrong. */
void space_look(struct space *space);
/* For tools: ERR_LIMITED with the same sentence in the note when no new work is to be begun. */
enum err space_check(const struct config *config) MUST_CHECK;

#endif
