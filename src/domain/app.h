/* app: everything a use case is given, and who acts.
 * SPDX-License-Identifier: Apache-2.0
 *
 * One app a process, made by main(), handed down. What lives in other processes stands
 * here as faces: small vtables filled by the server, or by a test with fakes. Use cases
 * are functions of the nouns (`organisation_register(app, actor, …)`): each opens and
 * commits exactly one transaction, with its act (act.h) inside it.
 */
#ifndef QY_DOMAIN_APP_H
#define QY_DOMAIN_APP_H

#include "base/i18n.h"
#include "base/id.h"
#include "base/world.h"
#include "crypto/secret.h"
#include "doc/login.h"
#include "doc/order.h"
#include "pki/evidence.h"
#include "pki/trust.h"
#include "pki/verdict.h"
#include "store/blob.h"
#include "store/db.h"

/* --- the keeper as the domain sees it (protocols §6) ------------------------------- */

/* Which kind of secret a value is: authenticated with it, and the unit of counting. */
enum field_purpose {
	FIELD_PERSON_ID_NUMBER = 1,
	FIELD_PERSON_PHONE = 2,
	FIELD_ORGANISATION_ACCOUNT = 3, /* bank account */
	FIELD_PURPOSE_COUNT
};

enum { FIELD_PLAIN_MAX = 4096, FIELD_SEALED_MAX = 4096 + 256, FIELD_INDEX = 32 };

struct keeper_face {
	void *ctx;
	/* Builds and signs a login order from these fields, with its own clock and order
	 * key; DER in the arena. issued and expiry are the keeper's. ERR_BUSY: it is
	 * down. */
	bool (*login_order)(void *ctx, struct arena *a, const struct order_login *login,
		const struct order_signer *signer, unsigned life_s, struct bytes *order,
		int64_t *expiry, struct err *e);
	/* Builds and signs an order to sign a paper (mandates now, papers later). */
	bool (*paper_order)(void *ctx, struct arena *a, const struct order_paper *paper,
		const struct order_signer *signer, unsigned life_s, struct bytes *order,
		int64_t *expiry, struct err *e);
	/* Seals a value of a record under a fresh key of its own, itself under the
	 * current field key; purpose and record are authenticated with it. */
	bool (*field_seal)(void *ctx, struct arena *a, enum field_purpose purpose,
		struct id record, struct bytes plain, struct bytes *sealed,
		struct err *e);
	/* Opens one; counted and limited by the keeper: ERR_DENIED beyond the limit;
	 * ERR_DECRYPT: another purpose or record, or altered. reader: the account that
	 * asks, for the keeper's own count. */
	bool (*field_open)(void *ctx, enum field_purpose purpose, struct id record,
		struct bytes sealed, struct id reader, struct secret **plain,
		struct err *e);
	/* The same value under the current field key, when it is under an older one
	 * (*fresh false: nothing to do). */
	bool (*field_renew)(void *ctx, struct arena *a, enum field_purpose purpose,
		struct id record, struct bytes sealed, struct bytes *renewed, bool *fresh,
		struct err *e);
	/* The blind index of a normalised value: HMAC-SM3 under the purpose's index key.
	 */
	bool (*field_index)(void *ctx, enum field_purpose purpose, struct bytes plain,
		uint8_t out[FIELD_INDEX], struct err *e);
};

/* --- the worker as the domain sees it ---------------------------------------------- */

/* What a signed detached message says, once verified like a stranger's. */
struct signed_finding {
	enum indication indication;
	const char *sub;      /* name of the sub-indication, or "" */
	const char *why;      /* one sentence in the language asked for */
	uint8_t signer[32];   /* SM3 of the signer's certificate; zero: none read */
	char credit_code[19]; /* as the register's profile says; may be empty */
	uint8_t order[32];    /* digest of the order it answers; zero: none */
};

struct worker_face {
	void *ctx;
	/* Verifies a detached GB/T 35275 signature over content. A worker that crashes or
	 * takes too long is ERR_MALFORMED: the file is refused, the platform goes on. */
	bool (*verify_detached)(void *ctx, struct arena *a, struct bytes content,
		struct bytes cms, int64_t at, enum lang lang, struct signed_finding *out,
		struct err *e);
	/* Is it a picture (PNG, JPEG) or PDF of that type, within its limits? For scans.
	 */
	bool (*check_scan)(
		void *ctx, struct bytes file, const char **type, struct err *e);
};

/* --- the law as data -----------------------------------------------------------------
 */

struct rules; /* domain/rule.h */

/* --- app --------------------------------------------------------------------------- */

struct app {
	struct world *world; /* clock, randomness */
	struct db *db;
	struct blobs *blobs;
	const struct keeper_face *keeper;
	const struct worker_face *worker;
	const struct rules *rules;
	/* The register of CAs as one signed file, and the lists at hand. Replaced whole
	 * by the server when the files change: taken with app_trust, given back. */
	struct app_trust *(*trust_take)(struct app *app);
	void (*trust_give)(struct app *app, struct app_trust *t);
	void *trust_ctx;
	const char *platform; /* its id, as in pairings */
	const char *origin;   /* "https://host" */
	bool demonstration;   /* demo CAs are accepted */
};

struct app_trust {
	const struct trust *trust;
	struct evidence *evidence; /* lists and answers, or null */
};

/* --- who acts ---------------------------------------------------------------------- */

/* The kinds of users (design §1), as bits of organisations; EXPERT and ADMINISTRATOR
 * belong to persons. */
enum user_kind {
	USER_PURCHASER = 1 << 0,
	USER_AGENCY = 1 << 1,
	USER_SUPPLIER = 1 << 2,
	USER_EXPERT = 1 << 3,
	USER_SUPERVISOR = 1 << 4,
	USER_FINANCIER = 1 << 5,
	USER_CA = 1 << 6,
	USER_ADMINISTRATOR = 1 << 7, /* of the platform */
};

/* What a member may do in its organisation. */
enum member_role {
	MEMBER_VIEWER = 1,
	MEMBER_HANDLER = 2,       /* 经办人 */
	MEMBER_ADMINISTRATOR = 3, /* 机构管理员: members, credentials, mandates */
	MEMBER_LEGAL = 4,         /* 法定代表人 */
};

/* How sure we are of who it is, from what was done now; as `acr` of OpenID Connect. */
enum assurance { ASSURED_PASSWORD = 1, ASSURED_CERT_FILE = 2, ASSURED_CERT_TOKEN = 3 };

/* The account behind a session, acting for one organisation (or none). Filled by
 * session_resolve and by tests; use cases ask it and nothing else about rights. */
struct actor {
	struct id account, person, session;
	struct id organisation; /* none: id_is_none */
	uint32_t kinds;         /* enum user_kind, of the organisation and the person */
	enum member_role role;  /* 0 without organisation */
	enum assurance assurance;
	int64_t step_up_until; /* acts that want a certificate pass until then; TIME_NONE
				*/
	/* A member by recovery in its cool-off reads nothing secret and signs nothing
	 * (protocols §5). */
	bool is_newcomer;
	enum lang lang;
	const char *address; /* of the client, for the record; "" */
};

#endif
