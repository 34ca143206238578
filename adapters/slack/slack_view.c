/* slack_view.c: the form behind an "Answer" button, and a person's own page.
 * value {"t":"talk7.note.4","l":"Your answer","n":300}  ->  {"type":"modal","private_metadata":"{\"t\":\"talk7.note.4\",\"m\":\"D1/1.2\",…}",…} */
#include "adapters/slack/slack_view.h"

#include <string.h>

#include "adapters/slack/slack_blocks.h"
#include "adapters/slack/slack_names.h"
#include "adapters/slack/slack_text.h"

enum { VALUE_BYTES_MAX = 8192, FORM_BYTES_MAX = 32 * VALUE_BYTES_MAX, LABEL_CHARS_MAX = 150 }; /* a token of odd letters is six times as long in JSON */

/* ---- what buttons and forms carry ---- */

const char *slack_view_ask_write(const struct slack_ask *ask, struct arena *arena) {
  struct text text;
  struct json_out json;
  text_init(&text, VALUE_BYTES_MAX);
  json_out_init(&json, &text);
  json_open(&json, NULL, '{');
  json_put_str(&json, "t", ask->token);
  json_put_str(&json, "l", ask->label == NULL ? NULL : slack_text_short(ask->label, LABEL_CHARS_MAX, arena));
  json_put_int(&json, "n", (int64_t)ask->chars_max);
  if (ask->person) json_put_bool(&json, "p", true);
  json_close(&json, '}');
  const char *value = slack_text_kept(&text, arena);
  return slack_text_chars(value) <= SLACK_BUTTON_VALUE_MAX ? value : NULL;
}

static bool parse(const char *text, cJSON **ret_root) {
  bool good = json_parse(text, strlen(text), VALUE_BYTES_MAX, ret_root) == ERR_NONE;
  if (!good) err_note_clear(); /* it is not ours, and that is all there is to say */
  return good && json_str_or(*ret_root, "t", "")[0] != '\0';
}

bool slack_view_ask_read(const char *value, struct arena *arena, struct slack_ask *ret_ask) {
  CLEANUP(json_freep) cJSON *root = NULL;
  if (!parse(value, &root)) return false;
  int64_t most = json_int_or(root, "n", 0);
  const char *label = json_str(root, "l");
  *ret_ask = (struct slack_ask){.token = arena_text(arena, json_str(root, "t")),
                                .label = label == NULL ? NULL : slack_text_unescape(label, arena), /* Slack may give it back escaped */
                                .chars_max = most > 0 ? (size_t)most : 0, .person = json_bool_or(root, "p", false)};
  return true;
}

bool slack_view_form_read(const char *metadata, struct arena *arena, struct slack_form *ret_form) {
  CLEANUP(json_freep) cJSON *root = NULL;
  if (!parse(metadata, &root)) return false;
  *ret_form = (struct slack_form){.token = arena_text(arena, json_str(root, "t")), .message = arena_text(arena, json_str(root, "m")),
                                  .room = arena_text(arena, json_str(root, "r")), .kind = room_kind_from(json_str_or(root, "k", ""))};
  return true;
}

static const char *form_write(const struct slack_form *form, struct arena *arena) {
  struct text text;
  struct json_out json;
  text_init(&text, FORM_BYTES_MAX);
  json_out_init(&json, &text);
  json_open(&json, NULL, '{');
  json_put_str(&json, "t", form->token);
  json_put_str(&json, "m", form->message);
  json_put_str(&json, "r", form->room);
  json_put_str(&json, "k", room_kind_name(form->kind));
  json_close(&json, '}');
  return slack_text_kept(&text, arena);
}

/* ---- the form ---- */

static void put_text(struct json_out *json, const char *key, const char *plain, size_t chars_max, struct arena *arena) {
  slack_blocks_put_text(json, key, plain == NULL || plain[0] == '\0' ? SLACK_WORD_FORM : plain, chars_max, arena);
}

static void put_input(struct json_out *json, const struct slack_ask *ask, struct arena *arena) {
  size_t most = ask->chars_max == 0 || ask->chars_max > SLACK_INPUT_MAX ? SLACK_INPUT_MAX : ask->chars_max;
  json_open(json, NULL, '{');
  json_put_str(json, "type", "input");
  json_put_str(json, "block_id", SLACK_NAME_TEXT);
  json_put_bool(json, "optional", ask->person); /* a person may be chosen instead */
  put_text(json, "label", ask->person ? SLACK_WORD_TYPED : ask->label, SLACK_INPUT_LABEL_MAX, arena);
  json_open(json, "element", '{');
  json_put_str(json, "type", "plain_text_input");
  json_put_str(json, "action_id", SLACK_NAME_TEXT);
  json_put_bool(json, "multiline", !ask->person && most > SLACK_PLACEHOLDER_MAX);
  json_put_int(json, "max_length", (int64_t)most);
  json_close(json, '}');
  json_close(json, '}');
}

static void put_people(struct json_out *json, const struct slack_ask *ask, struct arena *arena) {
  json_open(json, NULL, '{');
  json_put_str(json, "type", "input");
  json_put_str(json, "block_id", SLACK_NAME_PERSON);
  json_put_bool(json, "optional", true);
  put_text(json, "label", ask->label, SLACK_INPUT_LABEL_MAX, arena);
  json_open(json, "element", '{');
  json_put_str(json, "type", "users_select");
  json_put_str(json, "action_id", SLACK_NAME_PERSON);
  slack_blocks_put_text(json, "placeholder", SLACK_WORD_PERSON, SLACK_PLACEHOLDER_MAX, arena);
  json_close(json, '}');
  json_close(json, '}');
}

/* What is typed stands first: an error is shown beside the first field. */
static void put_blocks(struct json_out *json, const struct slack_ask *ask, const char *said, struct arena *arena) {
  json_open(json, "blocks", '[');
  while (said != NULL && *said != '\0') {
    size_t bytes = slack_text_fit(said, SLACK_SECTION_MAX);
    json_open(json, NULL, '{');
    json_put_str(json, "type", "section");
    slack_blocks_put_text(json, "text", arena_text_n(arena, said, bytes), SLACK_SECTION_MAX, arena);
    json_close(json, '}');
    said += bytes;
  }
  if (ask->person) put_people(json, ask, arena);
  put_input(json, ask, arena);
  json_close(json, ']');
}

const char *slack_view_form(const struct slack_ask *ask, const struct slack_form *form, const char *said, struct arena *arena) {
  struct text text;
  struct json_out json;
  const char *metadata = form_write(form, arena);
  if (slack_text_chars(metadata) > SLACK_VIEW_META_MAX) return NULL;
  text_init(&text, SLACK_VIEW_BYTES_MAX);
  json_out_init(&json, &text);
  json_open(&json, NULL, '{');
  json_put_str(&json, "type", "modal");
  json_put_str(&json, "callback_id", SLACK_METADATA);
  json_put_str(&json, "private_metadata", metadata);
  slack_blocks_put_text(&json, "title", SLACK_WORD_FORM, SLACK_VIEW_TITLE_MAX, arena);
  slack_blocks_put_text(&json, "submit", SLACK_WORD_SEND, SLACK_VIEW_TITLE_MAX, arena);
  slack_blocks_put_text(&json, "close", SLACK_WORD_CLOSE, SLACK_VIEW_TITLE_MAX, arena);
  put_blocks(&json, ask, said, arena);
  json_close(&json, '}');
  return slack_text_kept(&text, arena);
}

const char *slack_view_home(const char *blocks, struct arena *arena) {
  return arena_format(arena, "{\"type\":\"home\",\"blocks\":%s}", blocks);
}
