/* render_glyphs: TextCode, its Delta arrays and CGTransform.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "doc/render_glyphs.h"

#include <math.h>

#include "base/text.h"
#include "doc/render_text.h"

enum { FONT_OCTETS_MAX = FONT_FILE_MAX };

#define SQUEEZE_MIN 0.4

/* A queue of offsets as it stands: "1.5 g 12 3.175 2". */
struct deltas {
	struct bytes rest;
	size_t repeat; /* of `value`, still to come */
	double value;  /* the last one; goes on when the queue is at its end */
	bool given;
};

static struct deltas deltas_of(const struct node *code, const char *name)
{
	struct deltas q = {.given = false};

	q.given = node_attr(code, name, &q.rest) && text_trim(q.rest).n;
	return q;
}

//= GB/T 33190-2016 §11.3: "g n v" stands for n times v
static double delta_next(struct deltas *q)
{
	struct bytes token;
	double n, v;

	if (q->repeat) {
		q->repeat--;
		return q->value;
	}
	if (!value_token(&q->rest, &token))
		return q->value;
	if (!bytes_equal(token, BYTES("g"))) {
		if (value_number(token, &v))
			q->value = v;
		return q->value;
	}
	if (value_next(&q->rest, &n) && value_next(&q->rest, &v) && n >= 1) {
		q->value = v;
		q->repeat = n < TEXT_GLYPHS_MAX ? (size_t)n - 1 : TEXT_GLYPHS_MAX;
		return v;
	}
	return q->value;
}

/* Where the next glyph of a TextCode stands. */
struct pen {
	double x, y;
	struct deltas dx, dy;
	bool first;
	int read_direction;
};

/* Letters of a font that stands in for a narrower one would lie over each other. */
static void glyph_squeeze(const struct glyph_run *run, double step)
{
	struct glyph_place *last = &run->list[run->count - 1];
	double advance;

	if (run->font->embedded || last->code >= 0x2e80 || run->char_direction != 0 ||
		!(step > 0))
		return;
	advance = face_advance(last->face, last->glyph) * run->size * run->h_scale;
	if (advance > step * 1.02)
		last->squeeze = fmax(step / advance, SQUEEZE_MIN);
}

static void pen_step(struct pen *p, const struct glyph_run *run)
{
	const struct glyph_place *last;
	double advance, dx, dy;

	if (p->first) {
		p->first = false;
		return;
	}
	last = &run->list[run->count - 1];
	if (p->dx.given || p->dy.given) {
		dx = p->dx.given ? delta_next(&p->dx) : 0;
		dy = p->dy.given ? delta_next(&p->dy) : 0;
		if (dy == 0)
			glyph_squeeze(run, dx);
		p->x += dx;
		p->y += dy;
		return;
	}
	/* Without any offset all would lie upon each other: the font's own widths. */
	advance = face_advance(last->face, last->glyph) * run->size * run->h_scale;
	p->x += p->read_direction == 0     ? advance
		: p->read_direction == 180 ? -advance
					   : 0;
	p->y += p->read_direction == 90    ? run->size
		: p->read_direction == 270 ? -run->size
					   : 0;
}

struct reading {
	struct drawing *d;
	struct glyph_run *run;
	size_t cap;
	const struct node *transform; /* the CGTransform to come, or null */
	size_t code_at;               /* characters of the object so far */
};

static bool is_invisible(uint32_t code)
{
	return code <= ' ' || code == 0xa0 || code == 0x3000 ||
	       (code >= 0x2000 && code <= 0x200f) || code == 0x2028 || code == 0x2029 ||
	       code == 0xfeff || (code >= 0xfe00 && code <= 0xfe0f) ||
	       (code >= 0xe0100 && code <= 0xe01ef);
}

static bool place_add(struct reading *t, struct pen *p, struct face *face, unsigned glyph,
	struct bytes chars, uint32_t code, struct err *e)
{
	struct glyph_run *run = t->run;
	struct glyph_place *grown;

