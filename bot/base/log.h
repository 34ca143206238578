/* log.h: one record a line on stderr: time, tag, then key=value. Ids only; never a text of a person's, never a token. */
#ifndef MENTORD_LOG_H
#define MENTORD_LOG_H

#include "bot/base/base.h"

/* TAG(NAME, level, "what it means and what to do") — `mentord log-manual` prints this list. */
#define LOG_LIST(TAG)                                                                                    \
  TAG(start, INFO, "a process started")                                                                  \
  TAG(ready, INFO, "a process answers now")                                                              \
  TAG(stop, INFO, "a process ends; exit says with what code")                                            \
  TAG(child_start, INFO, "the supervisor started a process")                                             \
  TAG(child_end, WARN, "a supervised process ended; it is started again after wait_ms")                  \
  TAG(child_stop, INFO, "the supervisor ends: a process that it ran ended in order")                     \
  TAG(config_bad, ERROR, "a setting is wrong; place and way out are in note")                            \
  TAG(link_up, INFO, "an adapter answered hello")                                                        \
  TAG(link_down, WARN, "the link to an adapter is gone; it is tried again after wait_ms")                \
  TAG(link_refused, ERROR, "a link was closed on purpose; code and note say why")                        \
  TAG(link_notice, WARN, "an adapter reports trouble on its platform side")                              \
  TAG(platform_up, INFO, "a platform's events come in; gap_ms is the longest time they did not, since the start")  \
  TAG(platform_down, WARN, "no connection carries a platform's events; note says why, it is tried again by itself") \
  TAG(platform_refused, ERROR, "a platform refuses us; note names the setting to mend, it is looked at again")     \
  TAG(event_repeat, INFO, "an event came again and was only acknowledged")                               \
  TAG(left_out, WARN, "more lines with this tag came in a minute than are logged")                       \
  TAG(event_refused, WARN, "an event could not be read; note says where")                                \
  TAG(event_poison, ERROR, "an event crashed the bot twice, or could not be handled; it was set aside")  \
  TAG(commit_refused, ERROR, "the store refused a commit; the model is loaded anew")                     \
  TAG(store_up, INFO, "the store answers and the scheme is ours; fence says since which")                \
  TAG(store_down, ERROR, "the store does not answer; nothing is acknowledged until it does")             \
  TAG(store_slow, WARN, "the store takes long to answer, or answers in time again; people wait as long") \
  TAG(fenced, WARN, "another bot serves this scheme now; this one stops serving it")                     \
  TAG(stands_by, INFO, "another bot serves this scheme; this one waits for its lease")                   \
  TAG(store_lost, ERROR, "the store is empty or older than what was kept there; note says what to do")   \
  TAG(space, WARN, "the disk is nearly full, or has room again; note says what is refused until then")   \
  TAG(record_bad, ERROR, "a stored record cannot be read; it is set aside, the scheme goes on")          \
  TAG(repair, WARN, "the end of the append-only file was cut; bytes says how much, a copy is kept")      \
  TAG(vault_closed, ERROR, "the key store cannot be opened; no scheme is served")                        \
  TAG(outbox_failed, WARN, "a message could not be delivered; somebody is told")                         \
  TAG(outage, WARN, "the bot was away; deadlines are moved so that each leaves a working day")           \
  TAG(clock_jump, ERROR, "the system clock jumped; timers stand still until a restart")                  \
  TAG(round, INFO, "a round too large for a turn is made on another thread; ms says how long that took")  \
  TAG(swept, INFO, "what a crash or an older release left behind is removed: sheets of rounds, files of lists")  \
  TAG(demo, INFO, "something only the demo does")                                                        \
  TAG(trouble, ERROR, "something else went wrong; note says what")

enum log_level { LOG_INFO, LOG_WARN, LOG_ERROR };
#define LOG_AS_ENUM(name, level, help) LOG_##name,
enum log_tag { LOG_LIST(LOG_AS_ENUM) LOG_TAG_MAX_ };
#undef LOG_AS_ENUM

/* log_line(LOG_link_up, "link=%s", name): the caller writes key=value pairs; control characters are made visible. */
void log_line(enum log_tag tag, const char *fmt, ...) PRINTF_LIKE(2, 3);
void log_process(const char *name);            /* stands in every line from now on; name must outlive the process */
/* For what somebody else can bring about as often as they like: so many lines a minute. False: leave this one out. */
enum { LOG_RATION = 60 };
struct log_ration {
  int64_t since_ms;
  int count;
};
bool log_may(struct log_ration *ration, enum log_tag tag, int64_t boot_ms);
const char *log_tag_name(enum log_tag tag);
void log_manual(void (*each)(const char *name, const char *level, const char *help));

#endif
