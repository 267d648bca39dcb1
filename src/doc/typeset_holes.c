/* typeset_holes: fields and slots found in a template, see typeset_template.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "base/text.h"
#include "doc/typeset_template.h"

enum {
	LINE_MAX_OCTETS = 32 << 10,
	PARAGRAPH_MAX_MARKS = 2000, /* of what begins or ends Markdown inside a line */
	PARAGRAPH_MAX_OCTETS = 256 << 10,
	NESTING_MAX = 32, /* quotes and blanks in front of a line */
	HOLE_OCTETS_MAX = 300,
	SEAL_SIZE = 42000,
	SIGNATURE_WIDTH = 40000,
	SIGNATURE_HEIGHT = 13000,
	SLOT_MIN = 5,
	SLOT_MAX = 100 /* millimetres */
};

struct scan {
	struct paper *p;
	struct holes *holes;
	struct buf *out;
	size_t line;
	size_t marks, octets; /* of the paragraph so far */
};

static bool is_mark(uint8_t c)
{
	return strchr("[]()!<>*_~`&\\{}", c) != NULL && c;
}

/* The reader of Markdown takes more than linear time over some heaps of marks. */
static bool line_guard(struct scan *s, struct bytes line, struct err *e)
{
	size_t bars = 0, nesting = 0;

	if (line.n > LINE_MAX_OCTETS)
		return err_set(e, ERR_TOO_LARGE, "a line of %zu octets", line.n);
	while (nesting < line.n && strchr("> \t", line.p[nesting]) && line.p[nesting])
		nesting++;
	if (nesting > NESTING_MAX &&
		(nesting < line.n || bytes_find(line, BYTES(">")) != SIZE_MAX))
		return err_set(e, ERR_TOO_LARGE, "set in too deep");
	if (nesting == line.n) {
		s->marks = s->octets = 0;
		return true;
	}
	s->octets += line.n;
	for (size_t i = 0; i < line.n; i++) {
		bars += line.p[i] == '|';
		s->marks += is_mark(line.p[i]);
	}
	if (bars > 2 * TYPESET_COLUMNS_MAX)
		return err_set(
			e, ERR_TOO_LARGE, "more than %d columns", TYPESET_COLUMNS_MAX);
	if (s->marks > PARAGRAPH_MAX_MARKS || s->octets > PARAGRAPH_MAX_OCTETS)
		return err_set(
			e, ERR_TOO_LARGE, "a paragraph too large or too intricate");
	return true;
}

static struct hole *hole_add(struct scan *s, struct err *e)
{
	struct holes *h = s->holes;

	if (h->n == HOLES_MAX) {
		(void)err_set(e, ERR_TOO_LARGE, "more than %d places", HOLES_MAX);
		return NULL;
	}
	h->list = sheet_grow(s->p->arena, h->list, h->n, &h->room, sizeof *h->list);
	h->list[h->n] = (struct hole){0};
	return &h->list[h->n++];
}

static bool hole_put(struct scan *s, struct err *e)
{
	uint8_t utf8[4];

	return buf_put(s->out,
		bytes_make(utf8, utf8_put(utf8, HOLE_FIRST + (uint32_t)s->holes->n - 1)),
		e);
}

/* "40x20": millimetres. */
static bool size_read(struct bytes text, struct paper_slot *slot, struct err *e)
{
	size_t x = bytes_find(text, BYTES("x"));
	uint64_t w, h;

	if (x == SIZE_MAX || !decimal_u64(bytes_head(text, x), SLOT_MAX, &w, e) ||
		!decimal_u64(bytes_from(text, x + 1), SLOT_MAX, &h, e) || w < SLOT_MIN ||
		h < SLOT_MIN)
		return err_set(e, ERR_USAGE, "the size of a slot is 5x5 to %dx%d mm",
			SLOT_MAX, SLOT_MAX);
	slot->w = (int)w * 1000;
	slot->h = (int)h * 1000;
	return true;
}

static bool name_good(struct bytes name)
{
	size_t dots = 0;

	if (!name.n || name.n > FIELD_NAME_MAX || name.p[0] == '.' ||
		name.p[name.n - 1] == '.')
		return false;
	for (size_t i = 0; i < name.n; i++) {
		uint8_t c = name.p[i];

		dots += c == '.';
		if (!(c == '.' || c == '-' || c == '_' || c >= 0x80 ||
			    (c >= '0' && c <= '9') ||
			    ((c | 32) >= 'a' && (c | 32) <= 'z')))
			return false;
	}
	return dots == 1;
}

