/* odd_store.h: a store that misbehaves in front of the store in memory: late, refusing, silent after it wrote, torn by a crash. */
#ifndef MENTORD_SEASON_ODD_STORE_H
#define MENTORD_SEASON_ODD_STORE_H

#include "state/store.h"
#include "tests/season/chance.h"

/* FAULT(NAME, "what it does", chance in 10,000 per commit while misbehaving) */
#define ODD_FAULT_LIST(FAULT)                                             \
  FAULT(LOST_ANSWER, "it was kept, and the answer was lost", 3)          \
  FAULT(LOST_CALL, "the connection died before it arrived", 2)           \
  FAULT(REFUSED, "no memory: refused", 2)                                \
  FAULT(FENCED, "somebody else took the scheme for a moment", 1)
#define ODD_FAULT_AS_ENUM(name, what, often) ODD_##name,
enum odd_fault { ODD_FAULT_LIST(ODD_FAULT_AS_ENUM) ODD_FAULT_MAX_ };
#undef ODD_FAULT_AS_ENUM

struct odd_watch { /* what the season wants to know */
  void (*sent)(void *who, const struct store_commit *commit);                         /* the bot handed it over */
  void (*kept)(void *who, const struct store_commit *commit, enum store_answer answer); /* the store decided */
  void *who;
};

/* A new door in front of `inner`, a store in memory without a loop, borrowed: it outlives the door as a server outlives
 * a connection. store_free ends the door; calls that wait in it are dropped. */
struct store *odd_store_new(struct store *inner, struct chance *chance, const struct odd_watch *watch);
void odd_store_misbehave(struct store *store, bool odd);
bool odd_store_waits(const struct store *store);  /* a call waits for its turn */
void odd_store_step(struct store *store);         /* the oldest call is done and answered */
/* The bot is about to die: so many of the waiting commits are still kept, the rest never arrived. */
void odd_store_crash(struct store *store, size_t kept);
size_t odd_store_waiting(const struct store *store);
int64_t odd_store_faults(enum odd_fault fault);   /* how often, in this process */
const char *odd_store_fault_what(enum odd_fault fault);
const char *odd_store_fault_name(enum odd_fault fault);

#endif
