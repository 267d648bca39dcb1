/* SM2 against the example of GB/T 32918.5, and the edges where implementations fail.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "crypto/sm2.h"
#include "hex.h"

#define D    "3945208F7B2144B13F36E38AC6D39F95889393692860B51A42FB81EF4DF7C5B8"
#define PX   "09F9DF311E5421A150DD7D161E4BC5C672179FAD1833FC076BB08FF356F35020"
#define PY   "CCEA490CE26775A52DC6EA718CC1AA600AED05FBF35E084A6632F6072DA9AD13"
#define Z    "B2E14C5C79C6DF5B85F4FE7ED8DB7A262B9DA7E07CCB0EA9F4747B8CCDA8A4F3"
#define E    "F0B43E94BA45ACCAACE692ED534382EB17E6AB5A19CE7B31F4486FDFC0D28640"
#define K    "59276E27D506861A16680F3AD9C02DCCEF3CC1FA3CDBE4CE6D54B80DEAC1BC21"
#define R    "F5A03B0648D2C4630EEAC513E1BB81A15944DA3827D5B74143AC7EACEEE720B3"
#define S    "B1B6AA29DF212FD8763182BC0D421CA1BB9038FD1F7F42D4840B69C485BBC1AA"
#define N    "FFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFF7203DF6B21C6052B53BBF40939D54123"
#define N1   "FFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFF7203DF6B21C6052B53BBF40939D54122"
#define N2   "FFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFF7203DF6B21C6052B53BBF40939D54121"
#define P    "FFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF00000000FFFFFFFFFFFFFFFF"
#define ZERO "0000000000000000000000000000000000000000000000000000000000000000"
#define ONE  "0000000000000000000000000000000000000000000000000000000000000001"
#define C1                                                                 \
	"04EBFC718E8D1798620432268E77FEB6415E2EDE0E073C0F4F640ECD2E149A73" \
	"E858F9D81E5430A57B36DAAB8F950A3C64E6EE6A63094D99283AFF767E124DF0"
#define C3 "59983C18F809E262923C53AEC295D30383B54E39D609D160AFCB1908D0BD8766"
#define C2 "21886CA989CA9C7D58087307CA93092D651EFA"

static int64_t fixed_now(struct world *w)
{
	(void)w;
	return 0;
}

/* The worst source there is: always the same. */
static void fixed_random(struct world *w, void *p, size_t n)
{
	(void)w;
	memset(p, 0, n);
}

static struct world broken = {fixed_now, fixed_random};

//= GB/T 32918.2-2016 §5.5 Z = H(ENTL || ID || a || b || xG || yG || xA || yA)
//= GB/T 32918.5-2017 §2: the curve and its base point
static void the_public_point_and_z_are_those_of_the_standard(void **state)
{
	AUTO(arena) a = arena_new();
	uint8_t xy[SM2_POINT], z[SM3_SIZE], digest[SM3_SIZE];
	AUTO(digest) d = digest_new(DIGEST_SM3);
	struct err e;

	(void)state;
	assert_true(sm2_public_of(xy, hex(a, D).p, &e));
	assert_bytes(BYTES_OF(xy), hex(a, PX PY));
	assert_true(sm2_z(z, SM2_DEFAULT_ID, xy, &e));
	assert_bytes(BYTES_OF(z), hex(a, Z));
	digest_put(d, BYTES_OF(z));
	digest_put(d, BYTES("message digest"));
	digest_finish(d, digest);
	assert_bytes(BYTES_OF(digest), hex(a, E));
}

static void z_takes_an_id_of_8191_octets_and_no_more(void **state)
{
	AUTO(arena) a = arena_new();
	struct bytes id = {arena_alloc(a, 8192), 8191};
	uint8_t z[SM3_SIZE];
	struct err e;

	(void)state;
	assert_true(sm2_z(z, id, hex(a, PX PY).p, &e));
	id.n = 8192;
	assert_false(sm2_z(z, id, hex(a, PX PY).p, &e));
	assert_int_equal(e.code, ERR_TOO_LARGE);
}

//= GB/T 32918.2-2016 §6.1 A3-A6: the r and s of the example
static void the_signature_of_the_standard_comes_out_and_verifies(void **state)
{
	AUTO(arena) a = arena_new();
	struct bytes digest = hex(a, E);
	uint8_t rs[SM2_SIG];
	struct err e;

	(void)state;
	assert_true(sm2_sign_with(rs, hex(a, D).p, hex(a, K).p, digest.p, &e));
	assert_bytes(BYTES_OF(rs), hex(a, R S));
	assert_true(sm2_verify(hex(a, PX PY).p, digest.p, rs));
}

