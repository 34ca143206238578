/* slack_in_acts.c: what people do with commands, buttons, lists and forms.
 * {"type":"block_actions","user":{"id":"U1"},"container":{"type":"message","message_ts":"1.2","channel_id":"D1"},
 *  "channel":{"id":"D1","name":"directmessage"},"actions":[{"type":"button","action_id":"press.0","value":"talk7.topics.4.2"}]}
 *   -> {"kind":"press","message":"D1/1.2","button":"talk7.topics.4.2"} */
#include <ctype.h>
#include <string.h>

#include "adapters/kit/link_frame.h"
#include "adapters/slack/slack_emoji.h"
#include "adapters/slack/slack_in_parts.h"
#include "adapters/slack/slack_names.h"
#include "adapters/slack/slack_text.h"
#include "adapters/slack/slack_view.h"

enum { COMMAND_BYTES_MAX = 100, FIELDS_MAX = 20, VALUES_MAX = 500, FIELD_NAME_BYTES_MAX = 200, WHY_BYTES_MAX = 60, SAID_BYTES_MAX = 16384 };

/* ---- where ---- */

static enum room_kind kind_of(const char *channel_name) {
  if (slack_in_is(channel_name, "directmessage")) return ROOM_DIRECT;
  bool closed = slack_in_is(channel_name, "privategroup") || (channel_name != NULL && strncmp(channel_name, "mpdm-", 5) == 0);
  return closed ? ROOM_PRIVATE : ROOM_PUBLIC;
}

/* As the answer to the call that sent it was read: what only one person sees has an "e" between. */
static const char *message_id(const struct slack_reading *r, const char *channel, const char *ts) {
  bool hidden = json_bool_or(r->payload, "container.is_ephemeral", false);
  return channel == NULL || ts == NULL ? NULL : arena_format(r->arena, "%s/%s%s", channel, hidden ? "e/" : "", ts);
}

/* ---- commands: one flat object of strings ---- */

/* "pairs quiet" is command "pairs" with args "quiet"; words that cannot be a command's name are words. */
static void set_command(struct slack_reading *r, const char *words) {
  struct event *event = &r->in->event;
  words += strspn(words, " \t\n");
  size_t length = strcspn(words, " \t\n");
  if (length > COMMAND_BYTES_MAX) {
    event->kind = EVENT_TEXT;
    event->text = words;
    return;
  }
  const char *args = words + length;
  event->kind = EVENT_COMMAND;
  event->command = length == 0 ? SLACK_COMMAND_BARE : arena_text_n(r->arena, words, length);
  event->args = args + strspn(args, " \t\n");
}

const char *slack_in_command(struct slack_reading *r) {
  const char *command = json_str_or(r->payload, "command", ""), *text = json_str_or(r->payload, "text", "");
  r->in->source = SLACK_FROM_COMMAND;
  if (command[0] != '/' || command[1] == '\0') return "a slash command without a name";
  bool ours = strcmp(command, SLACK_COMMAND) == 0;
  const char *words = slack_text_plain(text, r->self, true, r->arena);
  if (!ours) words = arena_format(r->arena, "%s %s", command + 1, words);
  set_command(r, slack_in_words(r, words));
  r->in->inner.response_url = slack_in_text(r, r->payload, "response_url");
  r->in->inner.trigger_id = slack_in_text(r, r->payload, "trigger_id");
  slack_in_person(r, slack_in_text(r, r->payload, "user_id"));
  slack_in_room(r, slack_in_text(r, r->payload, "channel_id"), kind_of(json_str(r->payload, "channel_name")), NULL);
  return NULL;
}

/* ---- fields ---- */

struct fields {
  struct field_value values[FIELDS_MAX];
  size_t count;
  bool texted; /* there is a field "text" already */
};

static void add_value(struct slack_reading *r, const struct field_value *field, const char *value) {
  const char **values = (const char **)(uintptr_t)field->values;
  values[field->value_count] = slack_in_words(r, value);
}

