/* test_ofd_signature: Signatures.xml and Signature.xml, read and written, whole and
 * broken.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "base/text.h"
#include "doc/ofd_sign_xml.h"
#include "doc/zip_write.h"
#include "torture.h"
#include "unit.h"

#define PATH BYTES("Doc_0/Signs/Sign_0/Signature.xml")
#define LIST BYTES("Doc_0/Signs/Signatures.xml")
#define NS   " xmlns:ofd=\"http://www.ofdspec.org/2016\""

struct shelf {
	struct arena *a;
	struct buf file;
	struct source *s;
	struct ofd *o;
};

static int begin(void **state)
{
	struct shelf *h = NEW(struct shelf);
	AUTO(zip_writer) w = NULL;
	struct err e;

	h->a = arena_new();
	h->file = buf_make(1 << 16);
	w = zip_writer_new(sink_to_buf(&h->file));
	if (!zip_add(w, BYTES("OFD.xml"),
		    BYTES("<ofd:OFD" NS " DocType=\"OFD\" Version=\"1.0\"><ofd:DocBody>"
			  "<ofd:DocInfo/><ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot>"
			  "</ofd:DocBody></ofd:OFD>"),
		    false, &e) ||
		!zip_add(w, BYTES("Doc_0/Document.xml"), BYTES("<ofd:Document" NS "/>"),
			false, &e) ||
		!zip_add(w, BYTES("Doc_0/Signs/Sign_0/SignedValue.dat"), BYTES("v"),
			false, &e) ||
		!zip_finish(w, &e))
		return -1;
	h->s = source_of_bytes(buf_bytes(&h->file));
	if (!ofd_open(&h->o, h->s, &e))
		return -1;
	*state = h;
	return 0;
}

static int end(void **state)
{
	struct shelf *h = *state;

	ofd_free(h->o);
	source_free(h->s);
	buf_fini(&h->file);
	arena_free(h->a);
	mem_free(h);
	return 0;
}

/* --- boxes --- */

static void a_box_is_four_decimal_numbers(void **state)
{
	double box[4];
	struct err e;

	(void)state;
	assert_true(ofd_box_read(box, BYTES(" 0 -1.5\t210 .25 "), &e));
	assert_true(box[0] == 0 && box[1] == -1.5 && box[2] == 210 && box[3] == .25);
}

static void what_is_no_box_is_refused(void **state)
{
	static const char *const wrong[] = {"", "1 2 3", "1 2 3 4 5", "1 2 3 x",
		"1 2 3 1e5", "1 2 3 nan", "1 2 3 inf", "1 2 3 0x10", "1 2 3 --4",
		"1 2 3 4.5.6", "1,2,3,4", "1 2 3 .", "1 2 3 -", "1 2 3 1000000",
		"1 2 3 -99999999999999999999999999999999999999", "1 2 3 1\xe3\x80\x80",
		"1 2 3 +4"};
	double box[4];
	struct err e;

	(void)state;
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		if (ofd_box_read(box, bytes_str(wrong[i]), &e))
			fail_msg("[%s] was read", wrong[i]);
		assert_int_equal(e.code, ERR_MALFORMED);
	}
}

/* --- Signatures.xml --- */

static void the_list_is_read_in_its_order(void **state)
{
	struct shelf *h = *state;
	struct ofd_signature_list l;
	struct err e;

	if (!ofd_signatures_read(&l, h->o, h->a, LIST,
		    BYTES("<ofd:Signatures" NS "><ofd:MaxSignId>s2</ofd:MaxSignId>"
			  "<ofd:Signature ID=\"s1\" Type=\"Seal\" "
			  "BaseLoc=\"/Doc_0/Signs/Sign_0/Signature.xml\"/>"
			  "<ofd:Signature ID=\"s2\" Type=\"Sign\" "
			  "BaseLoc=\"Sign_1/Signature.xml\"/>"
			  "<ofd:Signature ID=\"s3\" BaseLoc=\"Sign_2/S.xml\"/>"
			  "</ofd:Signatures>"),
		    &e))
		fail_msg("%s", e.text);
	assert_int_equal(l.count, 3);
	assert_bytes(l.max_id, BYTES("s2"));
	assert_bytes(l.entries[0].place.path, BYTES("Doc_0/Signs/Sign_0/Signature.xml"));
	assert_bytes(l.entries[1].place.path, BYTES("Doc_0/Signs/Sign_1/Signature.xml"));
	assert_false(l.entries[0].is_sign);
	assert_true(l.entries[1].is_sign);
	//= GB/T 33190-2016 §18.1: Type is Seal unless it says Sign
	assert_false(l.entries[2].is_sign);
	assert_true(ofd_signature_id_taken(&l, BYTES("s3")));
	assert_false(ofd_signature_id_taken(&l, BYTES("s4")));
}

