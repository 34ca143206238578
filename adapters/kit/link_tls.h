/* link_tls.h: TLS for links that leave this machine: whom the bot's end trusts, and whether an adapter's end has what it needs. */
#ifndef MENTORD_LINK_TLS_H
#define MENTORD_LINK_TLS_H

#include "bot/base/err.h"

struct ssl_ctx_st;

/* For a client: TLS 1.2 at least, the other end's certificate must lead to this file's authorities, or with NULL to the
 * system's. Nothing turns that off. ERR_GONE or ERR_BAD_INPUT with a note. The caller owns it (link_tls_free). */
enum err link_tls_trust(const char *ca_file, struct ssl_ctx_st **ret_tls) MUST_CHECK;
struct ssl_ctx_st *link_tls_free(struct ssl_ctx_st *tls); /* takes NULL, returns NULL */

/* For a server: is this a certificate, is that its key, and is the key closed to others? */
enum err link_tls_check(const char *cert_file, const char *key_file) MUST_CHECK;

#endif
