/* link_pieces.c: pieces become a file; what does not follow is refused.
 * {"t":"blob_is","id":"o93","workspace":"irc/city","from":32768,"data":"…"} */
#include "adapters/kit/link_pieces.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

void link_pieces_init(struct link_pieces *pieces, size_t bytes) {
  assert(bytes > 0 && bytes <= LINK_FILE_BYTES_MAX);
  *pieces = (struct link_pieces){.data = malloc(bytes), .bytes = bytes};
  assert(pieces->data != NULL);
}

enum err link_pieces_add(struct link_pieces *pieces, const struct link_frame *piece) {
  size_t room = pieces->bytes - pieces->got, came = 0;
  assert(pieces->data != NULL && piece->line == LINE_BLOB_IS);
  if (piece->from != (int64_t)pieces->got) return err_note(ERR_CONFLICT, "a piece of a file that does not follow the one before");
  if (piece->data == NULL) return err_note(ERR_GONE, "the bytes of this file are not there now");
  if (room > LINK_PIECE_BYTES_MAX) room = LINK_PIECE_BYTES_MAX;
  int bad = sodium_base642bin((unsigned char *)pieces->data + pieces->got, room, piece->data, strlen(piece->data), NULL, &came, NULL,
                              sodium_base64_VARIANT_ORIGINAL);
  if (bad != 0 || came == 0) return err_note(ERR_BAD_INPUT, "a piece of a file that is no base64, empty, or more than was promised");
  pieces->got += came;
  return ERR_NONE;
}

bool link_pieces_whole(const struct link_pieces *pieces) {
  return pieces->data != NULL && pieces->got == pieces->bytes;
}

void link_pieces_done(struct link_pieces *pieces) {
  if (pieces->data != NULL) explicit_bzero(pieces->data, pieces->bytes);
  free(pieces->data);
  *pieces = (struct link_pieces){0};
}
