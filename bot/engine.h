/* engine.h: the one engine that runs every flow: asks, reads, goes on, back, skips, reminds. The only place a step changes. */
#ifndef MENTORD_ENGINE_H
#define MENTORD_ENGINE_H

#include "bot/cards.h"

#define STEP_END "end"

/* One talk while it is being handled. */
struct talking {
  struct turn *turn;
  struct talk *talk;         /* the transaction's copy */
  const struct flow *flow;
  const struct step *step;
};

/* What the person answered. */
struct heard {
  struct strs values;        /* offers they chose, by value, in the order of the offers */
  const char *text;          /* the words as typed, trimmed; NULL when buttons were pressed */
  const char *unknown;       /* the first part of a typed list that is no offer; NULL: none */
};

enum reading {
  READ_OK,                   /* understood and kept: go to next */
  READ_AGAIN,                /* not understood: the reader said why (card_to), the question is asked again */
  READ_STAY                  /* understood, but we stay here; the reader said what there is to say */
};

enum step_flag {
  STEP_TYPED = 1 << 0,       /* free words are an answer here, not only offers */
  STEP_SEVERAL = 1 << 1,     /* several offers may be chosen */
  STEP_NO_BACK = 1 << 2,
  STEP_NAME = 1 << 3         /* and they are somebody's name: a command is none, and is run */
};

/* A step may carry a detail behind a slash: talk->step "ask/topics" is step "ask", detail "topics". */
struct step {
  const char *name;
  void (*ask)(struct talking *talking);          /* engine_ask gives the row; fill it */
  enum reading (*read)(struct talking *talking, const struct heard *heard);
  const char *then;                              /* the next step's name, or STEP_END; NULL: as `next` says */
  const char *(*next)(struct talking *talking);  /* the same, where it depends on the answer; arena or static */
  void (*skip)(struct talking *talking);         /* keeps "skipped"; NULL: may not be skipped */
  bool (*may_skip)(struct talking *talking);     /* NULL: whenever there is a skip */
  const char *why;                               /* catalogue key: who sees it, what it is for; NULL: as `why_now` says */
  const char *(*why_now)(struct talking *talking); /* where it depends on the detail; NULL: there is no such button */
  const char *yes, *no;                          /* the offer, or the word that always works, a plain yes or no means; "": none. NULL: as any words */
  unsigned flags;
  unsigned (*flags_now)(struct talking *talking); /* flags that depend on the detail; NULL: none */
};

enum remind { REMIND_PERSON, REMIND_MANAGER, REMIND_END };
struct reminder { /* counted from the question, in the person's zone, at 10:00 */
  int days;
  bool working;              /* working days of the scheme, holidays out */
  enum remind what;
};

struct flow {
  const char *name;
  const struct step *steps;
  size_t step_count;
  const struct reminder *reminders;
  size_t reminder_count;
  void (*remind)(struct talking *talking, enum remind what); /* says it; the engine asks again for REMIND_PERSON */
  void (*cancel)(struct talking *talking);       /* the person said cancel; NULL: "stopped, nothing is lost" */
  void (*end)(struct talking *talking);          /* the last step is done */
  void (*over)(struct turn *turn, const struct talk *talk); /* nobody comes back to it, however it ended; NULL: there is nothing to tidy */
};

const struct flow *flow_by_name(const char *name); /* from the flow list; NULL when a release took it away */

/* Starts a talk with a person. `proactive`: waits its turn when another talk was active in the last 30 minutes; a talk
 * the person asked for comes to the foreground, and the one that stood there waits. Returns the transaction's copy. */
struct talk *engine_start(struct turn *turn, const char *person, const char *flow, const char *step, const char *subject, bool proactive);
/* The same, without a question yet: the caller fills it and calls engine_ask_again. */
struct talk *engine_start_quietly(struct turn *turn, const char *person, const char *flow, const char *step, const char *subject);
/* The foreground talk of the person; NULL: none. */
struct talk *engine_foreground(struct turn *turn, const char *person);
/* Less than a minute ago, by their last word to us, the actor moved one of their talks on: what comes again now may be that word. */
bool engine_moved_just_now(struct turn *turn);
void engine_new_word(struct turn *turn); /* the actor says something else: what moved a talk on is no longer their last word */
/* Words for this talk. False when they are no answer here and nothing was said: try them as a command, else
 * engine_not_understood. */
bool engine_hear_text(struct turn *turn, struct talk *talk, const char *text);
void engine_not_understood(struct turn *turn, struct talk *talk);
/* A press or a form: reads event->button; tells late, second and foreign presses apart. */
void engine_hear_press(struct turn *turn);
void engine_timer(struct turn *turn, struct talk *talk); /* its due_ms came */
/* Ends a talk from outside (its subject is gone); the next waiting talk comes forward. */
void engine_end(struct turn *turn, struct talk *talk, enum talk_state how);

bool engine_runs(const struct talk *talk);                 /* open, or waiting for its turn */
/* Asks the open question of this talk again, with a new nonce. */
void engine_ask_again(struct turn *turn, struct talk *talk);
/* The actor's talk comes to the foreground and asks; what stood there waits. `step`: where it is taken to; NULL: where it stands. */
void engine_bring(struct turn *turn, struct talk *talk, const char *step);
/* The question that stands open, if any, is asked again below the answer to something else. */
void engine_resume(struct turn *turn);
/* The open question is told anew in the message it stands in, its buttons with it: what it says has changed. */
void engine_retell(struct turn *turn, struct talk *talk);
/* That message once more without its buttons, and under it what became of it. */
void engine_close_card(struct turn *turn, struct talk *talk, const char *words);
/* For a step's `ask`: the row with the question, its back/skip/why buttons and token data filled in. Call it once. */
struct out *engine_ask(struct talking *talking, const char *words);
const char *engine_detail(const struct talking *talking); /* behind the slash; "" when there is none */
const char *engine_slot(const struct talk *talk, const char *name); /* NULL when never set */
void engine_set_slot(struct turn *turn, struct talk *talk, const char *name, const char *value); /* NULL forgets it */

#endif
