/* web_files.c: reads a folder's files into a map by name. */
#include "adapters/web/web_files.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "adapters/web/web_door.h"
#include "bot/base/file.h"
#include "bot/base/map.h"

enum { FILES_MAX = 200, FILE_BYTES_MAX = 4 * 1024 * 1024, PATH_BYTES = 4400 };

struct kept {
  const char *type;
  char *data; /* owned */
  size_t bytes;
};

struct web_files {
  struct map *by_name; /* owned, and its values */
};

static void kept_free(void *value) {
  struct kept *kept = value;
  free(kept->data);
  free(kept);
}

static enum err read_one(struct web_files *files, const char *folder, const char *name) {
  char path[PATH_BYTES];
  struct kept file = {.type = web_door_type(name)};
  if (file.type == NULL) return ERR_NONE;
  if (map_count(files->by_name) == FILES_MAX) return err_note(ERR_BAD_INPUT, "%s: more than %d files", folder, FILES_MAX);
  if (snprintf(path, sizeof path, "%s/%s", folder, name) >= (int)sizeof path) return err_note(ERR_BAD_INPUT, "--pages: the path is too long");
  enum err err = file_read(path, FILE_BYTES_MAX, &file.data, &file.bytes);
  if (err != ERR_NONE) return err;
  struct kept *kept = malloc(sizeof *kept);
  assert(kept != NULL);
  *kept = file;
  map_put(files->by_name, name, kept);
  return ERR_NONE;
}

enum err web_files_read(const char *folder, struct web_files **ret_files) {
  DIR *dir = opendir(folder);
  if (dir == NULL) return err_note(ERR_GONE, "--pages %s: %m", folder);
  struct web_files *files = calloc(1, sizeof *files);
  assert(files != NULL);
  files->by_name = map_new();
  enum err err = ERR_NONE;
  for (struct dirent *entry = readdir(dir); entry != NULL && err == ERR_NONE; entry = readdir(dir)) err = read_one(files, folder, entry->d_name);
  closedir(dir);
  if (err == ERR_NONE && map_get(files->by_name, "index.html") == NULL)
    err = err_note(ERR_GONE, "--pages %s: there is no index.html in it", folder);
  if (err == ERR_NONE) *ret_files = files;
  else web_files_free(files);
  return err;
}

bool web_files_find(const struct web_files *files, const char *path, struct web_file *ret_file) {
  if (path[0] != '/') return false;
  const struct kept *kept = map_get(files->by_name, path[1] == '\0' ? "index.html" : path + 1);
  if (kept == NULL) return false;
  *ret_file = (struct web_file){.type = kept->type, .data = kept->data, .bytes = kept->bytes};
  return true;
}

struct web_files *web_files_free(struct web_files *files) {
  if (files != NULL) map_free(files->by_name, kept_free);
  free(files);
  return NULL;
}
