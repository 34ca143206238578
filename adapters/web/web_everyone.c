/* web_everyone.c: one answer in flight per person; a pass over all people whenever something moved; idle when nothing has
 * moved for a while and nobody has anything to say. */
#include "adapters/web/web_everyone.h"

#include <stdio.h>
#include <stdlib.h>

#include "adapters/web/web_answer.h"
#include "bot/base/log.h"
#include "bot/base/random.h"

enum {
  MAGIC = 0x45766572,
  PASS_MS = 20,      /* what comes together is looked at together */
  QUIET_MS = 700,    /* so long nothing came: the bot has nothing more to ask */
  AWAY_MS = 10000,   /* so long something waits for its ack: the bot is away */
  ARENA_BYTES_MAX = 32 * 1024 * 1024,
  N_BYTES = 48
};

struct web_everyone {
  uint32_t magic;
  uv_loop_t *loop;                 /* borrowed from the caller */
  struct web_rooms *rooms;         /* borrowed from the caller until web_everyone_free, as are the next three */
  const struct web_events *events;
  struct web_everyone_handlers handlers;
  void *who;
  struct arena *arena;             /* owned; holds one pass */
  uv_timer_t timer;
  bool running, soon; /* soon: a pass is due within PASS_MS */
  int steps;
  uint64_t moved_ms;               /* the loop's time when something last moved */
  bool said[WEB_PLAY_PEOPLE_MAX];  /* said something that is not in the platform's state yet */
};

struct web_everyone *web_everyone_new(uv_loop_t *loop, struct web_rooms *rooms, const struct web_events *events,
                                      const struct web_everyone_handlers *handlers, void *who) {
  struct web_everyone *everyone = calloc(1, sizeof *everyone);
  assert(everyone != NULL);
  *everyone = (struct web_everyone){.magic = MAGIC, .loop = loop, .rooms = rooms, .events = events, .handlers = *handlers, .who = who};
  everyone->arena = arena_new(ARENA_BYTES_MAX);
  int failed = uv_timer_init(loop, &everyone->timer);
  assert(!failed);
  everyone->timer.data = everyone;
  return everyone;
}

/* ---- one pass ---- */

static bool answer_one(struct web_everyone *everyone, const struct web_play_person *person) {
  struct web_line line;
  const char *misfit;
  char n[N_BYTES];
  uint64_t random;
  arena_clear(everyone->arena);
  if (!web_answer_next(everyone->rooms, person, everyone->arena, &line, &misfit)) return false;
  random_bytes(&random, sizeof random);
  (void)snprintf(n, sizeof n, "everyone-%016llx", (unsigned long long)random);
  line.n = n;
  return everyone->handlers.say(everyone->who, &line);
}

/* True when somebody waits for the bot, or just spoke. */
static bool pass(struct web_everyone *everyone) {
  const struct web_play *play = everyone->rooms->play;
  bool waiting = false;
  int before = everyone->steps;
  for (size_t i = 0; i < play->person_count; i++) {
    const struct web_play_person *person = &play->people[i];
    bool waits = everyone->said[i] || web_events_waits_for(everyone->events, person->id);
    if (!waits && everyone->steps < WEB_EVERYONE_STEPS_MAX && !everyone->handlers.spares(everyone->who, person)) {
      waits = everyone->said[i] = answer_one(everyone, person);
      if (waits) everyone->steps++;
    }
    waiting |= waits;
  }
  if (everyone->steps > before) everyone->handlers.busy(everyone->who, everyone->steps);
  return waiting;
}

/* Which answers of play.yaml no longer fit what the bot asks: for whoever writes it. */
static void log_misfits(struct web_everyone *everyone) {
  const struct web_play *play = everyone->rooms->play;
  for (size_t i = 0; i < play->person_count; i++) {
    struct web_line line;
    const char *misfit = NULL;
    arena_clear(everyone->arena);
    if (!everyone->handlers.spares(everyone->who, &play->people[i]))
      (void)web_answer_next(everyone->rooms, &play->people[i], everyone->arena, &line, &misfit);
    if (misfit != NULL) log_line(LOG_demo, "key=%s note=\"no choice of this card fits play.yaml's answer\"", misfit);
  }
}

static void finish(struct web_everyone *everyone, enum web_everyone_end end) {
  log_misfits(everyone);
  log_line(LOG_demo, "what=everyone steps=%d", everyone->steps);
  web_everyone_stop(everyone);
  everyone->handlers.idle(everyone->who, end);
}

static void on_timer(uv_timer_t *timer) {
  struct web_everyone *everyone = timer->data;
  everyone->soon = false;
  bool waiting = pass(everyone);
  uint64_t quiet_ms = uv_now(everyone->loop) - everyone->moved_ms;
  if (waiting && quiet_ms >= AWAY_MS) finish(everyone, EVERYONE_NO_BOT);
  else if (!waiting && quiet_ms >= QUIET_MS) finish(everyone, everyone->steps < WEB_EVERYONE_STEPS_MAX ? EVERYONE_DONE : EVERYONE_STEPS);
  else uv_timer_start(&everyone->timer, on_timer, QUIET_MS / 4, 0);
}

void web_everyone_moved(struct web_everyone *everyone, const struct web_play_person *person) {
  assert(everyone->magic == MAGIC);
  if (!everyone->running) return;
  if (person != NULL) everyone->said[person - everyone->rooms->play->people] = false;
  everyone->moved_ms = uv_now(everyone->loop);
  if (!everyone->soon) uv_timer_start(&everyone->timer, on_timer, PASS_MS, 0);
  everyone->soon = true;
}

/* ---- life ---- */

void web_everyone_start(struct web_everyone *everyone) {
  assert(everyone->magic == MAGIC);
  if (everyone->running) return;
  everyone->running = true;
  everyone->soon = false;
  everyone->steps = 0;
  for (size_t i = 0; i < ARRAY_LEN(everyone->said); i++) everyone->said[i] = false;
  everyone->handlers.busy(everyone->who, 0);
  web_everyone_moved(everyone, NULL);
}

void web_everyone_stop(struct web_everyone *everyone) {
  everyone->running = false;
  uv_timer_stop(&everyone->timer);
}

bool web_everyone_runs(const struct web_everyone *everyone, int *ret_done) {
  if (everyone->running) *ret_done = everyone->steps;
  return everyone->running;
}

static void on_closed(uv_handle_t *handle) {
  struct web_everyone *everyone = handle->data;
  everyone->magic = 0;
  arena_free(everyone->arena);
  free(everyone);
}

struct web_everyone *web_everyone_free(struct web_everyone *everyone) {
  if (everyone == NULL) return NULL;
  assert(everyone->magic == MAGIC);
  uv_close((uv_handle_t *)&everyone->timer, on_closed);
  return NULL;
}
