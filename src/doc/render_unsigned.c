/* render_unsigned: walking the pages of an OFD for pictures; see render_unsigned.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "doc/render_unsigned.h"

#include <math.h>

#include "base/text.h"
#include "doc/picture_decode_types.h"
#include "doc/render_res.h"
#include "doc/render_value.h"

#define RULE "GB/T 33190-2016 §10"

enum {
	READ_MAX = 48 << 20, /* octets of pages looked through */
	ENTRIES_MAX = 20000, /* parts looked at for being pictures */
	LOOKS_MAX = 40,      /* pictures unpacked */
	FOUND_MAX = 20,      /* reported */
	HEAD_MAX = 16,
	DEPTH_MAX = 32,
	SAME_PLACE_MM = 2,
};

struct search {
	struct report *r;
	const struct judge *j;
	const struct ofd *o;
	const struct ofd_doc *doc;
	struct arena *a; /* of one document */
	struct res_table res;
	const struct res_table *own; /* of the page or template at hand */
	size_t page;                 /* from 1 */
	size_t read, looks, found;
	bool cut; /* not everything was looked at */
};

static void enter(struct report *r, const struct judge *j, const char *text, bool passed)
{
	for (size_t i = 0; i < r->count; i++) {
		struct verdict *v = &r->signatures[i].verdict;

		if (passed)
			verdict_pass(v, CHECK_PICTURE_UNSIGNED, RULE, text);
		else
			verdict_skip(v, CHECK_PICTURE_UNSIGNED, SUB_NONE, RULE, text);
	}
	if (!passed)
		report_note(r, text);
	(void)j;
}

static const char *mm_text(struct arena *a, double v)
{
	return arena_printf(a, "%ld", lround(v));
}

void report_picture(struct report *r, const struct judge *j, enum seal_look look,
	size_t page, double x, double y, double w, double h)
{
	struct arena *a = j->arena;

	if (look == SEAL_LOOK_NO)
		return;
	enter(r, j,
		say(a, j->lang,
			look == SEAL_LOOK_YES ? MSG_PICTURE_LIKE_SEAL
					      : MSG_PICTURE_OF_SEAL_SIZE,
			arena_printf(a, "%zu", page), mm_text(a, x), mm_text(a, y),
			mm_text(a, w), mm_text(a, h)),
		false);
}

struct head {
	uint8_t octets[HEAD_MAX];
	size_t n;
};

/* Takes the first octets and wants no more. */
static bool head_take(void *to, struct bytes chunk, struct err *e)
{
	struct head *h = to;

	while (h->n < HEAD_MAX && chunk.n) {
		h->octets[h->n++] = chunk.p[0];
		chunk = bytes_from(chunk, 1);
	}
	return h->n < HEAD_MAX || err_set(e, ERR_IO, "enough");
}

static bool is_page(const struct ofd_doc *d, size_t entry)
{
	for (size_t i = 0; i < d->pages_n; i++)
		if (d->pages[i].content.entry == entry)
			return true;
	return false;
}

/* Is any part of the package a picture? Names prove nothing; octets do. Parts that are
 * XML by their place are passed over without a look as long as there are many. */
static bool has_pictures(struct search *s)
{
	size_t n = zip_count(ofd_zip(s->o)), looked = 0;

	for (size_t i = 0; i < n; i++) {
		const struct zip_entry *entry = zip_entry(ofd_zip(s->o), i);
		struct head head = {.n = 0};
		enum picture_type type;
		struct err e;

		if (entry->size < HEAD_MAX || entry->is_folder ||
			(n > 1000 && is_page(s->doc, i)))
			continue;
		if (++looked > ENTRIES_MAX) {
			s->cut = true;
			return false;
		}
		/* It ends early by design: whether it unpacks is asked elsewhere. */
		if (!zip_stream(ofd_zip(s->o), i, (struct sink){head_take, &head}, &e) &&
			head.n < HEAD_MAX)
			continue;
		type = picture_type_of(bytes_make(head.octets, head.n));
		if (type != PICTURE_UNKNOWN && type != PICTURE_OFD)
			return true;
	}
	return false;
}

/* Is it the very picture of a seal that a signature puts at this place? */
static bool is_signed_one(
	const struct search *s, struct bytes octets, const struct box *b)
{
	for (size_t i = 0; i < s->r->count; i++) {
		const struct report_signature *sig = &s->r->signatures[i];

		for (size_t k = 0; k < sig->stamp_count; k++)
			if (bytes_equal(sig->seal.picture, octets) &&
				fabs(sig->stamps[k].x - b->x) < SAME_PLACE_MM &&
				fabs(sig->stamps[k].y - b->y) < SAME_PLACE_MM)
				return true;
	}
	return false;
}

