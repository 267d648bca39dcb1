/* name: X.501 names: walking, comparing, printing.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "pki/name.h"

#include "base/text.h"

enum { NAME_VALUE_SHOWN = 400 };

struct name_walk name_walk_of(struct bytes name)
{
	struct name_walk w = {0};
	struct err e;

	w.bad = !der_only(name, DER_SEQUENCE, &w.rdns, &e);
	return w;
}

bool name_walk_next(struct name_walk *w, struct name_attr *out)
{
	struct err e;
	struct bytes body, oid;
	struct der value;

	if (w->bad || (w->set.n == 0 && w->rdns.n == 0))
		return false;
	out->joined = w->set.n > 0;
	w->bad = (w->set.n == 0 && !der_take(&w->rdns, DER_SET, &w->set, &e)) ||
		 !der_take(&w->set, DER_SEQUENCE, &body, &e) ||
		 !der_oid(&body, &oid, &e) || !der_next(&body, &value, &e) ||
		 !der_end(body, &e);
	if (w->bad)
		return false;
	out->oid = oid;
	out->value = value.whole;
	return true;
}

bool name_is_well_formed(struct bytes name)
{
	struct name_walk w = name_walk_of(name);
	struct name_attr attr;
	size_t count = 0;

	while (name_walk_next(&w, &attr))
		if (++count > NAME_ATTRIBUTES_MAX)
			return false;
	return !w.bad;
}

/* --- comparing -------------------------------------------------------------------- */

/* Is it a type whose letters and blanks are folded? Gives its text without outer blanks.
 */
static bool value_is_text(struct bytes value, struct bytes *text)
{
	struct err e;
	struct der d;

	if (!der_next(&value, &d, &e))
		return false;
	*text = text_trim(d.body);
	return d.tag == DER_UTF8_STRING || d.tag == DER_PRINTABLE_STRING;
}

/* The next octet of trimmed text, folded; -1 at the end. */
//= RFC 5280 §7.1: compare internationalised names after folding case and blanks
static int fold_next(struct bytes *text)
{
	uint8_t c;

	if (text->n == 0)
		return -1;
	c = text->p[0];
	*text = bytes_from(*text, 1);
	if (c == ' ')
		while (text->n && text->p[0] == ' ')
			*text = bytes_from(*text, 1);
	return c >= 'A' && c <= 'Z' ? c + 32 : c;
}

static bool value_equal(struct bytes a, struct bytes b)
{
	struct bytes x, y;
	int c;

	if (bytes_equal(a, b))
		return true;
	if (!value_is_text(a, &x) || !value_is_text(b, &y))
		return false;
	do {
		c = fold_next(&x);
		if (c != fold_next(&y))
			return false;
	} while (c >= 0);
	return true;
}

static bool attr_equal(const struct name_attr *a, const struct name_attr *b)
{
	return a->joined == b->joined && bytes_equal(a->oid, b->oid) &&
	       value_equal(a->value, b->value);
}

bool name_equal(struct bytes a, struct bytes b)
{
	struct name_walk x = name_walk_of(a), y = name_walk_of(b);
	struct name_attr p, q;
	bool more;

	if (bytes_equal(a, b))
		return true;
	do {
		more = name_walk_next(&x, &p);
		if (more != name_walk_next(&y, &q) || (more && !attr_equal(&p, &q)))
			return false;
	} while (more);
	return !x.bad && !y.bad;
}

bool name_is_within(struct bytes name, struct bytes base)
{
	struct name_walk x = name_walk_of(name), y = name_walk_of(base);
	struct name_attr p, q;

	while (name_walk_next(&y, &q))
		if (!name_walk_next(&x, &p) || !attr_equal(&p, &q))
			return false;
	/* The set in which the base ended must have ended here too. */
	return !x.bad && !y.bad && x.set.n == 0;
}

static uint64_t hash_octet(uint64_t h, uint8_t octet)
{
	return (h ^ octet) * UINT64_C(0x100000001b3);
}

static uint64_t hash_bytes(uint64_t h, struct bytes b)
{
	for (size_t i = 0; i < b.n; i++)
		h = hash_octet(h, b.p[i]);
	return h;
}

