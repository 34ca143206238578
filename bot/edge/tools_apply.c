/* tools_apply.c: a scheme file becomes one control entry, after the operator has seen what it changes. */
#include <stdio.h>
#include <string.h>

#include "bot/base/json.h"
#include "bot/base/random.h"
#include "bot/edge/scheme_file.h"
#include "bot/edge/tools_parts.h"

enum { ARENA_BYTES = 16 * 1024 * 1024 };
#define NOTHING "Nothing was changed. Correct the file and run this again."

/* The file says which scheme it is for, so that nobody applies one scheme to another. */
static enum err check_scheme(const struct config *config, const char *file, const char *entry) {
  cJSON *root CLEANUP(json_freep) = NULL;
  enum err err = json_parse(entry, strlen(entry), strlen(entry), &root);
  if (err != ERR_NONE) return err;
  const char *scheme = json_str_or(root, "for", "");
  if (strcmp(scheme, config->scheme) == 0) return ERR_NONE;
  return err_note(ERR_CONFLICT, "%s is for the scheme `%s`, and this bot serves `%s` (%s). Nothing was changed.", file, scheme, config->scheme, config->file);
}

/* What stands in the scheme and not in the file stays: said, since somebody may have meant to take it away. */
static void tell_kept(const struct model *model, enum record_kind kind, const cJSON *list) {
  for (size_t i = 0; i < model_count(model, kind); i++) {
    const char *id = record_id(kind, model_at(model, kind, i));
    const cJSON *one;
    bool named = false;
    cJSON_ArrayForEach(one, list) named = named || strcmp(json_str_or(one, "id", ""), id) == 0;
    if (!named) (void)printf("  %s %s stays: the file does not speak of it\n", record_kind_name(kind), id);
  }
}

static enum err tell_all_kept(const struct model *model, const char *entry) {
  cJSON *root CLEANUP(json_freep) = NULL;
  enum err err = json_parse(entry, strlen(entry), strlen(entry), &root);
  if (err != ERR_NONE) return err;
  tell_kept(model, RECORD_ORGANISATION, json_at(root, "organisations"));
  tell_kept(model, RECORD_PROGRAMME, json_at(root, "programmes"));
  return ERR_NONE;
}

/* ERR_GONE: there is nothing to do. */
static enum err show(struct tools_store *store, const char *entry) {
  struct model *model;
  struct preview preview;
  enum err err = tools_store_load(store, &model);
  if (err != ERR_NONE) return err;
  err = tell_all_kept(model, entry);
  if (err == ERR_NONE) err = preview_apply(model, entry, &preview);
  if (err == ERR_NONE) {
    (void)printf("%s%zu record%s new, %zu changed.\n", text_str(&preview.text), preview.added, tools_plural(preview.added), preview.changed);
    if (preview.added + preview.changed == 0) err = ERR_GONE;
  }
  preview_done(&preview);
  (void)model_free(model);
  return err;
}

static int apply_entry(struct tools_store *store, const char *id, const char *entry, bool yes) {
  enum err err = show(store, entry);
  if (err == ERR_GONE) {
    (void)printf("Nothing to change.\n");
    return 0;
  }
  if (err != ERR_NONE) return tools_say_note();
  if (!tools_ask("Apply?", yes)) return 1;
  if (tools_store_push(store, entry) != ERR_NONE) return tools_say_note();
  return tools_store_wait(store, id, "Applying the scheme", 0) == TOOLS_DONE ? 0 : 1;
}

int tools_apply(const struct config *config, const char *file, bool yes) {
  CLEANUP(arena_freep) struct arena *arena = arena_new(ARENA_BYTES);
  struct troubles troubles = {.arena = arena};
  struct tools_store *store = NULL;
  char id[TOOLS_ID_BYTES], *entry;
  err_note_clear();
  if (!random_init()) return 1;
  tools_id("apply", id);
  enum err err = scheme_file_read(file, id, config->demo, arena, &troubles, &entry);
  if (err != ERR_NONE) return tools_file_bad(&troubles, err, NOTHING);
  if (check_scheme(config, file, entry) != ERR_NONE || tools_store_open(config, &store) != ERR_NONE) return tools_say_note();
  int code = apply_entry(store, id, entry, yes);
  (void)tools_store_free(store);
  return code;
}
