/* test_slack_in_acts.c: commands, clicks, lists and forms. */
#include <string.h>

#include "adapters/slack/slack_view.h"
#include "hear.h"

TestSuite(slack_in_acts, .init = hear_begin, .fini = hear_end);

#define EXPECT_LINE(in, line) cr_expect_str_eq(line_of(in), line)
#define FRONT "{'t':'event','id':'slack/T01/e1','workspace':'slack/T01',"

/* ---- commands ---- */

Test(slack_in_acts, what_a_command_says) {
  static const struct { const char *command, *text, *line; } rows[] = {
      {"/mentor", "pairs quiet", "'command':'pairs','args':'quiet'}"},
      {"/mentor", "", "'command':'next','args':''}"},
      {"/mentor", "  ", "'command':'next','args':''}"},
      {"/mentor", "line <@U2|ben>", "'command':'line','args':'@U2'}"},
      {"/mentor", "match <@U2|ben> with <@W9>", "'command':'match','args':'@U2 with @W9'}"},
      {"/mentor", "I want R&amp;D &lt;now&gt;", "'command':'I','args':'want R&D <now>'}"},
      {"/pairs", "quiet", "'command':'pairs','args':'quiet'}"},
      {"/pairs", "", "'command':'pairs','args':''}"},
  };
  for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
    struct slack_in in = hear_command(arena_format(hear_arena, "'command':'%s','text':'%s'", rows[i].command, rows[i].text));
    EXPECT_LINE(&in, arena_format(hear_arena, FRONT "'at':1772445999000,'kind':'command','person':{'id':'U1'},'room':{'id':'C1','kind':'public'},%s", rows[i].line));
    cr_expect(in.source == SLACK_FROM_COMMAND && in.takes_payload);
    cr_expect_str_eq(in.inner.response_url, "https://r/1");
    cr_expect_str_eq(in.inner.trigger_id, "7.8");
  }
}

Test(slack_in_acts, a_word_too_long_to_be_a_command_is_words) {
  char word[200];
  memset(word, 'a', sizeof word - 1);
  word[sizeof word - 1] = '\0';
  struct slack_in in = hear_command(arena_format(hear_arena, "'command':'/mentor','text':'%s'", word));
  cr_assert(in.has_event && in.event.kind == EVENT_TEXT, "%s", in.why_none);
  cr_assert_str_eq(in.event.text, word);
}

Test(slack_in_acts, where_a_command_was_typed) {
  static const struct { const char *name; enum room_kind kind; } rows[] = {
      {"directmessage", ROOM_DIRECT}, {"privategroup", ROOM_PRIVATE}, {"mpdm-ann--ben-1", ROOM_PRIVATE}, {"general", ROOM_PUBLIC}};
  for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
    struct slack_in in = hear(arena_format(hear_arena, "{'type':'slash_commands','envelope_id':'e1','payload':{'command':'/mentor','text':'me','user_id':'U1','channel_id':'X1','channel_name':'%s'}}", rows[i].name));
    cr_expect(in.has_event && in.event.room.kind == rows[i].kind, "%s", rows[i].name);
  }
  cr_expect_not(hear_command("'command':'mentor'").has_event);
  cr_expect_not(hear("{'type':'slash_commands','envelope_id':'e1','payload':{'command':'/mentor','text':'me'}}").has_event);
}

/* ---- clicks ---- */

static struct slack_in click(const char *action, const char *more) {
  return hear_act(arena_format(hear_arena, "{'type':'block_actions','team':{'id':'T01'},'user':{'id':'U1','name':'ann','team_id':'T01'},'trigger_id':'7.8','response_url':'https://r/1',"
                               "'container':{'type':'message','message_ts':'1772445600.5','channel_id':'D1','is_ephemeral':false},'channel':{'id':'D1','name':'directmessage'},"
                               "'actions':[%s]%s}", action, more));
}

#define PRESSED FRONT "'at':1772445700250,'kind':'press','person':{'id':'U1'},'room':{'id':'D1','kind':'direct'},'message':'D1/1772445600.5','button':'t7.topics.4.2'}"

