/* slack_show.c: prints, a JSON line each, the calls that cards of all shapes and lengths become at Slack: for judges of another make.
 * {"what":"send buttons 5 labels of 75","method":"chat.postMessage","fields":{"channel":"U1","text":"…","blocks":"[…]"}}
 * With the word `manifest` or `decode` it is those tools. */
#include <stdio.h>
#include <string.h>

#include "adapters/slack/slack_out.h"
#include "adapters/slack/slack_tools.h"
#include "adapters/slack/slack_view.h"

enum { LINE_BYTES_MAX = 4 * 1024 * 1024 };

static const char *const letters[] = {"x", "é", "&", "<!channel> ", "\xf0\x9f\x98\x80", "one two\n", "\"\\", " "};
static const size_t lengths[] = {1, 74, 75, 76, 300, 3000, 3001, 8000, 20000};
static const size_t counts[] = {0, 1, 2, 5, 6, 10, 11, 25, 26, 99, 100, 101, 250, 500};

static void print_call(const char *what, const struct slack_call *call) {
  struct text text;
  struct json_out json;
  text_init(&text, LINE_BYTES_MAX);
  json_out_init(&json, &text);
  json_open(&json, NULL, '{');
  json_put_str(&json, "what", what);
  json_put_str(&json, "method", slack_method_name(call->method));
  json_open(&json, "fields", '{');
  for (size_t i = 0; i < call->field_count; i++) json_put_str(&json, call->fields[i].name, call->fields[i].value);
  json_close(&json, '}');
  json_close(&json, '}');
  puts(text_str(&text));
  text_done(&text);
}

/* At most `chars` characters and 30,000 bytes. */
static const char *filled(struct arena *arena, const char *letter, size_t chars) {
  struct text text;
  size_t each = text_utf8_count(letter);
  text_init(&text, 30000);
  for (size_t i = 0; i < chars; i += each) text_add(&text, letter);
  const char *kept = arena_text(arena, text_str(&text));
  text_done(&text);
  return kept;
}

static const struct card_choice *choices_of(struct arena *arena, size_t count, const char *label, const char *token) {
  struct card_choice *choices = arena_alloc(arena, (count + 1) * sizeof *choices);
  for (size_t i = 0; i < count; i++)
    choices[i] = (struct card_choice){.token = arena_format(arena, "%s.%zu", token, i), .label = label, .primary = i == 0};
  return choices;
}

static void show(const char *what, const struct card *card) {
  static const struct action actions[] = {{.kind = ACTION_SEND, .person = "U1"}, {.kind = ACTION_EDIT, .message = "D1/1.2"}, {.kind = ACTION_HOME, .person = "U1"},
                                          {.kind = ACTION_SEND, .room = "C1", .only = "U1"}};
  for (size_t i = 0; i < ARRAY_LEN(actions); i++) {
    struct action action = actions[i];
    struct slack_calls calls;
    struct arena *own = arena_new(SLACK_OUT_ARENA_BYTES_MAX); /* what one action may take */
    action.id = "o88";
    action.card = card;
    slack_out_action(&action, 0, own, &calls);
    for (size_t k = 0; k < calls.count; k++) print_call(what, &calls.calls[k]);
    if (calls.count == 0) fprintf(stderr, "%s: no call, %s\n", what, calls.why);
    (void)arena_free(own);
  }
}

static void show_lengths(struct arena *arena) {
  for (size_t l = 0; l < ARRAY_LEN(letters); l++) {
    for (size_t i = 0; i < ARRAY_LEN(lengths); i++) {
      const char *words = filled(arena, letters[l], lengths[i]), *name = filled(arena, letters[l], lengths[i] > 1000 ? 200 : lengths[i]);
      const char *lines[] = {words, name};
      const struct card card = {.title = name, .text = words, .lines = lines, .line_count = 2, .who = name, .progress = name, .input = INPUT_TEXT, .input_token = "t7.note.4",
                                .input_label = name, .extras = choices_of(arena, 3, name, "t7.note.4"), .extra_count = 3, .plain = words};
      show(arena_format(arena, "text of %zu '%s'", lengths[i], letters[l]), &card);
      arena_clear(arena);
    }
  }
}

/* `which` draws the letters and the length of the tokens. */
static void show_question(struct arena *arena, enum card_input input, size_t count, size_t label_chars, size_t which) {
  static const size_t tokens[] = {10, 149, 151, 500};
  const char *token = filled(arena, "t", tokens[which % ARRAY_LEN(tokens)]), *label = filled(arena, letters[which % ARRAY_LEN(letters)], label_chars);
  const struct card card = {.text = "Which?", .plain = "Which?", .input = input, .choices = choices_of(arena, count, label, token), .choice_count = count,
                            .choose_max = 2, .input_token = token, .date_set = which % 2 == 0 ? "2028-02-29" : NULL, .extras = choices_of(arena, 2, label, token), .extra_count = 2};
  show(arena_format(arena, "%s %zu labels of %zu, tokens of %zu", card_input_name(input), count, label_chars, strlen(token)), &card);
  arena_clear(arena);
}

static void show_choices(struct arena *arena) {
  static const size_t labels[] = {1, 75, 76, 300};
  for (size_t c = 0; c < ARRAY_LEN(counts); c++)
    for (int input = 0; input < INPUT_MAX_; input++)
      for (size_t l = 0; l < ARRAY_LEN(labels); l++) show_question(arena, (enum card_input)input, counts[c], labels[l], c + l);
}

static void show_form(struct arena *arena, const char *letter, size_t chars, bool person) {
  const struct slack_ask ask = {.token = "t7.note.4", .label = filled(arena, letter, chars), .chars_max = chars, .person = person};
  const struct slack_form form = {.token = ask.token, .message = "D1/1772445600.000100", .room = "D1"};
  struct slack_call call = {.method = SLACK_VIEW_OPEN, .field_count = 2, .fields = {{"trigger_id", "7.8"}}};
  call.fields[1] = (struct slack_field){"view", slack_view_form(&ask, &form, ask.label, arena)};
  print_call(arena_format(arena, "form of %zu '%s'", chars, letter), &call);
  arena_clear(arena);
}

static void show_forms(struct arena *arena) {
  for (size_t l = 0; l < ARRAY_LEN(letters); l++)
    for (size_t i = 0; i < ARRAY_LEN(lengths); i++) show_form(arena, letters[l], lengths[i], i % 2 == 1);
}

static void show_home(struct arena *arena) {
  const struct slack_in in = {.inner = {.user = "U1"}};
  struct slack_calls calls;
  slack_out_home(&in, arena, &calls);
  print_call("first page", &calls.calls[0]);
  show("nothing", &(struct card){.plain = ""});
}

int main(int argc, char **argv) {
  int code;
  if (slack_tools(argc, argv, &code)) return code;
  struct arena *arena = arena_new((size_t)SLACK_OUT_ARENA_BYTES_MAX * 8);
  show_lengths(arena);
  show_choices(arena);
  show_forms(arena);
  show_home(arena);
  (void)arena_free(arena);
  return 0;
}
