/* ofd_package: OFD.xml and what every part of a package has in common.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "doc/ofd_package.h"

#include "base/text.h"
#include "doc/ofd_private.h"

static const char *const names[OFD_FINDING_COUNT] = {
	[OFD_FOREIGN_NAMESPACE] = "foreign-namespace",
	[OFD_LOOSE_PATH] = "loose-path",
	[OFD_ROOTED_PATH] = "rooted-path",
	[OFD_MISSING_PART] = "missing-part",
	[OFD_BAD_PATH] = "bad-path",
	[OFD_BAD_PART] = "bad-part",
	[OFD_SEVERAL_DOCS] = "several-docs",
};

const char *ofd_finding_name(enum ofd_finding_kind kind)
{
	return kind < OFD_FINDING_COUNT ? names[kind] : "?";
}

void ofd_note(struct ofd *o, enum ofd_finding_kind kind, struct bytes what)
{
	size_t i;

	for (i = 0; i < o->findings_n; i++)
		if (o->findings[i].kind == kind && bytes_equal(o->findings[i].what, what))
			return;
	if (o->findings_n < OFD_FINDINGS_MAX)
		o->findings[o->findings_n++] =
			(struct ofd_finding){kind, arena_dup(o->arena, what)};
}

struct ofd_place ofd_place_of(struct ofd *o, struct bytes base_file, struct bytes loc)
{
	struct ofd_place place = {.entry = OFD_NO_ENTRY};
	struct err e;

	if (!ofd_locate(o, o->arena, base_file, loc, &place, &e)) {
		place.path = arena_dup(o->arena, loc);
		if (!place.path.n)
			place.path = BYTES("?"); /* named, if only by nothing */
		ofd_note(o, OFD_BAD_PATH, place.path);
		return place;
	}
	if (place.entry == OFD_NO_ENTRY)
		ofd_note(o, OFD_MISSING_PART, place.path);
	if (place.loose)
		ofd_note(o, OFD_LOOSE_PATH, place.path);
	if (place.rooted)
		ofd_note(o, OFD_ROOTED_PATH, place.path);
	return place;
}

bool ofd_root(struct ofd *o, struct xml_reader *r, const char *name, struct err *e)
{
	struct xml_event ev;

	if (!xml_root(r, &ev, e))
		return false;
	if (!xml_is(&ev, name))
		return err_set(e, ERR_MALFORMED, "the root element is not %s", name);
	if (!bytes_equal(ev.ns, BYTES(OFD_NAMESPACE)))
		ofd_note(o, OFD_FOREIGN_NAMESPACE, ev.ns);
	return true;
}

bool ofd_part(const struct ofd *o, size_t entry, struct arena *a, struct bytes *out,
	struct err *e)
{
	return zip_slurp(o->zip, entry, a, XML_PART_MAX, out, e);
}

bool ofd_tree_part(
	struct ofd *o, size_t entry, struct arena *a, struct bytes *out, struct err *e)
{
	o->read += zip_entry(o->zip, entry)->size;
	if (o->read > OFD_TREE_MAX)
		return err_set(e, ERR_TOO_LARGE, "more than %u octets of document trees",
			OFD_TREE_MAX);
	return ofd_part(o, entry, a, out, e);
}

static bool info_parse(
	struct ofd *o, struct xml_reader *r, struct ofd_doc *d, struct err *e)
{
	const struct {
		const char *name;
		struct bytes *to;
	} fields[] = {{"DocID", &d->doc_id}, {"Title", &d->title}, {"Author", &d->author},
		{"Subject", &d->subject}, {"Abstract", &d->abstract},
		{"CreationDate", &d->creation_date}, {"ModDate", &d->mod_date},
		{"Creator", &d->creator}, {"CreatorVersion", &d->creator_version}};
	struct xml_event ev;
	bool found;
	size_t i;

	while (xml_child(r, 3, &ev, &found, e)) {
		if (!found)
			return true;
		for (i = 0; i < sizeof fields / sizeof *fields; i++) {
			if (!xml_is(&ev, fields[i].name) || fields[i].to->n)
				continue;
			if (!xml_leaf(r, o->arena, fields[i].to, e))
				return err_in(e, "%s", fields[i].name);
			break;
		}
	}
	return false;
}

/* A path that readers could find in two places is refused. */
static bool place_once(struct ofd *o, struct xml_reader *r, const char *name,
	struct ofd_place *to, struct err *e)
{
	struct bytes loc;

	if (to->path.n)
		return err_set(e, ERR_MALFORMED, "two %s in one DocBody", name);
	if (!xml_leaf(r, o->arena, &loc, e))
		return err_in(e, "%s", name);
	*to = ofd_place_of(o, BYTES("OFD.xml"), loc);
	return true;
}

