/* cms_forge: SignedData of any shape, right and wrong, which cms_sign would rightly
 * refuse to write. SPDX-License-Identifier: Apache-2.0
 */
#ifndef QY_TESTS_CMS_FORGE_H
#define QY_TESTS_CMS_FORGE_H

#include "doc/cms_verify.h"
#include "judge_kit.h"
#include "pki/sig_alg.h"

enum forge_attrs {
	FORGE_NONE,         /* no attributes: the signature is over the content */
	FORGE_FULL,         /* type, digest, time */
	FORGE_NO_TYPE,      /* digest only */
	FORGE_NO_DIGEST,    /* type only */
	FORGE_OTHER_TYPE,   /* of something else */
	FORGE_OTHER_DIGEST, /* of something else */
	FORGE_TWICE,        /* the digest, right, two times */
	FORGE_TWO_VALUES,   /* a right and a wrong digest in one attribute */
};

struct forge {
	enum oid outer, inner; /* 0: GM signedData, GM data */
	enum oid digest, sig;  /* 0: SM3, SM2-1 */
	bool null_digest, null_sig, raw, no_certs, detached, by_key_id;
	bool no_signers, repeated;
	enum forge_attrs attrs;
	struct bytes content;
	struct bytes extra;          /* a whole Attribute more */
	struct bytes unsigned_attrs; /* content of [1] */
	struct key *key;             /* 0: the desk's */
	const struct cert *cert;     /* 0: the desk's */
	const struct cert *carried;  /* 0: cert */
};

static inline void forge_attr(struct writer *w, enum oid type, struct bytes whole)
{
	size_t attr = der_open(w, DER_SEQUENCE), set;

	der_put_oid(w, type);
	set = der_open(w, DER_SET);
	write_bytes(w, whole);
	der_close(w, set);
	der_close(w, attr);
}

static inline struct bytes forge_element(
	struct arena *a, uint8_t tag, struct bytes content)
{
	struct writer w = writer_in(a, content.n + 16);

	der_put(&w, tag, content);
	return writer_bytes(&w);
}

static inline struct bytes forge_attr_run(struct desk *d, const struct forge *f)
{
	struct writer w = writer_in(d->a, 4096 + f->extra.n), t = writer_in(d->a, 64);
	enum oid inner = f->inner ? f->inner : OID_GM_DATA;
	uint8_t right[DIGEST_MAX], wrong[SM3_SIZE] = {1};
	enum digest_alg alg = DIGEST_SM3;
	struct bytes digest, other;

	if (f->digest)
		assert_true(digest_of_oid(&alg, oid_bytes(f->digest)));
	digest_of(alg, f->content, right);
	digest = forge_element(
		d->a, DER_OCTET_STRING, bytes_make(right, digest_size(alg)));
	other = forge_element(d->a, DER_OCTET_STRING, BYTES_OF(wrong));
	if (f->attrs != FORGE_NO_TYPE)
		forge_attr(&w, OID_CONTENT_TYPE,
			forge_element(d->a, DER_OID,
				oid_bytes(f->attrs == FORGE_OTHER_TYPE ? OID_TST_INFO
								       : inner)));
	if (f->attrs == FORGE_FULL) {
		der_put_time(&t, KIT_NOW - TIME_HOUR);
		forge_attr(&w, OID_SIGNING_TIME, writer_bytes(&t));
	}
	if (f->attrs == FORGE_TWO_VALUES) {
		struct writer b = writer_in(d->a, 128);

		write_bytes(&b, digest);
		write_bytes(&b, other);
		forge_attr(&w, OID_MESSAGE_DIGEST, writer_bytes(&b));
	} else if (f->attrs != FORGE_NO_DIGEST) {
		forge_attr(&w, OID_MESSAGE_DIGEST,
			f->attrs == FORGE_OTHER_DIGEST ? other : digest);
	}
	if (f->attrs == FORGE_TWICE)
		forge_attr(&w, OID_MESSAGE_DIGEST, digest);
	write_bytes(&w, f->extra);
	assert_false(w.full);
	return writer_bytes(&w);
}

