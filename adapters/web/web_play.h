/* web_play.h: the demo's cast: workspaces, people, rooms, the steps of "Try this", and what the others answer. */
#ifndef MENTORD_WEB_PLAY_H
#define MENTORD_WEB_PLAY_H

#include "adapters/kit/link_frame.h"

/* A set of people is one bit each. */
enum { WEB_PLAY_PEOPLE_MAX = 64, WEB_PLAY_ROOMS_MAX = 32 };

struct web_play_answer {
  const char *key;           /* the card's catalogue key: "intake.topics" */
  const char *const *values; /* labels or numbers as shown, or a text */
  size_t value_count;
  bool list;                 /* written as a list: several choices at once */
  bool say;                  /* written as { say: … }: typed into the room, whatever the card offers */
};

struct web_play_answers {
  const struct web_play_answer *rows;
  size_t count;
};

struct web_play_person {
  const char *id, *name, *workspace, *about, *zone, *language;
  const char *start; /* said first when the bot has not written yet; NULL: waits to be asked */
  struct web_play_answers answers;
};

struct web_play_room { /* always public */
  const char *id, *name, *workspace;
  uint64_t members;
};

struct web_play_step {
  const char *id, *title, *how, *as, *say; /* as and say: who to be and what to write, may be NULL */
  const char *key, *person;                /* done when this person (NULL: anybody) got a card of this key */
};

struct web_play { /* everything lives in `arena` */
  struct arena *arena; /* owned */
  const char *zone;
  const struct link_workspace *workspaces;
  size_t workspace_count;
  struct web_play_person *people; /* the first one is who a new page is */
  size_t person_count;
  const struct web_play_room *rooms;
  size_t room_count;
  const struct web_play_step *steps;
  size_t step_count;
  struct web_play_answers defaults;
  const char *const *never; /* card keys nobody answers by himself: a manager decides */
  size_t never_count;
};

/* ERR_BAD_INPUT with a note "play.yaml:12:5: what", ERR_GONE when the file is not there. */
enum err web_play_read(const char *path, struct web_play **ret_play) MUST_CHECK;
struct web_play *web_play_free(struct web_play *play);
void web_play_freep(struct web_play **play); /* for CLEANUP */

const struct web_play_person *web_play_person(const struct web_play *play, const char *id); /* NULL when unknown */
uint64_t web_play_bit(const struct web_play *play, const struct web_play_person *person);
/* What this person answers to a card: their own answer, else the default; NULL: the card is left alone. A key that is not
 * named is answered as its parent is: "intake.topics.mentor" as "intake.topics". */
const struct web_play_answer *web_play_answer(const struct web_play *play, const struct web_play_person *person, const char *key);

#endif
