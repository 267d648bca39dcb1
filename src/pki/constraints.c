/* constraints: see constraints.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "pki/constraints.h"

#include "asn1/der.h"
#include "base/text.h"

static const struct {
	const char *name, *until;
} rows[CONSTRAINT_COUNT] = {
#define SOUND(id, name, until) [CONSTRAINT_##id] = {name, until},
#include "pki/constraints.tbl"
#undef SOUND
};

const char *constraint_name(enum constraint which)
{
	return rows[which].name;
}

struct constraints constraints_today(void)
{
	struct constraints c = {.rsa_count = 0};
	struct err e;

	for (size_t i = 0; i < CONSTRAINT_COUNT; i++)
		if (!rows[i].until[0] ||
			!time_parse_iso(bytes_str(rows[i].until), &c.until[i], &e))
			c.until[i] = CONSTRAINTS_OPEN;
	return c;
}

/* --- declaring ------------------------------------------------------------------------
 */

static int64_t earlier(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

static bool declare_size(
	struct constraints *c, struct bytes size, int64_t until, struct err *e)
{
	uint64_t bits;

	if (!decimal_u64(size, UINT32_MAX, &bits, e))
		return err_set(e, ERR_USAGE, "rsa: not a size in bits");
	if (c->rsa_count == CONSTRAINTS_SIZES_MAX)
		return err_set(e, ERR_TOO_LARGE, "more than %d sizes of RSA",
			CONSTRAINTS_SIZES_MAX);
	c->rsa[c->rsa_count].bits = (uint32_t)bits;
	c->rsa[c->rsa_count++].until = until;
	return true;
}

bool constraints_declare(struct constraints *c, struct bytes text, struct err *e)
{
	size_t at = bytes_find(text, BYTES("="));
	struct bytes name = bytes_head(text, at);
	struct bytes rsa = bytes_str(rows[CONSTRAINT_RSA].name);
	int64_t until;

	if (at == SIZE_MAX || !time_parse_iso(bytes_from(text, at + 1), &until, e))
		return err_set(e, ERR_USAGE, "not algorithm=date");
	for (size_t i = 0; i < CONSTRAINT_COUNT; i++)
		if (bytes_equal(name, bytes_str(rows[i].name))) {
			c->until[i] = earlier(c->until[i], until);
			return true;
		}
	if (bytes_starts(name, rsa))
		return declare_size(c, bytes_from(name, rsa.n), until, e);
	return err_set(e, ERR_USAGE, "an algorithm not known by that name");
}

/* --- asking ---------------------------------------------------------------------------
 */

static int64_t row_until(const struct constraints *c, enum constraint which)
{
	struct constraints today;

	if (c)
		return c->until[which];
	today = constraints_today();
	return today.until[which];
}

int64_t constraints_digest(const struct constraints *c, enum digest_alg alg)
{
	static const enum constraint which[DIGEST_COUNT] = {
		[DIGEST_SM3] = CONSTRAINT_SM3,
		[DIGEST_SHA256] = CONSTRAINT_SHA256,
		[DIGEST_SHA384] = CONSTRAINT_SHA384,
		[DIGEST_SHA512] = CONSTRAINT_SHA512,
	};

	return row_until(c, which[alg]);
}

/* Bits of an RSA modulus; 0, the weakest, when it cannot be read. */
static uint32_t rsa_bits(const struct pubkey *key)
{
	struct bytes in, oid, params, bits, numbers, modulus;
	uint32_t n;
	struct err e;

	if (!der_only(key->spki, DER_SEQUENCE, &in, &e) ||
		!der_algorithm(&in, &oid, &params, &e) ||
		!der_bit_string(&in, &bits, &e) ||
		!der_only(bits, DER_SEQUENCE, &numbers, &e) ||
		!der_integer(&numbers, &modulus, &e) || modulus.n == 0)
		return 0;
	n = (uint32_t)(modulus.n - 1) * 8;
	for (unsigned first = modulus.p[0]; first; first >>= 1)
		n++;
	return n;
}

static int64_t rsa_until(const struct constraints *c, const struct pubkey *key)
{
	int64_t until = row_until(c, CONSTRAINT_RSA);
	uint32_t bits = key ? rsa_bits(key) : 0;

	for (size_t i = 0; c && i < c->rsa_count; i++)
		if (bits <= c->rsa[i].bits)
			until = earlier(until, c->rsa[i].until);
	return until;
}

int64_t constraints_signature(
	const struct constraints *c, enum sig_alg alg, const struct pubkey *key)
{
	int64_t digest = constraints_digest(c, sig_digest(alg));

	if (sig_fits(alg, KEY_SM2))
		return earlier(digest, row_until(c, CONSTRAINT_SM2));
	if (sig_fits(alg, KEY_RSA))
		return earlier(digest, rsa_until(c, key));
	if (key && key->kind == KEY_P384)
		return earlier(digest, row_until(c, CONSTRAINT_P384));
	return earlier(digest, row_until(c, CONSTRAINT_P256));
}
