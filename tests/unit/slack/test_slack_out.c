/* test_slack_out.c: what the bot asks becomes calls; nothing is lost, nothing is markup, nothing is past a limit. */
#include "adapters/slack/slack_out.h"

#include <string.h>

#include "hear.h"

static void begin(void) {
  hear_arena = arena_new((size_t)SLACK_OUT_ARENA_BYTES_MAX * 8);
}

TestSuite(slack_out, .init = begin, .fini = hear_end);

enum { NOW_MS = 1000000 };

static const char *field(const struct slack_call *call, const char *name) {
  for (size_t i = 0; i < call->field_count; i++)
    if (strcmp(call->fields[i].name, name) == 0) return call->fields[i].value;
  return NULL;
}

static struct slack_calls calls_of(struct action action) {
  struct slack_calls calls;
  if (action.id == NULL) action.id = "o88";
  slack_out_action(&action, NOW_MS, hear_arena, &calls);
  return calls;
}

static struct slack_calls say(const struct card *card) {
  return calls_of((struct action){.kind = ACTION_SEND, .person = "U1", .card = card});
}

static cJSON *parsed(const char *json) {
  cJSON *root = NULL;
  cr_assert_eq(json_parse(json, strlen(json), 4000000, &root), ERR_NONE, "%s: %.200s", err_note_text(), json);
  return root;
}

/* ---- where it goes ---- */

static const struct card short_card = {.text = "Shall we <start>?", .plain = "Shall we <start>?"};
static const char *const ten[] = {"U1", "U2", "U3", "U4", "U5", "U6", "U7", "U8", "U9", "U10"};

Test(slack_out, each_action_is_these_calls) {
  static const struct { struct action action; const char *methods, *first, *value; } rows[] = {
      {{.kind = ACTION_SEND, .person = "U1"}, "chat.postMessage", "channel", "U1"},
      {{.kind = ACTION_FORM, .person = "U1"}, "chat.postMessage", "channel", "U1"},
      {{.kind = ACTION_SEND, .room = "C1"}, "chat.postMessage", "channel", "C1"},
      {{.kind = ACTION_SEND, .room = "C1", .only = "U1"}, "chat.postEphemeral", "user", "U1"},
      {{.kind = ACTION_EDIT, .message = "D1/1.2"}, "chat.update", "ts", "1.2"},
      {{.kind = ACTION_DELETE, .message = "D1/1.2"}, "chat.delete", "channel", "D1"},
      {{.kind = ACTION_HOME, .person = "U1"}, "views.publish", "user_id", "U1"},
      {{.kind = ACTION_ROOM_OPEN, .members = ten, .member_count = 2}, "conversations.open", "users", "U1,U2"},
      {{.kind = ACTION_ROOM_OPEN, .members = ten, .member_count = 8}, "conversations.open", "users", "U1,U2,U3,U4,U5,U6,U7,U8"},
      {{.kind = ACTION_ROOM_OPEN, .members = ten, .member_count = 9, .room_name = "Cöhort 7"}, "conversations.create conversations.invite", "is_private", "true"},
      {{.kind = ACTION_ROOM_INVITE, .room = "C1", .members = ten, .member_count = 1}, "conversations.invite", "users", "U1"},
      {{.kind = ACTION_ROOM_LEAVE, .room = "C1"}, "conversations.leave", "channel", "C1"},
      {{.kind = ACTION_SEND, .person = "U1", .until_ms = NOW_MS}, "chat.postMessage", "channel", "U1"},
  };
  for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
    struct action action = rows[i].action;
    action.card = &short_card;
    struct slack_calls calls = calls_of(action);
    const char *methods = "";
    for (size_t k = 0; k < calls.count; k++) methods = arena_format(hear_arena, "%s%s%s", methods, k == 0 ? "" : " ", slack_method_name(calls.calls[k].method));
    cr_assert_str_eq(methods, rows[i].methods, "row %zu", i);
    cr_expect_str_eq(field(&calls.calls[0], rows[i].first), rows[i].value, "row %zu", i);
  }
}

