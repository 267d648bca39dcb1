/* poppler_print: see poppler_print.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "doc/poppler_print.h"

#include <math.h>
#include <string.h>

#include "base/text.h"
#include "doc/render_value.h"
#include "doc/xml.h"

#define MM_PER_POINT (25.4 / 72)
#define POINTS_MAX   1e5 /* a side of a page */

static bool line_next(struct bytes *text, struct bytes *line)
{
	size_t n;

	if (!text->n)
		return false;
	n = bytes_find(*text, BYTES("\n"));
	*line = bytes_head(*text, n);
	*text = bytes_from(*text, n == SIZE_MAX ? text->n : n + 1);
	return true;
}

static bool token_is(struct bytes *line, const char *word)
{
	struct bytes token;

	return value_token(line, &token) && bytes_equal(token, bytes_str(word));
}

static bool pages_count(struct bytes text, size_t *out)
{
	struct bytes line;
	int v;

	*out = 0;
	while (line_next(&text, &line)) {
		struct bytes token;

		if (token_is(&line, "Pages:") && value_token(&line, &token) &&
			value_int(token, &v) && v > 0)
			*out = (size_t)v;
	}
	return *out > 0;
}

/* "Page    3 size:  595.32 x 841.92 pts (A4)" and "Page    3 rot:   90". */
static void size_take(struct bytes line, struct poppler_page_size *sizes, size_t n)
{
	struct bytes token;
	double w, h;
	int page, turn;

	if (!token_is(&line, "Page") || !value_token(&line, &token) ||
		!value_int(token, &page) || page < 1 || (size_t)page > n ||
		!value_token(&line, &token))
		return;
	if (bytes_equal(token, BYTES("size:"))) {
		if (value_next(&line, &w) && token_is(&line, "x") &&
			value_next(&line, &h) && w > 0 && h > 0 && w < POINTS_MAX &&
			h < POINTS_MAX)
			sizes[page - 1] = (struct poppler_page_size){
				w * MM_PER_POINT, h * MM_PER_POINT};
	} else if (bytes_equal(token, BYTES("rot:")) && value_token(&line, &token) &&
		   value_int(token, &turn) && (turn == 90 || turn == 270)) {
		w = sizes[page - 1].width_mm;
		sizes[page - 1].width_mm = sizes[page - 1].height_mm;
		sizes[page - 1].height_mm = w;
	}
}

bool print_sizes(struct arena *a, struct bytes text, struct poppler_page_size **out,
	size_t *n, struct err *e)
{
	struct poppler_page_size *sizes;
	struct bytes rest = text, line;
	size_t count;

	if (!pages_count(text, &count))
		return err_set(e, ERR_MALFORMED, "a PDF without pages");
	if (count > POPPLER_PAGES_MAX)
		return err_set(e, ERR_TOO_LARGE, "%zu pages", count);
	sizes = ARENA_ARRAY(a, count, struct poppler_page_size);
	while (line_next(&rest, &line))
		size_take(line, sizes, count);
	for (size_t i = 0; i < count; i++)
		if (!(sizes[i].width_mm > 0))
			return err_set(e, ERR_MALFORMED, "page %zu has no size", i + 1);
	*out = sizes;
	*n = count;
	return true;
}

static bool attr_mm(const struct xml_event *ev, const char *name, double *out)
{
	struct bytes value;

	if (!xml_has(ev, name, &value) || !value_number(value, out))
		return false;
	*out *= MM_PER_POINT;
	return true;
}

static bool word_add(struct arena *a, struct print_words *w, const struct poppler_word *v,
	struct err *e)
{
	struct poppler_word *grown;

	if (w->count == POPPLER_WORDS_MAX)
		return err_set(e, ERR_TOO_LARGE, "more than %d words", POPPLER_WORDS_MAX);
	if (w->count == w->cap) {
		w->cap = w->cap ? w->cap * 2 : 256;
		grown = ARENA_ARRAY(a, w->cap, struct poppler_word);
		for (size_t i = 0; i < w->count; i++)
			grown[i] = w->words[i];
		w->words = grown;
	}
	w->words[w->count++] = *v;
	return true;
}

