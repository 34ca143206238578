/* turn.c: one event in, one transaction out: finds who speaks, and hands the event to who handles its kind. */
#include "bot/turn.h"

#include <stdlib.h>
#include <string.h>

#include "bot/base/random.h"
#include "bot/commands.h"
#include "bot/engine.h"
#include "bot/flows/flows.h"
#include "bot/jobs/jobs.h"

/* ---- readings ---- */
const struct scheme *turn_scheme(const struct turn *turn) {
  const struct scheme *scheme = txn_get(turn->txn, RECORD_SCHEME, "scheme");
  static const struct scheme nothing = {.id = "scheme", .zone = "Etc/UTC", .language = "en", .name = ""};
  return scheme == NULL ? &nothing : scheme;
}

const struct person *turn_person(const struct turn *turn, const char *id) {
  return txn_get(turn->txn, RECORD_PERSON, id);
}

struct person *turn_edit_person(struct turn *turn, const char *id) {
  return txn_edit(turn->txn, RECORD_PERSON, id);
}

const struct programme *turn_programme(struct turn *turn) {
  struct strs programmes = txn_all(turn->txn, RECORD_PROGRAMME);
  return programmes.count == 0 ? NULL : txn_get(turn->txn, RECORD_PROGRAMME, programmes.items[0]);
}

static bool is_participant(enum role role) {
  return role == ROLE_MENTEE || role == ROLE_MENTOR || role == ROLE_RESERVE;
}

/* In this programme still; ROLE_INVALID_ stands for all who take part. */
static bool is_enrolled(const struct enrolment *enrolment, const char *programme, enum role role) {
  bool fits = role == ROLE_INVALID_ ? is_participant(enrolment->role) : enrolment->role == role;
  return fits && enrolment->state != ENROLMENT_LEFT && strcmp(enrolment->programme, programme) == 0;
}

struct strs turn_enrolments(struct turn *turn, const char *person, const char *programme) {
  struct strs enrolments = txn_find(turn->txn, INDEX_enrolment_person, person), found = {0};
  for (size_t i = enrolments.count; i > 0; i--) {
    const struct enrolment *enrolment = txn_get(turn->txn, RECORD_ENROLMENT, enrolments.items[i - 1]);
    if (is_enrolled(enrolment, programme, ROLE_INVALID_)) found = strs_plus(turn->arena, found, enrolment->id);
  }
  return found;
}

const struct enrolment *turn_enrolment(struct turn *turn, const char *person, const char *programme, enum role role) {
  struct strs enrolments = txn_find(turn->txn, INDEX_enrolment_person, person);
  for (size_t i = enrolments.count; i > 0; i--) {
    const struct enrolment *enrolment = txn_get(turn->txn, RECORD_ENROLMENT, enrolments.items[i - 1]);
    if (is_enrolled(enrolment, programme, role)) return enrolment;
  }
  return NULL;
}

bool turn_manages(struct turn *turn, const char *person, const char *programme) {
  return may_manage_in(turn->txn, person, programme);
}

struct strs turn_managers(struct turn *turn, const char *programme, const char *about) {
  struct strs managers = {0};
  struct strs enrolments = txn_all(turn->txn, RECORD_ENROLMENT);
  for (size_t i = 0; i < enrolments.count; i++) {
    const struct enrolment *enrolment = txn_get(turn->txn, RECORD_ENROLMENT, enrolments.items[i]);
    if (enrolment->role != ROLE_MANAGER || strs_has(managers, enrolment->person)) continue;
    if (!turn_manages(turn, enrolment->person, programme)) continue;
    if (about != NULL && !may_manage(turn->txn, enrolment->person, about)) continue;
    managers = strs_plus(turn->arena, managers, enrolment->person);
  }
  return managers;
}

struct strs turn_pair_managers(struct turn *turn, const struct pair *pair) {
  struct strs managers = turn_managers(turn, pair->programme, pair->mentee), found = {0};
  for (size_t i = 0; i < managers.count; i++) {
    if (may_manage(turn->txn, managers.items[i], pair->mentor)) found = strs_plus(turn->arena, found, managers.items[i]);
  }
  return found;
}

