/* watch.c: a timer that gathers how everything is, tells the served scheme of the disk, and writes the health file. */
#include "bot/edge/watch.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bot/base/clock.h"
#include "bot/base/log.h"
#include "bot/edge/health.h"
#include "bot/edge/space.h"

enum { LOOK_MS = 250, WRITE_MS = 2000, SPACE_MS = 5000, LINK_GRACE_MS = 3000, DAY_MS = 86400000, PATH_BYTES = 300 };

struct watch {
  const struct config *config; /* all three borrowed from the caller until watch_close */
  struct serve *serve;
  const struct ports *ports;
  uv_timer_t timer;
  struct space space;
  struct health health;      /* as it was written last */
  int64_t space_ms, serving_ms; /* boot time: of the next look; since when it serves */
  bool unwritten;            /* the last write failed, and that was said */
  char path[PATH_BYTES];
};

/* ---- gathering ---- */
static void add_platform(struct watch *watch, struct health *health, size_t link) {
  char say[sizeof health->troubles[0].say];
  const char *workspace = "", *why = "";
  const struct config_link *config = &watch->config->links[link];
  size_t away = ports_link_away(watch->ports, link, &workspace, &why);
  health->links[link].heard = away < config->workspace_count;
  if (away == 0) return;
  (void)snprintf(say, sizeof say, "Nothing is heard of %.80s%s (%s). What to do stands in the log of the adapter behind link %s; it comes back by itself.", workspace,
                 away > 1 ? " and others" : "", why, config->name);
  health_trouble(health, "platform_down", say);
}

static void add_links(struct watch *watch, struct health *health, bool patient) {
  char say[sizeof health->troubles[0].say];
  health->link_count = watch->config->link_count;
  if (health->link_count == 0) health_trouble(health, "link_down", "No adapter is configured, so nobody can write to the bot. Name one under `links` in mentord.yaml.");
  for (size_t i = 0; i < health->link_count; i++) {
    const char *why = "";
    (void)snprintf(health->links[i].name, sizeof health->links[i].name, "%s", watch->config->links[i].name);
    health->links[i].up = ports_link_is_up(watch->ports, i, &why);
    add_platform(watch, health, i);
    if (health->links[i].up || patient) continue;
    (void)snprintf(say, sizeof say, "No adapter answers on link %s at %.100s (%.150s). Start it, or look into its log; the bot connects by itself.",
                   health->links[i].name, watch->config->links[i].address, why);
    health_trouble(health, "link_down", say);
  }
}

static void add_people(const struct serve_view *view, struct health *health) {
  char say[sizeof health->troubles[0].say];
  if (view->unreadable == 0) return;
  (void)snprintf(say, sizeof say, "Of %zu people the sealed facts cannot be opened, so they are matched with nobody. Restore the key folder.", view->unreadable);
  health_trouble(health, "vault_closed", say);
}

static void gather(struct watch *watch, struct health *health) {
  struct serve_view view;
  serve_look(watch->serve, &view);
  *health = (struct health){.pid = getpid(), .at_ms = clock_wall_ms(), .boot_ms = clock_boot_ms(), .started_ms = watch->health.started_ms, .serving = view.serving,
                            .since_ms = watch->health.since_ms, .commits = view.commits, .acks = view.acks, .outbox = (int64_t)view.outbox,
                            .waiting = (int64_t)view.waiting, .free_bytes = (int64_t)watch->space.free_bytes, .set_aside_ms = view.set_aside_ms};
  (void)snprintf(health->scheme, sizeof health->scheme, "%s", watch->config->scheme);
  (void)snprintf(health->fence, sizeof health->fence, "%s", view.serving ? view.fence : "");
  if (!view.serving) watch->serving_ms = 0;
  else if (watch->serving_ms == 0) watch->serving_ms = health->boot_ms;
  health_trouble(health, log_tag_name(view.tag), view.trouble);
  if (strcmp(view.trouble, watch->space.say) != 0) health_trouble(health, "space", watch->space.say);
  health_trouble(health, "store_lost", view.store_old);
  if (view.serving) health_trouble(health, "store_slow", view.store_slow);
  add_people(&view, health);
  if (view.set_aside_ms != 0 && health->at_ms - view.set_aside_ms < DAY_MS)
    health_trouble(health, "event_poison", "Within the last day an event could not be handled and was set aside; those concerned were told. Please report it.");
  if (view.serving) add_links(watch, health, health->boot_ms - watch->serving_ms < LINK_GRACE_MS);
}

static bool differs(const struct health *one, const struct health *other) {
  return one->serving != other->serving || one->trouble_count != other->trouble_count || one->link_count != other->link_count ||
         memcmp(one->troubles, other->troubles, sizeof one->troubles) != 0 || memcmp(one->links, other->links, sizeof one->links) != 0;
}

/* ---- writing ---- */
/* A disk that is full is told once; whoever reads the file sees how old it is, and looks at the disk. */
static void write_down(struct watch *watch, struct health *health) {
  if (health->serving != watch->health.serving) health->since_ms = health->at_ms;
  watch->health = *health;
  err_note_clear();
  bool failed = health_write(watch->path, health) != ERR_NONE;
  if (failed && !watch->unwritten) log_line(LOG_trouble, "note=\"the health file cannot be written: %s\"", err_note_text());
  watch->unwritten = failed;
  err_note_clear();
}

static void look_at_space(struct watch *watch) {
  if (clock_boot_ms() < watch->space_ms) return;
  watch->space_ms = clock_boot_ms() + SPACE_MS;
  space_look(&watch->space);
  serve_hold(watch->serve, watch->space.state == SPACE_NONE ? watch->space.say : NULL);
  serve_spare(watch->serve, watch->space.state != SPACE_ENOUGH);
}

static void on_timer(uv_timer_t *timer) {
  struct watch *watch = timer->data;
  struct health health;
  look_at_space(watch);
  serve_notice(watch->serve);
  gather(watch, &health);
  if (differs(&health, &watch->health) || health.boot_ms - watch->health.boot_ms >= WRITE_MS) write_down(watch, &health);
}

/* ---- life ---- */
struct watch *watch_new(uv_loop_t *loop, const struct config *config, struct serve *serve, const struct ports *ports) {
  struct watch *watch = calloc(1, sizeof *watch);
  assert(watch != NULL);
  watch->config = config;
  watch->serve = serve;
  watch->ports = ports;
  watch->health.started_ms = watch->health.since_ms = clock_wall_ms();
  health_path(config, watch->path, sizeof watch->path);
  space_init(&watch->space, config);
  (void)uv_timer_init(loop, &watch->timer);
  watch->timer.data = watch;
  (void)uv_timer_start(&watch->timer, on_timer, 0, LOOK_MS);
  return watch;
}

void watch_close(struct watch *watch) {
  struct health health;
  if (watch == NULL) return;
  gather(watch, &health);
  health.serving = false;
  health.stopped = true;
  health.trouble_count = 0;
  write_down(watch, &health);
  uv_close((uv_handle_t *)&watch->timer, NULL);
}

struct watch *watch_free(struct watch *watch) {
  free(watch);
  return NULL;
}
