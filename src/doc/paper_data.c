/* paper_data: see paper_data.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "doc/paper_data.h"

#include "doc/evidence_pdf.h"
#include "doc/ofd_package.h"
#include "doc/pdf.h"
#include "doc/xml.h"

#define DATA_NAME BYTES("paper-fields.json")

/* --- OFD: an attachment of the first document */

/* The path of the attachment of that name in the list of attachments. */
static bool attachment_find(
	struct arena *a, struct bytes list, struct bytes *loc, bool *found, struct err *e)
{
	AUTO(xml_reader) r = NULL;
	struct xml_event ev;
	struct bytes name;
	bool more;

	*found = false;
	if (!xml_open(&r, list, e) || !xml_root(r, &ev, e))
		return false;
	for (;;) {
		bool is_ours;

		if (!xml_child(r, 1, &ev, &more, e))
			return false;
		if (!more)
			return true;
		is_ours = xml_is(&ev, "Attachment") && xml_has(&ev, "Name", &name) &&
			  bytes_equal(name, DATA_NAME);
		if (!is_ours)
			continue;
		if (*found)
			return err_set(e, ERR_MALFORMED, "two sets of fields");
		while (xml_child(r, 2, &ev, &more, e) && more)
			if (xml_is(&ev, "FileLoc")) {
				if (!xml_leaf(r, a, loc, e))
					return false;
				*found = true;
			}
		if (more)
			return false;
	}
}

static bool read_ofd(struct arena *a, struct source *file, struct bytes *json,
	bool *found, struct err *e)
{
	struct ofd_place place;
	const struct ofd_doc *d;
	struct bytes list, loc;
	AUTO(ofd) o = NULL;

	*found = false;
	if (!ofd_open(&o, file, e))
		return false;
	d = ofd_doc(o, 0);
	if (!d->tree)
		return err_set(e, ERR_MALFORMED, "%s", d->tree_err.text);
	if (!d->attachments.path.n || d->attachments.entry == OFD_NO_ENTRY)
		return true;
	if (!ofd_part(o, d->attachments.entry, a, &list, e) ||
		!attachment_find(a, list, &loc, found, e) ||
		(*found && !ofd_locate(o, a, d->attachments.path, loc, &place, e)))
		return false;
	if (!*found)
		return true;
	if (place.entry == OFD_NO_ENTRY)
		return err_set(e, ERR_MALFORMED, "the fields' part is missing");
	return zip_slurp(ofd_zip(o), place.entry, a, PAPER_DATA_MAX, json, e);
}

/* --- PDF: an associated file of the catalog */

static bool spec_is_ours(struct pdf *p, struct arena *a, const struct pdf_value *spec,
	bool *is, struct err *e)
{
	struct pdf_value name;

	*is = false;
	if (!pdf_is_dict(spec))
		return true;
	if (!pdf_get(p, a, spec, "F", &name, e))
		return false;
	*is = name.kind == PDF_STRING && bytes_equal(name.octets, DATA_NAME);
	return true;
}

static bool read_spec(struct pdf *p, struct arena *a, const struct pdf_value *spec,
	struct bytes *json, struct err *e)
{
	struct pdf_value files, stream;

	if (!pdf_get(p, a, spec, "EF", &files, e) ||
		!pdf_get(p, a, &files, "F", &stream, e))
		return false;
	if (stream.kind != PDF_STREAM)
		return err_set(e, ERR_MALFORMED, "the fields' file is missing");
	return pdf_slurp(p, a, &stream, PAPER_DATA_MAX, json, e);
}

static bool read_pdf(struct arena *a, struct source *file, struct bytes *json,
	bool *found, struct err *e)
{
	struct pdf_value root, list, spec;
	AUTO(pdf) p = NULL;
	bool is;

	*found = false;
	if (!pdf_open(&p, file, 0, e) || !pdf_root(p, a, &root, e) ||
		!pdf_get(p, a, &root, "AF", &list, e))
		return false;
	for (uint32_t i = 0; list.kind == PDF_ARRAY && i < list.count; i++) {
		if (!pdf_resolve(p, a, &list.items[i], &spec, e) ||
			!spec_is_ours(p, a, &spec, &is, e))
			return false;
		if (!is)
			continue;
		if (*found)
			return err_set(e, ERR_MALFORMED, "two sets of fields");
		*found = true;
		if (!read_spec(p, a, &spec, json, e))
			return false;
	}
	return true;
}

bool paper_data_read(struct arena *a, struct source *file, struct bytes *json,
	bool *found, struct err *e)
{
	return evidence_is_pdf(file) ? read_pdf(a, file, json, found, e)
				     : read_ofd(a, file, json, found, e);
}
