/* cms_write: signing. Enveloping is in cms_envelope.c.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "doc/cms_write.h"

#include "base/time.h"
#include "doc/cms_check.h"
#include "doc/cms_parts.h"
#include "doc/ess.h"
#include "pki/sig_alg.h"

enum { ATTRS_MAX = 4096, OVERHEAD = 16 * 1024 };

enum oid cms_digest_oid(enum digest_alg alg)
{
	static const enum oid oids[DIGEST_COUNT] = {[DIGEST_SM3] = OID_SM3,
		[DIGEST_SHA256] = OID_SHA256,
		[DIGEST_SHA384] = OID_SHA384,
		[DIGEST_SHA512] = OID_SHA512};

	return oids[alg];
}

void cms_put_id(struct writer *w, const struct cert *c)
{
	size_t id = der_open(w, DER_SEQUENCE);

	write_bytes(w, c->issuer);
	der_put(w, DER_INTEGER, c->serial);
	der_close(w, id);
}

static void put_attr(struct writer *w, enum oid type,
	void (*value)(struct writer *, const void *), const void *of)
{
	size_t attr = der_open(w, DER_SEQUENCE), set;

	der_put_oid(w, type);
	set = der_open(w, DER_SET);
	value(w, of);
	der_close(w, set);
	der_close(w, attr);
}

static void put_oid(struct writer *w, const void *of)
{
	der_put_oid(w, *(const enum oid *)of);
}

static void put_octets(struct writer *w, const void *of)
{
	der_put(w, DER_OCTET_STRING, *(const struct bytes *)of);
}

static void put_time(struct writer *w, const void *of)
{
	der_put_time(w, *(const int64_t *)of);
}

struct signing_cert {
	const struct cert *cert;
	enum digest_alg alg;
};

static void put_signing_cert(struct writer *w, const void *of)
{
	const struct signing_cert *c = of;

	ess_put_signing_certificate(w, c->cert->der, c->alg);
}

/* What one signing works with. */
struct signing {
	const struct cms_sign_spec *spec;
	struct cert cert;
	bool pades;
	struct cms_message m; /* gm and type, first of all */
};

/* The attributes as SET OF: what is signed; in the message the tag is [0]. */
static bool make_attrs(
	struct writer *w, const struct signing *s, struct bytes digest, struct err *e)
{
	const struct cms_sign_spec *spec = s->spec;
	struct signing_cert bound = {
		&s->cert, s->pades ? sig_digest(s->m.alg) : DIGEST_SHA256};
	size_t set = der_open(w, DER_SET);

	//= GB/T 35275-2017 §8: authenticatedAttributes hold contentType and messageDigest
	put_attr(w, OID_CONTENT_TYPE, put_oid, &s->m.type);
	put_attr(w, OID_MESSAGE_DIGEST, put_octets, &digest);
	//= ETSI EN 319 142-1 §6.3: signing-time is not used, the claimed time is in /M
	if (spec->signing_time != TIME_NONE && !s->pades)
		put_attr(w, OID_SIGNING_TIME, put_time, &spec->signing_time);
	if (spec->order_digest.n)
		put_attr(w, OID_QY_ORDER_DIGEST, put_octets, &spec->order_digest);
	//= ETSI EN 319 142-1 §6.3: signing-certificate-v2 shall be present
	if (!s->m.gm)
		put_attr(w, OID_SIGNING_CERTIFICATE_V2, put_signing_cert, &bound);
	if (!der_sort_set(w, set, e))
		return false;
	der_close(w, set);
	return true;
}

/* The certificates carried: a SET OF under [0], so in DER order. */
static bool put_certs(struct writer *w, const struct cms_message *m, struct err *e)
{
	size_t set = der_open(w, DER_CONTEXT(0));

	write_bytes(w, m->cert->der);
	for (size_t i = 0; i < m->others_count; i++)
		if (!bytes_equal(m->others[i], m->cert->der))
			write_bytes(w, m->others[i]);
	if (!der_sort_set(w, set, e))
		return false;
	der_close(w, set);
	return true;
}