static void lists_that_are_none_are_refused(void **state)
{
	static const char *const wrong[] = {"", "text", "<Signature/>",
		"<Signatures><Signature ID=\"1\"/></Signatures>",
		("<Signatures><Signature ID=\"1\" BaseLoc=\"../../../../etc/passwd\"/>"
		 "</Signatures>"),
		"<Signatures>", "<!DOCTYPE x [<!ENTITY a \"b\">]><Signatures/>",
		"<Signatures><Signature BaseLoc=\"a\"/></Signatures><x/>"};
	struct shelf *h = *state;
	struct ofd_signature_list l;
	struct err e;

	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
		if (ofd_signatures_read(&l, h->o, h->a, LIST, bytes_str(wrong[i]), &e))
			fail_msg("[%s] was read", wrong[i]);
}

static void too_many_signatures_are_refused(void **state)
{
	struct shelf *h = *state;
	AUTO_BUF b = buf_make(1 << 20);
	struct ofd_signature_list l;
	struct err e;

	assert_true(buf_put(&b, BYTES("<Signatures>"), &e));
	for (size_t i = 0; i <= OFD_SIGNATURES_MAX; i++)
		assert_true(buf_put(&b, BYTES("<Signature BaseLoc=\"a\"/>"), &e));
	assert_true(buf_put(&b, BYTES("</Signatures>"), &e));
	assert_false(ofd_signatures_read(&l, h->o, h->a, LIST, buf_bytes(&b), &e));
	assert_int_equal(e.code, ERR_TOO_LARGE);
}

static void a_list_written_again_has_one_more(void **state)
{
	struct shelf *h = *state;
	struct ofd_signature_list old, l;
	struct bytes xml;
	struct err e;

	assert_true(ofd_signatures_read(&old, h->o, h->a, LIST,
		BYTES("<Signatures><Signature ID=\"a&amp;b\" Type=\"Sign\" "
		      "BaseLoc=\"/x&lt;y.xml\"/></Signatures>"),
		&e));
	assert_true(ofd_signatures_write(
		h->a, &xml, &old, BYTES("s9"), BYTES("Doc_0/S.xml"), false, &e));
	assert_true(ofd_signatures_read(&l, h->o, h->a, LIST, xml, &e));
	assert_int_equal(l.count, 2);
	assert_bytes(l.entries[0].id, BYTES("a&b"));
	assert_bytes(l.entries[0].place.path, BYTES("x<y.xml"));
	assert_true(l.entries[0].is_sign);
	assert_bytes(l.entries[1].place.path, BYTES("Doc_0/S.xml"));
	assert_false(l.entries[1].is_sign);
}

/* --- Signature.xml --- */

#define INFO_FROM                                                                \
	"<ofd:Signature" NS "><ofd:SignedInfo><ofd:Provider ProviderName=\"p\" " \
	"Version=\"1\" Company=\"c\"/><ofd:SignatureMethod>1.2.156.10197.1.501"  \
	"</ofd:SignatureMethod><ofd:SignatureDateTime>20260101000000Z"           \
	"</ofd:SignatureDateTime>"
#define REFERENCES                                                                   \
	"<ofd:References CheckMethod=\"1.2.156.10197.1.401\"><ofd:Reference "        \
	"FileRef=\"/OFD.xml\"><ofd:CheckValue>AQID</ofd:CheckValue></ofd:Reference>" \
	"<ofd:Reference FileRef=\"../../Document.xml\"><ofd:CheckValue> BAUG\n"      \
	"</ofd:CheckValue></ofd:Reference></ofd:References>"
#define STAMP \
	"<ofd:StampAnnot ID=\"1\" PageRef=\"7\" Boundary=\"1 2 3 4\" Clip=\"0 0 1 4\"/>"
#define SEAL "<ofd:Seal><ofd:BaseLoc>Seal.esl</ofd:BaseLoc></ofd:Seal>"
#define INFO_TO                                                                 \
	"</ofd:SignedInfo><ofd:SignedValue>SignedValue.dat</ofd:SignedValue></" \
	"ofd:Signature>"

static bool read_signature(struct shelf *h, struct ofd_signature *s, const char *xml)
{
	struct err e = {0};

	if (ofd_signature_read(s, h->o, h->a, PATH, bytes_str(xml), &e))
		return true;
	assert_int_not_equal(e.code, ERR_NONE);
	return false;
}

