/* slack_deeds.c: the bot's actions: in their order, each done once, and an honest answer when nobody knows. */
#include <stdlib.h>
#include <string.h>

#include "adapters/slack/slack_core.h"
#include "adapters/slack/slack_room.h"
#include "bot/base/fault.h"
#include "bot/base/log.h"
#include "bot/base/map.h"

enum { DONE_MAX = 8192, DEEDS_MAX = 60000, QUEUE_MS = 20000, DOUBT_MS = 5000, SETTLE_MS = 3000, PAST_MS = 3 * 24 * 3600 * 1000, ALIKE_MS = 600000,
       LOOKING_MAX = 8, LOOK_MS = 10000, NO_TOKEN_MS = 60000, UNKNOWN_MS = 1000, SCRATCH_BYTES_MAX = 2 * SLACK_ANSWER_BYTES_MAX };

enum deed_state {
  DEED_QUEUED,  /* another of its order runs */
  DEED_RUNS,    /* its calls go one after the other */
  DEED_LOOKS,   /* Slack is asked whether it was done */
  DEED_PAUSED,  /* part of it is done; the bot sends it again, and it goes on */
  DEED_UNCLEAR, /* it left, and no answer came */
  DEED_DONE
};

struct deed {
  struct deed *older, *newer;  /* done ones, oldest first */
  struct deed *follower;       /* borrowed: the next of its order */
  struct deed *next_asked;     /* borrowed: the next one that waits to be looked up */
  struct slack_deeds *deeds;   /* borrowed */
  struct slack_team *team;     /* borrowed */
  char *id;                    /* owned, as are the texts of its result */
  struct arena *arena;         /* owned; NULL once it is done */
  struct action action;        /* in the arena */
  struct slack_calls calls;    /* in the arena */
  size_t index;                /* the call that runs; those before it are done */
  struct slack_calls looks;    /* in the arena: the calls of looking it up */
  size_t look;                 /* the one that runs */
  const char *channel;         /* in the arena: where it is looked up */
  enum deed_state state;
  size_t guesses;              /* another process did it, and nobody knows for whom: so many persons are still to be tried */
  bool asked;                  /* the bot waits for what is looked up; else it goes on by itself */
  bool in_doubt;               /* an earlier process may have done it */
  bool room_in_doubt;          /* the same of a room, which is looked for only where its name is taken */
  bool counted;                /* among its team's look-ups that nobody waits for */
  bool plain;                  /* its blocks were refused once */
  int64_t since_ms;            /* by the wall's clock: nothing of it left before */
  int64_t unclear_ms;
  struct slack_errand *errand; /* borrowed while it waits for Slack */
  struct slack_file *file;     /* borrowed while an upload is under way */
  enum action_result result;
  char *message, *why;
};

struct slack_deeds {
  struct slack *slack;         /* borrowed */
  struct map *by_id;
  struct map *orders;          /* the last deed of each order that is not done */
  struct deed *oldest, *newest; /* done: owned */
  size_t done_count;
  struct deed *asked;          /* wait until Slack has settled */
  struct arena *scratch;
  uv_timer_t timer;
};

static void begin(struct deed *deed);

/* ---- telling ---- */

static void tell(struct deed *deed, enum action_result result, int64_t wait_ms) {
  struct link_frame done = {.line = LINE_DONE, .id = deed->id, .workspace = deed->team->config->id, .result = result, .wait_ms = wait_ms};
  if (result == RESULT_SENT) done.message = deed->message;
  if (result == RESULT_FAILED) done.why = deed->why == NULL ? "broken" : deed->why;
  slack_link_done(deed->deeds->slack, &done);
}

/* ---- orders ---- */

static const char *order_of(const struct deed *deed) {
  return deed->action.order;
}

/* True: it may begin now. */
static bool line_up(struct deed *deed) {
  struct deed *last = order_of(deed) == NULL ? NULL : map_put(deed->deeds->orders, order_of(deed), deed);
  if (last != NULL) last->follower = deed;
  return last == NULL;
}

