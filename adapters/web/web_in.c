/* web_in.c: page -> line -> event.
 * {"t":"say","n":"7f3a","room":"d:aisha","text":"hi"}
 *   -> {"j":12,"k":"say",…,"person":"aisha","n":"7f3a","room":"d:aisha","text":"hi"}
 *   -> {"t":"event","id":"web/city/3f9a1c20-12","kind":"text","person":{"id":"aisha",…},"room":{"id":"d:aisha","kind":"direct"},"text":"hi"} */
#include "adapters/web/web_in.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "bot/base/json.h"

enum { N_BYTES_MAX = 64, TOKEN_BYTES_MAX = 300, FIELDS_MAX = 16, VALUES_MAX = 64, NAME_BYTES_MAX = 64, COMMAND_BYTES_MAX = 100 };

static const int64_t due_ms_max = 253402300799999; /* the end of the year 9999: the link takes no later time */
static const char mention[] = "@Mentor";
static const char slash_name[] = "mentor", bare_command[] = "next";

/* ---- reading: the shared checks; each returns the sentence of a refusal, or NULL ---- */

static const char *no_room(const struct web_rooms *rooms, const char *id, const struct web_play_person *me) {
  const struct web_room *room = web_rooms_room(rooms, id);
  if (room != NULL && web_rooms_has(rooms, room, me)) return NULL;
  return "You are not in that room. Choose one from the list on the left.";
}

static const char *no_message(const struct web_rooms *rooms, const char *id, const struct web_play_person *me) {
  const struct web_message *message = web_rooms_message(rooms, id);
  if (message != NULL && web_rooms_sees(rooms, message, me)) return NULL;
  return "That message is not there any more. Write to the bot instead.";
}

static bool is_id(const char *text, size_t bytes_max) {
  size_t bytes = text == NULL ? 0 : strlen(text);
  if (bytes == 0 || bytes > bytes_max) return false;
  for (size_t i = 0; i < bytes; i++)
    if (iscntrl((unsigned char)text[i])) return false;
  return true;
}

static const char *not_ours(void) {
  return "The page said something this server does not know. Reload the page.";
}

static bool is_blank(const char *text) {
  return text[strspn(text, " \t\r\n")] == '\0';
}

/* ---- reading: one function per kind of message ---- */

struct reading {
  const cJSON *page;                    /* borrowed until web_in_read returns */
  const struct web_play_person *me;
  const struct web_rooms *rooms;
  struct arena *arena;
};

static const char *text_of(const struct reading *r, const char *path) {
  return arena_text(r->arena, json_str(r->page, path));
}

static const char *read_say(const struct reading *r, struct web_in *in) {
  in->line.kind = WEB_LINE_SAY;
  in->line.room = text_of(r, "room");
  in->line.text = text_of(r, "text");
  if (in->line.text == NULL || in->line.room == NULL) return not_ours();
  if (is_blank(in->line.text)) return "There is nothing to send yet. Write something first.";
  size_t chars = text_utf8_count(in->line.text);
  if (chars > WEB_IN_TEXT_CHARS_MAX)
    return arena_format(r->arena, "That is %zu characters long, and %d fit. Send it in two parts.", chars, WEB_IN_TEXT_CHARS_MAX);
  return no_room(r->rooms, in->line.room, r->me);
}

static const char *read_press(const struct reading *r, struct web_in *in) {
  in->line.kind = WEB_LINE_PRESS;
  in->line.message = text_of(r, "message");
  in->line.token = text_of(r, "token");
  if (!is_id(in->line.token, TOKEN_BYTES_MAX) || in->line.message == NULL) return not_ours();
  return no_message(r->rooms, in->line.message, r->me);
}

/* "x" or ["x","y"]. Adds its characters to *chars. */
static bool read_field(const struct reading *r, const cJSON *item, struct field_value *ret_value, size_t *chars) {
  bool list = cJSON_IsArray(item);
  size_t count = list ? (size_t)cJSON_GetArraySize(item) : 1;
  if (count == 0 || count > VALUES_MAX || !is_id(item->string, NAME_BYTES_MAX)) return false;
  const char **values = arena_alloc(r->arena, count * sizeof *values);
  const cJSON *value = list ? item->child : item;
  for (size_t i = 0; i < count; i++, value = value->next) {
    if (!cJSON_IsString(value)) return false;
    values[i] = arena_text(r->arena, value->valuestring);
    *chars += text_utf8_count(values[i]);
  }
  *ret_value = (struct field_value){.name = arena_text(r->arena, item->string), .values = values, .value_count = count};
  return true;
}

