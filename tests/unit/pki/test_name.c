/* Names: printed so that none passes for another, compared as RFC 5280 says.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "base/i18n.h"
#include "pki/name.h"
#include "unit.h"

#include <string.h>

struct pair {
	enum oid oid;
	uint8_t tag;
	const char *value;
	bool joined;
};

/* A Name of these attributes; ends at OID_UNKNOWN. */
static struct bytes name_of(struct arena *a, const struct pair *pairs)
{
	struct writer w = writer_in(a, 16384);
	size_t name = der_open(&w, DER_SEQUENCE);

	for (size_t i = 0; pairs[i].oid;) {
		size_t set = der_open(&w, DER_SET);

		do {
			size_t at = der_open(&w, DER_SEQUENCE);

			der_put_oid(&w, pairs[i].oid);
			der_put(&w, pairs[i].tag, bytes_str(pairs[i].value));
			der_close(&w, at);
		} while (pairs[++i].joined);
		der_close(&w, set);
	}
	der_close(&w, name);
	assert_false(w.full);
	return writer_bytes(&w);
}

#define NAME(a, ...) name_of(a, (const struct pair[]){__VA_ARGS__, {0}})
#define UTF8(oid, value)                           \
	{                                          \
		oid, DER_UTF8_STRING, value, false \
	}
#define PRINTABLE(oid, value)                           \
	{                                               \
		oid, DER_PRINTABLE_STRING, value, false \
	}

static void prints_the_most_specific_attribute_first(void **state)
{
	AUTO(arena) a = arena_new();
	struct bytes n = NAME(a, PRINTABLE(OID_C, "CN"), UTF8(OID_ST, "浙江"),
		UTF8(OID_O, "测试机构"), UTF8(OID_CN, "张三"));

	(void)state;
	assert_string_equal(name_format(a, n), "CN=张三, O=测试机构, ST=浙江, C=CN");
	assert_string_equal(name_title(a, n), "张三");
}

static void keeps_attributes_of_one_set_together(void **state)
{
	AUTO(arena) a = arena_new();
	struct bytes n = NAME(a, PRINTABLE(OID_C, "CN"), UTF8(OID_CN, "a"),
		{OID_SERIAL_NUMBER, DER_PRINTABLE_STRING, "7", true});

	(void)state;
	assert_string_equal(name_format(a, n), "CN=a+serialNumber=7, C=CN");
}

static void lets_no_value_pass_for_an_attribute(void **state)
{
	AUTO(arena) a = arena_new();
	struct bytes n = NAME(a, UTF8(OID_O, "A, CN=B"), UTF8(OID_CN, "a+b\\\"<>;"),
		UTF8(OID_OU, "#x "), UTF8(OID_L, "one\ntwo\xe2\x80\xae"));

	(void)state;
	assert_string_equal(name_format(a, n),
		"L=one?two?, OU=\\#x\\ , CN=a\\+b\\\\\\\"\\<\\>\\;, O=A\\, CN=B");
}

static void prints_unknown_types_by_number_and_unreadable_values_in_hex(void **state)
{
	AUTO(arena) a = arena_new();
	struct bytes n = NAME(a, {OID_KEY_USAGE, DER_UTF8_STRING, "x", false},
		{OID_CN, DER_INTEGER, "\x01", false}, UTF8(OID_O, "\xff\xfe"));

	(void)state;
	assert_string_equal(name_format(a, n), "O=#0c02fffe, CN=#020101, 2.5.29.15=x");
	assert_string_equal(name_title(a, n), name_format(a, n));
}

static void gives_the_last_value_of_an_attribute(void **state)
{
	AUTO(arena) a = arena_new();
	struct bytes v, n = NAME(a, UTF8(OID_OU, "first"), UTF8(OID_OU, "last"));

	(void)state;
	assert_true(name_attribute(a, n, OID_OU, &v));
	assert_bytes(v, BYTES("last"));
	assert_false(name_attribute(a, n, OID_CN, &v));
	assert_false(name_attribute(a, BYTES("\x30\x01\x00"), OID_CN, &v));
}

//= RFC 5280 §7.1: after folding case and blanks
static void compares_without_case_and_runs_of_blanks(void **state)
{
	AUTO(arena) a = arena_new();
	struct bytes n = NAME(a, PRINTABLE(OID_O, "Test  CA"), UTF8(OID_CN, "甲"));
	struct bytes same = NAME(a, UTF8(OID_O, " test ca "), UTF8(OID_CN, "甲"));

	(void)state;
	assert_true(name_equal(n, same));
	assert_true(name_hash(n) == name_hash(same));
}

