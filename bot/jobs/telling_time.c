/* telling_time.c: how long a message to many takes: workspaces send side by side, each as fast as its link said, behind what stands
 * there already. Whose working hours have not come is not counted: theirs begin with their day. */
#include <string.h>

#include "bot/cards.h"
#include "bot/jobs/job_parts.h"

enum { MINUTE_MS = 60000 };

struct audience_now { /* who can be written to */
  size_t *people;     /* in each workspace of the event's paces */
  size_t outside;     /* their working hours */
};

/* A letter goes to the first account, whatever its sender writes from. */
static size_t pace_of(const struct event *event, const struct person *person) {
  size_t at = 0;
  while (at < event->pace_count && strcmp(event->paces[at].workspace, person->accounts.items[0].workspace) != 0) at++;
  return at;
}

static void count_people(struct turn *turn, const struct announcement *announcement, struct audience_now *ret_now) {
  const struct model *model = txn_model(turn->txn);
  struct map *zones = map_new();
  *ret_now = (struct audience_now){.people = arena_alloc(turn->arena, (turn->event->pace_count + 1) * sizeof *ret_now->people)};
  for (size_t i = 0; i < model_count(model, RECORD_PERSON); i++) {
    const struct person *person = model_at(model, RECORD_PERSON, i);
    int64_t polite_ms = 0;
    enum telling_look look = telling_look(turn, announcement, person, zones, &polite_ms);
    ret_now->outside += look == TELLING_OUTSIDE_HOURS;
    if (look == TELLING_NOW) ret_now->people[pace_of(turn->event, person)]++;
  }
  (void)map_free(zones, NULL);
}

/* Of letters that are written and have not left nobody remembers where they stand: they are among those that wait. */
static int64_t takes_ms(const struct event *event, const struct announcement *announcement, const struct audience_now *now) {
  int64_t longest_ms = 0;
  for (size_t i = 0; i < event->pace_count; i++) {
    const struct workspace_pace *pace = &event->paces[i];
    bool concerned = now->people[i] > 0 || announcement->queued > 0;
    if (pace->per_minute <= 0 || !concerned) continue;
    int64_t ms = (int64_t)(now->people[i] + pace->waiting) * MINUTE_MS / pace->per_minute;
    if (ms > longest_ms) longest_ms = ms;
  }
  return longest_ms;
}

void telling_say_time(struct turn *turn, struct out *out, const struct announcement *announcement) {
  struct audience_now now;
  if (turn->event->pace_count == 0) return;
  count_people(turn, announcement, &now);
  int64_t ms = takes_ms(turn->event, announcement, &now);
  if (ms <= MINUTE_MS) return; /* it is as good as done */
  bool begun = announcement->told > 0;
  const char *all = begun ? W("tell.more") : W("tell.takes"), *some = begun ? W("tell.more_now") : W("tell.takes_now");
  struct line *line = card_line(turn, out, now.outside > 0 ? some : all);
  param_span(WITH(turn, line), turn, "time", (ms + MINUTE_MS / 2) / MINUTE_MS);
}
