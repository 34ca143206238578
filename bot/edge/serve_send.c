/* serve_send.c: rows of the outbox become actions on a link, and what becomes of them becomes results. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bot/base/fault.h"
#include "bot/base/log.h"
#include "bot/edge/serve_parts.h"
#include "bot/render.h"

enum { TRIES_MAX = 6, TRY_MS = 2000, TRY_MS_MAX = 300000 };

/* ---- giving a row back to the store ---- */
/* A question that is told anew in its place stays open: it will be edited again. */
static bool is_retold(const struct out *out) {
  return out->kind == OUT_EDIT && out->talk != NULL;
}

void serve_rides_free(struct rides *rides) {
  for (size_t i = 0; i < rides->count; i++) {
    free(rides->items[i].out);
    free(rides->items[i].message);
  }
  free(rides->items);
  *rides = (struct rides){0};
}

/* Takes the row. It joins the next commit; alone if nothing else leaves within SERVE_RIDE_MS. A message's name is for the edit
 * that closes its card, and is forgotten with it. */
static void ride(struct serve *serve, struct out *out, const char *message) {
  struct rides *rides = &serve->rides;
  const char *name = is_retold(out) ? NULL : out->name;
  if (rides->count == rides->capacity) {
    rides->capacity = rides->capacity == 0 ? 4 : 2 * rides->capacity;
    rides->items = reallocarray(rides->items, rides->capacity, sizeof *rides->items);
    assert(rides->items != NULL);
  }
  if (out->kind != OUT_SEND) message = NULL;
  if (rides->count == 0) serve->ride_ms = serve_system(serve) + SERVE_RIDE_MS;
  rides->items[rides->count++] = (struct ride){.out = out, .name = name, .message = message == NULL ? NULL : strdup(message)};
  if (name != NULL) free(message != NULL ? map_put(serve->names, name, strdup(message)) : map_drop(serve->names, name));
  serve_wake(serve, SERVE_RIDE_MS);
}

void serve_drop_row(struct serve *serve, struct outbox_row *row) {
  ride(serve, outbox_take(serve->outbox, row), NULL);
}

/* What the flows must hear of: a room that was made, a message that did not arrive. */
static void tell_flows(struct serve *serve, const struct out *out, enum action_result result, const char *message, const char *why) {
  struct text json;
  text_init(&json, RECORD_JSON_BYTES_MAX);
  record_encode(RECORD_OUT, out, &json);
  char id[120];
  (void)snprintf(id, sizeof id, "done/%s/%d", out->id, (int)result);
  struct event event = {.kind = EVENT_RESULT, .id = id, .workspace = out->workspace, .action = out->id, .result = result,
                        .new_message = message, .why = why, .payload = text_str(&json)};
  serve->options.ports->random(serve->options.who, event.seed, sizeof event.seed);
  (void)serve_turn(serve, &event, NULL);
  text_done(&json);
}

/* ---- one row to one action ---- */
static const char *user_in(const struct serve *serve, const char *person_id, const char *workspace) {
  const struct person *person = model_get(serve->model, RECORD_PERSON, person_id);
  for (size_t i = 0; person != NULL && i < person->accounts.count; i++) {
    if (strcmp(person->accounts.items[i].workspace, workspace) == 0) return person->accounts.items[i].user;
  }
  return NULL;
}

/* A question that was answered, asked again or ended since is not asked any more. */
static bool is_stale(const struct serve *serve, const struct out *out) {
  if (out->until_ms != 0 && out->until_ms < serve_now(serve)) return true;
  if (out->talk == NULL || (out->kind != OUT_SEND && !is_retold(out))) return false;
  const struct talk *talk = model_get(serve->model, RECORD_TALK, out->talk);
  return talk == NULL || talk->nonce != out->nonce || talk->state != TALK_OPEN;
}

static void fill_members(struct serve *serve, const struct out *out, struct arena *arena, struct action *action) {
  const char **members = arena_alloc(arena, (out->members.count + 1) * sizeof *members);
  for (size_t i = 0; i < out->members.count; i++) {
    const char *user = user_in(serve, out->members.items[i], out->workspace);
    if (user != NULL) members[action->member_count++] = user;
  }
  action->members = members;
}

static const enum action_kind kinds[OUT_KIND_MAX_] = {
    [OUT_SEND] = ACTION_SEND, [OUT_EDIT] = ACTION_EDIT, [OUT_DELETE] = ACTION_DELETE, [OUT_ROOM_OPEN] = ACTION_ROOM_OPEN,
    [OUT_HOME] = ACTION_HOME, [OUT_UPLOAD] = ACTION_UPLOAD};

