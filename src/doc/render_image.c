/* render_image: see render_image.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "doc/render_image.h"

#include <math.h>

#include "base/text.h"
#include "doc/picture_decode_types.h"

/* Unpacked pictures of one file at most. */
enum { VECTOR_PIXELS = 1200 };

static bool item_octets(struct drawing *d, const struct res_item *item, struct arena *a,
	struct bytes *out, struct err *e)
{
	const struct node *file = node_child(item->node, "MediaFile");
	struct ofd_place place;

	if (!file)
		return err_set(e, ERR_MALFORMED, "image %u names no file", item->id);
	if (!ofd_locate(d->r->o, a, item->base, text_trim(file->text), &place, e))
		return false;
	if (place.entry == OFD_NO_ENTRY)
		return err_set(e, ERR_MALFORMED, "image %u: %s is missing", item->id,
			text_printable(a, place.path, 80));
	return zip_slurp(ofd_zip(d->r->o), place.entry, a, PICTURE_OCTETS_MAX, out, e);
}

const struct picture_pixels *image_pixels(
	struct drawing *d, struct res_item *item, struct err *e)
{
	AUTO(arena) packed = arena_new();
	struct arena *keep;
	struct picture_pixels *px;
	struct bytes octets;
	size_t size;

	if (item->tried) {
		if (!item->made)
			err_set(e, ERR_MALFORMED, "image %u cannot be read", item->id);
		return item->made;
	}
	item->tried = true;
	/* A resource of the page goes with the page. */
	keep = res_find(&d->doc->res, RES_MEDIA, item->id) == item ? d->r->arena
								   : d->arena;
	px = ARENA_NEW(keep, struct picture_pixels);
	if (!item_octets(d, item, packed, &octets, e))
		return NULL;
	/* A page in a page in a page … */
	if (picture_type_of(octets) == PICTURE_OFD) {
		err_set(e, ERR_UNSUPPORTED, "image %u is an OFD", item->id);
		return NULL;
	}
	if (!picture_decode(keep, octets, VECTOR_PIXELS, VECTOR_PIXELS, px, e)) {
		err_in(e, "image %u", item->id);
		return NULL;
	}
	size = px->stride * px->h;
	if (size > d->r->images_left) {
		err_set(e, ERR_TOO_LARGE, "too many large images");
		return NULL;
	}
	d->r->images_left -= size;
	item->made = px;
	return px;
}

static cairo_surface_t *surface_over(const struct picture_pixels *px)
{
	return cairo_image_surface_create_for_data((unsigned char *)px->data,
		CAIRO_FORMAT_ARGB32, (int)px->w, (int)px->h, (int)px->stride);
}

/* Does one pixel of the picture fill many of the page? Then its squares stay squares. */
static bool is_coarse(struct drawing *d, const struct picture_pixels *px)
{
	double x = 1, y = 0, z = 0, w = 1;

	cairo_user_to_device_distance(d->cr, &x, &y);
	cairo_user_to_device_distance(d->cr, &z, &w);
	return hypot(x, y) > 2 * px->w && hypot(z, w) > 2 * px->h;
}

void pixels_draw(struct drawing *d, const struct picture_pixels *px, double alpha)
{
	cairo_surface_t *surface = surface_over(px);
	cairo_pattern_t *p = cairo_pattern_create_for_surface(surface);
	cairo_matrix_t m;
	bool coarse = is_coarse(d, px);

	cairo_matrix_init_scale(&m, px->w, px->h);
	cairo_pattern_set_matrix(p, &m);
	cairo_pattern_set_filter(p, coarse ? CAIRO_FILTER_NEAREST : CAIRO_FILTER_GOOD);
	/* Else the edge fades into nothing by half a pixel. */
	cairo_pattern_set_extend(p, CAIRO_EXTEND_PAD);
	cairo_save(d->cr);
	cairo_rectangle(d->cr, 0, 0, 1, 1);
	cairo_clip(d->cr);
	cairo_set_source(d->cr, p);
	cairo_paint_with_alpha(d->cr, alpha);
	cairo_restore(d->cr);
	cairo_pattern_destroy(p);
	cairo_surface_destroy(surface);
}

static uint32_t mask_alpha(uint32_t mask)
{
	unsigned light =
		((mask >> 16 & 255) * 77 + (mask >> 8 & 255) * 151 + (mask & 255) * 28) >>
		8;

	return light;
}

