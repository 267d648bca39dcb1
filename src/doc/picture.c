/* picture: a drawing filled into pixels, or printed as a path.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "doc/picture.h"

#include <math.h>
#include <stdio.h>

#include "doc/picture_drawing.h"
#include "doc/picture_png.h"

enum {
	SVG_OCTETS_MAX = 4 * 1024 * 1024,
	COLOUR_OFFICIAL = 0xD7000F,
};

static uint32_t drawing_colour(const struct drawing *d)
{
	return d->spec->colour ? d->spec->colour : COLOUR_OFFICIAL;
}

/* Fills the outline into a new surface, one octet a pixel, w × h of them. */
static cairo_surface_t *outline_fill(const struct drawing *d, unsigned w, unsigned h)
{
	cairo_surface_t *surface =
		cairo_image_surface_create(CAIRO_FORMAT_A8, (int)w, (int)h);
	cairo_t *cr = cairo_create(surface);

	/* Stretched to whole pixels, which pHYs then states: the millimetres stay true.
	 */
	cairo_scale(cr, w / d->w, h / d->h);
	cairo_set_antialias(cr, CAIRO_ANTIALIAS_BEST);
	cairo_new_path(cr);
	outline_trace(&d->shape, cr);
	cairo_fill(cr);
	cairo_destroy(cr);
	cairo_surface_flush(surface);
	return surface;
}

bool picture_png(struct arena *a, const struct picture_spec *spec, struct bytes *out,
	struct picture_size *size, struct err *e)
{
	AUTO(arena) work = arena_new();
	cairo_surface_t *surface;
	struct drawing d;
	struct coverage ink;
	double px_mm = (spec->dpi ? spec->dpi : PICTURE_DPI_DEFAULT) / 25.4;
	bool good;

	if (!drawing_make(&d, work, spec, e))
		return false;
	ink.w = (unsigned)lround(d.w * px_mm);
	ink.h = (unsigned)lround(d.h * px_mm);
	surface = outline_fill(&d, ink.w, ink.h);
	ink.p = cairo_image_surface_get_data(surface);
	ink.stride = (size_t)cairo_image_surface_get_stride(surface);
	good = ink.p ? png_write_ink(a, &ink, drawing_colour(&d), d.w, d.h, out, e)
		     : err_set(e, ERR_IO, "cairo: no picture of %u × %u", ink.w, ink.h);
	cairo_surface_destroy(surface);
	if (good && size)
		*size = (struct picture_size){d.w, d.h, ink.w, ink.h};
	return good;
}

static bool svg_put(const struct drawing *d, struct buf *b, struct err *e)
{
	char colour[64];

	snprintf(
		colour, sizeof colour, "\"><path fill=\"#%06X\" d=\"", drawing_colour(d));
	return buf_put(b, BYTES("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\""),
		       e) &&
	       outline_number(b, d->w, e) && buf_put(b, BYTES("mm\" height=\""), e) &&
	       outline_number(b, d->h, e) &&
	       buf_put(b, BYTES("mm\" viewBox=\"0 0 "), e) &&
	       outline_number(b, d->w, e) && buf_put(b, BYTES(" "), e) &&
	       outline_number(b, d->h, e) && buf_put(b, bytes_str(colour), e) &&
	       outline_svg(&d->shape, b, e) && buf_put(b, BYTES("\"/></svg>\n"), e);
}

bool picture_svg(struct arena *a, const struct picture_spec *spec, struct bytes *out,
	struct picture_size *size, struct err *e)
{
	AUTO(arena) work = arena_new();
	AUTO_BUF b = buf_make(SVG_OCTETS_MAX);
	struct drawing d;

	if (!drawing_make(&d, work, spec, e) || !svg_put(&d, &b, e))
		return false;
	*out = arena_dup(a, buf_bytes(&b));
	if (size)
		*size = (struct picture_size){.width_mm = d.w, .height_mm = d.h};
	return true;
}
