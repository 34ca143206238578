/* at_once.c: a library put before all others: whoever sends something finds the whole answer there, as where the other end is faster. */
#include <dlfcn.h>
#include <poll.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

enum { WAIT_MS = 2000, QUIET_MS = 30 }; /* until something comes; until nothing more does */

static void wait_for_all(int fd) {
  struct pollfd answer = {.fd = fd, .events = POLLIN};
  int before = 0, there = 0;
  (void)poll(&answer, 1, WAIT_MS);
  do {
    before = there;
    (void)poll(NULL, 0, QUIET_MS);
  } while (ioctl(fd, FIONREAD, &there) == 0 && there != before);
}

ssize_t send(int fd, const void *data, size_t bytes, int flags) {
  ssize_t (*real)(int, const void *, size_t, int);
  void *found = dlsym(RTLD_NEXT, "send");
  memcpy(&real, &found, sizeof real); /* dlsym gives a pointer to data */
  ssize_t sent = real(fd, data, bytes, flags);
  wait_for_all(fd);
  return sent;
}
