/* test_config.c: mentord.yaml: what is read, where paths lead, and what is said about each mistake. */
#include "bot/edge/config.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "tests/unit/edge/edge_lab.h"

static struct lab lab;

static void begin(void) { lab_begin(&lab); }
static void end(void) { lab_end(&lab); }
TestSuite(config, .init = begin, .fini = end);

static const char whole[] =
    "scheme: city-pilot\n"
    "demo: yes\n"
    "data: ../data\n"
    "links:\n"
    "  - name: other\n"
    "    address: 127.0.0.1:7801\n"
    "    token_file: other.token\n"
    "    workspaces: [chat/one, chat/two]\n"
    "  - name: web\n"
    "    workspaces: [web/city]\n"
    "web: { port: 8081, pages: pages, play: play.yaml }\n"
    "demo_scheme: scheme.yaml\n"
    "demo_people: ./people.csv\n";

/* The files that it names, so that only the mistake under test is told. */
static void furnish(void) {
  (void)lab_write(&lab, "play.yaml", "x");
  (void)lab_write(&lab, "scheme.yaml", "x");
  (void)lab_write(&lab, "people.csv", "x");
  (void)lab_write(&lab, "pages", "x");
}

static struct config read_ok(const char *text) {
  struct config config = {0};
  furnish();
  cr_assert_eq(config_check(lab_write(&lab, "mentord.yaml", text), lab.arena, &lab.troubles, &config), ERR_NONE, "%s%s", err_note_text(), lab_told(&lab));
  return config;
}

static void refused(const char *text, const char *told) {
  struct config config;
  furnish();
  lab.troubles.count = 0;
  cr_assert_eq(config_check(lab_write(&lab, "mentord.yaml", text), lab.arena, &lab.troubles, &config), ERR_BAD_INPUT);
  cr_assert_str_eq(lab_told(&lab), told);
}

Test(config, reads_every_key) {
  struct config config = read_ok(whole);
  cr_assert_str_eq(config.scheme, "city-pilot");
  cr_assert(config.demo);
  cr_assert_str_eq(config.data, "/tmp/data");
  cr_assert_str_eq(config.key_file, "/tmp/data/wrapping.key");
  cr_assert_str_eq(config.keys, "/tmp/data/keys");
  cr_assert_str_eq(config.file, arena_format(lab.arena, "%s/mentord.yaml", lab.folder));
  cr_assert_str_eq(config.web_pages, arena_format(lab.arena, "%s/pages", lab.folder));
  cr_assert_str_eq(config.demo_people, arena_format(lab.arena, "%s/people.csv", lab.folder));
  cr_assert_eq(config.web_port, 8081);
  cr_assert_null(config.redis_socket);
}

Test(config, puts_the_link_of_the_page_first) {
  struct config config = read_ok(whole);
  cr_assert_eq(config.link_count, 2);
  cr_assert_str_eq(config.links[0].name, "web");
  cr_assert_str_eq(config.links[0].address, "unix:/tmp/data/run/web.sock");
  cr_assert_null(config.links[0].token_file);
  cr_assert_str_eq(config.links[1].address, "127.0.0.1:7801");
  cr_assert_str_eq(config.links[1].token_file, arena_format(lab.arena, "%s/other.token", lab.folder));
  cr_assert_eq(config.links[1].workspace_count, 2);
  cr_assert_str_eq(config.links[1].workspaces[1], "chat/two");
}

Test(config, needs_little) {
  struct config config = read_ok("scheme: city\n");
  cr_assert_str_eq(config.data, "/var/lib/mentord");
  cr_assert_eq(config.free_mb, 256);
  cr_assert_str_eq(config.key_file, "/var/lib/mentord/wrapping.key");
  cr_assert_not(config.demo);
  cr_assert_eq(config.web_port, 0);
  cr_assert_eq(config.link_count, 0);
}

Test(config, bots_may_share_a_folder_of_keys) {
  cr_assert_str_eq(read_ok("scheme: city\nkeys: /srv/keys\n").keys, "/srv/keys");
  struct config config = read_ok("scheme: city\nkeys: shared/keys\n");
  cr_assert_str_eq(config.keys, arena_format(lab.arena, "%s/shared/keys", lab.folder));
}

