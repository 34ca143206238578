/* link_fields.c: the tables behind link_fields.h: every line, every field, its bounds. PROTOCOL.md says the same in words. */
#include "adapters/kit/link_fields.h"

/* ---- words ---- */

static_assert(sizeof(enum event_kind) == sizeof(int) && sizeof(enum action_kind) == sizeof(int), "words are stored as int");
static_assert(sizeof(enum room_kind) == sizeof(int) && sizeof(enum card_input) == sizeof(int), "words are stored as int");
static_assert(sizeof(enum action_result) == sizeof(int), "words are stored as int");

/* A kind that is newer than we are is acknowledged and dropped; one that is the bot's own may not come from outside. */
static bool event_value(const char *name, int *ret_value) {
  enum event_kind kind = event_kind_from(name);
  if (kind >= EVENT_TIMER) return false;
  *ret_value = kind;
  return true;
}

static const char *event_name(int value) {
  return value < 0 || value >= EVENT_TIMER ? NULL : event_kind_name((enum event_kind)value);
}

static bool action_value(const char *name, int *ret_value) {
  *ret_value = action_kind_from(name);
  return true;
}

static const char *action_name(int value) {
  return value < 0 || value >= ACTION_MAX_ ? NULL : action_kind_name((enum action_kind)value);
}

static bool room_value(const char *name, int *ret_value) {
  *ret_value = (int)room_kind_from(name);
  return true;
}

static const char *room_name(int value) {
  return value < 0 || value >= ROOM_KIND_MAX_ ? NULL : room_kind_name((enum room_kind)value);
}

static bool result_value(const char *name, int *ret_value) {
  enum action_result result;
  if (!action_result_from(name, &result)) return false;
  *ret_value = (int)result;
  return true;
}

static const char *result_name(int value) {
  return value < 0 || value >= RESULT_MAX_ ? NULL : action_result_name((enum action_result)value);
}

static bool input_value(const char *name, int *ret_value) {
  *ret_value = (int)card_input_from(name);
  return true;
}

static const char *input_name(int value) {
  return value < 0 || value >= INPUT_MAX_ ? NULL : card_input_name((enum card_input)value);
}

static const struct link_word event_word = {event_value, event_name};
static const struct link_word action_word = {action_value, action_name};
static const struct link_word room_word = {room_value, room_name};
static const struct link_word result_word = {result_value, result_name};
static const struct link_word input_word = {input_value, input_name};

/* ---- how a row is written; STRUCT is the struct the rows below speak of ---- */

#define AT(member) offsetof(struct STRUCT, member)
#define ID(wire, member, need) {.name = wire, .shape = SHAPE_ID, .needed = need, .at = AT(member), .max = LINK_ID_BYTES_MAX}
#define TEXT(wire, member, bytes, need) {.name = wire, .shape = SHAPE_TEXT, .needed = need, .at = AT(member), .max = bytes}
#define NUMBER(wire, kind, member, most, need) {.name = wire, .shape = kind, .needed = need, .at = AT(member), .max = most}
#define MS(wire, member, need) NUMBER(wire, SHAPE_MS, member, LINK_MS_MAX, need)
#define BOOL(wire, member) {.name = wire, .shape = SHAPE_BOOL, .at = AT(member)}
#define WORD(wire, member, list, need) {.name = wire, .shape = SHAPE_WORD, .needed = need, .at = AT(member), .word = &list}
#define PART(wire, offset, table, need) {.name = wire, .shape = SHAPE_PART, .needed = need, .at = offset, .inner = &table}
#define MANY(wire, kind, member, counted, most, table, need) \
  {.name = wire, .shape = kind, .needed = need, .at = AT(member), .count_at = AT(counted), .max = most, .inner = table}

