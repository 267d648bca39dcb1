/* scan: a handwritten signature becomes ink without paper.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <cairo.h>
#include <math.h>
#include <string.h>

#include "doc/picture.h"
#include "doc/picture_png.h"

enum {
	CONTRAST_MIN = 40, /* of 255, between paper and ink */
	INK_PIXELS_MIN = 40,
};

struct tones {
	double paper, ink; /* mean darkness of either */
	unsigned split;    /* darkness from here on is ink */
	uint64_t ink_pixels;
};

/* Where to part paper from ink: the split that leaves the two most unlike (Otsu). */
static struct tones tones_of(const struct coverage *c)
{
	uint64_t count[256] = {0}, all = (uint64_t)c->w * c->h, below = 0;
	double total = 0, sum = 0, best = -1;
	struct tones t = {0};

	for (uint64_t i = 0; i < all; i++)
		count[c->p[i]]++;
	for (int i = 0; i < 256; i++)
		total += (double)i * (double)count[i];
	for (unsigned i = 0; i < 255; i++) {
		double low, high, apart;

		below += count[i];
		sum += i * (double)count[i];
		if (below == 0 || below == all)
			continue;
		low = sum / (double)below;
		high = (total - sum) / (double)(all - below);
		apart = (double)below * (double)(all - below) * (high - low) *
			(high - low);
		if (apart > best) {
			best = apart;
			t = (struct tones){low, high, i + 1, all - below};
		}
	}
	return t;
}

/* Darkness to ink: nothing up to half-way between paper and split, full at the mean ink.
 */
static void ink_stretch(struct coverage *c, const struct tones *t)
{
	double from = (t->paper + t->split) / 2;
	uint8_t map[256];

	for (int i = 0; i < 256; i++)
		map[i] = (uint8_t)lround(
			255 * fmax(0, fmin(1, (i - from) / (t->ink - from))));
	for (size_t i = 0; i < (size_t)c->w * c->h; i++)
		c->p[i] = map[c->p[i]];
}

static bool pixel_is_ink(const struct coverage *c, long x, long y)
{
	return x >= 0 && y >= 0 && x < (long)c->w && y < (long)c->h &&
	       c->p[(size_t)y * c->stride + (size_t)x] >= 128;
}

/* A pixel of ink with fewer than two around it is dust. */
static bool pixel_is_writing(const struct coverage *c, long x, long y)
{
	int near = 0;

	if (!pixel_is_ink(c, x, y))
		return false;
	for (long dy = -1; dy <= 1; dy++)
		for (long dx = -1; dx <= 1; dx++)
			near += pixel_is_ink(c, x + dx, y + dy);
	return near >= 3;
}

struct box {
	long x0, y0, x1, y1; /* ends not included */
};

/* The rectangle around all writing, one pixel wider for its soft edge. */
static bool writing_find(const struct coverage *c, struct box *out)
{
	struct box b = {(long)c->w, (long)c->h, 0, 0};
	uint64_t found = 0;

	for (long y = 0; y < (long)c->h; y++)
		for (long x = 0; x < (long)c->w; x++)
			if (pixel_is_writing(c, x, y)) {
				b.x0 = x < b.x0 ? x : b.x0;
				b.x1 = x + 1 > b.x1 ? x + 1 : b.x1;
				b.y0 = y < b.y0 ? y : b.y0;
				b.y1 = y + 1;
				found++;
			}
	if (found < INK_PIXELS_MIN)
		return false;
	b.x0 -= b.x0 > 0;
	b.y0 -= b.y0 > 0;
	b.x1 += b.x1 < (long)c->w;
	b.y1 += b.y1 < (long)c->h;
	*out = b;
	return true;
}

/* The part of c inside the box as cairo has it. */
static cairo_surface_t *box_surface(const struct coverage *c, struct box b)
{
	int w = (int)(b.x1 - b.x0), h = (int)(b.y1 - b.y0);
	cairo_surface_t *s = cairo_image_surface_create(CAIRO_FORMAT_A8, w, h);
	size_t stride = (size_t)cairo_image_surface_get_stride(s);
	uint8_t *p = cairo_image_surface_get_data(s);

	for (int y = 0; p && y < h; y++)
		memcpy(p + (size_t)y * stride,
			c->p + (size_t)(b.y0 + y) * c->stride + (size_t)b.x0, (size_t)w);
	cairo_surface_mark_dirty(s);
	return s;
}

