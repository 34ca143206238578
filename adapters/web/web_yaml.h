/* web_yaml.h: typed reading of one small YAML document; every error names file, line and column. */
#ifndef MENTORD_WEB_YAML_H
#define MENTORD_WEB_YAML_H

#include <yaml.h>

#include "bot/base/arena.h"
#include "bot/base/err.h"

struct web_yaml;

/* One key of a mapping: a text that goes into a struct, or (chars_max 0) a key that is known here and read elsewhere. */
struct web_yaml_field {
  const char *name;
  size_t offset, chars_max;
  bool needed;
};

/* Reads the file, at most 256 KiB, one document. What is read from it later lives in `arena`. ERR_GONE when it is not
 * there, ERR_BAD_INPUT with "file:line:column: what" else. */
enum err web_yaml_open(const char *path, struct arena *arena, struct web_yaml **ret_yaml) MUST_CHECK;
const yaml_node_t *web_yaml_root(const struct web_yaml *yaml); /* never NULL; borrowed until free, like every node */

/* Notes "file:line:column: …" for a node and returns ERR_BAD_INPUT. */
enum err web_yaml_err(const struct web_yaml *yaml, const yaml_node_t *node, const char *fmt, ...) PRINTF_LIKE(3, 4);
/* A mapping's value, or NULL when it has none of that name or is no mapping. */
const yaml_node_t *web_yaml_at(const struct web_yaml *yaml, const yaml_node_t *node, const char *key);
/* Fills `ret_struct` by the table; a key that is not in it, stands twice or is missing is an error. `what` names the thing. */
enum err web_yaml_read(const struct web_yaml *yaml, const yaml_node_t *node, const char *what,
                       const struct web_yaml_field *fields, size_t count, void *ret_struct) MUST_CHECK;
/* A scalar's text, neither empty nor longer than chars_max. */
enum err web_yaml_text(const struct web_yaml *yaml, const yaml_node_t *node, const char *what, size_t chars_max,
                       const char **ret_text) MUST_CHECK;
/* The items of a list, or (from a mapping) its values; a NULL node is an empty list. Keys go to ret_keys when it is not NULL. */
enum err web_yaml_items(const struct web_yaml *yaml, const yaml_node_t *node, const char *what, size_t count_max,
                        const yaml_node_t ***ret_items, const yaml_node_t ***ret_keys, size_t *ret_count) MUST_CHECK;

struct web_yaml *web_yaml_free(struct web_yaml *yaml);
void web_yaml_freep(struct web_yaml **yaml); /* for CLEANUP */

#endif
