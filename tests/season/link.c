/* link.c: the adapter of a season: keeps each person's events in order until they are acknowledged, and answers actions now well, now badly. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bot/edge/event_copy.h"
#include "bot/edge/serve_parts.h"
#include "tests/season/checks.h"
#include "tests/season/tally.h"

/* ---- events the bot may commit, known by their hash ---- */
static void hash_hex(const uint8_t *hash, char ret_hex[2 * STORE_EVENT_ID_BYTES + 1]) {
  (void)sodium_bin2hex(ret_hex, 2 * STORE_EVENT_ID_BYTES + 1, hash, STORE_EVENT_ID_BYTES);
}

void link_know(struct season *season, const char *workspace, const char *id, int human, enum event_kind kind, const char *what) {
  uint8_t hash[STORE_EVENT_ID_BYTES];
  char hex[2 * STORE_EVENT_ID_BYTES + 1];
  serve_hash(season->serve, workspace, id, hash);
  hash_hex(hash, hex);
  if (map_get(season->known, hex) != NULL) return;
  struct known *known = calloc(1, sizeof *known);
  assert(known != NULL);
  *known = (struct known){.human = human, .kind = kind, .at_ms = season->now_ms};
  (void)snprintf(known->what, sizeof known->what, "%s %s %.60s", event_kind_name(kind), id, what);
  (void)map_put(season->known, hex, known);
}

struct known *link_known(const struct season *season, const uint8_t *hash) {
  char hex[2 * STORE_EVENT_ID_BYTES + 1];
  if (hash == NULL) return NULL;
  hash_hex(hash, hex);
  return map_get(season->known, hex);
}

/* ---- people to bot ---- */
static const char *what_of(const struct event *event) {
  if (event->text != NULL) return event->text;
  if (event->button != NULL) return event->button;
  return event->command != NULL ? event->command : event->change != NULL ? event->change : "";
}

void link_send_as(struct season *season, struct human *human, struct event *event, const char *id) {
  struct pending *pending = calloc(1, sizeof *pending), **at = &human->first;
  assert(pending != NULL);
  pending->arena = arena_new(1 << 20);
  event->id = id;
  event->workspace = human->workspace;
  event->at_ms = season->now_ms;
  pending->event = event_copy(pending->arena, event);
  link_know(season, event->workspace, id, (int)(human - season->humans), event->kind, what_of(event));
  while (*at != NULL) at = &(*at)->next;
  *at = pending;
  season->unsent++;
}

void link_send(struct season *season, struct human *human, struct event *event) {
  char id[40];
  (void)snprintf(id, sizeof id, "ev%llu", (unsigned long long)++season->event_count);
  link_send_as(season, human, event, id);
}

static struct pending *next_unsent(const struct human *human) {
  struct pending *pending = human->first;
  while (pending != NULL && pending->sent) pending = pending->next;
  return pending;
}

bool link_can_deliver(const struct season *season) {
  return season->serving && !season->link_down && season->unsent > 0;
}

size_t link_pending(const struct season *season) {
  size_t count = 0;
  for (size_t i = 0; i < HUMANS; i++) {
    for (const struct pending *pending = season->humans[i].first; pending != NULL; pending = pending->next) count++;
  }
  return count;
}

static void hand_over(struct season *season, const struct event *event) {
  season->turns++;
  serve_event(season->serve, event, NULL, 0);
}

/* An adapter that lost its notes sends what was acknowledged long ago. */
static void deliver_old(struct season *season, const struct human *human) {
  const struct event *old = human->old[chance_below(&season->odds, OLD_EVENTS)];
  if (old == NULL || season->now_ms - old->at_ms > 2 * DAY_MS) return;
  tally_count(season, COUNT_AGAIN);
  hand_over(season, old);
}

/* People in any order, each in their own. */
void link_deliver(struct season *season) {
  struct human *ready[HUMANS];
  size_t count = 0;
  for (size_t i = 0; i < HUMANS; i++) {
    if (next_unsent(&season->humans[i]) != NULL) ready[count++] = &season->humans[i];
  }
  struct human *human = ready[chance_below(&season->odds, count)];
  struct pending *pending = next_unsent(human);
  pending->sent = true;
  season->unsent--;
  bool twice = season->misbehaves && chance_percent(&season->odds, 3);
  struct arena *arena = arena_new(1 << 20);
  const struct event *copy = event_copy(arena, pending->event); /* an acknowledgement frees the original */
  hand_over(season, copy);
  if (twice && season->serving) {
    tally_count(season, COUNT_TWICE);
    hand_over(season, copy);
  }
  if (season->misbehaves && season->serving && chance_percent(&season->odds, 2)) deliver_old(season, human);
  (void)arena_free(arena);
}

