/* store_redis_commit.c: turns become arguments of commit.lua; under load those that wait share one call. */
#include <stdlib.h>
#include <string.h>

#include "state/store_redis.h"

enum { COMMIT_CALLS_MAX = 2, GROUP_OPS_MAX = 2000, ARGUMENT_KIND = KEY_SCHEME + 1 }; /* Lua counts keys from one */

/* ---- one turn as arguments: see the head of commit.lua ---- */

static void op_pack_put(struct args *args, const struct store_op *op) {
  bool scheme = store_op_is_scheme(op);
  args_text(args, scheme ? "S" : "P");
  args_int(args, ARGUMENT_KIND + (int64_t)op->kind);
  args_text(args, op->id);
  args_add(args, op->data, op->bytes);
  if (scheme) args_text(args, store_op_demo(op) ? "1" : "0");
}

static void op_pack(struct args *args, const struct store_op *op) {
  switch (op->op) {
    case STORE_PUT: op_pack_put(args, op); return;
    case STORE_DROP:
      args_text(args, "D");
      args_int(args, ARGUMENT_KIND + (int64_t)op->kind);
      args_text(args, op->id);
      return;
    case STORE_SENT:
      args_text(args, "N");
      args_text(args, op->id);
      args_add(args, op->data, op->bytes);
      return;
    case STORE_KEEP:
      args_text(args, "K");
      args_text(args, op->id);
      args_int(args, op->version);
      args_add(args, op->data, op->bytes);
      return;
    case STORE_TAKE:
      args_text(args, "T");
      args_text(args, op->id);
      return;
    case STORE_AUDIT:
      args_text(args, "A");
      args_add(args, op->data, op->bytes);
      return;
    case STORE_WIPE: args_text(args, "W"); return;
  }
}

static void turn_pack(struct request *request, const struct store_commit *commit) {
  struct store_weight weight = store_commit_weight(commit);
  request->seq = commit->seq;
  request->day = store_day(commit->system_ms);
  request->ops = commit->op_count;
  request->bytes = weight.bytes;
  request->erases = weight.drops > 0 && weight.bytes <= weight.drops * STORE_ERASE_BYTES_MAX;
  args_int(&request->args, commit->seq);
  args_add(&request->args, commit->event_id, commit->event_id == NULL ? 0 : STORE_EVENT_ID_BYTES);
  args_int(&request->args, commit->now_ms);
  args_int(&request->args, (int64_t)commit->op_count);
  for (size_t i = 0; i < commit->op_count; i++) op_pack(&request->args, &commit->ops[i]);
}

void redis_commit(struct store *store, const struct store_commit *commit, store_done *done, void *who) {
  struct store_redis *redis = redis_of(store);
  struct request *request = request_new(redis, REQUEST_COMMIT, who);
  const char *flaw = store_commit_flaw(commit);
  request->answer.done = done;
  if (flaw == NULL) turn_pack(request, commit);
  else request_settle(request, STORE_BROKEN, -1, flaw);
  request_enqueue(redis, request);
}

/* ---- the answer for a group ---- */

/* Of the turns behind the refused one: they are in the same call, so Redis did not even look at them. */
static enum store_answer answer_behind(enum store_answer refusal) {
  return refusal == STORE_FENCED || refusal == STORE_NOT_STORED ? refusal : STORE_SEQ;
}

/* OK speaks of every turn, a refusal of the turn behind those that were written: an answer of another kind is not believed. */
static void believe(struct redis_answer *answer, size_t turns) {
  int64_t most = answer->answer == STORE_OK ? (int64_t)turns : (int64_t)turns - 1, least = answer->answer == STORE_OK ? most : 0;
  if (answer->written >= least && answer->written <= most) return;
  *answer = (struct redis_answer){STORE_BROKEN, -1, 0, "Redis counts other turns than it was given: is its function of another version?"};
}

static void on_commit(struct store_redis *redis, const struct flight *flight, const redisReply *reply) {
  struct redis_answer answer;
  redis_answer_read(reply, &answer);
  believe(&answer, flight->count);
  struct request *request = flight->request;
  redis->commit_calls--;
  if (answer.answer == STORE_FENCED) redis->fence_state = FENCE_NONE;
  redis_trouble_set(redis, answer.answer == STORE_NOT_STORED ? answer.note : "");
  for (size_t i = 0; i < flight->count; i++, request = request->next) {
    if (answer.answer == STORE_OK || (int64_t)i < answer.written) request_settle(request, STORE_OK, request->seq, NULL);
    else if ((int64_t)i == answer.written) request_settle(request, answer.answer, answer.head, answer.note);
    else request_settle(request, answer_behind(answer.answer), answer.head, "a turn before it was refused");
  }
}

/* ---- a group ---- */

bool redis_commit_may_fly(const struct store_redis *redis) {
  return redis->commit_calls < COMMIT_CALLS_MAX;
}

/* A call has one set of keys for its day, and turns whose seqs do not follow each other would refuse one another. */
static bool may_join(const struct request *before, const struct request *request, size_t ops, size_t bytes) {
  return request != NULL && request->kind == REQUEST_COMMIT && request->state == REQUEST_WAITING &&
         request->day == before->day && request->seq == before->seq + 1 &&
         ops + request->ops <= GROUP_OPS_MAX && bytes + request->bytes <= STORE_BYTES_MAX;
}

static size_t group_count(const struct request *first) {
  size_t count = 1, ops = first->ops, bytes = first->bytes;
  const struct request *last = first;
  while (count < STORE_TURNS_MAX && may_join(last, last->next, ops, bytes)) {
    last = last->next;
    ops += last->ops;
    bytes += last->bytes;
    count++;
  }
  return count;
}

/* A call that may run though memory is full has to earn it with each of its turns. */
static bool group_erases(const struct request *request, size_t count) {
  for (size_t i = 0; i < count; i++, request = request->next)
    if (!request->erases) return false;
  return true;
}

static void group_head(struct store_redis *redis, struct args *args, const struct request *first, size_t count) {
  char day_key[KEY_BYTES];
  redis_fcall(redis, args, group_erases(first, count) ? "mentord_erase_1" : "mentord_commit_1", KEY_MAX_);
  for (enum redis_key key = 0; key < KEY_MAX_; key++) {
    bool of_day = key >= KEY_SEEN && key < KEY_SEEN + STORE_SEEN_DAYS;
    if (of_day) redis_key_day(redis, first->day - (int64_t)(key - KEY_SEEN), day_key);
    args_text(args, of_day ? day_key : redis->keys[key]);
  }
  args_text(args, redis->fence);
  args_int(args, (int64_t)count);
}

bool redis_commit_send(struct store_redis *redis, struct request *first, struct request **ret_behind) {
  size_t count = group_count(first);
  const struct args *lists[1 + STORE_TURNS_MAX];
  struct args head = {.count = 0};
  struct request *request = first;
  group_head(redis, &head, first, count);
  lists[0] = &head;
  for (size_t i = 0; i < count; i++, request = request->next) {
    lists[1 + i] = &request->args;
    request->state = REQUEST_SENT;
  }
  redis->commit_calls++;
  struct flight flight = {.reply = on_commit, .request = first, .count = count};
  bool sent = redis_send(redis, lists, 1 + count, flight);
  args_done(&head);
  *ret_behind = request;
  return sent;
}
