/* config_store.h: the store that mentord.yaml means: a server of the operator's own, or the private one in the data folder. */
#ifndef MENTORD_CONFIG_STORE_H
#define MENTORD_CONFIG_STORE_H

#include "bot/edge/config.h"
#include "state/store.h"

enum { CONFIG_STORE_ADDRESS_BYTES = 240 };
enum config_store_user { CONFIG_STORE_BOT, CONFIG_STORE_TOOL }; /* the bot may write a scheme, a tool may look and ask */

/* Not connected yet. The store is the caller's (store_free), and on their loop; `ret_address` is its socket, for sentences. */
enum err config_store_new(const struct config *config, enum config_store_user user, uv_loop_t *loop,
                          char ret_address[CONFIG_STORE_ADDRESS_BYTES], struct store **ret_store) MUST_CHECK;

#endif
