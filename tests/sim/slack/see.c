/* see.c: mrkdwn, blocks and views rendered as a person would read them: names for ids, dates in their own zone. */
#include "tests/sim/slack/see.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bot/base/zone.h"
#include "tests/sim/slack/views.h"

enum { SHOWN_BYTES_MAX = 4 * 1024 * 1024 };

/* ---- text ---- */

static void show_date(const struct user *user, const char *inner, size_t bytes, struct text *out) {
  char copy[500], *rest = copy, *format, *at;
  (void)snprintf(copy, sizeof copy, "%.*s", (int)bytes, inner);
  (void)strsep(&rest, "^");
  char *stamp = strsep(&rest, "^");
  format = rest == NULL ? NULL : strsep(&rest, "^|");
  if (stamp == NULL || format == NULL) return;
  struct civil civil = zone_civil(zone_known(user->tz) ? user->tz : "Etc/UTC", strtoll(stamp, NULL, 10) * 1000);
  for (at = format; *at != '\0';) {
    if (strncmp(at, "{date", 5) == 0) text_addf(out, "%04d-%02d-%02d", civil.year, civil.month, civil.day);
    else if (strncmp(at, "{time", 5) == 0) text_addf(out, "%02d:%02d", civil.hour, civil.minute);
    else text_add_n(out, at, 1);
    const char *end = *at == '{' ? strchr(at, '}') : NULL;
    at = end == NULL ? at + 1 : at + (end - at) + 1;
  }
}

/* What stands between '<' and '>'. */
static void show_link(const struct sim *sim, const struct user *user, const char *inner, size_t bytes, struct text *out) {
  char id[ID_SIZE];
  const char *bar = memchr(inner, '|', bytes);
  size_t first = bar == NULL ? bytes : (size_t)(bar - inner);
  (void)snprintf(id, sizeof id, "%.*s", first > 0 && first - 1 < ID_SIZE ? (int)(first - 1) : 0, inner + 1);
  const struct user *other = inner[0] == '@' ? world_user_id(&sim->world, user->team, id) : NULL;
  const struct channel *channel = inner[0] == '#' ? world_channel_id(&sim->world, id) : NULL;
  if (bytes > 6 && strncmp(inner, "!date^", 6) == 0) show_date(user, inner, bytes, out);
  else if (other != NULL) text_addf(out, "@%s", other->display_name[0] != '\0' ? other->display_name : other->name);
  else if (channel != NULL) text_addf(out, "#%s", channel->name);
  else if (inner[0] == '!') text_addf(out, "@%.*s", (int)(first - 1), inner + 1);
  else if (bar != NULL) text_addf(out, "%.*s (%.*s)", (int)(bytes - first - 1), bar + 1, (int)first, inner);
  else text_add_n(out, inner, bytes);
}

static void show_mrkdwn(const struct sim *sim, const struct user *user, const char *mrkdwn, struct text *out) {
  for (const char *at = mrkdwn; *at != '\0';) {
    const char *end = *at == '<' ? strchr(at, '>') : NULL;
    if (end != NULL && end > at + 1) {
      show_link(sim, user, at + 1, (size_t)(end - at - 1), out);
      at = end + 1;
    } else if (strncmp(at, "&lt;", 4) == 0 || strncmp(at, "&gt;", 4) == 0) {
      text_add(out, at[1] == 'l' ? "<" : ">");
      at += 4;
    } else if (strncmp(at, "&amp;", 5) == 0) {
      text_add(out, "&");
      at += 5;
    } else text_add_n(out, at++, 1);
  }
}

static void show_text(const struct sim *sim, const struct user *user, const cJSON *object, struct text *out) {
  const char *text = json_str(object, "text");
  if (text == NULL) return;
  if (tree_is(object, "type", "plain_text")) text_add(out, text);
  else show_mrkdwn(sim, user, text, out);
}

/* ---- blocks ---- */

