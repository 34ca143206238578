/* slack_config.c: reads slack.yaml under one table of keys. */
#include "adapters/slack/slack_config.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "adapters/kit/http_url.h"
#include "adapters/kit/link_address.h"
#include "bot/base/yaml.h"

enum { PATH_CHARS_MAX = 1000, AWAY_CHARS_MAX = 300 };
#define PREFIX "slack/"
#define AWAY "I could not take this in just now. Please try again in a minute."

struct file_keys {
  const char *link, *link_token_file, *link_cert_file, *link_key_file, *api, *proxy, *proxy_login_file, *away;
  const struct yaml_node *workspaces;
};
#define ROW(struct_name, field) .name = #field, .offset = offsetof(struct struct_name, field)
static const struct yaml_key file_rows[] = {
  {ROW(file_keys, link), .type = YAML_TEXT, .max = PATH_CHARS_MAX, .needed = true, .example = "unix:/run/mentord/slack.sock",
   .help = "where the bot connects to; a socket's folder must be 0700"},
  {ROW(file_keys, link_token_file), .type = YAML_TEXT, .max = PATH_CHARS_MAX, .example = "link.token",
   .help = "the secret that the bot shows; a port needs one, the bot has the same"},
  {ROW(file_keys, link_cert_file), .type = YAML_TEXT, .max = PATH_CHARS_MAX, .example = "slack.pem", .help = "with wss://, this end's certificate"},
  {ROW(file_keys, link_key_file), .type = YAML_TEXT, .max = PATH_CHARS_MAX, .example = "slack.key", .help = "with wss://, its key"},
  {ROW(file_keys, api), .type = YAML_TEXT, .max = PATH_CHARS_MAX, .otherwise = SLACK_API, .example = SLACK_API,
   .help = "the Web API; https://slack-gov.com/api/ for government workspaces"},
  {ROW(file_keys, proxy), .type = YAML_TEXT, .example = "proxy.city.example:3128",
   .help = "an HTTP proxy that leads to Slack, as host:port; it must not open TLS. Without it: straight there"},
  {ROW(file_keys, proxy_login_file), .type = YAML_TEXT, .max = PATH_CHARS_MAX, .example = "proxy.login",
   .help = "a file of mode 0600 with user:password for the proxy, where it wants them"},
  {ROW(file_keys, away), .type = YAML_TEXT, .max = AWAY_CHARS_MAX, .otherwise = AWAY, .example = AWAY,
   .help = "what somebody is told whose command or click cannot be kept in time"},
  {ROW(file_keys, workspaces), .type = YAML_LIST, .max = SLACK_TEAMS_MAX, .needed = true,
   .example = "[{ id: slack/T01CITY, bot_token_file: bot.token, app_token_file: app.token }]", .help = "the workspaces, each with its two tokens"},
};

struct team_keys { const char *id, *name, *bot_token_file, *app_token_file; };
static const struct yaml_key team_rows[] = {
  {ROW(team_keys, id), .type = YAML_TEXT, .max = 64, .needed = true, .example = "slack/T01CITY", .help = "slack/ and the workspace's id"},
  {ROW(team_keys, name), .type = YAML_TEXT, .max = 100, .example = "City Police", .help = "what people call it"},
  {ROW(team_keys, bot_token_file), .type = YAML_TEXT, .max = PATH_CHARS_MAX, .needed = true, .example = "bot.token",
   .help = "a file of mode 0600 with the bot token (xoxb-…)"},
  {ROW(team_keys, app_token_file), .type = YAML_TEXT, .max = PATH_CHARS_MAX, .needed = true, .example = "app.token",
   .help = "a file of mode 0600 with the app-level token (xapp-…)"},
};

struct reading {
  struct yaml_reader reader;
  struct arena *arena;
  const char *file, *folder;
  struct slack_config *config;
};

static void tell(void *who, size_t line, size_t column, const char *what) {
  const struct reading *reading = who;
  (void)err_note(ERR_BAD_INPUT, "%s:%zu:%zu: %s", reading->file, line, column, what); /* the first one stays */
}

static const char *absolute(const struct reading *reading, const char *path) {
  if (path == NULL || path[0] == '/') return arena_text(reading->arena, path);
  return arena_format(reading->arena, "%s/%s", reading->folder, path);
}

static const struct yaml_node *place(const struct yaml_node *map, const char *key) {
  const struct yaml_node *node = yaml_at(map, key);
  return node == NULL ? map : node;
}

