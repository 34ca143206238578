/* intake_questions.c: walks the talk's own version of the scheme's question set; every answer is kept as it is given. */
#include <stdlib.h>

#include "bot/flows/intake_parts.h"
#include "bot/sealing.h"

enum { TEXT_CHARS_DEFAULT = 300 };

static const struct question_set *set_of(struct talking *talking) {
  return txn_get(talking->turn->txn, RECORD_QUESTION_SET, talking->talk->question_set == NULL ? "" : talking->talk->question_set);
}

const struct question *questions_get(struct talking *talking, const char *id) {
  const struct question_set *set = set_of(talking);
  for (size_t i = 0; set != NULL && i < set->questions.count; i++) {
    if (strcmp(set->questions.items[i].id, id) == 0) return &set->questions.items[i];
  }
  return NULL;
}

static const struct question *asked_now(struct talking *talking) {
  return questions_get(talking, engine_detail(talking));
}

/* A reserve answers what mentors answer. */
static bool is_for_role(const struct question *question, enum role role) {
  if (question->role == NULL || strcmp(question->role, "all") == 0) return true;
  return strcmp(question->role, role == ROLE_MENTEE ? "mentee" : "mentor") == 0;
}

/* ---- answers ---- */
static struct answer *find_answer(const struct enrolment *enrolment, const char *question) {
  for (size_t i = 0; i < enrolment->answers.count; i++) {
    if (strcmp(enrolment->answers.items[i].question, question) == 0) return &enrolment->answers.items[i];
  }
  return NULL;
}

static struct answer *answer_for(struct talking *talking, const char *question) {
  struct enrolment *enrolment = intake_enrolment(talking);
  struct answer *answer = find_answer(enrolment, question);
  if (answer == NULL) {
    answer = LIST_ADD(talking->turn->arena, &enrolment->answers);
    answer->question = question;
  }
  enrolment->changed_ms = talking->turn->now_ms;
  return answer;
}

static bool answer_has(struct talking *talking, const char *question, const char *value) {
  const struct answer *answer = find_answer(intake_enrolment(talking), question);
  return answer != NULL && answer->state == ANSWER_ANSWERED && strs_has(answer->values, value);
}

/* ---- which comes next ---- */
/* A grid is asked only of people who wanted one, an identity wish only of people who consented to it. */
static bool is_wanted(struct talking *talking, const struct question_set *set, size_t at) {
  const struct question *question = &set->questions.items[at];
  if (!is_for_role(question, intake_enrolment(talking)->role)) return false;
  if (at == 0) return true;
  const struct question *before = &set->questions.items[at - 1];
  if (question->kind == QUESTION_GRID) return answer_has(talking, before->id, "grid");
  if (before->kind == QUESTION_CONSENT) return answer_has(talking, before->id, "yes");
  return true;
}

/* The second half of "both", and "a few more questions": what was answered is not asked again. */
static bool asks_new_only(struct talking *talking) {
  return engine_slot(talking->talk, "new_only") != NULL && engine_slot(talking->talk, "review") == NULL;
}

static const char *first_from(struct talking *talking, size_t from, bool extra, bool new_only, const char *otherwise) {
  const struct question_set *set = set_of(talking);
  for (size_t i = from; set != NULL && i < set->questions.count; i++) {
    const struct question *question = &set->questions.items[i];
    if (question->extra != extra || !is_wanted(talking, set, i)) continue;
    if (new_only && find_answer(intake_enrolment(talking), question->id) != NULL) continue;
    return arena_format(talking->turn->arena, "ask/%s", question->id);
  }
  return otherwise;
}

const char *questions_more(struct talking *talking) {
  return first_from(talking, 0, true, true, NULL);
}

const char *questions_first(struct talking *talking, bool extra, const char *otherwise) {
  return first_from(talking, 0, extra, asks_new_only(talking), otherwise);
}

static bool leads_on(struct talking *talking, const struct question *question) {
  if (question->kind == QUESTION_CONSENT) return answer_has(talking, question->id, "yes");
  return answer_has(talking, question->id, "grid");
}

/* Whom to be kept apart from is asked once, also of those with two roles. */
static const char *after_last(struct talking *talking, const struct question *question) {
  if (question->extra) return STEP_END;
  return engine_slot(talking->talk, "new_only") == NULL ? "apart" : "review";
}

