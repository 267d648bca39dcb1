/* package_kit: an OFD package as a list of files that tests may change at will, sealed by
 * the desk. SPDX-License-Identifier: Apache-2.0
 */
#ifndef QY_TESTS_PACKAGE_KIT_H
#define QY_TESTS_PACKAGE_KIT_H

#include "doc/ofd_sign.h"
#include "doc/verify.h"
#include "doc/zip_write.h"
#include "ses_forge.h"
#include "zip_craft.h"

enum { PACKAGE_MAX = 40 };

struct package {
	size_t n;
	struct bytes names[PACKAGE_MAX], data[PACKAGE_MAX];
};

static inline void package_add(struct package *p, struct bytes name, struct bytes data)
{
	assert_true(p->n < PACKAGE_MAX);
	p->names[p->n] = name;
	p->data[p->n++] = data;
}

static inline size_t package_at(const struct package *p, const char *name)
{
	for (size_t i = 0; i < p->n; i++)
		if (bytes_equal(p->names[i], bytes_str(name)))
			return i;
	fail_msg("no %s in the package", name);
	return 0;
}

static inline void package_remove(struct package *p, size_t at)
{
	for (size_t i = at; i + 1 < p->n; i++) {
		p->names[i] = p->names[i + 1];
		p->data[i] = p->data[i + 1];
	}
	p->n--;
}

/* A clean zip, as our writer makes it. */
static inline struct bytes package_write(struct arena *a, const struct package *p)
{
	struct buf b = buf_make(1 << 24);
	AUTO(zip_writer) w = zip_writer_new(sink_to_buf(&b));
	struct bytes out;
	struct err e;

	for (size_t i = 0; i < p->n; i++)
		if (!zip_add(w, p->names[i], p->data[i], true, &e))
			fail_msg("%s", e.text);
	if (!zip_finish(w, &e))
		fail_msg("%s", e.text);
	out = arena_dup(a, buf_bytes(&b));
	buf_fini(&b);
	return out;
}

/* A zip with whatever names there are. */
static inline struct bytes package_craft(
	struct arena *a, const struct package *p, struct craft_end end)
{
	struct craft files[PACKAGE_MAX] = {0};

	for (size_t i = 0; i < p->n; i++)
		files[i] = (struct craft){.name = p->names[i], .data = p->data[i]};
	return zip_craft(a, files, p->n, end);
}

static inline void package_read(struct package *p, struct arena *a, struct bytes file)
{
	AUTO(source) s = source_of_bytes(file);
	AUTO(zip) z = NULL;
	struct bytes data;
	struct err e;

	*p = (struct package){0};
	if (!zip_open(&z, s, &e))
		fail_msg("%s", e.text);
	for (size_t i = 0; i < zip_count(z); i++) {
		assert_true(zip_slurp(z, i, a, 1 << 24, &data, &e));
		package_add(p, arena_dup(a, zip_entry(z, i)->name), data);
	}
}

#define PACKAGE_NS  "xmlns:ofd=\"http://www.ofdspec.org/2016\""
#define PACKAGE_TOP "<?xml version=\"1.0\" encoding=\"UTF-8\"?>"

/* Two pages, an attachment, and a second document nobody leads to. */
static inline struct bytes package_plain(struct arena *a, const char *text)
{
	static const char main[] = PACKAGE_TOP
		"<ofd:OFD " PACKAGE_NS " Version=\"1.0\" DocType=\"OFD\">"
		"<ofd:DocBody><ofd:DocInfo><ofd:DocID>0</ofd:DocID></ofd:DocInfo>"
		"<ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody></ofd:OFD>";
	static const char document[] = PACKAGE_TOP
		"<ofd:Document " PACKAGE_NS "><ofd:CommonData>"
		"<ofd:MaxUnitID>9</ofd:MaxUnitID><ofd:PageArea>"
		"<ofd:PhysicalBox>0 0 210 297</ofd:PhysicalBox></ofd:PageArea>"
		"</ofd:CommonData><ofd:Pages>"
		"<ofd:Page ID=\"1\" BaseLoc=\"Pages/Page_0/Content.xml\"/>"
		"<ofd:Page ID=\"2\" BaseLoc=\"Pages/Page_1/Content.xml\"/>"
		"</ofd:Pages></ofd:Document>";
	static const char other[] =
		PACKAGE_TOP "<ofd:Document " PACKAGE_NS "><ofd:CommonData>"
			    "<ofd:MaxUnitID>9</ofd:MaxUnitID></ofd:CommonData><ofd:Pages>"
			    "<ofd:Page ID=\"1\" BaseLoc=\"Pages/Page_1/Content.xml\"/>"
			    "</ofd:Pages></ofd:Document>";
	struct package p = {0};

	package_add(&p, BYTES("OFD.xml"), bytes_str(main));
	package_add(&p, BYTES("Doc_0/Document.xml"), bytes_str(document));
	package_add(&p, BYTES("Doc_0/Other.xml"), bytes_str(other));
	for (int i = 0; i < 2; i++)
		package_add(&p,
			bytes_str(arena_printf(a, "Doc_0/Pages/Page_%d/Content.xml", i)),
			bytes_str(arena_printf(a,
				PACKAGE_TOP "<ofd:Page " PACKAGE_NS "><!-- %s %d -->"
					    "<ofd:Content/></ofd:Page>",
				text, i)));
	package_add(&p, BYTES("Doc_0/Attachs/fields.json"), bytes_str(text));
	return package_write(a, &p);
}

static inline struct bytes package_seal(
	struct desk *d, struct bytes file, const struct ofd_sign_spec *spec)
{
	AUTO(source) s = source_of_bytes(file);
	struct buf b = buf_make(1 << 24);
	AUTO(ofd) o = NULL;
	struct bytes out;
	struct err e;

	if (!ofd_open(&o, s, &e) || !ofd_sign(o, sink_to_buf(&b), d->a, d->w, spec, &e))
		fail_msg("%s", e.text);
	out = arena_dup(d->a, buf_bytes(&b));
	buf_fini(&b);
	return out;
}

static inline struct bytes package_seal_of(struct desk *d, const struct cert *holder)
{
	struct bytes seal;
	struct err e;
	struct ses_make_spec spec = {.version = SES_V4,
		.id = "44010000000001",
		.vendor = "QIANYIN",
		.type = SES_TYPE_ORGANIZATION,
		.name = "某某采购中心",
		.certs = &holder->der,
		.cert_count = 1,
		.created = KIT_NOW - TIME_HOUR,
		.valid_from = KIT_NOW - TIME_HOUR,
		.valid_to = KIT_NOW + 300 * TIME_DAY,
		.picture = {BYTES("PNG"), BYTES("picture"), 40, 40},
		.maker = d->maker_key,
		.maker_cert = d->maker.der};

	if (!ses_make(d->a, &seal, d->w, &spec, &e))
		fail_msg("%s", e.text);
	return seal;
}

/* Sealed by the desk's signer, then by the other one. */
static inline struct bytes package_sealed(struct desk *d, const char *text)
{
	struct bytes one = package_seal_of(d, &d->signer),
		     two = package_seal_of(d, &d->other);
	struct bytes file = package_seal(d, package_plain(d->a, text),
		&(struct ofd_sign_spec){.seal = one,
			.key = d->k->key,
			.cert = d->signer.der,
			.time = KIT_NOW,
			.page = 1,
			.straddle = OFD_STRADDLE_RIGHT});

	return package_seal(d, file,
		&(struct ofd_sign_spec){.seal = two,
			.key = d->other_key,
			.cert = d->other.der,
			.time = KIT_NOW,
			.page = -1});
}

#endif
