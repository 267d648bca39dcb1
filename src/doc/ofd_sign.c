/* ofd_sign: see ofd_sign.h. The XML it writes is made in ofd_sign_xml.c.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "doc/ofd_sign.h"

#include "base/text.h"
#include "doc/cms_write.h"
#include "doc/ofd_sign_xml.h"
#include "doc/ses_write.h"
#include "doc/zip_write.h"
#include "pki/sig_alg.h"

#include <string.h>

enum { FOLDER_TRIES = 100000 };

/* What is put together before anything is written. */
struct plan {
	struct ofd *o;
	const struct ofd_doc *doc;
	struct arena *a;
	struct world *w;
	const struct ofd_sign_spec *spec;
	struct ofd_signature_list list;
	struct bytes list_path; /* of Signatures.xml */
	struct bytes main_xml;  /* OFD.xml as it will stand */
	bool main_changed;
	struct bytes list_xml, signature_path, value_path, seal_path, id;
	struct bytes signature_xml, value;
};

/* A package that two readers read in two ways must not get a signature. */
static bool check_package(const struct ofd *o, struct err *e)
{
	struct zip *z = ofd_zip(o);

	for (enum zip_finding_kind kind = 0; kind < ZIP_FINDING_COUNT; kind++)
		if (zip_finding_is_hostile(kind) && zip_findings_all(z, kind))
			return err_set(e, ERR_MALFORMED, "ambiguous package: %s",
				zip_finding_name(kind));
	return true;
}

static struct bytes folder_of(struct bytes path)
{
	size_t n = path.n;

	while (n && path.p[n - 1] != '/')
		n--;
	return bytes_head(path, n);
}

static struct bytes join(struct arena *a, struct bytes folder, const char *name)
{
	char *s = arena_printf(a, "%.*s%s", (int)folder.n, (const char *)folder.p, name);

	return bytes_str(s);
}

/* The list as it stands, and OFD.xml with <Signatures> entered when there is none yet. */
static bool plan_list(struct plan *p, struct err *e)
{
	struct bytes xml;

	p->main_xml = ofd_main(p->o);
	if (p->doc->signatures.path.n == 0) {
		//= GB/T 33190-2016 §7.4: DocBody/Signatures leads to the list of signatures
		p->list_path =
			join(p->a, folder_of(p->doc->root.path), "Signs/Signatures.xml");
		p->main_changed = true;
		return ofd_main_enter_signatures(
			p->a, &p->main_xml, p->main_xml, p->list_path, e);
	}
	p->list_path = p->doc->signatures.path;
	/* What was signed is not known any more; a new list would hide that. */
	if (p->doc->signatures.entry == OFD_NO_ENTRY)
		return err_set(e, ERR_MALFORMED, "%s is named and not there",
			text_printable(p->a, p->list_path, 100));
	p->list_path = zip_entry(ofd_zip(p->o), p->doc->signatures.entry)->name;
	return ofd_part(p->o, p->doc->signatures.entry, p->a, &xml, e) &&
	       ofd_signatures_read(&p->list, p->o, p->a, p->list_path, xml, e);
}

/* A folder Sign_N beside Signatures.xml that is not there yet, and an id nobody has. */
static bool plan_names(struct plan *p, struct err *e)
{
	struct bytes folder = folder_of(p->list_path);
	size_t entry;
	bool loose;

	for (unsigned n = (unsigned)p->list.count; n < FOLDER_TRIES; n++) {
		struct bytes sign = join(p->a, folder, arena_printf(p->a, "Sign_%u/", n));

		p->signature_path = join(p->a, sign, "Signature.xml");
		p->value_path = join(p->a, sign, "SignedValue.dat");
		p->seal_path = join(p->a, sign, "Seal.esl");
		p->id = bytes_str(arena_printf(p->a, "s%03u", n + 1));
		if (ofd_find(p->o, p->signature_path, &entry, &loose) ||
			ofd_find(p->o, p->value_path, &entry, &loose) ||
			ofd_find(p->o, p->seal_path, &entry, &loose) ||
			ofd_signature_id_taken(&p->list, p->id))
			continue;
		return true;
	}
	return err_set(e, ERR_TOO_LARGE, "no free folder for the signature");
}

static bool put_piece(void *to, struct bytes chunk, struct err *e)
{
	(void)e;
	digest_put(to, chunk);
	return true;
}

static bool entry_sm3(struct zip *z, size_t i, uint8_t sm3[SM3_SIZE], struct err *e)
{
	AUTO(digest) d = digest_new(DIGEST_SM3);

	if (!zip_stream(z, i, (struct sink){put_piece, d}, e))
		return false;
	digest_finish(d, sm3);
	return true;
}