Test(slack_in_acts, every_way_to_choose_one_is_a_press) {
  static const char *const rows[] = {
      "{'type':'button','action_id':'press.0','block_id':'x','value':'t7.topics.4.2','action_ts':'1772445700.25'}",
      "{'type':'static_select','action_id':'press.0','selected_option':{'text':{},'value':'t7.topics.4.2'},'action_ts':'1772445700.25'}",
      "{'type':'radio_buttons','action_id':'press.0','selected_option':{'value':'t7.topics.4.2'},'action_ts':'1772445700.25'}",
      "{'type':'overflow','action_id':'press.0','selected_option':{'value':'t7.topics.4.2'},'action_ts':'1772445700.25'}",
  };
  for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
    struct slack_in in = click(rows[i], "");
    EXPECT_LINE(&in, PRESSED);
    cr_expect_eq(in.source, SLACK_FROM_MESSAGE);
    cr_expect_str_eq(in.inner.channel, "D1");
  }
}

Test(slack_in_acts, a_click_on_the_own_page_has_no_room) {
  struct slack_in in = hear_act("{'type':'block_actions','user':{'id':'U1'},'container':{'type':'view','view_id':'V1'},'view':{'id':'V1','hash':'9.a','type':'home'},"
                                "'actions':[{'type':'button','action_id':'press.0','value':'do:next','action_ts':'1772445700.25'}]}");
  EXPECT_LINE(&in, FRONT "'at':1772445700250,'kind':'press','person':{'id':'U1'},'button':'do:next'}");
  cr_expect_eq(in.source, SLACK_FROM_HOME);
  cr_expect_str_eq(in.inner.view_id, "V1");
  cr_expect_str_eq(in.inner.view_hash, "9.a");
  in = hear_act("{'type':'block_actions','user':{'id':'U1'},'container':{'type':'view','view_id':'V1'},'actions':[{'type':'button','action_id':'next','action_ts':'1772445700.25'}]}");
  EXPECT_LINE(&in, FRONT "'at':1772445700250,'kind':'command','person':{'id':'U1'},'command':'next'}");
}

Test(slack_in_acts, a_click_on_what_one_person_sees_names_it_as_its_sending_did) {
  struct slack_in in = hear_act("{'type':'block_actions','user':{'id':'U1'},'container':{'type':'message','message_ts':'1.5','channel_id':'C1','is_ephemeral':true},"
                                "'channel':{'id':'C1','name':'general'},'actions':[{'type':'button','value':'do:next'}]}");
  cr_assert(in.has_event, "%s", in.why_none);
  cr_expect_str_eq(in.event.message, "C1/e/1.5");
}

Test(slack_in_acts, clicks_that_say_nothing_yet) {
  static const char *const rows[] = {
      "{'type':'checkboxes','action_id':'chosen.0','selected_options':[{'value':'a'}]}", "{'type':'datepicker','action_id':'d','selected_date':'2026-03-01'}",
      "{'type':'button','action_id':'press.0'}", "{'type':'button','action_id':'press.0','value':''}", "{'type':'button','action_id':'open.1','value':'x'}",
      "{'type':'users_select','action_id':'pick.t7.who.4','selected_user':null}",
      "{'type':'datepicker','action_id':'pick.t7.day.4','selected_date':null}", /* they emptied the field: the question stands as it is */
      "{'type':'datepicker','action_id':'pick.t7.day.4'}", "{'type':'datepicker','action_id':'pick.t7.day.4','selected_date':7}", "{'type':'datepicker','action_id':'pick','selected_date':'2027-03-01'}",
      "{'type':'users_select','action_id':'other','selected_user':'U2'}",
      "{'type':'button','url':'https://x.example'}", "{}", "7", "",
  };
  for (size_t i = 0; i < ARRAY_LEN(rows); i++) cr_expect_not(click(rows[i], "").has_event, "%s", rows[i]);
}

#define FORM_FRONT "'kind':'form','person':{'id':'U1'},'room':{'id':'D1','kind':'direct'},'message':'D1/1772445600.5','form':"

