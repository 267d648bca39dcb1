/* order: the signing order 签署单 and the closed list of them, as bytes (protocols §3).
 * SPDX-License-Identifier: Apache-2.0
 *
 * The platform says what it asks for: an act, a paper with what is to be shown, the
 * digests of the document, the form of the signature, who may sign, until when. An order
 * is a statement (statement.h) by an order key; what a signer's program makes of it is in
 * order_check.h. Its digest, SM3 over the signed whole, goes into every signature that
 * answers it. The bytes are in docs/formats/order.md.
 */
#ifndef QY_DOC_ORDER_H
#define QY_DOC_ORDER_H

#include "base/world.h"
#include "crypto/key.h"
#include "doc/statement.h"

enum {
	ORDER_VERSION = 1,
	ORDER_MAX = 256 * 1024, /* octets of a signed order */
	ORDER_FIELDS_MAX = 100,
	ORDER_DOCUMENTS_MAX = 2,
	ORDER_CERTS_MAX = 16,
	ORDER_PARTS_MAX = 64,
	ORDER_NONCE = 32,
	ORDER_ID_MAX = 256,    /* octets of ids, kinds, names, labels, origins */
	ORDER_TEXT_MAX = 4096, /* octets of titles and values */
	BATCH_MAX = 16 << 20,
	BATCH_ROWS_MAX = 1000
};
/* Orders live at most a day, order keys at most 90 days. */
#define ORDER_LIFE_MAX     TIME_DAY
#define ORDER_KEY_LIFE_MAX (90 * TIME_DAY)
#define ORDER_SM2_ID       BYTES("qianyin/order/1")

enum order_act {
	ORDER_SIGN = 1,       /* has a paper */
	ORDER_LOGIN = 2,      /* has a login */
	ORDER_UNWRAP_BID = 3, /* these three have a bid */
	ORDER_REWRAP = 4,
	ORDER_REHEARSE = 5
};

enum order_form {
	ORDER_CMS = 1,      /* detached, over the document's octets */
	ORDER_PADES = 2,    /* into the PDF */
	ORDER_OFD_SEAL = 3, /* SES, into the OFD */
	ORDER_PDF_SEAL = 4, /* SES, into the PDF */
	ORDER_OFD_SIGN = 5  /* GB/T 35275, into the OFD */
};

enum order_format { ORDER_OTHER = 0, ORDER_OFD = 1, ORDER_PDF = 2 };

/* One line that the signer is shown. */
struct order_field {
	struct bytes name; /* in the document's fields: "amount", "supplier.name" */
	struct bytes label;
	struct bytes value; /* with an amount: the amount in figures, nothing else */
	bool has_amount;
	int64_t amount; /* fen, 0 or more */
	bool mandatory; /* must stand in the document */
};

struct order_document {
	enum order_format format;
	uint64_t size;
	uint8_t sm3[SM3_SIZE], sha256[SHA256_SIZE];
};

enum order_straddle { ORDER_STRADDLE_NONE, ORDER_STRADDLE_RIGHT, ORDER_STRADDLE_LEFT };

struct order_place {
	struct bytes slot;   /* of the paper, "supplier.seal"; may be empty */
	uint32_t page;       /* from 1; 0: nothing is drawn */
	uint32_t x_um, y_um; /* the centre, from the top left corner */
	enum order_straddle straddle;
};

struct order_paper {
	struct bytes id, kind, title;
	bool alone; /* never in a batch */
	const struct order_field *fields;
	size_t field_count;
	struct bytes total; /* name of the field whose amount counts in a batch; may be
			       empty */
	/* The first is signed. A second one is the same paper in the other format, named
	 * so that the signer sees both. */
	const struct order_document *documents;
	size_t document_count; /* 1 … ORDER_DOCUMENTS_MAX */
	enum order_form form;
	struct order_place place;
};

/* Bits of order_signer.purposes: what the certificate must be good for. */
enum order_purpose {
	ORDER_FOR_SIGNING = 1 << 0,
	ORDER_FOR_ENCRYPTION = 1 << 1,
	ORDER_FOR_EVENT = 1 << 2
};