Test(slack_out, what_cannot_be_done_says_why) {
  static const struct { struct action action; enum action_result result; const char *why; } rows[] = {
      {{.kind = ACTION_SEND, .person = "U1", .until_ms = NOW_MS - 1}, RESULT_FAILED, "too_late"},
      {{.kind = ACTION_EDIT, .message = "D1"}, RESULT_FAILED, "message_gone"},
      {{.kind = ACTION_EDIT, .message = "C1/e/1.2"}, RESULT_FAILED, "message_gone"},
      {{.kind = ACTION_EDIT, .message = "C1/1.2", .only = "U1"}, RESULT_FAILED, "not_allowed"},
      {{.kind = ACTION_DELETE, .message = "/1.2"}, RESULT_FAILED, "message_gone"},
      {{.kind = ACTION_ROOM_OPEN}, RESULT_FAILED, "person_gone"},
      {{.kind = ACTION_ROOM_INVITE, .members = ten, .member_count = 1}, RESULT_FAILED, "room_gone"},
      {{.kind = ACTION_UPLOAD, .person = "U1", .until_ms = 1}, RESULT_FAILED, "too_late"},
      {{.kind = ACTION_UPLOAD, .person = "U1"}, RESULT_SENT, NULL}, /* it may begin: slack_upload.h */
      {{.kind = ACTION_INVALID_}, RESULT_UNSUPPORTED, NULL},
  };
  for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
    struct action action = rows[i].action;
    action.card = &short_card;
    struct slack_calls calls = calls_of(action);
    cr_expect(calls.count == 0 && calls.result == rows[i].result, "row %zu", i);
    if (rows[i].why != NULL) cr_expect_str_eq(calls.why, rows[i].why, "row %zu", i);
  }
}

Test(slack_out, a_room_for_many_gets_its_channel_from_the_call_before) {
  struct slack_calls calls = calls_of((struct action){.kind = ACTION_ROOM_OPEN, .members = ten, .member_count = 10, .room_name = "Cohort 7!"});
  cr_expect_str_eq(field(&calls.calls[0], "name"), "cohort-7--o88");
  cr_assert_eq(calls.count, 2);
  slack_out_take(&calls.calls[1], "C77");
  cr_expect_str_eq(field(&calls.calls[1], "channel"), "C77");
  cr_expect_eq(calls.calls[1].take_channel, NULL);
}

Test(slack_out, a_post_is_quiet_and_can_be_found_again) {
  struct slack_calls calls = say(&short_card);
  const struct slack_call *call = &calls.calls[0];
  cr_expect_str_eq(field(call, "unfurl_links"), "false");
  cr_expect_str_eq(field(call, "unfurl_media"), "false");
  cr_expect_str_eq(field(call, "metadata"), "{\"event_type\":\"mentord\",\"event_payload\":{\"action\":\"o88\",\"part\":1,\"parts\":1}}");
  cr_expect_str_eq(call->bucket, "U1");
  cr_expect(call->to_person && !call->interactive);
  cr_expect(slack_out_plain(&calls.calls[0]) && field(call, "blocks") == NULL && field(call, "text") != NULL);
  cr_expect_not(slack_out_plain(&calls.calls[0]));
}

Test(slack_out, a_post_goes_into_a_thread_once_and_out_of_it_again) {
  struct slack_calls calls = say(&short_card);
  struct slack_call *call = &calls.calls[0];
  size_t count = call->field_count;
  cr_expect_not(slack_out_outside(call));
  slack_out_into_thread(call, "1.5");
  slack_out_into_thread(call, "1.6");
  cr_expect_str_eq(field(call, "thread_ts"), "1.5");
  cr_expect_str_eq(field(call, "reply_broadcast"), "true", "outside of the thread it is not to be missed");
  cr_expect_eq(call->field_count, count + 2);
  cr_expect(slack_out_outside(call) && field(call, "thread_ts") == NULL && call->field_count == count);
  struct slack_calls room = calls_of((struct action){.kind = ACTION_SEND, .room = "C1", .card = &short_card});
  slack_out_into_thread(&room.calls[0], "1.5");
  cr_expect_eq(field(&room.calls[0], "thread_ts"), NULL, "what is for a room is for all of it");
}

/* ---- what is said ---- */