Test(slack_in_acts, several_choices_ride_in_the_state) {
  static const char *const send = "{'type':'button','action_id':'send.3','value':'t7.topics.4','action_ts':'1772445700.25'}";
  static const struct { const char *state, *values; } rows[] = {
      {"{'chosen.0':{'chosen.0':{'type':'checkboxes','selected_options':[{'value':'t7.topics.4.0'},{'value':'t7.topics.4.2'}]}}}", "{'chosen.0':['t7.topics.4.0','t7.topics.4.2']}"},
      {"{'chosen.0':{'chosen.0':{'type':'multi_static_select','selected_options':[{'value':'a'}]}},'chosen.100':{'chosen.100':{'type':'multi_static_select','selected_options':[{'value':'b'}]}}}",
       "{'chosen.0':'a','chosen.100':'b'}"},
      {"{'chosen.0':{'chosen.0':{'type':'checkboxes','selected_options':[]}}}", "{'text':''}"},
      {"{}", "{'text':''}"},
      {"{'when':{'when':{'type':'datepicker','selected_date':'2026-03-01'}},'at':{'at':{'type':'timepicker','selected_time':'09:30'}}}", "{'text':'2026-03-01','at':'09:30'}"},
      {"{'r':{'r':{'type':'radio_buttons','selected_option':{'value':'c'}}}}", "{'r':'c'}"},
      {"{'text':{'text':{'type':'multi_static_select','selected_options':[{'value':'a'},{'value':'b'}]}}}", "{'chosen':['a','b']}"},
  };
  for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
    struct slack_in in = click(send, arena_format(hear_arena, ",'state':{'values':%s}", rows[i].state));
    const char *line = line_of(&in), *values = strstr(line, "'values':");
    cr_assert_not_null(values, "%s", line);
    cr_expect_not_null(strstr(line, FORM_FRONT "'t7.topics.4'"), "%s", line);
    cr_expect_str_eq(values, arena_format(hear_arena, "'values':%s}", rows[i].values));
  }
}

Test(slack_in_acts, a_person_picked_is_a_name_typed) {
  struct slack_in in = click("{'type':'users_select','action_id':'pick.t7.who.4','selected_user':'U2','action_ts':'1772445700.25'}", "");
  cr_assert(in.has_event && in.event.kind == EVENT_FORM && in.event.value_count == 1, "%s", in.why_none);
  cr_expect_str_eq(in.event.button, "t7.who.4");
  cr_expect_str_eq(in.event.values[0].name, "text");
  cr_expect_str_eq(in.event.values[0].values[0], "Ben Okoro");
  in = click("{'type':'users_select','action_id':'pick.t7.who.4','selected_user':'U404','action_ts':'1772445700.25'}", "");
  cr_expect_str_eq(in.event.values[0].values[0], "@U404");
}

Test(slack_in_acts, a_day_picked_is_a_day_typed) {
  struct slack_in in = click("{'type':'datepicker','action_id':'pick.t7.ask/start.4','selected_date':'2027-03-01','initial_date':'2027-02-01','action_ts':'1772445700.25'}", "");
  cr_assert(in.has_event, "%s", in.why_none);
  const char *line = line_of(&in);
  cr_expect_not_null(strstr(line, FORM_FRONT "'t7.ask/start.4','values':{'text':'2027-03-01'}}"), "%s", line);
}

/* ---- forms ---- */

