/* Generated documents: they open here, say what they were given, and are what the schema
 * demands. SPDX-License-Identifier: Apache-2.0
 */
#include "doc/ofd_make.h"

#include <string.h>

#include "base/reader.h"
#include "base/text.h"
#include "base/time.h"
#include "doc/ofd_make_font.h"
#include "doc/ofd_text.h"
#include "schema.h"
#include "torture.h"
#include "unit.h"

enum { FILE_MAX = 32 << 20 };

#define TITLE "政府采购货物买卖合同"
#define TEXT                                                                                                             \
	"合同编号：ZC-2026-0417\r\n甲方（采购人）：某某市第一人民医院\n\n# 一、标的\n\n"       \
	"甲方向乙方采购“全自动生化分析仪”（型号 "                                                  \
	"BS-2000M）共2台，单价人民币壹佰贰拾万元整"                                                      \
	"（¥1,200,000.00），总价人民币贰佰肆拾万元整（¥2,400,000."                                     \
	"00）。上述价款包含运输、"                                                                            \
	"保险、安装调试、培训以及三年质保的全部费用，甲方不再另行支付任何款项……\n" \
	"　　A & B < C > D \"E\" 'F'  two  blanks "                                                                    \
	"https://www.example.com/a/very/long/url/"                                                                       \
	"which/does/not/break/anywhere/on/this/page?and=more&again=yes"

static int64_t fixed_now(struct world *w)
{
	(void)w;
	return INT64_C(1790000000) * TIME_SECOND;
}

static void fixed_random(struct world *w, void *p, size_t n)
{
	(void)w;
	memset(p, 0x5a, n);
}

static struct world fixed = {fixed_now, fixed_random};

static const struct ofd_attachment two[] = {
	{.name = {(const uint8_t *)"data.json", 9},
		.data = {(const uint8_t *)"{}", 2},
		.format = {(const uint8_t *)"json", 4},
		.hidden = true},
	{.name = {(const uint8_t *)"a <b>.txt", 9}, .data = {(const uint8_t *)"x", 1}},
};

static struct ofd_make_spec contract(void)
{
	return (struct ofd_make_spec){.title = BYTES(TITLE),
		.author = BYTES("采购 & 中心"),
		.text = BYTES(TEXT),
		.attachments = two,
		.attachments_n = 2};
}

static void make(struct ofd_make_spec spec, struct buf *out)
{
	struct err e;

	if (ofd_make(&fixed, &spec, sink_to_buf(out), &e))
		return;
	if (e.code == ERR_NOT_FOUND)
		SKIP("no font for generated pages: %s", e.text);
	fail_msg("%s", e.text);
}

static void open_made(struct buf *b, struct source **s, struct ofd **o)
{
	struct err e;

	*s = source_of_bytes(buf_bytes(b));
	if (!ofd_open(o, *s, &e))
		fail_msg("%s", e.text);
	assert_int_equal(zip_findings_n(ofd_zip(*o)), 0);
	assert_int_equal(ofd_findings_n(*o), 0);
	assert_int_equal(ofd_docs_n(*o), 1);
	assert_true(ofd_doc(*o, 0)->tree);
}

/* Without what the layout may change: blanks, line and page ends, page numbers. */
static struct bytes bare(struct arena *a, struct bytes text)
{
	struct writer w = writer_in(a, text.n);
	struct bytes number = BYTES("—");

	while (text.n) {
		size_t n = bytes_find(text, BYTES("\n"));
		struct bytes line = bytes_head(text, n);

		text = bytes_from(text, n == SIZE_MAX ? n : n + 1);
		if (bytes_starts(line, number) && bytes_ends(line, number))
			continue;
		if (bytes_starts(line, BYTES("# ")))
			line = bytes_from(line, 2);
		for (; line.n; line = bytes_from(line, 1)) {
			if (bytes_starts(line, BYTES("\xe3\x80\x80")))
				line = bytes_from(line, 2);
			else if (line.p[0] > ' ')
				write_u8(&w, line.p[0]);
		}
	}
	return writer_bytes(&w);
}

//= GB/T 33190-2016 DocID: 32 hexadecimal digits
static void what_is_made_opens_and_its_words_come_back(void **state)
{
	AUTO(arena) a = arena_new();
	AUTO_BUF file = buf_make(FILE_MAX), text = buf_make(FILE_MAX);
	AUTO(source) s = NULL;
	AUTO(ofd) o = NULL;
	struct err e;

	(void)state;
	make(contract(), &file);
	open_made(&file, &s, &o);
	assert_bytes(ofd_doc(o, 0)->title, BYTES(TITLE));
	assert_bytes(ofd_doc(o, 0)->author, BYTES("采购 & 中心"));
	assert_bytes(ofd_doc(o, 0)->creation_date, BYTES("2026-09-21"));
	assert_bytes(ofd_doc(o, 0)->doc_id, BYTES("5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a"));
	assert_true(ofd_text(o, sink_to_buf(&text), &e));
	assert_bytes(bare(a, buf_bytes(&text)), bare(a, BYTES(TITLE "\n" TEXT)));
}

