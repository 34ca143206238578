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
