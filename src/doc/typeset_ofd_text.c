/* typeset_ofd_text: runs of glyphs as text objects of OFD.
 * SPDX-License-Identifier: Apache-2.0
 *
 * A text object shows as many characters as glyphs, one each, on one line; a cluster of
 * another shape is an object of its own, so that no reader has to guess which distance
 * belongs to what. Characters stand in the order of reading; from right to left the
 * distances are negative.
 */
#include "base/text.h"
#include "doc/ofd_package.h"
#include "doc/typeset_ofd.h"
#include "doc/typeset_subset.h"

/* A stretch of a run that becomes one object. */
struct stretch {
	const struct page_run *run;
	size_t glyph, glyphs_n;
	struct bytes text;
	bool odd; /* a cluster that is not one character, one glyph */
};

bool ofdout_put_mm(struct buf *b, int um, struct err *e)
{
	unsigned size = um < 0 ? 0u - (unsigned)um : (unsigned)um;

	return ofdout_put(b, e, "%s%u.%03u", um < 0 ? "-" : "", size / 1000, size % 1000);
}

static size_t codes_count(struct bytes text)
{
	size_t n = 0;

	for (; text.n; n++)
		(void)utf8_next(&text);
	return n;
}

static bool deltas_put(struct buf *b, const struct stretch *s, struct err *e)
{
	const struct page_glyph *g = s->run->glyphs + s->glyph;

	if (s->glyphs_n < 2)
		return true;
	if (!ofdout_put(b, e, " DeltaX=\""))
		return false;
	for (size_t i = 0; i + 1 < s->glyphs_n; i++)
		if ((i && !buf_put(b, BYTES(" "), e)) ||
			!ofdout_put_mm(b, g[i + 1].x - g[i].x, e))
			return false;
	if (!ofdout_put(b, e, "\""))
		return false;
	for (size_t i = 0; i + 1 < s->glyphs_n; i++)
		if (g[i + 1].y != g[i].y)
			goto uneven;
	return true;
uneven:
	if (!ofdout_put(b, e, " DeltaY=\""))
		return false;
	for (size_t i = 0; i + 1 < s->glyphs_n; i++)
		if ((i && !buf_put(b, BYTES(" "), e)) ||
			!ofdout_put_mm(b, g[i + 1].y - g[i].y, e))
			return false;
	return ofdout_put(b, e, "\"");
}

static bool transform_put(struct ofdout_texts *o, const struct stretch *s, size_t from,
	size_t codes, size_t glyphs, struct err *e)
{
	const struct subset *font = &o->fonts[s->run->font];

	if (!ofdout_put(o->page, e,
		    "<ofd:CGTransform CodePosition=\"%zu\" CodeCount=\"%zu\" "
		    "GlyphCount=\"%zu\"><ofd:Glyphs>",
		    from, codes, glyphs))
		return false;
	for (size_t i = 0; i < glyphs; i++)
		if (!ofdout_put(o->page, e, "%s%u", i ? " " : "",
			    subset_glyph(font, s->run->glyphs[s->glyph + from + i].id)))
			return false;
	return ofdout_put(o->page, e, "</ofd:Glyphs></ofd:CGTransform>");
}

/* Where the font's own map would show another glyph, the glyph is said. */
static bool transforms_put(struct ofdout_texts *o, const struct stretch *s, struct err *e)
{
	const struct subset *font = &o->fonts[s->run->font];
	struct bytes text = s->text;
	size_t from = 0, at = 0;

	if (s->odd)
		return transform_put(o, s, 0, codes_count(s->text), s->glyphs_n, e);
	for (; at < s->glyphs_n; at++) {
		uint32_t code = utf8_next(&text);
		uint32_t glyph = subset_glyph(font, s->run->glyphs[s->glyph + at].id);

		if (subset_nominal(font, code) != glyph)
			continue;
		if (at > from && !transform_put(o, s, from, at - from, at - from, e))
			return false;
		from = at + 1;
	}
	return at <= from || transform_put(o, s, from, at - from, at - from, e);
}

