/* closed_pdf_font: the fonts of a PDF: embedded, known here, and drawing what their
 * ToUnicode map says. SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "base/text.h"
#include "doc/closed_pdf.h"

enum { FONTS_MAX = 500, CMAP_MAX = 4 << 20, CODES = 256, CID_MAP_MAX = 131072 };

struct closed_pdf_font {
	uint32_t num; /* of the object; 0: written in place */
	struct glyph_font *font;
	struct closed_text_map *text;
	bool is_wide;             /* Type0: codes of two octets */
	bool is_outline_by_cid;   /* CIDFontType0 */
	struct bytes cid_to_gid;  /* CIDFontType2: pairs of octets; empty: identity */
	const char *names[CODES]; /* simple: glyph names of Differences */
	bool is_looked_at;        /* its glyphs can be compared */
};

/* A font as it is being opened. */
struct opening {
	struct closed_pdf *w;
	struct closed_pdf_font *f;
	const char *where, *name;
};

static bool refuse(
	struct opening *o, enum closed_kind kind, const char *where, const char *what)
{
	closed_found(o->w->c, kind, where, what);
	return false;
}

/* "ABCDEF+Name" without the tag of the subset. */
static const char *base_name(struct closed_pdf *w, struct bytes name)
{
	if (name.n > 7 && name.p[6] == '+')
		name = bytes_from(name, 7);
	return arena_str(w->c->arena, name);
}

static bool get(struct opening *o, const struct pdf_value *dict, const char *key,
	struct pdf_value *out)
{
	struct err e;

	return pdf_get(o->w->p, o->w->c->arena, dict, key, out, &e);
}

static bool font_file(
	struct opening *o, const struct pdf_value *descriptor, struct pdf_value *out)
{
	static const char *const keys[] = {"FontFile2", "FontFile3", "FontFile"};

	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
		if (get(o, descriptor, keys[i], out) && pdf_is(out, PDF_STREAM))
			return true;
	return false;
}

static bool open_file(struct opening *o, const struct pdf_value *dict)
{
	struct pdf_value descriptor, stream;
	struct bytes file;
	struct err e;

	//= Protocols §3: fonts embedded
	if (!get(o, dict, "FontDescriptor", &descriptor) ||
		!font_file(o, &descriptor, &stream))
		return refuse(o, CLOSED_FONT_NOT_EMBEDDED, o->where, o->name);
	if (!pdf_slurp(o->w->p, o->w->c->arena, &stream, GLYPH_FONT_MAX, &file, &e) ||
		!glyph_font_open(&o->f->font, o->w->book, file, o->name, &e))
		return refuse(o, CLOSED_FONT_UNREADABLE, o->name, e.text);
	if (!glyph_font_is_known(o->f->font))
		return refuse(o, CLOSED_FONT_UNKNOWN, o->where, o->name);
	return true;
}

static bool open_text(struct opening *o, const struct pdf_value *dict)
{
	struct pdf_value stream;
	struct bytes cmap;
	struct err e;

	if (get(o, dict, "ToUnicode", &stream) && pdf_is(&stream, PDF_STREAM) &&
		pdf_slurp(o->w->p, o->w->c->arena, &stream, CMAP_MAX, &cmap, &e))
		o->f->text = closed_text_map_read(o->w->c->arena, cmap);
	return o->f->text ||
	       refuse(o, CLOSED_NO_CHARACTER, o->where,
		       arena_printf(o->w->c->arena, "%s ToUnicode", o->name));
}

static bool open_wide(struct opening *o, const struct pdf_value *dict)
{
	struct pdf_value encoding, list, inner, map, subtype;
	struct err e;

	o->f->is_wide = true;
	if (!get(o, dict, "Encoding", &encoding) || !pdf_is_name(&encoding, "Identity-H"))
		return refuse(o, CLOSED_NO_CHARACTER, o->where,
			arena_printf(o->w->c->arena, "%s Encoding", o->name));
	if (!get(o, dict, "DescendantFonts", &list) || !pdf_is(&list, PDF_ARRAY) ||
		list.count != 1 ||
		!pdf_resolve(o->w->p, o->w->c->arena, &list.items[0], &inner, &e) ||
		!get(o, &inner, "Subtype", &subtype))
		return refuse(o, CLOSED_FONT_UNREADABLE, o->name, "DescendantFonts");
	o->f->is_outline_by_cid = pdf_is_name(&subtype, "CIDFontType0");
	if (get(o, &inner, "CIDToGIDMap", &map) && pdf_is(&map, PDF_STREAM) &&
		!pdf_slurp(o->w->p, o->w->c->arena, &map, CID_MAP_MAX, &o->f->cid_to_gid,
			&e))
		return refuse(o, CLOSED_FONT_UNREADABLE, o->name, "CIDToGIDMap");
	return open_file(o, &inner);
}

