/* der: reading. Writing is in der_write.c.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "asn1/der.h"

#include "base/text.h"
#include "base/time.h"

bool der_next(struct bytes *in, struct der *out, struct err *e)
{
	struct reader r = reader_of(*in);
	uint8_t tag = read_u8(&r), first = read_u8(&r);
	size_t n = first;
	struct bytes body;

	if (r.short_read)
		return err_set(e, ERR_MALFORMED, "DER: ends within tag or length");
	if ((tag & 0x1f) == 0x1f)
		return err_set(e, ERR_MALFORMED, "DER: tag above 30");
	if (first & 0x80) {
		size_t count = first & 0x7f;

		if (count == 0 || count > 4)
			return err_set(
				e, ERR_MALFORMED, "DER: indefinite or huge length");
		n = 0;
		for (size_t i = 0; i < count; i++)
			n = n << 8 | read_u8(&r);
		if (r.short_read)
			return err_set(e, ERR_MALFORMED, "DER: ends within a length");
		if (n < 0x80 || n >> (8 * (count - 1)) == 0)
			return err_set(e, ERR_MALFORMED, "DER: length not minimal");
	}
	body = read_bytes(&r, n);
	if (r.short_read)
		return err_set(e, ERR_MALFORMED,
			"DER: element of %zu octets, only %zu are there", n, r.rest.n);
	*out = (struct der){tag, body, bytes_head(*in, in->n - r.rest.n)};
	*in = r.rest;
	return true;
}

static bool next_tagged(struct bytes *in, uint8_t tag, struct der *out, struct err *e)
{
	struct bytes rest = *in;

	if (!der_next(&rest, out, e))
		return false;
	if (out->tag != tag)
		return err_set(e, ERR_MALFORMED, "DER: tag %02x where %02x belongs",
			out->tag, tag);
	*in = rest;
	return true;
}

bool der_take(struct bytes *in, uint8_t tag, struct bytes *body, struct err *e)
{
	struct der d;

	if (!next_tagged(in, tag, &d, e))
		return false;
	*body = d.body;
	return true;
}

bool der_take_whole(struct bytes *in, uint8_t tag, struct bytes *whole, struct err *e)
{
	struct der d;

	if (!next_tagged(in, tag, &d, e))
		return false;
	*whole = d.whole;
	return true;
}

bool der_take_optional(
	struct bytes *in, uint8_t tag, struct bytes *body, bool *present, struct err *e)
{
	*present = der_peek(*in) == tag && tag;
	if (*present)
		return der_take(in, tag, body, e);
	*body = (struct bytes){NULL, 0};
	return true;
}

uint8_t der_peek(struct bytes in)
{
	return in.n ? in.p[0] : 0;
}

bool der_end(struct bytes in, struct err *e)
{
	if (in.n)
		return err_set(e, ERR_MALFORMED, "DER: %zu octets too many", in.n);
	return true;
}

bool der_only(struct bytes in, uint8_t tag, struct bytes *body, struct err *e)
{
	return der_take(&in, tag, body, e) && der_end(in, e);
}

static bool integer_content(struct bytes b, struct err *e)
{
	if (b.n == 0)
		return err_set(e, ERR_MALFORMED, "DER: empty INTEGER");
	if (b.n > 1 &&
		((b.p[0] == 0 && !(b.p[1] & 0x80)) || (b.p[0] == 0xff && b.p[1] & 0x80)))
		return err_set(e, ERR_MALFORMED, "DER: INTEGER not minimal");
	return true;
}

bool der_integer_any(struct bytes *in, struct bytes *content, struct err *e)
{
	struct bytes rest = *in, b;

	if (!der_take(&rest, DER_INTEGER, &b, e) || !integer_content(b, e))
		return false;
	*content = b;
	*in = rest;
	return true;
}

bool der_integer(struct bytes *in, struct bytes *value, struct err *e)
{
	struct bytes rest = *in, b;

	if (!der_integer_any(&rest, &b, e))
		return false;
	if (b.p[0] & 0x80)
		return err_set(e, ERR_MALFORMED, "DER: negative INTEGER");
	if (b.n > 1 && b.p[0] == 0)
		b = bytes_from(b, 1);
	*value = b;
	*in = rest;
	return true;
}

bool der_small(
	struct bytes *in, uint8_t tag, uint32_t max, uint32_t *value, struct err *e)
{
	struct bytes rest = *in, b;
	uint64_t v = 0;

	if (!der_take(&rest, tag, &b, e) || !integer_content(b, e))
		return false;
	if (b.n > 5 || b.p[0] & 0x80)
		return err_set(e, ERR_MALFORMED, "DER: number out of range");
	for (size_t i = 0; i < b.n; i++)
		v = v << 8 | b.p[i];
	if (v > max)
		return err_set(e, ERR_MALFORMED, "DER: number out of range");
	*value = (uint32_t)v;
	*in = rest;
	return true;
}

bool der_boolean(struct bytes *in, bool *value, struct err *e)
{
	struct bytes rest = *in, b;

	if (!der_take(&rest, DER_BOOLEAN, &b, e))
		return false;
	if (b.n != 1 || (b.p[0] != 0 && b.p[0] != 0xff))
		return err_set(e, ERR_MALFORMED, "DER: BOOLEAN is neither 00 nor FF");
	*value = b.p[0] != 0;
	*in = rest;
	return true;
}

bool der_oid(struct bytes *in, struct bytes *oid, struct err *e)
{
	struct bytes rest = *in, b;
	bool start = true;

	if (!der_take(&rest, DER_OID, &b, e))
		return false;
	if (b.n == 0 || b.n > 128 || b.p[b.n - 1] & 0x80)
		return err_set(e, ERR_MALFORMED, "DER: OBJECT IDENTIFIER incomplete");
	for (size_t i = 0; i < b.n; i++) {
		if (start && b.p[i] == 0x80)
			return err_set(
				e, ERR_MALFORMED, "DER: OBJECT IDENTIFIER not minimal");
		start = !(b.p[i] & 0x80);
	}
	*oid = b;
	*in = rest;
	return true;
}

bool der_bit_string(struct bytes *in, struct bytes *octets, struct err *e)
{
	struct bytes rest = *in, b;

	if (!der_take(&rest, DER_BIT_STRING, &b, e))
		return false;
	if (b.n == 0 || b.p[0] != 0)
		return err_set(e, ERR_MALFORMED, "DER: BIT STRING with unused bits");
	*octets = bytes_from(b, 1);
	*in = rest;
	return true;
}

bool der_named_bits(struct bytes *in, uint32_t *bits, struct err *e)
{
	struct bytes rest = *in, b;
	uint32_t v = 0;

	if (!der_take(&rest, DER_BIT_STRING, &b, e))
		return false;
	if (b.n == 0 || b.p[0] > 7 || (b.n == 1 && b.p[0]) || b.n > 17)
		return err_set(e, ERR_MALFORMED, "DER: BIT STRING");
	if (b.n > 1 && b.p[b.n - 1] & ((1u << b.p[0]) - 1))
		return err_set(e, ERR_MALFORMED, "DER: unused bits are not zero");
	for (size_t i = 0; i < 32 && i / 8 + 1 < b.n; i++)
		if (b.p[i / 8 + 1] & (0x80 >> i % 8))
			v |= UINT32_C(1) << i;
	*bits = v;
	*in = rest;
	return true;
}

static bool two_digits(struct bytes b, size_t at, int *v)
{
	if (at + 2 > b.n || b.p[at] < '0' || b.p[at] > '9' || b.p[at + 1] < '0' ||
		b.p[at + 1] > '9')
		return false;
	*v = (b.p[at] - '0') * 10 + b.p[at + 1] - '0';
	return true;
}

/* ".5" or ".500" between the seconds and Z. */
static bool is_fraction(struct bytes b)
{
	if (b.n == 0)
		return true;
	if (b.p[0] != '.' || b.n < 2)
		return false;
	for (size_t i = 1; i < b.n; i++)
		if (b.p[i] < '0' || b.p[i] > '9')
			return false;
	return true;
}

