/* render_mark: see render_mark.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "doc/render_mark.h"

#include <math.h>
#include <pango/pangocairo.h>
#include <string.h>

#include "base/time.h"
#include "doc/picture_decode_types.h"

#define MARGIN      5.0 /* mm */
#define DISC        3.2 /* radius */
#define TEXT_LEFT   (MARGIN + 2 * DISC + 2.5)
#define TEXT_WIDTH  (MARKS_WIDTH_MM - TEXT_LEFT - MARGIN)
#define MM_PER_UNIT (25.4 / 72)
#define FONT        "Noto Sans CJK SC"

struct strip {
	cairo_t *cr;
	struct arena *a;
	const struct report *r;
	double x, y, end; /* left edge, where the next thing goes, bottom */
};

struct colour {
	double r, g, b;
};

static struct colour indication_colour(enum indication i)
{
	static const struct colour green = {0.05, 0.50, 0.24}, red = {0.75, 0.10, 0.10},
				   amber = {0.72, 0.45, 0.02}, grey = {0.45, 0.45, 0.45};

	switch (i) {
	case INDICATION_PASSED:
		return green;
	case INDICATION_FAILED:
		return red;
	case INDICATION_INDETERMINATE:
		return amber;
	case INDICATION_NO_SIGNATURE:
		break;
	}
	return grey;
}

/* Text in points of so many mm, at most `lines` lines; returns its height in mm. */
static double text_put(struct strip *s, const char *text, double x, double y,
	double width, double size, bool bold, int lines, struct colour c)
{
	PangoLayout *layout;
	PangoFontDescription *font = pango_font_description_from_string(FONT);
	int height;

	pango_font_description_set_absolute_size(font, size / MM_PER_UNIT * PANGO_SCALE);
	pango_font_description_set_weight(
		font, bold ? PANGO_WEIGHT_BOLD : PANGO_WEIGHT_NORMAL);
	cairo_save(s->cr);
	cairo_translate(s->cr, x, y);
	cairo_scale(s->cr, MM_PER_UNIT, MM_PER_UNIT);
	layout = pango_cairo_create_layout(s->cr);
	pango_layout_set_font_description(layout, font);
	pango_layout_set_width(layout, (int)(width / MM_PER_UNIT * PANGO_SCALE));
	pango_layout_set_wrap(layout, PANGO_WRAP_WORD_CHAR);
	pango_layout_set_height(layout, -lines);
	pango_layout_set_ellipsize(layout, PANGO_ELLIPSIZE_END);
	pango_layout_set_text(layout, text, -1);
	cairo_set_source_rgb(s->cr, c.r, c.g, c.b);
	pango_cairo_show_layout(s->cr, layout);
	pango_layout_get_size(layout, NULL, &height);
	g_object_unref(layout);
	pango_font_description_free(font);
	cairo_restore(s->cr);
	return (double)height / PANGO_SCALE * MM_PER_UNIT;
}

/* ✓, ✗ or ? as strokes, so that no font has to have it. */
static void sign_draw(cairo_t *cr, double x, double y, double r, enum indication i)
{
	struct colour c = indication_colour(i);

	cairo_save(cr);
	cairo_translate(cr, x, y);
	cairo_scale(cr, r, r);
	cairo_new_path(cr);
	cairo_arc(cr, 0, 0, 1, 0, 2 * M_PI);
	cairo_set_source_rgb(cr, c.r, c.g, c.b);
	cairo_fill(cr);
	cairo_set_source_rgb(cr, 1, 1, 1);
	cairo_set_line_width(cr, 0.24);
	cairo_set_line_cap(cr, CAIRO_LINE_CAP_ROUND);
	cairo_set_line_join(cr, CAIRO_LINE_JOIN_ROUND);
	cairo_set_dash(cr, NULL, 0, 0);
	if (i == INDICATION_PASSED) {
		cairo_move_to(cr, -0.48, 0.03);
		cairo_line_to(cr, -0.13, 0.40);
		cairo_line_to(cr, 0.50, -0.38);
	} else if (i == INDICATION_FAILED) {
		cairo_move_to(cr, -0.38, -0.38);
		cairo_line_to(cr, 0.38, 0.38);
		cairo_move_to(cr, 0.38, -0.38);
		cairo_line_to(cr, -0.38, 0.38);
	} else {
		cairo_arc(cr, 0, -0.25, 0.30, -M_PI, 0.6);
		cairo_line_to(cr, 0, 0.22);
		cairo_move_to(cr, 0, 0.55);
		cairo_line_to(cr, 0, 0.56);
	}
	cairo_stroke(cr);
	cairo_restore(cr);
}

