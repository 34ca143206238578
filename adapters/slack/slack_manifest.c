/* slack_manifest.c: the app's manifest.
 * [{"name":"pairs","args":"","help":"how each pair is doing","who":"manager"}]  ->  {"display_information":{"name":"Mentor",…},…} */
#include "adapters/slack/slack_manifest.h"

#include <string.h>

#include "adapters/slack/slack_limits.h"
#include "adapters/slack/slack_names.h"
#include "adapters/slack/slack_scopes.h"

enum { LONG_CHARS_MIN = 175 };

static const char app_name[] = "Mentor", bot_name[] = "mentor", color[] = "#2b4b6f";
static const char about[] = "Runs your mentoring programme: joining, matching, meetings, and help when something goes wrong.";
static const char about_long[] =
    "Mentor runs a formal mentoring programme where people already talk. Write to it in a direct message to find a mentor or to be one; it asks "
    "what it needs to know, says who will see each answer, introduces the two of you, and sees to it that you meet. ";
static const char reads[] = "It can read what is written to it, and nothing else: no channels, no other messages. ";
static const char reads_groups[] =
    "It can read what is written to it. It could also read the group messages that it is in; it looks there for its own messages only, so that "
    "none stands there twice, and keeps nothing. No channels, no other messages. ";
static const char about_words[] = "In a channel, and from anywhere, use " SLACK_COMMAND " with one of these words:\n";
static const char about_command[] = "Where am I, what is next, and everything else you can ask of Mentor";

/* ---- lengths ---- */

static enum err check(const char *what, const char *text, size_t chars_max) {
  size_t chars = text_utf8_count(text);
  if (chars <= chars_max) return ERR_NONE;
  return err_note(ERR_BAD_INPUT, "the manifest: %s has %zu characters, and Slack takes %zu", what, chars, chars_max);
}

static enum err check_all(const char *long_text, const char *hint) {
  const struct { const char *what, *text; size_t most; } rows[] = {
      {"the name", app_name, SLACK_APP_NAME_MAX}, {"the description", about, SLACK_APP_ABOUT_MAX}, {"the long description", long_text, SLACK_APP_LONG_MAX},
      {"the bot's name", bot_name, SLACK_BOT_NAME_MAX}, {"the command", SLACK_COMMAND, SLACK_COMMAND_MAX},
      {"the command's description", about_command, SLACK_COMMAND_ABOUT_MAX}, {"the command's hint", hint, SLACK_COMMAND_HINT_MAX},
  };
  enum err err = text_utf8_count(long_text) < LONG_CHARS_MIN ? err_note(ERR_BAD_INPUT, "the manifest: the long description is too short") : ERR_NONE;
  for (size_t i = 0; i < ARRAY_LEN(rows) && err == ERR_NONE; i++) err = check(rows[i].what, rows[i].text, rows[i].most);
  return err;
}

/* ---- from the bot's commands ---- */

static enum err read_commands(const cJSON *commands, bool group_history, struct text *long_text, struct text *hint) {
  const cJSON *command;
  text_addf(long_text, "%s%s%s", about_long, group_history ? reads_groups : reads, about_words);
  cJSON_ArrayForEach(command, commands) {
    const char *name = json_str(command, "name"), *args = json_str_or(command, "args", ""), *help = json_str(command, "help");
    bool for_all = strcmp(json_str_or(command, "who", ""), "everyone") == 0;
    if (name == NULL || help == NULL) return err_note(ERR_BAD_INPUT, "the commands: one has no name or no help");
    text_addf(long_text, "\n• %s%s%s: %s%s", name, args[0] == '\0' ? "" : " ", args, help, for_all ? "" : " (programme managers)");
    if (for_all) text_addf(hint, "%s%s", hint->length == 0 ? "" : " | ", name);
  }
  return hint->length == 0 ? err_note(ERR_BAD_INPUT, "the commands: there is none for everyone") : ERR_NONE;
}

/* ---- writing it ---- */

