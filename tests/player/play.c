/* play.c: plays a .chat story against the bot: one line, one thing somebody says, presses or sees. README.md has the language. */
#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bot/base/file.h"
#include "bot/base/json.h"
#include "bot/base/zone.h"
#include "bot/edge/people_file.h"
#include "bot/edge/scheme_file.h"
#include "tests/player/world.h"

enum { STORY_BYTES_MAX = 1 << 20, SKIPPED = 77 };
#define ZONE "Europe/London"

struct play {
  struct world *world;
  struct arena *arena;
  const char *file, *folder; /* folder: where the story lies */
  int line, checks, entries;
  bool failed;
  const char *skipped; /* why this story cannot be played here; NULL: it can */
};

static void fail(struct play *play, const char *fmt, ...) PRINTF_LIKE(2, 3);

static void fail(struct play *play, const char *fmt, ...) {
  va_list args;
  (void)fprintf(stderr, "%s:%d: ", play->file, play->line);
  va_start(args, fmt);
  (void)vfprintf(stderr, fmt, args);
  va_end(args);
  (void)fprintf(stderr, "\n");
  play->failed = true;
}

/* ---- what was said ---- */
static bool is_open(struct play *play, const struct said *said) {
  if (world_plain(play->world)) return said->plain != NULL && strstr(said->plain, "\n1. ") != NULL;
  return said->choice_count + said->extra_count > 0 || said->input_token != NULL;
}

/* The newest message to this person that can still be answered and was not answered before. */
static struct said *last_open(struct play *play, const char *person) {
  struct said *found = NULL;
  for (struct said *said = world_said(play->world); said != NULL; said = said->next) {
    if (strcmp(said->person, person) == 0 && is_open(play, said)) found = said;
  }
  return found;
}

static void show_said(struct play *play, const char *person) {
  for (struct said *said = world_said(play->world); said != NULL; said = said->next) {
    if (strcmp(said->person, person) != 0) continue;
    (void)fprintf(stderr, "    %s%s: %.300s\n", said->seen ? "seen " : "", said->key == NULL ? "?" : said->key, said->text == NULL ? "" : said->text);
  }
}

/* ---- saying and pressing ---- */
static struct event event_of(const char *person, enum event_kind kind) {
  struct event event = {.kind = kind};
  event.person.id = person;
  event.person.name = person;
  event.room.id = person;
  event.room.kind = ROOM_DIRECT;
  return event;
}

static void say(struct play *play, const char *person, const char *text) {
  struct event event = event_of(person, EVENT_TEXT);
  event.text = text;
  if (text[0] == '/') {
    const char *space = strchr(text, ' ');
    event.kind = EVENT_COMMAND;
    event.command = arena_text_n(play->arena, text + 1, strcspn(text + 1, " "));
    event.args = space == NULL ? "" : space + 1;
    event.text = NULL;
  }
  world_event(play->world, &event);
}

/* As where a platform may bring one thing under two ids. */
static void say_twice(struct play *play, const char *person, const char *text) {
  world_may_repeat(play->world, true);
  say(play, person, text);
  say(play, person, text);
  world_may_repeat(play->world, false);
}

static void say_in_room(struct play *play, const char *person, const char *room, const char *text) {
  struct event event = event_of(person, EVENT_COMMAND);
  const char *space = strchr(text, ' ');
  event.room.id = room;
  event.room.kind = ROOM_PUBLIC;
  event.command = arena_text_n(play->arena, text, strcspn(text, " "));
  event.args = space == NULL ? "" : space + 1;
  world_event(play->world, &event);
}

static bool label_is(struct play *play, const char *label, const char *wanted) {
  char *a = text_fold(play->arena, label), *b = text_fold(play->arena, wanted);
  return strncmp(a, b, strlen(b)) == 0;
}

/* In plain text only what was rendered counts: the number before the label, or the words offered at the end. */
static const char *plain_number(struct play *play, const struct said *said, const char *wanted) {
  char *copy = arena_text(play->arena, said->plain);
  for (char *save = NULL, *line = strtok_r(copy, "\n", &save); line != NULL; line = strtok_r(NULL, "\n", &save)) {
    char *dot = strstr(line, ". ");
    if (!isdigit((unsigned char)line[0]) || dot == NULL) continue;
    *dot = '\0';
    if (label_is(play, dot + 2, wanted)) return line;
  }
  const char *folded = text_fold(play->arena, wanted);
  return strstr(text_fold(play->arena, said->plain), folded) != NULL ? folded : NULL;
}

