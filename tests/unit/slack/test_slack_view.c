/* test_slack_view.c: no form needs a second look at anything: whatever a card may ask for fits its button, and the form that it opens. */
#include "adapters/slack/slack_view.h"

#include <stdlib.h>
#include <string.h>

#include "adapters/slack/slack_out.h"
#include "bot/base/file.h"
#include "bot/flows/flows.h"
#include "hear.h"

static void begin(void) {
  hear_arena = arena_new((size_t)SLACK_OUT_ARENA_BYTES_MAX * 8);
}

TestSuite(slack_view, .init = begin, .fini = hear_end);

/* What words may be made of. The first ones may stand in a token: no control character, and nothing that Slack may give back escaped. */
static const char *const odd[] = {"x", "\"", "\\", "é", "\xf0\x9f\x98\x80", "\x7f", "&", "<", "\x01", "\n"};
enum { WORDS_BYTES = SLACK_TEXT_MAX / 5 /* each letter may be escaped by five */, TOKEN_ODD = 6, QUESTION_CHARS_MAX = 40 /* of its id, by the scheme's file */ };

static const char *filled(const char *letter, size_t bytes_max) {
  struct text text;
  text_init(&text, bytes_max + 1);
  while (text.length + strlen(letter) <= bytes_max) text_add(&text, letter);
  const char *kept = arena_text(hear_arena, text_str(&text));
  text_done(&text);
  return kept;
}

/* The longest the link takes. Were one too long, a form would have to be fetched while its trigger runs out. */
Test(slack_view, the_longest_form_of_the_link_rides_in_its_button) {
  size_t longest = 0;
  for (size_t t = 0; t < TOKEN_ODD; t++) {
    for (size_t l = 0; l < ARRAY_LEN(odd); l++) {
      const struct slack_ask ask = {.token = filled(odd[t], LINK_ID_BYTES_MAX), .label = filled(odd[l], LINK_NAME_BYTES_MAX),
                                    .chars_max = 999999999999999, .person = true};
      struct slack_ask back;
      const char *value = slack_view_ask_write(&ask, hear_arena);
      cr_assert_not_null(value, "a token of %s, a label of %s", odd[t], odd[l]);
      cr_assert(slack_view_ask_read(value, hear_arena, &back));
      cr_expect_str_eq(back.token, ask.token);
      cr_expect_eq(back.chars_max, ask.chars_max);
      if (text_utf8_count(value) > longest) longest = text_utf8_count(value);
    }
  }
  cr_expect(longest > SLACK_BUTTON_VALUE_MAX / 2 && longest <= SLACK_BUTTON_VALUE_MAX, "%zu characters", longest);
}

static const char *label_of(const char *key) {
  char *data = NULL;
  size_t bytes;
  CLEANUP(json_freep) cJSON *root = NULL;
  cr_assert_eq(file_read("bot/words/en.json", 1 << 20, &data, &bytes), ERR_NONE);
  cr_assert_eq(json_parse(data, bytes, 1 << 20, &root), ERR_NONE);
  const char *label = arena_text(hear_arena, cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(root, key)));
  free(data);
  cr_assert_not_null(label);
  return label;
}

#define FLOW_AS_POINTER(name) &name##_flow,
static const struct flow *const flows[] = {FLOW_LIST(FLOW_AS_POINTER)};
#undef FLOW_AS_POINTER

static void check_rides(const char *token, const char *label, bool person) {
  const struct slack_ask ask = {.token = token, .label = label, .chars_max = SLACK_INPUT_MAX, .person = person};
  struct slack_ask back;
  const char *value = slack_view_ask_write(&ask, hear_arena);
  cr_assert(value != NULL && text_utf8_count(value) < SLACK_BUTTON_VALUE_MAX / 5, "%s", token);
  cr_assert(slack_view_ask_read(value, hear_arena, &back));
  cr_expect_str_eq(back.token, token);
  cr_expect_str_eq(back.label, label);
}

/* A field of the bot's is called talk, step and number of the question; a scheme's own questions have their id in the step. */
Test(slack_view, each_form_of_the_bot_rides_in_its_button_with_its_whole_label) {
  const char *typed = label_of("card.input_label"), *person = label_of("card.input_person"), *number = "9223372036854775807";
  size_t steps = 0;
  for (size_t f = 0; f < ARRAY_LEN(flows); f++) {
    for (size_t s = 0; s < flows[f]->step_count; s++, steps++) {
      const char *token = arena_format(hear_arena, "t%s.%s/%s.%s", number, flows[f]->steps[s].name, filled("x", QUESTION_CHARS_MAX), number);
      check_rides(token, typed, false);
      check_rides(token, person, true);
    }
  }
  cr_expect_gt(steps, 20, "%zu steps of %zu flows", steps, ARRAY_LEN(flows));
}

