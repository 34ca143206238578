/* intake.c: signing up: the limits of confidentiality first, then who you are, the scheme's questions, a review. */
#include "bot/flows/intake_parts.h"
#include "bot/schedule.h"

/* ---- shared by the intake's files ---- */
struct enrolment *intake_enrolment(struct talking *talking) {
  return txn_edit(talking->turn->txn, RECORD_ENROLMENT, talking->talk->subject);
}

struct person *intake_person(struct talking *talking) {
  return turn_edit_person(talking->turn, talking->talk->person);
}

/* What comes next is told on the first walk only: from the review one goes back to the review. */
static void add_next(struct talking *talking, struct out *out, const char *words) {
  size_t bytes = strlen(words);
  bool special = bytes > 7 && strcmp(words + bytes - 7, ".mentor") == 0;
  const char *key = arena_format(talking->turn->arena, "%s.next", special ? arena_text_n(talking->turn->arena, words, bytes - 7) : words);
  if (words_has(talking->turn->words, key)) (void)card_line(talking->turn, out, key);
}

struct out *intake_ask(struct talking *talking, const char *words, const char *who, int64_t step) {
  struct out *out = engine_ask(talking, words);
  out->who = who;
  if (step > 0 && engine_slot(talking->talk, "review") == NULL && engine_slot(talking->talk, "new_only") == NULL) {
    add_next(talking, out, words);
    out->progress = step;
    out->progress_of = questions_steps(talking);
  }
  return out;
}

const char *intake_onward(struct talking *talking, const char *otherwise) {
  return engine_slot(talking->talk, "review") == NULL ? otherwise : "review";
}

/* ---- limits ---- */
static void limits_ask(struct talking *talking) {
  struct out *out = intake_ask(talking, W("intake.limits"), NULL, 1);
  (void)card_line(talking->turn, out, W("intake.limits.kept"));
  (void)card_line(talking->turn, out, W("intake.limits.told"));
  (void)card_line(talking->turn, out, W("intake.limits.platform"));
  card_choice(talking->turn, out, "yes", W("intake.button.start"), NULL)->primary = true;
  (void)card_choice(talking->turn, out, "what", W("intake.button.what"), NULL);
}

static enum reading limits_read(struct talking *talking, const struct heard *heard) {
  if (strcmp(heard->values.items[0], "what") == 0) {
    (void)card_to(talking->turn, talking->talk->person, W("intake.what"));
    return READ_AGAIN;
  }
  struct person *person = intake_person(talking);
  person->limits_version = INTAKE_LIMITS_VERSION;
  person->limits_ms = talking->turn->now_ms;
  return READ_OK;
}

static const char *limits_next(struct talking *talking) {
  return engine_slot(talking->talk, "role") == NULL ? "role" : role_next(talking);
}

/* ---- behind the line manager ---- */
static const char *line_manager_next(struct talking *talking) {
  return intake_onward(talking, questions_first(talking, false, "apart"));
}

/* ---- review ---- */
static bool has_applied(const struct enrolment *enrolment) {
  return enrolment->state != ENROLMENT_DRAFT && enrolment->state != ENROLMENT_PREFILLED;
}

static void review_person_lines(struct talking *talking, struct out *out) {
  const struct person *person = turn_person(talking->turn, talking->talk->person);
  static const char *const line_words[LINE_STATE_MAX_] = {[LINE_UNKNOWN] = W("review.line_unknown"),
                                                          [LINE_IMPORTED] = W("review.line_sealed"),
                                                          [LINE_GIVEN] = W("review.line_sealed"),
                                                          [LINE_NONE] = W("review.line_none"),
                                                          [LINE_ASK_MANAGER] = W("review.line_ask")};
  (void)card_line(talking->turn, out, line_words[person->line_state]);
  (void)card_line(talking->turn, out, person->apart == NULL ? W("review.apart_none") : W("review.apart_sealed"));
}

