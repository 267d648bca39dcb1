/* typeset_proof: see typeset_proof.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "doc/typeset_proof.h"

#include "base/reader.h"
#include "base/text.h"

/* Lines end anywhere: white space counts on neither side. */
static bool is_white(uint32_t c)
{
	return c <= ' ' || c == 0xa0 || c == 0x3000 || (c >= 0x2000 && c <= 0x200a) ||
	       c == 0x202f || c == 0x205f;
}

static struct bytes without_white(struct arena *a, struct bytes text)
{
	struct writer w = writer_in(a, text.n);
	uint8_t utf8[4];

	while (text.n) {
		uint32_t c = utf8_next(&text);

		if (!is_white(c))
			write_bytes(&w, bytes_make(utf8, utf8_put(utf8, c)));
	}
	return writer_bytes(&w);
}

/* The text of elements as their glyphs give it. */
struct heard {
	struct writer text;
	size_t size;
	bool asked;
};

static const struct words *words_of(const struct paper *p, const struct shown *s)
{
	const struct block *b = &p->blocks[s->block];

	return b->table ? &b->table->rows[s->row].cells[s->cell].words : &b->words;
}

/* What lies beyond the edge of the paper is not shown. */
static bool on_paper(const struct page_run *run)
{
	for (size_t i = 0; i < run->glyphs_n; i++) {
		const struct page_glyph *g = &run->glyphs[i];

		if (g->x < 0 || g->x >= PAPER_WIDTH || g->y < 0 || g->y >= PAPER_HEIGHT)
			return false;
	}
	return true;
}

static void heard_each(const struct typeset *t, struct heard *heard,
	void (*each)(struct heard *h, struct bytes text))
{
	for (size_t i = 0; i < t->pages_n; i++)
		for (size_t k = 0; k < t->pages[i].n; k++) {
			const struct page_object *o = &t->pages[i].objects[k];

			if (o->kind == PAGE_RUN && o->elem != PAGE_ARTIFACT &&
				heard[o->elem].asked && on_paper(&o->run))
				each(&heard[o->elem], o->run.text);
		}
}

static void heard_count(struct heard *h, struct bytes text)
{
	h->size += text.n;
}

static void heard_put(struct heard *h, struct bytes text)
{
	write_bytes(&h->text, text);
}

bool shown_prove(const struct typeset *t, const struct paper *p, struct err *e)
{
	AUTO(arena) a = arena_new();
	struct heard *heard = ARENA_ARRAY(a, t->elems_n, struct heard);

	for (size_t i = 0; i < p->shown_n; i++)
		heard[words_of(p, &p->shown[i])->elem].asked = true;
	heard_each(t, heard, heard_count);
	for (size_t i = 0; i < t->elems_n; i++)
		if (heard[i].asked)
			heard[i].text = writer_in(a, heard[i].size);
	heard_each(t, heard, heard_put);
	for (size_t i = 0; i < p->shown_n; i++) {
		AUTO(arena) scratch = arena_new();
		const struct heard *h = &heard[words_of(p, &p->shown[i])->elem];
		struct bytes value = without_white(scratch, bytes_str(p->shown[i].value));

		if (bytes_find(without_white(scratch, writer_bytes(&h->text)), value) ==
			SIZE_MAX)
			return err_set(e, ERR_USAGE,
				"{{%s}}: its value is not found in the text of the pages",
				p->shown[i].field);
	}
	return true;
}

bool slots_prove(const struct typeset *t, const struct paper *p, struct err *e)
{
	for (size_t i = 0; i < p->slots_n; i++)
		if (!t->slots[i].page)
			return err_set(e, ERR_USAGE, "[[slot:%s]] has no place",
				p->slots[i].name);
	return true;
}