//= GB/T 32918.2-2016 §7.1: what was altered does not verify
static void any_altered_bit_of_signature_or_digest_fails(void **state)
{
	AUTO(arena) a = arena_new();
	const uint8_t *xy = hex(a, PX PY).p;
	uint8_t all[SM2_SIG + SM3_SIZE];

	(void)state;
	memcpy(all, hex(a, R S E).p, sizeof all);
	assert_true(sm2_verify(xy, all + SM2_SIG, all));
	for (size_t bit = 0; bit < 8 * sizeof all; bit += 3) {
		all[bit / 8] ^= (uint8_t)(1 << bit % 8);
		assert_false(sm2_verify(xy, all + SM2_SIG, all));
		all[bit / 8] ^= (uint8_t)(1 << bit % 8);
	}
}

//= GB/T 32918.2-2016 §7.1: r and s lie between 1 and n - 1
static void r_and_s_outside_their_range_are_refused(void **state)
{
	/* The last of each pair: r and s plus n, which is the same number mod n. */
	static const char *const wrong[] = {(ZERO S), (R ZERO), (N S), (R N), (ZERO ZERO),
		(N N), (ONE N1), (N1 ONE),
		("FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF" S)};
	AUTO(arena) a = arena_new();

	(void)state;
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
		assert_false(
			sm2_verify(hex(a, PX PY).p, hex(a, E).p, hex(a, wrong[i]).p));
}

/* With r + s = 0 mod n the check would be R = e + x([s]G), which anyone can satisfy
 * without the key: s free, r = n - s, e = r - x([s]G). */
//= GB/T 32918.2-2016 §7.1: t = 0 fails
static void r_plus_s_zero_is_refused_even_when_the_equation_holds(void **state)
{
	AUTO(arena) a = arena_new();
	uint8_t forged_e[SM3_SIZE] = {0};
	const char *gx =
		"32C4AE2C1F1981195F9904466A39C9948FE30BBFF2660BE1715A4589334C74C7";
	const uint8_t *x = hex(a, gx).p, *r = hex(a, N1).p;
	int borrow = 0;

	(void)state;
	for (size_t i = 32; i-- > 0;) {
		int v = r[i] - x[i] - borrow;

		borrow = v < 0;
		forged_e[i] = (uint8_t)v;
	}
	assert_int_equal(borrow, 0);
	assert_false(sm2_verify(hex(a, PX PY).p, forged_e, hex(a, N1 ONE).p));
}

static void points_off_the_curve_and_beyond_the_field_are_refused(void **state)
{
	/* x = 0 has the y of sqrt(b); x + p writes it a second way. */
	static const char *const wrong[] = {(ZERO ZERO), (PX ONE), (P PY), (PX P),
		(PY PX),
		("FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF" PY)};
	AUTO(arena) a = arena_new();

	(void)state;
	assert_true(sm2_point_is_valid(hex(a, PX PY).p));
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		assert_false(sm2_point_is_valid(hex(a, wrong[i]).p));
		assert_false(sm2_verify(hex(a, wrong[i]).p, hex(a, E).p, hex(a, R S).p));
	}
}

//= GB/T 32918.1-2016 §6.1: d lies between 1 and n - 2
static void a_private_key_lies_between_1_and_n_minus_2(void **state)
{
	static const char *const wrong[] = {ZERO, N1, N,
		"FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF"};
	AUTO(arena) a = arena_new();
	uint8_t xy[SM2_POINT], rs[SM2_SIG];
	struct err e;

	(void)state;
	assert_true(sm2_public_of(xy, hex(a, ONE).p, &e));
	assert_true(sm2_public_of(xy, hex(a, N2).p, &e));
	assert_true(sm2_sign(rs, world_system(), hex(a, N2).p, hex(a, E).p, &e));
	assert_true(sm2_verify(xy, hex(a, E).p, rs));
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		assert_false(sm2_public_of(xy, hex(a, wrong[i]).p, &e));
		assert_int_equal(e.code, ERR_MALFORMED);
		assert_false(sm2_sign(
			rs, world_system(), hex(a, wrong[i]).p, hex(a, E).p, &e));
		assert_false(sm2_sign_with(
			rs, hex(a, wrong[i]).p, hex(a, K).p, hex(a, E).p, &e));
	}
}

