/* drawing: what each kind of seal looks like, in parts of its size.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "doc/picture_drawing.h"

#include <math.h>
#include <string.h>

enum {
	LINE_MAX_CHARACTERS = 12,
	CODE_MAX_CHARACTERS = 20,
	SQUARE_MAX_CHARACTERS = 9,
};

/* How tall the name's characters are (40 mm wide seal) and which part of the way round
 * they take, by the room they ask for. Between the rows, straight lines. */
static const struct {
	double share, height, turn;
} ring_table[] = {
	{2, 6.2, 0.20},
	{4, 6.2, 0.37},
	{6, 6.1, 0.50},
	{8, 5.9, 0.575},
	{12, 5.5, 0.66},
	{18, 4.9, 0.73},
	{24, 4.4, 0.775},
	{30, 4.0, 0.80},
};

static void ring_proportions(double share, double *height, double *turn)
{
	size_t last = sizeof ring_table / sizeof *ring_table - 1, i = 0;
	double part;

	while (i < last - 1 && share > ring_table[i + 1].share)
		i++;
	part = (share - ring_table[i].share) /
	       (ring_table[i + 1].share - ring_table[i].share);
	part = fmax(0, fmin(1, part));
	*height = ring_table[i].height +
		  part * (ring_table[i + 1].height - ring_table[i].height);
	*turn = ring_table[i].turn + part * (ring_table[i + 1].turn - ring_table[i].turn);
}

static bool run_make(struct drawing *d, const char *what, const char *text, size_t min,
	size_t max, enum glyph_face face, struct run *out, struct err *e)
{
	struct glyph *glyphs;

	if (!glyph_list(d->arena, what, text, min, max, face, &glyphs, &out->count, e))
		return false;
	out->glyphs = glyphs;
	out->face = face;
	return true;
}

