/* typeset_pdf_font: embedded subsets, their widths and what their glyphs stand for.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <hb-ot.h>

#include "base/reader.h"
#include "base/text.h"
#include "doc/typeset_pdf.h"

enum { NAME_MAX_OCTETS = 64, MAP_CHUNK = 100, CMAP_MAX = 64 << 20, BBOX_AT = 36 };

/* The text of each glyph, from the clusters it stands in alone: the first one counts, and
 * where another is meant the content says so itself. */
static void run_note(struct pdfout *p, const struct page_run *run)
{
	struct bytes text = run->text;
	const struct page_glyph *g = run->glyphs;

	for (size_t i = 0; i < run->clusters_n; i++) {
		const struct page_cluster *c = &run->clusters[i];

		if (c->glyphs_n == 1) {
			uint32_t glyph = subset_glyph(&p->fonts[run->font], g->id);

			if (!p->texts[run->font][glyph].n)
				p->texts[run->font][glyph] = bytes_head(text, c->text_n);
		}
		g += c->glyphs_n;
		text = bytes_from(text, c->text_n);
	}
}

static void texts_note(struct pdfout *p)
{
	const struct typeset *t = p->t;

	p->texts = ARENA_ARRAY(p->arena, t->fonts_n, struct bytes *);
	for (size_t i = 0; i < t->fonts_n; i++)
		p->texts[i] =
			ARENA_ARRAY(p->arena, p->fonts[i].glyphs_n + 1, struct bytes);
	for (size_t i = 0; i < t->pages_n; i++)
		for (size_t k = 0; k < t->pages[i].n; k++)
			if (t->pages[i].objects[k].kind == PAGE_RUN)
				run_note(p, &t->pages[i].objects[k].run);
}

/* "QDXKBA+NotoSerifCJKsc-Regular": a tag made of the subset's octets. */
static const char *font_name(struct pdfout *p, const struct subset *s)
{
	char name[NAME_MAX_OCTETS] = "";
	unsigned n = sizeof name;
	uint64_t hash = UINT64_C(14695981039346656037);
	char tag[7] = "";

	(void)hb_ot_name_get_utf8(s->face, HB_OT_NAME_ID_POSTSCRIPT_NAME,
		hb_language_from_string("en", -1), &n, name);
	for (char *c = name; *c; c++)
		if (!((*c | 32) >= 'a' && (*c | 32) <= 'z') &&
			!(*c >= '0' && *c <= '9') && *c != '-')
			*c = '-';
	for (size_t i = 0; i < s->file.n; i++)
		hash = (hash ^ s->file.p[i]) * UINT64_C(1099511628211);
	for (size_t i = 0; i < 6; i++, hash /= 26)
		tag[i] = (char)('A' + hash % 26);
	return arena_printf(p->arena, "%s+%s", tag, name[0] ? name : "Font");
}

static int em_share(const struct subset *s, int64_t units)
{
	return (int)(units * 1000 / (int)s->upem);
}

static bool descriptor_put(struct pdfout *p, const struct subset *s, const char *name,
	unsigned n, unsigned file, struct err *e)
{
	hb_blob_t *head = hb_face_reference_table(s->face, HB_TAG('h', 'e', 'a', 'd'));
	hb_font_extents_t extents = {0};
	unsigned length;
	const char *octets = hb_blob_get_data(head, &length);
	struct reader r = reader_of(bytes_from(bytes_make(octets, length), BBOX_AT));
	int box[4];

	for (size_t i = 0; i < 4; i++)
		box[i] = em_share(s, (int16_t)read_be16(&r));
	hb_blob_destroy(head);
	(void)hb_font_get_h_extents(s->font, &extents);
	return pdfout_put(p, e,
		       "<< /Type /FontDescriptor /FontName /%s /Flags 4 /FontBBox [ %d "
		       "%d "
		       "%d %d ] /ItalicAngle 0 /Ascent %d /Descent %d /CapHeight %d "
		       "/StemV "
		       "80 /%s %u 0 R >>",
		       name, box[0], box[1], box[2], box[3],
		       em_share(s, extents.ascender), em_share(s, extents.descender),
		       em_share(s, extents.ascender),
		       s->cff.n ? "FontFile3" : "FontFile2", file) &&
	       pdfout_object(p, n, e);
}

static bool widths_put(struct pdfout *p, const struct subset *s, struct err *e)
{
	if (!pdfout_put(p, e, " /DW 1000 /W ["))
		return false;
	for (unsigned i = 0; i < s->glyphs_n; i++) {
		int advance = subset_advance(s, i);

		if (advance != 1000 &&
			!pdfout_put(p, e, " %u [%d]", subset_cid(s, i), advance))
			return false;
	}
	return pdfout_put(p, e, " ]");
}

