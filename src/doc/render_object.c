/* render_object: boundary, matrix, clips and alpha around each object, then its own kind.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "doc/render_object.h"

#include <math.h>

#include "base/text.h"
#include "doc/render_image.h"
#include "doc/render_path.h"
#include "doc/render_text.h"

typedef bool object_draw(struct drawing *d, const struct node *n, const struct state *s,
	const struct box *boundary, double alpha, struct err *e);

static bool draw_text(struct drawing *d, const struct node *n, const struct state *s,
	const struct box *boundary, double alpha, struct err *e)
{
	(void)boundary;
	return text_draw(d, n, s, alpha, e);
}

static bool draw_path(struct drawing *d, const struct node *n, const struct state *s,
	const struct box *boundary, double alpha, struct err *e)
{
	(void)boundary;
	return path_draw(d, n, s, alpha, e);
}

/* The content of a composite unit, once the circle is excluded. */
static bool unit_draw(
	struct drawing *d, struct res_item *item, double alpha, struct err *e)
{
	const struct node *content = node_child(item->node, "Content");
	bool good;

	if (!content)
		return err_set(e, ERR_MALFORMED, "composite unit %u is empty", item->id);
	if (item->busy)
		return err_set(
			e, ERR_MALFORMED, "composite unit %u contains itself", item->id);
	if (!draw_enter(d, e))
		return false;
	item->busy = true;
	d->inner++;
	if (alpha < 1)
		cairo_push_group(d->cr);
	good = block_draw(d, content, NULL, e);
	if (alpha < 1) {
		cairo_pop_group_to_source(d->cr);
		cairo_paint_with_alpha(d->cr, alpha);
	}
	d->inner--;
	item->busy = false;
	draw_leave(d);
	return good;
}

static bool draw_composite(struct drawing *d, const struct node *n, const struct state *s,
	const struct box *boundary, double alpha, struct err *e)
{
	struct res_item *item;
	uint32_t id = 0;

	(void)s;
	(void)boundary;
	//= GB/T 33190-2016 §13: a CompositeObject shows a CompositeGraphicUnit
	if (!node_id(n, "ResourceID", &id))
		return err_set(e, ERR_MALFORMED, "a composite object of nothing");
	item = draw_res(d, RES_COMPOSITE, id);
	if (!item)
		return err_set(e, ERR_MALFORMED, "composite unit %u is not defined", id);
	return unit_draw(d, item, alpha, e);
}

/* What is known about a kind of object. */
static const struct kind {
	const char *name;
	size_t tally; /* where in render_counts */
	object_draw *draw;
	bool own_matrix; /* takes its CTM in its own way */
} kinds[] = {
	{"TextObject", offsetof(struct render_counts, text), draw_text, false},
	{"PathObject", offsetof(struct render_counts, path), draw_path, false},
	{"ImageObject", offsetof(struct render_counts, image), image_draw, true},
	{"CompositeObject", offsetof(struct render_counts, composite), draw_composite,
		false},
};

static const struct kind *kind_of(const struct node *n)
{
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
		if (node_is(n, kinds[i].name))
			return &kinds[i];
	return NULL;
}

static struct render_tally *tally_of(struct drawing *d, const struct kind *k)
{
	/* offsetof of a member of that type */
	return (struct render_tally *)(void *)((char *)d->counts + k->tally);
}

static bool is_known_part(const struct node *n)
{
	return node_is(n, "Thumbnail") || node_is(n, "Actions");
}

void block_count(struct drawing *d, const struct node *block)
{
	for (const struct node *n = block->first; n; n = n->next) {
		const struct kind *k = kind_of(n);

		if (k)
			tally_of(d, k)->present++;
		else if (node_is(n, "PageBlock"))
			block_count(d, n);
		else if (!is_known_part(n))
			draw_note(d, "unknown object %s",
				text_printable(d->arena, n->name, 60));
	}
}

/* Adds one area of a clip to the path, in the clip's place. */
static bool area_trace(struct drawing *d, const struct node *area, struct err *e)
{
	const struct node *shape = node_child(area, "Path"), *data;
	struct box boundary = {0};
	struct matrix m;
	struct bytes text;
	double length;
	bool good = true, is_text = false;

	if (!shape) {
		shape = node_child(area, "Text");
		is_text = true;
	}
	if (!shape)
		return true;
	cairo_save(d->cr);
	if (value_box(node_value(shape, "Boundary"), &boundary))
		cairo_translate(d->cr, boundary.x, boundary.y);
	if (node_attr(area, "CTM", &text) &&
		(!value_matrix(text, &m) || !draw_transform(d, &m)))
		draw_note(d, "a clip's matrix cannot be used");
	if (node_attr(shape, "CTM", &text) &&
		(!value_matrix(text, &m) || !draw_transform(d, &m)))
		draw_note(d, "a clip's matrix cannot be used");
	if (is_text) {
		good = text_trace(d, shape, e);
	} else {
		data = node_child(shape, "AbbreviatedData");
		good = !data || path_trace(d, data->text, &length, e);
		cairo_set_fill_rule(d->cr, path_rule(shape));
	}
	cairo_restore(d->cr);
	return good;
}