/* The first words typed, date or person is the field "text"; a second goes by its own name, so that none is lost. */
static void add_typed(struct slack_reading *r, struct fields *fields, const char *name, const char *value) {
  const char **values = arena_alloc(r->arena, sizeof *values);
  values[0] = slack_in_words(r, value);
  const char *own = slack_text_bounded(name, FIELD_NAME_BYTES_MAX, r->arena);
  fields->values[fields->count++] = (struct field_value){.name = fields->texted ? own : SLACK_NAME_TEXT, .values = values, .value_count = 1};
  fields->texted = true;
}

static void add_chosen(struct slack_reading *r, struct fields *fields, const char *name, const cJSON *options) {
  const cJSON *option;
  int count = cJSON_GetArraySize(options);
  if (count <= 0) return;
  struct field_value field = {.name = slack_text_bounded(name, FIELD_NAME_BYTES_MAX, r->arena)};
  if (strcmp(field.name, SLACK_NAME_TEXT) == 0) field.name = SLACK_NAME_CHOSEN;
  field.values = arena_alloc(r->arena, (count > VALUES_MAX ? VALUES_MAX : (size_t)count) * sizeof *field.values);
  cJSON_ArrayForEach(option, options) {
    const char *value = cJSON_IsString(option) ? option->valuestring : json_str(option, "value");
    if (value == NULL || field.value_count == VALUES_MAX) continue;
    add_value(r, &field, value);
    field.value_count++;
  }
  if (field.value_count > 0) fields->values[fields->count++] = field;
}

static const char *person_named(struct slack_reading *r, const char *user) {
  const char *name = r->self->name_of == NULL ? NULL : r->self->name_of(r->self->who, user);
  return name == NULL ? arena_format(r->arena, "@%s", user) : name;
}

/* What Slack calls the value of an element of each type; those of one text only. */
static const struct {
  const char *type, *path;
} typed[] = {{"plain_text_input", "value"},         {"email_text_input", "value"},  {"number_input", "value"},
             {"url_text_input", "value"},           {"datepicker", "selected_date"}, {"timepicker", "selected_time"},
             {"users_select", "selected_user"}};
static const struct {
  const char *type, *path;
} many[] = {{"checkboxes", "selected_options"}, {"multi_static_select", "selected_options"}, {"multi_users_select", "selected_users"}};

static void read_element(struct slack_reading *r, const cJSON *element, struct fields *fields) {
  const char *type = json_str_or(element, "type", ""), *name = element->string == NULL ? "" : element->string;
  const char *chosen = json_str(element, "selected_option.value");
  for (size_t i = 0; i < ARRAY_LEN(typed); i++) {
    const char *value = strcmp(typed[i].type, type) == 0 ? json_str(element, typed[i].path) : NULL;
    if (value == NULL || value[0] == '\0') continue;
    add_typed(r, fields, name, strcmp(type, "users_select") == 0 ? person_named(r, value)
                                                                   : slack_emoji_shown(slack_text_unescape(value, r->arena), r->arena));
  }
  for (size_t i = 0; i < ARRAY_LEN(many); i++)
    if (strcmp(many[i].type, type) == 0) add_chosen(r, fields, name, json_at(element, many[i].path));
  if (chosen != NULL) add_chosen(r, fields, name, json_at(element, "selected_option"));
}

