/* pdf_value: reading PDF objects. See pdf_value.h; writing is in pdf_value_put.c.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "doc/pdf_value.h"

#include "base/reader.h"

#include <stdlib.h>
#include <string.h>

/* What is being read. Finished items of open arrays and dictionaries wait on one stack
 * and are copied into the arena when their container closes. */
struct parse {
	struct arena *arena;
	struct bytes in;
	const uint8_t *start;
	uint64_t at; /* of start */
	struct pdf_entry *stack;
	size_t n, cap;
	size_t values; /* read so far */
	bool cut;      /* failed because the octets ended */
	struct err *e;
};

static bool bad(struct parse *p, const char *what)
{
	return err_set(p->e, ERR_MALFORMED, "PDF: %s at octet %llu", what,
		(unsigned long long)(p->at + (uint64_t)(p->in.p - p->start)));
}

static bool ended(struct parse *p)
{
	p->cut = true;
	return err_set(p->e, ERR_MALFORMED, "PDF: ends within an object");
}

bool pdf_is_space(uint8_t c)
{
	//= ISO 32000-1 §7.2.2: NUL, tab, line feed, form feed, carriage return, space
	return c == 0 || c == '\t' || c == '\n' || c == '\f' || c == '\r' || c == ' ';
}

bool pdf_is_delimiter(uint8_t c)
{
	return pdf_is_space(c) || (c && strchr("()<>[]{}/%", c));
}

void pdf_skip_space(struct bytes *in)
{
	size_t i = 0;

	while (i < in->n) {
		if (in->p[i] == '%')
			while (i < in->n && in->p[i] != '\n' && in->p[i] != '\r')
				i++;
		else if (pdf_is_space(in->p[i]))
			i++;
		else
			break;
	}
	*in = bytes_from(*in, i);
}

bool pdf_take_word(struct bytes *in, const char *word)
{
	struct bytes w = bytes_str(word);

	if (!bytes_starts(*in, w) || (in->n > w.n && !pdf_is_delimiter(in->p[w.n])))
		return false;
	*in = bytes_from(*in, w.n);
	return true;
}

static bool is_digit(uint8_t c)
{
	return c >= '0' && c <= '9';
}

bool pdf_take_number(struct bytes *in, uint64_t max, uint64_t *out)
{
	uint64_t v = 0;
	size_t i = 0;

	for (; i < in->n && is_digit(in->p[i]); i++) {
		unsigned d = in->p[i] - '0';

		if (v > (max - d) / 10 || d > max)
			return false;
		v = v * 10 + d;
	}
	if (i == 0)
		return false;
	*in = bytes_from(*in, i);
	*out = v;
	return true;
}

