/* render: pages onto surfaces.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "doc/render.h"

#include <cairo-pdf.h>
#include <math.h>

#include "base/text.h"
#include "doc/picture_decode_types.h"
#include "doc/render_font.h"
#include "doc/render_mark.h"
#include "doc/render_page.h"

#define MM_PER_INCH 25.4
#define PDF_DPI     300 /* of pictures that have to be made of pixels */

enum { IMAGES_OCTETS_MAX = 512 << 20 };

bool render_open(struct render **out, const struct ofd *o, struct err *e)
{
	struct render *r = NEW(struct render);
	size_t n = ofd_docs_n(o);

	(void)e;
	r->o = o;
	r->arena = arena_new();
	r->docs = ARENA_ARRAY(r->arena, n, struct render_doc);
	for (size_t i = 0; i < n; i++)
		r->docs[i].d = ofd_doc(o, i);
	r->fonts = fonts_new();
	r->images_left = IMAGES_OCTETS_MAX;
	*out = r;
	return true;
}

void render_free(struct render *r)
{
	if (!r)
		return;
	for (size_t i = 0; i < ofd_docs_n(r->o); i++)
		fonts_close(&r->docs[i].res);
	fonts_free(r->fonts);
	arena_free(r->arena);
	mem_free(r);
}

size_t render_pages_n(const struct render *r)
{
	size_t n = 0;

	for (size_t i = 0; i < ofd_docs_n(r->o); i++)
		n += ofd_doc(r->o, i)->pages_n;
	return n;
}

bool render_page_size(
	struct render *r, size_t page, double *w_mm, double *h_mm, struct err *e)
{
	AUTO(arena) a = arena_new();
	struct page p;

	if (!page_open(&p, r, page, a, e))
		return false;
	*w_mm = p.area.w;
	*h_mm = p.area.h;
	return true;
}

bool render_is_whole(const struct render_counts *c)
{
	const struct render_tally *all[] = {
		&c->text, &c->path, &c->image, &c->composite, &c->annotation, &c->stamp};

	for (size_t i = 0; i < sizeof all / sizeof *all; i++)
		if (all[i]->failed || all[i]->present != all[i]->drawn + all[i]->hidden)
			return false;
	return c->glyphs_missing == 0;
}

/* Notes outlive the page's arena. */
static void notes_keep(struct render_counts *c, size_t from, struct arena *a)
{
	for (size_t i = from; i < c->note_count; i++)
		c->notes[i] = arena_str(a, bytes_str(c->notes[i]));
}

static bool surface_status(cairo_t *cr, struct err *e)
{
	cairo_status_t status = cairo_status(cr);

	return status == CAIRO_STATUS_SUCCESS ||
	       err_set(e, ERR_IO, "drawing: %s", cairo_status_to_string(status));
}

/* Draws an open page on cr, whose unit is mm. */
static bool page_put(struct drawing *d, const struct page *page, struct err *e)
{
	if (!d->options->transparent) {
		cairo_set_source_rgb(d->cr, 1, 1, 1);
		cairo_rectangle(d->cr, 0, 0, page->area.w, page->area.h);
		cairo_fill(d->cr);
	}
	cairo_save(d->cr);
	cairo_rectangle(d->cr, 0, 0, page->area.w, page->area.h);
	cairo_clip(d->cr);
	if (!page_draw(d, page, e))
		return false;
	cairo_restore(d->cr);
	if (d->options->report)
		marks_draw(d->cr, page->area.w, page->area.h, text_trim(page->entry->id),
			d->options->report);
	return surface_status(d->cr, e);
}

static bool dpi_of(const struct render_options *o, double *dpi, struct err *e)
{
	*dpi = o->dpi == 0 ? RENDER_DPI_DEFAULT : o->dpi;
	if (*dpi >= RENDER_DPI_MIN && *dpi <= RENDER_DPI_MAX)
		return true;
	return err_set(
		e, ERR_USAGE, "%d to %d dots per inch", RENDER_DPI_MIN, RENDER_DPI_MAX);
}

static bool size_px(double mm, double dpi, unsigned *out)
{
	double px = round(mm * dpi / MM_PER_INCH);

	*out = px < 1 ? 1 : (unsigned)px;
	return px <= PICTURE_SIDE_MAX;
}

static void options_set(cairo_t *cr)
{
	cairo_font_options_t *o = cairo_font_options_create();

	cairo_font_options_set_hint_style(o, CAIRO_HINT_STYLE_NONE);
	cairo_font_options_set_hint_metrics(o, CAIRO_HINT_METRICS_OFF);
	cairo_font_options_set_antialias(o, CAIRO_ANTIALIAS_GRAY);
	cairo_set_font_options(cr, o);
	cairo_font_options_destroy(o);
}

/* With the strip beside it, in mm. */
static double width_of(const struct render_options *o, const struct page *page)
{
	return page->area.w + (o->report ? MARKS_WIDTH_MM : 0);
}

static bool pixels_draw_page(struct drawing *d, const struct page *page,
	const struct picture_pixels *px, struct err *e)
{
	cairo_surface_t *s = cairo_image_surface_create_for_data((uint8_t *)px->data,
		CAIRO_FORMAT_ARGB32, (int)px->w, (int)px->h, (int)px->stride);
	bool good;

	d->cr = cairo_create(s);
	options_set(d->cr);
	cairo_scale(d->cr, px->w / width_of(d->options, page), px->h / page->area.h);
	good = page_put(d, page, e);
	cairo_destroy(d->cr);
	cairo_surface_finish(s);
	cairo_surface_destroy(s);
	return good;
}

