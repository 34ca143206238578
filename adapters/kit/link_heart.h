/* link_heart.h: finds out whether the other end of a WebSocket still lives: a ping when nothing came for a while, then an end. */
#ifndef MENTORD_LINK_HEART_H
#define MENTORD_LINK_HEART_H

#include <libwebsockets.h>
#include <stdbool.h>

enum { LINK_PING_S = 3, LINK_HANGUP_S = 6 }; /* without a word from there */

struct link_heart {
  lws_sorted_usec_list_t beat; /* first: libwebsockets hands it back */
  struct lws *wsi;             /* borrowed while it beats */
  lws_usec_t heard_us;         /* when something came last */
  bool ping_due;
};

void link_heart_start(struct link_heart *heart, struct lws *wsi);
void link_heart_heard(struct link_heart *heart); /* anything at all came */
/* From WRITEABLE: sends the ping that is due. False: the socket is dead. */
bool link_heart_writeable(struct link_heart *heart) __attribute__((warn_unused_result));
void link_heart_stop(struct link_heart *heart); /* takes one that never started, all zeros */

#endif