	if (run->count == TEXT_GLYPHS_MAX)
		return err_set(e, ERR_TOO_LARGE, "a text of more than %d glyphs",
			TEXT_GLYPHS_MAX);
	if (run->count == t->cap) {
		t->cap = t->cap ? t->cap * 2 : 64;
		grown = ARENA_ARRAY(t->d->arena, t->cap, struct glyph_place);
		for (size_t i = 0; i < run->count; i++)
			grown[i] = run->list[i];
		run->list = grown;
	}
	pen_step(p, run);
	run->list[run->count++] = (struct glyph_place){.face = face,
		.glyph = glyph,
		.x = p->x,
		.y = p->y,
		.squeeze = 1,
		.blank = !glyph && is_invisible(code),
		.code = code,
		.chars = chars};
	return true;
}

/* A character as a glyph of the font or of one that stands in. */
static bool char_add(struct reading *t, struct pen *p, struct bytes chars, uint32_t code,
	struct err *e)
{
	struct render_counts *counts = t->d->counts;
	struct face *face = t->run->font->first, *other = NULL;
	unsigned glyph = face_glyph(face, code);

	if (!glyph && !is_invisible(code)) {
		other = font_fallback(t->d->r->fonts, t->run->font, code);
		if (other) {
			face = other;
			glyph = face_glyph(other, code);
		} else if (!t->d->inner) {
			counts->glyphs_missing++;
			draw_note(t->d, "no font has the character U+%04X", code);
		}
		if (other && t->run->font->embedded && !t->d->inner)
			counts->glyphs_replaced++;
	}
	return place_add(t, p, face, glyph, chars, code, e);
}

/* The characters and glyphs of one CGTransform. */
static bool transform_apply(
	struct reading *t, struct pen *p, struct bytes *text, struct err *e)
{
	const struct node *glyphs = node_child(t->transform, "Glyphs");
	int codes = node_int(t->transform, "CodeCount", 1);
	int count = node_int(t->transform, "GlyphCount", 1);
	struct bytes ids = glyphs ? glyphs->text : (struct bytes){NULL, 0}, token;
	struct bytes start = *text, chars;
	uint32_t code = 0;

	for (int i = 0; i < (codes < 1 ? 1 : codes) && text->n; i++) {
		uint32_t next = utf8_next(text);

		code = i ? code : next;
		t->code_at++;
	}
	chars = bytes_head(start, start.n - text->n);
	for (int i = 0; i < count; i++) {
		int id;

		if (!value_token(&ids, &token) || !value_int(token, &id) || id < 0)
			break;
		if ((unsigned)id >= t->run->font->first->glyph_count) {
			draw_note(t->d, "glyph %d is not in the font", id);
			id = 0;
		}
		if (!place_add(t, p, t->run->font->first, (unsigned)id,
			    i ? (struct bytes){NULL, 0} : chars, i ? 0 : code, e))
			return false;
	}
	t->transform = node_next(t->transform, "CGTransform");
	return true;
}

/* Is there a CGTransform for the character at hand? Those it has passed are forgotten. */
static bool transform_is_here(struct reading *t)
{
	while (t->transform) {
		int at = node_int(t->transform, "CodePosition", -1);

		if (at >= 0 && (size_t)at >= t->code_at)
			return (size_t)at == t->code_at;
		t->transform = node_next(t->transform, "CGTransform");
	}
	return false;
}

/* A text that was indented by a printer of XML loses that; blanks inside a line stay. */
static struct bytes code_text(const struct node *code)
{
	struct bytes text = code->text;

	if (bytes_find(text, BYTES("\n")) != SIZE_MAX)
		return text_trim(text);
	return text;
}

static bool code_read(
	struct reading *t, const struct node *code, struct pen *p, struct err *e)
{
	struct bytes text = code_text(code);

	p->x = node_number(code, "X", p->x);
	p->y = node_number(code, "Y", p->y);
	p->dx = deltas_of(code, "DeltaX");
	p->dy = deltas_of(code, "DeltaY");
	p->first = true;
	while (text.n) {
		struct bytes start = text;
		uint32_t c;

		/* Glyph numbers mean something in the font they were made for only. */
		if (transform_is_here(t) && t->run->font->embedded) {
			if (!transform_apply(t, p, &text, e))
				return false;
			continue;
		}
		c = utf8_next(&text);
		t->code_at++;
		if (!char_add(t, p, bytes_head(start, start.n - text.n), c, e))
			return false;
	}
	/* Behind the last one nothing says how wide it may be: as wide as the others. */
	if (t->run->count && p->dx.given && !p->dy.given)
		glyph_squeeze(t->run, p->dx.value);
	return true;
}

