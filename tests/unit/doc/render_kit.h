/* render_kit: small OFD pages made for tests, drawn, and looked at pixel by pixel.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef QY_TESTS_RENDER_KIT_H
#define QY_TESTS_RENDER_KIT_H

#include "doc/render.h"
#include "doc/zip_write.h"
#include "unit.h"

enum { FILE_MAX = 8 << 20 };

/* A page of 100 × 60 mm at 254 dpi: ten pixels a millimetre. */
#define DPI 254

struct part {
	const char *name;
	struct bytes data;
};

/* What is on a page, and what it takes from resources. */
struct paper {
	const char *content;   /* inside a Layer */
	const char *resources; /* inside Res */
	const char *page;      /* instead of Content, in front of it */
	const char *common;    /* more of CommonData */
	const char *document;  /* more of Document */
	struct part parts[4];
};

static inline void put(struct zip_writer *w, const char *name, const char *text)
{
	struct err e;

	assert_true(zip_add(w, bytes_str(name), bytes_str(text), true, &e));
}

static inline const char *or_none(const char *s)
{
	return s ? s : "";
}

static inline void paper_make(struct arena *a, struct buf *to, const struct paper *p)
{
	AUTO(zip_writer) w = zip_writer_new(sink_to_buf(to));
	struct err e;

	put(w, "OFD.xml",
		"<OFD><DocBody><DocInfo><DocID>07</DocID></DocInfo>"
		"<DocRoot>D/Document.xml</DocRoot></DocBody></OFD>");
	put(w, "D/Document.xml",
		arena_printf(a,
			"<Document><CommonData><PageArea><PhysicalBox>0 0 100 60"
			"</PhysicalBox></PageArea><PublicRes>Res.xml</PublicRes>%s"
			"</CommonData><Pages><Page ID='1' BaseLoc='P.xml'/></Pages>%s"
			"</Document>",
			or_none(p->common), or_none(p->document)));
	put(w, "D/Res.xml",
		arena_printf(a, "<Res BaseLoc='R'>%s</Res>", or_none(p->resources)));
	put(w, "D/P.xml",
		arena_printf(a,
			"<Page>%s<Content><Layer ID='2'>%s</Layer></Content></Page>",
			or_none(p->page), or_none(p->content)));
	for (size_t i = 0; i < 4 && p->parts[i].name; i++)
		assert_true(zip_add(
			w, bytes_str(p->parts[i].name), p->parts[i].data, true, &e));
	assert_true(zip_finish(w, &e));
}

static inline bool paper_draw(struct arena *a, const struct paper *p,
	struct picture_pixels *px, struct render_counts *counts, struct err *e)
{
	AUTO_BUF file = buf_make(FILE_MAX);
	AUTO(source) s = NULL;
	AUTO(ofd) o = NULL;
	AUTO(render) r = NULL;
	struct render_options options = {.dpi = DPI};

	paper_make(a, &file, p);
	s = source_of_bytes(buf_bytes(&file));
	*counts = (struct render_counts){0};
	if (!ofd_open(&o, s, e) || !render_open(&r, o, e))
		fail_msg("%s", e->text);
	return render_pixels(r, 0, &options, a, px, counts, e);
}

/* Draws what must draw whole. */
static inline struct picture_pixels shown(struct arena *a, const struct paper *p)
{
	struct render_counts counts;
	struct picture_pixels px = {0};
	struct err e;

	if (!paper_draw(a, p, &px, &counts, &e))
		fail_msg("%s", e.text);
	if (!render_is_whole(&counts) || counts.note_count)
		fail_msg("not whole: %s", counts.note_count ? counts.notes[0] : "?");
	assert_int_equal(px.w, 1000);
	assert_int_equal(px.h, 600);
	return px;
}

static inline struct picture_pixels shown_content(struct arena *a, const char *content)
{
	return shown(a, &(struct paper){.content = content});
}

static inline uint32_t at(const struct picture_pixels *px, double x_mm, double y_mm)
{
	return px->data[(size_t)(y_mm * 10) * (px->stride / 4) + (size_t)(x_mm * 10)];
}

#define RED   0xffff0000
#define BLUE  0xff0000ff
#define GREEN 0xff00ff00
#define BLACK 0xff000000
#define WHITE 0xffffffff

#define assert_pixel(px, x, y, want)                                          \
	do {                                                                  \
		uint32_t got_ = at((px), (x), (y));                           \
		if (got_ != (want))                                           \
			fail_msg("at %g, %g mm: %08x, not %08x", (double)(x), \
				(double)(y), got_, (unsigned)(want));         \
	} while (0)

/* How many pixels of a rectangle in whole mm are not white. */
static inline size_t ink(
	const struct picture_pixels *px, unsigned x, unsigned y, unsigned w, unsigned h)
{
	size_t n = 0;

	for (unsigned yy = y * 10; yy < (y + h) * 10; yy++)
		for (unsigned xx = x * 10; xx < (x + w) * 10; xx++)
			n += px->data[(size_t)yy * (px->stride / 4) + xx] != WHITE;
	return n;
}

#define FILLED(boundary, more, colour, data)                                          \
	"<PathObject ID='5' Boundary='" boundary "' Stroke='false' Fill='true' " more \
	"><FillColor Value='" colour "'/><AbbreviatedData>" data                      \
	"</AbbreviatedData></PathObject>"
#define SQUARE(boundary, more, colour) \
	FILLED(boundary, more, colour, "M 0 0 L 10 0 L 10 10 L 0 10 C")

#endif
