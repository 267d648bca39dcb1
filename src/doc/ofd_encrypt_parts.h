/* ofd_encrypt_parts: Encryptions.xml, the key description and the map of an encrypted OFD
 * as they are read. For src/doc/ofd_encrypt*.c and ofd_decrypt.c only.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef QY_DOC_OFD_ENCRYPT_PARTS_H
#define QY_DOC_OFD_ENCRYPT_PARTS_H

#include "crypto/sm4.h"
#include "doc/ofd_encrypt.h"
#include "doc/zip_read.h"

/* Who can open it: a UserInfo. */
struct encrypt_user {
	struct bytes cert;    /* DER as it stands, may be empty */
	struct bytes wrapped; /* EncryptedWK, decoded */
	uint8_t iv[SM4_BLOCK];
};

/* What anyone can read of an encrypted package. In the arena. */
struct encrypt_seed {
	enum ofd_encrypt_case how;
	struct bytes id;
	size_t main, seed, map; /* entries: Encryptions.xml and what it names */
	struct encrypt_user *users;
	size_t users_n;
};

/* A file: where it stood and the entry it is encrypted in. */
struct encrypt_pair {
	struct bytes path; /* resolved, fit for zip_add */
	size_t entry;
};

/* Is there a finding because of which two readers could see two packages?
 * ERR_MALFORMED. */
MUST_USE bool encrypt_zip_check(const struct zip *z, struct err *e);

/* The entry of Encryptions.xml. */
bool encrypt_main_find(const struct zip *z, size_t *entry);

/* Can an entry of this (resolved) name be written, and does it come back from the map as
 * it is? */
bool encrypt_name_is_good(struct arena *a, struct bytes name);

MUST_USE bool encrypt_seed_read(
	struct encrypt_seed *out, struct arena *a, struct zip *z, struct err *e);

/* The map, decrypted. Each pair has an entry of its own, none of them one of the three
 * of the seed; paths differ in more than case and none is that of Encryptions.xml. Any
 * error means that it is no such map. */
MUST_USE bool encrypt_map_read(struct encrypt_pair **out, size_t *count, struct arena *a,
	const struct zip *z, const struct encrypt_seed *seed, struct bytes xml,
	struct err *e);

#endif