/* state.values: {"block":{"action":{"type":…}}}. Nothing chosen and nothing typed is an empty text: the bot says what it wants. */
static void read_state(struct slack_reading *r, const cJSON *values) {
  struct fields fields = {0};
  const cJSON *block, *element;
  cJSON_ArrayForEach(block, values) {
    if (r->in->inner.field == NULL && block->string != NULL) r->in->inner.field = slack_text_bounded(block->string, FIELD_NAME_BYTES_MAX, r->arena);
    cJSON_ArrayForEach(element, block)
      if (fields.count < FIELDS_MAX - 1) read_element(r, element, &fields);
  }
  if (fields.count == 0) add_typed(r, &fields, SLACK_NAME_TEXT, "");
  struct field_value *kept = arena_alloc(r->arena, fields.count * sizeof *kept);
  memcpy(kept, fields.values, fields.count * sizeof *kept);
  r->in->event.values = kept;
  r->in->event.value_count = fields.count;
}

/* ---- clicks ---- */

/* "press" of "press.3": the action_id's first word is `name`. */
static bool is_named(const char *action_id, const char *name) {
  size_t bytes = strlen(name);
  return strncmp(action_id, name, bytes) == 0 && (action_id[bytes] == '\0' || action_id[bytes] == '.');
}

/* What the clicked message says, for the form above it: our own blocks, as Slack gives them back, escaped. */
static const char *said_of(struct slack_reading *r) {
  const cJSON *blocks = json_at(r->payload, "message.blocks"), *block;
  CLEANUP(text_done) struct text said;
  text_init(&said, SAID_BYTES_MAX);
  if (blocks == NULL) blocks = json_at(r->payload, "view.blocks");
  cJSON_ArrayForEach(block, blocks) {
    const char *text = is_named(json_str_or(block, "block_id", ""), SLACK_NAME_SAID) ? json_str(block, "text.text") : NULL;
    if (text != NULL && !said.full) text_addf(&said, "%s%s", said.length == 0 ? "" : "\n", slack_text_unescape(text, r->arena));
  }
  return said.length == 0 ? NULL : slack_text_bounded(text_str(&said), SAID_BYTES_MAX, r->arena);
}

static const char *open_form(struct slack_reading *r, const char *value) {
  struct slack_ask ask;
  const struct event *event = &r->in->event;
  struct slack_form form = {.message = event->message, .room = event->room.id, .kind = event->room.kind};
  if (value == NULL || !slack_view_ask_read(value, r->arena, &ask)) return "a button of ours that we do not know";
  form.token = ask.token;
  r->in->open_view = slack_view_form(&ask, &form, said_of(r), r->arena);
  return "a click that opens a form";
}

static const char *press(struct slack_reading *r, const char *token) {
  if (token == NULL || token[0] == '\0') return "a click that says nothing";
  r->in->event.kind = EVENT_PRESS;
  r->in->event.button = arena_text(r->arena, token);
  return NULL;
}

static const cJSON *state_of(const struct slack_reading *r) {
  const cJSON *state = json_at(r->payload, "state.values");
  return state == NULL ? json_at(r->payload, "view.state.values") : state;
}

static const char *click_button(struct slack_reading *r, const cJSON *action, const char *name) {
  const char *value = json_str(action, "value");
  if (is_named(name, SLACK_NAME_OPEN)) return open_form(r, value);
  if (is_named(name, SLACK_NAME_NEXT)) {
    r->in->event.kind = EVENT_COMMAND;
    r->in->event.command = SLACK_COMMAND_BARE;
    return NULL;
  }
  if (!is_named(name, SLACK_NAME_SEND)) return press(r, value);
  const char *none = press(r, value);
  r->in->event.kind = EVENT_FORM;
  if (none == NULL) read_state(r, state_of(r));
  return none;
}

/* "pick.<token>": choosing somebody, or a day, is answering. `words`: as if typed; NULL: Slack says so of a field that was emptied. */
static const char *pick(struct slack_reading *r, const char *name, const char *words) {
  const char *none = press(r, is_named(name, SLACK_NAME_PICK) && strlen(name) > sizeof SLACK_NAME_PICK ? name + sizeof SLACK_NAME_PICK : NULL);
  if (none != NULL || words == NULL || words[0] == '\0') return none == NULL ? "nothing is chosen any more" : none;
  struct fields fields = {0};
  add_typed(r, &fields, SLACK_NAME_TEXT, words);
  struct field_value *kept = arena_alloc(r->arena, sizeof *kept);
  *kept = fields.values[0];
  r->in->event.kind = EVENT_FORM;
  r->in->event.values = kept;
  r->in->event.value_count = 1;
  return NULL;
}

