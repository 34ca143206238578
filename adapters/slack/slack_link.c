/* slack_link.c: the bot's end: events go out as credit allows, an envelope is acknowledged once the bot has its event for good. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "adapters/slack/slack_core.h"
#include "adapters/slack/slack_names.h"
#include "bot/base/fault.h"
#include "bot/base/json.h"
#include "bot/base/log.h"

enum { ASK_MS = 1200 };

/* ---- acknowledging ---- */

/* To every connection that brought it, each under its own envelope; the short answer goes with the last one only. */
static void acknowledge(struct slack_team *team, struct slack_row *row, const char *reply) {
  struct slack_in in = row->in;
  for (size_t i = 0; i < row->envelope_count; i++) {
    CLEANUP(text_done) struct text frame;
    struct slack_calls calls = {0};
    bool last = i + 1 == row->envelope_count;
    text_init(&frame, 2 * SLACK_ACK_BYTES_MAX);
    in.envelope = row->envelopes[i].id;
    slack_out_ack(&in, last ? reply : NULL, row->arena, &frame, &calls);
    (void)slack_ears_say(team->slack, row->envelopes[i].connection, text_str(&frame), frame.length);
    slack_errands_send(team, &calls, false);
  }
  row->envelope_count = 0;
}

/* A command may be typed in the direct messages of two other people: there nothing would be seen of an answer. */
static const char *word_for(const struct slack_team *team, const struct slack_row *row, const char *reply) {
  const char *channel = row->in.event.room.id;
  if (row->answered || reply != NULL || row->in.source != SLACK_FROM_COMMAND) return row->answered ? NULL : reply;
  if (row->in.event.room.kind != ROOM_DIRECT || channel == NULL) return NULL;
  return slack_lately_is_dm(team->lately, channel) ? NULL : SLACK_WORD_ELSEWHERE;
}

static void hear_ack(struct slack *slack, const struct link_frame *frame) {
  for (size_t i = 0; i < slack->team_count; i++) {
    struct slack_row *row = slack_inbox_find(slack->teams[i].inbox, frame->id);
    if (row == NULL) continue;
    fault_point(FAULT_ack_heard);
    acknowledge(&slack->teams[i], row, word_for(&slack->teams[i], row, frame->reply));
    slack_inbox_drop(slack->teams[i].inbox, row);
    return;
  }
}

/* Somebody waits, and the bot did not store it in time: what Slack allows is said. What never left is forgotten, since they will
 * do it again; what left may still be stored. */
static void on_late(uv_timer_t *timer) {
  slack_link_late(timer->data);
}

void slack_link_late(struct slack_team *team) {
  int64_t now_ms = slack_now_ms(), next_ms;
  if (team->slack->stopping) return;
  for (;;) {
    struct slack_row *row = slack_inbox_late(team->inbox, now_ms, &next_ms);
    if (row == NULL) break;
    log_line(LOG_trouble, "workspace=%s event=%s note=\"the bot did not store it in time; its person was told to try again\"", team->config->id, row->in.event.id);
    acknowledge(team, row, team->slack->config->away);
    row->answered = true;
    if (!row->sent) slack_inbox_drop(team->inbox, row);
  }
  if (next_ms != INT64_MAX) (void)uv_timer_start(&team->late_timer, on_late, (uint64_t)(next_ms > now_ms ? next_ms - now_ms : 0), 0);
}

/* ---- who is it? ---- */

struct slack_question { /* about one person, for one event that is held meanwhile */
  struct slack_question *next, **slot; /* in the team's list */
  struct slack_team *team;  /* borrowed */
  char *event;              /* owned; its row may be gone by then */
  struct slack_errand *errand; /* borrowed until it is done */
  uv_timer_t timer;
};

static void on_question_closed(uv_handle_t *handle) {
  struct slack_question *question = handle->data;
  free(question->event);
  free(question);
}

static void drop_question(struct slack_question *question) {
  *question->slot = question->next;
  if (question->next != NULL) question->next->slot = question->slot;
  question->errand = slack_errand_stop(question->errand);
  uv_close((uv_handle_t *)&question->timer, on_question_closed);
}

static void answered(struct slack_question *question) {
  struct slack_team *team = question->team;
  struct slack_row *row = slack_inbox_find(team->inbox, question->event);
  drop_question(question);
  if (row == NULL) return;
  row->held = false;
  slack_link_pump(team);
}

static void on_person(void *who, const struct slack_http *http) {
  struct slack_question *question = who;
  struct slack_team *team = question->team;
  CLEANUP(json_freep) cJSON *json = NULL;
  CLEANUP(arena_freep) struct arena *arena = arena_new(SLACK_IN_ARENA_BYTES_MAX);
  struct slack_person person;
  bool read = http->status == 200 && json_parse(http->body, http->bytes, SLACK_ANSWER_BYTES_MAX, &json) == ERR_NONE;
  err_note_clear();
  if (read && slack_person_read(json_at(json, "user"), arena, &person)) slack_people_put(team->people, &person, slack_now_ms());
  question->errand = NULL;
  answered(question);
}