/* A new surface of w × h with all of `from`. */
static cairo_surface_t *surface_scale(cairo_surface_t *from, unsigned w, unsigned h)
{
	cairo_surface_t *to = cairo_image_surface_create(CAIRO_FORMAT_A8, (int)w, (int)h);
	cairo_t *cr = cairo_create(to);

	cairo_scale(cr, (double)w / cairo_image_surface_get_width(from),
		(double)h / cairo_image_surface_get_height(from));
	cairo_set_source_surface(cr, from, 0, 0);
	cairo_pattern_set_filter(cairo_get_source(cr), CAIRO_FILTER_GOOD);
	cairo_paint(cr);
	cairo_destroy(cr);
	cairo_surface_flush(to);
	return to;
}

static bool scan_check(const struct picture_scan_spec *s, struct err *e)
{
	if (!(s->width_mm >= 0 && s->width_mm <= 100 && s->height_mm >= 0 &&
		    s->height_mm <= 100) ||
		(s->width_mm != 0 && s->width_mm < 5) ||
		(s->height_mm != 0 && s->height_mm < 5))
		return err_set(e, ERR_USAGE, "size: not between 5 and 100 mm");
	if (s->dpi != 0 && (s->dpi < PICTURE_DPI_MIN || s->dpi > PICTURE_DPI_MAX))
		return err_set(e, ERR_USAGE, "dpi: not between %d and %d",
			PICTURE_DPI_MIN, PICTURE_DPI_MAX);
	if (s->colour > 0xffffff)
		return err_set(e, ERR_USAGE, "colour: more than 0xFFFFFF");
	return true;
}

/* Paper gone, writing found: c holds ink. */
static bool scan_clean(struct coverage *c, struct box *box, struct err *e)
{
	struct tones t = tones_of(c);

	if (t.ink - t.paper < CONTRAST_MIN)
		return err_set(e, ERR_USAGE, "scan: no dark ink on light paper");
	if (t.ink_pixels * 2 > (uint64_t)c->w * c->h)
		return err_set(e, ERR_USAGE, "scan: more ink than paper");
	ink_stretch(c, &t);
	if (!writing_find(c, box))
		return err_set(e, ERR_USAGE, "scan: too little ink");
	return true;
}

/* Reads, cleans and cuts. The scan's pixels are gone on return: at no time do more than
 * two pictures of full size stand in memory. */
static bool scan_open(struct bytes png, cairo_surface_t **out, struct err *e)
{
	struct coverage scan;
	struct box box = {0};
	bool good;

	if (!png_read_dark(png, PICTURE_SCAN_OCTETS_MAX, PICTURE_SCAN_SIDE_MAX, &scan, e))
		return false;
	good = scan_clean(&scan, &box, e);
	if (good) {
		*out = box_surface(&scan, box);
		good = cairo_surface_status(*out) == CAIRO_STATUS_SUCCESS ||
		       err_set(e, ERR_IO, "cairo: no picture of %ld × %ld",
			       box.x1 - box.x0, box.y1 - box.y0);
	}
	mem_free(scan.p);
	return good;
}

bool picture_handwritten(struct arena *a, struct bytes png,
	const struct picture_scan_spec *spec, struct bytes *out,
	struct picture_size *size, struct err *e)
{
	cairo_surface_t *cut, *scaled;
	struct coverage ink;
	double w = spec->width_mm != 0 ? spec->width_mm : 40;
	double h = spec->height_mm != 0 ? spec->height_mm : 15;
	double px_mm = (spec->dpi ? spec->dpi : PICTURE_DPI_DEFAULT) / 25.4, scale;
	bool good;

	if (!scan_check(spec, e) || !scan_open(png, &cut, e))
		return false;
	scale = fmin(w / cairo_image_surface_get_width(cut),
		h / cairo_image_surface_get_height(cut));
	w = scale * cairo_image_surface_get_width(cut);
	h = scale * cairo_image_surface_get_height(cut);
	ink.w = (unsigned)fmax(1, round(w * px_mm));
	ink.h = (unsigned)fmax(1, round(h * px_mm));
	scaled = surface_scale(cut, ink.w, ink.h);
	cairo_surface_destroy(cut);
	ink.p = cairo_image_surface_get_data(scaled);
	ink.stride = (size_t)cairo_image_surface_get_stride(scaled);
	good = ink.p ? png_write_ink(a, &ink, spec->colour, w, h, out, e)
		     : err_set(e, ERR_IO, "cairo: no picture of %u × %u", ink.w, ink.h);
	cairo_surface_destroy(scaled);
	if (good && size)
		*size = (struct picture_size){w, h, ink.w, ink.h};
	return good;
}