static void a_signature_is_read_whole(void **state)
{
	struct shelf *h = *state;
	struct ofd_signature s;

	assert_true(read_signature(h, &s, INFO_FROM REFERENCES STAMP SEAL INFO_TO));
	assert_bytes(s.provider, BYTES("p"));
	assert_bytes(s.method, BYTES("1.2.156.10197.1.501"));
	assert_bytes(s.check_method, BYTES("1.2.156.10197.1.401"));
	assert_int_equal(s.reference_count, 2);
	assert_bytes(s.references[0].place.path, BYTES("OFD.xml"));
	assert_bytes(s.references[0].value, BYTES("\x01\x02\x03"));
	assert_bytes(s.references[1].place.path, BYTES("Doc_0/Document.xml"));
	assert_bytes(s.references[1].value, BYTES("\x04\x05\x06"));
	assert_int_equal(s.references[1].place.entry, 1);
	assert_int_equal(s.stamp_count, 1);
	assert_true(
		s.stamps[0].w == 3 && s.stamps[0].has_clip && s.stamps[0].clip_h == 4);
	assert_bytes(s.stamps[0].page, BYTES("7"));
	assert_true(s.has_seal && s.seal.entry == OFD_NO_ENTRY);
	assert_bytes(s.seal.path, BYTES("Doc_0/Signs/Sign_0/Seal.esl"));
	assert_true(s.has_value && s.value.entry == 2);
}

static void what_is_not_there_is_said_to_be_missing(void **state)
{
	struct shelf *h = *state;
	struct ofd_signature s;

	assert_true(read_signature(
		h, &s, "<Signature><SignedInfo></SignedInfo></Signature>"));
	assert_false(s.has_seal || s.has_value);
	assert_int_equal(s.reference_count, 0);
	assert_int_equal(s.method.n, 0);
}

static void what_could_mean_two_things_is_refused(void **state)
{
	static const char *const wrong[] = {
		INFO_FROM REFERENCES REFERENCES INFO_TO,
		INFO_FROM REFERENCES SEAL SEAL INFO_TO,
		INFO_FROM "</ofd:SignedInfo><ofd:SignedInfo>" REFERENCES INFO_TO,
		INFO_FROM REFERENCES "</ofd:SignedInfo><ofd:SignedValue>a"
				     "</ofd:SignedValue><ofd:SignedValue>b"
				     "</ofd:SignedValue></ofd:Signature>",
		"<Signature><SignedInfo><References><Reference "
		"FileRef=\"/a\"><CheckValue>"
		"AQID</CheckValue><CheckValue>AQID</CheckValue></Reference></References>"
		"</SignedInfo></Signature>",
		"<Signature><SignedInfo><References><Reference FileRef=\"/a\"/>"
		"</References></SignedInfo></Signature>",
		"<Signature><SignedInfo><References><Reference><CheckValue>AQID"
		"</CheckValue></Reference></References></SignedInfo></Signature>",
		"<Signature><SignedInfo><References><Reference "
		"FileRef=\"/a\"><CheckValue>"
		"A!</CheckValue></Reference></References></SignedInfo></Signature>",
		"<Signature><SignedInfo><References><Reference FileRef=\"/../a\">"
		"<CheckValue>AQID</CheckValue></Reference></References></SignedInfo>"
		"</Signature>",
		"<Signature><SignedInfo><StampAnnot/></SignedInfo></Signature>",
		"<Signature><SignedInfo><StampAnnot Boundary=\"1 2 3\"/></SignedInfo>"
		"</Signature>",
		"<Signature><SignedInfo><StampAnnot Boundary=\"1 2 3 4\" Clip=\"\"/>"
		"</SignedInfo></Signature>",
		INFO_FROM REFERENCES INFO_TO "<x/>",
		INFO_FROM REFERENCES INFO_TO "text",
		"<Signature/>",
		"<Signatures/>",
		"",
		"<!DOCTYPE a><Signature><SignedInfo/></Signature>",
	};
	struct shelf *h = *state;
	struct ofd_signature s;

	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
		if (read_signature(h, &s, wrong[i]))
			fail_msg("%zu was read: %s", i, wrong[i]);
}

