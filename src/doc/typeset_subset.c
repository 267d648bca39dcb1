/* typeset_subset: see typeset_subset.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "doc/typeset_subset.h"

#include <hb-ot.h>
#include <hb-subset.h>

#include "base/text.h"
#include "doc/typeset_cff.h"

/* Glyphs and characters of one font on all pages. */
struct used {
	hb_set_t *glyphs, *codes;
};

static void run_use(struct used *u, const struct page_run *run)
{
	struct bytes text = run->text;

	for (size_t i = 0; i < run->glyphs_n; i++)
		hb_set_add(u->glyphs, run->glyphs[i].id);
	while (text.n)
		hb_set_add(u->codes, utf8_next(&text));
}

static void pages_use(const struct typeset *t, struct used *used)
{
	for (size_t i = 0; i < t->pages_n; i++)
		for (size_t k = 0; k < t->pages[i].n; k++) {
			const struct page_object *o = &t->pages[i].objects[k];

			if (o->kind == PAGE_RUN)
				run_use(&used[o->run.font], &o->run);
		}
}

static void input_fill(
	hb_subset_input_t *input, const hb_set_t *glyphs, const hb_set_t *codes)
{
	static const hb_tag_t dropped[] = {HB_TAG('G', 'S', 'U', 'B'),
		HB_TAG('G', 'P', 'O', 'S'), HB_TAG('G', 'D', 'E', 'F'),
		HB_TAG('B', 'A', 'S', 'E'), HB_TAG('v', 'h', 'e', 'a'),
		HB_TAG('v', 'm', 't', 'x'), HB_TAG('V', 'O', 'R', 'G')};

	hb_set_union(hb_subset_input_glyph_set(input), glyphs);
	hb_set_union(hb_subset_input_unicode_set(input), codes);
	for (size_t i = 0; i < sizeof dropped / sizeof *dropped; i++)
		hb_set_add(hb_subset_input_set(input, HB_SUBSET_SETS_DROP_TABLE_TAG),
			dropped[i]);
	hb_subset_input_set_flags(
		input, HB_SUBSET_FLAGS_NO_HINTING | HB_SUBSET_FLAGS_NOTDEF_OUTLINE);
}

bool subset_cut(hb_face_t *whole, const hb_set_t *glyphs, const hb_set_t *codes,
	hb_blob_t **out, hb_map_t **numbers, struct err *e)
{
	hb_subset_input_t *input = hb_subset_input_create_or_fail();
	hb_subset_plan_t *plan = NULL;
	hb_face_t *cut = NULL;

	if (input) {
		input_fill(input, glyphs, codes);
		plan = hb_subset_plan_create_or_fail(whole, input);
	}
	if (plan)
		cut = hb_subset_plan_execute_or_fail(plan);
	if (cut) {
		*out = hb_face_reference_blob(cut);
		if (numbers)
			*numbers = hb_map_copy(
				hb_subset_plan_old_to_new_glyph_mapping(plan));
	}
	hb_subset_plan_destroy(plan);
	hb_subset_input_destroy(input);
	if (!cut)
		return err_set(e, ERR_MALFORMED, "cannot be cut down to a subset");
	hb_face_destroy(cut);
	return true;
}

static bool subset_open(struct subset *s, struct err *e)
{
	hb_blob_t *cff;
	unsigned n;
	const char *p = hb_blob_get_data(s->blob, &n);

	s->file = bytes_make(p, n);
	s->face = hb_face_create(s->blob, 0);
	s->font = hb_font_create(s->face);
	s->upem = hb_face_get_upem(s->face);
	s->glyphs_n = hb_face_get_glyph_count(s->face);
	if (!s->upem || !s->glyphs_n)
		return err_set(e, ERR_MALFORMED, "the subset is no font");
	cff = hb_face_reference_table(s->face, HB_TAG('C', 'F', 'F', ' '));
	p = hb_blob_get_data(cff, &n);
	hb_blob_destroy(cff); /* the octets are the font's */
	s->cff = bytes_make(p, n);
	if (!n)
		return true;
	s->cids = mem_alloc(s->glyphs_n * sizeof *s->cids);
	return cff_cids(s->cff, s->cids, s->glyphs_n, &s->is_cid, e);
}

static bool subset_make(struct subset *s, const struct page_font *font,
	const struct used *u, struct err *e)
{
	hb_blob_t *blob = hb_blob_create_from_file_or_fail(font->path);
	hb_face_t *whole;
	bool good;

	if (!blob)
		return err_set(e, ERR_NOT_FOUND, "%s: cannot be read", font->path);
	whole = hb_face_create(blob, font->index & 0xffff);
	good = subset_cut(whole, u->glyphs, u->codes, &s->blob, &s->numbers, e) &&
	       subset_open(s, e);
	hb_face_destroy(whole);
	hb_blob_destroy(blob);
	return good || err_in(e, "%s", font->path);
}

bool subsets_make(const struct typeset *t, struct subset **out, struct err *e)
{
	struct subset *list = mem_alloc((t->fonts_n + 1) * sizeof *list);
	struct used *used = mem_alloc((t->fonts_n + 1) * sizeof *used);
	bool good = true;

	for (size_t i = 0; i < t->fonts_n; i++) {
		used[i].glyphs = hb_set_create();
		used[i].codes = hb_set_create();
	}
	pages_use(t, used);
	for (size_t i = 0; i < t->fonts_n; i++) {
		if (good && !hb_set_is_empty(used[i].glyphs))
			good = subset_make(&list[i], &t->fonts[i], &used[i], e);
		hb_set_destroy(used[i].glyphs);
		hb_set_destroy(used[i].codes);
	}
	mem_free(used);
	if (!good) {
		subsets_free(list, t->fonts_n);
		return false;
	}
	*out = list;
	return true;
}

void subsets_free(struct subset *list, size_t n)
{
	if (!list)
		return;
	for (size_t i = 0; i < n; i++) {
		hb_font_destroy(list[i].font);
		hb_face_destroy(list[i].face);
		hb_map_destroy(list[i].numbers);
		hb_blob_destroy(list[i].blob);
		mem_free(list[i].cids);
	}
	mem_free(list);
}

uint32_t subset_glyph(const struct subset *s, uint32_t installed)
{
	hb_codepoint_t glyph = hb_map_get(s->numbers, installed);

	return glyph == HB_MAP_VALUE_INVALID ? 0 : glyph;
}

int subset_advance(const struct subset *s, uint32_t glyph)
{
	int64_t units = hb_font_get_glyph_h_advance(s->font, glyph);

	return (int)((units * 1000 + (int)s->upem / 2) / (int)s->upem);
}

unsigned subset_cid(const struct subset *s, uint32_t glyph)
{
	return s->is_cid && glyph < s->glyphs_n ? s->cids[glyph] : glyph;
}

uint32_t subset_nominal(const struct subset *s, uint32_t code)
{
	hb_codepoint_t glyph;

	return hb_font_get_nominal_glyph(s->font, code, &glyph) ? glyph : 0;
}
