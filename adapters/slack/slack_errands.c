/* slack_errands.c: calls of the Web API wait in two queues, who is waited for before bulk; those whose buckets let them fly. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "adapters/slack/slack_core.h"
#include "adapters/slack/slack_scopes.h"
#include "bot/base/log.h"

enum { BULK, HURRIED, FLYING_MAX = 16, FLYING_BULK_MAX = 10, BODY_BYTES_MAX = 1024 * 1024, TOTAL_MS = 10000, QUICK_MS = 2500,
       RAW_MS = 60000, WAIT_AGAIN_MS = 8000, AGE_MAX_MS = 20000, RETRY_DEFAULT_S = 5 };

struct slack_errand {
  struct slack_waiter waiter;           /* in its queue, while it waits */
  struct slack_errand *before, *behind; /* of those that fly */
  struct slack_team *team;    /* borrowed */
  int queue;
  bool flies, urgent;
  enum slack_method method;
  struct slack_wish wish;
  char *channel, *url;        /* owned; the wish borrows the channel */
  struct text body;           /* owned */
  bool is_json;
  const char *raw;            /* borrowed from the caller until done or stop; NULL: the body is what is sent */
  size_t raw_bytes;
  int64_t since_ms;
  struct http_call *call;     /* borrowed from http while it flies */
  slack_errand_done *done;    /* NULL: nobody waits for it */
  void *who;                  /* borrowed from the caller until done or stop */
};

/* ---- making one ---- */

static void add_encoded(struct text *text, const char *value) {
  static const bool plain[256] = {['a' ... 'z'] = true, ['A' ... 'Z'] = true, ['0' ... '9'] = true, ['-'] = true, ['.'] = true, ['_'] = true, ['~'] = true};
  static const char digits[] = "0123456789ABCDEF";
  char piece[192];
  size_t length = 0;
  for (const unsigned char *at = (const unsigned char *)value; *at != '\0'; at++) {
    if (plain[*at]) piece[length++] = (char)*at;
    else {
      piece[length++] = '%';
      piece[length++] = digits[*at >> 4];
      piece[length++] = digits[*at & 15];
    }
    if (length < sizeof piece - 3) continue;
    text_add_n(text, piece, length);
    length = 0;
  }
  text_add_n(text, piece, length);
}

static void fill_body(struct slack_errand *errand, const struct slack_call *call) {
  text_init(&errand->body, BODY_BYTES_MAX);
  if (call->json != NULL) text_add(&errand->body, call->json);
  for (size_t i = 0; call->json == NULL && i < call->field_count; i++) {
    if (call->fields[i].value == NULL) continue;
    if (errand->body.length > 0) text_add(&errand->body, "&");
    text_add(&errand->body, call->fields[i].name);
    text_add(&errand->body, "=");
    add_encoded(&errand->body, call->fields[i].value);
  }
}

static char *url_of(const struct slack_team *team, const struct slack_call *call) {
  char *url = NULL;
  if (call->url != NULL) url = strdup(call->url);
  else if (asprintf(&url, "%s%s", team->slack->api, slack_method_name(call->method)) < 0) url = NULL;
  assert(url != NULL);
  return url;
}

static struct slack_wish wish_for(const struct slack_team *team, enum slack_method method, bool interactive) {
  bool paced = !team->slack->unpaced;
  return (struct slack_wish){.method = method, .minute = paced ? slack_method_minute(method) : 0, .post = paced && method == SLACK_POST,
                             .interactive = interactive};
}

static struct slack_errand *errand_new(struct slack_team *team, const struct slack_call *call, slack_errand_done *done, void *who) {
  struct slack_errand *errand = calloc(1, sizeof *errand);
  assert(errand != NULL);
  *errand = (struct slack_errand){.team = team, .queue = call->interactive ? HURRIED : BULK, .method = call->method, .url = url_of(team, call),
                                  .is_json = call->json != NULL, .raw = call->raw, .raw_bytes = call->raw_bytes, .since_ms = slack_now_ms(), .done = done, .who = who};
  if (call->bucket != NULL) errand->channel = strdup(call->bucket);
  errand->wish = wish_for(team, call->method, call->interactive);
  errand->wish.channel = errand->channel;
  errand->waiter = (struct slack_waiter){.wish = &errand->wish, .owner = errand};
  fill_body(errand, call);
  return errand;
}