static void review_ask(struct talking *talking) {
  struct turn *turn = talking->turn;
  engine_set_slot(turn, talking->talk, "review", "1");
  struct out *out = intake_ask(talking, W("intake.review"), W("who.managers_and_match"), 0);
  both_review_line(talking, out);
  questions_review_lines(talking, out);
  review_person_lines(talking, out);
  bool applied = has_applied(intake_enrolment(talking));
  card_choice(turn, out, "done", applied ? W("intake.button.close") : W("intake.button.send"), NULL)->primary = true;
  both_review_choice(talking, out);
  if (applied && questions_more(talking) != NULL) (void)card_choice(turn, out, "more", W("review.more"), NULL);
  questions_review_choices(talking, out);
  (void)card_choice(turn, out, "about_you", W("review.change.about_you"), NULL);
  (void)card_choice(turn, out, "line_manager", W("review.change.line_manager"), NULL);
  (void)card_choice(turn, out, "apart", W("review.change.apart"), NULL);
}

static enum reading review_read(struct talking *talking, const struct heard *heard) {
  engine_set_slot(talking->turn, talking->talk, "change", heard->values.items[0]);
  return READ_OK;
}

static void apply(struct talking *talking) {
  struct enrolment *enrolment = intake_enrolment(talking);
  enrolment->state = ENROLMENT_APPLIED;
  enrolment->applied_ms = talking->turn->now_ms;
  txn_audit(talking->turn->txn, talking->talk->person, "applied", enrolment->id);
}

static const char *go_on_with_more(struct talking *talking) {
  engine_set_slot(talking->turn, talking->talk, "review", NULL);
  engine_set_slot(talking->turn, talking->talk, "new_only", "1");
  const char *first = questions_more(talking);
  return first == NULL ? "review" : first;
}

static const char *review_next(struct talking *talking) {
  const char *change = engine_slot(talking->talk, "change");
  engine_set_slot(talking->turn, talking->talk, "change", NULL);
  if (change == NULL) return "review";
  if (strcmp(change, "more") == 0) return go_on_with_more(talking);
  if (strcmp(change, "other_half") == 0) return both_turn_over(talking);
  if (strcmp(change, "done") != 0) return change;
  if (has_applied(intake_enrolment(talking))) return STEP_END;
  apply(talking);
  return both_begin_second(talking) ? "half" : "enough";
}

/* ---- enough: in; two more minutes for a better match? ---- */
static void enough_ask(struct talking *talking) {
  struct out *out = intake_ask(talking, W("intake.enough"), NULL, 0);
  engine_set_slot(talking->turn, talking->talk, "review", NULL);
  card_choice(talking->turn, out, "more", W("intake.button.more"), NULL)->primary = true;
  (void)card_choice(talking->turn, out, "later", W("intake.button.later"), NULL);
}

static enum reading enough_read(struct talking *talking, const struct heard *heard) {
  engine_set_slot(talking->turn, talking->talk, "more", strcmp(heard->values.items[0], "more") == 0 ? "1" : NULL);
  return READ_OK;
}

static const char *enough_next(struct talking *talking) {
  return engine_slot(talking->talk, "more") == NULL ? STEP_END : questions_first(talking, true, STEP_END);
}

/* ---- the flow ---- */
static void intake_end(struct talking *talking) {
  struct out *out = card_to(talking->turn, talking->talk->person, W("intake.end"));
  (void)card_command(talking->turn, out, "next", W("command.button.next"));
  (void)card_command(talking->turn, out, "me", W("command.button.me"));
}

static void intake_cancel(struct talking *talking) {
  bool applied = has_applied(intake_enrolment(talking));
  struct out *out = card_to(talking->turn, talking->talk->person, applied ? W("talk.cancelled") : W("intake.cancelled"));
  if (applied) (void)card_command(talking->turn, out, "me", W("command.button.me"));
  else (void)card_command(talking->turn, out, "join", W("command.button.join_on"));
}

