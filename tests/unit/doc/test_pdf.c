/* PDF files as they stand: cross-references of every kind, revisions, pages, limits.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "pdf_kit.h"

#include <zlib.h>

#include "torture.h"

static struct bytes plain_file(struct arena *a)
{
	struct pk k = pk_begin(a);

	pk_document(&k, 3, "");
	pk_table(&k, "/Root 1 0 R");
	return pk_bytes(&k);
}

struct opened {
	struct source *source;
	struct pdf *pdf;
};

static struct opened open_bytes(struct bytes file)
{
	struct opened o = {.source = source_of_bytes(file)};
	struct err e;

	if (!pdf_open(&o.pdf, o.source, 0, &e))
		fail_msg("%s", e.text);
	return o;
}

static void close_it(struct opened *o)
{
	pdf_free(o->pdf);
	source_free(o->source);
}

static enum err_code refused(struct bytes file)
{
	AUTO(source) s = source_of_bytes(file);
	AUTO(pdf) p = NULL;
	struct err e;

	return pdf_open(&p, s, 0, &e) ? ERR_NONE : e.code;
}

/* Everything that can be asked of a file; false as soon as an object cannot be read. */
static bool read_all(struct pdf *p, struct err *e)
{
	size_t n, pages;
	const struct pdf_xref_entry *x = pdf_entries(p, &n);

	if (!pdf_pages(p, &pages, e))
		return false;
	for (size_t i = 0; i < pages; i++) {
		AUTO(arena) a = arena_new();
		struct pdf_page page;

		if (!pdf_page(p, a, i, &page, e))
			return false;
	}
	for (size_t i = 0; i < n; i++) {
		AUTO(arena) a = arena_new();
		struct pdf_value v;
		struct bytes data;

		if (!pdf_object(p, a,
			    (struct pdf_ref){x[i].num, x[i].kind == PDF_ENTRY_PLAIN
							       ? (uint16_t)x[i].extra
							       : 0},
			    &v, e))
			return false;
		if (v.kind == PDF_STREAM && !pdf_slurp(p, a, &v, 4 << 20, &data, e) &&
			e->code != ERR_UNSUPPORTED)
			return false;
	}
	return true;
}

static void values_are_read_and_written_as_they_were(void **state)
{
	static const char *const texts[] = {"<</A 1/B[true false null -7 +3]/C(x)>>",
		"[1 0 R 2 3 4 0 R 5]", "[0.5 -.25 12. 007]", "<00FFab0>",
		"(a\\(b\\)c\\\\)", "(\\344\\n\\r\\t)", "/A#20B", "[[[]]]",
		"<</X<</Y<</Z<>>>>>>>"};
	static const char *const written[] = {"<</A 1/B [true false null -7 3]/C (x)>>",
		"[1 0 R 2 3 4 0 R 5]", "[0.5 -.25 12. 7]", "<00FFAB00>",
		"(a\\(b\\)c\\\\)", "(\\344\\012\\015\\011)", "/A#20B", "[[[]]]",
		"<</X <</Y <</Z <>>>>>>>"};
	AUTO(arena) a = arena_new();

	(void)state;
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		struct bytes in = bytes_str(arena_printf(a, "%s ", texts[i]));
		AUTO_BUF b = buf_make(1 << 16);
		struct pdf_value v, again;
		struct err e;

		if (!pdf_value_read(&v, a, &in, 0, NULL, &e))
			fail_msg("%s: %s", texts[i], e.text);
		assert_int_equal(v.span, strlen(texts[i]));
		assert_true(pdf_value_put(&b, &v, &e));
		assert_bytes(buf_bytes(&b), bytes_str(written[i]));
		in = bytes_str(arena_printf(a, "%s ", written[i]));
		assert_true(pdf_value_read(&again, a, &in, 0, NULL, &e));
		assert_true(v.kind == PDF_ARRAY || pdf_value_equal(&v, &again));
	}
}