static void the_same_spec_gives_the_same_octets(void **state)
{
	AUTO_BUF one = buf_make(FILE_MAX), other = buf_make(FILE_MAX);

	(void)state;
	make(contract(), &one);
	make(contract(), &other);
	assert_bytes(buf_bytes(&one), buf_bytes(&other));
}

static void attachments_come_back(void **state)
{
	AUTO(arena) a = arena_new();
	AUTO_BUF file = buf_make(FILE_MAX);
	AUTO(source) s = NULL;
	AUTO(ofd) o = NULL;
	struct bytes list, data;
	struct err e;
	size_t i;

	(void)state;
	make(contract(), &file);
	open_made(&file, &s, &o);
	assert_bytes(
		ofd_doc(o, 0)->attachments.path, BYTES("Doc_0/Attachs/Attachments.xml"));
	assert_true(ofd_part(o, ofd_doc(o, 0)->attachments.entry, a, &list, &e));
	assert_true(bytes_find(list, BYTES("Name=\"a &lt;b&gt;.txt\"")) != SIZE_MAX);
	assert_true(zip_find(ofd_zip(o), BYTES("Doc_0/Attachs/data.json"), &i));
	assert_true(zip_slurp(ofd_zip(o), i, a, 100, &data, &e));
	assert_bytes(data, BYTES("{}"));
}

static void a_large_attachment_is_streamed(void **state)
{
	AUTO(arena) a = arena_new();
	AUTO_BUF file = buf_make(FILE_MAX);
	uint8_t *noise = arena_alloc(a, 1 << 20);
	struct ofd_attachment one = {.name = BYTES("noise.bin")};
	struct ofd_make_spec spec = contract();
	AUTO(source) data = NULL;
	AUTO(source) s = NULL;
	AUTO(ofd) o = NULL;
	uint64_t seed = 7;

	(void)state;
	for (size_t i = 0; i < 1 << 20; i++)
		noise[i] = (uint8_t)torture_random(&seed);
	data = source_of_bytes(bytes_make(noise, 1 << 20));
	one.file = data;
	spec.attachments = &one;
	spec.attachments_n = 1;
	make(spec, &file);
	open_made(&file, &s, &o);
	assert_true(file.n > 1 << 20 && file.n < (1 << 20) + 200000);
}

static const char *root_of(struct bytes name)
{
	static const char *const roots[] = {"OFD", "Document", "PublicRes", "DocumentRes",
		"Content", "Attachments", "Signatures", "Signature", "Annotations",
		"Annotation", "CustomTags"};
	AUTO(arena) a = arena_new();

	for (size_t i = 0; i < sizeof roots / sizeof *roots; i++) {
		const char *file = arena_printf(a, "%s.xml", roots[i]);

		if (!bytes_equal(name, bytes_str(file)) &&
			!bytes_ends(name, bytes_str(arena_printf(a, "/%s", file))))
			continue;
		if (strcmp(roots[i], "Content") == 0)
			return "Page";
		return strstr(roots[i], "Res") ? "Res" : roots[i];
	}
	return NULL;
}

/* How many parts of a package are not what the schema demands; prints each as `who`. */
static size_t faults(struct zip *z, const char *who, size_t *parts)
{
	AUTO(arena) a = arena_new();
	size_t count = 0;

	for (size_t i = 0; i < zip_count(z); i++) {
		struct bytes name = zip_entry(z, i)->name, part;
		const char *root = root_of(name), *fault;
		AUTO(schema) s = NULL;
		struct err e;

		if (!root)
			continue;
		++*parts;
		s = schema_open(root);
		assert_true(zip_slurp(z, i, a, 1 << 20, &part, &e));
		fault = schema_fault(s, a, part);
		if (!fault)
			continue;
		count++;
		print_message("# %s %s: %s\n", who, text_printable(a, name, 80), fault);
	}
	return count;
}

static void what_is_made_is_what_the_schema_demands(void **state)
{
	AUTO_BUF file = buf_make(FILE_MAX);
	AUTO(source) s = NULL;
	AUTO(ofd) o = NULL;
	size_t parts = 0;

	(void)state;
	make(contract(), &file);
	open_made(&file, &s, &o);
	assert_int_equal(faults(ofd_zip(o), "made here", &parts), 0);
	assert_int_equal(parts, 4 + ofd_doc(o, 0)->pages_n);
}