static const char *rich_token(struct play *play, const struct said *said, const char *wanted) {
  for (size_t i = 0; i < said->choice_count; i++) {
    if (label_is(play, said->choices[i].label, wanted)) return said->choices[i].token;
  }
  for (size_t i = 0; i < said->extra_count; i++) {
    if (label_is(play, said->extras[i].label, wanted)) return said->extras[i].token;
  }
  return NULL;
}

static void press_token(struct play *play, const char *person, const struct said *said, const char *token) {
  struct event event = event_of(person, EVENT_PRESS);
  event.message = said->message;
  event.button = token;
  world_event(play->world, &event);
}

static void press(struct play *play, const char *person, const char *wanted) {
  struct said *said = last_open(play, person);
  const char *token = said == NULL ? NULL : world_plain(play->world) ? plain_number(play, said, wanted) : rich_token(play, said, wanted);
  if (token == NULL) {
    fail(play, "%s has nothing to press that begins with \"%s\"", person, wanted);
    show_said(play, person);
    if (said != NULL) (void)fprintf(stderr, "%s\n", said->plain == NULL ? "" : said->plain);
  } else if (world_plain(play->world)) {
    say(play, person, token);
  } else {
    press_token(play, person, said, token);
  }
}

/* `aisha pick Confidence, A career move`: several choices, sent in together. */
static void pick(struct play *play, const char *person, const char *list) {
  char **parts;
  size_t count = text_split(play->arena, list, ',', &parts);
  struct said *said = last_open(play, person);
  const char *tokens[32];
  const char *numbers = "";
  for (size_t i = 0; i < count && i < ARRAY_LEN(tokens); i++) {
    tokens[i] = said == NULL ? NULL : world_plain(play->world) ? plain_number(play, said, parts[i]) : rich_token(play, said, parts[i]);
    if (tokens[i] == NULL) {
      fail(play, "%s is not offered \"%s\"; what there was:", person, parts[i]);
      show_said(play, person);
      return;
    }
    numbers = arena_format(play->arena, "%s%s%s", numbers, i == 0 ? "" : ", ", tokens[i]);
  }
  if (said == NULL || count == 0) return;
  struct field_value field = {.name = "choice", .values = tokens, .value_count = count};
  struct event event = event_of(person, EVENT_FORM);
  event.button = said->input_token;
  event.message = said->message;
  event.values = &field;
  event.value_count = 1;
  if (world_plain(play->world)) say(play, person, numbers);
  else world_event(play->world, &event);
}

/* `aisha sets 2027-03-01`: a day in the calendar of their newest open card. In plain text they write it. */
static void set_day(struct play *play, const char *person, const char *iso) {
  struct said *said = last_open(play, person);
  struct civil day;
  struct field_value field = {.name = "text", .values = &iso, .value_count = 1};
  struct event event = event_of(person, EVENT_FORM);
  bool calendar = world_plain(play->world) || (said != NULL && said->input == INPUT_DATE && said->input_token != NULL);
  if (!civil_parse(iso, &day) || !calendar) {
    fail(play, "%s has no calendar to pick %s from", person, iso);
    show_said(play, person);
    return;
  }
  if (world_plain(play->world)) {
    say(play, person, iso);
    return;
  }
  event.button = said->input_token;
  event.message = said->message;
  event.values = &field;
  event.value_count = 1;
  world_event(play->world, &event);
}

/* `aisha presses in everyone I want`: a button under a message in a room; in plain text the room's words name the command. */
static void press_in_room(struct play *play, const char *person, const char *rest) {
  char *room = arena_format(play->arena, "#%.*s", (int)strcspn(rest, " "), rest);
  const char *wanted = rest + strcspn(rest, " ");
  if (world_plain(play->world)) {
    say_in_room(play, person, room + 1, "join");
    return;
  }
  struct said *said = last_open(play, room);
  if (said == NULL || wanted[0] == '\0') {
    fail(play, "there is nothing to press in %s", room);
    return;
  }
  const char *token = rich_token(play, said, wanted + 1);
  if (token == NULL) fail(play, "no button in %s begins with \"%s\"", room, wanted + 1);
  else press_token(play, person, said, token);
}

