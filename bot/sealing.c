/* sealing.c: sealed texts end with the field that names them. */
#include "bot/sealing.h"

void sealing_drop(struct turn *turn, const char **reference) {
  if (*reference != NULL) txn_drop(turn->txn, RECORD_SEALED, *reference);
  *reference = NULL;
}

void sealing_put(struct turn *turn, const char **reference, const char *owner, const char *field, const char *plain) {
  sealing_drop(turn, reference);
  *reference = txn_seal(turn->txn, owner, field, plain);
}
