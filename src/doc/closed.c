/* closed: see closed.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "doc/closed.h"

#include <string.h>

#include "base/text.h"
#include "doc/closed_glyph.h"

static const struct {
	const char *name;
	enum msg msg;
} kinds[CLOSED_COUNT] = {
#define CLOSED(id, name) [CLOSED_##id] = {name, MSG_CLOSED_##id},
#include "doc/closed.tbl"
#undef CLOSED
};

const char *closed_kind_name(enum closed_kind kind)
{
	return kinds[kind].name;
}

char *closed_say(struct arena *a, enum lang lang, const struct closed_finding *f)
{
	char *text = say(a, lang, kinds[f->kind].msg, f->where, f->what);

	if (f->times < 2)
		return text;
	return say(a, lang, MSG_CLOSED_TIMES, text, arena_printf(a, "%zu", f->times));
}

void closed_found(
	struct closed *c, enum closed_kind kind, const char *where, const char *what)
{
	for (size_t i = 0; i < c->count; i++) {
		struct closed_finding *f = &c->findings[i];

		if (f->kind == kind && strcmp(f->where, where) == 0 &&
			strcmp(f->what, what) == 0) {
			f->times++;
			return;
		}
	}
	if (c->count == CLOSED_FINDINGS_MAX) {
		c->has_more = true;
		return;
	}
	c->findings[c->count++] =
		(struct closed_finding){kind, arena_str(c->arena, bytes_str(where)),
			arena_str(c->arena, bytes_str(what)), 1};
}

static const char *character(struct closed *c, uint32_t code)
{
	uint8_t utf8[4];
	size_t n = utf8_put(utf8, code);

	return arena_printf(c->arena, "%s (U+%04X)",
		text_printable(c->arena, bytes_make(utf8, n), 8), (unsigned)code);
}

static bool is_blank(uint32_t code)
{
	return code <= 0x20 || code == 0xa0 || code == 0x3000;
}

void closed_compare(struct closed *c, struct glyph_font *f, uint32_t glyph, uint32_t code,
	const char *where)
{
	if (!glyph && is_blank(code))
		return;
	c->characters++;
	//= Protocols §3: extracted text equal to the rendered glyphs
	switch (glyph_font_says(f, glyph, code)) {
	case GLYPH_SAYS:
		break;
	case GLYPH_LIES:
		closed_found(c, CLOSED_GLYPH_LIES, where, character(c, code));
		break;
	case GLYPH_MISSING:
		closed_found(c, CLOSED_NO_CHARACTER, where, character(c, code));
		break;
	}
}

bool closed_check(
	struct closed **out, struct arena *a, struct source *file, struct err *e)
{
	struct closed *c = ARENA_NEW(a, struct closed);
	uint8_t head[1024] = {0};
	size_t n =
		source_size(file) < sizeof head ? (size_t)source_size(file) : sizeof head;
	bool is_pdf;

	*c = (struct closed){.arena = a,
		.findings = ARENA_ARRAY(a, CLOSED_FINDINGS_MAX, struct closed_finding)};
	if (!source_read(file, 0, head, n, e))
		return false;
	is_pdf = bytes_find(bytes_make(head, n), BYTES("%PDF-")) != SIZE_MAX;
	if (!is_pdf && !bytes_starts(BYTES_OF(head), BYTES("PK")))
		return err_set(e, ERR_UNSUPPORTED, "neither OFD nor PDF");
	c->format = is_pdf ? "pdf" : "ofd";
	if (!(is_pdf ? closed_pdf : closed_ofd)(c, file, e))
		return false;
	*out = c;
	return true;
}
