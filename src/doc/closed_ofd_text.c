/* closed_ofd_text: fonts and text objects of an OFD: embedded, on the page, and drawn as
 * the characters they say. SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "base/text.h"
#include "doc/closed_ofd.h"
#include "doc/ofd_signature.h"

/* Lines smaller than this nobody reads: 2 pt. */
#define SIZE_MIN_MM 0.7

static const char *where(struct closed_work *w, const struct closed_part *part)
{
	return closed_printable(w, part->place.path);
}

/* --- fonts ----------------------------------------------------------------------------
 */

static bool font_open(struct closed_work *w, struct closed_font *f,
	const struct ofd_place *place, struct err *e)
{
	struct bytes file;

	if (place->entry == OFD_NO_ENTRY ||
		zip_entry(ofd_zip(w->o), place->entry)->size > GLYPH_FONT_MAX)
		return err_set(e, ERR_TOO_LARGE, "font file");
	return zip_slurp(ofd_zip(w->o), place->entry, w->c->arena, GLYPH_FONT_MAX, &file,
		       e) &&
	       glyph_font_open(&f->font, w->book, file, NULL, e);
}

bool closed_font_add(struct closed_work *w, struct closed_part *part,
	struct xml_reader *r, const struct xml_event *ev, struct err *e)
{
	struct bytes id = {NULL, 0}, name = {NULL, 0}, loc;
	unsigned depth = ev->depth;
	struct closed_font *f;
	struct ofd_place place;
	struct xml_event child;
	struct err bad;
	bool found = true, embedded = false;

	(void)xml_has(ev, "ID", &id);
	(void)xml_has(ev, "FontName", &name);
	if (w->font_count == CLOSED_FONTS_MAX)
		return err_set(e, ERR_TOO_LARGE, "too many fonts");
	f = &w->fonts[w->font_count++];
	*f = (struct closed_font){.id = arena_dup(w->c->arena, text_trim(id)),
		.name = closed_printable(w, name)};
	while (xml_child(r, depth, &child, &found, e) && found) {
		if (!xml_is(&child, "FontFile"))
			continue;
		if (!xml_leaf(r, part->arena, &loc, e))
			return false;
		embedded = closed_locate(w, part->base, loc, &place);
		if (embedded && !font_open(w, f, &place, &bad))
			closed_found(w->c, CLOSED_FONT_UNREADABLE,
				closed_printable(w, place.path), bad.text);
	}
	//= Protocols §3: fonts embedded
	if (!found && !embedded)
		closed_found(w->c, CLOSED_FONT_NOT_EMBEDDED, where(w, part), f->name);
	if (f->font && !glyph_font_is_known(f->font))
		closed_found(w->c, CLOSED_FONT_UNKNOWN, where(w, part),
			closed_printable(w, bytes_str(glyph_font_name(f->font))));
	return !found;
}

static struct closed_font *font_find(struct closed_work *w, struct bytes id)
{
	for (size_t i = 0; i < w->font_count; i++)
		if (bytes_equal(w->fonts[i].id, id))
			return &w->fonts[i];
	return NULL;
}

/* --- text objects ---------------------------------------------------------------------
 */

/* A text object as it is gathered: its characters, and glyphs named for some of them. */
struct object {
	struct closed_font *font;
	uint32_t *codes, *glyphs; /* glyphs: 0 where the font's own map decides */
	size_t n, named;          /* characters read; glyphs named up to here */
	bool is_tangled;          /* glyphs and characters do not go one by one */
};

static bool number(struct bytes text, uint32_t *out)
{
	uint64_t v;
	struct err e;

	if (!decimal_u64(text_trim(text), UINT32_MAX, &v, &e))
		return false;
	*out = (uint32_t)v;
	return true;
}

/* "5 6 7" put for the characters from `at` on. */
static bool glyphs_put(struct object *ob, uint32_t at, uint32_t count, struct bytes text)
{
	for (text = text_trim(text); text.n; text = text_trim(text)) {
		size_t n = 0;

		while (n < text.n && !strchr(" \t\r\n", text.p[n]))
			n++;
		if (count-- == 0 || at >= CLOSED_CODES_MAX ||
			!number(bytes_head(text, n), &ob->glyphs[at]))
			return false;
		at++;
		if (at > ob->named)
			ob->named = at;
		text = bytes_from(text, n);
	}
	return count == 0;
}

