/* watch.h: the running bot looks after itself: its health file, and the disk. */
#ifndef MENTORD_WATCH_H
#define MENTORD_WATCH_H

#include "bot/edge/ports.h"

struct watch;

/* All borrowed until watch_close. Writes the health file at each change, and every 2 s. */
struct watch *watch_new(uv_loop_t *loop, const struct config *config, struct serve *serve, const struct ports *ports);
void watch_close(struct watch *watch); /* the last word: stopped. Takes NULL; memory goes with watch_free, after the loop */
struct watch *watch_free(struct watch *watch); /* takes NULL, returns NULL */

#endif