static void errand_free(struct slack_errand *errand) {
  explicit_bzero(errand->url, strlen(errand->url)); /* a response_url is a secret */
  free(errand->url);
  free(errand->channel);
  if (errand->body.data != NULL) explicit_bzero(errand->body.data, errand->body.length);
  text_done(&errand->body);
  free(errand);
}

/* ---- waiting and flying ---- */

static void wait_again(struct slack_errand *errand) {
  slack_queue_add(errand->team->queues[errand->queue], &errand->waiter);
}

static void wait_no_more(struct slack_errand *errand) {
  slack_queue_remove(errand->team->queues[errand->queue], &errand->waiter);
}

static void take_off(struct slack_errand *errand) {
  struct slack_team *team = errand->team;
  errand->flies = true;
  errand->before = NULL;
  errand->behind = team->flying;
  if (team->flying != NULL) team->flying->before = errand;
  team->flying = errand;
  team->flying_count++;
}

static void land(struct slack_errand *errand) {
  struct slack_team *team = errand->team;
  *(errand->before == NULL ? &team->flying : &errand->before->behind) = errand->behind;
  if (errand->behind != NULL) errand->behind->before = errand->before;
  team->flying_count--;
  errand->flies = false;
  errand->call = NULL;
}

/* ---- going, and coming back ---- */

static void finish(struct slack_errand *errand, const struct slack_http *http) {
  slack_errand_done *done = errand->done;
  void *who = errand->who;
  if (done != NULL) done(who, http);
  errand_free(errand);
}

/* It was surely not done: within some seconds it goes again by itself. */
static bool goes_again(struct slack_errand *errand, const struct slack_http *http) {
  int64_t now_ms = slack_now_ms(), wait_ms = http->retry_after_s * 1000;
  if (http->status != 429) return false;
  slack_buckets_slow(errand->team->buckets, &errand->wish, wait_ms, now_ms);
  if (errand->urgent || wait_ms > WAIT_AGAIN_MS || now_ms - errand->since_ms + wait_ms > AGE_MAX_MS) return false;
  wait_again(errand);
  return true;
}

static void on_answer(void *who, const struct http_answer *answer) {
  struct slack_errand *errand = who;
  struct slack_team *team = errand->team;
  char wait[16] = "", scopes[SLACK_SCOPES_BYTES];
  struct slack_http http = {.status = answer->status, .body = answer->body, .bytes = answer->bytes,
                            .note = answer->end == HTTP_ANSWERED ? NULL : answer->note};
  if (answer->end == HTTP_NEVER_LEFT) http.status = SLACK_NEVER_LEFT;
  if (answer->end == HTTP_MAY_HAVE_ARRIVED) http.status = SLACK_NO_ANSWER;
  if (http.status == 429) {
    http.retry_after_s = RETRY_DEFAULT_S;
    if (http_header(answer, "retry-after", wait, sizeof wait) && wait[0] >= '0' && wait[0] <= '9') http.retry_after_s = strtol(wait, NULL, 10);
  }
  if (errand->method == SLACK_AUTH && http_header(answer, "x-oauth-scopes", scopes, sizeof scopes)) http.scopes = scopes;
  land(errand);
  if (!goes_again(errand, &http)) finish(errand, &http);
  slack_errands_run(team);
}

static void go(struct slack_errand *errand) {
  struct slack_team *team = errand->team;
  bool elsewhere = errand->method == SLACK_RESPOND || errand->method == SLACK_FILE_BYTES; /* their address is their secret */
  struct http_ask ask = {.url = errand->url, .bearer = elsewhere ? NULL : team->bot_token, .type = errand->is_json ? "application/json; charset=utf-8" : NULL,
                         .body = text_str(&errand->body), .body_bytes = errand->body.length, .total_ms = errand->urgent ? QUICK_MS : TOTAL_MS,
                         .answer_bytes_max = SLACK_ANSWER_BYTES_MAX, .harmless = errand->method == SLACK_AUTH || errand->method == SLACK_USER};
  if (errand->raw != NULL)
    ask.body = errand->raw, ask.body_bytes = errand->raw_bytes, ask.lent = true, ask.type = "application/octet-stream", ask.total_ms = RAW_MS;
  err_note_clear();
  take_off(errand);
  enum err err = errand->body.full ? ERR_LIMITED : http_post(team->slack->http, &ask, on_answer, errand, &errand->call);
  if (err == ERR_NONE) return;
  log_line(LOG_trouble, "workspace=%s method=%s note=\"%s\"", team->config->id, slack_method_name(errand->method), err_note_text());
  err_note_clear();
  land(errand);
  finish(errand, &(struct slack_http){.status = SLACK_NEVER_LEFT, .body = ""});
}

