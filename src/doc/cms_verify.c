/* cms_verify: see cms_verify.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "doc/cms_verify.h"

#include "base/text.h"
#include "doc/timestamp.h"
#include "pki/evidence_find.h"
#include "pki/sig_alg.h"

#include <string.h>

#define RULE_SIGNED "GB/T 35275-2017 §8"

enum { CONFUSABLE_MAX = 16 << 20 };

bool digest_of_oid(enum digest_alg *out, struct bytes oid)
{
	static const struct {
		enum oid oid;
		enum digest_alg alg;
	} known[] = {{OID_SM3, DIGEST_SM3}, {OID_SM3_KEYLESS, DIGEST_SM3},
		{OID_SHA256, DIGEST_SHA256}, {OID_SHA384, DIGEST_SHA384},
		{OID_SHA512, DIGEST_SHA512}};

	for (size_t i = 0; i < sizeof known / sizeof *known; i++)
		if (oid_is(oid, known[i].oid)) {
			*out = known[i].alg;
			return true;
		}
	return false;
}

bool sig_of_oids(enum sig_alg *out, struct bytes digest_oid, struct bytes sig_oid,
	enum key_kind kind)
{
	enum digest_alg digest;
	bool by_key;

	if (!digest_of_oid(&digest, digest_oid))
		return false;
	/* The key's own algorithm in place of the signature's: then the digest decides.
	 */
	by_key = (kind == KEY_SM2 && oid_is(sig_oid, OID_SM2_SIGN)) ||
		 (kind == KEY_RSA && oid_is(sig_oid, OID_RSA)) ||
		 (kind != KEY_RSA && oid_is(sig_oid, OID_EC_PUBLIC_KEY));
	if (!by_key)
		return sig_alg_of_oid(sig_oid, out) && sig_fits(*out, kind) &&
		       sig_digest(*out) == digest;
	for (enum sig_alg alg = 0; alg < SIG_COUNT; alg++)
		if (sig_fits(alg, kind) && sig_digest(alg) == digest) {
			*out = alg;
			return true;
		}
	return false;
}

bool digest_put_source(struct digest *d, struct source *s, struct err *e)
{
	uint64_t at = 0, size = source_size(s);
	uint8_t piece[64 * 1024];

	while (at < size) {
		size_t n = size - at < sizeof piece ? (size_t)(size - at) : sizeof piece;

		if (!source_read(s, at, piece, n, e))
			return false;
		digest_put(d, bytes_make(piece, n));
		at += n;
	}
	return true;
}

void cms_gather(const struct judge *j, const struct cms *c)
{
	struct bytes run = c->certs;
	struct der d;
	struct err e;

	while (run.n && der_next(&run, &d, &e))
		judge_learn_cert(j, d.whole);
	run = c->crls;
	while (run.n && der_next(&run, &d, &e))
		judge_learn_crl(j, d.whole);
}

/* The signer's certificate among all that is known. */
static bool find_cert(const struct judge *j, const struct cms_id *id, struct cert *out)
{
	for (size_t i = 0; i < evidence_cert_count(j->evidence); i++) {
		const struct cert *c = evidence_cert_at(j->evidence, i);

		if (id->key_id.n ? bytes_equal(c->ski, id->key_id)
				 : cert_is_named(c, id->issuer, id->serial)) {
			*out = *c;
			return true;
		}
	}
	return false;
}

/* The message as this signer saw it. */
struct message {
	struct source *external;
	const struct cms *cms;
	bool by_digest;
};

/* Puts the content octets into a digest: those inside, else the document given. */
static bool put_content(struct digest *d, const struct message *m, struct err *e)
{
	if (m->cms->content.present) {
		digest_put(d, m->cms->content.octets);
		return true;
	}
	if (!m->external)
		return err_set(e, ERR_NOT_FOUND, "no content");
	return digest_put_source(d, m->external, e);
}

//= GM/T 0099-2020 §7.2.2: content inside may be the SM3 of Signature.xml, as octets or base64
static bool is_digest_of(
	const struct judge *j, struct bytes inside, struct source *document)
{
	uint8_t sm3[SM3_SIZE];
	AUTO(digest) d = digest_new(DIGEST_SM3);
	struct bytes decoded;
	struct err e;

	if (!digest_put_source(d, document, &e))
		return false;
	digest_finish(d, sm3);
	if (bytes_equal(inside, BYTES_OF(sm3)))
		return true;
	return inside.n <= 64 && base64_decode(j->arena, inside, &decoded, &e) &&
	       bytes_equal(decoded, BYTES_OF(sm3));
}

