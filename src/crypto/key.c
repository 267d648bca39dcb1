/* key: the face, and SM2 keys in memory; see key.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "crypto/key.h"

#include <string.h>

#include "asn1/der.h"
#include "crypto/key_memory.h"
#include "crypto/sm4.h"

/* SEQUENCE { SEQUENCE { 2 OIDs }, BIT STRING of 66 octets } */
enum { SPKI_SIZE = 91, PKCS8_MAX = 200, SCALAR_TRIES = 64, BLOCKS_MAX = 64 };

struct key_sm2 {
	struct key head;
	struct secret *d;
	uint8_t spki[SPKI_SIZE];
};

void key_free(struct key *k)
{
	if (k)
		k->ops->free(k);
}

static struct key_sm2 *key_sm2_of(struct key *k)
{
	return (struct key_sm2 *)(void *)k;
}

static bool sm2_key_sign(struct key *k, struct world *w, enum sig_alg alg,
	const uint8_t *digest, struct writer *out, struct err *e)
{
	uint8_t rs[SM2_SIG];

	if (alg != SIG_SM2_SM3)
		return err_set(e, ERR_UNSUPPORTED, "%s with an SM2 key", sig_name(alg));
	if (!sm2_sign(rs, w, secret_view(key_sm2_of(k)->d), digest, e))
		return false;
	sm2_sig_write(out, rs);
	return true;
}

static bool sm2_key_unwrap(
	struct key *k, const struct sm2_cipher *in, uint8_t *out, struct err *e)
{
	return sm2_decrypt(out, secret_view(key_sm2_of(k)->d), in, e);
}

static void sm2_key_free(struct key *k)
{
	secret_free(key_sm2_of(k)->d);
	mem_free(k);
}

static const struct key_ops sm2_ops = {
	.sign = sm2_key_sign,
	.unwrap_sm2 = sm2_key_unwrap,
	.free = sm2_key_free,
};

/* The key of a scalar whose point is known; takes d over. */
static struct key *sm2_key_new(struct secret *d, const uint8_t xy[SM2_POINT])
{
	struct key_sm2 *k = NEW(struct key_sm2);
	struct writer w = writer_over(k->spki, sizeof k->spki);

	pubkey_write_sm2(&w, xy);
	k->d = d;
	k->head.ops = &sm2_ops;
	k->head.pub = (struct pubkey){.kind = KEY_SM2,
		.spki = writer_bytes(&w),
		.point = bytes_from(writer_bytes(&w), SPKI_SIZE - SM2_POINT)};
	return &k->head;
}

bool key_of_sm2(struct key **out, const uint8_t d[SM2_SCALAR], struct err *e)
{
	uint8_t xy[SM2_POINT];

	if (!sm2_public_of(xy, d, e))
		return false;
	*out = sm2_key_new(secret_of(d, SM2_SCALAR), xy);
	return true;
}

bool key_sm2_scalar(struct secret **out, struct key *k, struct err *e)
{
	if (k->ops != &sm2_ops)
		return err_set(e, ERR_UNSUPPORTED, "not an SM2 key in memory");
	*out = secret_of(secret_view(key_sm2_of(k)->d), SM2_SCALAR);
	return true;
}

/* PrivateKeyInfo { 0, { id-ecPublicKey, SM2 }, ECPrivateKey { 1, d, [1] point } }, the
 * form every reader takes. //= RFC 5208 §5, RFC 5915 §3 */
