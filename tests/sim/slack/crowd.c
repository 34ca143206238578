/* crowd.c: writes in turn for everybody of a crowd, and counts what came back. */
#include "tests/sim/slack/crowd.h"

#include <stdio.h>
#include <stdlib.h>

#include "tests/sim/slack/people.h"
#include "tests/sim/slack/sim.h"

enum { PEOPLE_MAX = 20000, KEPT_MESSAGES = 2, BEAT_MS = 1, US_PER_S = 1000000, BEAT_MESSAGES_MAX = 200 };

struct crowd {
  struct list rooms; /* of struct channel, borrowed: each person's DM with the bot */
  char text[1000];
  int64_t people, rate, window, count; /* rate: a second; 0: as answers come, `window` at a time */
  int64_t written, acked, answered, unasked; /* unasked: posts to somebody who waited for none */
  int64_t begin_us, wrote_us, heard_us; /* the last of each */
  int64_t *took_us, *acked_us;         /* owned; of this run, from writing to each answer, and from sending to each acknowledgement */
  struct timer timer;
};

static int64_t now_us(void) {
  return (int64_t)(uv_hrtime() / 1000);
}

/* ---- who ---- */

static const char *gather(struct sim *sim, struct crowd *crowd, int64_t people) {
  struct team *team = sim->world.teams.items[0];
  while ((int64_t)crowd->rooms.count < people) {
    char name[NAME_SIZE];
    (void)snprintf(name, sizeof name, "crowd-%zu", crowd->rooms.count);
    struct user *user = world_person(&sim->world, team, name);
    struct channel *channel = user == NULL ? NULL : world_dm(&sim->world, user, team->bot, true);
    if (channel == NULL) return "people: there are too many, or one of these names is taken";
    (void)snprintf(user->real_name, sizeof user->real_name, "Crowd Person %zu", crowd->rooms.count);
    list_add(&crowd->rooms, channel);
  }
  return NULL;
}

/* ---- writing ---- */

static void write_one(struct sim *sim, struct crowd *crowd) {
  struct channel *channel = crowd->rooms.items[crowd->written % crowd->people];
  cJSON *json = cJSON_CreateObject();
  while (channel->messages.count > KEPT_MESSAGES) world_unsay(&sim->world, channel, channel->messages.items[0]);
  struct user *user = channel->members.items[0];
  tree_str(json, "user", user->id);
  tree_str(json, "text", crowd->text);
  crowd->wrote_us = now_us();
  if (channel->asked++ == 0) channel->asked_us = crowd->wrote_us;
  crowd->written++;
  (void)people_write(sim, user, channel, json);
  struct list *envelopes = &sim->sockets->envelopes;
  if (envelopes->count > 0) ((struct envelope *)envelopes->items[envelopes->count - 1])->of_crowd = true;
}

static int64_t due(const struct crowd *crowd) {
  int64_t by_now = crowd->rate > 0 ? (now_us() - crowd->begin_us) * crowd->rate / US_PER_S : crowd->answered + crowd->window;
  return by_now < crowd->count ? by_now : crowd->count;
}

static void write_due(void *who) {
  struct sim *sim = who;
  struct crowd *crowd = sim->crowd;
  for (int i = 0; i < BEAT_MESSAGES_MAX && crowd->written < due(crowd); i++) write_one(sim, crowd);
  bool more = crowd->written < (crowd->rate > 0 ? crowd->count : due(crowd));
  if (more) moment_after(&sim->moment, &crowd->timer, BEAT_MS, write_due, sim);
}

void crowd_acknowledged(struct sim *sim, int64_t took_us) {
  struct crowd *crowd = sim->crowd;
  if (crowd->acked < crowd->count) crowd->acked_us[crowd->acked++] = took_us;
}

void crowd_answered(struct sim *sim, struct channel *channel) {
  struct crowd *crowd = sim->crowd;
  if (crowd == NULL || crowd->people == 0) return;
  if (channel->asked == 0 || crowd->answered == crowd->count) {
    crowd->unasked++;
    return;
  }
  crowd->heard_us = now_us();
  crowd->took_us[crowd->answered++] = crowd->heard_us - channel->asked_us;
  if (--channel->asked > 0) channel->asked_us = crowd->heard_us; /* the next one waits from now on, at least */
  if (crowd->rate == 0) moment_after(&sim->moment, &crowd->timer, 0, write_due, sim);
}

