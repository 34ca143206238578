/* test_slack_in.c: frames of Socket Mode, good, odd and broken. */
#include "adapters/slack/slack_in.h"

#include <string.h>

#include "hear.h"

TestSuite(slack_in, .init = hear_begin, .fini = hear_end);

#define EXPECT_LINE(in, line) cr_expect_str_eq(line_of(in), line)
#define EVENT_FRONT "{'t':'event','id':'slack/T01/Ev1','workspace':'slack/T01','at':1772445600123,"
#define EVENT_FRONT_S "{'t':'event','id':'slack/T01/Ev1','workspace':'slack/T01','at':1772445600000,"

/* ---- what is no envelope ---- */

Test(slack_in, a_hello_says_how_long_the_connection_lives) {
  struct slack_in in = hear("{'type':'hello','num_connections':2,'connection_info':{'app_id':'A0APP'},'debug_info':{'host':'h','approximate_connection_time':18060}}");
  cr_assert(in.kind == SLACK_IN_HELLO && in.connections == 2 && in.lives_s == 18060);
  cr_assert_str_eq(in.app, "A0APP");
  in = hear("{'type':'hello'}");
  cr_assert(in.kind == SLACK_IN_HELLO && in.connections == 0 && in.lives_s == 0 && in.app == NULL);
}

Test(slack_in, a_disconnect_says_why) {
  for (int i = 0; i < SLACK_REASON_OTHER; i++) {
    struct slack_in in = hear(arena_format(hear_arena, "{'type':'disconnect','reason':'%s','debug_info':{'host':'h'}}", slack_reason_name((enum slack_reason)i)));
    cr_expect(in.kind == SLACK_IN_DISCONNECT && in.reason == (enum slack_reason)i, "%d", i);
  }
  cr_expect_eq(hear("{'type':'disconnect'}").reason, SLACK_REASON_OTHER);
  cr_expect_eq(hear("{'type':'disconnect','reason':'mood'}").reason, SLACK_REASON_OTHER);
}

Test(slack_in, garbage_is_told_and_nothing_else_happens) {
  static const char *const rows[] = {"", "{", "null", "[]", "{}", "7", "{'type':'events_api'}", "{'type':'events_api','envelope_id':''}",
                                     "{'type':'events_api','envelope_id':7}", "{'type':'events_api','envelope_id':'a\\nb'}", "{'envelope_id':'e1'"};
  for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
    struct slack_in in = hear(rows[i]);
    cr_expect(in.kind == SLACK_IN_GARBAGE && !in.has_event && in.why_none[0] != '\0', "%s", rows[i]);
  }
  cr_expect_eq(hear_bytes("{\"type\":\"hello\"}\0", 17).kind, SLACK_IN_GARBAGE);
  cr_expect_eq(hear_bytes("{\"type\":\"hel\xfflo\"}", 18).kind, SLACK_IN_GARBAGE);
}

Test(slack_in, what_is_too_large_or_too_deep_is_garbage) {
  CLEANUP(text_done) struct text text;
  text_init(&text, 2 * SLACK_IN_BYTES_MAX);
  text_add(&text, "{\"type\":\"hello\",\"x\":\"");
  while (text.length < SLACK_IN_BYTES_MAX - 2) text_add(&text, "a");
  text_add(&text, "\"}");
  cr_expect_eq(hear_bytes(text.data, text.length).kind, SLACK_IN_HELLO);
  text_add(&text, " ");
  cr_expect_eq(hear_bytes(text.data, text.length).kind, SLACK_IN_GARBAGE);
  for (int levels = SLACK_IN_DEPTH_MAX - 1; levels <= SLACK_IN_DEPTH_MAX; levels++) {
    text_clear(&text);
    text_add(&text, "{\"type\":\"hello\",\"x\":");
    for (int i = 0; i < levels; i++) text_add(&text, "[");
    for (int i = 0; i < levels; i++) text_add(&text, "]");
    text_add(&text, "}");
    cr_expect_eq(hear_bytes(text.data, text.length).kind, levels < SLACK_IN_DEPTH_MAX ? SLACK_IN_HELLO : SLACK_IN_GARBAGE);
  }
}

