/* xml_escape: text made fit for XML.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "base/text.h"
#include "doc/xml.h"

/* The octets that stand for a code point; empty: itself; null: XML cannot carry it. */
static struct bytes escape_of(uint32_t code)
{
	switch (code) {
	case '&':
		return BYTES("&amp;");
	case '<':
		return BYTES("&lt;");
	case '>':
		return BYTES("&gt;");
	case '"':
		return BYTES("&quot;");
	case '\'':
		return BYTES("&apos;");
	case '\t':
		return BYTES("&#9;");
	case '\n':
		return BYTES("&#10;");
	case '\r':
		return BYTES("&#13;");
	default:
		break;
	}
	if (code < 0x20 || code == 0xfffe || code == 0xffff)
		return (struct bytes){NULL, 0};
	return BYTES("");
}

bool xml_escape(struct buf *to, struct bytes text, struct err *e)
{
	struct bytes rest = text;

	if (!utf8_is_valid(text))
		return err_set(e, ERR_USAGE, "not UTF-8");
	while (rest.n) {
		struct bytes here = rest, escape;
		uint32_t code = utf8_next(&rest);

		escape = escape_of(code);
		if (!escape.p)
			return err_set(e, ERR_USAGE,
				"a character XML cannot carry (U+%04X)", (unsigned)code);
		if (!escape.n)
			escape = bytes_head(here, here.n - rest.n);
		if (!buf_put(to, escape, e))
			return false;
	}
	return true;
}