static void keep_old(struct human *human, struct pending *pending) {
  human->old_at = (human->old_at + 1) % OLD_EVENTS;
  (void)arena_free(human->old_arenas[human->old_at]);
  human->old_arenas[human->old_at] = pending->arena;
  human->old[human->old_at] = pending->event;
  free(pending);
}

static void port_ack(void *who, const char *workspace, const char *event_id, const char *reply) {
  struct season *season = who;
  for (size_t i = 0; i < HUMANS; i++) {
    for (struct pending **at = &season->humans[i].first; *at != NULL; at = &(*at)->next) {
      struct pending *pending = *at;
      if (strcmp(pending->event->id, event_id) != 0) continue;
      checks_acked(season, workspace, event_id, reply);
      if (reply != NULL && strncmp(reply, "I have had that already", 23) == 0) tally_count(season, COUNT_LEFT);
      *at = pending->next;
      season->unsent -= !pending->sent; /* the link was lost since */
      keep_old(&season->humans[i], pending);
      return;
    }
  }
}

void link_up(struct season *season) {
  serve_link_up(season->serve, CITY);
  serve_link_up(season->serve, COUNTY);
}

void link_lost(struct season *season) {
  for (size_t i = 0; i < HUMANS; i++) {
    for (struct pending *pending = season->humans[i].first; pending != NULL; pending = pending->next) {
      season->unsent += pending->sent;
      pending->sent = false;
    }
  }
  checks_link_lost(season);
}

/* ---- bot to people ---- */
static char *copy(const char *text) {
  return text == NULL ? NULL : strdup(text);
}

static struct button *copy_buttons(const struct card_choice *choices, size_t count) {
  struct button *buttons = calloc(count + 1, sizeof *buttons);
  assert(buttons != NULL);
  for (size_t i = 0; i < count; i++) buttons[i] = (struct button){copy(choices[i].token), copy(choices[i].label)};
  return buttons;
}

static void free_buttons(struct button *buttons, size_t count) {
  for (size_t i = 0; i < count; i++) {
    free(buttons[i].token);
    free(buttons[i].label);
  }
  free(buttons);
}

static void drop_shown(struct shown *shown) {
  free_buttons(shown->choices, shown->choice_count);
  free_buttons(shown->extras, shown->extra_count);
  free(shown->message);
  free(shown->key);
  free(shown->input_token);
  *shown = (struct shown){0};
}

static void push_shown(struct shown *shown, const struct card *card, const char *message) {
  drop_shown(&shown[CARDS_KEPT - 1]);
  memmove(shown + 1, shown, (CARDS_KEPT - 1) * sizeof *shown);
  *shown = (struct shown){.message = copy(message), .key = copy(card->key), .input_token = copy(card->input_token), .input = (int)card->input,
                          .choose_max = card->choose_max, .chars_max = card->input_chars_max,
                          .choices = copy_buttons(card->choices, card->choice_count), .choice_count = card->choice_count,
                          .extras = copy_buttons(card->extras, card->extra_count), .extra_count = card->extra_count};
}

static bool is_question(const struct shown *shown) {
  return shown->message != NULL && (shown->input_token != NULL || (shown->choice_count > 0 && strncmp(shown->choices[0].token, "do:", 3) != 0));
}

const struct shown *link_card(const struct human *human) {
  for (size_t i = 0; i < CARDS_KEPT; i++) {
    if (is_question(&human->cards[i])) return &human->cards[i];
  }
  return NULL;
}

static void show(struct season *season, const struct action *action, const char *message) {
  struct human *human = action->person == NULL ? NULL : map_get(season->by_user, action->person);
  if (action->kind == ACTION_EDIT) {
    for (size_t i = 0; human != NULL && i < CARDS_KEPT; i++) { /* the old card is left, as somebody does who scrolled up: its buttons stay odd */
      if (human->cards[i].message == NULL || strcmp(human->cards[i].message, action->message) != 0) continue;
      free(human->cards[i].input_token);
      human->cards[i].input_token = NULL;
    }
  } else if (human != NULL) {
    push_shown(human->cards, action->card, message);
    habits_see(season, human);
  } else if (action->room != NULL) {
    push_shown(season->rooms, action->card, message);
  }
}