Test(slack_in, a_frame_of_many_small_values_is_read) {
  CLEANUP(text_done) struct text text;
  text_init(&text, SLACK_IN_BYTES_MAX);
  text_add(&text, "{\"type\":\"hello\",\"x\":[0");
  while (text.length < SLACK_IN_BYTES_MAX - 4) text_add(&text, ",0");
  text_add(&text, "]}");
  cr_expect_eq(hear_bytes(text.data, text.length).kind, SLACK_IN_HELLO);
}

Test(slack_in, an_unknown_envelope_is_still_one) {
  struct slack_in in = hear("{'type':'dreams','envelope_id':'e9','accepts_response_payload':true,'retry_attempt':2,'payload':{}}");
  cr_assert(in.kind == SLACK_IN_ENVELOPE && in.takes_payload && in.retry == 2 && !in.has_event);
  cr_assert_str_eq(in.envelope, "e9");
  in = hear("{'type':'events_api','envelope_id':'e9'}");
  cr_assert(in.kind == SLACK_IN_ENVELOPE && !in.has_event);
}

Test(slack_in, what_is_no_character_becomes_the_replacement) {
  struct slack_in in = hear_event("{'type':'message','channel_type':'im','channel':'D1','user':'U1','text':'a\\u0000b\\ud800c\\udc00d\\ud83d\\ude00 \\\\u0000','ts':'1772445600.123'}");
  cr_assert(in.has_event, "%s", in.why_none);
  cr_assert_str_eq(in.event.text, "a\xef\xbf\xbd"
                                  "b\xef\xbf\xbd"
                                  "c\xef\xbf\xbd"
                                  "d\xf0\x9f\x98\x80 \\u0000");
}

/* ---- words ---- */

Test(slack_in, words_in_a_direct_message) {
  struct slack_in in = hear_event("{'type':'message','channel_type':'im','channel':'D1','user':'U1','text':'I want a mentor','ts':'1772445600.123456','event_ts':'1772445600.123456'}");
  EXPECT_LINE(&in, EVENT_FRONT "'kind':'text','person':{'id':'U1'},'room':{'id':'D1','kind':'direct'},'text':'I want a mentor'}");
  cr_expect(in.source == SLACK_FROM_EVENT && !in.takes_payload);
  cr_expect_str_eq(in.inner.message_ts, "1772445600.123456");
}

Test(slack_in, the_apps_own_tab_is_a_direct_message) {
  struct slack_in in = hear_event("{'type':'message','channel_type':'app_home','channel':'D1','user':'U1','text':'hi','ts':'1.2'}");
  cr_assert(in.has_event && in.event.room.kind == ROOM_DIRECT, "%s", in.why_none);
}

Test(slack_in, a_name_that_is_known_goes_with_it) {
  struct slack_in in = hear_event("{'type':'message','channel_type':'im','channel':'D2','user':'U2','text':'hi','ts':'1772445600.123'}");
  cr_expect_str_eq(in.event.person.name, "Ben Okoro");
}

Test(slack_in, it_comes_again_under_the_same_id) {
  static const char *const frame = "{'type':'events_api','envelope_id':'%s','retry_attempt':%d,'retry_reason':'timeout','payload':{'type':'event_callback','team_id':'T01',"
                                   "'event_id':'Ev1','event':{'type':'message','channel_type':'im','channel':'D1','user':'U1','text':'hi','ts':'1772445600.1'}}}";
  struct slack_in first = hear(arena_format(hear_arena, "{'type':'events_api','envelope_id':'e1',%s", strstr(frame, "'payload'")));
  struct slack_in again = hear(arena_format(hear_arena, "{'type':'events_api','envelope_id':'e2','retry_attempt':3,%s", strstr(frame, "'payload'")));
  cr_assert(first.has_event && again.has_event && again.retry == 3);
  cr_assert_str_eq(line_of(&first), line_of(&again));
}

