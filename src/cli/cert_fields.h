/* cert_fields: everything a certificate says, as fields.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef QY_CLI_CERT_FIELDS_H
#define QY_CLI_CERT_FIELDS_H

#include "cli/fields.h"
#include "pki/cert.h"

/* Reads the first certificate of a file (PEM, DER, base64). */
MUST_USE bool cli_cert(struct cli *c, const char *path, struct cert *out, struct err *e);

/* All fields, with extensions, credit code candidates and fingerprints. */
void cert_fields(struct fields *f, const struct cert *cert);

/* "SM2", "RSA 3072", "P-256"; in the arena. */
char *key_words(struct arena *a, const struct pubkey *key);

/* What it may be used for, in words of the user's language, joined; in the arena. */
char *cert_usage_words(struct cli *c, const struct cert *cert);

/* The serial as hexadecimal. */
char *serial_words(struct arena *a, struct bytes serial);

#endif
