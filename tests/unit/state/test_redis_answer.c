/* test_redis_answer.c: a reply that only says that it is endless costs no memory; an error says what to do about it. */
#include <criterion/criterion.h>
#include <stdio.h>
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

Test(redis_answer, an_error_says_what_to_do) {
  static const struct {
    const char *error, *word;
    enum store_answer answer;
  } rows[] = {
      {"ERR unknown command `FCALL`, with args beginning with: `mentord_commit_1`", "must be Redis 7", STORE_NOT_STORED}, /* Redis 6 */
      {"ERR unknown command 'FCALL', with args beginning with: ", "rename none", STORE_NOT_STORED},
      {"ERR Function not found", "load commit.lua", STORE_NOT_STORED},
      {"NOPERM User mentord has no permissions to run the 'fcall' command", "compare its ACL", STORE_NOT_STORED},
      {"WRONGTYPE Operation against a key holding the wrong kind of value", "wrong type", STORE_BROKEN},
  };
  for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
    char error[160];
    const char *note = NULL;
    (void)snprintf(error, sizeof error, "%s", rows[i].error);
    const redisReply reply = {.type = REDIS_REPLY_ERROR, .str = error, .len = strlen(error)};
    cr_assert_eq(redis_error_read(&reply, &note), rows[i].answer, "%s", rows[i].error);
    cr_assert_not_null(strstr(note, rows[i].word), "%s: %s", rows[i].error, note);
  }
}