Test(slack_out, nothing_of_people_is_markup) {
  static const char evil[] = "<!channel> <@U1> & *bold* <https://x.example|y> :smile:";
  static const struct card_choice choices[] = {{.token = "t.1.0", .label = evil}}, extras[] = {{.token = "t.1.skip", .label = evil}};
  static const char *const lines[] = {evil};
  const struct card card = {.title = evil, .text = evil, .lines = lines, .line_count = 1, .who = evil, .progress = evil, .input = INPUT_BUTTONS,
                            .choices = choices, .choice_count = 1, .extras = extras, .extra_count = 1, .plain = evil};
  struct slack_calls calls = say(&card);
  cr_assert_eq(calls.count, 1);
  cr_expect_str_eq(field(&calls.calls[0], "text"), "&lt;!channel&gt; &lt;@U1&gt; &amp; *bold* &lt;https://x.example|y&gt; :smile:");
  cr_expect_str_eq(field(&calls.calls[0], "mrkdwn"), "false");
  const char *blocks = field(&calls.calls[0], "blocks");
  cr_expect_eq(strstr(blocks, "mrkdwn"), NULL);
  for (const char *at = strstr(blocks, "<!channel>"); at != NULL; at = strstr(at + 1, "<!channel>"))
    cr_expect(strncmp(at - strlen("\"type\":\"plain_text\",\"text\":\""), "\"type\":\"plain_text\"", 19) == 0 || strncmp(at - strlen("• "), "• ", 3) == 0, "%.60s", at - 30);
}

/* What stands in a message, in numbers. */
struct seen {
  size_t chars, buttons, selects, options, opens;
  const char *text; /* all words joined */
};

static void look(const cJSON *node, struct seen *seen) {
  const cJSON *child;
  const char *type = json_str_or(node, "type", "");
  const char *text = strcmp(type, "plain_text") == 0 ? json_str(node, "text") : NULL;
  if (text != NULL) {
    seen->chars += text_utf8_count(text);
    seen->text = arena_format(hear_arena, "%s\n%s", seen->text == NULL ? "" : seen->text, text);
    cr_expect(text[0] != '\0' && text_utf8_count(text) <= SLACK_SECTION_MAX);
  }
  seen->buttons += strcmp(type, "button") == 0;
  seen->opens += strcmp(type, "button") == 0 && strncmp(json_str_or(node, "action_id", ""), "open", 4) == 0;
  seen->selects += strstr(type, "select") != NULL || strcmp(type, "checkboxes") == 0;
  cJSON_ArrayForEach(child, json_at(node, "options")) seen->options++;
  cJSON_ArrayForEach(child, node) if (cJSON_IsObject(child) || cJSON_IsArray(child)) look(child, seen);
}

/* Every message of these calls within Slack's limits; what they hold together. */
static struct seen look_at(const struct slack_calls *calls) {
  struct seen all = {0};
  for (size_t i = 0; i < calls->count; i++) {
    CLEANUP(json_freep) cJSON *blocks = parsed(field(&calls->calls[i], "blocks"));
    size_t before = all.chars;
    int count = cJSON_GetArraySize(blocks);
    cr_expect(count >= 1 && count <= SLACK_BLOCKS_MAX, "%d blocks", count);
    look(blocks, &all);
    cr_expect_leq(all.chars - before, SLACK_MESSAGE_MAX);
    cr_expect_leq(text_utf8_count(field(&calls->calls[i], "text")), SLACK_TEXT_MAX);
    cr_expect_str_not_empty(field(&calls->calls[i], "text"));
  }
  return all;
}

static struct card_choice *many_choices(size_t count, const char *label) {
  struct card_choice *choices = arena_alloc(hear_arena, count * sizeof *choices);
  for (size_t i = 0; i < count; i++)
    choices[i] = (struct card_choice){.token = arena_format(hear_arena, "t7.topics.4.%zu", i), .label = arena_format(hear_arena, "%s %zu", label, i)};
  return choices;
}

Test(slack_out, how_choices_are_shown) {
  static const struct { enum card_input input; size_t count; size_t buttons, selects, options; } rows[] = {
      {INPUT_BUTTONS, 5, 5, 0, 0},       {INPUT_BUTTONS, 6, 0, 1, 6},         {INPUT_SELECT_ONE, 2, 0, 1, 2},    {INPUT_SELECT_ONE, 100, 0, 1, 100},
      {INPUT_SELECT_ONE, 101, 0, 2, 101}, {INPUT_SELECT_MANY, 10, 1, 1, 10},   {INPUT_SELECT_MANY, 11, 1, 1, 11}, {INPUT_SELECT_MANY, 250, 1, 3, 250},
      {INPUT_SELECT_ONE, 500, 0, 5, 500},
  };
  for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
    const struct card card = {.text = "Which?", .plain = "Which? 1. 2. 3.", .input = rows[i].input, .choices = many_choices(rows[i].count, "Topic"),
                              .choice_count = rows[i].count, .choose_max = 2, .input_token = "t7.topics.4"};
    struct slack_calls calls = say(&card);
    struct seen seen = look_at(&calls);
    cr_expect(seen.buttons == rows[i].buttons && seen.selects == rows[i].selects && seen.options == rows[i].options, "row %zu: %zu buttons, %zu lists, %zu options", i,
              seen.buttons, seen.selects, seen.options);
  }
}

