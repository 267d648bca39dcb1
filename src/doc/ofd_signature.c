/* ofd_signature: see ofd_signature.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "doc/ofd_signature.h"

#include "base/reader.h"
#include "base/text.h"

static struct bytes attr_copy(
	struct arena *a, const struct xml_event *ev, const char *name)
{
	struct bytes value;

	return xml_has(ev, name, &value) ? arena_dup(a, value) : (struct bytes){NULL, 0};
}

/* "-12.5", ".5", "40": no exponents, no locale. */
static bool read_number(struct bytes text, double *out)
{
	double v = 0, scale = 1;
	bool negative = text.n && text.p[0] == '-', point = false;
	size_t digits = 0;

	for (size_t i = negative; i < text.n; i++) {
		if (text.p[i] == '.' && !point) {
			point = true;
			continue;
		}
		if (text.p[i] < '0' || text.p[i] > '9' || ++digits > 30)
			return false;
		v = v * 10 + (text.p[i] - '0');
		scale = point ? scale * 10 : scale;
	}
	*out = (negative ? -v : v) / scale;
	return digits && *out < 1e6 && *out > -1e6;
}

bool ofd_box_read(double box[4], struct bytes text, struct err *e)
{
	text = text_trim(text);
	for (size_t i = 0; i < 4; i++) {
		size_t n = 0;

		while (n < text.n && text.p[n] != ' ' && text.p[n] != '\t')
			n++;
		if (!read_number(bytes_head(text, n), &box[i]))
			return err_set(e, ERR_MALFORMED, "not a box of four numbers");
		text = text_trim(bytes_from(text, n));
	}
	if (text.n)
		return err_set(e, ERR_MALFORMED, "not a box of four numbers");
	return true;
}

/* Behind the root element nothing may stand that other readers would stumble over. */
static bool read_to_end(struct xml_reader *r, struct err *e)
{
	struct xml_event ev;

	do {
		if (!xml_next(r, &ev, e))
			return false;
	} while (ev.kind != XML_DONE);
	return true;
}

static bool add_entry(struct ofd_signature_list *list, const struct ofd *o,
	struct arena *a, struct bytes path, const struct xml_event *ev, struct err *e)
{
	struct ofd_signature_entry *entry = &list->entries[list->count];
	struct bytes loc;

	if (list->count == OFD_SIGNATURES_MAX)
		return err_set(
			e, ERR_TOO_LARGE, "more than %d signatures", OFD_SIGNATURES_MAX);
	if (!xml_has(ev, "BaseLoc", &loc))
		return err_set(e, ERR_MALFORMED, "Signature without BaseLoc");
	entry->id = attr_copy(a, ev, "ID");
	//= GB/T 33190-2016 §18.1: Type is Seal unless it says Sign
	entry->is_sign = bytes_equal(attr_copy(a, ev, "Type"), BYTES("Sign"));
	loc = arena_dup(a, loc);
	if (!ofd_locate(o, a, path, loc, &entry->place, e))
		return false;
	list->count++;
	return true;
}

bool ofd_signatures_read(struct ofd_signature_list *out, const struct ofd *o,
	struct arena *a, struct bytes path, struct bytes xml, struct err *e)
{
	struct ofd_signature_list list = {0};
	AUTO(xml_reader) r = NULL;
	struct xml_event ev;
	bool found;

	if (!xml_open(&r, xml, e) || !xml_root(r, &ev, e))
		return err_in(e, "Signatures.xml");
	if (!xml_is(&ev, "Signatures"))
		return err_set(e, ERR_MALFORMED, "Signatures.xml: another root element");
	list.entries = ARENA_ARRAY(a, OFD_SIGNATURES_MAX, struct ofd_signature_entry);
	for (;;) {
		if (!xml_child(r, 1, &ev, &found, e))
			return err_in(e, "Signatures.xml");
		if (!found)
			break;
		if (xml_is(&ev, "MaxSignId") && !xml_leaf(r, a, &list.max_id, e))
			return err_in(e, "Signatures.xml");
		if (xml_is(&ev, "Signature") && !add_entry(&list, o, a, path, &ev, e))
			return err_in(e, "Signatures.xml");
	}
	if (!read_to_end(r, e))
		return err_in(e, "Signatures.xml");
	*out = list;
	return true;
}

