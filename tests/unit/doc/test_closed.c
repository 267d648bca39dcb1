/* What may be sealed as text and what may not: each rule of the profile is broken once.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "doc/closed.h"

#include <string.h>

#include "doc/ofd_make.h"
#include "doc/zip_read.h"
#include "doc/zip_write.h"
#include "unit.h"

enum { FILE_MAX = 8 << 20 };

static int64_t fixed_now(struct world *w)
{
	(void)w;
	return INT64_C(1767225600);
}

static void fixed_random(struct world *w, void *p, size_t n)
{
	(void)w;
	memset(p, 7, n);
}

static struct world fixed = {fixed_now, fixed_random};

static void make(struct buf *out)
{
	struct err e;

	if (!ofd_make(&fixed,
		    &(struct ofd_make_spec){.title = BYTES("合同"),
			    .text = BYTES("金额：１９００ 元，即 1900 元。")},
		    sink_to_buf(out), &e))
		fail_msg("%s", e.text);
}

/* text with the first `from` become `to`; the needle must be there. */
static struct bytes replaced(
	struct arena *a, struct bytes text, const char *from, const char *to)
{
	size_t at = bytes_find(text, bytes_str(from));

	assert_true(at != SIZE_MAX);
	return bytes_str(arena_printf(a, "%.*s%s%.*s", (int)at, text.p, to,
		(int)(text.n - at - strlen(from)), text.p + at + strlen(from)));
}

struct change {
	const char *part; /* the end of its name; null: no part changes */
	const char *from, *to;
	const char *added; /* a further entry, or null */
};

/* Copies a package with a change. */
static void copy(
	struct buf *out, struct bytes file, const struct change *change, struct arena *a)
{
	AUTO(source) s = source_of_bytes(file);
	AUTO(zip_writer) w = zip_writer_new(sink_to_buf(out));
	AUTO(zip) z = NULL;
	struct bytes part;
	struct err e;

	assert_true(zip_open(&z, s, &e));
	for (size_t i = 0; i < zip_count(z); i++) {
		if (!change->part ||
			!bytes_ends(zip_entry(z, i)->name, bytes_str(change->part))) {
			assert_true(zip_copy(w, z, i, &e));
			continue;
		}
		assert_true(zip_slurp(z, i, a, FILE_MAX, &part, &e));
		assert_true(zip_add(w, zip_entry(z, i)->name,
			replaced(a, part, change->from, change->to), true, &e));
	}
	if (change->added)
		assert_true(zip_add(w, bytes_str(change->added), BYTES("x"), false, &e));
	assert_true(zip_finish(w, &e));
}

static struct closed *look(struct arena *a, struct bytes file)
{
	AUTO(source) s = source_of_bytes(file);
	struct closed *c = NULL;
	struct err e;

	if (!closed_check(&c, a, s, &e))
		fail_msg("%s", e.text);
	return c;
}

static bool has(const struct closed *c, enum closed_kind kind)
{
	for (size_t i = 0; i < c->count; i++)
		if (c->findings[i].kind == kind)
			return true;
	return false;
}

/* Our own output is closed; and not after the change, for this reason. */
static void assert_opened_by(enum closed_kind kind, struct change change)
{
	AUTO(arena) a = arena_new();
	AUTO_BUF good = buf_make(FILE_MAX), bad = buf_make(FILE_MAX);
	const struct closed *c;

	make(&good);
	copy(&bad, buf_bytes(&good), &change, a);
	c = look(a, buf_bytes(&bad));
	if (!has(c, kind))
		fail_msg("%s was not found; first: %s", closed_kind_name(kind),
			c->count ? closed_kind_name(c->findings[0].kind) : "none");
}

static void our_own_output_is_closed(void **state)
{
	AUTO(arena) a = arena_new();
	AUTO_BUF file = buf_make(FILE_MAX);
	const struct closed *c;

	(void)state;
	make(&file);
	c = look(a, buf_bytes(&file));
	if (c->count)
		fail_msg("%s", closed_say(a, LANG_EN, &c->findings[0]));
	assert_true(c->characters >= 15);
	assert_int_equal(c->pages, 1);
}

static void a_part_nobody_names_opens_it(void **state)
{
	(void)state;
	//= Protocols §3: no unlisted content
	assert_opened_by(CLOSED_UNLISTED, (struct change){.added = "Doc_0/x.bin"});
	assert_opened_by(
		CLOSED_CONTAINER, (struct change){.added = "doc_0/document.xml"});
}

static void a_glyph_that_shows_another_character_opens_it(void **state)
{
	(void)state;
	//= Protocols §3: extracted text equal to the rendered glyphs
	assert_opened_by(CLOSED_GLYPH_LIES,
		(struct change){"Content.xml", "<ofd:TextCode",
			"<ofd:CGTransform CodePosition=\"0\"><ofd:Glyphs>2</ofd:Glyphs>"
			"</ofd:CGTransform><ofd:TextCode",
			NULL});
	assert_opened_by(CLOSED_NO_CHARACTER,
		(struct change){"Content.xml", "<ofd:TextCode",
			"<ofd:CGTransform CodePosition=\"0\" CodeCount=\"1\" "
			"GlyphCount=\"2\"><ofd:Glyphs>2 3</ofd:Glyphs>"
			"</ofd:CGTransform><ofd:TextCode",
			NULL});
}

