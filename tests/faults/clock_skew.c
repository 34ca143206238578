/* clock_skew.c: a library put before all others: the system's clock is wrong by as many seconds as the file says that CLOCK_SKEW names.
 *
 * The file holds one signed 64-bit number and is looked at each time, so that a test turns the clock of all processes at once. The clocks
 * that count since the machine's start stay as they are. */
#include <dlfcn.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

/* dlsym gives a pointer to data; the copy is how POSIX wants it turned into one to a function. */
#define REAL(name, ret, ...) \
  ret (*real)(__VA_ARGS__);  \
  void *found = dlsym(RTLD_NEXT, name); \
  memcpy(&real, &found, sizeof real)

static int64_t skew_s(void) {
  static const volatile int64_t *mapped;
  const char *path = getenv("CLOCK_SKEW");
  if (mapped != NULL) return *mapped;
  int fd = path == NULL ? -1 : open(path, O_RDONLY | O_CLOEXEC);
  void *data = fd < 0 ? MAP_FAILED : mmap(NULL, sizeof *mapped, PROT_READ, MAP_SHARED, fd, 0);
  if (fd >= 0) (void)close(fd);
  if (data == MAP_FAILED) return 0;
  mapped = data;
  return *mapped;
}

int clock_gettime(clockid_t which, struct timespec *ret_time) {
  REAL("clock_gettime", int, clockid_t, struct timespec *);
  int result = real(which, ret_time);
  if (result == 0 && (which == CLOCK_REALTIME || which == CLOCK_REALTIME_COARSE)) ret_time->tv_sec += skew_s();
  return result;
}

int gettimeofday(struct timeval *restrict ret_time, void *restrict zone) {
  REAL("gettimeofday", int, struct timeval *, void *);
  int result = real(ret_time, zone);
  if (result == 0) ret_time->tv_sec += skew_s();
  return result;
}

time_t time(time_t *ret_time) {
  struct timespec now;
  (void)clock_gettime(CLOCK_REALTIME, &now);
  if (ret_time != NULL) *ret_time = now.tv_sec;
  return now.tv_sec;
}