Test(slack_out, the_likely_choice_stands_before_a_list_of_the_others) {
  struct card_choice *choices = many_choices(8, "Change topic");
  choices[0] = (struct card_choice){.token = "t7.review.4.0", .label = "Send my answers", .primary = true};
  const struct card card = {.text = "Is it right?", .plain = "Is it right?", .input = INPUT_BUTTONS, .choices = choices, .choice_count = 8};
  struct slack_calls calls = say(&card);
  struct seen seen = look_at(&calls);
  cr_expect(seen.buttons == 1 && seen.selects == 1 && seen.options == 7, "%zu buttons, %zu options", seen.buttons, seen.options);
  const char *blocks = field(&calls.calls[0], "blocks"), *button = strstr(blocks, "\"style\":\"primary\"");
  cr_expect(button != NULL && strstr(button, "Send my answers") != NULL && strstr(button, "static_select") != NULL);
}

Test(slack_out, tokens_too_long_for_a_list_become_buttons) {
  char token[300];
  memset(token, 't', sizeof token - 1);
  token[sizeof token - 1] = '\0';
  const struct card_choice choices[] = {{token, "One", false}, {token, "Two", true}};
  const struct card one = {.text = "Which?", .plain = "Which?", .input = INPUT_SELECT_ONE, .choices = choices, .choice_count = 2};
  struct slack_calls calls = say(&one);
  struct seen seen = look_at(&calls);
  cr_expect(seen.buttons == 2 && seen.selects == 0);
  const struct card many = {.text = "Which?", .plain = "1. One", .input = INPUT_SELECT_MANY, .choices = choices, .choice_count = 2, .input_token = "t"};
  calls = say(&many);
  seen = look_at(&calls);
  cr_expect(seen.buttons == 0 && seen.selects == 0 && strstr(seen.text, "1. One") != NULL);
}

Test(slack_out, a_long_list_of_long_labels_goes_over_several_messages_whole) {
  char label[300];
  memset(label, 'x', sizeof label - 1);
  label[sizeof label - 1] = '\0';
  const struct card card = {.text = "Which?", .plain = "Which?", .input = INPUT_SELECT_ONE, .choices = many_choices(150, label), .choice_count = 150};
  struct slack_calls calls = say(&card);
  struct seen seen = look_at(&calls);
  cr_expect(calls.count > 1 && seen.options == 150);
  for (size_t i = 0; i < 150; i++) cr_expect_not_null(strstr(seen.text, arena_format(hear_arena, "• %s %zu", label, i)), "%zu", i);
  for (size_t i = 0; i < calls.count; i++)
    cr_expect_not_null(strstr(field(&calls.calls[i], "metadata"), arena_format(hear_arena, "\"part\":%zu,\"parts\":%zu", i + 1, calls.count)));
}

Test(slack_out, a_list_that_fits_no_message_is_answered_by_number) {
  char label[100];
  memset(label, 'x', sizeof label - 1);
  label[sizeof label - 1] = '\0';
  const struct card card = {.text = "Which?", .plain = "Which?\n1. a\n2. b", .input = INPUT_SELECT_MANY, .choices = many_choices(120, label), .choice_count = 120,
                            .input_token = "t7.topics.4"};
  struct slack_calls calls = say(&card);
  struct seen seen = look_at(&calls);
  cr_expect(calls.count == 1 && seen.selects == 0 && seen.buttons == 0);
  cr_expect_not_null(strstr(seen.text, "2. b"));
}

Test(slack_out, every_word_of_a_long_text_arrives) {
  CLEANUP(text_done) struct text words;
  text_init(&words, 32768);
  for (int i = 0; !words.full && i < 4500; i++) text_addf(&words, "w%d%s", i, i % 40 == 39 ? "\n" : i % 7 == 0 ? " & " : " ");
  static const struct card_choice extra[] = {{.token = "t.1.skip", .label = "Skip"}};
  const struct card card = {.text = text_str(&words), .plain = text_str(&words), .extras = extra, .extra_count = 1};
  struct slack_calls calls = say(&card);
  struct seen seen = look_at(&calls);
  cr_expect(calls.count > 2 && seen.buttons == 1);
  cr_expect_not_null(strstr(field(&calls.calls[calls.count - 1], "blocks"), "t.1.skip"));
  for (int i = 0; i < 4000; i++) cr_expect_not_null(strstr(seen.text, arena_format(hear_arena, "w%d", i)), "w%d", i);
  struct slack_calls edit = calls_of((struct action){.kind = ACTION_EDIT, .message = "D1/1.2", .card = &card});
  cr_expect(edit.count == calls.count && edit.calls[0].method == SLACK_UPDATE && edit.calls[1].method == SLACK_POST);
  cr_expect_str_eq(field(&edit.calls[1], "channel"), "D1");
}

