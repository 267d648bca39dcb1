/* render_text: glyphs given to cairo.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "doc/render_text.h"

#include <math.h>

#include "doc/render_glyphs.h"

enum { AT_ONCE = 2000 };

#define SLANT      0.25
#define BOLD_SHARE 0.03 /* of the size, drawn around glyphs that are to be bold */

//= GB/T 33190-2016 §11.2: CharDirection turns each glyph about its own origin
static void font_set(
	struct drawing *d, const struct glyph_run *run, const struct glyph_place *first)
{
	struct face *face = first->face;
	cairo_matrix_t m;

	cairo_set_font_face(d->cr, face->cairo);
	cairo_matrix_init_rotate(&m, run->char_direction * M_PI / 180);
	cairo_matrix_scale(&m, run->size * run->h_scale * first->squeeze, run->size);
	if (run->slanted && !face->is_italic) {
		cairo_matrix_t slant;

		cairo_matrix_init(&slant, 1, 0, -SLANT, 1, 0, 0);
		cairo_matrix_multiply(&m, &slant, &m);
	}
	cairo_set_font_matrix(d->cr, &m);
}

/* As many glyphs from `from` as are drawn with the same font, at most AT_ONCE. */
static size_t run_length(const struct glyph_run *run, size_t from)
{
	size_t n = from + 1;

	while (n < run->count && n - from < AT_ONCE &&
		run->list[n].face == run->list[from].face &&
		run->list[n].squeeze == run->list[from].squeeze)
		n++;
	return n - from;
}

struct show {
	cairo_glyph_t glyphs[AT_ONCE];
	cairo_text_cluster_t clusters[AT_ONCE];
	int glyph_count, cluster_count;
	struct buf text;
};

/* Glyphs with the characters they stand for, so that text in a PDF can be selected. */
static bool show_fill(
	struct show *w, const struct glyph_run *run, size_t from, size_t n, struct err *e)
{
	w->glyph_count = w->cluster_count = 0;
	w->text.n = 0;
	for (size_t i = from; i < from + n; i++) {
		const struct glyph_place *g = &run->list[i];

		if (g->blank)
			continue;
		w->glyphs[w->glyph_count++] = (cairo_glyph_t){g->glyph, g->x, g->y};
		if (g->chars.n == 0 && w->cluster_count) {
			w->clusters[w->cluster_count - 1].num_glyphs++;
			continue;
		}
		w->clusters[w->cluster_count++] =
			(cairo_text_cluster_t){(int)g->chars.n, 1};
		if (!buf_put(&w->text, g->chars, e))
			return false;
	}
	return true;
}

typedef void glyph_act(struct drawing *d, const struct show *w);

static void act_show(struct drawing *d, const struct show *w)
{
	cairo_show_text_glyphs(d->cr, (const char *)w->text.p, (int)w->text.n, w->glyphs,
		w->glyph_count, w->clusters, w->cluster_count, 0);
}

static void act_trace(struct drawing *d, const struct show *w)
{
	cairo_glyph_path(d->cr, w->glyphs, w->glyph_count);
}

static bool run_each(
	struct drawing *d, const struct glyph_run *run, glyph_act *act, struct err *e)
{
	AUTO_BUF text = buf_make(AT_ONCE * 64);
	struct show *w = ARENA_NEW(d->arena, struct show);
	size_t n;
	bool good = true;

	w->text = text;
	for (size_t i = 0; i < run->count && good; i += n) {
		n = run_length(run, i);
		good = show_fill(w, run, i, n, e);
		if (good) {
			font_set(d, run, &run->list[i]);
			act(d, w);
		}
	}
	text = w->text;
	return good;
}

static bool run_fill(struct drawing *d, const struct glyph_run *run,
	const struct paint *paint, double alpha, struct err *e)
{
	if (paint_set(d, paint, alpha)) {
		if (!run_each(d, run, act_show, e))
			return false;
		if (!run->bold)
			return true;
		cairo_set_line_width(d->cr, run->size * BOLD_SHARE);
		cairo_set_line_join(d->cr, CAIRO_LINE_JOIN_ROUND);
		cairo_set_dash(d->cr, NULL, 0, 0);
		return run_each(d, run, act_trace, e) && paint_stroke(d, paint, alpha, e);
	}
	return run_each(d, run, act_trace, e) &&
	       paint_fill(d, paint, alpha, CAIRO_FILL_RULE_WINDING, e);
}

bool text_draw(struct drawing *d, const struct node *n, const struct state *s,
	double alpha, struct err *e)
{
	struct glyph_run run;
	bool good = true;

	if (!glyphs_read(d, n, &run, e))
		return false;
	if (!d->inner)
		d->counts->glyphs += run.count;
	cairo_new_path(d->cr);
	//= GB/T 33190-2016 §11.2: text is filled black and not outlined unless it says so
	if (node_bool(n, "Fill", true))
		good = run_fill(d, &run, s->has_fill ? &s->fill : &paint_black, alpha, e);
	if (good && node_bool(n, "Stroke", false) && s->has_stroke) {
		state_line(d, s, (double)run.count * run.size * 8);
		good = run_each(d, &run, act_trace, e) &&
		       paint_stroke(d, &s->stroke, alpha, e);
	}
	cairo_new_path(d->cr);
	return good;
}

bool text_trace(struct drawing *d, const struct node *n, struct err *e)
{
	struct glyph_run run;

	return glyphs_read(d, n, &run, e) && run_each(d, &run, act_trace, e);
}
