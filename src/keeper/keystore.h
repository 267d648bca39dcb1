/* keystore: the platform's own keys in one file, under a passphrase or a machine of GM/T
 * 0018. SPDX-License-Identifier: Apache-2.0
 *
 * The file is written whole and appears whole (docs/formats/keystore.md); its content is
 * sealed by SM4-GCM under a key that only the passphrase, or the machine, gives. In
 * memory every key lives in a struct secret.
 */
#ifndef QY_KEEPER_KEYSTORE_H
#define QY_KEEPER_KEYSTORE_H

#include "crypto/key.h"
#include "crypto/password.h"
#include "crypto/secret.h"
#include "pki/cert.h"

enum {
	KEYSTORE_VERSION = 1,
	KEYSTORE_FILE_MAX = 1 << 20,
	KEYSTORE_KEYS_MAX = 512,
	KEYSTORE_TEXT_MAX = 256, /* platform, origin */
	KEYSTORE_URI_MAX = 1024,
	KEYSTORE_SEAL = 16 /* octets of the key that seals the content */
};

/* What a key is for, and for nothing else. */
enum keystore_purpose {
	KEYSTORE_ROOT = 1,       /* signs certificates of the others */
	KEYSTORE_ORDER = 2,      /* signing orders, at most 90 days */
	KEYSTORE_RECEIPT = 3,    /* promises of receipts */
	KEYSTORE_CHECKPOINT = 4, /* of the ledger */
	KEYSTORE_TSA = 5,        /* time stamps */
	KEYSTORE_INTAKE = 6,     /* headers of bids are encrypted to it */
	KEYSTORE_FIELD = 7,      /* SM4: wraps the keys of secret fields */
	KEYSTORE_INDEX = 8,      /* 32 octets: blind indexes */
	KEYSTORE_PURPOSES
};
/* "root", "order" … */
const char *keystore_purpose_name(enum keystore_purpose purpose);

struct keystore_key {
	enum keystore_purpose purpose;
	uint32_t version; /* from 1; the highest of a purpose is the current one */
	int64_t created;
	struct bytes cert; /* DER, where there is one */
	/* PKCS#8 of a signing or decrypting key, octets of a symmetric one; null for a
	 * key in a machine, named by uri. */
	struct secret *value;
	const char *uri;
	struct key *key; /* opened on use */
};

struct keystore {
	struct arena *arena;
	struct bytes platform, origin;
	uint64_t serial; /* rises with every change */
	struct keystore_key keys[KEYSTORE_KEYS_MAX];
	size_t count;
	struct bytes protection; /* DER: how `seal` is got */
	struct secret *seal;
};

void keystore_free(struct keystore *s);
AUTO_DEFINE(keystore);

/* The current key of a purpose, or that of a version; null: there is none. */
struct keystore_key *keystore_current(struct keystore *s, enum keystore_purpose purpose);
struct keystore_key *keystore_find(
	struct keystore *s, enum keystore_purpose purpose, uint32_t version);

/* --- making and changing (keystore_make.c) */

struct keystore_spec {
	const char *platform;  /* its id, as in pairings */
	const char *origin;    /* "https://host" */
	const char *name;      /* of the operator, in certificates */
	const char *order_uri; /* key in a machine, with certificate=; null: made here */
	bool demonstration;    /* certificates say so */
};

/* A store with a root and a key for every purpose, not protected yet. host, pin: for
 * order_uri. ERR_USAGE for names that make no certificate. */
MUST_USE bool keystore_make(struct keystore **out, struct world *w,
	const struct keystore_spec *spec, struct err *e);

/* A new order key with its certificate, from now (an hour earlier, for clocks that are
 * behind); the former is gone. ERR_UNSUPPORTED for one in a machine. */
MUST_USE bool keystore_renew_order(struct keystore *s, struct world *w, struct err *e);
/* The certificate of the order key anew, for a key that stays where it is. */
MUST_USE bool keystore_certify_order(
	struct keystore *s, struct world *w, const struct pubkey *pub, struct err *e);
/* A new field key; former ones open what they sealed. */
MUST_USE bool keystore_renew_field(struct keystore *s, struct world *w, struct err *e);

/* --- the file (keystore_file.c) */

/* Protects with a passphrase from now on. */
MUST_USE bool keystore_protect(struct keystore *s, struct world *w,
	const struct secret *passphrase, const struct password_cost *cost, struct err *e);
/* Protects with the encryption key of a machine, whose certificate names it. */
MUST_USE bool keystore_protect_machine(struct keystore *s, struct world *w,
	const char *uri, struct bytes cert, struct err *e);

/* The whole file, sealed under a fresh nonce; DER in the arena. */
MUST_USE bool keystore_write(struct keystore *s, struct world *w, struct arena *a,
	struct bytes *out, struct err *e);

/* How a store is opened. */
struct keystore_unlock {
	const struct secret *secret; /* passphrase, or PIN of the machine */
	const char *token_host;      /* the program qianyin-token; null: no machines */
};
/* ERR_PASSWORD: the passphrase is wrong, or the file was altered: that cannot be told
 * apart. ERR_MALFORMED, ERR_UNSUPPORTED (another version), and what tokens say. */
MUST_USE bool keystore_read(struct keystore **out, struct bytes file,
	const struct keystore_unlock *unlock, struct err *e);
/* The same with the key of a store opened before, for one that was changed since.
 * ERR_PASSWORD when its protection is another one. */
MUST_USE bool keystore_read_again(struct keystore **out, struct bytes file,
	const struct keystore *before, struct err *e);

/* The content by itself, for fuzzing and tests: what keystore_write seals. In an arena,
 * where no real one may ever lie. */
MUST_USE bool keystore_content_write(
	const struct keystore *s, struct arena *a, struct bytes *out, struct err *e);
MUST_USE bool keystore_content_read(
	struct keystore *s, struct bytes content, struct err *e);

/* --- use */

/* The key itself, opened on first use. ERR_NOT_FOUND. */
MUST_USE bool keystore_key(struct key **out, struct keystore *s,
	enum keystore_purpose purpose, const struct keystore_unlock *unlock,
	struct bytes *cert, struct err *e);

#endif