void cms_put_signer(struct writer *w, const struct cert *cert, enum sig_alg alg, bool gm,
	struct bytes attrs, struct bytes value)
{
	cms_put_signer_stamped(w, cert, alg, gm, attrs, value, bytes_make(NULL, 0));
}

static void put_whole(struct writer *w, const void *of)
{
	write_bytes(w, *(const struct bytes *)of);
}

void cms_put_signer_stamped(struct writer *w, const struct cert *cert, enum sig_alg alg,
	bool gm, struct bytes attrs, struct bytes value, struct bytes token)
{
	size_t info = der_open(w, DER_SEQUENCE);

	der_put_small(w, DER_INTEGER, 1);
	cms_put_id(w, cert);
	der_put_algorithm(w, cms_digest_oid(sig_digest(alg)), false);
	if (attrs.n) {
		struct bytes in = attrs, body;
		struct err e;

		if (der_take(&in, DER_SET, &body, &e))
			der_put(w, DER_CONTEXT(0), body);
	}
	//= GB/T 35275-2017 §8: digestEncryptionAlgorithm is SM2-1, the signature algorithm
	if (gm)
		der_put_algorithm(w, OID_SM2_SIGN, false);
	else
		sig_alg_write(w, alg);
	der_put(w, DER_OCTET_STRING, value);
	if (token.n) {
		size_t set = der_open(w, DER_CONTEXT(1));

		//= RFC 3161 Appendix A: signature-time-stamp is an unsigned attribute
		put_attr(w, OID_TIMESTAMP_TOKEN, put_whole, &token);
		der_close(w, set);
	}
	der_close(w, info);
}

bool cms_check_key(const struct cert *cert, struct key *key, struct err *e)
{
	if (!cert->key_known || !pubkey_equal(&cert->key, &key->pub))
		return err_set(e, ERR_KEY_MISMATCH, "the certificate is of another key");
	if (!cert_may_sign(cert))
		return err_set(e, ERR_SIGNER, "its key usage does not allow signing");
	return true;
}

size_t cms_message_size(const struct cms_message *m)
{
	size_t n = OVERHEAD + m->content.n + m->cert->der.n + m->attrs.n + m->value.n +
		   m->token.n;

	for (size_t i = 0; i < m->others_count; i++)
		n += m->others[i].n;
	return n;
}

bool cms_put_message(struct writer *w, const struct cms_message *m, struct err *e)
{
	size_t outer = der_open(w, DER_SEQUENCE), explicit, body, part;

	der_put_oid(w, m->gm ? OID_GM_SIGNED : OID_P7_SIGNED);
	explicit = der_open(w, DER_CONTEXT(0));
	body = der_open(w, DER_SEQUENCE);
	//= GB/T 35275-2017 §8: version 1, digestAlgorithms, contentInfo, certificates, signerInfos
	der_put_small(w, DER_INTEGER, 1);
	part = der_open(w, DER_SET);
	der_put_algorithm(w, cms_digest_oid(sig_digest(m->alg)), false);
	der_close(w, part);
	part = der_open(w, DER_SEQUENCE);
	der_put_oid(w, m->type);
	if (m->attached) {
		size_t content = der_open(w, DER_CONTEXT(0));

		der_put(w, DER_OCTET_STRING, m->content);
		der_close(w, content);
	}
	der_close(w, part);
	if (!put_certs(w, m, e))
		return false;
	part = der_open(w, DER_SET);
	//= ETSI EN 319 142-1 §5.3: exactly one SignerInfo
	cms_put_signer_stamped(w, m->cert, m->alg, m->gm, m->attrs, m->value, m->token);
	der_close(w, part);
	der_close(w, body);
	der_close(w, explicit);
	der_close(w, outer);
	return true;
}