static bool descendant_put(struct pdfout *p, const struct subset *s, const char *name,
	unsigned n, unsigned descriptor, struct err *e)
{
	return pdfout_put(p, e,
		       "<< /Type /Font /Subtype /CIDFontType%d /BaseFont /%s "
		       "/CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) "
		       "/Supplement 0 >> /FontDescriptor %u 0 R%s",
		       s->cff.n ? 0 : 2, name, descriptor,
		       s->cff.n ? "" : " /CIDToGIDMap /Identity") &&
	       widths_put(p, s, e) && pdfout_put(p, e, " >>") && pdfout_object(p, n, e);
}

static bool map_line_put(struct pdfout *p, unsigned cid, struct bytes text, struct err *e)
{
	if (!pdfout_put(p, e, "<%04X> <", cid))
		return false;
	while (text.n) {
		uint32_t c = utf8_next(&text);
		bool good = c < 0x10000 ? pdfout_put(p, e, "%04X", c)
					: pdfout_put(p, e, "%04X%04X",
						  0xd800 + ((c - 0x10000) >> 10),
						  0xdc00 + ((c - 0x10000) & 0x3ff));

		if (!good)
			return false;
	}
	return pdfout_put(p, e, ">\n");
}

/* What each glyph stands for, made in p->work and written as a stream. */
static bool map_put(struct pdfout *p, size_t font, unsigned n, struct err *e)
{
	const struct subset *s = &p->fonts[font];
	AUTO_BUF map = buf_make(CMAP_MAX);
	size_t lines = 0, done = 0;
	struct buf kept = p->work;
	bool good;

	for (unsigned i = 0; i < s->glyphs_n; i++)
		lines += p->texts[font][i].n > 0;
	p->work = map;
	good = pdfout_put(p, e,
		"/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n"
		"/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> "
		"def\n"
		"/CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n"
		"1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n");
	for (unsigned i = 0; good && i < s->glyphs_n; i++) {
		if (!p->texts[font][i].n)
			continue;
		if (done % MAP_CHUNK == 0)
			good = pdfout_put(p, e, "%zu beginbfchar\n",
				lines - done < MAP_CHUNK ? lines - done : MAP_CHUNK);
		good = good && map_line_put(p, subset_cid(s, i), p->texts[font][i], e);
		if (++done % MAP_CHUNK == 0 || done == lines)
			good = good && pdfout_put(p, e, "endbfchar\n");
	}
	good = good && pdfout_put(p, e,
			       "endcmap\nCMapName currentdict /CMap defineresource pop\n"
			       "end\nend\n");
	map = p->work;
	p->work = kept;
	return good && pdfout_stream(p, n, "/Type /CMap /CMapName /Adobe-Identity-UCS",
			       buf_bytes(&map), e);
}

static bool font_put(struct pdfout *p, size_t i, struct err *e)
{
	const struct subset *s = &p->fonts[i];
	const char *name = font_name(p, s), *dict;
	unsigned file = pdfout_number(p), descriptor = pdfout_number(p),
		 descendant = pdfout_number(p), map = pdfout_number(p);

	p->font_ids[i] = pdfout_number(p);
	dict = s->cff.n ? "/Subtype /CIDFontType0C"
			: arena_printf(p->arena, "/Length1 %zu", s->file.n);
	return pdfout_stream(p, file, dict, s->cff.n ? s->cff : s->file, e) &&
	       descriptor_put(p, s, name, descriptor, file, e) &&
	       descendant_put(p, s, name, descendant, descriptor, e) &&
	       map_put(p, i, map, e) &&
	       pdfout_put(p, e,
		       "<< /Type /Font /Subtype /Type0 /BaseFont /%s /Encoding "
		       "/Identity-H "
		       "/DescendantFonts [ %u 0 R ] /ToUnicode %u 0 R >>",
		       name, descendant, map) &&
	       pdfout_object(p, p->font_ids[i], e);
}

bool pdfout_fonts_put(struct pdfout *p, struct err *e)
{
	p->font_ids = ARENA_ARRAY(p->arena, p->t->fonts_n, unsigned);
	texts_note(p);
	for (size_t i = 0; i < p->t->fonts_n; i++)
		if (p->fonts[i].file.n && !font_put(p, i, e))
			return err_in(e, "font %s", p->t->fonts[i].family);
	return true;
}
