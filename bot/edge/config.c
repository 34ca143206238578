/* config.c: reads mentord.yaml under one table of keys, then makes its paths absolute and asks what no single key can tell. */
#include "bot/edge/config.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "adapters/kit/link_address.h"
#include "bot/base/text.h"
#include "bot/base/yaml.h"

enum { PATH_CHARS_MAX = 1000, DATA_BYTES_MAX = 90, PORT_MAX = 65535, FREE_MB_MAX = 1048576 };
#define DATA_DEFAULT "/var/lib/mentord"

/* ---- the keys ---- */
struct file_keys {
  const char *scheme, *data, *keys, *key_file, *demo_scheme, *demo_people;
  bool demo;
  int64_t free_mb;
  const struct yaml_node *redis, *links, *web;
};
#define ROW(struct_name, field) .name = #field, .offset = offsetof(struct struct_name, field)
static const struct yaml_key file_rows[] = {
    {ROW(file_keys, scheme), .type = YAML_NAME, .needed = true, .example = "city-pilot", .help = "the name of the scheme this bot serves"},
    {ROW(file_keys, data), .type = YAML_TEXT, .max = PATH_CHARS_MAX, .otherwise = DATA_DEFAULT, .example = DATA_DEFAULT,
     .help = "the folder for everything that is kept; mode 0700, one bot at a time"},
    {ROW(file_keys, keys), .type = YAML_TEXT, .max = PATH_CHARS_MAX, .example = "/srv/mentord/keys",
     .help = "the folder of everybody's keys: one for all bots of a scheme; without it keys in the data folder"},
    {ROW(file_keys, key_file), .type = YAML_TEXT, .max = PATH_CHARS_MAX, .example = "/etc/mentord/wrapping.key",
     .help = "the wrapping key; without it <data>/wrapping.key"},
    {ROW(file_keys, demo), .type = YAML_YES_NO, .otherwise = "no", .example = "yes", .help = "invented people, a clock that can be turned"},
    {ROW(file_keys, free_mb), .type = YAML_WHOLE, .min = 4, .max = FREE_MB_MAX, .otherwise = "256", .example = "256",
     .help = "less room than this on the disk: no lists and calls; less than a quarter: nobody is served"},
    {ROW(file_keys, redis), .type = YAML_MAP, .example = "{ socket: /run/redis/mentord.sock, password_file: redis.password }",
     .help = "a Redis of your own; without it a private one is started in <data>/redis"},
    {ROW(file_keys, links), .type = YAML_LIST, .max = CONFIG_LINKS_MAX, .example = "[{ name: web, workspaces: [web/city] }]",
     .help = "the adapters this bot connects to"},
    {ROW(file_keys, web), .type = YAML_MAP, .example = "{ port: 8080, pages: page, play: play.yaml }", .help = "the demo's page; needs demo: yes"},
    {ROW(file_keys, demo_scheme), .type = YAML_TEXT, .max = PATH_CHARS_MAX, .example = "scheme.yaml", .help = "applied by itself to a new demo"},
    {ROW(file_keys, demo_people), .type = YAML_TEXT, .max = PATH_CHARS_MAX, .example = "people.csv", .help = "imported by itself into a new demo"},
};

struct redis_keys { const char *socket, *user, *password_file, *tool_user, *tool_password_file; };
static const struct yaml_key redis_rows[] = {
    {ROW(redis_keys, socket), .type = YAML_TEXT, .max = PATH_CHARS_MAX, .needed = true, .example = "/run/redis/mentord.sock", .help = "its unix socket"},
    {ROW(redis_keys, user), .type = YAML_NAME, .otherwise = "mentord", .example = "mentord", .help = "the bot's user"},
    {ROW(redis_keys, password_file), .type = YAML_TEXT, .max = PATH_CHARS_MAX, .needed = true, .example = "redis.password",
     .help = "a file with that user's password"},
    {ROW(redis_keys, tool_user), .type = YAML_NAME, .example = "mentord-tool", .help = "the tools' user; without it the bot's"},
    {ROW(redis_keys, tool_password_file), .type = YAML_TEXT, .max = PATH_CHARS_MAX, .example = "tool.password", .help = "a file with that user's password"},
};

