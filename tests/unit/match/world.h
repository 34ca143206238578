/* world.h: a small scheme in memory, built in one transaction: one organisation to begin with, one programme, one manager. */
#ifndef TEST_MATCH_WORLD_H
#define TEST_MATCH_WORLD_H

#include "bot/match/match.h"
#include "bot/match/points.h"

struct world {
  struct arena *arena; /* owned */
  struct model *model; /* owned */
  struct txn *txn;
  struct programme *programme; /* "pilot", no training gate, grades 1 to 3 apart */
};

void world_init(struct world *world);
void world_done(struct world *world);
#define WORLD(name) CLEANUP(world_done) struct world name; world_init(&name)

void world_organisation(struct world *world, const char *id, const char *grades); /* "a,b,c", lowest first */
/* A person with an accepted enrolment "e-<person>" of the programme; organisation "city", line manager none. */
struct enrolment *world_join(struct world *world, const char *person, enum role role);
struct person *world_person(struct world *world, const char *person);
/* One answer; values as "a,b", NULL for skipped, "-" for no preference. Replaces an earlier one. */
void world_answer(struct world *world, struct enrolment *enrolment, const char *question, const char *values);
void world_pair(struct world *world, const char *id, const char *mentee, const char *mentor, enum pair_state state);
struct round *world_round(struct world *world, const char *seed); /* by the manager "boss" */
void world_couple(struct world *world, struct round *round, const char *mentee, const char *mentor, bool pin); /* persons */

/* The row of a mentee (person), which must be there; who they have (person), or NULL. */
const struct match *world_row(const struct round *round, const char *mentee);
const char *world_mentor_of(const struct round *round, const char *mentee);
struct match_score world_score(struct world *world, const struct enrolment *mentee, const struct enrolment *mentor);
struct match_sides world_sides(struct world *world, const struct enrolment *mentee, const struct enrolment *mentor);
const char *world_codes(struct world *world, struct strs codes); /* "a b" */
/* What one component makes of the two: value, standing and words. */
struct world_part { enum match_standing standing; int value; const char *reason, *weak; };
struct world_part world_part(struct world *world, enum match_component which, const struct enrolment *mentee, const struct enrolment *mentor);

#endif
