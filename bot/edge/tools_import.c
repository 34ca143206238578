/* tools_import.c: people from a list: what may be sealed goes through a spool file that only we can read, never through Redis. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bot/base/file.h"
#include "bot/base/json.h"
#include "bot/base/random.h"
#include "bot/edge/people_file.h"
#include "bot/edge/tools_parts.h"
#include "state/secrecy.h"

enum { ARENA_BYTES = 1024 * 1024, PATH_BYTES = 400 };
#define NOTHING "Nothing was changed. Correct the file and run this again."

struct import {
  const struct config *config; /* borrowed */
  struct tools_store *store;   /* owned */
  struct model *model;         /* owned */
  struct people_file people;   /* its texts are owned */
  const struct troubles *troubles; /* borrowed; of the rows that are left out */
  const char *left_out;        /* where these go; NULL: nowhere */
  char id[TOOLS_ID_BYTES], folder[PATH_BYTES], spool[PATH_BYTES + 64];
};

/* ---- the preview ---- */
static size_t count_of(const char *text, const char *word) {
  size_t count = 0;
  for (const char *at = strstr(text, word); at != NULL; at = strstr(at + 1, word)) count++;
  return count;
}

static void tell_managers(const struct import *import) {
  const struct scheme *scheme = model_get(import->model, RECORD_SCHEME, "scheme");
  size_t managers = count_of(text_str(&import->people.lines), "\"role\":\"manager\"");
  if (managers == 0 || scheme == NULL || scheme->demo) return;
  (void)printf("%zu row%s say%s manager: outside a demo a list makes nobody a manager. Use `mentord invite-manager`.\n", managers, tools_plural(managers),
               managers == 1 ? "s" : "");
}

static void tell_counts(const struct preview *preview) {
  (void)printf("%s%zu new, %zu changed, %zu unchanged.\n", text_str(&preview->text), preview->added, preview->changed, preview->unchanged + preview->compared);
  if (preview->compared > 0)
    (void)printf("Of these, %zu ha%s a line manager already, sealed: the bot compares.\n", preview->compared, preview->compared == 1 ? "s" : "ve");
}

/* Last of all, where the question is asked: behind a long list nobody would look for them. */
static void tell_left_out(const struct import *import) {
  long long bad = (long long)import->people.bad;
  if (bad == 0) return;
  (void)fflush(stdout);
  troubles_print(import->troubles);
  (void)printf("%lld row%s left out, see above.\n", bad, bad == 1 ? " is" : "s are");
  if (import->left_out == NULL) (void)printf("With --left-out FILE they are written to a file of their own, to be corrected and imported.\n");
}

static enum err check_left_out(const struct import *import) {
  if (import->left_out == NULL || access(import->left_out, F_OK) != 0) return ERR_NONE;
  return err_note(ERR_DENIED, "%s is there already; name another file behind --left-out. Nothing was changed.", import->left_out);
}

/* The file names line managers, as the list does. 1: it cannot be written. */
static int write_left_out(const struct import *import) {
  const struct text *rows = &import->people.left_out;
  if (import->left_out == NULL || import->people.bad == 0) return 0;
  if (file_write(import->left_out, text_str(rows), rows->length, 0600) != ERR_NONE) return tools_say_note();
  (void)printf("What is left out stands in %s: correct it there, and import that file.\n", import->left_out);
  return 0;
}

/* ERR_GONE: there is nothing to do. Uses the model up. */
static enum err show(const struct import *import) {
  struct preview preview;
  tell_managers(import);
  enum err err = preview_import(import->model, &import->people, &preview);
  if (err == ERR_NONE) {
    tell_counts(&preview);
    if (preview.added + preview.changed + preview.compared == 0) err = ERR_GONE;
  }
  preview_done(&preview);
  return err;
}

/* ---- the entry ---- */
static enum err write_spool(struct import *import) {
  const struct text *lines = &import->people.lines;
  enum err err = file_folder(import->folder, 0700);
  (void)snprintf(import->spool, sizeof import->spool, "%s/%s.jsonl", import->folder, import->id);
  return err == ERR_NONE ? file_write(import->spool, text_str(lines), lines->length, 0600) : err;
}

/* The count of lines tells whether the bot read all of them; a hash would tell more than that: whoever knows the rest of the file
 * could try out line managers against it. */
static enum err push(struct import *import) {
  CLEANUP(text_done) struct text entry;
  struct json_out out;
  text_init(&entry, 4096);
  json_out_init(&out, &entry);
  json_open(&out, NULL, '{');
  json_put_str(&out, "id", import->id);
  json_put_str(&out, "kind", "import");
  json_put_str(&out, "file", import->spool);
  json_put_int(&out, "total", import->people.line_count);
  json_close(&out, '}');
  return tools_store_push(import->store, text_str(&entry));
}

static int send(struct import *import) {
  enum err err = write_spool(import);
  if (err == ERR_NONE) err = push(import);
  if (err != ERR_NONE) {
    (void)tools_say_note();
    return 1;
  }
  enum tools_end end = tools_store_wait(import->store, import->id, "The import", import->people.people);
  if (end == TOOLS_DONE || end == TOOLS_REFUSED) (void)unlink(import->spool); /* ignoring: else the bot removes it, once the job's end is kept */
  return end == TOOLS_DONE ? 0 : 1;
}

static int show_and_send(struct import *import, bool yes) {
  enum err err = show(import);
  tell_left_out(import);
  if (err == ERR_GONE) {
    (void)printf("Nothing to change.\n");
    return write_left_out(import);
  }
  if (err != ERR_NONE) return tools_say_note();
  if (!tools_ask(import->people.bad > 0 ? "Import the others?" : "Import?", yes)) return 1;
  return write_left_out(import) == 0 ? send(import) : 1;
}

static int read_and_send(struct import *import, const char *file, bool yes) {
  CLEANUP(arena_freep) struct arena *arena = arena_new(ARENA_BYTES);
  struct troubles troubles = {.arena = arena};
  if (model_get(import->model, RECORD_SCHEME, "scheme") == NULL) {
    (void)err_note(ERR_GONE, "there is no scheme yet to import people into. Run `mentord apply scheme.yaml` first. Nothing was changed.");
    return tools_say_note();
  }
  enum err err = people_file_read(file, import->model, &troubles, &import->people);
  if (err != ERR_NONE) return tools_file_bad(&troubles, err, NOTHING);
  import->troubles = &troubles;
  int code = 1;
  if (import->people.people == 0) {
    troubles_print(&troubles);
    (void)fprintf(stderr, "mentord: no row of %s can be used. " NOTHING "\n", file);
  } else if (check_left_out(import) != ERR_NONE) {
    (void)tools_say_note();
  } else {
    code = show_and_send(import, yes);
  }
  people_file_done(&import->people);
  return code;
}

int tools_import(const struct config *config, const char *file, const char *left_out, bool yes) {
  struct import import = {.config = config, .left_out = left_out};
  int code = 1;
  err_note_clear();
  if (secrecy_start() != ERR_NONE || !random_init()) return 1;
  tools_id("import", import.id);
  (void)snprintf(import.folder, sizeof import.folder, "%s/spool", config->data);
  if (tools_store_open(config, &import.store) != ERR_NONE || tools_store_load(import.store, &import.model) != ERR_NONE) (void)tools_say_note();
  else code = read_and_send(&import, file, yes);
  (void)model_free(import.model);
  (void)tools_store_free(import.store);
  return code;
}
