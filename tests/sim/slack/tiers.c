/* tiers.c: one bucket's arithmetic. */
#include "tests/sim/slack/tiers.h"

#include <math.h>

enum { MINUTE_MS = 60000 };

int bucket_take(struct bucket *bucket, double full, double per_minute, int64_t now_ms) {
  if (!bucket->used) bucket->left = full;
  else bucket->left += (double)(now_ms - bucket->at_ms) * per_minute / MINUTE_MS;
  if (bucket->left > full) bucket->left = full;
  bucket->used = true;
  bucket->at_ms = now_ms;
  if (bucket->left >= 1) {
    bucket->left -= 1;
    return 0;
  }
  double wait_s = ceil((1 - bucket->left) * 60 / per_minute);
  return wait_s < 1 ? 1 : (int)wait_s;
}