const char *questions_next(struct talking *talking) {
  const struct question_set *set = set_of(talking);
  const struct question *question = asked_now(talking);
  if (set == NULL || question == NULL) return "apart";
  size_t at = (size_t)(question - set->questions.items);
  const char *next = first_from(talking, at + 1, question->extra, asks_new_only(talking), after_last(talking, question));
  return leads_on(talking, question) ? next : intake_onward(talking, next);
}

int64_t questions_steps(struct talking *talking) {
  const struct question_set *set = set_of(talking);
  int64_t steps = INTAKE_STEPS_BEFORE;
  for (size_t i = 0; set != NULL && i < set->questions.count; i++) {
    const struct question *question = &set->questions.items[i];
    if (!question->extra && question->step > steps) steps = question->step;
  }
  return steps + 1;
}

/* ---- asking ---- */
/* "intake.topics", or "intake.topics.mentor" where mentors are asked in other words. */
static const char *words_for(struct talking *talking, const struct question *question) {
  struct turn *turn = talking->turn;
  enum role role = intake_enrolment(talking)->role;
  if (question->words == NULL) return W("intake.own_question");
  const char *special = arena_format(turn->arena, "%s.mentor", question->words);
  return role != ROLE_MENTEE && words_has(turn->words, special) ? special : question->words;
}

bool questions_is_shared(struct talking *talking, const struct question *question) {
  if (question->role != NULL && strcmp(question->role, "all") != 0) return false;
  if (question->sealed || question->kind == QUESTION_CONSENT) return false;
  return question->words == NULL || !words_has(talking->turn->words, arena_format(talking->turn->arena, "%s.mentor", question->words));
}

/* NULL: the value is its own label. */
static const char *label_key(struct turn *turn, const char *question, const char *value) {
  const char *key = arena_format(turn->arena, "option.%s.%s", question, value);
  return words_has(turn->words, key) ? key : NULL;
}

static void add_option(struct talking *talking, struct out *out, const struct question *question, const char *value) {
  const char *key = label_key(talking->turn, question->id, value);
  (void)card_choice(talking->turn, out, value, key, key == NULL ? value : NULL);
}

static const char *const grid_days[] = {"mon", "tue", "wed", "thu", "fri"};
static const char *const grid_parts[] = {"morning", "lunch", "afternoon"};

static void add_grid(struct talking *talking, struct out *out, const struct question *question) {
  for (size_t day = 0; day < ARRAY_LEN(grid_days); day++) {
    for (size_t part = 0; part < ARRAY_LEN(grid_parts); part++) {
      add_option(talking, out, question, arena_format(talking->turn->arena, "%s_%s", grid_days[day], grid_parts[part]));
    }
  }
}

static void add_numbers(struct talking *talking, struct out *out, const struct question *question) {
  for (int64_t i = 1; i <= question->choose_max; i++) {
    (void)card_choice(talking->turn, out, arena_format(talking->turn->arena, "%lld", (long long)i), NULL,
                      arena_format(talking->turn->arena, "%lld", (long long)i));
  }
}

static void add_options(struct talking *talking, struct out *out, const struct question *question) {
  switch (question->kind) {
  case QUESTION_GRID: add_grid(talking, out, question); break;
  case QUESTION_NUMBER: add_numbers(talking, out, question); break;
  case QUESTION_CONSENT:
    (void)card_choice(talking->turn, out, "yes", W("intake.button.consent"), NULL);
    (void)card_choice(talking->turn, out, "no", W("intake.button.no_consent"), NULL);
    break;
  default:
    for (size_t i = 0; i < question->options.count; i++) add_option(talking, out, question, question->options.items[i]);
  }
  if (question->kind == QUESTION_SEVERAL || question->kind == QUESTION_GRID) out->input = IN_SELECT_MANY;
  if (question->kind == QUESTION_TEXT) out->input = IN_TEXT;
  if (question->kind == QUESTION_PERSON) out->input = IN_PERSON;
}

static struct strs labels_of(struct turn *turn, const struct answer *answer) {
  struct strs labels = {0};
  for (size_t i = 0; i < answer->values.count; i++) {
    struct choice choice = {.words = label_key(turn, answer->question, answer->values.items[i])};
    const char *label = choice.words == NULL ? answer->values.items[i] : words_format(turn->words, choice.words, NULL, 0, "Etc/UTC", turn->arena);
    labels = strs_plus(turn->arena, labels, label);
  }
  return labels;
}

