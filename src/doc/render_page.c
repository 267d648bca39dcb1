/* render_page: see render_page.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "doc/render_page.h"

#include "base/text.h"
#include "doc/render_annotation.h"
#include "doc/render_font.h"
#include "doc/render_object.h"
#include "doc/render_stamp.h"

enum { TEMPLATES_MAX = 100 }; /* of one page */

/* Reads what every page of a document needs; what is broken there is left away, and the
 * objects that need it say so. */
static void doc_load(struct render *r, struct render_doc *doc)
{
	struct err e;

	if (doc->loaded)
		return;
	doc->loaded = true;
	for (size_t i = 0; i < doc->d->resources_n; i++)
		if (!res_load(&doc->res, r->o, r->arena, &doc->d->resources[i], &e))
			continue;
}

void fonts_close(struct res_table *t)
{
	for (size_t i = 0; i < t->count; i++)
		if (t->items[i].kind == RES_FONT && t->items[i].made)
			font_close(t->items[i].made);
}

static bool part_tree(struct render *r, const struct ofd_place *place, struct arena *a,
	const struct node **root, struct err *e)
{
	struct bytes part;

	if (place->entry == OFD_NO_ENTRY)
		return err_set(e, ERR_MALFORMED, "%s is not in the package",
			text_printable(a, place->path, 80));
	return (ofd_part(r->o, place->entry, a, &part, e) &&
		       node_tree(a, part, root, e)) ||
	       err_in(e, "%s", text_printable(a, place->path, 80));
}

static struct render_doc *doc_of(struct render *r, size_t *number, struct err *e)
{
	size_t n = ofd_docs_n(r->o);

	for (size_t i = 0; i < n; i++) {
		const struct ofd_doc *d = ofd_doc(r->o, i);

		if (!d->tree && (n == 1 || *number == 0)) {
			*e = d->tree_err;
			return NULL;
		}
		if (*number < d->pages_n)
			return &r->docs[i];
		*number -= d->pages_n;
	}
	err_set(e, ERR_USAGE, "no such page");
	return NULL;
}

static bool area_read(struct page *page, struct err *e)
{
	const struct node *box =
		node_child(node_child(page->root, "Area"), "PhysicalBox");

	//= GB/T 33190-2016 §7.7: a page without Area has that of the document
	if (!(box && value_box(box->text, &page->area)) &&
		!value_box(page->doc->d->physical_box, &page->area))
		return err_set(e, ERR_MALFORMED, "a page without PhysicalBox");
	if (page->area.w < RENDER_PAGE_MM_MIN || page->area.h < RENDER_PAGE_MM_MIN ||
		page->area.w > RENDER_PAGE_MM_MAX || page->area.h > RENDER_PAGE_MM_MAX)
		return err_set(e, ERR_MALFORMED, "a page of %.0f by %.0f mm",
			page->area.w, page->area.h);
	return true;
}

/* What the page, or a template, brings along for itself. */
static void own_resources(struct render *r, struct res_table *t, struct arena *a,
	struct bytes path, const struct node *root)
{
	struct ofd_place place;
	struct err e;

	for (const struct node *n = node_child(root, "PageRes"); n;
		n = node_next(n, "PageRes"))
		if (ofd_locate(r->o, a, path, text_trim(n->text), &place, &e) &&
			!res_load(t, r->o, a, &place, &e))
			continue;
}

bool page_open(
	struct page *out, struct render *r, size_t number, struct arena *a, struct err *e)
{
	struct page page = {.doc = doc_of(r, &number, e)};

	if (!page.doc)
		return false;
	page.entry = &page.doc->d->pages[number];
	if (!part_tree(r, &page.entry->content, a, &page.root, e) || !area_read(&page, e))
		return false;
	doc_load(r, page.doc);
	own_resources(r, &page.res, a, page.entry->content.path, page.root);
	*out = page;
	return true;
}

void page_close(struct page *page)
{
	fonts_close(&page->res);
}

static int layer_rank(const struct node *layer)
{
	struct bytes type = node_value(layer, "Type");

	if (bytes_equal(type, BYTES("Background")))
		return 0;
	return bytes_equal(type, BYTES("Foreground")) ? 2 : 1;
}

//= GB/T 33190-2016 §7.7: background layers below, foreground layers above, within each in the order they stand
static bool layers_draw(struct drawing *d, const struct node *root, struct err *e)
{
	for (const struct node *c = node_child(root, "Content"); c;
		c = node_next(c, "Content"))
		for (int rank = 0; rank < 3; rank++)
			for (const struct node *l = node_child(c, "Layer"); l;
				l = node_next(l, "Layer")) {
				struct state s = state_initial;

				if (layer_rank(l) != rank)
					continue;
				block_count(d, l);
				state_param(d, &s, l);
				if (!block_draw(d, l, &s, e))
					return false;
			}
	return true;
}

static const struct ofd_template *template_find(
	const struct ofd_doc *doc, struct bytes id)
{
	uint32_t want, have;

	if (!id_parse(id, &want))
		return NULL;
	for (size_t i = 0; i < doc->templates_n; i++)
		if (id_parse(doc->templates[i].id, &have) && have == want)
			return &doc->templates[i];
	return NULL;
}

static bool template_draw(struct drawing *d, const struct ofd_template *t, struct err *e)
{
	const struct res_table *kept = d->page_res;
	struct res_table own = {0};
	const struct node *root;
	struct err why;
	bool good;

	if (!part_tree(d->r, &t->content, d->arena, &root, &why)) {
		draw_note(d, "template: %s", why.text);
		d->counts->composite.present++;
		d->counts->composite.failed++;
		return true;
	}
	own_resources(d->r, &own, d->arena, t->content.path, root);
	d->page_res = &own;
	good = layers_draw(d, root, e);
	d->page_res = kept;
	fonts_close(&own);
	return good;
}

static bool templates_draw(
	struct drawing *d, const struct page *page, bool foreground, struct err *e)
{
	size_t count = 0;

	for (const struct node *n = node_child(page->root, "Template"); n;
		n = node_next(n, "Template")) {
		const struct ofd_template *t =
			template_find(page->doc->d, node_value(n, "TemplateID"));
		struct bytes order;
		bool above;

		if (++count > TEMPLATES_MAX)
			return draw_stop(d, e, "more templates than can be drawn");
		if (!t) {
			if (!foreground)
				draw_note(d, "a template that is not defined");
			continue;
		}
		above = node_attr(n, "ZOrder", &order)
				? bytes_equal(order, BYTES("Foreground"))
				: t->foreground;
		if (above == foreground && !template_draw(d, t, e))
			return false;
	}
	return true;
}

bool page_draw(struct drawing *d, const struct page *page, struct err *e)
{
	d->doc = page->doc;
	d->page_res = &page->res;
	cairo_translate(d->cr, -page->area.x, -page->area.y);
	if (!templates_draw(d, page, false, e) || !layers_draw(d, page->root, e) ||
		!templates_draw(d, page, true, e))
		return false;
	if (!d->options->without_annotations && !annotations_draw(d, page, e))
		return false;
	return d->options->without_stamps || stamps_draw(d, page, e);
}