/* [1 /a /b 60 /c]: names of glyphs from a code on. */
static void read_differences(struct opening *o, const struct pdf_value *list)
{
	int64_t code = 0;

	for (uint32_t i = 0; i < list->count; i++) {
		const struct pdf_value *v = &list->items[i];

		if (pdf_is(v, PDF_INT))
			code = v->integer;
		if (!pdf_is(v, PDF_NAME))
			continue;
		if (code >= 0 && code < CODES)
			o->f->names[code] = arena_str(o->w->c->arena, v->octets);
		code++;
	}
}

static bool open_simple(struct opening *o, const struct pdf_value *dict)
{
	struct pdf_value encoding, differences;

	if (get(o, dict, "Encoding", &encoding) && pdf_is_dict(&encoding) &&
		get(o, &encoding, "Differences", &differences) &&
		pdf_is(&differences, PDF_ARRAY))
		read_differences(o, &differences);
	return open_file(o, dict);
}

static bool open_font(struct opening *o, const struct pdf_value *dict)
{
	struct pdf_value subtype, name;

	if (!get(o, dict, "Subtype", &subtype) || !get(o, dict, "BaseFont", &name))
		return refuse(o, CLOSED_FONT_UNREADABLE, o->where, "");
	o->name = pdf_is(&name, PDF_NAME) ? base_name(o->w, name.octets) : "Type3";
	/* Glyphs that are programs of the page, of a font nobody else has. */
	if (pdf_is_name(&subtype, "Type3"))
		return refuse(o, CLOSED_FONT_UNKNOWN, o->where, o->name);
	if (!(pdf_is_name(&subtype, "Type0") ? open_wide(o, dict) : open_simple(o, dict)))
		return false;
	return open_text(o, dict);
}

const struct closed_pdf_font *closed_pdf_font(
	struct closed_pdf *w, const struct pdf_value *resource, const char *where)
{
	uint32_t num = pdf_is(resource, PDF_REF) ? resource->num : 0;
	struct opening o = {.w = w, .where = where, .name = ""};
	struct pdf_value dict;
	struct err e;

	for (size_t i = 0; num && i < w->font_count; i++)
		if (w->fonts[i].num == num)
			return w->fonts[i].is_looked_at ? &w->fonts[i] : NULL;
	if (!w->fonts)
		w->fonts = ARENA_ARRAY(w->c->arena, FONTS_MAX, struct closed_pdf_font);
	if (w->font_count == FONTS_MAX ||
		!pdf_resolve(w->p, w->c->arena, resource, &dict, &e)) {
		closed_found(w->c, CLOSED_FONT_UNREADABLE, where, "");
		return NULL;
	}
	if (num && closed_pdf_is_rewritten(w, num))
		closed_found(w->c, CLOSED_OLD_VERSIONS, where, "Font");
	o.f = &w->fonts[w->font_count++];
	o.f->num = num;
	o.f->is_looked_at = open_font(&o, &dict);
	return o.f->is_looked_at ? o.f : NULL;
}

void closed_pdf_fonts_free(struct closed_pdf *w)
{
	for (size_t i = 0; i < w->font_count; i++)
		glyph_font_free(w->fonts[i].font);
}

/* --- what is shown --------------------------------------------------------------------
 */

static uint32_t glyph_of(const struct closed_pdf_font *f, uint32_t code, uint32_t text)
{
	uint32_t glyph;

	if (!f->is_wide) {
		if (f->names[code])
			return glyph_font_by_name(f->font, f->names[code]);
		glyph = glyph_font_by_octet(f->font, (uint8_t)code);
		return glyph ? glyph : glyph_font_index(f->font, text);
	}
	if (f->is_outline_by_cid)
		return glyph_font_by_cid(f->font, code);
	if (!f->cid_to_gid.n)
		return code;
	if (code * 2 + 1 >= f->cid_to_gid.n)
		return 0;
	return (uint32_t)f->cid_to_gid.p[code * 2] << 8 | f->cid_to_gid.p[code * 2 + 1];
}

static void compare(struct closed_pdf *w, const struct closed_pdf_font *f, uint32_t code,
	const char *where)
{
	uint32_t text = closed_text_of(f->text, code);

	if (!text) {
		closed_found(w->c, CLOSED_NO_CHARACTER, where,
			arena_printf(w->c->arena, "<%04X>", (unsigned)code));
		return;
	}
	closed_compare(w->c, f->font, glyph_of(f, code, text), text, where);
}

size_t closed_pdf_show(struct closed_pdf *w, const struct closed_pdf_font *f,
	struct bytes string, const char *where)
{
	size_t step = f->is_wide ? 2 : 1, n = 0;

	if (string.n % step)
		closed_found(w->c, CLOSED_NO_CHARACTER, where, "");
	for (; string.n >= step; string = bytes_from(string, step), n++)
		compare(w, f,
			step == 2 ? (uint32_t)string.p[0] << 8 | string.p[1]
				  : string.p[0],
			where);
	return n;
}
