/* closed_ofd: the package of an OFD: is every part of it one that a page shows or that a
 * list names, and does none of them act? SPDX-License-Identifier: Apache-2.0
 */
#include "doc/closed_ofd.h"

#include <string.h>

#include "base/text.h"
#include "doc/ofd_signature.h"

static void list_place(struct closed_work *w, const struct ofd_place *place)
{
	if (place->entry != OFD_NO_ENTRY)
		w->listed[place->entry] = 1;
}

const char *closed_printable(struct closed_work *w, struct bytes b)
{
	return text_printable(w->c->arena, b, 120);
}

void closed_unreadable(struct closed_work *w, struct bytes path, const struct err *e)
{
	closed_found(w->c, CLOSED_UNREADABLE, closed_printable(w, path), e->text);
}

/* --- what the readers below found -----------------------------------------------------
 */

static void look_at_package(struct closed_work *w)
{
	const struct zip *z = ofd_zip(w->o);

	//= Protocols §3: local and central headers equal, no duplicate content
	for (size_t i = 0; i < zip_findings_n(z); i++) {
		const struct zip_finding *f = zip_finding(z, i);
		struct bytes name = {NULL, 0};

		if (f->entry < zip_count(z))
			name = zip_entry(z, f->entry)->name;
		closed_found(w->c, CLOSED_CONTAINER, closed_printable(w, name),
			zip_finding_name(f->kind));
	}
	for (size_t i = 0; i < ofd_findings_n(w->o); i++) {
		const struct ofd_finding *f = ofd_finding(w->o, i);

		if (f->kind == OFD_SEVERAL_DOCS)
			continue;
		closed_found(w->c, CLOSED_PACKAGE, closed_printable(w, f->what),
			ofd_finding_name(f->kind));
	}
	//= Protocols §3: one document body
	if (ofd_docs_n(w->o) != 1)
		closed_found(w->c, CLOSED_SEVERAL_DOCUMENTS, "OFD.xml",
			arena_printf(w->c->arena, "%zu", ofd_docs_n(w->o)));
	if (w->d->has_versions)
		closed_found(w->c, CLOSED_OLD_VERSIONS, "OFD.xml", "");
	/* What is refused as a whole is not refused once more as unlisted. */
	list_place(w, &w->d->custom_tags);
	list_place(w, &w->d->extensions);
	if (w->d->custom_tags.path.n)
		closed_found(w->c, CLOSED_EXTENSION,
			closed_printable(w, w->d->custom_tags.path), "CustomTags");
	if (w->d->extensions.path.n)
		closed_found(w->c, CLOSED_EXTENSION,
			closed_printable(w, w->d->extensions.path), "Extensions");
}

/* --- parts that name further parts ----------------------------------------------------
 */

bool closed_locate(struct closed_work *w, struct bytes base, struct bytes loc,
	struct ofd_place *place)
{
	struct err e;

	if (!ofd_locate(w->o, w->c->arena, base, loc, place, &e)) {
		closed_found(w->c, CLOSED_EXTERNAL, closed_printable(w, base),
			closed_printable(w, loc));
		return false;
	}
	list_place(w, place);
	if (place->entry != OFD_NO_ENTRY)
		return true;
	closed_found(w->c, CLOSED_PACKAGE, closed_printable(w, base),
		closed_printable(w, place->path));
	return false;
}

/* Scans a part with a function for the elements it opens; what goes wrong is a finding.
 */
static void scan(struct closed_work *w, struct closed_part *part)
{
	AUTO(arena) a = arena_new();
	struct bytes octets;
	struct err e;

	list_place(w, &part->place);
	if (part->place.entry == OFD_NO_ENTRY || w->scanned[part->place.entry])
		return;
	w->scanned[part->place.entry] = 1;
	part->arena = a;
	if (!ofd_part(w->o, part->place.entry, a, &octets, &e) ||
		!closed_part_scan(w, part, octets, &e))
		closed_unreadable(w, part->place.path, &e);
}

void closed_scan(struct closed_work *w, enum closed_role role,
	const struct ofd_place *place, const char *name)
{
	struct closed_part part = {.role = role, .place = *place, .name = name};

	if (place->path.n)
		scan(w, &part);
}

