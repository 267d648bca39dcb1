/* key_pkcs8: PrivateKeyInfo and what it holds: RFC 5208, 5958, 5915, 8017.
 * SPDX-License-Identifier: Apache-2.0
 *
 * A public key that stands beside the private one must belong to it: a file whose halves
 * differ was altered or mixed up, and a signature made with it would never verify.
 */
#include <string.h>

#include "asn1/der.h"
#include "crypto/key_memory.h"

enum { SCALAR_MAX = 48 };

static bool curve_of(enum key_kind *kind, struct bytes curve, struct err *e)
{
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
		return err_set(e, ERR_UNSUPPORTED, "private key: another curve");
	}
}

/* The key of a scalar, which may have lost leading zeros. */
static bool of_scalar(struct key **out, enum key_kind kind, struct bytes d, struct err *e)
{
	AUTO(secret) padded = secret_new(SCALAR_MAX);
	size_t size = kind == KEY_P384 ? 48 : 32;

	if (d.n == 0 || d.n > size)
		return err_set(e, ERR_MALFORMED, "private key: %zu octets", d.n);
	memcpy(secret_data(padded) + size - d.n, d.p, d.n);
	if (kind == KEY_SM2)
		return key_of_sm2(out, secret_view(padded), e);
	return key_of_nist(out, kind, secret_view(padded), e);
}

/* Does this uncompressed or compressed point belong to the key? */
static bool point_fits(const struct key *k, struct bytes octets)
{
	struct bytes xy = k->pub.point;

	if (octets.n == 1 + xy.n)
		return octets.p[0] == 0x04 && bytes_equal(bytes_from(octets, 1), xy);
	return octets.n == 1 + xy.n / 2 && octets.p[0] == 2 + (xy.p[xy.n - 1] & 1) &&
	       bytes_equal(bytes_from(octets, 1), bytes_head(xy, xy.n / 2));
}

//= RFC 5915 §3; `outer` is the curve named by the PrivateKeyInfo, empty when there is none
static bool ec_private(
	struct key **out, struct bytes outer, struct bytes der, struct err *e)
{
	struct bytes in, d, params, inner = outer, tagged, point = {NULL, 0};
	AUTO(key) k = NULL;
	enum key_kind kind = KEY_SM2;
	bool named, has_point;
	uint32_t version;

	if (!der_only(der, DER_SEQUENCE, &in, e) ||
		!der_small(&in, DER_INTEGER, 1, &version, e) ||
		!der_take(&in, DER_OCTET_STRING, &d, e) ||
		!der_take_optional(&in, DER_CONTEXT(0), &params, &named, e) ||
		!der_take_optional(&in, DER_CONTEXT(1), &tagged, &has_point, e) ||
		!der_end(in, e) || (named && !der_only(params, DER_OID, &inner, e)) ||
		(has_point &&
			(!der_bit_string(&tagged, &point, e) || !der_end(tagged, e))))
		return err_in(e, "ECPrivateKey");
	if (version != 1)
		return err_set(e, ERR_MALFORMED, "ECPrivateKey: version %u", version);
	if (!inner.n || (outer.n && !bytes_equal(inner, outer)))
		return err_set(e, ERR_MALFORMED, "ECPrivateKey: no curve, or two");
	if (!curve_of(&kind, inner, e) || !of_scalar(&k, kind, d, e))
		return false;
	if (has_point && !point_fits(k, point))
		return err_set(e, ERR_KEY_MISMATCH,
			"the public key beside the private one differs");
	*out = key_move(&k);
	return true;
}

bool key_of_ec_private(struct key **out, struct bytes der, struct err *e)
{
	return ec_private(out, (struct bytes){NULL, 0}, der, e);
}

//= RFC 8017 appendix A.1.2
bool key_of_rsa_private(struct key **out, struct bytes der, struct err *e)
{
	struct bytes in, numbers[RSA_NUMBERS];
	uint32_t version;

	if (!der_only(der, DER_SEQUENCE, &in, e) ||
		!der_small(&in, DER_INTEGER, 1, &version, e))
		return err_in(e, "RSAPrivateKey");
	if (version != 0)
		return err_set(e, ERR_UNSUPPORTED, "RSA with more than two primes");
	for (size_t i = 0; i < RSA_NUMBERS; i++)
		if (!der_integer(&in, &numbers[i], e))
			return err_in(e, "RSAPrivateKey");
	return der_end(in, e) && key_of_rsa(out, numbers, e);
}

/* The public key of RFC 5958 ([1] IMPLICIT BIT STRING) must be the key's own. */
static bool public_fits(const struct key *k, struct bytes body, struct err *e)
{
	if (body.n < 2 || body.p[0] != 0)
		return err_set(e, ERR_MALFORMED, "PrivateKeyInfo: public key");
	body = bytes_from(body, 1);
	if (k->pub.kind == KEY_RSA ? bytes_ends(k->pub.spki, body) : point_fits(k, body))
		return true;
	return err_set(
		e, ERR_KEY_MISMATCH, "the public key beside the private one differs");
}

bool key_of_pkcs8(struct key **out, struct bytes der, struct err *e)
{
	struct bytes in, oid, params, curve, octets, attributes, public;
	bool has_attributes, has_public, ok;
	AUTO(key) k = NULL;
	uint32_t version;

	if (!der_only(der, DER_SEQUENCE, &in, e) ||
		!der_small(&in, DER_INTEGER, 1, &version, e) ||
		!der_algorithm(&in, &oid, &params, e) ||
		!der_take(&in, DER_OCTET_STRING, &octets, e) ||
		!der_take_optional(
			&in, DER_CONTEXT(0), &attributes, &has_attributes, e) ||
		!der_take_optional(
			&in, DER_CONTEXT_PRIMITIVE(1), &public, &has_public, e) ||
		!der_end(in, e))
		return err_in(e, "PrivateKeyInfo");
	//= RFC 5958 §2: version 1 if and only if the public key is there
	if (has_public != (version == 1))
		return err_set(e, ERR_MALFORMED, "PrivateKeyInfo: version %u", version);
	if (oid_is(oid, OID_EC_PUBLIC_KEY)) {
		if (!der_only(params, DER_OID, &curve, e))
			return err_set(e, ERR_UNSUPPORTED,
				"private key: the curve is not named");
		ok = ec_private(&k, curve, octets, e);
	} else if (oid_is(oid, OID_RSA)) {
		if (!der_params_empty(params))
			return err_set(e, ERR_MALFORMED, "PrivateKeyInfo: parameters");
		ok = key_of_rsa_private(&k, octets, e);
	} else {
		return err_set(e, ERR_UNSUPPORTED, "private key: another algorithm");
	}
	if (!ok || (has_public && !public_fits(k, public, e)))
		return false;
	*out = key_move(&k);
	return true;
}
