/* typeset_cff: see typeset_cff.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "doc/typeset_cff.h"

#include "base/reader.h"

enum {
	OP_ESCAPE = 12,
	OP_CHARSET = 15,
	OP_ROS = 30, /* behind the escape */
	OPERATORS_END = 21
};

static uint32_t offset_read(struct reader *r, unsigned size)
{
	uint32_t v = 0;

	while (size--)
		v = v << 8 | read_u8(r);
	return v;
}

/* Passes over an INDEX; its first entry in *first. */
static bool index_pass(struct reader *r, struct bytes *first, struct err *e)
{
	unsigned count = read_be16(r), size;
	uint32_t last = 1, second = 1;
	struct bytes data;

	*first = BYTES("");
	if (!count)
		return true;
	size = read_u8(r);
	if (size < 1 || size > 4)
		return err_set(e, ERR_MALFORMED, "CFF: offsets of %u octets", size);
	for (unsigned i = 0; i <= count; i++) {
		last = offset_read(r, size);
		if (i == 1)
			second = last;
	}
	if (r->short_read || last < 1 || second < 1 || second > last)
		return err_set(e, ERR_MALFORMED, "CFF: an index that does not end");
	data = read_bytes(r, last - 1);
	*first = bytes_head(data, second - 1);
	return !r->short_read || err_set(e, ERR_MALFORMED, "CFF: cut short");
}

/* One operand; only whole numbers matter here. */
static int64_t operand_read(struct reader *r, uint8_t b0)
{
	if (b0 >= 32 && b0 <= 246)
		return b0 - 139;
	if (b0 >= 247 && b0 <= 250)
		return (b0 - 247) * 256 + read_u8(r) + 108;
	if (b0 >= 251 && b0 <= 254)
		return -(b0 - 251) * 256 - read_u8(r) - 108;
	if (b0 == 28)
		return (int16_t)read_be16(r);
	if (b0 == 29)
		return (int32_t)read_be32(r);
	if (b0 == 30) /* a fraction, packed in halves up to 0xf */
		for (uint8_t c = 0; (c & 15) != 15 && c >> 4 != 15 && !r->short_read;)
			c = read_u8(r);
	return 0;
}

/* Of the Top DICT: where the charset is, and is it CID-keyed? */
static void top_read(struct bytes dict, int64_t *charset, bool *is_cid)
{
	struct reader r = reader_of(dict);
	int64_t last = 0;

	*charset = 0;
	*is_cid = false;
	while (r.rest.n) {
		uint8_t b0 = read_u8(&r);

		if (b0 == OP_ESCAPE)
			*is_cid |= read_u8(&r) == OP_ROS;
		else if (b0 == OP_CHARSET)
			*charset = last;
		else if (b0 > OPERATORS_END)
			last = operand_read(&r, b0);
	}
}

static bool charset_read(struct bytes from, uint16_t *cids, size_t n, struct err *e)
{
	struct reader r = reader_of(from);
	unsigned format = read_u8(&r);

	cids[0] = 0;
	for (size_t i = 1; i < n && !r.short_read;) {
		unsigned cid = read_be16(&r), more = 0;

		if (format == 1)
			more = read_u8(&r);
		else if (format == 2)
			more = read_be16(&r);
		else if (format)
			return err_set(
				e, ERR_UNSUPPORTED, "CFF: charset format %u", format);
		for (unsigned k = 0; k <= more && i < n; k++)
			cids[i++] = (uint16_t)(cid + k);
	}
	return !r.short_read || err_set(e, ERR_MALFORMED, "CFF: charset cut short");
}

bool cff_cids(struct bytes cff, uint16_t *cids, size_t n, bool *is_cid, struct err *e)
{
	struct reader r = reader_of(cff);
	struct bytes name, top;
	int64_t charset;

	(void)read_be16(&r); /* version */
	r.rest = bytes_from(cff, read_u8(&r));
	if (!index_pass(&r, &name, e) || !index_pass(&r, &top, e))
		return false;
	top_read(top, &charset, is_cid);
	/* 0 to 2 are charsets of their own, which only fonts with names use. */
	if (*is_cid && charset > 2)
		return (uint64_t)charset < cff.n
			       ? charset_read(
					 bytes_from(cff, (size_t)charset), cids, n, e)
			       : err_set(e, ERR_MALFORMED, "CFF: no charset");
	for (size_t i = 0; i < n; i++)
		cids[i] = (uint16_t)i;
	return true;
}