static const char *indication_words(const struct report *r, enum indication i)
{
	static const enum msg words[] = {[INDICATION_PASSED] = MSG_INDICATION_PASSED,
		[INDICATION_NO_SIGNATURE] = MSG_INDICATION_NONE,
		[INDICATION_INDETERMINATE] = MSG_INDICATION_INDETERMINATE,
		[INDICATION_FAILED] = MSG_INDICATION_FAILED};

	return msg_text(r->lang, words[i]);
}

static const char *time_words(struct strip *s, const struct report_signature *sig)
{
	enum msg words = MSG_REPORT_CLAIMED;

	if (sig->stamped == TIME_NONE && sig->claimed == TIME_NONE)
		return msg_text(s->r->lang, MSG_REPORT_NO_TIME);
	if (sig->stamped != TIME_NONE)
		words = strcmp(sig->time_source, "timestamp-own") == 0
				? MSG_REPORT_STAMPED_OWN
				: MSG_REPORT_STAMPED;
	return say(s->a, s->r->lang, words,
		time_beijing(
			s->a, sig->stamped != TIME_NONE ? sig->stamped : sig->claimed));
}

//= Protocols §4: the certificate's subject is shown larger than the seal's name
static void signature_put(
	struct strip *s, const struct report_signature *sig, size_t number)
{
	static const struct colour black = {0.1, 0.1, 0.1}, grey = {0.38, 0.38, 0.38};
	struct colour c = indication_colour(sig->indication);
	double x = s->x + TEXT_LEFT;

	sign_draw(s->cr, s->x + MARGIN + DISC, s->y + DISC, DISC, sig->indication);
	text_put(s, arena_printf(s->a, "%zu", number), s->x + MARGIN + DISC - 1.5,
		s->y + 2 * DISC + 0.8, 8, 2.8, true, 1, grey);
	s->y += text_put(s, sig->signer_title ? sig->signer_title : "—", x, s->y,
		TEXT_WIDTH, 3.6, true, 2, black);
	s->y += text_put(s, indication_words(s->r, sig->indication), x, s->y + 0.4,
			TEXT_WIDTH, 2.9, true, 2, c) +
		0.4;
	if (sig->sub != SUB_NONE)
		s->y += text_put(
			s, sub_name(sig->sub), x, s->y, TEXT_WIDTH, 2.3, false, 1, grey);
	if (sig->seal.name)
		s->y += text_put(s,
			say(s->a, s->r->lang, MSG_REPORT_SEAL, sig->seal.name), x, s->y,
			TEXT_WIDTH, 2.5, false, 2, grey);
	s->y += text_put(s, time_words(s, sig), x, s->y, TEXT_WIDTH, 2.5, false, 2, grey);
	s->y += 4.5;
}

static void head_put(struct strip *s)
{
	static const struct colour black = {0.1, 0.1, 0.1}, grey = {0.38, 0.38, 0.38};
	double width = MARKS_WIDTH_MM - 2 * MARGIN;
	struct colour c = indication_colour(s->r->indication);

	s->y += text_put(s, msg_text(s->r->lang, MSG_RENDER_MARKS), s->x + MARGIN, s->y,
		width, 4.2, true, 1, black);
	s->y += text_put(s, msg_text(s->r->lang, MSG_RENDER_MARKS_OURS), s->x + MARGIN,
			s->y + 0.5, width, 2.4, false, 2, grey) +
		1.5;
	s->y += text_put(s, indication_words(s->r, s->r->indication), s->x + MARGIN, s->y,
			width, 3.4, true, 2, c) +
		4;
}

