/* small_sync.c: notes what is fsynced, and fsyncs it. */
#include "tests/small/small_sync.h"

#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { SEEN_MAX = 64 };

static struct stat seen[SEEN_MAX];
static unsigned count;

int fsync(int fd) {
  long result = syscall(SYS_fsync, fd);
  if (result == 0 && fstat(fd, &seen[count % SEEN_MAX]) == 0) count++;
  return (int)result;
}

void small_sync_forget(void) {
  count = 0;
}

bool small_sync_saw(const char *folder) {
  struct stat info;
  if (stat(folder, &info) != 0) return false;
  for (unsigned i = 0; i < count && i < SEEN_MAX; i++)
    if (seen[i].st_dev == info.st_dev && seen[i].st_ino == info.st_ino) return true;
  return false;
}
