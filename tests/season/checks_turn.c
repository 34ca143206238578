/* checks_turn.c: what must hold after every turn: looked for in the model, and in what the turn wants to be kept. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bot/base/zone.h"
#include "bot/flows/flows.h"
#include "bot/schedule.h"
#include "tests/season/tally.h"
#include "tests/season/watching.h"

enum { PERSONS_MAX = 4096, OPENS = 9, CLOSES = 18 };

/* ---- readings ---- */
static const struct model *model_of(const struct season *season) {
  return serve_model(season->serve);
}

static int64_t number_of(const char *id) {
  return strtoll(id + 1, NULL, 10);
}

static bool is_asking(enum pair_state state) {
  return state == PAIR_ASKING_MENTEE || state == PAIR_ASKING_MENTOR || state == PAIR_ASKING_BOTH;
}

static bool is_live(const struct pair *pair) {
  return is_asking(pair->state) || pair->state == PAIR_INTRODUCED;
}

/* The state a record had after the last turn, and from now on has; -1: it was not there. */
static int state_before(struct season *season, const char *kind, const char *id, int now) {
  char key[80];
  (void)snprintf(key, sizeof key, "%s %s", kind, id);
  void *before = map_put(season->watching->states, key, (void *)(uintptr_t)(now + 1));
  return before == NULL ? -1 : (int)(uintptr_t)before - 1;
}

/* Our id of whoever caused this turn; NULL: nobody did. */
static const char *speaker(const struct season *season) {
  const struct known *running = season->running;
  if (running == NULL || running->human < 0) return NULL;
  const struct human *human = &season->humans[running->human];
  return model_account(model_of(season), human->workspace, human->user);
}

static bool is_manager(const struct season *season, const char *person) {
  const struct model *model = model_of(season);
  struct strs enrolments = person == NULL ? (struct strs){0} : model_find(model, INDEX_enrolment_person, person);
  for (size_t i = 0; i < enrolments.count; i++) {
    const struct enrolment *enrolment = model_get(model, RECORD_ENROLMENT, enrolments.items[i]);
    if (enrolment->role == ROLE_MANAGER && enrolment->state == ENROLMENT_ACCEPTED) return true;
  }
  return false;
}

static bool was_told(const struct season *season, const char *person, const char *prefix) {
  const struct watching *watching = season->watching;
  for (size_t i = 0; i < watching->row_count; i++) {
    const struct out *out = watching->rows[i];
    if (out->person != NULL && strcmp(out->person, person) == 0 && out->words != NULL && strncmp(out->words, prefix, strlen(prefix)) == 0) return true;
  }
  return false;
}

/* The same two are a pair the other way round too, or were: what names no pair may be about that one. */
static bool is_mirrored(const struct season *season, const struct pair *pair) {
  const struct model *model = model_of(season);
  struct strs others = model_find(model, INDEX_pair_mentee, pair->mentor);
  for (size_t i = 0; i < others.count; i++) {
    const struct pair *other = model_get(model, RECORD_PAIR, others.items[i]);
    if (strcmp(other->mentor, pair->mentee) == 0) return true;
  }
  return false;
}

static bool names(const struct out *out, const char *person) {
  for (size_t i = 0; i < out->params.count; i++) {
    if (strs_has(out->params.items[i].values, person)) return true;
  }
  return false;
}

/* A row of the proposal to its mentor, in which the mentee is named. */
static bool mentor_was_told(const struct season *season, const struct pair *pair) {
  const struct watching *watching = season->watching;
  bool mirrored = is_mirrored(season, pair);
  for (size_t i = 0; i < watching->row_count; i++) {
    const struct out *out = watching->rows[i];
    bool theirs = out->person != NULL && strcmp(out->person, pair->mentor) == 0 && out->words != NULL && strncmp(out->words, "proposal.", 9) == 0;
    bool meant = out->about == NULL ? !mirrored : strcmp(out->about, pair->id) == 0;
    if (theirs && meant && names(out, pair->mentee)) return true;
  }
  return false;
}

