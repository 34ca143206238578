/* jobs.c: takes a tool's entry apart and hands it to the job of its kind; a job's record says how far it is. */
#include "bot/jobs/jobs.h"

#include <string.h>

#include "bot/jobs/job_parts.h"

enum { ID_BYTES_MAX = 80 };

static const struct {
  const char *name;
  enum job_kind kind;
  enum err (*start)(struct turn *turn, struct job *job, const cJSON *entry);
} starters[] = {
    {"apply", JOB_APPLY, apply_start},
    {"import", JOB_IMPORT, import_start},
    {"invite", JOB_INVITE, invite_start},
};

void job_trouble(struct turn *turn, struct job *job, const char *text) {
  if (job->troubles.count < TROUBLES_MAX) job->troubles = strs_plus(turn->arena, job->troubles, arena_text(turn->arena, text));
}

void job_end(struct turn *turn, struct job *job, enum job_state state) {
  job->state = state;
  job->ended_ms = turn->now_ms;
}

static enum err start_job(struct turn *turn, const cJSON *entry) {
  const char *id = json_str(entry, "id"), *kind = json_str_or(entry, "kind", "?");
  if (id == NULL || strlen(id) > ID_BYTES_MAX) return err_note(ERR_BAD_INPUT, "a control entry without a usable id");
  if (txn_get(turn->txn, RECORD_JOB, id) != NULL) return ERR_NONE; /* the tool sent it twice */
  for (size_t i = 0; i < ARRAY_LEN(starters); i++) {
    if (strcmp(starters[i].name, kind) != 0) continue;
    struct job *job = txn_add(turn->txn, RECORD_JOB, arena_text(turn->arena, id));
    job->kind = starters[i].kind;
    job->started_ms = turn->now_ms;
    txn_audit(turn->txn, "tool", kind, id);
    enum err err = starters[i].start(turn, job, entry);
    if (err == ERR_NONE) return ERR_NONE;
    job_trouble(turn, job, err_note_text());
    job_end(turn, job, JOB_FAILED);
    return ERR_NONE;
  }
  return err_note(ERR_BAD_INPUT, "a control entry of an unknown kind");
}

enum err job_control(struct turn *turn) {
  cJSON *entry CLEANUP(json_freep) = NULL;
  const char *payload = turn->event->payload == NULL ? "" : turn->event->payload;
  enum err err = json_parse(payload, strlen(payload), TXN_BYTES_MAX, &entry);
  return err == ERR_NONE ? start_job(turn, entry) : err;
}

enum err job_step(struct turn *turn) {
  cJSON *rows CLEANUP(json_freep) = NULL;
  const char *payload = turn->event->payload == NULL ? "" : turn->event->payload;
  struct job *job = txn_edit(turn->txn, RECORD_JOB, turn->event->record);
  if (job == NULL || job->state != JOB_RUNNING) return ERR_NONE;
  enum err err = json_parse(payload, strlen(payload), 2 * TXN_BYTES_MAX, &rows);
  if (err == ERR_NONE && job->round != NULL) {
    round_job_step(turn, job, rows);
    return ERR_NONE;
  }
  if (err == ERR_NONE && json_int_or(rows, "from", -1) != job->cursor) return ERR_NONE; /* done before */
  if (err != ERR_NONE) {
    job_trouble(turn, job, err_note_text());
    job_end(turn, job, JOB_FAILED);
    if (job->round != NULL) round_job_set_aside(turn, job);
    return ERR_NONE;
  }
  return import_rows(turn, job, rows);
}

/* ---- what cannot be handled ---- */
/* A tool waits for the record of its entry, so there must be one. */
static struct job *job_of(struct turn *turn) {
  const char *payload = turn->event->payload == NULL ? "" : turn->event->payload;
  if (turn->event->kind == EVENT_JOB) return txn_edit(turn->txn, RECORD_JOB, turn->event->record);
  cJSON *entry CLEANUP(json_freep) = NULL;
  if (json_parse(payload, strlen(payload), TXN_BYTES_MAX, &entry) != ERR_NONE) return NULL;
  const char *id = json_str(entry, "id");
  if (id == NULL || strlen(id) > ID_BYTES_MAX) return NULL;
  struct job *job = txn_edit(turn->txn, RECORD_JOB, id);
  return job != NULL ? job : txn_add(turn->txn, RECORD_JOB, arena_text(turn->arena, id));
}

void job_set_aside(struct turn *turn) {
  struct job *job = job_of(turn);
  if (job == NULL) return;
  job_trouble(turn, job, arena_format(turn->arena, "stopped after row %lld: this part could not be handled; see event_poison in the log",
                                      (long long)job->cursor));
  job_end(turn, job, JOB_FAILED);
  if (job->round != NULL) round_job_set_aside(turn, job);
}
