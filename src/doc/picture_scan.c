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
	       c->p[(size_t)y * c->w + (size_t)x] >= 128;
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

/* The part of `from` inside the box, scaled to out->w × out->h. */
static bool ink_scale(struct arena *a, const struct coverage *from, struct box b,
	struct coverage *out, struct err *e)
{
	int w = (int)(b.x1 - b.x0), h = (int)(b.y1 - b.y0);
	cairo_surface_t *source = cairo_image_surface_create(CAIRO_FORMAT_A8, w, h);
	cairo_surface_t *target =
		cairo_image_surface_create(CAIRO_FORMAT_A8, (int)out->w, (int)out->h);
	cairo_t *cr = cairo_create(target);
	size_t stride = (size_t)cairo_image_surface_get_stride(source);
	uint8_t *p = cairo_image_surface_get_data(source);
	bool good;

	for (int y = 0; p && y < h; y++)
		memcpy(p + (size_t)y * stride,
			from->p + (size_t)(b.y0 + y) * from->w + (size_t)b.x0, (size_t)w);
	cairo_surface_mark_dirty(source);
	cairo_scale(cr, (double)out->w / w, (double)out->h / h);
	cairo_set_source_surface(cr, source, 0, 0);
	cairo_pattern_set_filter(cairo_get_source(cr), CAIRO_FILTER_GOOD);
	cairo_paint(cr);
	cairo_surface_flush(target);
	good = p && cairo_status(cr) == CAIRO_STATUS_SUCCESS;
	if (good) {
		stride = (size_t)cairo_image_surface_get_stride(target);
		p = cairo_image_surface_get_data(target);
		out->p = arena_array(a, out->h, out->w);
		for (unsigned y = 0; y < out->h; y++)
			memcpy(out->p + (size_t)y * out->w, p + y * stride, out->w);
	} else {
		err_set(e, ERR_IO, "cairo: %s", cairo_status_to_string(cairo_status(cr)));
	}
	cairo_destroy(cr);
	cairo_surface_destroy(target);
	cairo_surface_destroy(source);
	return good;
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

bool picture_handwritten(struct arena *a, struct bytes png,
	const struct picture_scan_spec *spec, struct bytes *out,
	struct picture_size *size, struct err *e)
{
	AUTO(arena) work = arena_new();
	AUTO_MEM uint8_t *pixels = NULL;
	struct coverage scan, ink = {0};
	struct box box = {0};
	double w = spec->width_mm != 0 ? spec->width_mm : 40;
	double h = spec->height_mm != 0 ? spec->height_mm : 15;
	double px_mm = (spec->dpi ? spec->dpi : PICTURE_DPI_DEFAULT) / 25.4, scale;

	if (!scan_check(spec, e) || !png_read_dark(png, PICTURE_SCAN_OCTETS_MAX,
					    PICTURE_SCAN_SIDE_MAX, &scan, e))
		return false;
	pixels = scan.p;
	if (!scan_clean(&scan, &box, e))
		return false;
	scale = fmin(w / (double)(box.x1 - box.x0), h / (double)(box.y1 - box.y0));
	w = scale * (double)(box.x1 - box.x0);
	h = scale * (double)(box.y1 - box.y0);
	ink.w = (unsigned)fmax(1, round(w * px_mm));
	ink.h = (unsigned)fmax(1, round(h * px_mm));
	if (!ink_scale(work, &scan, box, &ink, e) ||
		!png_write_ink(a, &ink, spec->colour, w, h, out, e))
		return false;
	if (size)
		*size = (struct picture_size){w, h, ink.w, ink.h};
	return true;
}