static void let_next(struct deed *deed) {
  struct slack_deeds *deeds = deed->deeds;
  struct deed *next = deed->follower;
  deed->follower = NULL;
  if (order_of(deed) != NULL && map_get(deeds->orders, order_of(deed)) == deed) (void)map_drop(deeds->orders, order_of(deed));
  if (next != NULL) begin(next);
}

/* ---- ends ---- */

static void deed_free(struct deed *deed) {
  deed->errand = slack_errand_stop(deed->errand);
  deed->file = slack_file_stop(deed->file);
  arena_free(deed->arena);
  free(deed->message);
  free(deed->why);
  free(deed->id);
  free(deed);
}

static void forget(struct deed *deed) {
  (void)map_drop(deed->deeds->by_id, deed->id);
  deed_free(deed);
}

static void unlink_done(struct deed *deed) {
  struct slack_deeds *deeds = deed->deeds;
  *(deed->older == NULL ? &deeds->oldest : &deed->older->newer) = deed->newer;
  *(deed->newer == NULL ? &deeds->newest : &deed->newer->older) = deed->older;
  deeds->done_count--;
}

/* Kept also after `got`: a bot that is started again may not know that it said so. */
static void remember(struct deed *deed) {
  struct slack_deeds *deeds = deed->deeds;
  deed->state = DEED_DONE;
  deed->older = deeds->newest;
  *(deeds->newest == NULL ? &deeds->oldest : &deeds->newest->newer) = deed;
  deeds->newest = deed;
  if (++deeds->done_count <= DONE_MAX) return;
  struct deed *oldest = deeds->oldest;
  unlink_done(oldest);
  forget(oldest);
}

static void set_text(char **slot, const char *text) {
  char *copy = text == NULL ? NULL : strdup(text);
  free(*slot);
  *slot = copy;
}

static void finish(struct deed *deed, enum action_result result, const char *why) {
  deed->result = result;
  set_text(&deed->why, why);
  tell(deed, result, 0);
  let_next(deed);
  deed->arena = arena_free(deed->arena);
  memset(&deed->action, 0, sizeof deed->action);
  remember(deed);
}

static void unclear(struct deed *deed) {
  deed->state = DEED_UNCLEAR;
  deed->unclear_ms = slack_now_ms();
  tell(deed, RESULT_AMBIGUOUS, 0);
  let_next(deed);
}

/* What was done of it stays done. Of one that was only looked up nobody knows more than before. */
static void later(struct deed *deed, int64_t wait_ms) {
  bool unknown = deed->state == DEED_LOOKS || deed->in_doubt || deed->room_in_doubt;
  tell(deed, RESULT_LATER, wait_ms < 1000 ? 1000 : wait_ms);
  let_next(deed);
  deed->state = unknown ? DEED_UNCLEAR : DEED_PAUSED;
  if (deed->index > 0) return;
  if (!unknown) slack_lately_put_off(deed->team->lately, deed->id);
  forget(deed);
}

/* ---- calls, one after another ---- */

static void run_call(struct deed *deed);
static void look_up(struct deed *deed, bool asked);

static void note_trouble(struct deed *deed, const struct slack_call *call, const struct slack_answer *answer) {
  if (answer->say != NULL) slack_refused(deed->team, answer->error == NULL ? "refused" : answer->error, answer->say);
  if (answer->result == RESULT_FAILED)
    log_line(LOG_outbox_failed, "row=%s method=%s error=%s detail=\"%s\"", deed->id, slack_method_name(call->method), answer->error == NULL ? "-" : answer->error,
             answer->detail == NULL ? "" : answer->detail);
}

