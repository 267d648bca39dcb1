/* pdf_widget_place: see pdf_widget_place.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "doc/pdf_widget_place.h"

/* One user unit in mm. */
static double unit_mm(const struct pdf_page *s)
{
	return s->unit * 25.4 / 72;
}

static bool is_sideways(const struct pdf_page *s)
{
	return s->rotate == 90 || s->rotate == 270;
}

void pdf_page_seen(const struct pdf_page *s, double *w_mm, double *h_mm)
{
	double w = (s->crop[2] - s->crop[0]) * unit_mm(s),
	       h = (s->crop[3] - s->crop[1]) * unit_mm(s);

	*w_mm = is_sideways(s) ? h : w;
	*h_mm = is_sideways(s) ? w : h;
}

/* A point seen at x, y from the top left, in user space. */
static void to_user(const struct pdf_page *s, double x, double y, double out[2])
{
	double u = x / unit_mm(s), v = y / unit_mm(s);

	switch (s->rotate) {
	//= ISO 32000-1 §7.7.3.3: Rotate turns the page clockwise when it is displayed
	case 90:
		out[0] = s->crop[0] + v;
		out[1] = s->crop[1] + u;
		break;
	case 180:
		out[0] = s->crop[2] - u;
		out[1] = s->crop[1] + v;
		break;
	case 270:
		out[0] = s->crop[2] - v;
		out[1] = s->crop[3] - u;
		break;
	default:
		out[0] = s->crop[0] + u;
		out[1] = s->crop[3] - v;
	}
}

struct pdf_rect pdf_page_rect(const struct pdf_page *s, struct pdf_box_mm box)
{
	double a[2], b[2];
	struct pdf_rect r;

	to_user(s, box.x, box.y, a);
	to_user(s, box.x + box.w, box.y + box.h, b);
	for (size_t i = 0; i < 2; i++) {
		r.v[i] = a[i] < b[i] ? a[i] : b[i];
		r.v[i + 2] = a[i] < b[i] ? b[i] : a[i];
	}
	return r;
}

void pdf_page_upright(const struct pdf_page *s, double matrix[4])
{
	static const double turns[4][4] = {
		{1, 0, 0, 1}, {0, 1, -1, 0}, {-1, 0, 0, -1}, {0, -1, 1, 0}};
	const double *turn = turns[s->rotate / 90 & 3];

	for (size_t i = 0; i < 4; i++)
		matrix[i] = turn[i];
}

/* Where a length n begins so that it ends before `end`, or at 0 when it is too long. */
static double inside(double at, double n, double end)
{
	if (at + n > end)
		at = end - n;
	return at > 0 ? at : 0;
}

bool pdf_place_box(struct pdf_box_mm *out, const struct pdf_page *s,
	const struct pdf_place *place, double w_mm, double h_mm, struct err *e)
{
	double page_w, page_h, x = place->x_mm, y = place->y_mm, scale = 1;

	pdf_page_seen(s, &page_w, &page_h);
	if (x < 0 || y < 0 || x > page_w || y > page_h)
		return err_set(
			e, ERR_USAGE, "the page is %.0f by %.0f mm", page_w, page_h);
	if (place->box_w_mm > 0 && w_mm > place->box_w_mm)
		scale = place->box_w_mm / w_mm;
	if (place->box_h_mm > 0 && h_mm * scale > place->box_h_mm)
		scale = place->box_h_mm / h_mm;
	*out = (struct pdf_box_mm){.w = w_mm * scale, .h = h_mm * scale};
	/* When nobody says: in the lower right, where a paper's last lines are sealed. */
	if (x == 0 && y == 0) {
		x = page_w - 60;
		y = page_h - 57;
	}
	out->x = x - out->w / 2;
	out->y = y - out->h / 2;
	if (place->keep_inside || (place->x_mm == 0 && place->y_mm == 0)) {
		out->x = inside(out->x, out->w, page_w);
		out->y = inside(out->y, out->h, page_h);
	}
	return true;
}

struct pdf_strip pdf_straddle_strip(const struct pdf_page *s, enum pdf_straddle side,
	size_t i, size_t n, double y_mm, double w_mm, double h_mm)
{
	double page_w, page_h, slice = w_mm / (double)n;
	struct pdf_strip strip = {.from_mm = slice * (double)i};

	pdf_page_seen(s, &page_w, &page_h);
	strip.box.w = slice;
	strip.box.h = h_mm;
	strip.box.x = side == PDF_STRADDLE_RIGHT ? page_w - slice : 0;
	strip.box.y = (y_mm > 0 ? y_mm : page_h / 2) - h_mm / 2;
	return strip;
}