/* Looks at the pixels where that costs no further library: PNG. */
static enum seal_look look_at_media(
	struct search *s, const struct res_item *item, const struct box *b)
{
	AUTO(arena) a = arena_new();
	const struct node *file = node_child(item->node, "MediaFile");
	struct picture_pixels px;
	struct ofd_place place;
	struct bytes octets;
	struct err e;

	if (!file ||
		!ofd_locate(s->o, a, item->base, text_trim(file->text), &place, &e) ||
		place.entry == OFD_NO_ENTRY)
		return SEAL_LOOK_NO; /* nothing to be seen */
	if (++s->looks > LOOKS_MAX) {
		s->cut = true;
		return SEAL_LOOK_NO;
	}
	if (!zip_slurp(ofd_zip(s->o), place.entry, a, PICTURE_OCTETS_MAX, &octets, &e))
		return SEAL_LOOK_UNKNOWN;
	if (is_signed_one(s, octets, b) || picture_type_of(octets) == PICTURE_JBIG2)
		return SEAL_LOOK_NO; /* black and white is no seal either */
	if (picture_type_of(octets) != PICTURE_PNG ||
		!picture_decode_png(a, octets, &px, &e))
		return SEAL_LOOK_UNKNOWN;
	return seal_look_at(&px, b->w, b->h);
}

/* The box a matrix makes of one. */
static struct box box_through(const struct matrix *m, const struct box *b)
{
	double x = m->a * b->x + m->c * b->y + m->e, y = m->b * b->x + m->d * b->y + m->f;
	double wx = m->a * b->w, hx = m->c * b->h, wy = m->b * b->w, hy = m->d * b->h;

	return (struct box){x + fmin(wx, 0) + fmin(hx, 0), y + fmin(wy, 0) + fmin(hy, 0),
		fabs(wx) + fabs(hx), fabs(wy) + fabs(hy)};
}

static const struct res_item *resource(
	const struct search *s, enum res_kind kind, const struct node *n)
{
	const struct res_item *item;
	uint32_t id;

	if (!node_id(n, "ResourceID", &id))
		return NULL;
	item = res_find(s->own, kind, id);
	return item ? item : res_find(&s->res, kind, id);
}

static void image_take(struct search *s, const struct node *n, const struct matrix *at)
{
	const struct res_item *item = resource(s, RES_MEDIA, n);
	struct box boundary, unit = {0, 0, 1, 1}, b;
	struct matrix m;
	enum seal_look look;

	if (!item || s->found == FOUND_MAX || !node_bool(n, "Visible", true) ||
		!value_box(node_value(n, "Boundary"), &boundary))
		return;
	b = boundary;
	if (value_matrix(node_value(n, "CTM"), &m)) {
		b = box_through(&m, &unit);
		b.x += boundary.x;
		b.y += boundary.y;
		b.w = fmin(b.w, boundary.w);
		b.h = fmin(b.h, boundary.h);
	}
	b = box_through(at, &b);
	if (!seal_size_is_likely(b.w, b.h))
		return;
	look = look_at_media(s, item, &b);
	if (look == SEAL_LOOK_NO)
		return;
	s->found++;
	report_picture(s->r, s->j, look, s->page, b.x, b.y, b.w, b.h);
}

/* `at` leads from the block's coordinates to the page's. */
static void block_search(struct search *s, const struct node *block,
	const struct matrix *at, unsigned depth)
{
	if (depth > DEPTH_MAX) {
		s->cut = true;
		return;
	}
	for (const struct node *n = block->first; n; n = n->next) {
		const struct res_item *unit;
		struct matrix m = {1, 0, 0, 1, 0, 0};
		struct box b;

		if (node_is(n, "ImageObject"))
			image_take(s, n, at);
		else if (node_is(n, "PageBlock") || node_is(n, "Layer"))
			block_search(s, n, at, depth + 1);
		if (!node_is(n, "CompositeObject") ||
			!(unit = resource(s, RES_COMPOSITE, n)) ||
			!node_child(unit->node, "Content") ||
			!value_box(node_value(n, "Boundary"), &b))
			continue;
		(void)value_matrix(node_value(n, "CTM"), &m);
		m = (struct matrix){at->a * m.a + at->c * m.b, at->b * m.a + at->d * m.b,
			at->a * m.c + at->c * m.d, at->b * m.c + at->d * m.d,
			at->a * (m.e + b.x) + at->c * (m.f + b.y) + at->e,
			at->b * (m.e + b.x) + at->d * (m.f + b.y) + at->f};
		block_search(s, node_child(unit->node, "Content"), &m, depth + 4);
	}
}

