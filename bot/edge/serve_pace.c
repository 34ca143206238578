/* serve_pace.c: one pace a workspace; how many rows wait there is looked up for each event that may ask. */
#include "bot/edge/serve_pace.h"

#include <stdlib.h>
#include <string.h>

#include "bot/edge/serve_parts.h"

static struct workspace_pace *pace_of(const struct paces *paces, const char *workspace) {
  for (size_t i = 0; i < paces->count; i++) {
    if (strcmp(paces->items[i].workspace, workspace) == 0) return &paces->items[i];
  }
  return NULL;
}

static struct workspace_pace *pace_add(struct paces *paces, const char *workspace) {
  paces->items = realloc(paces->items, (paces->count + 1) * sizeof *paces->items);
  paces->names = realloc(paces->names, (paces->count + 1) * sizeof *paces->names);
  assert(paces->items != NULL && paces->names != NULL);
  paces->names[paces->count] = strdup(workspace);
  assert(paces->names[paces->count] != NULL);
  paces->items[paces->count] = (struct workspace_pace){.workspace = paces->names[paces->count]};
  return &paces->items[paces->count++];
}

void serve_pace_learn(struct serve *serve, const char *workspace) {
  const struct capabilities *can = serve->options.ports->can(serve->options.who, workspace);
  struct workspace_pace *pace = pace_of(&serve->paces, workspace);
  if (can == NULL || (pace == NULL && can->per_minute <= 0)) return;
  if (pace == NULL) pace = pace_add(&serve->paces, workspace);
  pace->per_minute = can->per_minute;
}

void serve_pace_tell(struct serve *serve, struct event *ret_event) {
  struct paces *paces = &serve->paces;
  for (size_t i = 0; i < paces->count; i++) paces->items[i].waiting = outbox_waiting(serve->outbox, paces->items[i].workspace);
  ret_event->paces = paces->items;
  ret_event->pace_count = paces->count;
}

void serve_pace_drop(struct paces *paces) {
  for (size_t i = 0; i < paces->count; i++) free(paces->names[i]);
  free(paces->names);
  free(paces->items);
}
