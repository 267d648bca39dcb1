/* envelope_key: see envelope_key.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "pki/envelope_key.h"

#include "asn1/der.h"
#include "crypto/sm4.h"

enum { PADDED_MAX = 64 };

struct envelope {
	struct sm2_cipher key; /* the SM4 key, encrypted to the signing key */
	struct bytes point;    /* 04 || x || y */
	struct bytes scalar;   /* encrypted, 32 or 64 octets */
};

/* BIT STRING of an uncompressed point. */
static void put_point(struct writer *w, struct bytes xy)
{
	size_t opened = der_open(w, DER_BIT_STRING);

	write_u8(w, 0);
	write_u8(w, 4);
	write_bytes(w, xy);
	der_close(w, opened);
}

//= GB/T 35276-2017 §7.4: symAlgID, symEncryptedKey, sm2PublicKey, private key
static void put_envelope(struct writer *w, const struct envelope *v, struct bytes xy)
{
	size_t opened = der_open(w, DER_SEQUENCE);

	der_put_algorithm(w, OID_SM4_ECB, true);
	sm2_cipher_write(w, &v->key);
	put_point(w, xy);
	der_put_bit_string(w, v->scalar);
	der_close(w, opened);
}

bool envelope_key_write(struct arena *a, struct bytes *out, struct world *w,
	const struct pubkey *signing_pub, struct key *encryption_key, struct err *e)
{
	AUTO(secret) scalar = NULL;
	AUTO(secret) sm4 = secret_new(SM4_KEY);
	uint8_t c2[SM4_KEY], encrypted[SM2_SCALAR];
	struct envelope v = {.scalar = BYTES_OF(encrypted)};
	struct writer d = writer_in(a, ENVELOPE_KEY_MAX);

	if (signing_pub->kind != KEY_SM2 || encryption_key->pub.kind != KEY_SM2)
		return err_set(e, ERR_UNSUPPORTED, "SM2EnvelopedKey is for SM2 keys");
	if (!key_sm2_scalar(&scalar, encryption_key, e))
		return false;
	w->random(w, secret_data(sm4), SM4_KEY);
	if (!sm2_encrypt(&v.key, c2, w, signing_pub->point.p,
		    bytes_make(secret_view(sm4), SM4_KEY), e) ||
		!sm4_ecb_encrypt(secret_view(sm4),
			bytes_make(secret_view(scalar), SM2_SCALAR), encrypted, e))
		return false;
	put_envelope(&d, &v, encryption_key->pub.point);
	*out = writer_bytes(&d);
	return true;
}

static bool read_envelope(struct envelope *out, struct bytes der, struct err *e)
{
	struct bytes body, oid, params, cipher;

	if (!der_only(der, DER_SEQUENCE, &body, e) ||
		!der_algorithm(&body, &oid, &params, e) ||
		!der_take_whole(&body, DER_SEQUENCE, &cipher, e) ||
		!sm2_cipher_read(&out->key, cipher, e) ||
		!der_bit_string(&body, &out->point, e) ||
		!der_bit_string(&body, &out->scalar, e) || !der_end(body, e))
		return false;
	/* Real CAs write the number of the cipher without a mode and mean ECB. */
	if ((!oid_is(oid, OID_SM4_ECB) && !oid_is(oid, OID_SM4)) ||
		!der_params_empty(params))
		return err_set(e, ERR_UNSUPPORTED, "not SM4 in ECB");
	if (out->key.c2.n != SM4_KEY || out->point.n != 1 + SM2_POINT ||
		out->point.p[0] != 4 ||
		(out->scalar.n != SM2_SCALAR && out->scalar.n != PADDED_MAX))
		return err_set(e, ERR_MALFORMED, "a part is of the wrong size");
	return true;
}

/* The 32 octets of the scalar, wherever in `plain` they stand; constant time. */
static bool is_padded_right(const uint8_t *plain, size_t n)
{
	uint8_t any = 0;

	for (size_t i = 0; i + SM2_SCALAR < n; i++)
		any |= plain[i];
	return any == 0;
}

static bool decrypt(struct key **out, struct key *signing_key, const struct envelope *v,
	struct err *e)
{
	AUTO(secret) sm4 = secret_new(SM4_KEY);
	AUTO(secret) plain = secret_new(v->scalar.n);

	if (!signing_key->ops->unwrap_sm2)
		return err_set(e, ERR_UNSUPPORTED, "the signing key cannot decrypt");
	if (!signing_key->ops->unwrap_sm2(signing_key, &v->key, secret_data(sm4), e) ||
		!sm4_ecb_decrypt(secret_view(sm4), v->scalar, secret_data(plain), e))
		return false;
	/* One answer for everything behind the decryption: it is not authenticated. */
	if (!is_padded_right(secret_view(plain), v->scalar.n) ||
		!key_of_sm2(out, secret_view(plain) + v->scalar.n - SM2_SCALAR, e))
		return err_set(e, ERR_DECRYPT, "the enveloped key does not open");
	return true;
}

bool envelope_key_open(
	struct key **out, struct key *signing_key, struct bytes der, struct err *e)
{
	AUTO(key) key = NULL;
	struct envelope v;

	if (der.n > ENVELOPE_KEY_MAX)
		return err_set(e, ERR_TOO_LARGE, "SM2EnvelopedKey: %zu octets", der.n);
	if (signing_key->pub.kind != KEY_SM2)
		return err_set(e, ERR_UNSUPPORTED, "SM2EnvelopedKey is for SM2 keys");
	if (!read_envelope(&v, der, e))
		return err_in(e, "SM2EnvelopedKey");
	if (!decrypt(&key, signing_key, &v, e))
		return false;
	if (!bytes_equal(key->pub.point, bytes_from(v.point, 1)))
		return err_set(e, ERR_KEY_MISMATCH,
			"the enveloped private key is not that of the public key with "
			"it");
	*out = key_move(&key);
	return true;
}
