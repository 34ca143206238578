/* ports.h: what a served scheme needs of the world outside, over real links: clients to the adapters, a timer, chance. */
#ifndef MENTORD_PORTS_H
#define MENTORD_PORTS_H

#include "adapters/kit/link_client.h"
#include "bot/edge/config.h"
#include "bot/edge/serve.h"

struct ports;

/* Everything is borrowed until ports_free. Links connect once serving begins. `owner` is only given back. */
struct ports *ports_new(uv_loop_t *loop, struct lws_context *context, const struct config *config, void *owner);
void *ports_owner(const struct ports *ports);
const struct serve_ports *ports_table(void); /* for serve_options; `who` is the struct ports */
void ports_attach(struct ports *ports, struct serve *serve);
bool ports_link_is_up(const struct ports *ports, size_t link, const char **ret_why); /* by its place in the configuration */
/* How many of its workspaces its adapter does not hear; the first of them, and why. */
size_t ports_link_away(const struct ports *ports, size_t link, const char **ret_workspace, const char **ret_say);
void ports_close(struct ports *ports);       /* no more links, no more timer; the loop runs on until they are closed */
struct ports *ports_free(struct ports *ports);

#endif
