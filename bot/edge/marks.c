/* marks.c: the highest number that may have gone, for each workspace and class of rows; and all of it as one short text. */
#include "bot/edge/marks.h"

#include <stdlib.h>
#include <string.h>

#include "bot/base/json.h"

enum { CLASSES = 2, FENCE_BYTES = 48 }; /* people's rows, and bulk */
static const char *const classes[CLASSES] = {"people", "bulk"};

struct mark { /* one workspace */
  struct mark *next; /* owned */
  int64_t kept[CLASSES], told[CLASSES], wanted[CLASSES]; /* in the store, on the way there, to be sent there */
  char workspace[];
};

struct marks {
  struct mark *first;  /* owned: few, and they stay */
  int64_t floor, told_floor; /* of every workspace, and of those that have no mark of their own */
  int64_t last; /* that stands in line */
  char fence[FENCE_BYTES];
};

/* {"fence":"1.18","floor":120,"roads":[{"workspace":"irc/city","people":4711,"bulk":12}]} */

struct marks *marks_new(void) {
  struct marks *marks = calloc(1, sizeof *marks);
  assert(marks != NULL);
  return marks;
}

static struct mark *find(const struct marks *marks, const char *workspace) {
  struct mark *mark = marks->first;
  while (mark != NULL && strcmp(mark->workspace, workspace) != 0) mark = mark->next;
  return mark;
}

static struct mark *mark_of(struct marks *marks, const char *workspace) {
  struct mark *mark = find(marks, workspace);
  if (mark != NULL) return mark;
  size_t bytes = strlen(workspace) + 1;
  mark = calloc(1, sizeof *mark + bytes);
  assert(mark != NULL);
  memcpy(mark->workspace, workspace, bytes);
  mark->next = marks->first;
  marks->first = mark;
  return mark;
}

static void drop_all(struct marks *marks) {
  while (marks->first != NULL) {
    struct mark *mark = marks->first;
    marks->first = mark->next;
    free(mark);
  }
}

static void raise_to(int64_t *mark, int64_t number) {
  if (number > *mark) *mark = number;
}

/* ---- another life's ---- */
static void read_road(struct marks *marks, const cJSON *road) {
  const char *workspace = json_str(road, "workspace");
  struct mark *mark = workspace == NULL ? NULL : mark_of(marks, workspace);
  for (int class = 0; mark != NULL && class < CLASSES; class++)
    mark->kept[class] = mark->told[class] = mark->wanted[class] = json_int_or(road, classes[class], 0);
}

enum err marks_read(struct marks *marks, const char *text, size_t bytes, const char **ret_fence) {
  CLEANUP(json_freep) cJSON *root = NULL;
  enum err err = json_parse(text, bytes, MARKS_TEXT_BYTES_MAX, &root);
  if (err != ERR_NONE) return err;
  const char *fence = json_str(root, "fence");
  bool whole = fence != NULL && strlen(fence) < FENCE_BYTES && json_int(root, "floor", &marks->floor);
  if (!whole) return err_note(ERR_BAD_INPUT, "the marks of rows have no fence or no floor");
  memcpy(marks->fence, fence, strlen(fence) + 1);
  marks->told_floor = marks->floor;
  const cJSON *roads = json_member(root, "roads");
  for (const cJSON *road = roads == NULL ? NULL : roads->child; road != NULL; road = road->next) read_road(marks, road);
  *ret_fence = marks->fence;
  return ERR_NONE;
}

void marks_doubt(struct marks *marks, int64_t highest) {
  drop_all(marks);
  marks->floor = marks->told_floor = highest;
}

/* ---- rows ---- */
static const char *workspace_of(const struct out *row) {
  return row->workspace == NULL ? "" : row->workspace;
}

int64_t marks_number(const struct out *row) {
  return strtoll(row->id + 1, NULL, 10);
}

bool marks_above(const struct marks *marks, const struct out *row) {
  const struct mark *mark = find(marks, workspace_of(row));
  int64_t number = marks_number(row);
  return row->unsent && number > marks->floor && (mark == NULL || number > mark->kept[row->bulk]);
}

void marks_see(struct marks *marks, const struct out *row) {
  if (row->unsent) raise_to(&marks->last, marks_number(row));
}

void marks_want(struct marks *marks, const struct out *row) {
  int64_t ahead = marks_number(row) + MARKS_AHEAD - 1;
  marks_see(marks, row);
  raise_to(&mark_of(marks, workspace_of(row))->wanted[row->bulk], ahead < marks->last ? ahead : marks->last);
}

bool marks_wanted(const struct marks *marks) {
  for (const struct mark *mark = marks->first; mark != NULL; mark = mark->next) {
    for (int class = 0; class < CLASSES; class++)
      if (mark->wanted[class] > mark->told[class]) return true;
  }
  return false;
}

/* ---- to the store ---- */
static void print_all(const struct marks *marks, const char *fence, struct text *text) {
  struct json_out out;
  json_out_init(&out, text);
  json_open(&out, NULL, '{');
  json_put_str(&out, "fence", fence);
  json_put_int(&out, "floor", marks->told_floor);
  json_open(&out, "roads", '[');
  for (const struct mark *mark = marks->first; mark != NULL; mark = mark->next) {
    json_open(&out, NULL, '{');
    json_put_str(&out, "workspace", mark->workspace);
    for (int class = 0; class < CLASSES; class++) json_put_int(&out, classes[class], mark->told[class]);
    json_close(&out, '}');
  }
  json_close(&out, ']');
  json_close(&out, '}');
}

/* More workspaces than the text has room for: one mark for all of them, the highest. */
static void level(struct marks *marks) {
  for (const struct mark *mark = marks->first; mark != NULL; mark = mark->next) {
    for (int class = 0; class < CLASSES; class++) raise_to(&marks->told_floor, mark->told[class]);
  }
  drop_all(marks);
}

void marks_print(struct marks *marks, const char *fence, struct text *text) {
  for (struct mark *mark = marks->first; mark != NULL; mark = mark->next) memcpy(mark->told, mark->wanted, sizeof mark->told);
  print_all(marks, fence, text);
  if (!text->full && text->length <= MARKS_TEXT_BYTES_MAX) return;
  level(marks);
  text_clear(text);
  print_all(marks, fence, text);
}

void marks_kept(struct marks *marks) {
  marks->floor = marks->told_floor;
  for (struct mark *mark = marks->first; mark != NULL; mark = mark->next) memcpy(mark->kept, mark->told, sizeof mark->kept);
}

struct marks *marks_free(struct marks *marks) {
  if (marks == NULL) return NULL;
  drop_all(marks);
  free(marks);
  return NULL;
}
