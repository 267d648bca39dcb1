/* fuzz_ofd_signature: Signatures.xml, Signature.xml, boxes, and entering <Signatures>.
 * The first octet chooses: L a list, B a box, M an OFD.xml; else a Signature.xml.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdlib.h>

#include "doc/ofd_sign_xml.h"
#include "doc/zip_write.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

static void demand(bool holds)
{
	if (!holds)
		abort();
}

static const char main_xml[] =
	"<ofd:OFD xmlns:ofd=\"http://www.ofdspec.org/2016\" DocType=\"OFD\" "
	"Version=\"1.0\"><ofd:DocBody><ofd:DocInfo/><ofd:DocRoot>Doc_0/Document.xml"
	"</ofd:DocRoot></ofd:DocBody></ofd:OFD>";
static const char document_xml[] =
	"<ofd:Document xmlns:ofd=\"http://www.ofdspec.org/2016\"><ofd:CommonData>"
	"<ofd:MaxUnitID>1</ofd:MaxUnitID><ofd:PageArea><ofd:PhysicalBox>0 0 210 297"
	"</ofd:PhysicalBox></ofd:PageArea></ofd:CommonData><ofd:Pages/></ofd:Document>";

static void open_package(struct buf *b, struct source **s, struct ofd **o)
{
	AUTO(zip_writer) w = zip_writer_new(sink_to_buf(b));
	struct err e;

	demand(zip_add(w, BYTES("OFD.xml"), bytes_str(main_xml), false, &e));
	demand(zip_add(
		w, BYTES("Doc_0/Document.xml"), bytes_str(document_xml), false, &e));
	demand(zip_finish(w, &e));
	*s = source_of_bytes(buf_bytes(b));
	demand(ofd_open(o, *s, &e));
}

static void try_list(const struct ofd *o, struct arena *a, struct bytes xml)
{
	struct ofd_signature_list list, again;
	struct bytes out;
	struct err e;

	if (!ofd_signatures_read(
		    &list, o, a, BYTES("Doc_0/Signs/Signatures.xml"), xml, &e))
		return;
	demand(list.count <= OFD_SIGNATURES_MAX);
	if (!ofd_signatures_write(a, &out, &list, BYTES("s9"),
		    BYTES("Doc_0/Signs/Sign_9/Signature.xml"), true, &e))
		return;
	/* What is written has them all and one more. */
	if (ofd_signatures_read(
		    &again, o, a, BYTES("Doc_0/Signs/Signatures.xml"), out, &e))
		demand(again.count == list.count + 1 &&
			again.entries[list.count].is_sign);
	else
		demand(e.code == ERR_TOO_LARGE);
}

static void try_signature(const struct ofd *o, struct arena *a, struct bytes xml)
{
	struct ofd_signature s;
	struct err e = {0};

	if (!ofd_signature_read(
		    &s, o, a, BYTES("Doc_0/Signs/Sign_0/Signature.xml"), xml, &e)) {
		demand(e.code != ERR_NONE);
		return;
	}
	demand(s.reference_count <= OFD_REFERENCES_MAX &&
		s.stamp_count <= OFD_STAMPS_MAX);
	for (size_t i = 0; i < s.reference_count; i++)
		demand(s.references[i].place.entry == OFD_NO_ENTRY ||
			s.references[i].place.entry < zip_count(ofd_zip(o)));
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct bytes in = bytes_make(p, n), rest = bytes_from(in, 1), out;
	AUTO(arena) a = arena_new();
	AUTO_BUF b = buf_make(1 << 16);
	AUTO(source) s = NULL;
	AUTO(ofd) o = NULL;
	struct err e;
	double box[4];

	open_package(&b, &s, &o);
	if (n && p[0] == 'L')
		try_list(o, a, rest);
	else if (n && p[0] == 'B')
		(void)!ofd_box_read(box, rest, &e);
	else if (n && p[0] == 'M')
		demand(!ofd_main_enter_signatures(
			       a, &out, rest, BYTES("Doc_0/Signs/Signatures.xml"), &e) ||
			out.n > rest.n);
	else
		try_signature(o, a, in);
	return 0;
}