Test(slack_in, a_mention_is_cut_off) {
  static const struct { const char *said, *heard; } rows[] = {
      {"<@U0BOT> pairs", "pairs"}, {"<@U0BOT|mentor>: pairs", "pairs"}, {"please <@U0BOT> help", "please  help"}, {"<@U0BOT>", ""},
      {"<@U0BOT> <@U1> is here", "@mentor @U1 is here"}, {"<@U9> and <@U0BOT>", "@mentor @U9 and "}, {"nobody", "nobody"},
  };
  for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
    struct slack_in in = hear_event(arena_format(hear_arena, "{'type':'app_mention','channel':'C1','user':'U1','text':'%s','ts':'1772445600.123'}", rows[i].said));
    cr_assert(in.has_event, "%s: %s", rows[i].said, in.why_none);
    cr_expect_str_eq(in.event.text, rows[i].heard);
    cr_expect_eq(in.event.room.kind, ROOM_PUBLIC);
  }
  struct slack_in direct = hear_event("{'type':'message','channel_type':'im','channel':'D1','user':'U1','text':'<@U0BOT> <@U9> x','ts':'1772445600.1'}");
  cr_expect_str_eq(direct.event.text, "@U9 x");
}

Test(slack_in, what_nobody_said_to_us_is_dropped) {
  static const char *const rows[] = {
      "{'type':'message','channel_type':'im','channel':'D1','user':'U0BOT','text':'own'}",
      "{'type':'message','channel_type':'im','channel':'D1','user':'U5','bot_id':'B7','text':'x'}",
      "{'type':'message','channel_type':'im','channel':'D1','user':'U5','app_id':'A0APP','text':'x'}",
      "{'type':'message','channel_type':'im','channel':'D1','user':'USLACKBOT','text':'x'}",
      "{'type':'message','channel_type':'im','channel':'D1','subtype':'message_changed','message':{'user':'U1','text':'x'}}",
      "{'type':'message','channel_type':'im','channel':'D1','subtype':'message_deleted'}",
      "{'type':'message','channel_type':'im','channel':'D1','user':'U1','subtype':'news_of_tomorrow','text':'x'}",
      "{'type':'message','channel_type':'im','channel':'D1','user':'U1','text':'x','hidden':true}",
      "{'type':'message','channel_type':'im','channel':'D1','user':'U1','text':' '}",
      "{'type':'message','channel_type':'im','channel':'D1','text':'who?'}",
      "{'type':'message','channel_type':'im','user':'U1','text':'where?'}",
      "{'type':'message','channel_type':'channel','channel':'C1','user':'U1','text':'<@U0BOT> comes as app_mention too'}",
      "{'type':'message','channel_type':'mpim','channel':'G1','user':'U1','text':'between us'}",
      "{'type':'message','channel':'C1','user':'U1','text':'no type'}",
      "{'type':'app_mention','channel':'C1','user':'U5','bot_id':'B7','text':'<@U0BOT> x'}",
      "{'type':'app_mention','channel':'C1','user':'U1','text':'<@U0BOT> x','edited':{'user':'U1','ts':'1.2'}}",
      "{'type':'app_mention','channel_type':'im','channel':'D1','user':'U1','text':'<@U0BOT> comes as a message too'}",
      "{'type':'reaction_added','user':'U1'}", "{'type':'two\\nlines'}", "{'type':7}", "{}", "[]", "null",
  };
  for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
    struct slack_in in = hear_event(rows[i]);
    cr_expect(in.kind == SLACK_IN_ENVELOPE && !in.has_event, "%s", rows[i]);
    if (in.why_none != NULL) cr_expect(strchr(in.why_none, '\n') == NULL && strstr(in.why_none, "between us") == NULL);
  }
}

