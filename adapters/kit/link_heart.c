/* link_heart.c: pings of our own. Those of libwebsockets 4.1.6 write their time over the answer to a ping of the other end that
 * waits to be sent: its pong then carries other bytes, and a strict library hangs up on it. */
#include "adapters/kit/link_heart.h"

static lws_usec_t silence(const struct link_heart *heart) {
  return lws_now_usecs() - heart->heard_us;
}

static void beat(lws_sorted_usec_list_t *sul);

static void beat_in(struct link_heart *heart, lws_usec_t us) {
  lws_sul_schedule(lws_get_context(heart->wsi), 0, &heart->beat, beat, us > 0 ? us : 1);
}

static void beat(lws_sorted_usec_list_t *sul) {
  struct link_heart *heart = lws_container_of(sul, struct link_heart, beat);
  lws_usec_t quiet = silence(heart), ping = LINK_PING_S * LWS_US_PER_SEC, hangup = LINK_HANGUP_S * LWS_US_PER_SEC;
  if (quiet >= hangup) {
    lws_set_timeout(heart->wsi, PENDING_TIMEOUT_WS_PONG_CHECK_GET_PONG, LWS_TO_KILL_ASYNC);
    return;
  }
  beat_in(heart, (quiet < ping ? ping : hangup) - quiet);
  if (quiet < ping) return;
  heart->ping_due = true;
  lws_callback_on_writable(heart->wsi);
}

void link_heart_start(struct link_heart *heart, struct lws *wsi) {
  *heart = (struct link_heart){.wsi = wsi, .heard_us = lws_now_usecs()};
  beat_in(heart, LINK_PING_S * LWS_US_PER_SEC);
}

void link_heart_heard(struct link_heart *heart) {
  heart->heard_us = lws_now_usecs();
}

bool link_heart_writeable(struct link_heart *heart) {
  unsigned char room[LWS_PRE + 1] = {0}; /* a byte, since libwebsockets as a server says nothing of a pong without any */
  if (!heart->ping_due) return true;
  heart->ping_due = false;
  return lws_write(heart->wsi, room + LWS_PRE, 1, LWS_WRITE_PING) >= 0;
}

void link_heart_stop(struct link_heart *heart) {
  if (heart->wsi != NULL) lws_sul_cancel(&heart->beat);
  heart->wsi = NULL;
}
