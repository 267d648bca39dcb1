/* crl_order: what a list covers, and what several lists of one issuer say together.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "pki/crl.h"
#include "pki/name.h"

/* Do two GeneralNames have a name in common? Compared octet by octet. */
static bool names_meet(struct bytes a, struct bytes b)
{
	struct der x, y;
	struct err e;

	while (a.n && der_next(&a, &x, &e))
		for (struct bytes rest = b; rest.n && der_next(&rest, &y, &e);)
			if (bytes_equal(x.whole, y.whole))
				return true;
	return false;
}

/* Does one of the certificate's distribution points carry one of these names? */
static bool points_to(const struct cert *cert, struct bytes names)
{
	struct bytes value, list, point, name, full;
	bool critical, present;
	struct err e;

	if (!cert_extension(cert, OID_CRL_DISTRIBUTION_POINTS, &value, &critical) ||
		!der_only(value, DER_SEQUENCE, &list, &e))
		return false;
	while (list.n) {
		if (!der_take(&list, DER_SEQUENCE, &point, &e) ||
			!der_take_optional(&point, DER_CONTEXT(0), &name, &present, &e))
			return false;
		if (present && der_only(name, DER_CONTEXT(0), &full, &e) &&
			names_meet(full, names))
			return true;
	}
	return false;
}

bool crl_covers(const struct crl *c, const struct cert *cert)
{
	bool is_ca = cert->has_basic && cert->is_ca;

	if (!name_equal(c->issuer, cert->issuer))
		return false;
	//= RFC 5280 §6.3.3 b 2: the scope of the list must hold the certificate
	if (c->only_attribute || (c->only_user && is_ca) || (c->only_ca && !is_ca))
		return false;
	return c->distribution_point.n == 0 || points_to(cert, c->distribution_point);
}

int crl_number_compare(struct bytes a, struct bytes b)
{
	if (a.n != b.n)
		return a.n < b.n ? -1 : 1;
	return bytes_compare(a, b);
}

bool crl_delta_fits(const struct crl *base, const struct crl *delta)
{
	if (base->is_delta || !delta->is_delta || !base->has_number || !delta->has_number)
		return false;
	if (!name_equal(base->issuer, delta->issuer) ||
		!bytes_equal(base->idp, delta->idp) ||
		!bytes_equal(base->aki, delta->aki))
		return false;
	return crl_number_compare(base->number, delta->base_number) >= 0 &&
	       crl_number_compare(delta->number, base->number) > 0 &&
	       delta->this_update >= base->this_update;
}

bool crl_find_merged(const struct crl *base, const struct crl *delta, struct bytes serial,
	struct crl_entry *out)
{
	struct crl_entry entry;

	if (delta && crl_find(delta, serial, &entry)) {
		if (entry.reason == CRL_REMOVE)
			return false;
		*out = entry;
		return true;
	}
	return crl_find(base, serial, out);
}

enum crl_order crl_order(const struct crl *a, const struct crl *b)
{
	int number = a->has_number && b->has_number
			     ? crl_number_compare(b->number, a->number)
			     : 0;
	int time = (b->this_update > a->this_update) - (b->this_update < a->this_update);

	if (number && time && (number > 0) != (time > 0))
		return CRL_CONFLICT;
	if (number == 0 && time == 0)
		return CRL_EQUAL;
	return number > 0 || time > 0 ? CRL_NEWER : CRL_OLDER;
}
