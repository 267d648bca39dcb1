/* driver: what the child does with a vendor's library. Internal to token/.
 * SPDX-License-Identifier: Apache-2.0
 *
 * A driver answers for one library that has been loaded into this process. It may crash
 * or hang with it: the parent sees to that.
 */
#ifndef QY_TOKEN_DRIVER_H
#define QY_TOKEN_DRIVER_H

#include "crypto/pubkey.h"
#include "token/protocol.h"

/* Answers a request into w, which holds the answer octet and fields. */
struct token_driver {
	/* Loads the library; false with a text when it cannot serve. */
	bool (*load)(const char *path, struct err *e);
	enum wire_answer (*list)(struct writer *w);
	/* id: the token; key: one of its keys, whose application is opened. */
	enum wire_answer (*login)(struct bytes id, struct bytes key, struct bytes pin,
		uint32_t *tries_left);
	/* data: the digest; where an SKF library computes it, the message. */
	enum wire_answer (*sign)(
		struct bytes key, enum sig_alg alg, struct bytes data, struct writer *w);
	/* SM2: the SM4 key in the envelope, used at once on whole blocks. May be null. */
	enum wire_answer (*unwrap)(struct bytes key, const uint8_t c1[64],
		const uint8_t c3[32], struct bytes c2, struct bytes sealed, uint8_t *out);
	/* RSA. May be null. */
	enum wire_answer (*decrypt)(
		struct bytes key, bool oaep, struct bytes data, struct writer *w);
	void (*logout)(void);
};

extern const struct token_driver token_driver_skf, token_driver_sdf, token_driver_pkcs11;

/* Why the last call failed, for the answer; the driver sets it. */
extern char token_driver_text[120];
/* Notes "what: 0xCODE" there and returns the answer. */
enum wire_answer driver_failed(enum wire_answer answer, const char *what, uint32_t code);

/* A function of the library, by its whole name; null when it has none. Called through the
 * type it has: see the casts. */
typedef void (*driver_any)(void);
driver_any driver_symbol(void *library, const char *name);

#endif
