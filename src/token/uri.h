/* uri: one text that names a key in a token, wherever a key is asked for:
 *
 *     skf:/opt/vendor/libskf.so?token=SN123&key=CAAPP/main
 *     pkcs11:/usr/lib/softhsm/libsofthsm2.so?token=office&key=01
 *     sdf:/opt/machine/libsdf.so?token=3&certificate=/etc/qianyin/sign.cer
 *
 * token: serial or label; left out when one token only is plugged in. key: left out when
 * the token has one only. certificate: a file, for a token that holds none (PEM or DER).
 * Percent escapes stand for any octet.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef QY_TOKEN_URI_H
#define QY_TOKEN_URI_H

#include "token/token.h"

struct token_uri {
	struct token_library library; /* path in the arena */
	const char *token, *key;      /* null: the only one */
	const char *certificate;      /* null: the one in the token */
};

/* Is it the name of a key in a token rather than of a file? */
bool token_uri_is(const char *text);

/* ERR_USAGE for what is not of this form. */
MUST_USE bool token_uri_read(
	struct token_uri *out, struct arena *a, const char *text, struct err *e);

/* What a URI came to among the tokens that are plugged in. */
struct token_choice {
	struct token_info token;
	struct token_key_info key;
};

/* Finds the token and key a URI names on the ring, which has its library only. Adds
 * nothing and tries no PIN. ERR_NOT_FOUND: no such token or key; ERR_USAGE: there are
 * several, and the URI does not say which; ERR_BUSY: the library is faulty; ERR_DENIED:
 * the token is locked. */
MUST_USE bool token_choose(struct token_choice *out, struct token_ring *r,
	const struct token_uri *uri, struct arena *a, struct err *e);

/* Who is asked for the PIN. */
struct token_asker {
	/* The PIN for this token, or null with e set: then nothing is tried. tries_left:
	 * -1 when the token does not tell. */
	struct secret *(*ask)(void *ctx, const struct token_info *token, struct err *e);
	void *ctx;
};

/* Opens the key a URI names: starts its library, asks for the PIN, tries it once. cert
 * gets the key's certificate, in the arena. The key owns what it needs: when it is freed
 * the token has forgotten the PIN. timeout_ms as for token_ring_new. Errors of
 * token_choose, token_login and token_key, and of whoever is asked. */
MUST_USE bool token_open_uri(struct key **out, struct bytes *cert, struct arena *a,
	const char *host, int timeout_ms, const char *uri, enum token_use use,
	const struct token_asker *asker, struct err *e);

/* Is this a PIN that everybody knows (12345678, 000000, 111111 …)? */
bool token_pin_is_weak(const struct secret *pin);

#endif