static void add_result(struct season *season, const char *workspace, const char *row, enum action_result result, const char *message, const char *why,
                       int64_t in_ms) {
  struct result *added = calloc(1, sizeof *added), **at = &season->results;
  assert(added != NULL);
  *added = (struct result){.row = copy(row), .workspace = copy(workspace), .message = copy(message), .why = copy(why), .result = result, .at_ms = season->now_ms + in_ms,
                           .wait_ms = result == RESULT_LATER ? 30 * SECOND_MS : 0};
  while (*at != NULL && (*at)->at_ms <= added->at_ms) at = &(*at)->next;
  added->next = *at;
  *at = added;
}

static void hash_text_part(struct season *season, const char *text) {
  static const unsigned char end = 0;
  if (text != NULL) (void)EVP_DigestUpdate(season->bytes_hash, text, strlen(text));
  (void)EVP_DigestUpdate(season->bytes_hash, &end, 1);
}

static void hash_action(struct season *season, const struct action *action) {
  hash_text_part(season, action->id);
  hash_text_part(season, action->person != NULL ? action->person : action->room);
  hash_text_part(season, action->card == NULL ? action->room_name : action->card->plain);
}

/* What the platform does with it: the message's id; NULL: it cannot. What was done before is not done again. */
static const char *perform(struct season *season, const struct action *action) {
  char message[40];
  const char *before = map_get(season->done_actions, action->id);
  bool room_open = action->kind == ACTION_ROOM_OPEN;
  if (before != NULL) return before;
  if ((room_open || action->kind == ACTION_UPLOAD) && season->misbehaves && chance_percent(&season->odds, 10)) return NULL;
  (void)snprintf(message, sizeof message, room_open ? "room%llu" : "m%llu", (unsigned long long)++season->message_count);
  (void)map_put(season->done_actions, action->id, strdup(message));
  if (!room_open) show(season, action, message);
  season->messages++;
  return map_get(season->done_actions, action->id);
}

static void perform_well(struct season *season, const struct action *action, int64_t in_ms) {
  const char *message = perform(season, action);
  if (message == NULL) tally_count(season, action->kind == ACTION_UPLOAD ? COUNT_NO_FILE : COUNT_NO_ROOM);
  else if (action->kind == ACTION_UPLOAD) tally_count(season, COUNT_LIST_SENT);
  add_result(season, action->workspace, action->id, message == NULL ? RESULT_UNSUPPORTED : RESULT_SENT, message, NULL, in_ms);
}

static enum err port_act(void *who, const struct action *action) {
  struct season *season = who;
  if (season->link_down) return ERR_AGAIN;
  checks_said(season, action);
  if (action->kind == ACTION_UPLOAD) checks_file(season, action);
  hash_action(season, action);
  int64_t in_ms = chance_between(&season->odds, 0, 1500);
  size_t drawn = season->misbehaves ? chance_below(&season->odds, 1000) : 999;
  if (drawn < 8) {
    tally_count(season, COUNT_LATER);
    add_result(season, action->workspace, action->id, RESULT_LATER, NULL, NULL, in_ms);
  } else if (drawn < 14) {
    tally_count(season, COUNT_FAILED);
    add_result(season, action->workspace, action->id, RESULT_FAILED, NULL, drawn < 11 ? "again" : "person_gone", in_ms);
  } else if (drawn < 20) {
    tally_count(season, COUNT_AMBIGUOUS);
    if (drawn < 17) (void)perform(season, action);
    add_result(season, action->workspace, action->id, RESULT_AMBIGUOUS, NULL, NULL, in_ms);
  } else {
    perform_well(season, action, in_ms);
  }
  return ERR_NONE;
}

static bool port_ask(void *who, const char *workspace, const char *action_id) {
  struct season *season = who;
  const char *message = map_get(season->done_actions, action_id);
  bool tells = chance_percent(&season->odds, 60);
  enum action_result result = !tells ? RESULT_CANNOT_TELL : message != NULL ? RESULT_SENT : RESULT_NOT_FOUND;
  add_result(season, workspace, action_id, result, tells ? message : NULL, NULL, 200);
  return true;
}

/* ---- results ---- */
static void free_result(struct result *result) {
  free(result->row);
  free(result->workspace);
  free(result->message);
  free(result->why);
  free(result);
}

bool link_has_result(const struct season *season) {
  return season->serving && !season->link_down && season->results != NULL && season->results->at_ms <= season->now_ms;
}

int64_t link_next_result_ms(const struct season *season) {
  return season->results == NULL ? NEVER_MS : season->results->at_ms;
}