struct link_keys { const char *name, *address, *token_file, *ca_file; struct yaml_texts workspaces; };
static const struct yaml_key link_rows[] = {
    {ROW(link_keys, name), .type = YAML_NAME, .max = 32, .needed = true, .example = "web", .help = "what logs call it"},
    {ROW(link_keys, address), .type = YAML_TEXT, .max = PATH_CHARS_MAX, .example = "127.0.0.1:7801",
     .help = "where the adapter listens, or wss://name:port on another machine; without it unix:<data>/run/<name>.sock"},
    {ROW(link_keys, token_file), .type = YAML_TEXT, .max = PATH_CHARS_MAX, .example = "web.token",
     .help = "the secret that opens the link; a port needs one, and with wss:// its mode is 0600"},
    {ROW(link_keys, ca_file), .type = YAML_TEXT, .max = PATH_CHARS_MAX, .example = "/etc/mentord/ca.pem",
     .help = "with wss://, whose certificates count; without it the system's"},
    {ROW(link_keys, workspaces), .type = YAML_TEXTS, .needed = true, .min = 1, .max = CONFIG_WORKSPACES_MAX, .example = "[web/city]",
     .help = "the workspaces it may speak for"},
};

struct web_keys { int64_t port; const char *pages, *play, *link; };
static const struct yaml_key web_rows[] = {
    {ROW(web_keys, port), .type = YAML_WHOLE, .min = 1, .max = PORT_MAX, .otherwise = "8080", .example = "8080", .help = "the page's port on 127.0.0.1"},
    {ROW(web_keys, pages), .type = YAML_TEXT, .max = PATH_CHARS_MAX, .needed = true, .example = "page", .help = "the folder of the page's own files"},
    {ROW(web_keys, play), .type = YAML_TEXT, .max = PATH_CHARS_MAX, .needed = true, .example = "play.yaml", .help = "who there is to play"},
    {ROW(web_keys, link), .type = YAML_NAME, .otherwise = "web", .example = "web", .help = "which link is the page's"},
};

struct reading {
  struct yaml_reader reader;
  struct troubles *troubles;
  struct arena *arena;        /* what the config keeps */
  const char *file, *folder;  /* absolute */
  const char *shown;          /* the file as the operator named it */
  const struct yaml_node *root;
  struct config *config;
};

static void tell(void *who, size_t line, size_t column, const char *what) {
  struct reading *reading = who;
  trouble_add(reading->troubles, reading->shown, line, column, "%s", what);
}

/* ---- paths ---- */
/* "../../.demo" in "/srv/m/deploy/demo" is "/srv/m/.demo": the folder has no links left in it, so this is what the system does. */
static const char *absolute(struct reading *reading, const char *path) {
  size_t kept = strlen(reading->folder);
  if (path == NULL) return NULL;
  if (path[0] == '/') return arena_text(reading->arena, path);
  for (;;) {
    if (strncmp(path, "./", 2) == 0) path += 2;
    else if (strcmp(path, ".") == 0) path += 1;
    else if (strncmp(path, "../", 3) == 0 || strcmp(path, "..") == 0) {
      while (kept > 0 && reading->folder[kept - 1] != '/') kept--;
      if (kept > 0) kept--;
      path += path[2] == '/' ? 3 : 2;
    } else break;
    while (path[0] == '/') path++;
  }
  return arena_format(reading->arena, "%.*s%s%s", (int)kept, reading->folder, path[0] == '\0' && kept > 0 ? "" : "/", path);
}

static const struct yaml_node *place(const struct yaml_node *map, const char *key) {
  const struct yaml_node *node = yaml_at(map, key);
  return node == NULL ? map : node;
}

