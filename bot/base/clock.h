/* clock.h: the only door to time. Edges ask here and hand the answer to turns; pure code never includes this. */
#ifndef MENTORD_CLOCK_H
#define MENTORD_CLOCK_H

#include "bot/base/base.h"

int64_t clock_wall_ms(void); /* since 1970, UTC; may jump */
int64_t clock_boot_ms(void); /* since boot, counts sleep; never jumps */

#endif