/* A chosen person goes over the link as if their name was typed. */
static void name_person(const struct reading *r, struct field_value *field) {
  const struct web_play_person *person = web_play_person(r->rooms->play, field->values[0]);
  const char **values = arena_alloc(r->arena, sizeof *values);
  values[0] = person == NULL ? field->values[0] : person->name;
  *field = (struct field_value){.name = "text", .values = values, .value_count = 1};
}

static const char *read_form(const struct reading *r, struct web_in *in) {
  const char *refusal = read_press(r, in);
  in->line.kind = WEB_LINE_FORM;
  if (refusal != NULL) return refusal;
  const cJSON *values = json_at(r->page, "values"), *item;
  int count = cJSON_IsObject(values) ? cJSON_GetArraySize(values) : 0;
  if (count == 0 || count > FIELDS_MAX) return not_ours();
  struct field_value *fields = arena_alloc(r->arena, (size_t)count * sizeof *fields);
  bool typed = json_at(values, "text") != NULL;
  size_t chars = 0;
  cJSON_ArrayForEach(item, values) {
    struct field_value *field = &fields[in->line.value_count];
    bool is_person = strcmp(item->string, "person") == 0;
    if (!read_field(r, item, field, &chars)) return not_ours();
    if (is_person) name_person(r, field);
    if (!is_person || !typed) in->line.value_count++;
  }
  in->line.values = fields;
  if (chars <= WEB_IN_TEXT_CHARS_MAX) return NULL;
  return arena_format(r->arena, "That is %zu characters long, and %d fit. Make it shorter.", chars, WEB_IN_TEXT_CHARS_MAX);
}

static const char *read_read(const struct reading *r, struct web_in *in) {
  in->line.kind = WEB_LINE_READ;
  in->line.room = text_of(r, "room");
  in->line.message = text_of(r, "message");
  bool there = no_room(r->rooms, in->line.room, r->me) == NULL && no_message(r->rooms, in->line.message, r->me) == NULL;
  if (!there) in->kind = WEB_IN_NOTHING;
  return NULL;
}

static const char *read_demo(const struct reading *r, struct web_in *in) {
  in->line.kind = WEB_LINE_DEMO;
  in->line.change = text_of(r, "t");
  if (strcmp(in->line.change, "clock_to") != 0) return NULL;
  bool has_due = json_int(r->page, "due", &in->line.due_ms);
  return has_due && in->line.due_ms > 0 && in->line.due_ms <= due_ms_max ? NULL : not_ours();
}

static const char *read_everyone(const struct reading *r, struct web_in *in) {
  in->kind = WEB_IN_EVERYONE;
  return NULL;
}

static const char *read_be(const struct reading *r, struct web_in *in) {
  const char *id = json_str(r->page, "person");
  in->kind = WEB_IN_BE;
  in->person = id == NULL ? &r->rooms->play->people[0] : web_play_person(r->rooms->play, id);
  return in->person == NULL ? "There is no such person here. Choose one from the list at the top." : NULL;
}

static const struct reader {
  const char *t;
  bool nameless; /* anybody may send it */
  bool with_n;   /* must carry its own id, so that a retry is known */
  const char *(*read)(const struct reading *r, struct web_in *in);
} readers[] = {
    {"be", true, false, read_be},          {"say", false, true, read_say},          {"press", false, true, read_press},
    {"form", false, true, read_form},      {"read", false, false, read_read},       {"clock_next", false, false, read_demo},
    {"clock_to", false, false, read_demo}, {"reset", false, false, read_demo},      {"everyone", false, false, read_everyone},
};

static const char *read_known(const struct reader *reader, const struct reading *r, struct web_in *in) {
  if (r->me == NULL && !reader->nameless) return "Say who you are first: choose a person at the top.";
  if (reader->with_n && !is_id(in->n, N_BYTES_MAX)) return not_ours();
  in->kind = WEB_IN_LINE;
  in->line.person = r->me == NULL ? NULL : r->me->id;
  in->line.n = reader->with_n ? in->n : NULL;
  return reader->read(r, in);
}

void web_in_read(const char *json, size_t bytes, const struct web_play_person *me, const struct web_rooms *rooms,
                 struct arena *arena, struct web_in *ret_in) {
  CLEANUP(json_freep) cJSON *page = NULL;
  struct web_in in = {.say = not_ours()};
  if (json_parse(json, bytes, WEB_IN_BYTES_MAX, &page) == ERR_NONE) {
    const struct reading r = {.page = page, .me = me, .rooms = rooms, .arena = arena};
    const char *t = json_str_or(page, "t", "");
    in.n = text_of(&r, "n");
    for (size_t i = 0; i < ARRAY_LEN(readers); i++)
      if (strcmp(readers[i].t, t) == 0) in.say = read_known(&readers[i], &r, &in);
  }
  err_note_clear(); /* the page gets its sentence; nobody reads the note */
  if (in.say != NULL) in.kind = WEB_IN_REFUSED;
  *ret_in = in;
}

