/* render_res: see render_res.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "doc/render_res.h"

#include "base/text.h"

static size_t slot_of(const struct res_table *t, enum res_kind kind, uint32_t id)
{
	size_t at = ((size_t)id * 2654435761u + kind * 40503u) & (t->slot_count - 1);

	while (t->slots[at]) {
		const struct res_item *item = &t->items[t->slots[at] - 1];

		if (item->id == id && item->kind == kind)
			break;
		at = (at + 1) & (t->slot_count - 1);
	}
	return at;
}

struct res_item *res_find(const struct res_table *t, enum res_kind kind, uint32_t id)
{
	size_t at;

	if (!t || !t->slot_count)
		return NULL;
	at = slot_of(t, kind, id);
	return t->slots[at] ? &t->items[t->slots[at] - 1] : NULL;
}

static void table_grow(struct res_table *t, struct arena *a)
{
	struct res_item *items;

	if (t->count < t->cap)
		return;
	t->cap = t->cap ? t->cap * 2 : 64;
	items = ARENA_ARRAY(a, t->cap, struct res_item);
	for (size_t i = 0; i < t->count; i++)
		items[i] = t->items[i];
	t->items = items;
	t->slot_count = t->cap * 2;
	t->slots = ARENA_ARRAY(a, t->slot_count, uint32_t);
	for (size_t i = 0; i < t->count; i++)
		t->slots[slot_of(t, items[i].kind, items[i].id)] = (uint32_t)i + 1;
}

static bool item_add(struct res_table *t, struct arena *a, enum res_kind kind,
	const struct node *n, struct bytes base, struct err *e)
{
	uint32_t id;

	if (!node_id(n, "ID", &id) || res_find(t, kind, id))
		return true;
	if (t->count == RES_ITEMS_MAX)
		return err_set(e, ERR_TOO_LARGE, "more than %d resources", RES_ITEMS_MAX);
	table_grow(t, a);
	t->slots[slot_of(t, kind, id)] = (uint32_t)t->count + 1;
	t->items[t->count++] =
		(struct res_item){.kind = kind, .id = id, .node = n, .base = base};
	return true;
}

static bool list_add(struct res_table *t, struct arena *a, const struct node *list,
	struct bytes base, struct err *e)
{
	static const struct {
		const char *list, *item;
		enum res_kind kind;
	} kinds[] = {{"ColorSpaces", "ColorSpace", RES_COLOUR_SPACE},
		{"DrawParams", "DrawParam", RES_DRAW_PARAM}, {"Fonts", "Font", RES_FONT},
		{"MultiMedias", "MultiMedia", RES_MEDIA},
		{"CompositeGraphicUnits", "CompositeGraphicUnit", RES_COMPOSITE}};

	for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++) {
		if (!node_is(list, kinds[k].list))
			continue;
		for (const struct node *n = node_child(list, kinds[k].item); n;
			n = node_next(n, kinds[k].item))
			if (!item_add(t, a, kinds[k].kind, n, base, e))
				return false;
	}
	return true;
}

/* A path inside the folder BaseLoc names, as a base for resolving. */
static struct bytes base_of(struct arena *a, struct bytes file, const struct node *res)
{
	struct bytes loc = text_trim(node_value(res, "BaseLoc")), whole, path;
	char *text;
	struct err e;

	while (loc.n && (loc.p[loc.n - 1] == '/' || loc.p[loc.n - 1] == '\\'))
		loc = bytes_head(loc, loc.n - 1);
	if (loc.n == 0 || bytes_equal(loc, BYTES(".")))
		return file;
	text = arena_printf(a, "%.*s/x", (int)loc.n, (const char *)loc.p);
	whole = bytes_str(text);
	return ofd_resolve(a, file, whole, &path, &e) ? path : file;
}

bool res_load(struct res_table *t, const struct ofd *o, struct arena *a,
	const struct ofd_place *place, struct err *e)
{
	const struct node *root;
	struct bytes part, base;

	if (place->entry == OFD_NO_ENTRY)
		return err_set(e, ERR_MALFORMED, "not in the package");
	if (!ofd_part(o, place->entry, a, &part, e) || !node_tree(a, part, &root, e))
		return false;
	base = base_of(a, arena_dup(a, place->path), root);
	for (const struct node *list = root->first; list; list = list->next)
		if (!list_add(t, a, list, base, e))
			return false;
	return true;
}
