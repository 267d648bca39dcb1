/* picture_decode_jbig2: black and white pictures of invoices, unpacked by the sandboxed
 * PDF tools, which know the format: a PDF of one page is written around the octets.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "base/buf.h"
#include "base/reader.h"
#include "doc/picture_decode_types.h"
#include "doc/poppler.h"

enum {
	ID_OCTETS = 8,
	FLAG_SEQUENTIAL = 1,
	FLAG_PAGES_UNKNOWN = 2,
	PAGE_INFORMATION = 48,
	POINTS_AN_INCH = 72, /* one pixel a point */
};

struct jbig2 {
	struct bytes segments;
	uint32_t w, h;
};

//= ITU-T T.88 Annex D.4: the file header; §7.2: segment headers; §7.4.8: page information
static bool jbig2_head(struct jbig2 *j, struct bytes octets, struct err *e)
{
	struct reader r = reader_of(bytes_from(octets, ID_OCTETS));
	uint8_t flags = read_u8(&r), referred;

	if (!(flags & FLAG_SEQUENTIAL))
		return err_set(e, ERR_UNSUPPORTED, "JBIG2 in random order");
	if (!(flags & FLAG_PAGES_UNKNOWN) && read_be32(&r) != 1)
		return err_set(e, ERR_UNSUPPORTED, "JBIG2 of several pages");
	j->segments = r.rest;
	read_be32(&r); /* number */
	flags = read_u8(&r);
	referred = read_u8(&r);
	read_u8(&r); /* page */
	read_be32(&r);
	j->w = read_be32(&r);
	j->h = read_be32(&r);
	if (r.short_read || (flags & 0x3f) != PAGE_INFORMATION || referred >> 5 != 0)
		return err_set(
			e, ERR_MALFORMED, "JBIG2 that does not begin with its page");
	return true;
}

static bool object_put(
	struct buf *to, size_t *at, unsigned number, const char *text, struct err *e)
{
	at[number] = to->n;
	return buf_put(to, bytes_str(text), e);
}

static bool pdf_write(
	struct arena *a, struct buf *to, const struct jbig2 *j, struct err *e)
{
	const char *draw = arena_printf(a, "%u 0 0 %u 0 0 cm /I Do", j->w, j->h);
	size_t at[6] = {0}, xref;

	if (!buf_put(to, BYTES("%PDF-1.5\n"), e) ||
		!object_put(to, at, 1, "1 0 obj\n<</Type/Catalog/Pages 2 0 R>>\nendobj\n",
			e) ||
		!object_put(to, at, 2,
			"2 0 obj\n<</Type/Pages/Kids[3 0 R]/Count 1>>\nendobj\n", e) ||
		!object_put(to, at, 3,
			arena_printf(a,
				"3 0 obj\n<</Type/Page/Parent 2 0 R/MediaBox[0 0 %u %u]"
				"/Contents 4 0 R/Resources<</XObject<</I 5 0 R>>>>>>\n"
				"endobj\n",
				j->w, j->h),
			e) ||
		!object_put(to, at, 4,
			arena_printf(a,
				"4 0 obj\n<</Length %zu>>\nstream\n%s\nendstream\n"
				"endobj\n",
				bytes_str(draw).n, draw),
			e) ||
		!object_put(to, at, 5,
			arena_printf(a,
				"5 0 obj\n<</Type/XObject/Subtype/Image/Width %u/Height "
				"%u/ColorSpace/DeviceGray/BitsPerComponent 1"
				"/Filter/JBIG2Decode/Length %zu>>\nstream\n",
				j->w, j->h, j->segments.n),
			e) ||
		!buf_put(to, j->segments, e) ||
		!buf_put(to, BYTES("\nendstream\nendobj\n"), e))
		return false;
	xref = to->n;
	if (!buf_put(to, BYTES("xref\n0 6\n0000000000 65535 f \n"), e))
		return false;
	for (unsigned i = 1; i < 6; i++)
		if (!buf_put(to, bytes_str(arena_printf(a, "%010zu 00000 n \n", at[i])),
			    e))
			return false;
	return buf_put(to,
		bytes_str(arena_printf(a,
			"trailer\n<</Size 6/Root 1 0 R>>\nstartxref\n%zu\n%%%%EOF\n",
			xref)),
		e);
}

bool picture_decode_jbig2(
	struct arena *a, struct bytes octets, struct picture_pixels *out, struct err *e)
{
	AUTO(arena) mine = arena_new();
	AUTO_BUF pdf = buf_make(PICTURE_OCTETS_MAX + 4096);
	AUTO(source) s = NULL;
	AUTO(poppler) p = NULL;
	struct picture_pixels bound;
	struct jbig2 j = {0};
	struct bytes png;

	if (!jbig2_head(&j, octets, e))
		return err_in(e, "JBIG2");
	if (j.h == UINT32_MAX)
		return err_set(e, ERR_UNSUPPORTED, "JBIG2 of unknown height");
	/* Only to hold its size to the bounds. */
	if (!pixels_make(mine, j.w, j.h, &bound, e) || !pdf_write(mine, &pdf, &j, e))
		return false;
	s = source_of_bytes(buf_bytes(&pdf));
	return poppler_of_source(&p, s, e) &&
	       poppler_page_png(p, mine, 1, POINTS_AN_INCH, &png, e) &&
	       picture_decode_png(a, png, out, e);
}
