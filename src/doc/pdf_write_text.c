/* pdf_write_text: see pdf_write_text.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "doc/pdf_write_text.h"

#include "base/text.h"
#include "base/time.h"

#include <math.h>
#include <stdio.h>

struct pdf_text pdf_text_make(void)
{
	return (struct pdf_text){.buf = buf_make(PDF_OBJECT_MAX)};
}

void pdf_text_fini(struct pdf_text *t)
{
	buf_fini(&t->buf);
}

bool pdf_text_end(const struct pdf_text *t, struct bytes *out, struct err *e)
{
	if (t->full)
		return err_set(e, ERR_TOO_LARGE, "an object of more than %d octets",
			PDF_OBJECT_MAX);
	*out = buf_bytes(&t->buf);
	return true;
}

void pdf_put_bytes(struct pdf_text *t, struct bytes b)
{
	struct err e;

	if (!t->full && !buf_put(&t->buf, b, &e))
		t->full = true;
}

void pdf_put(struct pdf_text *t, const char *s)
{
	pdf_put_bytes(t, bytes_str(s));
}

static void put_char(struct pdf_text *t, char c)
{
	pdf_put_bytes(t, bytes_make(&c, 1));
}

void pdf_put_u64(struct pdf_text *t, uint64_t v)
{
	char s[24];

	(void)snprintf(s, sizeof s, "%llu", (unsigned long long)v);
	pdf_put(t, s);
}

/* Not by "%f": its decimal point is the locale's. */
void pdf_put_number(struct pdf_text *t, double v)
{
	double bounded = v > 1e9 ? 1e9 : v < -1e9 ? -1e9 : v;
	int64_t parts = llround(bounded * 10000);
	uint64_t size = parts < 0 ? (uint64_t)-parts : (uint64_t)parts;
	char s[8];
	int n = 4;

	if (parts < 0)
		put_char(t, '-');
	pdf_put_u64(t, size / 10000);
	(void)snprintf(s, sizeof s, "%04u", (unsigned)(size % 10000));
	while (n && s[n - 1] == '0')
		n--;
	if (n == 0)
		return;
	put_char(t, '.');
	pdf_put_bytes(t, bytes_make(s, (size_t)n));
}

void pdf_put_numbers(struct pdf_text *t, const double *v, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (i)
			put_char(t, ' ');
		pdf_put_number(t, v[i]);
	}
}

void pdf_put_value(struct pdf_text *t, const struct pdf_value *v)
{
	struct err e;

	if (!t->full && !pdf_value_put(&t->buf, v, &e))
		t->full = true;
}

void pdf_put_ref(struct pdf_text *t, struct pdf_ref ref)
{
	pdf_put_u64(t, ref.num);
	put_char(t, ' ');
	pdf_put_u64(t, ref.gen);
	pdf_put(t, " R");
}

static void put_octet(struct pdf_text *t, uint8_t v)
{
	static const char digits[] = "0123456789ABCDEF";

	put_char(t, digits[v >> 4]);
	put_char(t, digits[v & 15]);
}

//= ISO 32000-1 §7.3.5: in names, delimiters, '#' and what is not printable are written #xx
void pdf_put_name(struct pdf_text *t, struct bytes name)
{
	put_char(t, '/');
	for (size_t i = 0; i < name.n; i++) {
		uint8_t c = name.p[i];

		if (c > 0x20 && c < 0x7f &&
			bytes_find(BYTES("#()<>[]{}/%"), bytes_make(&c, 1)) == SIZE_MAX) {
			put_char(t, (char)c);
		} else {
			put_char(t, '#');
			put_octet(t, c);
		}
	}
}

void pdf_put_hex(struct pdf_text *t, struct bytes b)
{
	put_char(t, '<');
	for (size_t i = 0; i < b.n; i++)
		put_octet(t, b.p[i]);
	put_char(t, '>');
}

static bool is_ascii(struct bytes b)
{
	for (size_t i = 0; i < b.n; i++)
		if (b.p[i] >= 0x7f || (b.p[i] < 0x20 && b.p[i] != '\n'))
			return false;
	return true;
}

static void put_literal(struct pdf_text *t, struct bytes b)
{
	put_char(t, '(');
	for (size_t i = 0; i < b.n; i++) {
		if (b.p[i] == '(' || b.p[i] == ')' || b.p[i] == '\\')
			put_char(t, '\\');
		if (b.p[i] == '\n')
			pdf_put(t, "\\n");
		else
			put_char(t, (char)b.p[i]);
	}
	put_char(t, ')');
}

static void put_unit(struct pdf_text *t, uint32_t unit)
{
	put_octet(t, (uint8_t)(unit >> 8));
	put_octet(t, (uint8_t)unit);
}

//= ISO 32000-1 §7.9.2.2: text strings are PDFDocEncoding, or UTF-16BE behind FE FF
void pdf_put_string(struct pdf_text *t, struct bytes utf8)
{
	if (is_ascii(utf8)) {
		put_literal(t, utf8);
		return;
	}
	if (!utf8_is_valid(utf8)) {
		pdf_put(t, "(?)");
		return;
	}
	pdf_put(t, "<FEFF");
	while (utf8.n) {
		uint32_t c = utf8_next(&utf8);

		if (c >= 0x10000) {
			put_unit(t, 0xd800 + ((c - 0x10000) >> 10));
			c = 0xdc00 + ((c - 0x10000) & 0x3ff);
		}
		put_unit(t, c);
	}
	put_char(t, '>');
}

void pdf_put_date(struct pdf_text *t, int64_t time)
{
	char s[16];

	time_generalized(s, time);
	pdf_put(t, "(D:");
	pdf_put(t, s);
	put_char(t, ')');
}