Test(slack_in_acts, a_click_opens_the_form_that_its_button_carries) {
  const struct slack_ask ask = {.token = "t7.note.4", .label = "Your \"note\"", .chars_max = 300};
  const char *value = slack_view_ask_write(&ask, hear_arena);
  CLEANUP(text_done) struct text text;
  struct json_out json;
  text_init(&text, 10000);
  json_out_init(&json, &text);
  json_open(&json, NULL, '{');
  json_put_str(&json, "type", "button");
  json_put_str(&json, "action_id", "open.2");
  json_put_str(&json, "value", value);
  json_close(&json, '}');
  struct slack_in in = click(text_str(&text), ",'message':{'blocks':[{'type':'section','block_id':'said.0','text':{'type':'plain_text','text':'What &amp; why?'}},"
                                              "{'type':'context','block_id':'other'},{'type':'section','block_id':'x','text':{'text':'not ours'}}]}");
  cr_assert(!in.has_event && in.open_view != NULL, "%s", in.why_none);
  CLEANUP(json_freep) cJSON *view = NULL;
  cr_assert_eq(json_parse(in.open_view, strlen(in.open_view), 100000, &view), ERR_NONE);
  const cJSON *blocks = json_at(view, "blocks");
  cr_assert_eq(cJSON_GetArraySize(blocks), 2);
  cr_expect_str_eq(json_str(blocks->child, "text.text"), "What & why?");
  cr_expect_str_eq(json_str(blocks->child->next, "label.text"), "Your \"note\"");
  cr_expect_eq(json_int_or(blocks->child->next, "element.max_length", 0), 300);

  /* … and what is typed into it comes back to the question it was opened from. */
  struct text sent;
  text_init(&sent, 20000);
  json_out_init(&json, &sent);
  json_open(&json, NULL, '{');
  json_put_str(&json, "id", "V1");
  json_put_str(&json, "private_metadata", json_str(view, "private_metadata"));
  json_put_raw(&json, "state", quoted("{'values':{'text':{'text':{'type':'plain_text_input','value':'R&amp;D, <b> :tada:'}}}}"));
  json_close(&json, '}');
  in = hear_act(arena_format(hear_arena, "{'type':'view_submission','user':{'id':'U1'},'team':{'id':'T01'},'view':%s}", text_str(&sent)));
  text_done(&sent);
  EXPECT_LINE(&in, FRONT "'at':1772445999000," FORM_FRONT "'t7.note.4','values':{'text':'R&D, <b> \xf0\x9f\x8e\x89'}}");
  cr_expect(in.source == SLACK_FROM_FORM && in.takes_payload);
  cr_expect_str_eq(in.inner.field, "text");
}

Test(slack_in_acts, what_is_no_form_of_ours) {
  static const char *const rows[] = {
      "{'type':'view_submission','user':{'id':'U1'},'view':{'id':'V1'}}",
      "{'type':'view_submission','user':{'id':'U1'},'view':{'id':'V1','private_metadata':'x'}}",
      "{'type':'view_submission','user':{'id':'U1'},'view':{'id':'V1','private_metadata':'{}'}}",
      "{'type':'view_closed','user':{'id':'U1'},'view':{'id':'V1'},'is_cleared':false}",
      "{'type':'block_suggestion','user':{'id':'U1'},'value':'a'}", "{'type':'shortcut','user':{'id':'U1'},'callback_id':'x'}",
      "{'type':'message_action','user':{'id':'U1'}}", "{'type':'block_actions','user':{'id':'U1'},'actions':[]}", "{'type':'block_actions','user':{'id':'U1'}}",
      "{'type':'block_actions','team':{'id':'T02'},'user':{'id':'U1'},'actions':[{'type':'button','value':'x'}]}",
      "{'type':'block_actions','actions':[{'type':'button','value':'x'}]}", "{}", "[]", "'x'",
  };
  for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
    struct slack_in in = hear_act(rows[i]);
    cr_expect(in.kind == SLACK_IN_ENVELOPE && !in.has_event, "%s", rows[i]);
  }
}

/* ---- as much as a frame can hold, in the memory that one frame gets ---- */

static void flood(const char *front, const char *again, const char *back) {
  CLEANUP(text_done) struct text text;
  size_t behind = strlen(back), each = strlen(again);
  text_init(&text, SLACK_IN_BYTES_MAX);
  text_add(&text, front);
  while (text.length + each + behind < SLACK_IN_BYTES_MAX) text_add(&text, again);
  text_add(&text, back);
  for (char *c = text.data; *c != '\0'; c++)
    if (*c == '\'') *c = '"';
  struct arena *one = arena_new(SLACK_IN_ARENA_BYTES_MAX), *test = hear_arena;
  hear_arena = one;
  struct slack_in in = hear_bytes(text.data, text.length);
  cr_expect_eq(in.kind, SLACK_IN_ENVELOPE, "%s…: %s", front, in.why_none);
  hear_arena = test;
  (void)arena_free(one);
}

