/* ses_forge: seals and seal signatures of any shape, which ses_make and ses_sign would
 * rightly refuse to write. SPDX-License-Identifier: Apache-2.0
 */
#ifndef QY_TESTS_SES_FORGE_H
#define QY_TESTS_SES_FORGE_H

#include "doc/ses_verify.h"
#include "doc/ses_write.h"
#include "judge_kit.h"

struct ses_forge {
	int shape;                    /* 0: 4; 1, 4 or 5: what the elements look like */
	int header, tbs_version;      /* 0: as the shape */
	struct bytes id;              /* of the header; empty: ES */
	struct bytes name;            /* empty: 某单位 */
	int list_type;                /* 0: 1 */
	struct bytes list;            /* entries; empty: the desk's signer */
	int64_t valid_from, valid_to; /* 0: the year of the desk */
	struct bytes picture;
	struct bytes width;             /* the whole element; empty: 40 */
	struct bytes info_ext, tbs_ext; /* ExtensionDatas, whole */
	struct bytes seal_stamp, stamp; /* tokens */
	struct key *maker_key, *key;
	const struct cert *maker, *cert;
	enum oid sig_oid; /* 0: SM2-with-SM3 */
	bool raw;
	int64_t time;
	struct bytes v1_time; /* content of the BIT STRING */
	const uint8_t *data_sm3;
};

static inline struct bytes ses_forge_value(
	struct desk *d, struct key *key, struct bytes over, bool raw)
{
	struct writer w = writer_in(d->a, SIG_VALUE_MAX);
	enum sm2_sig_form form;
	uint8_t rs[SM2_SIG];
	struct err e;

	if (!key_sign_message(key, d->w, sig_default(key->pub.kind), over, &w, &e))
		fail_msg("%s", e.text);
	if (!raw)
		return writer_bytes(&w);
	assert_true(sm2_sig_read(rs, &form, writer_bytes(&w), &e));
	return arena_dup(d->a, BYTES_OF(rs));
}

static inline void ses_forge_property(
	struct writer *w, struct desk *d, const struct ses_forge *f)
{
	void (*put_time)(struct writer *, int64_t) =
		f->shape == 1 ? der_put_time : der_put_generalized_time;
	size_t property = der_open(w, DER_SEQUENCE), list;

	der_put_small(w, DER_INTEGER, 1);
	der_put(w, DER_UTF8_STRING, f->name.n ? f->name : BYTES("某单位"));
	if (f->shape != 1)
		der_put_small(
			w, DER_INTEGER, (uint32_t)(f->list_type ? f->list_type : 1));
	list = der_open(w, DER_SEQUENCE);
	if (f->list.n)
		write_bytes(w, f->list);
	else
		der_put(w, DER_OCTET_STRING, d->signer.der);
	der_close(w, list);
	put_time(w, KIT_NOW - TIME_DAY);
	put_time(w, f->valid_from ? f->valid_from : KIT_NOW - TIME_DAY);
	put_time(w, f->valid_to ? f->valid_to : KIT_NOW + 300 * TIME_DAY);
	der_close(w, property);
}

static inline struct bytes ses_forge_info(struct desk *d, const struct ses_forge *f)
{
	size_t cap = 16384 + f->picture.n + f->list.n + f->info_ext.n;
	struct writer w = writer_in(d->a, cap);
	int version = f->header ? f->header : f->shape ? f->shape : 4;
	size_t info = der_open(&w, DER_SEQUENCE), part = der_open(&w, DER_SEQUENCE);

	der_put(&w, DER_IA5_STRING, f->id.n ? f->id : BYTES("ES"));
	der_put_small(&w, DER_INTEGER, (uint32_t)version);
	der_put(&w, DER_IA5_STRING, BYTES("TEST"));
	der_close(&w, part);
	der_put(&w, DER_IA5_STRING, BYTES("44010000000001"));
	ses_forge_property(&w, d, f);
	part = der_open(&w, DER_SEQUENCE);
	der_put(&w, DER_IA5_STRING, BYTES("PNG"));
	der_put(&w, DER_OCTET_STRING, f->picture.n ? f->picture : BYTES("picture"));
	if (f->width.n)
		write_bytes(&w, f->width);
	else
		der_put_small(&w, DER_INTEGER, 40);
	der_put_small(&w, DER_INTEGER, 40);
	der_close(&w, part);
	write_bytes(&w, f->info_ext);
	der_close(&w, info);
	assert_false(w.full);
	return writer_bytes(&w);
}

static inline void ses_forge_stamp(struct writer *w, struct bytes token)
{
	size_t explicit;

	if (token.n == 0)
		return;
	explicit = der_open(w, DER_CONTEXT(0));
	der_put_bit_string(w, token);
	der_close(w, explicit);
}

