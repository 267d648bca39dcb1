/* DER: what is distinguished passes, everything else is refused; what is written is read
 * back. SPDX-License-Identifier: Apache-2.0
 */
#include "asn1/der.h"
#include "base/time.h"
#include "unit.h"

static void refuses_lengths_that_are_not_distinguished(void **state)
{
	static const struct bytes wrong[] = {
		{(const uint8_t *)"\x30\x80\x00\x00", 4},             /* indefinite */
		{(const uint8_t *)"\x04\x81\x01\x00", 4},             /* 1 in long form */
		{(const uint8_t *)"\x04\x82\x00\x80", 4},             /* leading zero */
		{(const uint8_t *)"\x04\x85\x01\x00\x00\x00\x00", 7}, /* beyond 2^32 */
		{(const uint8_t *)"\x04\x02\x00", 3},     /* content missing */
		{(const uint8_t *)"\x1f\x81\x00\x00", 4}, /* high tag */
		{(const uint8_t *)"\x04", 1},
		{(const uint8_t *)"", 0},
		{(const uint8_t *)"\x04\x84\xff\xff\xff\xff", 6},
	};
	struct err e;
	struct der d;

	(void)state;
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		struct bytes in = wrong[i];

		assert_false(der_next(&in, &d, &e));
		assert_int_equal(e.code, ERR_MALFORMED);
		assert_bytes(in, wrong[i]);
	}
}

static void reads_only_minimal_integers(void **state)
{
	struct bytes in, value;
	struct err e;
	uint32_t v;

	(void)state;
	in = BYTES("\x02\x02\x00\x80");
	assert_true(der_integer(&in, &value, &e));
	assert_bytes(value, BYTES("\x80"));
	in = BYTES("\x02\x01\x80");
	assert_false(der_integer(&in, &value, &e)); /* negative */
	assert_true(der_integer_any(&in, &value, &e));
	in = BYTES("\x02\x02\x00\x7f");
	assert_false(der_integer(&in, &value, &e));
	in = BYTES("\x02\x02\xff\x80");
	assert_false(der_integer_any(&in, &value, &e));
	in = BYTES("\x02\x00");
	assert_false(der_integer_any(&in, &value, &e));
	in = BYTES("\x02\x05\x00\xff\xff\xff\xff");
	assert_true(der_small(&in, DER_INTEGER, UINT32_MAX, &v, &e));
	assert_true(v == UINT32_MAX);
	in = BYTES("\x02\x01\x05");
	assert_false(der_small(&in, DER_INTEGER, 4, &v, &e));
}

static void reads_only_distinguished_booleans_bits_and_identifiers(void **state)
{
	struct bytes in, oid;
	struct err e;
	uint32_t bits;
	bool b;

	(void)state;
	in = BYTES("\x01\x01\x01");
	assert_false(der_boolean(&in, &b, &e));
	in = BYTES("\x03\x02\x06\xc0");
	assert_true(der_named_bits(&in, &bits, &e));
	assert_int_equal(bits, 3);
	in = BYTES("\x03\x02\x06\xc1");
	assert_false(der_named_bits(&in, &bits, &e));
	in = BYTES("\x03\x02\x08\x00");
	assert_false(der_named_bits(&in, &bits, &e));
	in = BYTES("\x03\x00");
	assert_false(der_named_bits(&in, &bits, &e));
	in = BYTES("\x06\x03\x2a\x80\x01");
	assert_false(der_oid(&in, &oid, &e)); /* padded arc */
	in = BYTES("\x06\x02\x2a\x81");
	assert_false(der_oid(&in, &oid, &e)); /* cut arc */
	in = BYTES("\x06\x00");
	assert_false(der_oid(&in, &oid, &e));
}

static void reads_times_in_utc_only(void **state)
{
	static const char *const wrong[] = {"\x17\x0b"
					    "2611220830Z",
		"\x17\x11"
		"261122083000+0800",
		"\x17\x0d"
		"261322083000Z",
		"\x18\x0f"
		"20260230083000Z",
		"\x18\x10"
		"20261122083000.Z",
		"\x18\x0e"
		"20261122083000"};
	struct bytes in = BYTES("\x17\x0d"
				"490101000000Z");
	int64_t t, u;
	struct err e;

	(void)state;
	assert_true(der_time(&in, &t, &e));
	assert_true(time_parse_iso(BYTES("2049-01-01"), &u, &e));
	assert_true(t == u);
	in = BYTES("\x17\x0d"
		   "500101000000Z");
	assert_true(der_time(&in, &t, &e));
	assert_int_equal(civil_of_time(t).year, 1950);
	in = BYTES("\x18\x13"
		   "20261122083000.763Z");
	assert_true(der_time(&in, &t, &e));
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		in = bytes_str(wrong[i]);
		assert_false(der_time(&in, &t, &e));
	}
}

static void what_is_written_is_read_back(void **state)
{
	static const size_t sizes[] = {0, 1, 127, 128, 255, 256, 65535, 65536};
	static uint8_t data[65536];
	AUTO(arena) a = arena_new();
	struct err e;

	(void)state;
	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
		struct writer w = writer_in(a, 70000), count = writer_over(NULL, 0);
		size_t outer = der_open(&w, DER_SEQUENCE);
		struct bytes body, in;

		der_put(&w, DER_OCTET_STRING, bytes_make(data, sizes[i]));
		der_close(&w, outer);
		outer = der_open(&count, DER_SEQUENCE);
		der_put(&count, DER_OCTET_STRING, bytes_make(data, sizes[i]));
		der_close(&count, outer);
		assert_int_equal(w.n, count.n);
		assert_true(der_only(writer_bytes(&w), DER_SEQUENCE, &in, &e));
		assert_true(der_only(in, DER_OCTET_STRING, &body, &e));
		assert_int_equal(body.n, sizes[i]);
	}
}

