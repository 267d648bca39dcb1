/* closed_pdf_text: the ToUnicode map of a font: which text its codes stand for.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdlib.h>

#include "doc/closed_pdf.h"

enum { RANGES_MAX = 70000 };

struct range {
	uint32_t low, high;
	uint32_t to; /* of low; 0: more than one character */
};

struct closed_text_map {
	struct range *ranges;
	size_t count;
	struct arena *arena;
};

static uint32_t code_of(struct bytes b)
{
	uint32_t code = 0;

	for (size_t i = 0; i < b.n && i < 4; i++)
		code = code << 8 | b.p[i];
	return code;
}

/* One character in UTF-16; 0 for none and for several. */
static uint32_t character_of(struct bytes utf16)
{
	uint32_t high, low;

	if (utf16.n == 2)
		return code_of(utf16);
	if (utf16.n != 4)
		return 0;
	high = code_of(bytes_head(utf16, 2));
	low = code_of(bytes_from(utf16, 2));
	if (high < 0xd800 || high > 0xdbff || low < 0xdc00 || low > 0xdfff)
		return 0;
	return 0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00);
}

static bool range_add(struct closed_text_map *m, uint32_t low, uint32_t high, uint32_t to)
{
	if (m->count == RANGES_MAX || low > high)
		return false;
	m->ranges[m->count++] = (struct range){low, high, to};
	return true;
}

/* <low> <high> [<a> <b> …] */
static bool list_add(struct closed_text_map *m, uint32_t low, uint32_t high,
	const struct pdf_value *list)
{
	for (uint32_t i = 0; i < list->count && low + i <= high; i++)
		if (!pdf_is(&list->items[i], PDF_STRING) ||
			!range_add(
				m, low + i, low + i, character_of(list->items[i].octets)))
			return false;
	return true;
}

/* Enters the operands gathered in a section: pairs, or threes. */
static bool entry_add(struct closed_text_map *m, const struct pdf_value *v, size_t n)
{
	uint32_t low;

	if (!pdf_is(&v[0], PDF_STRING))
		return false;
	low = code_of(v[0].octets);
	if (n == 2)
		return pdf_is(&v[1], PDF_STRING) &&
		       range_add(m, low, low, character_of(v[1].octets));
	if (!pdf_is(&v[1], PDF_STRING))
		return false;
	if (pdf_is(&v[2], PDF_ARRAY))
		return list_add(m, low, code_of(v[1].octets), &v[2]);
	return pdf_is(&v[2], PDF_STRING) &&
	       range_add(m, low, code_of(v[1].octets), character_of(v[2].octets));
}

struct bytes closed_pdf_word(struct bytes *in)
{
	struct bytes word = *in;
	size_t n = 0;

	while (n < in->n && !pdf_is_space(in->p[n]) && !pdf_is_delimiter(in->p[n]))
		n++;
	n = n ? n : 1;
	*in = bytes_from(*in, n);
	return bytes_head(word, n);
}

bool closed_pdf_is_operand(uint8_t c)
{
	return c == '<' || c == '[' || c == '(' || c == '/' || c == '-' || c == '+' ||
	       c == '.' || (c >= '0' && c <= '9');
}

static int range_order(const void *a, const void *b)
{
	const struct range *x = a, *y = b;

	return x->low < y->low ? -1 : x->low > y->low;
}

static bool map_read(struct closed_text_map *m, struct bytes in)
{
	struct pdf_value values[3];
	size_t wanted = 0, n = 0;
	struct err e;
	bool more;

	for (pdf_skip_space(&in); in.n; pdf_skip_space(&in)) {
		if (closed_pdf_is_operand(in.p[0])) {
			if (!pdf_value_read(&values[n], m->arena, &in, 0, &more, &e))
				return false;
			if (!wanted || ++n < wanted)
				continue;
			if (!entry_add(m, values, wanted))
				return false;
			n = 0;
			continue;
		}
		struct bytes word = closed_pdf_word(&in);

		if (bytes_equal(word, BYTES("beginbfchar")))
			wanted = 2;
		else if (bytes_equal(word, BYTES("beginbfrange")))
			wanted = 3;
		else
			wanted = 0;
		n = 0;
	}
	return true;
}

struct closed_text_map *closed_text_map_read(struct arena *a, struct bytes cmap)
{
	struct closed_text_map *m = ARENA_NEW(a, struct closed_text_map);

	m->arena = a;
	m->ranges = ARENA_ARRAY(a, RANGES_MAX, struct range);
	if (!map_read(m, cmap))
		return NULL;
	if (m->count)
		qsort(m->ranges, m->count, sizeof *m->ranges, range_order);
	return m;
}

uint32_t closed_text_of(const struct closed_text_map *m, uint32_t code)
{
	size_t low = 0, high = m->count;

	while (low < high) {
		size_t mid = low + (high - low) / 2;
		const struct range *r = &m->ranges[mid];

		if (code > r->high)
			low = mid + 1;
		else if (code < r->low)
			high = mid;
		else
			return r->to ? r->to + (code - r->low) : 0;
	}
	return 0;
}
