/* cms_verify: see cms_verify.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "doc/cms_verify.h"

#include "base/time.h"
#include "doc/timestamp.h"
#include "pki/sig_alg.h"

/* signing-certificate-v2 must name the certificate that verified. */
static void check_bound_certificate(
	struct verdict *v, const struct judge *j, const struct cms_found *found)
{
	struct bytes body, list, ess, oid, params, hash,
		in = found->attrs.signing_certificate;
	enum digest_alg alg = DIGEST_SHA256;
	uint8_t digest[DIGEST_MAX];
	struct err e;

	if (in.n == 0 || !found->has_cert)
		return;
	if (der_only(in, DER_SEQUENCE, &body, &e) &&
		der_take(&body, DER_SEQUENCE, &list, &e) &&
		der_take(&list, DER_SEQUENCE, &ess, &e) &&
		(der_peek(ess) != DER_SEQUENCE ||
			(der_algorithm(&ess, &oid, &params, &e) &&
				digest_of_oid(&alg, oid))) &&
		der_take(&ess, DER_OCTET_STRING, &hash, &e)) {
		digest_of(alg, found->cert.der, digest);
		if (bytes_equal(hash, bytes_make(digest, digest_size(alg))))
			return;
	}
	//= RFC 5035 §5.4: a certificate other than the one named makes the signature invalid
	verdict_fail(v, CHECK_FORMAT, SUB_FORMAT_FAILURE, "RFC 5035 §5.4",
		say(j->arena, j->lang, MSG_CMS_OTHER_CERTIFICATE));
}

void cms_judge_signer(struct report *r, struct report_signature *s, const struct judge *j,
	const struct cms *c, const struct cms_signer *signer,
	const struct cms_given *given)
{
	struct proof_time proof = {.at = j->now, .claimed = TIME_NONE};
	enum trust_purpose purpose = TRUST_SIGNER;
	struct cms_found found;
	struct opinion opinion;
	struct bytes token;

	cms_check_signer(&s->verdict, j, c, signer, given, &found);
	check_bound_certificate(&s->verdict, j, &found);
	s->claimed = proof.claimed = found.attrs.signing_time;
	if (found.has_cert && found.form != SM2_SIG_FORM_DER && found.cert.key_known &&
		found.cert.key.kind == KEY_SM2)
		report_note(
			r, say(j->arena, j->lang, MSG_SIG_RAW, s->where ? s->where : ""));
	if (cms_attr_find(signer->unsigned_attrs, OID_TIMESTAMP_TOKEN, &token))
		timestamp_judge(s, j, token, signer->value, &proof);
	if (!found.has_cert) {
		report_set_national(s, j, NULL);
		return;
	}
	/* An expert's certificate for one session is admitted as such, not as a signer's.
	 */
	if (found.cert.eku & EKU_EVENT)
		purpose = TRUST_EVENT;
	opinion_form(&opinion, j->arena, j->lang,
		&(struct opinion_request){.cert = &found.cert,
			.purpose = purpose,
			.trust = j->trust,
			.evidence = j->evidence,
			.time = proof,
			.now = j->now});
	opinion_enter(&opinion, &s->verdict);
	report_check_claim(s, j);
	report_set_signer(r, s, &found.cert, opinion.anchor);
	report_set_national(s, j, &opinion);
}

bool cms_judge(struct report *r, const struct judge *j, struct bytes der,
	const struct cms_given *given, struct err *e)
{
	struct cms_signer signer;
	struct bytes run;
	struct cms c;

	if (!cms_read(&c, der, e))
		return false;
	cms_gather(j, &c);
	run = c.signers;
	while (run.n) {
		struct bytes info = run, earlier = c.signers;
		struct report_signature *s;

		if (r->count == CMS_SIGNERS_MAX)
			return err_set(e, ERR_TOO_LARGE, "more than %d signers",
				CMS_SIGNERS_MAX);
		if (!cms_signer_next(&run, &signer, e))
			return false;
		s = report_add(r, REPORT_SIGNATURE, c.gm ? "gbt35275" : "cms");
		if (!s)
			return err_set(e, ERR_TOO_LARGE, "too many signers");
		info = bytes_head(info, info.n - run.n);
		earlier = bytes_head(earlier, (size_t)(info.p - c.signers.p));
		/* One signature repeated would look like several people. */
		if (bytes_find(earlier, info) != SIZE_MAX) {
			verdict_fail(&s->verdict, CHECK_FORMAT, SUB_FORMAT_FAILURE,
				CMS_RULE_SIGNED,
				say(j->arena, j->lang, MSG_CMS_REPEATED));
			report_set_national(s, j, NULL);
			continue;
		}
		if (c.kind == CMS_SIGNED) {
			cms_judge_signer(r, s, j, &c, &signer, given);
			continue;
		}
		/* The signature is over the plaintext, which only a recipient can see. */
		verdict_pass(&s->verdict, CHECK_FORMAT, CMS_RULE_SIGNED, "");
		verdict_skip(&s->verdict, CHECK_SIGNATURE_VALUE,
			SUB_SIGNED_DATA_NOT_FOUND, CMS_RULE_SIGNED,
			say(j->arena, j->lang, MSG_CMS_ENCRYPTED));
		report_set_national(s, j, NULL);
	}
	return true;
}
