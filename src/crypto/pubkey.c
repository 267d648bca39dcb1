/* pubkey: reading SubjectPublicKeyInfo; signatures are in sig.c.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <openssl/ec.h>
#include <openssl/err.h>
#include <pthread.h>
#include <stdlib.h>

#include "asn1/der.h"
#include "crypto/openssl.h"
#include "crypto/pubkey.h"

enum { RSA_BITS_MIN = 2048, RSA_BITS_MAX = 8192, RSA_EXPONENT_MAX = 8 };

static EC_GROUP *p256, *p384;
static pthread_once_t groups_once = PTHREAD_ONCE_INIT;

static void groups_make(void)
{
	p256 = EC_GROUP_new_by_curve_name(NID_X9_62_prime256v1);
	p384 = EC_GROUP_new_by_curve_name(NID_secp384r1);
	if (!p256 || !p384)
		abort();
}

/* Is this uncompressed point (with its 04) on the curve? oct2point checks the ranges and
 * the equation. */
static bool nist_point_is_valid(enum key_kind kind, struct bytes octets)
{
	const EC_GROUP *g;
	EC_POINT *p;
	bool ok;

	pthread_once(&groups_once, groups_make);
	g = kind == KEY_P256 ? p256 : p384;
	p = EC_POINT_new(g);
	if (!p)
		abort();
	ok = EC_POINT_oct2point(g, p, octets.p, octets.n, NULL) == 1;
	EC_POINT_free(p);
	ERR_clear_error();
	return ok;
}

static bool read_point(
	struct bytes *point, enum key_kind kind, struct bytes key, struct err *e)
{
	size_t size = kind == KEY_P384 ? 48 : 32;

	if (key.n != 1 + 2 * size || key.p[0] != 0x04)
		return err_set(e, ERR_MALFORMED, "public key: not an uncompressed point");
	*point = bytes_from(key, 1);
	if (kind == KEY_SM2 ? sm2_point_is_valid(point->p)
			    : nist_point_is_valid(kind, key))
		return true;
	return err_set(e, ERR_MALFORMED, "public key: not a point of the curve");
}

static size_t bit_count(struct bytes number)
{
	size_t n = number.n * 8;

	for (uint8_t top = number.p[0]; n && !(top & 0x80); top = (uint8_t)(top << 1))
		n--;
	return n;
}

static bool check_rsa(struct bytes key, struct err *e)
{
	struct bytes in, n, exponent;
	size_t bits;

	if (!der_only(key, DER_SEQUENCE, &in, e) || !der_integer(&in, &n, e) ||
		!der_integer(&in, &exponent, e) || !der_end(in, e))
		return err_in(e, "RSAPublicKey");
	if (n.n > RSA_BITS_MAX / 8 || n.p[0] == 0)
		return err_set(e, ERR_MALFORMED, "RSA: a modulus of %zu octets", n.n);
	bits = bit_count(n);
	if (bits < RSA_BITS_MIN || !(n.p[n.n - 1] & 1))
		return err_set(
			e, ERR_MALFORMED, "RSA: a modulus of %zu bits, or even", bits);
	if (exponent.n > RSA_EXPONENT_MAX || !(exponent.p[exponent.n - 1] & 1) ||
		(exponent.n == 1 && exponent.p[0] < 3))
		return err_set(e, ERR_MALFORMED, "RSA: exponent");
	return true;
}

/* The parts of a SubjectPublicKeyInfo; *key the octets of its BIT STRING. */
static bool spki_split(struct bytes spki, struct bytes *oid, struct bytes *params,
	struct bytes *key, struct err *e)
{
	struct bytes in;

	if (!der_only(spki, DER_SEQUENCE, &in, e) ||
		!der_algorithm(&in, oid, params, e) || !der_bit_string(&in, key, e) ||
		!der_end(in, e))
		return err_in(e, "SubjectPublicKeyInfo");
	return true;
}

static bool curve_read(enum key_kind *kind, struct bytes params, struct err *e)
{
	struct bytes curve;

	if (!der_only(params, DER_OID, &curve, e))
		return err_set(e, ERR_UNSUPPORTED, "public key: the curve is not named");
	switch ((int)oid_find(curve)) {
	case OID_SM2_CURVE:
		*kind = KEY_SM2;
		return true;
	case OID_P256:
		*kind = KEY_P256;
		return true;
	case OID_P384:
		*kind = KEY_P384;
		return true;
	default:
		return err_set(e, ERR_UNSUPPORTED, "public key: another curve");
	}
}

bool pubkey_read(struct pubkey *out, struct bytes spki, struct err *e)
{
	struct pubkey k = {.spki = spki};
	struct bytes oid, params, key;

	if (!spki_split(spki, &oid, &params, &key, e))
		return false;
	if (oid_is(oid, OID_EC_PUBLIC_KEY)) {
		if (!curve_read(&k.kind, params, e) ||
			!read_point(&k.point, k.kind, key, e))
			return false;
	} else if (oid_is(oid, OID_RSA)) {
		if (!der_params_empty(params))
			return err_set(e, ERR_MALFORMED, "RSA: parameters");
		if (!check_rsa(key, e))
			return false;
		k.kind = KEY_RSA;
	} else {
		return err_set(e, ERR_UNSUPPORTED, "public key: another algorithm");
	}
	*out = k;
	return true;
}

void pubkey_write_sm2(struct writer *w, const uint8_t xy[SM2_POINT])
{
	size_t spki = der_open(w, DER_SEQUENCE), alg = der_open(w, DER_SEQUENCE), bits;

	der_put_oid(w, OID_EC_PUBLIC_KEY);
	der_put_oid(w, OID_SM2_CURVE);
	der_close(w, alg);
	bits = der_open(w, DER_BIT_STRING);
	write_u8(w, 0);
	write_u8(w, 0x04);
	write_bytes(w, bytes_make(xy, SM2_POINT));
	der_close(w, bits);
	der_close(w, spki);
}

bool pubkey_equal(const struct pubkey *a, const struct pubkey *b)
{
	struct bytes oid, params, ka, kb;
	struct err e;

	if (a->kind != b->kind)
		return false;
	if (a->kind != KEY_RSA)
		return bytes_equal(a->point, b->point);
	return spki_split(a->spki, &oid, &params, &ka, &e) &&
	       spki_split(b->spki, &oid, &params, &kb, &e) && bytes_equal(ka, kb);
}