bool der_time(struct bytes *in, int64_t *t, struct err *e)
{
	struct bytes rest = *in, b;
	struct civil c = {0};
	struct der d;
	int century = 0, year = 0;
	size_t at = 0;
	bool ok;

	if (!der_next(&rest, &d, e))
		return false;
	if (d.tag != DER_UTC_TIME && d.tag != DER_GENERALIZED_TIME)
		return err_set(
			e, ERR_MALFORMED, "DER: tag %02x where a time belongs", d.tag);
	b = d.body;
	ok = b.n >= 13 && b.n <= 32 && b.p[b.n - 1] == 'Z';
	b.n -= ok;
	if (d.tag == DER_GENERALIZED_TIME) {
		ok = ok && two_digits(b, 0, &century);
		at = 2;
	}
	ok = ok && two_digits(b, at, &year) && two_digits(b, at + 2, &c.month) &&
	     two_digits(b, at + 4, &c.day) && two_digits(b, at + 6, &c.hour) &&
	     two_digits(b, at + 8, &c.minute) && two_digits(b, at + 10, &c.second);
	if (d.tag == DER_UTC_TIME) {
		century = year < 50 ? 20 : 19;
		ok = ok && b.n == 12;
	}
	c.year = century * 100 + year;
	if (!ok || !is_fraction(bytes_from(b, at + 12)) || !civil_is_valid(&c))
		return err_set(e, ERR_MALFORMED, "DER: not a time in UTC");
	*t = time_of_civil(&c);
	*in = rest;
	return true;
}