Test(slack_out, a_text_too_long_for_its_field_is_still_all_said) {
  CLEANUP(text_done) struct text words;
  text_init(&words, 32768);
  while (words.length < 32000) text_add(&words, "&&&&&&&&& ");
  const struct card card = {.text = "short", .plain = text_str(&words)};
  struct slack_calls calls = say(&card);
  (void)look_at(&calls);
  size_t said = 0;
  for (size_t i = 0; i < calls.count; i++)
    for (const char *at = field(&calls.calls[i], "blocks"); *at != '\0'; at++) said += *at == '&';
  cr_expect_eq(said, 32000 / 10 * 9);
}

Test(slack_out, typed_answers_have_a_button_and_people_a_list) {
  const struct card text = {.text = "Why?", .plain = "Why?", .input = INPUT_TEXT, .input_token = "t7.why.4", .input_label = "Your answer", .input_chars_max = 300};
  struct slack_calls calls = say(&text);
  struct seen seen = look_at(&calls);
  cr_expect(seen.opens == 1 && seen.selects == 0);
  const struct card person = {.text = "Who?", .plain = "Who?", .input = INPUT_PERSON, .input_token = "t7.who.4", .choices = many_choices(1, "None"), .choice_count = 1};
  calls = say(&person);
  seen = look_at(&calls);
  cr_expect(seen.opens == 1 && seen.selects == 1 && seen.buttons == 2);
  cr_expect_not_null(strstr(field(&calls.calls[0], "blocks"), "pick.t7.who.4"));
}

Test(slack_out, a_day_is_chosen_from_a_calendar) {
  struct card day = {.text = "When?", .plain = "When? Write a date.", .input = INPUT_DATE, .input_token = "t7.ask/start.4", .input_label = "The day",
                     .date_min = "2027-01-11", .date_max = "2027-03-12", .date_set = "2027-03-01", .choices = many_choices(1, "Keep"), .choice_count = 1};
  struct slack_calls calls = say(&day);
  struct seen seen = look_at(&calls);
  cr_expect(seen.buttons == 1 && seen.opens == 0);
  const char *picker = strstr(field(&calls.calls[0], "blocks"), "{\"type\":\"datepicker\"");
  cr_assert_not_null(picker);
  cr_expect_not_null(strstr(picker, "\"action_id\":\"pick.t7.ask/start.4\",\"initial_date\":\"2027-03-01\""), "%s", picker);
  static const char *const no_days[] = {NULL, "", "2027-02-30", "soon", "2027-3-1"};
  for (size_t i = 0; i < ARRAY_LEN(no_days); i++) { /* Slack refuses the whole message for one */
    day.date_set = no_days[i];
    calls = say(&day);
    const char *blocks = field(&calls.calls[0], "blocks");
    cr_expect(strstr(blocks, "datepicker") != NULL && strstr(blocks, "initial_date") == NULL, "%s", blocks);
  }
}

Test(slack_out, what_cannot_be_asked_here_is_shown_plain) {
  char token[300];
  memset(token, 't', sizeof token - 1);
  token[sizeof token - 1] = '\0';
  const struct card cards[] = {{.text = "When?", .plain = "When? Write a date.", .input = INPUT_DATE, .input_token = token},
                               {.text = "When?", .plain = "When? Write a date.", .input = INPUT_DATE},
                               {.text = "When?", .plain = "When? Write a date.", .input = INPUT_NONE, .input_token = "t7.x.4"}}; /* newer than this adapter */
  for (size_t i = 0; i < ARRAY_LEN(cards); i++) {
    struct slack_calls calls = say(&cards[i]);
    const char *blocks = field(&calls.calls[0], "blocks");
    cr_expect(strstr(blocks, "When? Write a date.") != NULL && strstr(blocks, "datepicker") == NULL, "%zu: %s", i, blocks);
  }
}

Test(slack_out, an_empty_card_is_still_a_message) {
  static const struct card empty = {.plain = ""};
  struct slack_calls calls = say(&empty);
  (void)look_at(&calls);
}

