/* render_mesh: Gouraud shadings as meshes of triangles.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "doc/render_paint.h"
#include "doc/render_shade.h"
#include "doc/render_tile.h"

struct corner {
	double x, y;
	struct paint colour;
	int edge; /* EdgeFlag */
};

static size_t corners_read(
	struct drawing *d, const struct node *shade, struct corner **out)
{
	struct corner *list = ARENA_ARRAY(d->arena, SHADE_POINTS_MAX, struct corner);
	size_t n = 0;

	for (const struct node *p = node_child(shade, "Point"); p;
		p = node_next(p, "Point")) {
		const struct node *colour = node_child(p, "Color");

		if (n == SHADE_POINTS_MAX) {
			draw_note(
				d, "a shading of more than %d points", SHADE_POINTS_MAX);
			break;
		}
		list[n].x = node_number(p, "X", 0);
		list[n].y = node_number(p, "Y", 0);
		list[n].edge = node_int(p, "EdgeFlag", 0);
		list[n].colour = colour ? paint_of(d, colour) : paint_black;
		n++;
	}
	*out = list;
	return n;
}

/* A triangle is a patch whose last corner is its first again. */
static void triangle_add(cairo_pattern_t *mesh, const struct corner *a,
	const struct corner *b, const struct corner *c, double alpha)
{
	const struct corner *corners[] = {a, b, c, a};

	cairo_mesh_pattern_begin_patch(mesh);
	cairo_mesh_pattern_move_to(mesh, a->x, a->y);
	cairo_mesh_pattern_line_to(mesh, b->x, b->y);
	cairo_mesh_pattern_line_to(mesh, c->x, c->y);
	cairo_mesh_pattern_line_to(mesh, a->x, a->y);
	for (unsigned i = 0; i < 4; i++)
		cairo_mesh_pattern_set_corner_color_rgba(mesh, i, corners[i]->colour.r,
			corners[i]->colour.g, corners[i]->colour.b,
			corners[i]->colour.a * alpha);
	cairo_mesh_pattern_end_patch(mesh);
}

/* Each triangle is drawn over the clip's whole area by some backends. */
static bool mesh_paint(struct drawing *d, const struct node *shade, cairo_pattern_t *mesh,
	double alpha, struct err *e)
{
	const struct node *back = node_child(shade, "BackColor");

	if (back) {
		struct paint p = paint_of(d, back);

		cairo_set_source_rgba(d->cr, p.r, p.g, p.b, p.a * alpha);
		cairo_paint(d->cr);
	}
	if (cairo_pattern_status(mesh) != CAIRO_STATUS_SUCCESS) {
		cairo_pattern_destroy(mesh);
		return err_set(e, ERR_MALFORMED, "a shading that cannot be drawn");
	}
	cairo_set_source(d->cr, mesh);
	cairo_paint(d->cr);
	cairo_pattern_destroy(mesh);
	return true;
}

bool gouraud_cover(
	struct drawing *d, const struct node *shade, double alpha, struct err *e)
{
	cairo_pattern_t *mesh = cairo_pattern_create_mesh();
	struct corner *p, a, b, c;
	size_t n = corners_read(d, shade, &p), i = 0;
	bool any = false;

	//= GB/T 33190-2016 §8.3.4.2: EdgeFlag 0 begins a triangle, 1 goes on from the side between the second and third, 2 from that between the first and third
	while (i < n) {
		if (p[i].edge == 0 || !any) {
			if (n - i < 3)
				break;
			a = p[i];
			b = p[i + 1];
			c = p[i + 2];
			i += 3;
		} else {
			if (p[i].edge == 1)
				a = b;
			b = c;
			c = p[i++];
		}
		any = true;
		triangle_add(mesh, &a, &b, &c, alpha);
	}
	return mesh_paint(d, shade, mesh, alpha, e);
}

bool lattice_cover(
	struct drawing *d, const struct node *shade, double alpha, struct err *e)
{
	cairo_pattern_t *mesh;
	struct corner *p;
	size_t n = corners_read(d, shade, &p);
	int wide = node_int(shade, "VerticesPerRow", 0);
	size_t w = wide > 0 ? (size_t)wide : 0;

	if (w < 2 || w > n)
		return err_set(e, ERR_MALFORMED, "a lattice without rows");
	mesh = cairo_pattern_create_mesh();
	for (size_t row = 0; (row + 2) * w <= n; row++)
		for (size_t i = row * w; i + 1 < (row + 1) * w; i++) {
			triangle_add(mesh, &p[i], &p[i + 1], &p[i + w], alpha);
			triangle_add(mesh, &p[i + 1], &p[i + w], &p[i + w + 1], alpha);
		}
	return mesh_paint(d, shade, mesh, alpha, e);
}
