/* link_authority.c: a key, a certificate that signs itself, and certificates that it signs. */
#include "tests/unit/adapters/link_authority.h"

#include <criterion/criterion.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <sys/stat.h>

static X509 *certificate(EVP_PKEY *key, const char *name, const X509 *by) {
  static long serial;
  X509 *cert = X509_new();
  X509_NAME *subject = X509_get_subject_name(cert);
  cr_assert_eq(X509_set_version(cert, 2), 1);
  cr_assert_eq(ASN1_INTEGER_set(X509_get_serialNumber(cert), ++serial), 1);
  cr_assert_not_null(X509_gmtime_adj(X509_getm_notBefore(cert), -3600));
  cr_assert_not_null(X509_gmtime_adj(X509_getm_notAfter(cert), 3600));
  cr_assert_eq(X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC, (const unsigned char *)name, -1, -1, 0), 1);
  cr_assert_eq(X509_set_issuer_name(cert, by == NULL ? subject : X509_get_subject_name(by)), 1);
  cr_assert_eq(X509_set_pubkey(cert, key), 1);
  return cert;
}

static void extend(X509 *cert, int what, const char *value) {
  X509_EXTENSION *extension = X509V3_EXT_conf_nid(NULL, NULL, what, value);
  cr_assert_not_null(extension);
  cr_assert_eq(X509_add_ext(cert, extension, -1), 1);
  X509_EXTENSION_free(extension);
}

static void write_cert(const char *path, X509 *cert) {
  FILE *file = fopen(path, "w");
  cr_assert_not_null(file);
  cr_assert_eq(PEM_write_X509(file, cert), 1);
  cr_assert_eq(fclose(file), 0);
}

void authority_init(struct authority *authority, const char *name, const char *path) {
  authority->key = EVP_EC_gen("P-256");
  authority->self = certificate(authority->key, name, NULL);
  extend(authority->self, NID_basic_constraints, "critical,CA:TRUE");
  cr_assert_gt(X509_sign(authority->self, authority->key, EVP_sha256()), 0);
  write_cert(path, authority->self);
}

void authority_cert(const struct authority *authority, const char *host, const char *cert_path, const char *key_path) {
  char name[128];
  EVP_PKEY *key = EVP_EC_gen("P-256");
  X509 *cert = certificate(key, "adapter", authority->self);
  snprintf(name, sizeof name, "DNS:%s", host);
  extend(cert, NID_subject_alt_name, name);
  cr_assert_gt(X509_sign(cert, authority->key, EVP_sha256()), 0);
  write_cert(cert_path, cert);
  FILE *file = fopen(key_path, "w");
  cr_assert_not_null(file);
  cr_assert_eq(PEM_write_PrivateKey(file, key, NULL, NULL, 0, NULL, NULL), 1);
  cr_assert_eq(fclose(file), 0);
  cr_assert_eq(chmod(key_path, 0600), 0);
  X509_free(cert);
  EVP_PKEY_free(key);
}

void authority_done(struct authority *authority) {
  X509_free(authority->self);
  EVP_PKEY_free(authority->key);
}
