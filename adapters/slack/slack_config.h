/* slack_config.h: slack.yaml: the link, and the workspaces with their tokens' files. */
#ifndef MENTORD_SLACK_CONFIG_H
#define MENTORD_SLACK_CONFIG_H

#include "adapters/kit/http_url.h"
#include "bot/base/arena.h"
#include "bot/base/err.h"

enum { SLACK_TEAMS_MAX = 32 };
#define SLACK_API "https://slack.com/api/"

struct slack_team_config { /* paths are absolute; all lives in the arena */
  const char *id;      /* "slack/T01CITY", as the bot's links name it */
  const char *name;    /* for people */
  const char *bot_token_file, *app_token_file;
};

struct slack_config {
  const char *file;
  const char *link, *link_token_file, *link_cert_file, *link_key_file;
  const char *api;     /* ends with '/' */
  const char *proxy;   /* "host:port"; NULL: none */
  const char *proxy_login_file; /* "user:password"; NULL: it wants none */
  const char *away;    /* what somebody is told whose click cannot be kept in time */
  struct slack_team_config teams[SLACK_TEAMS_MAX];
  size_t team_count;
};

/* Slack's own domains, through the configuration's proxy; with a test's API also loopback. */
struct http_places slack_places(const struct slack_config *config, const char *test_api);
/* Its user and password, into the places: wipe them in the end. */
enum err slack_places_login(const struct slack_config *config, struct http_places *places) MUST_CHECK;
/* ERR_BAD_INPUT with "file:line:column: what, and how to mend it" for the first trouble. */
enum err slack_config_read(const char *path, struct arena *arena, struct slack_config *ret_config) MUST_CHECK;

#endif
