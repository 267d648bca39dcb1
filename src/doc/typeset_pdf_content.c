/* typeset_pdf_content: what stands on the pages, marked with what it belongs to.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <cairo.h>

#include "base/reader.h"
#include "doc/typeset_pdf.h"

enum { CONTENT_MAX = 64 << 20 };

/* One run being written: where the pen stands, in thousandths of a micrometre. */
struct pen {
	struct pdfout *p;
	const struct page_run *run;
	const struct subset *font;
	int64_t at;
	int y;
	bool begun, open; /* a place was set; an array is open */
};

static bool array_close(struct pen *pen, struct err *e)
{
	if (!pen->open)
		return true;
	pen->open = false;
	return pdfout_put(pen->p, e, ">] TJ\n");
}

/* Moves to a glyph: by a new place, or by an adjustment in thousandths of the size. */
static bool pen_move(struct pen *pen, const struct page_glyph *g, struct err *e)
{
	int64_t adjust = 0, size = pen->run->size;

	if (!pen->begun || g->y != pen->y) {
		pen->at = (int64_t)g->x * 1000;
		pen->y = g->y;
		pen->begun = true;
		return array_close(pen, e) &&
		       pdfout_put(pen->p, e, "1 0 0 -1 %d %d Tm\n", g->x, g->y);
	}
	/* tenths of them; what rounding leaves is carried on */
	adjust = (pen->at - (int64_t)g->x * 1000) * 10;
	adjust = (adjust + (adjust < 0 ? -size : size) / 2) / size;
	if (!adjust)
		return true;
	pen->at -= adjust * size / 10;
	if (!pen->open) {
		pen->open = true;
		return pdfout_put(pen->p, e, "[%s%lld.%lld<", adjust < 0 ? "-" : "",
			(long long)(adjust < 0 ? -adjust : adjust) / 10,
			(long long)(adjust < 0 ? -adjust : adjust) % 10);
	}
	return pdfout_put(pen->p, e, ">%s%lld.%lld<", adjust < 0 ? "-" : "",
		(long long)(adjust < 0 ? -adjust : adjust) / 10,
		(long long)(adjust < 0 ? -adjust : adjust) % 10);
}

static bool glyph_put(struct pen *pen, const struct page_glyph *g, struct err *e)
{
	uint32_t glyph = subset_glyph(pen->font, g->id);

	if (!pen_move(pen, g, e))
		return false;
	if (!pen->open && !pdfout_put(pen->p, e, "[<"))
		return false;
	pen->open = true;
	pen->at += (int64_t)subset_advance(pen->font, glyph) * pen->run->size;
	return pdfout_put(pen->p, e, "%04X", subset_cid(pen->font, glyph));
}

/* Does the font's own map say what the cluster says? */
static bool cluster_plain(const struct pen *pen, const struct page_cluster *c,
	const struct page_glyph *g, struct bytes text)
{
	return c->glyphs_n == 1 &&
	       bytes_equal(pen->p->texts[pen->run->font][subset_glyph(pen->font, g->id)],
		       text);
}

static bool cluster_put(struct pen *pen, const struct page_cluster *c,
	const struct page_glyph *g, struct bytes text, struct err *e)
{
	bool plain = cluster_plain(pen, c, g, text);

	if (!plain && (!array_close(pen, e) ||
			      !pdfout_put(pen->p, e, "/Span << /ActualText ") ||
			      !pdfout_put_text(pen->p, text, e) ||
			      !pdfout_put(pen->p, e, " >> BDC\n")))
		return false;
	for (size_t i = 0; i < c->glyphs_n; i++)
		if (!glyph_put(pen, &g[i], e))
			return false;
	return plain || (array_close(pen, e) && pdfout_put(pen->p, e, "EMC\n"));
}

/* From left to right whatever the script, as readers of PDF expect it. */
static bool run_put(struct pdfout *p, const struct page_run *run, struct err *e)
{
	struct pen pen = {.p = p, .run = run, .font = &p->fonts[run->font]};
	size_t g = run->rightward ? 0 : run->glyphs_n,
	       text = run->rightward ? 0 : run->text.n;

	if (!pdfout_put(p, e, "BT /F%u %d Tf\n", run->font, run->size))
		return false;
	for (size_t i = 0; i < run->clusters_n; i++) {
		const struct page_cluster *c =
			&run->clusters[run->rightward ? i : run->clusters_n - 1 - i];

		if (!run->rightward) {
			g -= c->glyphs_n;
			text -= c->text_n;
		}
		if (!cluster_put(&pen, c, run->glyphs + g,
			    bytes_make(run->text.p + text, c->text_n), e))
			return false;
		if (run->rightward) {
			g += c->glyphs_n;
			text += c->text_n;
		}
	}
	return array_close(&pen, e) && pdfout_put(p, e, "ET\n");
}