static void what_is_no_value_is_refused(void **state)
{
	static const char *const texts[] = {"<</A 1/A 2>>", "<</A>>", "<<1 2>>", "[1 2",
		"(abc", "<0g>", "--1", "1e5", "1.2.3", "/A#0", "/A#00", "/A#zz", "tru",
		"nul", "99999999999999999999999", ">>", "]", ")", "}", "<</A 1", "/A#"};
	AUTO(arena) a = arena_new();

	(void)state;
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		struct bytes in = bytes_str(arena_printf(a, "%s ", texts[i]));
		struct pdf_value v;
		struct err e;

		if (pdf_value_read(&v, a, &in, 0, NULL, &e))
			fail_msg("read: %s", texts[i]);
		assert_int_equal(e.code, ERR_MALFORMED);
	}
}

static void depth_and_number_of_values_are_bounded(void **state)
{
	AUTO(arena) a = arena_new();
	struct writer w = writer_in(a, 2 * PDF_VALUES_MAX + 10);
	struct pdf_value v;
	struct bytes in;
	struct err e;

	(void)state;
	for (int i = 0; i < PDF_DEPTH_MAX + 2; i++)
		write_str(&w, "[");
	in = writer_bytes(&w);
	assert_false(pdf_value_read(&v, a, &in, 0, NULL, &e));
	assert_int_equal(e.code, ERR_TOO_LARGE);
	w.n = 0;
	write_str(&w, "[");
	for (int i = 0; i < PDF_VALUES_MAX; i++)
		write_str(&w, "1 ");
	write_str(&w, "]");
	in = writer_bytes(&w);
	assert_false(pdf_value_read(&v, a, &in, 0, NULL, &e));
	assert_int_equal(e.code, ERR_TOO_LARGE);
}

static void a_table_leads_to_objects_and_pages(void **state)
{
	AUTO(arena) a = arena_new();
	struct opened o = open_bytes(plain_file(a));
	struct pdf_page page;
	struct pdf_value v;
	uint64_t at, end;
	size_t pages;
	bool found;
	struct err e;

	(void)state;
	assert_true(read_all(o.pdf, &e));
	assert_true(pdf_pages(o.pdf, &pages, &e));
	assert_int_equal(pages, 3);
	assert_true(pdf_page(o.pdf, a, 1, &page, &e));
	assert_int_equal(page.ref.num, 11);
	assert_true(page.media[3] > 841.9 && page.media[3] < 842.1);
	assert_int_equal(page.resources.kind, PDF_DICT);
	assert_int_equal(pdf_page_index(o.pdf, 12), 2);
	assert_true(pdf_page_index(o.pdf, 1) == SIZE_MAX);
	assert_int_equal(pdf_next_number(o.pdf), 16);
	assert_int_equal(pdf_revisions(o.pdf), 1);
	assert_int_equal(pdf_revision(o.pdf, 0)->end, pdf_end(o.pdf));
	assert_true(pdf_object(o.pdf, a, (struct pdf_ref){99, 0}, &v, &e));
	assert_int_equal(v.kind, PDF_NULL);
	assert_true(pdf_object(o.pdf, a, (struct pdf_ref){1, 5}, &v, &e));
	assert_int_equal(v.kind, PDF_NULL);
	assert_true(pdf_extent(o.pdf, 3, &at, &end, &found, &e));
	assert_true(found);
	assert_false(pdf_page(o.pdf, a, 3, &page, &e));
	assert_int_equal(e.code, ERR_NOT_FOUND);
	close_it(&o);
}

static void streams_and_packed_objects_are_found(void **state)
{
	AUTO(arena) a = arena_new();
	static const char packed[] = "4 0 5 13 <</Name(vier)> [1 2 3]";
	struct pk k = pk_begin(a);
	struct pdf_value v;
	struct opened o;
	struct err e;

	(void)state;
	pk_document(&k, 2, "");
	pk_stream(&k, 6, "/Type/ObjStm/N 2/First 9",
		BYTES("4 0 5 15 <</Name(vier)>>[1 2 3]"));
	(void)packed;
	pk_enter(&k, 4, 2, 6, 0);
	pk_enter(&k, 5, 2, 6, 1);
	pk_end_stream(&k, 7, "/Root 1 0 R");
	o = open_bytes(pk_bytes(&k));
	if (!read_all(o.pdf, &e))
		fail_msg("%s", e.text);
	assert_true(pdf_object(o.pdf, a, (struct pdf_ref){4, 0}, &v, &e));
	assert_bytes(pdf_find(&v, "Name")->octets, BYTES("vier"));
	assert_true(pdf_object(o.pdf, a, (struct pdf_ref){5, 0}, &v, &e));
	assert_int_equal(v.count, 3);
	assert_int_equal(pdf_revision(o.pdf, 0)->kind, PDF_XREF_STREAM);
	close_it(&o);
}