static enum err hand_over(struct serve *serve, struct outbox_row *row, const struct capabilities *can, const char *message) {
  struct arena *arena = serve_scratch(serve);
  const struct out *out = row->opened == NULL ? row->out : render_relayed(row->out, row->opened, arena);
  struct txn *view = txn_new(serve->model, arena);
  struct card card = {0};
  const struct attachment *file = NULL;
  err_note_clear();
  int64_t file_max = row->no_file ? 0 : can->file_max;
  enum err err = out->kind == OUT_UPLOAD ? serve_file(serve, out, file_max, view, arena, &file, &out) : ERR_NONE;
  if (err != ERR_NONE) {
    arena_clear(arena);
    return err;
  }
  struct action action = {.kind = kinds[out->kind], .id = out->id, .order = out->order, .workspace = out->workspace, .room = out->room,
                          .message = message, .file = file, .first = !row->handed};
  render_card(out, view, serve->options.words, can, arena, &card);
  if (out->person != NULL) action.person = user_in(serve, out->person, out->workspace);
  if (out->kind == OUT_ROOM_OPEN) action.room_name = card.text;
  else action.card = &card;
  fill_members(serve, out, arena, &action);
  fault_point(FAULT_row_due);
  err_note_clear();
  err = serve->options.ports->act(serve->options.who, &action);
  if (err != ERR_NONE) files_drop(serve->files, out->id);
  row->opened = vault_wipe(row->opened);
  if (err == ERR_NONE) row->handed = true;
  if (err == ERR_NONE) fault_point(FAULT_action_sent);
  arena_clear(arena);
  return err;
}

static bool needs_name(const struct out *out) {
  return out->kind == OUT_EDIT || out->kind == OUT_DELETE;
}

/* It cannot arrive, however often it is tried: what stands behind it goes on, and somebody is told. */
static void give_up(struct serve *serve, struct outbox_row *row, const char *why) {
  struct out *out = outbox_take(serve->outbox, row);
  tell_flows(serve, out, RESULT_FAILED, NULL, why);
  free(out);
}

static void send_now(struct serve *serve, struct outbox_row *row, const struct capabilities *can, const char *message) {
  enum err err = hand_over(serve, row, can, message);
  if (err == ERR_NONE) {
    outbox_go(serve->outbox, row, OUTBOX_IN_FLIGHT);
  } else if (err == ERR_BAD_INPUT) {
    log_line(LOG_outbox_failed, "row=%s why=unfit note=\"%s\"", row->out->id, err_note_text());
    if (needs_name(row->out)) serve_drop_row(serve, row);
    else give_up(serve, row, "unfit");
  } else {
    outbox_wait(serve->outbox, row, serve_system(serve) + TRY_MS);
  }
}

/* True: its reader's working hours are not there yet. */
static bool hold_back(struct serve *serve, struct outbox_row *row) {
  int64_t early_ms = row->out->not_before_ms - serve_now(serve);
  bool early = row->out->not_before_ms != 0 && early_ms > 0;
  if (early) outbox_hold(serve->outbox, row, serve_system(serve) + early_ms);
  return early;
}

/* A question that is out of date may stand in somebody's chat all the same: it was handed over, and its result was lost with the
 * bot or the link. The adapter knows; without the message's id, the edit that closes the card would have nothing to name. */
static bool may_be_shown(const struct outbox_row *row) {
  return row->handed && !row->asked && row->out->kind == OUT_SEND && row->out->name != NULL;
}

static bool ask_if_shown(struct serve *serve, struct outbox_row *row) {
  row->asked = may_be_shown(row) && serve->options.ports->ask(serve->options.who, row->out->workspace, row->out->id);
  if (row->asked) outbox_go(serve->outbox, row, OUTBOX_IN_FLIGHT);
  return row->asked;
}