/* Slack is slow: the event goes without a name. The errand goes with the question. */
static void on_question_late(uv_timer_t *timer) {
  answered(timer->data);
}

/* Slack tells us of a hundred people a minute. Where it would tell too late, an event goes without a name at once. */
static bool can_be_told_in_time(const struct slack_team *team) {
  int64_t wait_ms = slack_errands_method_ms(team, SLACK_USER);
  return wait_ms == 0 || (wait_ms < ASK_MS && team->questions == NULL);
}

static void ask_who(struct slack_team *team, struct slack_row *row) {
  struct slack_call call = {.method = SLACK_USER, .interactive = true, .field_count = 2,
                            .fields = {{"user", row->in.event.person.id}, {"include_locale", "true"}}};
  struct slack_question *question = calloc(1, sizeof *question);
  assert(question != NULL);
  *question = (struct slack_question){.next = team->questions, .slot = &team->questions, .team = team};
  if (question->next != NULL) question->next->slot = &question->next;
  team->questions = question;
  question->event = strdup(row->in.event.id);
  assert(question->event != NULL);
  (void)uv_timer_init(team->slack->loop, &question->timer);
  question->timer.data = question;
  row->held = true;
  (void)uv_timer_start(&question->timer, on_question_late, ASK_MS, 0);
  question->errand = slack_errand_add(team, &call, on_person, question);
}

/* ---- events ---- */

static void set_aside(struct slack_team *team, struct slack_row *row) {
  log_line(LOG_event_refused, "event=%s kind=%s note=\"%s\"", row->in.event.id, event_kind_name(row->in.event.kind), err_note_text());
  err_note_clear();
  acknowledge(team, row, NULL);
  slack_inbox_drop(team->inbox, row);
}

void slack_link_pump(struct slack_team *team) {
  for (struct slack_row *row = slack_inbox_next(team->inbox); row != NULL; row = slack_inbox_next(team->inbox)) {
    struct event event = row->in.event;
    const struct slack_person *person = event.person.id == NULL ? NULL : slack_people_get(team->people, event.person.id);
    if (person != NULL) slack_person_into(person, &event);
    struct link_frame frame = {.line = LINE_EVENT, .id = event.id, .workspace = event.workspace, .event = event};
    err_note_clear();
    enum err err = team->slack->link == NULL ? ERR_AGAIN : link_server_send(team->slack->link, &frame);
    if (err == ERR_AGAIN || err == ERR_LIMITED) {
      err_note_clear();
      return;
    }
    if (err != ERR_NONE) {
      set_aside(team, row);
      continue;
    }
    fault_point(FAULT_event_sent);
    row->sent = true;
  }
}

/* In a direct message people may write in a thread, and look for the answer there until they do something elsewhere. */
static void note_person(struct slack_team *team, const struct slack_in *in) {
  const char *person = in->event.person.id;
  bool somewhere = in->event.kind == EVENT_TEXT || in->source == SLACK_FROM_MESSAGE || in->source == SLACK_FROM_COMMAND;
  if (somewhere) slack_lately_note_in(team->lately, person, in->event.room.kind == ROOM_DIRECT ? in->inner.thread_ts : NULL, slack_now_ms());
  else slack_lately_note(team->lately, person, slack_now_ms());
  slack_lately_note_recent(team->lately, person);
}

/* Takes the arena. */
static void take_event(struct slack_team *team, uint64_t connection, struct arena *arena, const struct slack_in *in) {
  struct slack_row *row = slack_inbox_find(team->inbox, in->event.id);
  note_person(team, in);
  bool ours = in->source == SLACK_FROM_EVENT || in->source == SLACK_FROM_MESSAGE;
  if (ours && in->event.room.kind == ROOM_DIRECT) slack_lately_note_dm(team->lately, in->event.room.id);
  slack_lately_note(team->lately, in->event.room.id, slack_now_ms());
  if (row != NULL) {
    log_line(LOG_event_repeat, "event=%s retry=%lld", in->event.id, (long long)in->retry);
    slack_inbox_again(row, in->envelope, connection);
    arena_free(arena);
    return;
  }
  row = slack_inbox_add(team->inbox, arena, in, connection, slack_now_ms());
  if (row == NULL) return; /* full: Slack brings it again */
  const char *person = row->in.event.person.id;
  if (person != NULL && slack_people_old(team->people, person, slack_now_ms()) && can_be_told_in_time(team)) ask_who(team, row);
  slack_link_pump(team);
  slack_link_late(team);
}

/* Without a bot the page of who has none would stay empty. */
static void show_first_page(struct slack_team *team, const struct slack_in *in, struct arena *arena) {
  struct slack_calls calls = {0};
  if (!in->home || team->slack->bots > 0) return;
  slack_out_home(in, arena, &calls);
  slack_errands_send(team, &calls, false);
}

static void say_notice(struct slack_team *team, const struct slack_in *in) {
  if (in->notice != NULL && in->say != NULL) slack_refused(team, in->notice, in->say);
}

