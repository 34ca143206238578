/* log_ration.c: so many lines a minute for what somebody else can bring about; that more came is said once. */
#include "bot/base/log.h"

#define LOG_AS_NAME(name, level, help) #name,
static const char *const names[] = {LOG_LIST(LOG_AS_NAME)};
#undef LOG_AS_NAME

bool log_may(struct log_ration *ration, enum log_tag tag, int64_t boot_ms) {
  enum { MINUTE_MS = 60000 };
  if (ration->count == 0 || boot_ms - ration->since_ms >= MINUTE_MS) *ration = (struct log_ration){.since_ms = boot_ms};
  if (ration->count == LOG_RATION) log_line(LOG_left_out, "tag=%s", names[tag]);
  if (ration->count <= LOG_RATION) ration->count++;
  return ration->count <= LOG_RATION;
}