static void went_well(struct deed *deed, const struct slack_answer *answer) {
  if (answer->message != NULL) set_text(&deed->message, answer->message);
  if (deed->calls.calls[deed->index].to_person) slack_lately_note_dm(deed->team->lately, answer->channel);
  if (++deed->index == deed->calls.count) {
    finish(deed, RESULT_SENT, NULL);
    return;
  }
  deed->plain = false;
  if (answer->channel != NULL) slack_out_take(&deed->calls.calls[deed->index], arena_text(deed->arena, answer->channel));
  run_call(deed);
}

static bool may_repeat(enum slack_method method) {
#define AS_CASE(name, text, minute, again) case SLACK_##name: return again;
  switch (method) { SLACK_METHOD_LIST(AS_CASE) default: return false; }
#undef AS_CASE
}

static bool waits_for_it(const struct deed *deed) {
  const char *ids[] = {deed->action.person, deed->action.room, deed->action.only};
  for (size_t i = 0; i < ARRAY_LEN(ids); i++)
    if (slack_lately_waits(deed->team->lately, ids[i], slack_now_ms())) return true;
  return false;
}

static void put_into_thread(struct deed *deed, struct slack_call *call) {
  const char *thread_ts = slack_lately_thread(deed->team->lately, deed->action.person, slack_now_ms());
  if (thread_ts != NULL) slack_out_into_thread(call, arena_text(deed->arena, thread_ts));
}

/* ---- a room whose name is taken ---- */

static void try_next_name(struct deed *deed) {
  if (slack_room_rename(&deed->calls.calls[deed->index], deed->arena)) run_call(deed);
  else finish(deed, RESULT_FAILED, "name_taken");
}

/* Where nobody can tell, no second room is made. */
static void on_rooms(void *who, const struct slack_http *http) {
  struct deed *deed = who;
  struct slack_answer answer;
  const struct slack_call call = {.method = SLACK_ROOMS};
  deed->errand = NULL;
  arena_clear(deed->deeds->scratch);
  slack_room_found(&deed->action, deed->team->self.bot_user, slack_wall_ms() - PAST_MS, http, deed->deeds->scratch, &answer);
  note_trouble(deed, &call, &answer);
  if (answer.result == RESULT_SENT) went_well(deed, &answer);
  else if (answer.result == RESULT_NOT_FOUND) try_next_name(deed);
  else if (answer.result == RESULT_LATER) later(deed, answer.no_token ? NO_TOKEN_MS : answer.wait_ms);
  else finish(deed, RESULT_FAILED, "cannot_tell");
}

/* An earlier process may have made it, or this one without hearing so; else somebody else has it. */
static void meet_taken_name(struct deed *deed) {
  struct slack_call call;
  if (!deed->room_in_doubt) {
    try_next_name(deed);
    return;
  }
  slack_room_look(&call);
  call.interactive = waits_for_it(deed);
  deed->errand = slack_errand_add(deed->team, &call, on_rooms, deed);
}

/* ---- answers ---- */

static void on_answer(void *who, const struct slack_http *http) {
  struct deed *deed = who;
  struct slack_call *call = &deed->calls.calls[deed->index];
  struct slack_answer answer = {0};
  deed->errand = NULL;
  arena_clear(deed->deeds->scratch);
  slack_answer_read(call, http, deed->deeds->scratch, &answer);
  note_trouble(deed, call, &answer);
  if (answer.result == RESULT_SENT) went_well(deed, &answer);
  else if (answer.no_token) later(deed, NO_TOKEN_MS);
  else if (call->method == SLACK_CREATE && answer.error != NULL && strcmp(answer.error, "name_taken") == 0) meet_taken_name(deed);
  else if (answer.try_plain && !deed->plain && slack_out_plain(call)) {
    deed->plain = true;
    run_call(deed);
  } else if (answer.try_outside && slack_out_outside(call)) {
    slack_lately_leave_thread(deed->team->lately, deed->action.person); /* it was deleted since */
    run_call(deed);
  } else if (answer.result == RESULT_LATER) later(deed, answer.wait_ms);
  else if (answer.result == RESULT_AMBIGUOUS && may_repeat(call->method)) later(deed, 2000);
  else if (answer.result == RESULT_AMBIGUOUS) unclear(deed);
  else finish(deed, answer.result, answer.why);
}

