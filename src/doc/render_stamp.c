/* render_stamp: see render_stamp.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "doc/render_stamp.h"

#include <math.h>

#include "doc/ofd_signature.h"
#include "doc/picture_decode_types.h"
#include "doc/render_image.h"
#include "doc/ses.h"

enum { STAMPS_MAX = 20000, STAMP_SIDE_MAX = 4096 };

static void stamps_add(struct render *r, struct render_doc *doc,
	const struct ofd_signature *s, struct bytes picture, const char *why)
{
	struct render_stamp *grown;

	if (s->stamp_count == 0 || doc->stamp_count + s->stamp_count > STAMPS_MAX)
		return;
	grown = ARENA_ARRAY(
		r->arena, doc->stamp_count + s->stamp_count, struct render_stamp);
	for (size_t i = 0; i < doc->stamp_count; i++)
		grown[i] = doc->stamps[i];
	for (size_t i = 0; i < s->stamp_count; i++) {
		const struct ofd_stamp *from = &s->stamps[i];
		struct render_stamp *to = &grown[doc->stamp_count];

		if (!id_parse(from->page, &to->page))
			continue;
		to->place = (struct box){from->x, from->y, from->w, from->h};
		to->has_clip = from->has_clip;
		to->clip = (struct box){
			from->clip_x, from->clip_y, from->clip_w, from->clip_h};
		to->picture = picture;
		to->why = why;
		doc->stamp_count++;
	}
	doc->stamps = grown;
}

/* The seal's picture out of the signed value. */
static struct bytes picture_of(
	struct render *r, const struct ofd_signature *s, const char **why)
{
	struct ses_signature ses;
	struct bytes value;
	struct err e;

	*why = "the signature holds no seal";
	if (!s->has_value || s->value.entry == OFD_NO_ENTRY ||
		!zip_slurp(ofd_zip(r->o), s->value.entry, r->arena, SES_MAX, &value, &e))
		return (struct bytes){NULL, 0};
	if (!ses_is_signature(value) || !ses_signature_read(&ses, value, &e))
		return (struct bytes){NULL, 0};
	*why = "the seal holds no picture";
	return ses.seal.picture.data;
}

static void signature_load(
	struct render *r, struct render_doc *doc, const struct ofd_signature_entry *entry)
{
	struct ofd_signature s;
	struct bytes xml;
	const char *why = NULL;
	struct err e;

	if (entry->place.entry == OFD_NO_ENTRY ||
		!ofd_part(r->o, entry->place.entry, r->arena, &xml, &e) ||
		!ofd_signature_read(&s, r->o, r->arena, entry->place.path, xml, &e) ||
		s.stamp_count == 0)
		return;
	stamps_add(r, doc, &s, picture_of(r, &s, &why), why);
}

static void stamps_load(struct render *r, struct render_doc *doc)
{
	const struct ofd_place *place = &doc->d->signatures;
	struct ofd_signature_list list;
	struct bytes xml;
	struct err e;

	if (doc->stamps_loaded)
		return;
	doc->stamps_loaded = true;
	if (place->path.n == 0 || place->entry == OFD_NO_ENTRY ||
		!ofd_part(r->o, place->entry, r->arena, &xml, &e) ||
		!ofd_signatures_read(&list, r->o, r->arena, place->path, xml, &e))
		return;
	for (size_t i = 0; i < list.count; i++)
		signature_load(r, doc, &list.entries[i]);
}