static void must_be_readable(struct reading *reading, const struct yaml_node *map, const char *key, const char *path) {
  if (path == NULL || access(path, R_OK) == 0) return;
  yaml_trouble(&reading->reader, place(map, key), "`%s`: %s cannot be read (%s); relative paths begin in the folder of this file", key, path, strerror(errno));
}

/* The private Redis and the links listen on sockets below `data`, and a socket's path is short. */
static void check_data(struct reading *reading) {
  const char *data = reading->config->data;
  const struct yaml_node *node = place(reading->root, "data");
  if (strpbrk(data, "\"\\") != NULL)
    yaml_trouble(&reading->reader, node, "`data` has a quote or a backslash in its path; choose a plain one, as in `data: %s`", DATA_DEFAULT);
  if (strlen(data) > DATA_BYTES_MAX)
    yaml_trouble(&reading->reader, node, "`data` is a path of %zu bytes, and the sockets below it leave room for %d; choose a shorter one, as in `data: %s`",
                 strlen(data), DATA_BYTES_MAX, DATA_DEFAULT);
}

/* ---- links ---- */
static bool good_workspace(const char *workspace) {
  const char *slash = strchr(workspace, '/');
  return slash != NULL && slash != workspace && slash[1] != '\0' && strpbrk(workspace, ": \t\"\\") == NULL;
}

static const char *link_of(const struct config *config, const char *workspace) {
  for (size_t i = 0; i < config->link_count; i++) {
    for (size_t k = 0; k < config->links[i].workspace_count; k++) {
      if (strcmp(config->links[i].workspaces[k], workspace) == 0) return config->links[i].name;
    }
  }
  return NULL;
}

static void add_workspaces(struct reading *reading, const struct yaml_node *node, struct config_link *link) {
  for (const struct yaml_node *one = node == NULL ? NULL : node->first; one != NULL && link->workspace_count < CONFIG_WORKSPACES_MAX; one = one->next) {
    const char *other = one->shape == YAML_ONE ? link_of(reading->config, one->text) : NULL;
    if (one->shape != YAML_ONE) continue; /* told by the table */
    if (!good_workspace(one->text))
      yaml_trouble(&reading->reader, one, "`%s` is no workspace; write platform/name, as in `web/city`", yaml_show(one->text).text);
    else if (other != NULL)
      yaml_trouble(&reading->reader, one, "`%s` is named twice (link `%s` has it already); each workspace belongs to one link", yaml_show(one->text).text,
                   other);
    else link->workspaces[link->workspace_count++] = arena_text(reading->arena, one->text);
  }
}

/* What no single key can tell: off this machine there is TLS, a token, a name that a certificate can name. */
static void check_link(struct reading *reading, const struct yaml_node *node, const struct link_keys *keys, const struct link_address *address) {
  if (!address->is_unix && keys->token_file == NULL)
    yaml_trouble(&reading->reader, place(node, "address"), "`address` is a port, and that needs a secret; write `token_file: %s.token`", yaml_show(keys->name).text);
  if (address->is_tls && link_address_is_number(address))
    yaml_trouble(&reading->reader, place(node, "address"), "`address`: behind `wss://` stands the name that the adapter's certificate names, not a number; "
                 "write `wss://adapter.example:7801`");
  if (!address->is_tls && keys->ca_file != NULL)
    yaml_trouble(&reading->reader, place(node, "ca_file"), "`ca_file` is for an `address` with TLS, as in `wss://adapter.example:7801`; take it out");
}

