/* stage.c: the stage of tests/unit/bot, once more: a room's test program links its own folder only. */
#include "tests/unit/bot/stage.c"
