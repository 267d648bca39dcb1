/* render_pattern: a cell drawn once and laid beside itself.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <math.h>

#include "doc/render_object.h"
#include "doc/render_shade.h"
#include "doc/render_tile.h"

struct cell {
	double w, h, x_step, y_step;
	bool mirror_x, mirror_y; /* every other column, row */
	cairo_surface_t *drawn;
};

/* The cell's content on a surface that can be laid down again and again. */
static bool cell_draw(
	struct drawing *d, const struct node *pattern, struct cell *cell, struct err *e)
{
	const struct node *content = node_child(pattern, "CellContent");
	cairo_rectangle_t all = {0, 0, cell->w, cell->h};
	cairo_t *page = d->cr;
	bool good;

	cell->drawn = cairo_recording_surface_create(CAIRO_CONTENT_COLOR_ALPHA, &all);
	if (!content)
		return true;
	if (!draw_enter(d, e))
		return false;
	d->cr = cairo_create(cell->drawn);
	d->inner++;
	good = block_draw(d, content, NULL, e);
	d->inner--;
	cairo_destroy(d->cr);
	d->cr = page;
	draw_leave(d);
	return good;
}

static void cell_lay(struct drawing *d, const struct cell *cell, long column, long row)
{
	cairo_save(d->cr);
	cairo_translate(d->cr, (double)column * cell->x_step, (double)row * cell->y_step);
	if (cell->mirror_x && column % 2 != 0) {
		cairo_translate(d->cr, cell->w, 0);
		cairo_scale(d->cr, -1, 1);
	}
	if (cell->mirror_y && row % 2 != 0) {
		cairo_translate(d->cr, 0, cell->h);
		cairo_scale(d->cr, 1, -1);
	}
	cairo_rectangle(d->cr, 0, 0, cell->w, cell->h);
	cairo_clip(d->cr);
	cairo_set_source_surface(d->cr, cell->drawn, 0, 0);
	cairo_paint(d->cr);
	cairo_restore(d->cr);
}

static bool cells_lay(struct drawing *d, const struct cell *cell, struct err *e)
{
	double x0, y0, x1, y1, from_x, from_y, to_x, to_y;

	cairo_clip_extents(d->cr, &x0, &y0, &x1, &y1);
	if (!(x1 > x0 && y1 > y0))
		return true;
	from_x = floor((x0 - cell->w) / cell->x_step);
	from_y = floor((y0 - cell->h) / cell->y_step);
	to_x = ceil(x1 / cell->x_step);
	to_y = ceil(y1 / cell->y_step);
	if (!((to_x - from_x + 1) * (to_y - from_y + 1) <= SHADE_TILES_MAX))
		return err_set(e, ERR_TOO_LARGE, "a pattern of more than %d cells",
			SHADE_TILES_MAX);
	for (double y = from_y; y <= to_y; y++)
		for (double x = from_x; x <= to_x; x++)
			cell_lay(d, cell, lround(x), lround(y));
	return true;
}

static bool cell_read(const struct node *pattern, struct cell *cell)
{
	struct bytes reflect = node_value(pattern, "ReflectMethod");

	cell->w = node_number(pattern, "Width", 0);
	cell->h = node_number(pattern, "Height", 0);
	cell->x_step = node_number(pattern, "XStep", cell->w);
	cell->y_step = node_number(pattern, "YStep", cell->h);
	cell->mirror_x = bytes_equal(reflect, BYTES("Column")) ||
			 bytes_equal(reflect, BYTES("RowAndColumn"));
	cell->mirror_y = bytes_equal(reflect, BYTES("Row")) ||
			 bytes_equal(reflect, BYTES("RowAndColumn"));
	return cell->w > 1e-3 && cell->h > 1e-3 && cell->x_step > 1e-3 &&
	       cell->y_step > 1e-3;
}

bool pattern_cover(
	struct drawing *d, const struct node *pattern, double alpha, struct err *e)
{
	struct cell cell = {0};
	struct matrix m;
	bool good;

	if (!cell_read(pattern, &cell))
		return err_set(e, ERR_MALFORMED, "a pattern whose cells have no size");
	cairo_push_group(d->cr);
	if (value_matrix(node_value(pattern, "CTM"), &m) && !draw_transform(d, &m))
		draw_note(d, "a pattern's matrix cannot be used");
	good = cell_draw(d, pattern, &cell, e) && cells_lay(d, &cell, e);
	cairo_surface_destroy(cell.drawn);
	cairo_pop_group_to_source(d->cr);
	if (good)
		cairo_paint_with_alpha(d->cr, alpha);
	return good;
}
