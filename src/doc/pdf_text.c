/* pdf_text: text strings and dates of PDF. See pdf_field.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "doc/pdf_field.h"

#include "base/reader.h"
#include "base/text.h"
#include "base/time.h"

/* Where PDFDocEncoding differs from Latin 1. */
static uint32_t doc_code(uint8_t c)
{
	static const uint16_t low[] = {
		0x02d8, 0x02c7, 0x02c6, 0x02d9, 0x02dd, 0x02db, 0x02da, 0x02dc};
	static const uint16_t high[] = {0x2022, 0x2020, 0x2021, 0x2026, 0x2014, 0x2013,
		0x0192, 0x2044, 0x2039, 0x203a, 0x2212, 0x2030, 0x201e, 0x201c, 0x201d,
		0x2018, 0x2019, 0x201a, 0x2122, 0xfb01, 0xfb02, 0x0141, 0x0152, 0x0160,
		0x0178, 0x017d, 0x0131, 0x0142, 0x0153, 0x0161, 0x017e, 0xfffd, 0x20ac};

	if (c >= 0x18 && c <= 0x1f)
		return low[c - 0x18];
	return c >= 0x80 && c <= 0xa0 ? high[c - 0x80] : c;
}

static void put_code(struct writer *w, uint32_t code)
{
	uint8_t octets[4];

	write_bytes(w, bytes_make(octets, utf8_put(octets, code)));
}

static void put_utf16(struct writer *w, struct bytes in)
{
	struct reader r = reader_of(in);

	while (r.rest.n >= 2) {
		uint32_t c = read_be16(&r);

		if (c >= 0xd800 && c < 0xdc00 && r.rest.n >= 2) {
			uint32_t low = read_be16(&r);

			c = low >= 0xdc00 && low < 0xe000
				    ? 0x10000 + ((c - 0xd800) << 10) + (low - 0xdc00)
				    : 0xfffd;
		} else if (c >= 0xd800 && c < 0xe000) {
			c = 0xfffd;
		}
		put_code(w, c);
	}
}

//= ISO 32000-2 §7.9.2.2: UTF-16BE or UTF-8 by their marks, else PDFDocEncoding
char *pdf_text(struct arena *a, const struct pdf_value *v, size_t max)
{
	struct bytes in = v && v->kind == PDF_STRING ? bytes_head(v->octets, 4 * max)
						     : bytes_make(NULL, 0);
	struct writer w = writer_in(a, 4 * in.n + 4);

	if (!v || v->kind != PDF_STRING)
		return NULL;
	if (bytes_starts(in, BYTES("\xfe\xff")))
		put_utf16(&w, bytes_from(in, 2));
	else if (bytes_starts(in, BYTES("\xef\xbb\xbf")))
		write_bytes(&w, bytes_from(in, 3));
	else
		for (size_t i = 0; i < in.n; i++)
			put_code(&w, doc_code(in.p[i]));
	return text_printable(a, writer_bytes(&w), max);
}

/* The next n digits, or `absent` when none stand there; false when they are no number. */
static bool digits(struct bytes *in, size_t n, int absent, int *out)
{
	int v = 0;

	*out = absent;
	if (in->n == 0 || in->p[0] < '0' || in->p[0] > '9')
		return true;
	for (size_t i = 0; i < n; i++) {
		if (i >= in->n || in->p[i] < '0' || in->p[i] > '9')
			return false;
		v = 10 * v + (in->p[i] - '0');
	}
	*in = bytes_from(*in, n);
	*out = v;
	return true;
}

static bool offset(struct bytes in, int64_t *out)
{
	int sign = in.n && in.p[0] == '-' ? -1 : 1, h, m;

	*out = 0;
	if (in.n == 0 || in.p[0] == 'Z')
		return true;
	if (in.p[0] != '+' && in.p[0] != '-')
		return false;
	in = bytes_from(in, 1);
	if (!digits(&in, 2, -1, &h) || h < 0 || h > 23)
		return false;
	if (in.n && in.p[0] == '\'')
		in = bytes_from(in, 1);
	if (!digits(&in, 2, 0, &m) || m > 59)
		return false;
	*out = sign * (h * TIME_HOUR + m * TIME_MINUTE);
	return true;
}

//= ISO 32000-1 §7.9.4: (D:YYYYMMDDHHmmSSOHH'mm), what follows the year may be left out
int64_t pdf_date(const struct pdf_value *v)
{
	struct civil c;
	struct bytes in;
	int64_t off;

	if (!v || v->kind != PDF_STRING)
		return TIME_NONE;
	in = v->octets;
	if (bytes_starts(in, BYTES("D:")))
		in = bytes_from(in, 2);
	if (!digits(&in, 4, -1, &c.year) || !digits(&in, 2, 1, &c.month) ||
		!digits(&in, 2, 1, &c.day) || !digits(&in, 2, 0, &c.hour) ||
		!digits(&in, 2, 0, &c.minute) || !digits(&in, 2, 0, &c.second) ||
		!civil_is_valid(&c) || !offset(in, &off))
		return TIME_NONE;
	return time_of_civil(&c) - off;
}