/* Fowler, Noll and Vo, 64 bits, over the folded form. */
uint64_t name_hash(struct bytes name)
{
	uint64_t h = UINT64_C(0xcbf29ce484222325);
	struct name_walk w = name_walk_of(name);
	struct name_attr attr;
	struct bytes text;

	while (name_walk_next(&w, &attr)) {
		h = hash_octet(hash_bytes(h, attr.oid), attr.joined);
		if (!value_is_text(attr.value, &text)) {
			h = hash_bytes(h, attr.value);
			continue;
		}
		for (int c = fold_next(&text); c >= 0; c = fold_next(&text))
			h = hash_octet(h, (uint8_t)c);
	}
	return h;
}

/* --- printing --------------------------------------------------------------------- */

static const char *attr_label(struct arena *a, struct bytes oid)
{
	static const struct {
		enum oid oid;
		const char *label;
	} labels[] = {
		{OID_CN, "CN"},
		{OID_SURNAME, "SN"},
		{OID_SERIAL_NUMBER, "serialNumber"},
		{OID_C, "C"},
		{OID_L, "L"},
		{OID_ST, "ST"},
		{OID_STREET, "street"},
		{OID_O, "O"},
		{OID_OU, "OU"},
		{OID_TITLE, "title"},
		{OID_POSTAL_ADDRESS, "postalAddress"},
		{OID_GIVEN_NAME, "givenName"},
		{OID_ORGANIZATION_ID, "organizationIdentifier"},
		{OID_DC, "DC"},
		{OID_UID, "UID"},
		{OID_EMAIL, "emailAddress"},
	};
	enum oid which = oid_find(oid);

	for (size_t i = 0; i < sizeof labels / sizeof *labels; i++)
		if (labels[i].oid == which)
			return labels[i].label;
	return oid_format(a, oid);
}

/* The value with the marks of RFC 4514 §2.4 escaped, so that no value can pass for two
 * attributes; control characters and marks that turn text round become '?'. */
static char *value_format(struct arena *a, struct bytes value)
{
	struct bytes text, whole = value;
	struct writer w;
	struct err e;

	if (!der_string(a, &value, &text, &e))
		return arena_printf(a, "#%s", hex_encode(a, bytes_head(whole, 64)));
	text = bytes_str(text_printable(a, text, NAME_VALUE_SHOWN));
	w = writer_in(a, 2 * text.n + 2);
	for (size_t i = 0; i < text.n; i++) {
		char c = (char)text.p[i];

		if (bytes_find(BYTES(",+\"\\<>;"), bytes_make(&c, 1)) != SIZE_MAX ||
			(i == 0 && c == '#') || ((i == 0 || i + 1 == text.n) && c == ' '))
			write_u8(&w, '\\');
		write_u8(&w, (uint8_t)c);
	}
	return arena_str(a, writer_bytes(&w));
}

char *name_format(struct arena *a, struct bytes name)
{
	const char *parts[NAME_ATTRIBUTES_MAX];
	bool joined[NAME_ATTRIBUTES_MAX];
	struct name_walk w = name_walk_of(name);
	struct name_attr attr;
	struct writer out;
	size_t count = 0, size = 1;

	while (count < NAME_ATTRIBUTES_MAX && name_walk_next(&w, &attr)) {
		parts[count] = arena_printf(
			a, "%s=%s", attr_label(a, attr.oid), value_format(a, attr.value));
		size += bytes_str(parts[count]).n + 2;
		joined[count++] = attr.joined;
	}
	if (w.bad)
		return arena_printf(a, "?");
	out = writer_in(a, size);
	/* Backwards by sets, forwards within one. */
	for (size_t end = count; end > 0;) {
		size_t begin = end - 1;

		while (begin > 0 && joined[begin])
			begin--;
		for (size_t i = begin; i < end; i++) {
			if (i > begin)
				write_u8(&out, '+');
			else if (end < count)
				write_str(&out, ", ");
			write_str(&out, parts[i]);
		}
		end = begin;
	}
	return arena_str(a, writer_bytes(&out));
}

bool name_attribute(struct arena *a, struct bytes name, enum oid oid, struct bytes *value)
{
	struct name_walk w = name_walk_of(name);
	struct bytes last = {NULL, 0};
	struct name_attr attr;
	struct err e;

	while (name_walk_next(&w, &attr))
		if (oid_is(attr.oid, oid))
			last = attr.value;
	return !w.bad && last.n && der_string(a, &last, value, &e);
}

char *name_title(struct arena *a, struct bytes name)
{
	struct bytes value;

	if ((name_attribute(a, name, OID_CN, &value) && value.n) ||
		(name_attribute(a, name, OID_O, &value) && value.n))
		return text_printable(a, value, NAME_VALUE_SHOWN);
	return name_format(a, name);
}