static void show_element(const struct sim *sim, const struct user *user, const cJSON *element, struct text *out) {
  const cJSON *option;
  if (tree_is(element, "type", "mrkdwn") || tree_is(element, "type", "plain_text")) {
    show_text(sim, user, element, out);
    return;
  }
  text_add(out, "[");
  if (json_at(element, "text") != NULL) show_text(sim, user, json_at(element, "text"), out);
  else if (json_at(element, "placeholder") != NULL) show_text(sim, user, json_at(element, "placeholder"), out);
  else text_add(out, json_str_or(element, "alt_text", json_str_or(element, "type", "?")));
  cJSON_ArrayForEach(option, json_at(element, "options")) {
    text_add(out, " | ");
    show_text(sim, user, json_at(option, "text"), out);
  }
  text_add(out, "]");
}

/* rich_text, however deep: its texts, names and line ends. */
static void show_rich(const struct sim *sim, const struct user *user, const cJSON *part, struct text *out) {
  const cJSON *inner;
  const char *id = json_str(part, "user_id");
  const struct user *other = id == NULL ? NULL : world_user_id(&sim->world, user->team, id);
  if (other != NULL) text_addf(out, "@%s", other->name);
  else if (tree_is(part, "type", "emoji")) text_addf(out, ":%s:", json_str_or(part, "name", ""));
  else text_add(out, json_str_or(part, "text", json_str_or(part, "url", "")));
  cJSON_ArrayForEach(inner, json_at(part, "elements")) {
    show_rich(sim, user, inner, out);
    if (tree_is(part, "type", "rich_text_list")) text_add(out, "\n");
  }
}

static void show_block(const struct sim *sim, const struct user *user, const cJSON *block, struct text *out) {
  const cJSON *part;
  if (tree_is(block, "type", "divider")) text_add(out, "---");
  if (tree_is(block, "type", "rich_text")) show_rich(sim, user, block, out);
  else cJSON_ArrayForEach(part, json_at(block, "elements")) show_element(sim, user, part, out);
  if (json_at(block, "label") != NULL) show_text(sim, user, json_at(block, "label"), out);
  if (tree_is(block, "type", "markdown")) text_add(out, json_str_or(block, "text", ""));
  else if (cJSON_IsObject(json_at(block, "text"))) show_text(sim, user, json_at(block, "text"), out);
  cJSON_ArrayForEach(part, json_at(block, "fields")) {
    text_add(out, "\n");
    show_text(sim, user, part, out);
  }
  if (cJSON_IsObject(json_at(block, "title"))) show_text(sim, user, json_at(block, "title"), out);
  if (cJSON_IsString(json_at(block, "title"))) text_add(out, json_str(block, "title"));
  if (json_str(block, "alt_text") != NULL) text_addf(out, "(image: %s)", json_str(block, "alt_text"));
  if (json_at(block, "accessory") != NULL) text_add(out, " ");
  if (json_at(block, "accessory") != NULL) show_element(sim, user, json_at(block, "accessory"), out);
  if (json_at(block, "element") != NULL) text_add(out, ": ");
  if (json_at(block, "element") != NULL) show_element(sim, user, json_at(block, "element"), out);
  text_add(out, "\n");
}

static void add_options(const cJSON *element, cJSON *row) {
  const cJSON *option;
  cJSON *options = json_at(element, "options") == NULL ? NULL : tree_array(row, "options");
  cJSON_ArrayForEach(option, json_at(element, "options")) {
    cJSON *one = tree_object(options, NULL);
    tree_str(one, "label", json_str(option, "text.text"));
    tree_str(one, "value", json_str(option, "value"));
  }
}

static void add_button(const cJSON *block, const cJSON *element, cJSON *buttons) {
  if (!cJSON_IsObject(element) || json_str(element, "action_id") == NULL) return;
  cJSON *row = tree_object(buttons, NULL);
  tree_str(row, "type", json_str(element, "type"));
  tree_str(row, "label", json_str_or(element, "text.text", json_str_or(element, "placeholder.text", json_str_or(block, "label.text", ""))));
  tree_str(row, "action_id", json_str(element, "action_id"));
  tree_str(row, "block_id", json_str(block, "block_id"));
  tree_str(row, "value", json_str(element, "value"));
  add_options(element, row);
}

static void show_blocks(const struct sim *sim, const struct user *user, const cJSON *blocks, cJSON *into) {
  const cJSON *block, *element;
  struct text shown;
  text_init(&shown, SHOWN_BYTES_MAX);
  cJSON *buttons = tree_array(into, "buttons");
  cJSON_ArrayForEach(block, blocks) {
    show_block(sim, user, block, &shown);
    cJSON_ArrayForEach(element, json_at(block, "elements")) add_button(block, element, buttons);
    add_button(block, json_at(block, "accessory"), buttons);
    add_button(block, json_at(block, "element"), buttons);
  }
  tree_str(into, "shown", text_str(&shown));
  text_done(&shown);
}

