/* repair.h: a proven matching that stays proven while people come, leave, decline, and mentors change their seats. */
#ifndef MENTORD_REPAIR_H
#define MENTORD_REPAIR_H

#include "bot/match/assign.h"

struct repair;

/* Somebody's possible partner. */
struct repair_link { int32_t person, cost; };

/* Starts from a plain (not fair) result, which it copies, as it does the problem; both may go. Costs up to ASSIGN_COST_MAX.
 * ERR_LIMITED when there could be more than `mentees_max` or `mentors_max` people with those who are to come. */
enum err repair_new(const struct assign_problem *problem, const struct assign_result *result, size_t mentees_max, size_t mentors_max,
                    struct repair **ret_repair) MUST_CHECK;
struct repair *repair_free(struct repair *repair); /* takes NULL, returns NULL */
void repair_freep(struct repair **repair);         /* for CLEANUP */

/* Each of these leaves as many matched as can be, at the least cost, as a solve from the beginning would. Refused, they change nothing:
 * ERR_BAD_INPUT for a person who is not there, a cost out of bounds, somebody named twice; ERR_LIMITED past the numbers of repair_new. */
enum err repair_join(struct repair *repair, const struct repair_link *mentors, size_t count, size_t *ret_mentee) MUST_CHECK;
enum err repair_leave(struct repair *repair, size_t mentee) MUST_CHECK;               /* the number is not used again */
enum err repair_forbid(struct repair *repair, size_t mentee, size_t mentor) MUST_CHECK; /* declined or failed: never again; no pair: nothing */
enum err repair_seats(struct repair *repair, size_t mentor, int32_t seats) MUST_CHECK;  /* 0: the mentor leaves */
enum err repair_mentor(struct repair *repair, const struct repair_link *mentees, size_t count, int32_t seats, size_t *ret_mentor) MUST_CHECK;

struct repair_value { size_t matched; int64_t cost; };
struct repair_value repair_value(const struct repair *repair);
int32_t repair_mentor_of(const struct repair *repair, size_t mentee); /* or ASSIGN_NOBODY */
int64_t repair_price(const struct repair *repair, size_t mentor);     /* what a seat is worth to those who have none; 0 while one is free */
size_t repair_moved(const struct repair *repair); /* how many others changed their mentor in the last repair */

/* The problem as it is now, and its result with prices and cover, for certificate_check. All in the arena, which must allow
 * repair_snapshot_bytes. Who left has no pairs. */
void repair_snapshot(const struct repair *repair, struct arena *arena, struct assign_problem *ret_problem, struct assign_result *ret_result);
size_t repair_snapshot_bytes(const struct repair *repair);
/* Asks certificate_check. ERR_INTERNAL: the proof fails. One pass over all pairs; after each repair, or after a batch, as the caller likes. */
enum err repair_certify(const struct repair *repair) MUST_CHECK;

/* A newcomer's best, most first, by cost + price: the price of a seat keeps scarce mentors for those who need them. Who could only have what
 * nobody gives up comes last. Returns how many, at most `max` and 64; nothing changes. */
struct repair_offer { int32_t mentor, cost; int64_t price; };
size_t repair_best(const struct repair *repair, const struct repair_link *mentors, size_t count, size_t max, struct repair_offer *ret_offers);

#endif
