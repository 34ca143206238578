/* checks_said.c: what must hold at the link: of everything that is said, acknowledged or logged. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bot/edge/serve_parts.h"
#include "tests/season/watching.h"

/* ---- sealed words ---- */
void checks_plain(struct season *season, const char *where, const char *text, size_t bytes) {
  if (text == NULL) return;
  const char *found = memmem(text, bytes, MARKER, strlen(MARKER));
  check(season, CHECK_no_plaintext, found == NULL, "in %s: %.40s", where, found == NULL ? "" : found);
}

/* Only the person's own two cards, which ask whether it is still right, may hold what they said. */
static bool may_hold_marker(const struct season *season, const struct action *action, const char *found) {
  const struct model *model = serve_model(season->serve);
  const char *person = action->person == NULL ? NULL : model_account(model, action->workspace, action->person);
  char own[40];
  if (person == NULL || action->card->key == NULL) return false;
  if (strcmp(action->card->key, "intake.line_manager_known") == 0) {
    const char *line = model_line(model, person);
    (void)snprintf(own, sizeof own, "%.*s", (int)(strspn(found + strlen(MARKER "-"), "abcdefghijklmnopqrstuvwxyz0123456789") + strlen(MARKER "-")), found);
    return line != NULL && strstr(line, own) != NULL;
  }
  const struct human *human = map_get(season->by_user, action->person);
  bool is_own = strtol(found + strlen(MARKER "-") + 1, NULL, 10) == human - season->humans;
  return strcmp(action->card->key, "intake.apart_known") == 0 && is_own;
}

static void check_markers(struct season *season, const struct action *action) {
  const char *text = action->card == NULL ? NULL : action->card->plain;
  for (const char *found = text; found != NULL && (found = strstr(found, MARKER)) != NULL; found++) {
    check(season, CHECK_no_plaintext, may_hold_marker(season, action, found), "in card %s to %s: %.40s", action->card->key,
          action->person == NULL ? "a room" : action->person, found);
  }
}

/* ---- names that a manager may not be shown ---- */
static bool is_about_self(const struct action *action) {
  const char *key = action->card->key == NULL ? "" : action->card->key;
  return strncmp(key, "intake.apart", 12) == 0 || strncmp(key, "intake.line_manager", 19) == 0;
}

static bool manages(const struct model *model, const char *person) {
  struct strs enrolments = model_find(model, INDEX_enrolment_person, person);
  for (size_t i = 0; i < enrolments.count; i++) {
    const struct enrolment *enrolment = model_get(model, RECORD_ENROLMENT, enrolments.items[i]);
    if (enrolment->role == ROLE_MANAGER) return true;
  }
  return false;
}

/* Two who are a pair know each other, whoever became whose line manager since: also a manager who names the other one themselves. */
static bool is_own_partner(const struct season *season, const struct action *action, const char *reader, const char *subject) {
  static const char *const flows[] = {"next.", "pair.", "pairs.", "proposal.", "introduction.", "relay.", "line.", "round.no_mentee", "round.no_mentor"};
  const struct model *model = serve_model(season->serve);
  const char *key = action->card->key == NULL ? "" : action->card->key;
  bool own = false, paired = false;
  for (size_t i = 0; i < ARRAY_LEN(flows); i++) own |= strncmp(key, flows[i], strlen(flows[i])) == 0;
  struct strs pairs = model_find(model, INDEX_pair_mentor, own ? reader : "");
  for (size_t i = 0; i < pairs.count; i++) paired |= strcmp(((const struct pair *)model_get(model, RECORD_PAIR, pairs.items[i]))->mentee, subject) == 0;
  pairs = model_find(model, INDEX_pair_mentee, own ? reader : "");
  for (size_t i = 0; i < pairs.count; i++) paired |= strcmp(((const struct pair *)model_get(model, RECORD_PAIR, pairs.items[i]))->mentor, subject) == 0;
  return paired;
}

/* A manager who names somebody, and enters a line that they themselves turn out to stand in, sees that one card to its end. */
static bool is_named_by_reader(const struct season *season, const struct action *action, const struct person *subject) {
  const struct human *reader = map_get(season->by_user, action->person);
  bool line = action->card->key != NULL && strncmp(action->card->key, "line.", 5) == 0;
  return line && reader != NULL && strcmp(season->humans[reader->about].name, subject->name) == 0;
}

/* What a reader picked is told back as it was when they picked it, also if it is known a moment later that they may not. */
static bool is_told_back(const char *plain, const char *found) {
  static const char words[] = "- You chose: ";
  while (found > plain && found[-1] != '\n') found--;
  return strncmp(found, words, sizeof words - 1) == 0;
}

