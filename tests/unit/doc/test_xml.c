/* XML parts: what is read, by local name, and everything dangerous refused.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "doc/xml.h"

#include <string.h>
#include <sys/resource.h>

#include "torture.h"
#include "unit.h"

#if defined(__SANITIZE_ADDRESS__)
#define SANITIZED 1
#elif defined(__has_feature)
#define SANITIZED __has_feature(address_sanitizer)
#else
#define SANITIZED 0
#endif

static void parse_all(struct bytes part, bool *ok, struct err *e)
{
	AUTO(xml_reader) r = NULL;
	struct xml_event ev = {.kind = XML_START};

	*ok = xml_open(&r, part, e);
	while (*ok && ev.kind != XML_DONE)
		*ok = xml_next(r, &ev, e);
}

static void refused(struct bytes part, enum err_code code, const char *why)
{
	struct err e = {0};
	bool ok;

	parse_all(part, &ok, &e);
	if (ok)
		fail_msg("read, expected: %s", why);
	if (e.code != code || !strstr(e.text, why))
		fail_msg(
			"said %s \"%s\", expected \"%s\"", err_name(e.code), e.text, why);
}

static void accepted(struct bytes part)
{
	struct err e = {0};
	bool ok;

	parse_all(part, &ok, &e);
	if (!ok)
		fail_msg("%.*s: %s", (int)part.n, (const char *)part.p, e.text);
}

static void events_come_in_order_with_names_and_values(void **state)
{
	AUTO(xml_reader) r = NULL;
	struct xml_event ev;
	struct bytes value;
	struct err e;

	(void)state;
	assert_true(xml_open(&r,
		BYTES("\xef\xbb\xbf<?xml version=\"1.0\" encoding=\"utf-8\"?><!-- < -->\n"
		      "<o:a xmlns:o='urn:x' b='1 &lt; 2' o:c=\"钤\"><?p "
		      "<?>t&amp;<![CDATA[<x>]]>u"
		      "<d/></o:a>"),
		&e));
	assert_true(xml_next(r, &ev, &e));
	assert_int_equal(ev.kind, XML_START);
	assert_int_equal(ev.depth, 1);
	assert_bytes(ev.name, BYTES("a"));
	assert_bytes(ev.ns, BYTES("urn:x"));
	assert_int_equal(ev.attrs_n, 2);
	assert_true(xml_has(&ev, "b", &value));
	assert_bytes(value, BYTES("1 < 2"));
	assert_true(xml_has(&ev, "c", &value));
	assert_bytes(value, BYTES("钤"));
	assert_false(xml_has(&ev, "xmlns", &value));
	assert_true(xml_next(r, &ev, &e));
	assert_int_equal(ev.kind, XML_TEXT);
	assert_bytes(ev.text, BYTES("t&<x>u"));
	assert_true(xml_next(r, &ev, &e));
	assert_int_equal(ev.kind, XML_START);
	assert_int_equal(ev.depth, 2);
	assert_true(xml_is(&ev, "d"));
	assert_int_equal(ev.ns.n, 0);
	assert_true(xml_next(r, &ev, &e));
	assert_int_equal(ev.kind, XML_END);
	assert_int_equal(ev.depth, 2);
	assert_true(xml_next(r, &ev, &e));
	assert_int_equal(ev.kind, XML_END);
	assert_int_equal(ev.depth, 1);
	assert_true(xml_next(r, &ev, &e));
	assert_int_equal(ev.kind, XML_DONE);
	assert_true(xml_next(r, &ev, &e));
	assert_int_equal(ev.kind, XML_DONE);
}

static void children_are_walked_and_what_is_not_read_is_passed_over(void **state)
{
	AUTO(arena) a = arena_new();
	AUTO(xml_reader) r = NULL;
	struct xml_event ev;
	struct bytes text;
	size_t n = 0;
	bool found;
	struct err e;

	(void)state;
	assert_true(xml_open(&r,
		BYTES("<a>x<skip><b>no</b><c/></skip> <b> one\n</b><e/><f><b>in</b></f>"
		      "<b>two</b></a>"),
		&e));
	assert_true(xml_root(r, &ev, &e));
	while (xml_child(r, 1, &ev, &found, &e) && found) {
		n++;
		if (xml_is(&ev, "b")) {
			assert_true(xml_leaf(r, a, &text, &e));
			assert_bytes(text, n == 2 ? BYTES("one") : BYTES("two"));
		} else if (xml_is(&ev, "f")) {
			assert_true(xml_child(r, 2, &ev, &found, &e) && found);
			assert_true(xml_leaf(r, a, &text, &e));
			assert_bytes(text, BYTES("in"));
			assert_true(xml_child(r, 2, &ev, &found, &e));
			assert_false(found);
		} else if (xml_is(&ev, "e")) {
			assert_true(xml_child(r, 2, &ev, &found, &e));
			assert_false(found);
		}
	}
	assert_int_equal(n, 5);
	assert_true(xml_next(r, &ev, &e));
	assert_int_equal(ev.kind, XML_DONE);
}

static void a_leaf_with_elements_in_it_is_refused(void **state)
{
	AUTO(arena) a = arena_new();
	AUTO(xml_reader) r = NULL;
	struct xml_event ev;
	struct bytes text;
	struct err e;

	(void)state;
	assert_true(xml_open(&r, BYTES("<a>x<b/></a>"), &e));
	assert_true(xml_root(r, &ev, &e));
	assert_false(xml_leaf(r, a, &text, &e));
	assert_int_equal(e.code, ERR_MALFORMED);
}

static void dtds_and_entities_are_refused(void **state)
{
	(void)state;
	refused(BYTES("<!DOCTYPE a><a/>"), ERR_MALFORMED, "no DTD");
	refused(BYTES("<?xml version='1.0'?>\n<!DOCTYPE a SYSTEM 'http://x/'><a/>"),
		ERR_MALFORMED, "no DTD");
	refused(BYTES("<!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><a>&x;</a>"),
		ERR_MALFORMED, "no DTD");
	refused(BYTES("<!DOCTYPE l [<!ENTITY a 'ha'><!ENTITY b '&a;&a;&a;'>]><l>&b;</l>"),
		ERR_MALFORMED, "no DTD");
	refused(BYTES("<a><!ENTITY x 'y'></a>"), ERR_MALFORMED, "no DTD");
	refused(BYTES("<a>&nbsp;</a>"), ERR_MALFORMED, "nbsp");
	refused(BYTES("<a b='&x;'/>"), ERR_MALFORMED, "'x'");
	accepted(BYTES("<a b='&quot;'>&lt;&#38;&#x4e2d;</a>"));
}

static void other_encodings_are_refused(void **state)
{
	(void)state;
	refused(BYTES("\xff\xfe<\0a\0/\0>\0"), ERR_UNSUPPORTED, "UTF-16");
	refused(BYTES("\xfe\xff\0<\0a\0/\0>"), ERR_UNSUPPORTED, "UTF-16");
	refused(BYTES("<?xml version='1.0' encoding='GBK'?><a/>"), ERR_UNSUPPORTED,
		"encoding");
	refused(BYTES("<?xml version='1.0' encoding = 'UTF-16'?><a/>"), ERR_UNSUPPORTED,
		"encoding");
	refused(BYTES("<a>\xb9\xab</a>"), ERR_MALFORMED, "UTF-8");
	refused(BYTES("<a>\xed\xa0\x80</a>"), ERR_MALFORMED, "UTF-8");
	accepted(BYTES("<?xml version='1.0' encoding=\"UTF-8\" standalone='yes'?><a/>"));
}

static void what_is_not_well_formed_is_refused(void **state)
{
	static const char *const bad[] = {"", " ", "text", "<a>", "<a></b>", "<a/><b/>",
		"<a/>x", "<a b=c/>", "<a b='1' b='2'/>", "<a", "<a>&", "<a>&#0;</a>",
		"<>", "<a><![CDATA[x</a>", "<!-- -->", "<a><!-- -- --></a>", "<a>]]></a>",
		"<a>\x01</a>", "</a>", "<a b='<'/>"};

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		struct err e = {0};
		bool ok;

		parse_all(bytes_str(bad[i]), &ok, &e);
		if (ok)
			fail_msg("read: %s", bad[i]);
		assert_int_equal(e.code, ERR_MALFORMED);
	}
}

static void prefixes_nobody_declared_are_read_by_local_name(void **state)
{
	AUTO(xml_reader) r = NULL;
	struct xml_event ev;
	struct err e;

	(void)state;
	assert_true(xml_open(&r, BYTES("<ofd:OFD DocType='OFD'><ofd:x/></ofd:OFD>"), &e));
	assert_true(xml_root(r, &ev, &e));
	assert_true(xml_is(&ev, "OFD"));
	assert_int_equal(ev.ns.n, 0);
}

static struct bytes repeat(
	struct arena *a, const char *head, const char *body, size_t n, const char *tail)
{
	AUTO_BUF b = buf_make(64 << 20);
	struct err e;

	assert_true(buf_put(&b, bytes_str(head), &e));
	for (size_t i = 0; i < n; i++)
		assert_true(buf_put(&b, bytes_str(body), &e));
	assert_true(buf_put(&b, bytes_str(tail), &e));
	return arena_dup(a, buf_bytes(&b));
}

static void what_is_too_much_is_refused_early(void **state)
{
	AUTO(arena) a = arena_new();

	(void)state;
	refused(repeat(a, "", "<a>", 100000, ""), ERR_MALFORMED, "deeper");
	refused(repeat(a, "", "<a>", XML_DEPTH_MAX + 1, ""), ERR_MALFORMED, "deeper");
	accepted(repeat(a, "<r>", "<a><b/></a>", 100000, "</r>"));
	refused(repeat(a, "<a ", "b='' ", XML_ATTRS_MAX + 1, "/>"), ERR_TOO_LARGE,
		"attributes");
	refused(repeat(a, "", "<a xmlns='' xmlns:b='c'>", 33, ""), ERR_TOO_LARGE,
		"namespaces");
	accepted(repeat(a, "<r>", "<a xmlns='' xmlns:b='c'></a>", 1000, "</r>"));
	accepted(repeat(a, "<r>", "<a xmlns:b='c'/><e f=' xmlns'/>", 1000, "</r>"));
	refused(repeat(a, "<a b='", "xxxxxxxxxxxxxxxx", 1 << 16, "'/>"), ERR_TOO_LARGE,
		"a tag of");
	refused(repeat(a, "<a><!--", "xxxxxxxxxxxxxxxx", 1 << 16, "--></a>"),
		ERR_TOO_LARGE, "a comment of");
	refused(repeat(a, "<a>", "xxxxxxxxxxxxxxxx", (1 << 18) + 1, "</a>"),
		ERR_TOO_LARGE, "too much text");
	accepted(repeat(a, "<a>", "xxxxxxxxxxxxxxxx", 1 << 17, "</a>"));
	refused(repeat(a, "<a>", "xxxxxxxxxxxxxxxx", 1 << 20, "</a>"), ERR_TOO_LARGE,
		"XML part of");
}

static long peak_kb(void)
{
	struct rusage u;

	assert_int_equal(getrusage(RUSAGE_SELF, &u), 0);
	return u.ru_maxrss;
}

static void the_largest_part_takes_little_memory_and_time(void **state)
{
	AUTO(arena) a = arena_new();
	AUTO_BUF b = buf_make(XML_PART_MAX);
	long before;
	struct err e;
	size_t i;

	(void)state;
	assert_true(buf_put(&b, BYTES("<r>"), &e));
	/* names that all differ, which a dictionary would have to keep */
	for (i = 0; b.n < XML_PART_MAX - 64; i++)
		assert_true(
			buf_put(&b, bytes_str(arena_printf(a, "<e%zu/>", i % 6000)), &e));
	assert_true(buf_put(&b, BYTES("</r>"), &e));
	before = peak_kb();
	accepted(buf_bytes(&b));
	/* sanitizers multiply memory; what they see is not what is promised */
	if (!SANITIZED)
		assert_true(peak_kb() - before < 24 * 1024);
}