uint64_t turn_chance(const struct turn *turn, unsigned which) {
  uint8_t hash[HASH_BYTES];
  uint64_t number;
  uint8_t data[sizeof turn->event->seed + sizeof which];
  memcpy(data, turn->event->seed, sizeof turn->event->seed);
  memcpy(data + sizeof turn->event->seed, &which, sizeof which);
  hash_bytes(NULL, data, sizeof data, hash);
  memcpy(&number, hash, sizeof number);
  return number;
}

/* ---- who speaks ---- */
/* Somebody who writes for the first time becomes a person with a name and an account, and nothing more. */
static const char *newcomer(struct turn *turn) {
  const struct event *event = turn->event;
  struct person *person = txn_add(turn->txn, RECORD_PERSON, NULL);
  struct account *account = LIST_ADD(turn->arena, &person->accounts);
  account->workspace = event->workspace;
  account->user = event->person.id;
  person->name = event->person.name != NULL ? event->person.name : event->person.id;
  person->zone = event->person.zone;
  person->language = event->person.language;
  txn_audit(turn->txn, person->id, "met", person->id);
  return person->id;
}

/* Who came while the platform could say nothing of them was called by their id; a name that somebody gave stays. */
static void learn_name(struct turn *turn, const char *id) {
  const struct event *event = turn->event;
  bool nameless = strcmp(turn_person(turn, id)->name, event->person.id) == 0;
  if (!nameless || event->person.name == NULL) return;
  struct person *person = turn_edit_person(turn, id);
  person->name = event->person.name;
  if (person->zone == NULL) person->zone = event->person.zone;
  if (person->language == NULL) person->language = event->person.language;
}

static enum err find_speaker(struct turn *turn) {
  const struct event *event = turn->event;
  if (event->workspace == NULL || event->person.id == NULL) return err_note(ERR_BAD_INPUT, "an event without a person");
  turn->person = txn_account(turn->txn, event->workspace, event->person.id);
  if (turn->person == NULL) turn->person = newcomer(turn);
  if (turn_person(turn, turn->person)->gone_ms != 0) turn_edit_person(turn, turn->person)->gone_ms = 0;
  learn_name(turn, turn->person);
  return ERR_NONE;
}

/* ---- what they did ---- */
/* "@Mentor pairs" -> "pairs": platforms leave the name in front. */
static const char *without_mention(const char *text) {
  if (text[0] != '@') return text;
  const char *space = strchr(text, ' ');
  return space == NULL ? "" : space + 1 + strspn(space + 1, " ");
}

static bool try_command(struct turn *turn, const char *text) {
  const char *args = "";
  const struct command *command = command_find(turn->arena, text, &args);
  if (command != NULL) command_run(turn, command, args);
  return command != NULL;
}

/* The same words under another id, just after they moved a talk on: taken again, they would answer the next question. */
static bool is_brought_twice(struct turn *turn) {
  bool twice = turn->event->again && engine_moved_just_now(turn);
  if (twice) turn_say(turn, W("talk.again"));
  else engine_new_word(turn);
  return twice;
}

/* A file, a recording, a picture: nothing of it came with the event. */
static void only_words(struct turn *turn) {
  (void)card_to(turn, turn->person, W("text.only_words"));
  engine_resume(turn);
}

static enum err on_text(struct turn *turn) {
  const char *text = turn->event->text == NULL ? "" : turn->event->text;
  if (text[0] == '\0' && turn->event->room.kind == ROOM_DIRECT) {
    only_words(turn);
    return ERR_NONE;
  }
  if (is_brought_twice(turn)) return ERR_NONE;
  if (turn->event->room.kind != ROOM_DIRECT) {
    turn_say(turn, W("room.overheard"));
    text = without_mention(text);
    if (!try_command(turn, text)) command_smalltalk(turn, text);
    return ERR_NONE;
  }
  struct talk *talk = engine_foreground(turn, turn->person);
  if (invite_try(turn, text)) return ERR_NONE;
  if (talk != NULL && engine_hear_text(turn, talk, text)) return ERR_NONE;
  if (try_command(turn, text)) return ERR_NONE;
  if (talk != NULL) engine_not_understood(turn, talk);
  else command_smalltalk(turn, text);
  return ERR_NONE;
}