static inline struct bytes ses_forge_seal(struct desk *d, const struct ses_forge *f)
{
	struct bytes info = ses_forge_info(d, f), value;
	const struct cert *maker = f->maker ? f->maker : &d->maker;
	struct key *key = f->maker_key ? f->maker_key : d->maker_key;
	enum oid oid = f->sig_oid ? f->sig_oid : OID_SM2_SM3;
	struct writer w = writer_in(d->a, info.n + f->seal_stamp.n + 8192), over;
	size_t seal = der_open(&w, DER_SEQUENCE), part;

	write_bytes(&w, info);
	if (f->shape == 1) {
		over = writer_in(d->a, info.n + 8192);
		part = der_open(&over, DER_SEQUENCE);
		write_bytes(&over, info);
		der_put(&over, DER_OCTET_STRING, maker->der);
		der_put_oid(&over, oid);
		der_close(&over, part);
		value = ses_forge_value(d, key, writer_bytes(&over), f->raw);
		part = der_open(&w, DER_SEQUENCE);
		der_put(&w, DER_OCTET_STRING, maker->der);
		der_put_oid(&w, oid);
		der_put_bit_string(&w, value);
		der_close(&w, part);
	} else {
		der_put(&w, DER_OCTET_STRING, maker->der);
		der_put_oid(&w, oid);
		der_put_bit_string(&w, ses_forge_value(d, key, info, f->raw));
		ses_forge_stamp(&w, f->seal_stamp);
	}
	der_close(&w, seal);
	assert_false(w.full);
	return writer_bytes(&w);
}

/* SM3 of nothing much: what the signatures here are over unless told otherwise. */
static const uint8_t ses_forge_sm3[SM3_SIZE] = {1, 2, 3};

static inline struct bytes ses_forge_tbs(
	struct desk *d, const struct ses_forge *f, struct bytes seal)
{
	const struct cert *cert = f->cert ? f->cert : &d->signer;
	struct writer w = writer_in(d->a, seal.n + f->tbs_ext.n + 8192);
	int version = f->tbs_version ? f->tbs_version : f->shape ? f->shape : 4;
	size_t tbs = der_open(&w, DER_SEQUENCE), explicit;

	der_put_small(&w, DER_INTEGER, (uint32_t)version);
	write_bytes(&w, seal);
	if (f->shape == 1)
		der_put_bit_string(&w,
			f->v1_time.n ? f->v1_time : BYTES("2025-12-31T23:00:00.123Z"));
	else
		der_put_generalized_time(&w, f->time ? f->time : KIT_NOW - TIME_HOUR);
	der_put_bit_string(
		&w, bytes_make(f->data_sm3 ? f->data_sm3 : ses_forge_sm3, SM3_SIZE));
	der_put(&w, DER_IA5_STRING, BYTES("/Doc_0/Signs/Sign_0/Signature.xml"));
	if (f->shape == 1) {
		der_put(&w, DER_OCTET_STRING, cert->der);
		der_put_oid(&w, f->sig_oid ? f->sig_oid : OID_SM2_SM3);
	} else if (f->tbs_ext.n) {
		explicit = der_open(&w, DER_CONTEXT(0));
		write_bytes(&w, f->tbs_ext);
		der_close(&w, explicit);
	}
	der_close(&w, tbs);
	return writer_bytes(&w);
}

static inline struct bytes ses_forge_over(
	struct desk *d, const struct ses_forge *f, struct bytes seal)
{
	const struct cert *cert = f->cert ? f->cert : &d->signer;
	struct key *key = f->key ? f->key : d->k->key;
	struct bytes tbs = ses_forge_tbs(d, f, seal);
	struct writer w = writer_in(d->a, tbs.n + f->stamp.n + 8192);
	size_t outer = der_open(&w, DER_SEQUENCE);

	write_bytes(&w, tbs);
	if (f->shape != 1) {
		der_put(&w, DER_OCTET_STRING, cert->der);
		der_put_oid(&w, f->sig_oid ? f->sig_oid : OID_SM2_SM3);
	}
	der_put_bit_string(&w, ses_forge_value(d, key, tbs, f->raw));
	ses_forge_stamp(&w, f->stamp);
	der_close(&w, outer);
	assert_false(w.full);
	return writer_bytes(&w);
}

static inline struct bytes ses_forge(struct desk *d, const struct ses_forge *f)
{
	return ses_forge_over(d, f, ses_forge_seal(d, f));
}

/* Judges a signature that must read, over ses_forge_sm3. */
static inline struct report_signature *ses_forge_judge(
	const struct judge *j, struct bytes der)
{
	struct report *r = report_new(j, "x", "ses-signature");
	struct report_signature *s = report_add(r, REPORT_SEAL, "ses");
	struct ses_given given = {.data_sm3 = ses_forge_sm3};
	struct ses_signature ses;
	struct err e;

	if (!ses_signature_read(&ses, der, &e))
		fail_msg("%s", e.text);
	ses_judge_signature(r, s, j, &ses, &given);
	report_conclude(r);
	return s;
}

/* ExtensionDatas with one item. */
static inline struct bytes ses_forge_ext(
	struct desk *d, enum oid oid, bool critical, struct bytes value)
{
	struct writer w = writer_in(d->a, value.n + 128);
	size_t list = der_open(&w, DER_SEQUENCE), item = der_open(&w, DER_SEQUENCE);

	der_put_oid(&w, oid);
	if (critical)
		der_put_boolean(&w, true);
	der_put(&w, DER_OCTET_STRING, value);
	der_close(&w, item);
	der_close(&w, list);
	return writer_bytes(&w);
}

#endif
