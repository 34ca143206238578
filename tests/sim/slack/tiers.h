/* tiers.h: how often something may be done: a bucket that fills steadily. */
#ifndef SIM_SLACK_TIERS_H
#define SIM_SLACK_TIERS_H

#include "bot/base/base.h"

struct bucket {
  double left;
  int64_t at_ms;
  bool used; /* false: still full */
};

/* 0: one was taken. Else seconds to wait, at least 1. */
int bucket_take(struct bucket *bucket, double full, double per_minute, int64_t now_ms);

#endif