/* A number on the page that leads to the strip, beside the top right of a stamp. */
static void number_put(struct strip *s, const struct report_stamp *stamp, double w_mm,
	double h_mm, size_t number, enum indication i)
{
	static const struct colour white = {1, 1, 1};
	struct colour c = indication_colour(i);
	double left = stamp->x, top = stamp->y, width = stamp->w, x, y;

	if (stamp->has_clip) {
		left += stamp->clip_x;
		top += stamp->clip_y;
		width = stamp->clip_w;
	}
	x = fmin(fmax(left + width, 3), w_mm - 3);
	y = fmin(fmax(top, 3), h_mm - 3);
	cairo_new_path(s->cr);
	cairo_arc(s->cr, x, y, 2.3, 0, 2 * M_PI);
	cairo_set_source_rgb(s->cr, c.r, c.g, c.b);
	cairo_fill_preserve(s->cr);
	cairo_set_source_rgb(s->cr, 1, 1, 1);
	cairo_set_line_width(s->cr, 0.4);
	cairo_stroke(s->cr);
	text_put(s, arena_printf(s->a, "%zu", number), x - (number < 10 ? 0.8 : 1.6),
		y - 2.0, 8, 2.7, true, 1, white);
}

static void numbers_put(struct strip *s, double w_mm, double h_mm, struct bytes page_id)
{
	for (size_t i = 0; i < s->r->count; i++) {
		const struct report_signature *sig = &s->r->signatures[i];

		for (size_t k = 0; k < sig->stamp_count; k++)
			if (bytes_equal(sig->stamps[k].page, page_id))
				number_put(s, &sig->stamps[k], w_mm, h_mm, i + 1,
					sig->indication);
	}
}

void marks_draw(cairo_t *cr, double w_mm, double h_mm, struct bytes page_id,
	const struct report *report)
{
	AUTO(arena) a = arena_new();
	struct strip s = {cr, a, report, w_mm, 7, h_mm};

	cairo_save(cr);
	numbers_put(&s, w_mm, h_mm, page_id);
	cairo_rectangle(cr, w_mm, 0, MARKS_WIDTH_MM, h_mm);
	cairo_clip(cr);
	cairo_set_source_rgb(cr, 0.955, 0.96, 0.965);
	cairo_paint(cr);
	cairo_set_source_rgb(cr, 0.62, 0.64, 0.67);
	cairo_rectangle(cr, w_mm, 0, 0.3, h_mm);
	cairo_fill(cr);
	head_put(&s);
	for (size_t i = 0; i < report->count; i++) {
		if (s.y > h_mm - 24 && i + 1 < report->count) {
			text_put(&s,
				say(a, report->lang, MSG_RENDER_MARKS_MORE,
					arena_printf(a, "%zu", report->count - i)),
				s.x + MARGIN, s.y, MARKS_WIDTH_MM - 2 * MARGIN, 2.9, true,
				2, (struct colour){0.1, 0.1, 0.1});
			break;
		}
		signature_put(&s, &report->signatures[i], i + 1);
	}
	cairo_restore(cr);
}

bool marks_beside(struct arena *a, struct bytes png, double w_mm, double h_mm,
	size_t page, const struct report *report, struct bytes *out, struct err *e)
{
	AUTO(arena) mine = arena_new();
	struct picture_pixels px, whole;
	double dots; /* a mm */
	cairo_surface_t *s;
	cairo_t *cr;

	if (!picture_decode(mine, png, 0, 0, &px, e))
		return false;
	dots = px.w / w_mm;
	if (!pixels_make(
		    mine, px.w + (uint64_t)ceil(MARKS_WIDTH_MM * dots), px.h, &whole, e))
		return false;
	for (unsigned y = 0; y < px.h; y++) {
		const uint32_t *from = pixels_row(&px, y);
		uint32_t *to = pixels_row(&whole, y);

		for (unsigned x = 0; x < px.w; x++)
			to[x] = from[x];
	}
	s = cairo_image_surface_create_for_data((unsigned char *)whole.data,
		CAIRO_FORMAT_ARGB32, (int)whole.w, (int)whole.h, (int)whole.stride);
	cr = cairo_create(s);
	cairo_scale(cr, dots, px.h / h_mm);
	marks_draw(cr, w_mm, h_mm, bytes_str(arena_printf(mine, "%zu", page)), report);
	cairo_destroy(cr);
	cairo_surface_finish(s);
	cairo_surface_destroy(s);
	return pixels_png(a, &whole, dots * 25.4, out, e);
}