/* The box of the glyphs from their origins to the next one's, a line high. */
static struct page_box stretch_box(const struct stretch *s)
{
	const struct page_run *run = s->run;
	const struct page_glyph *g = run->glyphs + s->glyph;
	int left = g[0].x, top = g[0].y;
	int right = left, bottom = top;
	bool last = s->glyph + s->glyphs_n == run->glyphs_n;

	for (size_t i = 1; i < s->glyphs_n; i++) {
		left = g[i].x < left ? g[i].x : left;
		right = g[i].x > right ? g[i].x : right;
		top = g[i].y < top ? g[i].y : top;
		bottom = g[i].y > bottom ? g[i].y : bottom;
	}
	if (last && run->rightward && run->x + run->width > right)
		right = run->x + run->width;
	else
		right += run->size;
	top -= run->size * ASCENT_PERCENT / 100;
	bottom += run->size * 37 / 100;
	return (struct page_box){left, top, right - left, bottom - top};
}

static bool stretch_put(struct ofdout_texts *o, const struct stretch *s, struct err *e)
{
	struct buf *b = o->page;
	struct page_box box = stretch_box(s);
	const struct page_glyph *first = s->run->glyphs + s->glyph;

	return ofdout_put(b, e, "<ofd:TextObject ID=\"%u\" Boundary=\"", ++*o->id) &&
	       ofdout_put_mm(b, box.x, e) && ofdout_put(b, e, " ") &&
	       ofdout_put_mm(b, box.y, e) && ofdout_put(b, e, " ") &&
	       ofdout_put_mm(b, box.w, e) && ofdout_put(b, e, " ") &&
	       ofdout_put_mm(b, box.h, e) &&
	       ofdout_put(b, e, "\" Font=\"%u\" Size=\"", o->font_ids[s->run->font]) &&
	       ofdout_put_mm(b, s->run->size, e) && ofdout_put(b, e, "\">") &&
	       transforms_put(o, s, e) && ofdout_put(b, e, "<ofd:TextCode X=\"") &&
	       ofdout_put_mm(b, first->x - box.x, e) && ofdout_put(b, e, "\" Y=\"") &&
	       ofdout_put_mm(b, first->y - box.y, e) && ofdout_put(b, e, "\"") &&
	       deltas_put(b, s, e) && ofdout_put(b, e, ">") &&
	       xml_escape(b, s->text, e) &&
	       ofdout_put(b, e, "</ofd:TextCode></ofd:TextObject>\n");
}

/* Blanks at the ends of an object show nothing, and readers of XML drop them. */
static void stretch_trim(struct stretch *s)
{
	while (!s->odd && s->text.n && s->text.p[0] == ' ') {
		s->text = bytes_from(s->text, 1);
		s->glyph++;
		s->glyphs_n--;
	}
	while (!s->odd && s->text.n && s->text.p[s->text.n - 1] == ' ') {
		s->text = bytes_head(s->text, s->text.n - 1);
		s->glyphs_n--;
	}
}

bool ofdout_put_run(struct ofdout_texts *o, const struct page_run *run, struct err *e)
{
	size_t glyph = 0, text = 0, i = 0;

	while (i < run->clusters_n) {
		struct stretch s = {.run = run, .glyph = glyph};
		size_t from = text;

		do {
			const struct page_cluster *c = &run->clusters[i];
			struct bytes own = bytes_make(run->text.p + text, c->text_n);
			bool odd = c->glyphs_n != 1 || codes_count(own) != 1;

			if (odd && s.glyphs_n)
				break;
			s.odd = odd;
			s.glyphs_n += c->glyphs_n;
			glyph += c->glyphs_n;
			text += c->text_n;
			i++;
		} while (i < run->clusters_n && !s.odd);
		s.text = bytes_make(run->text.p + from, text - from);
		stretch_trim(&s);
		if (s.glyphs_n && !stretch_put(o, &s, e))
			return false;
	}
	return true;
}