static void run_call(struct deed *deed) {
  struct slack_call *call = &deed->calls.calls[deed->index];
  call->interactive = call->interactive || waits_for_it(deed);
  put_into_thread(deed, call);
  deed->state = DEED_RUNS;
  deed->errand = slack_errand_add(deed->team, call, on_answer, deed);
}

static void on_file(void *who, enum slack_method method, const struct slack_answer *end) {
  struct deed *deed = who;
  const struct slack_call call = {.method = method};
  deed->file = NULL;
  note_trouble(deed, &call, end);
  if (end->result == RESULT_LATER) later(deed, end->wait_ms);
  else if (end->result == RESULT_AMBIGUOUS) unclear(deed);
  else {
    set_text(&deed->message, end->message);
    finish(deed, end->result, end->why);
  }
}

static void send_file(struct deed *deed) {
  deed->state = DEED_RUNS;
  deed->file = slack_files_add(deed->team, &deed->action, deed->arena, waits_for_it(deed), on_file, deed);
}

static void start(struct deed *deed) {
  slack_out_action(&deed->action, slack_wall_ms(), deed->arena, &deed->calls);
  if (deed->since_ms == 0) deed->since_ms = slack_wall_ms();
  if (deed->action.kind == ACTION_UPLOAD && deed->calls.result == RESULT_SENT) {
    send_file(deed);
    return;
  }
  if (deed->index >= deed->calls.count) { /* none, or an earlier process cut it into fewer messages */
    finish(deed, deed->calls.result, deed->calls.why);
    return;
  }
  bool bulk = deed->calls.count == 1 && !deed->calls.calls[0].interactive && !waits_for_it(deed);
  if (bulk && slack_errands_wait_ms(deed->team) > QUEUE_MS) later(deed, QUEUE_MS + (int64_t)(slack_chance() * QUEUE_MS));
  else run_call(deed);
}

static void go_on(struct deed *deed) {
  if (deed->index > 0 && deed->calls.count > 0) run_call(deed);
  else start(deed);
}

/* An edit is made again without harm; what follows behind a long one is not. */
static bool may_stand_there(struct deed *deed) {
  if (deed->action.kind == ACTION_SEND || deed->action.kind == ACTION_FORM || deed->action.kind == ACTION_UPLOAD) return true;
  if (deed->action.kind != ACTION_EDIT) return false;
  struct slack_calls calls;
  slack_out_action(&deed->action, slack_wall_ms(), deed->arena, &calls);
  return calls.count > 1;
}

static void begin(struct deed *deed) {
  bool look = deed->in_doubt && may_stand_there(deed);
  deed->room_in_doubt = deed->in_doubt && deed->action.kind == ACTION_ROOM_OPEN;
  if (!look) deed->in_doubt = false;
  if (look) look_up(deed, false);
  else go_on(deed);
}

/* ---- was it done? ---- */

/* The bot asks because somebody answered a message it does not know the id of: it stands in the chat of one of the last persons
 * who did something. */
static bool guess(struct deed *deed) {
  while (deed->guesses > 0) {
    const char *person = slack_lately_recent(deed->team->lately, --deed->guesses);
    if (person == NULL) continue;
    deed->action.person = arena_text(deed->arena, person);
    look_up(deed, true);
    return true;
  }
  return false;
}

/* It comes again, if it is still wanted; what was done of it is then not done twice. */
static void tell_not_found(struct deed *deed, bool surely) {
  tell(deed, surely ? RESULT_NOT_FOUND : RESULT_CANNOT_TELL, 0);
  let_next(deed);
  deed->state = surely ? DEED_PAUSED : DEED_UNCLEAR;
  if (deed->index > 0 && deed->action.card != NULL) return;
  if (surely) slack_lately_put_off(deed->team->lately, deed->id);
  forget(deed);
}

