/* platform_tools.h: tools that only a platform's adapter has: `mentord manifest NAME` runs `mentord-NAME manifest`. */
#ifndef MENTORD_PLATFORM_TOOLS_H
#define MENTORD_PLATFORM_TOOLS_H

/* All become the adapter's own program, which stands beside ours. They come back, with an exit code, only when there is none. */
int platform_manifest(const char *platform, const char *option); /* it reads the bot's commands from standard input; NULL: no option */
int platform_decode(const char *platform);
int platform_doctor(const char *platform, const char *file); /* the adapter's own settings; NULL: where it looks by itself */

#endif
