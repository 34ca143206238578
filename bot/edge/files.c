/* files.c: the bytes of files on their way: few at a time, so a list is all it takes. */
#include "bot/edge/files.h"

#include <stdlib.h>
#include <string.h>

struct file {
  struct file *next;    /* owned */
  char *id, *workspace; /* owned */
  uint8_t *bytes;       /* owned; wiped before it is freed */
  size_t count;
};

struct files {
  struct file *first; /* owned */
  size_t bytes;
};

struct files *files_new(void) {
  struct files *files = calloc(1, sizeof *files);
  assert(files != NULL);
  return files;
}

/* Takes the one that `at` points to out of the list. */
static void drop_at(struct files *files, struct file **at) {
  struct file *file = *at;
  *at = file->next;
  files->bytes -= file->count;
  explicit_bzero(file->bytes, file->count);
  free(file->bytes);
  free(file->id);
  free(file->workspace);
  free(file);
}

enum err files_put(struct files *files, const char *id, const char *workspace, const void *bytes, size_t count) {
  files_drop(files, id);
  if (count > FILES_BYTES_MAX - files->bytes) return err_note(ERR_LIMITED, "%zu bytes of files wait already", files->bytes);
  struct file *file = calloc(1, sizeof *file);
  assert(file != NULL);
  *file = (struct file){.next = files->first, .id = strdup(id), .workspace = strdup(workspace), .bytes = malloc(count + 1), .count = count};
  assert(file->id != NULL && file->workspace != NULL && file->bytes != NULL);
  if (count > 0) memcpy(file->bytes, bytes, count);
  files->first = file;
  files->bytes += count;
  return ERR_NONE;
}

size_t files_piece(const struct files *files, const char *id, const char *workspace, size_t from, size_t most, const void **ret_bytes) {
  const struct file *file = files->first;
  while (file != NULL && (strcmp(file->id, id) != 0 || strcmp(file->workspace, workspace) != 0)) file = file->next;
  if (file == NULL || from >= file->count) return 0;
  *ret_bytes = file->bytes + from;
  return file->count - from < most ? file->count - from : most;
}

void files_drop(struct files *files, const char *id) {
  struct file **at = &files->first;
  while (*at != NULL && strcmp((*at)->id, id) != 0) at = &(*at)->next;
  if (*at != NULL) drop_at(files, at);
}

void files_drop_workspace(struct files *files, const char *workspace) {
  struct file **at = &files->first;
  while (*at != NULL) {
    if (strcmp((*at)->workspace, workspace) == 0) drop_at(files, at);
    else at = &(*at)->next;
  }
}

void files_drop_all(struct files *files) {
  while (files->first != NULL) drop_at(files, &files->first);
}

size_t files_bytes(const struct files *files) {
  return files->bytes;
}

struct files *files_free(struct files *files) {
  if (files == NULL) return NULL;
  files_drop_all(files);
  free(files);
  return NULL;
}
