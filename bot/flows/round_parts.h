/* round_parts.h: what the files of the round share; nobody else includes it. */
#ifndef MENTORD_ROUND_PARTS_H
#define MENTORD_ROUND_PARTS_H

#include <string.h>

#include "bot/flows/flows.h"
#include "bot/match/match.h"

struct round *round_edit(struct talking *talking);
const struct enrolment *round_enrolment(struct turn *turn, const char *id);
/* Solves again after people or couples changed; says so and returns false when it cannot. */
bool round_solve(struct turn *turn, struct round *round);
/* False once the round's manager is recused from one of the two: such a row is shown no more, however often it is asked. */
bool round_shows(struct turn *turn, const struct round *round, const struct match *match);
/* "Aisha Khan" of an enrolment, as a parameter. */
void round_param(struct param *param, struct turn *turn, const char *name, const char *enrolment);

/* Everything is looked at once more: somebody may have left, or told us about their line manager, since the review. */
bool round_still_good(struct turn *turn, const struct programme *programme, const char *manager, const struct match *match);
/* One pair of the list; `round` tells who reads it, NULL: without the second choice. */
void round_line(struct turn *turn, struct out *out, const struct round *round, const struct match *match);

/* ---- round_page.c: a list shown so many lines a page; the page stands behind the step's slash, from 0 ---- */
enum { PAGE_LINES = 10 };
size_t page_of(const struct talking *talking);
/* Two parameters by these names: which page this is, from 1, and of how many, for a list of so many lines. */
void page_numbers(struct talking *talking, struct out *out, const char *this_name, const char *all_name, size_t lines);
void page_choices(struct talking *talking, struct out *out, size_t lines); /* "on" and "back", where they lead anywhere */
const char *page_next(struct talking *talking, const char *step);          /* this step at the page that was chosen, or the review */

/* ---- round_second.c: a second choice is asked ---- */
void second_ask(struct talking *talking);
enum reading second_read(struct talking *talking, const struct heard *heard);
bool second_any(struct turn *turn, const struct round *round); /* somebody on the list has one */

/* ---- round_large.c: more people than a turn can match: made meanwhile, shown page by page ---- */
/* The work begins. False, and the asker was told, when it is too large even for that, or the disk too full. */
bool large_begin(struct turn *turn, struct match_sizes sizes, struct round *round);
/* True: `match` with these arguments shows the round as it is, and makes it no anew. */
bool large_stays(struct turn *turn, const struct round *round, const char *args);
void large_ask(struct talking *talking, const struct round *round); /* how far it is; or what there is to look at */
const char *large_stop(struct talking *talking);
int64_t large_releasable(struct turn *turn, const struct round *round);
void large_release(struct talking *talking);
void large_take_back(struct talking *talking);
void large_list_ask(struct talking *talking);
const char *large_list_next(struct talking *talking);
void large_leave_ask(struct talking *talking);
enum reading large_leave_read(struct talking *talking, const struct heard *heard);
void large_from_ask(struct talking *talking);
const char *large_from_next(struct talking *talking);

/* ---- round_places.c: the organisations' places, as lines of the review; more than a few of them by pages ---- */
void places_lines(struct turn *turn, struct out *out, const struct round *round);
void places_choice(struct turn *turn, struct out *out, const struct round *round);
void places_ask(struct talking *talking);
const char *places_next(struct talking *talking);
/* True when this mentee has nobody for want of a place, and a line says so. */
bool places_nobody_line(struct turn *turn, struct out *out, const struct match *match);

/* ---- round_change.c: swap, keep apart, pin; each change is a couple, and undo takes the last one back ---- */
void swap_ask(struct talking *talking);
enum reading swap_read(struct talking *talking, const struct heard *heard);
const char *swap_next(struct talking *talking);
void forbid_ask(struct talking *talking);
enum reading forbid_read(struct talking *talking, const struct heard *heard);
/* "@a with @b": the two enrolments; false when it was no such sentence or names nobody, and the asker was told. */
bool couple_from_words(struct turn *turn, const struct programme *programme, const char *words, struct couple *ret_couple);
/* Adds the couple and solves again. False, and the asker was told "not available", when a hard rule stands in the way. */
bool couple_add(struct turn *turn, struct round *round, const struct couple *couple);
bool couple_undo(struct turn *turn, struct round *round); /* false: nothing to take back */

#endif