static void a_nonce_outside_1_to_n_minus_1_is_refused(void **state)
{
	AUTO(arena) a = arena_new();
	uint8_t rs[SM2_SIG];
	struct err e;

	(void)state;
	assert_false(sm2_sign_with(rs, hex(a, D).p, hex(a, ZERO).p, hex(a, E).p, &e));
	assert_int_equal(e.code, ERR_CRYPTO);
	assert_false(sm2_sign_with(rs, hex(a, D).p, hex(a, N).p, hex(a, E).p, &e));
	assert_true(sm2_sign_with(rs, hex(a, D).p, hex(a, N1).p, hex(a, E).p, &e));
	assert_true(sm2_verify(hex(a, PX PY).p, hex(a, E).p, rs));
}

/* k = 1 and e = n - x(G) give r = 0: no signature may come out. */
//= GB/T 32918.2-2016 §6.1 A3-A6: r = 0 asks for another k
static void a_nonce_that_gives_r_zero_is_refused(void **state)
{
	AUTO(arena) a = arena_new();
	uint8_t rs[SM2_SIG];
	struct err e;

	(void)state;
	assert_false(sm2_sign_with(rs, hex(a, D).p, hex(a, ONE).p,
		hex(a, "CD3B51D2E0E67EE6A066FBB995C6366AE220D3AB2F5FF949E261AE800688CC5C")
			.p,
		&e));
	assert_int_equal(e.code, ERR_CRYPTO);
}

static void signing_works_with_a_broken_random_source_and_never_repeats_a_nonce(
	void **state)
{
	AUTO(arena) a = arena_new();
	const uint8_t *d = hex(a, D).p, *xy = hex(a, PX PY).p;
	uint8_t one[SM2_SIG], again[SM2_SIG], other[SM2_SIG], digest[SM3_SIZE];
	struct err e;

	(void)state;
	memcpy(digest, hex(a, E).p, sizeof digest);
	assert_true(sm2_sign(one, &broken, d, digest, &e));
	assert_true(sm2_sign(again, &broken, d, digest, &e));
	assert_memory_equal(one, again, sizeof one);
	assert_true(sm2_verify(xy, digest, one));
	/* Another message: with the same nonce r would move by the difference of the
	 * digests, here 1. */
	digest[31] ^= 1;
	assert_true(sm2_sign(other, &broken, d, digest, &e));
	assert_true(sm2_verify(xy, digest, other));
	assert_memory_not_equal(one, other, 31);
	assert_true(sm2_sign(other, world_system(), d, digest, &e));
	assert_true(sm2_sign(again, world_system(), d, digest, &e));
	assert_memory_not_equal(other, again, SM2_SIG);
}

static void fresh_keys_sign_and_verify(void **state)
{
	(void)state;
	for (int i = 0; i < 50; i++) {
		uint8_t xy[SM2_POINT], derived[SM2_POINT], rs[SM2_SIG], digest[SM3_SIZE];
		AUTO(secret) d = sm2_generate(world_system(), xy);
		struct err e;

		world_system()->random(world_system(), digest, sizeof digest);
		assert_true(sm2_public_of(derived, secret_view(d), &e));
		assert_memory_equal(xy, derived, SM2_POINT);
		assert_true(sm2_sign(rs, world_system(), secret_view(d), digest, &e));
		assert_true(sm2_verify(xy, digest, rs));
		rs[i] ^= 0x10;
		assert_false(sm2_verify(xy, digest, rs));
	}
}

//= GB/T 32918.4-2016 §7.1: the ciphertext of the example opens
static void the_ciphertext_of_the_standard_comes_out_and_opens(void **state)
{
	AUTO(arena) a = arena_new();
	struct bytes message = BYTES("encryption standard");
	struct sm2_cipher c;
	uint8_t c2[19], out[19];
	struct err e;

	(void)state;
	assert_true(sm2_encrypt_with(&c, c2, hex(a, PX PY).p, hex(a, K).p, message, &e));
	assert_bytes(BYTES_OF(c.c1), hex(a, C1));
	assert_bytes(BYTES_OF(c.c3), hex(a, C3));
	assert_bytes(c.c2, hex(a, C2));
	assert_true(sm2_decrypt(out, hex(a, D).p, &c, &e));
	assert_bytes(BYTES_OF(out), message);
}

