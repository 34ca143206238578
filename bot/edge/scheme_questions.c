/* scheme_questions.c: a scheme's own questions: each row by the table, then what only the whole list can tell. */
#include "bot/edge/scheme_questions.h"

#include <stdio.h>
#include <string.h>

#include "bot/base/text.h"
#include "bot/edge/words_file.h"

enum {
  QUESTIONS_MAX = 60, OPTIONS_MAX = 30, TEXT_CHARS_MAX = 500, ANSWER_CHARS_MAX = 2000, NUMBERS_MAX = 20,
  STEP_FIRST = 3, STEP_MAX = 20 /* two steps of the intake come before */
};

struct question_keys {
  const char *id, *kind, *who, *words, *text;
  bool required, sealed, extra;
  int64_t max, step;
  struct yaml_texts options;
};
static const char *const kinds[] = {"choice", "several", "text", "number", "person", "grid", "consent", "date", NULL};
static const char *const askable[] = {"all", "mentee", "mentor", NULL};
#define ROW(field) .name = #field, .offset = offsetof(struct question_keys, field)
static const struct yaml_key rows[] = {
    {ROW(id), .type = YAML_NAME, .max = 40, .needed = true, .example = "topics", .help = "what its answers are kept under"},
    {ROW(kind), .type = YAML_CHOICE, .choices = kinds, .needed = true, .example = "choice", .help = "how it is asked"},
    {ROW(who), .type = YAML_CHOICE, .choices = askable, .otherwise = "all", .example = "mentee", .help = "who is asked"},
    {ROW(words), .type = YAML_NAME, .example = "intake.topics", .help = "a sentence of the bot's own catalogue"},
    {ROW(text), .type = YAML_LINES, .max = TEXT_CHARS_MAX, .example = "\"Which shift do you work?\"", .help = "the question in your own words"},
    {ROW(required), .type = YAML_YES_NO, .otherwise = "no", .example = "yes", .help = "it may not be skipped"},
    {ROW(sealed), .type = YAML_YES_NO, .otherwise = "no", .example = "yes", .help = "answers are encrypted; rules may use them, nobody reads them"},
    {ROW(extra), .type = YAML_YES_NO, .otherwise = "no", .example = "yes", .help = "asked only of those who want to say more"},
    {ROW(max), .type = YAML_WHOLE, .min = 1, .max = ANSWER_CHARS_MAX, .example = "3",
     .help = "several: at most so many; text: characters; number: the highest; date: days ahead"},
    {ROW(options), .type = YAML_TEXTS, .min = 1, .max = OPTIONS_MAX, .example = "[early, late, night]", .help = "what may be chosen"},
    {ROW(step), .type = YAML_WHOLE, .min = STEP_FIRST, .max = STEP_MAX, .example = "3", .help = "shown as \"step 3 of 6\"; several questions may share one"},
};

static const struct yaml_node *place(const struct yaml_node *map, const char *key) {
  const struct yaml_node *node = yaml_at(map, key);
  return node == NULL ? map : node;
}

/* ---- what the rows of one question must have together ---- */
static bool has_options(enum question_kind kind) {
  return kind == QUESTION_CHOICE || kind == QUESTION_SEVERAL;
}

static void check_options(struct yaml_reader *reader, const struct yaml_node *node, const struct question_keys *keys, enum question_kind kind) {
  struct strs seen = {0};
  if (has_options(kind) && keys->options.count < 2)
    yaml_trouble(reader, place(node, "options"), "a question of the kind `%s` needs two options at least; write `options: [early, late]`", keys->kind);
  if (!has_options(kind) && keys->options.node != NULL)
    yaml_trouble_at_key(reader, place(node, "options"), "a question of the kind `%s` has no options; take them out, or write `kind: choice`", keys->kind);
  for (const struct yaml_node *one = keys->options.node == NULL ? NULL : keys->options.node->first; one != NULL; one = one->next) {
    if (one->shape != YAML_ONE) continue; /* told by the table */
    if (strs_has(seen, one->text)) yaml_trouble(reader, one, "the option `%s` stands here twice; keep one", yaml_show(one->text).text);
    seen = strs_plus(reader->arena, seen, one->text);
  }
}

static void check_max(struct yaml_reader *reader, const struct yaml_node *node, const struct question_keys *keys, enum question_kind kind) {
  const struct yaml_node *at = place(node, "max");
  if (kind == QUESTION_NUMBER && (keys->max == 0 || keys->max > NUMBERS_MAX))
    yaml_trouble(reader, at, "a question of the kind `number` offers 1 to `max`, which is 1 to %d; write `max: 3`", NUMBERS_MAX);
  if (kind == QUESTION_SEVERAL && keys->max > (int64_t)keys->options.count)
    yaml_trouble(reader, at, "`max` is more than the %zu options there are; write a smaller one, or take it out", keys->options.count);
  if (keys->max != 0 && kind != QUESTION_NUMBER && kind != QUESTION_SEVERAL && kind != QUESTION_TEXT && kind != QUESTION_DATE)
    yaml_trouble_at_key(reader, at, "`max` means nothing for the kind `%s`; take it out", keys->kind);
}

