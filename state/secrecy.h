/* secrecy.h: keeps what this process has seen out of core dumps. */
#ifndef MENTORD_SECRECY_H
#define MENTORD_SECRECY_H

#include "bot/base/err.h"

/* To be called first in main, before a key or a word of anybody's is in memory: no core file, no dump through a pipe
 * (systemd-coredump), no debugger without root. Child processes inherit the core limit of zero, not the rest. */
enum err secrecy_start(void) MUST_CHECK;

#endif
