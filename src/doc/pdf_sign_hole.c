/* pdf_sign_hole: see pdf_sign_hole.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "doc/pdf_sign_hole.h"

#include <string.h>

/* Room for "0 " and three numbers of ten digits. */
enum { RANGE_ROOM = 36 };

void pdf_hole_put(struct pdf_text *t, struct pdf_hole *h, size_t reserve)
{
	static const char zeros[] = "0000000000000000000000000000000000000000000000000000"
				    "000000000000";

	pdf_put(t, "/ByteRange [");
	h->range_at = t->buf.n;
	for (int i = 0; i < RANGE_ROOM; i++)
		pdf_put(t, " ");
	pdf_put(t, "] /Contents ");
	h->open_at = t->buf.n;
	h->reserve = reserve;
	pdf_put(t, "<");
	for (size_t left = 2 * reserve; left;) {
		size_t n = left < sizeof zeros - 1 ? left : sizeof zeros - 1;

		pdf_put_bytes(t, bytes_make(zeros, n));
		left -= n;
	}
	pdf_put(t, ">");
	h->close_at = t->buf.n;
}

char *pdf_hole_range(const struct pdf_hole *h, struct arena *a)
{
	return arena_printf(a, "[0 %llu %llu %llu]", (unsigned long long)h->covered[0].n,
		(unsigned long long)h->covered[1].at,
		(unsigned long long)h->covered[1].n);
}

bool pdf_hole_cover(
	struct pdf_hole *h, struct outfile *f, uint64_t body_at, struct err *e)
{
	AUTO(arena) a = arena_new();
	char *range;

	h->range_at += body_at;
	h->open_at += body_at;
	h->close_at += body_at;
	//= ETSI EN 319 142-1 §5.3: the ByteRange covers the entire file but for Contents
	h->covered[0] = (struct source_range){0, h->open_at};
	h->covered[1] = (struct source_range){h->close_at, outfile_size(f) - h->close_at};
	range = pdf_hole_range(h, a) + 1;
	return outfile_patch(f, h->range_at, bytes_make(range, strlen(range) - 1), e);
}

bool pdf_hole_fill(
	const struct pdf_hole *h, struct outfile *f, struct bytes value, struct err *e)
{
	AUTO_PDF_TEXT t = pdf_text_make();
	struct bytes hex;

	if (value.n > h->reserve)
		return err_set(e, ERR_TOO_LARGE,
			"the signature has %zu octets, room was left for %zu", value.n,
			h->reserve);
	pdf_put_hex(&t, value);
	return pdf_text_end(&t, &hex, e) &&
	       outfile_patch(f, h->open_at + 1, bytes_make(hex.p + 1, hex.n - 2), e);
}
