/* web_door.h: who may come in, and what kinds of files go out. Pure. */
#ifndef MENTORD_WEB_DOOR_H
#define MENTORD_WEB_DOOR_H

#include "bot/base/text.h"

#define WEB_DOOR_FILES "/file/" /* and a token behind it: a file that the bot sent */
enum { WEB_DOOR_FILE_BYTES = 64 };

/* "127.0.0.1:8080" or "localhost:8080" with our port (without it only on 80): another name that leads here is somebody
 * else's page reading ours. NULL is refused. */
bool web_door_host_ok(const char *host, int port);
/* "http://127.0.0.1:8080" or "http://localhost:8080". */
bool web_door_origin_ok(const char *origin, int port);
/* The content type by the name's ending, or NULL: such a file is not served. Names are letters, digits, '-', '_', one
 * or more '.', never first. */
const char *web_door_type(const char *name);
/* The token in "/file/0a1b…"; NULL when the path is anything else. */
const char *web_door_token(const char *path);
/* The media type that a sent file goes out with: its own, when it is written like one, else one that nothing opens. */
const char *web_door_sent_type(const char *type);
/* `attachment; filename="list_1.csv"; filename*=UTF-8''list%C3%A41.csv` (RFC 6266, RFC 8187): no folder, no sign that a header or
 * a shell would read. */
void web_door_disposition(const char *name, struct text *text);

#endif