static int nibble(uint8_t c)
{
	if (is_digit(c))
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

/* Octets up to the next delimiter; a run that reaches the end may go on behind it. */
static struct bytes regular(struct bytes in)
{
	size_t n = 0;

	while (n < in.n && !pdf_is_delimiter(in.p[n]))
		n++;
	return bytes_head(in, n);
}

static bool read_name(struct parse *p, struct bytes *out)
{
	struct bytes raw = regular(bytes_from(p->in, 1));
	struct writer w = writer_in(p->arena, raw.n + 1);

	if (raw.n == p->in.n - 1 && raw.n <= 3 * PDF_NAME_MAX)
		return ended(p);
	for (size_t i = 0; i < raw.n; i++) {
		uint8_t c = raw.p[i];

		//= ISO 32000-1 §7.3.5: '#' and two hexadecimal digits stand for an octet, not for 0
		if (c == '#') {
			int high = i + 2 < raw.n ? nibble(raw.p[i + 1]) : -1;
			int low = i + 2 < raw.n ? nibble(raw.p[i + 2]) : -1;

			if (high < 0 || low < 0 || high + low == 0)
				return bad(p, "a name with a wrong escape");
			c = (uint8_t)(high << 4 | low);
			i += 2;
		}
		write_u8(&w, c);
	}
	*out = writer_bytes(&w);
	if (out->n > PDF_NAME_MAX)
		return bad(p, "a name that is too long");
	p->in = bytes_from(p->in, raw.n + 1);
	return true;
}

static bool read_hex_string(struct parse *p, struct pdf_value *v)
{
	const uint8_t *end = memchr(p->in.p, '>', p->in.n);
	size_t n = end ? (size_t)(end - p->in.p) : 0;
	struct writer w = writer_in(p->arena, n / 2 + 1);
	int high = -1;

	if (!end)
		return ended(p);
	for (size_t i = 1; i < n; i++) {
		int d = nibble(p->in.p[i]);

		if (d < 0 && pdf_is_space(p->in.p[i]))
			continue;
		if (d < 0)
			return bad(p, "a hexadecimal string with another character");
		if (high >= 0)
			write_u8(&w, (uint8_t)(high << 4 | d));
		high = high < 0 ? d : -1;
	}
	//= ISO 32000-1 §7.3.4.3: a missing last digit is 0
	if (high >= 0)
		write_u8(&w, (uint8_t)(high << 4));
	v->kind = PDF_STRING;
	v->is_hex = true;
	v->octets = bytes_make(w.p, w.n);
	p->in = bytes_from(p->in, n + 1);
	return true;
}

/* Length of a literal string with its parentheses; 0: it does not end. */
static size_t literal_span(struct bytes in)
{
	size_t open = 0;

	for (size_t i = 0; i < in.n; i++) {
		if (in.p[i] == '\\')
			i++;
		else if (in.p[i] == '(')
			open++;
		else if (in.p[i] == ')' && --open == 0)
			return i + 1;
	}
	return 0;
}

/* The octet or line end behind a backslash at in[i]; returns how many were used. */
static size_t unescape(struct writer *w, struct bytes in, size_t i)
{
	static const char from[] = "nrtbf", to[] = "\n\r\t\b\f";
	uint8_t c = in.p[i];
	const char *at = c ? strchr(from, c) : NULL;
	unsigned v = 0;
	size_t n = 0;

	if (at) {
		write_u8(w, (uint8_t)to[at - from]);
		return 1;
	}
	if (c == '\r')
		return i + 1 < in.n && in.p[i + 1] == '\n' ? 2 : 1;
	if (c == '\n')
		return 1;
	while (n < 3 && i + n < in.n && in.p[i + n] >= '0' && in.p[i + n] <= '7')
		v = v << 3 | (unsigned)(in.p[i + n++] - '0');
	//= ISO 32000-1 §7.3.4.2: a backslash before any other character is ignored
	write_u8(w, n ? (uint8_t)v : c);
	return n ? n : 1;
}

static bool read_literal(struct parse *p, struct pdf_value *v)
{
	size_t n = literal_span(p->in);
	struct bytes in = bytes_head(p->in, n ? n - 1 : 0);
	struct writer w = writer_in(p->arena, n + 1);

	if (n == 0)
		return ended(p);
	for (size_t i = 1; i < in.n;) {
		uint8_t c = in.p[i++];

		if (c == '\\' && i < in.n) {
			i += unescape(&w, in, i);
		} else if (c == '\r') {
			//= ISO 32000-1 §7.3.4.2: a line end within a string is one line feed
			write_u8(&w, '\n');
			i += i < in.n && in.p[i] == '\n';
		} else {
			write_u8(&w, c);
		}
	}
	v->kind = PDF_STRING;
	v->octets = bytes_make(w.p, w.n);
	p->in = bytes_from(p->in, n);
	return true;
}

/* "12 0 R" whose first number was read: the rest, if it is there. */
static void try_reference(struct parse *p, struct pdf_value *v)
{
	struct bytes in = p->in;
	uint64_t gen;

	if (v->integer < 0 || v->integer > PDF_NUMBER_MAX || in.n == 0 ||
		!pdf_is_space(in.p[0]))
		return;
	pdf_skip_space(&in);
	if (!pdf_take_number(&in, 65535, &gen) || in.n == 0 || !pdf_is_space(in.p[0]))
		return;
	pdf_skip_space(&in);
	if (!pdf_take_word(&in, "R"))
		return;
	v->kind = PDF_REF;
	v->num = (uint32_t)v->integer;
	v->gen = (uint16_t)gen;
	p->in = in;
}

static bool read_number(struct parse *p, struct pdf_value *v)
{
	struct bytes raw = regular(p->in), digits;
	bool negative = raw.p[0] == '-';
	size_t points = 0, numerals = 0;
	uint64_t n;

	digits = bytes_from(raw, raw.p[0] == '-' || raw.p[0] == '+');
	for (size_t i = 0; i < digits.n; i++) {
		points += digits.p[i] == '.';
		numerals += is_digit(digits.p[i]);
	}
	if (points + numerals != digits.n || points > 1 || numerals == 0 || raw.n > 64)
		return raw.n == p->in.n ? ended(p) : bad(p, "no number");
	p->in = bytes_from(p->in, raw.n);
	if (points) {
		v->kind = PDF_REAL;
		v->octets = arena_dup(p->arena, raw);
		return true;
	}
	if (!pdf_take_number(&digits, INT64_MAX, &n))
		return bad(p, "a number beyond all bounds");
	v->kind = PDF_INT;
	v->integer = negative ? -(int64_t)n : (int64_t)n;
	if (is_digit(raw.p[0]))
		try_reference(p, v);
	return true;
}

static bool read_word(struct parse *p, struct pdf_value *v)
{
	struct bytes raw = regular(p->in);

	if (bytes_equal(raw, BYTES("null"))) {
		v->kind = PDF_NULL;
	} else if (bytes_equal(raw, BYTES("true")) || bytes_equal(raw, BYTES("false"))) {
		v->kind = PDF_BOOL;
		v->boolean = raw.n == 4;
	} else {
		return raw.n == p->in.n && raw.n < 6 ? ended(p)
						     : bad(p, "what is no object");
	}
	p->in = bytes_from(p->in, raw.n);
	return true;
}

static bool push(struct parse *p, const struct pdf_entry *x)
{
	if (p->n == p->cap) {
		size_t cap = p->cap ? 2 * p->cap : 32;

		p->stack = mem_resize(
			p->stack, p->cap * sizeof *p->stack, cap * sizeof *p->stack);
		p->cap = cap;
	}
	p->stack[p->n++] = *x;
	return true;
}

static bool read_value(struct parse *p, struct pdf_value *v, int depth);

static bool read_array(struct parse *p, struct pdf_value *v, int depth)
{
	struct pdf_entry x = {0};
	size_t first = p->n;

	p->in = bytes_from(p->in, 1);
	for (;;) {
		pdf_skip_space(&p->in);
		if (p->in.n == 0)
			return ended(p);
		if (p->in.p[0] == ']')
			break;
		if (!read_value(p, &x.value, depth + 1) || !push(p, &x))
			return false;
	}
	p->in = bytes_from(p->in, 1);
	v->kind = PDF_ARRAY;
	v->count = (uint32_t)(p->n - first);
	v->items = ARENA_ARRAY(p->arena, v->count, struct pdf_value);
	for (size_t i = 0; i < v->count; i++)
		v->items[i] = p->stack[first + i].value;
	p->n = first;
	return true;
}

static int compare_keys(const void *a, const void *b)
{
	return bytes_compare(*(const struct bytes *)a, *(const struct bytes *)b);
}

/* Readers differ in which of two equal keys they take. */
static bool has_twins(const struct pdf_value *v)
{
	AUTO_MEM struct bytes *keys = mem_alloc((v->count + 1) * sizeof *keys);

	for (size_t i = 0; i < v->count; i++)
		keys[i] = v->entries[i].key;
	qsort(keys, v->count, sizeof *keys, compare_keys);
	for (size_t i = 1; i < v->count; i++)
		if (bytes_equal(keys[i - 1], keys[i]))
			return true;
	return false;
}

static bool read_dict(struct parse *p, struct pdf_value *v, int depth)
{
	size_t first = p->n;
	struct pdf_entry x;

	p->in = bytes_from(p->in, 2);
	for (;;) {
		pdf_skip_space(&p->in);
		if (p->in.n < 2)
			return ended(p);
		if (bytes_starts(p->in, BYTES(">>")))
			break;
		x = (struct pdf_entry){0};
		if (p->in.p[0] != '/')
			return bad(p, "a dictionary without a key");
		if (!read_name(p, &x.key) || !read_value(p, &x.value, depth + 1) ||
			!push(p, &x))
			return false;
	}
	p->in = bytes_from(p->in, 2);
	v->kind = PDF_DICT;
	v->count = (uint32_t)(p->n - first);
	v->entries = ARENA_ARRAY(p->arena, v->count, struct pdf_entry);
	for (size_t i = 0; i < v->count; i++)
		v->entries[i] = p->stack[first + i];
	p->n = first;
	//= ISO 32000-1 §7.3.7: no two entries of a dictionary have the same key
	return !has_twins(v) || bad(p, "a dictionary with one key twice");
}

static bool read_kind(struct parse *p, struct pdf_value *v, int depth)
{
	uint8_t c = p->in.p[0];

	if (c == '/') {
		v->kind = PDF_NAME;
		return read_name(p, &v->octets);
	}
	if (c == '(')
		return read_literal(p, v);
	if (c == '[')
		return read_array(p, v, depth);
	if (c == '<' && p->in.n < 2)
		return ended(p);
	if (c == '<' && p->in.p[1] == '<')
		return read_dict(p, v, depth);
	if (c == '<')
		return read_hex_string(p, v);
	if (is_digit(c) || c == '+' || c == '-' || c == '.')
		return read_number(p, v);
	return read_word(p, v);
}

static bool read_value(struct parse *p, struct pdf_value *v, int depth)
{
	const uint8_t *begin;

	if (depth > PDF_DEPTH_MAX)
		return err_set(p->e, ERR_TOO_LARGE, "PDF: more than %d levels of objects",
			PDF_DEPTH_MAX);
	if (++p->values > PDF_VALUES_MAX)
		return err_set(p->e, ERR_TOO_LARGE, "PDF: more than %d values in one",
			PDF_VALUES_MAX);
	pdf_skip_space(&p->in);
	if (p->in.n == 0)
		return ended(p);
	*v = (struct pdf_value){0};
	begin = p->in.p;
	v->at = p->at + (uint64_t)(begin - p->start);
	if (!read_kind(p, v, depth))
		return false;
	v->span = (uint32_t)(p->in.p - begin);
	return true;
}

bool pdf_value_read(struct pdf_value *out, struct arena *a, struct bytes *in, uint64_t at,
	bool *needs_more, struct err *e)
{
	struct parse p = {.arena = a, .in = *in, .start = in->p, .at = at, .e = e};
	struct pdf_value v;
	bool ok = read_value(&p, &v, 0);

	mem_free(p.stack);
	if (needs_more)
		*needs_more = p.cut;
	if (!ok)
		return false;
	*out = v;
	*in = p.in;
	return true;
}