static bool is_same_as(struct bytes inside, struct source *document)
{
	AUTO(digest) d = digest_new(DIGEST_SM3);
	uint8_t a[SM3_SIZE], b[SM3_SIZE];
	struct err e;

	if (source_size(document) != inside.n || !digest_put_source(d, document, &e))
		return false;
	digest_finish(d, a);
	sm3_of(inside, b);
	return bytes_equal(BYTES_OF(a), BYTES_OF(b));
}

/* Is what lies inside the message the document that was given? */
static void check_document(
	struct verdict *v, const struct judge *j, const struct message *m)
{
	if (!m->cms->content.present && !m->external) {
		verdict_skip(v, CHECK_DIGEST_DOCUMENT, SUB_SIGNED_DATA_NOT_FOUND,
			RULE_SIGNED, say(j->arena, j->lang, MSG_CMS_NO_CONTENT));
		return;
	}
	if (!m->cms->content.present || !m->external)
		return;
	if (m->by_digest && is_digest_of(j, m->cms->content.octets, m->external))
		return;
	if (!is_same_as(m->cms->content.octets, m->external))
		verdict_fail(v, CHECK_DIGEST_DOCUMENT, SUB_HASH_FAILURE, RULE_SIGNED,
			say(j->arena, j->lang, MSG_CMS_OTHER_CONTENT));
}

/* With attributes: they name type and digest of the content. */
static bool check_attrs(struct verdict *v, const struct judge *j, const struct message *m,
	const struct cms_signer *s, enum digest_alg alg, const struct cms_given *given,
	struct cms_attrs *attrs)
{
	uint8_t digest[DIGEST_MAX];
	AUTO(digest) d = digest_new(alg);
	struct err e;

	if (!cms_attrs_read(attrs, s->attrs, &e)) {
		verdict_fail(v, CHECK_FORMAT, SUB_FORMAT_FAILURE, RULE_SIGNED,
			err_say(j->arena, j->lang, &e));
		return false;
	}
	//= GB/T 35275-2017 §8: contentType must be there and name the content
	if (!bytes_equal(attrs->content_type, m->cms->content.type) ||
		(given->content_type &&
			!oid_is(attrs->content_type, given->content_type)) ||
		attrs->message_digest.n == 0) {
		verdict_fail(v, CHECK_FORMAT, SUB_FORMAT_FAILURE, RULE_SIGNED,
			say(j->arena, j->lang, MSG_CMS_ATTRIBUTES));
		return false;
	}
	//= GB/T 35275-2017 §8: messageDigest is the plain digest of the content, without Z
	if (!put_content(d, m, &e))
		return true; /* said by check_document */
	digest_finish(d, digest);
	if (bytes_equal(attrs->message_digest, bytes_make(digest, digest_size(alg))))
		verdict_pass(v, CHECK_DIGEST_DOCUMENT, RULE_SIGNED, "");
	else
		verdict_fail(v, CHECK_DIGEST_DOCUMENT, SUB_HASH_FAILURE, RULE_SIGNED,
			say(j->arena, j->lang, MSG_CMS_DIGEST_DIFFERS));
	return true;
}

/* Without attributes the signature is over the content itself, which must not be
 * something that is signed elsewhere with another meaning. */
static bool check_plain(struct verdict *v, const struct judge *j, const struct message *m)
{
	struct bytes content = m->cms->content.octets;
	struct err e;

	if (!m->cms->content.present) {
		if (!m->external || source_size(m->external) > CONFUSABLE_MAX)
			return true;
		if (!source_slurp(m->external, j->arena, CONFUSABLE_MAX, &content, &e))
			return true;
	}
	if (!cms_content_is_confusable(content))
		return true;
	verdict_fail(v, CHECK_FORMAT, SUB_FORMAT_FAILURE, RULE_SIGNED,
		say(j->arena, j->lang, MSG_CMS_CONFUSABLE));
	return false;
}

/* Puts what the signature is over into d. */
static bool put_signed(struct digest *d, const struct message *m,
	const struct cms_signer *s, struct err *e)
{
	uint8_t head[8];
	struct writer w = writer_over(head, sizeof head);

	if (!s->has_attrs)
		return put_content(d, m, e);
	//= GB/T 35275-2017 §8: over the DER of the attributes as SET OF, tag 31 in place of A0
	der_put_head(&w, DER_SET, s->attrs.n);
	digest_put(d, writer_bytes(&w));
	digest_put(d, s->attrs);
	return true;
}

