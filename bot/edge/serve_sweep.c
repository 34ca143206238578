/* serve_sweep.c: what nothing speaks of any more goes: files of lists in the spool folder, sheets of large rounds. */
#include <dirent.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bot/base/log.h"
#include "bot/edge/serve_parts.h"
#include "bot/jobs/jobs.h"

enum { SPOOL_PATH_BYTES = 512, NAME_BYTES = 256, STRAY_AGE_MS = 10 * 60 * 1000 };

/* ---- the spool folder ---- */
/* A spool file holds line managers in plain words. Its tool removes it, unless that was stopped meanwhile; then it goes here,
 * once the job's end is kept. The name comes from the job's id, never from the path in its entry. */
static void sweep_ended(const struct serve *serve) {
  char path[SPOOL_PATH_BYTES];
  for (size_t i = 0; i < model_count(serve->model, RECORD_JOB); i++) {
    const struct job *job = model_at(serve->model, RECORD_JOB, i);
    if (job->kind != JOB_IMPORT || job->state == JOB_RUNNING || strchr(job->id, '/') != NULL) continue;
    int length = snprintf(path, sizeof path, "%s/%s.jsonl", serve->spool, job->id);
    if (length < (int)sizeof path) (void)unlink(path); /* ignoring: mostly it is gone already */
  }
}

/* A tool that was killed between its file and its entry left one that no job will ever name. A young one may be about to be named. */
static bool is_stray(const struct serve *serve, const char *name) {
  char id[NAME_BYTES], path[SPOOL_PATH_BYTES];
  struct stat info;
  const char *ending = strstr(name, ".jsonl");
  if (ending == NULL || (strcmp(ending, ".jsonl") != 0 && strcmp(ending, ".jsonl.new") != 0)) return false;
  (void)snprintf(id, sizeof id, "%.*s", (int)(ending - name), name);
  if (model_get(serve->model, RECORD_JOB, id) != NULL) return false;
  int length = snprintf(path, sizeof path, "%s/%s", serve->spool, name);
  if (length >= (int)sizeof path || lstat(path, &info) != 0 || !S_ISREG(info.st_mode)) return false;
  return info.st_mtime * 1000 + STRAY_AGE_MS < serve_system(serve) && unlink(path) == 0;
}

static void sweep_strays(const struct serve *serve) {
  DIR *folder = opendir(serve->spool);
  size_t files = 0;
  if (folder == NULL) return; /* no list was ever imported */
  for (const struct dirent *entry = readdir(folder); entry != NULL; entry = readdir(folder)) files += is_stray(serve, entry->d_name);
  (void)closedir(folder);
  if (files > 0) log_line(LOG_swept, "scheme=%s files=%zu", serve->scheme, files);
}

void serve_sweep_spool(struct serve *serve) {
  if (serve->spool_swept || serve->spool == NULL) return;
  sweep_ended(serve);
  if (serve->control_empty) sweep_strays(serve);
  serve->spool_swept = true;
}

/* ---- sheets ---- */
static size_t sheets_left(const struct serve *serve) {
  size_t left = 0;
  for (size_t i = 0; i < model_count(serve->model, RECORD_SHEET); i++) {
    const struct sheet *sheet = model_at(serve->model, RECORD_SHEET, i);
    left += round_sheet_is_left(model_get(serve->model, RECORD_ROUND, sheet->round));
  }
  return left;
}

/* Once behind each start, so many a turn. Where a turn took none away (it was refused), the next start tries again. */
void serve_sweep_sheets(struct serve *serve) {
  char id[60];
  if (serve->sheets_left == 0) return;
  size_t left = sheets_left(serve);
  if (left > 0 && serve->sheets_left == SIZE_MAX) log_line(LOG_swept, "scheme=%s sheets=%zu", serve->scheme, left);
  bool goes_on = left > 0 && left < serve->sheets_left;
  serve->sheets_left = goes_on ? left : 0;
  if (!goes_on) return;
  (void)snprintf(id, sizeof id, "sweep/%lld", (long long)serve->seq);
  struct event event = {.kind = EVENT_TIMER, .id = id, .record = id};
  serve_derived(serve, &event, NULL);
  serve_wake(serve, 0);
}