/* The octets of an embedded font; empty when it has none, *missing when they are named
 * and cannot be had. */
static struct bytes font_octets(
	struct drawing *d, const struct res_item *item, struct arena *a, bool *missing)
{
	const struct node *file = node_child(item->node, "FontFile");
	struct bytes octets = {NULL, 0};
	struct ofd_place place;
	struct err e;

	*missing = false;
	if (!file || text_trim(file->text).n == 0)
		return octets;
	*missing =
		!ofd_locate(d->r->o, a, item->base, text_trim(file->text), &place, &e) ||
		place.entry == OFD_NO_ENTRY ||
		!zip_slurp(
			ofd_zip(d->r->o), place.entry, a, FONT_OCTETS_MAX, &octets, &e);
	return octets;
}

static struct font *font_of(struct drawing *d, const struct node *text, struct err *e)
{
	AUTO(arena) octets = arena_new(); /* fonts keep a copy of their own */
	struct arena *a = d->r->arena;
	struct res_item *item = NULL;
	struct font_wish wish = {.name = ""};
	struct font *font;
	uint32_t id = 0;
	bool missing = false, broken;

	if (node_id(text, "Font", &id))
		item = draw_res(d, RES_FONT, id);
	if (item && item->tried && item->made)
		return item->made;
	if (item) {
		wish.name =
			arena_str(a, bytes_head(node_value(item->node, "FontName"), 200));
		wish.family = arena_str(
			a, bytes_head(node_value(item->node, "FamilyName"), 200));
		wish.bold = node_bool(item->node, "Bold", false);
		wish.italic = node_bool(item->node, "Italic", false);
		wish.serif = node_bool(item->node, "Serif", false);
		wish.fixed = node_bool(item->node, "FixedWidth", false);
	} else {
		draw_note(d, "font %u is not defined", id);
	}
	if (!font_open(&font, d->r->fonts, a,
		    item ? font_octets(d, item, octets, &missing)
			 : (struct bytes){NULL, 0},
		    &wish, &broken, e))
		return NULL;
	if (missing || broken)
		draw_note(d, "the embedded font %u %s", id,
			missing ? "is missing" : "cannot be used");
	if (item) {
		item->tried = true;
		item->made = font;
	}
	return font;
}

static int quarter(int degrees)
{
	degrees %= 360;
	degrees = degrees < 0 ? degrees + 360 : degrees;
	return degrees % 90 ? 0 : degrees;
}

bool glyphs_read(
	struct drawing *d, const struct node *n, struct glyph_run *out, struct err *e)
{
	struct reading t = {
		.d = d, .run = out, .transform = node_child(n, "CGTransform")};
	struct pen pen = {.read_direction = quarter(node_int(n, "ReadDirection", 0))};

	*out = (struct glyph_run){.size = node_number(n, "Size", 0),
		.h_scale = node_number(n, "HScale", 1),
		.char_direction = quarter(node_int(n, "CharDirection", 0)),
		.font = font_of(d, n, e)};
	if (!out->font)
		return false;
	if (!(out->size > 0 && out->size < 5000))
		return err_set(e, ERR_MALFORMED, "a text without a size");
	if (!(out->h_scale > 0 && out->h_scale < 100))
		out->h_scale = 1;
	out->slanted = (node_bool(n, "Italic", false) || out->font->wish.italic) &&
		       !out->font->embedded && !out->font->first->is_italic;
	out->slanted |= node_bool(n, "Italic", false) && out->font->embedded &&
			!out->font->first->is_italic;
	out->bold = node_int(n, "Weight", 400) >= 600 && !out->font->first->is_bold;
	out->bold |= out->font->wish.bold && !out->font->embedded &&
		     !out->font->first->is_bold;
	for (const struct node *code = node_child(n, "TextCode"); code;
		code = node_next(code, "TextCode"))
		if (!code_read(&t, code, &pen, e))
			return false;
	return true;
}