//= GB/T 33190-2016 §8.4: a clip is the union of its areas, several clips their intersection
static bool clips_apply(struct drawing *d, const struct node *n, struct err *e)
{
	const struct node *clips = node_child(n, "Clips");

	for (const struct node *c = node_child(clips, "Clip"); c;
		c = node_next(c, "Clip")) {
		cairo_fill_rule_t rule = CAIRO_FILL_RULE_WINDING;
		const struct node *first = node_child(node_child(c, "Area"), "Path");

		cairo_new_path(d->cr);
		for (const struct node *a = node_child(c, "Area"); a;
			a = node_next(a, "Area"))
			if (!area_trace(d, a, e))
				return false;
		if (first)
			rule = path_rule(first);
		cairo_set_fill_rule(d->cr, rule);
		cairo_clip(d->cr);
	}
	return true;
}

/* The object may not reach beyond its boundary; a line's own width may, since boundaries
 * of real files are drawn along the middle of lines, and so may glyphs, whose boundary is
 * often that of another font. */
static void boundary_clip(struct drawing *d, const struct kind *k, const struct node *n,
	const struct state *s, const struct box *b)
{
	double more = 0;

	if (node_is(n, "TextObject"))
		more = node_number(n, "Size", 0);
	else if (node_is(n, "PathObject"))
		more = fmax(s->line_width, 0.05);
	else if (!k->own_matrix)
		more = 0;
	more = fmin(fmax(more, 0), 1000);
	cairo_rectangle(d->cr, -more, -more, b->w + 2 * more, b->h + 2 * more);
	cairo_clip(d->cr);
}

static bool matrix_apply(
	struct drawing *d, const struct kind *k, const struct node *n, struct err *e)
{
	struct bytes text;
	struct matrix m;

	if (k->own_matrix || !node_attr(n, "CTM", &text))
		return true;
	if (!value_matrix(text, &m))
		return err_set(e, ERR_MALFORMED, "%s with a broken CTM", k->name);
	return draw_transform(d, &m) ||
	       err_set(e, ERR_MALFORMED, "%s with a CTM that shows nothing", k->name);
}

/* An object inside its boundary. What it does to cairo is undone by the caller. */
static bool inside_draw(struct drawing *d, const struct kind *k, const struct node *n,
	const struct state *layer, const struct box *b, struct err *e)
{
	struct state s = *layer;
	double alpha = node_number(n, "Alpha", 255) / 255;

	alpha = alpha < 0 ? 0 : alpha > 1 ? 1 : alpha;
	state_object(d, &s, n);
	cairo_translate(d->cr, b->x, b->y);
	boundary_clip(d, k, n, &s, b);
	//= GB/T 33190-2016 §8.4: clips lie in the object's own space, under its CTM
	if (k->own_matrix)
		return clips_apply(d, n, e) && k->draw(d, n, &s, b, alpha, e);
	return matrix_apply(d, k, n, e) && clips_apply(d, n, e) &&
	       k->draw(d, n, &s, b, alpha, e);
}

/* False when the object could not be drawn; d->stop when the page is over. */
static bool object_put(struct drawing *d, const struct kind *k, const struct node *n,
	const struct state *layer, struct err *e)
{
	struct box b;
	bool good;

	if (++d->objects > RENDER_OBJECTS_MAX)
		return draw_stop(d, e, "more objects than can be drawn");
	if (!value_box(node_value(n, "Boundary"), &b))
		return err_set(e, ERR_MALFORMED, "%s without a boundary", k->name);
	if (!draw_ink(d, b.w, b.h, e))
		return false;
	cairo_save(d->cr);
	good = inside_draw(d, k, n, layer, &b, e);
	cairo_restore(d->cr);
	cairo_new_path(d->cr);
	return good;
}

static bool object_one(struct drawing *d, const struct kind *k, const struct node *n,
	const struct state *layer, struct err *e)
{
	struct render_tally ignored = {0}, *tally = d->inner ? &ignored : tally_of(d, k);
	size_t before = d->inner_failed;
	uint32_t id = 0;

	if (!node_bool(n, "Visible", true)) {
		tally->hidden++;
		return true;
	}
	if (object_put(d, k, n, layer, e)) {
		/* One whose inside is not whole is not whole. */
		if (d->inner_failed == before)
			tally->drawn++;
		else
			tally->failed++;
		return true;
	}
	tally->failed++;
	d->inner_failed += d->inner != 0;
	node_id(n, "ID", &id);
	draw_note(d, "%s %u: %s", k->name, id, e->text);
	return !d->stop;
}

bool block_draw(struct drawing *d, const struct node *block, const struct state *layer,
	struct err *e)
{
	struct state s = layer ? *layer : state_initial;

	for (const struct node *n = block->first; n; n = n->next) {
		const struct kind *k = kind_of(n);
		bool good = true;

		if (k) {
			good = object_one(d, k, n, &s, e);
		} else if (node_is(n, "PageBlock")) {
			if (!draw_enter(d, e))
				return false;
			good = block_draw(d, n, &s, e);
			draw_leave(d);
		}
		if (!good)
			return false;
	}
	return true;
}
