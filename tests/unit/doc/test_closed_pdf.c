/* What may be sealed as text and what may not, for PDF: a page drawn by cairo is closed,
 * and each amendment of it is found out.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <cairo-pdf.h>
#include <pango/pangocairo.h>
#include <stdio.h>
#include <string.h>

#include "doc/closed.h"
#include "doc/pdf.h"
#include "unit.h"

enum { FILE_MAX = 4 << 20 };

static cairo_status_t put(void *to, const unsigned char *p, unsigned n)
{
	struct err e;

	return buf_put(to, bytes_make(p, n), &e) ? CAIRO_STATUS_SUCCESS
						 : CAIRO_STATUS_WRITE_ERROR;
}

/* One page with a line of text in a font that is installed. */
static void make(struct buf *out, const char *text)
{
	cairo_surface_t *s = cairo_pdf_surface_create_for_stream(put, out, 595, 842);
	cairo_t *cr = cairo_create(s);
	PangoLayout *l = pango_cairo_create_layout(cr);
	PangoFontDescription *font =
		pango_font_description_from_string("Noto Serif CJK SC 16");

	pango_layout_set_font_description(l, font);
	pango_layout_set_text(l, text, -1);
	cairo_move_to(cr, 60, 100);
	pango_cairo_show_layout(cr, l);
	cairo_show_page(cr);
	pango_font_description_free(font);
	g_object_unref(l);
	cairo_destroy(cr);
	cairo_surface_finish(s);
	cairo_surface_destroy(s);
}

static void put_text(struct buf *b, const char *text)
{
	struct err e;

	assert_true(buf_put(b, bytes_str(text), &e));
}

/* A further revision in which object `num` is `body`; the trailer as before. */
static void amend(struct buf *b, struct pdf *p, uint32_t num, const char *body)
{
	AUTO(arena) a = arena_new();
	const struct pdf_value *trailer = pdf_trailer(p);
	size_t at = b->n;

	put_text(b, arena_printf(a, "%u 0 obj\n%s\nendobj\n", num, body));
	put_text(b, arena_printf(a,
			    "xref\n%u 1\n%010zu 00000 n \n"
			    "trailer\n<< /Size %lld /Root %u 0 R /Prev %llu >>\n"
			    "startxref\n%zu\n%%%%EOF\n",
			    num, at, (long long)pdf_find(trailer, "Size")->integer,
			    pdf_find(trailer, "Root")->num,
			    (unsigned long long)pdf_revision(p, 0)->xref_at, b->n));
}

struct scene {
	struct arena *a;
	struct buf file;
	struct source *s;
	struct pdf *p;
};

static struct scene scene_make(const char *text)
{
	struct scene sc = {.a = arena_new(), .file = buf_make(FILE_MAX)};
	struct err e;

	make(&sc.file, text);
	sc.s = source_of_bytes(arena_dup(sc.a, buf_bytes(&sc.file)));
	if (!pdf_open(&sc.p, sc.s, 0, &e))
		fail_msg("%s", e.text);
	return sc;
}

static void scene_free(struct scene *sc)
{
	pdf_free(sc->p);
	source_free(sc->s);
	buf_fini(&sc->file);
	arena_free(sc->a);
}

static const struct closed *look(struct scene *sc)
{
	AUTO(source) s = source_of_bytes(buf_bytes(&sc->file));
	struct closed *c = NULL;
	struct err e;

	if (!closed_check(&c, sc->a, s, &e))
		fail_msg("%s", e.text);
	return c;
}

static void assert_found(struct scene *sc, enum closed_kind kind)
{
	const struct closed *c = look(sc);

	for (size_t i = 0; i < c->count; i++)
		if (c->findings[i].kind == kind)
			return;
	fail_msg("%s was not found; first: %s", closed_kind_name(kind),
		c->count ? closed_say(sc->a, LANG_EN, &c->findings[0]) : "none");
}

/* The number of the object that this key of some object refers to. */
static uint32_t referred(struct scene *sc, const char *key)
{
	size_t count;
	const struct pdf_xref_entry *entries = pdf_entries(sc->p, &count);
	struct pdf_value v;
	struct err e;

	for (size_t i = 0; i < count; i++) {
		const struct pdf_value *found;

		if (entries[i].kind == PDF_ENTRY_FREE)
			continue;
		assert_true(pdf_object(
			sc->p, sc->a, (struct pdf_ref){entries[i].num, 0}, &v, &e));
		found = pdf_find(&v, key);
		if (pdf_is(found, PDF_ARRAY) && found->count)
			found = &found->items[0];
		if (pdf_is(found, PDF_REF))
			return found->num;
	}
	fail_msg("no %s", key);
	return 0;
}

/* The catalog with an entry more. */
static void amend_catalog(struct scene *sc, const char *entry)
{
	AUTO_BUF b = buf_make(4096);
	struct pdf_value root;
	struct err e;
	uint32_t num = pdf_find(pdf_trailer(sc->p), "Root")->num;

	assert_true(pdf_root(sc->p, sc->a, &root, &e));
	assert_true(pdf_value_put(&b, &root, &e));
	assert_true(b.n > 2);
	amend(&sc->file, sc->p, num,
		arena_printf(sc->a, "%.*s %s >>", (int)b.n - 2, b.p, entry));
}

static void amend_stream(struct scene *sc, uint32_t num, const char *text)
{
	amend(&sc->file, sc->p, num,
		arena_printf(sc->a, "<< /Length %zu >>\nstream\n%s\nendstream",
			strlen(text), text));
}

