/* main.c: one season: 26 weeks of 200 people, the misbehaviour, the end in which everything must come to rest, and the figures. */
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bot/base/clock.h"
#include "bot/base/file.h"
#include "bot/base/random.h"
#include "bot/edge/scheme_file.h"
#include "bot/edge/words_file.h"
#include "tests/season/odd_store.h"
#include "tests/season/season_log.h"
#include "tests/season/tally.h"

/* Of each five seasons, in one a round of more than so many people a side is large, since two hundred people seldom make one
 * otherwise; in another so many more organisations than two have places that a review shows them by pages. */
enum { CALM_ROUNDS = 90, SECONDS_WANTED = 5, SEEDS_A_TURN = 5, SEED_OF_SMALL_SIDES = 3, SMALL_SIDE = 6, SEED_OF_MANY = 4, MANY = 12 };
#define START_MS INT64_C(1799661600000) /* Monday 11 January 2027, 10:00 in London */
#define CODE "code-2345-6789-bcdf"

/* ---- setting up ---- */
static void fail(const char *what) {
  (void)fprintf(stderr, "season: %s: %s\n", what, err_note_text());
  exit(2);
}

static struct season *season_new(uint64_t seed) {
  struct season *season = calloc(1, sizeof *season);
  assert(season != NULL);
  season->seed = seed;
  season->habits = chance_of(seed, 1);
  season->odds = chance_of(seed, 2);
  season->bytes = chance_of(seed, 3);
  season->sodium = chance_of(seed, 4);
  chance_for_sodium(&season->sodium);
  if (!random_init()) fail("libsodium");
  season->start_ms = season->now_ms = START_MS;
  season->by_user = map_new();
  season->done_actions = map_new();
  season->known = map_new();
  season->tally = tally_new();
  season->watching = checks_new();
  season->bytes_hash = EVP_MD_CTX_new();
  if (season->bytes_hash == NULL || EVP_DigestInit_ex(season->bytes_hash, EVP_sha256(), NULL) != 1) fail("sha256");
  if (words_from_program(&season->words) != ERR_NONE) fail("words");
  if (keystore_open(NULL, "keys", "wrapping.key", true, &season->keystore) != ERR_NONE) fail("keys");
  season->inner = store_memory_new(NULL, SEASON_SCHEME);
  size_t round_side = seed % SEEDS_A_TURN == SEED_OF_SMALL_SIDES ? SMALL_SIDE : 0;
  season->serve_options = (struct serve_options){.round_side = round_side, .keystore = season->keystore, .scheme = SEASON_SCHEME, .owner = "season", .words = season->words,
                                                 .demo = true, .ports = &link_ports, .who = season};
  season_log_to(season);
  people_invent(season);
  return season;
}

static void season_free(struct season *season) {
  season_log_to(NULL);
  season->store = store_free(season->store);
  season->serve = serve_free(season->serve);
  season->inner = store_free(season->inner);
  season->keystore = keystore_free(season->keystore);
  season->words = words_free(season->words);
  EVP_MD_CTX_free(season->bytes_hash);
  link_done(season);
  (void)map_free(season->by_user, NULL);
  (void)map_free(season->done_actions, free);
  (void)map_free(season->known, free);
  season->tally = tally_free(season->tally);
  season->watching = checks_free(season->watching);
  free(season);
}

/* ---- what tools bring ---- */
/* The scheme with more organisations, in the season's folder; its name is static. */
static const char *with_many(const char *file) {
  char *scheme = NULL;
  size_t bytes;
  struct text text;
  text_init(&text, 1 << 16);
  if (file_read(file, 1 << 16, &scheme, &bytes) != ERR_NONE) fail(file);
  const char *behind = strstr(scheme, "\nprogrammes:\n");
  assert(behind != NULL);
  text_add_n(&text, scheme, (size_t)(behind - scheme));
  for (int i = 1; i <= MANY; i++) text_addf(&text, "\n  - id: trust%d\n    name: Small Trust %d\n    workspaces: [web/trust%d]\n    places: { mentees_at_most: %d }", i, i, i, i);
  text_add(&text, behind);
  if (file_write("scheme.yaml", text_str(&text), text.length, 0600) != ERR_NONE) fail("scheme.yaml");
  text_done(&text);
  free(scheme);
  return "scheme.yaml";
}

