/* ofd_encrypt: an OFD encrypted for certificates as GM/T 0099-2020 has it, and opened.
 * SPDX-License-Identifier: Apache-2.0
 *
 * Every file of the package is encrypted with SM4-CBC under one random key, the key once
 * for each recipient with SM2. The format has one IV for all files and **authenticates
 * nothing**: files with equal beginnings show it, and whoever holds the package can alter
 * it. For bids there is .qyb; this is for programs that read nothing else
 * (docs/formats/ofd-encryption.md).
 *
 * Limits: OFD_ENCRYPT_FILE_MAX octets a file, OFD_ENCRYPT_TOTAL_MAX in all,
 * OFD_ENCRYPT_FILES_MAX files, OFD_ENCRYPT_USERS_MAX recipients.
 */
#ifndef QY_DOC_OFD_ENCRYPT_H
#define QY_DOC_OFD_ENCRYPT_H

#include "crypto/key.h"
#include "doc/sink.h"

#define OFD_ENCRYPT_FILE_MAX  (64u << 20)
#define OFD_ENCRYPT_TOTAL_MAX (UINT64_C(512) << 20)
#define OFD_ENCRYPT_FILES_MAX 20000
#define OFD_ENCRYPT_USERS_MAX 255

/* How the key is wrapped: EncryptCaseId. */
enum ofd_encrypt_case {
	OFD_ENCRYPT_UNTOLD, /* older writers leave it out: what is given is tried */
	OFD_ENCRYPT_PASSWORD,
	OFD_ENCRYPT_CERTIFICATE,
};

/* Is it a zip with an Encryptions.xml at its root? */
bool ofd_is_encrypted(struct source *s);

/* How its key is wrapped. Fails as ofd_decrypt does before it tries a key. */
MUST_USE bool ofd_encrypted_how(
	enum ofd_encrypt_case *out, struct source *s, struct err *e);

/* Writes a package in which every file of the OFD `plain` is encrypted, for 1 to
 * OFD_ENCRYPT_USERS_MAX certificates (DER). Folders without files are left out.
 * ERR_MALFORMED: no OFD, or one that two readers read in two ways; ERR_UNSUPPORTED: a
 * certificate of another kind than SM2, a name that XML cannot carry, an OFD that is
 * encrypted already; ERR_SIGNER: a key usage that allows no encryption; ERR_TOO_LARGE. */
MUST_USE bool ofd_encrypt(struct sink to, struct source *plain, struct world *w,
	const struct bytes *recipients, size_t count, struct err *e);

/* One of both. A token that gives the key not out decrypts 1 KB at a time. */
struct ofd_opener {
	struct key *key;
	const struct secret *password;
};

struct ofd_opened {
	size_t decrypted; /* files */
	size_t plain;     /* files that stood there unencrypted and were taken over */
};

/* Writes the OFD of an encrypted package. The sink gets nothing before the key is found
 * and every file in the package is whole and correctly padded; when it fails after that,
 * what the sink got is worth nothing.
 * Before a key is tried ERR_MALFORMED, ERR_UNSUPPORTED (several layers, an unknown case,
 * a key that opens no SM2 envelopes), ERR_TOO_LARGE, and ERR_USAGE when a password is
 * given where a key opens it or the other way round. From then on ERR_DECRYPT, in the
 * same words whatever is wrong; troubles of token, file and disk are told as they are. */
MUST_USE bool ofd_decrypt(struct sink to, struct source *package,
	const struct ofd_opener *by, struct ofd_opened *told, struct err *e);

#endif
