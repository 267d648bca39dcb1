/* release: may a bid key, a share or a re-wrap be given now? What a signer's program asks
 * before it touches the key, since no page's word counts (protocols §1).
 * SPDX-License-Identifier: Apache-2.0
 *
 * Everything that was asked is a finding, shown as it is. release_is_refused says whether
 * anything may be given at all.
 */
#ifndef QY_DOC_RELEASE_H
#define QY_DOC_RELEASE_H

#include "base/i18n.h"
#include "doc/finding.h"
#include "doc/ledger_closing.h"
#include "doc/ledger_standing.h"
#include "doc/qyb.h"

enum release_act {
	RELEASE_VALUE, /* a bid key or a share, to the key of an opening */
	RELEASE_REWRAP /* an envelope for a renewed certificate */
};

enum release_check_id {
	RELEASE_CHECK_HEADER,    /* signed by the certificate it names */
	RELEASE_CHECK_BIDDER,    /* which is, by the register, the bidder's it names */
	RELEASE_CHECK_CLOSING,   /* reads, is of this tender and platform */
	RELEASE_CHECK_WITNESSED, /* fixed by the reader's own witnesses */
	RELEASE_CHECK_FIRST,     /* and the first so */
	RELEASE_CHECK_INCLUSION, /* the bid's leaf lies under it */
	RELEASE_CHECK_IN_TIME,   /* and its time is before the deadline */
	RELEASE_CHECK_STANDING,  /* not withdrawn, not replaced */
	RELEASE_CHECK_TIME, /* the deadline, and every sealed change of it, is past */
	RELEASE_CHECK_RECIPIENT, /* whose certificate it would be given to */
	RELEASE_CHECK_COUNT
};
/* "header", "bidder" …; the question for people. */
const char *release_check_name(enum release_check_id id);
const char *release_check_title(enum lang lang, enum release_check_id id);

struct release_conditions {
	struct arena *arena; /* the finding lives here */
	enum lang lang;
	enum release_act act;
	int64_t now;                    /* of our own clock */
	const struct qyb *bid;          /* read from its header (qyb_header_read) */
	const struct ledger_view *view; /* our own configuration */
	/* As they came from the platform; empty: not given. */
	struct bytes closing;  /* ledger_closing.h */
	struct bytes proof;    /* ledger_proof of the bid's leaf, fields opened */
	struct bytes standing; /* ledger_standing.h */
	/* Withdrawals that are known, whoever showed them. */
	const struct bytes *withdrawals;
	size_t withdrawal_count;
	/* Deadlines of later sealed notices of this tender that notice_check did not
	 * refuse. */
	const int64_t *changes;
	size_t change_count;
	const struct trust *trust;       /* null: certificates are not checked, thus
					    refused */
	const struct evidence *evidence; /* null: none */
	/* RELEASE_VALUE: the certificate of the opening's key, and the platform's root
	 * from the pairing (null: not asked). RELEASE_REWRAP: the new certificate, and
	 * the place among the bid's parties that it takes. */
	struct bytes cert;
	const struct cert *root;
	size_t party;
};

struct release_finding {
	struct finding checks[RELEASE_CHECK_COUNT];
	/* No witness is configured: told wherever the finding is shown. */
	bool unwitnessed;
	int64_t not_before; /* the latest deadline known */
	/* What the records of the opening name; zero: the closing does not read. */
	uint8_t checkpoint[SM3_SIZE];
};

/* Looks at everything. Never fails: what went wrong is a finding. */
void release_check(struct release_finding *out, const struct release_conditions *c);

/* Is there a check that failed, or one that applies and was not made? Of those, witnesses
 * and being the first do not count where no witness is configured. */
bool release_is_refused(const struct release_finding *f);
/* The first that refuses; COUNT: none. */
enum release_check_id release_objection(const struct release_finding *f);

#endif