static void take_rest(struct slack_team *team, uint64_t connection, struct arena *arena, const struct slack_in *in) {
  CLEANUP(text_done) struct text frame;
  struct slack_calls calls = {0}, more = {0};
  text_init(&frame, 2 * SLACK_ACK_BYTES_MAX);
  if (in->open_view != NULL) slack_out_open(in, arena, &calls);
  slack_errands_send(team, &calls, true); /* first of all: its trigger lives 3 seconds */
  if (in->envelope == NULL) {
    log_line(LOG_event_refused, "workspace=%s note=\"%s\"", team->config->id, in->why_none == NULL ? "" : in->why_none);
    return;
  }
  slack_out_ack(in, in->whisper, arena, &frame, &more);
  (void)slack_ears_say(team->slack, connection, text_str(&frame), frame.length);
  slack_errands_send(team, &more, false);
}

/* An app that is in several workspaces brings what happens in one of them on the connections of all. What happens where nobody
 * knows yet who we are is left: Slack brings it again. */
static bool is_of_other(struct slack_team *team, const struct slack_in *in, uint64_t connection, const char *frame, size_t bytes) {
  struct slack *slack = team->slack;
  for (size_t i = 0; i < slack->team_count && in->elsewhere != NULL; i++) {
    struct slack_team *other = &slack->teams[i];
    if (other == team || strcmp(strchr(other->config->id, '/') + 1, in->elsewhere) != 0) continue;
    if (other->known) slack_link_frame(other, connection, frame, bytes);
    return true;
  }
  return false;
}

void slack_link_frame(struct slack_team *team, uint64_t connection, const char *frame, size_t bytes) {
  struct arena *arena = arena_new(SLACK_IN_ARENA_BYTES_MAX);
  struct slack_in in;
  slack_in_read(frame, bytes, &team->self, slack_wall_ms(), arena, &in);
  if (is_of_other(team, &in, connection, frame, bytes)) {
    arena_free(arena);
    return;
  }
  if (in.person.id != NULL) slack_people_put(team->people, &in.person, slack_now_ms());
  say_notice(team, &in);
  show_first_page(team, &in, arena);
  if (in.kind == SLACK_IN_ENVELOPE && in.has_event) {
    take_event(team, connection, arena, &in);
    return;
  }
  if (in.kind == SLACK_IN_ENVELOPE || in.kind == SLACK_IN_GARBAGE) take_rest(team, connection, arena, &in);
  arena_free(arena);
}

void slack_link_stop(struct slack_team *team) {
  while (team->questions != NULL) drop_question(team->questions);
}

/* ---- the link's handlers ---- */

void slack_link_done(struct slack *slack, const struct link_frame *done) {
  if (slack->link == NULL) return;
  enum err err = link_server_send(slack->link, done);
  if (err == ERR_NONE) fault_point(FAULT_done_sent);
  err_note_clear(); /* the bot asks again, or sends it again under the same id */
}

static void on_frame(void *who, const struct link_frame *frame) {
  struct slack *slack = who;
  struct slack_team *team = frame->line == LINE_ACTION ? slack_team_named(slack, frame->workspace) : NULL;
  if (slack->stopping) return;
  switch (frame->line) {
    case LINE_ACK: hear_ack(slack, frame); break;
    case LINE_ACTION: if (team != NULL) slack_deeds_do(slack->deeds, team, &frame->action); break;
    case LINE_BLOB_IS: slack_files_piece(slack->files, frame); break;
    case LINE_ASK: slack_deeds_ask(slack->deeds, frame->id); break;
    default: break; /* got: results are kept by number, they are small; keeps: we have none */
  }
}

static void pump_all(struct slack *slack) {
  for (size_t i = 0; i < slack->team_count && !slack->stopping; i++) slack_link_pump(&slack->teams[i]);
}

static void on_up(void *who, const char *const *workspaces, size_t count) {
  struct slack *slack = who;
  slack_files_unlinked(slack->files); /* no file is put together across two connections */
  for (size_t i = 0; i < count; i++) {
    struct slack_team *team = slack_team_named(slack, workspaces[i]);
    if (team != NULL) slack_inbox_rewind(team->inbox);
    if (team != NULL) slack_tell_bot(team);
  }
  slack->bots++;
  pump_all(slack);
}

static void on_credit(void *who) {
  pump_all(who);
}

static void on_down(void *who) {
  struct slack *slack = who;
  slack->bots--;
  slack_files_unlinked(slack->files);
}

enum err slack_link_open(struct slack *slack) {
  static const struct link_server_handlers handlers = {.up = on_up, .frame = on_frame, .credit = on_credit, .down = on_down};
  struct link_workspace workspaces[SLACK_TEAMS_MAX];
  const struct slack_config *config = slack->config;
  for (size_t i = 0; i < config->team_count; i++) workspaces[i] = (struct link_workspace){.id = config->teams[i].id, .name = config->teams[i].name};
  struct link_server_options options = {.address = config->link, .token_file = config->link_token_file, .cert_file = config->link_cert_file,
                                        .key_file = config->link_key_file, .platform = "slack", .workspaces = workspaces,
                                        .workspace_count = config->team_count, .can = slack_can_now(slack)};
  return link_server_new(slack->context, slack->loop, &options, &handlers, slack, &slack->link);
}