static bool digest_content(const struct signing *s, uint8_t *out, struct err *e)
{
	AUTO(digest) d = digest_new(sig_digest(s->m.alg));

	if (!digest_put_source(d, s->spec->content, e))
		return false;
	digest_finish(d, out);
	return true;
}

/* The token over the signature value, where a stamper is given. */
static bool stamp_value(struct signing *s, struct arena *a, struct err *e)
{
	const struct stamper *by = s->spec->stamper;
	uint8_t imprint[DIGEST_MAX];

	if (!by)
		return true;
	//= RFC 3161 Appendix A: messageImprint is a hash of the signature value's octets
	digest_of(by->alg, s->m.value, imprint);
	return by->stamp(by->ctx, a, bytes_make(imprint, digest_size(by->alg)),
		       &s->m.token, e) ||
	       err_in(e, "time stamp");
}

static bool sign_start(struct signing *s, struct arena *a, struct err *e)
{
	const struct cms_sign_spec *spec = s->spec;

	if (!cert_parse(&s->cert, spec->cert, e) ||
		!cms_check_key(&s->cert, spec->key, e))
		return false;
	s->m = (struct cms_message){.alg = sig_default(spec->key->pub.kind),
		.cert = &s->cert,
		.others = spec->others,
		.others_count = spec->others_count,
		.attached = spec->attached};
	s->pades = spec->profile == CMS_PADES;
	if (s->pades && (spec->attached || spec->content_type))
		return err_set(e, ERR_USAGE, "PAdES is detached and of plain data");
	s->m.gm = spec->key->pub.kind == KEY_SM2 && !s->pades;
	s->m.type = spec->content_type ? spec->content_type
		    : s->m.gm          ? OID_GM_DATA
				       : OID_P7_DATA;
	return !spec->attached ||
	       source_slurp(spec->content, a, CMS_MAX, &s->m.content, e);
}

/* Signs the attributes, with the user id asked for. */
static bool sign_attrs(
	struct signing *s, struct world *w, struct writer *out, struct err *e)
{
	struct key *key = s->spec->key;
	uint8_t digest[DIGEST_MAX];
	AUTO(digest) d = NULL;

	if (!s->spec->sm2_id.n || s->m.alg != SIG_SM2_SM3)
		return key_sign_message(key, w, s->m.alg, s->m.attrs, out, e);
	if (key->ops->sign_message)
		return err_set(e, ERR_UNSUPPORTED,
			"a key that computes Z itself takes no other user id");
	if (!sig_begin(&d, &key->pub, s->m.alg, s->spec->sm2_id, e))
		return false;
	digest_put(d, s->m.attrs);
	digest_finish(d, digest);
	return key->ops->sign(key, w, s->m.alg, digest, out, e);
}

bool cms_sign(struct arena *a, struct bytes *out, struct world *w,
	const struct cms_sign_spec *spec, struct err *e)
{
	struct signing s = {.spec = spec};
	struct writer attrs = writer_in(a, ATTRS_MAX),
		      value = writer_in(a, SIG_VALUE_MAX), to;
	uint8_t digest[DIGEST_MAX];

	if (!sign_start(&s, a, e) || !digest_content(&s, digest, e) ||
		!make_attrs(&attrs, &s,
			bytes_make(digest, digest_size(sig_digest(s.m.alg))), e))
		return false;
	s.m.attrs = writer_bytes(&attrs);
	if (!sign_attrs(&s, w, &value, e))
		return false;
	s.m.value = writer_bytes(&value);
	if (!stamp_value(&s, a, e))
		return false;
	to = writer_in(a, cms_message_size(&s.m));
	if (!cms_put_message(&to, &s.m, e))
		return false;
	if (to.full)
		return err_set(e, ERR_TOO_LARGE, "SignedData does not fit");
	*out = writer_bytes(&to);
	return true;
}