static bool word_take(struct arena *a, struct xml_reader *r, const struct xml_event *ev,
	unsigned page, struct print_words *w, struct err *e)
{
	struct poppler_word v = {.page = page};
	double x1, y1;
	bool whole = attr_mm(ev, "xMin", &v.x) && attr_mm(ev, "yMin", &v.y) &&
		     attr_mm(ev, "xMax", &x1) && attr_mm(ev, "yMax", &y1);

	if (!xml_leaf(r, a, &v.text, e))
		return false;
	/* Text can stand anywhere, also where no number reaches: nobody sees it. */
	if (!whole || v.text.n == 0)
		return true;
	v.w = x1 - v.x;
	v.h = y1 - v.y;
	return word_add(a, w, &v, e);
}

/* <doc> <page width height> <word xMin yMin xMax yMax> … */
static bool doc_take(struct arena *a, struct bytes xml, unsigned first,
	struct print_words *w, size_t *pages, struct err *e)
{
	AUTO(xml_reader) r = NULL;
	struct xml_event ev;
	bool found;

	*pages = 0;
	if (!xml_open(&r, xml, e) || !xml_root(r, &ev, e))
		return false;
	for (;;) {
		if (!xml_child(r, 1, &ev, &found, e))
			return false;
		if (!found)
			return true;
		if (!xml_is(&ev, "page"))
			continue;
		++*pages;
		while (xml_child(r, 2, &ev, &found, e) && found)
			if (xml_is(&ev, "word") &&
				!word_take(a, r, &ev, first + (unsigned)*pages - 1, w, e))
				return false;
		if (found)
			return false;
	}
}

/* Characters a PDF may hold and XML may not become blanks. */
static void controls_blank(uint8_t *p, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if ((p[i] < ' ' && p[i] != '\n' && p[i] != '\t') || p[i] == 0x7f)
			p[i] = ' ';
}

bool print_words(struct arena *a, struct buf *text, unsigned first, struct print_words *w,
	size_t *pages, struct err *e)
{
	static const char head[] = "<body>\n";
	struct bytes all = buf_bytes(text);
	/* In front stands what the file says of itself, with its signs escaped. */
	size_t from = bytes_find(all, BYTES("<body>\n<doc>")), to;

	if (from == SIZE_MAX)
		return err_set(e, ERR_MALFORMED, "pdftotext: no word list");
	from += sizeof head - 1;
	controls_blank(text->p + from, text->n - from);
	all = bytes_from(buf_bytes(text), from);
	to = bytes_find(all, BYTES("</doc>"));
	if (to == SIZE_MAX)
		return err_set(e, ERR_MALFORMED, "pdftotext: the word list ends early");
	return doc_take(a, bytes_head(all, to + 6), first, w, pages, e) ||
	       err_in(e, "pdftotext");
}

static bool token_int(struct bytes *line, int *out)
{
	struct bytes token;

	return value_token(line, &token) && value_int(token, out);
}

/* page num type width height color comp bpc enc interp object ID x-ppi y-ppi size ratio;
 * an inline picture has "[inline]" for object and ID. */
static bool image_take(struct bytes line, struct poppler_image *out)
{
	struct bytes token, type, colour;
	int page, number, w, h;
	double x_ppi, y_ppi;

	if (!token_int(&line, &page) || !token_int(&line, &number) ||
		!value_token(&line, &type) || !token_int(&line, &w) ||
		!token_int(&line, &h) || !value_token(&line, &colour) || page < 1 ||
		w < 1 || h < 1)
		return false;
	for (int i = 0; i < 4; i++)
		if (!value_token(&line, &token))
			return false;
	if (!value_token(&line, &token) ||
		(!bytes_equal(token, BYTES("[inline]")) && !value_token(&line, &token)))
		return false;
	if (!value_next(&line, &x_ppi) || !value_next(&line, &y_ppi) || !(x_ppi > 0) ||
		!(y_ppi > 0))
		return false;
	*out = (struct poppler_image){.page = (unsigned)page,
		.w = (unsigned)w,
		.h = (unsigned)h,
		.width_mm = w / x_ppi * 25.4,
		.height_mm = h / y_ppi * 25.4,
		.is_mask = !bytes_equal(type, BYTES("image")),
		.is_grey = bytes_equal(colour, BYTES("gray"))};
	return true;
}

bool print_images(struct arena *a, struct bytes text, struct poppler_image **out,
	size_t *n, struct err *e)
{
	struct poppler_image *images, image;
	struct bytes rest = text, line;
	size_t count = 0, at = 0;

	(void)e;
	while (line_next(&rest, &line))
		count += image_take(line, &image);
	images = ARENA_ARRAY(a, count, struct poppler_image);
	for (rest = text; line_next(&rest, &line);)
		if (image_take(line, &image))
			images[at++] = image;
	*out = images;
	*n = count;
	return true;
}
