/* SM2 signatures and ciphertexts as octets: the one right form, and the many wrong ones.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "crypto/sm2_der.h"
#include "hex.h"

#define R      "F5A03B0648D2C4630EEAC513E1BB81A15944DA3827D5B74143AC7EACEEE720B3"
#define S      "31B6AA29DF212FD8763182BC0D421CA1BB9038FD1F7F42D4840B69C485BBC1AA"
#define SIG    "3045022100" R "0220" S
#define X      "04EBFC718E8D1798620432268E77FEB6415E2EDE0E073C0F4F640ECD2E149A73"
#define Y      "E858F9D81E5430A57B36DAAB8F950A3C64E6EE6A63094D99283AFF767E124DF0"
#define C3     "59983C18F809E262923C53AEC295D30383B54E39D609D160AFCB1908D0BD8766"
#define C2     "21886CA989CA9C7D58087307CA93092D651EFA"
#define CIPHER "307C0220" X "022100" Y "0420" C3 "0413" C2

//= GB/T 35276-2017 §7.3: a SEQUENCE of r and s
static void a_signature_is_read_and_written_in_der(void **state)
{
	AUTO(arena) a = arena_new();
	uint8_t rs[SM2_SIG], out[SM2_SIG_DER_MAX];
	struct writer w = writer_over(out, sizeof out);
	enum sm2_sig_form form;
	struct err e;

	(void)state;
	assert_true(sm2_sig_read(rs, &form, hex(a, SIG), &e));
	assert_int_equal(form, SM2_SIG_FORM_DER);
	assert_bytes(BYTES_OF(rs), hex(a, R S));
	sm2_sig_write(&w, rs);
	assert_bytes(writer_bytes(&w), hex(a, SIG));
	assert_true(sm2_sig_read(rs, &form, hex(a, "3006020101020102"), &e));
	assert_int_equal(rs[31], 1);
	assert_int_equal(rs[63], 2);
	assert_int_equal(rs[0] | rs[32], 0);
}

static void the_longest_signature_fits_the_stated_maximum(void **state)
{
	uint8_t rs[SM2_SIG], out[SM2_SIG_DER_MAX];
	struct writer w = writer_over(out, sizeof out);

	(void)state;
	memset(rs, 0xff, sizeof rs);
	sm2_sig_write(&w, rs);
	assert_int_equal(writer_bytes(&w).n, SM2_SIG_DER_MAX);
}

static void exactly_64_octets_are_read_as_raw(void **state)
{
	AUTO(arena) a = arena_new();
	uint8_t rs[SM2_SIG];
	enum sm2_sig_form form;
	struct err e;

	(void)state;
	assert_true(sm2_sig_read(rs, &form, hex(a, R S), &e));
	assert_int_equal(form, SM2_SIG_FORM_RAW);
	assert_bytes(BYTES_OF(rs), hex(a, R S));
	assert_false(sm2_sig_read(rs, &form, hex(a, R S "00"), &e));
	assert_false(sm2_sig_read(rs, &form, bytes_head(hex(a, R S), 63), &e));
	assert_int_equal(e.code, ERR_MALFORMED);
}

//= GB/T 35276-2017 §7.3: and nothing else
static void a_signature_that_is_not_der_is_refused(void **state)
{
	static const char *const wrong[] = {
		"", "30", "3000", SIG "00",     /* something behind */
		"3046022100" R "0220" S "00",   /* … or within */
		"304602220000" R "0220" S,      /* not minimal */
		"30440220" R "0220" S,          /* negative r */
		"308145022100" R "0220" S,      /* length not minimal */
		"3080022100" R "0220" S "0000", /* indefinite */
		"304602220100" R "0220" S "",   /* r of 33 octets, cut */
		"3146022100" R "0220" S,        /* a set */
		"3046022101" R "022100" R,      /* r of 257 bits */
		"3023022100" R,                 /* no s */
		"30040200"
		"0200",             /* empty numbers */
		"3006040101020102", /* an octet string */
	};
	AUTO(arena) a = arena_new();
	uint8_t rs[SM2_SIG];
	enum sm2_sig_form form;
	struct err e;

	(void)state;
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
		assert_false(sm2_sig_read(rs, &form, hex(a, wrong[i]), &e));
	for (size_t n = 0; n < hex(a, SIG).n; n++)
		if (n != SM2_SIG) /* cut to 64 octets it is raw, and verifies nothing */
			assert_false(
				sm2_sig_read(rs, &form, bytes_head(hex(a, SIG), n), &e));
}

//= GB/T 35276-2017 §7.2: x, y, the hash, the text
static void a_ciphertext_is_read_and_written_in_der(void **state)
{
	AUTO(arena) a = arena_new();
	struct writer w = writer_in(a, 200);
	struct sm2_cipher c;
	struct err e;

	(void)state;
	assert_true(sm2_cipher_read(&c, hex(a, CIPHER), &e));
	assert_bytes(BYTES_OF(c.c1), hex(a, X Y));
	assert_bytes(BYTES_OF(c.c3), hex(a, C3));
	assert_bytes(c.c2, hex(a, C2));
	sm2_cipher_write(&w, &c);
	assert_bytes(writer_bytes(&w), hex(a, CIPHER));
	for (size_t n = 0; n < hex(a, CIPHER).n; n++)
		assert_false(sm2_cipher_read(&c, bytes_head(hex(a, CIPHER), n), &e));
	assert_false(sm2_cipher_read(&c, hex(a, CIPHER "00"), &e));
	/* a hash of 31 octets; no text */
	assert_false(sm2_cipher_read(&c, hex(a, "300B020101020101040101040101"), &e));
	assert_false(sm2_cipher_read(&c,
		hex(a, "302A020101020101"
		       "0420" C3 "0400"),
		&e));
}

static void raw_ciphertexts_are_read_in_both_orders_with_and_without_prefix(void **state)
{
	static const struct {
		enum sm2_cipher_order order;
		const char *value;
	} rows[] = {
		{SM2_C1C3C2, "04" X Y C3 C2},
		{SM2_C1C3C2, X Y C3 C2}, /* this x begins with 04 */
		{SM2_C1C2C3, "04" X Y C2 C3},
		{SM2_C1C2C3, X Y C2 C3},
	};
	AUTO(arena) a = arena_new();
	struct sm2_cipher c;
	struct err e;

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		assert_true(sm2_cipher_read_raw(
			&c, rows[i].order, hex(a, rows[i].value), &e));
		assert_bytes(BYTES_OF(c.c1), hex(a, X Y));
		assert_bytes(BYTES_OF(c.c3), hex(a, C3));
		assert_bytes(c.c2, hex(a, C2));
	}
	assert_false(sm2_cipher_read_raw(&c, SM2_C1C3C2, hex(a, "04" X Y C3), &e));
	assert_false(sm2_cipher_read_raw(&c, SM2_C1C2C3, hex(a, X Y C3), &e));
	assert_false(sm2_cipher_read_raw(&c, SM2_C1C2C3, (struct bytes){NULL, 0}, &e));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_signature_is_read_and_written_in_der),
		cmocka_unit_test(the_longest_signature_fits_the_stated_maximum),
		cmocka_unit_test(exactly_64_octets_are_read_as_raw),
		cmocka_unit_test(a_signature_that_is_not_der_is_refused),
		cmocka_unit_test(a_ciphertext_is_read_and_written_in_der),
		cmocka_unit_test(
			raw_ciphertexts_are_read_in_both_orders_with_and_without_prefix),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