/* Slack tells us of each of our posts; who quotes one, or writes how one looks, is heard all the same. */
Test(slack_in, an_echo_is_what_we_said_ourselves_and_nothing_else) {
  struct slack_in in = hear_event("{'type':'message','channel_type':'im','channel':'D1','user':'U0BOT','bot_id':'B0BOT','text':'\\ud800 own','blocks':[{'type':'x'}]}");
  cr_assert(in.kind == SLACK_IN_ENVELOPE && !in.has_event && in.why_none != NULL);
  cr_assert_str_eq(in.envelope, "e1");
  static const char *const heard[] = {
      "{'type':'message','channel_type':'im','channel':'D1','user':'U1','text':'yes','ts':'1.1','root':{'bot_id':'B0BOT','text':'shall we?'}}",
      "{'type':'message','channel_type':'im','channel':'D1','user':'U1','ts':'1.1','attachments':[{'bot_id':'B0BOT'}],'text':'look'}",
      "{'type':'message','channel_type':'im','channel':'D1','user':'U1','ts':'1.1','text':'\\\"bot_id\\\":\\\"B0BOT\\\"'}",
  };
  for (size_t i = 0; i < ARRAY_LEN(heard); i++) cr_expect(hear_event(heard[i]).has_event, "%s", heard[i]);
}

Test(slack_in, own_words_beside_a_file_count) {
  struct slack_in in = hear_event("{'type':'message','subtype':'file_share','files':[{'id':'F1'}],'channel_type':'im','channel':'D1','user':'U1','text':'my plan','ts':'1772445600.1'}");
  cr_assert(in.has_event, "%s", in.why_none);
  cr_assert_str_eq(in.event.text, "my plan");
}

Test(slack_in, who_sends_no_words_but_something_else_is_heard) {
  static const char *const rows[] = {
      "{'type':'message','subtype':'file_share','files':[{'id':'F1','subtype':'slack_audio'}],'channel_type':'im','channel':'D1','user':'U1','text':'','ts':'1772445600.123'}",
      "{'type':'message','attachments':[{'is_share':true,'text':'of somebody else'}],'channel_type':'im','channel':'D1','user':'U1','text':' ','ts':'1772445600.123'}",
  };
  for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
    struct slack_in in = hear_event(rows[i]);
    EXPECT_LINE(&in, EVENT_FRONT "'kind':'text','person':{'id':'U1'},'room':{'id':'D1','kind':'direct'},'text':''}");
  }
}

Test(slack_in, who_changes_their_words_hears_that_the_first_ones_count) {
  static const char *const edit = "{'type':'message','subtype':'message_changed','hidden':true,'channel':'D1','channel_type':'%s','ts':'1.3',"
                                  "'message':{'user':'%s','text':'%s','ts':'1.2'%s},'previous_message':{'user':'U1','text':'old','ts':'1.2'}}";
  static const struct { const char *type, *user, *text, *more; bool told; } rows[] = {
      {"im", "U1", "new", ",'edited':{'user':'U1','ts':'1.3'}", true},  {"im", "U1", "old", ",'edited':{'user':'U1','ts':'1.3'}", false},
      {"im", "U1", "new", "", false},                                    {"im", "U0BOT", "new", ",'bot_id':'B0BOT','edited':{'user':'U0BOT'}", false},
      {"channel", "U1", "new", ",'edited':{'user':'U1','ts':'1.3'}", false},
  };
  for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
    struct slack_in in = hear_event(arena_format(hear_arena, edit, rows[i].type, rows[i].user, rows[i].text, rows[i].more));
    cr_expect(!in.has_event && (in.whisper != NULL) == rows[i].told, "row %zu", i);
    if (in.whisper != NULL) cr_expect(strcmp(in.inner.user, "U1") == 0 && strcmp(in.inner.channel, "D1") == 0);
  }
}

