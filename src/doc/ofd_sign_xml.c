/* ofd_sign_xml: see ofd_sign_xml.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "doc/ofd_sign_xml.h"

#include "base/buf.h"
#include "base/text.h"
#include "base/time.h"
#include "doc/ses.h"

#include <string.h>

enum { XML_OUT_MAX = XML_PART_MAX };

static const char head[] = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";

/* Text under construction; the first failure sticks. */
struct text {
	struct buf b;
	struct err *e;
	bool ok;
};

static void put(struct text *t, const char *s)
{
	t->ok = t->ok && buf_put(&t->b, bytes_str(s), t->e);
}

static void put_escaped(struct text *t, struct bytes s)
{
	t->ok = t->ok && xml_escape(&t->b, s, t->e);
}

static bool finish(struct text *t, struct arena *a, struct bytes *out)
{
	if (t->ok)
		*out = arena_dup(a, buf_bytes(&t->b));
	buf_fini(&t->b);
	return t->ok;
}

/* --- where the seal is shown
 * ------------------------------------------------------------ */

/* Width and height of the pages; A4 when the document does not say. */
static void page_size(const struct ofd_doc *doc, double *w, double *h)
{
	double box[4];
	struct err e;

	*w = 210;
	*h = 297;
	if (!ofd_box_read(box, doc->physical_box, &e) || box[2] <= 0 || box[3] <= 0)
		return;
	*w = box[2];
	*h = box[3];
}

/* A strip of the seal on each page's edge: page i shows the i-th slice, so that the pages
 * laid one over the other show the whole. */
static void add_straddle(struct ofd_signature_draft *d, const struct ofd_doc *doc,
	const struct ofd_sign_spec *spec, double w, double h, double page_w,
	double page_h)
{
	double slice = w / (double)doc->pages_n;
	double centre = spec->straddle_y_mm > 0 ? spec->straddle_y_mm : page_h / 2;

	for (size_t i = 0; i < doc->pages_n; i++) {
		struct ofd_stamp *s = &d->stamps[d->stamp_count++];
		double from = slice * (double)i;

		//= GB/T 33190-2016 §18.2.3: Boundary places the seal, Clip cuts what is shown of it
		s->page = doc->pages[i].id;
		s->x = spec->straddle == OFD_STRADDLE_RIGHT ? page_w - slice - from
							    : -from;
		s->y = centre - h / 2;
		s->w = w;
		s->h = h;
		s->has_clip = true;
		s->clip_x = from;
		s->clip_w = slice;
		s->clip_h = h;
	}
}

/* Where a seal stands when nobody says: in the lower right of the page, the way the
 * paper's last lines are sealed, and wholly on it where it fits. */
static void place_by_default(struct ofd_stamp *s, double page_w, double page_h)
{
	double x = page_w - 60 - s->w / 2, y = page_h - 57 - s->h / 2;

	s->x = x > 0 ? x : 0;
	s->y = y > 0 ? y : 0;
}