/* ---- rooms, views, all ---- */

static void show_message(struct sim *sim, const struct user *user, const struct message *message, cJSON *into) {
  cJSON *row = tree_object(into, NULL);
  const struct user *author = world_user_id(&sim->world, user->team, json_str(message->json, "user"));
  struct text text;
  text_init(&text, SHOWN_BYTES_MAX);
  show_mrkdwn(sim, user, json_str_or(message->json, "text", ""), &text);
  tree_str(row, "ts", message->ts);
  tree_str(row, "from", author == NULL ? "?" : author->name);
  tree_str(row, "text", text_str(&text));
  tree_bool(row, "ephemeral", message->only != NULL);
  tree_bool(row, "broadcast", tree_is(message->json, "subtype", "thread_broadcast"));
  tree_bool(row, "edited", json_at(message->json, "edited") != NULL);
  tree_str(row, "thread_ts", json_str(message->json, "thread_ts"));
  tree_copy(row, "files", json_at(message->json, "files"));
  tree_copy(row, "metadata", json_at(message->json, "metadata"));
  if (json_at(message->json, "blocks") != NULL) show_blocks(sim, user, json_at(message->json, "blocks"), row);
  else tree_str(row, "shown", text_str(&text));
  text_done(&text);
}

static void show_channel(struct sim *sim, struct user *user, struct channel *channel, size_t messages_max, cJSON *into) {
  cJSON *row = tree_object(into, NULL), *members, *messages;
  tree_str(row, "id", channel->id);
  tree_str(row, "name", channel->name);
  tree_str(row, "kind", channel_type(channel->kind));
  tree_str(row, "topic", channel->topic);
  tree_bool(row, "archived", channel->archived);
  members = tree_array(row, "members");
  for (size_t i = 0; i < channel->members.count && i < 50; i++) tree_str(members, NULL, ((struct user *)channel->members.items[i])->name);
  messages = tree_array(row, "messages");
  size_t from = channel->messages.count > messages_max ? channel->messages.count - messages_max : 0;
  for (size_t i = from; i < channel->messages.count; i++) {
    const struct message *message = channel->messages.items[i];
    if (message->only == NULL || message->only == user) show_message(sim, user, message, messages);
  }
}

static void show_view(struct sim *sim, struct user *user, const struct view *view, cJSON *row) {
  tree_str(row, "id", view->id);
  tree_str(row, "callback_id", json_str(view->json, "callback_id"));
  tree_str(row, "title", json_str(view->json, "title.text"));
  tree_str(row, "submit", json_str(view->json, "submit.text"));
  tree_str(row, "close", json_str(view->json, "close.text"));
  show_blocks(sim, user, json_at(view->json, "blocks"), row);
  tree_put(row, "raw", views_json(view));
}

static void show_words(const struct list *words, const char *key, cJSON *into) {
  cJSON *array = tree_array(into, key);
  for (size_t i = 0; i < words->count; i++) tree_str(array, NULL, words->items[i]);
}

void see_all(struct sim *sim, struct user *user, const char *only_channel, size_t messages_max, cJSON *into) {
  cJSON *rooms = tree_array(into, "conversations");
  for (size_t i = 0; i < sim->world.channels.count; i++) {
    struct channel *channel = sim->world.channels.items[i];
    if (channel->team != user->team || !list_has(&channel->members, user)) continue;
    if (only_channel == NULL || strcmp(only_channel, channel->id) == 0) show_channel(sim, user, channel, messages_max, rooms);
  }
  tree_int(into, "views", (int64_t)user->depth);
  if (user->depth > 0) show_view(sim, user, user->stack[user->depth - 1], tree_object(into, "view"));
  if (user->view_errors != NULL) tree_copy(cJSON_GetObjectItemCaseSensitive(into, "view"), "errors", user->view_errors);
  if (user->home != NULL) show_view(sim, user, user->home, tree_object(into, "home"));
  show_words(&user->notes, "notifications", into);
  show_words(&user->slips, "slips", into);
}
