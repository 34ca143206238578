/* redis_answer.h: what a reply of Redis means: the words of commit.lua, and errors, as answers with the way out beside them. */
#ifndef MENTORD_REDIS_ANSWER_H
#define MENTORD_REDIS_ANSWER_H

#include <hiredis/hiredis.h>

#include "state/store.h"

enum { NOTE_BYTES = 320, REDIS_ITEMS_MAX = 1 << 20 };

struct redis_answer {
  enum store_answer answer;
  int64_t head, written;
  char note[NOTE_BYTES];
};
/* The answer of one of our functions, or an error. */
void redis_answer_read(const redisReply *reply, struct redis_answer *ret_answer);
/* An error reply as answer and sentence; the words of Redis stay out: they may quote data. */
enum store_answer redis_error_read(const redisReply *reply, const char **ret_note);
/* From now on a list that says it has more than REDIS_ITEMS_MAX items is an error, before memory is asked for. */
void redis_reader_bound(redisReader *reader);
bool redis_reply_int(const redisReply *reply, int64_t *ret_number); /* an integer, or a text of digits */

#endif
