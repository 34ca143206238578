/* planted.c: the target link_bot with a fault of its own behind the real decoder: it shows that a fault would be found. */
#define FUZZ_PLANTED
#include "tests/fuzz/link_bot.c"
