/* web_rooms.h: the platform's state: rooms, who is in them, their messages, who has read how far, what the bot's actions
 * became. Rebuilt from the journal; everything lives in one arena until the demo starts over. */
#ifndef MENTORD_WEB_ROOMS_H
#define MENTORD_WEB_ROOMS_H

#include "adapters/web/web_play.h"
#include "bot/base/map.h"

struct web_room;

struct web_attached { /* a file; its bytes are web_kept's */
  const char *token; /* what they are kept and asked for under */
  const char *name, *type;
  size_t bytes;
};

/* Of messages, files, rooms, outcomes and the clock all texts, and all links among them, are the rooms' own: they live until
 * web_rooms_clear or web_rooms_free. Persons and steps are the play's. */
struct web_message {
  int64_t number;   /* of the journal line that made it */
  const char *id;   /* "m12" */
  struct web_room *room;
  const struct web_play_person *from; /* NULL: the bot */
  const struct web_play_person *only; /* shown to this person alone; NULL: to everybody in the room */
  int64_t at_ms;    /* the scheme's time */
  char *words;      /* owned: the three below, in one piece that an edit replaces */
  const char *text;
  const char *card; /* the link's JSON; NULL: a text */
  const char *key;  /* the card's catalogue key, or NULL */
  const struct web_attached *file; /* NULL: none */
  bool closed;      /* edited, and nothing is left to answer */
  bool answered;    /* since it was last written; only "everyone else" looks at it */
  bool gone;
  struct web_message *before, *after; /* in its room */
};

struct web_room {
  const char *id; /* "d:aisha", "everyone", "p12" */
  enum room_kind kind;
  const char *name, *workspace;
  uint64_t members;
  bool left;      /* the bot left; people stay */
  struct web_message *first, *last;
  int64_t read[WEB_PLAY_PEOPLE_MAX]; /* per person: the number of the last message read */
};

struct web_outcome { /* of an action, remembered under its id */
  enum action_result result;
  const char *message, *why;
};

/* Told of every change, while it is live; NULL members are not called. */
struct web_watch {
  void *who; /* borrowed from the caller until web_rooms_watch is called again */
  void (*message)(void *who, const struct web_message *message); /* new, or edited */
  void (*gone)(void *who, const struct web_message *message);
  void (*room)(void *who, const struct web_room *room, uint64_t newcomers);
  void (*unread)(void *who, const struct web_play_person *person);
  void (*step)(void *who, const struct web_play_step *step);
};

struct web_clock { /* the scheme's, as the bot last said */
  bool known;
  int64_t offset_ms; /* to the system's time */
  int64_t next_ms;   /* 0: nothing is due */
  const char *next;
};

enum { WEB_ROOMS_MAX = 1024 };

struct web_rooms {
  uint32_t magic;
  const struct web_play *play;  /* borrowed until web_rooms_free */
  struct arena *arena;          /* owned: everything below that has no other owner */
  struct web_room *rooms[WEB_ROOMS_MAX];
  size_t room_count;
  struct map *room_ids, *message_ids, *tokens, *outcomes, *seen; /* owned; tokens of files lead to their messages */
  bool *steps_done;             /* as many as the play has steps */
  const char *journal;          /* this journal's own random id */
  struct web_clock clock;
  struct web_watch watch;
};

struct web_rooms *web_rooms_new(const struct web_play *play);
void web_rooms_watch(struct web_rooms *rooms, const struct web_watch *watch); /* NULL: nobody */
void web_rooms_clear(struct web_rooms *rooms); /* as new, but for the clock and the watch */
struct web_rooms *web_rooms_free(struct web_rooms *rooms);
void web_rooms_freep(struct web_rooms **rooms); /* for CLEANUP */

/* ---- asking; NULL when there is no such thing ---- */
struct web_room *web_rooms_room(const struct web_rooms *rooms, const char *id);
struct web_room *web_rooms_direct(const struct web_rooms *rooms, const struct web_play_person *person);
struct web_message *web_rooms_message(const struct web_rooms *rooms, const char *id); /* a deleted one is NULL */
struct web_message *web_rooms_any_message(const struct web_rooms *rooms, const char *id); /* deleted ones too */
struct web_message *web_rooms_with_file(const struct web_rooms *rooms, const char *token); /* a deleted one is NULL */
const struct web_outcome *web_rooms_outcome(const struct web_rooms *rooms, const char *action);
bool web_rooms_has(const struct web_rooms *rooms, const struct web_room *room, const struct web_play_person *person);
bool web_rooms_sees(const struct web_rooms *rooms, const struct web_message *message, const struct web_play_person *person);
size_t web_rooms_unread(const struct web_rooms *rooms, const struct web_room *room, const struct web_play_person *person);
size_t web_rooms_unread_total(const struct web_rooms *rooms, const struct web_play_person *person);

/* ---- changing: texts are copied, the watch is told ---- */
bool web_rooms_first_time(struct web_rooms *rooms, const struct web_play_person *person, const char *n);
bool web_rooms_seen(const struct web_rooms *rooms, const struct web_play_person *person, const char *n);
/* `post` gives number, room, from, only, at_ms, text, card, key and file. */
struct web_message *web_rooms_post(struct web_rooms *rooms, const struct web_message *post);
void web_rooms_edit(struct web_rooms *rooms, struct web_message *message, const char *text, const char *card, const char *key, bool closed);
void web_rooms_delete(struct web_rooms *rooms, struct web_message *message);
struct web_room *web_rooms_open(struct web_rooms *rooms, int64_t number, const char *name, const char *workspace, uint64_t members);
void web_rooms_invite(struct web_rooms *rooms, struct web_room *room, uint64_t newcomers);
void web_rooms_read(struct web_rooms *rooms, struct web_room *room, const struct web_play_person *person, int64_t number);
void web_rooms_remember(struct web_rooms *rooms, const char *action, const struct web_outcome *outcome);

#endif