static enum err on_command(struct turn *turn) {
  const struct event *event = turn->event;
  const char *line = event->args == NULL || event->args[0] == '\0' ? event->command
                                                                   : arena_format(turn->arena, "%s %s", event->command, event->args);
  if (is_brought_twice(turn)) return ERR_NONE;
  if (event->room.kind != ROOM_DIRECT) turn_say(turn, W("room.private"));
  struct talk *talk = engine_foreground(turn, turn->person);
  if (line == NULL || line[0] == '\0') line = "next";
  if (try_command(turn, line)) return ERR_NONE;
  if (talk != NULL && engine_hear_text(turn, talk, line)) return ERR_NONE;
  command_smalltalk(turn, line);
  return ERR_NONE;
}

static enum err on_home(struct turn *turn) {
  command_home(turn);
  return ERR_NONE;
}

static enum err on_press(struct turn *turn) {
  const char *button = turn->event->button;
  if (button != NULL && strncmp(button, "do:", 3) == 0) {
    engine_new_word(turn);
    if (!try_command(turn, button + 3)) turn_say(turn, W("press.gone"));
    return ERR_NONE;
  }
  engine_hear_press(turn);
  return ERR_NONE;
}

static enum err on_directory(struct turn *turn) {
  const struct event *event = turn->event;
  const char *id = event->person.id == NULL ? NULL : txn_account(turn->txn, event->workspace, event->person.id);
  if (id == NULL || event->change == NULL) return ERR_NONE;
  struct person *person = turn_edit_person(turn, id);
  person->gone_ms = strcmp(event->change, "gone") == 0 ? turn->now_ms : 0; /* who changes is there: also whose account was given back */
  if (event->person.zone != NULL) person->zone = event->person.zone;
  if (event->person.language != NULL) person->language = event->person.language;
  learn_name(turn, id);
  return ERR_NONE;
}

/* ---- what came by itself ---- */
/* Whatever a flow does, a timer that came must not stand there still: it would come again and again. */
static void talk_due(struct turn *turn, const char *id) {
  const struct talk *talk = txn_get(turn->txn, RECORD_TALK, id);
  if (talk == NULL || talk->due_ms != turn->event->due_ms) return;
  struct talk *due = txn_edit(turn->txn, RECORD_TALK, id);
  due->due_ms = 0;
  engine_timer(turn, due);
}

static void pair_due(struct turn *turn, const char *id) {
  const struct pair *pair = txn_get(turn->txn, RECORD_PAIR, id);
  if (pair == NULL || pair->answer_by_ms != turn->event->due_ms) return;
  proposal_expired(turn, id);
  struct pair *due = txn_edit(turn->txn, RECORD_PAIR, id);
  if (due->answer_by_ms == turn->event->due_ms) due->answer_by_ms = 0;
}

/* Those who can tell the people who run the machine; everybody else is served as before. */
static void tell_of_space(struct turn *turn) {
  const struct programme *programme = turn_programme(turn);
  struct strs managers = {0};
  if (programme != NULL) managers = turn_managers(turn, programme->id, NULL);
  for (size_t i = 0; i < managers.count; i++) (void)card_to(turn, managers.items[i], W("turn.space"));
}

static enum err on_timer(struct turn *turn) {
  const char *name = turn->event->record == NULL ? "" : turn->event->record;
  const char *slash = strchr(name, '/');
  if (slash == NULL) return err_note(ERR_BAD_INPUT, "a timer without a record");
  if (strncmp(name, "talk/", 5) == 0) talk_due(turn, slash + 1);
  else if (strncmp(name, "pair/", 5) == 0) pair_due(turn, slash + 1);
  else if (strncmp(name, "announcement/", 13) == 0) telling_due(turn, slash + 1);
  else if (strncmp(name, "outage/", 7) == 0) proposal_after_outage(turn, (size_t)strtoll(slash + 1, NULL, 10));
  else if (strncmp(name, "space/", 6) == 0) tell_of_space(turn);
  else if (strncmp(name, "sweep/", 6) == 0) round_sweep_sheets(turn);
  return ERR_NONE;
}