//= GB/T 9704-2012 §5.2.3: at most 28 characters a line
static void no_line_begins_with_a_comma_or_is_too_wide(void **state)
{
	AUTO(arena) a = arena_new();
	AUTO_BUF file = buf_make(FILE_MAX), text = buf_make(FILE_MAX),
		 many = buf_make(FILE_MAX);
	struct ofd_make_spec spec = contract();
	AUTO(source) s = NULL;
	AUTO(ofd) o = NULL;
	struct bytes rest;
	struct err e;

	(void)state;
	/* every length of line meets every mark */
	for (int i = 0; i < 120; i++)
		for (int k = 0; k <= i % 40; k++)
			assert_true(buf_put(&many,
				bytes_str(k < i % 40 ? "字" : "（，）。》；\n"), &e));
	spec.text = buf_bytes(&many);
	make(spec, &file);
	open_made(&file, &s, &o);
	assert_true(ofd_doc(o, 0)->pages_n > 4);
	assert_true(ofd_text(o, sink_to_buf(&text), &e));
	for (rest = buf_bytes(&text); rest.n;) {
		struct bytes line = bytes_head(rest, bytes_find(rest, BYTES("\n")));

		rest = bytes_from(rest, line.n + 1);
		assert_false(bytes_starts(line, BYTES("，")) ||
			     bytes_starts(line, BYTES("）")) ||
			     bytes_starts(line, BYTES("。")) ||
			     bytes_ends(line, BYTES("（")));
		assert_true(line.n <= 28 * 3);
	}
	(void)a;
}

static void refused(struct ofd_make_spec spec, enum err_code code)
{
	AUTO_BUF out = buf_make(FILE_MAX);
	struct err e;

	if (ofd_make(&fixed, &spec, sink_to_buf(&out), &e))
		fail_msg("made");
	if (e.code == ERR_NOT_FOUND && code != ERR_NOT_FOUND)
		SKIP("no font for generated pages: %s", e.text);
	if (e.code != code)
		fail_msg("%s: %s", err_name(e.code), e.text);
}

static void what_cannot_be_made_is_told(void **state)
{
	AUTO(arena) a = arena_new();
	static const char *const names[] = {
		"", "a/b", "..", "a\\b", " a", "a\n", "attachments.XML", "\xff"};
	struct ofd_attachment same[] = {two[0], two[0]}, one;
	struct ofd_make_spec spec = contract();

	(void)state;
	spec.title = BYTES(" ");
	refused(spec, ERR_USAGE);
	spec = contract();
	spec.text = BYTES("\xb9\xab");
	refused(spec, ERR_USAGE);
	spec.text = BYTES("a\0b");
	refused(spec, ERR_USAGE);
	spec.text = BYTES("\xee\x80\x80"); /* U+E000, of private use */
	refused(spec, ERR_UNSUPPORTED);
	spec.text =
		bytes_make(arena_alloc(a, OFD_MAKE_TEXT_MAX + 1), OFD_MAKE_TEXT_MAX + 1);
	refused(spec, ERR_TOO_LARGE);
	spec = contract();
	spec.font = "/nonexistent/font.otf";
	refused(spec, ERR_NOT_FOUND);
	spec = contract();
	same[1].name = BYTES("DATA.json");
	spec.attachments = same;
	refused(spec, ERR_USAGE);
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		one = (struct ofd_attachment){.name = bytes_str(names[i])};
		spec.attachments = &one;
		spec.attachments_n = 1;
		refused(spec, ERR_USAGE);
	}
}

static void the_embedded_font_has_what_the_text_needs_and_little_more(void **state)
{
	AUTO(make_font) f = NULL;
	AUTO_BUF whole = buf_make(FILE_MAX);
	struct err e;
	int advance;

	(void)state;
	if (!make_font_open(&f, NULL, 0, &e))
		SKIP("no font for generated pages: %s", e.text);
	assert_true(make_font_advance(f, 0x5370, 5571, &advance, &e)); /* 印 */
	assert_int_equal(advance, 5571);
	assert_false(make_font_advance(f, 0xe000, 5571, &advance, &e));
	assert_true(make_font_subset(f, &whole, &e));
	assert_true(whole.n > 500 && whole.n < 20000);
}

static void where_other_makers_leave_the_schema_is_printed(void **state)
{
	static const char *const samples[] = {"einvoice_zhejiang_1", "koal_single_test",
		"ofdrw_SESV4SignDoc", "einvoice_test_chongqing_999"};
	AUTO(arena) a = arena_new();
	size_t parts = 0;

	(void)state;
	for (size_t i = 0; i < sizeof samples / sizeof *samples; i++) {
		char *path = sample_path(a, arena_printf(a, "ofd/%s.ofd", samples[i]));
		AUTO(source) s = NULL;
		AUTO(zip) z = NULL;
		struct err e;

		assert_true(source_open(&s, path, &e));
		assert_true(zip_open(&z, s, &e));
		(void)faults(z, samples[i], &parts);
	}
	assert_true(parts > 20);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_made_opens_and_its_words_come_back),
		cmocka_unit_test(the_same_spec_gives_the_same_octets),
		cmocka_unit_test(attachments_come_back),
		cmocka_unit_test(a_large_attachment_is_streamed),
		cmocka_unit_test(what_is_made_is_what_the_schema_demands),
		cmocka_unit_test(no_line_begins_with_a_comma_or_is_too_wide),
		cmocka_unit_test(what_cannot_be_made_is_told),
		cmocka_unit_test(
			the_embedded_font_has_what_the_text_needs_and_little_more),
		cmocka_unit_test(where_other_makers_leave_the_schema_is_printed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
