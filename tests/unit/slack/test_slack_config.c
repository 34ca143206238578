/* test_slack_config.c: slack.yaml is read, and what is wrong in it is named with its place and the way out. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "adapters/slack/slack_config.h"

TestSuite(slack_config);

#define TEAM "  - { id: slack/T01, bot_token_file: bot.token, app_token_file: /etc/app.token }\n"
#define LINK "link: unix:/run/mentord/slack.sock\n"

static enum err read_text(const char *text, struct arena *arena, struct slack_config *config) {
  char path[] = "/tmp/slack-config-XXXXXX";
  int fd = mkstemp(path);
  cr_assert_geq(fd, 0);
  cr_assert_eq(write(fd, text, strlen(text)), (ssize_t)strlen(text));
  close(fd);
  err_note_clear();
  enum err err = slack_config_read(path, arena, config);
  unlink(path);
  return err;
}

Test(slack_config, reads_what_there_is) {
  struct arena *arena = arena_new(1 << 20);
  struct slack_config config;
  cr_assert_eq(read_text(LINK "proxy: Proxy.city.example:3128\nproxy_login_file: p.login\n"
                             "workspaces:\n" TEAM "  - { id: slack/T02, name: Docks, bot_token_file: b2, app_token_file: a2 }\n", arena, &config), ERR_NONE, "%s", err_note_text());
  cr_expect_str_eq(config.link, "unix:/run/mentord/slack.sock");
  cr_expect_str_eq(config.api, SLACK_API);
  cr_expect_str_eq(slack_places(&config, NULL).proxy, "Proxy.city.example:3128");
  cr_expect_str_eq(config.proxy_login_file, "/tmp/p.login");
  cr_expect_eq(config.team_count, 2);
  cr_expect_str_eq(config.teams[0].name, "T01");
  cr_expect_str_eq(config.teams[0].bot_token_file, "/tmp/bot.token", "relative paths begin in the file's folder");
  cr_expect_str_eq(config.teams[0].app_token_file, "/etc/app.token");
  cr_expect_str_eq(config.teams[1].name, "Docks");
  arena_free(arena);
}

static const struct {
  const char *text, *place, *word;
} bad[] = {
  {LINK "workspaces:\n" TEAM "wrokspaces: 1\n", ":4:1:", "workspaces"},
  {LINK, ":1:1:", "workspaces"},
  {LINK "workspaces:\n  - { id: T01, bot_token_file: b, app_token_file: a }\n", ":3:11:", "slack/T01CITY"},
  {LINK "workspaces:\n" TEAM TEAM, ":4:11:", "twice"},
  {"link: 127.0.0.1:7801\nworkspaces:\n" TEAM, ":1:7:", "link_token_file"},
  {"link: 10.0.0.1:7801\nworkspaces:\n" TEAM, ":1:7:", "unix:/run/mentord/slack.sock"},
  {LINK "api: https://slack.com.evil.example/api/\nworkspaces:\n" TEAM, ":2:6:", SLACK_API},
  {LINK "api: http://127.0.0.1:80/api/\nworkspaces:\n" TEAM, ":2:6:", SLACK_API},
  {LINK "workspaces:\n  - { id: slack/T01, bot_token_file: b }\n", ":3:5:", "app_token_file"},
  {LINK "proxy: http://proxy.city.example:3128\nworkspaces:\n" TEAM, ":2:8:", "proxy: proxy.city.example:3128"},
  {LINK "proxy: me:secret@proxy.city.example:3128\nworkspaces:\n" TEAM, ":2:8:", "without http:// or a password"},
  {LINK "proxy_login_file: p.login\nworkspaces:\n" TEAM, ":2:19:", "proxy: proxy.city.example:3128"},
  {LINK "proxy: proxy.city.example\nworkspaces:\n" TEAM, ":2:8:", "proxy: proxy.city.example:3128"},
};

Test(slack_config, names_the_place_and_the_way_out) {
  for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
    struct arena *arena = arena_new(1 << 20);
    struct slack_config config;
    cr_expect_eq(read_text(bad[i].text, arena, &config), ERR_BAD_INPUT, "%zu", i);
    cr_expect_not_null(strstr(err_note_text(), bad[i].place), "%zu: %s", i, err_note_text());
    cr_expect_not_null(strstr(err_note_text(), bad[i].word), "%zu: %s", i, err_note_text());
    arena_free(arena);
  }
}
