/* manual.h: what is printed from tables: commands, log tags, records. */
#ifndef MENTORD_MANUAL_H
#define MENTORD_MANUAL_H

#include "bot/base/err.h"
#include "bot/base/text.h"

/* [{"name","args","help","who"}]: for the page's completion, and for what an adapter tells its platform. */
enum err manual_commands(struct text *text) MUST_CHECK;
enum err manual_write_commands(const char *path) MUST_CHECK;
int manual_print_commands(void);
int manual_print_log(void);
int manual_print_records(void);

#endif
