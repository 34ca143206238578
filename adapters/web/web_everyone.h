/* web_everyone.h: "let everyone else answer": plays the others' next answers through the door a page uses, step by step,
 * until nobody has an open card that play.yaml can answer. */
#ifndef MENTORD_WEB_EVERYONE_H
#define MENTORD_WEB_EVERYONE_H

#include <uv.h>

#include "adapters/web/web_events.h"
#include "adapters/web/web_line.h"
#include "adapters/web/web_rooms.h"

struct web_everyone;

enum { WEB_EVERYONE_STEPS_MAX = 200 };

enum web_everyone_end { EVERYONE_DONE, EVERYONE_STEPS, EVERYONE_NO_BOT };

struct web_everyone_handlers {
  bool (*say)(void *who, struct web_line *line);   /* the same door as a page's message; false: not taken now */
  bool (*spares)(void *who, const struct web_play_person *person); /* the person the asking page is: left alone */
  void (*busy)(void *who, int done);
  void (*idle)(void *who, enum web_everyone_end end);
};

struct web_everyone *web_everyone_new(uv_loop_t *loop, struct web_rooms *rooms, const struct web_events *events,
                                      const struct web_everyone_handlers *handlers, void *who);
void web_everyone_start(struct web_everyone *everyone); /* while it runs: nothing */
void web_everyone_stop(struct web_everyone *everyone);  /* at once, without a word (a reset) */
bool web_everyone_runs(const struct web_everyone *everyone, int *ret_done);
/* Something moved: the bot acknowledged, wrote or edited (NULL), or what this person said is in the platform's state now. */
void web_everyone_moved(struct web_everyone *everyone, const struct web_play_person *person);
/* Memory goes when the loop has closed its timer. Takes NULL, returns NULL. */
struct web_everyone *web_everyone_free(struct web_everyone *everyone);

#endif
