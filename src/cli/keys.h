/* keys: private keys read from files and written to them.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef QY_CLI_KEYS_H
#define QY_CLI_KEYS_H

#include "cli/password.h"
#include "cli/token.h"
#include "crypto/keyfile.h"

/* "sm2|rsa|p256", for the row of an option --kind, and what was chosen. */
#define CLI_KEY_KINDS "sm2|rsa|p256"
enum key_kind cli_key_kind(const struct cli *c, enum key_kind otherwise);

/* Reads a key file ("-": standard input); the password comes from --password-file (which
 * the command's row must have) or the variable, and only if the file needs one and there
 * is neither it is asked for. The caller calls keyfile_fini. */
MUST_USE bool cli_keyfile(
	struct cli *c, const char *path, struct keyfile *out, struct err *e);

/* The same, or the key in a token that a URI names (cli/token.h): its signing key, or for
 * TOKEN_UNWRAP its encryption key. The certificate is beside it. */
MUST_USE bool cli_key_for(struct cli *c, const char *path, enum token_use use,
	struct keyfile *out, struct err *e);

/* The same with a password at hand, which may be null. */
MUST_USE bool keyfile_open(struct cli *c, const char *path, const struct secret *password,
	struct keyfile *out, struct err *e);

/* The certificate that goes with a key: that of the file `path`, or when null the first
 * beside the key. ERR_KEY_MISMATCH when it is another key's, ERR_USAGE when there is
 * none. */
struct cert;
MUST_USE bool cli_key_cert(struct cli *c, const struct keyfile *k, const char *path,
	struct cert *out, struct err *e);

/* A new file of secrets, 0600; never over one that stands there without --force. */
MUST_USE bool cli_write_secret(
	struct cli *c, const char *path, struct secret *s, struct err *e);

#endif