/* Its turn may commit under this id. */
static void know_result(struct season *season, const struct result *result) {
  char id[120];
  (void)snprintf(id, sizeof id, "done/%s/%d", result->row, (int)result->result);
  link_know(season, result->workspace, id, -1, EVENT_RESULT, action_result_name(result->result));
}

void link_tell_result(struct season *season) {
  struct result *result = season->results;
  season->results = result->next;
  struct link_frame frame = {.line = LINE_DONE, .id = result->row, .workspace = result->workspace, .result = result->result,
                             .message = result->message, .why = result->why, .wait_ms = result->wait_ms};
  know_result(season, result);
  checks_action_over(season, result->row);
  season->turns++;
  serve_done(season->serve, &frame);
  free_result(result);
}

void link_forget_results(struct season *season) {
  while (season->results != NULL) {
    struct result *next = season->results->next;
    tally_count(season, COUNT_LOST_DONE);
    free_result(season->results);
    season->results = next;
  }
}

/* ---- ports ---- */
static int64_t port_system(void *who) {
  return ((struct season *)who)->now_ms;
}

/* The season's one clock stands for both: it never jumps. */
static int64_t port_boot(void *who) {
  return ((struct season *)who)->now_ms;
}

static void port_random(void *who, void *ret_bytes, size_t count) {
  chance_fill(&((struct season *)who)->bytes, ret_bytes, count);
}

static void port_got(void *who, const char *workspace, const char *action_id) {
  (void)who, (void)workspace, (void)action_id;
}

static const struct capabilities *port_can(void *who, const char *workspace) {
  static const struct capabilities rich = {.buttons = 8, .select = true, .form = true, .edit = true, .ephemeral = true, .rooms = true, .text_max = 4000,
                                           .file_max = LINK_FILE_BYTES_MAX};
  static const struct capabilities repeating = {.buttons = 8, .select = true, .form = true, .edit = true, .rooms = true, .may_repeat_with_new_id = true,
                                                .text_max = 4000};
  const struct season *season = who;
  if (!season->serving || season->link_down) return NULL;
  return strcmp(workspace, COUNTY) == 0 ? &repeating : &rich;
}

static void port_clock(void *who, int64_t now_ms, int64_t next_ms, const char *next) {
  (void)who, (void)now_ms, (void)next_ms, (void)next;
}

static void port_wake(void *who, int64_t in_ms) {
  struct season *season = who;
  int64_t at = season->now_ms + in_ms;
  if (season->wake_ms < 0 || at < season->wake_ms) season->wake_ms = at;
}

static void port_serving(void *who, const char *fence) {
  struct season *season = who;
  season->serving = fence != NULL;
  link_lost(season);
  link_forget_results(season);
  if (fence == NULL) {
    season->reloads++;
    tally_count(season, COUNT_RELOAD);
    return;
  }
  checks_loaded(season);
  if (!season->link_down) link_up(season);
  port_wake(season, 0);
}

/* One at a time: the bot begins no other before it has this one back. */
static void port_work(void *who, void (*run)(void *job), void (*done)(void *job), void *job) {
  struct season *season = who;
  assert(season->handed.done == NULL);
  season->handed = (struct handed){run, done, job};
  tally_count(season, COUNT_LARGE_ROUND);
}

void link_work(struct season *season) {
  struct handed handed = season->handed;
  season->handed.run = NULL;
  if (handed.run == NULL) season->handed.done = NULL;
  (handed.run != NULL ? handed.run : handed.done)(handed.job);
}

const struct serve_ports link_ports = {.system_ms = port_system, .boot_ms = port_boot, .random = port_random, .ack = port_ack, .act = port_act, .ask = port_ask,
                                       .got = port_got, .can = port_can, .clock = port_clock, .serving = port_serving, .work = port_work,
                                       .wake = port_wake};

void link_done(struct season *season) {
  link_forget_results(season);
  for (size_t i = 0; i < HUMANS; i++) {
    struct human *human = &season->humans[i];
    for (size_t k = 0; k < CARDS_KEPT; k++) drop_shown(&human->cards[k]);
    for (size_t k = 0; k < OLD_EVENTS; k++) (void)arena_free(human->old_arenas[k]);
    while (human->first != NULL) {
      struct pending *next = human->first->next;
      (void)arena_free(human->first->arena);
      free(human->first);
      human->first = next;
    }
  }
  for (size_t k = 0; k < CARDS_KEPT; k++) drop_shown(&season->rooms[k]);
}
