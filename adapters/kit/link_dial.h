/* link_dial.h: looks a name up and asks whether somebody listens there, without holding the loop up. */
#ifndef MENTORD_LINK_DIAL_H
#define MENTORD_LINK_DIAL_H

#include <uv.h>

#include "adapters/kit/link_address.h"

enum { LINK_DIAL_MS = 5000, LINK_NUMBER_BYTES = 46 };

struct link_dial;

/* Called once, from the loop, within LINK_DIAL_MS: the first of the name's addresses that took a connection (which is closed
 * again), or NULL and why not. The dial is gone with it. */
typedef void link_dialled(void *who, const char *number, const char *note);

struct link_dial *link_dial_start(uv_loop_t *loop, const struct link_address *address, link_dialled *done, void *who);
/* `done` is not called any more. Takes NULL, returns NULL. */
struct link_dial *link_dial_stop(struct link_dial *dial);

#endif
