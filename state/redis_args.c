/* redis_args.c: keeps arguments in one block, each with its length in front; a command is such blocks behind their number. */
#include "state/redis_args.h"

#include <stdlib.h>
#include <string.h>

#include "bot/base/text.h"

enum { FIRST_BYTES = 256, HEAD_BYTES_MAX = 1 + TEXT_DIGITS_MAX + 2 };

/* "$5\r\n", or "*3\r\n" */
static size_t head_write(char mark, size_t number, char ret_head[HEAD_BYTES_MAX]) {
  ret_head[0] = mark;
  size_t bytes = 1 + text_digits((int64_t)number, ret_head + 1);
  memcpy(ret_head + bytes, "\r\n", 2);
  return bytes + 2;
}

static char *args_room(struct args *args, size_t bytes) {
  if (bytes > args->capacity - args->bytes) {
    size_t capacity = args->capacity < FIRST_BYTES ? FIRST_BYTES : args->capacity;
    while (capacity < args->bytes + bytes) capacity *= 2;
    args->data = realloc(args->data, capacity);
    assert(args->data != NULL);
    args->capacity = capacity;
  }
  char *room = args->data + args->bytes;
  args->bytes += bytes;
  return room;
}

void args_add(struct args *args, const void *data, size_t bytes) {
  char head[HEAD_BYTES_MAX];
  size_t head_bytes = head_write('$', bytes, head);
  char *at = mempcpy(args_room(args, head_bytes + bytes + 2), head, head_bytes);
  if (bytes > 0) at = mempcpy(at, data, bytes);
  memcpy(at, "\r\n", 2);
  args->count++;
}

void args_text(struct args *args, const char *text) {
  args_add(args, text, strlen(text));
}

void args_int(struct args *args, int64_t number) {
  char digits[TEXT_DIGITS_MAX];
  args_add(args, digits, text_digits(number, digits));
}

void args_done(struct args *args) {
  if (args->bytes > 0) explicit_bzero(args->data, args->bytes);
  free(args->data);
  *args = (struct args){.data = NULL};
}

/* hiredis takes a command whole, and copies it. */
bool args_send(redisAsyncContext *redis, redisCallbackFn *reply, const struct args *const *lists, size_t count) {
  size_t total = 0, bytes = HEAD_BYTES_MAX;
  for (size_t i = 0; i < count; i++) {
    total += lists[i]->count;
    bytes += lists[i]->bytes;
  }
  char *command = malloc(bytes);
  assert(command != NULL);
  char *at = command + head_write('*', total, command);
  for (size_t i = 0; i < count; i++) at = mempcpy(at, lists[i]->data, lists[i]->bytes);
  int failed = redisAsyncFormattedCommand(redis, reply, NULL, command, (size_t)(at - command));
  explicit_bzero(command, (size_t)(at - command));
  free(command);
  return failed == REDIS_OK;
}
