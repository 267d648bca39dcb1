/* closed_ofd_part: one XML part of an OFD: what it opens, and which parts it names.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "base/text.h"
#include "doc/closed_ofd.h"
#include "doc/ofd_signature.h"

/* Elements that make a page do something, or show what is not in the file. */
//= Protocols §3: no scripted and no external content
static const struct {
	const char *element;
	enum closed_kind kind;
} refused[] = {
	{"URI", CLOSED_EXTERNAL},
	{"GotoA", CLOSED_EXTERNAL},
	{"Sound", CLOSED_ACTIVE},
	{"Movie", CLOSED_ACTIVE},
	{"Versions", CLOSED_OLD_VERSIONS},
	{"Extension", CLOSED_EXTENSION},
	{"CustomTag", CLOSED_EXTENSION},
};

static const char *where(struct closed_work *w, const struct closed_part *part)
{
	return closed_printable(w, part->place.path);
}

static bool is_word(const struct xml_event *ev, const char *attr, struct bytes word)
{
	struct bytes value = {NULL, 0};

	return xml_has(ev, attr, &value) && bytes_equal(text_trim(value), word);
}

/* What every element may say of itself. */
static void look_at_element(
	struct closed_work *w, struct closed_part *part, const struct xml_event *ev)
{
	for (size_t i = 0; i < sizeof refused / sizeof *refused; i++)
		if (xml_is(ev, refused[i].element))
			closed_found(w->c, refused[i].kind, where(w, part),
				refused[i].element);
	//= Protocols §3: no hidden content
	if (part->role != CLOSED_ATTACHMENTS &&
		(is_word(ev, "Visible", BYTES("false")) ||
			is_word(ev, "Visible", BYTES("0"))))
		closed_found(w->c, CLOSED_HIDDEN, where(w, part),
			arena_printf(w->c->arena, "%s Visible",
				closed_printable(w, ev->name)));
	if (is_word(ev, "Alpha", BYTES("0")))
		closed_found(w->c, CLOSED_HIDDEN, where(w, part),
			arena_printf(
				w->c->arena, "%s Alpha", closed_printable(w, ev->name)));
	if (xml_is(ev, "Annot"))
		closed_found(w->c, CLOSED_ANNOTATION, where(w, part), "");
}

/* A leaf that names a part of a role. */
static bool leaf_part(struct closed_work *w, struct closed_part *part,
	struct xml_reader *r, struct bytes base, struct ofd_place *place, bool *found,
	struct err *e)
{
	struct bytes loc;

	if (!xml_leaf(r, part->arena, &loc, e))
		return false;
	*found = closed_locate(w, base, loc, place);
	return true;
}

static bool look_at_document(struct closed_work *w, struct closed_part *part,
	struct xml_reader *r, const struct xml_event *ev, struct err *e)
{
	(void)r;
	(void)e;
	if (xml_is(ev, "Actions") && ev->depth == 2)
		closed_found(w->c, CLOSED_ACTIVE, where(w, part), "Actions");
	return true;
}

static bool look_at_resource(struct closed_work *w, struct closed_part *part,
	struct xml_reader *r, const struct xml_event *ev, struct err *e)
{
	struct ofd_place place;
	struct bytes loc;
	bool found;

	if (ev->depth == 1) {
		part->base = part->place.path;
		if (xml_has(ev, "BaseLoc", &loc) && text_trim(loc).n) {
			const char *inside = arena_printf(part->arena, "%.*s/-",
				(int)text_trim(loc).n, text_trim(loc).p);

			return ofd_resolve(part->arena, part->place.path,
				bytes_str(inside), &part->base, e);
		}
	}
	if (xml_is(ev, "Font"))
		return closed_font_add(w, part, r, ev, e);
	if (xml_is(ev, "MultiMedia") && !is_word(ev, "Type", BYTES("Image")))
		closed_found(w->c, CLOSED_ACTIVE, where(w, part), "MultiMedia");
	if (xml_is(ev, "MediaFile") || xml_is(ev, "Profile"))
		return leaf_part(w, part, r, part->base, &place, &found, e);
	if (xml_is(ev, "TextObject"))
		closed_found(w->c, CLOSED_TEXT_ELSEWHERE, where(w, part), "");
	return true;
}

static bool look_at_page(struct closed_work *w, struct closed_part *part,
	struct xml_reader *r, const struct xml_event *ev, struct err *e)
{
	struct ofd_place place;
	struct bytes text;
	bool found;

	if (xml_is(ev, "PageRes")) {
		if (!leaf_part(w, part, r, part->place.path, &place, &found, e))
			return false;
		if (found)
			closed_scan(w, CLOSED_RESOURCES, &place, "");
		return true;
	}
	if (xml_is(ev, "PhysicalBox"))
		return xml_leaf(r, part->arena, &text, e) &&
		       ofd_box_read(part->box, text, e);
	if (xml_is(ev, "TextObject"))
		return closed_text(w, part, r, ev, e);
	return true;
}

/* The list of annotations, and the parts it names. */
static bool look_at_annotations(struct closed_work *w, struct closed_part *part,
	struct xml_reader *r, const struct xml_event *ev, struct err *e)
{
	struct ofd_place place;
	bool found;

	if (!xml_is(ev, "FileLoc"))
		return true;
	if (!leaf_part(w, part, r, part->place.path, &place, &found, e))
		return false;
	if (found)
		closed_scan(w, CLOSED_ANNOTATIONS, &place, "");
	return true;
}

static bool look_at_attachments(struct closed_work *w, struct closed_part *part,
	struct xml_reader *r, const struct xml_event *ev, struct err *e)
{
	struct ofd_place place;
	bool found;

	if (!xml_is(ev, "FileLoc"))
		return true;
	w->c->attachments++;
	return leaf_part(w, part, r, part->place.path, &place, &found, e);
}

typedef bool look(struct closed_work *w, struct closed_part *part, struct xml_reader *r,
	const struct xml_event *ev, struct err *e);

static look *const looks[] = {
	[CLOSED_DOCUMENT] = look_at_document,
	[CLOSED_RESOURCES] = look_at_resource,
	[CLOSED_TEMPLATE] = look_at_page,
	[CLOSED_PAGE] = look_at_page,
	[CLOSED_ANNOTATIONS] = look_at_annotations,
	[CLOSED_ATTACHMENTS] = look_at_attachments,
};

bool closed_part_scan(struct closed_work *w, struct closed_part *part,
	struct bytes octets, struct err *e)
{
	AUTO(xml_reader) r = NULL;
	struct xml_event ev;

	if (w->d->physical_box.n && !ofd_box_read(part->box, w->d->physical_box, e))
		return false;
	if (!xml_open(&r, octets, e))
		return false;
	do {
		if (!xml_next(r, &ev, e))
			return false;
		if (ev.kind != XML_START)
			continue;
		look_at_element(w, part, &ev);
		if (!looks[part->role](w, part, r, &ev, e))
			return false;
	} while (ev.kind != XML_DONE);
	if (part->role == CLOSED_PAGE && part->characters == 0)
		closed_found(w->c, CLOSED_NO_TEXT, where(w, part), part->name);
	return true;
}
