/* cms_verify: see cms_verify.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "doc/cms_verify.h"

#include "base/time.h"
#include "doc/ess.h"
#include "doc/timestamp.h"

/* signing-certificate-v2 must name the certificate that verified. True when it does: then
 * whatever proves the signature proves the certificate. */
static bool check_bound_certificate(
	struct verdict *v, const struct judge *j, const struct cms_found *found)
{
	if (found->attrs.signing_certificate.n == 0 || !found->has_cert)
		return false;
	if (ess_names(found->attrs.signing_certificate, &found->cert))
		return true;
	//= RFC 5035 §5.4: a certificate other than the one named makes the signature invalid
	verdict_fail(v, CHECK_FORMAT, SUB_FORMAT_FAILURE, "RFC 5035 §5.4",
		say(j->arena, j->lang, MSG_CMS_OTHER_CERTIFICATE));
	return false;
}

void cms_judge_signer(struct report *r, struct report_signature *s, const struct judge *j,
	const struct cms *c, const struct cms_signer *signer,
	const struct cms_given *given)
{
	struct proof_time proof = judge_proof(j, signer->value, TIME_NONE);
	enum trust_purpose purpose = TRUST_SIGNER;
	struct opinion_request question;
	struct cms_found found;
	struct opinion opinion;
	struct bytes token;
	bool bound;

	cms_check_signer(&s->verdict, j, c, signer, given, &found);
	bound = check_bound_certificate(&s->verdict, j, &found);
	s->claimed = found.attrs.signing_time;
	if (s->claimed == TIME_NONE && given->claimed)
		s->claimed = given->claimed;
	proof.claimed = s->claimed;
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
	if (found.alg_known)
		(void)judge_signature_sound(&s->verdict, j, CHECK_SIGNATURE_VALUE,
			found.alg, &found.cert.key, proof.at);
	if (bound && proof.is_proven)
		judge_prove(j, found.cert.der, proof.at);
	/* An expert's certificate for one session is admitted as such, not as a signer's.
	 */
	if (found.cert.eku & EKU_EVENT)
		purpose = TRUST_EVENT;
	question = judge_question(j, &found.cert, purpose, &proof);
	opinion_form(&opinion, j->arena, j->lang, &question);
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