/* ---- pairs ---- */
/* What must hold when two are put together: when they are proposed, and again when they are introduced. */
static void check_together(struct season *season, const struct pair *pair) {
  const struct model *model = model_of(season);
  const char *mentee = pair->mentee, *mentor = pair->mentor;
  bool in_line = model_in_line(model, mentee, mentor) || model_in_line(model, mentor, mentee);
  check(season, CHECK_not_in_line, !in_line, "pair %s: %s and %s", pair->id, mentee, mentor);
  check(season, CHECK_not_apart, !model_apart(model, mentee, mentor), "pair %s: %s and %s", pair->id, mentee, mentor);
}

static bool line_is_known(const struct season *season, const char *id) {
  const struct person *person = model_get(model_of(season), RECORD_PERSON, id);
  return person->line_state != LINE_UNKNOWN && person->line_state != LINE_ASK_MANAGER;
}

static int64_t offered(const struct season *season, const struct enrolment *mentor) {
  const struct programme *programme = model_get(model_of(season), RECORD_PROGRAMME, mentor->programme);
  int64_t most = programme->mentees_max > 0 ? programme->mentees_max : 3, offer = 1;
  for (size_t i = 0; i < mentor->answers.count; i++) {
    const struct answer *answer = &mentor->answers.items[i];
    if (strcmp(answer->question, "capacity") == 0 && answer->state == ANSWER_ANSWERED && answer->values.count > 0)
      offer = strtoll(answer->values.items[0], NULL, 10);
  }
  return offer < most ? offer : most;
}

static int64_t mentees_of(const struct season *season, const char *mentor) {
  const struct model *model = model_of(season);
  struct strs pairs = model_find(model, INDEX_pair_mentor, mentor);
  int64_t count = 0;
  for (size_t i = 0; i < pairs.count; i++) count += is_live(model_get(model, RECORD_PAIR, pairs.items[i]));
  return count;
}

/* How many live pairs of the programme somebody of this organisation is half of, as mentee or as mentor. */
static int64_t filled(const struct season *season, const char *programme, const char *organisation, bool mentors) {
  const struct model *model = model_of(season);
  struct strs pairs = model_find(model, INDEX_pair_programme, programme);
  int64_t count = 0;
  for (size_t i = 0; i < pairs.count; i++) {
    const struct pair *pair = model_get(model, RECORD_PAIR, pairs.items[i]);
    const struct person *person = model_get(model, RECORD_PERSON, mentors ? pair->mentor : pair->mentee);
    count += is_live(pair) && person->organisation != NULL && strcmp(person->organisation, organisation) == 0;
  }
  return count;
}

/* The rule of the programme, where it has its own, else the organisation's; 0: none. */
static int64_t most(const struct season *season, const struct programme *programme, const char *organisation, bool mentors) {
  const struct organisation *record = model_get(model_of(season), RECORD_ORGANISATION, organisation);
  for (size_t i = 0; i < programme->places.count; i++) {
    const struct places *own = &programme->places.items[i];
    if (strcmp(own->organisation, organisation) == 0) return mentors ? own->gives_at_most : own->mentees_at_most;
  }
  return mentors ? record->gives_at_most : record->mentees_at_most;
}

static void check_places(struct season *season, const struct programme *programme, const struct pair *pair) {
  for (int mentors = 0; mentors < 2; mentors++) {
    const struct person *person = model_get(model_of(season), RECORD_PERSON, mentors ? pair->mentor : pair->mentee);
    if (person->organisation == NULL) continue;
    int64_t rule = most(season, programme, person->organisation, mentors), have = filled(season, programme->id, person->organisation, mentors);
    check(season, CHECK_places_kept, rule == 0 || have <= rule, "pair %s: %s %s %lld of %lld", pair->id, person->organisation,
          mentors ? "gives" : "has", (long long)have, (long long)rule);
  }
}