//= GB/T 33190-2016 §18.2.2: every file but the list and the signature's own two is referenced
static bool plan_references(
	struct plan *p, struct ofd_signature_draft *draft, struct err *e)
{
	struct zip *z = ofd_zip(p->o);
	size_t n = zip_count(z);

	draft->files = ARENA_ARRAY(p->a, n + 1, struct ofd_draft_file);
	for (size_t i = 0; i < n; i++) {
		const struct zip_entry *entry = zip_entry(z, i);
		struct ofd_draft_file *file = &draft->files[draft->file_count];

		if (entry->is_folder || bytes_equal(entry->name, p->list_path))
			continue;
		file->path = entry->name;
		if (i == ofd_main_entry(p->o))
			sm3_of(p->main_xml, file->sm3);
		else if (!entry_sm3(z, i, file->sm3, e))
			return err_in(e, "%s", text_printable(p->a, entry->name, 100));
		draft->file_count++;
	}
	if (p->spec->seal.n) {
		draft->files[draft->file_count].path = p->seal_path;
		sm3_of(p->spec->seal, draft->files[draft->file_count++].sm3);
	}
	return true;
}

static bool plan_value(struct plan *p, struct err *e)
{
	const struct ofd_sign_spec *spec = p->spec;
	AUTO(source) document = source_of_bytes(p->signature_xml);
	uint8_t sm3[SM3_SIZE];

	if (spec->seal.n == 0)
		//= GM/T 0099-2020 §7.2.2: Type="Sign" holds SignedData over Signature.xml
		return cms_sign(p->a, &p->value, p->w,
			&(struct cms_sign_spec){.content = document,
				.key = spec->key,
				.cert = spec->cert,
				.signing_time = spec->time,
				.order_digest = spec->order_digest,
				.stamper = spec->stamper},
			e);
	//= GB/T 38540-2020 §7.2: dataHash is SM3 of Signature.xml, propertyInfo its path
	sm3_of(p->signature_xml, sm3);
	return ses_sign(p->a, &p->value, p->w,
		&(struct ses_sign_spec){.seal = spec->seal,
			.data_sm3 = sm3,
			.property =
				join(p->a, BYTES("/"), (const char *)p->signature_path.p),
			.time = spec->time,
			.order_digest = spec->order_digest,
			.stamper = spec->stamper,
			.key = spec->key,
			.cert = spec->cert},
		e);
}

static bool write_package(const struct plan *p, struct sink to, struct err *e)
{
	AUTO(zip_writer) out = zip_writer_new(to);
	struct zip *z = ofd_zip(p->o);

	for (size_t i = 0; i < zip_count(z); i++) {
		if (bytes_equal(zip_entry(z, i)->name, p->list_path))
			continue;
		if (i == ofd_main_entry(p->o) && p->main_changed) {
			if (!zip_add(out, zip_entry(z, i)->name, p->main_xml, true, e))
				return false;
		} else if (!zip_copy(out, z, i, e)) {
			return false;
		}
	}
	/* A seal is a packed picture and certificates: deflating it saves one part in a
	 * hundred and takes as long as hashing half a megabyte. */
	return zip_add(out, p->list_path, p->list_xml, true, e) &&
	       (p->spec->seal.n == 0 ||
		       zip_add(out, p->seal_path, p->spec->seal, false, e)) &&
	       zip_add(out, p->signature_path, p->signature_xml, true, e) &&
	       zip_add(out, p->value_path, p->value, false, e) && zip_finish(out, e);
}

bool ofd_sign(struct ofd *o, struct sink to, struct arena *a, struct world *w,
	const struct ofd_sign_spec *spec, struct err *e)
{
	struct ofd_signature_draft draft = {.time = spec->time,
		.method = sig_alg_oid(sig_default(spec->key->pub.kind))};
	struct plan p = {.o = o, .a = a, .w = w, .spec = spec, .doc = ofd_doc(o, 0)};

	if (!check_package(o, e))
		return false;
	if (ofd_docs_n(o) != 1)
		return err_set(e, ERR_UNSUPPORTED,
			"several documents in one package: seal them apart");
	if (!p.doc->tree)
		return err_set(
			e, ERR_MALFORMED, "Document.xml: %.200s", p.doc->tree_err.text);
	if (!plan_list(&p, e) || !plan_names(&p, e) || !plan_references(&p, &draft, e))
		return false;
	draft.value_path = p.value_path;
	if (spec->seal.n) {
		draft.seal_path = p.seal_path;
		if (!ofd_draft_stamps(a, &draft, p.doc, spec, e))
			return false;
	}
	if (!ofd_signature_write(a, &p.signature_xml, &draft, e) || !plan_value(&p, e) ||
		!ofd_signatures_write(a, &p.list_xml, &p.list, p.id, p.signature_path,
			spec->seal.n == 0, e))
		return false;
	return write_package(&p, to, e);
}
