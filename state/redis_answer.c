/* redis_answer.c: two tables, of words and of errors, and what to do about each. */
#include "state/redis_answer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- errors of Redis ---- */

static const struct {
  const char *begins;
  const char *note;
} errors[] = {
    {"OOM", "Redis has no memory left: raise its maxmemory, or give the machine more"},
    {"READONLY", "this Redis is a replica: connect to its primary"},
    {"LOADING", "Redis is still reading its file: it answers when it is done"},
    {"MISCONF", "Redis cannot write to its disk: make room there, then look into its log"},
    {"NOREPLICAS", "Redis has fewer replicas than min-replicas-to-write: start them again"},
    {"CLUSTERDOWN", "the Redis cluster is down: bring its nodes back"},
    {"MASTERDOWN", "this Redis is a replica that lost its primary: connect to the primary"},
    {"MOVED", "another node of the Redis cluster serves this scheme: connect to that one"},
    {"ASK", "the Redis cluster is moving this scheme: wait until it is done"},
    {"TRYAGAIN", "the Redis cluster is moving this scheme: wait until it is done"},
    {"BUSY", "Redis runs a long script of somebody else's: wait, or end it with FUNCTION KILL"},
    {"NOAUTH", "Redis wants a password: name the user and its password file"},
    {"WRONGPASS", "Redis does not take this user and password: compare the password file with the server's ACL"},
    {"NOPERM", "the Redis user lacks a right: compare its ACL with the one in deploy/README.md"},
    {"NOSCRIPT", "the functions are not loaded: load commit.lua as the deploy user, see \"A Redis of your own\" in deploy/README.md"},
    {"ERR Function not found", "the functions are not loaded: load commit.lua as the deploy user, see \"A Redis of your own\" in deploy/README.md"},
    {"ERR unknown command", "this Redis does not know a command that is needed: it must be Redis 7 or newer, and rename none"},
    {"ERR max number of clients", "Redis takes no more clients: raise its maxclients, or close some"},
};

enum store_answer redis_error_read(const redisReply *reply, const char **ret_note) {
  for (size_t i = 0; i < ARRAY_LEN(errors); i++) {
    *ret_note = errors[i].note;
    if (strncmp(reply->str, errors[i].begins, strlen(errors[i].begins)) == 0) return STORE_NOT_STORED;
  }
  *ret_note = "a key of the wrong type, or a function that failed: look into the log of Redis";
  return STORE_BROKEN;
}

/* ---- the words of our functions ---- */

static const struct {
  const char *word;
  enum store_answer answer;
  const char *note;
} words[] = {
    {"OK", STORE_OK, ""},
    {"DUP", STORE_DUP, ""},
    {"SEQ", STORE_SEQ, ""},
    {"FENCED", STORE_FENCED, "another bot holds this scheme"},
    {"CONFLICT", STORE_CONFLICT, ""},
    {"TYPE", STORE_BROKEN, "a key is not of its type, somebody else wrote to it: "},
    {"ARGS", STORE_BROKEN, "the function did not understand the call"},
    {"TAKEN", STORE_BROKEN, "the first control entry is another one"},
    {"REAL", STORE_BROKEN, "only a demo can be wiped"},
    {"FULL", STORE_NOT_STORED, "the control list is full: is the bot running?"},
};

bool redis_reply_int(const redisReply *reply, int64_t *ret_number) {
  char *end = NULL;
  if (reply->type == REDIS_REPLY_INTEGER) {
    *ret_number = reply->integer;
    return true;
  }
  if (reply->type != REDIS_REPLY_STRING || reply->len == 0 || reply->len > 18) return false;
  *ret_number = strtoll(reply->str, &end, 10);
  return *end == '\0';
}

/* { word, head, written, key, … } */
static bool is_answer(const redisReply *reply) {
  return reply->type == REDIS_REPLY_ARRAY && reply->elements >= 4 && reply->element[0]->type == REDIS_REPLY_STRING &&
         reply->element[1]->type == REDIS_REPLY_INTEGER && reply->element[2]->type == REDIS_REPLY_INTEGER &&
         reply->element[3]->type == REDIS_REPLY_STRING;
}

void redis_answer_read(const redisReply *reply, struct redis_answer *ret_answer) {
  const char *note = "Redis answered something else than our function would: is it another version?";
  *ret_answer = (struct redis_answer){STORE_BROKEN, -1, 0, ""};
  if (reply->type == REDIS_REPLY_ERROR) ret_answer->answer = redis_error_read(reply, &note);
  snprintf(ret_answer->note, sizeof ret_answer->note, "%s", note);
  if (!is_answer(reply)) return;
  for (size_t i = 0; i < ARRAY_LEN(words); i++) {
    if (strcmp(reply->element[0]->str, words[i].word) != 0) continue;
    ret_answer->answer = words[i].answer;
    ret_answer->head = reply->element[1]->integer;
    ret_answer->written = reply->element[2]->integer;
    snprintf(ret_answer->note, sizeof ret_answer->note, "%s%s", words[i].note, reply->element[3]->str);
  }
}

/* ---- how large a reply may be ---- */
#if HIREDIS_MAJOR < 1
static void *(*make_list)(const redisReadTask *task, int count);

static void *make_bounded(const redisReadTask *task, int count) {
  return count > REDIS_ITEMS_MAX ? NULL : make_list(task, count);
}

void redis_reader_bound(redisReader *reader) {
  static redisReplyObjectFunctions bounded;
  if (make_list == NULL) {
    bounded = *reader->fn;
    make_list = bounded.createArray;
    bounded.createArray = make_bounded;
  }
  reader->fn = &bounded;
}
#else
void redis_reader_bound(redisReader *reader) {
  reader->maxelements = REDIS_ITEMS_MAX;
}
#endif
