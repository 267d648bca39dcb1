/* home: what the agent keeps between runs: phrase, pairings, where keys are.
 * SPDX-License-Identifier: Apache-2.0
 *
 * One folder, readable by its owner only. No key, no PIN and no document is ever in it.
 */
#ifndef QY_AGENT_HOME_H
#define QY_AGENT_HOME_H

#include "base/world.h"
#include "doc/ledger.h"
#include "pki/trust.h"

enum {
	HOME_PAIRINGS_MAX = 32,
	HOME_KEYS_MAX = 32,
	HOME_SEALS_MAX = 64,
	HOME_FILE_MAX = 1 << 20,
	HOME_PHRASE_MAX = 60 /* octets */
};

/* The ledger of a platform, as its users know it: whose word counts. */
struct home_ledger {
	struct ledger_view view;
	struct ledger_witness witnesses[LEDGER_WITNESSES_MAX];
	const char *json; /* as it was given */
};

/* A platform this user works with. */
struct pairing {
	const char *platform; /* its id, as orders say it */
	const char *origin;   /* "https://host[:port]" */
	const char *post; /* https address that answers to files are posted to; "" none */
	struct cert root; /* that order keys are under */
	const struct home_ledger *ledger; /* null: not known, then no bid is opened */
};

/* Where a key is: a token's library, or a file with its certificates beside it. */
struct home_key {
	const char *source;     /* "skf:/opt/…", "pkcs11:…", or a path */
	struct bytes sign, enc; /* certificates of a file's key, DER; may be empty */
};

struct home {
	struct arena *arena;
	const char *folder;
	const char *phrase; /* shown where a PIN is asked for, and nowhere else */
	struct pairing pairings[HOME_PAIRINGS_MAX];
	size_t pairing_count;
	struct home_key keys[HOME_KEYS_MAX];
	size_t key_count;
	struct bytes seals[HOME_SEALS_MAX]; /* SESeal, DER */
	size_t seal_count;
	struct trust *trust; /* null: no register of CAs was given */
};

/* Opens the folder, and makes it with a phrase of its own when it is not there.
 * ERR_DENIED when others may read it or it is another user's; ERR_MALFORMED. */
MUST_USE bool home_open(
	struct home **out, const char *folder, struct world *w, struct err *e);
void home_free(struct home *h);
AUTO_DEFINE(home);

/* Writes it back, whole or not at all. */
MUST_USE bool home_save(const struct home *h, struct err *e);

/* A file of the folder; in the arena. */
const char *home_file(const struct home *h, struct arena *a, const char *name);

/* The pairing with an origin, octet for octet; null: none. */
const struct pairing *home_pairing(const struct home *h, struct bytes origin);

/* Adds a pairing, or replaces that of its origin; strings are copied. ERR_USAGE: not an
 * origin (https, or http on loopback), or a post address that is not https. */
MUST_USE bool home_pair(struct home *h, const char *platform, const char *origin,
	const char *post, struct bytes root, struct err *e);
/* Ends one. ERR_NOT_FOUND. */
MUST_USE bool home_unpair(struct home *h, const char *origin, struct err *e);

/* Sets the ledger of a pairing from JSON {"log": SPKI in base64, "operator": credit code,
 * "needed": 2, "witnesses": [{"name", "code", "key": SPKI}]}. ERR_NOT_FOUND: no
 * such pairing; ERR_USAGE: fewer witnesses of different legal persons than are needed, or
 * one of them the operator; ERR_MALFORMED. */
MUST_USE bool home_ledger_set(
	struct home *h, const char *origin, struct bytes json, struct err *e);

/* Adds a place of keys; certificates may be empty for a token. ERR_TOO_LARGE. */
MUST_USE bool home_key_add(struct home *h, const char *source, struct bytes sign,
	struct bytes enc, struct err *e);

/* ERR_USAGE: empty, too long, or not plain text. */
MUST_USE bool home_phrase_set(struct home *h, const char *phrase, struct err *e);

/* Is it "https://host[:port]", or http with a loopback host, and nothing more? */
bool origin_is_good(struct bytes origin);

#endif
