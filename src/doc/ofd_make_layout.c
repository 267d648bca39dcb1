/* ofd_make_layout: see ofd_make_layout.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "doc/ofd_make_layout.h"

#include "base/text.h"

struct layout {
	struct make_font *font;
	struct layout_to to;
	int y; /* below what stands on the page */
	unsigned page;
};

/* Never at the start of a line. */
static const char no_start[] = "，。、；：？！）》〉」』】〕”’…—～％‰℃·,.;:?!)]}%";
/* Never at its end. */
static const char no_end[] = "（《〈「『【〔“‘￥$([{";

static bool stands_in(const char *list, uint32_t code)
{
	struct bytes rest = bytes_str(list);

	while (rest.n)
		if (utf8_next(&rest) == code)
			return true;
	return false;
}

static bool is_wide(uint32_t code)
{
	return code >= 0x2e80 || code == 0x2014 || code == 0x2026 ||
	       (code >= 0x2018 && code <= 0x201d);
}

static bool may_break(uint32_t before, uint32_t after)
{
	if (after == ' ' || stands_in(no_start, after))
		return false;
	if (before == ' ')
		return true;
	if (stands_in(no_end, before))
		return false;
	return is_wide(before) || is_wide(after);
}

/* Where the line that begins at `from` ends: behind as much as fits, at a place where a
 * line may end, or anywhere when there is none. */
static size_t line_end(const struct glyph *g, size_t n, size_t from, int width)
{
	size_t i, best = from;
	int used = 0;

	for (i = from; i < n; i++) {
		if (i > from && may_break(g[i - 1].code, g[i].code))
			best = i;
		if (g[i].code != ' ' && used + g[i].advance > width)
			break;
		used += g[i].advance;
	}
	if (i == n)
		return n;
	if (best == from)
		best = i > from ? i : from + 1;
	return best;
}

static bool may_stretch(uint32_t before, uint32_t after)
{
	return before == ' ' || is_wide(before) || is_wide(after);
}

/* Spreads what is left of the width over the gaps; a line that would get holes of half a
 * character stays ragged. */
static void line_justify(struct glyph *g, size_t n, int width, int size)
{
	int left = width, gaps = 0;

	for (size_t i = 0; i < n; i++) {
		left -= g[i].advance;
		gaps += i + 1 < n && may_stretch(g[i].code, g[i + 1].code);
	}
	if (left <= 0 || left / 2 > gaps * (size / 4))
		return;
	for (size_t i = 0; i + 1 < n; i++) {
		if (!may_stretch(g[i].code, g[i + 1].code))
			continue;
		g[i].advance += left / gaps;
		left -= left / gaps;
		gaps--;
	}
}

static int glyphs_width(const struct glyph *g, size_t n)
{
	int width = 0;

	for (size_t i = 0; i < n; i++)
		width += g[i].advance;
	return width;
}

static bool glyphs_of(struct layout *l, struct arena *a, struct bytes text, int size,
	struct glyph **out, size_t *n, struct err *e)
{
	struct glyph *g = ARENA_ARRAY(a, text.n, struct glyph);
	size_t count = 0;

	while (text.n) {
		uint32_t code = utf8_next(&text);

		g[count].code = code == '\t' ? ' ' : code;
		if (!make_font_advance(
			    l->font, g[count].code, size, &g[count].advance, e))
			return false;
		count++;
	}
	*out = g;
	*n = count;
	return true;
}

//= GB/T 9704-2012 §7.5: the number between dashes, 7 mm below, odd pages right, even left
static bool number_put(struct layout *l, struct err *e)
{
	AUTO(arena) a = arena_new();
	char *text = arena_printf(a, "— %u —", l->page);
	struct line line = {.top = TEXT_TOP + TEXT_HEIGHT + 7000, .size = NUMBER_SIZE};
	struct glyph *g;

	if (!glyphs_of(l, a, bytes_str(text), NUMBER_SIZE, &g, &line.n, e))
		return false;
	line.glyphs = g;
	line.x = l->page % 2
			 ? TEXT_LEFT + TEXT_WIDTH - NUMBER_SIZE - glyphs_width(g, line.n)
			 : TEXT_LEFT + NUMBER_SIZE;
	return l->to.line(l->to.to, &line, e);
}