/* Who may answer. Nothing set: whoever the user chooses. */
struct order_signer {
	struct bytes credit_code;         /* 18 characters, or empty */
	const uint8_t (*certs)[SM3_SIZE]; /* one of these; none: any */
	size_t cert_count;
	uint32_t purposes;
};

enum order_login_purpose {
	ORDER_LOGIN_IN = 1,
	ORDER_LOGIN_BINDING = 2,
	ORDER_LOGIN_RECOVERY = 3,
	ORDER_LOGIN_STEP_UP = 4
};
/* "login", "binding", "recovery", "step-up": as in the token */
const char *order_login_purpose_name(enum order_login_purpose purpose);

struct order_login {
	enum order_login_purpose purpose;
	uint8_t challenge[32];     /* R_B */
	uint8_t session[SM3_SIZE]; /* SM3 of the pre-session */
	struct bytes text;         /* what a step-up is for; may be empty */
};

struct order_bid {
	struct bytes tender, lot;
	uint8_t header[SM3_SIZE]; /* of the bid's header */
	const struct bytes *parts;
	size_t part_count; /* at least 1 */
	/* Unwrapping: the keeper's certificate of this opening; re-wrapping: the new one
	 * of the same owner. DER. Rehearsing: empty. */
	struct bytes cert;
	/* Unwrapping: SM3 of the closing checkpoint; else all zero. */
	uint8_t checkpoint[SM3_SIZE];
};

struct order {
	struct bytes platform; /* its id, as in the pairing */
	struct bytes origin;   /* "https://host[:port]" */
	enum order_act act;
	int64_t issued, expiry; /* whole seconds */
	uint8_t nonce[ORDER_NONCE];
	struct order_signer signer;
	/* that of the act; the others are zero */
	struct order_paper paper;
	struct order_login login;
	struct order_bid bid;
};

/* The content of an order, DER in the arena. Checks everything order_read checks;
 * ERR_USAGE says what is wrong. */
MUST_USE bool order_write(
	struct arena *a, struct bytes *out, const struct order *o, struct err *e);
/* Reads what order_write wrote, borrowing; lists are in the arena. ERR_UNSUPPORTED:
 * another version; ERR_MALFORMED: anything that order_write would not write so. */
MUST_USE bool order_read(
	struct order *out, struct arena *a, struct bytes der, struct err *e);

/* Writes and signs: what a platform does. w gives the nonce where o->nonce is all zero,
 * and nothing else. */
MUST_USE bool order_sign(struct arena *a, struct bytes *out, struct world *w,
	const struct order *o, struct key *key, struct bytes cert, struct err *e);

/* An order as it came. */
struct order_signed {
	struct order order;
	struct statement statement; /* its sm3 is what signatures carry */
};
/* Reads, without judging anything but the form. */
MUST_USE bool order_open(
	struct order_signed *out, struct arena *a, struct bytes der, struct err *e);

/* The amount that counts in a batch; 0 without one. */
int64_t order_total(const struct order *o);
/* The figures that must be the value of an amount: "1,234,567.89"; in the arena. */
MUST_USE bool order_figures(
	struct arena *a, int64_t fen, struct bytes *out, struct err *e);

/* --- a batch: a closed list of signed orders -------------------------------------- */

struct order_batch {
	struct bytes platform, origin;
	int64_t issued, expiry;
	uint8_t nonce[ORDER_NONCE];
	uint32_t count;             /* of rows, at least 1 */
	int64_t sum;                /* of order_total, fen */
	const struct bytes *rows;   /* signed orders: all of act sign, none alone */
	struct statement statement; /* when read */
};

/* Signs a batch of orders that were signed before; count and sum are computed here.
 * ERR_USAGE when a row may not be in one, is of another platform or origin. */
MUST_USE bool batch_sign(struct arena *a, struct bytes *out, struct world *w,
	const struct order_batch *batch, size_t rows, struct key *key, struct bytes cert,
	struct err *e);
/* Reads; the rows are not opened yet. count is the number of rows there are. */
MUST_USE bool batch_open(
	struct order_batch *out, struct arena *a, struct bytes der, struct err *e);

#endif
