/* web_show.c: writes the messages of PAGE.md. */
#include "adapters/web/web_show.h"

#include <stdio.h>
#include <string.h>

#include "adapters/web/web_door.h"
#include "bot/base/json.h"
#include "bot/base/zone.h"

enum { WORDS_BYTES = 64 };

/* {"t":"…", left open */
static struct json_out begin(struct text *text, const char *t) {
  struct json_out out;
  json_out_init(&out, text);
  json_open(&out, NULL, '{');
  json_put_str(&out, "t", t);
  return out;
}

/* ---- messages ---- */

/* The card is the link's own JSON; "closed" is ours and goes in front. */
static void put_card(struct json_out *out, const struct web_message *message) {
  if (message->card == NULL) return;
  if (!message->closed) {
    json_put_raw(out, "card", message->card);
    return;
  }
  CLEANUP(text_done) struct text card;
  text_init(&card, WEB_SHOW_BYTES_MAX);
  text_add(&card, "{\"closed\":true");
  if (message->card[1] != '}') text_add(&card, ",");
  text_add(&card, message->card + 1);
  json_put_raw(out, "card", text_str(&card));
}

static void put_file(struct json_out *out, const struct web_attached *file) {
  char href[WEB_DOOR_FILE_BYTES];
  if (file == NULL) return;
  (void)snprintf(href, sizeof href, "%s%s", WEB_DOOR_FILES, file->token);
  json_open(out, "file", '{');
  json_put_str(out, "name", file->name);
  json_put_str(out, "type", file->type);
  json_put_int(out, "bytes", (int64_t)file->bytes);
  json_put_str(out, "href", href);
  json_close(out, '}');
}

static void put_message(struct json_out *out, const char *key, const struct web_message *message) {
  json_open(out, key, '{');
  json_put_str(out, "id", message->id);
  json_put_str(out, "from", message->from == NULL ? "bot" : message->from->id);
  json_put_str(out, "name", message->from == NULL ? "Mentor bot" : message->from->name);
  json_put_int(out, "at", message->at_ms);
  json_put_str(out, "text", message->text);
  if (message->only != NULL) json_put_str(out, "only", message->only->id);
  put_card(out, message);
  put_file(out, message->file);
  json_close(out, '}');
}

void web_show_message(const struct web_message *message, struct text *text) {
  struct json_out out = begin(text, "message");
  json_put_str(&out, "room", message->room->id);
  put_message(&out, "message", message);
  json_close(&out, '}');
}

void web_show_gone(const struct web_message *message, struct text *text) {
  struct json_out out = begin(text, "gone");
  json_put_str(&out, "room", message->room->id);
  json_put_str(&out, "message", message->id);
  json_close(&out, '}');
}

/* ---- rooms and marks ---- */

static void put_room(struct json_out *out, const char *key, const struct web_rooms *rooms, const struct web_room *room,
                     const struct web_play_person *me) {
  json_open(out, key, '{');
  json_put_str(out, "id", room->id);
  json_put_str(out, "kind", room_kind_name(room->kind));
  json_put_str(out, "name", room->name);
  json_put_int(out, "unread", (int64_t)web_rooms_unread(rooms, room, me));
  json_close(out, '}');
}

void web_show_room(const struct web_rooms *rooms, const struct web_room *room, const struct web_play_person *me, struct text *text) {
  struct json_out out = begin(text, "room");
  put_room(&out, "room", rooms, room, me);
  json_close(&out, '}');
}

void web_show_unread(const struct web_rooms *rooms, const struct web_play_person *person, struct text *text) {
  struct json_out out = begin(text, "unread");
  json_put_str(&out, "person", person->id);
  json_open(&out, "rooms", '{');
  int64_t total = 0;
  for (size_t i = 0; i < rooms->room_count; i++) {
    int64_t unread = (int64_t)web_rooms_unread(rooms, rooms->rooms[i], person);
    if (unread > 0) json_put_int(&out, rooms->rooms[i]->id, unread);
    total += unread;
  }
  json_close(&out, '}');
  json_put_int(&out, "total", total);
  json_close(&out, '}');
}

/* ---- the clock ---- */

static const char *const weekdays[] = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
static const char *const months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

/* "Mon 11 Jan 2027, 10:00" */
static void say_time(const char *zone, int64_t ms, char ret_words[WORDS_BYTES]) {
  struct civil civil = zone_civil(zone, ms);
  (void)snprintf(ret_words, WORDS_BYTES, "%s %d %s %d, %02d:%02d", weekdays[civil.weekday - 1], civil.day, months[civil.month - 1],
                 civil.year, civil.hour, civil.minute);
}

/* The bot says what is due, and when, in its own words; without them only the time is told. */
static void put_clock(struct json_out *out, const struct web_rooms *rooms, int64_t wall_ms) {
  const struct web_clock *clock = &rooms->clock;
  const char *zone = rooms->play->zone;
  char words[WORDS_BYTES];
  say_time(zone, wall_ms + clock->offset_ms, words);
  json_put_int(out, "now", wall_ms + clock->offset_ms);
  json_put_str(out, "words", words);
  json_put_str(out, "zone", zone);
  if (clock->next_ms == 0) return;
  say_time(zone, clock->next_ms, words);
  json_put_int(out, "next", clock->next_ms);
  json_put_str(out, "next_words", clock->next == NULL || clock->next[0] == '\0' ? words : clock->next);
}

void web_show_clock(const struct web_rooms *rooms, int64_t wall_ms, struct text *text) {
  struct json_out out = begin(text, "clock");
  put_clock(&out, rooms, wall_ms);
  json_close(&out, '}');
}

