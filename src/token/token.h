/* token: keys in hardware: USB tokens of GM/T 0016 (SKF), machines of GM/T 0018 (SDF),
 * and whatever speaks PKCS#11. A vendor's library runs in a child process of its own:
 * what hangs, crashes or talks nonsense costs that library, and nobody else.
 * SPDX-License-Identifier: Apache-2.0
 *
 *     token_ring_add(ring, &(struct token_library){TOKEN_SKF, "/opt/x/libskf.so"}, &e);
 *     token_list(ring, arena, &list, &e);              what is plugged in
 *     token_login(ring, list.tokens[0].id, list.tokens[0].keys[0].id, pin, &state, &e);
 *     token_key(&key, ring, list.tokens[0].id, list.tokens[0].keys[0].id, TOKEN_SIGN,
 * &e); … key_sign_message(key, …) …; key_free(key); token_logout(ring, id);
 */
#ifndef QY_TOKEN_TOKEN_H
#define QY_TOKEN_TOKEN_H

#include "base/arena.h"
#include "crypto/key.h"

enum {
	TOKEN_LIBRARIES_MAX = 16,
	TOKEN_TOKENS_MAX = 64, /* of all libraries */
	TOKEN_KEYS_MAX = 16,   /* of one token */
	TOKEN_TIMEOUT_MS = 2000,
	TOKEN_PIN_MAX = 64
};

enum token_kind {
	TOKEN_SKF,
	TOKEN_SDF,    /* each key index of the machine is a row of its own, without
			 certificates */
	TOKEN_PKCS11, /* RSA and ECDSA keys; a certificate stands for both uses */
	TOKEN_KIND_COUNT
};
/* "skf", "sdf", "pkcs11": in URIs and on the child's command line. */
const char *token_kind_name(enum token_kind kind);

struct token_library {
	enum token_kind kind;
	const char *path; /* of the .so; copied */
};

struct token_ring;

/* host: the program qianyin-token. timeout_ms: how long a library may take for one call,
 * 0: TOKEN_TIMEOUT_MS. */
struct token_ring *token_ring_new(const char *host, int timeout_ms);
/* ERR_TOO_LARGE beyond TOKEN_LIBRARIES_MAX. Nothing is started yet. */
MUST_USE bool token_ring_add(
	struct token_ring *r, const struct token_library *library, struct err *e);
/* Ends the children: their tokens' security state goes with them. */
void token_ring_free(struct token_ring *r);
AUTO_DEFINE(token_ring);

enum token_state {
	TOKEN_READY,
	TOKEN_LOCKED, /* no PIN tries are left */
	TOKEN_FAULTY /* the library hung, crashed or answered nonsense: text says which */
};

struct token_key_info {
	const char *id;                   /* "application/container" */
	struct bytes sign_cert, enc_cert; /* DER as exported; empty when there is none */
};

struct token_info {
	/* Names the token on this ring; two tokens with one label and serial differ. For
	 * a faulty library: its path. */
	const char *id;
	const char *label, *maker, *serial; /* never null */
	enum token_state state;
	const char *text; /* why it is faulty, else "" */
	/* Of the application with the fewest left; -1: the library does not tell. */
	int tries_left, tries_max;
	struct token_key_info keys[TOKEN_KEYS_MAX];
	size_t key_count;
};

struct token_list {
	struct token_info *tokens;
	size_t count;
};

/* What is plugged in now. A library that fails is one faulty row, never an error of the
 * list; it is started anew each time. Everything is in the arena. */
void token_list(struct token_list *out, struct token_ring *r, struct arena *a);

struct token_pin {
	int tries_left; /* -1: unknown */
	bool locked;
};

/* Opens the place of a key (an application has a PIN of its own) and tries this PIN once,
 * and never again by itself. ERR_PASSWORD: wrong; ERR_DENIED:
 * locked; ERR_NOT_FOUND: pulled out; ERR_BUSY or ERR_IO: the library failed, and then
 * nobody knows whether the try was counted. state is written in the first two cases and
 * on success. */
MUST_USE bool token_login(struct token_ring *r, const char *id, const char *key_id,
	const struct secret *pin, struct token_pin *state, struct err *e);

/* Forgets the PIN: clears the token's security state and gives the token free. */
void token_logout(struct token_ring *r, const char *id);

enum token_use { TOKEN_SIGN, TOKEN_UNWRAP };

/* A key of the token that is logged in, for the certificate given (DER, copied): what it
 * signs is verified with that certificate's key here before it is returned, so that a
 * token that signs with another key is ERR_CRYPTO and nothing else. The ring outlives the
 * key. SKF and SDF hold SM2 keys, PKCS#11 RSA, P-256 and P-384: ERR_UNSUPPORTED for
 * others, and for unwrapping with keys that only sign. */
MUST_USE bool token_key(struct key **out, struct token_ring *r, const char *id,
	const char *key_id, enum token_use use, struct bytes cert, struct err *e);

#endif
