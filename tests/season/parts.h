/* parts.h: the doors between the files of a season. */
#ifndef MENTORD_SEASON_PARTS_H
#define MENTORD_SEASON_PARTS_H

#include "tests/season/season.h"

/* ---- people.c: who they are ---- */
void people_invent(struct season *season);
const char *people_import_lines(struct season *season, struct text *text, int wave); /* of the wave; for a spool file */

/* ---- link.c: between people and the bot ---- */
extern const struct serve_ports link_ports; /* `who` is the season */
void link_send(struct season *season, struct human *human, struct event *event); /* a fresh id, kept until it is acknowledged */
void link_send_as(struct season *season, struct human *human, struct event *event, const char *id);
bool link_can_deliver(const struct season *season);
void link_deliver(struct season *season);       /* one event of somebody's, in their order; sometimes an old one again */
bool link_has_result(const struct season *season);
int64_t link_next_result_ms(const struct season *season);
void link_tell_result(struct season *season);
void link_up(struct season *season);            /* both workspaces */
void link_lost(struct season *season);          /* everything not acknowledged will be sent again */
void link_forget_results(struct season *season);
size_t link_pending(const struct season *season);
const struct shown *link_card(const struct human *human);
void link_work(struct season *season);          /* what was handed to another thread goes on by one piece */
void link_done(struct season *season);          /* frees */
void link_know(struct season *season, const char *workspace, const char *id, int human, enum event_kind kind, const char *what);
struct known *link_known(const struct season *season, const uint8_t *hash);

/* ---- loop.c: one thing after the other ---- */
void loop_start(struct season *season);         /* a bot begins to serve */
bool loop_step(struct season *season);          /* one small thing happens; false: nothing is left to do now */
void loop_settle(struct season *season);        /* until nothing is left; fails when that does not end */
void loop_go_to(struct season *season, int64_t ms);
void loop_crash(struct season *season);         /* no goodbye; a new bot starts */
void loop_outage(struct season *season, int64_t ms); /* no bot for so long */
void loop_control(struct season *season, const char *json); /* a tool's entry */

/* ---- habits.c: what they do ---- */
void habits_act(struct season *season, struct human *human);
void habits_see(struct season *season, struct human *human); /* a card came */
void habits_calm(struct season *season, struct human *human); /* the end: a plain answer, or nothing */

/* ---- manners.c: answering a card ---- */
void manners_answer(struct season *season, struct human *human, const struct shown *card, bool calm);
void manners_say(struct season *season, struct human *human, const char *text);
void manners_press(struct season *season, struct human *human, const struct shown *card, const char *token);
void manners_command(struct season *season, struct human *human, const char *room, const char *command, const char *args);

#endif