static void send_one(struct serve *serve, struct outbox_row *row) {
  const struct out *out = row->out;
  if (hold_back(serve, row)) return;
  const struct capabilities *can = out->workspace == NULL ? NULL : serve->options.ports->can(serve->options.who, out->workspace);
  const char *message = needs_name(out) ? map_get(serve->names, out->name) : NULL;
  bool unreachable = out->workspace == NULL || (out->person != NULL && user_in(serve, out->person, out->workspace) == NULL);
  bool stale = is_stale(serve, out);
  if (unreachable) {
    give_up(serve, row, "no_account");
  } else if (can == NULL && (!stale || may_be_shown(row))) {
    outbox_wait(serve->outbox, row, serve_system(serve) + TRY_MS); /* no link: looked at again when one comes up */
  } else if (stale && ask_if_shown(serve, row)) {
    /* its answer settles it */
  } else if (stale || (out->kind == OUT_EDIT && !can->edit)) {
    serve_drop_row(serve, row);
  } else if (needs_name(out) && message == NULL) {
    serve_fetch_name(serve, row);
  } else if (out->sealed != NULL && row->opened == NULL) {
    serve_fetch_words(serve, row);
  } else if (!serve_awaits_mark(serve, row)) {
    send_now(serve, row, can, message);
  }
}

void serve_send(struct serve *serve) {
  int64_t wait = -1;
  struct outbox_row *row;
  while (serve->phase == SERVE_READY && (row = outbox_next(serve->outbox, serve_system(serve), &wait)) != NULL) send_one(serve, row);
  if (wait >= 0) serve_wake(serve, wait);
}

/* ---- what became of it ---- */
void serve_finished(struct serve *serve, struct outbox_row *row, enum action_result result, const char *message, const char *why) {
  struct out *out = outbox_take(serve->outbox, row);
  bool matters = out->kind == OUT_ROOM_OPEN || (result != RESULT_SENT && (out->kind == OUT_SEND || out->kind == OUT_UPLOAD));
  if (result != RESULT_SENT) log_line(LOG_outbox_failed, "row=%s why=%s", out->id, why == NULL ? action_result_name(result) : why);
  if (matters) {
    tell_flows(serve, out, result, message, why);
    serve->options.ports->got(serve->options.who, out->workspace, out->id);
    free(out);
  } else {
    ride(serve, out, result == RESULT_SENT ? message : NULL);
  }
}

static void try_later(struct serve *serve, struct outbox_row *row, int64_t wait_ms) {
  outbox_wait(serve->outbox, row, serve_system(serve) + wait_ms);
  serve_wake(serve, wait_ms);
}

/* Not known: ask once, then send once more, then tell somebody. */
static void ambiguous(struct serve *serve, struct outbox_row *row) {
  if (!row->asked && serve->options.ports->ask(serve->options.who, row->out->workspace, row->out->id)) {
    row->asked = true;
  } else if (++row->tries <= 1) {
    try_later(serve, row, TRY_MS);
  } else {
    serve_finished(serve, row, RESULT_AMBIGUOUS, NULL, "ambiguous");
  }
}

/* Its link takes files, and this workspace does not: what goes without one goes instead. */
static void without_file(struct serve *serve, struct outbox_row *row, const struct link_frame *done) {
  bool helps = row->out->kind == OUT_UPLOAD && !row->no_file;
  row->no_file = true;
  if (helps) try_later(serve, row, 0);
  else serve_finished(serve, row, RESULT_UNSUPPORTED, NULL, done->why);
}

void serve_done(struct serve *serve, const struct link_frame *done) {
  struct outbox_row *row = serve->phase == SERVE_READY ? outbox_find(serve->outbox, done->id) : NULL;
  if (serve->phase != SERVE_READY) return;
  fault_point(FAULT_result_in);
  files_drop(serve->files, done->id);
  if (row == NULL) { /* settled before */
    serve->options.ports->got(serve->options.who, done->workspace == NULL ? "" : done->workspace, done->id);
    return;
  }
  int64_t backoff = TRY_MS << (row->tries < 7 ? row->tries : 7);
  switch (done->result) {
    case RESULT_LATER: try_later(serve, row, done->wait_ms > 0 ? done->wait_ms : TRY_MS); break;
    case RESULT_NOT_FOUND: try_later(serve, row, 0); break;
    case RESULT_AMBIGUOUS:
    case RESULT_CANNOT_TELL: ambiguous(serve, row); break;
    case RESULT_UNSUPPORTED: without_file(serve, row, done); break;
    case RESULT_FAILED:
      if (done->why != NULL && strcmp(done->why, "again") == 0 && ++row->tries < TRIES_MAX)
        try_later(serve, row, backoff < TRY_MS_MAX ? backoff : TRY_MS_MAX);
      else serve_finished(serve, row, RESULT_FAILED, NULL, done->why);
      break;
    default: serve_finished(serve, row, done->result, done->message, done->why);
  }
  serve_wake(serve, 0);
}