/* A seal in OFD form is a page of its own: drawn, not copied. */
static bool nested_draw(struct drawing *d, struct bytes ofd, struct err *e)
{
	AUTO(source) s = source_of_bytes(ofd);
	AUTO(ofd) o = NULL;
	AUTO(render) r = NULL;
	AUTO(arena) a = arena_new();
	struct render_options options = {.without_stamps = true, .transparent = true};
	struct render_counts counts = {0};
	struct drawing inner = {.cr = d->cr,
		.arena = a,
		.counts = &counts,
		.options = &options,
		.dpi = d->dpi,
		.page_px = d->page_px};
	struct page page;
	bool good;

	if (d->r->nest >= RENDER_NEST_MAX)
		return err_set(e, ERR_TOO_LARGE, "OFD in OFD in OFD");
	if (!ofd_open(&o, s, e) || !render_open(&r, o, e))
		return false;
	r->nest = d->r->nest + 1;
	inner.r = r;
	if (!page_open(&page, r, 0, a, e))
		return false;
	cairo_scale(d->cr, 1 / page.area.w, 1 / page.area.h);
	good = page_draw(&inner, &page, e);
	page_close(&page);
	if (!good)
		return false;
	for (size_t i = 0; i < counts.note_count; i++)
		draw_note(d, "in a seal: %s", counts.notes[i]);
	d->counts->glyphs_missing += counts.glyphs_missing;
	return render_is_whole(&counts) ||
	       err_set(e, ERR_MALFORMED, "a seal's picture is not whole");
}

/* Is there any pixel one can look through? */
static bool is_opaque(const struct picture_pixels *px)
{
	for (unsigned y = 0; y < px->h; y++) {
		const uint32_t *row = pixels_row(px, y);

		for (unsigned x = 0; x < px->w; x++)
			if (row[x] >> 24 != 255)
				return false;
	}
	return true;
}

static unsigned side_px(double mm, double dpi)
{
	double px = ceil(mm * dpi / 25.4);

	return px < 1 ? 1 : px > STAMP_SIDE_MAX ? STAMP_SIDE_MAX : (unsigned)px;
}

static bool picture_draw(struct drawing *d, const struct render_stamp *s, struct err *e)
{
	AUTO(arena) a = arena_new();
	struct picture_pixels px;

	if (picture_type_of(s->picture) == PICTURE_OFD)
		return nested_draw(d, s->picture, e);
	if (!picture_decode(a, s->picture, side_px(s->place.w, d->dpi),
		    side_px(s->place.h, d->dpi), &px, e))
		return false;
	/* Ink on paper: a picture without transparency may not hide what it is put on. */
	if (is_opaque(&px))
		cairo_set_operator(d->cr, CAIRO_OPERATOR_MULTIPLY);
	pixels_draw(d, &px, 1);
	return true;
}

//= GB/T 33190-2016 §18.2.3: the seal is stretched over Boundary and cut by Clip, which is relative to it
static bool stamp_draw(struct drawing *d, const struct render_stamp *s, struct err *e)
{
	bool good;

	if (s->picture.n == 0)
		return err_set(e, ERR_MALFORMED, "%s", s->why);
	if (!(s->place.w > 0 && s->place.h > 0))
		return err_set(e, ERR_MALFORMED, "a stamp without a size");
	if (!draw_ink(d, s->place.w, s->place.h, e))
		return false;
	cairo_save(d->cr);
	cairo_translate(d->cr, s->place.x, s->place.y);
	if (s->has_clip) {
		cairo_rectangle(d->cr, s->clip.x, s->clip.y, s->clip.w, s->clip.h);
		cairo_clip(d->cr);
	}
	cairo_scale(d->cr, s->place.w, s->place.h);
	good = picture_draw(d, s, e);
	cairo_restore(d->cr);
	return good;
}

bool stamps_draw(struct drawing *d, const struct page *page, struct err *e)
{
	struct render_tally *tally = &d->counts->stamp;
	uint32_t id;

	stamps_load(d->r, page->doc);
	if (!id_parse(page->entry->id, &id))
		return true;
	for (size_t i = 0; i < page->doc->stamp_count; i++) {
		const struct render_stamp *s = &page->doc->stamps[i];

		if (s->page != id)
			continue;
		tally->present++;
		if (stamp_draw(d, s, e)) {
			tally->drawn++;
			continue;
		}
		tally->failed++;
		draw_note(d, "stamp: %s", e->text);
		if (d->stop)
			return false;
	}
	return true;
}