static void apply(struct season *season, const char *file, const char *extra) {
  struct arena *arena = arena_new(8 << 20);
  struct troubles troubles = {.arena = arena};
  char id[40], *json = NULL;
  (void)snprintf(id, sizeof id, "entry%llu", (unsigned long long)++season->control_count);
  if (scheme_file_read(file, id, true, arena, &troubles, &json) != ERR_NONE) {
    troubles_print(&troubles);
    fail(file);
  }
  char *at = extra == NULL ? NULL : strstr(json, "\"mentee_first\"");
  if (at != NULL) json = arena_format(arena, "%.*s\"%s\"%s", (int)(at - json), json, extra, at + strlen("\"mentee_first\""));
  tally_count(season, COUNT_APPLY);
  loop_control(season, json);
  (void)arena_free(arena);
}

static void import(struct season *season, int wave) {
  struct text lines;
  char name[40], json[200];
  size_t total = 0;
  text_init(&lines, 1 << 20);
  const char *text = people_import_lines(season, &lines, wave);
  for (const char *end = strchr(text, '\n'); end != NULL; end = strchr(end + 1, '\n')) total++;
  (void)snprintf(name, sizeof name, "rows%d.jsonl", wave);
  if (file_write(name, text, strlen(text), 0600) != ERR_NONE) fail(name);
  (void)snprintf(json, sizeof json, "{\"id\":\"entry%llu\",\"kind\":\"import\",\"file\":\"%s\",\"total\":%zu}", (unsigned long long)++season->control_count, name,
                 total);
  tally_count(season, COUNT_IMPORT);
  loop_control(season, json);
  text_done(&lines);
}

static void invite(struct season *season) {
  char hash[HASH_TEXT_BYTES], json[200];
  hash_text(NULL, CODE, hash);
  (void)snprintf(json, sizeof json, "{\"id\":\"entry%llu\",\"kind\":\"invite\",\"code_hash\":\"%s\"}", (unsigned long long)++season->control_count, hash);
  loop_control(season, json);
  manners_say(season, &season->humans[MANAGERS - 1], CODE);
  loop_settle(season);
}

/* ---- the weeks ---- */
static int64_t next_act_ms(const struct season *season) {
  int64_t next = NEVER_MS;
  for (size_t i = 0; i < HUMANS; i++) {
    if (season->humans[i].next_ms < next) next = season->humans[i].next_ms;
  }
  return next;
}

/* Whoever acts now or within a minute or two acts at once: their events are under way together. */
static void burst(struct season *season) {
  for (size_t i = 0; i < HUMANS; i++) {
    if (season->humans[i].next_ms <= season->now_ms + 2 * MINUTE_MS) habits_act(season, &season->humans[i]);
  }
  if (chance_percent(&season->odds, 75)) {
    loop_settle(season);
    return;
  }
  for (size_t steps = chance_below(&season->odds, 12); steps > 0 && loop_step(season); steps--) {
  }
}

static void set_link(struct season *season, bool down) {
  season->link_down = down;
  if (down) tally_count(season, COUNT_LINK_DOWN);
  link_lost(season);
  link_forget_results(season);
  if (!down) link_up(season);
}

/* Trouble larger than a refused commit: a few times in a season. */
static void disturb(struct season *season, int64_t *link_until_ms) {
  if (season->link_down && season->now_ms >= *link_until_ms) set_link(season, false);
  if (season->link_down) return;
  if (chance_percent(&season->odds, 0.08)) {
    *link_until_ms = season->now_ms + chance_between(&season->odds, HOUR_MS, 10 * HOUR_MS);
    set_link(season, true);
  } else if (chance_percent(&season->odds, 0.05)) {
    loop_outage(season, chance_between(&season->odds, HOUR_MS, 70 * HOUR_MS));
  }
}

static void live_until(struct season *season, int64_t end_ms) {
  int64_t link_until_ms = 0, next;
  while ((next = next_act_ms(season)) < end_ms) {
    loop_go_to(season, next);
    disturb(season, &link_until_ms);
    burst(season);
  }
  if (season->link_down) set_link(season, false);
  loop_go_to(season, end_ms);
}