static void a_packed_object_under_another_number_is_refused(void **state)
{
	AUTO(arena) a = arena_new();
	struct pk k = pk_begin(a);
	struct pdf_value v;
	struct opened o;
	struct err e;

	(void)state;
	pk_document(&k, 1, "");
	pk_stream(&k, 6, "/Type/ObjStm/N 1/First 4", BYTES("4 0 <</Name(vier)>>"));
	pk_enter(&k, 5, 2, 6, 0);
	pk_end_stream(&k, 7, "/Root 1 0 R");
	o = open_bytes(pk_bytes(&k));
	assert_false(pdf_object(o.pdf, a, (struct pdf_ref){5, 0}, &v, &e));
	assert_int_equal(e.code, ERR_MALFORMED);
	close_it(&o);
}

/* A hybrid section: the table hides 4 in a stream that only newer readers look at. */
static struct bytes hybrid_file(struct arena *a, bool contradicts)
{
	struct pk k = pk_begin(a), hidden;
	uint64_t stream_at;

	pk_document(&k, 1, "");
	hidden = k;
	hidden.entries = ARENA_ARRAY(a, 10, struct pk_entry);
	hidden.cap = 10;
	hidden.n = 0;
	if (contradicts)
		pk_enter(&hidden, 3, 1, k.w.n, 0);
	pk_obj(&hidden, 4, "(hidden)");
	stream_at = pk_xref_stream(&hidden, 5, "/Root 1 0 R");
	k.w = hidden.w;
	pk_enter(&k, 4, 0, 0, 0);
	k.size = hidden.size;
	pk_table(&k, arena_printf(a, "/Root 1 0 R/XRefStm %llu",
			     (unsigned long long)stream_at));
	return pk_bytes(&k);
}

static void a_hybrid_section_gives_what_the_table_hides(void **state)
{
	AUTO(arena) a = arena_new();
	struct opened o = open_bytes(hybrid_file(a, false));
	struct pdf_value v;
	struct err e;

	(void)state;
	assert_int_equal(pdf_revision(o.pdf, 0)->kind, PDF_XREF_HYBRID);
	assert_true(pdf_object(o.pdf, a, (struct pdf_ref){4, 0}, &v, &e));
	assert_bytes(v.octets, BYTES("hidden"));
	assert_true(pdf_entry(o.pdf, 4)->is_hidden);
	assert_false(pdf_entry(o.pdf, 3)->is_hidden);
	assert_true(read_all(o.pdf, &e));
	close_it(&o);
}

static void a_hybrid_section_that_contradicts_itself_is_refused(void **state)
{
	AUTO(arena) a = arena_new();

	(void)state;
	assert_int_equal(refused(hybrid_file(a, true)), ERR_MALFORMED);
}

static void revisions_are_told_apart_and_the_past_can_be_seen(void **state)
{
	AUTO(arena) a = arena_new();
	struct pk k = pk_begin(a);
	AUTO(pdf) before = NULL;
	const struct pdf_revision *r;
	struct pdf_value v;
	struct opened o;
	uint64_t first;
	struct err e;

	(void)state;
	pk_document(&k, 1, "");
	pk_obj(&k, 5, "(old)");
	pk_table(&k, "/Root 1 0 R");
	first = k.w.n;
	pk_obj(&k, 5, "(new)");
	pk_end_stream(&k, 20, "/Root 1 0 R");
	o = open_bytes(pk_bytes(&k));
	assert_int_equal(pdf_revisions(o.pdf), 2);
	r = pdf_revision(o.pdf, 1);
	assert_int_equal(pdf_revision(o.pdf, 0)->end, first);
	assert_int_equal(pdf_revision(o.pdf, 0)->kind, PDF_XREF_TABLE);
	assert_int_equal(r->begin, first);
	assert_int_equal(r->kind, PDF_XREF_STREAM);
	assert_int_equal(r->count, 2);
	assert_int_equal(r->entries[0].num, 5);
	assert_int_equal(pdf_entry(o.pdf, 5)->revision, 1);
	assert_int_equal(pdf_entry(o.pdf, 1)->revision, 0);
	assert_true(pdf_object(o.pdf, a, (struct pdf_ref){5, 0}, &v, &e));
	assert_bytes(v.octets, BYTES("new"));
	assert_true(pdf_open(&before, o.source, first, &e));
	assert_true(pdf_object(before, a, (struct pdf_ref){5, 0}, &v, &e));
	assert_bytes(v.octets, BYTES("old"));
	assert_int_equal(pdf_revisions(before), 1);
	close_it(&o);
}