/* What one Signature.xml is read with. */
struct parse {
	const struct ofd *o;
	struct arena *a;
	struct bytes path;
	struct xml_reader *r;
	struct ofd_signature *s;
	size_t reference_cap, stamp_cap;
};

/* Room for one more in an array of the arena; the old one is left behind. */
static void *grown(struct arena *a, void *old, size_t count, size_t *cap, size_t size)
{
	struct writer w;

	if (count < *cap)
		return old;
	*cap = *cap ? *cap * 2 : 16;
	w = writer_in(a, *cap * size);
	write_bytes(&w, bytes_make(old, count * size));
	return w.p;
}

static bool read_reference(struct parse *p, const struct xml_event *ev, struct err *e)
{
	struct ofd_signature *s = p->s;
	struct ofd_reference ref = {0};
	struct bytes loc, text;
	struct xml_event child;
	bool found, has_value = false;

	if (s->reference_count == OFD_REFERENCES_MAX)
		return err_set(
			e, ERR_TOO_LARGE, "more than %d references", OFD_REFERENCES_MAX);
	if (!xml_has(ev, "FileRef", &loc))
		return err_set(e, ERR_MALFORMED, "Reference without FileRef");
	loc = arena_dup(p->a, loc);
	if (!ofd_locate(p->o, p->a, p->path, loc, &ref.place, e))
		return false;
	while (xml_child(p->r, 4, &child, &found, e)) {
		if (!found) {
			if (!has_value)
				return err_set(
					e, ERR_MALFORMED, "Reference without CheckValue");
			s->references = grown(p->a, s->references, s->reference_count,
				&p->reference_cap, sizeof ref);
			s->references[s->reference_count++] = ref;
			return true;
		}
		if (!xml_is(&child, "CheckValue"))
			continue;
		if (has_value)
			return err_set(
				e, ERR_MALFORMED, "Reference with two CheckValues");
		if (!xml_leaf(p->r, p->a, &text, e) ||
			!base64_decode(p->a, text, &ref.value, e))
			return err_in(e, "CheckValue");
		has_value = true;
	}
	return false;
}

static bool read_references(struct parse *p, const struct xml_event *ev, struct err *e)
{
	struct xml_event child;
	bool found;

	if (p->s->references)
		return err_set(e, ERR_MALFORMED, "two References");
	p->s->check_method = attr_copy(p->a, ev, "CheckMethod");
	while (xml_child(p->r, 3, &child, &found, e)) {
		if (!found)
			return true;
		if (xml_is(&child, "Reference") && !read_reference(p, &child, e))
			return false;
	}
	return false;
}

static bool read_stamp(struct parse *p, const struct xml_event *ev, struct err *e)
{
	struct ofd_signature *s = p->s;
	struct ofd_stamp stamp = {
		.id = attr_copy(p->a, ev, "ID"), .page = attr_copy(p->a, ev, "PageRef")};
	struct bytes text;
	double box[4];

	if (s->stamp_count == OFD_STAMPS_MAX)
		return err_set(e, ERR_TOO_LARGE, "more than %d stamps", OFD_STAMPS_MAX);
	if (!xml_has(ev, "Boundary", &text) || !ofd_box_read(box, text, e))
		return err_set(e, ERR_MALFORMED, "StampAnnot without a Boundary");
	stamp.x = box[0];
	stamp.y = box[1];
	stamp.w = box[2];
	stamp.h = box[3];
	stamp.has_clip = xml_has(ev, "Clip", &text);
	if (stamp.has_clip) {
		if (!ofd_box_read(box, text, e))
			return err_in(e, "StampAnnot: Clip");
		stamp.clip_x = box[0];
		stamp.clip_y = box[1];
		stamp.clip_w = box[2];
		stamp.clip_h = box[3];
	}
	s->stamps = grown(p->a, s->stamps, s->stamp_count, &p->stamp_cap, sizeof stamp);
	s->stamps[s->stamp_count++] = stamp;
	return true;
}