static const cJSON *button_of(const cJSON *node) {
  const cJSON *part;
  if (strncmp(json_str_or(node, "action_id", ""), "open", 4) == 0) return node;
  cJSON_ArrayForEach(part, node) {
    const cJSON *found = button_of(part);
    if (found != NULL) return found;
  }
  return NULL;
}

static const char *last_blocks(const struct card *card) {
  const struct action action = {.kind = ACTION_FORM, .id = "o1", .person = "U1", .card = card};
  struct slack_calls calls;
  slack_out_action(&action, 0, hear_arena, &calls);
  cr_assert_gt(calls.count, 0);
  const struct slack_call *last = &calls.calls[calls.count - 1];
  for (size_t i = 0; i < last->field_count; i++)
    if (strcmp(last->fields[i].name, "blocks") == 0) return last->fields[i].value;
  cr_assert(false, "no blocks");
  return NULL;
}

/* What Slack sends when the message's button is pressed. */
static struct slack_in clicked(const char *blocks) {
  CLEANUP(json_freep) cJSON *tree = NULL;
  CLEANUP(text_done) struct text frame;
  cr_assert_eq(json_parse(blocks, strlen(blocks), 1 << 20, &tree), ERR_NONE, "%s", err_note_text());
  const cJSON *button = button_of(tree);
  cr_assert_not_null(button, "no button opens a form: %.300s", blocks);
  text_init(&frame, 1 << 20);
  text_add(&frame, "{\"type\":\"interactive\",\"envelope_id\":\"e1\",\"accepts_response_payload\":true,\"payload\":{\"type\":\"block_actions\","
                   "\"team\":{\"id\":\"T01\"},\"user\":{\"id\":\"U1\"},\"trigger_id\":\"7.8\",\"channel\":{\"id\":\"D1\",\"name\":\"directmessage\"},"
                   "\"container\":{\"type\":\"message\",\"message_ts\":\"1772445600.000001\",\"channel_id\":\"D1\"},\"message\":{\"ts\":\"1772445600.000001\",\"blocks\":");
  text_add(&frame, blocks);
  char *action = cJSON_PrintUnformatted(button);
  text_addf(&frame, "},\"actions\":[%s]}}", action);
  cJSON_free(action);
  return hear_bytes(text_str(&frame), frame.length);
}

static void check_form(const struct card *card) {
  CLEANUP(json_freep) cJSON *view = NULL;
  struct slack_in in = clicked(last_blocks(card));
  struct slack_form form;
  struct slack_calls calls = {0};
  cr_assert_not_null(in.open_view, "%s", in.why_none);
  cr_expect_lt(strlen(in.open_view), SLACK_VIEW_BYTES_MAX);
  cr_assert_eq(json_parse(in.open_view, strlen(in.open_view), SLACK_VIEW_BYTES_MAX, &view), ERR_NONE, "%s", err_note_text());
  cr_expect_leq(cJSON_GetArraySize(json_at(view, "blocks")), SLACK_VIEW_BLOCKS_MAX);
  const char *metadata = json_str_or(view, "private_metadata", "");
  cr_expect_leq(text_utf8_count(metadata), SLACK_VIEW_META_MAX);
  cr_assert(slack_view_form_read(metadata, hear_arena, &form));
  cr_expect_str_eq(form.token, card->input_token);
  slack_out_open(&in, hear_arena, &calls);
  cr_expect(calls.count == 1 && calls.calls[0].method == SLACK_VIEW_OPEN, "it is opened by the click itself");
}

Test(slack_view, the_longest_card_opens_its_form_at_once) {
  static const enum card_input inputs[] = {INPUT_TEXT, INPUT_PERSON};
  for (size_t l = 0; l < ARRAY_LEN(odd); l++) {
    for (size_t i = 0; i < ARRAY_LEN(inputs); i++) {
      const char *words = filled(odd[l], WORDS_BYTES);
      const struct card card = {.title = filled(odd[l], LINK_NAME_BYTES_MAX), .text = words, .who = filled(odd[l], LINK_NAME_BYTES_MAX), .plain = words,
                                .input = inputs[i], .input_token = filled(odd[l % TOKEN_ODD], LINK_ID_BYTES_MAX),
                                .input_label = filled(odd[l], LINK_NAME_BYTES_MAX), .input_chars_max = 3000};
      check_form(&card);
    }
  }
}