static bool page_end(struct layout *l, struct err *e)
{
	return number_put(l, e) && l->to.page_end(l->to.to, e);
}

/* Sees to it that `height` fits on the page. */
static bool page_room(struct layout *l, int height, struct err *e)
{
	if (l->page && l->y + height <= TEXT_TOP + TEXT_HEIGHT)
		return true;
	if (l->page && !page_end(l, e))
		return false;
	l->page++;
	l->y = TEXT_TOP;
	return l->to.page_begin(l->to.to, e);
}

/* How a run of text is set. */
struct style {
	int size, pitch, indent, with; /* with: height that must follow on the page */
	bool centred;
};

static bool line_put(struct layout *l, const struct style *s, struct glyph *g, size_t n,
	int indent, bool last, struct err *e)
{
	struct line line = {.x = TEXT_LEFT + indent, .size = s->size, .glyphs = g};

	while (n && g[n - 1].code == ' ')
		n--;
	line.n = n;
	if (!page_room(l, s->pitch + s->with, e))
		return false;
	if (s->centred)
		line.x = TEXT_LEFT + (TEXT_WIDTH - glyphs_width(g, n)) / 2;
	else if (!last)
		line_justify(g, n, TEXT_WIDTH - indent, s->size);
	line.top = l->y + (s->pitch - s->size) / 2;
	l->y += s->pitch;
	return !n || l->to.line(l->to.to, &line, e);
}

/* One line of the input as the lines it takes. */
static bool run_put(
	struct layout *l, const struct style *s, struct bytes text, struct err *e)
{
	AUTO(arena) a = arena_new();
	int indent = s->indent;
	struct glyph *g;
	size_t n, from = 0, end;

	if (!glyphs_of(l, a, text, s->size, &g, &n, e))
		return false;
	while (from < n) {
		end = line_end(g, n, from, TEXT_WIDTH - indent);
		if (!line_put(l, s, g + from, end - from, indent, end == n, e))
			return false;
		indent = 0;
		for (from = end; from < n && g[from].code == ' ';)
			from++;
	}
	return true;
}

/* The input line at the front, without its end and without blanks around it. */
static struct bytes input_line(struct bytes *text)
{
	size_t n = bytes_find(*text, BYTES("\n"));
	struct bytes line = bytes_head(*text, n);

	*text = bytes_from(*text, n == SIZE_MAX ? n : n + 1);
	do {
		line = text_trim(line);
		while (bytes_starts(line, BYTES("\xe3\x80\x80"))) /* U+3000 */
			line = bytes_from(line, 3);
	} while (line.n && line.p[0] == ' ');
	return line;
}

bool layout_run(struct make_font *f, struct bytes title, struct bytes text,
	struct layout_to to, struct err *e)
{
	static const struct style title_style = {
		TITLE_SIZE, TITLE_SIZE * 3 / 2, 0, 0, true};
	static const struct style body = {BODY_SIZE, LINE_PITCH, 2 * BODY_SIZE, 0, false};
	static const struct style heading = {
		HEADING_SIZE, LINE_PITCH, 0, LINE_PITCH, false};
	struct layout l = {.font = f, .to = to};

	if (!page_room(&l, LINE_PITCH, e) || !run_put(&l, &title_style, title, e))
		return false;
	l.y += LINE_PITCH;
	while (text.n) {
		struct bytes line = input_line(&text);
		bool is_heading = bytes_starts(line, BYTES("# "));

		line = text_trim(bytes_from(line, is_heading ? 2 : 0));
		if (!run_put(&l, is_heading ? &heading : &body, line, e))
			return false;
	}
	return page_end(&l, e);
}