static bool read_place(struct parse *p, struct ofd_place *out, struct err *e)
{
	struct bytes loc;

	return xml_leaf(p->r, p->a, &loc, e) &&
	       ofd_locate(p->o, p->a, p->path, loc, out, e);
}

static bool read_seal(struct parse *p, struct err *e)
{
	struct xml_event child;
	bool found;

	while (xml_child(p->r, 3, &child, &found, e)) {
		if (!found)
			return true;
		if (!xml_is(&child, "BaseLoc"))
			continue;
		if (p->s->has_seal)
			return err_set(e, ERR_MALFORMED, "two seals");
		if (!read_place(p, &p->s->seal, e))
			return err_in(e, "Seal");
		p->s->has_seal = true;
	}
	return false;
}

static bool read_signed_info(struct parse *p, struct err *e)
{
	struct ofd_signature *s = p->s;
	struct xml_event ev;
	bool found, ok = true;

	while (xml_child(p->r, 2, &ev, &found, e)) {
		if (!found)
			return true;
		if (xml_is(&ev, "Provider")) {
			s->provider = attr_copy(p->a, &ev, "ProviderName");
			s->provider_version = attr_copy(p->a, &ev, "Version");
			s->company = attr_copy(p->a, &ev, "Company");
		} else if (xml_is(&ev, "SignatureMethod")) {
			ok = xml_leaf(p->r, p->a, &s->method, e);
		} else if (xml_is(&ev, "SignatureDateTime")) {
			ok = xml_leaf(p->r, p->a, &s->date_time, e);
		} else if (xml_is(&ev, "References")) {
			ok = read_references(p, &ev, e);
		} else if (xml_is(&ev, "StampAnnot")) {
			ok = read_stamp(p, &ev, e);
		} else if (xml_is(&ev, "Seal")) {
			ok = read_seal(p, e);
		}
		if (!ok)
			return false;
	}
	return false;
}

static bool read_root(struct parse *p, struct err *e)
{
	struct xml_event ev;
	bool found, has_info = false;

	if (!xml_root(p->r, &ev, e))
		return false;
	if (!xml_is(&ev, "Signature"))
		return err_set(e, ERR_MALFORMED, "another root element");
	for (;;) {
		if (!xml_child(p->r, 1, &ev, &found, e))
			return false;
		if (!found)
			break;
		if (xml_is(&ev, "SignedInfo")) {
			if (has_info)
				return err_set(e, ERR_MALFORMED, "two SignedInfo");
			has_info = true;
			if (!read_signed_info(p, e))
				return err_in(e, "SignedInfo");
		} else if (xml_is(&ev, "SignedValue")) {
			if (p->s->has_value)
				return err_set(e, ERR_MALFORMED, "two SignedValue");
			if (!read_place(p, &p->s->value, e))
				return err_in(e, "SignedValue");
			p->s->has_value = true;
		}
	}
	if (!has_info)
		return err_set(e, ERR_MALFORMED, "no SignedInfo");
	return read_to_end(p->r, e);
}

bool ofd_signature_read(struct ofd_signature *out, const struct ofd *o, struct arena *a,
	struct bytes path, struct bytes xml, struct err *e)
{
	AUTO(xml_reader) r = NULL;
	struct ofd_signature s = {0};
	struct parse p = {.o = o, .a = a, .path = path, .s = &s};

	if (!xml_open(&r, xml, e))
		return err_in(e, "Signature.xml");
	p.r = r;
	if (!read_root(&p, e))
		return err_in(e, "Signature.xml");
	*out = s;
	return true;
}