static void put_features(struct json_out *json, const char *hint) {
  json_open(json, "features", '{');
  json_open(json, "app_home", '{');
  json_put_bool(json, "home_tab_enabled", true);
  json_put_bool(json, "messages_tab_enabled", true);
  json_put_bool(json, "messages_tab_read_only_enabled", false);
  json_close(json, '}');
  json_open(json, "bot_user", '{');
  json_put_str(json, "display_name", bot_name);
  json_put_bool(json, "always_online", true);
  json_close(json, '}');
  json_open(json, "slash_commands", '[');
  json_open(json, NULL, '{');
  json_put_str(json, "command", SLACK_COMMAND);
  json_put_str(json, "description", about_command);
  json_put_str(json, "usage_hint", hint);
  json_put_bool(json, "should_escape", true);
  json_close(json, '}');
  json_close(json, ']');
  json_close(json, '}');
}

static void put_scopes(struct json_out *json, bool group_history) {
  json_open(json, "oauth_config", '{');
  json_open(json, "scopes", '{');
  json_open(json, "bot", '[');
#define PUT_SCOPE(name, needed, missed) json_put_str(json, NULL, name);
  SLACK_SCOPE_LIST(PUT_SCOPE)
#undef PUT_SCOPE
  if (group_history) json_put_str(json, NULL, SLACK_GROUP_HISTORY);
  json_close(json, ']');
  json_close(json, '}');
  json_close(json, '}');
}

static void put_settings(struct json_out *json) {
  json_open(json, "settings", '{');
  json_open(json, "event_subscriptions", '{');
  json_open(json, "bot_events", '[');
#define PUT_EVENT(name, scope) json_put_str(json, NULL, name);
  SLACK_SUBSCRIBE_LIST(PUT_EVENT)
#undef PUT_EVENT
  json_close(json, ']');
  json_close(json, '}');
  json_open(json, "interactivity", '{');
  json_put_bool(json, "is_enabled", true);
  json_close(json, '}');
  json_put_bool(json, "org_deploy_enabled", false);
  json_put_bool(json, "socket_mode_enabled", true);
  json_put_bool(json, "token_rotation_enabled", false);
  json_close(json, '}');
}

static void write_manifest(const char *long_text, const char *hint, bool group_history, struct text *manifest) {
  struct json_out json;
  json_out_init(&json, manifest);
  json_open(&json, NULL, '{');
  json_open(&json, "_metadata", '{');
  json_put_int(&json, "major_version", 2);
  json_put_int(&json, "minor_version", 1);
  json_close(&json, '}');
  json_open(&json, "display_information", '{');
  json_put_str(&json, "name", app_name);
  json_put_str(&json, "description", about);
  json_put_str(&json, "long_description", long_text);
  json_put_str(&json, "background_color", color);
  json_close(&json, '}');
  put_features(&json, hint);
  put_scopes(&json, group_history);
  put_settings(&json);
  json_close(&json, '}');
}

enum err slack_manifest(const char *commands, size_t bytes, bool group_history, struct text *ret_manifest) {
  CLEANUP(json_freep) cJSON *root = NULL;
  CLEANUP(text_done) struct text long_text, hint;
  text_init(&long_text, SLACK_MANIFEST_BYTES_MAX);
  text_init(&hint, SLACK_MANIFEST_BYTES_MAX);
  enum err err = json_parse(commands, bytes, SLACK_MANIFEST_BYTES_MAX, &root);
  if (err == ERR_NONE && !cJSON_IsArray(root)) err = err_note(ERR_BAD_INPUT, "the commands: they are a list, as `mentord commands` prints it");
  if (err == ERR_NONE) err = read_commands(root, group_history, &long_text, &hint);
  if (err == ERR_NONE) err = check_all(text_str(&long_text), text_str(&hint));
  if (err == ERR_NONE) write_manifest(text_str(&long_text), text_str(&hint), group_history, ret_manifest);
  return err;
}
