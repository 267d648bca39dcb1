/* Shares over GF(2^8): the field's laws, and that t shares are enough and t-1 nothing.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "base/world.h"
#include "crypto/gf256.h"
#include "crypto/shamir.h"
#include "unit.h"

/* Multiplication as the textbook has it. */
static uint8_t slow_mul(uint8_t a, uint8_t b)
{
	unsigned sum = 0, x = a;

	for (; b; b >>= 1, x = x << 1 ^ (x & 0x80 ? 0x11bu : 0))
		if (b & 1)
			sum ^= x;
	return (uint8_t)sum;
}

static void multiplication_is_that_of_the_textbook(void **state)
{
	(void)state;
	//= FIPS 197 §4.2: {57} times {83} is {c1}
	assert_int_equal(gf256_mul(0x57, 0x83), 0xc1);
	for (unsigned a = 0; a < 256; a++)
		for (unsigned b = 0; b < 256; b++)
			assert_int_equal(gf256_mul((uint8_t)a, (uint8_t)b),
				slow_mul((uint8_t)a, (uint8_t)b));
}

static void every_number_but_zero_has_an_inverse(void **state)
{
	(void)state;
	assert_int_equal(gf256_inverse(0), 0);
	for (unsigned a = 1; a < 256; a++)
		assert_int_equal(gf256_mul((uint8_t)a, gf256_inverse((uint8_t)a)), 1);
}

static void runs_of_any_length_are_worked_on_octet_by_octet(void **state)
{
	(void)state;
	for (size_t n = 0; n < 40; n++) {
		uint8_t acc[48], a[48], was[48];

		world_system()->random(world_system(), acc, sizeof acc);
		world_system()->random(world_system(), a, sizeof a);
		memcpy(was, acc, sizeof was);
		gf256_add_scaled(acc, a, 0x9d, n);
		for (size_t i = 0; i < sizeof acc; i++)
			assert_int_equal(
				acc[i], i < n ? was[i] ^ slow_mul(a[i], 0x9d) : was[i]);
		memcpy(was, acc, sizeof was);
		gf256_scale(acc, 0x1e, n);
		for (size_t i = 0; i < sizeof acc; i++)
			assert_int_equal(acc[i], i < n ? slow_mul(was[i], 0x1e) : was[i]);
	}
}

/* A dealing: coefficients and all shares of it. */
struct dealt {
	uint8_t a[10 * SHAMIR_SECRET];
	uint8_t x[255], shares[255 * SHAMIR_SECRET];
};

static void deal(struct dealt *d, size_t t)
{
	world_system()->random(world_system(), d->a, t * SHAMIR_SECRET);
	for (size_t i = 0; i < 255; i++) {
		d->x[i] = (uint8_t)(i + 1);
		shamir_share(d->shares + i * SHAMIR_SECRET, d->a, t, d->x[i]);
	}
}

static void any_t_shares_give_the_secret_and_one_fewer_does_not(void **state)
{
	(void)state;
	for (size_t t = 1; t <= 10; t++) {
		struct dealt d;

		deal(&d, t);
		for (size_t start = 0; start + t <= 255; start += 7) {
			uint8_t out[SHAMIR_SECRET];
			struct err e;

			assert_true(shamir_combine(out, d.x + start,
				d.shares + start * SHAMIR_SECRET, t, &e));
			assert_memory_equal(out, d.a, sizeof out);
			if (t == 1)
				continue;
			assert_true(shamir_combine(out, d.x + start,
				d.shares + start * SHAMIR_SECRET, t - 1, &e));
			assert_memory_not_equal(out, d.a, sizeof out);
		}
	}
}

static void points_that_define_no_polynomial_are_refused(void **state)
{
	static const uint8_t twice[] = {1, 2, 1}, zero[] = {1, 0, 2};
	uint8_t shares[3 * SHAMIR_SECRET] = {0}, out[SHAMIR_SECRET] = {9};
	struct err e;

	(void)state;
	assert_false(shamir_combine(out, twice, shares, 3, &e));
	assert_int_equal(e.code, ERR_USAGE);
	assert_false(shamir_combine(out, zero, shares, 3, &e));
	assert_int_equal(e.code, ERR_USAGE);
	assert_false(shamir_combine(out, twice, shares, 0, &e));
	assert_int_equal(e.code, ERR_USAGE);
	assert_int_equal(out[0], 9);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(multiplication_is_that_of_the_textbook),
		cmocka_unit_test(every_number_but_zero_has_an_inverse),
		cmocka_unit_test(runs_of_any_length_are_worked_on_octet_by_octet),
		cmocka_unit_test(any_t_shares_give_the_secret_and_one_fewer_does_not),
		cmocka_unit_test(points_that_define_no_polynomial_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