static bool code_run(struct drawing *d, struct run *out, struct err *e)
{
	const char *code = d->spec->code;

	if (strspn(code, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ") != strlen(code))
		return err_set(e, ERR_USAGE, "code: only 0-9 and A-Z");
	return run_make(d, "code", code, 1, CODE_MAX_CHARACTERS, GLYPH_DIGIT, out, e);
}

static double run_room(struct run r)
{
	double sum = 0;

	for (size_t i = 0; i < r.count; i++)
		sum += r.glyphs[i].share;
	return sum;
}

/* A horizontal text, `top` and `height` in parts of 1/40 width from the middle. */
static bool text_line(struct drawing *d, const char *what, const char *text, double top,
	double height, struct edge within, struct err *e)
{
	struct line line = {.x = d->w / 2,
		.top = d->h / 2 + top * d->unit,
		.height = height * d->unit,
		.height_min = 2.4 * d->unit,
		.slim = 0.82,
		.slim_min = 0.56,
		.gap = 0.7 * d->unit,
		.within = within};
	struct run run;

	return run_make(d, what, text, 1, LINE_MAX_CHARACTERS, GLYPH_SONG, &run, e) &&
	       (layout_line(&d->layout, run, &line, e) || err_in(e, "%s", what));
}

/* 国发〔1999〕25号: round, star in the middle, name round it from left to right. */
static bool round_draw(struct drawing *d, struct err *e)
{
	const struct picture_spec *s = d->spec;
	double u = d->unit, r = d->w / 2, border = 1.2 * u, height, turn;
	struct point centre = {r, r};
	struct edge text = {centre, r - border - 0.9 * u, r - border - 0.9 * u};
	struct edge inside = {centre, r - border, r - border};
	struct run name, code;

	if (!run_make(d, "name", s->name, PICTURE_NAME_MIN, PICTURE_NAME_MAX, GLYPH_SONG,
		    &name, e))
		return false;
	outline_ring(&d->shape, centre, r, r, border);
	ring_proportions(run_room(name), &height, &turn);
	if (s->bottom)
		turn = fmin(turn, 0.69);
	layout_ring(&d->layout, name, text, height * u, turn, 0.80);
	if (s->code) {
		struct edge low = {centre, r - border - 0.65 * u, r - border - 0.65 * u};

		if (!code_run(d, &code, e))
			return false;
		layout_code(&d->layout, code, low, 1.5 * u,
			fmin(1.5, 21.0 / (double)code.count) * u);
	}
	if (s->kind == PICTURE_ROUND_STAR)
		outline_star(&d->shape, centre, 7 * u);
	if (s->centre && !text_line(d, "centre", s->centre, -2.4, 4.8, inside, e))
		return false;
	return !s->bottom || text_line(d, "bottom", s->bottom, 7.3, 4.0, inside, e);
}

/* State Taxation Administration, notice 7 of 2011: 40 × 30 mm, edge 1 mm; name 4.2 mm,
 * tax number 3.7 mm, the words 发票专用章 4.6 mm tall. */
static bool oval_draw(struct drawing *d, struct err *e)
{
	const struct picture_spec *s = d->spec;
	double u = d->unit, border = u, height, turn;
	struct point centre = {d->w / 2, d->h / 2};
	struct edge text = {
		centre, d->w / 2 - border - 0.6 * u, d->h / 2 - border - 0.6 * u};
	struct edge inside = {centre, d->w / 2 - border, d->h / 2 - border};
	struct line line = {.x = centre.x,
		.top = centre.y - 1.85 * u,
		.height = 3.7 * u,
		.height_min = 2.2 * u,
		.slim = 0.75,
		.slim_min = 0.35,
		.width_max = 26 * u,
		.gap = 0.6 * u,
		.within = inside};
	struct run name, code;

	if (!run_make(d, "name", s->name, PICTURE_NAME_MIN, PICTURE_NAME_MAX, GLYPH_SONG,
		    &name, e))
		return false;
	outline_ring(&d->shape, centre, d->w / 2, d->h / 2, border);
	ring_proportions(run_room(name), &height, &turn);
	/* Beyond 20 characters a little less than the notice's 4.2 mm, or they grow too
	 * slim. */
	height = 4.2 - 0.03 * fmax(0, run_room(name) - 20);
	layout_ring(&d->layout, name, text, height * u, fmin(turn, 0.70), 0.80);
	if (s->code &&
		(!code_run(d, &code, e) ||
			!(layout_line(&d->layout, code, &line, e) || err_in(e, "code"))))
		return false;
	return text_line(
		d, "bottom", s->bottom ? s->bottom : "发票专用章", 5.4, 4.6, inside, e);
}

static bool square_draw(struct drawing *d, struct err *e)
{
	const char *name = d->spec->name;
	double border = d->w / 20, in = border + d->w / 26;
	struct bytes text = bytes_str(name);
	struct run run;

	if (!run_make(d, "name", name, PICTURE_NAME_MIN, SQUARE_MAX_CHARACTERS,
		    GLYPH_SONG, &run, e))
		return false;
	if (!d->spec->exact && run.count <= 3 && !bytes_ends(text, BYTES("印")) &&
		!bytes_ends(text, BYTES("章"))) {
		name = arena_printf(
			d->arena, "%s%s", name, run.count == 2 ? "之印" : "印");
		if (!run_make(d, "name", name, PICTURE_NAME_MIN, SQUARE_MAX_CHARACTERS,
			    GLYPH_SONG, &run, e))
			return false;
	}
	outline_frame(&d->shape, d->w, d->h, border);
	layout_square(&d->layout, run, in, in, d->w - 2 * in);
	return true;
}

static bool size_check(struct drawing *d, struct err *e)
{
	const struct picture_spec *s = d->spec;
	bool oval = s->kind == PICTURE_OVAL;
	double least = s->kind == PICTURE_SQUARE ? 10 : 15;

	d->w = s->width_mm != 0 ? s->width_mm : s->kind == PICTURE_SQUARE ? 20 : 40;
	d->h = s->height_mm != 0 ? s->height_mm : oval ? d->w * 0.75 : d->w;
	d->unit = d->w / 40;
	if (!(d->w >= least && d->w <= 80 && d->h <= 80))
		return err_set(e, ERR_USAGE, "size: not between %g and 80 mm", least);
	if (!oval && fabs(d->w - d->h) > 1e-9)
		return err_set(e, ERR_USAGE, "size: width and height differ");
	if (oval && !(d->h >= d->w * 0.7 && d->h <= d->w * 0.9))
		return err_set(
			e, ERR_USAGE, "size: an oval is 0.7 to 0.9 as tall as wide");
	return true;
}

static bool spec_check(const struct picture_spec *s, struct err *e)
{
	if ((unsigned)s->kind >= PICTURE_KIND_COUNT)
		return err_set(e, ERR_USAGE, "kind: unknown");
	if (!s->name)
		return err_set(e, ERR_USAGE, "name: missing");
	if (s->centre && s->kind != PICTURE_ROUND)
		return err_set(e, ERR_USAGE, "centre: only in a round seal without star");
	if (s->kind == PICTURE_SQUARE && (s->bottom || s->code))
		return err_set(e, ERR_USAGE, "a square seal has a name only");
	if (s->dpi != 0 && (s->dpi < PICTURE_DPI_MIN || s->dpi > PICTURE_DPI_MAX))
		return err_set(e, ERR_USAGE, "dpi: not between %d and %d",
			PICTURE_DPI_MIN, PICTURE_DPI_MAX);
	if (s->colour > 0xffffff)
		return err_set(e, ERR_USAGE, "colour: more than 0xFFFFFF");
	return true;
}

bool drawing_make(struct drawing *d, struct arena *a, const struct picture_spec *spec,
	struct err *e)
{
	static bool (*const draw[PICTURE_KIND_COUNT])(struct drawing *, struct err *) = {
		[PICTURE_ROUND_STAR] = round_draw,
		[PICTURE_ROUND] = round_draw,
		[PICTURE_OVAL] = oval_draw,
		[PICTURE_SQUARE] = square_draw};

	*d = (struct drawing){.arena = a, .spec = spec, .shape = outline_make(a)};
	if (!spec_check(spec, e) || !size_check(d, e) || !draw[spec->kind](d, e))
		return false;
	layout_draw(&d->layout, &d->shape);
	return true;
}
