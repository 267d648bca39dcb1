/* text: see text.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "base/text.h"

#include <string.h>

static const char hex_digits[] = "0123456789abcdef";
static const char base64_digits[] =
	"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

char *hex_encode(struct arena *a, struct bytes b)
{
	char *s = arena_alloc(a, b.n * 2 + 1);

	for (size_t i = 0; i < b.n; i++) {
		s[2 * i] = hex_digits[b.p[i] >> 4];
		s[2 * i + 1] = hex_digits[b.p[i] & 15];
	}
	return s;
}

static int hex_value(uint8_t c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool hex_decode(struct arena *a, struct bytes text, struct bytes *out, struct err *e)
{
	uint8_t *p = arena_alloc(a, text.n / 2 + 1);

	if (text.n % 2)
		return err_set(e, ERR_MALFORMED, "hexadecimal: odd number of digits");
	for (size_t i = 0; i < text.n; i += 2) {
		int high = hex_value(text.p[i]), low = hex_value(text.p[i + 1]);

		if (high < 0 || low < 0)
			return err_set(
				e, ERR_MALFORMED, "hexadecimal: no digit at %zu", i);
		p[i / 2] = (uint8_t)(high << 4 | low);
	}
	*out = bytes_make(p, text.n / 2);
	return true;
}

char *base64_encode(struct arena *a, struct bytes b)
{
	char *s = arena_alloc(a, (b.n + 2) / 3 * 4 + 1), *q = s;

	for (size_t i = 0; i < b.n; i += 3) {
		uint32_t v = (uint32_t)b.p[i] << 16;

		v |= i + 1 < b.n ? (uint32_t)b.p[i + 1] << 8 : 0;
		v |= i + 2 < b.n ? b.p[i + 2] : 0;
		*q++ = base64_digits[v >> 18];
		*q++ = base64_digits[v >> 12 & 63];
		*q++ = i + 1 < b.n ? base64_digits[v >> 6 & 63] : '=';
		*q++ = i + 2 < b.n ? base64_digits[v & 63] : '=';
	}
	return s;
}

static bool is_space(uint8_t c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static int base64_value(uint8_t c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (c >= '0' && c <= '9')
		return c - '0' + 52;
	return c == '+' ? 62 : c == '/' ? 63 : -1;
}

bool base64_decode(struct arena *a, struct bytes text, struct bytes *out, struct err *e)
{
	uint8_t *p = arena_alloc(a, text.n / 4 * 3 + 3);
	size_t n = 0, digits = 0, pads = 0;
	uint32_t v = 0;

	for (size_t i = 0; i < text.n; i++) {
		int d = base64_value(text.p[i]);

		if (is_space(text.p[i]))
			continue;
		if (text.p[i] == '=' && digits % 4 + pads >= 2 && digits % 4 + pads < 4) {
			pads++;
			continue;
		}
		if (d < 0 || pads)
			return err_set(
				e, ERR_MALFORMED, "base64: bad character at %zu", i);
		v = (v << 6 | (uint32_t)d) & 0xffffff;
		if (++digits % 4)
			continue;
		p[n++] = (uint8_t)(v >> 16);
		p[n++] = (uint8_t)(v >> 8);
		p[n++] = (uint8_t)v;
	}
	if ((digits + pads) % 4 || digits % 4 == 1)
		return err_set(e, ERR_MALFORMED, "base64: ends within a group");
	if (digits % 4 == 2) {
		if (v & 15)
			return err_set(e, ERR_MALFORMED, "base64: padding bits");
		p[n++] = (uint8_t)(v >> 4);
	} else if (digits % 4 == 3) {
		if (v & 3)
			return err_set(e, ERR_MALFORMED, "base64: padding bits");
		p[n++] = (uint8_t)(v >> 10);
		p[n++] = (uint8_t)(v >> 2);
	}
	*out = bytes_make(p, n);
	return true;
}

bool decimal_u64(struct bytes text, uint64_t max, uint64_t *out, struct err *e)
{
	uint64_t v = 0;

	if (text.n == 0 || (text.n > 1 && text.p[0] == '0'))
		return err_set(e, ERR_MALFORMED, "not a decimal number");
	for (size_t i = 0; i < text.n; i++) {
		if (text.p[i] < '0' || text.p[i] > '9')
			return err_set(e, ERR_MALFORMED, "not a decimal number");
		if (__builtin_mul_overflow(v, 10, &v) ||
			__builtin_add_overflow(v, (uint64_t)(text.p[i] - '0'), &v) ||
			v > max)
			return err_set(e, ERR_TOO_LARGE, "number too large");
	}
	*out = v;
	return true;
}

/* Length of the well-formed sequence at the front, 0 when there is none. */
static size_t utf8_length(struct bytes b)
{
	uint8_t c = b.p[0], low = 0x80, high = 0xbf;
	size_t n;

	if (c < 0x80)
		return 1;
	if (c < 0xc2 || c > 0xf4)
		return 0;
	n = c < 0xe0 ? 2 : c < 0xf0 ? 3 : 4;
	if (b.n < n)
		return 0;
	if (c == 0xe0)
		low = 0xa0;
	else if (c == 0xed)
		high = 0x9f;
	else if (c == 0xf0)
		low = 0x90;
	else if (c == 0xf4)
		high = 0x8f;
	if (b.p[1] < low || b.p[1] > high)
		return 0;
	for (size_t i = 2; i < n; i++)
		if ((b.p[i] & 0xc0) != 0x80)
			return 0;
	return n;
}

