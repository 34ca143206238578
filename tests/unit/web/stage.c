/* stage.c: sets the stage. */
#include "stage.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bot/base/random.h"

const char stage_play_text[] =
    "zone: Europe/London\n"
    "workspaces:\n"
    "  - { id: web/one, name: One }\n"
    "  - { id: web/two, name: Two }\n"
    "people:\n"
    "  - { id: aisha, workspace: web/one, name: Aisha Khan, about: wants a mentor }\n"
    "  - { id: ben, workspace: web/one, name: Ben Okoro, about: can mentor }\n"
    "  - { id: jo, workspace: web/one, name: Jo Patel, about: runs it, zone: Europe/Paris }\n"
    "  - { id: zoe, workspace: web/two, name: Zoe Lee, about: elsewhere }\n"
    "rooms:\n"
    "  - { id: hall, workspace: web/one, name: '# hall' }\n"
    "  - { id: cell, workspace: web/one, name: '# cell', people: [aisha, jo] }\n"
    "checklist:\n"
    "  - { id: join, title: Join, how: Say so, as: aisha, say: I want a mentor, done: { key: intake.enough, person: aisha } }\n"
    "  - { id: any, title: Any, how: Wait, done: { key: proposal.mentor } }\n"
    "answers:\n"
    "  never: [round.review]\n"
    "  default:\n"
    "    intake.limits: 1\n"
    "    round.review: 1\n"
    "  people:\n"
    "    ben:\n"
    "      start: I want to be a mentor\n"
    "      intake.topics: [confidence, 3]\n"
    "      intake.style: Skip\n"
    "      intake.six: More confidence.\n"
    "      intake.line: { say: Jo Patel }\n"
    "      intake.apart: jo\n"
    "      intake.how: nonsense\n";

struct stage stage;

static int remove_one(const char *path, const struct stat *info, int kind, struct FTW *place) {
  return remove(path);
}

const char *stage_path(const char *name) {
  static char paths[4][200];
  static unsigned turn;
  char *path = paths[turn++ % ARRAY_LEN(paths)];
  snprintf(path, sizeof paths[0], "%s/%s", stage.folder, name);
  return path;
}

void stage_write(const char *path, const char *text) {
  FILE *file = fopen(path, "w");
  cr_assert_not_null(file);
  fputs(text, file);
  fclose(file);
}

enum err stage_play(const char *text, struct web_play **ret_play) {
  const char *path = stage_path("play.yaml");
  stage_write(path, text);
  err_note_clear();
  return web_play_read(path, ret_play);
}

void stage_begin(void) {
  cr_assert(random_init());
  snprintf(stage.folder, sizeof stage.folder, "/tmp/mentord-web-XXXXXX");
  cr_assert_not_null(mkdtemp(stage.folder));
  cr_assert_eq(stage_play(stage_play_text, &stage.play), ERR_NONE, "%s", err_note_text());
  stage.rooms = web_rooms_new(stage.play);
  stage.events = web_events_new(stage.play);
  stage.arena = arena_new(64 * 1024 * 1024);
  stage.next_number = 1;
  stage_apply((struct web_line){.kind = WEB_LINE_START, .journal = "abc"});
}

void stage_end(void) {
  stage.rooms = web_rooms_free(stage.rooms);
  stage.events = web_events_free(stage.events);
  stage.play = web_play_free(stage.play);
  stage.arena = arena_free(stage.arena);
  nftw(stage.folder, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

const struct web_play_person *stage_person(const char *id) {
  const struct web_play_person *person = web_play_person(stage.play, id);
  cr_assert_not_null(person);
  return person;
}

int64_t stage_apply(struct web_line line) {
  struct text text;
  struct web_line read;
  line.number = stage.next_number++;
  line.at_ms = 1000 * line.number;
  line.shown_ms = line.at_ms + 5;
  text_init(&text, WEB_LINE_BYTES_MAX);
  web_line_encode(&line, &text);
  struct arena *scratch = arena_new(16 * 1024 * 1024);
  cr_assert_eq(web_line_decode(text_str(&text), text.length - 1, scratch, &read), ERR_NONE, "%s: %s", text_str(&text), err_note_text());
  web_apply(stage.rooms, stage.events, &read, scratch);
  arena_free(scratch);
  text_done(&text);
  return line.number;
}

int64_t stage_say(const char *person, const char *n, const char *room, const char *text) {
  return stage_apply((struct web_line){.kind = WEB_LINE_SAY, .person = person, .n = n, .room = room, .text = text});
}

const struct web_outcome *stage_upload(const char *token, const char *action_json) {
  char frame[4096], id[64];
  int length = snprintf(frame, sizeof frame, "{\"t\":\"action\",\"workspace\":\"web/one\",\"order\":\"x\",%s}", action_json);
  cr_assert(length < (int)sizeof frame);
  stage_apply((struct web_line){.kind = WEB_LINE_ACTION, .frame = frame, .token = token});
  cr_assert_eq(sscanf(strstr(action_json, "\"id\":\"") + 6, "%63[^\"]", id), 1);
  return web_rooms_outcome(stage.rooms, id);
}

const struct web_outcome *stage_act(const char *action_json) {
  return stage_upload(NULL, action_json);
}

const char *stage_id(char prefix, int64_t number) {
  return arena_format(stage.arena, "%c%lld", prefix, (long long)number);
}
