/* test_slack_manifest.c: the manifest asks for no more than we use, and fits Slack's lengths. */
#include "adapters/slack/slack_manifest.h"

#include <string.h>

#include "adapters/slack/slack_limits.h"
#include "adapters/slack/slack_scopes.h"
#include "bot/edge/manual.h"
#include "hear.h"

TestSuite(slack_manifest, .init = hear_begin, .fini = hear_end);

static cJSON *manifest_with(const char *commands, size_t bytes, bool group_history) {
  CLEANUP(text_done) struct text text;
  cJSON *root = NULL;
  text_init(&text, SLACK_MANIFEST_BYTES_MAX);
  err_note_clear();
  if (slack_manifest(commands, bytes, group_history, &text) != ERR_NONE) return NULL;
  cr_assert_eq(json_parse(text_str(&text), text.length, SLACK_MANIFEST_BYTES_MAX, &root), ERR_NONE, "%s", err_note_text());
  return root;
}

static cJSON *manifest_of(const char *commands, size_t bytes) {
  return manifest_with(commands, bytes, false);
}

static bool holds(const cJSON *list, const char *what) {
  const cJSON *item;
  cJSON_ArrayForEach(item, list) if (strcmp(item->valuestring, what) == 0) return true;
  return false;
}

Test(slack_manifest, the_bots_own_commands_fit) {
  CLEANUP(text_done) struct text commands;
  text_init(&commands, SLACK_MANIFEST_BYTES_MAX);
  cr_assert_eq(manual_commands(&commands), ERR_NONE, "%s", err_note_text());
  CLEANUP(json_freep) cJSON *root = manifest_of(text_str(&commands), commands.length);
  cr_assert_not_null(root, "%s", err_note_text());
  const cJSON *command = json_at(root, "features.slash_commands")->child;
  cr_expect_str_eq(json_str(command, "command"), "/mentor");
  cr_expect(json_bool_or(command, "should_escape", false) && strstr(json_str(command, "usage_hint"), "join | next") != NULL);
  cr_expect_eq(strstr(json_str(command, "usage_hint"), "release"), NULL, "a manager's command in everybody's hint");
  const char *all = json_str(root, "display_information.long_description");
  cr_expect_eq(strstr(all, "…"), NULL, "a gap in a sentence: %s", all);
  cr_expect(strstr(all, "• release: ") != NULL && text_utf8_count(all) >= 175 && text_utf8_count(all) <= SLACK_APP_LONG_MAX);
  cr_expect(json_bool_or(root, "settings.socket_mode_enabled", false) && json_bool_or(root, "settings.interactivity.is_enabled", false));
  cr_expect(json_bool_or(root, "features.app_home.messages_tab_enabled", false) && !json_bool_or(root, "features.app_home.messages_tab_read_only_enabled", true));
}

Test(slack_manifest, it_asks_for_what_its_events_need_and_reads_no_channel) {
  static const char commands[] = "[{\"name\":\"join\",\"args\":\"\",\"help\":\"take part\",\"who\":\"everyone\"}]";
  CLEANUP(json_freep) cJSON *root = manifest_of(commands, sizeof commands - 1);
  const cJSON *scopes = json_at(root, "oauth_config.scopes.bot"), *events = json_at(root, "settings.event_subscriptions.bot_events");
  static const struct { const char *event, *scope; } rows[] = {
#define AS_ROW(name, scope) {name, scope},
      SLACK_SUBSCRIBE_LIST(AS_ROW)
  };
  for (size_t i = 0; i < ARRAY_LEN(rows); i++) cr_expect(holds(events, rows[i].event) && (rows[i].scope[0] == '\0' || holds(scopes, rows[i].scope)), "%s", rows[i].event);
  static const char *const told[] = {"member_joined_channel", "member_left_channel", "group_rename", "group_archive", "group_left", "group_deleted", "team_join", "user_change"};
  for (size_t i = 0; i < ARRAY_LEN(told); i++) cr_expect(holds(events, told[i]), "what slack_in tells of it is never heard: %s", told[i]);
  static const char *const never[] = {"channels:history", "groups:history", "mpim:history", "channels:read", "users:read.email", "chat:write.public"};
  for (size_t i = 0; i < ARRAY_LEN(never); i++) cr_expect_not(holds(scopes, never[i]), "%s", never[i]);
}

Test(slack_manifest, group_messages_may_be_read_only_where_a_workspace_wants_it_and_none_comes_by_itself) {
  CLEANUP(text_done) struct text commands;
  text_init(&commands, SLACK_MANIFEST_BYTES_MAX);
  cr_assert_eq(manual_commands(&commands), ERR_NONE, "%s", err_note_text());
  CLEANUP(json_freep) cJSON *usual = manifest_with(text_str(&commands), commands.length, false);
  CLEANUP(json_freep) cJSON *chosen = manifest_with(text_str(&commands), commands.length, true);
  cr_assert(usual != NULL && chosen != NULL, "%s", err_note_text());
  const cJSON *scopes = json_at(chosen, "oauth_config.scopes.bot"), *before = json_at(usual, "oauth_config.scopes.bot");
  cr_expect(holds(scopes, SLACK_GROUP_HISTORY) && !holds(before, SLACK_GROUP_HISTORY));
  cr_expect_eq(cJSON_GetArraySize(scopes), cJSON_GetArraySize(before) + 1, "that one right and no other");
  cr_expect(cJSON_Compare(json_at(chosen, "settings"), json_at(usual, "settings"), true), "no event goes with it");
  cr_expect_not(holds(json_at(chosen, "settings.event_subscriptions.bot_events"), "message.mpim"));
  const char *said = json_str(chosen, "display_information.long_description"), *said_before = json_str(usual, "display_information.long_description");
  cr_expect(strstr(said_before, "and nothing else") != NULL && strstr(said, "and nothing else") == NULL, "who looks at the app reads what it may do: %s", said);
  cr_expect_not_null(strstr(said, "could also read the group messages"));
}

Test(slack_manifest, what_does_not_fit_is_refused_with_its_place) {
  static const char front[] = "[{\"name\":\"join\",\"args\":\"\",\"who\":\"everyone\",\"help\":\"";
  CLEANUP(text_done) struct text text;
  text_init(&text, 100000);
  text_add(&text, front);
  for (int i = 0; i < SLACK_APP_LONG_MAX; i++) text_add(&text, "x");
  text_add(&text, "\"}]");
  cr_expect_eq(manifest_of(text_str(&text), text.length), NULL);
  cr_expect_not_null(strstr(err_note_text(), "the long description"), "%s", err_note_text());
  static const char *const rows[] = {"", "{}", "[]", "[{}]", "[{\"name\":\"x\",\"help\":\"y\",\"who\":\"manager\"}]", "[7]"};
  for (size_t i = 0; i < ARRAY_LEN(rows); i++) cr_expect_eq(manifest_of(rows[i], strlen(rows[i])), NULL, "%s", rows[i]);
}