static bool check_id(struct reading *reading, const struct yaml_node *node, const char *id) {
  size_t prefix = sizeof PREFIX - 1;
  bool good = strncmp(id, PREFIX, prefix) == 0 && strspn(id + prefix, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789") == strlen(id) - prefix && id[prefix] != '\0';
  if (!good) yaml_trouble(&reading->reader, place(node, "id"), "`id`: `%s` is no workspace of Slack; write slack/ and its id, as in `slack/T01CITY`", yaml_show(id).text);
  for (size_t i = 0; i < reading->config->team_count; i++)
    if (strcmp(reading->config->teams[i].id, id) == 0) yaml_trouble(&reading->reader, place(node, "id"), "`%s` is named twice", yaml_show(id).text);
  return good;
}

static void read_team(struct reading *reading, const struct yaml_node *node) {
  struct team_keys keys = {0};
  if (!yaml_fill(&reading->reader, node, "a workspace", team_rows, ARRAY_LEN(team_rows), &keys)) return;
  if (!check_id(reading, node, keys.id)) return;
  struct slack_team_config *team = &reading->config->teams[reading->config->team_count++];
  team->id = arena_text(reading->arena, keys.id);
  team->name = arena_text(reading->arena, keys.name == NULL ? keys.id + sizeof PREFIX - 1 : keys.name);
  team->bot_token_file = absolute(reading, keys.bot_token_file);
  team->app_token_file = absolute(reading, keys.app_token_file);
}

static void check_link(struct reading *reading, const struct yaml_node *root, const struct file_keys *keys) {
  struct link_address address;
  err_note_clear();
  if (link_address_parse(reading->config->link, &address) == ERR_NONE) {
    if (!address.is_unix && keys->link_token_file == NULL)
      yaml_trouble(&reading->reader, place(root, "link"), "`link` is a port, and that needs a secret; write `link_token_file: link.token`");
    return;
  }
  struct yaml_shown why = yaml_show(err_note_text());
  err_note_clear();
  yaml_trouble(&reading->reader, place(root, "link"), "`link`: %s; write `unix:/run/mentord/slack.sock` or `127.0.0.1:7801`", why.text);
}

struct http_places slack_places(const struct slack_config *config, const char *test_api) {
  static const char *const domains[] = {"slack.com", "slack-gov.com"};
  return (struct http_places){.domains = domains, .domain_count = ARRAY_LEN(domains), .loopback = test_api != NULL, .proxy = config->proxy};
}

enum err slack_places_login(const struct slack_config *config, struct http_places *places) {
  return http_login_read(config->proxy_login_file, places->proxy_login);
}

static void check_api(struct reading *reading, const struct yaml_node *root) {
  const struct http_places places = slack_places(reading->config, NULL);
  struct http_url url;
  const char *api = reading->config->api;
  bool good = api[0] != '\0' && api[strlen(api) - 1] == '/' && http_url_parse(api, &url) == ERR_NONE && !url.is_ws && http_url_allowed(&url, &places);
  err_note_clear();
  if (!good) yaml_trouble(&reading->reader, place(root, "api"), "`api` is no address of Slack's; take it out, or write `%s`", SLACK_API);
}

static void check_proxy(struct reading *reading, const struct yaml_node *root) {
  if (reading->config->proxy == NULL && reading->config->proxy_login_file != NULL)
    yaml_trouble(&reading->reader, place(root, "proxy_login_file"),
                 "`proxy_login_file` is for a proxy; name it, as in `proxy: proxy.city.example:3128`, or take this line out");
  char host[HTTP_HOST_BYTES_MAX + 1];
  int port;
  if (reading->config->proxy == NULL || http_proxy_parse(reading->config->proxy, host, &port)) return;
  yaml_trouble(&reading->reader, place(root, "proxy"),
               "`proxy` is a host and a port, without http:// or a password, as in `proxy: proxy.city.example:3128`; "
               "user and password stand in the file that `proxy_login_file` names");
}

static void read_file(struct reading *reading, const struct yaml_node *root) {
  struct file_keys keys = {0};
  struct slack_config *config = reading->config;
  if (!yaml_fill(&reading->reader, root, "slack.yaml", file_rows, ARRAY_LEN(file_rows), &keys)) return;
  config->link = strncmp(keys.link, "unix:", 5) == 0 ? arena_format(reading->arena, "unix:%s", absolute(reading, keys.link + 5))
                                                     : arena_text(reading->arena, keys.link);
  config->link_token_file = absolute(reading, keys.link_token_file);
  config->link_cert_file = absolute(reading, keys.link_cert_file);
  config->link_key_file = absolute(reading, keys.link_key_file);
  config->api = arena_text(reading->arena, keys.api);
  config->proxy = arena_text(reading->arena, keys.proxy);
  config->proxy_login_file = absolute(reading, keys.proxy_login_file);
  config->away = arena_text(reading->arena, keys.away);
  check_link(reading, root, &keys);
  if (reading->reader.troubles == 0) check_api(reading, root);
  check_proxy(reading, root);
  for (const struct yaml_node *node = keys.workspaces->first; node != NULL && config->team_count < SLACK_TEAMS_MAX; node = node->next) read_team(reading, node);
  if (config->team_count == 0 && reading->reader.troubles == 0) yaml_trouble(&reading->reader, keys.workspaces, "`workspaces` is empty");
}

enum err slack_config_read(const char *path, struct arena *arena, struct slack_config *ret_config) {
  CLEANUP(arena_freep) struct arena *scratch = arena_new(YAML_ARENA_BYTES);
  struct slack_config config = {.file = arena_text(arena, path)};
  char *full = realpath(path, NULL);
  if (full == NULL) return err_note(ERR_GONE, "%s: %s. deploy/slack.md shows how to write one.", path, strerror(errno));
  struct reading reading = {.arena = arena, .file = config.file, .config = &config};
  reading.folder = arena_text_n(arena, full, (size_t)(strrchr(full, '/') - full));
  free(full);
  reading.reader = (struct yaml_reader){.arena = scratch, .tell = tell, .who = &reading};
  const struct yaml_node *root = NULL;
  enum err err = yaml_read(&reading.reader, path, &root);
  if (err != ERR_NONE) return err;
  read_file(&reading, root);
  if (reading.reader.troubles > 0) return ERR_BAD_INPUT;
  *ret_config = config;
  return ERR_NONE;
}
