/* secrecy.c: two switches of the kernel. The core limit alone does not stop a dump that goes through a pipe. */
#include "state/secrecy.h"

#include <sys/prctl.h>
#include <sys/resource.h>

enum err secrecy_start(void) {
  const struct rlimit none = {0, 0};
  if (setrlimit(RLIMIT_CORE, &none) != 0) return err_note(ERR_INTERNAL, "core dumps cannot be switched off: setrlimit: %m");
  if (prctl(PR_SET_DUMPABLE, 0UL, 0UL, 0UL, 0UL) != 0) {
    return err_note(ERR_INTERNAL, "core dumps cannot be switched off: prctl: %m");
  }
  return ERR_NONE;
}