Test(slack_in, words_are_cut_at_a_character_so_that_they_fit) {
  CLEANUP(text_done) struct text text;
  text_init(&text, 300000);
  for (int i = 0; i < 40000; i++) text_add(&text, i % 2 == 0 ? "\\u0007\\\\" : "é");
  struct slack_in in = hear_event(arena_format(hear_arena, "{'type':'message','channel_type':'im','channel':'D1','user':'U1','text':'%s','ts':'1.2'}", text_str(&text)));
  cr_assert(in.has_event, "%s", in.why_none);
  cr_expect_leq(strlen(in.event.text), LINK_TEXT_BYTES_MAX);
  cr_expect(strlen(in.event.text) > 20000 && text_utf8_valid(in.event.text, strlen(in.event.text)));
}

Test(slack_in, another_workspace_is_not_ours) {
  static const char *const frame = "{'type':'events_api','envelope_id':'e1','payload':{'type':'event_callback',%s'event_id':'Ev1','event':"
                                   "{'type':'message','channel_type':'im','channel':'D1','user':'U1','text':'hi','ts':'1772445600.1'}}}";
  static const struct { const char *team; bool ours; } rows[] = {
      {"'team_id':'T01',", true}, {"'team_id':'T02',", false}, {"", true}, {"'team_id':'T02','authorizations':[{'team_id':'T01'}],", true}};
  for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
    const char *hole = strstr(frame, "%s");
    struct slack_in in = hear(arena_format(hear_arena, "%.*s%s%s", (int)(hole - frame), frame, rows[i].team, hole + 2));
    cr_expect_eq(in.has_event, rows[i].ours, "%s", rows[i].team);
    if (rows[i].ours) cr_expect_null(in.elsewhere);
    else cr_expect_str_eq(in.elsewhere, "T02");
  }
}

/* ---- people, rooms, ends ---- */

Test(slack_in, people_come_change_and_go) {
  static const struct { const char *event, *line; } rows[] = {
      {"{'type':'team_join','user':{'id':'U7','tz':'Europe/London','profile':{'real_name':'Cho &amp; Co'}}}",
       EVENT_FRONT_S "'kind':'directory','person':{'id':'U7','name':'Cho & Co','zone':'Europe/London'},'change':'joined'}"},
      {"{'type':'user_change','user':{'id':'U2','name':'ben','real_name':'Ben New','locale':'en-GB'}}",
       EVENT_FRONT_S "'kind':'directory','person':{'id':'U2','name':'Ben New','lang':'en'},'change':'changed'}"},
      {"{'type':'user_change','user':{'id':'U2','name':'ben','deleted':true}}",
       EVENT_FRONT_S "'kind':'directory','person':{'id':'U2','name':'ben'},'change':'gone'}"},
      {"{'type':'user_change','user':{'id':'U2','profile':{'real_name':'\\u202eAnn\\u2066 \\u200fKhan'}}}", /* overrides go, a mark that belongs stays */
       EVENT_FRONT_S "'kind':'directory','person':{'id':'U2','name':'Ann \xe2\x80\x8fKhan'},'change':'changed'}"},
      {"{'type':'user_change','user':{'id':'U2','profile':{'real_name':' \\u202e'},'name':'ben'}}",
       EVENT_FRONT_S "'kind':'directory','person':{'id':'U2','name':'ben'},'change':'changed'}"},
      {"{'type':'user_change','user':{'id':'U8','is_bot':true}}", "a change of a bot"},
      {"{'type':'user_change','user':{'id':'USLACKBOT'}}", "a change of a bot"},
      {"{'type':'user_change','user':'U8'}", "a change of nobody"},
  };
  for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
    struct slack_in in = hear_event(rows[i].event);
    EXPECT_LINE(&in, rows[i].line);
    if (in.has_event) cr_expect_str_eq(in.person.id, in.event.person.id);
  }
}

