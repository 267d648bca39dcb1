/* Packages: ST_Loc, OFD.xml and Document.xml as makers write them, and as attackers do.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "doc/ofd_package.h"

#include <dirent.h>
#include <string.h>

#include "doc/zip_write.h"
#include "torture.h"
#include "unit.h"

enum { FILE_MAX = 8 << 20 };

#define HEAD "<?xml version=\"1.0\" encoding=\"UTF-8\"?>"
#define NS   " xmlns:ofd=\"http://www.ofdspec.org/2016\""
#define MAIN(inside) \
	HEAD "<ofd:OFD" NS " Version=\"1.0\" DocType=\"OFD\">" inside "</ofd:OFD>"
#define BODY                                                                            \
	"<ofd:DocBody><ofd:DocInfo><ofd:DocID>0123</ofd:DocID><ofd:Title> 标题 "      \
	"</ofd:Title><ofd:CustomDatas><ofd:CustomData Name='a'>b</ofd:CustomData>"      \
	"</ofd:CustomDatas></ofd:DocInfo><ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot>" \
	"<ofd:Signatures>/Doc_0/Signs/Signatures.xml</ofd:Signatures></ofd:DocBody>"
#define DOCUMENT                                                                     \
	HEAD "<ofd:Document" NS "><ofd:CommonData><ofd:MaxUnitID>9</ofd:MaxUnitID>"  \
	     "<ofd:PageArea><ofd:PhysicalBox>0 0 210 "                               \
	     "297</ofd:PhysicalBox></ofd:PageArea>"                                  \
	     "<ofd:PublicRes>PublicRes.xml</ofd:PublicRes>"                          \
	     "<ofd:TemplatePage ID='5' BaseLoc='Tpls/T.xml' ZOrder='Foreground'/>"   \
	     "</ofd:CommonData><ofd:Pages><ofd:Page ID='1' BaseLoc='Pages/P0.xml'/>" \
	     "<ofd:Page ID='2' BaseLoc='/Doc_0/pages\\P1.xml'/></ofd:Pages>"         \
	     "<ofd:Attachments>../Doc_0/Att.xml</ofd:Attachments></ofd:Document>"

struct part {
	const char *name, *text;
};

static struct bytes package(struct arena *a, const struct part *parts, size_t n)
{
	AUTO_BUF b = buf_make(FILE_MAX);
	AUTO(zip_writer) w = zip_writer_new(sink_to_buf(&b));
	struct err e;

	for (size_t i = 0; i < n; i++)
		assert_true(zip_add(w, bytes_str(parts[i].name), bytes_str(parts[i].text),
			false, &e));
	assert_true(zip_finish(w, &e));
	return arena_dup(a, buf_bytes(&b));
}

//= GB/T 33190-2016 ST_Loc: from the root of the package, or beside the file
static void st_loc_is_resolved(void **state)
{
	static const struct {
		const char *base, *loc, *path;
	} table[] = {
		{"OFD.xml", "Doc_0/Document.xml", "Doc_0/Document.xml"},
		{"OFD.xml", "/Doc_0/Document.xml", "Doc_0/Document.xml"},
		{"OFD.xml", "./Doc_0/./Document.xml", "Doc_0/Document.xml"},
		{"Doc_0/Document.xml", "Pages/P.xml", "Doc_0/Pages/P.xml"},
		{"Doc_0/Document.xml", "/Pages/P.xml", "Pages/P.xml"},
		{"Doc_0/Document.xml", "//Doc_0//Signs///S.esl", "Doc_0/Signs/S.esl"},
		{"Doc_0/Signs/Signatures.xml", "../Res/a.png", "Doc_0/Res/a.png"},
		{"Doc_0/Signs/Signatures.xml", "../../OFD.xml", "OFD.xml"},
		{"Doc_0/Signs/Signatures.xml", "Sign_0/../Sign_1/S.xml",
			"Doc_0/Signs/Sign_1/S.xml"},
		{"Doc_0/Document.xml", "Pages\\Page_0\\Content.xml",
			"Doc_0/Pages/Page_0/Content.xml"},
		{"Doc_0/Document.xml", "\\Doc_0\\a.xml", "Doc_0/a.xml"},
		{"Doc_0/Document.xml", "  a.xml\n", "Doc_0/a.xml"},
		{"Doc_0/Document.xml", "..a/b..", "Doc_0/..a/b.."},
		{"Doc_0/Document.xml", "公文.xml", "Doc_0/公文.xml"},
	};
	AUTO(arena) a = arena_new();

	(void)state;
	for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
		struct bytes out;
		struct err e;

		if (!ofd_resolve(a, bytes_str(table[i].base), bytes_str(table[i].loc),
			    &out, &e))
			fail_msg("%s: %s", table[i].loc, e.text);
		assert_bytes(out, bytes_str(table[i].path));
	}
}

static void st_loc_never_leaves_the_package(void **state)
{
	static const struct {
		const char *base, *loc;
	} table[] = {
		{"OFD.xml", "../OFD.xml"},
		{"OFD.xml", "a/../../b"},
		{"OFD.xml", "/../etc/passwd"},
		{"OFD.xml", "..\\x"},
		{"Doc_0/Document.xml", "../../x"},
		{"OFD.xml", ""},
		{"OFD.xml", " "},
		{"OFD.xml", "/"},
		{"OFD.xml", "Doc_0/"},
		{"OFD.xml", "Doc_0/.."},
		{"OFD.xml", "."},
		{"OFD.xml", "a\tb"},
		{"OFD.xml", "a\x7f"},
	};
	AUTO(arena) a = arena_new();
	char *endless = arena_alloc(a, OFD_LOC_MAX + 2);
	struct bytes out;
	struct err e;

	(void)state;
	for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
		if (ofd_resolve(a, bytes_str(table[i].base), bytes_str(table[i].loc),
			    &out, &e))
			fail_msg("resolved: %s", table[i].loc);
		assert_int_equal(e.code, ERR_MALFORMED);
	}
	memset(endless, 'a', OFD_LOC_MAX + 1);
	assert_false(ofd_resolve(a, BYTES("x"), bytes_str(endless), &out, &e));
	assert_false(ofd_resolve(a, BYTES("x"), BYTES("a\0b"), &out, &e));
}

static bool has_finding(const struct ofd *o, enum ofd_finding_kind kind, const char *what)
{
	for (size_t i = 0; i < ofd_findings_n(o); i++)
		if (ofd_finding(o, i)->kind == kind &&
			bytes_equal(ofd_finding(o, i)->what, bytes_str(what)))
			return true;
	return false;
}

static void a_package_tells_its_documents_and_pages(void **state)
{
	static const struct part parts[] = {{"OFD.xml", MAIN(BODY)},
		{"Doc_0/Document.xml", DOCUMENT}, {"Doc_0/Pages/P0.xml", "x"},
		{"Doc_0/Pages/P1.xml", "x"}, {"Doc_0/Tpls/T.xml", "x"},
		{"Doc_0/PublicRes.xml", "x"}, {"Att.xml", "x"},
		{"Doc_0/Signs/Signatures.xml", "x"}};
	AUTO(arena) a = arena_new();
	AUTO(source) s = source_of_bytes(package(a, parts, 8));
	AUTO(ofd) o = NULL;
	const struct ofd_doc *d;
	struct err e;

	(void)state;
	if (!ofd_open(&o, s, &e))
		fail_msg("%s", e.text);
	assert_int_equal(ofd_docs_n(o), 1);
	d = ofd_doc(o, 0);
	if (!d->tree)
		fail_msg("%s", d->tree_err.text);
	assert_bytes(d->doc_id, BYTES("0123"));
	assert_bytes(d->title, BYTES("标题"));
	assert_int_equal(d->author.n, 0);
	assert_bytes(d->root.path, BYTES("Doc_0/Document.xml"));
	assert_int_equal(d->root.entry, 1);
	assert_int_equal(d->signatures.entry, 7);
	assert_bytes(d->max_unit_id, BYTES("9"));
	assert_bytes(d->physical_box, BYTES("0 0 210 297"));
	assert_int_equal(d->pages_n, 2);
	assert_int_equal(d->pages[0].content.entry, 2);
	assert_false(d->pages[0].content.loose);
	assert_int_equal(d->pages[1].content.entry, 3);
	assert_true(d->pages[1].content.loose);
	assert_bytes(d->pages[1].id, BYTES("2"));
	assert_int_equal(d->templates_n, 1);
	assert_true(d->templates[0].foreground);
	assert_int_equal(d->resources_n, 1);
	assert_int_equal(d->attachments.entry, OFD_NO_ENTRY);
	assert_bytes(d->attachments.path, BYTES("Doc_0/Att.xml"));
	assert_int_equal(d->annotations.path.n, 0);
	assert_int_equal(d->annotations.entry, OFD_NO_ENTRY);
	assert_true(has_finding(o, OFD_LOOSE_PATH, "Doc_0/pages/P1.xml"));
	assert_true(has_finding(o, OFD_MISSING_PART, "Doc_0/Att.xml"));
	assert_int_equal(ofd_findings_n(o), 2);
	assert_bytes(ofd_main(o), BYTES(MAIN(BODY)));
}

static void what_deviates_is_listed(void **state)
{
	static const struct part parts[] = {
		{"ofd.XML", "<OFD><DocBody><DocRoot>../x</DocRoot></DocBody>"
			    "<DocBody><DocRoot>D/Document.xml</DocRoot></DocBody></OFD>"},
		{"D/Document.xml",
			"<x:Document xmlns:x='http://www.ofdspec.org'><x:Pages>"
			"<x:Page ID='1' BaseLoc='D/P.xml'/></x:Pages></x:Document>"},
		{"D/P.xml", "x"}};
	AUTO(arena) a = arena_new();
	AUTO(source) s = source_of_bytes(package(a, parts, 3));
	AUTO(ofd) o = NULL;
	struct err e;

	(void)state;
	if (!ofd_open(&o, s, &e))
		fail_msg("%s", e.text);
	assert_int_equal(ofd_docs_n(o), 2);
	assert_false(ofd_doc(o, 0)->tree);
	assert_bytes(ofd_doc(o, 0)->root.path, BYTES("../x"));
	assert_true(ofd_doc(o, 1)->tree);
	assert_true(ofd_doc(o, 1)->pages[0].content.rooted);
	assert_int_equal(ofd_doc(o, 1)->pages[0].content.entry, 2);
	assert_true(has_finding(o, OFD_SEVERAL_DOCS, "OFD.xml"));
	assert_true(has_finding(o, OFD_LOOSE_PATH, "ofd.XML"));
	assert_true(has_finding(o, OFD_BAD_PATH, "../x"));
	assert_true(has_finding(o, OFD_ROOTED_PATH, "D/P.xml"));
	assert_true(has_finding(o, OFD_FOREIGN_NAMESPACE, ""));
	assert_true(has_finding(o, OFD_FOREIGN_NAMESPACE, "http://www.ofdspec.org"));
}

static void a_missing_or_broken_document_is_named_and_no_more(void **state)
{
	static const struct part broken[] = {
		{"OFD.xml", MAIN(BODY)}, {"Doc_0/Document.xml", "<Document><Pages>"}};
	AUTO(arena) a = arena_new();
	AUTO(source) s = source_of_bytes(package(a, broken, 2));
	AUTO(source) t = source_of_bytes(package(a, broken, 1));
	AUTO(ofd) o = NULL;
	AUTO(ofd) p = NULL;
	struct err e;

	(void)state;
	assert_true(ofd_open(&o, s, &e));
	assert_false(ofd_doc(o, 0)->tree);
	assert_non_null(strstr(ofd_doc(o, 0)->tree_err.text, "Doc_0/Document.xml"));
	assert_true(has_finding(o, OFD_BAD_PART, "Doc_0/Document.xml"));
	assert_true(ofd_open(&p, t, &e));
	assert_false(ofd_doc(p, 0)->tree);
	assert_true(has_finding(p, OFD_MISSING_PART, "Doc_0/Document.xml"));
}

static void refused(
	const char *name, const char *text, enum err_code code, const char *why)
{
	struct part parts[] = {{name, text}, {"Doc_0/Document.xml", DOCUMENT}};
	AUTO(arena) a = arena_new();
	AUTO(source) s = source_of_bytes(package(a, parts, 2));
	AUTO(ofd) o = NULL;
	struct err e;

	if (ofd_open(&o, s, &e))
		fail_msg("opened, expected: %s", why);
	if (e.code != code || !strstr(e.text, why))
		fail_msg(
			"said %s \"%s\", expected \"%s\"", err_name(e.code), e.text, why);
}

static void what_is_no_ofd_is_refused(void **state)
{
	AUTO(arena) a = arena_new();
	AUTO_BUF many = buf_make(FILE_MAX);
	struct err e;

	(void)state;
	refused("other.xml", MAIN(BODY), ERR_MALFORMED, "no OFD.xml");
	refused("OFD.xml", "not XML", ERR_MALFORMED, "OFD.xml");
	refused("OFD.xml", MAIN(""), ERR_MALFORMED, "no DocBody");
	refused("OFD.xml", MAIN(BODY) "<x/>", ERR_MALFORMED, "OFD.xml");
	refused("OFD.xml", MAIN("<ofd:DocBody></ofd:DocBody>"), ERR_MALFORMED,
		"without DocRoot");
	refused("OFD.xml", "<ofd:Document" NS "/>", ERR_MALFORMED, "is not OFD");
	refused("OFD.xml", "<!DOCTYPE OFD>" MAIN(BODY), ERR_MALFORMED, "DTD");
	refused("OFD.xml",
		MAIN("<ofd:DocBody><ofd:DocRoot>a</ofd:DocRoot><ofd:DocRoot>b</"
		     "ofd:DocRoot>"
		     "</ofd:DocBody>"),
		ERR_MALFORMED, "two DocRoot");
	refused("OFD.xml",
		MAIN("<ofd:DocBody><ofd:DocRoot>a</ofd:DocRoot><ofd:Signatures>s"
		     "</ofd:Signatures><ofd:Signatures>t</ofd:Signatures></ofd:DocBody>"),
		ERR_MALFORMED, "two Signatures");
	assert_true(buf_put(&many, BYTES("<OFD>"), &e));
	for (int i = 0; i <= OFD_DOCS_MAX; i++)
		assert_true(buf_put(
			&many, BYTES("<DocBody><DocRoot>a</DocRoot></DocBody>"), &e));
	assert_true(buf_put(&many, BYTES("</OFD>"), &e));
	refused("OFD.xml", arena_str(a, buf_bytes(&many)), ERR_TOO_LARGE, "more than");
}

static void endless_pages_end(void **state)
{
	AUTO(arena) a = arena_new();
	AUTO_BUF b = buf_make(FILE_MAX);
	struct part parts[] = {{"OFD.xml", MAIN(BODY)}, {"Doc_0/Document.xml", NULL}};
	AUTO(source) s = NULL;
	AUTO(ofd) o = NULL;
	struct err e;

	(void)state;
	assert_true(buf_put(&b, BYTES("<Document><Pages>"), &e));
	for (int i = 0; i <= OFD_PAGES_MAX; i++)
		assert_true(buf_put(&b, BYTES("<Page ID='1' BaseLoc='P.xml'/>"), &e));
	assert_true(buf_put(&b, BYTES("</Pages></Document>"), &e));
	parts[1].text = arena_str(a, buf_bytes(&b));
	s = source_of_bytes(package(a, parts, 2));
	assert_true(ofd_open(&o, s, &e));
	assert_false(ofd_doc(o, 0)->tree);
	assert_int_equal(ofd_doc(o, 0)->tree_err.code, ERR_TOO_LARGE);
	assert_int_equal(ofd_doc(o, 0)->pages_n, OFD_PAGES_MAX);
}

static void many_documents_over_one_large_part_end(void **state)
{
	AUTO(arena) a = arena_new();
	AUTO_BUF b = buf_make(FILE_MAX), c = buf_make(FILE_MAX);
	struct part parts[2] = {{"OFD.xml", NULL}, {"D.xml", NULL}};
	AUTO(source) s = NULL;
	AUTO(ofd) o = NULL;
	struct err e;

	(void)state;
	assert_true(buf_put(&b, BYTES("<OFD>"), &e));
	for (int i = 0; i < OFD_DOCS_MAX; i++)
		assert_true(buf_put(
			&b, BYTES("<DocBody><DocRoot>D.xml</DocRoot></DocBody>"), &e));
	assert_true(buf_put(&b, BYTES("</OFD>"), &e));
	assert_true(buf_put(&c, BYTES("<Document>"), &e));
	for (int i = 0; i < 100000; i++)
		assert_true(buf_put(&c, BYTES("                "), &e));
	assert_true(buf_put(&c, BYTES("</Document>"), &e));
	parts[0].text = arena_str(a, buf_bytes(&b));
	parts[1].text = arena_str(a, buf_bytes(&c));
	s = source_of_bytes(package(a, parts, 2));
	assert_true(ofd_open(&o, s, &e));
	assert_true(ofd_doc(o, 0)->tree);
	assert_false(ofd_doc(o, OFD_DOCS_MAX - 1)->tree);
	assert_int_equal(ofd_doc(o, OFD_DOCS_MAX - 1)->tree_err.code, ERR_TOO_LARGE);
}

static void altered(struct bytes b, const struct alteration *what, void *ctx)
{
	AUTO(source) s = source_of_bytes(b);
	AUTO(ofd) o = NULL;
	struct err e;

	(void)ctx;
	if (ofd_open(&o, s, &e)) {
		assert_true(what->kind == TORTURE_FLIP);
		assert_true(ofd_docs_n(o) >= 1);
	}
}

static void alterations_do_no_harm(void **state)
{
	static const struct part parts[] = {
		{"OFD.xml", MAIN(BODY)}, {"Doc_0/Document.xml", DOCUMENT}};
	AUTO(arena) a = arena_new();

	(void)state;
	torture_each(package(a, parts, 2), TORTURE_ALL | TORTURE_HEAVY, altered, NULL);
}

static void check_sample(const char *path, const char *name)
{
	AUTO(source) s = NULL;
	AUTO(ofd) o = NULL;
	struct err e;

	if (!source_open(&s, path, &e) || !ofd_open(&o, s, &e))
		fail_msg("%s: %s", name, e.text);
	assert_int_equal(ofd_docs_n(o), 1);
	if (!ofd_doc(o, 0)->tree)
		fail_msg("%s: %s", name, ofd_doc(o, 0)->tree_err.text);
	assert_true(ofd_doc(o, 0)->pages_n >= 1);
	for (size_t i = 0; i < ofd_doc(o, 0)->pages_n; i++)
		assert_true(ofd_doc(o, 0)->pages[i].content.entry != OFD_NO_ENTRY);
	for (size_t i = 0; i < ofd_findings_n(o); i++)
		print_message("# %s: %s %s\n", name,
			ofd_finding_name(ofd_finding(o, i)->kind),
			(const char *)ofd_finding(o, i)->what.p);
	if (ofd_doc(o, 0)->signatures.path.n)
		assert_true(ofd_doc(o, 0)->signatures.entry != OFD_NO_ENTRY);
}

static void every_file_of_another_maker_opens_with_all_its_pages(void **state)
{
	AUTO(arena) a = arena_new();
	char *folder = sample_path(a, "ofd");
	DIR *d = opendir(folder);
	struct dirent *file;
	size_t count = 0;

	(void)state;
	assert_non_null(d);
	while ((file = readdir(d))) {
		if (!bytes_ends(bytes_str(file->d_name), BYTES(".ofd")))
			continue;
		check_sample(
			arena_printf(a, "%s/%s", folder, file->d_name), file->d_name);
		count++;
	}
	(void)closedir(d);
	assert_true(count >= 17);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(st_loc_is_resolved),
		cmocka_unit_test(st_loc_never_leaves_the_package),
		cmocka_unit_test(a_package_tells_its_documents_and_pages),
		cmocka_unit_test(what_deviates_is_listed),
		cmocka_unit_test(a_missing_or_broken_document_is_named_and_no_more),
		cmocka_unit_test(what_is_no_ofd_is_refused),
		cmocka_unit_test(endless_pages_end),
		cmocka_unit_test(many_documents_over_one_large_part_end),
		cmocka_unit_test(alterations_do_no_harm),
		cmocka_unit_test(every_file_of_another_maker_opens_with_all_its_pages),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