static void check_proposed(struct season *season, const struct pair *pair) {
  const struct model *model = model_of(season);
  const struct enrolment *mentee = model_get(model, RECORD_ENROLMENT, pair->mentee_enrolment);
  const struct enrolment *mentor = model_get(model, RECORD_ENROLMENT, pair->mentor_enrolment);
  const struct programme *programme = model_get(model, RECORD_PROGRAMME, pair->programme);
  const struct round *round = pair->round == NULL ? NULL : model_get(model, RECORD_ROUND, pair->round);
  tally_count(season, mentor->role == ROLE_RESERVE ? COUNT_RESERVE : COUNT_PROPOSED);
  check_together(season, pair);
  check(season, CHECK_line_known, line_is_known(season, pair->mentee) && line_is_known(season, pair->mentor), "pair %s", pair->id);
  check(season, CHECK_trained_first, programme->training != TRAINING_GATE || (mentee->trained && mentor->trained), "pair %s", pair->id);
  check(season, CHECK_capacity, mentees_of(season, pair->mentor) <= offered(season, mentor), "pair %s: %s has %lld of %lld", pair->id, pair->mentor,
        (long long)mentees_of(season, pair->mentor), (long long)offered(season, mentor));
  check_places(season, programme, pair);
  check(season, CHECK_discarded_untold, round != NULL && round->state == ROUND_RELEASED, "pair %s of round %s", pair->id, pair->round);
}

static void check_introduced(struct season *season, const struct pair *pair) {
  tally_count(season, COUNT_INTRODUCED);
  check_together(season, pair);
  bool told = was_told(season, pair->mentee, "introduction.both_yes") && was_told(season, pair->mentor, "introduction.both_yes");
  check(season, CHECK_both_said_yes, pair->mentee_yes && pair->mentor_yes && told, "pair %s", pair->id);
}

static void check_over(struct season *season, const struct pair *pair, int before) {
  tally_count(season, pair->state == PAIR_DECLINED ? COUNT_SAID_NO : pair->state == PAIR_EXPIRED ? COUNT_EXPIRED : COUNT_WITHDRAWN);
  bool told = before == PAIR_ASKING_MENTEE && mentor_was_told(season, pair);
  check(season, CHECK_not_half_told, !told, "pair %s: %s", pair->id, pair->mentor);
}

static void check_pair_change(struct season *season, const struct pair *pair) {
  int before = state_before(season, "pair", pair->id, (int)pair->state);
  if (before == (int)pair->state) return;
  if (before < 0) check_proposed(season, pair);
  else if (pair->state == PAIR_INTRODUCED) check_introduced(season, pair);
  else if (!is_asking(pair->state)) check_over(season, pair, before);
}

/* Somebody is asked: a running talk about the pair with whom it waits for. */
static bool is_asked(const struct season *season, const struct pair *pair, const char *person) {
  const struct model *model = model_of(season);
  struct strs talks = model_find(model, INDEX_talk_subject, pair->id);
  for (size_t i = 0; i < talks.count; i++) {
    const struct talk *talk = model_get(model, RECORD_TALK, talks.items[i]);
    bool runs = talk->state == TALK_OPEN || talk->state == TALK_QUEUED;
    if (runs && strcmp(talk->person, person) == 0) return true;
  }
  return false;
}

static void check_live_pair(struct season *season, const struct pair *pair) {
  const struct model *model = model_of(season);
  struct strs others = model_find(model, INDEX_pair_mentee, pair->mentee);
  int live = 0;
  for (size_t i = 0; i < others.count; i++) {
    const struct pair *other = model_get(model, RECORD_PAIR, others.items[i]);
    live += is_live(other) && strcmp(other->programme, pair->programme) == 0;
  }
  check(season, CHECK_one_live_pair, live == 1, "%s has %d", pair->mentee, live);
  if (!is_asking(pair->state)) return;
  bool mentee = pair->state == PAIR_ASKING_MENTEE || (pair->state == PAIR_ASKING_BOTH && !pair->mentee_yes);
  bool mentor = pair->state == PAIR_ASKING_MENTOR || (pair->state == PAIR_ASKING_BOTH && !pair->mentor_yes);
  bool asked = (!mentee || is_asked(season, pair, pair->mentee)) && (!mentor || is_asked(season, pair, pair->mentor));
  check(season, CHECK_deadline, pair->answer_by_ms > 0 && asked, "pair %s, until %lld, asked %d", pair->id, (long long)pair->answer_by_ms, asked);
}

