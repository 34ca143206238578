/* test_slack_answer.c: what Slack answered becomes a result. */
#include "adapters/slack/slack_answer.h"

#include <string.h>

#include "hear.h"

TestSuite(slack_answer, .init = hear_begin, .fini = hear_end);

static struct slack_answer answer_to(enum slack_method method, int status, int64_t retry_s, const char *body) {
  struct slack_answer answer;
  const struct slack_call call = {.method = method, .fields = {{"channel", "C9"}, {"blocks", "[]"}}, .field_count = 2};
  body = body == NULL ? NULL : quoted(body);
  const struct slack_http http = {.status = status, .retry_after_s = retry_s, .body = body, .bytes = body == NULL ? 0 : strlen(body)};
  slack_answer_read(&call, &http, hear_arena, &answer);
  return answer;
}

Test(slack_answer, what_was_sent_has_a_name) {
  static const struct { enum slack_method method; const char *body, *message, *channel; } rows[] = {
      {SLACK_POST, "{'ok':true,'channel':'D1','ts':'1772445600.000100'}", "D1/1772445600.000100", "D1"},
      {SLACK_UPDATE, "{'ok':true,'channel':'D1','ts':'1.2','text':'x'}", "D1/1.2", "D1"},
      {SLACK_EPHEMERAL, "{'ok':true,'message_ts':'1.2'}", "C9/e/1.2", "C9"},
      {SLACK_OPEN, "{'ok':true,'channel':{'id':'G1'}}", "G1", "G1"},
      {SLACK_CREATE, "{'ok':true,'channel':{'id':'C7','name':'x'}}", "C7", "C7"},
      {SLACK_INVITE, "{'ok':true,'channel':{'id':'C7'}}", NULL, "C7"},
      {SLACK_DELETE, "{'ok':true}", NULL, "C9"},
      {SLACK_POST, "{'ok':true}", NULL, "C9"},
      {SLACK_RESPOND, "ok", NULL, NULL},
  };
  for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
    struct slack_answer answer = answer_to(rows[i].method, 200, 0, rows[i].body);
    cr_assert_eq(answer.result, RESULT_SENT, "row %zu", i);
    cr_expect((answer.message == NULL) == (rows[i].message == NULL) && (answer.message == NULL || strcmp(answer.message, rows[i].message) == 0), "row %zu: %s", i, answer.message);
    if (rows[i].channel != NULL) cr_expect_str_eq(answer.channel, rows[i].channel);
  }
}

/* A post's own words may look like the answer about it. */
Test(slack_answer, a_post_is_named_by_what_slack_says_of_it) {
  struct slack_answer answer = answer_to(SLACK_POST, 200, 0, "{'ok':true,'message':{'ts':'6.6','channel':'D6','ok':false},'channel':'D1','ts':'1.2'}\n");
  cr_assert(answer.result == RESULT_SENT && strcmp(answer.message, "D1/1.2") == 0 && strcmp(answer.channel, "D1") == 0, "%s", answer.message);
  cr_expect_eq(answer_to(SLACK_POST, 200, 0, "{'ok':true,'channel':'D1','ts':'1.2','message':{'text':'cut o").result, RESULT_AMBIGUOUS);
  cr_expect_eq(answer_to(SLACK_POST, 200, 0, "{'message':{'ok':true,'channel':'D1','ts':'1.2'}}").result, RESULT_FAILED);
  cr_expect_eq(answer_to(SLACK_POST, 200, 0, "{'ok':false,'channel':'D1','ts':'1.2','error':'is_archived'}").result, RESULT_FAILED);
}

/* Else the link would not take what the post became. */
Test(slack_answer, no_name_of_a_message_holds_a_control_character) {
  static const char *const bodies[] = {"{'ok':true,'channel':'D1','ts':'1.\x7f'}", "{'ok':true,'channel':'D\x7f','ts':'1.2'}", "{'ok':true,'channel':'D1','ts':'1\\u00012'}"};
  for (size_t i = 0; i < ARRAY_LEN(bodies); i++) {
    struct slack_answer answer = answer_to(SLACK_POST, 200, 0, bodies[i]);
    cr_expect(answer.message == NULL || strpbrk(answer.message, "\x01\x7f") == NULL, "row %zu", i);
  }
}

