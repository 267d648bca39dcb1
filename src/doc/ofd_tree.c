/* ofd_tree: Document.xml: pages, templates, resources and where the rest is.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "base/text.h"
#include "doc/ofd_private.h"

struct tree {
	struct ofd *o;
	struct ofd_doc *d;
	struct xml_reader *r;
	struct ofd_page *pages;
	struct ofd_template *templates;
	struct ofd_place *resources;
};

/* Room for one more element behind n: the array is moved when n is a power of two. */
static void *list_room(struct arena *a, void *list, size_t n, size_t size)
{
	void *more;

	if (n && (n < 8 || (n & (n - 1))))
		return list;
	more = arena_array(a, n ? n * 2 : 8, size);
	if (n)
		memcpy(more, list, n * size);
	return more;
}

static struct bytes attr_dup(struct tree *t, const struct xml_event *ev, const char *attr)
{
	struct bytes value = {0};

	(void)xml_has(ev, attr, &value);
	return arena_dup(t->o->arena, text_trim(value));
}

static struct ofd_place attr_place(struct tree *t, const struct xml_event *ev)
{
	return ofd_place_of(t->o, t->d->root.path, attr_dup(t, ev, "BaseLoc"));
}

static bool leaf_place(struct tree *t, struct ofd_place *to, struct err *e)
{
	struct bytes loc;

	if (!xml_leaf(t->r, t->o->arena, &loc, e))
		return false;
	*to = ofd_place_of(t->o, t->d->root.path, loc);
	return true;
}

static bool resource_add(struct tree *t, struct err *e)
{
	if (t->d->resources_n == OFD_LOCS_MAX)
		return err_set(e, ERR_TOO_LARGE, "too many resource files");
	t->resources = list_room(
		t->o->arena, t->resources, t->d->resources_n, sizeof *t->resources);
	return leaf_place(t, &t->resources[t->d->resources_n++], e);
}

static bool template_add(struct tree *t, const struct xml_event *ev, struct err *e)
{
	struct ofd_template *to;
	struct bytes order = {0};

	if (t->d->templates_n == OFD_LOCS_MAX)
		return err_set(e, ERR_TOO_LARGE, "too many template pages");
	t->templates = list_room(
		t->o->arena, t->templates, t->d->templates_n, sizeof *t->templates);
	to = &t->templates[t->d->templates_n++];
	to->id = attr_dup(t, ev, "ID");
	to->content = attr_place(t, ev);
	to->foreground =
		xml_has(ev, "ZOrder", &order) && bytes_equal(order, BYTES("Foreground"));
	return true;
}

static bool page_add(struct tree *t, const struct xml_event *ev, struct err *e)
{
	struct ofd_page *to;

	if (t->o->pages_n == OFD_PAGES_MAX)
		return err_set(e, ERR_TOO_LARGE, "more than %d pages", OFD_PAGES_MAX);
	t->o->pages_n++;
	t->pages = list_room(t->o->arena, t->pages, t->d->pages_n, sizeof *t->pages);
	to = &t->pages[t->d->pages_n++];
	to->id = attr_dup(t, ev, "ID");
	to->content = attr_place(t, ev);
	return true;
}

static bool area_parse(struct tree *t, struct err *e)
{
	struct xml_event ev;
	bool found;

	do {
		if (!xml_child(t->r, 3, &ev, &found, e))
			return false;
		if (found && xml_is(&ev, "PhysicalBox") &&
			!xml_leaf(t->r, t->o->arena, &t->d->physical_box, e))
			return false;
	} while (found);
	return true;
}

static bool common_child(struct tree *t, const struct xml_event *ev, struct err *e)
{
	if (xml_is(ev, "MaxUnitID"))
		return xml_leaf(t->r, t->o->arena, &t->d->max_unit_id, e);
	if (xml_is(ev, "PageArea"))
		return area_parse(t, e);
	if (xml_is(ev, "PublicRes") || xml_is(ev, "DocumentRes"))
		return resource_add(t, e);
	if (xml_is(ev, "TemplatePage"))
		return template_add(t, ev, e);
	return true;
}

static bool pages_child(struct tree *t, const struct xml_event *ev, struct err *e)
{
	return !xml_is(ev, "Page") || page_add(t, ev, e);
}

static bool children(struct tree *t, unsigned depth,
	bool (*each)(struct tree *t, const struct xml_event *ev, struct err *e),
	struct err *e)
{
	struct xml_event ev;
	bool found;

	do {
		if (!xml_child(t->r, depth, &ev, &found, e) ||
			(found && !each(t, &ev, e)))
			return false;
	} while (found);
	return true;
}

static bool document_child(struct tree *t, const struct xml_event *ev, struct err *e)
{
	if (xml_is(ev, "CommonData"))
		return children(t, 2, common_child, e);
	if (xml_is(ev, "Pages"))
		return children(t, 2, pages_child, e);
	if (xml_is(ev, "Annotations"))
		return leaf_place(t, &t->d->annotations, e);
	if (xml_is(ev, "Attachments"))
		return leaf_place(t, &t->d->attachments, e);
	if (xml_is(ev, "CustomTags"))
		return leaf_place(t, &t->d->custom_tags, e);
	if (xml_is(ev, "Extensions"))
		return leaf_place(t, &t->d->extensions, e);
	return true;
}

static bool tree_read(struct tree *t, struct bytes part, struct err *e)
{
	AUTO(xml_reader) r = NULL;
	struct xml_event ev;

	if (!xml_open(&r, part, e))
		return false;
	t->r = r;
	return ofd_root(t->o, r, "Document", e) && children(t, 1, document_child, e) &&
	       xml_next(r, &ev, e);
}

bool ofd_tree(struct ofd *o, struct ofd_doc *d, struct err *e)
{
	AUTO(arena) a = arena_new();
	struct tree t = {.o = o, .d = d};
	struct bytes part;
	bool ok;

	if (d->root.entry == OFD_NO_ENTRY) {
		err_set(e, ERR_MALFORMED, "is not in the package");
		return err_in(e, "%s", text_printable(a, d->root.path, 80));
	}
	ok = ofd_tree_part(o, d->root.entry, a, &part, e) &&
	     (tree_read(&t, part, e) ||
		     err_in(e, "%s", text_printable(a, d->root.path, 80)));
	d->pages = t.pages;
	d->templates = t.templates;
	d->resources = t.resources;
	return ok;
}