/* ---- talks ---- */
static bool knows_step(const struct talk *talk) {
  const struct flow *flow = flow_by_name(talk->flow);
  size_t bytes = strcspn(talk->step, "/");
  for (size_t i = 0; flow != NULL && i < flow->step_count; i++) {
    if (strlen(flow->steps[i].name) == bytes && strncmp(flow->steps[i].name, talk->step, bytes) == 0) return true;
  }
  return false;
}

static bool has_deadline_behind(const struct model *model, const struct talk *talk) {
  const struct pair *pair = talk->subject == NULL ? NULL : model_get(model, RECORD_PAIR, talk->subject);
  return pair != NULL && is_asking(pair->state) && pair->answer_by_ms > 0;
}

static void check_talk(struct season *season, const struct talk *talk, size_t in_front) {
  bool open = talk->state == TALK_OPEN, queued = talk->state == TALK_QUEUED;
  if (!open && !queued) return;
  check(season, CHECK_known_step, knows_step(talk), "talk %s: %s.%s", talk->id, talk->flow, talk->step);
  bool comes = talk->due_ms > 0 || has_deadline_behind(model_of(season), talk) || (queued && in_front > 0);
  check(season, CHECK_way_out, comes && (queued || talk->shown != NULL), "talk %s of %s, %s.%s, state %s", talk->id, talk->person, talk->flow,
        talk->step, talk_state_name(talk->state));
}

/* Once behind a turn: several of their talks may have changed. */
static bool was_looked_at(struct season *season, const char *person) {
  struct watching *watching = season->watching;
  for (size_t i = 0; i < watching->looked_count; i++) {
    if (strcmp(watching->looked_at[i], person) == 0) return true;
  }
  if (watching->looked_count < LOOKED_MAX) watching->looked_at[watching->looked_count++] = person;
  return false;
}

static void check_talks_of(struct season *season, const char *person) {
  const struct model *model = model_of(season);
  if (was_looked_at(season, person)) return;
  struct strs talks = model_find(model, INDEX_talk_person, person);
  size_t in_front = 0;
  for (size_t i = 0; i < talks.count; i++) in_front += ((const struct talk *)model_get(model, RECORD_TALK, talks.items[i]))->state == TALK_OPEN;
  check(season, CHECK_one_in_front, in_front <= 1, "%zu talks of %s", in_front, person);
  for (size_t i = 0; i < talks.count; i++) check_talk(season, model_get(model, RECORD_TALK, talks.items[i]), in_front);
}

/* ---- everybody, or whom the turn can have moved ---- */
static void check_everybody(struct season *season) {
  static uint8_t seen[PERSONS_MAX];
  const struct model *model = model_of(season);
  memset(seen, 0, sizeof seen);
  for (size_t i = 0; i < model_count(model, RECORD_PAIR); i++) {
    const struct pair *pair = model_at(model, RECORD_PAIR, i);
    if (is_live(pair)) check_live_pair(season, pair);
  }
  for (size_t i = 0; i < model_count(model, RECORD_TALK); i++) {
    const struct talk *talk = model_at(model, RECORD_TALK, i);
    int64_t person = number_of(talk->person);
    assert(person < PERSONS_MAX);
    if (!seen[person]) check_talks_of(season, talk->person);
    seen[person] = true;
  }
}

static void check_pair_of(struct season *season, const char *id) {
  const struct pair *pair = id == NULL ? NULL : model_get(model_of(season), RECORD_PAIR, id);
  if (pair != NULL && is_live(pair)) check_live_pair(season, pair);
}

