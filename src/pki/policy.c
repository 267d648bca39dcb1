/* policy: the set of policies valid so far, carried from the anchor down to the leaf.
 * SPDX-License-Identifier: Apache-2.0
 *
 * Without mappings the policy tree of RFC 5280 is a set: every policy stands for itself.
 */
#include "pki/policy.h"

enum { POLICIES_MAX = 64 };

struct policy_set {
	bool any;
	size_t count;
	struct bytes oids[POLICIES_MAX];
};

struct policy_state {
	struct policy_set valid;
	uint32_t explicit_in,
		inhibit_any_in; /* so many more certificates, then it holds */
	bool mappings, constraints;
};

static bool set_has(const struct policy_set *s, struct bytes oid)
{
	for (size_t i = 0; i < s->count; i++)
		if (bytes_equal(s->oids[i], oid))
			return true;
	return false;
}

/* The content of certificatePolicies; qualifiers are passed over. */
static bool read_policies(struct policy_set *out, struct bytes value)
{
	struct bytes list, info, oid;
	struct err e;

	*out = (struct policy_set){.any = false};
	if (!der_only(value, DER_SEQUENCE, &list, &e))
		return false;
	while (list.n) {
		if (!der_take(&list, DER_SEQUENCE, &info, &e) ||
			!der_oid(&info, &oid, &e))
			return false;
		if (oid_is(oid, OID_ANY_POLICY)) {
			out->any = true;
			continue;
		}
		if (out->count == POLICIES_MAX)
			return false;
		out->oids[out->count++] = oid;
	}
	return true;
}

//= RFC 5280 §6.1.3 (d), (e): intersect with the policies of this certificate
static bool take_policies(struct policy_state *s, const struct cert *c, bool any_counts)
{
	struct policy_set theirs, both = {.any = false};
	struct bytes value;
	bool critical;

	if (!cert_extension(c, OID_CERTIFICATE_POLICIES, &value, &critical)) {
		s->valid = both;
		return true;
	}
	if (!read_policies(&theirs, value))
		return false;
	theirs.any = theirs.any && any_counts;
	if (s->valid.any) {
		s->valid = theirs;
		return true;
	}
	if (theirs.any)
		return true;
	for (size_t i = 0; i < s->valid.count; i++)
		if (set_has(&theirs, s->valid.oids[i]))
			both.oids[both.count++] = s->valid.oids[i];
	s->valid = both;
	return true;
}

static void lower(uint32_t *limit, uint32_t to)
{
	if (to < *limit)
		*limit = to;
}

//= RFC 5280 §6.1.4 (i): requireExplicitPolicy and inhibitPolicyMapping
static bool take_constraints(struct policy_state *s, const struct cert *c)
{
	struct bytes value, body, number;
	uint32_t skip = 0;
	struct err e;
	bool there;

	if (!cert_extension(c, OID_POLICY_CONSTRAINTS, &value, &there))
		return true;
	s->constraints = true;
	if (!der_only(value, DER_SEQUENCE, &body, &e))
		return false;
	if (der_peek(body) == DER_CONTEXT_PRIMITIVE(0)) {
		if (!der_small(&body, DER_CONTEXT_PRIMITIVE(0), UINT32_MAX, &skip, &e))
			return false;
		lower(&s->explicit_in, skip);
	}
	/* Mappings are not followed, so inhibiting them adds nothing. */
	return der_take_optional(&body, DER_CONTEXT_PRIMITIVE(1), &number, &there, &e) &&
	       body.n == 0;
}

//= RFC 5280 §6.1.4 (j): inhibitAnyPolicy
static bool take_inhibit_any(struct policy_state *s, const struct cert *c)
{
	struct bytes value;
	uint32_t skip = 0;
	struct err e;
	bool critical;

	if (!cert_extension(c, OID_INHIBIT_ANY_POLICY, &value, &critical))
		return true;
	if (!der_small(&value, DER_INTEGER, UINT32_MAX, &skip, &e) || value.n)
		return false;
	lower(&s->inhibit_any_in, skip);
	return true;
}

static bool step(struct policy_state *s, const struct cert *c, bool is_leaf)
{
	bool self_issued = bytes_equal(c->issuer, c->subject), critical;
	struct bytes value;

	if (!take_policies(s, c, s->inhibit_any_in > 0 || (self_issued && !is_leaf)))
		return false;
	if (s->explicit_in == 0 && !s->valid.any && s->valid.count == 0)
		return false;
	s->mappings |= cert_extension(c, OID_POLICY_MAPPINGS, &value, &critical);
	if (is_leaf || !self_issued) {
		s->explicit_in -= s->explicit_in > 0;
		s->inhibit_any_in -= s->inhibit_any_in > 0;
	}
	return take_constraints(s, c) && take_inhibit_any(s, c) &&
	       !(s->mappings && s->constraints);
}

bool policy_holds(const struct cert *const *path, size_t count, size_t *culprit)
{
	struct policy_state s = {.valid = {.any = true},
		.explicit_in = (uint32_t)count,
		.inhibit_any_in = (uint32_t)count};

	for (size_t i = count - 1; i-- > 0;) {
		if (step(&s, path[i], i == 0))
			continue;
		*culprit = i;
		return false;
	}
	//= RFC 5280 §6.1.5 (a), (b), (g): the leaf's own requirement counts if it is 0
	if (count > 1 && s.explicit_in == 0 && !s.valid.any && s.valid.count == 0) {
		*culprit = 0;
		return false;
	}
	return true;
}