/* A copy of px that is as opaque as the mask is light, which is stretched over it. */
static bool mask_apply(struct drawing *d, const struct picture_pixels *px,
	const struct picture_pixels *mask, struct picture_pixels *out, struct err *e)
{
	if (!pixels_make(d->arena, px->w, px->h, out, e))
		return false;
	for (unsigned y = 0; y < px->h; y++) {
		const uint32_t *from = pixels_row(px, y);
		const uint32_t *by =
			pixels_row(mask, (unsigned)((uint64_t)y * mask->h / px->h));
		uint32_t *to = pixels_row(out, y);

		for (unsigned x = 0; x < px->w; x++) {
			uint32_t p = from[x],
				 m = mask_alpha(by[(uint64_t)x * mask->w / px->w]);

			/* Multiplied colours shrink together with alpha. */
			to[x] = ((p >> 24) * m / 255) << 24 |
				((p >> 16 & 255) * m / 255) << 16 |
				((p >> 8 & 255) * m / 255) << 8 | (p & 255) * m / 255;
		}
	}
	return true;
}

static const struct picture_pixels *pixels_of(
	struct drawing *d, const struct node *n, const char *attr, struct err *e)
{
	struct res_item *item;
	uint32_t id;

	if (!node_id(n, attr, &id)) {
		err_set(e, ERR_MALFORMED, "an image without %s", attr);
		return NULL;
	}
	item = draw_res(d, RES_MEDIA, id);
	if (!item) {
		err_set(e, ERR_MALFORMED, "image %u is not defined", id);
		return NULL;
	}
	return image_pixels(d, item, e);
}

//= GB/T 33190-2016 §10: Substitution is shown where the image cannot be
static const struct picture_pixels *pixels_choose(
	struct drawing *d, const struct node *n, struct err *e)
{
	const struct picture_pixels *px = pixels_of(d, n, "ResourceID", e);
	struct bytes other;
	struct err why = *e;

	if (px || !node_attr(n, "Substitution", &other))
		return px;
	px = pixels_of(d, n, "Substitution", &why);
	if (px)
		draw_note(d, "%s; its substitute is shown", e->text);
	return px;
}

static bool border_draw(struct drawing *d, const struct node *n, const struct state *s,
	const struct box *b, double alpha, struct err *e)
{
	const struct node *border = node_child(n, "Border"), *colour;
	struct state line = *s;
	double rx, ry, w;
	struct bytes dashes;

	if (!border)
		return true;
	w = node_number(border, "LineWidth", 0.353);
	line.line_width = w;
	line.dash_offset = node_number(border, "DashOffset", 0);
	line.dash_count = 0;
	if (node_attr(border, "DashPattern", &dashes))
		line.dash_count = (int)value_numbers(dashes, line.dashes, DASHES_MAX);
	rx = fmin(fmax(node_number(border, "HorizonalCornerRadius", 0), 0), b->w / 2);
	ry = fmin(fmax(node_number(border, "VerticalCornerRadius", 0), 0), b->h / 2);
	cairo_new_path(d->cr);
	if (rx > 0 && ry > 0) {
		static const bool corners[][2] = {{1, 1}, {0, 1}, {0, 0}, {1, 0}};

		for (int i = 0; i < 4; i++) {
			cairo_save(d->cr);
			cairo_translate(d->cr, corners[i][0] ? b->w - rx : rx,
				corners[i][1] ? b->h - ry : ry);
			cairo_scale(d->cr, rx, ry);
			cairo_arc(d->cr, 0, 0, 1, i * M_PI / 2, (i + 1) * M_PI / 2);
			cairo_restore(d->cr);
		}
		cairo_close_path(d->cr);
	} else {
		cairo_rectangle(d->cr, 0, 0, b->w, b->h);
	}
	state_line(d, &line, 2 * (b->w + b->h));
	colour = node_child(border, "BorderColor");
	line.stroke = colour ? paint_of(d, colour) : paint_black;
	return paint_stroke(d, &line.stroke, alpha, e);
}

bool image_draw(struct drawing *d, const struct node *n, const struct state *s,
	const struct box *boundary, double alpha, struct err *e)
{
	const struct picture_pixels *px = pixels_choose(d, n, e), *mask;
	struct picture_pixels masked;
	struct bytes text;
	struct matrix m;
	bool good = true;

	if (!px)
		return false;
	if (node_attr(n, "ImageMask", &text)) {
		mask = pixels_of(d, n, "ImageMask", e);
		if (!mask || !mask_apply(d, px, mask, &masked, e))
			return false;
		px = &masked;
	}
	cairo_save(d->cr);
	//= GB/T 33190-2016 §10: the image fills the unit square, which CTM stretches
	if (!node_attr(n, "CTM", &text))
		m = (struct matrix){boundary->w, 0, 0, boundary->h, 0, 0};
	else if (!value_matrix(text, &m))
		good = err_set(e, ERR_MALFORMED, "an image with a broken CTM");
	if (good && draw_transform(d, &m))
		pixels_draw(d, px, alpha);
	cairo_restore(d->cr);
	return good && border_draw(d, n, s, boundary, alpha, e);
}
