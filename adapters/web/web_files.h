/* web_files.h: the page's files, read into memory once: what a browser names is looked up, never opened. */
#ifndef MENTORD_WEB_FILES_H
#define MENTORD_WEB_FILES_H

#include "bot/base/err.h"

struct web_files;

struct web_file {
  const char *type; /* the content type */
  const char *data; /* borrowed until web_files_free */
  size_t bytes;
};

/* Reads every file of the folder that has a type we serve. ERR_GONE when there is no index.html. */
enum err web_files_read(const char *folder, struct web_files **ret_files) MUST_CHECK;
/* "/" is index.html. False when there is no such file. */
bool web_files_find(const struct web_files *files, const char *path, struct web_file *ret_file);
struct web_files *web_files_free(struct web_files *files);

#endif