#define TABLE(variable, called, type) \
  static const struct link_fields variable = {.title = called, .bytes = sizeof(type), .rows = variable##_rows, .count = ARRAY_LEN(variable##_rows)}

enum { OPTIONAL = false, NEEDED = true };

/* ---- parts that several lines share ---- */

#define STRUCT link_blob
static const struct link_field blob_rows[] = {
  ID("key", key, NEEDED),
  NUMBER("version", SHAPE_VERSION, version, INT64_C(999999999999999), NEEDED),
  {.name = "blob", .shape = SHAPE_BASE64, .needed = NEEDED, .at = AT(blob), .max = LINK_BASE64_CHARS_MAX},
};
TABLE(blob, "put", struct link_blob);
#undef STRUCT

#define STRUCT event
static const struct link_field person_rows[] = {
  ID("id", person.id, NEEDED),
  TEXT("name", person.name, LINK_NAME_BYTES_MAX, OPTIONAL),
  TEXT("zone", person.zone, 64, OPTIONAL),
  TEXT("lang", person.language, 64, OPTIONAL),
};
TABLE(person, "event.person", struct event);

static const struct link_field room_rows[] = {
  ID("id", room.id, NEEDED),
  WORD("kind", room.kind, room_word, NEEDED),
  TEXT("name", room.name, LINK_NAME_BYTES_MAX, OPTIONAL),
};
TABLE(room, "event.room", struct event);
#undef STRUCT

#define STRUCT card_choice
static const struct link_field choice_rows[] = {
  ID("token", token, NEEDED),
  TEXT("label", label, LINK_NAME_BYTES_MAX, NEEDED),
  BOOL("primary", primary),
};
TABLE(choice, "action.card.choices", struct card_choice);
#undef STRUCT

#define STRUCT card
static const struct link_field card_rows[] = {
  ID("key", key, OPTIONAL),
  TEXT("title", title, LINK_NAME_BYTES_MAX, OPTIONAL),
  TEXT("text", text, LINK_TEXT_BYTES_MAX, OPTIONAL),
  MANY("lines", SHAPE_TEXTS, lines, line_count, 500, NULL, OPTIONAL),
  TEXT("who", who, LINK_NAME_BYTES_MAX, OPTIONAL),
  TEXT("progress", progress, LINK_NAME_BYTES_MAX, OPTIONAL),
  WORD("input", input, input_word, OPTIONAL),
  MANY("choices", SHAPE_LIST, choices, choice_count, 500, &choice, OPTIONAL),
  NUMBER("max", SHAPE_SIZE, choose_max, 500, OPTIONAL),
  ID("input_token", input_token, OPTIONAL),
  TEXT("input_label", input_label, LINK_NAME_BYTES_MAX, OPTIONAL),
  NUMBER("chars_max", SHAPE_SIZE, input_chars_max, LINK_TEXT_BYTES_MAX, OPTIONAL),
  TEXT("date_min", date_min, LINK_DATE_BYTES_MAX, OPTIONAL),
  TEXT("date_max", date_max, LINK_DATE_BYTES_MAX, OPTIONAL),
  TEXT("date_set", date_set, LINK_DATE_BYTES_MAX, OPTIONAL),
  MANY("extras", SHAPE_LIST, extras, extra_count, 50, &choice, OPTIONAL),
  TEXT("plain", plain, LINK_TEXT_BYTES_MAX, NEEDED),
};
TABLE(card, "action.card", struct card);
#undef STRUCT

#define STRUCT attachment
static const struct link_field file_rows[] = {
  ID("blob", blob, NEEDED),
  ID("name", name, NEEDED),
  ID("type", type, NEEDED),
  NUMBER("bytes", SHAPE_SIZE, bytes, LINK_FILE_BYTES_MAX, NEEDED),
};
TABLE(file, "action.file", struct attachment);
#undef STRUCT

/* ---- hello ---- */

#define STRUCT link_workspace
static const struct link_field serves_rows[] = {ID("workspace", id, NEEDED), ID("fence", fence, NEEDED)};
TABLE(serves, "hello.serves", struct link_workspace);
static const struct link_field speaks_rows[] = {ID("id", id, NEEDED), TEXT("name", name, LINK_NAME_BYTES_MAX, OPTIONAL)};
TABLE(speaks, "hello.workspaces", struct link_workspace);
#undef STRUCT

#define STRUCT capabilities
static const struct link_field can_rows[] = {
  NUMBER("buttons", SHAPE_INT, buttons, 1000, OPTIONAL),
  BOOL("select", select),
  BOOL("form", form),
  BOOL("edit", edit),
  BOOL("ephemeral", ephemeral),
  NUMBER("text_max", SHAPE_INT, text_max, 1000000, OPTIONAL),
  NUMBER("file_max", SHAPE_INT, file_max, INT32_MAX, OPTIONAL),
  NUMBER("per_minute", SHAPE_INT, per_minute, 1000000, OPTIONAL),
  BOOL("image", image),
  BOOL("rooms", rooms),
  BOOL("may_repeat_with_new_id", may_repeat_with_new_id),
};
TABLE(can, "hello.can", struct capabilities);
#undef STRUCT

/* ---- lines ---- */

#define STRUCT link_frame
static const struct link_field bot_hello_rows[] = {
  NUMBER("v", SHAPE_INT, version, 1000000, NEEDED),
  ID("bot", bot, NEEDED),
  TEXT("token", token, LINK_NAME_BYTES_MAX, OPTIONAL),
  MANY("serves", SHAPE_LIST, workspaces, workspace_count, 500, &serves, NEEDED),
  NUMBER("credits", SHAPE_INT, credits, 65536, NEEDED),
};
static const struct link_field adapter_hello_rows[] = {
  NUMBER("v", SHAPE_INT, version, 1000000, NEEDED),
  ID("platform", platform, NEEDED),
  MANY("workspaces", SHAPE_LIST, workspaces, workspace_count, 500, &speaks, NEEDED),
  PART("can", AT(can), can, OPTIONAL),
  BOOL("demo", demo),
};
static const struct link_field event_rows[] = {
  ID("id", event.id, NEEDED),
  ID("workspace", event.workspace, NEEDED),
  MS("at", event.at_ms, NEEDED),
  WORD("kind", event.kind, event_word, NEEDED),
  MANY("put", SHAPE_LIST, blobs, blob_count, 64, &blob, OPTIONAL),
};
static const struct link_field action_rows[] = {
  ID("id", action.id, NEEDED),
  ID("order", action.order, OPTIONAL),
  ID("workspace", action.workspace, NEEDED),
  WORD("kind", action.kind, action_word, NEEDED),
  BOOL("first", action.first),
};
static const struct link_field say_rows[] = {TEXT("say", reply, LINK_NAME_BYTES_MAX, NEEDED)};
TABLE(say, "ack.reply", struct link_frame);
static const struct link_field ack_rows[] = {ID("id", id, NEEDED), PART("reply", 0, say, OPTIONAL)};
static const struct link_field done_rows[] = {
  ID("id", id, NEEDED),
  WORD("result", result, result_word, NEEDED),
  ID("message", message, OPTIONAL),
  TEXT("why", why, LINK_NAME_BYTES_MAX, OPTIONAL),
  NUMBER("seconds", SHAPE_SECONDS, wait_ms, LINK_LATER_SECONDS_MAX, OPTIONAL),
};
static const struct link_field got_rows[] = {ID("id", id, NEEDED)};
static const struct link_field ask_rows[] = {ID("id", id, NEEDED)};
static const struct link_field keep_get_rows[] = {
  ID("id", id, NEEDED),
  ID("workspace", workspace, NEEDED),
  TEXT("prefix", prefix, LINK_ID_BYTES_MAX, OPTIONAL),
};
static const struct link_field keep_is_rows[] = {
  ID("id", id, NEEDED),
  MANY("blobs", SHAPE_LIST, blobs, blob_count, 64, &blob, NEEDED),
  BOOL("more", more),
};
static const struct link_field keep_rows[] = {
  ID("id", id, NEEDED),
  ID("workspace", workspace, NEEDED),
  MANY("put", SHAPE_LIST, blobs, blob_count, 64, &blob, NEEDED),
};
static const struct link_field kept_rows[] = {
  ID("id", id, NEEDED),
  MANY("conflict", SHAPE_TEXTS, conflicts, conflict_count, 64, NULL, OPTIONAL),
};
static const struct link_field credit_rows[] = {NUMBER("n", SHAPE_INT, credits, 65536, NEEDED)};
static const struct link_field blob_get_rows[] = {
  ID("id", id, NEEDED),
  ID("workspace", workspace, NEEDED),
  NUMBER("from", SHAPE_VERSION, from, LINK_FILE_BYTES_MAX - 1, NEEDED),
};
static const struct link_field blob_is_rows[] = {
  ID("id", id, NEEDED),
  ID("workspace", workspace, NEEDED),
  NUMBER("from", SHAPE_VERSION, from, LINK_FILE_BYTES_MAX - 1, NEEDED),
  {.name = "data", .shape = SHAPE_BASE64, .at = AT(data), .max = LINK_BASE64_CHARS_MAX},
};
static const struct link_field notice_rows[] = {
  ID("what", what, NEEDED),
  ID("workspace", workspace, OPTIONAL),
  TEXT("why", why, LINK_NAME_BYTES_MAX, OPTIONAL),
  TEXT("say", say, LINK_NAME_BYTES_MAX, OPTIONAL),
};
static const struct link_field clock_rows[] = {
  ID("workspace", workspace, OPTIONAL),
  MS("now", now_ms, NEEDED),
  MS("next_at", next_ms, OPTIONAL),
  TEXT("next", next, LINK_NAME_BYTES_MAX, OPTIONAL),
};
static const struct link_field bye_rows[] = {
  ID("why", why, NEEDED),
  ID("workspace", workspace, OPTIONAL),
};
#undef STRUCT

/* ---- what an event carries, by its kind ---- */

#define STRUCT link_frame
#define PERSON(need) PART("person", AT(event), person, need)
#define ROOM(need) PART("room", AT(event), room, need)
static const struct link_field text_rows[] = {
  PERSON(NEEDED), ROOM(OPTIONAL), TEXT("text", event.text, LINK_TEXT_BYTES_MAX, NEEDED),
};
static const struct link_field press_rows[] = {
  PERSON(NEEDED), ROOM(OPTIONAL), ID("message", event.message, OPTIONAL), ID("button", event.button, NEEDED),
};
static const struct link_field form_rows[] = {
  PERSON(NEEDED), ROOM(OPTIONAL), ID("message", event.message, OPTIONAL), ID("form", event.button, NEEDED),
  MANY("values", SHAPE_VALUES, event.values, event.value_count, 100, NULL, NEEDED),
};
static const struct link_field command_rows[] = {
  PERSON(NEEDED), ROOM(OPTIONAL), ID("command", event.command, NEEDED), TEXT("args", event.args, LINK_TEXT_BYTES_MAX, OPTIONAL),
};
static const struct link_field directory_rows[] = {PERSON(NEEDED), ID("change", event.change, NEEDED)};
static const struct link_field room_event_rows[] = {ROOM(NEEDED), PERSON(OPTIONAL), ID("change", event.change, NEEDED)};
static const struct link_field home_rows[] = {PERSON(NEEDED)};
static const struct link_field demo_rows[] = {
  PERSON(OPTIONAL), ID("change", event.change, NEEDED), MS("due", event.due_ms, OPTIONAL),
};
#undef STRUCT

/* ---- what an action carries, by its kind ---- */

#define STRUCT action
static const struct link_field to_rows[] = {ID("person", person, OPTIONAL), ID("room", room, OPTIONAL)};
TABLE(to, "action.to", struct action);
#undef STRUCT
#define STRUCT link_frame
#define TO(need) PART("to", AT(action), to, need)
#define CARD(need) {.name = "card", .shape = SHAPE_POINTED, .needed = need, .at = AT(action.card), .inner = &card}
#define ONLY ID("only", action.only, OPTIONAL)
#define MESSAGE(need) ID("message", action.message, need)
#define MEMBERS MANY("members", SHAPE_TEXTS, action.members, action.member_count, 1000, NULL, NEEDED)
#define UNTIL MS("until", action.until_ms, OPTIONAL)
static const struct link_field send_rows[] = {TO(NEEDED), ONLY, CARD(NEEDED), UNTIL};
static const struct link_field edit_rows[] = {TO(OPTIONAL), ONLY, MESSAGE(NEEDED), CARD(NEEDED), UNTIL};
static const struct link_field delete_rows[] = {TO(OPTIONAL), ONLY, MESSAGE(NEEDED), UNTIL};
static const struct link_field show_rows[] = {TO(NEEDED), CARD(NEEDED), UNTIL}; /* form, home */
static const struct link_field room_open_rows[] = {
  MEMBERS, TEXT("name", action.room_name, LINK_NAME_BYTES_MAX, OPTIONAL), UNTIL,
};
static const struct link_field room_invite_rows[] = {TO(NEEDED), MEMBERS, UNTIL};
static const struct link_field room_leave_rows[] = {TO(NEEDED), UNTIL};
static const struct link_field upload_rows[] = {
  TO(NEEDED), ONLY, CARD(OPTIONAL), {.name = "file", .shape = SHAPE_POINTED, .needed = NEEDED, .at = AT(action.file), .inner = &file}, UNTIL,
};
#undef STRUCT

/* ---- which table is whose ---- */

#define ROWS(line, variable) {.title = line, .bytes = sizeof(struct link_frame), .rows = variable##_rows, .count = ARRAY_LEN(variable##_rows)}

static const struct link_fields adapter_hello = ROWS("hello", adapter_hello);
static const struct link_fields lines[LINE_MAX_] = {
  [LINE_HELLO] = ROWS("hello", bot_hello),
  [LINE_EVENT] = ROWS("event", event),
  [LINE_ACK] = ROWS("ack", ack),
  [LINE_ACTION] = ROWS("action", action),
  [LINE_DONE] = ROWS("done", done),
  [LINE_GOT] = ROWS("got", got),
  [LINE_ASK] = ROWS("ask", ask),
  [LINE_KEEP_GET] = ROWS("keep_get", keep_get),
  [LINE_KEEP_IS] = ROWS("keep_is", keep_is),
  [LINE_KEEP] = ROWS("keep", keep),
  [LINE_KEPT] = ROWS("kept", kept),
  [LINE_CREDIT] = ROWS("credit", credit),
  [LINE_BLOB_GET] = ROWS("blob_get", blob_get),
  [LINE_BLOB_IS] = ROWS("blob_is", blob_is),
  [LINE_NOTICE] = ROWS("notice", notice),
  [LINE_CLOCK] = ROWS("clock", clock),
  [LINE_BYE] = ROWS("bye", bye),
};
static const struct link_fields events[EVENT_TIMER] = {
  [EVENT_TEXT] = ROWS("event", text),
  [EVENT_PRESS] = ROWS("event", press),
  [EVENT_FORM] = ROWS("event", form),
  [EVENT_COMMAND] = ROWS("event", command),
  [EVENT_DIRECTORY] = ROWS("event", directory),
  [EVENT_ROOM] = ROWS("event", room_event),
  [EVENT_HOME] = ROWS("event", home),
  [EVENT_DEMO] = ROWS("event", demo),
};
static const struct link_fields actions[ACTION_MAX_] = {
  [ACTION_SEND] = ROWS("action", send),
  [ACTION_EDIT] = ROWS("action", edit),
  [ACTION_DELETE] = ROWS("action", delete),
  [ACTION_FORM] = ROWS("action", show),
  [ACTION_HOME] = ROWS("action", show),
  [ACTION_ROOM_OPEN] = ROWS("action", room_open),
  [ACTION_ROOM_INVITE] = ROWS("action", room_invite),
  [ACTION_ROOM_LEAVE] = ROWS("action", room_leave),
  [ACTION_UPLOAD] = ROWS("action", upload),
};
static const struct link_fields nothing = {.title = ""};

const struct link_fields *link_fields_of(enum link_line line, bool from_adapter) {
  assert(line < LINE_MAX_);
  return line == LINE_HELLO && from_adapter ? &adapter_hello : &lines[line];
}

const struct link_fields *link_fields_of_kind(const struct link_frame *frame) {
  int event = frame->event.kind, action = frame->action.kind;
  if (frame->line == LINE_EVENT && event >= 0 && event < EVENT_TIMER) return &events[event];
  if (frame->line == LINE_ACTION && action >= 0 && action < ACTION_MAX_) return &actions[action];
  return &nothing;
}

static bool field_is_set(const struct link_field *field, const void *base) {
  const void *member = link_member_const(field, base);
  switch (field->shape) {
    case SHAPE_ID:
    case SHAPE_TEXT:
    case SHAPE_BASE64:
    case SHAPE_POINTED: return *(const void *const *)member != NULL;
    case SHAPE_INT: return *(const int *)member != 0;
    case SHAPE_SIZE: return *(const size_t *)member != 0;
    case SHAPE_MS:
    case SHAPE_SECONDS:
    case SHAPE_VERSION: return *(const int64_t *)member != 0;
    case SHAPE_BOOL: return *(const bool *)member;
    case SHAPE_WORD: return false; /* a zero is a name too: a word alone says nothing */
    case SHAPE_PART: return link_part_is_set(field->inner, member);
    case SHAPE_LIST:
    case SHAPE_TEXTS:
    case SHAPE_VALUES: return link_count(field, base) > 0;
    case SHAPE_MAX_: break;
  }
  return false;
}

bool link_part_is_set(const struct link_fields *part, const void *base) {
  for (size_t i = 0; i < part->count; i++) {
    if (field_is_set(&part->rows[i], base)) return true;
  }
  return false;
}
