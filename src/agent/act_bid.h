/* act_bid: giving a bid's value, trying it, and wrapping it to a renewed certificate.
 * SPDX-License-Identifier: Apache-2.0
 *
 * Documents of such a job: the bid's header as the platform hands it out (Signed), and
 * for an opening the proof that it may be given (docs/formats/agent-api.md).
 */
#ifndef QY_AGENT_ACT_BID_H
#define QY_AGENT_ACT_BID_H

#include "agent/agent.h"

/* The keys of an act that have been opened. */
struct act_keys {
	struct key *key;
	struct bytes cert;
	/* Bids: the same person's signing key, for the record; null: there is none. */
	struct key *signer;
	struct bytes signer_cert;
};

/* Before the window is opened: do the documents read, and may the bid be opened at all?
 * ERR_DENIED says, in the user's language, what forbids it. */
MUST_USE bool bid_look(struct agent *a, struct job *job, struct err *e);

/* Was the bid wrapped to this certificate? */
bool bid_is_for(const struct job *job, size_t row, const struct cert *cert);

/* The answer is a SEQUENCE OF OCTET STRING of values, one a part, each encrypted to the
 * key of the opening; a re-wrap record; or for a rehearsal the word "works". ERR_DENIED:
 * a rule of protocols §1 forbids it. */
MUST_USE bool act_bid(struct agent *a, struct job *job, size_t row,
	const struct act_keys *keys, struct err *e);

#endif