bool utf8_is_valid(struct bytes b)
{
	while (b.n) {
		size_t n = utf8_length(b);

		if (n == 0)
			return false;
		b = bytes_from(b, n);
	}
	return true;
}

uint32_t utf8_next(struct bytes *b)
{
	size_t n = utf8_length(*b);
	uint32_t code;

	if (n <= 1) {
		code = n ? b->p[0] : 0xfffd;
		*b = bytes_from(*b, 1);
		return code;
	}
	code = b->p[0] & (0x7fu >> n);
	for (size_t i = 1; i < n; i++)
		code = code << 6 | (b->p[i] & 0x3f);
	*b = bytes_from(*b, n);
	return code;
}

size_t utf8_put(uint8_t out[4], uint32_t code)
{
	if (code < 0x80) {
		out[0] = (uint8_t)code;
		return 1;
	}
	if (code < 0x800) {
		out[0] = (uint8_t)(0xc0 | code >> 6);
		out[1] = (uint8_t)(0x80 | (code & 63));
		return 2;
	}
	if (code < 0x10000) {
		out[0] = (uint8_t)(0xe0 | code >> 12);
		out[1] = (uint8_t)(0x80 | (code >> 6 & 63));
		out[2] = (uint8_t)(0x80 | (code & 63));
		return 3;
	}
	out[0] = (uint8_t)(0xf0 | code >> 18);
	out[1] = (uint8_t)(0x80 | (code >> 12 & 63));
	out[2] = (uint8_t)(0x80 | (code >> 6 & 63));
	out[3] = (uint8_t)(0x80 | (code & 63));
	return 4;
}

static uint8_t lower(uint8_t c)
{
	return c >= 'A' && c <= 'Z' ? (uint8_t)(c + 32) : c;
}

char *ascii_lower(struct arena *a, struct bytes b)
{
	char *s = arena_str(a, b);

	for (size_t i = 0; i < b.n; i++)
		s[i] = (char)lower(b.p[i]);
	return s;
}

bool ascii_equal_nocase(struct bytes a, struct bytes b)
{
	if (a.n != b.n)
		return false;
	for (size_t i = 0; i < a.n; i++)
		if (lower(a.p[i]) != lower(b.p[i]))
			return false;
	return true;
}

char *text_printable(struct arena *a, struct bytes b, size_t max)
{
	char *s = arena_alloc(a, max + 8);
	size_t n = 0;

	while (b.n) {
		struct bytes was = b;
		size_t length = utf8_length(b);
		uint32_t code = utf8_next(&b);
		bool ok = length && code >= 0x20 && code != 0x7f &&
			  !(code >= 0x80 && code < 0xa0);

		/* Line and paragraph separators, the marks that turn text round, and
		 * those that nobody sees. */
		if (code == 0x061c || code == 0xfeff ||
			(code >= 0x200b && code <= 0x200d) ||
			(code >= 0x2060 && code <= 0x2064))
			ok = false;
		if ((code >= 0x200e && code <= 0x200f) ||
			(code >= 0x2028 && code <= 0x202e) ||
			(code >= 0x2066 && code <= 0x2069))
			ok = false;
		if (n + (ok ? length : 1) > max) {
			memcpy(s + n, "\xe2\x80\xa6", 3);
			return s;
		}
		if (ok)
			memcpy(s + n, was.p, length);
		else
			s[n] = '?';
		n += ok ? length : 1;
	}
	return s;
}

struct bytes text_trim(struct bytes b)
{
	while (b.n && is_space(b.p[0]))
		b = bytes_from(b, 1);
	while (b.n && is_space(b.p[b.n - 1]))
		b.n--;
	return b;
}