static bool transform_read(struct closed_part *part, struct xml_reader *r,
	const struct xml_event *ev, struct object *ob, struct err *e)
{
	uint32_t at = 0, codes = 1, glyphs = 1;
	unsigned depth = ev->depth;
	struct xml_event child;
	struct bytes text;
	bool found = true;

	if (!xml_has(ev, "CodePosition", &text) || !number(text, &at) ||
		(xml_has(ev, "CodeCount", &text) && !number(text, &codes)) ||
		(xml_has(ev, "GlyphCount", &text) && !number(text, &glyphs)) ||
		codes != glyphs)
		ob->is_tangled = true;
	while (xml_child(r, depth, &child, &found, e) && found) {
		if (!xml_is(&child, "Glyphs"))
			continue;
		if (!xml_leaf(r, part->arena, &text, e))
			return false;
		if (!ob->is_tangled && !glyphs_put(ob, at, glyphs, text))
			ob->is_tangled = true;
	}
	return !found;
}

static bool codes_read(
	struct closed_part *part, struct xml_reader *r, struct object *ob, struct err *e)
{
	struct bytes text;

	if (!xml_leaf(r, part->arena, &text, e))
		return false;
	while (text.n) {
		if (ob->n == CLOSED_CODES_MAX)
			return err_set(e, ERR_TOO_LARGE,
				"a text object of more than %d characters",
				CLOSED_CODES_MAX);
		ob->codes[ob->n++] = utf8_next(&text);
	}
	return true;
}

/* White on what is a white page, or no ink at all. */
static bool is_unseen(const struct xml_event *ev)
{
	struct bytes value = {NULL, 0};

	return (xml_has(ev, "Value", &value) &&
		       bytes_equal(text_trim(value), BYTES("255 255 255"))) ||
	       (xml_has(ev, "Alpha", &value) &&
		       bytes_equal(text_trim(value), BYTES("0")));
}

static void compare(struct closed_work *w, struct closed_part *part, struct object *ob)
{
	const char *at = where(w, part);

	part->characters += ob->n;
	if (ob->is_tangled || ob->named > ob->n) {
		closed_found(w->c, CLOSED_NO_CHARACTER, at, "CGTransform");
		return;
	}
	if (!ob->font || !ob->font->font || !glyph_font_is_known(ob->font->font))
		return; /* said where the font is */
	for (size_t i = 0; i < ob->n; i++) {
		uint32_t glyph = ob->glyphs[i]
					 ? ob->glyphs[i]
					 : glyph_font_index(ob->font->font, ob->codes[i]);

		closed_compare(w->c, ob->font->font, glyph, ob->codes[i], at);
	}
}

static bool is_small(struct closed_part *part, struct bytes size)
{
	const char *box = arena_printf(part->arena, "0 0 0 %.*s",
		size.n < 32 ? (int)size.n : 32, (const char *)size.p);
	double v[4];
	struct err e;

	return !ofd_box_read(v, bytes_str(box), &e) || v[3] < SIZE_MIN_MM;
}

/* Where it stands and how it is painted. */
static void look_at_object(
	struct closed_work *w, struct closed_part *part, const struct xml_event *ev)
{
	struct bytes text = {NULL, 0};
	const double *page = part->box;
	double box[4];
	struct err e;

	if (xml_has(ev, "Boundary", &text) && ofd_box_read(box, text, &e) &&
		page[2] > 0 &&
		(box[0] >= page[0] + page[2] || box[1] >= page[1] + page[3] ||
			box[0] + box[2] <= page[0] || box[1] + box[3] <= page[1]))
		closed_found(w->c, CLOSED_OFF_PAGE, where(w, part), "TextObject");
	if (xml_has(ev, "Size", &text) && is_small(part, text_trim(text)))
		closed_found(w->c, CLOSED_TOO_SMALL, where(w, part),
			closed_printable(w, text));
	if (xml_has(ev, "Fill", &text) && bytes_equal(text_trim(text), BYTES("false")))
		closed_found(w->c, CLOSED_HIDDEN, where(w, part), "Fill");
}

bool closed_text(struct closed_work *w, struct closed_part *part, struct xml_reader *r,
	const struct xml_event *ev, struct err *e)
{
	struct object ob = {.codes = w->codes, .glyphs = w->glyphs};
	unsigned depth = ev->depth;
	struct bytes id = {NULL, 0};
	struct xml_event child;
	bool found = true;

	look_at_object(w, part, ev);
	(void)xml_has(ev, "Font", &id);
	ob.font = font_find(w, text_trim(id));
	if (!ob.font)
		closed_found(w->c, CLOSED_FONT_NOT_EMBEDDED, where(w, part),
			closed_printable(w, text_trim(id)));
	while (xml_child(r, depth, &child, &found, e) && found) {
		if (xml_is(&child, "FillColor") && is_unseen(&child))
			closed_found(w->c, CLOSED_HIDDEN, where(w, part), "FillColor");
		if (xml_is(&child, "CGTransform") &&
			!transform_read(part, r, &child, &ob, e))
			return false;
		if (xml_is(&child, "TextCode") && !codes_read(part, r, &ob, e))
			return false;
	}
	if (found)
		return false;
	compare(w, part, &ob);
	memset(w->glyphs, 0, sizeof *w->glyphs * ob.named);
	return true;
}
