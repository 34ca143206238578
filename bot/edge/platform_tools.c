/* platform_tools.c: hands a tool over to the adapter's program, so that the bot need not know any platform. */
#include "bot/edge/platform_tools.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "bot/edge/manual.h"

enum { PATH_BYTES = 4096, NAME_BYTES_MAX = 32, NOT_DONE = 2, PIPE_BYTES_MAX = 60000 }; /* a pipe holds 64 KiB without a reader */

static bool is_name(const char *platform) {
  size_t bytes = strlen(platform);
  return bytes > 0 && bytes <= NAME_BYTES_MAX && strspn(platform, "abcdefghijklmnopqrstuvwxyz") == bytes;
}

/* Comes back only when there is no such program. */
static int become(const char *platform, const char *tool, const char *option, const char *value) {
  char own[PATH_BYTES], program[PATH_BYTES + NAME_BYTES_MAX + 16];
  ssize_t length = readlink("/proc/self/exe", own, sizeof own - 1);
  own[length < 0 ? 0 : length] = '\0';
  const char *slash = strrchr(own, '/');
  (void)snprintf(program, sizeof program, "%.*smentord-%s", slash == NULL ? 0 : (int)(slash + 1 - own), own, platform);
  const char *argv[] = {program, tool, option, value, NULL};
  if (is_name(platform)) (void)execv(program, (char *const *)(uintptr_t)argv);
  (void)fprintf(stderr, "mentord: there is no adapter for \"%s\" beside this program (mentord-%s)\n", platform, platform);
  return NOT_DONE;
}

int platform_manifest(const char *platform, const char *option) {
  struct text text;
  int ends[2];
  text_init(&text, PIPE_BYTES_MAX);
  enum err err = manual_commands(&text);
  bool ready = err == ERR_NONE && !text.full && pipe(ends) == 0;
  if (ready) ready = write(ends[1], text_str(&text), text.length) == (ssize_t)text.length && dup2(ends[0], STDIN_FILENO) == STDIN_FILENO;
  if (ready) (void)close(ends[1]);
  text_done(&text);
  if (ready) return become(platform, "manifest", option, NULL);
  (void)fprintf(stderr, "mentord: the commands cannot be handed over%s%s\n", err == ERR_NONE ? "" : ": ", err_note_text());
  return NOT_DONE;
}

int platform_decode(const char *platform) {
  return become(platform, "decode", NULL, NULL);
}

int platform_doctor(const char *platform, const char *file) {
  return become(platform, "--doctor", file == NULL ? NULL : "--config", file);
}
