/* keyfile_ber: see keyfile_ber.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "crypto/keyfile_ber.h"

#include "asn1/der.h"

enum { CONSTRUCTED = 0x20, INDEFINITE = 0x80, OCTET_PIECES = 0x24 };

struct ber {
	uint8_t tag;
	bool indefinite;
	struct bytes body; /* to the end of the input when the length is indefinite */
};

/* Takes a tag and a length; with a definite length also the content. */
static bool ber_next(struct reader *r, struct ber *out, struct err *e)
{
	uint8_t first;
	size_t n;

	out->tag = read_u8(r);
	n = first = read_u8(r);
	if ((out->tag & 0x1f) == 0x1f)
		return err_set(e, ERR_MALFORMED, "BER: tag above 30");
	out->indefinite = first == INDEFINITE;
	if (out->indefinite) {
		out->body = r->rest;
		if (r->short_read || !(out->tag & CONSTRUCTED))
			return err_set(e, ERR_MALFORMED, "BER: length");
		return true;
	}
	if (first & 0x80) {
		if ((first & 0x7f) > 4)
			return err_set(e, ERR_MALFORMED, "BER: length");
		n = 0;
		for (int i = 0; i < (first & 0x7f); i++)
			n = n << 8 | read_u8(r);
	}
	out->body = read_bytes(r, n);
	if (r->short_read)
		return err_set(e, ERR_MALFORMED, "BER: ends within an element");
	return true;
}

static bool copy_element(
	struct writer *w, struct reader *r, unsigned depth, bool piece, struct err *e);

/* The elements of a constructed one: to the end of `in`, or to the two zero octets. */
static bool copy_children(struct writer *w, struct reader *in, bool indefinite,
	unsigned depth, bool pieces, struct err *e)
{
	for (;;) {
		if (indefinite && in->rest.n >= 2 && !in->rest.p[0] && !in->rest.p[1]) {
			(void)read_bytes(in, 2);
			return true;
		}
		if (!in->rest.n)
			return indefinite ? err_set(e, ERR_MALFORMED,
						    "BER: no end of contents")
					  : true;
		if (!copy_element(w, in, depth, pieces, e))
			return false;
	}
}

/* One element; of a `piece` of an octet string only the content. The recursion is
 * bounded by depth. */
static bool copy_element(
	struct writer *w, struct reader *r, unsigned depth, bool piece, struct err *e)
{
	struct ber b = {0};
	struct reader inside;
	size_t opened = 0;
	bool joined;

	if (depth == BER_DEPTH_MAX)
		return err_set(e, ERR_MALFORMED, "BER: deeper than %d", BER_DEPTH_MAX);
	if (!ber_next(r, &b, e))
		return false;
	joined = b.tag == OCTET_PIECES;
	if (piece && !joined && b.tag != DER_OCTET_STRING)
		return err_set(e, ERR_MALFORMED, "BER: octet string of other pieces");
	if (!(b.tag & CONSTRUCTED)) {
		if (piece)
			write_bytes(w, b.body);
		else
			der_put(w, b.tag, b.body);
		return true;
	}
	if (!piece)
		opened = der_open(w, joined ? DER_OCTET_STRING : b.tag);
	inside = b.indefinite ? *r : reader_of(b.body);
	if (!copy_children(w, &inside, b.indefinite, depth + 1, joined, e))
		return false;
	if (b.indefinite)
		r->rest = inside.rest;
	if (!piece)
		der_close(w, opened);
	return true;
}

/* An indefinite element of 4 octets and its content may grow by one octet, no other
 * grows. */
static size_t room_for(size_t n)
{
	return n + n / 4 + 16;
}

bool ber_to_der(struct secret **room, struct bytes *der, struct bytes in, struct err *e)
{
	size_t cap = room_for(in.n);
	AUTO(secret) s = secret_new(cap);
	struct writer w = writer_over(secret_data(s), cap);
	struct reader r = reader_of(in);

	if (!copy_element(&w, &r, 0, false, e))
		return false;
	if (r.rest.n || w.full)
		return err_set(e, ERR_MALFORMED, "BER: something behind the element");
	*der = writer_bytes(&w);
	*room = secret_move(&s);
	return true;
}

bool ber_take(struct arena *a, struct bytes *in, struct bytes *der, struct err *e)
{
	struct writer w = writer_in(a, room_for(in->n));
	struct reader r = reader_of(*in);

	if (!copy_element(&w, &r, 0, false, e))
		return false;
	if (w.full)
		return err_set(e, ERR_MALFORMED, "BER: grows");
	*der = writer_bytes(&w);
	*in = r.rest;
	return true;
}
