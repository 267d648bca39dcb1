/* The words of a package in reading order, and its list of contents.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "doc/ofd_text.h"

#include <string.h>

#include "doc/ofd_list.h"
#include "doc/zip_write.h"
#include "unit.h"

enum { FILE_MAX = 8 << 20 };

static const char main_xml[] =
	"<OFD><DocBody><DocInfo><DocID>07</DocID><Title>合同"
	"</Title></DocInfo><DocRoot>D.xml</DocRoot></DocBody></OFD>";
static const char document_xml[] =
	"<Document><CommonData><TemplatePage ID='8' BaseLoc='Back.xml'/>"
	"<TemplatePage ID='9' BaseLoc='Front.xml' ZOrder='Foreground'/></CommonData>"
	"<Pages><Page ID='1' BaseLoc='P0.xml'/><Page ID='2' BaseLoc='P1.xml'/></Pages>"
	"</Document>";
static const char first_page[] =
	"<Page><Template TemplateID='9'/><Content><Layer>"
	"<TextObject><TextCode X='1'>甲方：</TextCode><TextCode>a&amp;b</TextCode>"
	"</TextObject><PageBlock><TextObject><TextCode>c</TextCode></TextObject></"
	"PageBlock>"
	"</Layer></Content><Template TemplateID='8'/></Page>";
static const char second_page[] =
	"<Page><Content><Layer><TextObject><TextCode>x\ny\xc2\x9b"
	"2Jz</TextCode></TextObject></Layer></Content></Page>";

static void put(struct zip_writer *w, const char *name, const char *text)
{
	struct err e;

	assert_true(zip_add(w, bytes_str(name), bytes_str(text), true, &e));
}

static void make(struct buf *b, const char *second)
{
	AUTO(zip_writer) w = zip_writer_new(sink_to_buf(b));
	struct err e;

	put(w, "OFD.xml", main_xml);
	put(w, "D.xml", document_xml);
	put(w, "P0.xml", first_page);
	if (second)
		put(w, "P1.xml", second);
	put(w, "Back.xml", "<Page><Content><TextCode>back</TextCode></Content></Page>");
	put(w, "Front.xml", "<Page><Content><TextCode>front</TextCode></Content></Page>");
	assert_true(zip_finish(w, &e));
}

static bool text_of(struct bytes file, struct buf *out, struct err *e)
{
	AUTO(source) s = source_of_bytes(file);
	AUTO(ofd) o = NULL;

	if (!ofd_open(&o, s, e))
		fail_msg("%s", e->text);
	return ofd_text(o, sink_to_buf(out), e);
}

static void pages_come_in_order_with_their_templates(void **state)
{
	AUTO_BUF file = buf_make(FILE_MAX), out = buf_make(FILE_MAX);
	struct err e;

	(void)state;
	make(&file, second_page);
	if (!text_of(buf_bytes(&file), &out, &e))
		fail_msg("%s", e.text);
	assert_bytes(
		buf_bytes(&out), BYTES("back\n甲方：\na&b\nc\nfront\n\fx y\xef\xbf\xbd"
				       "2Jz\n"));
}

static void a_page_that_cannot_be_read_is_named(void **state)
{
	AUTO_BUF file = buf_make(FILE_MAX), out = buf_make(FILE_MAX);
	AUTO_BUF other = buf_make(FILE_MAX);
	struct err e;

	(void)state;
	make(&file, NULL);
	assert_false(text_of(buf_bytes(&file), &out, &e));
	assert_non_null(strstr(e.text, "P1.xml"));
	make(&other, "<Page><Content>");
	assert_false(text_of(buf_bytes(&other), &out, &e));
	assert_non_null(strstr(e.text, "P1.xml"));
}

static void many_pages_over_one_large_part_end(void **state)
{
	AUTO_BUF file = buf_make(FILE_MAX), out = buf_make(FILE_MAX);
	AUTO_BUF large = buf_make(FILE_MAX), pages = buf_make(FILE_MAX);
	AUTO(zip_writer) w = zip_writer_new(sink_to_buf(&file));
	struct err e;

	(void)state;
	assert_true(buf_put(&pages, BYTES("<Document><Pages>"), &e));
	for (int i = 0; i < 1000; i++)
		assert_true(buf_put(&pages, BYTES("<Page ID='1' BaseLoc='P.xml'/>"), &e));
	assert_true(buf_put(&pages, BYTES("</Pages></Document>"), &e));
	assert_true(buf_put(&large, BYTES("<Page>"), &e));
	for (int i = 0; i < 100000; i++)
		assert_true(buf_put(&large, BYTES("           "), &e));
	assert_true(buf_put(&large, BYTES("</Page>"), &e));
	put(w, "OFD.xml", main_xml);
	assert_true(zip_add(w, BYTES("D.xml"), buf_bytes(&pages), true, &e));
	assert_true(zip_add(w, BYTES("P.xml"), buf_bytes(&large), true, &e));
	assert_true(zip_finish(w, &e));
	assert_false(text_of(buf_bytes(&file), &out, &e));
	assert_int_equal(e.code, ERR_TOO_LARGE);
}

static void a_tax_invoice_gives_its_words(void **state)
{
	AUTO(arena) a = arena_new();
	char *path = sample_path(a, "ofd/einvoice_zhejiang_1.ofd");
	AUTO_BUF out = buf_make(FILE_MAX);
	struct bytes file;
	struct err e;

	(void)state;
	assert_true(file_slurp(a, path, FILE_MAX, &file, &e));
	if (!text_of(file, &out, &e))
		fail_msg("%s", e.text);
	assert_true(bytes_find(buf_bytes(&out), BYTES("83089647\n")) != SIZE_MAX);
	/* of the template, drawn behind the page */
	assert_true(bytes_find(buf_bytes(&out), BYTES("增值税电子普通发票")) <
		    bytes_find(buf_bytes(&out), BYTES("83089647\n")));
}

static void the_list_names_entries_and_what_is_odd(void **state)
{
	AUTO(arena) a = arena_new();
	AUTO_BUF file = buf_make(FILE_MAX), zh = buf_make(FILE_MAX),
		 en = buf_make(FILE_MAX);
	AUTO(source) s = NULL;
	AUTO(ofd) o = NULL;
	struct err e;

	(void)state;
	make(&file, NULL);
	s = source_of_bytes(buf_bytes(&file));
	assert_true(ofd_open(&o, s, &e));
	assert_true(ofd_list(o, LANG_ZH, sink_to_buf(&zh), &e));
	assert_true(ofd_list(o, LANG_EN, sink_to_buf(&en), &e));
	assert_true(bytes_find(buf_bytes(&zh), BYTES("共 2 页")) != SIZE_MAX);
	assert_true(bytes_find(buf_bytes(&zh), BYTES("合同")) != SIZE_MAX);
	assert_true(bytes_find(buf_bytes(&zh), BYTES("Front.xml\n")) != SIZE_MAX);
	assert_true(bytes_find(buf_bytes(&zh), BYTES("包内缺少“P1.xml”")) != SIZE_MAX);
	assert_true(bytes_find(buf_bytes(&en), BYTES("“P1.xml” is missing")) != SIZE_MAX);
	(void)a;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pages_come_in_order_with_their_templates),
		cmocka_unit_test(a_page_that_cannot_be_read_is_named),
		cmocka_unit_test(many_pages_over_one_large_part_end),
		cmocka_unit_test(a_tax_invoice_gives_its_words),
		cmocka_unit_test(the_list_names_entries_and_what_is_odd),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
