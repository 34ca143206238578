/* web_door.h: who may come in, and what kinds of files go out. Pure. */
#ifndef MENTORD_WEB_DOOR_H
#define MENTORD_WEB_DOOR_H

#include "bot/base/base.h"

/* "127.0.0.1:8080" or "localhost:8080" with our port (without it only on 80): another name that leads here is somebody
 * else's page reading ours. NULL is refused. */
bool web_door_host_ok(const char *host, int port);
/* "http://127.0.0.1:8080" or "http://localhost:8080". */
bool web_door_origin_ok(const char *origin, int port);
/* The content type by the name's ending, or NULL: such a file is not served. Names are letters, digits, '-', '_', one
 * or more '.', never first. */
const char *web_door_type(const char *name);

#endif