#define WORDS "{'type':'events_api','envelope_id':'e1','payload':{'event_id':'Ev1','event':{'type':'message','channel_type':'im','channel':'D1','user':'U1','ts':'1.2','text':'"
#define CLICK "{'type':'interactive','envelope_id':'e1','payload':{'type':'block_actions','user':{'id':'U1'},'channel':{'id':'D1','name':'directmessage'},"
#define OPEN "'actions':[{'type':'button','action_id':'open.1','value':'{\\u0022t\\u0022:\\u0022x\\u0022}'}]"

/* Twenty fields, each full. */
static void flood_fields(const char *each, size_t count) {
  CLEANUP(text_done) struct text front;
  text_init(&front, SLACK_IN_BYTES_MAX);
  text_add(&front, CLICK "'actions':[{'type':'button','action_id':'send.1','value':'t'}],'state':{'values':{");
  for (int field = 0; field < 20; field++) {
    text_addf(&front, "'a%d':{'b':{'type':'plain_text_input','value':'", field);
    for (size_t i = 0; i < count; i++) text_add(&front, each);
    text_add(&front, "'}},");
  }
  text_add(&front, "'z':{'b':{'type':'button','value':'");
  flood(text_str(&front), "x", "'}}}}}}");
}


Test(slack_in_acts, a_frame_full_of_one_thing_stays_within_its_memory) {
  flood(WORDS, "<@>", "'}}}");
  flood(WORDS, "<@U2>", "'}}}");
  flood(WORDS, "<@U0BOT>", "'}}}");
  flood(WORDS, "&amp;", "'}}}");
  flood(WORDS, "\\u0001", "'}}}");
  flood("{'type':'slash_commands','envelope_id':'e1','payload':{'command':'/mentor','user_id':'U1','channel_id':'C1','text':'", "<@U2> ", "'}}");
  flood(CLICK OPEN ",'message':{'blocks':[{}", ",{'block_id':'said.0','text':{'text':'ab'}}", "]}}}");
  flood(CLICK OPEN ",'message':{'blocks':[{'block_id':'said.0','text':{'text':'", "<@U2>&lt;\\n", "'}}]}}}");
  flood(CLICK "'actions':[{'type':'button','action_id':'open.1','value':'{\\u0022t\\u0022:\\u0022", "\\u005cu0001", "\\u0022}'}]}}");
  flood(CLICK "'actions':[{'type':'button','action_id':'send.1','value':'t'}],'state':{'values':{'a':{'b':{'type':'checkboxes','selected_options':[{}", ",{'value':'a'}", "]}}}}}}");
  flood(CLICK "'actions':[{'type':'button','action_id':'send.1','value':'t'}],'state':{'values':{'a':{'b':{'type':'plain_text_input','value':'", "x", "'}}}}}}");
  flood(CLICK "'actions':[{'type':'button','action_id':'press.1','value':'", "x", "'}]}}");
  flood(WORDS, ":a:", "'}}}");
  flood_fields(":a:", 17000);
  flood_fields(":a: &amp;", 4000);
  flood("{'type':'events_api','envelope_id':'e1','payload':{'event_id':'", "x", "','event':{'type':'message'}}}");
  flood("{'type':'events_api','envelope_id':'e1','payload':{'event_id':'E','event':{'type':'user_change','user':{'id':'U1','real_name':'", "&lt;", "'}}}}");
  flood("{'type':'events_api','envelope_id':'e1','payload':{'event_id':'E','event':{'type':'", "x\\n", "'}}}");
}

Test(slack_in_acts, a_button_full_of_a_token_opens_nothing) {
  CLEANUP(text_done) struct text text;
  text_init(&text, 100000);
  text_addf(&text, CLICK "'message':{'ts':'");
  for (int i = 0; i < 3000; i++) text_add(&text, "7");
  text_add(&text, "'},'actions':[{'type':'button','action_id':'open.1','value':'{\\u0022t\\u0022:\\u0022");
  for (int i = 0; i < 1300; i++) text_add(&text, "\\u005cu0001");
  text_add(&text, "\\u0022}'}]}}");
  struct slack_in in = hear(text_str(&text));
  cr_expect(in.kind == SLACK_IN_ENVELOPE && !in.has_event && in.open_view == NULL, "%s", in.why_none);
}
