/* What answers of S3 are read for: whole, cut short, with each bit turned.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "net/s3_client.h"

#include <string.h>

#include "base/mem.h"
#include "base/time.h"
#include "unit.h"

static const char list[] =
	"<?xml version=\"1.0\"?><ListBucketResult><Name>b</Name><IsTruncated>true"
	"</IsTruncated><Contents><Key>p/ab</Key><LastModified>2026-11-22T08:30:00.123Z"
	"</LastModified><ETag>\"x\"</ETag><Size>17</Size></Contents><Contents><Key>p/cd"
	"</Key><LastModified>2026-11-22T08:30:01Z</LastModified><Size>0</Size></Contents>"
	"</ListBucketResult>";

static void reads_a_list(void **state)
{
	struct bytes rest = bytes_str(list);
	struct s3_entry entry;
	struct err e;
	bool more;

	(void)state;
	assert_true(s3_list_is_cut(rest));
	assert_true(s3_list_next(&rest, &entry, &more, &e) && more);
	assert_bytes(entry.key, BYTES("p/ab"));
	assert_int_equal(entry.size, 17);
	assert_int_equal(entry.changed_at, INT64_C(1795336200) * TIME_SECOND);
	assert_true(s3_list_next(&rest, &entry, &more, &e) && more);
	assert_bytes(entry.key, BYTES("p/cd"));
	assert_true(s3_list_next(&rest, &entry, &more, &e));
	assert_false(more);
	assert_bytes(s3_element(bytes_str(list), "Name"), BYTES("b"));
	assert_int_equal(s3_element(bytes_str(list), "UploadId").n, 0);
}

static void refuses_an_entry_that_says_too_little(void **state)
{
	static const char *const wrong[] = {
		"<Contents><Key>a</Key><LastModified>2026-11-22T08:30:00Z</LastModified>"
		"</Contents>",
		"<Contents><Key>a</Key><LastModified>2026-11-22T08:30:00Z</LastModified>"
		"<Size>-1</Size></Contents>",
		"<Contents><Key>a</Key><LastModified>yesterday</LastModified><Size>1</"
		"Size>"
		"</Contents>",
		"<Contents><Key></Key><LastModified>2026-11-22T08:30:00Z</LastModified>"
		"<Size>1</Size></Contents>"};

	(void)state;
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		struct bytes rest = bytes_str(wrong[i]);
		struct s3_entry entry;
		struct err e;
		bool more;

		assert_false(s3_list_next(&rest, &entry, &more, &e));
		assert_int_equal(e.code, ERR_MALFORMED);
	}
}

/* Every entry it gives lies within what it was given. */
static void walk(struct bytes xml)
{
	struct bytes rest = xml;
	struct s3_entry entry;
	struct err e;
	bool more = true;
	unsigned entries = 0;

	while (s3_list_next(&rest, &entry, &more, &e) && more) {
		assert_true(entry.key.p >= xml.p);
		assert_true(entry.key.p + entry.key.n <= xml.p + xml.n);
		assert_true(++entries <= 2);
	}
}

static void any_octets_are_harmless(void **state)
{
	(void)state;
	for (size_t n = 0; n < sizeof list; n++) {
		/* Of its exact size, so that a sanitizer sees one octet too many. */
		AUTO_MEM uint8_t *cut = mem_alloc(n ? n : 1);

		memcpy(cut, list, n);
		walk(bytes_make(cut, n));
	}
	for (size_t bit = 0; bit < 8 * (sizeof list - 1); bit++) {
		AUTO_MEM uint8_t *turned = mem_dup(bytes_str(list));

		turned[bit / 8] ^= (uint8_t)(1 << bit % 8);
		walk(bytes_make(turned, sizeof list - 1));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_a_list),
		cmocka_unit_test(refuses_an_entry_that_says_too_little),
		cmocka_unit_test(any_octets_are_harmless),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
