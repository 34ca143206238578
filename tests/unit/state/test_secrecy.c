/* test_secrecy.c: what stops core dumps. In a child, since it cannot be taken back. */
#include "state/secrecy.h"

#include <criterion/criterion.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

static int child_says(void) {
  struct rlimit limit;
  if (secrecy_start() != ERR_NONE) return 1;
  if (prctl(PR_GET_DUMPABLE, 0UL, 0UL, 0UL, 0UL) != 0) return 2;
  if (getrlimit(RLIMIT_CORE, &limit) != 0 || limit.rlim_cur != 0 || limit.rlim_max != 0) return 3;
  return secrecy_start() == ERR_NONE ? 0 : 4; /* twice does no harm */
}

Test(secrecy, no_core_dumps) {
  int status = -1;
  pid_t child = fork();
  cr_assert_geq(child, 0);
  if (child == 0) _exit(child_says());
  cr_assert_eq(waitpid(child, &status, 0), child);
  cr_assert(WIFEXITED(status) && WEXITSTATUS(status) == 0, "the child ended with %d", status);
}