Test(slack_in, rooms_are_made_renamed_archived_left) {
  static const struct { const char *event, *line; } rows[] = {
      {"{'type':'member_joined_channel','user':'U0BOT','channel':'C1','channel_type':'C'}", "'kind':'room','room':{'id':'C1','kind':'public'},'change':'made'}"},
      {"{'type':'member_left_channel','user':'U0BOT','channel':'C1','channel_type':'G'}", "'kind':'room','room':{'id':'C1','kind':'private'},'change':'left'}"},
      {"{'type':'member_left_channel','user':'U1','channel':'C1','channel_type':'C'}", "'kind':'room','room':{'id':'C1','kind':'public'},'person':{'id':'U1'},'change':'left'}"},
      {"{'type':'member_joined_channel','user':'U1','channel':'C1'}", NULL},
      {"{'type':'group_left','channel':'G1'}", "'kind':'room','room':{'id':'G1','kind':'private'},'change':'left'}"},
      {"{'type':'group_deleted','channel':'G1'}", "'kind':'room','room':{'id':'G1','kind':'private'},'change':'archived'}"},
      {"{'type':'channel_rename','channel':{'id':'C1','name':'custody'}}", "'kind':'room','room':{'id':'C1','kind':'public','name':'custody'},'change':'renamed'}"},
      {"{'type':'channel_archive','channel':'C1','user':'U1'}", "'kind':'room','room':{'id':'C1','kind':'public'},'change':'archived'}"},
      {"{'type':'channel_deleted'}", NULL},
  };
  for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
    struct slack_in in = hear_event(rows[i].event);
    if (rows[i].line == NULL) cr_expect_not(in.has_event, "%s", rows[i].event);
    else EXPECT_LINE(&in, arena_format(hear_arena, EVENT_FRONT_S "%s", rows[i].line));
  }
}

Test(slack_in, each_look_at_the_own_page_is_told_and_the_first_finds_none) {
  struct slack_in in = hear_event("{'type':'app_home_opened','user':'U1','channel':'D1','tab':'home','event_ts':'1772445600.123'}");
  EXPECT_LINE(&in, EVENT_FRONT "'kind':'home','person':{'id':'U1'}}");
  cr_expect(in.home);
  cr_expect_eq(in.source, SLACK_FROM_EVENT, "Slack brings it again: nobody has to be told that it came too late");
  in = hear_event("{'type':'app_home_opened','user':'U1','channel':'D1','tab':'home','view':{'id':'V1'},'event_ts':'1772445600.123'}");
  EXPECT_LINE(&in, EVENT_FRONT "'kind':'home','person':{'id':'U1'}}");
  cr_expect_not(in.home);
  in = hear_event("{'type':'app_home_opened','user':'U1','channel':'D1','tab':'messages','event_ts':'1772445600.123'}");
  cr_expect(!in.has_event && !in.home);
}

Test(slack_in, the_operator_hears_of_ends_and_limits) {
  static const struct { const char *payload, *notice; } rows[] = {
      {"{'type':'event_callback','event_id':'Ev1','event':{'type':'app_uninstalled'}}", "uninstalled"},
      {"{'type':'event_callback','event_id':'Ev1','event':{'type':'tokens_revoked','tokens':{'oauth':[],'bot':['U0BOT']}}}", "token_revoked"},
      {"{'type':'event_callback','event_id':'Ev1','event':{'type':'tokens_revoked','tokens':{'oauth':['U1']}}}", NULL},
      {"{'type':'app_rate_limited','team_id':'T01','minute_rate_limited':1772445600,'api_app_id':'A0APP'}", "rate_limited"},
  };
  for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
    struct slack_in in = hear(arena_format(hear_arena, "{'type':'events_api','envelope_id':'e1','payload':%s}", rows[i].payload));
    cr_assert(in.kind == SLACK_IN_ENVELOPE && !in.has_event && (in.notice == NULL) == (rows[i].notice == NULL));
    if (in.notice == NULL) continue;
    cr_expect_str_eq(in.notice, rows[i].notice);
    cr_expect_not_null(in.say);
  }
}