/* `ben presses old Yes`: a button of an older card, as somebody does who scrolled up. */
static void press_old(struct play *play, const char *person, const char *rest) {
  char *key = arena_text(play->arena, rest);
  char *wanted = strchr(key, ' ');
  if (world_plain(play->world) || wanted == NULL) return;
  *wanted++ = '\0';
  for (struct said *said = world_said(play->world); said != NULL; said = said->next) {
    if (said->old_token == NULL || !said_is(said, key)) continue;
    press_token(play, person, said, said->old_token);
    return;
  }
  fail(play, "nobody was ever shown a card %s with buttons", key);
}

/* ---- expectations ---- */
/* The oldest message to this person that no expectation has used, of this key, with these words in it. */
static struct said *find_said(struct play *play, const char *person, const char *key, const char *words) {
  for (struct said *said = world_said(play->world); said != NULL; said = said->next) {
    if (said->seen || strcmp(said->person, person) != 0 || !said_is(said, key)) continue;
    if (words == NULL || (said->plain != NULL && strstr(said->plain, words) != NULL)) return said;
  }
  return NULL;
}

static void expect_said(struct play *play, const char *rest) {
  char person[64], key[128];
  play->checks++;
  if (sscanf(rest, "%63s %127s", person, key) != 2) {
    fail(play, "bot > NAME key");
    return;
  }
  const char *words = strstr(rest, " \"");
  if (words != NULL) words = arena_text_n(play->arena, words + 2, strcspn(words + 2, "\""));
  struct said *said = find_said(play, person, key, words);
  while (said == NULL && world_more(play->world)) said = find_said(play, person, key, words);
  if (said == NULL) {
    fail(play, "%s was not told %s; what there was:", person, key);
    show_said(play, person);
    return;
  }
  for (struct said *older = world_said(play->world); older != said; older = older->next) {
    if (strcmp(older->person, person) == 0) older->seen = true;
  }
  said->seen = true;
}

static bool said_text(struct play *play, const char *person, const char *text) {
  struct said *last = NULL;
  for (struct said *said = world_said(play->world); said != NULL; said = said->next) {
    if (strcmp(said->person, person) == 0) last = said;
  }
  return last != NULL && last->plain != NULL && strstr(last->plain, text) != NULL;
}

static bool was_told(struct play *play, const char *person, const char *key) {
  for (struct said *said = world_said(play->world); said != NULL; said = said->next) {
    if (strcmp(said->person, person) == 0 && (key == NULL || said_is(said, key))) return true;
  }
  return false;
}

/* What a record's field holds, as text, from its JSON: every field can be asked for. */
static const char *field_text(struct play *play, const cJSON *record, const char *field) {
  const cJSON *item = json_at(record, field);
  if (cJSON_IsString(item)) return arena_text(play->arena, item->valuestring);
  if (cJSON_IsBool(item)) return cJSON_IsTrue(item) ? "yes" : "";
  return cJSON_IsNumber(item) ? arena_format(play->arena, "%lld", (long long)item->valuedouble) : "";
}

static const char *answer_text(struct play *play, const cJSON *enrolment, const char *question) {
  const cJSON *answer, *value;
  cJSON_ArrayForEach(answer, json_at(enrolment, "answers")) {
    if (strcmp(json_str_or(answer, "question", ""), question) != 0) continue;
    const char *state = json_str_or(answer, "state", ""), *values = "";
    if (strcmp(state, "answered") != 0) return arena_text(play->arena, state);
    if (json_str(answer, "sealed") != NULL) return "sealed";
    cJSON_ArrayForEach(value, json_at(answer, "values"))
        values = arena_format(play->arena, "%s%s%s", values, values[0] == '\0' ? "" : ",", cJSON_GetStringValue(value));
    return values;
  }
  return NULL;
}

/* NULL: there is none. The caller deletes. */
static cJSON *record_of(struct play *play, const char *what, const char *who) {
  const char *with = strchr(who, '+');
  const char *user = with == NULL ? who : arena_text_n(play->arena, who, (size_t)(with - who));
  return world_record(play->world, what, user, with == NULL ? NULL : with + 1);
}

