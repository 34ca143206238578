/* season_log.h: the log of a season. */
#ifndef MENTORD_SEASON_LOG_H
#define MENTORD_SEASON_LOG_H

#include "tests/season/checks.h"

void season_log_to(struct season *season); /* borrowed until NULL is given */

#endif
