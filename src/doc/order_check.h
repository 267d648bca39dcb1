/* order_check: what a signer's program finds out about an order before anybody is asked
 * for a PIN (protocols §3).
 * SPDX-License-Identifier: Apache-2.0
 *
 * Everything found is shown, nothing is summed up into one light. order_is_refused says
 * whether there may be an answer at all.
 */
#ifndef QY_DOC_ORDER_CHECK_H
#define QY_DOC_ORDER_CHECK_H

#include "base/i18n.h"
#include "base/source.h"
#include "doc/finding.h"
#include "doc/order.h"
#include "pki/trust.h"

enum order_check_id {
	ORDER_CHECK_FORM,      /* it reads */
	ORDER_CHECK_SIGNATURE, /* its value is right */
	ORDER_CHECK_KEY,       /* by an order key under the platform's root */
	ORDER_CHECK_PLATFORM,  /* it is the platform paired with */
	ORDER_CHECK_ORIGIN,    /* of order, key and asking page: one and paired */
	ORDER_CHECK_TIME,      /* issued, not expired */
	ORDER_CHECK_NONCE,     /* never seen */
	ORDER_CHECK_DIGEST,    /* of the document */
	ORDER_CHECK_FIELDS,    /* say what the document says */
	ORDER_CHECK_CERTIFICATE,
	ORDER_CHECK_BATCH, /* count, sum, no alone, no duplicates */
	ORDER_CHECK_COUNT
};
/* "form", "signature" …; the sentence for people. */
const char *order_check_name(enum order_check_id id);
const char *order_check_title(enum lang lang, enum order_check_id id);

enum order_field_state {
	ORDER_FIELD_PLATFORM_ONLY, /* the document does not say it */
	ORDER_FIELD_AGREES,
	ORDER_FIELD_DIFFERS,
	ORDER_FIELD_MISSING /* mandatory, and the document does not say it */
};
/* "platform-only", "agrees", "differs", "missing" */
const char *order_field_state_name(enum order_field_state state);

struct order_field_finding {
	const struct order_field *field;
	enum order_field_state state;
	const char *found; /* what the document says instead, printable; null */
};

/* The memory of nonces is the caller's. `take` answers whether the nonce is new and
 * remembers it at least until expiry, in one step. */
struct order_nonces {
	bool (*take)(void *to, const uint8_t nonce[ORDER_NONCE], int64_t expiry,
		bool *fresh, struct err *e);
	/* Has it been taken? Changes nothing. */
	bool (*seen)(
		void *to, const uint8_t nonce[ORDER_NONCE], bool *seen, struct err *e);
	void *to;
};

struct order_conditions {
	struct arena *arena; /* the finding lives here */
	enum lang lang;
	int64_t now;
	/* Of the pairing. */
	struct bytes platform, origin;
	const struct cert *root;
	/* The Origin header of the page that asks; empty: no page asked (a file). */
	struct bytes page_origin;
	const struct order_nonces *nonces; /* null: not checked, thus refused */
	/* Mark the nonce as used now; else only look. An order is looked at for display,
	 * and taken when the user agreed. */
	bool take_nonce;
	struct source *document; /* null: not at hand yet */
	/* The certificate that would answer; null: not chosen yet. Its credit code comes
	 * from the register (party.h), null or empty: unknown. */
	const struct cert *cert;
	const char *credit_code;
};

struct order_finding {
	bool read; /* false: `order` means nothing */
	struct order_signed order;
	struct finding checks[ORDER_CHECK_COUNT];
	struct order_field_finding *fields;
	size_t field_count;
	bool has_fields; /* the document carries fields of its own; else it is shown as
			    pictures and the display says so */
};

/* Looks at everything that can be looked at. Never fails: what went wrong is a finding.
 */
void order_check(
	struct order_finding *out, struct bytes der, const struct order_conditions *c);

/* Is there a check that failed, or one that applies and was not made? */
bool order_is_refused(const struct order_finding *f);
/* The first that speaks against, failed ones before unmade ones; COUNT: none. */
enum order_check_id order_objection(const struct order_finding *f);

struct batch_finding {
	bool read;
	struct order_batch batch;
	struct finding checks[ORDER_CHECK_COUNT]; /* of the list itself */
	struct order_finding *rows; /* documents not looked at: see batch_row_check */
	size_t row_count;
};

/* Looks at the list and at each order in it. documents[i], where given (else null), is
 * that of row i: `document` of the conditions is not used. */
void batch_check(struct batch_finding *out, struct bytes der,
	struct source *const *documents, const struct order_conditions *c);
bool batch_is_refused(const struct batch_finding *f);

#endif