//= GB/T 33190-2016 §18.2.3: the stamp with its place and Clip, the seal with its path
//= GM/T 0099-2020 §7.2.1: CheckMethod is the OID of SM3
static void a_signature_written_reads_the_same(void **state)
{
	struct shelf *h = *state;
	struct ofd_draft_file files[2] = {
		{BYTES("OFD.xml"), {1}}, {BYTES("Doc_0/a&b<c>\".xml"), {2}}};
	struct ofd_stamp stamps[1] = {
		{.page = BYTES("7"), .x = 1.5, .w = 40, .h = 40, .has_clip = true}};
	struct ofd_signature_draft d = {.files = files,
		.file_count = 2,
		.stamps = stamps,
		.stamp_count = 1,
		.seal_path = BYTES("Doc_0/Signs/Sign_0/Seal.esl"),
		.value_path = BYTES("Doc_0/Signs/Sign_0/SignedValue.dat")};
	struct ofd_signature s;
	struct bytes xml;
	struct err e;

	assert_true(ofd_signature_write(h->a, &xml, &d, &e));
	if (!ofd_signature_read(&s, h->o, h->a, PATH, xml, &e))
		fail_msg("%s", e.text);
	assert_int_equal(s.reference_count, 2);
	assert_bytes(s.references[1].place.path, files[1].path);
	assert_bytes(s.references[1].value, BYTES_OF(files[1].sm3));
	assert_bytes(s.seal.path, d.seal_path);
	assert_bytes(s.value.path, d.value_path);
	assert_true(s.stamps[0].x == 1.5 && s.stamps[0].has_clip);
	assert_bytes(s.check_method, BYTES("1.2.156.10197.1.401"));
}

/* --- OFD.xml --- */

//= GB/T 33190-2016 §7.4: DocBody/Signatures leads to the list
static void signatures_are_entered_behind_what_stands_there(void **state)
{
	static const struct {
		const char *xml, *want;
	} rows[] = {
		{"<ofd:OFD><ofd:DocBody><x/></ofd:DocBody></ofd:OFD>",
			"<ofd:OFD><ofd:DocBody><x/><ofd:Signatures>/L</ofd:Signatures>"
			"</ofd:DocBody></ofd:OFD>"},
		{"<OFD><DocBody></DocBody ><DocBody></DocBody></OFD>",
			"<OFD><DocBody><Signatures>/L</Signatures></DocBody ><DocBody>"
			"</DocBody></OFD>"},
		{"<OFD><!-- </DocBody> --><![CDATA[</DocBody>]]><DocBody></DocBody>"
		 "</OFD>",
			"<OFD><!-- </DocBody> --><![CDATA[</DocBody>]]><DocBody>"
			"<Signatures>/L</Signatures></DocBody></OFD>"},
	};
	struct shelf *h = *state;
	struct bytes out;
	struct err e;

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		assert_true(ofd_main_enter_signatures(
			h->a, &out, bytes_str(rows[i].xml), BYTES("L"), &e));
		assert_bytes(out, bytes_str(rows[i].want));
	}
	assert_false(ofd_main_enter_signatures(
		h->a, &out, BYTES("<OFD><DocBody/></OFD>"), BYTES("L"), &e));
	assert_false(ofd_main_enter_signatures(
		h->a, &out, BYTES("<OFD><!-- </DocBody>"), BYTES("L"), &e));
	assert_int_equal(e.code, ERR_MALFORMED);
}

static void read_altered(struct bytes xml, const struct alteration *what, void *ctx)
{
	struct shelf *h = ctx;
	AUTO(arena) a = arena_new();
	struct ofd_signature_list l;
	struct ofd_signature s;
	struct bytes out;
	struct err e;
	bool read;

	(void)!ofd_main_enter_signatures(a, &out, xml, BYTES("L"), &e);
	read = ofd_signature_read(&s, h->o, a, PATH, xml, &e);
	read |= ofd_signatures_read(&l, h->o, a, LIST, xml, &e);
	if (read)
		assert_int_not_equal(what->kind, TORTURE_CUT);
}

static void survives_every_cut_and_flip(void **state)
{
	struct shelf *h = *state;

	torture_each(BYTES(INFO_FROM REFERENCES STAMP SEAL INFO_TO),
		TORTURE_ALL | TORTURE_HEAVY, read_altered, h);
	torture_each(BYTES("<ofd:Signatures" NS "><ofd:MaxSignId>s2</ofd:MaxSignId>"
			   "<ofd:Signature ID=\"s1\" Type=\"Seal\" BaseLoc=\"/D/S.xml\"/>"
			   "</ofd:Signatures>"),
		TORTURE_ALL | TORTURE_HEAVY, read_altered, h);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_box_is_four_decimal_numbers),
		cmocka_unit_test(what_is_no_box_is_refused),
		cmocka_unit_test(the_list_is_read_in_its_order),
		cmocka_unit_test(lists_that_are_none_are_refused),
		cmocka_unit_test(too_many_signatures_are_refused),
		cmocka_unit_test(a_list_written_again_has_one_more),
		cmocka_unit_test(a_signature_is_read_whole),
		cmocka_unit_test(what_is_not_there_is_said_to_be_missing),
		cmocka_unit_test(what_could_mean_two_things_is_refused),
		cmocka_unit_test(a_signature_written_reads_the_same),
		cmocka_unit_test(signatures_are_entered_behind_what_stands_there),
		cmocka_unit_test(survives_every_cut_and_flip),
	};

	return cmocka_run_group_tests(tests, begin, end);
}
