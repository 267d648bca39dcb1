/* render_res: the resources of a document or page by their numbers (GB/T 33190-2016
 * §7.9). SPDX-License-Identifier: Apache-2.0
 */
#ifndef QY_DOC_RENDER_RES_H
#define QY_DOC_RENDER_RES_H

#include "doc/ofd_package.h"
#include "doc/render_node.h"

enum res_kind { RES_COLOUR_SPACE, RES_DRAW_PARAM, RES_FONT, RES_MEDIA, RES_COMPOSITE };

struct res_item {
	enum res_kind kind;
	uint32_t id;
	const struct node *node;
	struct bytes base; /* a path in the folder that its files are relative to */
	bool busy;         /* being drawn: seen again, it is a circle */
	bool tried;        /* `made` was tried to be made */
	void *made;        /* the font or picture, in the arena of whoever made it */
};

struct res_table {
	struct res_item *items;
	size_t count, cap;
	uint32_t *slots; /* index + 1 by hash; 0: free */
	size_t slot_count;
};

enum { RES_ITEMS_MAX = 100000 };

/* Adds what a resource part defines; of two with the same number the first stays.
 * ERR_MALFORMED, ERR_TOO_LARGE. */
MUST_USE bool res_load(struct res_table *t, const struct ofd *o, struct arena *a,
	const struct ofd_place *place, struct err *e);

struct res_item *res_find(const struct res_table *t, enum res_kind kind, uint32_t id);

#endif
