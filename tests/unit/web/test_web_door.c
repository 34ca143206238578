/* test_web_door.c: who may come in, and what goes out. */
#include "adapters/web/web_door.h"

#include <criterion/criterion.h>
#include <string.h>

Test(web_door, hosts) {
  static const struct { const char *host; int port; bool ok; } rows[] = {
      {"127.0.0.1:8080", 8080, true}, {"localhost:8080", 8080, true}, {"LocalHost:8080", 8080, true}, {"127.0.0.1:8081", 8080, false},
      {"127.0.0.1", 8080, false}, {"localhost", 8080, false}, {"localhost", 80, true}, {"127.0.0.1:80", 80, true},
      {"evil.example:8080", 8080, false}, {"localhost.evil.example:8080", 8080, false}, {"127.0.0.1:8080.evil.example", 8080, false},
      {"127.0.0.1:80800", 8080, false}, {"127.0.0.1:8080 ", 8080, false}, {"[::1]:8080", 8080, false}, {"0.0.0.0:8080", 8080, false},
      {"2130706433:8080", 8080, false}, {"", 8080, false}, {":8080", 8080, false}, {NULL, 8080, false},
  };
  for (size_t i = 0; i < ARRAY_LEN(rows); i++)
    cr_expect_eq(web_door_host_ok(rows[i].host, rows[i].port), rows[i].ok, "%s on %d", rows[i].host, rows[i].port);
}

Test(web_door, origins) {
  static const struct { const char *origin; bool ok; } rows[] = {
      {"http://127.0.0.1:8080", true}, {"http://localhost:8080", true}, {"HTTP://localhost:8080", true},
      {"https://localhost:8080", false}, {"http://localhost", false}, {"http://localhost:80", false}, {"http://evil.example", false},
      {"http://localhost:8080/", false}, {"http://localhost:8080.evil.example", false}, {"http://x@localhost:8080", false},
      {"null", false}, {"file://", false}, {"", false}, {NULL, false}, {"localhost:8080", false},
  };
  for (size_t i = 0; i < ARRAY_LEN(rows); i++) cr_expect_eq(web_door_origin_ok(rows[i].origin, 8080), rows[i].ok, "%s", rows[i].origin);
}

Test(web_door, types) {
  static const struct { const char *name, *type; } rows[] = {
      {"index.html", "text/html; charset=utf-8"}, {"app.js", "text/javascript; charset=utf-8"}, {"a-b_c.min.css", "text/css; charset=utf-8"},
      {"icon.svg", "image/svg+xml"}, {"README.md", NULL}, {"page.c", NULL}, {"index", NULL}, {".html", NULL}, {".htaccess.html", NULL},
      {"../x.html", NULL}, {"a/b.html", NULL}, {"a b.html", NULL}, {"", NULL}, {"x.HTML", NULL}, {"x.html~", NULL},
  };
  for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
    const char *type = web_door_type(rows[i].name);
    cr_expect((type == NULL) == (rows[i].type == NULL) && (type == NULL || strcmp(type, rows[i].type) == 0), "%s is %s", rows[i].name, type);
  }
}

#define TOKEN "0123456789abcdef0123456789abcdef"

Test(web_door, only_a_token_is_looked_for_among_files) {
  static const char *const nothing[] = {"/file/", "/file", "/", "/file/" TOKEN "0", "/file/0123456789abcdef0123456789abcde", "/file/" TOKEN "/", "//file/" TOKEN,
                                        "/file//" TOKEN, "/file/0123456789ABCDEF0123456789ABCDEF", "/file/../journal", "/file/..%2f..%2fjournal",
                                        "/file/..............................", "/file/................................", "/files/" TOKEN, "file/" TOKEN,
                                        "/file/0123456789abcdef/123456789abcdef", "/file/m12", "/file/18446744073709551616", "/file/-1"};
  cr_assert_str_eq(web_door_token("/file/" TOKEN), TOKEN);
  for (size_t i = 0; i < ARRAY_LEN(nothing); i++) cr_expect_null(web_door_token(nothing[i]), "%s", nothing[i]);
}

Test(web_door, what_a_sent_file_is_called) {
  static const struct { const char *name, *said; } rows[] = {
      {"people-2027-01-11.csv", "filename=\"people-2027-01-11.csv\"; filename*=UTF-8''people-2027-01-11.csv"},
      {"Zo\xc3\xab 1.csv", "filename=\"Zo_ 1.csv\"; filename*=UTF-8''Zo%C3%AB%201.csv"},
      {"../../etc/passwd", "filename=\"_._.._etc_passwd\"; filename*=UTF-8''_._.._etc_passwd"},
      {"a\"; filename=b\\c%41.csv", "filename=\"a_; filename=b_c_41.csv\"; filename*=UTF-8''a_%3B%20filename%3Db_c_41.csv"},
      {"a\r\nset-cookie: b", "filename=\"a__set-cookie_ b\"; filename*=UTF-8''a__set-cookie_%20b"},
      {".htaccess", "filename=\"_htaccess\"; filename*=UTF-8''_htaccess"},
      {"\xf0\x9f\x99\x82", "filename=\"_\"; filename*=UTF-8''%F0%9F%99%82"},
  };
  for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
    CLEANUP(text_done) struct text text;
    text_init(&text, 3000);
    web_door_disposition(rows[i].name, &text);
    cr_expect_str_eq(text_str(&text) + strlen("attachment; "), rows[i].said, "%s", rows[i].name);
  }
}

Test(web_door, the_longest_name_fits_a_head) {
  char name[513];
  for (size_t i = 0; i < 512; i += 2) memcpy(name + i, "\xc3\xab", 2);
  name[512] = '\0';
  CLEANUP(text_done) struct text text;
  text_init(&text, 3000);
  web_door_disposition(name, &text);
  cr_assert(!text.full);
}

Test(web_door, a_sent_file_is_what_it_says_or_nothing_that_is_opened) {
  static const char *const good[] = {"text/csv", "text/csv; charset=utf-8", "application/vnd.ms-excel", "image/svg+xml"};
  static const char *const bad[] = {"", "/", "text/", "/csv", "text", "text/csv\r\nset-cookie: a", "text/\xc3\xab", "text/\"", "text/csv,a/b", "text/ csv"};
  for (size_t i = 0; i < ARRAY_LEN(good); i++) cr_expect_str_eq(web_door_sent_type(good[i]), good[i]);
  for (size_t i = 0; i < ARRAY_LEN(bad); i++) cr_expect_str_eq(web_door_sent_type(bad[i]), "application/octet-stream", "%s", bad[i]);
}
