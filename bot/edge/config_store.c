/* config_store.c: the private server has the same users and paths for everybody; those of another one stand in mentord.yaml. */
#include "bot/edge/config_store.h"

#include <stdio.h>

#include "state/redis_private.h"

static struct store_redis_options operators_own(const struct config *config, bool tool) {
  return (struct store_redis_options){.socket = config->redis_socket, .user = tool ? config->redis_tool_user : config->redis_user,
                                      .password_file = tool ? config->redis_tool_password_file : config->redis_password_file};
}

static enum err private_one(const struct config *config, bool tool, struct redis_private_paths *ret_paths, struct store_redis_options *ret_options) {
  char folder[CONFIG_STORE_ADDRESS_BYTES];
  (void)snprintf(folder, sizeof folder, "%s/redis", config->data);
  enum err err = redis_private_paths(folder, ret_paths);
  if (err != ERR_NONE) return err;
  *ret_options = (struct store_redis_options){.socket = ret_paths->socket, .user = tool ? "mentord-tool" : "mentord",
                                              .password_file = tool ? ret_paths->tool_password : ret_paths->bot_password};
  return ERR_NONE;
}

enum err config_store_new(const struct config *config, enum config_store_user user, uv_loop_t *loop,
                          char ret_address[CONFIG_STORE_ADDRESS_BYTES], struct store **ret_store) {
  bool tool = user == CONFIG_STORE_TOOL;
  struct redis_private_paths paths;
  struct store_redis_options options = operators_own(config, tool);
  enum err err = config->redis_socket != NULL ? ERR_NONE : private_one(config, tool, &paths, &options);
  if (err != ERR_NONE) return err;
  options.scheme = config->scheme;
  (void)snprintf(ret_address, CONFIG_STORE_ADDRESS_BYTES, "%s", options.socket);
  *ret_store = store_redis_new(loop, &options);
  return *ret_store == NULL ? ERR_BAD_INPUT : ERR_NONE;
}