Test(slack_out, the_own_page_is_one_view) {
  const struct card card = {.text = "You are here.", .plain = "You are here.", .input = INPUT_SELECT_ONE, .choices = many_choices(500, "Topic"), .choice_count = 500};
  struct slack_calls calls = calls_of((struct action){.kind = ACTION_HOME, .person = "U1", .card = &card});
  cr_assert_eq(calls.count, 1);
  CLEANUP(json_freep) cJSON *view = parsed(field(&calls.calls[0], "view"));
  cr_expect_str_eq(json_str(view, "type"), "home");
  cr_expect_eq(cJSON_GetArraySize(json_at(view, "blocks")), 6);
}

Test(slack_out, an_edit_takes_the_old_buttons_away) {
  static const struct card closed = {.text = "Which? You chose: lunch.", .plain = "Which? You chose: lunch."};
  struct slack_calls calls = calls_of((struct action){.kind = ACTION_EDIT, .message = "D1/1.2", .card = &closed});
  struct seen seen = look_at(&calls);
  cr_expect(calls.count == 1 && seen.buttons == 0 && seen.selects == 0);
  cr_expect_not_null(field(&calls.calls[0], "blocks")); /* left out, Slack would keep the old ones */
}

/* ---- asking ---- */

Test(slack_out, what_can_be_asked) {
  struct slack_calls calls;
  const struct action direct = {.kind = ACTION_SEND, .id = "o88", .person = "U1"}, room = {.kind = ACTION_SEND, .id = "o88", .room = "C1"};
  cr_assert(slack_out_ask(&direct, 1772445660000, hear_arena, &calls) && calls.count == 2);
  cr_expect_str_eq(field(&calls.calls[0], "users"), "U1");
  cr_expect_str_eq(field(&calls.calls[1], "oldest"), "1772445600.000000");
  cr_expect_str_eq(calls.calls[1].take_channel, "channel");
  cr_expect_not(slack_out_asks_room(&direct));
  cr_expect(slack_out_asks_room(&room));
  const struct action hidden = {.kind = ACTION_SEND, .id = "o88", .room = "C1", .only = "U1"}, edit = {.kind = ACTION_EDIT, .message = "D1/1.2"};
  const struct action file = {.kind = ACTION_UPLOAD, .id = "o88", .person = "U1"};
  cr_expect(slack_out_ask(&file, 0, hear_arena, &calls) && calls.count == 2);
  cr_expect_not(slack_out_ask(&hidden, 0, hear_arena, &calls));
  cr_assert(slack_out_ask(&edit, 0, hear_arena, &calls) && calls.count == 1 && !slack_out_asks_room(&edit));
  cr_expect_str_eq(field(&calls.calls[0], "channel"), "D1", "what follows behind a long edit");
  const struct action odd = {.kind = ACTION_EDIT, .message = "D1/e/1.2"}, leave = {.kind = ACTION_ROOM_LEAVE, .room = "C1"};
  cr_expect(!slack_out_ask(&odd, 0, hear_arena, &calls) && calls.result == RESULT_CANNOT_TELL);
  cr_expect_not(slack_out_ask(&leave, 0, hear_arena, &calls));
}

Test(slack_out, a_room_is_looked_into_only_if_slack_opens_it_as_a_group_message) {
  const struct action rooms[] = {{.kind = ACTION_SEND, .id = "o88", .room = "G1"}, {.kind = ACTION_UPLOAD, .id = "o88", .room = "G1"},
                                 {.kind = ACTION_EDIT, .id = "o88", .message = "G1/1.2"}};
  for (size_t i = 0; i < ARRAY_LEN(rooms); i++) {
    struct slack_calls calls;
    cr_assert(slack_out_ask(&rooms[i], 1772445660000, hear_arena, &calls) && calls.count == 2 && slack_out_asks_room(&rooms[i]), "%zu", i);
    cr_expect_eq(calls.calls[0].method, SLACK_OPEN, "a channel is refused here, before anything of it is read");
    cr_expect_str_eq(field(&calls.calls[0], "channel"), "G1");
    cr_expect_eq(field(&calls.calls[0], "users"), NULL);
    cr_expect_eq(calls.calls[1].method, SLACK_HISTORY);
    cr_expect_str_eq(field(&calls.calls[1], "channel"), "G1");
    cr_expect_str_eq(field(&calls.calls[1], "oldest"), "1772445600.000000");
    cr_expect_str_eq(field(&calls.calls[1], "include_all_metadata"), "true");
    cr_expect_eq(calls.calls[1].take_channel, NULL);
  }
}
