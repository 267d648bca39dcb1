/* timestamp: see timestamp.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "doc/timestamp.h"

#include "base/time.h"
#include "doc/cms_check.h"
#include "doc/ess.h"
#include "pki/sig_alg.h"

#define RULE_VALUE   "GB/T 20520-2006 §7; RFC 3161 §2.4.2"
#define RULE_IMPRINT "RFC 3161 §2.4.2"

bool timestamp_read(struct timestamp *out, struct bytes tst_info, struct err *e)
{
	struct bytes in, imprint, params;
	struct timestamp t = {.tst_info = tst_info};
	uint32_t version;

	//= RFC 3161 §2.4.2: version, policy, messageImprint, serialNumber, genTime
	if (!der_only(tst_info, DER_SEQUENCE, &in, e) ||
		!der_small(&in, DER_INTEGER, 2, &version, e) ||
		!der_oid(&in, &t.policy, e) ||
		!der_take(&in, DER_SEQUENCE, &imprint, e) ||
		!der_algorithm(&imprint, &t.imprint_oid, &params, e) ||
		!der_take(&imprint, DER_OCTET_STRING, &t.imprint, e) ||
		!der_end(imprint, e) || !der_integer_any(&in, &t.serial, e) ||
		!der_time(&in, &t.time, e))
		return err_in(e, "TSTInfo");
	if (in.n && !der_is_series(in))
		return err_set(e, ERR_MALFORMED, "TSTInfo: ends within an element");
	*out = t;
	return true;
}

static void broken(struct report_signature *s, const struct judge *j, const struct err *e)
{
	verdict_fail(&s->verdict, CHECK_TIMESTAMP_VALUE, SUB_SIG_CONSTRAINTS_FAILURE,
		RULE_VALUE, err_say(j->arena, j->lang, e));
}

/* The worst of format, digest and value of the token, under timestamp.value. */
static bool enter_token(struct report_signature *s, const struct verdict *token)
{
	static const enum check_id ids[] = {
		CHECK_FORMAT, CHECK_DIGEST_DOCUMENT, CHECK_SIGNATURE_VALUE};
	bool ok = true;

	for (size_t i = 0; i < sizeof ids / sizeof *ids; i++) {
		struct check c = token->checks[ids[i]];

		if (!c.present)
			continue;
		ok = ok && c.result == CHECK_PASSED;
		/* A bad token takes away the proof of time, not the signature itself. */
		if (c.result != CHECK_PASSED && c.sub != SUB_CRYPTO_CONSTRAINTS_FAILURE &&
			c.sub != SUB_CRYPTO_CONSTRAINTS_FAILURE_NO_POE)
			c.sub = SUB_SIG_CONSTRAINTS_FAILURE;
		verdict_enter(&s->verdict, CHECK_TIMESTAMP_VALUE, &c);
	}
	return ok;
}

/* What a token is said to stamp. */
struct stamped {
	struct source *source;                   /* or */
	const struct timestamp_imprint *imprint; /* its digest already */
	int64_t at;                              /* proven to exist since */
};

static bool is_imprint(
	const struct stamped *what, enum digest_alg alg, struct bytes imprint)
{
	AUTO(digest) d = digest_new(alg);
	uint8_t digest[DIGEST_MAX];
	struct err e;

	if (what->imprint)
		return what->imprint->alg == alg &&
		       bytes_equal(imprint, what->imprint->digest);
	if (!digest_put_source(d, what->source, &e))
		return false;
	digest_finish(d, digest);
	return bytes_equal(imprint, bytes_make(digest, digest_size(alg)));
}

static bool check_imprint(struct report_signature *s, const struct judge *j,
	const struct timestamp *t, const struct stamped *what)
{
	enum digest_alg alg;

	if (!digest_of_oid(&alg, t->imprint_oid)) {
		verdict_skip(&s->verdict, CHECK_TIMESTAMP_IMPRINT,
			SUB_CRYPTO_CONSTRAINTS_FAILURE, RULE_IMPRINT,
			say(j->arena, j->lang, MSG_CMS_ALGORITHM,
				oid_format(j->arena, t->imprint_oid), ""));
		return false;
	}
	//= RFC 3161 §2.4.2: the imprint is the digest of what is stamped, by its own algorithm
	if (!is_imprint(what, alg, t->imprint)) {
		verdict_fail(&s->verdict, CHECK_TIMESTAMP_IMPRINT,
			SUB_SIG_CONSTRAINTS_FAILURE, RULE_IMPRINT,
			say(j->arena, j->lang, MSG_TIMESTAMP_IMPRINT));
		return false;
	}
	verdict_pass(
		&s->verdict, CHECK_TIMESTAMP_IMPRINT, RULE_IMPRINT, digest_name(alg));
	/* A digest that is broken binds what was there before, and nothing made since. */
	return judge_digest_sound(&s->verdict, j, CHECK_TIMESTAMP_IMPRINT, alg, what->at);
}