/* As makers of linearised files lay it out: first page first, its section leads back to
 * the rest, and the end of the file leads to the front. */
static void a_linearised_file_is_one_revision(void **state)
{
	AUTO(arena) a = arena_new();
	struct pk k = pk_begin(a);
	uint64_t first_at, main_at, patch;
	struct opened o;
	struct err e;

	(void)state;
	pk_obj(&k, 4, "<</Linearized 1>>");
	pk_obj(&k, 1, "<</Type/Catalog/Pages 2 0 R>>");
	first_at = k.w.n;
	pk_put(&k, "xref\n");
	pk_put(&k, arena_printf(a, "1 1\n%010u 00000 n \n4 1\n%010u 00000 n \n",
			   (unsigned)k.entries[0].where, (unsigned)k.entries[1].where));
	pk_put(&k, "trailer\n<</Size 5/Root 1 0 R/Prev ");
	patch = k.w.n;
	pk_put(&k, "0000000000>>\nstartxref\n0\n%%EOF\n");
	k.n = 0;
	pk_obj(&k, 2, "<</Type/Pages/Count 1/Kids[3 0 R]/MediaBox[0 0 9 9]>>");
	pk_obj(&k, 3, "<</Type/Page/Parent 2 0 R>>");
	main_at = k.w.n;
	pk_put(&k, arena_printf(a,
			   "xref\n0 1\n0000000000 65535 f \n2 2\n%010u 00000 n "
			   "\n%010u 00000 n \ntrailer\n<</Size 5>>\n",
			   (unsigned)k.entries[0].where, (unsigned)k.entries[1].where));
	pk_tail(&k, first_at);
	k.w.n = patch;
	pk_put(&k, arena_printf(a, "%010u", (unsigned)main_at));
	k.w.n = 0;
	while (k.w.p[k.w.n])
		k.w.n++;
	o = open_bytes(pk_bytes(&k));
	assert_int_equal(pdf_revisions(o.pdf), 1);
	assert_true(pdf_revision(o.pdf, 0)->is_linearised);
	assert_int_equal(pdf_revision(o.pdf, 0)->end, pdf_end(o.pdf));
	assert_int_equal(pdf_revision(o.pdf, 0)->xref_at, first_at);
	if (!read_all(o.pdf, &e))
		fail_msg("%s", e.text);
	close_it(&o);
}

static void circles_are_refused(void **state)
{
	AUTO(arena) a = arena_new();
	struct pk k = pk_begin(a);
	struct pdf_value v;
	struct opened o;
	size_t pages;
	struct err e;

	(void)state;
	pk_obj(&k, 1, "<</Type/Catalog/Pages 2 0 R>>");
	pk_obj(&k, 2, "<</Type/Pages/Kids[3 0 R]>>");
	pk_obj(&k, 3, "<</Type/Pages/Kids[2 0 R]>>");
	pk_obj(&k, 4, "5 0 R");
	pk_obj(&k, 5, "4 0 R");
	pk_put(&k, "");
	pk_open(&k, 6);
	pk_put(&k, "<</Length 6 0 R>>\nstream\nx\nendstream\nendobj\n");
	pk_table(&k, "/Root 1 0 R");
	o = open_bytes(pk_bytes(&k));
	assert_false(pdf_pages(o.pdf, &pages, &e));
	assert_int_equal(e.code, ERR_MALFORMED);
	v = pdf_make_ref(4, 0);
	assert_false(pdf_resolve(o.pdf, a, &v, &v, &e));
	assert_int_equal(e.code, ERR_MALFORMED);
	assert_false(pdf_object(o.pdf, a, (struct pdf_ref){6, 0}, &v, &e));
	assert_int_equal(e.code, ERR_MALFORMED);
	close_it(&o);
	k = pk_begin(a);
	pk_document(&k, 1, "");
	k.prev = k.w.n;
	pk_table(&k, "/Root 1 0 R");
	assert_int_equal(refused(pk_bytes(&k)), ERR_MALFORMED);
}