static inline struct bytes forge_value(
	struct desk *d, const struct forge *f, struct bytes run)
{
	struct key *key = f->key ? f->key : d->k->key;
	struct writer w = writer_in(d->a, SIG_VALUE_MAX);
	uint8_t rs[SM2_SIG];
	enum sm2_sig_form form;
	struct err e;

	if (!key_sign_message(key, d->w, sig_default(key->pub.kind),
		    f->attrs ? forge_element(d->a, DER_SET, run) : f->content, &w, &e))
		fail_msg("%s", e.text);
	if (!f->raw)
		return writer_bytes(&w);
	assert_true(sm2_sig_read(rs, &form, writer_bytes(&w), &e));
	return arena_dup(d->a, BYTES_OF(rs));
}

static inline void forge_signer(struct writer *w, struct desk *d, const struct forge *f)
{
	const struct cert *cert = f->cert ? f->cert : &d->signer;
	struct bytes run = {NULL, 0};
	size_t info = der_open(w, DER_SEQUENCE), id;

	if (f->attrs)
		run = forge_attr_run(d, f);
	der_put_small(w, DER_INTEGER, f->by_key_id ? 3 : 1);
	if (f->by_key_id) {
		assert_true(cert->ski.n > 0);
		der_put(w, DER_CONTEXT_PRIMITIVE(0), cert->ski);
	} else {
		id = der_open(w, DER_SEQUENCE);
		write_bytes(w, cert->issuer);
		der_put(w, DER_INTEGER, cert->serial);
		der_close(w, id);
	}
	der_put_algorithm(w, f->digest ? f->digest : OID_SM3, f->null_digest);
	if (f->attrs)
		der_put(w, DER_CONTEXT(0), run);
	der_put_algorithm(w, f->sig ? f->sig : OID_SM2_SIGN, f->null_sig);
	der_put(w, DER_OCTET_STRING, forge_value(d, f, run));
	if (f->unsigned_attrs.n)
		der_put(w, DER_CONTEXT(1), f->unsigned_attrs);
	der_close(w, info);
}

/* The message, DER. */
static inline struct bytes forge(struct desk *d, const struct forge *f)
{
	const struct cert *carried = f->carried ? f->carried
				     : f->cert  ? f->cert
						: &d->signer;
	struct writer w = writer_in(d->a, 16384 + f->content.n + f->unsigned_attrs.n);
	size_t outer = der_open(&w, DER_SEQUENCE), explicit, body, part;

	der_put_oid(&w, f->outer ? f->outer : OID_GM_SIGNED);
	explicit = der_open(&w, DER_CONTEXT(0));
	body = der_open(&w, DER_SEQUENCE);
	der_put_small(&w, DER_INTEGER, 1);
	part = der_open(&w, DER_SET);
	der_put_algorithm(&w, f->digest ? f->digest : OID_SM3, f->null_digest);
	der_close(&w, part);
	part = der_open(&w, DER_SEQUENCE);
	der_put_oid(&w, f->inner ? f->inner : OID_GM_DATA);
	if (!f->detached)
		der_put(&w, DER_CONTEXT(0),
			forge_element(d->a, DER_OCTET_STRING, f->content));
	der_close(&w, part);
	if (!f->no_certs)
		der_put(&w, DER_CONTEXT(0), carried->der);
	part = der_open(&w, DER_SET);
	if (!f->no_signers) {
		size_t from = w.n;

		forge_signer(&w, d, f);
		if (f->repeated)
			write_bytes(
				&w, arena_dup(d->a, bytes_make(w.p + from, w.n - from)));
	}
	der_close(&w, part);
	der_close(&w, body);
	der_close(&w, explicit);
	der_close(&w, outer);
	assert_false(w.full);
	return writer_bytes(&w);
}

/* Judges a message that must read; the report's only signature. */
static inline struct report_signature *forge_judge(struct desk *d, const struct judge *j,
	struct bytes der, const struct cms_given *given)
{
	struct report *r = report_new(j, "x", "cms");
	struct cms_given none = {0};
	struct err e;

	(void)d;
	if (!cms_judge(r, j, der, given ? given : &none, &e))
		fail_msg("%s", e.text);
	report_conclude(r);
	assert_int_equal(r->count, 1);
	return &r->signatures[0];
}

#endif