bool ofd_draft_stamps(struct arena *a, struct ofd_signature_draft *d,
	const struct ofd_doc *doc, const struct ofd_sign_spec *spec, struct err *e)
{
	struct ses_seal seal;
	double page_w, page_h, w, h;
	size_t page = spec->page < 0 ? doc->pages_n : (size_t)spec->page;

	if (!ses_seal_read(&seal, spec->seal, e))
		return err_in(e, "seal");
	w = seal.picture.width_mm;
	h = seal.picture.height_mm;
	page_size(doc, &page_w, &page_h);
	if (page > doc->pages_n)
		return err_set(e, ERR_USAGE, "page %zu of %zu", page, doc->pages_n);
	d->stamps = ARENA_ARRAY(a, doc->pages_n + 1, struct ofd_stamp);
	if (page) {
		if (spec->x_mm < 0 || spec->y_mm < 0 || spec->x_mm > page_w ||
			spec->y_mm > page_h)
			return err_set(e, ERR_USAGE, "the page is %.0f by %.0f mm",
				page_w, page_h);
		d->stamps[d->stamp_count++] =
			(struct ofd_stamp){.page = doc->pages[page - 1].id,
				.x = spec->x_mm - w / 2,
				.y = spec->y_mm - h / 2,
				.w = w,
				.h = h};
		if (spec->x_mm == 0 && spec->y_mm == 0)
			place_by_default(&d->stamps[d->stamp_count - 1], page_w, page_h);
	}
	if (spec->straddle != OFD_STRADDLE_NONE && doc->pages_n < 2)
		return err_set(e, ERR_USAGE, "a straddle seal needs two pages or more");
	if (spec->straddle != OFD_STRADDLE_NONE && doc->pages_n > OFD_STAMPS_MAX - 1)
		return err_set(e, ERR_TOO_LARGE, "too many pages for a straddle seal");
	if (spec->straddle != OFD_STRADDLE_NONE)
		add_straddle(d, doc, spec, w, h, page_w, page_h);
	return true;
}

/* --- Signature.xml
 * ---------------------------------------------------------------------- */

static void put_file(struct text *t, struct arena *a, const struct ofd_draft_file *f)
{
	put(t, "      <ofd:Reference FileRef=\"/");
	put_escaped(t, f->path);
	put(t, "\">\n        <ofd:CheckValue>");
	put(t, base64_encode(a, BYTES_OF(f->sm3)));
	put(t, "</ofd:CheckValue>\n      </ofd:Reference>\n");
}

static void put_stamp(
	struct text *t, struct arena *a, const struct ofd_stamp *s, size_t n)
{
	put(t, arena_printf(a, "    <ofd:StampAnnot ID=\"a%zu\" PageRef=\"", n));
	put_escaped(t, s->page);
	put(t, arena_printf(
		       a, "\" Boundary=\"%.3f %.3f %.3f %.3f\"", s->x, s->y, s->w, s->h));
	if (s->has_clip)
		put(t, arena_printf(a, " Clip=\"%.3f %.3f %.3f %.3f\"", s->clip_x,
			       s->clip_y, s->clip_w, s->clip_h));
	put(t, "/>\n");
}

bool ofd_signature_write(struct arena *a, struct bytes *xml,
	const struct ofd_signature_draft *d, struct err *e)
{
	struct text t = {buf_make(XML_OUT_MAX), e, true};
	char when[16];

	time_generalized(when, d->time);
	put(&t, head);
	put(&t, "<ofd:Signature xmlns:ofd=\"" OFD_NAMESPACE "\">\n  <ofd:SignedInfo>\n"
		"    <ofd:Provider ProviderName=\"qianyin\" Version=\"1.0\" "
		"Company=\"Qianyin\"/>\n    <ofd:SignatureMethod>");
	put(&t, oid_dotted(d->method));
	put(&t, "</ofd:SignatureMethod>\n    <ofd:SignatureDateTime>");
	put(&t, when);
	put(&t, "</ofd:SignatureDateTime>\n    <ofd:References CheckMethod=\"");
	//= GM/T 0099-2020 §7.2.1: the digest method is named by the OID of SM3
	put(&t, oid_dotted(OID_SM3));
	put(&t, "\">\n");
	for (size_t i = 0; i < d->file_count; i++)
		put_file(&t, a, &d->files[i]);
	put(&t, "    </ofd:References>\n");
	for (size_t i = 0; i < d->stamp_count; i++)
		put_stamp(&t, a, &d->stamps[i], i + 1);
	if (d->seal_path.n) {
		put(&t, "    <ofd:Seal>\n      <ofd:BaseLoc>/");
		put_escaped(&t, d->seal_path);
		put(&t, "</ofd:BaseLoc>\n    </ofd:Seal>\n");
	}
	put(&t, "  </ofd:SignedInfo>\n  <ofd:SignedValue>/");
	put_escaped(&t, d->value_path);
	put(&t, "</ofd:SignedValue>\n</ofd:Signature>\n");
	return finish(&t, a, xml);
}

