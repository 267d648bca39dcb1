/* name_constraints: permitted and excluded subtrees.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "pki/name_constraints.h"

#include "base/text.h"
#include "pki/name.h"

/* More of either makes the work quadratic, and no real CA comes near. */
enum { SUBTREES_MAX = 128, NAMES_MAX = 128 };

enum general_name {
	GN_EMAIL = DER_CONTEXT_PRIMITIVE(1),
	GN_DNS = DER_CONTEXT_PRIMITIVE(2),
	GN_DIRECTORY = DER_CONTEXT(4),
};

struct subtrees {
	struct bytes permitted, excluded; /* content of the GeneralSubtrees */
};

/* "example.com" and everything below it; ".example.com" only what is below. */
static bool dns_is_within(struct bytes name, struct bytes base)
{
	struct bytes tail;

	if (base.n == 0)
		return true;
	if (name.n < base.n)
		return false;
	tail = bytes_from(name, name.n - base.n);
	if (!ascii_equal_nocase(tail, base))
		return false;
	return name.n == base.n ? base.p[0] != '.'
				: base.p[0] == '.' || tail.p[-1] == '.';
}

//= RFC 5280 §4.2.1.10: a mailbox, all addresses of a host, or of all hosts in a domain
static bool email_is_within(struct bytes name, struct bytes base)
{
	size_t at = bytes_find(name, BYTES("@")), base_at = bytes_find(base, BYTES("@"));
	struct bytes host;

	if (at == SIZE_MAX)
		return false;
	host = bytes_from(name, at + 1);
	if (base_at != SIZE_MAX)
		return bytes_equal(bytes_head(name, at), bytes_head(base, base_at)) &&
		       ascii_equal_nocase(host, bytes_from(base, base_at + 1));
	if (base.n && base.p[0] == '.')
		return dns_is_within(host, base);
	return ascii_equal_nocase(host, base);
}

/* A GeneralName that we compare, in the shape that is compared: a whole Name, or text. */
static bool name_matches(const struct der *name, struct bytes base)
{
	switch (name->tag) {
	case GN_DIRECTORY:
		return name_is_within(name->body, base);
	case GN_DNS:
		return dns_is_within(name->body, base);
	case GN_EMAIL:
		return email_is_within(name->body, base);
	default:
		return false;
	}
}

static bool is_supported(uint8_t tag)
{
	return tag == GN_DIRECTORY || tag == GN_DNS || tag == GN_EMAIL;
}

struct matches {
	bool of_form; /* a subtree of this form of name is there */
	bool hit;
};

/* Looks through one GeneralSubtrees. False when it cannot be read, or constrains a form
 * that we do not compare. */
static bool match_subtrees(struct bytes trees, const struct der *name, struct matches *m)
{
	struct err e;

	*m = (struct matches){false, false};
	for (size_t count = 0; trees.n; count++) {
		struct bytes tree;
		struct der base;

		//= RFC 5280 §4.2.1.10: minimum is 0 and maximum absent
		if (count == SUBTREES_MAX || !der_take(&trees, DER_SEQUENCE, &tree, &e) ||
			!der_next(&tree, &base, &e) || tree.n)
			return false;
		if (base.tag != name->tag)
			continue;
		if (!is_supported(name->tag))
			return false;
		m->of_form = true;
		m->hit |= name_matches(name, base.body);
	}
	return true;
}

static bool name_is_allowed(const struct subtrees *s, const struct der *name)
{
	struct matches permitted, excluded;

	return match_subtrees(s->permitted, name, &permitted) &&
	       match_subtrees(s->excluded, name, &excluded) && !excluded.hit &&
	       (permitted.hit || !permitted.of_form);
}

static bool subject_is_allowed(const struct subtrees *s, struct bytes subject)
{
	struct der name = {.tag = GN_DIRECTORY, .body = subject};
	struct name_walk w = name_walk_of(subject);
	struct name_attr attr;
	struct err e;

	if (subject.n > 2 && !name_is_allowed(s, &name))
		return false;
	while (name_walk_next(&w, &attr)) {
		struct der mail;

		if (!oid_is(attr.oid, OID_EMAIL))
			continue;
		if (!der_next(&attr.value, &mail, &e))
			return false;
		mail.tag = GN_EMAIL;
		if (!name_is_allowed(s, &mail))
			return false;
	}
	return !w.bad;
}

static bool alt_names_are_allowed(const struct subtrees *s, const struct cert *cert)
{
	struct bytes value, names;
	struct err e;
	bool critical;

	if (!cert_extension(cert, OID_SUBJECT_ALT_NAME, &value, &critical))
		return true;
	if (!der_only(value, DER_SEQUENCE, &names, &e))
		return false;
	for (size_t count = 0; names.n; count++) {
		struct der name;

		if (count == NAMES_MAX || !der_next(&names, &name, &e) ||
			!name_is_allowed(s, &name))
			return false;
	}
	return true;
}

bool name_constraints_allow(const struct cert *ca, const struct cert *cert)
{
	struct subtrees s;
	struct bytes value, body;
	struct err e;
	bool there;

	if (!cert_extension(ca, OID_NAME_CONSTRAINTS, &value, &there))
		return true;
	if (!der_only(value, DER_SEQUENCE, &body, &e) ||
		!der_take_optional(&body, DER_CONTEXT(0), &s.permitted, &there, &e) ||
		!der_take_optional(&body, DER_CONTEXT(1), &s.excluded, &there, &e) ||
		body.n)
		return false;
	return subject_is_allowed(&s, cert->subject) && alt_names_are_allowed(&s, cert);
}
