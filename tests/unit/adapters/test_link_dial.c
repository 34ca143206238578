/* test_link_dial.c: a name is looked up and asked, without holding the loop up, and may be given up at any moment. */
#include <criterion/criterion.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "adapters/kit/link_dial.h"
#include "tests/unit/adapters/link_world.h"

TestSuite(link_dial, .init = world_begin, .timeout = 60);

struct answer {
  int calls;
  bool found;
  char number[LINK_NUMBER_BYTES], note[64];
};

static void on_dialled(void *who, const char *number, const char *note) {
  struct answer *answer = who;
  answer->calls++;
  answer->found = number != NULL;
  snprintf(answer->number, sizeof answer->number, "%s", number == NULL ? "" : number);
  snprintf(answer->note, sizeof answer->note, "%s", note);
}

static struct link_dial *dial(const char *host, int port, struct answer *answer) {
  struct link_address address = {.is_tls = true, .port = port};
  snprintf(address.host, sizeof address.host, "%s", host);
  *answer = (struct answer){0};
  return link_dial_start(&loop, &address, on_dialled, answer);
}

/* A port of loopback; with a queue, somebody listens. */
static int open_port(int *ret_port, bool listens) {
  struct sockaddr_in name = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  socklen_t bytes = sizeof name;
  int fd = socket(AF_INET, SOCK_STREAM, 0);
  cr_assert_eq(bind(fd, (struct sockaddr *)&name, sizeof name), 0);
  if (listens) cr_assert_eq(listen(fd, 4), 0);
  cr_assert_eq(getsockname(fd, (struct sockaddr *)&name, &bytes), 0);
  *ret_port = ntohs(name.sin_port);
  return fd;
}

Test(link_dial, finds_the_address_that_listens) {
  struct answer answer;
  int port, fd = open_port(&port, true);
  (void)dial("localhost", port, &answer); /* may be ::1 first, where nobody listens */
  WAIT(answer.calls == 1);
  cr_expect_str_eq(answer.number, "127.0.0.1");
  close(fd);
  world_end();
}

static const struct {
  const char *host, *note;
} in_vain[] = {
  {"127.0.0.1", "nobody listens"},
  {"nowhere.invalid", "the name of its host is not known"},
  {"a.label.that.is.longer.than.a.name.can.be.aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.invalid", "the name of its host is not known"},
};

Test(link_dial, says_why_not) {
  int port, fd = open_port(&port, false);
  for (size_t i = 0; i < ARRAY_LEN(in_vain); i++) {
    struct answer answer;
    (void)dial(in_vain[i].host, port, &answer);
    cr_expect_eq(answer.calls, 0, "from the loop only");
    WAIT(answer.calls == 1);
    cr_expect(!answer.found);
    cr_expect_str_eq(answer.note, in_vain[i].note, "%s: %s", in_vain[i].host, answer.note);
  }
  close(fd);
  world_end();
}

/* After each number of turns of the loop: while it looks up, while it connects, while it closes. */
Test(link_dial, may_be_given_up_at_any_moment) {
  int port, fd = open_port(&port, true);
  for (int turns = 0; turns < 6; turns++) {
    struct answer answer;
    struct link_dial *dialling = dial("localhost", port, &answer);
    for (int i = 0; i < turns && answer.calls == 0; i++) world_turn();
    if (answer.calls > 0) break;
    dialling = link_dial_stop(dialling);
    for (int i = 0; i < 20; i++) world_turn();
    cr_expect_eq(answer.calls, 0, "given up after %d turns, and called", turns);
    cr_expect_null(dialling);
  }
  close(fd);
  world_end();
}
