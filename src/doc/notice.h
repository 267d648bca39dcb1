/* notice: the sealed tender notice: an OFD whose fields say who may open bids, and when
 * (protocols §1).
 * SPDX-License-Identifier: Apache-2.0
 *
 * The paper is typeset from its fields, so what a person reads is what programs read, and
 * sealed as any paper. Bidders' programs take deadline, policy, t, trustees, intake
 * certificate and witnesses from here and from nowhere else. Format:
 * docs/formats/notice.md.
 */
#ifndef QY_DOC_NOTICE_H
#define QY_DOC_NOTICE_H

#include "base/i18n.h"
#include "base/source.h"
#include "doc/finding.h"
#include "doc/lockbox.h"
#include "doc/sink.h"
#include "doc/statement.h"
#include "pki/evidence.h"
#include "pki/trust.h"

enum {
	NOTICE_VERSION = 1,
	NOTICE_MAX = 64 << 20, /* octets of the OFD */
	NOTICE_LOTS_MAX = 100,
	NOTICE_PARTS_MAX = 1000, /* of all lots together */
	NOTICE_TRUSTEES_MAX = LOCKBOX_TRUSTEES_MAX,
	NOTICE_WITNESSES_MAX = 16,
	NOTICE_TEXT_MAX = LOCKBOX_TEXT_MAX, /* octets of ids, names, titles, origin */
	ACCEPTANCE_MAX = 16 * 1024
};

/* A legal person. */
struct notice_person {
	struct bytes name, credit_code; /* both empty: there is none */
};

struct notice_lot {
	struct bytes id, title;
};

enum notice_part_kind { NOTICE_PART_OTHER, NOTICE_PART_PRICE };
enum notice_opening { NOTICE_FIRST_OPENING = 1, NOTICE_SECOND_OPENING = 2 };

struct notice_part {
	struct bytes lot, id, title;
	enum notice_part_kind kind;
	enum notice_opening opened;
};

struct notice_trustee {
	struct bytes role; /* "purchaser", "agency", "supervisor", "notary" … */
	struct notice_person person;
	struct cert cert; /* of the encryption key, DER in cert.der */
	bool device_made; /* the key was made in its own device and is vouched for by the
			     acceptance; else a CA made and escrows it */
	struct bytes acceptance; /* a statement */
};

struct notice_witness {
	struct notice_person person;
	struct pubkey key; /* .spki is the whole SubjectPublicKeyInfo */
};

struct notice {
	struct bytes tender, title;
	struct notice_person purchaser, agency, operator;
	int64_t deadline; /* whole seconds */
	uint32_t round;   /* 1 */
	enum lockbox_policy policy;
	uint8_t t; /* 0 for LOCKBOX_OWNER */
	const struct notice_lot *lots;
	size_t lot_count;
	const struct notice_part *parts;
	size_t part_count;
	const struct notice_trustee *trustees; /* numbered from 1 in this order */
	size_t trustee_count;
	struct cert intake; /* the keeper's, to encrypt headers to */
	const struct notice_witness *witnesses;
	size_t witness_count;
	struct pubkey log;     /* the platform's log key, */
	struct pubkey receipt; /* and the one its receipts are signed with */
	struct bytes platform; /* its id */
	struct bytes origin;   /* "https://host[:port]" */
	uint8_t sm3[SM3_SIZE]; /* of the sealed file */
};

/* Reads a notice out of an OFD, sealed or not yet; all of it in the arena. ERR_MALFORMED,
 * ERR_UNSUPPORTED (another version), ERR_NOT_FOUND (an OFD without a notice),
 * ERR_TOO_LARGE. */
MUST_USE bool notice_read(
	struct notice *out, struct arena *a, struct source *file, struct err *e);

/* The fields of a notice, JSON in one form only, for typesetting; and the template they
 * are set with. ERR_USAGE: what the reader refuses. */
MUST_USE bool notice_fields(
	struct arena *a, struct bytes *out, const struct notice *n, struct err *e);
struct bytes notice_template(struct arena *a, const struct notice *n);
/* Typesets it: an OFD that is still to be sealed. ERR_USAGE: what the reader refuses. */
MUST_USE bool notice_make(struct arena *a, struct world *w, const struct notice *n,
	struct sink to, struct err *e);

const struct notice_part *notice_part_find(
	const struct notice *n, struct bytes lot, struct bytes part);

/* The trustees as parties of a context, i from 1, in the arena; ERR_UNSUPPORTED for a key
 * that is not SM2. */
MUST_USE bool notice_parties(const struct notice *n, struct arena *a,
	struct lockbox_party **out, size_t *count, struct err *e);
/* Is a context dealt to exactly this notice's tender, deadline, policy, t and trustees?
 * (Owners are the bidder's own.) ERR_DENIED says what differs. */
MUST_USE bool notice_allows(
	const struct notice *n, const struct lockbox_context *c, struct err *e);

/* --- acceptance --------------------------------------------------------------------- */

struct acceptance {
	struct bytes tender, role;
	uint8_t cert[SM3_SIZE]; /* of the encryption certificate */
	bool device_made;
	int64_t time;
};

/* A trustee accepts: signed with the signing key of the same legal person. */
MUST_USE bool acceptance_sign(struct arena *a, struct bytes *out, struct world *w,
	const struct acceptance *what, struct key *key, struct bytes cert, struct err *e);
MUST_USE bool acceptance_read(struct acceptance *out, struct statement *statement,
	struct arena *a, struct bytes der, struct err *e);

/* --- checking -------------------------------------------------------------------------
 */

enum notice_check_id {
	NOTICE_CHECK_SEAL,        /* sealed whole, by purchaser or agency */
	NOTICE_CHECK_THRESHOLD,   /* t at least 3, at most n */
	NOTICE_CHECK_TRUSTEES,    /* distinct; no legal person reaches t */
	NOTICE_CHECK_BUYERS,      /* purchaser and agency together below t */
	NOTICE_CHECK_OPERATOR,    /* is no trustee */
	NOTICE_CHECK_ONE_CA,      /* no CA could recover t keys */
	NOTICE_CHECK_CHAINS,      /* each trustee's certificate, by the register */
	NOTICE_CHECK_ACCEPTANCES, /* each trustee's */
	NOTICE_CHECK_WITNESSES,   /* different legal persons, none the operator */
	NOTICE_CHECK_COUNT
};
const char *notice_check_name(enum notice_check_id id);
const char *notice_check_title(enum lang lang, enum notice_check_id id);

struct notice_conditions {
	struct arena *arena;
	enum lang lang;
	int64_t now;
	const struct trust *trust;
	struct evidence *evidence;  /* null: none */
	struct bytes operator_code; /* the operator's credit code from the pairing,
				   besides that in the notice; may be empty */
	struct source *file;        /* the sealed OFD */
};

struct notice_finding {
	bool read;
	struct err why; /* when it does not read */
	struct notice notice;
	struct finding checks[NOTICE_CHECK_COUNT];
	bool witnessed; /* two witnesses or more */
	bool escrow; /* some CA can recover a trustee's key: to be told to the bidder */
};

void notice_check(struct notice_finding *out, const struct notice_conditions *c);
bool notice_is_refused(const struct notice_finding *f);

#endif