/* A file that an earlier process sent off may not be seen yet. Whoever wanted it hears when nobody can tell, and can ask for it once more. */
static bool may_still_come(struct deed *deed, const struct slack_answer *answer) {
  int64_t wait_ms = slack_files_settled_in_ms(deed->deeds->slack->files);
  if (deed->asked || deed->action.kind != ACTION_UPLOAD || answer->result == RESULT_SENT) return false;
  if (answer->result == RESULT_CANNOT_TELL) finish(deed, RESULT_FAILED, "cannot_tell");
  else if (wait_ms > 0) later(deed, wait_ms + 1000);
  return answer->result == RESULT_CANNOT_TELL || wait_ms > 0;
}

static void found(struct deed *deed, const struct slack_answer *answer) {
  if (may_still_come(deed, answer)) return;
  if (answer->result == RESULT_NOT_FOUND && answer->parts > deed->index) {
    deed->index = answer->parts;
    set_text(&deed->message, answer->message);
  }
  if (answer->result != RESULT_SENT && deed->index == 0 && guess(deed)) return;
  if (answer->result == RESULT_SENT) {
    set_text(&deed->message, answer->message);
    finish(deed, RESULT_SENT, NULL);
  } else if (!deed->asked) {
    deed->state = DEED_QUEUED;
    go_on(deed);
  } else {
    tell_not_found(deed, answer->result == RESULT_NOT_FOUND && deed->action.card != NULL);
  }
}

/* Slack did not say, and will in a while: until then nobody knows. */
static bool looks_again(struct deed *deed, const struct slack_answer *answer) {
  if (answer->result != RESULT_LATER || deed->asked) return false;
  later(deed, answer->wait_ms);
  return true;
}

/* It was taken from us since: until Slack lists it again it is not asked for each message. */
static void note_refusal(struct deed *deed, const struct slack_answer *answer) {
  bool missing = answer->error != NULL && strcmp(answer->error, "missing_scope") == 0;
  bool history = deed->looks.calls[deed->look].method == SLACK_HISTORY;
  if (missing && history && slack_out_asks_room(&deed->action)) deed->team->no_group_history = true;
}

/* Whose action nobody knows any more may have been a file. */
static void read_history(const struct deed *deed, const struct slack_http *http, struct slack_answer *ret_answer) {
  const struct action *action = &deed->action;
  int64_t since_ms = deed->since_ms == 0 ? slack_wall_ms() - ALIKE_MS : deed->since_ms;
  *ret_answer = (struct slack_answer){.result = RESULT_CANNOT_TELL};
  if (action->kind == ACTION_UPLOAD || action->card == NULL)
    slack_upload_found(action, deed->channel, deed->team->self.bot_user, since_ms, http, deed->deeds->scratch, ret_answer);
  if (action->kind != ACTION_UPLOAD && ret_answer->result != RESULT_SENT) slack_answer_found(deed->id, deed->channel, http, deed->deeds->scratch, ret_answer);
}

static void stop_counting(struct deed *deed) {
  deed->team->looking -= deed->counted;
  deed->counted = false;
}

static void on_looked(void *who, const struct slack_http *http) {
  struct deed *deed = who;
  struct slack_answer answer = {0};
  deed->errand = NULL;
  arena_clear(deed->deeds->scratch);
  struct slack_call *call = &deed->looks.calls[deed->look];
  bool last = deed->look + 1 == deed->looks.count;
  slack_answer_read(call, http, deed->deeds->scratch, &answer);
  if (last || answer.result != RESULT_SENT) {
    stop_counting(deed);
    if (looks_again(deed, &answer)) return;
    note_refusal(deed, &answer);
    if (last) read_history(deed, http, &answer);
    else answer.result = RESULT_CANNOT_TELL;
    found(deed, &answer);
    return;
  }
  call = &deed->looks.calls[++deed->look];
  deed->channel = arena_text(deed->arena, answer.channel);
  if (deed->channel != NULL) slack_out_take(call, deed->channel);
  deed->errand = slack_errand_add(deed->team, call, on_looked, deed);
}