/* event->at_ms is the system's time: the scheme's is that plus the offset. */
static void set_clock(struct turn *turn, int64_t to_ms) {
  struct scheme *scheme = txn_edit(turn->txn, RECORD_SCHEME, "scheme");
  if (to_ms - turn->event->at_ms > scheme->offset_ms) scheme->offset_ms = to_ms - turn->event->at_ms;
  if (scheme->clock_target_ms != 0 && to_ms >= scheme->clock_target_ms) scheme->clock_target_ms = 0;
}

static enum err on_demo(struct turn *turn) {
  const struct event *event = turn->event;
  struct due due;
  if (!turn_scheme(turn)->demo || event->change == NULL) return err_note(ERR_BAD_INPUT, "a demo event on a scheme that is no demo");
  if (strcmp(event->change, "reset") == 0) {
    txn_reset(turn->txn);
  } else if (strcmp(event->change, "clock_step") == 0) {
    set_clock(turn, event->due_ms);
  } else if (strcmp(event->change, "clock_to") == 0 && event->due_ms > turn->now_ms) {
    ((struct scheme *)txn_edit(turn->txn, RECORD_SCHEME, "scheme"))->clock_target_ms = event->due_ms;
  } else if (strcmp(event->change, "clock_next") == 0 && model_due(txn_model(turn->txn), &due, 1) == 1 && due.ms > turn->now_ms) {
    ((struct scheme *)txn_edit(turn->txn, RECORD_SCHEME, "scheme"))->clock_target_ms = due.ms;
  }
  return ERR_NONE;
}

static enum err on_result(struct turn *turn) {
  flows_result(turn);
  return ERR_NONE;
}

static enum err on_control(struct turn *turn) {
  return job_control(turn);
}

static enum err on_job(struct turn *turn) {
  return job_step(turn);
}

static enum err on_room(struct turn *turn) {
  (void)turn;
  return ERR_NONE; /* nothing of ours changes yet when a room is renamed or left */
}

static const struct {
  enum err (*run)(struct turn *turn);
  bool has_speaker;
} handlers[EVENT_MAX_] = {
    [EVENT_TEXT] = {on_text, true},        [EVENT_PRESS] = {on_press, true},  [EVENT_FORM] = {on_press, true},
    [EVENT_COMMAND] = {on_command, true},  [EVENT_HOME] = {on_home, true},
    [EVENT_DIRECTORY] = {on_directory, false}, [EVENT_ROOM] = {on_room, false},
    [EVENT_DEMO] = {on_demo, false},       [EVENT_TIMER] = {on_timer, false}, [EVENT_RESULT] = {on_result, false},
    [EVENT_CONTROL] = {on_control, false}, [EVENT_JOB] = {on_job, false},
};

enum err turn_run(const struct event *event, int64_t now_ms, struct words *words, struct txn *txn, const struct line **ret_reply) {
  struct turn turn = {.event = event, .now_ms = now_ms, .words = words, .txn = txn, .arena = txn_arena(txn)};
  assert(event->kind >= 0 && event->kind < EVENT_MAX_);
  if (handlers[event->kind].has_speaker && txn_get(txn, RECORD_SCHEME, "scheme") == NULL) {
    turn_say(&turn, W("turn.no_scheme")); /* somebody was quicker than the operator */
    *ret_reply = turn.reply;
    return ERR_NONE;
  }
  if (handlers[event->kind].has_speaker) {
    enum err err = find_speaker(&turn);
    if (err != ERR_NONE) return err;
  }
  enum err err = handlers[event->kind].run(&turn);
  if (err == ERR_NONE) err = txn_check(txn) == ERR_NONE ? ERR_NONE : ERR_INTERNAL;
  if (err == ERR_NONE) *ret_reply = turn.reply;
  return err;
}