static bool rules_put(struct pdfout *p, const struct page_object *o, struct err *e)
{
	for (size_t i = 0; i < o->rules_n; i++) {
		const struct page_box *b = &o->rules[i];

		if (!pdfout_put(p, e, "%d %d %d %d re\n", b->x, b->y, b->w, b->h))
			return false;
	}
	return !o->rules_n || pdfout_put(p, e, "f\n");
}

static bool object_put(struct pdfout *p, const struct page_object *o, struct err *e)
{
	switch (o->kind) {
	case PAGE_RUN:
		return run_put(p, &o->run, e);
	case PAGE_RULES:
		return rules_put(p, o, e);
	case PAGE_IMAGE:
		return pdfout_put(p, e, "q %d 0 0 %d %d %d cm /I%u Do Q\n", o->box.w,
			-o->box.h, o->box.x, o->box.y + o->box.h, o->image);
	}
	return true;
}

//= ISO 32000-1 §14.8.2.2: what is no content of the document is an artifact
static bool piece_begin(struct pdfout *p, size_t page, int elem, struct err *e)
{
	static const char *const tags[] = {[ELEM_DOCUMENT] = "Document",
		[ELEM_HEADING] = "H1",
		[ELEM_PARAGRAPH] = "P",
		[ELEM_TABLE] = "Table",
		[ELEM_ROW] = "TR",
		[ELEM_HEAD_CELL] = "TH",
		[ELEM_CELL] = "TD",
		[ELEM_FIGURE] = "Figure"};
	struct pdfout_piece *piece;

	if (elem == PAGE_ARTIFACT)
		return pdfout_put(p, e, "/Artifact BMC\n");
	p->pieces = sheet_grow(
		p->arena, p->pieces, p->pieces_n, &p->pieces_room, sizeof *p->pieces);
	piece = &p->pieces[p->pieces_n];
	*piece = (struct pdfout_piece){
		elem, (unsigned)page, (unsigned)(p->pieces_n - p->page_pieces[page])};
	p->pieces_n++;
	return pdfout_put(p, e, "/%s << /MCID %u >> BDC\n", tags[p->t->elems[elem].kind],
		piece->mcid);
}

/* Micrometres from above, so that every number is whole. */
static bool content_fill(struct pdfout *p, size_t page, struct err *e)
{
	const struct page *from = &p->t->pages[page];
	int64_t height = pdfout_points(PAPER_HEIGHT);
	int elem = PAGE_ARTIFACT;
	bool open = false;

	if (!pdfout_put(p, e, "q 0.0028346456693 0 0 -0.0028346456693 0 %lld.%04lld cm\n",
		    (long long)height / 10000, (long long)height % 10000))
		return false;
	for (size_t i = 0; i < from->n; i++) {
		const struct page_object *o = &from->objects[i];

		if (!open || o->elem != elem) {
			if ((open && !pdfout_put(p, e, "EMC\n")) ||
				!piece_begin(p, page, o->elem, e))
				return false;
			open = true;
			elem = o->elem;
		}
		if (!object_put(p, o, e))
			return false;
	}
	return (!open || pdfout_put(p, e, "EMC\n")) && pdfout_put(p, e, "Q");
}

static bool resources_put(struct pdfout *p, struct err *e)
{
	if (!pdfout_put(p, e, "<< /Font <<"))
		return false;
	for (size_t i = 0; i < p->t->fonts_n; i++)
		if (p->font_ids[i] &&
			!pdfout_put(p, e, " /F%zu %u 0 R", i, p->font_ids[i]))
			return false;
	if (!pdfout_put(p, e, " >> /XObject <<"))
		return false;
	for (size_t i = 0; i < p->t->images_n; i++)
		if (!pdfout_put(p, e, " /I%zu %u 0 R", i, p->image_ids[i]))
			return false;
	return pdfout_put(p, e, " >> >>");
}

struct png_from {
	struct reader r;
};

static cairo_status_t png_read(void *to, unsigned char *data, unsigned n)
{
	struct png_from *from = to;
	struct bytes b = read_bytes(&from->r, n);
	struct writer w = writer_over(data, n);

	write_bytes(&w, b);
	return from->r.short_read ? CAIRO_STATUS_READ_ERROR : CAIRO_STATUS_SUCCESS;
}