static void look_up(struct deed *deed, bool asked) {
  int64_t since_ms = deed->since_ms == 0 ? slack_wall_ms() - PAST_MS : deed->since_ms - DOUBT_MS;
  bool hurried = asked || waits_for_it(deed), closed = deed->team->no_group_history && slack_out_asks_room(&deed->action);
  deed->asked = asked;
  if (closed || !slack_out_ask(&deed->action, since_ms, deed->arena, &deed->looks)) {
    deed->in_doubt = false;
    found(deed, &(struct slack_answer){.result = RESULT_CANNOT_TELL});
    return;
  }
  if (!hurried && deed->team->looking >= LOOKING_MAX) {
    later(deed, LOOK_MS + (int64_t)(slack_chance() * LOOK_MS));
    return;
  }
  deed->in_doubt = false;
  deed->state = DEED_LOOKS;
  deed->look = 0;
  deed->counted = !hurried;
  deed->team->looking += deed->counted;
  for (size_t i = 0; i < deed->looks.count; i++) deed->looks.calls[i].interactive = hurried;
  deed->channel = deed->action.kind == ACTION_EDIT ? deed->looks.calls[0].fields[0].value : deed->action.room;
  deed->errand = slack_errand_add(deed->team, &deed->looks.calls[0], on_looked, deed);
}

/* What left a moment ago may still be on its way into the history. */
static void on_timer(uv_timer_t *timer) {
  struct slack_deeds *deeds = timer->data;
  struct deed *asked = deeds->asked, *wait = NULL;
  int64_t now_ms = slack_now_ms();
  deeds->asked = NULL;
  while (asked != NULL) {
    struct deed *deed = asked;
    asked = deed->next_asked;
    deed->next_asked = NULL;
    if (now_ms - deed->unclear_ms >= SETTLE_MS) look_up(deed, true);
    else {
      deed->next_asked = wait;
      wait = deed;
    }
  }
  deeds->asked = wait;
  if (wait != NULL) (void)uv_timer_start(timer, on_timer, SETTLE_MS / 10, 0);
}

/* `ask` names no workspace: with several of them nobody can tell. */
static void ask_unknown(struct slack_deeds *deeds, const char *id) {
  if (deeds->slack->team_count != 1 || map_count(deeds->by_id) >= DEEDS_MAX) {
    slack_link_done(deeds->slack, &(struct link_frame){.line = LINE_DONE, .id = id, .result = RESULT_CANNOT_TELL});
    return;
  }
  struct deed *deed = calloc(1, sizeof *deed);
  assert(deed != NULL);
  *deed = (struct deed){.deeds = deeds, .team = &deeds->slack->teams[0], .id = strdup(id), .guesses = SLACK_RECENT_MAX, .asked = true,
                        .arena = arena_new(SLACK_OUT_ARENA_BYTES_MAX)};
  assert(deed->id != NULL);
  deed->action = (struct action){.kind = ACTION_SEND, .id = deed->id, .workspace = deed->team->config->id};
  (void)map_put(deeds->by_id, deed->id, deed);
  found(deed, &(struct slack_answer){.result = RESULT_CANNOT_TELL});
}

void slack_deeds_ask(struct slack_deeds *deeds, const char *id) {
  struct deed *deed = map_get(deeds->by_id, id);
  if (deed == NULL) {
    ask_unknown(deeds, id);
    return;
  }
  if (deed->state == DEED_DONE) tell(deed, deed->result, 0);
  if (deed->state != DEED_UNCLEAR) return; /* its answer is on the way */
  deed->state = DEED_LOOKS;
  deed->next_asked = deeds->asked;
  deeds->asked = deed;
  (void)uv_timer_start(&deeds->timer, on_timer, SETTLE_MS / 10, 0);
}

/* ---- actions ---- */