/* What was said before, or came with an import, can be kept with one tap. */
static void add_keep(struct talking *talking, struct out *out, const struct question *question) {
  const struct answer *answer = find_answer(intake_enrolment(talking), question->id);
  if (answer == NULL || answer->state != ANSWER_ANSWERED) return;
  if (answer->sealed != NULL) {
    (void)card_choice(talking->turn, out, "keep", W("intake.button.keep_sealed"), NULL);
    return;
  }
  if (answer->values.count == 0 || question->kind == QUESTION_TEXT) return;
  if (question->kind == QUESTION_DATE) {
    day_offer(talking, out, question, answer->values.items[0]);
    return;
  }
  enum input_kind input = out->input;
  struct choice *choice = card_choice(talking->turn, out, "keep", W("intake.button.keep"), NULL);
  out->input = input;
  param_list(WITH(talking->turn, choice), talking->turn, "labels", labels_of(talking->turn, answer));
}

/* A consent leads to a sealed answer, and is read by rules like it. */
static const char *who_sees(const struct question *question) {
  return question->sealed || question->kind == QUESTION_CONSENT ? W("who.locked_for_matching") : W("who.managers_and_match");
}

void questions_ask(struct talking *talking) {
  const struct question *question = asked_now(talking);
  if (question == NULL) { /* the set lost this question: review what there is */
    (void)intake_ask(talking, W("intake.own_question"), NULL, 0);
    return;
  }
  struct out *out = intake_ask(talking, words_for(talking, question), who_sees(question), question->extra ? 0 : question->step);
  param_text(WITH(talking->turn, out), talking->turn, "text", question->text == NULL ? "" : question->text);
  out->choose_max = question->choose_max;
  if (question->kind == QUESTION_TEXT && out->choose_max == 0) out->choose_max = TEXT_CHARS_DEFAULT;
  add_options(talking, out, question);
  if (question->kind == QUESTION_DATE) day_ask(talking, out, question);
  add_keep(talking, out, question);
}

/* ---- reading ---- */
static enum reading say_again(struct talking *talking, const char *words, int64_t max) {
  struct out *out = card_to(talking->turn, talking->talk->person, words);
  param_number(WITH(talking->turn, out), talking->turn, "max", max);
  return READ_AGAIN;
}

static enum reading read_typed(struct talking *talking, const struct question *question, const char *text) {
  int64_t chars_max = question->choose_max > 0 ? question->choose_max : TEXT_CHARS_DEFAULT;
  if (text_utf8_count(text) > (size_t)chars_max) return say_again(talking, W("intake.too_long"), chars_max);
  struct answer *answer = answer_for(talking, question->id);
  answer->state = ANSWER_ANSWERED;
  answer->values = (struct strs){0};
  if (!question->sealed) {
    answer->values = strs_of(talking->turn->arena, 1, text);
    return READ_OK;
  }
  const char *field = arena_format(talking->turn->arena, "enrolment.answers.%s", question->id);
  sealing_put(talking->turn, &answer->sealed, talking->talk->person, field, text);
  return READ_OK;
}

static enum reading read_day(struct talking *talking, const struct question *question, const char *text) {
  const char *iso = day_read(talking, question, text);
  if (iso == NULL) return READ_AGAIN;
  struct answer *answer = answer_for(talking, question->id);
  answer->state = ANSWER_ANSWERED;
  answer->values = strs_of(talking->turn->arena, 1, iso);
  return READ_OK;
}

static enum answer_state state_of(struct strs values) {
  bool none = values.count == 1 && (strcmp(values.items[0], "no_preference") == 0 || strcmp(values.items[0], "no_matter") == 0);
  return none ? ANSWER_NO_PREFERENCE : ANSWER_ANSWERED;
}

static enum reading read_chosen(struct talking *talking, const struct question *question, struct strs values) {
  bool several = question->kind == QUESTION_SEVERAL || question->kind == QUESTION_GRID;
  if (!several && values.count > 1) return say_again(talking, W("talk.only_one"), 1);
  if (question->kind == QUESTION_SEVERAL && question->choose_max > 0 && values.count > (size_t)question->choose_max)
    return say_again(talking, W("intake.too_many"), question->choose_max);
  struct answer *answer = answer_for(talking, question->id);
  answer->state = state_of(values);
  answer->values = values;
  return READ_OK;
}