/* `expect enrolment aisha topics=skipped state=applied` · `expect pair aisha+ben state=introduced` · `expect person aisha …` */
static void expect_record(struct play *play, char *rest) {
  char *save = NULL, *what = strtok_r(rest, " ", &save), *who = strtok_r(NULL, " ", &save);
  CLEANUP(json_freep) cJSON *record = who == NULL ? NULL : record_of(play, what, who);
  if (record == NULL) {
    fail(play, "there is no %s of %s", what, who == NULL ? "nobody" : who);
    return;
  }
  for (char *pair = strtok_r(NULL, " ", &save); pair != NULL; pair = strtok_r(NULL, " ", &save)) {
    char *wanted = strchr(pair, '=');
    if (wanted == NULL) continue;
    *wanted++ = '\0';
    const char *is = strcmp(what, "enrolment") == 0 ? answer_text(play, record, pair) : NULL;
    if (is == NULL) is = field_text(play, record, pair);
    if (strcmp(is, wanted) != 0) fail(play, "%s of %s: %s is \"%s\", not \"%s\"", what, who, pair, is, wanted);
  }
}

static void expect_none(struct play *play, const char *what, const char *who) {
  CLEANUP(json_freep) cJSON *record = record_of(play, what, who);
  if (record != NULL) fail(play, "there is a %s of %s", what, who);
}

static char *quoted(struct play *play, const char *text) {
  const char *open = strchr(text, '"');
  return open == NULL ? NULL : arena_text_n(play->arena, open + 1, strcspn(open + 1, "\""));
}

/* ---- files ---- */
static struct said *last_list(struct play *play, const char *person) {
  struct said *last = NULL;
  for (struct said *said = world_said(play->world); said != NULL; said = said->next) {
    bool is_list = said->file != NULL || said_is(said, "export.people") || said_is(said, "export.pairs");
    if (is_list && strcmp(said->person, person) == 0) last = said;
  }
  return last;
}

static int lines_in(const char *csv) {
  int lines = 0;
  for (const char *at = strstr(csv, "\r\n"); at != NULL; at = strstr(at + 2, "\r\n")) lines++;
  return lines - 1; /* the headings */
}

/* `file jo people: 3 lines` · `file jo has "Aisha Khan"` · `file jo has not "Zed"`. Where no file can be sent, the words in its place are looked at. */
static void look_at_file(struct play *play, const char *rest) {
  char person[64] = "", name[64] = "";
  int lines = 0;
  play->checks++;
  bool counts = sscanf(rest, "%63s %63[a-z]: %d", person, name, &lines) == 3;
  const char *words = quoted(play, rest);
  struct said *said = last_list(play, person);
  const char *text = said == NULL ? "" : said->file != NULL ? said->file : said->plain;
  bool not = strncmp(rest + strlen(person), " has not ", 9) == 0;
  if (said == NULL || (!counts && words == NULL)) {
    fail(play, "%s", said == NULL ? "no list came" : "file NAME people: 3 lines, or file NAME has \"words\"");
  } else if (!counts) {
    if ((strstr(text, words) != NULL) == not) fail(play, "%s \"%s\" in:\n%s", not ? "there is" : "there is no", words, text);
  } else if (said->file != NULL && (lines_in(text) != lines || strncmp(said->file_name, name, strlen(name)) != 0)) {
    fail(play, "%s has %d lines", said->file_name, lines_in(text));
  } else if (strstr(said->plain, arena_format(play->arena, "%d line", lines)) == NULL) {
    fail(play, "what is said beside it does not count %d lines: %s", lines, said->plain);
  }
}

static void expect(struct play *play, char *rest) {
  char person[64] = "", key[128] = "";
  bool no = strncmp(rest, "not ", 4) == 0;
  if (no) rest += 4;
  play->checks++;
  if (sscanf(rest, "seen %63s", person) == 1) {
    const char *text = quoted(play, rest);
    if (text == NULL || said_text(play, person, text) == no) fail(play, "%s %s \"%s\"", person, no ? "saw" : "did not see", text == NULL ? "" : text);
  } else if (sscanf(rest, "told %63s %127s", person, key) >= 1) {
    if (was_told(play, person, key[0] == '\0' ? NULL : key) == no) fail(play, "%s %s told %s", person, no ? "was" : "was not", key);
  } else if (no) {
    char what[32] = "";
    if (sscanf(rest, "%31s %63s", what, person) == 2) expect_none(play, what, person);
  } else {
    expect_record(play, rest);
  }
}

/* ---- time and trouble ---- */
static void at(struct play *play, const char *rest) {
  char date[11] = "";
  int hour = 10, minute = 0;
  struct civil civil;
  if (sscanf(rest, "%10s %d:%d", date, &hour, &minute) < 1 || !civil_parse(date, &civil)) {
    fail(play, "at YYYY-MM-DD HH:MM");
    return;
  }
  civil.hour = hour;
  civil.minute = minute;
  world_go_to(play->world, zone_ms(ZONE, &civil));
}

