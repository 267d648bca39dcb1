/* OFD rendering: the first octet chooses. P: a package; <: one XML text as page,
 * resources and annotations of a package; else a picture. Everything ends, and what is
 * drawn adds up.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdlib.h>

#include "doc/render.h"
#include "doc/zip_write.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

enum { PAGES_TRIED = 3 };

static void demand(bool holds)
{
	if (!holds)
		abort();
}

static bool adds_up(const struct render_tally *t)
{
	return t->present >= t->hidden && t->drawn + t->hidden + t->failed <= t->present;
}

static void try_package(struct bytes b)
{
	AUTO(source) s = source_of_bytes(b);
	AUTO(ofd) o = NULL;
	AUTO(render) r = NULL;
	struct render_options options = {.dpi = 20};
	struct err e = {0};

	if (!ofd_open(&o, s, &e) || !render_open(&r, o, &e))
		return;
	for (size_t i = 0; i < render_pages_n(r) && i < PAGES_TRIED; i++) {
		AUTO(arena) a = arena_new();
		struct render_counts counts = {0};
		struct picture_pixels px;
		double w, h;

		if (!render_page_size(r, i, &w, &h, &e)) {
			demand(e.code != ERR_NONE && e.text[0]);
			continue;
		}
		if (w * h > 1e6)
			continue;
		if (!render_pixels(r, i, &options, a, &px, &counts, &e)) {
			demand(e.code != ERR_NONE && e.text[0]);
			continue;
		}
		demand(px.w >= 1 && px.h >= 1 && px.stride >= (size_t)px.w * 4);
		demand(adds_up(&counts.text) && adds_up(&counts.path));
		demand(adds_up(&counts.image) && adds_up(&counts.composite));
		demand(adds_up(&counts.annotation) && adds_up(&counts.stamp));
	}
}

static bool add(struct zip_writer *w, const char *name, struct bytes data)
{
	struct err e;

	return zip_add(w, bytes_str(name), data, false, &e);
}

/* The same octets as every part a page is made of. */
static void try_part(struct bytes part)
{
	AUTO_BUF b = buf_make(1 << 20);
	AUTO(zip_writer) w = zip_writer_new(sink_to_buf(&b));
	struct err e;

	if (part.n <= 65536 &&
		add(w, "OFD.xml",
			BYTES("<OFD><DocBody><DocRoot>D.xml</DocRoot></DocBody></"
			      "OFD>")) &&
		add(w, "D.xml",
			BYTES("<Document><CommonData><PageArea><PhysicalBox>0 0 100 60"
			      "</PhysicalBox></PageArea><PublicRes>R.xml</PublicRes>"
			      "</CommonData><Pages><Page ID='1' BaseLoc='P.xml'/></Pages>"
			      "<Annotations>L.xml</Annotations></Document>")) &&
		add(w, "L.xml",
			BYTES("<Annotations><Page PageID='1'><FileLoc>A.xml</FileLoc>"
			      "</Page></Annotations>")) &&
		add(w, "P.xml", part) && add(w, "R.xml", part) && add(w, "A.xml", part) &&
		zip_finish(w, &e))
		try_package(buf_bytes(&b));
}

static void try_picture(struct bytes b)
{
	AUTO(arena) a = arena_new();
	struct picture_pixels px;
	struct err e = {0};

	/* Those two run programs and libraries of others, which have fuzzers of their
	 * own. */
	if (picture_type_of(b) == PICTURE_SVG || picture_type_of(b) == PICTURE_JBIG2)
		return;
	if (picture_decode(a, b, 50, 50, &px, &e))
		demand((uint64_t)px.w * px.h <= PICTURE_PIXELS_MAX);
	else
		demand(e.code != ERR_NONE && e.text[0]);
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct bytes b = bytes_make(p, n);

	if (n && p[0] == 'P')
		try_package(b);
	else if (n && p[0] == '<')
		try_part(b);
	else
		try_picture(b);
	return 0;
}
