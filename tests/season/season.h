/* season.h: the world of a season as data: people, what they see, what is on its way, a clock, a store that misbehaves.
 * tidy: size: the whole world on one page. */
#ifndef MENTORD_SEASON_H
#define MENTORD_SEASON_H

#include <openssl/evp.h>
#include <sodium.h>

#include "bot/base/map.h"
#include "bot/edge/serve.h"
#include "tests/season/chance.h"

/* Two platforms: whose pair spans them has no room, and writes through the bot. Managers are in the city. */
#define CITY "web/city"
#define COUNTY "web/county"
#define SEASON_SCHEME "season"
enum { HUMANS = 200, MANAGERS = 5, BOSSES = 40, WEEKS = 26, CARDS_KEPT = 6, OLD_EVENTS = 8, NAME_BYTES = 48, HELD_MAX = 1024 };
#define SECOND_MS INT64_C(1000)
#define MINUTE_MS (60 * SECOND_MS)
#define HOUR_MS (60 * MINUTE_MS)
#define DAY_MS (24 * HOUR_MS)
#define WEEK_MS (7 * DAY_MS)
#define NEVER_MS INT64_MAX
#define MARKER "zebra-marker"

/* ---- people ---- */
struct button {
  char *token, *label; /* owned */
};
struct shown { /* a card as somebody has it on their screen; all owned */
  char *message, *key, *input_token;
  int input; /* enum card_input */
  size_t choose_max, chars_max, choice_count, extra_count;
  struct button *choices, *extras;
};

/* HABIT(name, "what somebody does", percent of those who have it) */
#define HABIT_LIST(HABIT)                                                   \
  HABIT(LATE, "answers days later", 25)                                     \
  HABIT(SILENT, "stops answering for weeks", 12)                            \
  HABIT(DOUBLE, "presses twice", 20)                                        \
  HABIT(OLD, "presses a button of an older card", 20)                       \
  HABIT(LEAVE, "leaves, and perhaps comes back", 6)                         \
  HABIT(ROOM, "answers in a room instead of in private", 15)                \
  HABIT(FORM, "sends a form where words were asked for, or the reverse", 20) \
  HABIT(DEVICES, "has two devices: the same again within a minute under another id", 15) \
  HABIT(NONSENSE, "types nonsense", 20)                                     \
  HABIT(FOREIGN, "presses other people's buttons", 15)                      \
  HABIT(CHANGE, "changes answers", 25)                                      \
  HABIT(BACK, "goes back", 25)                                              \
  HABIT(SKIP, "skips", 25)                                                  \
  HABIT(WHY, "asks why", 20)                                                \
  HABIT(CANCEL, "cancels", 15)                                              \
  HABIT(HELP, "asks for help in the middle", 15)                            \
  HABIT(COMMANDS, "types commands in the middle", 20)                       \
  HABIT(LONG, "writes far too much", 10)
#define HABIT_AS_ENUM(name, what, percent) HABIT_##name,
enum habit { HABIT_LIST(HABIT_AS_ENUM) HABIT_MAX_ };
#undef HABIT_AS_ENUM

struct pending { /* an event on its way to the bot */
  struct pending *next; /* owned */
  struct arena *arena;  /* owned */
  struct event *event;
  bool sent;            /* handed over, not acknowledged yet */
};

struct human {
  char user[16], name[NAME_BYTES];
  const char *workspace, *zone, *organisation, *grade, *wanted; /* static; wanted: mentee, mentor, both, reserve */
  int boss;                /* whose line manager is position `boss`; -1: none */
  bool manager, imported, secretive; /* secretive: names nobody knows where others are named */
  bool habits[HABIT_MAX_];
  int64_t next_ms;         /* the next time they do something of their own accord */
  size_t about;            /* a manager: whose line manager they were last to enter */
  bool asked;              /* a card with an open question is on the screen */
  bool regrets;            /* a manager who released a round, and takes it back */
  struct shown cards[CARDS_KEPT]; /* newest first */
  struct pending *first;   /* owned, with all behind it */
  struct event *old[OLD_EVENTS]; /* acknowledged ones, to be delivered once more; owned with their arenas */
  struct arena *old_arenas[OLD_EVENTS];
  size_t old_at;
  int64_t gone_until_ms;
};

/* ---- the link ---- */
struct result { /* what became of an action, to be told at its time */
  struct result *next; /* owned */
  char *row, *workspace, *message, *why; /* owned */
  enum action_result result;
  int64_t wait_ms, at_ms;
};

/* Work that the bot handed to another thread: run at one moment, told at another. */
struct handed {
  void (*run)(void *job), (*done)(void *job); /* done NULL: there is none; run NULL: it ran */
  void *job;
};

/* An event the bot may commit, found again by the hash it goes by. */
struct known {
  int human;          /* position; -1: nobody's */
  enum event_kind kind;
  char what[96];
  int64_t kept, sent; /* commits */
  int64_t at_ms;
};

struct season {
  uint64_t seed;
  bool misbehaves, link_down, serving;
  struct chance habits, odds, bytes, sodium; /* four streams */
  int64_t start_ms, now_ms, wake_ms; /* system time, the scheme's too; wake -1: none */
  struct store *inner, *store;
  struct keystore *keystore;
  struct words *words;
  struct serve *serve;
  struct serve_options serve_options;
  struct human humans[HUMANS];
  size_t unsent;              /* events of theirs that are not handed over */
  struct map *by_user;        /* user -> struct human, borrowed */
  struct result *results;     /* owned */
  struct handed handed;
  struct map *done_actions;   /* row -> message it became: an adapter does nothing twice; values owned */
  struct shown rooms[CARDS_KEPT]; /* cards in public rooms, newest first */
  struct map *known;          /* hash in hex -> struct known, owned */
  int64_t held_ms[HELD_MAX];  /* when rows that wait for somebody's morning may go */
  size_t held_count;
  const struct known *running; /* the event whose turn it is; NULL: something of the bot's own */
  uint64_t event_count, message_count, control_count;
  struct watching *watching;  /* checks.c's own; owned */
  struct tally *tally;        /* tally.c's own; owned */
  EVP_MD_CTX *bytes_hash;     /* owned: sha256 of every kept commit and every message; OpenSSL's, which asks the processor for it */
  int64_t turns, commits, messages, crashes, reloads, outages;
  bool verbose;
};

#endif
