/* cms_check: see cms_check.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "doc/cms_check.h"

#include "base/text.h"
#include "base/time.h"
#include "pki/evidence_find.h"
#include "pki/sig_alg.h"

enum { CONFUSABLE_MAX = 16 << 20 };

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
	while (run.n && der_next(&run, &d, &e)) {
		struct bytes body = d.body, oid;

		if (d.tag == DER_SEQUENCE)
			judge_learn_crl(j, d.whole);
		//= RFC 5940 §2.1: OCSP answers as other revocation information
		else if (d.tag == DER_CONTEXT(1) && der_oid(&body, &oid, &e) &&
			 oid_is(oid, OID_RI_OCSP_RESPONSE))
			judge_learn_ocsp(j, body);
	}
}

static bool is_named(const struct cert *c, const struct cms_id *id)
{
	return id->key_id.n ? bytes_equal(c->ski, id->key_id)
			    : cert_is_named(c, id->issuer, id->serial);
}

/* The signer's certificate: among those of the message itself first, since another part
 * of the file may carry one of the same issuer and serial; then among all that is known.
 */
static bool find_cert(const struct judge *j, const struct cms *m, const struct cms_id *id,
	struct cert *out)
{
	struct bytes run = m->certs;
	struct der d;
	struct err e;

	while (run.n && der_next(&run, &d, &e))
		if (cert_parse(out, d.whole, &e) && is_named(out, id))
			return true;
	for (size_t i = 0; i < evidence_cert_count(j->evidence); i++) {
		const struct cert *c = evidence_cert_at(j->evidence, i);

		if (is_named(c, id)) {
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
			CMS_RULE_SIGNED, say(j->arena, j->lang, MSG_CMS_NO_CONTENT));
		return;
	}
	if (!m->cms->content.present || !m->external)
		return;
	if (m->by_digest && is_digest_of(j, m->cms->content.octets, m->external)) {
		verdict_pass(v, CHECK_DIGEST_DOCUMENT, "GM/T 0099-2020 §7.2.2", "");
		return;
	}
	if (!is_same_as(m->cms->content.octets, m->external))
		verdict_fail(v, CHECK_DIGEST_DOCUMENT, SUB_HASH_FAILURE, CMS_RULE_SIGNED,
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
		verdict_fail(v, CHECK_FORMAT, SUB_FORMAT_FAILURE, CMS_RULE_SIGNED,
			err_say(j->arena, j->lang, &e));
		return false;
	}
	//= GB/T 35275-2017 §8: contentType must be there and name the content
	if (!bytes_equal(attrs->content_type, m->cms->content.type) ||
		(given->content_type &&
			!oid_is(attrs->content_type, given->content_type)) ||
		attrs->message_digest.n == 0) {
		verdict_fail(v, CHECK_FORMAT, SUB_FORMAT_FAILURE, CMS_RULE_SIGNED,
			say(j->arena, j->lang, MSG_CMS_ATTRIBUTES));
		return false;
	}
	//= GB/T 35275-2017 §8: messageDigest is the plain digest of the content, without Z
	if (!put_content(d, m, &e))
		return true; /* said by check_document */
	digest_finish(d, digest);
	if (bytes_equal(attrs->message_digest, bytes_make(digest, digest_size(alg))))
		verdict_pass(v, CHECK_DIGEST_DOCUMENT, CMS_RULE_SIGNED, "");
	else
		verdict_fail(v, CHECK_DIGEST_DOCUMENT, SUB_HASH_FAILURE, CMS_RULE_SIGNED,
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
	verdict_fail(v, CHECK_FORMAT, SUB_FORMAT_FAILURE, CMS_RULE_SIGNED,
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
			CMS_RULE_SIGNED, say(j->arena, j->lang, MSG_CMS_NO_CERTIFICATE));
		return;
	}
	if (!c->key_known || !sig_of_oids(&alg, s->digest_oid, s->sig_oid, c->key.kind) ||
		!sig_begin(&d, &c->key, alg, SM2_DEFAULT_ID, &e)) {
		verdict_skip(v, CHECK_SIGNATURE_VALUE, SUB_CRYPTO_CONSTRAINTS_FAILURE,
			CMS_RULE_SIGNED,
			say(j->arena, j->lang, MSG_CMS_ALGORITHM,
				oid_format(j->arena, s->sig_oid),
				oid_format(j->arena, s->digest_oid)));
		return;
	}
	if (!put_signed(d, m, s, &e)) {
		verdict_skip(v, CHECK_SIGNATURE_VALUE, SUB_SIGNED_DATA_NOT_FOUND,
			CMS_RULE_SIGNED, say(j->arena, j->lang, MSG_CMS_NO_CONTENT));
		return;
	}
	digest_finish(d, digest);
	if (pubkey_verify(&c->key, alg, digest, s->value, &found->form)) {
		verdict_pass(v, CHECK_SIGNATURE_VALUE, CMS_RULE_SIGNED, sig_name(alg));
		found->alg_known = true;
		found->alg = alg;
		return;
	}
	verdict_fail(v, CHECK_SIGNATURE_VALUE, SUB_SIG_CRYPTO_FAILURE, CMS_RULE_SIGNED,
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
	found->has_cert = find_cert(j, c, &s->id, &found->cert);
	verdict_pass(v, CHECK_FORMAT, CMS_RULE_SIGNED, "");
	check_document(v, j, &m);
	if (!digest_of_oid(&alg, s->digest_oid)) {
		verdict_skip(v, CHECK_DIGEST_DOCUMENT, SUB_CRYPTO_CONSTRAINTS_FAILURE,
			CMS_RULE_SIGNED,
			say(j->arena, j->lang, MSG_CMS_ALGORITHM,
				oid_format(j->arena, s->digest_oid), ""));
	} else if (s->has_attrs) {
		(void)judge_digest_sound(
			v, j, CHECK_DIGEST_DOCUMENT, alg, judge_file_time(j));
		ok = check_attrs(v, j, &m, s, alg, given, &found->attrs);
	} else {
		ok = check_plain(v, j, &m);
		if (given->content_type)
			verdict_fail(v, CHECK_FORMAT, SUB_FORMAT_FAILURE, CMS_RULE_SIGNED,
				say(j->arena, j->lang, MSG_CMS_ATTRIBUTES));
	}
	if (ok)
		check_value(v, j, &m, s, found);
}
