/* fault.h: named points at which a test may end the process. Asleep unless MENTORD_FAULT names one. */
#ifndef MENTORD_FAULT_H
#define MENTORD_FAULT_H

/* FAULT(NAME, "what has and has not happened there") */
#define FAULT_LIST(FAULT)                                                   \
  FAULT(turn_done, "the turn ran, nothing is committed")                    \
  FAULT(seal_done, "sealed, not committed")                                 \
  FAULT(commit_sent, "the commit is on its way to the store")               \
  FAULT(commit_back, "the commit returned, nothing is acknowledged")        \
  FAULT(ack_sent, "acknowledged, nothing is sent")                          \
  FAULT(action_sent, "a message is with the adapter, its result is not")    \
  FAULT(journal_before, "the web adapter has it in memory only")            \
  FAULT(journal_after, "the web adapter's journal has it")

#define FAULT_AS_ENUM(name, help) FAULT_##name,
enum fault { FAULT_LIST(FAULT_AS_ENUM) FAULT_MAX_ };
#undef FAULT_AS_ENUM

/* MENTORD_FAULT=commit_back:3 kills this process (SIGKILL) at the third passing of commit_back. With MENTORD_FAULT_FILE
 * naming a file, that happens MENTORD_FAULT_DEATHS times (1 when not said) over all processes and restarts. */
void fault_point(enum fault fault);

#endif
