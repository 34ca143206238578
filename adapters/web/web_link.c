/* web_link.c: the bot's end: events go out as credit allows, actions are journaled before they are done. */
#include <stdlib.h>
#include <string.h>

#include "adapters/web/web_core.h"
#include "adapters/web/web_out.h"
#include "bot/base/fault.h"
#include "bot/base/log.h"

enum { CLOCK_JUMP_MS = 2000, FULL_WAIT_MS = 30000 };

static const struct capabilities can = {.buttons = 8, .select = true, .form = true, .edit = true, .ephemeral = true, .rooms = true,
                                        .text_max = 4000, .file_max = LINK_FILE_BYTES_MAX, .may_repeat_with_new_id = false};

/* ---- events ---- */

/* An event the link refuses can never be sent: it is set aside, or it would stand before all others for ever. */
static void set_aside(struct web *web, const struct event *event) {
  int64_t number;
  const char *change, *person;
  log_line(LOG_event_refused, "event=%s kind=%s note=\"%s\"", event->id, event_kind_name(event->kind), err_note_text());
  err_note_clear();
  if (web_events_ack(web->events, event->id, &number, &change, &person))
    web_note(web, &(struct web_line){.kind = WEB_LINE_ACK, .acked = number});
}

static void pump_workspace(struct web *web, size_t workspace) {
  for (;;) {
    const struct event *event = web_events_next(web->events, workspace);
    if (event == NULL) return;
    struct link_frame frame = {.line = LINE_EVENT, .id = event->id, .workspace = event->workspace, .event = *event};
    enum err err = link_server_send(web->link, &frame);
    if (err == ERR_LIMITED || err == ERR_AGAIN) {
      err_note_clear();
      return;
    }
    if (err == ERR_NONE) fault_point(FAULT_event_sent);
    if (err == ERR_NONE) web_events_sent(web->events, workspace);
    else set_aside(web, event);
  }
}

void web_link_pump(struct web *web) {
  for (size_t i = 0; i < web->play->workspace_count && web->link != NULL; i++) pump_workspace(web, i);
}

static void hear_ack(struct web *web, const struct link_frame *frame) {
  int64_t number;
  const char *change, *person;
  fault_point(FAULT_ack_heard);
  if (!web_events_ack(web->events, frame->id, &number, &change, &person)) return; /* acked before, or from before a reset */
  bool reset = change != NULL && strcmp(change, "reset") == 0;
  if (frame->reply != NULL) web_tell_toast_to(web, person, frame->reply);
  if (reset) web_restart(web); /* its ack stands in no journal: a crash before the new one is there repeats the reset */
  else web_note(web, &(struct web_line){.kind = WEB_LINE_ACK, .acked = number});
  web_everyone_moved(web->everyone, NULL);
}

/* ---- actions ---- */

static void send_done(struct web *web, struct link_frame *done) {
  if (web->link == NULL) return;
  done->line = LINE_DONE;
  enum err err = link_server_send(web->link, done);
  if (err == ERR_NONE) fault_point(FAULT_done_sent);
  else err_note_clear(); /* the bot asks again, or sends it again under the same id */
}

void web_link_answer(struct web *web, const char *action) {
  const struct web_outcome *outcome = web_rooms_outcome(web->rooms, action);
  if (outcome == NULL) return;
  send_done(web, &(struct link_frame){.id = action, .result = outcome->result, .message = outcome->message, .why = outcome->why});
}