static bool read_token(
	struct cms *c, struct timestamp *t, struct bytes token, struct err *e)
{
	if (!cms_read(c, token, e))
		return err_in(e, "token");
	if (c->kind != CMS_SIGNED)
		return err_set(e, ERR_MALFORMED, "token: not SignedData");
	return timestamp_read(t, c->content.octets, e);
}

/* The mathematics of the token. */
static bool check_token(struct report_signature *s, const struct judge *j,
	const struct cms *c, struct cms_found *found)
{
	struct verdict inner = verdict_make(j->arena, j->lang);
	struct cms_given given = {.content_type = OID_TST_INFO};
	struct bytes run = c->signers;
	struct cms_signer signer;
	struct err e;

	if (!cms_signer_next(&run, &signer, &e) || !der_end(run, &e)) {
		broken(s, j, &e);
		return false;
	}
	cms_gather(j, c);
	cms_check_signer(&inner, j, c, &signer, &given, found);
	//= RFC 5816 §2.2.1: ESSCertID or ESSCertIDv2 names the authority's certificate
	if (found->attrs.signing_certificate.n && found->has_cert &&
		!ess_names(found->attrs.signing_certificate, &found->cert))
		verdict_fail(&inner, CHECK_FORMAT, SUB_FORMAT_FAILURE, "RFC 5816 §2.2.1",
			say(j->arena, j->lang, MSG_CMS_OTHER_CERTIFICATE));
	if (found->alg_known)
		(void)judge_signature_sound(&inner, j, CHECK_SIGNATURE_VALUE, found->alg,
			&found->cert.key, judge_file_time(j));
	return enter_token(s, &inner) && found->has_cert;
}

/* j->file_at is since when the token is proven to exist. */
static bool judge_token(struct report_signature *s, const struct judge *j,
	struct bytes token, const struct stamped *what, struct proof_time *proof)
{
	struct proof_time when = {.at = judge_file_time(j)};
	struct opinion_request question;
	struct cms_found found;
	struct opinion opinion;
	struct timestamp t;
	struct cms c;
	bool ok;
	struct err e;

	if (!read_token(&c, &t, token, &e)) {
		broken(s, j, &e);
		return false;
	}
	ok = check_token(s, j, &c, &found);
	if (!check_imprint(s, j, &t, what) || !ok)
		return false;
	//= ETSI EN 319 102-1 §5.6.2.2: the authority is judged as of when its token is proven to exist
	when.claimed = t.time;
	question = judge_question(j, &found.cert, TRUST_TSA, &when);
	opinion_form(&opinion, j->arena, j->lang, &question);
	opinion_enter_as(&opinion, &s->verdict, CHECK_TIMESTAMP_VALUE);
	record_put(j->record, RECORD_TIMESTAMP, token);
	if (s->verdict.checks[CHECK_TIMESTAMP_VALUE].result != CHECK_PASSED ||
		!opinion.anchor)
		return false;
	s->stamped = t.time;
	s->time_source =
		opinion.anchor->independent ? "timestamp-independent" : "timestamp-own";
	if (!opinion.anchor->independent || t.time > proof->at)
		return false;
	proof->at = t.time;
	proof->is_proven = true;
	proof->is_around = false;
	return true;
}

/* The judge of a token: what it carries is as old as itself. */
static struct judge judge_of_token(const struct judge *j, struct bytes token)
{
	struct judge own = *j;

	own.file_at = judge_object_time(j, token);
	if (own.file_at >= j->now)
		own.file_at = 0;
	return own;
}

void timestamp_judge(struct report_signature *s, const struct judge *j,
	struct bytes token, struct bytes stamped, struct proof_time *proof)
{
	AUTO(source) source = source_of_bytes(stamped);
	struct stamped what = {source, NULL, judge_object_time(j, stamped)};
	struct judge own = judge_of_token(j, token);

	if (judge_token(s, &own, token, &what, proof))
		judge_prove(j, stamped, proof->at);
}

void timestamp_judge_source(struct report_signature *s, const struct judge *j,
	struct bytes token, struct source *stamped, struct proof_time *proof)
{
	struct stamped what = {stamped, NULL, judge_file_time(j)};
	struct judge own = judge_of_token(j, token);

	(void)judge_token(s, &own, token, &what, proof);
}

void timestamp_judge_imprint(struct report_signature *s, const struct judge *j,
	struct bytes token, const struct timestamp_imprint *imprint,
	struct proof_time *proof)
{
	struct stamped what = {NULL, imprint, imprint->at};
	struct judge own = judge_of_token(j, token);

	(void)judge_token(s, &own, token, &what, proof);
}
