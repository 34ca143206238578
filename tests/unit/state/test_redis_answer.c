/* test_redis_answer.c: a reply that only says that it is endless costs no memory. */
#include <criterion/criterion.h>
#include <string.h>

#include "state/redis_answer.h"

TestSuite(redis_answer);

static int read_one(const char *text) {
  void *reply = NULL;
  redisReader *reader = redisReaderCreate();
  redis_reader_bound(reader);
  (void)redisReaderFeed(reader, text, strlen(text));
  int code = redisReaderGetReply(reader, &reply);
  if (reply != NULL) freeReplyObject(reply);
  redisReaderFree(reader);
  return code;
}

Test(redis_answer, a_list_of_a_thousand_million_is_refused_at_its_head) {
  cr_assert_eq(read_one("*1000000000\r\n"), REDIS_ERR);
  cr_assert_eq(read_one("*2\r\n*1000000000\r\n"), REDIS_ERR);
  cr_assert_eq(read_one("*2\r\n:1\r\n*1\r\n$2\r\nok\r\n"), REDIS_OK);
}