static const char *read_click(struct slack_reading *r, const cJSON *action) {
  static const char *const one_of[] = {"static_select", "overflow", "radio_buttons"};
  const char *type = json_str_or(action, "type", ""), *name = json_str_or(action, "action_id", "");
  if (strcmp(type, "button") == 0) return click_button(r, action, name);
  const char *user = json_str(action, "selected_user");
  if (strcmp(type, "users_select") == 0) return pick(r, name, user == NULL || user[0] == '\0' ? NULL : person_named(r, user));
  if (strcmp(type, "datepicker") == 0) return pick(r, name, json_str(action, "selected_date"));
  for (size_t i = 0; i < ARRAY_LEN(one_of); i++)
    if (strcmp(one_of[i], type) == 0) return press(r, json_str(action, "selected_option.value"));
  return "a choice that is not sent in yet"; /* checkboxes: they ride in the state of the button that sends them */
}

static const char *read_clicks(struct slack_reading *r) {
  const cJSON *actions = json_at(r->payload, "actions"), *action = cJSON_IsArray(actions) ? actions->child : NULL;
  const char *channel = slack_in_text(r, r->payload, "channel.id"), *ts = slack_in_text(r, r->payload, "container.message_ts");
  if (channel == NULL) channel = slack_in_text(r, r->payload, "container.channel_id");
  if (ts == NULL) ts = slack_in_text(r, r->payload, "message.ts");
  r->in->source = channel == NULL ? SLACK_FROM_HOME : SLACK_FROM_MESSAGE;
  slack_in_room(r, channel, channel == NULL ? ROOM_DIRECT : kind_of(json_str(r->payload, "channel.name")), NULL);
  r->in->inner.message_ts = ts;
  r->in->inner.thread_ts = slack_in_text(r, r->payload, "container.thread_ts");
  r->in->event.message = message_id(r, channel, ts);
  r->in->event.at_ms = slack_in_ms(json_str(action, "action_ts"), r->now_ms);
  return action == NULL ? "a click on nothing" : read_click(r, action);
}

/* ---- forms ---- */

static const char *read_submission(struct slack_reading *r) {
  struct slack_form form;
  const char *metadata = json_str(r->payload, "view.private_metadata");
  r->in->source = SLACK_FROM_FORM;
  if (metadata == NULL || !slack_view_form_read(metadata, r->arena, &form)) return "a form that is not ours";
  r->in->event.kind = EVENT_FORM;
  r->in->event.button = form.token;
  r->in->event.message = form.message;
  slack_in_room(r, form.room, form.kind, NULL);
  read_state(r, json_at(r->payload, "view.state.values"));
  return NULL;
}

const char *slack_in_act(struct slack_reading *r) {
  const char *type = json_str_or(r->payload, "type", "");
  struct slack_private *inner = &r->in->inner;
  slack_in_person(r, slack_in_text(r, r->payload, "user.id"));
  inner->response_url = slack_in_text(r, r->payload, "response_url");
  inner->trigger_id = slack_in_text(r, r->payload, "trigger_id");
  inner->view_id = slack_in_text(r, r->payload, "view.id");
  inner->view_hash = slack_in_text(r, r->payload, "view.hash");
  if (strcmp(type, "block_actions") == 0) return read_clicks(r);
  if (strcmp(type, "view_submission") == 0) return read_submission(r);
  if (strcmp(type, "view_closed") == 0) return "a form was closed";
  return arena_format(r->arena, "an act that is not for us: %s", slack_text_bounded(type, WHY_BYTES_MAX, r->arena));
}