static void intake_remind(struct talking *talking, enum remind what) {
  struct turn *turn = talking->turn;
  if (what == REMIND_PERSON) {
    (void)card_to(turn, talking->talk->person, W("intake.remind"));
  } else if (what == REMIND_MANAGER) {
    struct strs managers = turn_managers(turn, intake_enrolment(talking)->programme, talking->talk->person);
    for (size_t i = 0; i < managers.count; i++) {
      struct out *out = card_to(turn, managers.items[i], W("intake.unfinished"));
      param_person(WITH(turn, out), turn, "person", talking->talk->person);
    }
  } else {
    (void)card_to(turn, talking->talk->person, W("intake.given_up"));
  }
}

static const struct step intake_steps[] = {
    {.name = "limits", .ask = limits_ask, .read = limits_read, .next = limits_next, .yes = "yes", .no = "cancel", .flags = STEP_NO_BACK},
    {.name = "role", .ask = role_ask, .read = role_read, .next = role_next, .why = W("why.role")},
    {.name = "about_you",
     .ask = about_ask,
     .read = about_read,
     .next = about_next,
     .skip = about_skip,
     .why = W("why.about_you"),
     .yes = "right",
     .flags_now = about_flags},
    {.name = "line_manager",
     .ask = line_manager_ask,
     .read = line_manager_read,
     .next = line_manager_next,
     .why = W("why.line_manager"),
     .yes = "right",
     .no = "",
     .flags = STEP_TYPED | STEP_NAME},
    {.name = "ask",
     .ask = questions_ask,
     .read = questions_read,
     .next = questions_next,
     .skip = questions_skip,
     .may_skip = questions_may_skip,
     .why_now = questions_why,
     .flags_now = questions_flags},
    {.name = "apart",
     .ask = apart_ask,
     .read = apart_read,
     .then = "review",
     .skip = apart_skip,
     .why = W("why.apart"),
     .yes = "right",
     .no = "nobody",
     .flags = STEP_TYPED | STEP_NAME},
    {.name = "review", .ask = review_ask, .read = review_read, .next = review_next, .yes = "done"},
    {.name = "half", .ask = half_ask, .read = half_read, .next = half_next, .yes = "on", .no = "later", .flags = STEP_NO_BACK},
    {.name = "enough", .ask = enough_ask, .read = enough_read, .next = enough_next, .yes = "more", .no = "later", .flags = STEP_NO_BACK},
};
static const struct reminder intake_reminders[] = {
    {2, false, REMIND_PERSON}, {5, false, REMIND_PERSON}, {7, false, REMIND_MANAGER}, {30, false, REMIND_END}};

const struct flow intake_flow = {.name = "intake",
                                 .steps = intake_steps,
                                 .step_count = ARRAY_LEN(intake_steps),
                                 .reminders = intake_reminders,
                                 .reminder_count = ARRAY_LEN(intake_reminders),
                                 .remind = intake_remind,
                                 .cancel = intake_cancel,
                                 .end = intake_end};

/* ---- doors ---- */
static struct talk *running_intake(struct turn *turn) {
  struct strs talks = txn_find(turn->txn, INDEX_talk_person, turn->person);
  for (size_t i = talks.count; i > 0; i--) {
    const struct talk *talk = txn_get(turn->txn, RECORD_TALK, talks.items[i - 1]);
    if (engine_runs(talk) && strcmp(talk->flow, "intake") == 0) return txn_edit(turn->txn, RECORD_TALK, talk->id);
  }
  return NULL;
}

static struct enrolment *draft_enrolment(struct turn *turn, const struct programme *programme) {
  const struct enrolment *before = turn_enrolment(turn, turn->person, programme->id, ROLE_INVALID_);
  if (before != NULL) return txn_edit(turn->txn, RECORD_ENROLMENT, before->id);
  struct enrolment *enrolment = txn_add(turn->txn, RECORD_ENROLMENT, NULL);
  enrolment->person = turn->person;
  enrolment->programme = programme->id;
  return enrolment;
}

