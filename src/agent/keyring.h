/* keyring: the keys at hand, in tokens and in files, and opening one of them.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef QY_AGENT_KEYRING_H
#define QY_AGENT_KEYRING_H

#include "agent/home.h"
#include "token/uri.h"

enum { KEYRING_MAX = 64, KEYRING_ID_MAX = 200 };

struct keyring_key {
	const char *id;    /* "2:device/application/container" or "file:PATH" */
	const char *label; /* of the token, or the file's name */
	const char *serial;
	struct bytes sign, enc; /* certificates, DER; may be empty */
	int tries_left;         /* -1: not known, or a file */
	enum token_state state;
	const char *text; /* why it cannot be used; "" when it can */
	bool in_file;
	/* how to open it */
	const char *token, *key, *path;
};

struct keyring_list {
	struct keyring_key *keys;
	size_t count;
	/* Libraries that hang or crash, one line each: told, and nobody is stopped. */
	const char **faults;
	size_t fault_count;
};

struct keyring;

/* Over what the home names; host is the program qianyin-token. Starts nothing yet. */
MUST_USE bool keyring_new(
	struct keyring **out, const struct home *h, const char *host, struct err *e);
void keyring_free(struct keyring *k);
AUTO_DEFINE(keyring);

/* What is at hand now, in the arena. No PIN is tried. */
void keyring_list(struct keyring_list *out, struct keyring *k, struct arena *a);
/* The key of the list with this id; null: it is gone. */
const struct keyring_key *keyring_find(const struct keyring_list *l, struct bytes id);

/* Opens a key: tries the PIN or password once. state as token_login's; for files its
 * tries are unknown. The key is freed before keyring_close. Errors as token_login. */
MUST_USE bool keyring_open(struct key **out, struct keyring *k,
	const struct keyring_key *which, enum token_use use, const struct secret *pin,
	struct token_pin *state, struct err *e);
/* Beside an encryption key that was opened: the signing key of the same person, with the
 * same PIN or password: in the token the same container's, else a file's whose
 * certificate has the same subject. Null when there is none; cert in the arena. */
MUST_USE bool keyring_signer(struct key **out, struct bytes *cert, struct keyring *k,
	struct arena *a, const struct keyring_key *which, const struct secret *pin,
	struct err *e);
/* The token forgets the PIN. */
void keyring_close(struct keyring *k, const struct keyring_key *which);

#endif