static void a_page_that_stands_twice_is_refused(void **state)
{
	AUTO(arena) a = arena_new();
	struct pk k = pk_begin(a);
	struct opened o;
	size_t pages;
	struct err e;

	(void)state;
	pk_obj(&k, 1, "<</Type/Catalog/Pages 2 0 R>>");
	pk_obj(&k, 2, "<</Type/Pages/Kids[3 0 R 3 0 R]>>");
	pk_obj(&k, 3, "<</Type/Page/MediaBox[0 0 9 9]>>");
	pk_table(&k, "/Root 1 0 R");
	o = open_bytes(pk_bytes(&k));
	assert_false(pdf_pages(o.pdf, &pages, &e));
	assert_int_equal(e.code, ERR_MALFORMED);
	close_it(&o);
}

static void encrypted_and_damaged_files_are_refused(void **state)
{
	AUTO(arena) a = arena_new();
	struct bytes file = plain_file(a);
	struct pk k = pk_begin(a);
	uint8_t *bent;

	(void)state;
	pk_document(&k, 1, "");
	pk_table(&k, "/Root 1 0 R/Encrypt 9 0 R");
	assert_int_equal(refused(pk_bytes(&k)), ERR_UNSUPPORTED);
	assert_int_equal(refused(BYTES("%PDF-1.4\nnothing")), ERR_MALFORMED);
	assert_int_equal(refused(BYTES("hello")), ERR_MALFORMED);
	assert_int_equal(refused(bytes_head(file, file.n - 3)), ERR_MALFORMED);
	assert_int_equal(
		refused(BYTES("%PDF-1.4\nstartxref\n0\n%%EOF\n")), ERR_MALFORMED);
	bent = (uint8_t *)(uintptr_t)arena_dup(a, file).p;
	bent[bytes_find(file, BYTES("trailer"))] = 'T';
	assert_int_equal(refused(bytes_make(bent, file.n)), ERR_MALFORMED);
}

/* Other readers pass over no comment there: they would look for objects by themselves. */
static void a_comment_behind_startxref_is_refused(void **state)
{
	AUTO(arena) a = arena_new();
	struct bytes file = plain_file(a);
	size_t at = bytes_find(file, BYTES("startxref\n")) + 10;

	(void)state;
	assert_true(at > 10 && at < file.n);
	assert_int_equal(refused(bytes_str(arena_printf(a, "%.*s%%\n%s", (int)at, file.p,
				 arena_str(a, bytes_from(file, at))))),
		ERR_MALFORMED);
}

/* A file with a hole of 4 GB takes no room. */
static void files_of_four_gigabytes_are_refused_clearly(void **state)
{
	AUTO(arena) a = arena_new();
	const char *tmp = getenv("TMPDIR");
	char *path = arena_printf(a, "%s/qianyin-pdf-XXXXXX", tmp ? tmp : "/tmp");
	AUTO(source) s = NULL;
	AUTO(pdf) p = NULL;
	int fd = mkstemp(path);
	struct err e;

	(void)state;
	assert_true(fd >= 0);
	assert_int_equal(ftruncate(fd, (off_t)PDF_FILE_MAX + 1), 0);
	assert_true(source_open(&s, path, &e));
	(void)unlink(path);
	(void)close(fd);
	assert_false(pdf_open(&p, s, 0, &e));
	assert_int_equal(e.code, ERR_TOO_LARGE);
}

/* Offsets count from the header or from the front; a file made for both is two files. */
static void octets_before_the_header_are_counted_one_way_only(void **state)
{
	AUTO(arena) a = arena_new();
	struct bytes file = plain_file(a);
	struct writer w = writer_in(a, file.n + 10);
	struct opened o;
	struct err e;

	(void)state;
	write_str(&w, "\r\n\r\n12345");
	write_bytes(&w, file);
	o = open_bytes(writer_bytes(&w));
	assert_int_equal(pdf_header_at(o.pdf), 9);
	assert_int_equal(pdf_base(o.pdf), 9);
	assert_true(read_all(o.pdf, &e));
	close_it(&o);
}

