/* pdf_attack_kit: a small contract with a form, annotations, layers and attachments,
 * signed here, and what others do to it afterwards.
 * SPDX-License-Identifier: Apache-2.0
 *
 * Objects: 1 catalog, 2 page tree, 3 font, 10 and 11 pages, 12 and 13 their contents, 14
 * an image on page 1, 15 resources of page 2, 20 an empty text field, 21 a filled one
 * with its appearance 22, 23 metadata, 24 the form, 25 a note on page 1 with its
 * appearance 26, 27 layers, 28 names, 29 outline, 30 a page nothing refers to with its
 * contents 31, 32 Info. Page 2 also refers to contents 33, which are missing. 40 is the
 * signature's field and widget, 41 its appearance, 42 the signature.
 */
#ifndef QY_TESTS_PDF_ATTACK_KIT_H
#define QY_TESTS_PDF_ATTACK_KIT_H

#include "judge_kit.h"
#include "pdf_kit.h"

#include "base/text.h"
#include "doc/cms_write.h"
#include "doc/verify.h"

enum { HOLE = 6000, SIZE = 43 };

#define PAGE_1_HEAD                                                             \
	"<</Type/Page/Parent 2 0 R/Contents[12 0 R]/Resources<</Font<</F1 3 0 " \
	"R>>/XObject<</I 14 0 R>>>>"
#define PAGE_1(annots) PAGE_1_HEAD "/Annots[20 0 R 21 0 R 25 0 R " annots "]>>"
#define PAGE_2         "<</Type/Page/Parent 2 0 R/Contents[13 0 R 33 0 R]/Resources 15 0 R>>"
#define CATALOG(more)                                                                    \
	"<</Type/Catalog/Pages 2 0 R/AcroForm 24 0 R/Metadata 23 0 R/OCProperties 27 0 " \
	"R/Names 28 0 R/Outlines 29 0 R" more ">>"
#define FORM(fields) "<</Fields[20 0 R 21 0 R " fields "]/SigFlags 3/DA(/F1 0 Tf)>>"
#define FIELD_EMPTY(more)                                                        \
	"<</FT/Tx/T(empty)/Type/Annot/Subtype/Widget/P 10 0 R/Rect[100 100 300 " \
	"120]" more ">>"
#define FIELD_FILLED(value, more)                                                      \
	"<</FT/Tx/T(filled)/V(" value ")/Type/Annot/Subtype/Widget/P 10 0 R/Rect[100 " \
	"130 300 150]/AP<</N 22 0 R>>" more ">>"
#define NOTE(more)                                                                 \
	"<</Type/Annot/Subtype/Text/Contents(note)/Rect[10 10 30 30]/AP<</N 26 0 " \
	"R>>" more ">>"
#define SIG_FIELD(more)                                                                \
	"<</FT/Sig/T(one)/V 42 0 R/Type/Annot/Subtype/Widget/F 132/P 10 0 R/Rect[300 " \
	"300 "                                                                         \
	"400 400]/AP<</N 41 0 R>>" more ">>"

static inline void ak_parts(struct pk *k)
{
	pk_obj(k, 1, CATALOG(""));
	pk_obj(k, 2, "<</Type/Pages/Count 2/MediaBox[0 0 595 842]/Kids[10 0 R 11 0 R]>>");
	pk_obj(k, 3, "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>");
	pk_obj(k, 10, PAGE_1(""));
	pk_obj(k, 11, PAGE_2);
	pk_stream(k, 12, "", BYTES("BT /F1 12 Tf 72 700 Td (10 000) Tj ET /I Do"));
	pk_stream(k, 13, "", BYTES("BT /F1 12 Tf 72 700 Td (page two) Tj ET"));
	pk_stream(k, 14,
		"/Type/XObject/Subtype/Image/Width 1/Height 1/ColorSpace/DeviceGray"
		"/BitsPerComponent 8",
		BYTES("\x80"));
	pk_obj(k, 15, "<</Font<</F1 3 0 R>>>>");
	pk_obj(k, 20, FIELD_EMPTY(""));
	pk_obj(k, 21, FIELD_FILLED("100", ""));
	pk_stream(k, 22, "/Type/XObject/Subtype/Form/BBox[0 0 9 9]", BYTES("(100) Tj"));
	pk_stream(k, 23, "/Type/Metadata/Subtype/XML", BYTES("<x/>"));
	pk_obj(k, 24, FORM(""));
	pk_obj(k, 25, NOTE(""));
	pk_stream(k, 26, "/Type/XObject/Subtype/Form/BBox[0 0 9 9]", BYTES("0 0 m"));
	pk_obj(k, 27, "<</OCGs[]/D<<>>>>");
	pk_obj(k, 28, "<<>>");
	pk_obj(k, 29, "<</Type/Outlines/Count 0>>");
	pk_obj(k, 30, "<</Type/Page/Parent 2 0 R/Contents 31 0 R>>");
	pk_stream(k, 31, "", BYTES("BT /F1 12 Tf 72 700 Td (99 999) Tj ET"));
	pk_obj(k, 32, "<</Title(contract)>>");
}

/* The dictionary of a signature with a hole, in object num. */
static inline void ak_hole(struct pk *k, uint32_t num, const char *more)
{
	char *zeros = arena_alloc(k->a, HOLE + 1);

	for (size_t i = 0; i < HOLE; i++)
		zeros[i] = '0';
	pk_open(k, num);
	pk_put(k, arena_printf(k->a,
			  "<</Type/Sig/Filter/Adobe.PPKLite/SubFilter/"
			  "ETSI.CAdES.detached/M(D:20260101000000Z)%s"
			  "/ByteRange[0 ********** ********** **********]/Contents<%s>>>"
			  "\nendobj\n",
			  more, zeros));
}

