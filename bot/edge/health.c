/* health.c: the health file as JSON and back, and its meaning in sentences for whoever runs the machine. */
#include "bot/edge/health.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bot/base/file.h"
#include "bot/base/json.h"
#include "state/records.h"

enum { FULL_BYTES = 1024 * 1024 };

/* Whole numbers of the file: name here and there. */
#define HEALTH_NUMBERS(ROW) \
  ROW(pid) ROW(at_ms) ROW(boot_ms) ROW(started_ms) ROW(since_ms) ROW(commits) ROW(acks) ROW(outbox) ROW(waiting) ROW(free_bytes) ROW(set_aside_ms)

void health_path(const struct config *config, char *ret_path, size_t bytes) {
  (void)snprintf(ret_path, bytes, "%s/health.json", config->data);
}

void health_trouble(struct health *health, const char *tag, const char *say) {
  if (health->trouble_count == HEALTH_TROUBLES_MAX || say[0] == '\0') return;
  struct health_trouble *trouble = &health->troubles[health->trouble_count++];
  (void)snprintf(trouble->tag, sizeof trouble->tag, "%s", tag);
  (void)snprintf(trouble->say, sizeof trouble->say, "%s", say);
}

/* ---- the file ---- */
static void put_health(struct json_out *json, const struct health *health) {
  json_put_int(json, "version", RECORDS_VERSION);
  json_put_str(json, "scheme", health->scheme);
  json_put_str(json, "fence", health->fence);
  json_put_bool(json, "serving", health->serving);
  json_put_bool(json, "stopped", health->stopped);
#define PUT(name) json_put_int(json, #name, health->name);
  HEALTH_NUMBERS(PUT)
#undef PUT
  json_open(json, "troubles", '[');
  for (size_t i = 0; i < health->trouble_count; i++) {
    json_open(json, NULL, '{');
    json_put_str(json, "tag", health->troubles[i].tag);
    json_put_str(json, "say", health->troubles[i].say);
    json_close(json, '}');
  }
  json_close(json, ']');
  json_open(json, "links", '[');
  for (size_t i = 0; i < health->link_count; i++) {
    json_open(json, NULL, '{');
    json_put_str(json, "name", health->links[i].name);
    json_put_bool(json, "up", health->links[i].up);
    json_put_bool(json, "heard", health->links[i].heard);
    json_close(json, '}');
  }
  json_close(json, ']');
}

enum err health_write(const char *path, const struct health *health) {
  CLEANUP(text_done) struct text text;
  struct json_out json;
  text_init(&text, HEALTH_BYTES_MAX);
  json_out_init(&json, &text);
  json_open(&json, NULL, '{');
  put_health(&json, health);
  json_close(&json, '}');
  text_add(&text, "\n");
  return file_replace(path, text_str(&text), text.length, 0600);
}

static void take_lists(const cJSON *root, struct health *health) {
  const cJSON *one;
  cJSON_ArrayForEach(one, json_at(root, "troubles")) health_trouble(health, json_str_or(one, "tag", ""), json_str_or(one, "say", ""));
  cJSON_ArrayForEach(one, json_at(root, "links")) {
    if (health->link_count == CONFIG_LINKS_MAX) break;
    (void)snprintf(health->links[health->link_count].name, sizeof health->links[0].name, "%s", json_str_or(one, "name", ""));
    health->links[health->link_count].heard = json_bool_or(one, "heard", true); /* an older bot does not say */
    health->links[health->link_count++].up = json_bool_or(one, "up", false);
  }
}

enum err health_read(const char *path, struct health *ret_health) {
  CLEANUP(json_freep) cJSON *root = NULL;
  struct health health = {0};
  char *data = NULL;
  size_t bytes;
  enum err err = file_read(path, HEALTH_BYTES_MAX, &data, &bytes);
  if (err != ERR_NONE) return err;
  err = json_parse(data, bytes, HEALTH_BYTES_MAX, &root);
  free(data);
  if (err != ERR_NONE) return err;
#define TAKE_NUMBER(name) health.name = json_int_or(root, #name, 0);
  HEALTH_NUMBERS(TAKE_NUMBER)
#undef TAKE_NUMBER
  if (health.pid <= 0) return err_note(ERR_BAD_INPUT, "%s: not a health file", path);
  health.serving = json_bool_or(root, "serving", false);
  health.stopped = json_bool_or(root, "stopped", false);
  (void)snprintf(health.scheme, sizeof health.scheme, "%s", json_str_or(root, "scheme", ""));
  (void)snprintf(health.fence, sizeof health.fence, "%s", json_str_or(root, "fence", ""));
  take_lists(root, &health);
  *ret_health = health;
  return ERR_NONE;
}

/* ---- what it means ---- */
static int64_t age_ms(const struct health *health, const struct health_seen *seen) {
  return seen->boot_ms - health->boot_ms; /* below 0: it is from before the machine started */
}

