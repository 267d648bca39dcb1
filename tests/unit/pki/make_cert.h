/* make_cert: certificates of any shape for tests, right ones and wrong ones alike, which
 * pki/issue.h would rightly refuse to make. SPDX-License-Identifier: Apache-2.0
 */
#ifndef QY_TESTS_MAKE_CERT_H
#define QY_TESTS_MAKE_CERT_H

#include <string.h>

#include "base/time.h"
#include "crypto/sm2_der.h"
#include "pki/cert.h"
#include "pki/sig_alg.h"
#include "unit.h"

/* An SM2 key that is the same in every run. */
struct make_key {
	uint8_t d[SM2_SCALAR], xy[SM2_POINT];
};

static inline struct make_key make_key(uint8_t seed)
{
	struct make_key k = {.d = {1, 2, 3}};
	struct err e;

	k.d[31] = seed;
	assert_true(sm2_public_of(k.xy, k.d, &e));
	return k;
}

struct make_cert {
	const char *subject, *issuer;         /* CN behind C=CN, O=测试 */
	struct bytes subject_der, issuer_der; /* whole names instead */
	int64_t from, to;                     /* 0: 2020 to 2040 */
	uint8_t serial;
	const struct make_key *key; /* null: `spki` */
	struct bytes spki;
	const struct make_key *signer;
	struct bytes ext; /* from ext_done, may be empty */
	bool v1, null_params, generalized;
};

static inline struct bytes make_name(struct arena *a, const char *cn)
{
	static const enum oid oids[] = {OID_C, OID_O, OID_CN};
	const char *values[] = {"CN", "测试", cn};
	struct writer w = writer_in(a, 512);
	size_t name = der_open(&w, DER_SEQUENCE);

	for (size_t i = 0; i < 3; i++) {
		size_t set = der_open(&w, DER_SET);
		size_t pair = der_open(&w, DER_SEQUENCE);

		der_put_oid(&w, oids[i]);
		der_put(&w, i ? DER_UTF8_STRING : DER_PRINTABLE_STRING,
			bytes_str(values[i]));
		der_close(&w, pair);
		der_close(&w, set);
	}
	der_close(&w, name);
	return writer_bytes(&w);
}

static inline struct writer ext_begin(struct arena *a)
{
	return writer_in(a, 4096);
}

static inline void ext_put(
	struct writer *w, enum oid oid, bool critical, struct bytes value)
{
	size_t at = der_open(w, DER_SEQUENCE);

	der_put_oid(w, oid);
	if (critical)
		der_put_boolean(w, true);
	der_put(w, DER_OCTET_STRING, value);
	der_close(w, at);
}

/* path_len < 0: none. */
static inline void ext_basic(struct writer *w, bool ca, int path_len)
{
	uint8_t room[32];
	struct writer v = writer_over(room, sizeof room);
	size_t at = der_open(&v, DER_SEQUENCE);

	if (ca)
		der_put_boolean(&v, true);
	if (path_len >= 0)
		der_put_small(&v, DER_INTEGER, (uint32_t)path_len);
	der_close(&v, at);
	ext_put(w, OID_BASIC_CONSTRAINTS, true, writer_bytes(&v));
}

static inline void ext_usage(struct writer *w, uint32_t bits)
{
	uint8_t room[32];
	struct writer v = writer_over(room, sizeof room);

	der_put_named_bits(&v, bits);
	ext_put(w, OID_KEY_USAGE, true, writer_bytes(&v));
}

static inline void ext_eku(struct writer *w, bool critical, enum oid oid)
{
	uint8_t room[128];
	struct writer v = writer_over(room, sizeof room);
	size_t at = der_open(&v, DER_SEQUENCE);

	der_put_oid(&v, oid);
	der_close(&v, at);
	ext_put(w, OID_EXT_KEY_USAGE, critical, writer_bytes(&v));
}

static inline void make_tbs(struct writer *w, struct arena *a, const struct make_cert *m)
{
	int64_t from = m->from ? m->from : INT64_C(1577836800) * TIME_SECOND;
	int64_t to = m->to ? m->to : INT64_C(2208988800) * TIME_SECOND;
	struct bytes issuer = m->issuer_der.n ? m->issuer_der : make_name(a, m->issuer);
	struct bytes subject =
		m->subject_der.n ? m->subject_der : make_name(a, m->subject);
	size_t tbs = der_open(w, DER_SEQUENCE), at;

	if (!m->v1) {
		at = der_open(w, DER_CONTEXT(0));
		der_put_small(w, DER_INTEGER, 2);
		der_close(w, at);
	}
	der_put_small(w, DER_INTEGER, m->serial ? m->serial : 1);
	der_put_algorithm(w, OID_SM2_SM3, m->null_params);
	write_bytes(w, issuer);
	at = der_open(w, DER_SEQUENCE);
	(m->generalized ? der_put_generalized_time : der_put_time)(w, from);
	(m->generalized ? der_put_generalized_time : der_put_time)(w, to);
	der_close(w, at);
	write_bytes(w, subject);
	if (m->key)
		pubkey_write_sm2(w, m->key->xy);
	else
		write_bytes(w, m->spki);
	if (m->ext.n) {
		at = der_open(w, DER_CONTEXT(3));
		der_put(w, DER_SEQUENCE, m->ext);
		der_close(w, at);
	}
	der_close(w, tbs);
}

static inline void make_signature(
	struct writer *w, const struct make_key *signer, struct bytes tbs)
{
	uint8_t z[SM3_SIZE], hash[SM3_SIZE], rs[SM2_SIG], room[SM2_SIG_DER_MAX];
	AUTO(digest) d = digest_new(DIGEST_SM3);
	struct writer v = writer_over(room, sizeof room);
	struct err e;

	assert_true(sm2_z(z, SM2_DEFAULT_ID, signer->xy, &e));
	digest_put(d, BYTES_OF(z));
	digest_put(d, tbs);
	digest_finish(d, hash);
	assert_true(sm2_sign(rs, world_system(), signer->d, hash, &e));
	sm2_sig_write(&v, rs);
	der_put_bit_string(w, writer_bytes(&v));
}

static inline struct bytes make_cert(struct arena *a, const struct make_cert *m)
{
	size_t room = 8192 + m->ext.n + m->spki.n;
	struct writer w = writer_in(a, room), t = writer_in(a, room);
	size_t cert = der_open(&w, DER_SEQUENCE);

	make_tbs(&t, a, m);
	write_bytes(&w, writer_bytes(&t));
	der_put_algorithm(&w, OID_SM2_SM3, m->null_params);
	make_signature(&w, m->signer ? m->signer : m->key, writer_bytes(&t));
	der_close(&w, cert);
	assert_false(w.full);
	return writer_bytes(&w);
}

#endif
