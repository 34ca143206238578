/* redis_args.h: a growing list of binary arguments, as Redis reads them; commands are only ever made of these, never of formats. */
#ifndef MENTORD_REDIS_ARGS_H
#define MENTORD_REDIS_ARGS_H

#include <hiredis/async.h>

#include "bot/base/base.h"

struct args {
  char *data; /* owned: "$5\r\nHGETA\r\n$1\r\nx\r\n" */
  size_t bytes, capacity, count;
};

void args_add(struct args *args, const void *data, size_t bytes);
void args_text(struct args *args, const char *text);
void args_int(struct args *args, int64_t number);
void args_done(struct args *args); /* wiped: a password may be among them */

/* One command made of several lists in a row. False when the connection takes no more commands. */
bool args_send(redisAsyncContext *redis, redisCallbackFn *reply, const struct args *const *lists, size_t count);

#endif
