/* commands.c: fuzzes whole turns: arbitrary words, presses, forms and commands of arbitrary people on a small scheme.
 * An input is lines: who (a letter), how (a sign), what. "a>I want a mentor", "j/pairs", "a[0" presses the first offer of their
 * open talk, "a{t1.x.2.0" any button, "a(0,2" sends offers in as a form, "a=note=x" a form's field, "a#hi" speaks in a room,
 * "!" lets the next timer come, "a@gone" is news of the platform's, "a^1" is what became
 * of the last row but one, "a*clock_next" moves the demo's clock, "a~renamed" is news of a room, "C{…}" is a tool's entry. */
#include <string.h>

#include "bot/commands.h"
#include "bot/engine.h"
#include "tests/fuzz/kit/fuzz.h"
#include "tests/fuzz/kit/scheme.h"

enum { EVENTS_MAX = 60, VALUES_MAX = 8, DAY_MS = 86400000 };

struct playing {
  struct scheme_world *world; /* owned */
  struct arena *arena;        /* owned: the texts of the input */
};

/* ---- who and where ---- */
static const char *user_of(unsigned letter) {
  for (size_t i = 0; i < ARRAY_LEN(scheme_users); i++) {
    if ((unsigned char)scheme_users[i][0] == letter) return scheme_users[i];
  }
  return "stranger";
}

static struct event from(unsigned letter, enum event_kind kind) {
  const char *user = user_of(letter);
  return (struct event){.kind = kind, .workspace = SCHEME_WORKSPACE, .person = {.id = user, .name = user}, .room = {.kind = ROOM_DIRECT}};
}

/* ---- what ---- */
static const struct talk *open_talk(const struct playing *playing, const char *user) {
  const struct model *model = playing->world->model;
  const char *person = model_account(model, SCHEME_WORKSPACE, user);
  struct strs talks = person == NULL ? (struct strs){0} : model_find(model, INDEX_talk_person, person);
  for (size_t i = talks.count; i > 0; i--) {
    const struct talk *talk = model_get(model, RECORD_TALK, talks.items[i - 1]);
    if (talk->state == TALK_OPEN) return talk;
  }
  return NULL;
}

/* The button of their open talk with these words behind it; without a talk, the words alone. */
static const char *token(const struct playing *playing, const char *user, const char *words) {
  const struct talk *talk = open_talk(playing, user);
  if (talk == NULL) return words;
  return arena_format(playing->arena, "%s.%s.%lld.%s", talk->id, talk->step, (long long)talk->nonce, words);
}

static const char *form_token(const struct playing *playing, const char *user) {
  const struct talk *talk = open_talk(playing, user);
  return talk == NULL ? "t1.ask.1" : arena_format(playing->arena, "%s.%s.%lld", talk->id, talk->step, (long long)talk->nonce);
}

/* Offers chosen in a form come back as their tokens: "0,2". */
static void press_form(struct playing *playing, unsigned who, const char *text, bool tokens) {
  struct event event = from(who, EVENT_FORM);
  char **parts;
  size_t count = text_split(playing->arena, arena_text(playing->arena, text), ',', &parts);
  const char **values = arena_alloc(playing->arena, (count + 1) * sizeof *values);
  for (size_t i = 0; i < count; i++) values[i] = tokens ? token(playing, event.person.id, parts[i]) : parts[i];
  const struct field_value field = {.name = tokens ? "choices" : "text", .values = values, .value_count = count};
  event.button = form_token(playing, event.person.id);
  event.values = &field;
  event.value_count = 1;
  scheme_world_run(playing->world, &event);
}

static void say(struct playing *playing, unsigned who, const char *text, bool in_room) {
  struct event event = from(who, EVENT_TEXT);
  event.text = text;
  if (in_room) event.room.id = "lobby";
  if (in_room) event.room.kind = ROOM_PUBLIC;
  scheme_world_run(playing->world, &event);
}

static void command(struct playing *playing, unsigned who, const char *text) {
  struct event event = from(who, EVENT_COMMAND);
  size_t name = strcspn(text, " ");
  event.command = name == 0 ? "" : arena_text_n(playing->arena, text, name);
  event.args = text[name] == '\0' ? "" : text + name + 1;
  scheme_world_run(playing->world, &event);
}

static void press(struct playing *playing, unsigned who, const char *button) {
  struct event event = from(who, EVENT_PRESS);
  event.button = button;
  scheme_world_run(playing->world, &event);
}

static void news(struct playing *playing, unsigned who, enum event_kind kind, const char *change) {
  struct event event = from(who, kind);
  event.change = change;
  event.due_ms = playing->world->now_ms + DAY_MS;
  scheme_world_run(playing->world, &event);
}