/* Colours and opacity apart, the colours as they were before they were made thin. */
static void pixels_part(cairo_surface_t *s, uint8_t *rgb, uint8_t *alpha)
{
	int w = cairo_image_surface_get_width(s), h = cairo_image_surface_get_height(s);
	bool opaque = cairo_image_surface_get_format(s) == CAIRO_FORMAT_RGB24;

	for (int y = 0; y < h; y++) {
		const uint32_t *row = (const uint32_t *)(const void
				*)(cairo_image_surface_get_data(s) +
				   (size_t)y * (size_t)cairo_image_surface_get_stride(s));

		for (int x = 0; x < w; x++) {
			uint32_t a = opaque ? 255 : row[x] >> 24;

			*alpha++ = (uint8_t)a;
			for (int shift = 16; shift >= 0; shift -= 8) {
				uint32_t v = row[x] >> shift & 255;

				*rgb++ = (uint8_t)(a ? (v * 255 + a / 2) / a : 255);
			}
		}
	}
}

static bool image_put(struct pdfout *p, size_t i, struct err *e)
{
	const struct page_image *image = &p->t->images[i];
	struct png_from from = {reader_of(image->png)};
	cairo_surface_t *s = cairo_image_surface_create_from_png_stream(png_read, &from);
	size_t n = (size_t)image->w * (size_t)image->h;
	unsigned mask = pdfout_number(p);
	AUTO_MEM uint8_t *rgb = NULL, *alpha = NULL;
	const char *dict;

	if (cairo_surface_status(s) != CAIRO_STATUS_SUCCESS ||
		cairo_image_surface_get_width(s) != image->w ||
		cairo_image_surface_get_height(s) != image->h) {
		cairo_surface_destroy(s);
		return err_set(e, ERR_MALFORMED, "%s: not a PNG", image->name);
	}
	rgb = mem_alloc(3 * n);
	alpha = mem_alloc(n);
	pixels_part(s, rgb, alpha);
	cairo_surface_destroy(s);
	dict = arena_printf(p->arena,
		"/Type /XObject /Subtype /Image /Width %d /Height %d /BitsPerComponent 8 "
		"/ColorSpace /DeviceGray",
		image->w, image->h);
	if (!pdfout_stream(p, mask, dict, bytes_make(alpha, n), e))
		return false;
	dict = arena_printf(p->arena,
		"/Type /XObject /Subtype /Image /Width %d /Height %d /BitsPerComponent 8 "
		"/ColorSpace /DeviceRGB /SMask %u 0 R",
		image->w, image->h, mask);
	return pdfout_stream(p, p->image_ids[i], dict, bytes_make(rgb, 3 * n), e);
}

static bool page_put(struct pdfout *p, size_t i, unsigned resources, struct err *e)
{
	unsigned content = pdfout_number(p);
	int64_t w = pdfout_points(PAPER_WIDTH), h = pdfout_points(PAPER_HEIGHT);
	struct buf made;
	bool good;

	p->page_pieces[i] = p->pieces_n;
	if (!content_fill(p, i, e))
		return false;
	made = p->work;
	p->work = buf_make(CONTENT_MAX);
	good = pdfout_stream(p, content, "", buf_bytes(&made), e) &&
	       pdfout_put(p, e,
		       "<< /Type /Page /Parent %u 0 R /MediaBox [ 0 0 %lld.%04lld "
		       "%lld.%04lld ] /Resources %u 0 R /Contents %u 0 R /StructParents "
		       "%zu "
		       "/Tabs /S >>",
		       p->pages, (long long)w / 10000, (long long)w % 10000,
		       (long long)h / 10000, (long long)h % 10000, resources, content,
		       i) &&
	       pdfout_object(p, p->page_ids[i], e);
	buf_fini(&p->work);
	p->work = made;
	p->work.n = 0;
	return good;
}

static bool pages_tree_put(struct pdfout *p, struct err *e)
{
	if (!pdfout_put(p, e, "<< /Type /Pages /Count %zu /Kids [", p->t->pages_n))
		return false;
	for (size_t i = 0; i < p->t->pages_n; i++)
		if (!pdfout_put(p, e, " %u 0 R", p->page_ids[i]))
			return false;
	return pdfout_put(p, e, " ] >>") && pdfout_object(p, p->pages, e);
}

bool pdfout_pages_put(struct pdfout *p, struct err *e)
{
	unsigned resources = pdfout_number(p);

	p->page_pieces = ARENA_ARRAY(p->arena, p->t->pages_n + 1, size_t);
	p->image_ids = ARENA_ARRAY(p->arena, p->t->images_n, unsigned);
	for (size_t i = 0; i < p->t->images_n; i++) {
		p->image_ids[i] = pdfout_number(p);
		if (!image_put(p, i, e))
			return false;
	}
	if (!resources_put(p, e) || !pdfout_object(p, resources, e))
		return false;
	for (size_t i = 0; i < p->t->pages_n; i++)
		if (!page_put(p, i, resources, e))
			return err_in(e, "page %zu", i + 1);
	p->page_pieces[p->t->pages_n] = p->pieces_n;
	return pages_tree_put(p, e);
}
