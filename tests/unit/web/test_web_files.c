/* test_web_files.c: what of a folder is served. */
#include "adapters/web/web_files.h"

#include <string.h>

#include "stage.h"

TestSuite(web_files, .init = stage_begin, .fini = stage_end);

Test(web_files, serves_what_has_a_type) {
  struct web_files *files = NULL;
  struct web_file file;
  stage_write(stage_path("index.html"), "<p>hi");
  stage_write(stage_path("app.js"), "1");
  stage_write(stage_path("notes.md"), "no");
  cr_assert_eq(web_files_read(stage.folder, &files), ERR_NONE, "%s", err_note_text());
  cr_assert(web_files_find(files, "/", &file));
  cr_assert_eq(file.bytes, 5);
  cr_assert_str_eq(file.type, "text/html; charset=utf-8");
  cr_assert(web_files_find(files, "/app.js", &file));
  static const char *const nothing[] = {"/notes.md", "/play.yaml", "/nothing.js", "/../app.js", "app.js", "//app.js", "/app.js/", ""};
  for (size_t i = 0; i < ARRAY_LEN(nothing); i++) cr_expect(!web_files_find(files, nothing[i], &file), "%s", nothing[i]);
  files = web_files_free(files);
}

Test(web_files, needs_a_start_page) {
  struct web_files *files = NULL;
  err_note_clear();
  cr_assert_eq(web_files_read(stage.folder, &files), ERR_GONE);
  cr_assert_not_null(strstr(err_note_text(), "no index.html"));
  err_note_clear();
  cr_assert_eq(web_files_read(stage_path("nowhere"), &files), ERR_GONE);
}