static void after(struct play *play, const char *rest) {
  long long number = 0;
  char unit = 0;
  if (sscanf(rest, "%lld%c", &number, &unit) != 2) {
    fail(play, "after 2d, 3h or 20m");
    return;
  }
  int64_t ms = unit == 'd' ? 86400000 : unit == 'h' ? 3600000 : 60000;
  world_go_to(play->world, world_now(play->world) + number * ms);
}

static void print_troubles(struct play *play, const struct troubles *troubles) {
  troubles_print(troubles);
  fail(play, "%s", err_note_text());
}

static void scheme(struct play *play, const char *file) {
  struct troubles troubles = {.arena = play->arena};
  char *json = NULL;
  const char *id = arena_format(play->arena, "entry%d", ++play->entries);
  const char *path = world_file(play->world, arena_format(play->arena, "%s/%s", play->folder, file));
  if (scheme_file_read(path, id, true, play->arena, &troubles, &json) != ERR_NONE) print_troubles(play, &troubles);
  else world_control(play->world, json);
}

static void import(struct play *play, const char *file) {
  struct troubles troubles = {.arena = play->arena};
  struct people_file people;
  const char *spool = arena_format(play->arena, "%s/import%d.jsonl", world_folder(play->world), ++play->entries);
  const char *path = world_file(play->world, arena_format(play->arena, "%s/%s", play->folder, file));
  if (people_file_read(path, world_model(play->world), &troubles, &people) != ERR_NONE) {
    print_troubles(play, &troubles);
    return;
  }
  if (file_write(spool, text_str(&people.lines), people.lines.length, 0600) != ERR_NONE) fail(play, "%s", err_note_text());
  world_control(play->world, arena_format(play->arena, "{\"id\":\"entry%d\",\"kind\":\"import\",\"file\":\"%s\",\"total\":%lld}",
                                          play->entries, spool, (long long)people.line_count));
  people_file_done(&people);
}

/* ---- lines ---- */
static void person_line(struct play *play, char *line) {
  char *space = strchr(line, ' ');
  if (space == NULL) {
    fail(play, "not a line of this language");
    return;
  }
  *space = '\0';
  char *rest = space + 1 + strspn(space + 1, " ");
  if (rest[0] == '>') say(play, line, rest + 1 + strspn(rest + 1, " "));
  else if (strncmp(rest, "twice > ", 8) == 0) say_twice(play, line, rest + 8);
  else if (rest[0] == '[') press(play, line, arena_text_n(play->arena, rest + 1, strcspn(rest + 1, "]")));
  else if (strncmp(rest, "pick ", 5) == 0) pick(play, line, rest + 5);
  else if (strncmp(rest, "sets ", 5) == 0) set_day(play, line, rest + 5);
  else if (strncmp(rest, "presses old ", 12) == 0) press_old(play, line, rest + 12);
  else if (strncmp(rest, "presses in ", 11) == 0) press_in_room(play, line, rest + 11);
  else if (strncmp(rest, "in ", 3) == 0 && strchr(rest, '>') != NULL) {
    char *text = strchr(rest, '>');
    char *room = arena_text_n(play->arena, rest + 3, strcspn(rest + 3, " >"));
    say_in_room(play, line, room, text + 1 + strspn(text + 1, " "));
  } else fail(play, "not a line of this language");
}

/* `not on slack: why`: what this story is about cannot happen there. */
static void not_on(struct play *play, const char *rest) {
  size_t length = strcspn(rest, ":");
  if (rest[length] == '\0') fail(play, "not on PLATFORM: why");
  else if (strlen(world_platform()) == length && strncmp(rest, world_platform(), length) == 0)
    play->skipped = arena_text(play->arena, rest + length + 1 + strspn(rest + length + 1, " "));
}

