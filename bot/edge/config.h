/* config.h: mentord.yaml as structs. One row per key (type, default, bounds, help) in config.c; an unknown key refuses to start. */
#ifndef MENTORD_CONFIG_H
#define MENTORD_CONFIG_H

#include "bot/base/arena.h"
#include "bot/base/err.h"
#include "bot/edge/trouble.h"

enum { CONFIG_LINKS_MAX = 16, CONFIG_WORKSPACES_MAX = 64 };

struct config_link {
  const char *name;          /* "web" */
  const char *address;       /* "unix:/…/web.sock", "127.0.0.1:7801" or "wss://adapter.example:7801" */
  const char *token_file;    /* NULL: none */
  const char *ca_file;       /* only with wss://; NULL: the system's certificates */
  const char *workspaces[CONFIG_WORKSPACES_MAX];
  size_t workspace_count;
};

/* Paths are absolute, or below the data folder, once read. Everything lives in the arena it was read into. */
struct config {
  const char *file;
  const char *scheme;        /* "city-pilot" */
  const char *data;          /* the data folder, 0700, one bot at a time */
  const char *keys;          /* the folder of everybody's keys; default <data>/keys */
  const char *key_file;      /* the wrapping key; default <data>/wrapping.key */
  bool demo;
  int64_t free_mb;           /* how much room the disk should have: see space.h */
  const char *redis_socket;  /* NULL: the private Redis in <data>/redis */
  const char *redis_user, *redis_password_file;
  const char *redis_tool_user, *redis_tool_password_file; /* what the tools connect as */
  struct config_link links[CONFIG_LINKS_MAX]; /* the web adapter's own stands first */
  size_t link_count;
  /* what `up` starts beside the bot; only the demo has a web adapter */
  int web_port;              /* 0: no web adapter */
  const char *web_pages, *web_play;
  const char *demo_scheme, *demo_people; /* applied by themselves to a demo that is new */
};

/* Tells every trouble: ERR_BAD_INPUT when there was one. A file that cannot be read at all is told in the note alone. */
enum err config_check(const char *path, struct arena *arena, struct troubles *troubles, struct config *ret_config) MUST_CHECK;
/* ERR_BAD_INPUT: the note says file:line:column, what is wrong, and what to write instead. */
enum err config_read(const char *path, struct arena *arena, struct config *ret_config) MUST_CHECK;

#endif