/* Behind "slot:": "supplier.seal", "supplier.seal 40x40", "supplier.seal over". */
static bool slot_read(struct scan *s, struct bytes text, struct err *e)
{
	size_t n = bytes_find(text, BYTES(" "));
	struct bytes name = bytes_head(text, n), word;
	struct hole *hole = hole_add(s, e);

	if (!hole)
		return false;
	if (!name_good(name))
		return err_set(e, ERR_USAGE, "[[slot:%s]]: not of the form role.kind",
			text_printable(s->p->arena, text, 60));
	hole->slot.name = arena_str(s->p->arena, name);
	hole->slot.w = SIGNATURE_WIDTH;
	hole->slot.h = SIGNATURE_HEIGHT;
	hole->slot.seal = bytes_ends(name, BYTES(".seal"));
	if (hole->slot.seal)
		hole->slot.w = hole->slot.h = SEAL_SIZE;
	for (text = bytes_from(text, name.n); text.n; text = bytes_from(text, word.n)) {
		text = text_trim(text);
		word = bytes_head(text, bytes_find(text, BYTES(" ")));
		if (bytes_equal(word, BYTES("over")))
			hole->slot.over = true;
		else if (word.n && !size_read(word, &hole->slot, e))
			return err_in(e, "[[slot:%s]]", hole->slot.name);
	}
	return hole_put(s, e);
}

static bool field_read(struct scan *s, struct bytes between, struct err *e)
{
	struct hole *hole = hole_add(s, e);

	return hole &&
	       field_want_read(s->p->fields, s->p->arena, between, &hole->want, e) &&
	       hole_put(s, e);
}

/* Takes what is between `open` and `close` off the front of *line, when it begins so. */
static bool between_take(
	struct bytes *line, struct bytes open, struct bytes close, struct bytes *between)
{
	size_t end;

	if (!bytes_starts(*line, open))
		return false;
	end = bytes_find(bytes_head(*line, HOLE_OCTETS_MAX), close);
	if (end == SIZE_MAX)
		return false;
	*between = bytes_from(bytes_head(*line, end), open.n);
	*line = bytes_from(*line, end + close.n);
	return true;
}

static bool line_read(struct scan *s, struct bytes line, struct err *e)
{
	struct bytes between, rest;
	uint32_t c;

	while (line.n) {
		if (between_take(&line, BYTES("{{"), BYTES("}}"), &between)) {
			if (!field_read(s, between, e))
				return false;
			continue;
		}
		if (between_take(&line, BYTES("[[slot:"), BYTES("]]"), &between)) {
			if (!slot_read(s, between, e))
				return false;
			continue;
		}
		if (bytes_starts(line, BYTES("{{")) ||
			bytes_starts(line, BYTES("[[slot:")))
			return err_set(e, ERR_MALFORMED, "a place that does not end");
		rest = line;
		c = utf8_next(&rest);
		if (code_is_hole(c) || (c < 0x20 && c != '\t') || c == 0x7f)
			return err_set(e, ERR_MALFORMED, "U+%04X has no place here",
				(unsigned)c);
		if (!buf_put(s->out, bytes_head(line, line.n - rest.n), e))
			return false;
		line = rest;
	}
	return buf_put(s->out, BYTES("\n"), e);
}

bool holes_read(struct paper *p, struct bytes template, struct holes *holes,
	struct buf *out, struct err *e)
{
	struct scan s = {.p = p, .holes = holes, .out = out};

	if (!utf8_is_valid(template))
		return err_set(e, ERR_MALFORMED, "template: not UTF-8");
	while (template.n) {
		size_t n = bytes_find(template, BYTES("\n"));
		struct bytes line = bytes_head(template, n);

		s.line++;
		template = bytes_from(template, n == SIZE_MAX ? n : n + 1);
		if (bytes_ends(line, BYTES("\r")))
			line = bytes_head(line, line.n - 1);
		if (!line_guard(&s, line, e) || !line_read(&s, line, e))
			return err_in(e, "template, line %zu", s.line);
	}
	return true;
}
