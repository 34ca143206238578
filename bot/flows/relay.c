/* relay.c: two people of a pair who share no room write to each other through the bot: word for word, sealed on the way, kept by nobody. */
#include <string.h>

#include "bot/command_parts.h"
#include "bot/flows/flows.h"
#include "bot/people.h"

/* So short that it fits, with the lines around it, what the narrowest link can show at once. */
enum { WORDS_CHARS_MAX = 800 };

/* ---- between whom ---- */
const char *relay_partner(const struct pair *pair, const char *person) {
  return strcmp(pair->mentee, person) == 0 ? pair->mentor : pair->mentee;
}

static const struct pair *pair_of(struct turn *turn, const char *id) {
  return txn_get(turn->txn, RECORD_PAIR, id == NULL ? "" : id);
}

static struct strs plus_introduced(struct turn *turn, struct strs found, enum record_index index, const char *person) {
  struct strs pairs = txn_find(turn->txn, index, person);
  for (size_t i = 0; i < pairs.count; i++) {
    if (pair_of(turn, pairs.items[i])->state == PAIR_INTRODUCED) found = strs_plus(turn->arena, found, pairs.items[i]);
  }
  return found;
}

static struct strs introduced(struct turn *turn, const char *person) {
  return plus_introduced(turn, plus_introduced(turn, (struct strs){0}, INDEX_pair_mentee, person), INDEX_pair_mentor, person);
}

static struct strs without_room(struct turn *turn, struct strs pairs) {
  struct strs found = {0};
  for (size_t i = 0; i < pairs.count; i++) {
    if (pair_of(turn, pairs.items[i])->room == NULL) found = strs_plus(turn->arena, found, pairs.items[i]);
  }
  return found;
}

/* Those of the pairs whose partner somebody's words name. */
static struct strs those_named(struct turn *turn, struct strs pairs, const char *words) {
  struct strs meant = people_meant(turn, words), found = {0};
  for (size_t i = 0; i < pairs.count; i++) {
    if (strs_has(meant, relay_partner(pair_of(turn, pairs.items[i]), turn->person))) found = strs_plus(turn->arena, found, pairs.items[i]);
  }
  return found;
}

static void say_partner(struct turn *turn, struct out *out, const char *pair, const char *person) {
  param_person(WITH(turn, out), turn, "partner", relay_partner(pair_of(turn, pair), person));
}

/* ---- whom ---- */
static void whom_ask(struct talking *talking) {
  struct turn *turn = talking->turn;
  struct out *out = engine_ask(talking, W("relay.whom"));
  struct strs pairs = without_room(turn, introduced(turn, talking->talk->person));
  for (size_t i = 0; i < pairs.count; i++) {
    struct choice *choice = card_choice(turn, out, pairs.items[i], W("person.line"), NULL);
    param_person(WITH(turn, choice), turn, "person", relay_partner(pair_of(turn, pairs.items[i]), talking->talk->person));
  }
}

static enum reading whom_read(struct talking *talking, const struct heard *heard) {
  talking->talk->subject = heard->values.items[0];
  return READ_OK;
}

/* ---- words ---- */
static bool still_stands(struct talking *talking) {
  const struct pair *pair = pair_of(talking->turn, talking->talk->subject);
  return pair != NULL && pair->state == PAIR_INTRODUCED;
}

static void words_ask(struct talking *talking) {
  struct turn *turn = talking->turn;
  struct out *out = engine_ask(talking, still_stands(talking) ? W("relay.ask") : W("relay.over"));
  if (!still_stands(talking)) return;
  say_partner(turn, out, talking->talk->subject, talking->talk->person);
  out->who = W("who.partner_only");
  out->input = IN_TEXT;
  out->choose_max = WORDS_CHARS_MAX;
}

static void pass_on(struct talking *talking, const char *text) {
  struct turn *turn = talking->turn;
  const char *sender = talking->talk->person, *pair = talking->talk->subject;
  struct out *out = card_to(turn, relay_partner(pair_of(turn, pair), sender), W("relay.from"));
  param_person(WITH(turn, out), turn, "partner", sender);
  out->sealed = txn_seal(turn->txn, sender, "out.sealed", text);
  out->about = pair;
  out->bulk = false; /* one person speaks to another */
  relay_offer(turn, out, pair_of(turn, pair), out->person, W("relay.button.answer"));
  struct out *passed = card_to(turn, sender, W("relay.passed"));
  say_partner(turn, passed, pair, sender);
  relay_offer(turn, passed, pair_of(turn, pair), sender, W("relay.button.more"));
}

static enum reading words_read(struct talking *talking, const struct heard *heard) {
  struct turn *turn = talking->turn;
  if (!still_stands(talking)) {
    (void)card_to(turn, talking->talk->person, W("relay.over"));
    return READ_OK;
  }
  if (text_utf8_count(heard->text) > WORDS_CHARS_MAX) {
    struct out *out = card_to(turn, talking->talk->person, W("relay.too_long"));
    param_number(WITH(turn, out), turn, "max", WORDS_CHARS_MAX);
    return READ_AGAIN;
  }
  pass_on(talking, heard->text);
  return READ_OK;
}

static const struct step relay_steps[] = {
    {.name = "whom", .ask = whom_ask, .read = whom_read, .then = "words", .why = W("why.relay")},
    {.name = "words", .ask = words_ask, .read = words_read, .then = STEP_END, .why = W("why.relay"), .flags = STEP_TYPED},
};
static const struct reminder relay_reminders[] = {{1, false, REMIND_END}};

const struct flow relay_flow = {.name = "relay", .steps = relay_steps, .step_count = ARRAY_LEN(relay_steps),
                                .reminders = relay_reminders, .reminder_count = ARRAY_LEN(relay_reminders)};

/* ---- doors ---- */
void relay_offer(struct turn *turn, struct out *out, const struct pair *pair, const char *person, const char *words) {
  const char *name = turn_person(turn, relay_partner(pair, person))->name;
  (void)card_command(turn, out, name == NULL ? "write" : arena_format(turn->arena, "write %s", name), words);
}

void relay_failed(struct turn *turn, const struct out *row) {
  const struct pair *pair = pair_of(turn, row->about);
  if (row->sealed == NULL) return;
  txn_drop(turn->txn, RECORD_SEALED, row->sealed);
  if (pair == NULL || row->person == NULL) return;
  struct out *out = card_to(turn, relay_partner(pair, row->person), W("relay.failed"));
  param_person(WITH(turn, out), turn, "partner", row->person);
}

static void say_room(struct turn *turn, const char *pair) {
  struct out *out = card_to(turn, turn->person, W("relay.room"));
  say_partner(turn, out, pair, turn->person);
}

void command_write(struct turn *turn, const char *args) {
  struct strs pairs = introduced(turn, turn->person), named = those_named(turn, pairs, args);
  if (named.count > 0) pairs = named;
  struct strs through_us = without_room(turn, pairs);
  if (pairs.count == 0) command_pair(turn, "");
  else if (through_us.count == 0) say_room(turn, pairs.items[0]);
  else if (through_us.count == 1) (void)engine_start(turn, turn->person, "relay", "words", through_us.items[0], false);
  else (void)engine_start(turn, turn->person, "relay", "whom", NULL, false);
}