/* ---- the end ---- */
static bool somebody_is_asked(const struct season *season) {
  const struct model *model = serve_model(season->serve);
  for (size_t i = 0; i < model_count(model, RECORD_TALK); i++) {
    const struct talk *talk = model_at(model, RECORD_TALK, i);
    if (talk->state == TALK_OPEN || talk->state == TALK_QUEUED) return true;
  }
  return false;
}

static void come_to_rest(struct season *season) {
  for (int round = 0; round < CALM_ROUNDS && somebody_is_asked(season); round++) {
    for (size_t i = 0; i < HUMANS; i++) {
      season->humans[i].gone_until_ms = 0;
      habits_calm(season, &season->humans[i]);
      loop_settle(season);
    }
    loop_go_to(season, season->now_ms + HOUR_MS);
    loop_settle(season);
  }
}

static void end(struct season *season) {
  season->misbehaves = false;
  odd_store_misbehave(season->store, false);
  loop_settle(season);
  for (int month = 0; month < 3; month++) {
    come_to_rest(season);
    checks_resting(season);
    loop_go_to(season, season->now_ms + 25 * DAY_MS);
    loop_settle(season);
  }
  loop_crash(season);
  loop_settle(season);
  checks_end(season);
}

/* ---- figures ---- */
static void print_figures(struct season *season, int64_t took_ms) {
  unsigned char sum[crypto_hash_sha256_BYTES];
  char hex[2 * sizeof sum + 1];
  tally_print(season);
  for (enum check which = 0; which < CHECK_MAX_; which++) (void)printf("check %-18s %9lld\n", checks_name(which), (long long)checks_made(which));
  if (EVP_DigestFinal_ex(season->bytes_hash, sum, NULL) != 1) fail("sha256");
  (void)sodium_bin2hex(hex, sizeof hex, sum, sizeof sum);
  (void)printf("season %llu: sha256 %s commits %lld messages %lld crashes %lld reloads %lld outages %lld: %.1f s (wanted %d s)\n",
               (unsigned long long)season->seed, hex, (long long)season->commits, (long long)season->messages, (long long)season->crashes,
               (long long)season->reloads, (long long)season->outages, (double)took_ms / 1000.0, SECONDS_WANTED);
}

static char folder[100];

static int remove_one(const char *path, const struct stat *info, int type, struct FTW *place) {
  (void)info, (void)type, (void)place;
  return remove(path);
}

static void leave_folder(void) {
  (void)nftw(folder, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

static void enter_folder(void) {
  (void)snprintf(folder, sizeof folder, "%s/mentord-season-XXXXXX", access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp");
  if (mkdtemp(folder) == NULL || atexit(leave_folder) != 0 || chdir(folder) != 0 || mkdir("keys", 0700) != 0) fail("no folder for keys");
}

int main(int argc, char **argv) {
  char *scheme = argc < 2 ? NULL : realpath("tests/season/scheme.yaml", NULL);
  int64_t from_ms = clock_boot_ms();
  if (scheme == NULL) {
    (void)fprintf(stderr, "season SEED, in the project's folder\n");
    return 2;
  }
  enter_folder();
  struct season *season = season_new(strtoull(argv[1], NULL, 10));
  season->verbose = argc > 2;
  loop_start(season);
  loop_settle(season);
  const char *file = season->seed % SEEDS_A_TURN == SEED_OF_MANY ? with_many(scheme) : scheme;
  apply(season, file, season->seed % 2 == 0 ? "both" : NULL);
  import(season, 0);
  invite(season);
  season->misbehaves = true;
  odd_store_misbehave(season->store, true);
  live_until(season, season->start_ms + 7 * WEEK_MS);
  import(season, 1);
  live_until(season, season->start_ms + 11 * WEEK_MS);
  apply(season, file, season->seed % 2 == 0 ? NULL : "both");
  live_until(season, season->start_ms + WEEKS * WEEK_MS);
  end(season);
  print_figures(season, clock_boot_ms() - from_ms);
  season_free(season);
  free(scheme);
  return 0;
}