static void check_value(struct verdict *v, const struct judge *j, const struct message *m,
	const struct cms_signer *s, struct cms_found *found)
{
	const struct cert *c = &found->cert;
	AUTO(digest) d = NULL;
	uint8_t digest[DIGEST_MAX];
	enum sig_alg alg;
	struct err e;

	if (!found->has_cert) {
		verdict_skip(v, CHECK_SIGNATURE_VALUE, SUB_NO_SIGNING_CERTIFICATE_FOUND,
			RULE_SIGNED, say(j->arena, j->lang, MSG_CMS_NO_CERTIFICATE));
		return;
	}
	if (!c->key_known || !sig_of_oids(&alg, s->digest_oid, s->sig_oid, c->key.kind) ||
		!sig_begin(&d, &c->key, alg, SM2_DEFAULT_ID, &e)) {
		verdict_skip(v, CHECK_SIGNATURE_VALUE, SUB_CRYPTO_CONSTRAINTS_FAILURE,
			RULE_SIGNED,
			say(j->arena, j->lang, MSG_CMS_ALGORITHM,
				oid_format(j->arena, s->sig_oid),
				oid_format(j->arena, s->digest_oid)));
		return;
	}
	if (!put_signed(d, m, s, &e)) {
		verdict_skip(v, CHECK_SIGNATURE_VALUE, SUB_SIGNED_DATA_NOT_FOUND,
			RULE_SIGNED, say(j->arena, j->lang, MSG_CMS_NO_CONTENT));
		return;
	}
	digest_finish(d, digest);
	if (pubkey_verify(&c->key, alg, digest, s->value, &found->form)) {
		verdict_pass(v, CHECK_SIGNATURE_VALUE, RULE_SIGNED, sig_name(alg));
		return;
	}
	verdict_fail(v, CHECK_SIGNATURE_VALUE, SUB_SIG_CRYPTO_FAILURE, RULE_SIGNED,
		say(j->arena, j->lang, MSG_CMS_VALUE_WRONG));
}

void cms_check_signer(struct verdict *v, const struct judge *j, const struct cms *c,
	const struct cms_signer *s, const struct cms_given *given,
	struct cms_found *found)
{
	struct message m = {given->content, c, given->by_digest};
	enum digest_alg alg;
	bool ok = true;

	*found = (struct cms_found){.attrs.signing_time = TIME_NONE};
	found->has_cert = find_cert(j, &s->id, &found->cert);
	verdict_pass(v, CHECK_FORMAT, RULE_SIGNED, "");
	check_document(v, j, &m);
	if (!digest_of_oid(&alg, s->digest_oid)) {
		verdict_skip(v, CHECK_DIGEST_DOCUMENT, SUB_CRYPTO_CONSTRAINTS_FAILURE,
			RULE_SIGNED,
			say(j->arena, j->lang, MSG_CMS_ALGORITHM,
				oid_format(j->arena, s->digest_oid), ""));
	} else if (s->has_attrs) {
		ok = check_attrs(v, j, &m, s, alg, given, &found->attrs);
	} else {
		ok = check_plain(v, j, &m);
		if (given->content_type)
			verdict_fail(v, CHECK_FORMAT, SUB_FORMAT_FAILURE, RULE_SIGNED,
				say(j->arena, j->lang, MSG_CMS_ATTRIBUTES));
	}
	if (ok)
		check_value(v, j, &m, s, found);
}

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
		struct report_signature *s;

		if (r->count == CMS_SIGNERS_MAX)
			return err_set(e, ERR_TOO_LARGE, "more than %d signers",
				CMS_SIGNERS_MAX);
		if (!cms_signer_next(&run, &signer, e))
			return false;
		s = report_add(r, REPORT_SIGNATURE, c.gm ? "gbt35275" : "cms");
		if (!s)
			return err_set(e, ERR_TOO_LARGE, "too many signers");
		if (c.kind == CMS_SIGNED) {
			cms_judge_signer(r, s, j, &c, &signer, given);
			continue;
		}
		/* The signature is over the plaintext, which only a recipient can see. */
		verdict_pass(&s->verdict, CHECK_FORMAT, RULE_SIGNED, "");
		verdict_skip(&s->verdict, CHECK_SIGNATURE_VALUE,
			SUB_SIGNED_DATA_NOT_FOUND, RULE_SIGNED,
			say(j->arena, j->lang, MSG_CMS_ENCRYPTED));
		report_set_national(s, j, NULL);
	}
	return true;
}
