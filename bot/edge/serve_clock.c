/* serve_clock.c: the time a served scheme lives in: it never goes back, and a clock that jumps is not believed. */
#include "bot/base/log.h"
#include "bot/edge/blackbox.h"
#include "bot/edge/serve_parts.h"

enum { JUMP_MS = 10 * 60 * 1000, OUTAGE_MS = 60 * 60 * 1000 };

static const char JUMP_NOTE[] = "The system clock jumped against the time since boot. Reminders and deadlines stand still. Set the clock right "
                                "(timedatectl), then restart the bot.";

static const char BEHIND_NOTE[] = "The system clock is behind the time this scheme has seen. Its time stands still until the clock has caught up: "
                                  "is the clock right?";

struct clocks { /* read together */
  int64_t system_ms, boot_ms;
};

static struct clocks clocks_read(const struct serve *serve) {
  const struct serve_ports *ports = serve->options.ports;
  return (struct clocks){ports->system_ms(serve->options.who), ports->boot_ms(serve->options.who)};
}

static int64_t difference(const struct clocks *clocks) {
  return clocks->system_ms - clocks->boot_ms;
}

static bool is_jump(const struct serve *serve, const struct clocks *clocks) {
  int64_t jump = difference(clocks) - serve->clock_difference_ms;
  return serve->clock_known && (jump > JUMP_MS || jump < -JUMP_MS);
}

/* After a jump the time goes on as the boot clock counts it. Small steps, as time servers make them, are followed. */
int64_t serve_system(const struct serve *serve) {
  struct clocks clocks = clocks_read(serve);
  return is_jump(serve, &clocks) ? clocks.boot_ms + serve->clock_difference_ms : clocks.system_ms;
}

int64_t serve_now(const struct serve *serve) {
  const struct scheme *scheme = serve->model == NULL ? NULL : model_get(serve->model, RECORD_SCHEME, "scheme");
  int64_t now = serve_system(serve) + (scheme == NULL ? 0 : scheme->offset_ms);
  return now > serve->now_floor_ms ? now : serve->now_floor_ms;
}

/* A demo's clock is turned by hand, and goes back with a reset. */
static bool is_real(const struct serve *serve) {
  const struct scheme *scheme = model_get(serve->model, RECORD_SCHEME, "scheme");
  return scheme != NULL && !scheme->demo;
}

/* Since when we were away; 0: we were not. The time of the last commit tells it, even on a machine that is new; on ours the
 * black box tells it better. */
static int64_t outage_from(const struct serve *serve) {
  int64_t alive = blackbox_last_alive(serve->options.blackbox), now = serve_system(serve);
  int64_t last = is_real(serve) && serve->head.now_ms > alive ? serve->head.now_ms : alive;
  return last != 0 && now - last > OUTAGE_MS ? last : 0;
}

static void note_outage(struct serve *serve) {
  int64_t from = outage_from(serve);
  if (from == 0) return;
  serve->outage_from_ms = from;
  serve->outage_part = 0;
  log_line(LOG_outage, "scheme=%s hours=%lld", serve->scheme, (long long)(serve_system(serve) - from) / 3600000);
}

static bool is_behind(const struct serve *serve) {
  return serve->now_floor_ms - serve_system(serve) > JUMP_MS;
}

void serve_clock_begin(struct serve *serve) {
  struct clocks clocks = clocks_read(serve);
  serve->clock_known = true;
  serve->clock_jumped = false;
  serve->clock_difference_ms = difference(&clocks);
  serve->now_floor_ms = is_real(serve) ? serve->head.now_ms : 0;
  if (is_behind(serve)) log_line(LOG_clock_jump, "scheme=%s note=\"%s\"", serve->scheme, BEHIND_NOTE);
  note_outage(serve);
}

void serve_clock_look(struct serve *serve) {
  struct clocks clocks = clocks_read(serve);
  bool jump = is_jump(serve, &clocks);
  if (jump && !serve->clock_jumped) {
    long long seconds = (long long)(difference(&clocks) - serve->clock_difference_ms) / 1000;
    log_line(LOG_clock_jump, "scheme=%s seconds=%lld note=\"%s\"", serve->scheme, seconds, JUMP_NOTE);
  }
  if (!jump) serve->clock_difference_ms = difference(&clocks);
  serve->clock_jumped = jump;
  if (!jump) blackbox_alive(serve->options.blackbox, serve_system(serve));
}

const char *serve_clock_trouble(const struct serve *serve) {
  if (serve->clock_jumped) return JUMP_NOTE;
  return serve->phase == SERVE_READY && is_behind(serve) ? BEHIND_NOTE : "";
}