/* ---- a fresh page ---- */

static void put_people(struct json_out *out, const struct web_rooms *rooms) {
  json_open(out, "people", '[');
  for (size_t i = 0; i < rooms->play->person_count; i++) {
    const struct web_play_person *person = &rooms->play->people[i];
    json_open(out, NULL, '{');
    json_put_str(out, "id", person->id);
    json_put_str(out, "name", person->name);
    json_put_str(out, "workspace", person->workspace);
    json_put_str(out, "about", person->about);
    json_put_int(out, "unread", (int64_t)web_rooms_unread_total(rooms, person));
    json_close(out, '}');
  }
  json_close(out, ']');
}

static void put_rooms(struct json_out *out, const struct web_rooms *rooms, const struct web_play_person *me) {
  json_open(out, "rooms", '[');
  for (size_t i = 0; i < rooms->room_count; i++)
    if (web_rooms_has(rooms, rooms->rooms[i], me)) put_room(out, NULL, rooms, rooms->rooms[i], me);
  json_close(out, ']');
}

/* The newest `most` that `me` may see, oldest first. */
static void put_room_messages(struct json_out *out, const struct web_rooms *rooms, const struct web_room *room,
                              const struct web_play_person *me, size_t most) {
  const struct web_message *message = room->last, *first = NULL;
  for (size_t count = 0; message != NULL && count < most; message = message->before) {
    if (!web_rooms_sees(rooms, message, me)) continue;
    first = message;
    count++;
  }
  json_open(out, room->id, '[');
  for (message = first; message != NULL; message = message->after)
    if (web_rooms_sees(rooms, message, me)) put_message(out, NULL, message);
  json_close(out, ']');
}

static void put_messages(struct json_out *out, const struct web_rooms *rooms, const struct web_play_person *me, size_t most) {
  json_open(out, "messages", '{');
  for (size_t i = 0; i < rooms->room_count; i++)
    if (web_rooms_has(rooms, rooms->rooms[i], me)) put_room_messages(out, rooms, rooms->rooms[i], me, most);
  json_close(out, '}');
}

static void put_steps(struct json_out *out, const struct web_rooms *rooms) {
  json_open(out, "checklist", '[');
  for (size_t i = 0; i < rooms->play->step_count; i++) {
    const struct web_play_step *step = &rooms->play->steps[i];
    json_open(out, NULL, '{');
    json_put_str(out, "id", step->id);
    json_put_str(out, "title", step->title);
    json_put_str(out, "how", step->how);
    json_put_str(out, "as", step->as);
    json_put_str(out, "say", step->say);
    json_put_bool(out, "done", rooms->steps_done[i]);
    json_close(out, '}');
  }
  json_close(out, ']');
}

static void show_state(const struct web_rooms *rooms, const struct web_play_person *me, const struct web_show *show, int64_t wall_ms,
                       size_t most, struct text *text) {
  struct json_out out = begin(text, "state");
  json_put_str(&out, "me", me->id);
  json_put_str(&out, "zone", rooms->play->zone);
  put_people(&out, rooms);
  put_rooms(&out, rooms, me);
  put_messages(&out, rooms, me, most);
  json_put_raw(&out, "commands", show->commands);
  put_steps(&out, rooms);
  if (rooms->clock.known) {
    json_open(&out, "clock", '{');
    put_clock(&out, rooms, wall_ms);
    json_close(&out, '}');
  }
  json_put_bool(&out, "link", show->link_up);
  if (show->busy) {
    json_open(&out, "busy", '{');
    json_put_str(&out, "what", "everyone");
    json_put_int(&out, "done", show->busy_done);
    json_close(&out, '}');
  }
  json_close(&out, '}');
}

/* Long cards may fill the text: then fewer messages of each room are told. */
void web_show_state(const struct web_rooms *rooms, const struct web_play_person *me, const struct web_show *show, int64_t wall_ms,
                    struct text *text) {
  size_t most = WEB_SHOW_MESSAGES_MAX;
  show_state(rooms, me, show, wall_ms, most, text);
  while (text->full && most > 0) {
    text_done(text);
    text_init(text, WEB_SHOW_BYTES_MAX);
    most /= 2;
    show_state(rooms, me, show, wall_ms, most, text);
  }
}

/* ---- small ones ---- */

void web_show_link(bool up, struct text *text) {
  struct json_out out = begin(text, "link");
  json_put_bool(&out, "up", up);
  json_close(&out, '}');
}

void web_show_busy(int done, struct text *text) {
  struct json_out out = begin(text, "busy");
  json_put_str(&out, "what", "everyone");
  json_put_int(&out, "done", done);
  json_close(&out, '}');
}

void web_show_idle(struct text *text) {
  struct json_out out = begin(text, "idle");
  json_close(&out, '}');
}

void web_show_step(const struct web_play_step *step, struct text *text) {
  struct json_out out = begin(text, "checklist");
  json_put_str(&out, "id", step->id);
  json_put_bool(&out, "done", true);
  json_close(&out, '}');
}

void web_show_stored(const char *n, const char *message, struct text *text) {
  struct json_out out = begin(text, "stored");
  json_put_str(&out, "n", n);
  json_put_str(&out, "message", message);
  json_close(&out, '}');
}

void web_show_refused(const char *n, const char *say, struct text *text) {
  struct json_out out = begin(text, "refused");
  json_put_str(&out, "n", n);
  json_put_str(&out, "say", say);
  json_close(&out, '}');
}

void web_show_toast(const char *say, struct text *text) {
  struct json_out out = begin(text, "toast");
  json_put_str(&out, "say", say);
  json_close(&out, '}');
}
