/* link_pieces.h: a file that comes over the link a piece at a time, each behind the one before. Pure. */
#ifndef MENTORD_LINK_PIECES_H
#define MENTORD_LINK_PIECES_H

#include "adapters/kit/link_frame.h"

struct link_pieces {
  char *data;        /* owned; NULL: nothing is being fetched */
  size_t bytes, got; /* how many it shall be, how many came */
};

/* `bytes`: 1 to LINK_FILE_BYTES_MAX. */
void link_pieces_init(struct link_pieces *pieces, size_t bytes);
/* One `blob_is`. ERR_CONFLICT: it begins elsewhere, so it is not the one that was asked for; leave it. ERR_GONE: the other end does not have
 * these bytes now. ERR_BAD_INPUT: no base64, empty, too much. In the last two cases all of it is fetched anew, or not at all. */
enum err link_pieces_add(struct link_pieces *pieces, const struct link_frame *piece) MUST_CHECK;
bool link_pieces_whole(const struct link_pieces *pieces);
/* Wiped and freed; good for another init. */
void link_pieces_done(struct link_pieces *pieces);

#endif
