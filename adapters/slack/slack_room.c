/* slack_room.c: names for a room, and finding the one that an earlier process made.
 * users.conversations types=private_channel -> {"ok":true,"channels":[{"id":"C1","name":"mentoring-o88","creator":"U1","created":1772445600}]} */
#include "adapters/slack/slack_room.h"

#include <ctype.h>
#include <string.h>

#include "bot/base/json.h"

enum { ID_BYTES_MAX = 80 };

/* ---- names ---- */

const char *slack_room_name(const struct action *action, struct arena *arena) {
  char *name = arena_format(arena, "%.40s-%.30s", action->room_name == NULL ? "mentoring" : action->room_name, action->id);
  for (char *c = name; *c != '\0'; c++) *c = isalnum((unsigned char)*c) ? (char)tolower((unsigned char)*c) : '-';
  return name;
}

/* "mentoring-o88", "mentoring-o88--2" … "mentoring-o88--9": two dashes, which stand behind no id. 0: none of its names. */
static int number_in(const char *name, const char *base) {
  size_t bytes = strlen(base);
  if (strncmp(name, base, bytes) != 0) return 0;
  const char *rest = name + bytes;
  if (rest[0] == '\0') return 1;
  bool numbered = strncmp(rest, "--", 2) == 0 && rest[2] >= '2' && rest[2] <= '0' + SLACK_ROOM_NAMES && rest[3] == '\0';
  return numbered ? rest[2] - '0' : 0;
}

static struct slack_field *name_field(struct slack_call *create) {
  for (size_t i = 0; i < create->field_count; i++)
    if (strcmp(create->fields[i].name, "name") == 0) return &create->fields[i];
  return NULL;
}

bool slack_room_rename(struct slack_call *create, struct arena *arena) {
  struct slack_field *field = name_field(create);
  assert(field != NULL);
  size_t bytes = strlen(field->value);
  bool numbered = bytes > 3 && strncmp(field->value + bytes - 3, "--", 2) == 0 && isdigit((unsigned char)field->value[bytes - 1]);
  int next = numbered ? field->value[bytes - 1] - '0' + 1 : 2;
  if (next > SLACK_ROOM_NAMES) return false;
  field->value = arena_format(arena, "%.*s--%d", (int)(numbered ? bytes - 3 : bytes), field->value, next);
  return true;
}

/* ---- does it stand already? ---- */

void slack_room_look(struct slack_call *ret_call) {
  *ret_call = (struct slack_call){.method = SLACK_ROOMS, .field_count = 3,
                                  .fields = {{"types", "private_channel"}, {"exclude_archived", "true"}, {"limit", "999"}}};
}

/* A name alone says little: whoever set mentord up anew begins to count anew. */
static bool is_ours(const cJSON *room, const char *base, const char *bot_user, int64_t since_ms) {
  return number_in(json_str_or(room, "name", ""), base) > 0 && bot_user != NULL && strcmp(json_str_or(room, "creator", ""), bot_user) == 0 &&
         json_int_or(room, "created", 0) >= since_ms / 1000;
}

void slack_room_found(const struct action *action, const char *bot_user, int64_t since_ms, const struct slack_http *http, struct arena *arena,
                      struct slack_answer *ret_answer) {
  CLEANUP(json_freep) cJSON *root = NULL;
  const struct slack_call look = {.method = SLACK_ROOMS};
  struct slack_answer answer;
  const cJSON *room;
  slack_answer_read(&look, http, arena, &answer);
  if (answer.result != RESULT_SENT || json_parse_deep(http->body, http->bytes, SLACK_ANSWER_BYTES_MAX, SLACK_IN_DEPTH_MAX, &root) != ERR_NONE) {
    err_note_clear();
    if (answer.result != RESULT_LATER) answer.result = RESULT_CANNOT_TELL;
    *ret_answer = answer;
    return;
  }
  const char *base = slack_room_name(action, arena);
  bool more = json_str_or(root, "response_metadata.next_cursor", "")[0] != '\0';
  answer = (struct slack_answer){.result = more || !cJSON_IsArray(json_at(root, "channels")) ? RESULT_CANNOT_TELL : RESULT_NOT_FOUND};
  cJSON_ArrayForEach(room, json_at(root, "channels")) {
    const char *id = json_str(room, "id");
    if (id == NULL || strlen(id) > ID_BYTES_MAX || !is_ours(room, base, bot_user, since_ms)) continue;
    id = arena_text(arena, id);
    answer = (struct slack_answer){.result = RESULT_SENT, .message = id, .channel = id};
    break;
  }
  *ret_answer = answer;
}