static void hear_action(struct web *web, const struct link_frame *frame) {
  const struct action *action = &frame->action;
  fault_point(FAULT_action_heard);
  bool known = !web->restarting && web_rooms_outcome(web->rooms, action->id) != NULL; /* after a reset, ids begin anew */
  if (known) {
    web_link_answer(web, action->id);
    return;
  }
  if (web_out_change(web->rooms, action, web_wall_ms()).result == RESULT_UNSUPPORTED) {
    send_done(web, &(struct link_frame){.id = action->id, .result = RESULT_UNSUPPORTED});
    return;
  }
  if (web_journal_full(web->journal)) {
    send_done(web, &(struct link_frame){.id = action->id, .result = RESULT_LATER, .wait_ms = FULL_WAIT_MS});
    return;
  }
  CLEANUP(text_done) struct text json;
  text_init(&json, LINK_FRAME_BYTES_MAX);
  if (link_frame_encode(frame, &json) != ERR_NONE || json.full) { /* our escapes may be longer than theirs */
    send_done(web, &(struct link_frame){.id = action->id, .result = RESULT_FAILED, .why = "too_large"});
    return;
  }
  json.data[json.length - 1] = '\0'; /* its newline: it goes into a line of ours */
  if (!web_upload_takes(web, action, text_str(&json)))
    web_write(web, &(struct web_line){.kind = WEB_LINE_ACTION, .frame = text_str(&json)}, 0);
}

/* What came before it is on the disk by now. */
static void answer_ask(void *who, void *arg, bool lost) {
  struct web *web = who;
  char *action = arg;
  const struct web_outcome *outcome = lost ? NULL : web_rooms_outcome(web->rooms, action);
  if (outcome != NULL && outcome->result == RESULT_SENT) web_link_answer(web, action);
  else if (!lost) send_done(web, &(struct link_frame){.id = action, .result = RESULT_NOT_FOUND});
  free(action);
}

static void hear_ask(struct web *web, const struct link_frame *frame) {
  if (web_upload_holds(web, frame->id)) return; /* its done comes, or it comes again */
  char *action = strdup(frame->id);
  assert(action != NULL);
  web_journal_after(web->journal, answer_ask, action);
}

/* ---- the clock ---- */

/* The bot says the time again and again; only a jump, or another next thing, is news. */
static void hear_clock(struct web *web, const struct link_frame *frame) {
  const struct web_clock *clock = &web->rooms->clock;
  int64_t drift_ms = frame->now_ms - web_wall_ms() - clock->offset_ms;
  bool same_next = clock->next_ms == frame->next_ms && (clock->next == NULL) == (frame->next == NULL) &&
                   (frame->next == NULL || strcmp(clock->next, frame->next) == 0);
  if (clock->known && same_next && drift_ms > -CLOCK_JUMP_MS && drift_ms < CLOCK_JUMP_MS) return;
  web_note(web, &(struct web_line){.kind = WEB_LINE_CLOCK, .now_ms = frame->now_ms, .next_ms = frame->next_ms, .next = frame->next});
  web_tell_clock(web);
}

/* ---- the link's handlers ---- */

static void on_frame(void *who, const struct link_frame *frame) {
  struct web *web = who;
  if (web->stopping) return;
  switch (frame->line) {
    case LINE_ACK: hear_ack(web, frame); break;
    case LINE_ACTION: hear_action(web, frame); break;
    case LINE_ASK: hear_ask(web, frame); break;
    case LINE_BLOB_IS: web_upload_piece(web, frame); break;
    case LINE_CLOCK: hear_clock(web, frame); break;
    default: break; /* got: what is done stays in the journal anyway; keeps: we have none */
  }
}

static void on_up(void *who, const char *const *workspaces, size_t count) {
  struct web *web = who;
  for (size_t i = 0; i < count; i++)
    for (size_t w = 0; w < web->play->workspace_count; w++)
      if (strcmp(web->play->workspaces[w].id, workspaces[i]) == 0) web_events_rewind(web->events, w);
  web_upload_up(web, workspaces, count);
  web->bots++;
  web_tell_link(web);
  web_link_pump(web);
}

static void on_credit(void *who) {
  web_link_pump(who);
}

static void on_down(void *who) {
  struct web *web = who;
  if (web->stopping) return;
  web_upload_down(web);
  web->bots--;
  web_tell_link(web);
}

enum err web_link_open(struct web *web, const char *address) {
  static const struct link_server_handlers handlers = {.up = on_up, .frame = on_frame, .credit = on_credit, .down = on_down};
  struct link_server_options options = {.address = address, .platform = "web", .workspaces = web->play->workspaces,
                                        .workspace_count = web->play->workspace_count, .can = can, .demo = true};
  return link_server_new(web->context, web->loop, &options, &handlers, web, &web->link);
}