Test(slack_answer, what_was_not_says_why_or_when) {
  static const struct { enum slack_method method; int status; int64_t retry_s; const char *body; enum action_result result; const char *why; int64_t wait_ms; } rows[] = {
      {SLACK_POST, 429, 7, NULL, RESULT_LATER, NULL, 7000},
      {SLACK_POST, 429, 0, NULL, RESULT_LATER, NULL, 30000},
      {SLACK_POST, 429, 1000000000, NULL, RESULT_LATER, NULL, 3600000},
      {SLACK_POST, 429, -5, NULL, RESULT_LATER, NULL, 30000},
      {SLACK_POST, 200, 3, "{'ok':false,'error':'ratelimited'}", RESULT_LATER, NULL, 3000},
      {SLACK_POST, SLACK_NEVER_LEFT, 0, NULL, RESULT_LATER, NULL, 5000},
      {SLACK_POST, SLACK_NO_ANSWER, 0, NULL, RESULT_AMBIGUOUS, NULL, 0},
      {SLACK_POST, 503, 0, "<html>", RESULT_AMBIGUOUS, NULL, 0},
      {SLACK_POST, 200, 0, "<html>", RESULT_AMBIGUOUS, NULL, 0},
      {SLACK_POST, 200, 0, NULL, RESULT_AMBIGUOUS, NULL, 0},
      {SLACK_POST, 200, 0, "[]", RESULT_AMBIGUOUS, NULL, 0},
      {SLACK_UPDATE, SLACK_NO_ANSWER, 0, NULL, RESULT_LATER, NULL, 5000},
      {SLACK_UPDATE, 500, 0, NULL, RESULT_LATER, NULL, 5000},
      {SLACK_POST, 200, 0, "{'ok':false,'error':'internal_error'}", RESULT_AMBIGUOUS, NULL, 0},
      {SLACK_POST, 200, 0, "{'ok':false,'error':'is_archived'}", RESULT_FAILED, "room_gone", 0},
      {SLACK_UPDATE, 200, 0, "{'ok':false,'error':'is_inactive'}", RESULT_FAILED, "room_gone", 0},
      {SLACK_CREATE, 200, 0, "{'ok':false,'error':'too_many_convos_for_team'}", RESULT_FAILED, "not_allowed", 0},
      {SLACK_POST, 200, 0, "{'ok':false,'error':'restricted_action_thread_only_channel'}", RESULT_FAILED, "not_allowed", 0},
      {SLACK_UPDATE, 200, 0, "{'ok':false,'error':'message_not_found'}", RESULT_FAILED, "message_gone", 0},
      {SLACK_OPEN, 200, 0, "{'ok':false,'error':'user_disabled'}", RESULT_FAILED, "person_gone", 0},
      {SLACK_INVITE, 200, 0, "{'ok':false,'error':'already_in_channel'}", RESULT_SENT, NULL, 0},
      {SLACK_VIEW_OPEN, 200, 0, "{'ok':false,'error':'expired_trigger_id'}", RESULT_FAILED, "too_late", 0},
      {SLACK_POST, 200, 0, "{'ok':false,'error':'a_new_word'}", RESULT_FAILED, "broken", 0},
      {SLACK_POST, 200, 0, "{'ok':false}", RESULT_FAILED, "broken", 0},
      {SLACK_POST, 200, 0, "{}", RESULT_FAILED, "broken", 0},
      {SLACK_RESPOND, 404, 0, "no", RESULT_FAILED, "too_late", 0},
      {SLACK_POST, 200, 0, "{'ok':false,'error':'token_revoked'}", RESULT_LATER, NULL, 60000},
  };
  for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
    struct slack_answer answer = answer_to(rows[i].method, rows[i].status, rows[i].retry_s, rows[i].body);
    cr_expect_eq(answer.result, rows[i].result, "row %zu", i);
    cr_expect((answer.why == NULL) == (rows[i].why == NULL) && (answer.why == NULL || strcmp(answer.why, rows[i].why) == 0), "row %zu: %s", i, answer.why);
    cr_expect_eq(answer.wait_ms, rows[i].wait_ms, "row %zu: %lld", i, (long long)answer.wait_ms);
  }
}

Test(slack_answer, a_person_who_cannot_be_found_is_gone) {
  struct slack_answer answer;
  const char *body = quoted("{'ok':false,'error':'channel_not_found'}");
  const struct slack_call call = {.method = SLACK_POST, .to_person = true, .fields = {{"channel", "U9"}}, .field_count = 1};
  const struct slack_http http = {.status = 200, .body = body, .bytes = strlen(body)};
  slack_answer_read(&call, &http, hear_arena, &answer);
  cr_assert_str_eq(answer.why, "person_gone");
}

