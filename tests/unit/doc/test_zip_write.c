/* Zips written here: they open here, copies are octet for octet, bad names are refused.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "doc/zip_write.h"

#include "torture.h"
#include "unit.h"
#include "zip_craft.h"

enum { FILE_MAX = 8 << 20 };

static struct bytes noise(struct arena *a, size_t n)
{
	uint8_t *p = arena_alloc(a, n);
	uint64_t state = 1;

	for (size_t i = 0; i < n; i++)
		p[i] = (uint8_t)torture_random(&state);
	return bytes_make(p, n);
}

static struct bytes even(struct arena *a, size_t n)
{
	uint8_t *p = arena_alloc(a, n);

	for (size_t i = 0; i < n; i++)
		p[i] = (uint8_t)(i % 251);
	return bytes_make(p, n);
}

static void write_all(struct arena *a, struct buf *to)
{
	AUTO(zip_writer) w = zip_writer_new(sink_to_buf(to));
	AUTO(source) big = source_of_bytes(even(a, 300000));
	AUTO(source) wild = source_of_bytes(noise(a, 300000));
	struct err e;

	assert_true(zip_add(
		w, BYTES("OFD.xml"), BYTES("<OFD/><OFD/><OFD/><OFD/>"), true, &e));
	assert_true(zip_add(w, BYTES("stored"), BYTES("x"), false, &e));
	assert_true(zip_add(w, BYTES("空的"), BYTES(""), true, &e));
	assert_true(zip_add(w, BYTES("noise"), noise(a, 100000), true, &e));
	assert_true(zip_add_stream(w, BYTES("Doc_0/big"), big, true, &e));
	assert_true(zip_add_stream(w, BYTES("Doc_0/wild"), wild, true, &e));
	assert_true(zip_finish(w, &e));
	assert_false(zip_finish(w, &e));
	assert_false(zip_add(w, BYTES("late"), BYTES(""), false, &e));
}

static struct bytes get(struct zip *z, struct arena *a, const char *name)
{
	struct bytes b = {0};
	struct err e;
	size_t i;

	assert_true(zip_find(z, bytes_str(name), &i));
	if (!zip_slurp(z, i, a, FILE_MAX, &b, &e))
		fail_msg("%s", e.text);
	return b;
}

static void check_all(struct arena *a, struct bytes file)
{
	AUTO(source) s = source_of_bytes(file);
	AUTO(zip) z = NULL;
	struct err e;

	if (!zip_open(&z, s, &e))
		fail_msg("%s", e.text);
	assert_int_equal(zip_count(z), 6);
	assert_int_equal(zip_findings_n(z), 0);
	assert_bytes(get(z, a, "OFD.xml"), BYTES("<OFD/><OFD/><OFD/><OFD/>"));
	assert_bytes(get(z, a, "stored"), BYTES("x"));
	assert_int_equal(get(z, a, "空的").n, 0);
	assert_bytes(get(z, a, "noise"), noise(a, 100000));
	assert_bytes(get(z, a, "Doc_0/big"), even(a, 300000));
	assert_bytes(get(z, a, "Doc_0/wild"), noise(a, 300000));
	for (size_t i = 0; i < zip_count(z); i++) {
		const struct zip_entry *t = zip_entry(z, i);

		assert_int_equal(t->flags, ZIP_FLAG_UTF8);
		assert_true(t->packed <= t->size);
	}
}

static void what_is_written_opens_and_comes_back(void **state)
{
	AUTO(arena) a = arena_new();
	AUTO_BUF file = buf_make(FILE_MAX), again = buf_make(FILE_MAX);

	(void)state;
	write_all(a, &file);
	check_all(a, buf_bytes(&file));
	write_all(a, &again);
	assert_bytes(buf_bytes(&again), buf_bytes(&file));
}

static void copy_all(struct bytes file, struct buf *to)
{
	AUTO(source) s = source_of_bytes(file);
	AUTO(zip_writer) w = zip_writer_new(sink_to_buf(to));
	AUTO(zip) z = NULL;
	struct err e;

	assert_true(zip_open(&z, s, &e));
	for (size_t i = 0; i < zip_count(z); i++)
		assert_true(zip_copy(w, z, i, &e));
	assert_true(zip_finish(w, &e));
}

static void copies_are_octet_for_octet(void **state)
{
	AUTO(arena) a = arena_new();
	AUTO_BUF file = buf_make(FILE_MAX), copy = buf_make(FILE_MAX);

	(void)state;
	write_all(a, &file);
	copy_all(buf_bytes(&file), &copy);
	assert_bytes(buf_bytes(&copy), buf_bytes(&file));
}

static void packed_octets_of_another_maker_are_copied_untouched(void **state)
{
	AUTO(arena) a = arena_new();
	char *path = sample_path(a, "ofd/einvoice_test_chongqing_999.ofd");
	AUTO_BUF copy = buf_make(FILE_MAX);
	AUTO(source) s = NULL;
	AUTO(source) r = NULL;
	AUTO(zip) z = NULL;
	AUTO(zip) y = NULL;
	struct bytes file;
	struct err e;

	(void)state;
	assert_true(file_slurp(a, path, FILE_MAX, &file, &e));
	copy_all(file, &copy);
	s = source_of_bytes(file);
	assert_true(zip_open(&z, s, &e));
	r = source_of_bytes(buf_bytes(&copy));
	assert_true(zip_open(&y, r, &e));
	for (size_t i = 0; i < zip_count(z); i++) {
		const struct zip_entry *t = zip_entry(z, i), *u = zip_entry(y, i);

		assert_bytes(u->name, t->name);
		assert_int_equal(u->crc, t->crc);
		assert_int_equal(u->dos_time, t->dos_time);
		assert_bytes(bytes_make(copy.p + u->data_at, u->packed),
			bytes_make(file.p + t->data_at, t->packed));
	}
}

static void names_that_lead_elsewhere_are_refused(void **state)
{
	static const struct bytes bad[] = {{(const uint8_t *)"", 0},
		{(const uint8_t *)"/a", 2}, {(const uint8_t *)"a\\b", 3},
		{(const uint8_t *)"../a", 4}, {(const uint8_t *)"a/..", 4},
		{(const uint8_t *)"a\0b", 3}, {(const uint8_t *)"a\nb", 3},
		{(const uint8_t *)"\xff", 1}};
	AUTO_BUF file = buf_make(FILE_MAX);
	AUTO(zip_writer) w = zip_writer_new(sink_to_buf(&file));
	struct err e;

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		assert_false(zip_add(w, bad[i], BYTES("x"), false, &e));
		assert_int_equal(e.code, ERR_USAGE);
	}
	assert_int_equal(file.n, 0);
	assert_true(zip_add(w, BYTES("a..b/.c"), BYTES("x"), false, &e));
}

static void a_name_twice_is_refused_at_the_end(void **state)
{
	AUTO_BUF file = buf_make(FILE_MAX);
	AUTO(zip_writer) w = zip_writer_new(sink_to_buf(&file));
	struct err e;

	(void)state;
	assert_true(zip_add(w, BYTES("b"), BYTES("x"), false, &e));
	assert_true(zip_add(w, BYTES("a"), BYTES("x"), false, &e));
	assert_true(zip_add(w, BYTES("b"), BYTES("y"), false, &e));
	assert_false(zip_finish(w, &e));
	assert_int_equal(e.code, ERR_USAGE);
}

/* Design: anonymous memory is bounded whatever the file. */
static void the_largest_directory_takes_at_most_32_mb(void **state)
{
	AUTO_BUF file = buf_make(32 << 20);
	AUTO(zip_writer) w = zip_writer_new(sink_to_buf(&file));
	AUTO(source) s = NULL;
	AUTO(zip) z = NULL;
	AUTO(arena) a = arena_new();
	struct err e;

	(void)state;
	for (size_t i = 0; i < 65535; i++)
		assert_true(
			zip_add(w, bytes_str(arena_printf(a, "Doc_0/Pages/Page_%zu", i)),
				BYTES(""), false, &e));
	assert_false(zip_add(w, BYTES("one more"), BYTES(""), false, &e));
	assert_int_equal(e.code, ERR_TOO_LARGE);
	assert_true(zip_finish(w, &e));
	s = source_of_bytes(buf_bytes(&file));
	if (!zip_open(&z, s, &e))
		fail_msg("%s", e.text);
	assert_int_equal(zip_count(z), 65535);
	assert_true(zip_memory(z) <= 16 << 20);
	assert_true(
		ZIP_DIRECTORY_MAX + ZIP_ENTRIES_MAX * (sizeof(struct zip_entry) + 12) <=
		32 << 20);
}

static bool put_full(void *to, struct bytes chunk, struct err *e)
{
	size_t *room = to;

	if (chunk.n > *room)
		return err_set(e, ERR_WRITE, "no room");
	*room -= chunk.n;
	return true;
}

static void a_full_disk_is_told(void **state)
{
	size_t room;
	struct err e;

	(void)state;
	for (size_t n = 0; n < 120; n++) {
		AUTO(zip_writer) w = zip_writer_new((struct sink){put_full, &room});
		bool ok;

		room = n;
		ok = zip_add(w, BYTES("a"), BYTES("xyz"), false, &e) && zip_finish(w, &e);
		assert_int_equal(ok, n >= 30 + 1 + 3 + 46 + 1 + 22);
		if (!ok)
			assert_int_equal(e.code, ERR_WRITE);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_written_opens_and_comes_back),
		cmocka_unit_test(copies_are_octet_for_octet),
		cmocka_unit_test(packed_octets_of_another_maker_are_copied_untouched),
		cmocka_unit_test(names_that_lead_elsewhere_are_refused),
		cmocka_unit_test(a_name_twice_is_refused_at_the_end),
		cmocka_unit_test(the_largest_directory_takes_at_most_32_mb),
		cmocka_unit_test(a_full_disk_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