static void endless_names_end(void **state)
{
	AUTO(arena) a = arena_new();
	AUTO_BUF b = buf_make(XML_PART_MAX);
	struct err e = {0};
	bool ok;
	size_t i;

	(void)state;
	assert_true(buf_put(&b, BYTES("<r>"), &e));
	for (i = 0; b.n < XML_PART_MAX - 64; i++)
		assert_true(buf_put(&b, bytes_str(arena_printf(a, "<e%zu/>", i)), &e));
	assert_true(buf_put(&b, BYTES("</r>"), &e));
	parse_all(buf_bytes(&b), &ok, &e);
	assert_false(ok);
}

static void altered(struct bytes b, const struct alteration *what, void *ctx)
{
	struct err e = {0};
	bool ok;

	(void)ctx;
	parse_all(b, &ok, &e);
	if (what->kind == TORTURE_CUT)
		assert_false(ok);
	if (!ok)
		assert_true(e.code != ERR_NONE && e.text[0]);
}

static void alterations_do_no_harm(void **state)
{
	(void)state;
	torture_each(
		BYTES("<?xml version=\"1.0\" encoding=\"UTF-8\"?><o:a xmlns:o='u' b='1 "
		      "&lt;'><!-- c --><?p q?>t&amp;<![CDATA[<x>]]>钤<d e=\"f\"/></o:a>"),
		TORTURE_ALL, altered, NULL);
}