/* The entry begins with its brace. */
static void control(struct playing *playing, struct piece piece) {
  struct event event = {.kind = EVENT_CONTROL};
  event.payload = piece_text((struct piece){piece.data + 1, piece.bytes - 1}, playing->arena);
  if (event.payload != NULL) scheme_world_run(playing->world, &event);
}

/* The same timer does not come twice. */
static void let_time_pass(struct playing *playing) {
  struct scheme_world *world = playing->world;
  struct due due, next;
  if (model_due(world->model, &due, 1) == 0 || due.ms - world->now_ms > INT64_C(60) * DAY_MS) return;
  if (due.ms > world->now_ms) world->now_ms = due.ms;
  struct event event = {.kind = EVENT_TIMER, .due_ms = due.ms};
  const char *id = arena_text(playing->arena, due.id);
  event.record = arena_format(playing->arena, "%s/%s", record_kind_name(due.kind), id);
  if (due.kind == RECORD_SCHEME) event = (struct event){.kind = EVENT_DEMO, .change = "clock_step", .due_ms = due.ms}; /* as the edge does */
  scheme_world_run(world, &event);
  if (model_due(world->model, &next, 1) == 1) FUZZ_MUST(next.ms != due.ms || strcmp(next.id, id) != 0, "%s comes for ever", id);
}

/* The row that stands so many before the last one. */
static const struct out *row_before(const struct playing *playing, unsigned before) {
  const struct txn_op *ops;
  size_t count = playing->world->last == NULL ? 0 : txn_ops(playing->world->last, &ops);
  for (; count > 0; count--) {
    if (ops[count - 1].kind == RECORD_OUT && ops[count - 1].op == TXN_PUT && before-- == 0) return ops[count - 1].record;
  }
  return NULL;
}

/* A room was made, a message was not delivered. */
static void tell_result(struct playing *playing, const char *text) {
  unsigned before = text[0] >= '0' && text[0] <= '9' ? (unsigned)(text[0] - '0') : 0;
  const struct out *out = row_before(playing, before);
  struct text json;
  if (out == NULL) return;
  text_init(&json, RECORD_JSON_BYTES_MAX);
  record_encode(RECORD_OUT, out, &json);
  struct event event = {.kind = EVENT_RESULT,
                        .workspace = SCHEME_WORKSPACE,
                        .action = arena_text(playing->arena, out->id),
                        .result = out->kind == OUT_ROOM_OPEN ? RESULT_SENT : RESULT_FAILED,
                        .why = text,
                        .new_message = text};
  event.payload = arena_text(playing->arena, text_str(&json));
  text_done(&json);
  scheme_world_run(playing->world, &event);
}

/* ---- one line ---- */
static void play_line(struct playing *playing, struct piece piece) {
  if (piece.bytes == 0) return;
  unsigned who = (unsigned char)piece.data[0], how = piece.bytes > 1 ? (unsigned char)piece.data[1] : ' ';
  size_t head = piece.bytes < 2 ? piece.bytes : 2;
  const char *text = piece_text((struct piece){piece.data + head, piece.bytes - head}, playing->arena);
  if (text == NULL) return;
  if (who == '!') {
    let_time_pass(playing);
    return;
  }
  if (who == 'C') {
    control(playing, piece);
    return;
  }
  switch (how) {
  case '>': say(playing, who, text, false); break;
  case '#': say(playing, who, text, true); break;
  case '/': command(playing, who, text); break;
  case '[': press(playing, who, token(playing, user_of(who), text)); break;
  case '{': press(playing, who, text); break;
  case '(': press_form(playing, who, text, true); break;
  case '=': press_form(playing, who, text, false); break;
  case '@': news(playing, who, EVENT_DIRECTORY, text); break;
  case '*': news(playing, who, EVENT_DEMO, text); break;
  case '~': news(playing, who, EVENT_ROOM, text); break;
  case '^': tell_result(playing, text); break;
  default: return;
  }
  FUZZ_MUST(playing->world->err == ERR_NONE || playing->world->err == ERR_BAD_INPUT, "%s: %s", err_name(playing->world->err), err_note_text());
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes) {
  struct feed feed = {(const char *)data, bytes};
  struct playing playing = {scheme_world_new(), arena_new(16 << 20)};
  for (int i = 0; i < EVENTS_MAX && feed.left > 0; i++) play_line(&playing, feed_until(&feed, '\n'));
  playing.arena = arena_free(playing.arena);
  playing.world = scheme_world_free(playing.world);
  return 0;
}