static const struct matrix as_it_is = {1, 0, 0, 1, 0, 0};

/* A part that shows pictures, as a tree; null when it shows none or cannot be read. */
static const struct node *part_of(
	struct search *s, const struct ofd_place *place, struct arena *a)
{
	const struct node *root;
	struct bytes part;
	struct err e;

	if (place->path.n == 0 || place->entry == OFD_NO_ENTRY)
		return NULL;
	s->read += zip_entry(ofd_zip(s->o), place->entry)->size;
	if (s->read > READ_MAX) {
		s->cut = true;
		return NULL;
	}
	if (!ofd_part(s->o, place->entry, a, &part, &e) ||
		(bytes_find(part, BYTES("ImageObject")) == SIZE_MAX &&
			bytes_find(part, BYTES("CompositeObject")) == SIZE_MAX) ||
		!node_tree(a, part, &root, &e))
		return NULL;
	return root;
}

static void content_search(struct search *s, const struct ofd_place *place)
{
	AUTO(arena) a = arena_new();
	const struct node *root = part_of(s, place, a);
	struct res_table own = {0};
	struct ofd_place res;
	struct err e;

	if (!root)
		return;
	for (const struct node *n = node_child(root, "PageRes"); n;
		n = node_next(n, "PageRes"))
		if (ofd_locate(s->o, a, place->path, text_trim(n->text), &res, &e) &&
			!res_load(&own, s->o, a, &res, &e))
			continue;
	s->own = &own;
	for (const struct node *c = node_child(root, "Content"); c;
		c = node_next(c, "Content"))
		block_search(s, c, &as_it_is, 0);
	s->own = NULL;
}

static size_t page_number(const struct search *s, const struct node *n)
{
	uint32_t want, have;

	for (size_t i = 0; node_id(n, "PageID", &want) && i < s->doc->pages_n; i++)
		if (id_parse(s->doc->pages[i].id, &have) && have == want)
			return i + 1;
	return 0;
}

static void annotations_search(struct search *s)
{
	const struct ofd_place *list = &s->doc->annotations;
	const struct node *root, *page;
	struct bytes part;
	struct err e;

	if (list->path.n == 0 || list->entry == OFD_NO_ENTRY ||
		!ofd_part(s->o, list->entry, s->a, &part, &e) ||
		!node_tree(s->a, part, &root, &e))
		return;
	for (page = node_child(root, "Page"); page; page = node_next(page, "Page")) {
		AUTO(arena) a = arena_new();
		const struct node *file = node_child(page, "FileLoc"), *annots = NULL;
		struct ofd_place place;

		s->page = page_number(s, page);
		if (s->page && file &&
			ofd_locate(
				s->o, a, list->path, text_trim(file->text), &place, &e))
			annots = part_of(s, &place, a);
		for (const struct node *n = node_child(annots, "Annot"); n;
			n = node_next(n, "Annot")) {
			const struct node *looks = node_child(n, "Appearance");
			struct matrix m = as_it_is;
			struct box b;

			if (!looks || !node_bool(n, "Visible", true))
				continue;
			if (value_box(node_value(looks, "Boundary"), &b)) {
				m.e = b.x;
				m.f = b.y;
			}
			block_search(s, looks, &m, 0);
		}
	}
}

static void doc_search(struct search *s)
{
	AUTO(arena) a = arena_new();
	struct err e;

	s->a = a;
	s->res = (struct res_table){0};
	for (size_t i = 0; i < s->doc->resources_n; i++)
		if (!res_load(&s->res, s->o, a, &s->doc->resources[i], &e))
			continue;
	for (size_t i = 0; i < s->doc->pages_n && !s->cut; i++) {
		s->page = i + 1;
		content_search(s, &s->doc->pages[i].content);
	}
	/* A template is on many pages; it is named once, with the first. */
	s->page = 1;
	for (size_t i = 0; i < s->doc->templates_n && !s->cut; i++)
		content_search(s, &s->doc->templates[i].content);
	annotations_search(s);
}

void ofd_check_pictures(struct report *r, const struct judge *j, const struct ofd *o)
{
	struct search s = {.r = r, .j = j, .o = o, .doc = ofd_doc(o, 0)};

	if (!has_pictures(&s) && !s.cut)
		return;
	for (size_t i = 0; i < ofd_docs_n(o); i++) {
		s.doc = ofd_doc(o, i);
		if (s.doc->tree)
			doc_search(&s);
	}
	if (s.cut)
		enter(r, j, msg_text(j->lang, MSG_PICTURE_NOT_ALL), false);
	else if (s.found == 0)
		enter(r, j, msg_text(j->lang, MSG_PICTURE_NONE_LIKE_SEAL), true);
}
