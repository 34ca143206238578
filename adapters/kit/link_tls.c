/* link_tls.c: asks OpenSSL for what libwebsockets would do by halves: it looks for authorities in "../share" when told of none. */
#include "adapters/kit/link_tls.h"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <unistd.h>

#include "adapters/kit/link_address.h"

/* The reason in OpenSSL's words; what else is in its queue goes. */
static enum err refuse(const char *file, const char *what) {
  unsigned long code = ERR_peek_last_error();
  const char *reason = code == 0 ? NULL : ERR_reason_error_string(code);
  ERR_clear_error();
  return err_note(ERR_BAD_INPUT, "%s: %s (%s)", file, what, reason == NULL ? "no reason given" : reason);
}

static enum err load_trust(SSL_CTX *tls, const char *ca_file) {
  if (ca_file == NULL) return SSL_CTX_set_default_verify_paths(tls) == 1 ? ERR_NONE : refuse("the system's certificates", "cannot be read");
  if (access(ca_file, R_OK) != 0) return err_note(ERR_GONE, "%s: %m", ca_file);
  return SSL_CTX_load_verify_file(tls, ca_file) == 1 ? ERR_NONE : refuse(ca_file, "holds no certificate");
}

enum err link_tls_trust(const char *ca_file, struct ssl_ctx_st **ret_tls) {
  SSL_CTX *tls = SSL_CTX_new(TLS_client_method());
  assert(tls != NULL);
  (void)SSL_CTX_set_min_proto_version(tls, TLS1_2_VERSION);
  (void)SSL_CTX_set_options(tls, SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION);
  (void)SSL_CTX_set_mode(tls, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  SSL_CTX_set_verify(tls, SSL_VERIFY_PEER, NULL);
  enum err err = load_trust(tls, ca_file);
  if (err == ERR_NONE) *ret_tls = tls;
  else SSL_CTX_free(tls);
  return err;
}

struct ssl_ctx_st *link_tls_free(struct ssl_ctx_st *tls) {
  SSL_CTX_free(tls);
  return NULL;
}

static enum err load_pair(SSL_CTX *tls, const char *cert_file, const char *key_file) {
  if (access(cert_file, R_OK) != 0) return err_note(ERR_GONE, "%s: %m", cert_file);
  enum err err = link_token_is_private(key_file);
  if (err != ERR_NONE) return err;
  if (SSL_CTX_use_certificate_chain_file(tls, cert_file) != 1) return refuse(cert_file, "holds no certificate");
  if (SSL_CTX_use_PrivateKey_file(tls, key_file, SSL_FILETYPE_PEM) != 1) return refuse(key_file, "is not the key of the certificate");
  return ERR_NONE;
}

enum err link_tls_check(const char *cert_file, const char *key_file) {
  SSL_CTX *tls = SSL_CTX_new(TLS_server_method());
  assert(tls != NULL);
  enum err err = load_pair(tls, cert_file, key_file);
  SSL_CTX_free(tls);
  return err;
}
