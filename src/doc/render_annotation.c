/* render_annotation: see render_annotation.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "doc/render_annotation.h"

#include "base/text.h"
#include "doc/render_object.h"

/* The list of a document's annotation parts, read once; null when there is none. */
static const struct node *list_of(struct drawing *d)
{
	struct render_doc *doc = d->doc;
	const struct ofd_place *place = &doc->d->annotations;
	struct bytes part;
	struct err e;

	if (doc->annotations || place->path.n == 0)
		return doc->annotations;
	if (place->entry == OFD_NO_ENTRY ||
		!ofd_part(d->r->o, place->entry, d->r->arena, &part, &e) ||
		!node_tree(d->r->arena, part, &doc->annotations, &e)) {
		draw_note(d, "the list of annotations cannot be read");
		doc->annotations = ARENA_NEW(d->r->arena, struct node);
	}
	return doc->annotations;
}

static bool appearance_draw(
	struct drawing *d, const struct node *appearance, struct err *e)
{
	struct box b;
	bool good;

	if (!draw_enter(d, e))
		return false;
	cairo_save(d->cr);
	//= GB/T 33190-2016 §15.2: the objects of an Appearance lie relative to its Boundary
	if (value_box(node_value(appearance, "Boundary"), &b)) {
		cairo_translate(d->cr, b.x, b.y);
		if (b.w > 0 && b.h > 0) {
			cairo_rectangle(d->cr, 0, 0, b.w, b.h);
			cairo_clip(d->cr);
		}
	}
	good = block_draw(d, appearance, NULL, e);
	cairo_restore(d->cr);
	draw_leave(d);
	return good;
}

static bool is_shown(struct drawing *d, const struct node *annot)
{
	return node_bool(annot, "Visible", true) &&
	       (!d->options->for_print || node_bool(annot, "Print", true));
}

static bool annotation_draw(struct drawing *d, const struct node *annot, struct err *e)
{
	struct render_tally *tally = &d->counts->annotation;
	const struct node *appearance = node_child(annot, "Appearance");
	struct render_counts before = *d->counts;
	bool good;

	if (++tally->present > ANNOTATIONS_MAX)
		return draw_stop(d, e, "more annotations than can be drawn");
	/* One without an appearance, a link for instance, has nothing to be seen. */
	if (!appearance || !is_shown(d, annot)) {
		tally->hidden++;
		return true;
	}
	block_count(d, appearance);
	good = appearance_draw(d, appearance, e);
	if (!good || d->counts->text.failed != before.text.failed ||
		d->counts->path.failed != before.path.failed ||
		d->counts->image.failed != before.image.failed ||
		d->counts->composite.failed != before.composite.failed)
		tally->failed++;
	else
		tally->drawn++;
	return good;
}

static bool part_draw(
	struct drawing *d, const struct page *page, struct bytes loc, struct err *e)
{
	const struct node *root;
	struct ofd_place place;
	struct bytes part;
	struct err why;

	(void)page;
	if (!ofd_locate(
		    d->r->o, d->arena, d->doc->d->annotations.path, loc, &place, &why) ||
		place.entry == OFD_NO_ENTRY ||
		!ofd_part(d->r->o, place.entry, d->arena, &part, &why) ||
		!node_tree(d->arena, part, &root, &why)) {
		draw_note(d, "annotations of the page cannot be read");
		d->counts->annotation.present++;
		d->counts->annotation.failed++;
		return true;
	}
	for (const struct node *n = node_child(root, "Annot"); n;
		n = node_next(n, "Annot"))
		if (!annotation_draw(d, n, e))
			return false;
	return true;
}

bool annotations_draw(struct drawing *d, const struct page *page, struct err *e)
{
	const struct node *list = list_of(d);
	uint32_t want, have;

	if (!list || !id_parse(page->entry->id, &want))
		return true;
	for (const struct node *n = node_child(list, "Page"); n;
		n = node_next(n, "Page")) {
		const struct node *file = node_child(n, "FileLoc");

		if (!file || !node_id(n, "PageID", &have) || have != want)
			continue;
		if (!part_draw(d, page, text_trim(file->text), e))
			return false;
	}
	return true;
}
