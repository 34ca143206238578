/* checks.h: what must always hold, as a table of named checks; a broken one ends the season with all that is needed to repeat it. */
#ifndef MENTORD_SEASON_CHECKS_H
#define MENTORD_SEASON_CHECKS_H

#include "tests/season/parts.h"

/* CHECK(name, "what must always hold") */
#define CHECK_LIST(CHECK)                                                                                     \
  CHECK(seq_one_more, "each commit's seq is exactly one more than the one before")                            \
  CHECK(applied_once, "no event is kept twice")                                                               \
  CHECK(acked_is_kept, "an event that changed something is acknowledged only once it is kept")                \
  CHECK(said_is_stored, "nothing is said that was not kept before")                                           \
  CHECK(said_in_order, "rows of one address go out in order, one under way at a time")                        \
  CHECK(reload_same, "the model is the same, turned or loaded: records, indexes, due times, sealed facts")    \
  CHECK(store_same, "what the model holds is what the store holds")                                           \
  CHECK(not_in_line, "nobody is proposed to, or introduced to, somebody of their own line")                   \
  CHECK(not_apart, "nobody is proposed to, or introduced to, somebody they are kept apart from")              \
  CHECK(line_known, "no proposal while a line manager is unknown")                                            \
  CHECK(capacity, "no mentor is given more mentees than they offered, or than the programme allows")          \
  CHECK(one_live_pair, "a mentee has at most one live pair in a programme")                                   \
  CHECK(trained_first, "with a training gate nobody is proposed before they are trained")                     \
  CHECK(deadline, "an open proposal has a deadline, and is asked of whom it waits for")                       \
  CHECK(both_said_yes, "a pair is introduced only after two yeses, and both are told in one commit")          \
  CHECK(not_half_told, "what is taken back before the mentor was asked is never told to the mentor")          \
  CHECK(places_kept, "nobody is proposed beyond an organisation's places")                                     \
  CHECK(discarded_untold, "a discarded round has no pairs")                                                   \
  CHECK(one_in_front, "at most one talk of a person is in front")                                             \
  CHECK(way_out, "every open talk has a card, and either a due time or a deadline behind it")                 \
  CHECK(known_step, "every running talk stands at a step its flow knows")                                     \
  CHECK(asked_to_join, "nobody is enrolled who did not ask for it themselves")                                \
  CHECK(place_given, "only somebody who applied or waits is given a place, by a manager")                     \
  CHECK(working_hours, "what comes by itself comes in working hours of who gets it")                          \
  CHECK(no_plaintext, "no sealed word in any record, row, audit line, log line or foreign message")           \
  CHECK(recused, "nobody is shown to a manager of their own line: no name of theirs on that manager's cards") \
  CHECK(exported, "a list goes to a manager alone, with no line of their own line's people and no cell too many") \
  CHECK(no_gaps, "no sentence is said with a gap in it")                                                      \
  CHECK(audit_no_words, "audit lines hold ids, no names")                                                     \
  CHECK(turn_bounded, "a turn stays within its bounds, and none is given up")                                 \
  CHECK(due_in_future, "no due time stays in the past")                                                       \
  CHECK(settles, "what is started comes to its end")                                                          \
  CHECK(drained, "in the end nothing waits: outbox, results, events")                                         \
  CHECK(resting, "in the end everybody who keeps answering is asked nothing any more")
#define CHECK_AS_ENUM(name, what) CHECK_##name,
enum check { CHECK_LIST(CHECK_AS_ENUM) CHECK_MAX_ };
#undef CHECK_AS_ENUM

/* Counts, and ends the process with exit code 1 when `holds` is false. */
void check(struct season *season, enum check which, bool holds, const char *fmt, ...) PRINTF_LIKE(4, 5);
int64_t checks_made(enum check which);
const char *checks_name(enum check which);

struct watching *checks_new(void);
struct watching *checks_free(struct watching *watching);

/* ---- checks_turn.c: after every turn ---- */
void checks_sent(void *season, const struct store_commit *commit);                          /* as odd_store.h asks for */
void checks_kept(void *season, const struct store_commit *commit, enum store_answer answer);

/* ---- checks_said.c: at the link ---- */
void checks_said(struct season *season, const struct action *action);
void checks_action_over(struct season *season, const char *row);
void checks_acked(struct season *season, const char *workspace, const char *event_id, const char *reply);
void checks_link_lost(struct season *season);
void checks_plain(struct season *season, const char *where, const char *text, size_t bytes);

/* ---- checks_file.c: of an upload, while its bytes can be had ---- */
void checks_file(struct season *season, const struct action *action);

/* ---- checks_load.c: around a crash ---- */
void checks_before_crash(struct season *season);
void checks_loaded(struct season *season);
void checks_end(struct season *season);
void checks_resting(struct season *season); /* nobody is asked anything */

#endif
