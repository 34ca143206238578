/* tally.h: what happened how often: steps of flows, habits, faults; what never happened fails a season. */
#ifndef MENTORD_SEASON_TALLY_H
#define MENTORD_SEASON_TALLY_H

#include "tests/season/parts.h"

/* COUNT(name, "what happened"): each must happen in every run of seasons. */
#define COUNT_LIST(COUNT)                                                  \
  COUNT(CRASH, "the bot died and came back")                               \
  COUNT(CRASH_IN_FLIGHT, "it died with commits under way")                 \
  COUNT(OUTAGE, "no bot for hours or days")                                \
  COUNT(LINK_DOWN, "no link for hours")                                    \
  COUNT(RELOAD, "the store said no, and the model was loaded anew")        \
  COUNT(TWICE, "an event was delivered twice before its acknowledgement")  \
  COUNT(AGAIN, "an acknowledged event was delivered once more")            \
  COUNT(NEW_ID, "the same words under another id within a minute")         \
  COUNT(LEFT, "they came again, and were left")                            \
  COUNT(LATER, "an action was put off")                                    \
  COUNT(FAILED, "a message could not be delivered")                        \
  COUNT(AMBIGUOUS, "nobody knew whether it was delivered")                 \
  COUNT(LOST_DONE, "a result was lost with its link")                      \
  COUNT(NO_ROOM, "a room could not be made")                               \
  COUNT(LIST_SENT, "a list went as a file")                                \
  COUNT(NO_FILE, "a file was not taken, and words went in its place")      \
  COUNT(IMPORT, "a list was imported")                                     \
  COUNT(APPLY, "a scheme file was applied")                                \
  COUNT(INVITE, "a code made a manager")                                   \
  COUNT(GONE, "an account ended")                                          \
  COUNT(ACCEPTED, "somebody got a place")                                  \
  COUNT(WAITLISTED, "somebody waits for a place")                          \
  COUNT(DECLINED, "somebody got no place")                                 \
  COUNT(PROPOSED, "a pair was proposed")                                   \
  COUNT(INTRODUCED, "a pair was introduced")                               \
  COUNT(SAID_NO, "a proposal was declined")                                \
  COUNT(EXPIRED, "a proposal ran out")                                     \
  COUNT(WITHDRAWN, "a proposal was taken back")                            \
  COUNT(RESERVE, "a reserve was proposed")                                 \
  COUNT(ROUND, "a round was released")                                     \
  COUNT(LARGE_ROUND, "a round was made on another thread")                \
  COUNT(UNDONE, "a round was discarded")                                   \
  COUNT(POSTED, "a call was posted")                                       \
  COUNT(JOINED_BY_CALL, "somebody joined by its button")                   \
  COUNT(LINE_BY_MANAGER, "a manager entered a line manager")
#define COUNT_AS_ENUM(name, what) COUNT_##name,
enum count { COUNT_LIST(COUNT_AS_ENUM) COUNT_MAX_ };
#undef COUNT_AS_ENUM

/* WAY(name): what was done at a step */
#define WAY_LIST(WAY) WAY(asked) WAY(answered) WAY(back) WAY(skip) WAY(why) WAY(cancel) WAY(help)
#define WAY_AS_ENUM(name) WAY_##name,
enum way { WAY_LIST(WAY_AS_ENUM) WAY_MAX_ };
#undef WAY_AS_ENUM

struct tally *tally_new(void);
struct tally *tally_free(struct tally *tally);
void tally_count(struct season *season, enum count count);
void tally_habit(struct season *season, enum habit habit);
/* Something was done at this step; "ask/topics" counts for "ask". */
void tally_step(struct season *season, const char *flow, const char *step, enum way way);
/* One line each: kind, name, how often, what it is. tests/season/seasons.sh adds them up over all seeds. */
void tally_print(const struct season *season);
#endif