static bool is_named(const char *plain, size_t bytes, const struct person *subject) {
  size_t first = (size_t)(strchrnul(subject->name, ' ') - subject->name);
  const char *found = memmem(plain, bytes, subject->name, first);
  while (found != NULL && is_told_back(plain, found)) found = memmem(found + 1, bytes - (size_t)(found + 1 - plain), subject->name, first);
  return found != NULL;
}

/* Somebody of the reader's own line, or whose line nobody can open, who stands on the card by their first name; NULL: nobody.
 * Whether they are named is asked first: few are. */
static const struct person *wrongly_named(const struct season *season, const struct action *action, const char *reader) {
  const struct model *model = serve_model(season->serve);
  const char *plain = action->card->plain;
  size_t bytes = strlen(plain);
  for (size_t i = 0; i < model_count(model, RECORD_PERSON); i++) {
    const struct person *subject = model_at(model, RECORD_PERSON, i);
    if (subject->name == NULL || strcmp(subject->id, reader) == 0) continue;
    if (!is_named(plain, bytes, subject)) continue;
    if (manages(model, subject->id)) continue; /* who runs the programme is told to everybody */
    if (!model_in_line(model, reader, subject->id) && !model_unreadable(model, subject->id)) continue;
    if (!is_own_partner(season, action, reader, subject->id) && !is_named_by_reader(season, action, subject)) return subject;
  }
  return NULL;
}

static void check_recused(struct season *season, const struct action *action) {
  const struct model *model = serve_model(season->serve);
  const char *reader = action->person == NULL ? NULL : model_account(model, action->workspace, action->person);
  if (reader == NULL || action->card == NULL || is_about_self(action) || !manages(model, reader)) return;
  const struct person *subject = wrongly_named(season, action, reader);
  check(season, CHECK_recused, subject == NULL, "card %s to %s (%s) names %s (%s)", action->card->key, action->person, reader,
        subject == NULL ? "" : subject->name, subject == NULL ? "" : subject->id);
}

/* ---- order ---- */
static struct order *order_of(struct season *season, const char *name) {
  struct order *order = map_get(season->watching->orders, name);
  if (order != NULL) return order;
  order = calloc(1, sizeof *order);
  assert(order != NULL);
  (void)map_put(season->watching->orders, name, order);
  return order;
}

/* A row that waited for a morning goes behind what was said in the night. */
static void check_order(struct season *season, const struct action *action, int64_t held_ms) {
  struct watching *watching = season->watching;
  struct order *order = order_of(season, action->order);
  int64_t number = strtoll(action->id + 1, NULL, 10);
  bool busy = order->under_way[0] != '\0' && order->generation == watching->generation;
  check(season, CHECK_said_in_order, !busy, "%s goes while %s is under way to %s", action->id, order->under_way, action->order);
  if (map_get(watching->went, action->id) == NULL) {
    if (held_ms == 0) check(season, CHECK_said_in_order, number > order->last, "%s goes after o%lld to %s", action->id, (long long)order->last, action->order);
    if (number > order->last) order->last = number;
    (void)map_put(watching->went, action->id, order);
  }
  (void)snprintf(order->under_way, sizeof order->under_way, "%s", action->id);
  order->generation = watching->generation;
}

void checks_action_over(struct season *season, const char *row) {
  struct order *order = map_get(season->watching->went, row);
  if (order != NULL && strcmp(order->under_way, row) == 0) order->under_way[0] = '\0';
}

void checks_link_lost(struct season *season) {
  season->watching->generation++;
}

/* ---- doors ---- */
void checks_said(struct season *season, const struct action *action) {
  const void *kept = map_get(season->watching->kept_rows, action->id);
  int64_t held_ms = kept == NULL ? 0 : ((int64_t)(uintptr_t)kept - 1) * SECOND_MS;
  check(season, CHECK_working_hours, held_ms <= season->now_ms, "%s goes before its hour", action->id);
  check(season, CHECK_said_is_stored, kept != NULL, "%s, %s", action->id, action->card == NULL ? "a room" : action->card->key);
  check_order(season, action, held_ms);
  check_markers(season, action);
  check_recused(season, action);
  check(season, CHECK_no_gaps, words_missing(season->words) == 0, "%s", action->card == NULL || action->card->key == NULL ? "?" : action->card->key);
}

void checks_acked(struct season *season, const char *workspace, const char *event_id, const char *reply) {
  uint8_t hash[STORE_EVENT_ID_BYTES];
  serve_hash(season->serve, workspace, event_id, hash);
  const struct known *known = link_known(season, hash);
  check(season, CHECK_acked_is_kept, known != NULL && (known->sent != season->watching->generation + 1 || known->kept > 0), "%s", event_id);
  checks_plain(season, "an acknowledgement", reply, reply == NULL ? 0 : strlen(reply));
}
