/* xml_guard: see xml_guard.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "doc/xml_guard.h"

#include "base/text.h"
#include "doc/xml.h"

/* Octets up to and with `end`; ERR_MALFORMED when it does not come. */
static bool length_to(
	struct bytes b, struct bytes end, const char *what, size_t *n, struct err *e)
{
	size_t at = bytes_find(b, end);

	if (at == SIZE_MAX)
		return err_set(e, ERR_MALFORMED, "%s without end", what);
	*n = at + end.n;
	return true;
}

/* <!-- -->, <![CDATA[ ]]>, <? ?>, and nothing else that begins with <! */
static bool markup_skip(struct bytes *b, struct err *e)
{
	bool cdata = bytes_starts(*b, BYTES("<![CDATA["));
	size_t n = 0;

	if (cdata) {
		if (!length_to(*b, BYTES("]]>"), "CDATA", &n, e))
			return false;
	} else if (bytes_starts(*b, BYTES("<!--"))) {
		if (!length_to(bytes_from(*b, 4), BYTES("-->"), "a comment", &n, e))
			return false;
		n += 4;
	} else if (bytes_starts(*b, BYTES("<?"))) {
		if (!length_to(*b, BYTES("?>"), "an instruction", &n, e))
			return false;
	} else {
		return err_set(e, ERR_MALFORMED, "no DTD is read");
	}
	if (n > XML_TAG_MAX && !cdata)
		return err_set(e, ERR_TOO_LARGE, "a comment of %zu octets", n);
	*b = bytes_from(*b, n);
	return true;
}

/* The elements open at one place and the namespaces they declare. */
struct nest {
	size_t depth, live; /* namespaces in force, redeclared ones too */
	uint16_t declared[XML_DEPTH_MAX + 1];
};

/* What a tag holds, by its quotes: each pair is an attribute. */
struct tag {
	size_t n, attrs, declared;
	bool is_end, is_empty;
};

static bool is_space(uint8_t c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static bool tag_scan(struct bytes b, struct tag *t, struct err *e)
{
	uint8_t quote = 0, before = 0;
	size_t i;

	for (i = 1; i < b.n; i++) {
		uint8_t c = b.p[i];

		if (quote) {
			quote = c == quote ? 0 : quote;
		} else if (c == '"' || c == '\'') {
			quote = c;
			t->attrs++;
		} else if (c == '>') {
			break;
		} else if (c == 'x' && is_space(before)) {
			t->declared += bytes_starts(bytes_from(b, i), BYTES("xmlns"));
		}
		before = c;
	}
	if (i == b.n)
		return err_set(e, ERR_MALFORMED, "a tag without end");
	t->n = i + 1;
	t->is_end = b.n > 1 && b.p[1] == '/';
	t->is_empty = before == '/';
	return true;
}

/* One start or end tag. */
static bool tag_skip(struct bytes *b, struct nest *nest, struct err *e)
{
	struct tag t = {0};

	if (!tag_scan(*b, &t, e))
		return false;
	if (t.n > XML_TAG_MAX)
		return err_set(e, ERR_TOO_LARGE, "a tag of %zu octets", t.n);
	if (t.attrs > XML_ATTRS_MAX)
		return err_set(
			e, ERR_TOO_LARGE, "an element with %zu attributes", t.attrs);
	if (nest->live + t.declared > XML_NAMESPACES_MAX)
		return err_set(e, ERR_TOO_LARGE, "more than %d namespaces in force",
			XML_NAMESPACES_MAX);
	if (t.is_end && nest->depth) {
		nest->live -= nest->declared[nest->depth--];
	} else if (!t.is_end && !t.is_empty) {
		if (nest->depth == XML_DEPTH_MAX)
			return err_set(e, ERR_MALFORMED, "elements nested deeper than %d",
				XML_DEPTH_MAX);
		nest->declared[++nest->depth] = (uint16_t)t.declared;
		nest->live += t.declared;
	}
	*b = bytes_from(*b, t.n);
	return true;
}

static bool bounds_check(struct bytes b, struct err *e)
{
	struct nest nest = {0};
	size_t at;

	while ((at = bytes_find(b, BYTES("<"))) != SIZE_MAX) {
		b = bytes_from(b, at);
		if (b.n > 1 && (b.p[1] == '!' || b.p[1] == '?')) {
			if (!markup_skip(&b, e))
				return false;
		} else if (!tag_skip(&b, &nest, e)) {
			return false;
		}
	}
	return true;
}

/* The encoding an XML declaration names, empty when it names none. */
static struct bytes declared_encoding(struct bytes part)
{
	struct bytes none = {0}, head;
	size_t end = bytes_find(part, BYTES("?>")), at;
	uint8_t quote;

	if (!bytes_starts(part, BYTES("<?xml")) || end == SIZE_MAX)
		return none;
	head = bytes_head(part, end);
	at = bytes_find(head, BYTES("encoding"));
	if (at == SIZE_MAX)
		return none;
	head = text_trim(bytes_from(head, at + 8));
	if (!bytes_starts(head, BYTES("=")))
		return none;
	head = text_trim(bytes_from(head, 1));
	if (!head.n)
		return none;
	quote = head.p[0];
	head = bytes_from(head, 1);
	at = bytes_find(head, bytes_make(&quote, 1));
	return at == SIZE_MAX ? head : bytes_head(head, at);
}

bool xml_guard(struct bytes *part, struct err *e)
{
	struct bytes b = *part, encoding;

	if (b.n > XML_PART_MAX)
		return err_set(e, ERR_TOO_LARGE, "an XML part of %zu octets, at most %u",
			b.n, XML_PART_MAX);
	if (bytes_starts(b, BYTES("\xff\xfe")) || bytes_starts(b, BYTES("\xfe\xff")))
		return err_set(e, ERR_UNSUPPORTED, "UTF-16 where UTF-8 belongs");
	if (bytes_starts(b, BYTES("\xef\xbb\xbf")))
		b = bytes_from(b, 3);
	encoding = declared_encoding(b);
	if (encoding.n && !ascii_equal_nocase(encoding, BYTES("UTF-8")))
		return err_set(e, ERR_UNSUPPORTED, "an encoding other than UTF-8");
	if (!utf8_is_valid(b))
		return err_set(e, ERR_MALFORMED, "not UTF-8");
	if (!bounds_check(b, e))
		return false;
	*part = b;
	return true;
}
