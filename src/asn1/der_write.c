/* der: writing. Lengths are put in when an element is closed.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "asn1/der.h"
#include "base/time.h"

#include <stdlib.h>
#include <string.h>

/* The octets of a length; returns how many. */
static size_t length_octets(uint8_t out[5], size_t n)
{
	size_t count = 1;

	if (n < 0x80) {
		out[0] = (uint8_t)n;
		return 1;
	}
	while (n >> (8 * count))
		count++;
	out[0] = (uint8_t)(0x80 | count);
	for (size_t i = 0; i < count; i++)
		out[1 + i] = (uint8_t)(n >> (8 * (count - 1 - i)));
	return count + 1;
}

size_t der_open(struct writer *w, uint8_t tag)
{
	size_t opened = w->n;

	write_u8(w, tag);
	return opened;
}

void der_close(struct writer *w, size_t opened)
{
	uint8_t length[5];
	size_t n = length_octets(length, w->n - opened - 1);

	write_gap(w, opened + 1, n);
	if (!w->full && w->p)
		memcpy(w->p + opened + 1, length, n);
}

void der_put_head(struct writer *w, uint8_t tag, size_t n)
{
	uint8_t length[5];

	write_u8(w, tag);
	write_bytes(w, bytes_make(length, length_octets(length, n)));
}

void der_put(struct writer *w, uint8_t tag, struct bytes body)
{
	der_put_head(w, tag, body.n);
	write_bytes(w, body);
}

void der_put_integer(struct writer *w, struct bytes value)
{
	size_t opened = der_open(w, DER_INTEGER);

	while (value.n > 1 && value.p[0] == 0)
		value = bytes_from(value, 1);
	if (value.n == 0 || value.p[0] & 0x80)
		write_u8(w, 0);
	write_bytes(w, value);
	der_close(w, opened);
}

void der_put_small(struct writer *w, uint8_t tag, uint32_t value)
{
	uint8_t b[5] = {0, (uint8_t)(value >> 24), (uint8_t)(value >> 16),
		(uint8_t)(value >> 8), (uint8_t)value};
	size_t skip = 0;

	while (skip < 4 && b[skip] == 0 && !(b[skip + 1] & 0x80))
		skip++;
	der_put(w, tag, bytes_make(b + skip, 5 - skip));
}

void der_put_boolean(struct writer *w, bool value)
{
	der_put(w, DER_BOOLEAN, value ? BYTES("\xff") : BYTES("\x00"));
}

void der_put_null(struct writer *w)
{
	der_put(w, DER_NULL, (struct bytes){NULL, 0});
}

void der_put_oid(struct writer *w, enum oid oid)
{
	der_put(w, DER_OID, oid_bytes(oid));
}

void der_put_bit_string(struct writer *w, struct bytes octets)
{
	size_t opened = der_open(w, DER_BIT_STRING);

	write_u8(w, 0);
	write_bytes(w, octets);
	der_close(w, opened);
}

void der_put_named_bits(struct writer *w, uint32_t bits)
{
	uint8_t b[5] = {0};
	size_t top = 0;

	for (size_t i = 0; i < 32; i++)
		if (bits & UINT32_C(1) << i) {
			b[1 + i / 8] |= (uint8_t)(0x80 >> i % 8);
			top = i + 1;
		}
	b[0] = (uint8_t)((8 - top % 8) % 8);
	der_put(w, DER_BIT_STRING, bytes_make(b, 1 + (top + 7) / 8));
}

void der_put_generalized_time(struct writer *w, int64_t t)
{
	char text[16];

	time_generalized(text, t);
	der_put(w, DER_GENERALIZED_TIME, bytes_str(text));
}

void der_put_time(struct writer *w, int64_t t)
{
	char text[16];

	time_generalized(text, t);
	//= RFC 5280 §4.1.2.5: dates through 2049 as UTCTime, from 2050 as GeneralizedTime
	if (strcmp(text, "1950") >= 0 && strcmp(text, "2050") < 0)
		der_put(w, DER_UTC_TIME, bytes_str(text + 2));
	else
		der_put(w, DER_GENERALIZED_TIME, bytes_str(text));
}

void der_put_algorithm(struct writer *w, enum oid oid, bool null_params)
{
	size_t opened = der_open(w, DER_SEQUENCE);

	der_put_oid(w, oid);
	if (null_params)
		der_put_null(w);
	der_close(w, opened);
}

enum { SET_MAX = 256 };

static int compare(const void *a, const void *b)
{
	return bytes_compare(*(const struct bytes *)a, *(const struct bytes *)b);
}

bool der_sort_set(struct writer *w, size_t opened, struct err *e)
{
	struct bytes elements[SET_MAX], in;
	uint8_t *sorted;
	size_t count = 0, n = 0;
	struct der d;

	if (w->full || !w->p)
		return true;
	in = bytes_make(w->p + opened + 1, w->n - opened - 1);
	while (in.n) {
		if (count == SET_MAX)
			return err_set(
				e, ERR_TOO_LARGE, "DER: more than 256 elements of a set");
		if (!der_next(&in, &d, e))
			return false;
		elements[count++] = d.whole;
	}
	qsort(elements, count, sizeof *elements, compare);
	sorted = mem_alloc(w->n - opened);
	for (size_t i = 0; i < count; i++) {
		memcpy(sorted + n, elements[i].p, elements[i].n);
		n += elements[i].n;
	}
	memcpy(w->p + opened + 1, sorted, n);
	mem_free(sorted);
	return true;
}