static void play_line(struct play *play, char *line) {
  if (strncmp(line, "title ", 6) == 0) return;
  if (strncmp(line, "not on ", 7) == 0) {
    not_on(play, line + 7);
    return;
  }
  if (strncmp(line, "scheme ", 7) == 0) scheme(play, line + 7);
  else if (strncmp(line, "import ", 7) == 0) import(play, line + 7);
  else if (strncmp(line, "control ", 8) == 0) world_control(play->world, line + 8);
  else if (strncmp(line, "at ", 3) == 0) at(play, line + 3);
  else if (strncmp(line, "after ", 6) == 0) after(play, line + 6);
  else if (strncmp(line, "links send ", 11) == 0) world_pace(play->world, (int)strtol(line + 11, NULL, 10));
  else if (strcmp(line, "restart bot") == 0) world_restart(play->world);
  else if (strcmp(line, "kill redis") == 0) world_kill_store(play->world);
  else if (strncmp(line, "expect ", 7) == 0) expect(play, line + 7);
  else if (strncmp(line, "file ", 5) == 0) look_at_file(play, line + 5);
  else if (strncmp(line, "bot > ", 6) == 0) expect_said(play, line + 6);
  else person_line(play, line);
}

static void play_file(struct play *play, const char *path);

static void include(struct play *play, const char *file) {
  const char *outer = play->file;
  int line = play->line;
  play_file(play, arena_format(play->arena, "%s/%s", play->folder, file));
  play->file = outer;
  play->line = line;
}

static char *without_comment(char *line) {
  char *hash = strstr(line, " #");
  if (line[0] == '#') line[0] = '\0';
  if (hash != NULL && hash[2] == ' ') *hash = '\0';
  size_t length = strlen(line);
  while (length > 0 && isspace((unsigned char)line[length - 1])) line[--length] = '\0';
  return line + strspn(line, " \t");
}

static void play_file(struct play *play, const char *path) {
  char *data;
  size_t bytes;
  if (file_read(path, STORY_BYTES_MAX, &data, &bytes) != ERR_NONE) {
    fail(play, "%s", err_note_text());
    return;
  }
  play->file = path;
  play->line = 0;
  for (char *at_line = data, *end; at_line != NULL && !play->failed && play->skipped == NULL; at_line = end) {
    end = strchr(at_line, '\n');
    if (end != NULL) *end++ = '\0';
    play->line++;
    char *line = without_comment(at_line);
    if (strncmp(line, "include ", 8) == 0) include(play, line + 8);
    else if (line[0] != '\0') play_line(play, line);
  }
  free(data);
}

/* ---- main ---- */
/* MARKERS: words that a story seals; none may be found in what the store holds. */
static void search_markers(struct play *play) {
  size_t bytes = 0;
  char *dump = world_dump(play->world, &bytes);
  if (dump != NULL && strstr(dump, "zebra-marker") != NULL) fail(play, "a sealed phrase stands in the store in clear");
  int64_t faults = world_faults(play->world);
  if (faults > 0) fail(play, "%lld faults in what was said: gaps in sentences, or what is told above", (long long)faults);
  if (getenv("PLAY_DUMP") != NULL) (void)fprintf(stderr, "%s", dump == NULL ? "" : dump);
  (void)printf("%s: %d checks, %zu bytes of the store searched\n", play->failed ? "FAILED" : "ok", play->checks, bytes);
  free(dump);
}

static void remove_folder(const char *folder) {
  pid_t pid = fork();
  if (pid == 0) (void)execlp("rm", "rm", "-rf", folder, (char *)NULL);
  if (pid > 0) (void)waitpid(pid, NULL, 0);
}

int main(int argc, char **argv) {
  struct world_options options = {0};
  char folder[] = "/tmp/mentord-play-XXXXXX";
  const char *path = NULL;
  for (int i = 1; i < argc; i++) {
    if (strcmp(argv[i], "--redis") == 0) options.redis = true;
    else if (strcmp(argv[i], "--plain") == 0) options.plain = true;
    else if (strcmp(argv[i], "--kills") == 0 && i + 1 < argc) options.kills = argv[++i];
    else path = argv[i];
  }
  if (path == NULL || mkdtemp(folder) == NULL) {
    (void)fprintf(stderr, "usage: play [--redis] [--plain] STORY.chat, or play-slack [--kills SEED] STORY.chat\n");
    return 2;
  }
  options.folder = folder;
  struct play play = {.arena = arena_new(64 << 20), .file = path};
  play.folder = strrchr(path, '/') == NULL ? "." : arena_text_n(play.arena, path, (size_t)(strrchr(path, '/') - path));
  play.world = world_new(&options);
  world_settle(play.world);
  play_file(&play, path);
  if (play.skipped != NULL) (void)printf("skipped: %s\n", play.skipped);
  else search_markers(&play);
  play.world = world_free(play.world);
  (void)arena_free(play.arena);
  remove_folder(folder);
  return play.failed ? 1 : play.skipped != NULL ? SKIPPED : 0;
}