bool render_onto(struct render *r, size_t page, const struct render_options *options,
	const struct picture_pixels *px, struct render_counts *counts, struct err *e)
{
	AUTO(arena) mine = arena_new();
	struct drawing d = {.r = r, .arena = mine, .counts = counts, .options = options};
	struct page p;
	bool good;

	if (!page_open(&p, r, page, mine, e))
		return false;
	d.page_px = (double)px->w * px->h;
	d.dpi = px->w / p.area.w * MM_PER_INCH;
	good = pixels_draw_page(&d, &p, px, e);
	counts->note_count = 0;
	page_close(&p);
	return good;
}

bool render_pixels(struct render *r, size_t page, const struct render_options *options,
	struct arena *a, struct picture_pixels *out, struct render_counts *counts,
	struct err *e)
{
	AUTO(arena) mine = arena_new();
	struct render_counts ignored = {0};
	struct drawing d = {.r = r,
		.arena = mine,
		.counts = counts ? counts : &ignored,
		.options = options};
	size_t notes = d.counts->note_count;
	struct picture_pixels px = {0};
	struct page p;
	bool good;

	if (!dpi_of(options, &d.dpi, e) || !page_open(&p, r, page, mine, e))
		return false;
	if (!size_px(width_of(options, &p), d.dpi, &px.w) ||
		!size_px(p.area.h, d.dpi, &px.h) ||
		(uint64_t)px.w * px.h > RENDER_PIXELS_MAX)
		return err_set(e, ERR_TOO_LARGE, "a page of more than %d megapixels",
			RENDER_PIXELS_MAX >> 20);
	px.stride = (size_t)px.w * 4;
	px.data = ARENA_ARRAY(a, (size_t)px.w * px.h, uint32_t);
	d.page_px = (double)px.w * px.h;
	good = pixels_draw_page(&d, &p, &px, e);
	notes_keep(d.counts, notes, a);
	page_close(&p);
	if (good)
		*out = px;
	return good;
}

bool render_png(struct render *r, size_t page, const struct render_options *options,
	struct arena *a, struct bytes *out, struct render_counts *counts, struct err *e)
{
	AUTO(arena) mine = arena_new();
	struct render_counts local = {0}, *use = counts ? counts : &local;
	struct picture_pixels px;
	size_t notes = use->note_count;
	double dpi;

	if (!dpi_of(options, &dpi, e) ||
		!render_pixels(r, page, options, mine, &px, use, e))
		return false;
	notes_keep(use, notes, a);
	return pixels_png(a, &px, dpi, out, e);
}

struct pdf_out {
	struct sink to;
	struct err *e;
	bool failed;
};

static cairo_status_t pdf_take(void *ctx, const unsigned char *p, unsigned n)
{
	struct pdf_out *out = ctx;

	if (!out->failed && out->to.put(out->to.to, bytes_make(p, n), out->e))
		return CAIRO_STATUS_SUCCESS;
	out->failed = true;
	return CAIRO_STATUS_WRITE_ERROR;
}

static bool pdf_page(struct render *r, size_t number, cairo_surface_t *s,
	const struct render_options *options, struct arena *a,
	struct render_counts *counts, struct err *e)
{
	AUTO(arena) mine = arena_new();
	struct drawing d = {.r = r,
		.arena = mine,
		.counts = counts,
		.options = options,
		.dpi = PDF_DPI};
	double points = 72 / MM_PER_INCH;
	size_t notes = counts->note_count;
	struct page p;
	bool good;

	if (!page_open(&p, r, number, mine, e))
		return false;
	d.page_px =
		p.area.w * p.area.h * (PDF_DPI / MM_PER_INCH) * (PDF_DPI / MM_PER_INCH);
	cairo_pdf_surface_set_size(s, width_of(options, &p) * points, p.area.h * points);
	d.cr = cairo_create(s);
	options_set(d.cr);
	cairo_scale(d.cr, points, points);
	good = page_put(&d, &p, e);
	if (good) {
		cairo_show_page(d.cr);
		good = surface_status(d.cr, e);
	}
	cairo_destroy(d.cr);
	notes_keep(counts, notes, a);
	page_close(&p);
	return good;
}

bool render_pdf(struct render *r, size_t first, size_t last,
	const struct render_options *options, struct arena *a, struct sink to,
	struct render_counts *counts, struct err *e)
{
	struct render_counts ignored = {0};
	struct err put_e = {0};
	struct pdf_out out = {.to = to, .e = &put_e};
	size_t n = render_pages_n(r);
	cairo_surface_t *s;
	bool good = true;

	last = last < n ? last : n - 1;
	if (n == 0 || first > last)
		return err_set(e, ERR_USAGE, "no such page");
	s = cairo_pdf_surface_create_for_stream(pdf_take, &out, 72, 72);
	for (size_t i = first; i <= last && good; i++)
		good = pdf_page(r, i, s, options, a, counts ? counts : &ignored, e);
	cairo_surface_finish(s);
	if (out.failed) {
		*e = put_e;
		good = false;
	} else if (good && cairo_surface_status(s) != CAIRO_STATUS_SUCCESS) {
		good = err_set(e, ERR_IO, "PDF: %s",
			cairo_status_to_string(cairo_surface_status(s)));
	}
	cairo_surface_destroy(s);
	return good;
}
