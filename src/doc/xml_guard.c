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

/* One start or end tag; attributes are counted by their '='. */
static bool tag_skip(struct bytes *b, size_t *depth, struct err *e)
{
	size_t i, attrs = 0;
	uint8_t quote = 0, before = 0;

	for (i = 1; i < b->n; i++) {
		uint8_t c = b->p[i];

		if (quote) {
			quote = c == quote ? 0 : quote;
		} else if (c == '"' || c == '\'') {
			quote = c;
			attrs++;
		} else if (c == '>') {
			break;
		}
		before = c;
	}
	if (i == b->n)
		return err_set(e, ERR_MALFORMED, "a tag without end");
	if (i > XML_TAG_MAX)
		return err_set(e, ERR_TOO_LARGE, "a tag of %zu octets", i);
	if (attrs > XML_ATTRS_MAX)
		return err_set(e, ERR_TOO_LARGE, "an element with %zu attributes", attrs);
	if (b->n > 1 && b->p[1] == '/')
		*depth -= *depth ? 1 : 0;
	else if (before != '/')
		++*depth;
	if (*depth > XML_DEPTH_MAX)
		return err_set(e, ERR_MALFORMED, "elements nested deeper than %d",
			XML_DEPTH_MAX);
	*b = bytes_from(*b, i + 1);
	return true;
}

static bool bounds_check(struct bytes b, struct err *e)
{
	size_t depth = 0, at;

	while ((at = bytes_find(b, BYTES("<"))) != SIZE_MAX) {
		b = bytes_from(b, at);
		if (b.n > 1 && (b.p[1] == '!' || b.p[1] == '?')) {
			if (!markup_skip(&b, e))
				return false;
		} else if (!tag_skip(&b, &depth, e)) {
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