static void check_sealed(struct yaml_reader *reader, const struct yaml_node *node, const struct question_keys *keys, enum question_kind kind) {
  if (keys->sealed && kind != QUESTION_TEXT && kind != QUESTION_PERSON)
    yaml_trouble_at_key(reader, place(node, "sealed"), "only answers that are typed are sealed; write `kind: text` or `kind: person`, or take `sealed` out");
}

/* A grid is asked only of people who chose `grid` in the question before it. */
static void check_grid(struct yaml_reader *reader, const struct yaml_node *node, const struct question_set *set) {
  const struct question *before = set->questions.count == 0 ? NULL : &set->questions.items[set->questions.count - 1];
  if (before != NULL && has_options(before->kind) && strs_has(before->options, "grid")) return;
  yaml_trouble(reader, place(node, "kind"), "a grid follows a question with the option `grid`, and is asked of those who chose it; put one before it");
}

/* ---- in whose words it is asked ---- */
static bool knows(struct words *words, const char *key) {
  return words != NULL && words_has(words, key);
}

static void choose_words(struct yaml_reader *reader, const struct yaml_node *node, const struct question_keys *keys, struct words *words,
                         struct question *question) {
  const char *own = arena_format(reader->arena, "intake.%s", keys->id);
  question->text = keys->text;
  question->words = keys->words;
  if (keys->text != NULL && keys->words != NULL)
    yaml_trouble_at_key(reader, place(node, "words"), "`words` and `text` both say what is asked; keep one of them");
  else if (keys->words != NULL && !knows(words, keys->words))
    yaml_trouble(reader, place(node, "words"), "`%s` is no sentence of the catalogue; write the question itself, as in `text: \"Which shift do you work?\"`",
                 yaml_show(keys->words).text);
  else if (keys->text == NULL && keys->words == NULL && knows(words, own)) question->words = own;
  else if (keys->text == NULL && keys->words == NULL)
    yaml_trouble(reader, node, "the question `%s` has no words of its own; write what is asked, as in `text: \"Which shift do you work?\"`",
                 yaml_show(keys->id).text);
}

/* ---- the list ---- */
static int64_t step_of(const struct question_set *set, const struct question_keys *keys) {
  int64_t last = STEP_FIRST - 1;
  if (keys->extra) return 0;
  if (keys->step != 0) return keys->step;
  for (size_t i = 0; i < set->questions.count; i++) {
    if (set->questions.items[i].step > last) last = set->questions.items[i].step;
  }
  return last < STEP_MAX ? last + 1 : STEP_MAX;
}

static bool is_known(const struct question_set *set, const char *id) {
  for (size_t i = 0; i < set->questions.count; i++) {
    if (strcmp(set->questions.items[i].id, id) == 0) return true;
  }
  return false;
}

static void read_question(struct yaml_reader *reader, const struct yaml_node *node, struct words *words, struct question_set *set) {
  struct question_keys keys = {0};
  if (!yaml_fill(reader, node, "a question", rows, ARRAY_LEN(rows), &keys)) return;
  enum question_kind kind = question_kind_from(keys.kind);
  if (is_known(set, keys.id)) yaml_trouble(reader, place(node, "id"), "a second question is called `%s`; give each its own id", yaml_show(keys.id).text);
  check_options(reader, node, &keys, kind);
  check_max(reader, node, &keys, kind);
  check_sealed(reader, node, &keys, kind);
  if (kind == QUESTION_GRID) check_grid(reader, node, set);
  int64_t step = step_of(set, &keys);
  struct question *question = LIST_ADD(reader->arena, &set->questions);
  *question = (struct question){.id = keys.id, .kind = kind, .role = keys.who, .required = keys.required, .sealed = keys.sealed,
                                .extra = keys.extra, .choose_max = keys.max, .step = step,
                                .options = {.items = keys.options.items, .count = keys.options.count}};
  choose_words(reader, node, &keys, words, question);
}

void scheme_questions_read(struct yaml_reader *reader, const struct yaml_node *node, struct question_set *ret_set) {
  if (node->shape == YAML_ONE && strcmp(node->text, "default") == 0) return;
  if (node->shape != YAML_MANY || node->count == 0 || node->count > QUESTIONS_MAX) {
    yaml_trouble(reader, node, "`questions` is the word default, or a list of 1 to %d questions; write `questions: default`", QUESTIONS_MAX);
    return;
  }
  struct words *words = NULL;
  if (words_from_program(&words) != ERR_NONE) words = NULL; /* then only questions with a text of their own pass */
  for (const struct yaml_node *one = node->first; one != NULL; one = one->next) read_question(reader, one, words, ret_set);
  (void)words_free(words);
}
