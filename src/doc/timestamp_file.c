/* timestamp_file: see timestamp_file.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "doc/timestamp_file.h"

#include "base/time.h"
#include "doc/cms_check.h"
#include "doc/ess.h"
#include "doc/timestamp.h"
#include "doc/timestamp_message.h"
#include "pki/sig_alg.h"

#define RULE_TOKEN "RFC 3161 §2.4.2"

static bool is_token(struct bytes der)
{
	struct cms c;
	struct err e;

	return cms_read(&c, der, &e) && c.kind == CMS_SIGNED &&
	       oid_is(c.content.type, OID_TST_INFO);
}

bool timestamp_file_is(struct bytes der, struct bytes *token)
{
	struct timestamp_response r;
	struct err e;

	if (is_token(der)) {
		*token = der;
		return true;
	}
	if (!timestamp_response_read(&r, der, &e) || !is_token(r.token))
		return false;
	*token = r.token;
	return true;
}

static void skip_imprint(struct report_signature *s, enum sub sub, const char *why)
{
	verdict_skip(&s->verdict, CHECK_TIMESTAMP_IMPRINT, sub, RULE_TOKEN, why);
}

//= RFC 3161 §2.4.2: the imprint is the digest of what is stamped, by its own algorithm
static void check_imprint(
	struct report_signature *s, const struct judge *j, const struct timestamp *t)
{
	AUTO(digest) d = NULL;
	uint8_t digest[DIGEST_MAX];
	enum digest_alg alg;
	struct err e;

	if (!j->content) {
		skip_imprint(s, SUB_SIGNED_DATA_NOT_FOUND,
			say(j->arena, j->lang, MSG_TIMESTAMP_NO_CONTENT));
		return;
	}
	if (!digest_of_oid(&alg, t->imprint_oid)) {
		skip_imprint(s, SUB_CRYPTO_CONSTRAINTS_FAILURE,
			say(j->arena, j->lang, MSG_CMS_ALGORITHM,
				oid_format(j->arena, t->imprint_oid), ""));
		return;
	}
	d = digest_new(alg);
	if (!digest_put_source(d, j->content, &e)) {
		skip_imprint(
			s, SUB_SIGNED_DATA_NOT_FOUND, err_say(j->arena, j->lang, &e));
		return;
	}
	digest_finish(d, digest);
	if (bytes_equal(t->imprint, bytes_make(digest, digest_size(alg))))
		verdict_pass(&s->verdict, CHECK_TIMESTAMP_IMPRINT, RULE_TOKEN,
			digest_name(alg));
	else
		verdict_fail(&s->verdict, CHECK_TIMESTAMP_IMPRINT, SUB_HASH_FAILURE,
			RULE_TOKEN, say(j->arena, j->lang, MSG_TIMESTAMP_OTHER_FILE));
}

static bool is_sound(const struct verdict *v)
{
	static const enum check_id ids[] = {CHECK_FORMAT, CHECK_DIGEST_DOCUMENT,
		CHECK_SIGNATURE_VALUE, CHECK_CERT_CHAIN, CHECK_CERT_USAGE};

	for (size_t i = 0; i < sizeof ids / sizeof *ids; i++)
		if (!v->checks[ids[i]].present ||
			v->checks[ids[i]].result != CHECK_PASSED)
			return false;
	return v->checks[CHECK_TIMESTAMP_IMPRINT].result != CHECK_FAILED;
}

/* Who stamped, and whether anybody need believe it. */
static void judge_authority(struct report *r, struct report_signature *s,
	const struct judge *j, const struct cms_found *found, struct bytes token)
{
	struct opinion opinion;

	if (!found->has_cert) {
		report_set_national(s, j, NULL);
		return;
	}
	if (found->attrs.signing_certificate.n &&
		!ess_names(found->attrs.signing_certificate, &found->cert))
		verdict_fail(&s->verdict, CHECK_FORMAT, SUB_FORMAT_FAILURE,
			"RFC 5816 §2.2.1",
			say(j->arena, j->lang, MSG_CMS_OTHER_CERTIFICATE));
	opinion_form(&opinion, j->arena, j->lang,
		&(struct opinion_request){.cert = &found->cert,
			.purpose = TRUST_TSA,
			.trust = j->trust,
			.evidence = j->evidence,
			.time = {.at = poe_time(j->poe, token, j->now),
				.claimed = s->claimed},
			.now = j->now});
	opinion_enter(&opinion, &s->verdict);
	report_check_claim(s, j);
	report_set_signer(r, s, &found->cert, opinion.anchor);
	report_set_national(s, j, &opinion);
	if (!opinion.anchor || !is_sound(&s->verdict))
		return;
	//= Protocols §4: our own stamps are shown as such
	s->stamped = s->claimed;
	s->time_source =
		opinion.anchor->independent ? "timestamp-independent" : "timestamp-own";
}

bool timestamp_file_judge(
	struct report *r, const struct judge *j, struct bytes token, struct err *e)
{
	struct cms_given given = {.content_type = OID_TST_INFO};
	struct report_signature *s;
	struct cms_signer signer;
	struct cms_found found;
	struct timestamp t;
	struct bytes run;
	struct cms c;

	if (!cms_read(&c, token, e) || !timestamp_read(&t, c.content.octets, e))
		return false;
	//= RFC 3161 §2.4.2: the token contains no signature but that of the TSA
	run = c.signers;
	if (!cms_signer_next(&run, &signer, e) || !der_end(run, e))
		return err_in(e, "token: signer");
	s = report_add(r, REPORT_TIMESTAMP, "rfc3161");
	s->claimed = t.time;
	cms_gather(j, &c);
	cms_check_signer(&s->verdict, j, &c, &signer, &given, &found);
	check_imprint(s, j, &t);
	judge_authority(r, s, j, &found, token);
	return true;
}