static bool body_child(struct ofd *o, struct xml_reader *r, const struct xml_event *ev,
	struct ofd_doc *d, struct err *e)
{
	if (xml_is(ev, "DocInfo"))
		return info_parse(o, r, d, e);
	if (xml_is(ev, "DocRoot"))
		return place_once(o, r, "DocRoot", &d->root, e);
	if (xml_is(ev, "Signatures"))
		return place_once(o, r, "Signatures", &d->signatures, e);
	d->has_versions = d->has_versions || xml_is(ev, "Versions");
	return true;
}

static bool body_parse(struct ofd *o, struct xml_reader *r, struct err *e)
{
	struct ofd_doc *d = &o->docs[o->docs_n];
	struct xml_event ev;
	bool found;

	if (o->docs_n == OFD_DOCS_MAX)
		return err_set(e, ERR_TOO_LARGE, "more than %d DocBody", OFD_DOCS_MAX);
	do {
		if (!xml_child(r, 2, &ev, &found, e) ||
			(found && !body_child(o, r, &ev, d, e)))
			return false;
	} while (found);
	if (!d->root.path.n)
		return err_set(e, ERR_MALFORMED, "a DocBody without DocRoot");
	o->docs_n++;
	return true;
}

static bool main_parse(struct ofd *o, struct err *e)
{
	AUTO(xml_reader) r = NULL;
	struct xml_event ev;
	bool found;

	if (!xml_open(&r, o->main, e) || !ofd_root(o, r, "OFD", e))
		return false;
	do {
		if (!xml_child(r, 1, &ev, &found, e))
			return false;
		if (found && xml_is(&ev, "DocBody") && !body_parse(o, r, e))
			return false;
	} while (found);
	/* What follows the root element must be well-formed too. */
	if (!xml_next(r, &ev, e))
		return false;
	if (!o->docs_n)
		return err_set(e, ERR_MALFORMED, "no DocBody");
	if (o->docs_n > 1)
		ofd_note(o, OFD_SEVERAL_DOCS, BYTES("OFD.xml"));
	return true;
}

static bool main_read(struct ofd *o, struct err *e)
{
	bool loose = false;
	size_t encrypted;

	if (!ofd_find(o, BYTES("OFD.xml"), &o->main_entry, &loose)) {
		if (ofd_find(o, BYTES("Encryptions.xml"), &encrypted, &loose))
			return err_set(e, ERR_UNSUPPORTED,
				"encrypted as GM/T 0099 has it: qianyin unlock opens it");
		return err_set(e, ERR_MALFORMED, "not an OFD file: no OFD.xml");
	}
	if (loose)
		ofd_note(o, OFD_LOOSE_PATH, zip_entry(o->zip, o->main_entry)->name);
	if (!ofd_tree_part(o, o->main_entry, o->arena, &o->main, e))
		return false;
	return main_parse(o, e) || err_in(e, "OFD.xml");
}

bool ofd_open(struct ofd **out, struct source *s, struct err *e)
{
	AUTO(ofd) o = NEW(struct ofd);
	size_t i;

	if (!zip_open(&o->zip, s, e))
		return false;
	o->arena = arena_new();
	o->docs = ARENA_ARRAY(o->arena, OFD_DOCS_MAX, struct ofd_doc);
	for (i = 0; i < OFD_DOCS_MAX; i++)
		o->docs[i].root.entry = o->docs[i].signatures.entry =
			o->docs[i].annotations.entry = o->docs[i].attachments.entry =
				o->docs[i].custom_tags.entry =
					o->docs[i].extensions.entry = OFD_NO_ENTRY;
	if (!main_read(o, e))
		return false;
	for (i = 0; i < o->docs_n; i++) {
		struct ofd_doc *d = &o->docs[i];

		d->tree = ofd_tree(o, d, &d->tree_err);
		if (!d->tree && d->root.entry != OFD_NO_ENTRY)
			ofd_note(o, OFD_BAD_PART, d->root.path);
	}
	*out = ofd_move(&o);
	return true;
}

void ofd_free(struct ofd *o)
{
	if (!o)
		return;
	zip_free(o->zip);
	arena_free(o->arena);
	mem_free(o);
}

struct zip *ofd_zip(const struct ofd *o)
{
	return o->zip;
}

size_t ofd_docs_n(const struct ofd *o)
{
	return o->docs_n;
}

const struct ofd_doc *ofd_doc(const struct ofd *o, size_t i)
{
	return &o->docs[i];
}

struct bytes ofd_main(const struct ofd *o)
{
	return o->main;
}

size_t ofd_main_entry(const struct ofd *o)
{
	return o->main_entry;
}

size_t ofd_findings_n(const struct ofd *o)
{
	return o->findings_n;
}

const struct ofd_finding *ofd_finding(const struct ofd *o, size_t i)
{
	return &o->findings[i];
}