static const char *link_address(struct reading *reading, const struct yaml_node *node, const struct link_keys *keys) {
  struct link_address parsed;
  const char *address = keys->address;
  if (address == NULL) address = arena_format(reading->arena, "unix:%s/run/%s.sock", reading->config->data, keys->name);
  else if (strncmp(address, "unix:", 5) == 0) address = arena_format(reading->arena, "unix:%s", absolute(reading, address + 5));
  if (reading->reader.troubles > 0) return address;
  err_note_clear();
  if (link_address_parse(address, &parsed) == ERR_NONE) check_link(reading, node, keys, &parsed);
  else {
    yaml_trouble(&reading->reader, place(node, "address"), "`address`: %s; write `unix:/run/mentord/web.sock`, `127.0.0.1:7801` or "
                 "`wss://adapter.example:7801`", err_note_text());
    err_note_clear();
  }
  return arena_text(reading->arena, address);
}

static void read_link(struct reading *reading, const struct yaml_node *node) {
  struct config *config = reading->config;
  struct link_keys keys = {0};
  if (!yaml_fill(&reading->reader, node, "a link", link_rows, ARRAY_LEN(link_rows), &keys)) return;
  for (size_t i = 0; i < config->link_count; i++) {
    if (strcmp(config->links[i].name, keys.name) == 0)
      yaml_trouble(&reading->reader, place(node, "name"), "two links are called `%s`; give each its own name", yaml_show(keys.name).text);
  }
  struct config_link *link = &config->links[config->link_count++];
  link->name = arena_text(reading->arena, keys.name);
  link->address = link_address(reading, node, &keys);
  link->token_file = absolute(reading, keys.token_file);
  link->ca_file = absolute(reading, keys.ca_file);
  must_be_readable(reading, node, "ca_file", link->ca_file);
  add_workspaces(reading, keys.workspaces.node, link);
}

static void read_links(struct reading *reading, const struct yaml_node *links) {
  for (const struct yaml_node *node = links == NULL ? NULL : links->first; node != NULL && reading->config->link_count < CONFIG_LINKS_MAX; node = node->next)
    read_link(reading, node);
}

/* ---- the rest ---- */
static void read_redis(struct reading *reading, const struct yaml_node *node) {
  struct redis_keys keys = {0};
  struct config *config = reading->config;
  if (node == NULL || !yaml_fill(&reading->reader, node, "`redis`", redis_rows, ARRAY_LEN(redis_rows), &keys)) return;
  if ((keys.tool_user == NULL) != (keys.tool_password_file == NULL))
    yaml_trouble(&reading->reader, node, "`tool_user` and `tool_password_file` belong together; write both or neither");
  config->redis_socket = absolute(reading, keys.socket);
  config->redis_user = arena_text(reading->arena, keys.user);
  config->redis_password_file = absolute(reading, keys.password_file);
  config->redis_tool_user = keys.tool_user == NULL ? config->redis_user : arena_text(reading->arena, keys.tool_user);
  config->redis_tool_password_file = keys.tool_user == NULL ? config->redis_password_file : absolute(reading, keys.tool_password_file);
}

/* What `up` starts beside the bot listens on the first link. */
static bool link_first(struct config *config, const char *name) {
  for (size_t i = 0; i < config->link_count; i++) {
    if (strcmp(config->links[i].name, name) != 0) continue;
    struct config_link link = config->links[i];
    config->links[i] = config->links[0];
    config->links[0] = link;
    return true;
  }
  return false;
}

static void read_web(struct reading *reading, const struct yaml_node *node) {
  struct web_keys keys = {0};
  struct config *config = reading->config;
  if (node == NULL) return;
  if (!config->demo) yaml_trouble_at_key(&reading->reader, node, "`web` is the demo's page of invented people; write `demo: yes`, or take `web` out");
  if (!yaml_fill(&reading->reader, node, "`web`", web_rows, ARRAY_LEN(web_rows), &keys)) return;
  config->web_port = (int)keys.port;
  config->web_pages = absolute(reading, keys.pages);
  config->web_play = absolute(reading, keys.play);
  must_be_readable(reading, node, "pages", config->web_pages);
  must_be_readable(reading, node, "play", config->web_play);
  if (reading->reader.troubles > 0 || link_first(config, keys.link)) return;
  yaml_trouble_at_key(&reading->reader, node, "`web` needs a link called `%s`; write `links: [{ name: %s, workspaces: [web/city] }]`",
                      yaml_show(keys.link).text, yaml_show(keys.link).text);
}

