/* tools.c: what the tools share: ids, the question before anything changes, how a wrong file is told. */
#include "bot/edge/tools.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "bot/base/random.h"
#include "bot/edge/tools_parts.h"

void tools_id(const char *kind, char ret_id[TOOLS_ID_BYTES]) {
  uint8_t drawn[8];
  random_bytes(drawn, sizeof drawn);
  int length = snprintf(ret_id, TOOLS_ID_BYTES, "%.16s-", kind);
  for (size_t i = 0; i < sizeof drawn; i++) (void)snprintf(ret_id + length + 2 * i, 3, "%02x", drawn[i]);
}

bool tools_ask(const char *question, bool yes) {
  char answer[16] = "";
  if (yes) return true;
  (void)fflush(stdout);
  if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO)) {
    (void)fprintf(stderr, "mentord: nothing was changed, since there is no terminal to ask on. If the list above is what you want, run this again "
                          "with --yes.\n");
    return false;
  }
  (void)printf("%s [y/N] ", question);
  (void)fflush(stdout);
  bool got = fgets(answer, sizeof answer, stdin) != NULL;
  bool said = got && (strcmp(answer, "y\n") == 0 || strcmp(answer, "Y\n") == 0 || strcmp(answer, "yes\n") == 0);
  if (!said) (void)printf("Nothing was changed.\n");
  return said;
}

int tools_say_note(void) {
  (void)fprintf(stderr, "mentord: %s\n", err_note_text());
  return 1;
}

int tools_file_bad(const struct troubles *troubles, enum err err, const char *nothing) {
  troubles_print(troubles);
  if (troubles->count == 0 || err != ERR_BAD_INPUT) (void)tools_say_note();
  if (nothing[0] != '\0') (void)fprintf(stderr, "mentord: %s\n", nothing);
  return 1;
}

const char *tools_plural(size_t count) {
  return count == 1 ? "" : "s";
}
