/* Cursors: numbers of both orders there and back, short reads, full writers, gaps.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "base/reader.h"
#include "unit.h"

static void numbers_are_read_in_the_order_named(void **state)
{
	struct reader r =
		reader_of(BYTES("\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0a"
				"\x0b\x0c\x0d\x0e\x0f\x10\x11\x12\x13\x14\x15"));

	(void)state;
	assert_int_equal(read_u8(&r), 0x01);
	assert_int_equal(read_le16(&r), 0x0302);
	assert_int_equal(read_le32(&r), 0x07060504);
	assert_true(read_le64(&r) == UINT64_C(0x0f0e0d0c0b0a0908));
	assert_int_equal(read_be16(&r), 0x1011);
	assert_int_equal(read_be32(&r), 0x12131415);
	assert_int_equal(r.rest.n, 0);
	assert_false(r.short_read);
}

static void a_short_read_gives_zero_and_takes_nothing(void **state)
{
	struct reader r = reader_of(BYTES("\xff\xff\xff"));

	(void)state;
	assert_int_equal(read_be32(&r), 0);
	assert_true(r.short_read);
	assert_int_equal(r.rest.n, 3);
	assert_int_equal(read_le64(&r), 0);
	assert_int_equal(read_bytes(&r, SIZE_MAX).n, 0);
	assert_int_equal(r.rest.n, 3);
	/* What is there can still be read; the flag stays. */
	assert_int_equal(read_be16(&r), 0xffff);
	assert_true(r.short_read);
	assert_int_equal(r.rest.n, 1);
}

static void an_empty_run_can_be_read(void **state)
{
	struct reader r = reader_of(bytes_make(NULL, 0));

	(void)state;
	assert_int_equal(read_bytes(&r, 0).n, 0);
	assert_false(r.short_read);
	assert_int_equal(read_u8(&r), 0);
	assert_true(r.short_read);
}

static void what_is_written_is_read_back(void **state)
{
	uint8_t room[64];
	struct writer w = writer_over(room, sizeof room);
	struct reader r;

	(void)state;
	write_u8(&w, 0xfe);
	write_le16(&w, 0x0102);
	write_le32(&w, 0xfffefdfc);
	write_le64(&w, UINT64_MAX - 5);
	write_be32(&w, 0x80000001);
	write_be64(&w, UINT64_C(0x0102030405060708));
	write_str(&w, "印");
	write_bytes(&w, BYTES("a\0b"));
	assert_false(w.full);
	assert_int_equal(w.n, 1 + 2 + 4 + 8 + 4 + 8 + 3 + 3);
	r = reader_of(writer_bytes(&w));
	assert_int_equal(read_u8(&r), 0xfe);
	assert_int_equal(read_le16(&r), 0x0102);
	assert_true(read_le32(&r) == 0xfffefdfc);
	assert_true(read_le64(&r) == UINT64_MAX - 5);
	assert_true(read_be32(&r) == 0x80000001);
	assert_bytes(read_bytes(&r, 8), BYTES("\1\2\3\4\5\6\7\10"));
	assert_bytes(read_bytes(&r, 6), BYTES("印a\0b"));
	assert_int_equal(r.rest.n, 0);
}

static void a_full_writer_keeps_counting_and_touches_nothing(void **state)
{
	uint8_t room[8] = {0};
	struct writer w = writer_over(room, 5);

	(void)state;
	write_be32(&w, 0x01020304);
	assert_int_equal(writer_bytes(&w).n, 4);
	write_be32(&w, 0xffffffff);
	assert_true(w.full);
	assert_int_equal(w.n, 8);
	assert_int_equal(writer_bytes(&w).n, 0);
	/* One octet would fit by itself, but the run is broken already. */
	write_u8(&w, 0xff);
	assert_int_equal(w.n, 9);
	assert_bytes(BYTES_OF(room), BYTES("\1\2\3\4\0\0\0\0"));
}

static void a_pass_without_memory_gives_the_size(void **state)
{
	AUTO(arena) a = arena_new();
	struct writer count = {0}, w;

	(void)state;
	for (int pass = 0; pass < 2; pass++) {
		struct writer *to = pass ? &w : &count;

		write_be64(to, 1);
		write_str(to, "abc");
		write_gap(to, 8, 2);
		if (!pass)
			w = writer_in(a, count.n);
	}
	assert_int_equal(writer_bytes(&count).n, 0);
	assert_int_equal(count.n, 13);
	assert_false(w.full);
	assert_bytes(writer_bytes(&w), BYTES("\0\0\0\0\0\0\0\1\0\0abc"));
}

static void a_gap_opens_where_it_is_asked_for(void **state)
{
	uint8_t room[8];
	struct writer w = writer_over(room, sizeof room);

	(void)state;
	write_str(&w, "abcd");
	write_gap(&w, 0, 1);
	write_gap(&w, w.n, 1);
	write_gap(&w, 3, 0);
	assert_bytes(writer_bytes(&w), BYTES("\0abcd\0"));
	write_gap(&w, 2, 3);
	assert_true(w.full);
	assert_bytes(bytes_make(room, 6), BYTES("\0abcd\0"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers_are_read_in_the_order_named),
		cmocka_unit_test(a_short_read_gives_zero_and_takes_nothing),
		cmocka_unit_test(an_empty_run_can_be_read),
		cmocka_unit_test(what_is_written_is_read_back),
		cmocka_unit_test(a_full_writer_keeps_counting_and_touches_nothing),
		cmocka_unit_test(a_pass_without_memory_gives_the_size),
		cmocka_unit_test(a_gap_opens_where_it_is_asked_for),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
