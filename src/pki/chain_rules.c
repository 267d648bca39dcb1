/* chain_rules: authorities, lengths, names, policies, purposes.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "pki/chain_rules.h"

#include "pki/name.h"
#include "pki/name_constraints.h"
#include "pki/policy.h"

/* May path[i], i > 0, have issued what lies below it? */
static enum chain_fault ca_fault(const struct cert *const *path, size_t i, bool is_anchor)
{
	const struct cert *ca = path[i];
	size_t below = 0;

	//= RFC 5280 §6.1.4 (k): basicConstraints with cA in version 3; version 1 only where
	// the store itself says that it is a CA
	if (!ca->is_ca && !(is_anchor && ca->extensions.n == 0))
		return CHAIN_NOT_CA;
	//= RFC 5280 §6.1.4 (n): keyCertSign where there is a key usage
	if (ca->has_key_usage && !(ca->key_usage & KU_KEY_CERT_SIGN))
		return CHAIN_NO_CERT_SIGN;
	//= RFC 5280 §4.2.1.9: non-self-issued intermediate certificates that may follow
	for (size_t j = 1; j < i; j++)
		below += !name_equal(path[j]->issuer, path[j]->subject);
	if (ca->has_path_len && below > ca->path_len)
		return CHAIN_PATH_LENGTH;
	return CHAIN_GOOD;
}

//= RFC 5280 §6.1.3 (b), (c): not for self-issued certificates, unless it is the leaf
static bool names_fault(const struct cert *const *path, size_t count, size_t *culprit)
{
	for (size_t i = 1; i < count; i++)
		for (size_t j = 0; j < i; j++) {
			if (j > 0 && name_equal(path[j]->issuer, path[j]->subject))
				continue;
			if (name_constraints_allow(path[i], path[j]))
				continue;
			*culprit = j;
			return true;
		}
	return false;
}

enum chain_fault chain_rules(const struct cert *const *path, size_t count,
	const struct trust_anchor *anchor, enum trust_purpose purpose,
	bool allow_demonstration, size_t *culprit)
{
	enum chain_fault fault;

	*culprit = count - 1;
	if (!(anchor->purposes & purpose))
		return CHAIN_PURPOSE;
	for (size_t i = 0; i < count; i++) {
		*culprit = i;
		if (path[i]->demonstration && !allow_demonstration)
			return CHAIN_DEMONSTRATION;
		if (path[i]->unknown_critical)
			return CHAIN_CRITICAL;
		fault = i ? ca_fault(path, i, i + 1 == count) : CHAIN_GOOD;
		if (fault)
			return fault;
	}
	if (names_fault(path, count, culprit))
		return CHAIN_NAMES;
	if (!policy_holds(path, count, culprit))
		return CHAIN_POLICY;
	return CHAIN_GOOD;
}