/* A talk stands beside the other talks of its person, and asks for its pair; a pair is asked for by its talks. */
static void check_touched(struct season *season, const struct store_op *op) {
  const struct model *model = model_of(season);
  if (op->kind == RECORD_TALK) {
    const struct talk *talk = model_get(model, RECORD_TALK, op->id);
    check_talks_of(season, talk->person);
    check_pair_of(season, talk->subject);
  } else if (op->kind == RECORD_PAIR) {
    struct strs talks = model_find(model, INDEX_talk_subject, op->id);
    check_pair_of(season, op->id);
    for (size_t i = 0; i < talks.count; i++) check_talks_of(season, ((const struct talk *)model_get(model, RECORD_TALK, talks.items[i]))->person);
  }
}

/* ---- enrolments ---- */
static bool is_participant(enum role role) {
  return role == ROLE_MENTEE || role == ROLE_MENTOR || role == ROLE_RESERVE;
}

static void check_enrolment_change(struct season *season, const struct enrolment *enrolment) {
  int before = state_before(season, "enrolment", enrolment->id, (int)enrolment->state);
  const char *who = speaker(season);
  bool joined = enrolment->state == ENROLMENT_DRAFT || enrolment->state == ENROLMENT_APPLIED;
  bool decided = enrolment->state == ENROLMENT_ACCEPTED || enrolment->state == ENROLMENT_WAITLISTED || enrolment->state == ENROLMENT_DECLINED;
  if (before == (int)enrolment->state || !is_participant(enrolment->role)) return;
  if (joined) check(season, CHECK_asked_to_join, who != NULL && strcmp(who, enrolment->person) == 0, "%s of %s", enrolment->id, enrolment->person);
  if (!decided) return;
  bool waited = before == ENROLMENT_APPLIED || before == ENROLMENT_WAITLISTED;
  check(season, CHECK_place_given, waited && is_manager(season, who), "%s of %s by %s", enrolment->id, enrolment->person, who == NULL ? "nobody" : who);
  tally_count(season, enrolment->state == ENROLMENT_ACCEPTED ? COUNT_ACCEPTED : enrolment->state == ENROLMENT_WAITLISTED ? COUNT_WAITLISTED : COUNT_DECLINED);
}

/* ---- rows ---- */
static bool in_working_hours(const struct season *season, const struct out *out, int64_t at_ms) {
  const struct model *model = model_of(season);
  const struct scheme *scheme = model_get(model, RECORD_SCHEME, "scheme");
  const char *zone = schedule_zone(scheme, model_get(model, RECORD_PERSON, out->person));
  struct civil at = zone_civil(zone, at_ms);
  return schedule_is_working_day(scheme, zone, at_ms) && at.hour >= OPENS && at.hour < CLOSES;
}

/* What a large round tells is its manager's doing, as long as the manager can be thought to wait for it. */
static bool is_round_asked_for(const struct season *season, const struct store_commit *commit) {
  for (size_t i = 0; i < commit->op_count; i++) {
    const struct store_op *op = &commit->ops[i];
    const struct job *job = op->op == STORE_PUT && op->kind == RECORD_JOB ? model_get(model_of(season), RECORD_JOB, op->id) : NULL;
    if (job != NULL && job->round != NULL && season->now_ms - job->started_ms <= HOUR_MS) return true;
  }
  return false;
}

static bool comes_by_itself(const struct season *season, const struct store_commit *commit) {
  if (season->running != NULL) return season->running->kind == EVENT_TIMER;
  return !is_round_asked_for(season, commit);
}