static void sm2_pkcs8_write(struct writer *w, struct key_sm2 *k)
{
	size_t info = der_open(w, DER_SEQUENCE), alg, octets, ec, tagged, bits;

	der_put_small(w, DER_INTEGER, 0);
	alg = der_open(w, DER_SEQUENCE);
	der_put_oid(w, OID_EC_PUBLIC_KEY);
	der_put_oid(w, OID_SM2_CURVE);
	der_close(w, alg);
	octets = der_open(w, DER_OCTET_STRING);
	ec = der_open(w, DER_SEQUENCE);
	der_put_small(w, DER_INTEGER, 1);
	der_put(w, DER_OCTET_STRING, bytes_make(secret_view(k->d), SM2_SCALAR));
	tagged = der_open(w, DER_CONTEXT(1));
	bits = der_open(w, DER_BIT_STRING);
	write_u8(w, 0);
	write_u8(w, 0x04);
	write_bytes(w, k->head.pub.point);
	der_close(w, bits);
	der_close(w, tagged);
	der_close(w, ec);
	der_close(w, octets);
	der_close(w, info);
}

bool key_to_pkcs8(struct secret **out, struct key *k, struct err *e)
{
	const struct secret *made = key_evp_pkcs8(k);

	if (made) {
		*out = secret_of(secret_view(made), secret_size(made));
	} else if (k->ops == &sm2_ops) {
		AUTO(secret) room = secret_new(PKCS8_MAX);
		struct writer w = writer_over(secret_data(room), PKCS8_MAX);

		sm2_pkcs8_write(&w, key_sm2_of(k));
		*out = secret_of(secret_view(room), w.n);
	} else {
		return err_set(e, ERR_UNSUPPORTED, "this key cannot be copied out");
	}
	return true;
}

/* Random octets of the curve's size until they are a scalar: the chance of a second try
 * is below 2^-32. */
static bool generate_nist(
	struct key **out, struct world *w, enum key_kind kind, struct err *e)
{
	AUTO(secret) d = secret_new(48);

	for (int i = 0; i < SCALAR_TRIES; i++) {
		w->random(w, secret_data(d), 48);
		if (key_of_nist(out, kind, secret_view(d), e))
			return true;
	}
	return false;
}

bool key_generate(struct key **out, struct world *w, enum key_kind kind, struct err *e)
{
	uint8_t xy[SM2_POINT];
	struct secret *d;

	switch (kind) {
	case KEY_SM2:
		d = sm2_generate(w, xy);
		*out = sm2_key_new(d, xy);
		return true;
	case KEY_P256:
	case KEY_P384:
		return generate_nist(out, w, kind, e);
	case KEY_RSA:
		return key_generate_rsa(out, e);
	}
	return err_set(e, ERR_USAGE, "no such kind of key");
}

bool key_sign_message(struct key *k, struct world *w, enum sig_alg alg,
	struct bytes message, struct writer *out, struct err *e)
{
	uint8_t digest[DIGEST_MAX];
	AUTO(digest) d = NULL;

	if (k->ops->sign_message)
		return k->ops->sign_message(k, w, alg, message, out, e);
	if (!sig_begin(&d, &k->pub, alg, SM2_DEFAULT_ID, e))
		return false;
	digest_put(d, message);
	digest_finish(d, digest);
	return k->ops->sign(k, w, alg, digest, out, e);
}

bool key_unwrap_blocks(struct key *k, const struct sm2_cipher *in, struct bytes sealed,
	uint8_t *out, struct err *e)
{
	AUTO(secret) sm4 = secret_new(SM4_KEY);

	if (!sealed.n || sealed.n % SM4_BLOCK || sealed.n > BLOCKS_MAX * SM4_BLOCK)
		return err_set(e, ERR_USAGE, "1 to %d whole blocks", BLOCKS_MAX);
	if (k->ops->unwrap_blocks)
		return k->ops->unwrap_blocks(k, in, sealed, out, e);
	if (!k->ops->unwrap_sm2)
		return err_set(e, ERR_UNSUPPORTED, "this key opens no SM2 envelopes");
	if (in->c2.n == SM4_KEY && k->ops->unwrap_sm2(k, in, secret_data(sm4), e) &&
		sm4_ecb_decrypt(secret_view(sm4), sealed, out, e))
		return true;
	mem_wipe(out, sealed.n);
	return err_set(e, ERR_DECRYPT, "cannot be decrypted");
}
