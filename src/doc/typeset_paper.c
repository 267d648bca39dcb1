/* typeset_paper: words as they are put together.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "doc/typeset_paper.h"

#include <string.h>

#include "base/text.h"

struct block *paper_block(struct paper *p, enum block_kind kind)
{
	p->blocks = sheet_grow(
		p->arena, p->blocks, p->blocks_n, &p->blocks_room, sizeof *p->blocks);
	p->blocks[p->blocks_n] = (struct block){.kind = kind};
	return &p->blocks[p->blocks_n++];
}

static void octets_put(struct paper *p, struct words *w, const uint8_t *octets, size_t n)
{
	/* A few octets more, so that whoever looks at a character may look at four. */
	if (w->n + n + sizeof(uint32_t) > w->room) {
		size_t room = 2 * (w->n + n) + 16;
		char *larger = arena_alloc(p->arena, room);

		if (w->n)
			memcpy(larger, w->text, w->n);
		w->text = larger;
		w->room = room;
	}
	if (w->text)
		memcpy(w->text + w->n, octets, n);
	w->n += n;
}

static struct mark *mark_add(struct paper *p, struct words *w)
{
	w->marks = sheet_grow(
		p->arena, w->marks, w->marks_n, &w->marks_room, sizeof *w->marks);
	w->marks[w->marks_n] = (struct mark){.at = w->n};
	return &w->marks[w->marks_n++];
}

static bool span_same(const struct span *a, const struct span *b)
{
	return a->face == b->face && a->bold == b->bold && a->whole == b->whole &&
	       a->field == b->field;
}

static void span_close(
	struct paper *p, struct words *w, size_t from, const struct span *style)
{
	struct span *last = w->spans_n ? &w->spans[w->spans_n - 1] : NULL;

	if (w->n == from)
		return;
	if (last && span_same(last, style) && !style->field) {
		last->to = w->n;
		return;
	}
	w->spans = sheet_grow(
		p->arena, w->spans, w->spans_n, &w->spans_room, sizeof *w->spans);
	w->spans[w->spans_n] = *style;
	w->spans[w->spans_n].from = from;
	w->spans[w->spans_n++].to = w->n;
}

/* Characters that shape the text around them and need no glyph of their own. */
static bool needs_no_glyph(uint32_t c)
{
	return c == '\n' || c == 0x200c || c == 0x200d || (c >= 0xfe00 && c <= 0xfe0f) ||
	       (c >= 0xe0100 && c <= 0xe01ef);
}

bool words_put(struct paper *p, struct words *w, struct bytes text,
	const struct span *style, struct err *e)
{
	size_t from = w->n;
	uint8_t utf8[4];

	p->octets += text.n;
	if (p->octets > TYPESET_TEXT_MAX)
		return err_set(e, ERR_TOO_LARGE, "more than %u octets of text",
			TYPESET_TEXT_MAX);
	while (text.n) {
		uint32_t c = utf8_next(&text);

		if (c == '\t')
			c = ' ';
		if (!needs_no_glyph(c) && !faces_has(p->faces, c)) {
			struct mark *m = mark_add(p, w);

			m->kind = MARK_MISSING;
			m->code = c;
			sheet_warn(p->t, TYPESET_NO_GLYPH, c, style->field);
			c = WORDS_MISSING;
		}
		octets_put(p, w, utf8, utf8_put(utf8, c));
	}
	span_close(p, w, from, style);
	return true;
}

void words_mark(struct paper *p, struct words *w, enum mark_kind kind, unsigned index,
	const struct span *style)
{
	struct mark *m = mark_add(p, w);
	size_t from = w->n;
	uint8_t utf8[4];

	m->kind = kind;
	m->index = index;
	octets_put(p, w, utf8, utf8_put(utf8, WORDS_OBJECT));
	span_close(p, w, from, style);
}

static struct bytes plain_line(struct bytes *text)
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

bool plain_read(struct paper *p, struct bytes title, struct bytes text, struct err *e)
{
	static const struct span body = {.face = TYPESET_BODY};
	static const struct span hei = {.face = TYPESET_HEI};
	static const struct span large = {.face = TYPESET_TITLE, .bold = true};

	if (title.n &&
		!words_put(p, &paper_block(p, BLOCK_TITLE)->words, title, &large, e))
		return false;
	while (text.n) {
		struct bytes line = plain_line(&text);
		bool heading = bytes_starts(line, BYTES("# "));
		struct block *b;

		line = text_trim(bytes_from(line, heading ? 2 : 0));
		if (!line.n)
			continue;
		b = paper_block(p, heading ? BLOCK_HEADING : BLOCK_TEXT);
		b->level = heading ? 2 : 0;
		if (!words_put(p, &b->words, line, heading ? &hei : &body, e))
			return false;
	}
	return true;
}
