/* fault.h: named points at which a test may end the process. Asleep unless the environment names one, or a board of them. */
#ifndef MENTORD_FAULT_H
#define MENTORD_FAULT_H

#include <stdint.h>

/* FAULT(NAME, "what has and has not happened there") */
#define FAULT_LIST(FAULT)                                                        \
  /* the supervisor */                                                           \
  FAULT(child_started, "a child runs, and nobody wrote its number into the log") \
  FAULT(child_ended, "a child ended, and is not started again")                  \
  /* the bot: a scheme is taken and loaded */                                    \
  FAULT(lease_taken, "the scheme is ours, nothing of it is loaded")              \
  FAULT(load_record, "some of its records are loaded")                           \
  FAULT(load_end, "all of it is loaded, nothing is served")                      \
  FAULT(key_written, "a key is on the disk under its first name")                \
  FAULT(key_renamed, "a key has its own name, the folder is not synced")         \
  FAULT(key_synced, "keys are made, nobody was told")                            \
  /* the bot: an event becomes a commit */                                       \
  FAULT(event_in, "an event came, nothing ran")                                  \
  FAULT(control_in, "an entry of the control list was read, nothing ran")        \
  FAULT(job_rows, "the next rows of a list are at hand, nothing ran")            \
  FAULT(turn_done, "the turn ran, nothing is committed")                         \
  FAULT(seal_done, "sealed, not committed")                                      \
  FAULT(commit_built, "the commit is built, nothing is sent")                    \
  FAULT(commit_sent, "the commit is on its way to the store")                    \
  FAULT(commit_back, "the commit returned, nothing is acknowledged")             \
  FAULT(ack_sent, "acknowledged, nothing is sent")                               \
  /* the bot: a message on its way */                                            \
  FAULT(row_due, "a message is due, the adapter has not got it")                 \
  FAULT(marks_kept, "rows that stood in line may go, none of them has gone")     \
  FAULT(action_sent, "a message is with the adapter, its result is not")         \
  FAULT(result_in, "the result came, nothing is kept")                           \
  FAULT(results_sent, "results alone are on their way to the store")             \
  FAULT(results_kept, "results are kept, the adapter does not know")             \
  /* the link, on both ends */                                                   \
  FAULT(link_open, "the line is open, nobody said hello")                        \
  FAULT(frame_waiting, "a line stands in the queue, nothing is written")         \
  FAULT(frame_written, "a frame is with the socket")                             \
  FAULT(frame_heard, "a frame came, none of its lines was read")                 \
  /* the web adapter */                                                          \
  FAULT(journal_read, "some of the journal was read again")                      \
  FAULT(page_heard, "a page said something, nobody wrote it down")               \
  FAULT(journal_before, "the web adapter has it in memory only")                 \
  FAULT(journal_written, "the journal has it, not yet for good")                 \
  FAULT(journal_after, "the web adapter's journal has it")                       \
  FAULT(stored_told, "the page was told, the bot was not")                       \
  FAULT(event_sent, "an event is with the bot, its acknowledgement is not here") \
  FAULT(ack_heard, "an acknowledgement came, nobody wrote it down")              \
  FAULT(action_heard, "an action came, nobody wrote it down")                    \
  FAULT(done_sent, "a result is on its way to the bot")

#define FAULT_AS_ENUM(name, help) FAULT_##name,
enum fault { FAULT_LIST(FAULT_AS_ENUM) FAULT_MAX_ };
#undef FAULT_AS_ENUM

/* A board is a file that a test and all processes share: a row for each point, in the order of the list. */
struct fault_row {
  _Atomic uint32_t left; /* the passing that kills, counted down over all processes; 0: none */
  _Atomic uint32_t passings, deaths;
};

/* MENTORD_FAULT=commit_back:3 kills this process (SIGKILL) at its third passing of commit_back. MENTORD_FAULT_BOARD names a
 * board; the passing that takes `left` to 0 kills whoever makes it. */
void fault_point(enum fault fault);

#endif