enum reading questions_read(struct talking *talking, const struct heard *heard) {
  const struct question *question = asked_now(talking);
  if (question == NULL || strs_has(heard->values, "keep")) return READ_OK;
  if (question->kind == QUESTION_DATE && heard->text != NULL) return read_day(talking, question, heard->text);
  bool typed = question->kind == QUESTION_TEXT || question->kind == QUESTION_PERSON;
  if (typed && heard->text != NULL) return read_typed(talking, question, heard->text);
  if (heard->values.count == 0 || heard->unknown != NULL) return say_again(talking, W("talk.not_understood"), 0);
  return read_chosen(talking, question, heard->values);
}

void questions_skip(struct talking *talking) {
  const struct question *question = asked_now(talking);
  if (question == NULL) return;
  struct answer *answer = answer_for(talking, question->id);
  answer->state = ANSWER_SKIPPED;
  answer->values = (struct strs){0};
  sealing_drop(talking->turn, &answer->sealed);
}

bool questions_may_skip(struct talking *talking) {
  const struct question *question = asked_now(talking);
  return question == NULL || !question->required;
}

unsigned questions_flags(struct talking *talking) {
  const struct question *question = asked_now(talking);
  if (question == NULL) return 0;
  if (question->kind == QUESTION_TEXT || question->kind == QUESTION_PERSON || question->kind == QUESTION_DATE) return STEP_TYPED;
  return question->kind == QUESTION_SEVERAL || question->kind == QUESTION_GRID ? STEP_SEVERAL : 0;
}

const char *questions_why(struct talking *talking) {
  const char *key = arena_format(talking->turn->arena, "why.%s", engine_detail(talking));
  return words_has(talking->turn->words, key) ? key : W("talk.why");
}

/* ---- the review ---- */
static struct line *review_line(struct talking *talking, struct out *out, const struct question *question, const struct answer *answer) {
  struct turn *turn = talking->turn;
  bool skipped = answer == NULL || answer->state == ANSWER_SKIPPED || answer->state == ANSWER_NOT_ASKED;
  struct line *line = card_line(turn, out, skipped ? W("review.skipped") : answer->sealed != NULL ? W("review.sealed") : W("review.answer"));
  const char *key = arena_format(turn->arena, "review.name.%s", question->id);
  if (words_has(turn->words, key)) param_words(WITH(turn, line), turn, "name", strs_of(turn->arena, 1, key));
  else param_text(WITH(turn, line), turn, "name", question->text != NULL ? question->text : question->id);
  if (skipped || answer->sealed != NULL) return line;
  if (question->kind == QUESTION_DATE && answer->values.count > 0) param_day(WITH(turn, line), turn, "labels", answer->values.items[0]);
  else param_list(WITH(turn, line), turn, "labels", labels_of(turn, answer));
  return line;
}

static bool is_in_review(struct talking *talking, const struct question_set *set, size_t at) {
  const struct question *question = &set->questions.items[at];
  if (!is_wanted(talking, set, at) || question->kind == QUESTION_CONSENT) return false;
  return !question->extra || find_answer(intake_enrolment(talking), question->id) != NULL;
}

/* "Go through the week" is no answer of its own: the week itself stands in the next line. */
static bool is_told_by_week(struct talking *talking, const struct question_set *set, size_t at, const struct answer *answer) {
  bool week = at + 1 < set->questions.count && set->questions.items[at + 1].kind == QUESTION_GRID && is_in_review(talking, set, at + 1);
  return week && answer != NULL && answer->values.count == 1 && strcmp(answer->values.items[0], "grid") == 0;
}

void questions_review_lines(struct talking *talking, struct out *out) {
  const struct question_set *set = set_of(talking);
  for (size_t i = 0; set != NULL && i < set->questions.count; i++) {
    if (!is_in_review(talking, set, i)) continue;
    const struct answer *answer = find_answer(intake_enrolment(talking), set->questions.items[i].id);
    if (!is_told_by_week(talking, set, i, answer)) (void)review_line(talking, out, &set->questions.items[i], answer);
  }
}

void questions_review_choices(struct talking *talking, struct out *out) {
  const struct question_set *set = set_of(talking);
  struct turn *turn = talking->turn;
  for (size_t i = 0; set != NULL && i < set->questions.count; i++) {
    if (!is_in_review(talking, set, i)) continue;
    const char *id = set->questions.items[i].id;
    const char *key = arena_format(turn->arena, "review.change.%s", id);
    const char *value = arena_format(turn->arena, "ask/%s", id);
    bool named = words_has(turn->words, key);
    (void)card_choice(turn, out, value, named ? key : NULL, named ? NULL : id);
  }
}
