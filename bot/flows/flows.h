/* flows.h: the list of flows, and the doors by which other flows and the turn enter them. */
#ifndef MENTORD_FLOWS_H
#define MENTORD_FLOWS_H

#include "bot/engine.h"
#include "bot/may_see.h"

/* FLOW(name): bot/flows/<name>.c defines `const struct flow <name>_flow`. */
#define FLOW_LIST(FLOW) \
  FLOW(intake)          \
  FLOW(proposal)        \
  FLOW(applicants)      \
  FLOW(round)           \
  FLOW(relay)           \
  FLOW(line)            \
  FLOW(announce)        \
  FLOW(tell)
#define FLOW_AS_DECLARATION(name) extern const struct flow name##_flow;
FLOW_LIST(FLOW_AS_DECLARATION)
#undef FLOW_AS_DECLARATION

/* ---- intake.c: signing up, and changing answers later ---- */
void intake_begin(struct turn *turn, const char *role_word, const char *announcement); /* join, or go on where they stood */
void intake_change(struct turn *turn);                                               /* `me`: review and edit */

/* ---- announce.c ---- */
bool announce_failed(struct turn *turn, const struct out *row); /* a call that did not arrive in its room: who asked for it hears so; false: no call */
void announce_joined(struct turn *turn, const char *announcement); /* somebody signed up through its button */

/* ---- export.c ---- */
void export_failed(struct turn *turn, const struct out *row); /* a file did not arrive, or nobody knows: who asked for it hears so */

/* ---- proposal.c: the mentee first, then the mentor (or both), and what follows a yes or a no ---- */
/* Makes the pair and asks. after_no: what happens after a no. Returns the pair's id. */
const char *proposal_make(struct turn *turn, const struct round *round, const struct match *match, enum after_no after_no);
void proposal_withdraw(struct turn *turn, const char *pair); /* undo: whoever was asked is told kindly */
void proposal_expired(struct turn *turn, const char *pair);  /* its answer_by_ms came: silence is a no */
/* We were away: of the pairs from number part * TURN_OUTAGE_PAIRS on, so many get at least one more working day to answer. */
void proposal_after_outage(struct turn *turn, size_t part);

/* ---- round_second.c: the mentee's second choice, after a pair that came to nothing before it began ---- */
/* A line and a button, if it may be asked now, by this manager. */
bool second_offer(struct turn *turn, struct out *out, const struct pair *pair, const char *manager);
bool second_propose(struct turn *turn, const struct pair *pair, const char *manager); /* asks at once; false: it may not be */

/* ---- round_large.c: what a round's job says and asks; turn->person is the manager who asked for it ---- */
void round_progress(struct turn *turn, const struct round *round); /* how far the job is, in the message that stands there */
void round_ready(struct turn *turn, struct round *round);  /* all its sheets are there: the manager looks at them */
void round_failed(struct turn *turn, struct round *round); /* there will be no list */
/* Asks the two of this match, if all still holds and the score is what the manager wants; true when they were asked. */
bool round_release_one(struct turn *turn, const struct round *round, struct match *match);
void round_released(struct turn *turn, const struct round *round, int64_t sent); /* so many pairs are being asked; the manager is told */
/* Withdraws at most so many pairs of the round whose mentee has not answered. Returns how many: fewer than `most` were all. */
int64_t round_take_back(struct turn *turn, const struct round *round, int64_t most);
void round_taken_back(struct turn *turn, int64_t count); /* so many in all; the manager is told */

/* ---- introduction.c: both said yes: their own room, or the bot relays ---- */
void introduction_make(struct turn *turn, const char *pair);
void introduction_room(struct turn *turn, const char *pair, const char *room); /* the room exists; NULL: it cannot be had */
bool introduction_room_lost(struct turn *turn, const struct out *row); /* nothing can be said in their room: until then many platforms show it to nobody */

/* ---- relay.c: two people without a room of their own write to each other through the bot ---- */
const char *relay_partner(const struct pair *pair, const char *person);
/* A button that begins a letter: "do:write Cho Park", so that it can be said, too. `words` is its label. */
void relay_offer(struct turn *turn, struct out *out, const struct pair *pair, const char *person, const char *words);
void relay_failed(struct turn *turn, const struct out *row); /* a row did not arrive: whose words it carried is told */

/* ---- what became of our actions ---- */
void flows_result(struct turn *turn);

#endif