static void every_filter_is_undone(void **state)
{
	AUTO(arena) a = arena_new();
	static const uint8_t rows[] = {2, 1, 2, 3, 2, 1, 1, 1, 1, 5, 1, 1};
	static const uint8_t undone[] = {1, 2, 3, 2, 3, 4, 5, 6, 7};
	uint8_t packed[200];
	uLongf n = sizeof packed;
	struct pk k = pk_begin(a);
	struct pdf_value v;
	struct bytes data;
	struct opened o;
	struct err e;

	(void)state;
	assert_int_equal(compress(packed, &n, rows, sizeof rows), Z_OK);
	pk_document(&k, 1, "");
	pk_stream(&k, 4,
		"/Filter/FlateDecode/DecodeParms<</Predictor 12/Columns 3/Colors 1>>",
		bytes_make(packed, n));
	pk_stream(&k, 5, "/Filter[/AHx /A85]", BYTES("39 6a 71 6f 5e 7E 3E >"));
	pk_stream(&k, 6, "/Filter/LZWDecode", BYTES("x"));
	pk_stream(&k, 7, "/Filter/FlateDecode", bytes_make(packed, n - 6));
	pk_table(&k, "/Root 1 0 R");
	o = open_bytes(pk_bytes(&k));
	assert_true(pdf_object(o.pdf, a, (struct pdf_ref){4, 0}, &v, &e));
	assert_true(pdf_slurp(o.pdf, a, &v, 100, &data, &e));
	assert_bytes(data, BYTES_OF(undone));
	assert_false(pdf_slurp(o.pdf, a, &v, 8, &data, &e));
	assert_int_equal(e.code, ERR_TOO_LARGE);
	assert_true(pdf_object(o.pdf, a, (struct pdf_ref){5, 0}, &v, &e));
	if (!pdf_slurp(o.pdf, a, &v, 100, &data, &e))
		fail_msg("%s", e.text);
	assert_bytes(data, BYTES("Man "));
	assert_true(pdf_object(o.pdf, a, (struct pdf_ref){6, 0}, &v, &e));
	assert_false(pdf_slurp(o.pdf, a, &v, 100, &data, &e));
	assert_int_equal(e.code, ERR_UNSUPPORTED);
	assert_true(pdf_object(o.pdf, a, (struct pdf_ref){7, 0}, &v, &e));
	assert_false(pdf_slurp(o.pdf, a, &v, 100, &data, &e));
	assert_int_equal(e.code, ERR_MALFORMED);
	close_it(&o);
}

static void rectangles_are_shown_as_the_page_is_turned(void **state)
{
	struct pdf_page page = {.crop = {10, 10, 82, 154}, .unit = 1};
	static const double rect[] = {19, 46, 46, 136};
	double out[4];

	(void)state;
	/* A page of 1 by 2 inches, a box 1/8 from the left and 1/4 from the top. */
	pdf_page_mm(&page, rect, out);
	assert_true(out[0] > 3.17 && out[0] < 3.18 && out[1] > 6.34 && out[1] < 6.36);
	assert_true(out[2] > 9.52 && out[2] < 9.53 && out[3] > 31.7 && out[3] < 31.8);
	page.rotate = 90;
	pdf_page_mm(&page, rect, out);
	assert_true(out[0] > 12.6 && out[0] < 12.8 && out[1] > 3.17 && out[1] < 3.18);
	assert_true(out[2] > 31.7 && out[2] < 31.8 && out[3] > 9.52 && out[3] < 9.53);
	page.rotate = 180;
	pdf_page_mm(&page, rect, out);
	assert_true(out[0] > 12.6 && out[0] < 12.8 && out[1] > 12.6 && out[1] < 12.8);
	page.rotate = 270;
	pdf_page_mm(&page, rect, out);
	assert_true(out[0] > 6.34 && out[0] < 6.36 && out[1] > 12.6 && out[1] < 12.8);
}

static void try_all(struct bytes altered, const struct alteration *what, void *ctx)
{
	AUTO(source) s = source_of_bytes(altered);
	AUTO(pdf) p = NULL;
	struct err e;

	(void)what;
	(void)ctx;
	if (pdf_open(&p, s, 0, &e) && read_all(p, &e))
		return;
	assert_int_not_equal(e.code, ERR_NONE);
}

