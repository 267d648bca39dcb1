/* timestamp_answer: see timestamp_answer.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "doc/timestamp_answer.h"

#include "base/time.h"
#include "doc/cms_check.h"
#include "doc/cms_parts.h"
#include "doc/ess.h"
#include "doc/timestamp_write.h"
#include "pki/sig_alg.h"

bool timestamp_nonce(struct bytes tst_info, struct bytes *nonce, struct err *e)
{
	struct bytes in, found = {NULL, 0};
	struct der d;

	if (!der_only(tst_info, DER_SEQUENCE, &in, e))
		return err_in(e, "TSTInfo");
	//= RFC 3161 §2.4.2: accuracy, ordering, nonce, tsa, extensions follow genTime
	for (size_t i = 0; i < 5; i++)
		if (!der_next(&in, &d, e))
			return err_in(e, "TSTInfo");
	if (der_peek(in) == DER_SEQUENCE && !der_next(&in, &d, e))
		return err_in(e, "accuracy");
	if (der_peek(in) == DER_BOOLEAN && !der_next(&in, &d, e))
		return err_in(e, "ordering");
	if (der_peek(in) == DER_INTEGER && !der_integer_any(&in, &found, e))
		return err_in(e, "nonce");
	*nonce = found;
	return true;
}

/* Failures that pass by themselves. */
static bool is_passing(uint32_t failures)
{
	return failures & (UINT32_C(1) << TIMESTAMP_TIME_NOT_AVAILABLE |
				  UINT32_C(1) << TIMESTAMP_SYSTEM_FAILURE);
}

static bool refused(struct arena *a, const struct timestamp_response *r, struct err *e)
{
	const char *name = "";

	for (unsigned bit = 0; bit < 32 && !name[0]; bit++)
		if (r->failures >> bit & 1) {
			name = timestamp_failure_name((enum timestamp_failure)bit);
			name = name ? name : arena_printf(a, "failure %u", bit);
		}
	if (r->status == TIMESTAMP_WAITING)
		return err_set(e, ERR_BUSY, "the TSA says: not yet");
	return err_set(e, is_passing(r->failures) ? ERR_BUSY : ERR_DENIED,
		"the TSA refused: %s %s", name,
		arena_str(a, bytes_head(r->text, TIMESTAMP_TEXT_MAX)));
}

/* Does the token speak of what was asked? */
static bool check_info(const struct timestamp_question *q, struct bytes octets,
	int64_t now, struct err *e)
{
	struct timestamp t;
	struct bytes nonce;
	int64_t off;

	if (!timestamp_read(&t, octets, e) || !timestamp_nonce(octets, &nonce, e))
		return false;
	//= RFC 3161 §2.4.2: the client compares imprint algorithm, imprint, nonce and policy
	if (!oid_is(t.imprint_oid, cms_digest_oid(q->alg)) ||
		!bytes_equal(t.imprint, q->imprint))
		return err_set(
			e, ERR_DENIED, "the TSA answers for another digest than asked");
	if (q->nonce.n && !bytes_equal(nonce, q->nonce))
		return err_set(e, ERR_DENIED,
			"the TSA answers with another nonce: an old answer, or "
			"another's");
	if (q->policy.n && !bytes_equal(t.policy, q->policy))
		return err_set(
			e, ERR_DENIED, "the TSA answers under another policy than asked");
	off = t.time > now ? t.time - now : now - t.time;
	if (off > TIMESTAMP_CLOCK_MINUTES * TIME_MINUTE)
		return err_set(e, ERR_DENIED,
			"lying clock: the TSA's time is %lld seconds %s ours",
			(long long)(off / TIME_SECOND),
			t.time > now ? "ahead of" : "behind");
	return true;
}

static bool check_cert(const struct cms_found *found, int64_t now, struct err *e)
{
	const struct cert *c = &found->cert;

	if (!found->has_cert)
		return err_set(
			e, ERR_MALFORMED, "the token carries no certificate of its TSA");
	if (!timestamp_cert_fits(c))
		return err_set(e, ERR_SIGNER,
			"the TSA's certificate is not for time stamps alone");
	if (now < c->not_before || now > c->not_after)
		return err_set(e, ERR_SIGNER,
			"the TSA's certificate is not in its period of validity");
	//= RFC 3161 §2.4.2: the certificate identifier must be there and name the TSA's
	if (!ess_names(found->attrs.signing_certificate, c))
		return err_set(e, ERR_DENIED,
			"the token does not name the certificate it was signed with");
	return true;
}

/* Form, digest and value of the token's one signature. */
static bool check_signer(struct arena *a, const struct cms *c, int64_t now, struct err *e)
{
	static const enum check_id ids[] = {
		CHECK_FORMAT, CHECK_DIGEST_DOCUMENT, CHECK_SIGNATURE_VALUE};
	struct judge j = {
		.arena = a, .lang = LANG_EN, .evidence = evidence_new(a), .now = now};
	struct verdict v = verdict_make(a, LANG_EN);
	struct cms_given given = {.content_type = OID_TST_INFO};
	struct bytes run = c->signers;
	struct cms_found found;
	struct cms_signer signer;

	//= RFC 3161 §2.4.2: the token contains no signature but that of the TSA
	if (!cms_signer_next(&run, &signer, e) || !der_end(run, e))
		return err_in(e, "token: signer");
	cms_check_signer(&v, &j, c, &signer, &given, &found);
	for (size_t i = 0; i < sizeof ids / sizeof *ids; i++) {
		const struct check *k = &v.checks[ids[i]];

		if (found.has_cert && (!k->present || k->result != CHECK_PASSED))
			return err_set(e, ERR_DENIED,
				"the token's signature does not hold: %s %s",
				check_name(ids[i]), k->present ? k->detail : "");
	}
	return check_cert(&found, now, e);
}

bool timestamp_answer_check(struct arena *a, struct bytes *token,
	const struct timestamp_question *q, struct bytes answer, int64_t now,
	struct err *e)
{
	struct timestamp_response r;
	struct cms c;

	if (!timestamp_response_read(&r, answer, e))
		return false;
	if (r.token.n == 0)
		return refused(a, &r, e);
	if (!cms_read(&c, r.token, e))
		return err_in(e, "token");
	if (c.kind != CMS_SIGNED || !c.content.present ||
		!oid_is(c.content.type, OID_TST_INFO))
		return err_set(e, ERR_MALFORMED, "the token is no SignedData of TSTInfo");
	if (!check_info(q, c.content.octets, now, e) || !check_signer(a, &c, now, e))
		return false;
	*token = r.token;
	return true;
}