static void text_the_font_does_not_have_opens_it(void **state)
{
	(void)state;
	assert_opened_by(
		CLOSED_NO_CHARACTER, (struct change){"Content.xml", "元", "龘", NULL});
}

static void a_font_left_to_the_viewer_opens_it(void **state)
{
	(void)state;
	//= Protocols §3: fonts embedded
	assert_opened_by(CLOSED_FONT_NOT_EMBEDDED,
		(struct change){"PublicRes.xml", "</ofd:Fonts>",
			"<ofd:Font ID=\"99\" FontName=\"宋体\"/></ofd:Fonts>", NULL});
	assert_opened_by(CLOSED_FONT_NOT_EMBEDDED,
		(struct change){"Content.xml", " Font=\"", " Font=\"7", NULL});
}

static void what_cannot_be_seen_opens_it(void **state)
{
	static const struct {
		enum closed_kind kind;
		struct change change;
	} cases[] = {
		{CLOSED_HIDDEN, {"Content.xml", "<ofd:TextObject ",
					"<ofd:TextObject Visible=\"false\" ", NULL}},
		{CLOSED_HIDDEN, {"Content.xml", "<ofd:TextObject ",
					"<ofd:TextObject Alpha=\"0\" ", NULL}},
		{CLOSED_HIDDEN,
			{"Content.xml", "<ofd:TextCode",
				"<ofd:FillColor Value=\"255 255 255\"/><ofd:TextCode",
				NULL}},
		{CLOSED_OFF_PAGE, {"Content.xml", " Boundary=\"", " Boundary=\"9", NULL}},
		{CLOSED_TOO_SMALL, {"Content.xml", " Size=\"", " Size=\"0.", NULL}},
		{CLOSED_NO_TEXT, {"Document.xml", "</ofd:Pages>",
					 "<ofd:Page ID=\"77\" BaseLoc=\"../OFD.xml\"/>"
					 "</ofd:Pages>",
					 NULL}},
	};

	(void)state;
	//= Protocols §3: no hidden content
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		assert_opened_by(cases[i].kind, cases[i].change);
}

static void what_acts_or_leads_outside_opens_it(void **state)
{
	(void)state;
	//= Protocols §3: no scripted and no external content
	assert_opened_by(CLOSED_EXTERNAL,
		(struct change){"Document.xml", "</ofd:Document>",
			"<ofd:Outlines><ofd:OutlineElem Title=\"x\"><ofd:Actions>"
			"<ofd:Action Event=\"CLICK\"><ofd:URI URI=\"http://x\"/>"
			"</ofd:Action></ofd:Actions></ofd:OutlineElem></ofd:Outlines>"
			"</ofd:Document>",
			NULL});
	assert_opened_by(CLOSED_ACTIVE, (struct change){"Document.xml", "</ofd:Document>",
						"<ofd:Actions/></ofd:Document>", NULL});
	assert_opened_by(CLOSED_ACTIVE,
		(struct change){"Content.xml", "</ofd:Content>",
			"</ofd:Content><ofd:Movie ResourceID=\"1\"/>", NULL});
}

static void a_second_document_opens_it(void **state)
{
	(void)state;
	//= Protocols §3: one document body
	assert_opened_by(CLOSED_SEVERAL_DOCUMENTS,
		(struct change){"OFD.xml", "</ofd:DocBody>",
			"</ofd:DocBody><ofd:DocBody><ofd:DocInfo><ofd:DocID>00"
			"</ofd:DocID></ofd:DocInfo><ofd:DocRoot>Doc_0/Document.xml"
			"</ofd:DocRoot></ofd:DocBody>",
			NULL});
}

static void what_is_no_document_is_refused(void **state)
{
	AUTO(arena) a = arena_new();
	AUTO(source) text = source_of_bytes(BYTES("plain text"));
	AUTO(source) broken = source_of_bytes(BYTES("PK\x03\x04 and no more"));
	struct closed *c = NULL;
	struct err e;

	(void)state;
	assert_false(closed_check(&c, a, text, &e));
	assert_int_equal(e.code, ERR_UNSUPPORTED);
	assert_true(closed_check(&c, a, broken, &e));
	assert_true(has(c, CLOSED_UNREADABLE));
}

/* However a file is cut, it is never closed. */
static void a_truncated_file_is_never_closed(void **state)
{
	AUTO_BUF file = buf_make(FILE_MAX);

	(void)state;
	make(&file);
	for (size_t n = 4; n < file.n; n += 61) {
		AUTO(arena) a = arena_new();

		assert_true(look(a, bytes_head(buf_bytes(&file), n))->count > 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(our_own_output_is_closed),
		cmocka_unit_test(a_part_nobody_names_opens_it),
		cmocka_unit_test(a_glyph_that_shows_another_character_opens_it),
		cmocka_unit_test(text_the_font_does_not_have_opens_it),
		cmocka_unit_test(a_font_left_to_the_viewer_opens_it),
		cmocka_unit_test(what_cannot_be_seen_opens_it),
		cmocka_unit_test(what_acts_or_leads_outside_opens_it),
		cmocka_unit_test(a_second_document_opens_it),
		cmocka_unit_test(what_is_no_document_is_refused),
		cmocka_unit_test(a_truncated_file_is_never_closed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
