/* inject.c: a short list of troubles that wait for their call. */
#include "tests/sim/slack/inject.h"

#include <string.h>

static const char *const words[] = {"",
#define HOW_AS_WORD(name, word, help) word,
                                    INJECT_HOWS(HOW_AS_WORD)
#undef HOW_AS_WORD
};

static enum inject_how how_called(const char *word) {
  for (size_t i = 1; i < ARRAY_LEN(words); i++)
    if (strcmp(words[i], word) == 0) return (enum inject_how)i;
  return INJECT_NONE;
}

const char *inject_add(struct inject *inject, const cJSON *wish) {
  if (inject->count == INJECTS_MAX) return "too many injections wait";
  struct injection *row = &inject->rows[inject->count];
  *row = (struct injection){.how = how_called(json_str_or(wish, "how", ""))};
  if (row->how == INJECT_NONE) return "how: 500_before, 500_after, timeout, timeout_after, 429, error, slow or drop";
  SLOT_PUT(row->method, json_str_or(wish, "method", "*"));
  SLOT_PUT(row->channel, json_str_or(wish, "channel", ""));
  SLOT_PUT(row->error, json_str_or(wish, "error", "internal_error"));
  row->skip = json_int_or(wish, "skip", 0);
  row->times = json_int_or(wish, "times", 1);
  row->retry_after = json_int_or(wish, "retry_after", 1);
  row->delay_ms = json_int_or(wish, "delay_ms", 1000);
  if (row->times > 0) inject->count++;
  return NULL;
}

static void drop_row(struct inject *inject, size_t at) {
  inject->count--;
  memmove(&inject->rows[at], &inject->rows[at + 1], (inject->count - at) * sizeof inject->rows[0]);
}

struct injection inject_take(struct inject *inject, const char *method, const char *channel) {
  for (size_t i = 0; i < inject->count; i++) {
    struct injection *row = &inject->rows[i];
    if (strcmp(row->method, "*") != 0 && strcmp(row->method, method) != 0) continue;
    if (row->channel[0] != '\0' && strcmp(row->channel, channel) != 0) continue;
    if (row->skip-- > 0) continue;
    struct injection taken = *row;
    if (--row->times <= 0) drop_row(inject, i);
    return taken;
  }
  return (struct injection){.how = INJECT_NONE};
}
