/* intake_parts.h: what the files of the intake share; nobody else includes it. */
#ifndef MENTORD_INTAKE_PARTS_H
#define MENTORD_INTAKE_PARTS_H

#include <string.h>

#include "bot/flows/flows.h"

enum { INTAKE_LIMITS_VERSION = 1, INTAKE_STEPS_BEFORE = 2 };

/* Every question of the intake is asked through here: progress and the who-sees line belong to it. */
struct out *intake_ask(struct talking *talking, const char *words, const char *who, int64_t step);
struct enrolment *intake_enrolment(struct talking *talking); /* the one being filled in, to edit */
struct person *intake_person(struct talking *talking);
/* Where to go after a step: on, or back to the review when that is where we came from. */
const char *intake_onward(struct talking *talking, const char *otherwise);

/* ---- intake_questions.c: the scheme's own questions ---- */
void questions_ask(struct talking *talking);
enum reading questions_read(struct talking *talking, const struct heard *heard);
const char *questions_next(struct talking *talking);
void questions_skip(struct talking *talking);
bool questions_may_skip(struct talking *talking);
unsigned questions_flags(struct talking *talking);
const char *questions_why(struct talking *talking);
/* The step of the first question of this kind: "ask/topics", or `otherwise` when there is none. */
const char *questions_first(struct talking *talking, bool extra, const char *otherwise);
/* Asked of both roles in the same words, and not sealed: one answer serves a mentee and a mentor. */
bool questions_is_shared(struct talking *talking, const struct question *question);
const struct question *questions_get(struct talking *talking, const char *id); /* NULL: not in this talk's set */
const char *questions_more(struct talking *talking); /* the first optional one that has no answer yet; NULL: none */
int64_t questions_steps(struct talking *talking); /* the highest step number, the fixed last one included */
void questions_review_lines(struct talking *talking, struct out *out);
void questions_review_choices(struct talking *talking, struct out *out);

/* ---- intake_day.c: a question whose answer is a day, from today to so many days ahead ---- */
void day_ask(struct talking *talking, struct out *out, const struct question *question);
void day_offer(struct talking *talking, struct out *out, const struct question *question, const char *iso); /* the one they chose before */
/* As it is stored, "2027-03-01", in the arena; NULL: it is none that can be taken, and they were told why. */
const char *day_read(struct talking *talking, const struct question *question, const char *text);

/* ---- intake_both.c: both roles at once ---- */
/* Turns the talk over to the second enrolment, made now; false when only one was wanted. */
bool both_begin_second(struct talking *talking);
void half_ask(struct talking *talking);
enum reading half_read(struct talking *talking, const struct heard *heard);
const char *half_next(struct talking *talking);
/* For whoever has two enrolments: which one this is, a way to the other, and the turn to it. */
void both_review_line(struct talking *talking, struct out *out);
void both_review_choice(struct talking *talking, struct out *out);
const char *both_turn_over(struct talking *talking);

/* ---- intake_people.c: the line manager, and whom to be kept apart from ---- */
void line_manager_ask(struct talking *talking);
enum reading line_manager_read(struct talking *talking, const struct heard *heard);
void apart_ask(struct talking *talking);
enum reading apart_read(struct talking *talking, const struct heard *heard);
void apart_skip(struct talking *talking);

/* ---- intake_about.c: role, organisation, department, grade ---- */
void role_ask(struct talking *talking);
enum reading role_read(struct talking *talking, const struct heard *heard);
const char *role_next(struct talking *talking);
void about_ask(struct talking *talking);
enum reading about_read(struct talking *talking, const struct heard *heard);
const char *about_next(struct talking *talking);
void about_skip(struct talking *talking);
unsigned about_flags(struct talking *talking);

#endif
