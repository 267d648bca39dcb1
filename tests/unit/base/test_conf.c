/* Configurations: read whole or refused with the line.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "base/conf.h"

#include <stddef.h>
#include <string.h>

#include "torture.h"
#include "unit.h"

struct sample {
	const char *name, *must;
	int64_t count, size, span;
	bool on;
};

static const struct conf_item items[] = {
	{"name", CONF_TEXT, "nobody", 0, 10, MSG_ERR_USAGE,
		offsetof(struct sample, name)},
	{"must", CONF_TEXT, NULL, 1, 10, MSG_ERR_USAGE, offsetof(struct sample, must)},
	{"count", CONF_INT, "3", 1, 9, MSG_ERR_USAGE, offsetof(struct sample, count)},
	{"size", CONF_SIZE, "2M", 0, 1 << 30, MSG_ERR_USAGE,
		offsetof(struct sample, size)},
	{"span", CONF_SPAN, "90s", 0, 86400, MSG_ERR_USAGE,
		offsetof(struct sample, span)},
	{"on", CONF_BOOL, "no", 0, 0, MSG_ERR_USAGE, offsetof(struct sample, on)},
};
enum { ITEMS = sizeof items / sizeof *items };

static void values_and_defaults(void **state)
{
	AUTO(arena) a = arena_new();
	struct sample s;
	struct err e;

	(void)state;
	assert_true(conf_read(&s, items, ITEMS, a, "x.conf",
		BYTES("# a comment\n\n  must = a = b \r\ncount=9\nspan = 2h\non = yes"),
		&e));
	assert_string_equal(s.name, "nobody");
	assert_string_equal(s.must, "a = b");
	assert_int_equal(s.count, 9);
	assert_int_equal(s.size, 2 << 20);
	assert_int_equal(s.span, 7200);
	assert_true(s.on);
}

static void what_is_wrong_is_refused_with_its_line(void **state)
{
	static const struct {
		const char *text, *where;
	} cases[] = {
		{"", "must must be set"},
		{"must=1\nnoise=1", "x.conf:2"},
		{"must=1\nmust=2", "x.conf:2"},
		{"must", "x.conf:1"},
		{"=1", "x.conf:1"},
		{"must=12345678901", "must must be"},
		{"must=", "must must be"},
		{"must=1\ncount=0", "count must be"},
		{"must=1\ncount=1x", "x.conf:2"},
		{"must=1\ncount=-1", "x.conf:2"},
		{"must=1\nsize=2T", "x.conf:2"},
		{"must=1\nspan=2d", "span must be"},
		{"must=1\nspan=1.5h", "x.conf:2"},
		{"must=1\non=true", "on must be"},
		{"must=1\nsize=9999999999999G", "x.conf:2"},
		{"must=\xff", "not UTF-8"},
	};
	AUTO(arena) a = arena_new();
	struct sample s;
	struct err e;

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		if (conf_read(
			    &s, items, ITEMS, a, "x.conf", bytes_str(cases[i].text), &e))
			fail_msg("%s", cases[i].text);
		if (!strstr(e.text, cases[i].where))
			fail_msg("%s: %s", cases[i].text, e.text);
	}
}

static void what_is_printed_reads_the_same(void **state)
{
	AUTO(arena) a = arena_new();
	struct sample s, again;
	struct err e;
	char *text;

	(void)state;
	assert_true(conf_read(
		&s, items, ITEMS, a, "x", BYTES("must=甲\ncount=5\nspan=2h"), &e));
	text = conf_print(a, LANG_ZH, items, ITEMS, &s);
	assert_true(conf_read(&again, items, ITEMS, a, "y", bytes_str(text), &e));
	assert_string_equal(again.must, "甲");
	assert_int_equal(again.count, 5);
	assert_int_equal(again.span, 7200);
	assert_int_equal(again.size, s.size);
	/* The sample says what must be set, and sets nothing. */
	text = conf_print(a, LANG_EN, items, ITEMS, NULL);
	assert_non_null(strstr(text, "\n#must ="));
	assert_false(conf_read(&again, items, ITEMS, a, "z", bytes_str(text), &e));
}

static void try_one(struct bytes octets, const struct alteration *what, void *ctx)
{
	AUTO(arena) a = arena_new();
	struct sample s;
	struct err e;

	(void)what;
	(void)ctx;
	(void)!conf_read(&s, items, ITEMS, a, "x", octets, &e);
}

static void no_cut_or_flip_does_harm(void **state)
{
	(void)state;
	(void)torture_each(
		BYTES("# c\nmust = x\ncount = 3\nsize = 4K\nspan=1h\non=yes\n"),
		TORTURE_ALL, try_one, NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(values_and_defaults),
		cmocka_unit_test(what_is_wrong_is_refused_with_its_line),
		cmocka_unit_test(what_is_printed_reads_the_same),
		cmocka_unit_test(no_cut_or_flip_does_harm),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
