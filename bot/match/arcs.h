/* arcs.h: pairs in rows: checks what came from outside, and builds the rows from pairs in any order. */
#ifndef MENTORD_ARCS_H
#define MENTORD_ARCS_H

#include "bot/match/rows.h"

/* ERR_LIMITED for more than ASSIGN_SIDE_MAX a side. ERR_BAD_INPUT for seats below 0, rows that do not follow each other,
 * nobody's mentor, a cost out of 0…cost_max, a mentor twice in a row; *ret_pair is then the pair, or -1 when it is none. */
enum err arcs_check(const struct assign_problem *problem, int32_t cost_max, int64_t *ret_pair) MUST_CHECK;

/* The same, and fills `rows`, whose memory is *ret_arena, which the caller owns. */
enum err arcs_look(const struct assign_problem *problem, int32_t cost_max, struct rows *rows, struct arena **ret_arena) MUST_CHECK;

struct arcs_pair { uint32_t mentee, mentor; int32_t cost; };
/* Rows, with the pairs of each mentee in the order they came. Mentees must be below `mentees`; nothing else is checked. */
struct assign_problem arcs_build(size_t mentees, size_t mentors, const int32_t *seats, const struct arcs_pair *pairs, size_t count,
                                 struct arena *arena);

#endif