Test(config, reads_a_redis_of_ones_own) {
  struct config config = read_ok("scheme: city\nredis: { socket: /run/r.sock, password_file: r.pw }\n");
  cr_assert_str_eq(config.redis_socket, "/run/r.sock");
  cr_assert_str_eq(config.redis_user, "mentord");
  cr_assert_str_eq(config.redis_tool_user, "mentord");
  cr_assert_str_eq(config.redis_tool_password_file, config.redis_password_file);
  config = read_ok("scheme: city\nredis: { socket: /run/r.sock, password_file: r.pw, tool_user: t, tool_password_file: /t.pw }\n");
  cr_assert_str_eq(config.redis_tool_user, "t");
  cr_assert_str_eq(config.redis_tool_password_file, "/t.pw");
  refused("scheme: city\nredis: { socket: /run/r.sock, password_file: r.pw, tool_user: t }\n",
          "2:8: `tool_user` and `tool_password_file` belong together; write both or neither\n");
  refused("scheme: city\nredis: { user: m }\n",
          "2:8: `redis` needs `socket`, its unix socket; write `socket: /run/redis/mentord.sock`\n"
          "2:8: `redis` needs `password_file`, a file with that user's password; write `password_file: redis.password`\n");
}

Test(config, finds_its_folder_through_dots) {
  struct config config = read_ok("scheme: city\ndata: ../../../../x/./y\n");
  cr_assert_str_eq(config.data, "/x/./y");
  config = read_ok("scheme: city\ndata: .\n");
  cr_assert_str_eq(config.data, lab.folder);
  config = read_ok("scheme: city\ndata: ./.demo\n");
  cr_assert_str_eq(config.data, arena_format(lab.arena, "%s/.demo", lab.folder));
}

Test(config, how_much_room_there_should_be) {
  cr_assert_eq(read_ok("scheme: city\nfree_mb: 4\n").free_mb, 4);
  refused("scheme: city\nfree_mb: 3\n", "2:10: `free_mb` is a whole number from 4 to 1048576, not `3`; write `free_mb: 256`\n");
}

Test(config, tells_slips_in_keys) {
  refused("shceme: city\n", "1:1: unknown key `shceme`; did you mean `scheme`?\n"
                            "1:1: mentord.yaml needs `scheme`, the name of the scheme this bot serves; write `scheme: city-pilot`\n");
  refused("scheme: city\nweb:\n  prot: 1\n  pages: pages\n  play: play.yaml\n",
          "2:1: `web` is the demo's page of invented people; write `demo: yes`, or take `web` out\n"
          "3:3: unknown key `prot`; did you mean `port`?\n");
}

Test(config, keeps_the_page_for_demos) {
  refused(lab_instead(&lab, whole, "demo: yes\n", ""),
          "10:1: `web` is the demo's page of invented people; write `demo: yes`, or take `web` out\n"
          "11:1: `demo_scheme` and `demo_people` are applied by themselves, in a demo only; write `demo: yes`, or use `mentord apply` and "
          "`mentord import`\n");
  refused(lab_instead(&lab, whole, "name: web", "name: page"),
          "11:1: `web` needs a link called `web`; write `links: [{ name: web, workspaces: [web/city] }]`\n");
  refused(lab_instead(&lab, whole, "port: 8081", "port: 0"), "11:14: `port` is a whole number from 1 to 65535, not `0`; write `port: 8080`\n");
}

Test(config, looks_for_the_files_of_the_demo) {
  refused(lab_instead(&lab, whole, "play.yaml", "plays.yaml"),
          arena_format(lab.arena, "11:40: `play`: %s/plays.yaml cannot be read (No such file or directory); relative paths begin in the folder of this file\n",
                       lab.folder));
}

Test(config, checks_links) {
  refused(lab_instead(&lab, whole, "chat/two", "chat"), "8:28: `chat` is no workspace; write platform/name, as in `web/city`\n");
  refused(lab_instead(&lab, whole, "chat/two", "web/city"),
          "10:18: `web/city` is named twice (link `other` has it already); each workspace belongs to one link\n");
  refused(lab_instead(&lab, whole, "127.0.0.1:7801", "10.0.0.1:7801"),
          "6:14: `address`: 10.0.0.1 is off this machine: that needs TLS, write wss://host:port; write `unix:/run/mentord/web.sock`, `127.0.0.1:7801` or "
          "`wss://adapter.example:7801`\n");
  refused(lab_instead(&lab, whole, "name: other", "name: web"), "9:11: two links are called `web`; give each its own name\n");
  refused(lab_instead(&lab, whole, "    workspaces: [web/city]\n", ""),
          "9:5: a link needs `workspaces`, the workspaces it may speak for; write `workspaces: [web/city]`\n");
}

