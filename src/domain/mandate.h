/* mandate: 授权委托: what a member may sign or seal for the organisation, up to which
 * amount, until when.
 * SPDX-License-Identifier: Apache-2.0
 *
 * Behind each stands a record, canonical JSON in the blobs (docs/formats/mandate.md),
 * signed by the legal representative: detached GB/T 35275, over an order of the keeper,
 * with a bound certificate of the organisation that the legal representative keeps.
 * Without that it is a draft and counts for nothing. The legal representative needs none.
 */
#ifndef QY_DOMAIN_MANDATE_H
#define QY_DOMAIN_MANDATE_H

#include "domain/list.h"

enum mandate_act { MANDATE_SIGN = 1, MANDATE_SEAL = 2 };
enum {
	MANDATE_KINDS_MAX = 50,
	MANDATE_KIND_MAX = 64, /* octets of one */
	MANDATE_RECORD_MAX = 16 * 1024,
	MANDATE_CMS_MAX = 64 * 1024
};
/* 100 billion yuan: more is no amount but a mistake. */
#define MANDATE_AMOUNT_MAX INT64_C(10000000000000)

struct mandate_wanted {
	struct id member;
	unsigned acts;      /* bits of mandate_act */
	struct bytes kinds; /* of papers, comma separated; "*": all */
	bool has_amount;
	int64_t amount_max; /* fen */
	int64_t valid_from, valid_to;
};

/* Writes the record and a draft. ERR_DENIED, ERR_MALFORMED (with a sentence), for longer
 * than rule mandate.life-max too. */
MUST_USE bool mandate_draft(struct app *app, const struct actor *actor,
	const struct mandate_wanted *wanted, struct id *out, struct err *e);

/* For the legal representative: the order to sign it and the record, in the arena. An
 * order given before does not count any more. ERR_DENIED: it is signed or revoked, or
 * there is no certificate to sign it with. */
MUST_USE bool mandate_order(struct app *app, const struct actor *actor, struct arena *a,
	struct id id, struct bytes *order, int64_t *expiry, struct bytes *record,
	struct err *e);

/* The answer to it: a detached CMS, verified like a stranger's before it counts.
 * ERR_SIGNER with a sentence: it is not good, answers another order, or is of another
 * certificate. */
MUST_USE bool mandate_accept(struct app *app, const struct actor *actor, struct id id,
	struct bytes cms, struct err *e);

MUST_USE bool mandate_revoke(
	struct app *app, const struct actor *actor, struct id id, struct err *e);

enum mandate_state {
	MANDATE_DRAFT = 1,
	MANDATE_IN_FORCE = 2,
	MANDATE_REVOKED = 3,
	MANDATE_OVER = 4,
	MANDATE_TO_COME = 5 /* signed; begins later */
};

struct mandate {
	struct id id, member;
	const char *name; /* of the delegate */
	unsigned acts;
	const char *kinds;
	bool has_amount;
	int64_t amount_max, valid_from, valid_to, created_at, signed_at;
	enum mandate_state state;
};

/* Those of an organisation, the latest first. */
MUST_USE bool mandate_page(struct app *app, const struct actor *actor, struct arena *a,
	struct id organisation, const struct list_from *from, struct mandate **out,
	size_t *count, bool *more, struct err *e);

/* The record and the signature of one that is signed, for who wants to verify it. */
MUST_USE bool mandate_proof(struct app *app, const struct actor *actor, struct arena *a,
	struct id id, struct bytes *record, struct bytes *cms, struct err *e);

struct mandate_question {
	struct id organisation, person;
	enum mandate_act act;
	const char *kind; /* of the paper */
	bool has_amount;  /* false: the paper has none */
	int64_t amount;   /* fen */
	int64_t at;
};
/* May this person do that? *allowed, and *by: the mandate (none: the legal
 * representative, who needs none). A bounded mandate covers no paper without amount
 * unless it names its kind. */
MUST_USE bool mandate_allows(struct tx *tx, const struct mandate_question *q,
	bool *allowed, struct id *by, struct err *e);

/* Is this one list of kinds as stored: "*", or names, sorted, each once? Normalised in
 * the arena. ERR_MALFORMED with a sentence. */
MUST_USE bool mandate_kinds_read(
	struct arena *a, struct bytes typed, const char **out, struct err *e);

#endif