/* ---- the verb ---- */

static int by_size(const void *a, const void *b) {
  const int64_t *one = a, *other = b;
  return (*one > *other) - (*one < *other);
}

static void report_times(cJSON *answer, const char *key, const int64_t *times, int64_t kept) {
  size_t count = (size_t)kept;
  int64_t *sorted = calloc(count + 1, sizeof *sorted);
  assert(sorted != NULL);
  for (size_t i = 0; i < count; i++) sorted[i] = times[i];
  qsort(sorted, count, sizeof *sorted, by_size);
  cJSON *row = tree_object(answer, key);
  tree_int(row, "p50_us", count == 0 ? 0 : sorted[(count - 1) / 2]);
  tree_int(row, "p99_us", count == 0 ? 0 : sorted[(count * 99 + 99) / 100 - 1]);
  tree_int(row, "max_us", count == 0 ? 0 : sorted[count - 1]);
  free(sorted);
}

static void report(const struct crowd *crowd, cJSON *answer) {
  tree_int(answer, "wanted", crowd->count);
  tree_int(answer, "written", crowd->written);
  tree_int(answer, "acked", crowd->acked);
  tree_int(answer, "answered", crowd->answered);
  tree_int(answer, "unasked", crowd->unasked);
  tree_int(answer, "wrote_us", crowd->wrote_us - crowd->begin_us);
  tree_int(answer, "heard_us", crowd->heard_us - crowd->begin_us);
  report_times(answer, "acks", crowd->acked_us, crowd->acked);
  report_times(answer, "answers", crowd->took_us, crowd->answered);
}

static const char *begin(struct sim *sim, struct crowd *crowd, const cJSON *wish) {
  int64_t people = json_int_or(wish, "people", 0), rate = json_int_or(wish, "rate", 0), window = json_int_or(wish, "window", 0);
  int64_t count = rate > 0 ? rate * json_int_or(wish, "seconds", 0) : json_int_or(wish, "count", 0);
  if (crowd->written < crowd->count) return "the crowd still writes";
  if (people < 1 || people > PEOPLE_MAX) return "people: from 1 to 20000";
  if (count < 1 || count > ENVELOPES_MAX * 50 || (rate == 0) == (window == 0)) return "rate and seconds, or window and count";
  const char *wrong = gather(sim, crowd, people);
  if (wrong != NULL) return wrong;
  for (size_t i = 0; i < crowd->rooms.count; i++) ((struct channel *)crowd->rooms.items[i])->asked = 0;
  SLOT_PUT(crowd->text, json_str_or(wish, "text", "help"));
  free(crowd->took_us);
  free(crowd->acked_us);
  crowd->took_us = calloc((size_t)count, sizeof *crowd->took_us);
  crowd->acked_us = calloc((size_t)count, sizeof *crowd->acked_us);
  assert(crowd->took_us != NULL && crowd->acked_us != NULL);
  crowd->people = people;
  crowd->rate = rate;
  crowd->window = window;
  crowd->count = count;
  crowd->written = crowd->acked = crowd->answered = crowd->unasked = 0;
  crowd->begin_us = crowd->wrote_us = crowd->heard_us = now_us();
  write_due(sim);
  return NULL;
}

const char *crowd_writes(struct sim *sim, const cJSON *wish, cJSON *answer) {
  if (sim->crowd == NULL) sim->crowd = calloc(1, sizeof *sim->crowd);
  assert(sim->crowd != NULL);
  const char *wrong = cJSON_GetArraySize(wish) == 0 ? NULL : begin(sim, sim->crowd, wish);
  if (wrong == NULL) report(sim->crowd, answer);
  return wrong;
}

struct crowd *crowd_free(struct sim *sim, struct crowd *crowd) {
  if (crowd == NULL) return NULL;
  moment_cancel(&sim->moment, &crowd->timer);
  list_done(&crowd->rooms, NULL);
  free(crowd->took_us);
  free(crowd->acked_us);
  free(crowd);
  return NULL;
}