static void tells_different_names_apart(void **state)
{
	AUTO(arena) a = arena_new();
	struct bytes n = NAME(a, UTF8(OID_O, "Test CA"), UTF8(OID_CN, "甲"));
	struct bytes others[] = {
		NAME(a, UTF8(OID_O, "TestCA"), UTF8(OID_CN, "甲")),
		NAME(a, UTF8(OID_O, "Test CA"), UTF8(OID_CN, "乙")),
		NAME(a, UTF8(OID_O, "Test CA"), UTF8(OID_OU, "甲")),
		NAME(a, UTF8(OID_O, "Test CA")),
		NAME(a, UTF8(OID_CN, "甲"), UTF8(OID_O, "Test CA")),
		NAME(a, UTF8(OID_O, "Test CA"), {OID_CN, DER_UTF8_STRING, "甲", true}),
		NAME(a, {OID_O, DER_IA5_STRING, "TEST CA", false}, UTF8(OID_CN, "甲")),
		NAME(a, UTF8(OID_O, "Test CA"), UTF8(OID_CN, "甲"), UTF8(OID_CN, "甲")),
	};

	(void)state;
	for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
		assert_false(name_equal(n, others[i]));
		assert_false(name_equal(others[i], n));
	}
}

static void knows_what_lies_within_a_name(void **state)
{
	AUTO(arena) a = arena_new();
	struct bytes base = NAME(a, UTF8(OID_C, "CN"), UTF8(OID_O, "甲"));

	(void)state;
	assert_true(name_is_within(base, base));
	assert_true(name_is_within(
		NAME(a, UTF8(OID_C, "CN"), UTF8(OID_O, "甲"), UTF8(OID_CN, "x")), base));
	assert_true(name_is_within(base, BYTES("\x30\x00")));
	assert_false(name_is_within(BYTES("\x30\x00"), base));
	assert_false(name_is_within(
		NAME(a, UTF8(OID_C, "CN"), UTF8(OID_O, "乙"), UTF8(OID_CN, "x")), base));
	assert_false(name_is_within(NAME(a, UTF8(OID_C, "CN"), UTF8(OID_O, "甲"),
					    {OID_OU, DER_UTF8_STRING, "x", true}),
		base));
}

static void refuses_what_is_no_name(void **state)
{
	static const struct bytes wrong[] = {
		{(const uint8_t *)"", 0}, {(const uint8_t *)"\x31\x00", 2},
		{(const uint8_t *)"\x30\x02\x31\x00", 4},         /* empty set */
		{(const uint8_t *)"\x30\x04\x31\x02\x30\x00", 6}, /* no type */
		{(const uint8_t *)"\x30\x00\x00", 3},             /* octets behind */
	};

	(void)state;
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
		assert_false(name_is_well_formed(wrong[i]));
	assert_true(name_is_well_formed(BYTES("\x30\x00")));
}

static void refuses_a_name_without_end(void **state)
{
	AUTO(arena) a = arena_new();
	struct pair many[NAME_ATTRIBUTES_MAX + 2] = {0};

	(void)state;
	for (size_t i = 0; i < NAME_ATTRIBUTES_MAX; i++)
		many[i] = (struct pair)UTF8(OID_OU, "x");
	assert_true(name_is_well_formed(name_of(a, many)));
	many[NAME_ATTRIBUTES_MAX] = (struct pair)UTF8(OID_OU, "x");
	assert_false(name_is_well_formed(name_of(a, many)));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(prints_the_most_specific_attribute_first),
		cmocka_unit_test(keeps_attributes_of_one_set_together),
		cmocka_unit_test(lets_no_value_pass_for_an_attribute),
		cmocka_unit_test(
			prints_unknown_types_by_number_and_unreadable_values_in_hex),
		cmocka_unit_test(gives_the_last_value_of_an_attribute),
		cmocka_unit_test(compares_without_case_and_runs_of_blanks),
		cmocka_unit_test(tells_different_names_apart),
		cmocka_unit_test(knows_what_lies_within_a_name),
		cmocka_unit_test(refuses_what_is_no_name),
		cmocka_unit_test(refuses_a_name_without_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