/* The parts of a signature, and the signature that names them. */
static void list_signature(struct closed_work *w, const struct ofd_place *place)
{
	AUTO(arena) a = arena_new();
	struct ofd_signature s;
	struct bytes xml;
	struct err e;

	list_place(w, place);
	if (place->entry == OFD_NO_ENTRY)
		return;
	if (!ofd_part(w->o, place->entry, a, &xml, &e) ||
		!ofd_signature_read(&s, w->o, a, place->path, xml, &e)) {
		closed_unreadable(w, place->path, &e);
		return;
	}
	list_place(w, &s.value);
	if (s.has_seal)
		list_place(w, &s.seal);
}

static void list_signatures(struct closed_work *w)
{
	AUTO(arena) a = arena_new();
	struct ofd_signature_list list;
	struct bytes xml;
	struct err e;

	if (!w->d->signatures.path.n || w->d->signatures.entry == OFD_NO_ENTRY)
		return;
	list_place(w, &w->d->signatures);
	if (!ofd_part(w->o, w->d->signatures.entry, a, &xml, &e) ||
		!ofd_signatures_read(&list, w->o, a, w->d->signatures.path, xml, &e)) {
		closed_unreadable(w, w->d->signatures.path, &e);
		return;
	}
	for (size_t i = 0; i < list.count; i++)
		list_signature(w, &list.entries[i].place);
}

static void look_at_parts(struct closed_work *w)
{
	w->listed[ofd_main_entry(w->o)] = 1;
	closed_scan(w, CLOSED_DOCUMENT, &w->d->root, "Document.xml");
	/* Fonts first: the pages are read with them. */
	for (size_t i = 0; i < w->d->resources_n; i++)
		closed_scan(w, CLOSED_RESOURCES, &w->d->resources[i], "");
	for (size_t i = 0; i < w->d->templates_n; i++)
		closed_scan(w, CLOSED_TEMPLATE, &w->d->templates[i].content, "");
	for (size_t i = 0; i < w->d->pages_n; i++)
		closed_scan(w, CLOSED_PAGE, &w->d->pages[i].content,
			arena_printf(w->c->arena, "%zu", i + 1));
	closed_scan(w, CLOSED_ANNOTATIONS, &w->d->annotations, "");
	closed_scan(w, CLOSED_ATTACHMENTS, &w->d->attachments, "");
	list_signatures(w);
	w->c->pages = w->d->pages_n;
}

/* What no list names is there for somebody else. */
static void look_for_unlisted(struct closed_work *w)
{
	const struct zip *z = ofd_zip(w->o);

	//= Protocols §3: no unlisted content
	for (size_t i = 0; i < zip_count(z); i++)
		if (!w->listed[i] &&
			!(zip_entry(z, i)->is_folder && zip_entry(z, i)->size == 0))
			closed_found(w->c, CLOSED_UNLISTED,
				closed_printable(w, zip_entry(z, i)->name), "");
}

bool closed_ofd(struct closed *c, struct source *file, struct err *e)
{
	AUTO(glyph_book) book = NULL;
	AUTO(ofd) o = NULL;
	struct closed_work w = {.c = c};

	if (!ofd_open(&o, file, e)) {
		closed_found(c, CLOSED_UNREADABLE, "", e->text);
		return e->code != ERR_IO;
	}
	book = glyph_book_new();
	w.book = book;
	w.o = o;
	w.d = ofd_doc(o, 0);
	w.listed = arena_alloc(c->arena, zip_count(ofd_zip(o)) + 1);
	w.scanned = arena_alloc(c->arena, zip_count(ofd_zip(o)) + 1);
	w.codes = ARENA_ARRAY(c->arena, CLOSED_CODES_MAX, uint32_t);
	w.glyphs = ARENA_ARRAY(c->arena, CLOSED_CODES_MAX, uint32_t);
	look_at_package(&w);
	if (w.d->tree) {
		look_at_parts(&w);
		look_for_unlisted(&w);
	} else {
		closed_unreadable(&w, w.d->root.path, &w.d->tree_err);
	}
	for (size_t i = 0; i < w.font_count; i++)
		glyph_font_free(w.fonts[i].font);
	return true;
}
