/* slack_tools.c: prints the app's manifest; decodes a payload as the bot would hear it. */
#include "adapters/slack/slack_tools.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "adapters/kit/link_frame.h"
#include "adapters/slack/slack_in.h"
#include "adapters/slack/slack_manifest.h"
#include "bot/base/clock.h"

enum { DONE = 0, NOTHING_FOR_THE_BOT = 1, NOT_UNDERSTOOD = 2 }; /* exit codes */

/* All of standard input, at most `bytes_max` and one more, so that too much is seen. */
static char *read_input(size_t bytes_max, size_t *ret_bytes) {
  char *data = malloc(bytes_max + 2);
  assert(data != NULL);
  *ret_bytes = fread(data, 1, bytes_max + 1, stdin);
  data[*ret_bytes] = '\0';
  return data;
}

static int complain(const char *what) {
  (void)fprintf(stderr, "mentord-slack: %s\n", what);
  return NOT_UNDERSTOOD;
}

/* ---- manifest ---- */

static int print_indented(const char *json) {
  cJSON *root = cJSON_Parse(json);
  char *lines = root == NULL ? NULL : cJSON_Print(root);
  int code = lines == NULL || puts(lines) < 0 || fflush(stdout) != 0 ? NOT_UNDERSTOOD : DONE;
  cJSON_free(lines);
  cJSON_Delete(root);
  return code;
}

static int manifest(int more, char **words) {
  bool group_history = more == 1 && strcmp(words[0], "--group-history") == 0;
  struct text text;
  size_t bytes;
  if (more > 0 && !group_history) return complain("manifest takes no argument but --group-history: it reads standard input");
  char *commands = read_input(SLACK_MANIFEST_BYTES_MAX, &bytes);
  text_init(&text, SLACK_MANIFEST_BYTES_MAX);
  err_note_clear();
  enum err err = slack_manifest(commands, bytes, group_history, &text);
  int code = err == ERR_NONE ? print_indented(text_str(&text)) : complain(err_note_text());
  text_done(&text);
  free(commands);
  return code;
}

/* ---- decode ---- */

/* A bare payload is put into the envelope that Slack would send it in. */
static const char *envelope_type(const cJSON *payload) {
  const char *type = json_str_or(payload, "type", "");
  if (strcmp(type, "event_callback") == 0 || strcmp(type, "app_rate_limited") == 0) return "events_api";
  return json_str(payload, "command") != NULL ? "slash_commands" : "interactive";
}

static bool is_a_frame(const cJSON *root) {
  const char *type = json_str_or(root, "type", "");
  return json_at(root, "envelope_id") != NULL || strcmp(type, "hello") == 0 || strcmp(type, "disconnect") == 0 || !cJSON_IsObject(root);
}

/* What a running adapter learns from auth.test is guessed from the payload: its workspace, and which bot this is. */
static struct slack_self guess_self(const cJSON *payload, struct arena *arena) {
  static const char *const places[] = {"team_id", "team.id", "user.team_id"};
  const cJSON *authorizations = json_at(payload, "authorizations");
  const char *team = NULL, *bot = cJSON_IsArray(authorizations) && json_bool_or(authorizations->child, "is_bot", true)
                                     ? json_str(authorizations->child, "user_id") : NULL;
  for (size_t i = 0; i < ARRAY_LEN(places) && team == NULL; i++) team = json_str(payload, places[i]);
  return (struct slack_self){.workspace = arena_format(arena, "slack/%.40s", team == NULL || team[0] == '\0' ? "T0" : team), .bot_user = arena_text(arena, bot)};
}

static int print_event(const struct slack_in *in) {
  struct link_frame frame = {.line = LINE_EVENT, .id = in->event.id, .workspace = in->event.workspace, .event = in->event};
  struct text line;
  text_init(&line, LINK_FRAME_BYTES_MAX);
  bool written = link_frame_encode(&frame, &line) == ERR_NONE && fputs(text_str(&line), stdout) >= 0;
  text_done(&line);
  return written ? DONE : NOT_UNDERSTOOD;
}

static int tell(const struct slack_in *in) {
  if (in->has_event) return print_event(in);
  if (in->kind == SLACK_IN_GARBAGE) return complain(in->why_none);
  (void)printf("no event: %s\n", in->why_none);
  return NOTHING_FOR_THE_BOT;
}

static int decode_json(const char *json, size_t bytes, struct arena *arena) {
  CLEANUP(arena_freep) struct arena *whole = arena_new(SLACK_IN_TREE_BYTES_MAX);
  CLEANUP(text_done) struct text wrapped;
  const cJSON *root = NULL;
  struct slack_in in;
  const cJSON *payload;
  bool readable = slack_in_parse(json, bytes, whole, &root) == ERR_NONE; /* else slack_in says what is wrong */
  bool frame = !readable || is_a_frame(root);
  payload = frame ? json_at(root, "payload") : root;
  const struct slack_self self = guess_self(payload, arena);
  text_init(&wrapped, SLACK_IN_BYTES_MAX);
  if (!frame) text_addf(&wrapped, "{\"type\":\"%s\",\"envelope_id\":\"decode\",\"payload\":", envelope_type(root));
  text_add_n(&wrapped, json, bytes);
  if (!frame) text_add(&wrapped, "}");
  if (wrapped.full) return complain("that is larger than anything Slack sends (1 MiB)");
  slack_in_read(text_str(&wrapped), wrapped.length, &self, clock_wall_ms(), arena, &in);
  return tell(&in);
}

static int decode(int more, char **words) {
  size_t bytes;
  (void)words;
  if (more > 0) return complain("decode takes no arguments: it reads standard input");
  char *json = read_input(SLACK_IN_BYTES_MAX, &bytes);
  struct arena *arena = arena_new(SLACK_IN_ARENA_BYTES_MAX);
  int code = decode_json(json, bytes, arena);
  (void)arena_free(arena);
  free(json);
  return code;
}

static const struct {
  const char *name;
  int (*run)(int more, char **words); /* what stands behind its name */
} tools[] = {{"manifest", manifest}, {"decode", decode}};

bool slack_tools(int argc, char **argv, int *ret_code) {
  for (size_t i = 0; i < ARRAY_LEN(tools) && argc > 1; i++) {
    if (strcmp(tools[i].name, argv[1]) != 0) continue;
    *ret_code = tools[i].run(argc - 2, argv + 2);
    return true;
  }
  return false;
}