//= GB/T 32918.4-2016 §7.1: C1 and C3 are checked
static void what_was_altered_does_not_open_and_leaves_nothing(void **state)
{
	AUTO(arena) a = arena_new();
	struct bytes good = hex(a, C1 C3 C2);
	uint8_t all[SM2_POINT + SM3_SIZE + 19], out[19], zeros[19] = {0};
	struct sm2_cipher c;
	struct err e;

	(void)state;
	memcpy(all, good.p, sizeof all);
	for (size_t bit = 0; bit < 8 * sizeof all; bit += 5) {
		all[bit / 8] ^= (uint8_t)(1 << bit % 8);
		memcpy(c.c1, all, SM2_POINT);
		memcpy(c.c3, all + SM2_POINT, SM3_SIZE);
		c.c2 = bytes_make(all + SM2_POINT + SM3_SIZE, 19);
		assert_false(sm2_decrypt(out, hex(a, D).p, &c, &e));
		assert_int_equal(e.code, ERR_DECRYPT);
		assert_memory_equal(out, zeros, sizeof out);
		all[bit / 8] ^= (uint8_t)(1 << bit % 8);
	}
}

static void a_c1_at_infinity_does_not_open(void **state)
{
	AUTO(arena) a = arena_new();
	struct sm2_cipher c = {.c2 = hex(a, C2)};
	uint8_t out[19];
	struct err e, other;

	(void)state;
	assert_false(sm2_decrypt(out, hex(a, D).p, &c, &e));
	assert_int_equal(e.code, ERR_DECRYPT);
	memcpy(c.c1, hex(a, C1).p, SM2_POINT);
	assert_false(sm2_decrypt(out, hex(a, D).p, &c, &other));
	assert_string_equal(e.text, other.text);
	c.c2.n = 0;
	assert_false(sm2_decrypt(out, hex(a, D).p, &c, &e));
	assert_int_equal(e.code, ERR_DECRYPT);
}

//= GB/T 32918.4-2016 §6.1; a stream of zeros (one octet: 1 in 256) is never used
static void encryption_round_trips_from_one_octet_to_its_maximum(void **state)
{
	static const size_t sizes[] = {1, 2, 31, 32, 33, 100, 1 << 20};
	AUTO(arena) a = arena_new();
	const uint8_t *xy = hex(a, PX PY).p, *d = hex(a, D).p;
	uint8_t *message = arena_alloc(a, (1 << 20) + 1), *c2 = arena_alloc(a, 1 << 20);
	uint8_t *out = arena_alloc(a, 1 << 20);
	struct sm2_cipher c;
	struct err e;

	(void)state;
	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
		struct bytes m = {message, sizes[i]};

		assert_true(sm2_encrypt(&c, c2, world_system(), xy, m, &e));
		assert_true(sm2_decrypt(out, d, &c, &e));
		assert_bytes(bytes_make(out, m.n), m);
	}
	for (int i = 0; i < 300; i++) {
		/* One octet: one nonce in 256 has an all-zero stream and must not be
		 * used. */
		assert_true(sm2_encrypt(
			&c, c2, world_system(), xy, bytes_make(message, 1), &e));
		assert_int_not_equal(c2[0], message[0]);
	}
	assert_false(
		sm2_encrypt(&c, c2, world_system(), xy, (struct bytes){NULL, 0}, &e));
	assert_false(sm2_encrypt(
		&c, c2, world_system(), xy, bytes_make(message, (1 << 20) + 1), &e));
	assert_int_equal(e.code, ERR_TOO_LARGE);
	assert_false(sm2_encrypt(
		&c, c2, world_system(), hex(a, PX ONE).p, bytes_make(message, 1), &e));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_public_point_and_z_are_those_of_the_standard),
		cmocka_unit_test(z_takes_an_id_of_8191_octets_and_no_more),
		cmocka_unit_test(the_signature_of_the_standard_comes_out_and_verifies),
		cmocka_unit_test(any_altered_bit_of_signature_or_digest_fails),
		cmocka_unit_test(r_and_s_outside_their_range_are_refused),
		cmocka_unit_test(r_plus_s_zero_is_refused_even_when_the_equation_holds),
		cmocka_unit_test(points_off_the_curve_and_beyond_the_field_are_refused),
		cmocka_unit_test(a_private_key_lies_between_1_and_n_minus_2),
		cmocka_unit_test(a_nonce_outside_1_to_n_minus_1_is_refused),
		cmocka_unit_test(a_nonce_that_gives_r_zero_is_refused),
		cmocka_unit_test(
			signing_works_with_a_broken_random_source_and_never_repeats_a_nonce),
		cmocka_unit_test(fresh_keys_sign_and_verify),
		cmocka_unit_test(the_ciphertext_of_the_standard_comes_out_and_opens),
		cmocka_unit_test(what_was_altered_does_not_open_and_leaves_nothing),
		cmocka_unit_test(a_c1_at_infinity_does_not_open),
		cmocka_unit_test(encryption_round_trips_from_one_octet_to_its_maximum),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
