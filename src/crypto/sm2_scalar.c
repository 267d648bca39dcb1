/* sm2_scalar: see sm2_scalar.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "crypto/sm2_scalar.h"

__extension__ typedef unsigned __int128 wide;

/* The order of the group, //= GB/T 32918.5-2017 §2 */
static const struct sm2_scalar order = {
	{0x53bbf40939d54123, 0x7203df6b21c6052b, 0xffffffffffffffff, 0xfffffffeffffffff}};
/* 2^512 mod n and -n^-1 mod 2^64, for Montgomery's multiplication. */
static const struct sm2_scalar r_squared = {
	{0x901192af7c114f20, 0x3464504ade6fa2fa, 0x620fc84c3affe0d4, 0x1eb5e412a22b3d3b}};
static const uint64_t n_inverse = 0x327f9e8872350975;

/* out = a - b; returns the borrow, 0 or 1. */
static uint64_t sub4(uint64_t out[4], const uint64_t a[4], const uint64_t b[4])
{
	uint64_t borrow = 0;

	for (size_t i = 0; i < 4; i++) {
		wide t = (wide)a[i] - b[i] - borrow;

		out[i] = (uint64_t)t;
		borrow = (uint64_t)(t >> 64) & 1;
	}
	return borrow;
}

/* out = a + b; returns the carry. */
static uint64_t add4(uint64_t out[4], const uint64_t a[4], const uint64_t b[4])
{
	uint64_t carry = 0;

	for (size_t i = 0; i < 4; i++) {
		wide t = (wide)a[i] + b[i] + carry;

		out[i] = (uint64_t)t;
		carry = (uint64_t)(t >> 64);
	}
	return carry;
}

/* out = choose ? a : b without a branch; choose is 0 or 1. */
static void select4(
	uint64_t out[4], uint64_t choose, const uint64_t a[4], const uint64_t b[4])
{
	uint64_t mask = 0 - choose;

	for (size_t i = 0; i < 4; i++)
		out[i] = (a[i] & mask) | (b[i] & ~mask);
}

/* a (with `carry` above it, below 2m) into [0, m). */
static void reduce_once(uint64_t a[4], uint64_t carry, const uint64_t m[4])
{
	uint64_t t[4];
	uint64_t borrow = sub4(t, a, m);

	select4(a, carry | (borrow ^ 1), t, a);
}

bool sm2_scalar_read(struct sm2_scalar *out, const uint8_t be[SM2_SCALAR])
{
	uint64_t t[4];

	for (size_t i = 0; i < 4; i++) {
		uint64_t limb = 0;

		for (size_t j = 0; j < 8; j++)
			limb = limb << 8 | be[(3 - i) * 8 + j];
		out->v[i] = limb;
	}
	return sub4(t, out->v, order.v) == 1;
}

void sm2_scalar_write(uint8_t be[SM2_SCALAR], const struct sm2_scalar *a)
{
	for (size_t i = 0; i < SM2_SCALAR; i++)
		be[i] = (uint8_t)(a->v[3 - i / 8] >> (56 - i % 8 * 8));
}

/* out = be mod m, a bit at a time; m has its top bit set. */
static void reduce_bits(uint64_t out[4], struct bytes be, const uint64_t m[4])
{
	uint64_t r[4] = {0};

	for (size_t i = 0; i < be.n * 8; i++) {
		uint64_t carry = add4(r, r, r);

		r[0] |= be.p[i / 8] >> (7 - i % 8) & 1;
		reduce_once(r, carry, m);
	}
	for (size_t i = 0; i < 4; i++)
		out[i] = r[i];
	mem_wipe(r, sizeof r);
}

void sm2_scalar_reduce(struct sm2_scalar *out, struct bytes be)
{
	reduce_bits(out->v, be, order.v);
}

