/* invite.c: the first manager comes by a code: made by a tool, typed in a direct message, good once and for 15 minutes. */
#include <string.h>

#include "bot/base/random.h"
#include "bot/jobs/job_parts.h"

#include "bot/cards.h"

enum { INVITE_MS = 15 * 60 * 1000, CODE_BYTES = 19 };
#define CODE_PREFIX "code-"

/* Codes whose time is over go when the next one is made. */
static void drop_expired(struct turn *turn) {
  struct strs invites = txn_all(turn->txn, RECORD_INVITE);
  for (size_t i = 0; i < invites.count; i++) {
    const struct invite *invite = txn_get(turn->txn, RECORD_INVITE, invites.items[i]);
    if (invite->until_ms < turn->now_ms) txn_drop(turn->txn, RECORD_INVITE, invite->id);
  }
}

/* {"id":"…","kind":"invite","code_hash":"32 hex digits"}: the code itself is known to the tool's user alone. */
enum err invite_start(struct turn *turn, struct job *job, const cJSON *entry) {
  const char *hash = json_str(entry, "code_hash");
  const struct programme *programme = turn_programme(turn);
  if (hash == NULL || strlen(hash) != HASH_TEXT_BYTES - 1) return err_note(ERR_BAD_INPUT, "an invitation without the hash of its code");
  if (programme == NULL) return err_note(ERR_BAD_INPUT, "there is no programme to manage yet: run `mentord apply scheme.yaml` first");
  drop_expired(turn);
  struct invite *invite = txn_add(turn->txn, RECORD_INVITE, arena_text(turn->arena, hash));
  invite->role = ROLE_MANAGER;
  invite->programme = programme->id;
  invite->until_ms = turn->now_ms + INVITE_MS;
  job_end(turn, job, JOB_FINISHED);
  return ERR_NONE;
}

static void make_manager(struct turn *turn, const struct invite *invite) {
  const struct enrolment *before = turn_enrolment(turn, turn->person, invite->programme, ROLE_MANAGER);
  if (before == NULL) {
    struct enrolment *enrolment = txn_add(turn->txn, RECORD_ENROLMENT, NULL);
    enrolment->person = turn->person;
    enrolment->programme = invite->programme;
    enrolment->role = ROLE_MANAGER;
    enrolment->state = ENROLMENT_ACCEPTED;
    enrolment->changed_ms = turn->now_ms;
  }
  txn_audit(turn->txn, turn->person, "became manager", invite->programme);
  struct out *out = card_to(turn, turn->person, W("invite.welcome"));
  (void)card_command(turn, out, "next", W("command.button.next"));
  (void)card_command(turn, out, "help", W("command.button.help"));
}

/* "code-2345-6789-bcdf": whoever tries many finds out nothing, since each wrong one gets the same answer. */
bool invite_try(struct turn *turn, const char *text) {
  char hash[HASH_TEXT_BYTES];
  const char *code = text_fold(turn->arena, text);
  if (strncmp(code, CODE_PREFIX, strlen(CODE_PREFIX)) != 0 || strlen(code) != CODE_BYTES) return false;
  hash_text(NULL, code, hash);
  const struct invite *invite = txn_get(turn->txn, RECORD_INVITE, hash);
  if (invite == NULL || invite->until_ms < turn->now_ms) {
    (void)card_to(turn, turn->person, W("invite.unknown"));
    return true;
  }
  make_manager(turn, invite);
  txn_drop(turn->txn, RECORD_INVITE, invite->id);
  return true;
}