static void what_cairo_draws_is_closed(void **state)
{
	struct scene sc = scene_make("合同金额 1,280,000.00 元 ABC");
	const struct closed *c = look(&sc);

	(void)state;
	if (c->count)
		fail_msg("%s", closed_say(sc.a, LANG_EN, &c->findings[0]));
	assert_true(c->characters >= 18);
	scene_free(&sc);
}

static void a_font_map_that_lies_opens_it(void **state)
{
	struct scene sc = scene_make("123");

	(void)state;
	//= Protocols §3: extracted text equal to the rendered glyphs
	amend_stream(&sc, referred(&sc, "ToUnicode"),
		"1 beginbfrange <0000> <0010> <0039> endbfrange");
	assert_found(&sc, CLOSED_GLYPH_LIES);
	scene_free(&sc);
}

static void text_given_beside_the_drawn_opens_it(void **state)
{
	struct scene sc = scene_make("合同");

	(void)state;
	amend_stream(
		&sc, referred(&sc, "Contents"), "/Span << /ActualText (9) >> BDC EMC");
	assert_found(&sc, CLOSED_NO_CHARACTER);
	assert_found(&sc, CLOSED_OLD_VERSIONS);
	assert_found(&sc, CLOSED_NO_TEXT);
	scene_free(&sc);
}

static void text_nobody_sees_opens_it(void **state)
{
	static const struct {
		enum closed_kind kind;
		const char *content;
	} cases[] = {
		{CLOSED_HIDDEN, "BT /f-0-0 16 Tf 3 Tr 60 700 Td <0001> Tj ET"},
		{CLOSED_HIDDEN, "1 1 1 rg BT /f-0-0 16 Tf 60 700 Td <0001> Tj ET"},
		{CLOSED_OFF_PAGE, "BT /f-0-0 16 Tf 60 7000 Td <0001> Tj ET"},
		{CLOSED_OFF_PAGE,
			"q 1 0 0 1 -900 0 cm BT /f-0-0 16 Tf 60 700 Td <0001> Tj ET Q"},
		{CLOSED_TOO_SMALL, "BT /f-0-0 1 Tf 60 700 Td <0001> Tj ET"},
		{CLOSED_OPTIONAL, "/OC /x BDC EMC"},
	};

	(void)state;
	//= Protocols §3: no hidden content
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct scene sc = scene_make("合同");

		amend_stream(&sc, referred(&sc, "Contents"), cases[i].content);
		assert_found(&sc, cases[i].kind);
		scene_free(&sc);
	}
}

static void a_catalog_that_acts_or_switches_opens_it(void **state)
{
	static const struct {
		enum closed_kind kind;
		const char *entry;
	} cases[] = {
		{CLOSED_ACTIVE, "/OpenAction << /S /JavaScript /JS (x) >>"},
		{CLOSED_ACTIVE, "/AA << /WC << /S /Named /N /Print >> >>"},
		{CLOSED_EXTERNAL, "/OpenAction << /S /URI /URI (http://x) >>"},
		{CLOSED_OPTIONAL, "/OCProperties << /OCGs [] /D << >> >>"},
		{CLOSED_FORM, "/AcroForm << /Fields [<< /FT /Tx /T (a) >>] >>"},
		{CLOSED_FORM, "/AcroForm << /XFA (x) /Fields [] >>"},
		{CLOSED_SEVERAL_DOCUMENTS, "/Collection << >>"},
	};

	(void)state;
	//= Protocols §3: no scripted, external, optional and form content
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct scene sc = scene_make("合同");

		amend_catalog(&sc, cases[i].entry);
		assert_found(&sc, cases[i].kind);
		scene_free(&sc);
	}
}

static void an_empty_signature_field_does_not_open_it(void **state)
{
	struct scene sc = scene_make("合同");

	(void)state;
	amend_catalog(&sc, "/AcroForm << /Fields [<< /FT /Sig /T (a) >>] >>");
	assert_int_equal(look(&sc)->count, 0);
	scene_free(&sc);
}

static void a_gap_opens_it(void **state)
{
	struct scene sc = scene_make("合同");

	(void)state;
	put_text(&sc.file, "% more\n");
	assert_true(look(&sc)->count > 0);
	scene_free(&sc);
}

/* However a file is cut or a bit of it turned, it is no crash; cut, it is not closed. */
static void a_damaged_file_is_not_closed(void **state)
{
	struct scene sc = scene_make("合同 12");
	size_t whole = sc.file.n;

	(void)state;
	for (size_t n = 8; n + 2 < whole; n += 97) {
		sc.file.n = n;
		assert_true(look(&sc)->count > 0);
	}
	sc.file.n = whole;
	for (size_t i = 0; i < 600; i++) {
		size_t at = 8 + i * (whole - 8) / 600; /* behind %PDF-1.x */

		sc.file.p[at] ^= (uint8_t)(1 << i % 8);
		(void)look(&sc);
		sc.file.p[at] ^= (uint8_t)(1 << i % 8);
	}
	assert_int_equal(look(&sc)->count, 0);
	scene_free(&sc);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_cairo_draws_is_closed),
		cmocka_unit_test(a_font_map_that_lies_opens_it),
		cmocka_unit_test(text_given_beside_the_drawn_opens_it),
		cmocka_unit_test(text_nobody_sees_opens_it),
		cmocka_unit_test(a_catalog_that_acts_or_switches_opens_it),
		cmocka_unit_test(an_empty_signature_field_does_not_open_it),
		cmocka_unit_test(a_gap_opens_it),
		cmocka_unit_test(a_damaged_file_is_not_closed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