static void altered_files_are_read_or_refused(void **state)
{
	AUTO(arena) a = arena_new();
	struct pk k = pk_begin(a);
	struct bytes plain = plain_file(a), hybrid = hybrid_file(a, false);

	(void)state;
	(void)torture_each(plain, TORTURE_ALL, try_all, NULL);
	(void)torture_each(hybrid, TORTURE_ALL, try_all, NULL);
	pk_document(&k, 1, "");
	pk_stream(&k, 6, "/Type/ObjStm/N 2/First 9",
		BYTES("4 0 5 15 <</Name(vier)>>[1 2 3]"));
	pk_enter(&k, 4, 2, 6, 0);
	pk_enter(&k, 5, 2, 6, 1);
	pk_end_stream(&k, 7, "/Root 1 0 R");
	(void)torture_each(pk_bytes(&k), TORTURE_ALL, try_all, NULL);
}

static void many_objects_need_little_memory(void **state)
{
	AUTO(arena) a = arena_new();
	struct pk k = pk_begin_with(a, 40 << 20, 500100);
	struct opened o;
	struct pdf_value v;
	struct err e;

	(void)state;
	pk_document(&k, 1, "");
	for (uint32_t i = 20; i < 500020; i++) {
		k.entries[k.n++] = (struct pk_entry){i, 1, k.w.n, 0};
		write_str(&k.w, "20 0 obj\n(x)\nendobj\n");
	}
	k.size = 500020;
	k.entries[k.n - 1].where = k.w.n;
	write_str(&k.w, "500019 0 obj\n(last)\nendobj\n");
	pk_table(&k, "/Root 1 0 R");
	o = open_bytes(pk_bytes(&k));
	assert_true(pdf_object(o.pdf, a, (struct pdf_ref){500019, 0}, &v, &e));
	assert_bytes(v.octets, BYTES("last"));
	assert_false(pdf_object(o.pdf, a, (struct pdf_ref){500018, 0}, &v, &e));
	close_it(&o);
}

static void files_of_other_makers_are_read_wholly(void **state)
{
	static const char *const names[] = {"dss_doc-firmado-LT", "dss_doc-firmado-T",
		"itext_cmp_twoStepSigningBaselineBTest1", "itext_signedPAdES-LT",
		"itext_signedPAdES-T", "rsasign", "sm2sign"};
	AUTO(arena) a = arena_new();

	(void)state;
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		const char *path =
			sample_path(a, arena_printf(a, "pdf/%s.pdf", names[i]));
		AUTO(source) s = NULL;
		AUTO(pdf) p = NULL;
		struct err e;

		assert_true(source_open(&s, path, &e));
		if (!pdf_open(&p, s, 0, &e) || !read_all(p, &e))
			fail_msg("%s: %s", names[i], e.text);
		assert_int_equal(pdf_revision(p, pdf_revisions(p) - 1)->end, pdf_end(p));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(values_are_read_and_written_as_they_were),
		cmocka_unit_test(what_is_no_value_is_refused),
		cmocka_unit_test(depth_and_number_of_values_are_bounded),
		cmocka_unit_test(a_table_leads_to_objects_and_pages),
		cmocka_unit_test(streams_and_packed_objects_are_found),
		cmocka_unit_test(a_packed_object_under_another_number_is_refused),
		cmocka_unit_test(a_hybrid_section_gives_what_the_table_hides),
		cmocka_unit_test(a_hybrid_section_that_contradicts_itself_is_refused),
		cmocka_unit_test(revisions_are_told_apart_and_the_past_can_be_seen),
		cmocka_unit_test(a_linearised_file_is_one_revision),
		cmocka_unit_test(circles_are_refused),
		cmocka_unit_test(a_page_that_stands_twice_is_refused),
		cmocka_unit_test(encrypted_and_damaged_files_are_refused),
		cmocka_unit_test(a_comment_behind_startxref_is_refused),
		cmocka_unit_test(files_of_four_gigabytes_are_refused_clearly),
		cmocka_unit_test(octets_before_the_header_are_counted_one_way_only),
		cmocka_unit_test(every_filter_is_undone),
		cmocka_unit_test(rectangles_are_shown_as_the_page_is_turned),
		cmocka_unit_test(altered_files_are_read_or_refused),
		cmocka_unit_test(many_objects_need_little_memory),
		cmocka_unit_test(files_of_other_makers_are_read_wholly),
	};

	return cmocka_run_group_tests_name("pdf", tests, NULL, NULL);
}