static void a_full_writer_says_so_and_gives_nothing(void **state)
{
	uint8_t small[8];
	struct writer w = writer_over(small, sizeof small);
	size_t outer = der_open(&w, DER_SEQUENCE);

	(void)state;
	der_put(&w, DER_OCTET_STRING, BYTES("123456789"));
	der_close(&w, outer);
	assert_true(w.full);
	assert_int_equal(writer_bytes(&w).n, 0);
	assert_int_equal(w.n, 13);
}

static void sets_are_sorted(void **state)
{
	uint8_t space[64];
	struct writer w = writer_over(space, sizeof space);
	size_t set = der_open(&w, DER_SET);
	struct err e;

	(void)state;
	der_put(&w, DER_OCTET_STRING, BYTES("b"));
	der_put_small(&w, DER_INTEGER, 300);
	der_put(&w, DER_OCTET_STRING, BYTES("a"));
	assert_true(der_sort_set(&w, set, &e));
	der_close(&w, set);
	assert_bytes(writer_bytes(&w), BYTES("\x31\x0a\x02\x02\x01\x2c\x04\x01"
					     "a\x04\x01"
					     "b"));
}

static void every_identifier_of_the_table_is_found_by_its_octets(void **state)
{
	AUTO(arena) a = arena_new();

	(void)state;
	for (enum oid oid = OID_UNKNOWN + 1; oid < OID_COUNT; oid++) {
		assert_int_equal(oid_find(oid_bytes(oid)), oid);
		assert_string_equal(oid_format(a, oid_bytes(oid)), oid_dotted(oid));
	}
	assert_bytes(oid_bytes(OID_SM2_SM3), BYTES("\x2a\x81\x1c\xcf\x55\x01\x83\x75"));
	assert_int_equal(oid_find(BYTES("\x2a\x03")), OID_UNKNOWN);
}

//= ITU-T X.690 §8.19: object identifiers
static void dotted_notation_is_read(void **state)
{
	static const char *const bad[] = {"", "1", "1.", ".1", "1..2", "3.1", "1.40",
		"1.2.", "01.2", "1.02", "1.2.-3", "1.2.9223372036854775808", "1.2 .3",
		"1.2.3.4.5.6.7.8.9.10.11.12.13.14.15.16.17.18.19.20.21"};
	AUTO(arena) a = arena_new();
	struct bytes out;
	struct err e;

	(void)state;
	for (enum oid oid = OID_UNKNOWN + 1; oid < OID_COUNT; oid++) {
		/* Arcs of a UUID are too large for a number. */
		if (bytes_starts(bytes_str(oid_dotted(oid)), BYTES("2.25.")))
			continue;
		assert_true(oid_parse(a, bytes_str(oid_dotted(oid)), &out, &e));
		assert_bytes(out, oid_bytes(oid));
	}
	assert_true(oid_parse(a, bytes_str("2.999.9223372036854775000"), &out, &e));
	assert_string_equal(oid_format(a, out), "2.999.9223372036854775000");
	assert_true(oid_parse(a, bytes_str("0.0"), &out, &e));
	assert_bytes(out, BYTES("\0"));
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		if (oid_parse(a, bytes_str(bad[i]), &out, &e))
			fail_msg("%s", bad[i]);
		assert_int_equal(e.code, ERR_MALFORMED);
	}
}

static void strings_of_every_kind_become_utf8(void **state)
{
	AUTO(arena) a = arena_new();
	struct bytes in = BYTES("\x1e\x06\x53\xf0\xd8\x40\xdc\x00"), text;
	struct err e;

	(void)state;
	assert_true(der_string(a, &in, &text, &e));
	assert_bytes(text, BYTES("台\xf0\xa0\x80\x80"));
	in = BYTES("\x13\x06\xe5\x8d\xb0\xe7\xab\xa0"); /* UTF-8 in a PrintableString */
	assert_true(der_string(a, &in, &text, &e));
	in = BYTES("\x0c\x02\xc0\xaf");
	assert_false(der_string(a, &in, &text, &e));
	in = BYTES("\x14\x01\xe9");
	assert_true(der_string(a, &in, &text, &e));
	assert_bytes(text, BYTES("é"));
	in = BYTES("\x04\x01g");
	assert_false(der_string(a, &in, &text, &e));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(refuses_lengths_that_are_not_distinguished),
		cmocka_unit_test(reads_only_minimal_integers),
		cmocka_unit_test(reads_only_distinguished_booleans_bits_and_identifiers),
		cmocka_unit_test(reads_times_in_utc_only),
		cmocka_unit_test(what_is_written_is_read_back),
		cmocka_unit_test(a_full_writer_says_so_and_gives_nothing),
		cmocka_unit_test(sets_are_sorted),
		cmocka_unit_test(every_identifier_of_the_table_is_found_by_its_octets),
		cmocka_unit_test(dotted_notation_is_read),
		cmocka_unit_test(strings_of_every_kind_become_utf8),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
