/* api_schedule.c: messages for later: made, listed, taken back, and said when their second comes. */
#include <string.h>

#include "tests/sim/slack/talk.h"

enum { DAYS_MAX = 120, NEAR_S = 300, NEAR_MAX = 30, DAY_S = 24 * 3600 };

/* Slack's own note about metadata: such a message is accepted, and never comes. */
static void say_now(void *who) {
  struct scheduled *scheduled = who;
  struct sim *sim = scheduled->world_owner;
  bool lost = json_at(scheduled->json, "metadata") != NULL || scheduled->channel->archived;
  if (!lost) {
    struct message *message = world_say(&sim->world, scheduled->channel, NULL, scheduled->json);
    scheduled->json = NULL;
    talk_notify(sim, scheduled->channel, scheduled->channel->team->bot, NULL, json_str_or(message->json, "text", ""));
    talk_tell_message(sim, scheduled->channel, message);
  }
  world_unschedule(&sim->world, scheduled);
}

void talk_later(struct sim *sim, struct scheduled *scheduled) {
  scheduled->world_owner = sim;
  moment_after(&sim->moment, &scheduled->timer, scheduled->post_at_s * 1000 - moment_wall_ms(&sim->moment), say_now, scheduled);
}

static const char *check_time(const struct call *call, const struct channel *channel, int64_t post_at_s) {
  int64_t now_s = moment_wall_ms(&call->sim->moment) / 1000;
  size_t near = 0;
  if (post_at_s <= now_s) return "time_in_past";
  if (post_at_s > now_s + (int64_t)DAYS_MAX * DAY_S) return "time_too_far";
  for (size_t i = 0; i < call->sim->world.scheduled.count; i++) {
    const struct scheduled *other = call->sim->world.scheduled.items[i];
    near += other->channel == channel && other->post_at_s / NEAR_S == post_at_s / NEAR_S;
  }
  return near >= NEAR_MAX ? "restricted_too_many" : NULL;
}

const char *api_chat_schedule(struct call *call) {
  struct channel *channel = NULL;
  cJSON *json = NULL;
  int64_t post_at_s = arg_int(call, "post_at", 0);
  const char *error = talk_room(call, arg(call, "channel"), &channel);
  if (error == NULL) error = check_time(call, channel, post_at_s);
  if (error == NULL) error = talk_compose(call, &json);
  if (error != NULL) return error;
  struct scheduled *scheduled = world_schedule(&call->sim->world, channel, post_at_s, json);
  if (scheduled == NULL) {
    cJSON_Delete(json);
    return "restricted_too_many";
  }
  talk_later(call->sim, scheduled);
  tree_str(call->answer, "channel", channel->id);
  tree_str(call->answer, "scheduled_message_id", scheduled->id);
  tree_int(call->answer, "post_at", post_at_s);
  return NULL;
}

static bool is_listed(const struct call *call, const struct scheduled *scheduled) {
  const char *channel = arg(call, "channel");
  return scheduled->channel->team == call->team && (channel == NULL || strcmp(scheduled->channel->id, channel) == 0);
}

const char *api_chat_unschedule(struct call *call) {
  struct world *world = &call->sim->world;
  for (size_t i = 0; i < world->scheduled.count; i++) {
    struct scheduled *scheduled = world->scheduled.items[i];
    if (!is_listed(call, scheduled) || strcmp(scheduled->id, arg(call, "scheduled_message_id")) != 0) continue;
    world_unschedule(world, scheduled);
    return NULL;
  }
  return "invalid_scheduled_message_id";
}

const char *api_chat_scheduled(struct call *call) {
  struct list found = {0};
  size_t from = 0, to = 0;
  for (size_t i = 0; i < call->sim->world.scheduled.count; i++)
    if (is_listed(call, call->sim->world.scheduled.items[i])) list_add(&found, call->sim->world.scheduled.items[i]);
  const char *error = api_page(call, found.count, 100, &from, &to);
  cJSON *rows = error == NULL ? tree_array(call->answer, "scheduled_messages") : NULL;
  for (size_t i = from; error == NULL && i < to; i++) {
    const struct scheduled *scheduled = found.items[i];
    cJSON *row = tree_object(rows, NULL);
    tree_str(row, "id", scheduled->id);
    tree_str(row, "channel_id", scheduled->channel->id);
    tree_int(row, "post_at", scheduled->post_at_s);
    tree_str(row, "text", json_str(scheduled->json, "text"));
  }
  list_done(&found, NULL);
  return error;
}
