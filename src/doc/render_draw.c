/* render_draw: what every part of the renderer asks of a drawing: limits, notes,
 * resources.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <math.h>
#include <stdarg.h>
#include <stdio.h>

#include "base/text.h"
#include "doc/render_private.h"

void draw_note(struct drawing *d, const char *fmt, ...)
{
	struct render_counts *c = d->counts;
	char text[200];
	va_list ap;

	if (c->note_count == RENDER_NOTES_MAX)
		return;
	va_start(ap, fmt);
	vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	for (size_t i = 0; i < c->note_count; i++)
		if (bytes_equal(bytes_str(c->notes[i]), bytes_str(text)))
			return;
	c->notes[c->note_count++] =
		text_printable(d->arena, bytes_str(text), sizeof text);
}

bool draw_stop(struct drawing *d, struct err *e, const char *what)
{
	d->stop = true;
	return err_set(e, ERR_TOO_LARGE, "%s", what);
}

bool draw_ink(struct drawing *d, double w_mm, double h_mm, struct err *e)
{
	double px = fabs(w_mm * h_mm) * (d->dpi / 25.4) * (d->dpi / 25.4);

	/* Nothing is inked outside the page. */
	d->ink += fmin(px, d->page_px) + 100;
	if (d->ink > RENDER_INK_MAX)
		return draw_stop(d, e, "more ink than a page can take");
	return true;
}

bool draw_transform(struct drawing *d, const struct matrix *m)
{
	cairo_matrix_t now, next,
		with = {.xx = m->a,
			.yx = m->b,
			.xy = m->c,
			.yy = m->d,
			.x0 = m->e,
			.y0 = m->f};
	double det;

	cairo_get_matrix(d->cr, &now);
	cairo_matrix_multiply(&next, &with, &now);
	det = next.xx * next.yy - next.xy * next.yx;
	if (!(fabs(det) > 1e-9 && fabs(det) < 1e15) || !(fabs(next.x0) < 1e9) ||
		!(fabs(next.y0) < 1e9))
		return false;
	cairo_set_matrix(d->cr, &next);
	return true;
}

bool draw_enter(struct drawing *d, struct err *e)
{
	if (d->depth >= RENDER_DEPTH_MAX)
		return err_set(
			e, ERR_TOO_LARGE, "objects more than %d deep", RENDER_DEPTH_MAX);
	d->depth++;
	return true;
}

void draw_leave(struct drawing *d)
{
	d->depth--;
}

struct res_item *draw_res(const struct drawing *d, enum res_kind kind, uint32_t id)
{
	struct res_item *item = res_find(d->page_res, kind, id);

	return item ? item : res_find(&d->doc->res, kind, id);
}
