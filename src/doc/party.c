/* party: see party.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "doc/party.h"

#include "base/time.h"

static const char *objection_of(const struct check *c, bool strict)
{
	if (c->present && c->result == CHECK_FAILED)
		return c->detail;
	return strict && (!c->present || c->result != CHECK_PASSED) ? c->detail : NULL;
}

void party_of(struct party *out, struct arena *a, enum lang lang, const struct cert *cert,
	enum trust_purpose purpose, const struct trust *trust,
	const struct evidence *evidence, int64_t at)
{
	struct opinion_request question = {.cert = cert,
		.purpose = purpose,
		.trust = trust,
		.evidence = evidence,
		.time = {.at = at, .claimed = TIME_NONE},
		.now = at};
	struct opinion o;
	/* Of the first three, not checked is an objection too. */
	const struct check *checks[5] = {
		&o.chain, &o.validity, &o.usage, &o.revocation, &o.licence};

	*out = (struct party){0};
	opinion_form(&o, a, lang, &question);
	for (size_t i = 0; i < 5 && !out->objection; i++) {
		out->objection = objection_of(checks[i], i < 3);
		if (out->objection && !out->objection[0])
			out->objection = "?";
		if (out->objection)
			out->against = (enum party_objection)(PARTY_CHAIN + i);
	}
	out->anchor = o.anchor;
	out->stands = o.anchor && !out->objection;
	out->revocation_unknown =
		!o.revocation.present || o.revocation.result == CHECK_NOT_CHECKED;
	if (o.anchor && o.anchor->credit_code != CREDIT_NONE &&
		!cert_credit_code(cert, o.anchor->credit_code, out->credit_code))
		out->credit_code[0] = 0;
}

static bool same_organization(struct arena *a, const struct cert *x, const struct cert *y)
{
	struct bytes p, q;

	return name_attribute(a, x->subject, OID_O, &p) &&
	       name_attribute(a, y->subject, OID_O, &q) && p.n && bytes_equal(p, q);
}

static bool same_licence(const struct trust_licence *x, const struct trust_licence *y)
{
	struct bytes p = bytes_str(x->number), q = bytes_str(y->number);

	return p.n && bytes_equal(p, q);
}

enum party_claim party_claims(const struct cert *cert, struct bytes credit_code)
{
	enum party_claim claim = PARTY_CLAIMS_NOTHING;
	char code[19];

	for (enum credit_code_field f = CREDIT_GM_ORGANIZATION_CODE;
		f < CREDIT_FIELD_COUNT; f++) {
		if (!cert_credit_code(cert, f, code))
			continue;
		if (bytes_equal(bytes_str(code), credit_code))
			return PARTY_CLAIMS_IT;
		claim = PARTY_CLAIMS_ANOTHER;
	}
	return claim;
}

bool party_seems_one(const struct cert *a, const struct cert *b)
{
	char x[19], y[19];

	for (enum credit_code_field f = CREDIT_GM_ORGANIZATION_CODE;
		f < CREDIT_FIELD_COUNT; f++)
		if (cert_credit_code(a, f, x) && cert_credit_code(b, f, y))
			return bytes_equal(bytes_str(x), bytes_str(y));
	return bytes_equal(a->subject, b->subject);
}

bool party_is_one_ca(
	struct arena *a, const struct trust_anchor *x, const struct trust_anchor *y)
{
	return cert_equal(&x->cert, &y->cert) ||
	       same_organization(a, &x->cert, &y->cert) ||
	       same_licence(&x->service, &y->service);
}
