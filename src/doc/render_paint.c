/* render_paint: plain colours, and how any paint reaches a path.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "doc/render_paint.h"

#include "base/text.h"
#include "doc/render_shade.h"

enum { COMPONENTS_MAX = 4 };

const struct paint paint_black = {0, 0, 0, 1, NULL}, paint_none = {0, 0, 0, 0, NULL};

struct space {
	unsigned components; /* 0: by the number of values */
	double top;          /* the value that means all */
	const struct node *palette;
};

static struct space space_of(struct drawing *d, const struct node *colour)
{
	struct space s = {.top = 255};
	const struct res_item *item;
	struct bytes type;
	uint32_t id;
	int bits;

	if (!node_id(colour, "ColorSpace", &id))
		return s;
	item = draw_res(d, RES_COLOUR_SPACE, id);
	if (!item) {
		draw_note(d, "color space %u is not defined", id);
		return s;
	}
	//= GB/T 33190-2016 §8.3.1: GRAY, RGB or CMYK, 1, 2, 4, 8 or 16 bits a component
	type = node_value(item->node, "Type");
	if (ascii_equal_nocase(type, BYTES("GRAY")))
		s.components = 1;
	else if (ascii_equal_nocase(type, BYTES("CMYK")))
		s.components = 4;
	else if (ascii_equal_nocase(type, BYTES("RGB")))
		s.components = 3;
	else
		draw_note(d, "color space %u is of an unknown type", id);
	bits = node_int(item->node, "BitsPerComponent", 8);
	if (bits >= 1 && bits <= 16)
		s.top = (double)((1u << bits) - 1);
	s.palette = node_child(item->node, "Palette");
	return s;
}

static bool hex_number(struct bytes t, double *out)
{
	unsigned v = 0;

	for (size_t i = 0; i < t.n; i++) {
		uint8_t c = t.p[i] | 0x20;

		if (c >= '0' && c <= '9')
			v = v * 16 + (unsigned)(c - '0');
		else if (c >= 'a' && c <= 'f')
			v = v * 16 + (unsigned)(c - 'a' + 10);
		else
			return false;
	}
	*out = v;
	return t.n >= 1 && t.n <= 4;
}

/* "156 82 35", or with "#9C" for a component. */
static size_t components_read(struct bytes text, double *v)
{
	struct bytes token;
	size_t n = 0;

	while (n < COMPONENTS_MAX && value_token(&text, &token)) {
		bool good = token.p[0] == '#' ? hex_number(bytes_from(token, 1), &v[n])
					      : value_number(token, &v[n]);

		if (!good)
			break;
		n++;
	}
	return n;
}

static double unit(double v, double top)
{
	v /= top;
	return v < 0 ? 0 : v > 1 ? 1 : v;
}

static bool components_use(
	struct paint *p, const struct space *s, const double *raw, size_t n)
{
	size_t wanted = s->components ? s->components : n;
	double v[COMPONENTS_MAX], light;

	if (n < wanted)
		return false;
	for (size_t i = 0; i < wanted; i++)
		v[i] = unit(raw[i], s->top);
	switch (wanted) {
	case 1:
		p->r = p->g = p->b = v[0];
		return true;
	case 3:
		p->r = v[0];
		p->g = v[1];
		p->b = v[2];
		return true;
	case 4:
		light = 1 - v[3];
		p->r = (1 - v[0]) * light;
		p->g = (1 - v[1]) * light;
		p->b = (1 - v[2]) * light;
		return true;
	default:
		return false;
	}
}

/* Entry `index` of a palette, as text. */
static bool palette_find(const struct node *palette, int index, struct bytes *text)
{
	const struct node *cv = node_child(palette, "CV");

	for (int i = 0; cv && i < index; i++)
		cv = node_next(cv, "CV");
	if (!cv || index < 0)
		return false;
	*text = cv->text;
	return true;
}

struct paint paint_of(struct drawing *d, const struct node *colour)
{
	struct paint p = paint_black;
	double v[COMPONENTS_MAX];
	struct bytes text = {NULL, 0};
	struct space s;
	size_t n;

	p.a = unit(node_number(colour, "Alpha", 255), 255);
	if (colour->first) {
		p.shade = colour->first;
		return p;
	}
	s = space_of(d, colour);
	if (!node_attr(colour, "Value", &text)) {
		/* Neither value nor index: the space's first value, black in most. */
		if (!node_attr(colour, "Index", &text))
			return p;
		if (!palette_find(s.palette, node_int(colour, "Index", -1), &text)) {
			draw_note(d, "color index %.10s is not in a palette",
				arena_str(d->arena, text));
			return p;
		}
	}
	n = components_read(text, v);
	if (!components_use(&p, &s, v, n))
		draw_note(d, "color \"%.40s\" has not the number of values it needs",
			text_printable(d->arena, text, 40));
	return p;
}

bool paint_set(struct drawing *d, const struct paint *p, double alpha)
{
	cairo_pattern_t *gradient;

	if (!p->shade) {
		cairo_set_source_rgba(d->cr, p->r, p->g, p->b, p->a * alpha);
		return true;
	}
	gradient = shade_gradient(d, p->shade, p->a * alpha);
	if (!gradient)
		return false;
	cairo_set_source(d->cr, gradient);
	cairo_pattern_destroy(gradient);
	return true;
}

bool paint_fill(struct drawing *d, const struct paint *p, double alpha,
	cairo_fill_rule_t rule, struct err *e)
{
	bool good;

	cairo_set_fill_rule(d->cr, rule);
	if (paint_set(d, p, alpha)) {
		cairo_fill(d->cr);
		return true;
	}
	cairo_save(d->cr);
	cairo_clip(d->cr);
	good = shade_cover(d, p->shade, p->a * alpha, e);
	cairo_restore(d->cr);
	cairo_new_path(d->cr);
	return good;
}

bool paint_stroke(struct drawing *d, const struct paint *p, double alpha, struct err *e)
{
	cairo_pattern_t *mask;
	bool good;

	if (paint_set(d, p, alpha)) {
		cairo_stroke(d->cr);
		return true;
	}
	cairo_push_group_with_content(d->cr, CAIRO_CONTENT_ALPHA);
	cairo_set_source_rgba(d->cr, 0, 0, 0, 1);
	cairo_stroke(d->cr);
	mask = cairo_pop_group(d->cr);
	cairo_push_group(d->cr);
	good = shade_cover(d, p->shade, p->a * alpha, e);
	cairo_pop_group_to_source(d->cr);
	cairo_mask(d->cr, mask);
	cairo_pattern_destroy(mask);
	return good;
}
