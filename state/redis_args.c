/* redis_args.c: keeps arguments in one block, and hands pointers into it to hiredis. */
#include "state/redis_args.h"

#include <stdlib.h>
#include <string.h>

#include "bot/base/text.h"

void args_add(struct args *args, const void *data, size_t bytes) {
  if (args->count == args->slots) {
    args->slots = args->slots == 0 ? 16 : 2 * args->slots;
    args->lengths = realloc(args->lengths, args->slots * sizeof *args->lengths);
    assert(args->lengths != NULL);
  }
  if (args->bytes + bytes > args->capacity) {
    args->capacity = 2 * args->capacity > args->bytes + bytes ? 2 * args->capacity : args->bytes + bytes + 64;
    args->data = realloc(args->data, args->capacity);
    assert(args->data != NULL);
  }
  if (bytes > 0) memcpy(args->data + args->bytes, data, bytes);
  args->bytes += bytes;
  args->lengths[args->count++] = bytes;
}

void args_text(struct args *args, const char *text) {
  args_add(args, text, strlen(text));
}

void args_int(struct args *args, int64_t number) {
  char digits[TEXT_DIGITS_MAX];
  args_add(args, digits, text_digits(number, digits));
}

void args_done(struct args *args) {
  free(args->data);
  free(args->lengths);
  *args = (struct args){.data = NULL};
}

/* Points into the list; an argument without bytes still needs a pointer. */
static size_t point_at(const struct args *args, const char **pointers, size_t *lengths) {
  size_t at = 0;
  for (size_t i = 0; i < args->count; i++) {
    pointers[i] = args->bytes == 0 ? "" : args->data + at;
    lengths[i] = args->lengths[i];
    at += args->lengths[i];
  }
  return args->count;
}

bool args_send(redisAsyncContext *redis, redisCallbackFn *reply, const struct args *const *lists, size_t count) {
  size_t total = 0, at = 0;
  for (size_t i = 0; i < count; i++) total += lists[i]->count;
  const char **pointers = calloc(total, sizeof *pointers);
  size_t *lengths = calloc(total, sizeof *lengths);
  assert(pointers != NULL && lengths != NULL);
  for (size_t i = 0; i < count; i++) at += point_at(lists[i], pointers + at, lengths + at);
  int failed = redisAsyncCommandArgv(redis, reply, NULL, (int)total, pointers, lengths);
  free(pointers);
  free(lengths);
  return failed == REDIS_OK;
}