static void on_timer(uv_timer_t *timer) {
  slack_errands_run(timer->data);
}

void slack_errands_run(struct slack_team *team) {
  int64_t now_ms = slack_now_ms(), wait_ms = INT64_MAX;
  for (int queue = HURRIED; queue >= BULK; queue--) {
    size_t most = queue == HURRIED ? FLYING_MAX : FLYING_BULK_MAX;
    while (!team->slack->stopping && team->flying_count < most) {
      struct slack_waiter *waiter = slack_queue_next(team->queues[queue], now_ms, &wait_ms);
      if (waiter == NULL) break;
      struct slack_errand *errand = waiter->owner;
      slack_buckets_take(team->buckets, &errand->wish, now_ms);
      wait_no_more(errand);
      go(errand);
    }
  }
  if (wait_ms != INT64_MAX && !team->slack->stopping) (void)uv_timer_start(&team->errands_timer, on_timer, (uint64_t)wait_ms, 0);
}

struct slack_errand *slack_errand_add(struct slack_team *team, const struct slack_call *call, slack_errand_done *done, void *who) {
  struct slack_errand *errand = errand_new(team, call, done, who);
  wait_again(errand);
  (void)uv_timer_start(&team->errands_timer, on_timer, 0, 0); /* from the loop: `done` is never called from within */
  return errand;
}

static void send_now(struct slack_team *team, const struct slack_call *call) {
  struct slack_errand *errand = errand_new(team, call, NULL, NULL);
  errand->urgent = true;
  slack_buckets_take(team->buckets, &errand->wish, slack_now_ms());
  go(errand);
}

void slack_errands_send(struct slack_team *team, const struct slack_calls *calls, bool now) {
  for (size_t i = 0; i < calls->count; i++) {
    if (now) send_now(team, &calls->calls[i]);
    else (void)slack_errand_add(team, &calls->calls[i], NULL, NULL);
  }
}

int64_t slack_errands_wait_ms(const struct slack_team *team) {
  const struct slack_wish wish = wish_for(team, SLACK_POST, false);
  return slack_buckets_estimate_ms(team->buckets, &wish, slack_queue_count(team->queues[BULK]));
}

int slack_errands_minute(const struct slack_team *team) {
  return team->slack->unpaced ? 0 : slack_buckets_posts_minute(team->buckets);
}

int64_t slack_errands_method_ms(const struct slack_team *team, enum slack_method method) {
  const struct slack_wish wish = wish_for(team, method, true);
  return slack_buckets_wait_ms(team->buckets, &wish, slack_now_ms());
}

struct slack_errand *slack_errand_stop(struct slack_errand *errand) {
  if (errand == NULL) return NULL;
  if (errand->flies) {
    errand->call = http_stop(errand->call);
    land(errand);
  } else {
    wait_no_more(errand);
  }
  errand_free(errand);
  return NULL;
}

void slack_errands_begin(struct slack_team *team) {
  team->buckets = slack_buckets_new(SLACK_METHOD_MAX_);
  for (int queue = BULK; queue <= HURRIED; queue++) team->queues[queue] = slack_queue_new(team->buckets, SLACK_METHOD_MAX_);
}

void slack_errands_stop(struct slack_team *team) {
  while (team->flying != NULL) (void)slack_errand_stop(team->flying);
  for (int queue = BULK; queue <= HURRIED; queue++) {
    struct slack_waiter *waiter;
    while ((waiter = slack_queue_any(team->queues[queue])) != NULL) (void)slack_errand_stop(waiter->owner);
  }
}

void slack_errands_end(struct slack_team *team) {
  for (int queue = BULK; queue <= HURRIED; queue++) team->queues[queue] = slack_queue_free(team->queues[queue]);
  team->buckets = slack_buckets_free(team->buckets);
}
