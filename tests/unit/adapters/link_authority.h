/* link_authority.h: throw-away certificates for the tests of links with TLS. */
#ifndef MENTORD_TEST_LINK_AUTHORITY_H
#define MENTORD_TEST_LINK_AUTHORITY_H

#include <openssl/x509.h>

struct authority {
  EVP_PKEY *key;   /* owned */
  X509 *self;      /* owned */
};

/* Writes its certificate there. */
void authority_init(struct authority *authority, const char *name, const char *path);
/* A certificate for this host name, and its key, mode 0600. */
void authority_cert(const struct authority *authority, const char *host, const char *cert_path, const char *key_path);
void authority_done(struct authority *authority);

#endif