static inline void ak_overwrite(struct bytes file, size_t at, const char *text)
{
	struct writer w = writer_over((uint8_t *)(uintptr_t)file.p + at, file.n - at);

	write_str(&w, text);
}

/* Fills in the last hole of the file: ranges and signature. */
static inline struct bytes ak_fill(struct desk *d, struct arena *a, struct bytes file)
{
	struct bytes copy = arena_dup(a, file), der;
	size_t at = bytes_find(copy, BYTES("[0 *****")), from, to;
	struct source_range ranges[2];
	AUTO(source) whole = NULL;
	AUTO(source) covered = NULL;
	struct cms_sign_spec spec = {.profile = CMS_PADES,
		.key = d->k->key,
		.cert = d->signer.der,
		.signing_time = TIME_NONE};
	struct err e;

	assert_true(at != SIZE_MAX);
	from = at + bytes_find(bytes_from(copy, at), BYTES("/Contents<")) + 9;
	to = from + HOLE + 2;
	ak_overwrite(copy, at,
		arena_printf(a, "[0 %010zu %010zu %010zu]", from, to, copy.n - to));
	whole = source_of_bytes(copy);
	ranges[0] = (struct source_range){0, from};
	ranges[1] = (struct source_range){to, copy.n - to};
	assert_true(source_of_ranges(&covered, whole, ranges, 2, &e));
	spec.content = covered;
	if (!cms_sign(a, &der, d->w, &spec, &e))
		fail_msg("%s", e.text);
	assert_true(2 * der.n <= HOLE);
	ak_overwrite(copy, from + 1, hex_encode(a, der));
	return copy;
}

struct signed_file {
	struct bytes file;
	uint64_t prev; /* its last section */
};

/* The contract, signed; `more` goes into the signature's dictionary. */
static inline struct signed_file ak_signed(
	struct desk *d, struct arena *a, const char *more, const char *field)
{
	struct pk k = pk_begin(a);
	struct signed_file out;

	ak_parts(&k);
	pk_table(&k, "/Root 1 0 R/Info 32 0 R/ID[<aa><aa>]");
	pk_obj(&k, 10, PAGE_1("40 0 R"));
	pk_obj(&k, 24, FORM("40 0 R"));
	pk_obj(&k, 40, SIG_FIELD("%s"), field);
	pk_stream(&k, 41, "/Type/XObject/Subtype/Form/BBox[0 0 9 9]", BYTES("seal"));
	ak_hole(&k, 42, more);
	pk_table(&k, "/Root 1 0 R/Info 32 0 R/ID[<aa><bb>]");
	out.prev = k.prev;
	out.file = ak_fill(d, a, pk_bytes(&k));
	return out;
}

static inline struct pk ak_after(struct arena *a, const struct signed_file *s)
{
	return pk_after(a, s->file, s->prev, SIZE);
}

#define TRAILER "/Root 1 0 R/Info 32 0 R/ID[<aa><cc>]"

static inline struct report *ak_judge(struct desk *d, struct arena *a, struct bytes file)
{
	AUTO(source) s = source_of_bytes(file);
	struct judge j = desk_judge_full(d, a);
	struct report *r;
	struct err e;

	if (!verify_file(&r, &j, "contract.pdf", s, NULL, NULL, &e))
		fail_msg("%s", e.text);
	return r;
}

static inline const struct check *ak_later(const struct report *r)
{
	return &r->signatures[0].verdict.checks[CHECK_LATER_CHANGES];
}

/* The first signature must fail for changes of this kind. */
static inline void ak_flagged(struct desk *d, struct arena *a, struct bytes file,
	const char *kind, const char *why)
{
	struct report *r = ak_judge(d, a, file);
	const struct check *c = ak_later(r);

	if (r->count == 0)
		fail_msg("%s: no signature found", why);
	if (!c->present || c->result != CHECK_FAILED ||
		bytes_find(bytes_str(c->detail),
			bytes_str(arena_printf(a, "[%s]", kind))) == SIZE_MAX)
		fail_msg("%s: not flagged as %s: %s", why, kind,
			c->present ? c->detail : "(no check)");
	assert_int_equal(r->signatures[0].indication, INDICATION_FAILED);
	assert_int_equal(r->indication, INDICATION_FAILED);
	/* The signature itself is whole: only the judge of later revisions sees it. */
	assert_passed(&r->signatures[0], CHECK_SIGNATURE_VALUE);
	assert_passed(&r->signatures[0], CHECK_DIGEST_DOCUMENT);
}

static inline void ak_permitted(struct desk *d, struct arena *a, struct bytes file,
	const char *kind, const char *why)
{
	struct report *r = ak_judge(d, a, file);
	const struct check *c = ak_later(r);

	if (!c->present || c->result != CHECK_PASSED)
		fail_msg("%s: %s", why, c->present ? c->detail : "(no check)");
	if (bytes_find(bytes_str(c->detail), bytes_str(arena_printf(a, "[%s]", kind))) ==
		SIZE_MAX)
		fail_msg("%s: not called %s: %s", why, kind, c->detail);
	assert_passed(&r->signatures[0], CHECK_COVERAGE);
	assert_passed(&r->signatures[0], CHECK_FORMAT);
}

#endif