static void escaped_text_comes_back(void **state)
{
	AUTO(arena) a = arena_new();
	AUTO(xml_reader) r = NULL;
	AUTO_BUF b = buf_make(4096);
	struct xml_event ev;
	struct bytes value;
	struct err e;

	(void)state;
	assert_true(buf_put(&b, BYTES("<a b=\""), &e));
	assert_true(xml_escape(&b, BYTES("<&>\"'\t\n\r 钤印𠀀"), &e));
	assert_true(buf_put(&b, BYTES("\"/>"), &e));
	assert_true(xml_open(&r, buf_bytes(&b), &e));
	assert_true(xml_root(r, &ev, &e));
	assert_true(xml_has(&ev, "b", &value));
	assert_bytes(value, BYTES("<&>\"'\t\n\r 钤印𠀀"));
	assert_false(xml_escape(&b, BYTES("a\0b"), &e));
	assert_false(xml_escape(&b, BYTES("a\x0b"), &e));
	assert_false(xml_escape(&b, BYTES("\xff"), &e));
	assert_int_equal(e.code, ERR_USAGE);
	(void)a;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(events_come_in_order_with_names_and_values),
		cmocka_unit_test(children_are_walked_and_what_is_not_read_is_passed_over),
		cmocka_unit_test(a_leaf_with_elements_in_it_is_refused),
		cmocka_unit_test(dtds_and_entities_are_refused),
		cmocka_unit_test(other_encodings_are_refused),
		cmocka_unit_test(what_is_not_well_formed_is_refused),
		cmocka_unit_test(prefixes_nobody_declared_are_read_by_local_name),
		cmocka_unit_test(what_is_too_much_is_refused_early),
		cmocka_unit_test(the_largest_part_takes_little_memory_and_time),
		cmocka_unit_test(endless_names_end),
		cmocka_unit_test(alterations_do_no_harm),
		cmocka_unit_test(escaped_text_comes_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
