/* cards.h: building what the bot says: rows of the outbox, made of catalogue keys and parameters, never of sentences.
 * render.c gives every sentence these parameters by itself: {me} {mentee} {mentor} {programme} (the scheme's words), {scheme},
 * {managers} (first names of those not recused from the reader), {contact} {contact_how} {emergency}. */
#ifndef MENTORD_CARDS_H
#define MENTORD_CARDS_H

#include "bot/turn.h"

/* Marks a catalogue key, so that a test can hold code and catalogue together. Keys made at run time start from a W() too. */
#define W(key) key

/* A new row to this person's direct messages. It is in the transaction; fill it on. */
struct out *card_to(struct turn *turn, const char *person, const char *words);
/* A new row into a platform room; NULL: one that is still to be made. */
struct out *card_room(struct turn *turn, const char *workspace, const char *room, const char *words);
/* One more line of facts under the text. */
struct line *card_line(struct turn *turn, struct out *out, const char *words);
/* One more choice; `words` is the label's key, or NULL with a label that is no sentence of ours. Sets the input to
 * INPUT_BUTTONS when it was none. */
struct choice *card_choice(struct turn *turn, struct out *out, const char *value, const char *words, const char *label);
/* A button that runs a command, on any card: value "do:next". */
struct choice *card_command(struct turn *turn, struct out *out, const char *command, const char *words);
/* Parameters of anything that has `params`: param_person(WITH(turn, out), turn, "mentor", pair->mentor). */
#define WITH(turn, object) LIST_ADD((turn)->arena, &(object)->params)
void param_text(struct param *param, struct turn *turn, const char *name, const char *value);
void param_list(struct param *param, struct turn *turn, const char *name, struct strs values);   /* texts: "a, b and c" */
void param_number(struct param *param, struct turn *turn, const char *name, int64_t value);
void param_time(struct param *param, struct turn *turn, const char *name, int64_t ms);           /* weekday, date, clock */
void param_date(struct param *param, struct turn *turn, const char *name, int64_t ms);           /* weekday and date */
void param_day(struct param *param, struct turn *turn, const char *name, const char *iso);      /* "2027-03-01": weekday, date, year */
void param_span(struct param *param, struct turn *turn, const char *name, int64_t minutes);     /* "9 minutes", "an hour and a half" */
void param_person(struct param *param, struct turn *turn, const char *name, const char *person); /* full name */
void param_people(struct param *param, struct turn *turn, const char *name, struct strs persons);/* first names: "Sam and Jo" */
void param_words(struct param *param, struct turn *turn, const char *name, struct strs keys);    /* sentences or words of the catalogue */
void param_role(struct param *param, struct turn *turn, const char *name, enum role role);       /* the scheme's word for it */

/* The ack's reply: one sentence shown at once. */
void turn_say(struct turn *turn, const char *words);

#endif