/* --- Signatures.xml
 * --------------------------------------------------------------------- */

bool ofd_signature_id_taken(const struct ofd_signature_list *list, struct bytes id)
{
	for (size_t i = 0; i < list->count; i++)
		if (bytes_equal(list->entries[i].id, id))
			return true;
	return bytes_equal(list->max_id, id);
}

static void put_entry(struct text *t, struct bytes id, bool is_sign, struct bytes path)
{
	put(t, "  <ofd:Signature ID=\"");
	put_escaped(t, id);
	put(t, is_sign ? "\" Type=\"Sign\" BaseLoc=\"/" : "\" Type=\"Seal\" BaseLoc=\"/");
	put_escaped(t, path);
	put(t, "\"/>\n");
}

bool ofd_signatures_write(struct arena *a, struct bytes *xml,
	const struct ofd_signature_list *old, struct bytes id,
	struct bytes signature_path, bool is_sign, struct err *e)
{
	struct text t = {buf_make(XML_OUT_MAX), e, true};

	put(&t, head);
	/* No MaxSignId: the schema makes it an xs:ID, which could not equal the entry's
	 * ID, and whoever adds a signature has to look at the IDs there anyway. */
	put(&t, "<ofd:Signatures xmlns:ofd=\"" OFD_NAMESPACE "\">\n");
	for (size_t i = 0; i < old->count; i++)
		put_entry(&t, old->entries[i].id, old->entries[i].is_sign,
			old->entries[i].place.path);
	put_entry(&t, id, is_sign, signature_path);
	put(&t, "</ofd:Signatures>\n");
	return finish(&t, a, xml);
}

/* --- OFD.xml
 * ---------------------------------------------------------------------------- */

/* The end tag of the first DocBody outside comments and CDATA: where it begins, and its
 * prefix with the colon. */
static bool find_end_tag(struct bytes xml, size_t *at, struct bytes *prefix)
{
	size_t i = 0;

	while (i < xml.n) {
		struct bytes rest = bytes_from(xml, i), name;
		size_t skip;

		if (bytes_starts(rest, BYTES("<!--")) ||
			bytes_starts(rest, BYTES("<![CDATA["))) {
			bool comment = rest.p[2] == '-';

			skip = bytes_find(rest, comment ? BYTES("-->") : BYTES("]]>"));
			if (skip == SIZE_MAX)
				return false;
			i += skip + 3;
			continue;
		}
		if (!bytes_starts(rest, BYTES("</"))) {
			i++;
			continue;
		}
		skip = bytes_find(rest, BYTES(">"));
		if (skip == SIZE_MAX)
			return false;
		name = text_trim(bytes_head(bytes_from(rest, 2), skip - 2));
		if (bytes_equal(name, BYTES("DocBody")) ||
			bytes_ends(name, BYTES(":DocBody"))) {
			*at = i;
			*prefix = bytes_head(name, name.n - 7);
			return true;
		}
		i += skip;
	}
	return false;
}

bool ofd_main_enter_signatures(struct arena *a, struct bytes *out, struct bytes xml,
	struct bytes list_path, struct err *e)
{
	struct text t = {buf_make(XML_OUT_MAX), e, true};
	struct bytes prefix;
	char *name;
	size_t at;

	if (!find_end_tag(xml, &at, &prefix)) {
		buf_fini(&t.b);
		return err_set(e, ERR_MALFORMED, "OFD.xml: no end of DocBody");
	}
	name = arena_printf(a, "%.*sSignatures", (int)prefix.n, (const char *)prefix.p);
	t.ok = buf_put(&t.b, bytes_head(xml, at), e);
	put(&t, arena_printf(a, "<%s>/", name));
	put_escaped(&t, list_path);
	put(&t, arena_printf(a, "</%s>", name));
	t.ok = t.ok && buf_put(&t.b, bytes_from(xml, at), e);
	return finish(&t, a, out);
}