void sm2_scalar_wide(struct sm2_scalar *out, struct bytes be, unsigned less)
{
	struct sm2_scalar m = order;
	const uint64_t one[4] = {1};

	m.v[0] -= 1 + less;
	reduce_bits(out->v, be, m.v);
	add4(out->v, out->v, one);
}

bool sm2_scalar_is_zero(const struct sm2_scalar *a)
{
	return (a->v[0] | a->v[1] | a->v[2] | a->v[3]) == 0;
}

bool sm2_scalar_is_private(const struct sm2_scalar *a)
{
	struct sm2_scalar top = order;
	uint64_t t[4];
	uint64_t below, zero = sm2_scalar_is_zero(a);

	top.v[0] -= 1;
	below = sub4(t, a->v, top.v);
	mem_wipe(t, sizeof t);
	return below & (zero ^ 1);
}

void sm2_scalar_add(
	struct sm2_scalar *out, const struct sm2_scalar *a, const struct sm2_scalar *b)
{
	uint64_t t[4];
	uint64_t carry = add4(t, a->v, b->v);

	reduce_once(t, carry, order.v);
	for (size_t i = 0; i < 4; i++)
		out->v[i] = t[i];
}

void sm2_scalar_sub(
	struct sm2_scalar *out, const struct sm2_scalar *a, const struct sm2_scalar *b)
{
	uint64_t t[4], u[4];
	uint64_t borrow = sub4(t, a->v, b->v);

	add4(u, t, order.v);
	select4(out->v, borrow, u, t);
}

/* a * b / 2^256 mod n. */
static void montgomery(
	struct sm2_scalar *out, const struct sm2_scalar *a, const struct sm2_scalar *b)
{
	uint64_t t[6] = {0};

	for (size_t i = 0; i < 4; i++) {
		uint64_t carry = 0, m;
		wide x;

		for (size_t j = 0; j < 4; j++) {
			x = (wide)a->v[j] * b->v[i] + t[j] + carry;
			t[j] = (uint64_t)x;
			carry = (uint64_t)(x >> 64);
		}
		x = (wide)t[4] + carry;
		t[4] = (uint64_t)x;
		t[5] = (uint64_t)(x >> 64);

		m = t[0] * n_inverse;
		x = (wide)m * order.v[0] + t[0];
		carry = (uint64_t)(x >> 64);
		for (size_t j = 1; j < 4; j++) {
			x = (wide)m * order.v[j] + t[j] + carry;
			t[j - 1] = (uint64_t)x;
			carry = (uint64_t)(x >> 64);
		}
		x = (wide)t[4] + carry;
		t[3] = (uint64_t)x;
		t[4] = t[5] + (uint64_t)(x >> 64);
	}
	reduce_once(t, t[4], order.v);
	for (size_t i = 0; i < 4; i++)
		out->v[i] = t[i];
	mem_wipe(t, sizeof t);
}

void sm2_scalar_mul(
	struct sm2_scalar *out, const struct sm2_scalar *a, const struct sm2_scalar *b)
{
	struct sm2_scalar t;

	montgomery(&t, a, &r_squared);
	montgomery(out, &t, b);
	mem_wipe(&t, sizeof t);
}

void sm2_scalar_inverse(struct sm2_scalar *out, const struct sm2_scalar *a)
{
	const struct sm2_scalar one = {{1}};
	struct sm2_scalar power, base;

	montgomery(&base, a, &r_squared);
	power = base;
	/* a^(n-2); the exponent is public, so branching on its bits tells nothing. Its
	 * top bit is taken by the start. */
	for (int i = 254; i >= 0; i--) {
		uint64_t limb = i / 64 ? order.v[i / 64] : order.v[0] - 2;

		montgomery(&power, &power, &power);
		if (limb >> (i % 64) & 1)
			montgomery(&power, &power, &base);
	}
	montgomery(out, &power, &one);
	mem_wipe(&power, sizeof power);
	mem_wipe(&base, sizeof base);
}
