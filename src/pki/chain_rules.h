/* chain_rules: what must hold along a path besides its signatures (RFC 5280 §6.1).
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef QY_PKI_CHAIN_RULES_H
#define QY_PKI_CHAIN_RULES_H

#include "pki/chain.h"

/* CHAIN_GOOD, or the first fault of a path (leaf first, anchor last) with the index of
 * the certificate it lies in. Signatures, dates and revocation are not looked at. */
enum chain_fault chain_rules(const struct cert *const *path, size_t count,
	const struct trust_anchor *anchor, enum trust_purpose purpose,
	bool allow_demonstration, size_t *culprit);

#endif
