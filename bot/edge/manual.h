/* manual.h: what is printed from tables: commands, log tags, records. */
#ifndef MENTORD_MANUAL_H
#define MENTORD_MANUAL_H

#include "bot/base/err.h"

/* [{"name","args","help","who"}]: for the page's completion. */
enum err manual_write_commands(const char *path) MUST_CHECK;
int manual_print_commands(void);
int manual_print_log(void);
int manual_print_records(void);

#endif