/* ---- line -> event ---- */

/* What stands behind a word at the beginning, case apart; NULL when it does not begin with the word alone. */
static const char *behind_word(const char *text, const char *word) {
  size_t length = strlen(word);
  if (strncasecmp(text, word, length) != 0) return NULL;
  text += length;
  if (*text != '\0' && !isspace((unsigned char)*text) && *text != ',' && *text != ':') return NULL;
  return text + strspn(text, " \t\r\n,:");
}

static const char *skip_space(const char *text) {
  return text + strspn(text, " \t\r\n");
}

/* "/mentor pairs quiet" and "/pairs quiet": command "pairs", args "quiet"; "/mentor" alone: "next", for the link carries no
 * nameless command. False when the first word is nothing a command could be called. */
static bool read_command(const char *text, struct arena *arena, struct event *event) {
  const char *behind = behind_word(text, slash_name);
  const char *words = behind == NULL ? text : behind;
  size_t length = strcspn(words, " \t\r\n");
  const char *command = length == 0 ? bare_command : arena_text_n(arena, words, length);
  if (!is_id(command, COMMAND_BYTES_MAX)) return false;
  event->kind = EVENT_COMMAND;
  event->command = command;
  event->args = arena_text(arena, skip_space(words + length));
  return true;
}

bool web_in_is_private(const struct web_line *line, const struct web_room *room) {
  return room->kind != ROOM_DIRECT && skip_space(line->text)[0] == '/';
}

static bool say_event(const struct web_line *line, const struct web_room *room, struct arena *arena, struct event *event) {
  const char *text = skip_space(line->text);
  const char *called = behind_word(text, mention);
  if (*text == '/' && read_command(text + 1, arena, event)) return true;
  if (room->kind != ROOM_DIRECT && (called == NULL || room->left)) return false;
  bool needless = room->kind == ROOM_DIRECT && called != NULL && *called != '\0';
  event->kind = EVENT_TEXT;
  event->text = needless ? called : text; /* in a room the name stays in front: the bot knows it */
  return true;
}

static bool press_event(const struct web_line *line, struct event *event) {
  event->kind = line->kind == WEB_LINE_PRESS ? EVENT_PRESS : EVENT_FORM;
  event->message = line->message;
  event->button = line->token;
  event->values = line->values;
  event->value_count = line->value_count;
  return true;
}

/* Where it was said or pressed; NULL: nowhere, or not visible to its person. */
static const struct web_room *place_of(const struct web_line *line, const struct web_rooms *rooms, const struct web_play_person *person) {
  if (line->kind == WEB_LINE_DEMO) return web_rooms_direct(rooms, person);
  if (line->kind == WEB_LINE_SAY) {
    const struct web_room *room = web_rooms_room(rooms, line->room);
    return room != NULL && web_rooms_has(rooms, room, person) ? room : NULL;
  }
  const struct web_message *message = web_rooms_any_message(rooms, line->message); /* the bot answers late clicks too */
  if (message == NULL || !web_rooms_has(rooms, message->room, person)) return NULL;
  return message->only == NULL || message->only == person ? message->room : NULL;
}

bool web_in_event(const struct web_line *line, const struct web_rooms *rooms, struct arena *arena, struct event *ret_event) {
  bool from_person = line->kind == WEB_LINE_SAY || line->kind == WEB_LINE_PRESS || line->kind == WEB_LINE_FORM || line->kind == WEB_LINE_DEMO;
  const struct web_play_person *person = web_play_person(rooms->play, line->person);
  const struct web_room *room = from_person && person != NULL ? place_of(line, rooms, person) : NULL;
  if (room == NULL) return false;
  struct event event = {.at_ms = line->at_ms, .workspace = person->workspace};
  event.id = arena_format(arena, "%s/%s-%lld", person->workspace, rooms->journal, (long long)line->number);
  event.person.id = person->id;
  event.person.name = person->name;
  event.person.zone = person->zone;
  event.person.language = person->language;
  event.room.id = room->id;
  event.room.kind = room->kind;
  event.room.name = room->name;
  bool made = true;
  if (line->kind == WEB_LINE_DEMO) {
    event.kind = EVENT_DEMO;
    event.change = line->change;
    event.due_ms = line->due_ms;
  } else if (line->kind == WEB_LINE_SAY) {
    made = say_event(line, room, arena, &event);
  } else {
    made = press_event(line, &event);
  }
  if (made) *ret_event = event;
  return made;
}