static enum role asked_role(struct turn *turn, const char *word) {
  if (text_same_folded(turn->arena, word, "mentor")) return ROLE_MENTOR;
  if (text_same_folded(turn->arena, word, "mentee")) return ROLE_MENTEE;
  return text_same_folded(turn->arena, word, "reserve") ? ROLE_RESERVE : ROLE_INVALID_;
}

/* Where an earlier sign-up stopped: its talk's step, with what it remembered. NULL: at the beginning. */
static const struct talk *stopped_talk(struct turn *turn, const struct enrolment *enrolment) {
  struct strs talks = txn_find(turn->txn, INDEX_talk_subject, enrolment->id);
  for (size_t i = talks.count; i > 0; i--) {
    const struct talk *talk = txn_get(turn->txn, RECORD_TALK, talks.items[i - 1]);
    if (strcmp(talk->flow, "intake") == 0 && talk->question_set != NULL) return talk;
  }
  return NULL;
}

static void remember(struct turn *turn, struct talk *talk, const struct talk *before) {
  talk->question_set = before->question_set;
  for (size_t i = 0; i < before->slots.count; i++) engine_set_slot(turn, talk, before->slots.items[i].name, before->slots.items[i].value);
}

static void start_intake(struct turn *turn, const struct programme *programme, struct enrolment *enrolment, enum role role) {
  const struct talk *before = enrolment->state == ENROLMENT_DRAFT ? stopped_talk(turn, enrolment) : NULL;
  enrolment->state = ENROLMENT_DRAFT;
  enrolment->question_set = before != NULL ? before->question_set : programme->question_set;
  enrolment->changed_ms = turn->now_ms;
  if (role != ROLE_INVALID_) enrolment->role = role;
  struct talk *talk = engine_start_quietly(turn, turn->person, "intake", before != NULL ? before->step : "limits", enrolment->id);
  talk->question_set = programme->question_set;
  if (role != ROLE_INVALID_) engine_set_slot(turn, talk, "role", role_name(role));
  if (before != NULL) remember(turn, talk, before);
  engine_bring(turn, talk, NULL);
}

void intake_begin(struct turn *turn, const char *role_word, const char *announcement) {
  const struct programme *programme = turn_programme(turn);
  if (programme == NULL) {
    (void)card_to(turn, turn->person, W("intake.no_programme"));
    return;
  }
  struct talk *talk = running_intake(turn);
  struct enrolment *enrolment = draft_enrolment(turn, programme);
  if (talk != NULL) {
    engine_bring(turn, talk, NULL);
  } else if (has_applied(enrolment)) {
    struct out *out = card_to(turn, turn->person, W("intake.already"));
    (void)card_command(turn, out, "next", W("command.button.next"));
    (void)card_command(turn, out, "me", W("command.button.me"));
  } else {
    start_intake(turn, programme, enrolment, asked_role(turn, role_word));
    if (announcement != NULL) announce_joined(turn, announcement);
  }
}

void intake_change(struct turn *turn) {
  const struct programme *programme = turn_programme(turn);
  const struct enrolment *enrolment = programme == NULL ? NULL : turn_enrolment(turn, turn->person, programme->id, ROLE_INVALID_);
  struct talk *talk = running_intake(turn);
  if (talk != NULL) {
    engine_bring(turn, talk, NULL);
  } else if (enrolment == NULL || enrolment->state == ENROLMENT_PREFILLED) {
    struct out *out = card_to(turn, turn->person, W("me.nothing"));
    (void)card_command(turn, out, "join", W("command.button.join"));
  } else {
    talk = engine_start_quietly(turn, turn->person, "intake", "review", enrolment->id);
    talk->question_set = enrolment->question_set;
    engine_bring(turn, talk, NULL);
  }
}
