/* test_slack_ack.c: what answers an envelope. */
#include <string.h>

#include "adapters/slack/slack_out.h"
#include "hear.h"

TestSuite(slack_ack, .init = hear_begin, .fini = hear_end);

static const char *frame_of(const struct slack_in *in, const char *reply, struct slack_calls *calls) {
  CLEANUP(text_done) struct text text;
  text_init(&text, 100000);
  slack_out_ack(in, reply, hear_arena, &text, calls);
  return arena_text(hear_arena, text_str(&text));
}

Test(slack_ack, nothing_to_say_is_the_id_alone) {
  struct slack_calls calls;
  struct slack_in in = hear_command("'command':'/mentor','text':'me'");
  cr_expect_str_eq(frame_of(&in, NULL, &calls), "{\"envelope_id\":\"e1\"}");
  cr_expect_eq(calls.count, 0);
}

Test(slack_ack, a_command_gets_its_sentence_in_the_ack) {
  struct slack_calls calls;
  struct slack_in in = hear_command("'command':'/mentor','text':'me'");
  cr_expect_str_eq(frame_of(&in, "R&D <now>", &calls), quoted("{'envelope_id':'e1','payload':{'response_type':'ephemeral','text':'R&amp;D &lt;now&gt;'}}"));
  cr_expect_eq(calls.count, 0);
}

Test(slack_ack, a_form_gets_its_sentence_beside_the_field) {
  struct slack_calls calls;
  struct slack_in in = hear_act("{'type':'view_submission','user':{'id':'U1'},'view':{'id':'V1','private_metadata':'{\\\"t\\\":\\\"t7.note.4\\\"}',"
                                "'state':{'values':{'text':{'text':{'type':'plain_text_input','value':'x'}}}}}}");
  cr_assert(in.has_event, "%s", in.why_none);
  cr_expect_str_eq(frame_of(&in, "Too <short>.", &calls), quoted("{'envelope_id':'e1','payload':{'response_action':'errors','errors':{'text':'Too <short>.'}}}"));
  cr_expect_eq(calls.count, 0);
}

Test(slack_ack, a_click_gets_it_behind_the_ack_and_words_in_a_room_for_one_alone) {
  struct slack_calls calls;
  struct slack_in in = hear_act("{'type':'block_actions','user':{'id':'U1'},'channel':{'id':'D1','name':'directmessage'},'response_url':'https://r/1','actions':[{'type':'button','value':'x'}]}");
  cr_expect_str_eq(frame_of(&in, "Gone & over.", &calls), "{\"envelope_id\":\"e1\"}");
  cr_assert(calls.count == 1 && calls.calls[0].method == SLACK_RESPOND && calls.calls[0].interactive);
  cr_expect_str_eq(calls.calls[0].url, "https://r/1");
  cr_expect_str_eq(calls.calls[0].json, quoted("{'response_type':'ephemeral','replace_original':false,'text':'Gone &amp; over.'}"));
  in = hear_event("{'type':'app_mention','channel':'C1','user':'U1','text':'<@U0BOT> me','ts':'1.2'}");
  cr_expect_str_eq(frame_of(&in, "In private.", &calls), "{\"envelope_id\":\"e1\"}");
  cr_assert(calls.count == 1 && calls.calls[0].method == SLACK_EPHEMERAL && calls.calls[0].field_count == 3);
  in = hear_act("{'type':'block_actions','user':{'id':'U1'},'container':{'type':'view'},'actions':[{'type':'button','value':'x'}]}");
  (void)frame_of(&in, "Nowhere to say it.", &calls);
  cr_expect_eq(calls.count, 0);
}

Test(slack_ack, what_is_too_long_for_an_ack_goes_another_way) {
  struct slack_calls calls;
  char reply[8000];
  memset(reply, '&', sizeof reply - 1);
  reply[sizeof reply - 1] = '\0';
  struct slack_in in = hear_command("'command':'/mentor','text':'me'");
  cr_expect_str_eq(frame_of(&in, reply, &calls), "{\"envelope_id\":\"e1\"}");
  cr_assert(calls.count == 1 && calls.calls[0].method == SLACK_RESPOND);
}

Test(slack_ack, a_form_leaves_with_its_trigger_and_a_first_page_for_its_person) {
  struct slack_calls calls;
  struct slack_in in = hear_act("{'type':'block_actions','user':{'id':'U1'},'trigger_id':'7.8','channel':{'id':'D1','name':'directmessage'},"
                                "'actions':[{'type':'button','action_id':'open.1','value':'{\\\"t\\\":\\\"t7.note.4\\\"}'}]}");
  slack_out_open(&in, hear_arena, &calls);
  cr_assert(calls.count == 1 && calls.calls[0].method == SLACK_VIEW_OPEN && calls.calls[0].interactive);
  cr_expect_str_eq(calls.calls[0].fields[0].value, "7.8");
  in = hear_event("{'type':'app_home_opened','user':'U1','channel':'D1','tab':'home'}");
  slack_out_open(&in, hear_arena, &calls);
  cr_expect_eq(calls.count, 0);
  slack_out_home(&in, hear_arena, &calls);
  cr_assert(calls.count == 1 && calls.calls[0].method == SLACK_VIEW_PUBLISH);
  cr_expect_not_null(strstr(calls.calls[0].fields[1].value, "\"type\":\"home\""));
}