static struct deed *deed_new(struct slack_deeds *deeds, struct slack_team *team, const struct action *action) {
  struct link_frame frame = {.line = LINE_ACTION, .id = action->id, .workspace = action->workspace, .action = *action}, copy;
  struct deed *deed = calloc(1, sizeof *deed);
  assert(deed != NULL);
  *deed = (struct deed){.deeds = deeds, .team = team, .id = strdup(action->id), .arena = arena_new(SLACK_OUT_ARENA_BYTES_MAX + LINK_ARENA_BYTES_MAX)};
  assert(deed->id != NULL);
  link_frame_copy(&frame, deed->arena, &copy);
  deed->action = copy.action;
  return deed;
}

static void do_again(struct deed *deed) {
  if (deed->state == DEED_DONE) tell(deed, deed->result, 0);
  bool stands = deed->state == DEED_PAUSED || deed->state == DEED_UNCLEAR;
  if (!stands) return; /* it is under way */
  deed->in_doubt = deed->state == DEED_UNCLEAR;
  deed->state = DEED_QUEUED;
  if (line_up(deed)) begin(deed);
}

/* True, and answered: before we know which rights we have here no file is begun, and without them none. What goes in its place comes
 * under the same id. */
static bool refuse_file(struct slack *slack, struct slack_team *team, const struct action *action) {
  struct link_frame done = {.line = LINE_DONE, .id = action->id, .workspace = team->config->id, .result = RESULT_LATER, .wait_ms = UNKNOWN_MS};
  if (action->kind != ACTION_UPLOAD || (team->known && !team->no_files)) return false;
  if (team->no_files) done.result = RESULT_UNSUPPORTED;
  slack_link_done(slack, &done);
  return true;
}

void slack_deeds_do(struct slack_deeds *deeds, struct slack_team *team, const struct action *action) {
  struct deed *deed = map_get(deeds->by_id, action->id);
  fault_point(FAULT_action_heard);
  if (deed != NULL) {
    do_again(deed);
    return;
  }
  bool undone = action->first || slack_lately_take_put_off(team->lately, action->id); /* what was put off left the bot before */
  if (refuse_file(deeds->slack, team, action)) {
    if (undone) slack_lately_put_off(team->lately, action->id);
    return;
  }
  if (map_count(deeds->by_id) >= DEEDS_MAX) {
    if (undone) slack_lately_put_off(team->lately, action->id);
    slack_link_done(deeds->slack, &(struct link_frame){.line = LINE_DONE, .id = action->id, .workspace = team->config->id, .result = RESULT_LATER, .wait_ms = QUEUE_MS});
    return;
  }
  deed = deed_new(deeds, team, action);
  (void)map_put(deeds->by_id, deed->id, deed);
  deed->in_doubt = !undone; /* the process before this one may have done it, or this one so long ago that it forgot */
  if (line_up(deed)) begin(deed);
}

/* ---- life ---- */

struct slack_deeds *slack_deeds_new(struct slack *slack) {
  struct slack_deeds *deeds = calloc(1, sizeof *deeds);
  assert(deeds != NULL);
  *deeds = (struct slack_deeds){.slack = slack, .by_id = map_new(), .orders = map_new(), .scratch = arena_new(SCRATCH_BYTES_MAX)};
  (void)uv_timer_init(slack->loop, &deeds->timer);
  deeds->timer.data = deeds;
  return deeds;
}

static void free_one(void *deed) {
  deed_free(deed);
}

static void on_closed(uv_handle_t *handle) {
  struct slack_deeds *deeds = handle->data;
  arena_free(deeds->scratch);
  free(deeds);
}

struct slack_deeds *slack_deeds_free(struct slack_deeds *deeds) {
  if (deeds == NULL) return NULL;
  deeds->by_id = map_free(deeds->by_id, free_one);
  deeds->orders = map_free(deeds->orders, NULL);
  uv_close((uv_handle_t *)&deeds->timer, on_closed);
  return NULL;
}