/* NULL: it runs and writes. Else nobody is served, whatever the file says. */
static const char *silence(const struct health *health, const struct health_seen *seen) {
  bool gone = health == NULL || health->stopped || age_ms(health, seen) < 0 || !seen->alive;
  if (gone && seen->supervised)
    return "The bot is being started, and is not up yet. If that goes on, why stands at the end of mentord.log, or of the supervisor's log (journalctl -u mentord).";
  if (health == NULL) return "No bot has run on this data folder yet. Start it (systemctl start mentord).";
  if (health->stopped) return "The bot was stopped. Start it (systemctl start mentord).";
  if (age_ms(health, seen) < 0) return "The bot has not run since this machine started. Start it (systemctl start mentord).";
  if (!seen->alive) return "The bot is not running: its process is gone. Why stands at the end of mentord.log; start it (systemctl start mentord).";
  if (age_ms(health, seen) <= HEALTH_FRESH_MS) return NULL;
  if (seen->free_bytes < FULL_BYTES) return "The bot runs, but can write nothing: the disk is full. Make room under the data folder.";
  return "The bot's process is there, and says nothing any more: it hangs, or was halted. Let it go on (kill -CONT), or restart it "
         "(systemctl restart mentord).";
}

static enum health_level level_of(const struct health *health, const struct health_seen *seen) {
  if (silence(health, seen) != NULL) return HEALTH_DOWN;
  bool heard = false;
  for (size_t i = 0; i < health->link_count; i++) heard = heard || (health->links[i].up && health->links[i].heard);
  bool standing_by = health->trouble_count > 0 && strcmp(health->troubles[0].tag, "stands_by") == 0;
  if (!health->serving) return standing_by ? HEALTH_CARE : HEALTH_DOWN;
  if (!heard) return HEALTH_DOWN;
  return health->trouble_count > 0 ? HEALTH_CARE : HEALTH_WELL;
}

static void span(int64_t ms, struct text *say) {
  int64_t seconds = ms < 0 ? 0 : ms / 1000;
  if (seconds < 120) text_addf(say, "%lld s", (long long)seconds);
  else if (seconds < 7200) text_addf(say, "%lld minutes", (long long)seconds / 60);
  else if (seconds < 172800) text_addf(say, "%lld hours", (long long)seconds / 3600);
  else text_addf(say, "%lld days", (long long)seconds / 86400);
}

static void say_counts(const struct health *health, struct text *say) {
  text_addf(say, "%lld turns kept, %lld events acknowledged since it started; %lld messages to send, %lld events wait; %lld MB free.\n",
            (long long)health->commits, (long long)health->acks, (long long)health->outbox, (long long)health->waiting, (long long)health->free_bytes >> 20);
}

enum health_level health_judge(const struct health *health, const struct health_seen *seen, struct text *ret_say) {
  static const char *const heads[] = {[HEALTH_WELL] = "People are being served", [HEALTH_CARE] = "People are being served, but something needs care",
                                      [HEALTH_DOWN] = "Nobody is being served"};
  enum health_level level = level_of(health, seen);
  const char *silent = silence(health, seen);
  bool other = level == HEALTH_CARE && !health->serving;
  text_add(ret_say, other ? "Another bot serves; this one does not" : heads[level]);
  if (health != NULL && (silent == NULL || age_ms(health, seen) >= 0)) {
    text_add(ret_say, silent == NULL ? ", since " : "; last word ");
    span(silent == NULL ? seen->now_ms - health->since_ms : age_ms(health, seen), ret_say);
    text_add(ret_say, silent == NULL ? "" : " ago");
  }
  text_add(ret_say, ".\n");
  if (silent != NULL) text_addf(ret_say, "%s Data folder: %s\n", silent, seen->data);
  for (size_t i = 0; silent == NULL && i < health->trouble_count; i++) text_addf(ret_say, "%s: %s\n", health->troubles[i].tag, health->troubles[i].say);
  if (silent == NULL && level == HEALTH_DOWN && health->trouble_count == 0)
    text_add(ret_say, health->serving ? "It has just begun: no adapter has answered yet.\n" : "It has just begun, and reads what it keeps.\n");
  if (silent == NULL) say_counts(health, ret_say);
  return level;
}

void health_json(const struct health *health, const struct health_seen *seen, struct text *ret_json) {
  CLEANUP(text_done) struct text say;
  struct json_out json;
  text_init(&say, HEALTH_BYTES_MAX);
  enum health_level level = health_judge(health, seen, &say);
  json_out_init(&json, ret_json);
  json_open(&json, NULL, '{');
  json_put_int(&json, "level", level);
  json_put_str(&json, "say", text_str(&say));
  if (health != NULL) json_put_int(&json, "age_ms", age_ms(health, seen));
  if (health != NULL) put_health(&json, health);
  json_close(&json, '}');
}