Test(config, asks_of_a_link_off_this_machine_what_keeps_it_safe) {
  refused(lab_instead(&lab, whole, "127.0.0.1:7801", "wss://10.0.0.1:7801"),
          "6:14: `address`: behind `wss://` stands the name that the adapter's certificate names, not a number; write `wss://adapter.example:7801`\n");
  refused(lab_instead(&lab, whole, "    address: 127.0.0.1:7801\n    token_file: other.token\n", "    address: wss://adapter.example:7801\n"),
          "6:14: `address` is a port, and that needs a secret; write `token_file: other.token`\n");
  refused(lab_instead(&lab, whole, "token_file: other.token", "token_file: other.token\n    ca_file: people.csv"),
          "8:14: `ca_file` is for an `address` with TLS, as in `wss://adapter.example:7801`; take it out\n");
  const char *far = lab_instead(&lab, whole, "127.0.0.1:7801", "wss://adapter.example:7801");
  refused(lab_instead(&lab, far, "token_file: other.token", "token_file: other.token\n    ca_file: ca.pem"),
          arena_format(lab.arena, "8:14: `ca_file`: %s/ca.pem cannot be read (No such file or directory); relative paths begin in the folder of this file\n",
                       lab.folder));
  struct config config = read_ok(lab_instead(&lab, far, "token_file: other.token", "token_file: other.token\n    ca_file: people.csv"));
  cr_assert_str_eq(config.links[1].address, "wss://adapter.example:7801");
  cr_assert_str_eq(config.links[1].ca_file, arena_format(lab.arena, "%s/people.csv", lab.folder));
  cr_assert_null(config.links[0].ca_file);
}

Test(config, keeps_sockets_short) {
  const char *name = "/a-folder-with-a-very-long-name/that-goes-on-and-on/until-no-socket-below-it/could-be-named-any-more";
  refused(arena_format(lab.arena, "scheme: city\ndata: %s\n", name),
          "2:7: `data` is a path of 100 bytes, and the sockets below it leave room for 90; choose a shorter one, as in `data: /var/lib/mentord`\n");
  refused("scheme: city\ndata: '/a\"b'\n", "2:7: `data` has a quote or a backslash in its path; choose a plain one, as in `data: /var/lib/mentord`\n");
}

Test(config, notes_the_first_trouble_with_its_place) {
  struct config config;
  const char *path = lab_write(&lab, "mentord.yaml", "demo: perhaps\n");
  cr_assert_eq(config_read(path, lab.arena, &config), ERR_BAD_INPUT);
  cr_assert_str_eq(err_note_text(),
                   arena_format(lab.arena, "%s:1:1: mentord.yaml needs `scheme`, the name of the scheme this bot serves; write `scheme: city-pilot`", path));
}

Test(config, says_when_there_is_no_file) {
  struct config config;
  const char *path = arena_format(lab.arena, "%s/none.yaml", lab.folder);
  cr_assert_eq(config_read(path, lab.arena, &config), ERR_GONE);
  cr_assert_not_null(strstr(err_note_text(), "there is no such file. Name yours with --config FILE"));
  err_note_clear();
  cr_assert_eq(config_read(lab.folder, lab.arena, &config), ERR_DENIED);
}

Test(config, fits_into_the_arena_of_the_program) {
  struct arena *small = arena_new(1024 * 1024);
  struct troubles troubles = {.arena = small};
  struct config config;
  char *many = arena_alloc(lab.arena, 200000);
  size_t length = (size_t)snprintf(many, 200000, "scheme: city\n");
  for (int i = 0; i < 400; i++) length += (size_t)snprintf(many + length, 200000 - length, "odd_key_number_%d: with some value\n", i);
  cr_assert_eq(config_check(lab_write(&lab, "mentord.yaml", many), small, &troubles, &config), ERR_BAD_INPUT);
  cr_assert_gt(troubles.count, TROUBLES_SHOWN_MAX);
  (void)arena_free(small);
}

Test(config, survives_damaged_files) {
  char data[2048];
  uint64_t seed = 7801;
  int fine = 0;
  furnish();
  for (int round = 0; round < 3000; round++) {
    struct arena *own = arena_new(1024 * 1024);
    struct troubles troubles = {.arena = own};
    struct config config;
    memcpy(data, whole, sizeof whole - 1);
    size_t bytes = lab_damage(&seed, data, sizeof whole - 1, sizeof data);
    enum err err = config_check(lab_write_bytes(&lab, "mentord.yaml", data, bytes), own, &troubles, &config);
    err_note_clear();
    cr_assert_eq(err == ERR_NONE, troubles.count == 0);
    fine += err == ERR_NONE;
    (void)arena_free(own);
  }
  cr_assert_gt(fine, 20);
}

/* The samples a newcomer starts from: this runs in the project's folder. */
Test(config, takes_the_samples) {
  struct config config;
  cr_assert_eq(config_check("deploy/mentord.yaml", lab.arena, &lab.troubles, &config), ERR_NONE, "%s%s", err_note_text(), lab_told(&lab));
  cr_assert_not(config.demo);
  cr_assert_eq(config_check("deploy/demo/mentord.yaml", lab.arena, &lab.troubles, &config), ERR_NONE, "%s%s", err_note_text(), lab_told(&lab));
  cr_assert(config.demo);
  cr_assert_str_eq(config.scheme, "city-pilot");
  cr_assert_str_eq(config.links[0].workspaces[0], "web/city");
}