Test(slack_answer, the_operator_hears_of_tokens_and_scopes_and_where_a_block_was_wrong) {
  struct slack_answer answer = answer_to(SLACK_POST, 200, 0, "{'ok':false,'error':'invalid_auth'}");
  cr_expect(answer.no_token && strstr(answer.say, "invalid_auth") != NULL);
  answer = answer_to(SLACK_OPEN, 200, 0, "{'ok':false,'error':'missing_scope','needed':'mpim:write','provided':'chat:write'}");
  cr_expect(!answer.no_token && strstr(answer.say, "mpim:write") != NULL && strstr(answer.say, "conversations.open") != NULL);
  answer = answer_to(SLACK_POST, 200, 0, "{'ok':false,'error':'messages_tab_disabled'}");
  cr_expect(answer.result == RESULT_FAILED && answer.say != NULL && strstr(answer.say, "App Home") != NULL);
  answer = answer_to(SLACK_VIEW_PUBLISH, 200, 0, "{'ok':false,'error':'not_enabled'}");
  cr_expect(answer.say != NULL && strstr(answer.say, "Home tab") != NULL);
  answer = answer_to(SLACK_POST, 200, 0, "{'ok':false,'error':'invalid_blocks','errors':['too long [json-pointer:/blocks/1]']}");
  cr_expect(answer.try_plain && strstr(answer.detail, "/blocks/1") != NULL);
  cr_expect_not(answer_to(SLACK_POST, 200, 0, "{'ok':false,'error':'msg_too_long'}").try_plain);
}

Test(slack_answer, a_thread_that_is_gone_is_left) {
  static const struct slack_call call = {.method = SLACK_POST, .to_person = true, .fields = {{"channel", "U9"}, {"thread_ts", "1.5"}}, .field_count = 2};
  const char *body = quoted("{'ok':false,'error':'thread_not_found'}");
  const struct slack_http http = {.status = 200, .body = body, .bytes = strlen(body)};
  struct slack_answer answer;
  slack_answer_read(&call, &http, hear_arena, &answer);
  cr_expect(answer.try_outside);
  cr_expect_not(answer_to(SLACK_POST, 200, 0, "{'ok':false,'error':'thread_not_found'}").try_outside, "it was in none");
}

/* ---- what became of it ---- */

#define OURS(part, parts) "{'ts':'5." part "','metadata':{'event_type':'mentord','event_payload':{'action':'o88','part':" part ",'parts':" parts "}}}"

Test(slack_answer, a_message_is_found_by_the_action_it_was_sent_for) {
  static const struct { int status; const char *body; enum action_result result; size_t parts; } rows[] = {
      {200, "{'ok':true,'has_more':false,'messages':[{'ts':'9.9','text':'x'}," OURS("1", "1") "]}", RESULT_SENT, 1},
      {200, "{'ok':true,'has_more':true,'messages':[" OURS("2", "2") "," OURS("1", "2") "]}", RESULT_SENT, 2},
      {200, "{'ok':true,'has_more':false,'messages':[" OURS("1", "2") "]}", RESULT_NOT_FOUND, 1},
      {200, "{'ok':true,'has_more':true,'messages':[" OURS("1", "4") "," OURS("2", "4") "]}", RESULT_NOT_FOUND, 2},
      {200, "{'ok':true,'has_more':false,'messages':[" OURS("99999999", "4") "]}", RESULT_NOT_FOUND, 0},
      {200, "{'ok':true,'has_more':false,'messages':[{'ts':'9.9','metadata':{'event_type':'mentord','event_payload':{'action':'o8'}}}]}", RESULT_NOT_FOUND, 0},
      {200, "{'ok':true,'messages':[]}", RESULT_NOT_FOUND, 0},
      {200, "{'ok':true,'has_more':true,'messages':[]}", RESULT_CANNOT_TELL, 0},
      {200, "{'ok':true}", RESULT_CANNOT_TELL, 0},
      {200, "{'ok':false,'error':'missing_scope'}", RESULT_CANNOT_TELL, 0},
      {200, "x", RESULT_CANNOT_TELL, 0},
      {500, "{'ok':true,'messages':[]}", RESULT_CANNOT_TELL, 0},
      {SLACK_NO_ANSWER, NULL, RESULT_CANNOT_TELL, 0},
  };
  for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
    struct slack_answer answer;
    const char *body = rows[i].body == NULL ? NULL : quoted(rows[i].body);
    const struct slack_http http = {.status = rows[i].status, .body = body, .bytes = body == NULL ? 0 : strlen(body)};
    slack_answer_found("o88", "D1", &http, hear_arena, &answer);
    cr_expect_eq(answer.result, rows[i].result, "row %zu", i);
    cr_expect_eq(answer.parts, rows[i].parts, "row %zu: %zu", i, answer.parts);
    if (answer.parts > 0) cr_expect(strncmp(answer.message, "D1/5.", 5) == 0 && (size_t)(answer.message[5] - '0') == rows[i].parts, "its last one: %s", answer.message);
  }
}