static void check_row(struct season *season, const struct out *out, bool by_itself) {
  struct watching *watching = season->watching;
  if (watching->row_count < ROWS_MAX) watching->rows[watching->row_count++] = out;
  if (out->words != NULL && strcmp(out->words, "announce.text") == 0 && out->room != NULL) tally_count(season, COUNT_POSTED);
  if (out->words != NULL && strcmp(out->words, "line.told") == 0) tally_count(season, COUNT_LINE_BY_MANAGER);
  if (out->words != NULL && strcmp(out->words, "invite.welcome") == 0) tally_count(season, COUNT_INVITE);
  if (out->not_before_ms > season->now_ms && season->held_count < HELD_MAX) season->held_ms[season->held_count++] = out->not_before_ms;
  if (out->person == NULL || out->kind != OUT_SEND || !by_itself) return;
  int64_t at = out->not_before_ms > season->now_ms ? out->not_before_ms : season->now_ms;
  check(season, CHECK_working_hours, in_working_hours(season, out, at), "%s to %s", out->words, out->person);
}

static void look_at_row(struct season *season, const struct store_op *op, bool by_itself) {
  void *record;
  err_note_clear();
  enum err err = record_decode(RECORD_OUT, op->data, op->bytes, season->watching->arena, &record);
  check(season, CHECK_store_same, err == ERR_NONE, "row %s cannot be read back", op->id);
  check_row(season, record, by_itself);
  (void)map_put(season->watching->sent_rows, op->id, (void *)(uintptr_t)(((const struct out *)record)->not_before_ms / SECOND_MS + 1));
}

/* ---- one commit ---- */
static void look_at_talk(struct season *season, const char *id) {
  const struct talk *talk = model_get(model_of(season), RECORD_TALK, id);
  int before = talk == NULL ? 0 : state_before(season, "nonce", id, (int)talk->nonce);
  if (talk != NULL && talk->state == TALK_OPEN && before != (int)talk->nonce) tally_step(season, talk->flow, talk->step, WAY_asked);
}

static void look_at_round(struct season *season, const char *id) {
  const struct round *round = model_get(model_of(season), RECORD_ROUND, id);
  if (round == NULL) return;
  int before = state_before(season, "round", id, (int)round->state);
  if (before == (int)round->state || round->state == ROUND_REVIEW) return;
  tally_count(season, round->state == ROUND_RELEASED ? COUNT_ROUND : COUNT_UNDONE);
}

static void look_at_announcement(struct season *season, const char *id) {
  const struct announcement *announcement = model_get(model_of(season), RECORD_ANNOUNCEMENT, id);
  if (announcement == NULL) return;
  int before = state_before(season, "announcement", id, (int)announcement->joined);
  if (before >= 0 && before < (int)announcement->joined) tally_count(season, COUNT_JOINED_BY_CALL);
}

static void look_at_put(struct season *season, const struct store_op *op) {
  const struct model *model = model_of(season);
  switch (op->kind) {
    case RECORD_TALK: look_at_talk(season, op->id); return;
    case RECORD_ROUND: look_at_round(season, op->id); return;
    case RECORD_ANNOUNCEMENT: look_at_announcement(season, op->id); return;
    case RECORD_PAIR: check_pair_change(season, model_get(model, RECORD_PAIR, op->id)); return;
    case RECORD_ENROLMENT: check_enrolment_change(season, model_get(model, RECORD_ENROLMENT, op->id)); return;
    default: return;
  }
}

static void look_at_texts(struct season *season, const struct store_op *op) {
  if (op->data == NULL) return;
  checks_plain(season, op->op == STORE_AUDIT ? "an audit line" : op->op == STORE_PUT ? record_kind_name(op->kind) : "an op", op->data, op->bytes);
  if (op->op == STORE_AUDIT) check(season, CHECK_audit_no_words, memmem(op->data, op->bytes, "zq", 2) == NULL, "%s", op->data);
}

/* Rows first: what a change must be told with is looked for among them. */
static void look_at_ops(struct season *season, const struct store_commit *commit) {
  bool by_itself = comes_by_itself(season, commit);
  for (size_t i = 0; i < commit->op_count; i++) {
    const struct store_op *op = &commit->ops[i];
    look_at_texts(season, op);
    if (op->op == STORE_PUT && op->kind == RECORD_OUT) look_at_row(season, op, by_itself);
  }
  for (size_t i = 0; i < commit->op_count; i++) {
    if (commit->ops[i].op == STORE_PUT) look_at_put(season, &commit->ops[i]);
  }
}