bool der_algorithm(
	struct bytes *in, struct bytes *oid, struct bytes *params, struct err *e)
{
	struct bytes rest = *in, body, id;
	struct der d;

	if (!der_take(&rest, DER_SEQUENCE, &body, e) || !der_oid(&body, &id, e))
		return err_in(e, "AlgorithmIdentifier");
	*params = body;
	if (body.n && (!der_next(&body, &d, e) || !der_end(body, e)))
		return err_in(e, "AlgorithmIdentifier");
	*oid = id;
	*in = rest;
	return true;
}

bool der_params_empty(struct bytes params)
{
	return params.n == 0 || bytes_equal(params, BYTES("\x05\x00"));
}

/* UCS-2 big endian; lone surrogates become U+FFFD. */
static bool bmp_to_utf8(
	struct arena *a, struct bytes b, struct bytes *utf8, struct err *e)
{
	uint8_t *p = arena_alloc(a, b.n * 2 + 1);
	size_t n = 0;
	struct reader r = reader_of(b);

	if (b.n % 2)
		return err_set(e, ERR_MALFORMED, "DER: BMPString of odd length");
	while (r.rest.n) {
		uint32_t code = read_be16(&r);

		if (code >= 0xd800 && code < 0xdc00 && r.rest.n) {
			uint32_t low = read_be16(&r);

			code = low >= 0xdc00 && low < 0xe000
				       ? 0x10000 + ((code - 0xd800) << 10) +
						 (low - 0xdc00)
				       : 0xfffd;
		} else if (code >= 0xd800 && code < 0xe000) {
			code = 0xfffd;
		}
		n += utf8_put(p + n, code);
	}
	*utf8 = bytes_make(p, n);
	return true;
}

static struct bytes latin1_to_utf8(struct arena *a, struct bytes b)
{
	uint8_t *p = arena_alloc(a, b.n * 2 + 1);
	size_t n = 0;

	for (size_t i = 0; i < b.n; i++)
		n += utf8_put(p + n, b.p[i]);
	return bytes_make(p, n);
}

bool der_string(struct arena *a, struct bytes *in, struct bytes *utf8, struct err *e)
{
	struct bytes rest = *in;
	struct der d;

	if (!der_next(&rest, &d, e))
		return false;
	switch (d.tag) {
	case DER_UTF8_STRING:
	case DER_NUMERIC_STRING:
	case DER_PRINTABLE_STRING:
	case DER_IA5_STRING:
	case DER_VISIBLE_STRING:
		/* Real CAs put UTF-8 into any of these; what is not UTF-8 is refused. */
		if (!utf8_is_valid(d.body))
			return err_set(e, ERR_MALFORMED, "DER: string is not UTF-8");
		*utf8 = d.body;
		break;
	case DER_T61_STRING:
		*utf8 = utf8_is_valid(d.body) ? d.body : latin1_to_utf8(a, d.body);
		break;
	case DER_BMP_STRING:
		if (!bmp_to_utf8(a, d.body, utf8, e))
			return false;
		break;
	default:
		return err_set(
			e, ERR_MALFORMED, "DER: tag %02x where a string belongs", d.tag);
	}
	*in = rest;
	return true;
}

bool der_is_series(struct bytes b)
{
	struct err e;
	struct der d;

	if (b.n == 0)
		return false;
	while (b.n)
		if (!der_next(&b, &d, &e))
			return false;
	return true;
}
