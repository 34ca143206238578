/* command_parts.h: the functions behind the table of commands; only commands.c and the files that define them include it. */
#ifndef MENTORD_COMMAND_PARTS_H
#define MENTORD_COMMAND_PARTS_H

#include "bot/commands.h"

/* ---- commands_everyone.c ---- */
void command_join(struct turn *turn, const char *args); /* "", mentee, mentor, reserve, or an announcement's id */
void command_next(struct turn *turn, const char *args);
void command_pair(struct turn *turn, const char *args);
void command_write(struct turn *turn, const char *args);
void command_me(struct turn *turn, const char *args);
void command_privacy(struct turn *turn, const char *args);
void command_contact(struct turn *turn, const char *args);
void command_help(struct turn *turn, const char *args);

/* ---- commands_manager.c ---- */
void command_people(struct turn *turn, const char *args);
void command_pairs(struct turn *turn, const char *args);

/* ---- flows/: announce.c, applicants.c, export.c, line.c, round.c, tell.c ---- */
void command_announce(struct turn *turn, const char *args);
void command_message(struct turn *turn, const char *args); /* mentees, mentors, everyone or people, and the words; stop */
void command_applicants(struct turn *turn, const char *args);
void command_export(struct turn *turn, const char *args); /* people or pairs; "": asks which */
void command_line(struct turn *turn, const char *args);
void command_match(struct turn *turn, const char *args);
void command_release(struct turn *turn, const char *args);
void command_second(struct turn *turn, const char *args);
void command_undo(struct turn *turn, const char *args);

#endif