/* What a record that went leaves behind, only a look at everybody tells. */
static bool drops_anybody(const struct store_commit *commit) {
  for (size_t i = 0; i < commit->op_count; i++) {
    const struct store_op *op = &commit->ops[i];
    if (op->op == STORE_WIPE || (op->op == STORE_DROP && (op->kind == RECORD_TALK || op->kind == RECORD_PAIR))) return true;
  }
  return false;
}

/* What a turn can have moved is looked at after that turn, everybody once a day and after each load. */
static void check_people(struct season *season, const struct store_commit *commit) {
  struct watching *watching = season->watching;
  if (season->now_ms >= watching->everybody_ms || drops_anybody(commit)) {
    check_everybody(season);
    watching->everybody_ms = season->now_ms + DAY_MS;
    return;
  }
  for (size_t i = 0; i < commit->op_count; i++) {
    if (commit->ops[i].op == STORE_PUT) check_touched(season, &commit->ops[i]);
  }
}

/* News of the directory, days old: it says how things are, and may be taken twice. */
static bool is_news(const struct season *season, const struct known *known) {
  return known->kind == EVENT_DIRECTORY && season->now_ms - known->at_ms > 2 * DAY_MS;
}

void checks_sent(void *who, const struct store_commit *commit) {
  struct season *season = who;
  struct watching *watching = season->watching;
  struct known *known = link_known(season, commit->event_id);
  season->running = known;
  season->commits++;
  bool probe = commit->event_id == NULL && commit->op_count == 0; /* the store refused something: it is asked before anything is served */
  if (probe) watching->sent_seq = watching->kept_seq;
  check(season, CHECK_seq_one_more, commit->seq == watching->sent_seq + 1, "%lld after %lld", (long long)commit->seq, (long long)watching->sent_seq);
  watching->sent_seq = commit->seq;
  if (known != NULL) {
    check(season, CHECK_applied_once, known->kept == 0 || is_news(season, known), "%s is turned again", known->what);
    known->sent = watching->generation + 1;
  }
  arena_clear(watching->arena);
  watching->row_count = watching->looked_count = 0;
  if (probe) return;
  look_at_ops(season, commit);
  check_people(season, commit);
}

/* ---- what the store made of it ---- */
static void hash_op(struct season *season, const struct store_op *op) {
  unsigned char head[2] = {(unsigned char)op->op, (unsigned char)op->kind};
  (void)EVP_DigestUpdate(season->bytes_hash, head, sizeof head);
  if (op->id != NULL) (void)EVP_DigestUpdate(season->bytes_hash, op->id, strlen(op->id) + 1);
  if (op->data != NULL) (void)EVP_DigestUpdate(season->bytes_hash, op->data, op->bytes);
}

void checks_kept(void *who, const struct store_commit *commit, enum store_answer answer) {
  struct season *season = who;
  struct watching *watching = season->watching;
  struct known *known = link_known(season, commit->event_id);
  bool expected = answer == STORE_OK || answer == STORE_SEQ;
  check(season, CHECK_applied_once, expected, "the store answers %s to seq %lld, %s", store_answer_name(answer), (long long)commit->seq,
        known == NULL ? "of the bot's own" : known->what);
  if (answer != STORE_OK) return;
  if (known != NULL) check(season, CHECK_applied_once, ++known->kept == 1 || is_news(season, known), "%s is kept again", known->what);
  check(season, CHECK_seq_one_more, commit->seq == watching->kept_seq + 1, "%lld kept after %lld", (long long)commit->seq, (long long)watching->kept_seq);
  watching->kept_seq = commit->seq;
  for (size_t i = 0; i < commit->op_count; i++) {
    const struct store_op *op = &commit->ops[i];
    hash_op(season, op);
    if (op->op == STORE_PUT && op->kind == RECORD_OUT) (void)map_put(watching->kept_rows, op->id, map_get(watching->sent_rows, op->id));
  }
}