static void read_demo(struct reading *reading, const struct file_keys *keys) {
  struct config *config = reading->config;
  config->demo_scheme = absolute(reading, keys->demo_scheme);
  config->demo_people = absolute(reading, keys->demo_people);
  must_be_readable(reading, reading->root, "demo_scheme", config->demo_scheme);
  must_be_readable(reading, reading->root, "demo_people", config->demo_people);
  if (config->demo || (keys->demo_scheme == NULL && keys->demo_people == NULL)) return;
  yaml_trouble_at_key(&reading->reader, place(reading->root, keys->demo_scheme != NULL ? "demo_scheme" : "demo_people"),
                      "`demo_scheme` and `demo_people` are applied by themselves, in a demo only; write `demo: yes`, or use `mentord apply` and "
                      "`mentord import`");
}

static void read_file(struct reading *reading) {
  struct file_keys keys = {0};
  struct config *config = reading->config;
  (void)yaml_fill(&reading->reader, reading->root, "mentord.yaml", file_rows, ARRAY_LEN(file_rows), &keys);
  if (keys.data == NULL) keys.data = DATA_DEFAULT;
  config->file = reading->file;
  config->scheme = arena_text(reading->arena, keys.scheme);
  config->data = absolute(reading, keys.data);
  config->keys = keys.keys == NULL ? arena_format(reading->arena, "%s/keys", config->data) : absolute(reading, keys.keys);
  config->key_file = keys.key_file == NULL ? arena_format(reading->arena, "%s/wrapping.key", config->data) : absolute(reading, keys.key_file);
  config->demo = keys.demo;
  config->free_mb = keys.free_mb;
  check_data(reading);
  read_redis(reading, keys.redis);
  read_links(reading, keys.links);
  read_web(reading, keys.web);
  read_demo(reading, &keys);
}

/* ---- the file ---- */
static enum err find_file(struct reading *reading, const char *path) {
  char *full = realpath(path, NULL);
  if (full == NULL && errno == ENOENT)
    return err_note(ERR_GONE, "%s: there is no such file. Name yours with --config FILE; deploy/mentord.yaml is a sample to start from.", path);
  if (full == NULL) return err_note(ERR_DENIED, "%s: %m", path);
  reading->file = arena_text(reading->arena, full);
  reading->folder = arena_text_n(reading->arena, full, (size_t)(strrchr(full, '/') - full));
  free(full);
  return ERR_NONE;
}

enum err config_check(const char *path, struct arena *arena, struct troubles *troubles, struct config *ret_config) {
  CLEANUP(arena_freep) struct arena *scratch = arena_new(YAML_ARENA_BYTES);
  struct config config = {0};
  struct reading reading = {.troubles = troubles, .arena = arena, .shown = path, .config = &config};
  reading.reader = (struct yaml_reader){.arena = scratch, .tell = tell, .who = &reading};
  enum err err = find_file(&reading, path);
  if (err == ERR_NONE) err = yaml_read(&reading.reader, path, &reading.root);
  if (err != ERR_NONE) return err;
  read_file(&reading);
  troubles_sort(troubles);
  if (reading.reader.troubles > 0) return ERR_BAD_INPUT;
  *ret_config = config;
  return ERR_NONE;
}

enum err config_read(const char *path, struct arena *arena, struct config *ret_config) {
  struct troubles troubles = {.arena = arena};
  enum err err = config_check(path, arena, &troubles, ret_config);
  if (err == ERR_NONE || troubles.count == 0) return err;
  const struct trouble *first = &troubles.items[0];
  return err_note(err, "%s:%zu:%zu: %s", first->file, first->line, first->column, first->what);
}
