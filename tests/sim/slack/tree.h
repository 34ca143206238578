/* tree.h: short names for making JSON trees, and a growing list of pointers: what every file of the simulated Slack needs. */
#ifndef SIM_SLACK_TREE_H
#define SIM_SLACK_TREE_H

#include "bot/base/json.h"

/* All write into `object`; key NULL appends to an array. Nothing is written for a NULL value. */
void tree_str(cJSON *object, const char *key, const char *value);
void tree_int(cJSON *object, const char *key, int64_t value);
void tree_bool(cJSON *object, const char *key, bool value);
void tree_put(cJSON *object, const char *key, cJSON *value);        /* takes value */
void tree_copy(cJSON *object, const char *key, const cJSON *value); /* copies value */
void tree_set(cJSON *object, const char *key, cJSON *value);        /* takes value; replaces what stood there */
cJSON *tree_object(cJSON *object, const char *key);                 /* a new one, borrowed from object */
cJSON *tree_array(cJSON *object, const char *key);
char *tree_print(const cJSON *tree);    /* the caller frees */
size_t tree_bytes(const cJSON *tree);   /* as tree_print would make it */
void tree_move(cJSON *from, cJSON *to); /* all children of an object */
bool tree_is(const cJSON *object, const char *key, const char *value);

/* Pointers in the order they came; what they point to is borrowed unless said otherwise. */
struct list {
  void **items; /* owned */
  size_t count, capacity;
};
void list_add(struct list *list, void *item);
bool list_has(const struct list *list, const void *item);
bool list_drop(struct list *list, const void *item);         /* keeps the order of the rest */
void *list_first_out(struct list *list);                     /* takes the oldest out; the list is not empty */
void list_first_out_many(struct list *list, size_t count);
void list_done(struct list *list, void (*each)(void *item)); /* each may be NULL */

/* Puts at most size - 1 bytes of value into slot, whole characters only; NULL leaves slot alone. */
void slot_put(char *slot, size_t size, const char *value);
#define SLOT_PUT(slot, value) slot_put(slot, sizeof(slot), value)
bool word_in(const char *words, const char *word); /* words are set apart by ' ' or ',' */

#endif
