/* issue_name: writing distinguished names.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "base/text.h"
#include "pki/issue_write.h"

/* Upper bounds in characters. //= RFC 5280 Appendix A.1: ub-common-name and the rest */
enum { BOUND_SHORT = 64, BOUND_PLACE = 128 };

static size_t count_characters(struct bytes utf8)
{
	size_t n = 0;

	while (utf8.n) {
		(void)utf8_next(&utf8);
		n++;
	}
	return n;
}

static bool put_attribute(
	struct writer *w, enum oid oid, const char *text, size_t bound, struct err *e)
{
	struct bytes value = bytes_str(text);
	size_t set, pair;

	if (!text)
		return true;
	if (value.n == 0 || !utf8_is_valid(value) || count_characters(value) > bound)
		return err_set(e, ERR_USAGE,
			"an attribute of the name is empty, longer than %zu characters "
			"or "
			"not UTF-8",
			bound);
	set = der_open(w, DER_SET);
	pair = der_open(w, DER_SEQUENCE);
	der_put_oid(w, oid);
	//= RFC 5280 §4.1.2.4: UTF8String; the country is a PrintableString
	der_put(w, oid == OID_C ? DER_PRINTABLE_STRING : DER_UTF8_STRING, value);
	der_close(w, pair);
	der_close(w, set);
	return true;
}

static bool is_country(const char *text)
{
	struct bytes b = bytes_str(text);

	return b.n == 2 && b.p[0] >= 'A' && b.p[0] <= 'Z' && b.p[1] >= 'A' &&
	       b.p[1] <= 'Z';
}

bool issue_name_write(struct writer *w, const struct issue_name *name, struct err *e)
{
	size_t opened = der_open(w, DER_SEQUENCE), before = w->n;

	if (name->country && !is_country(name->country))
		return err_set(e, ERR_USAGE, "a country is two capital letters");
	if (!put_attribute(w, OID_C, name->country, 2, e) ||
		!put_attribute(w, OID_ST, name->province, BOUND_PLACE, e) ||
		!put_attribute(w, OID_L, name->city, BOUND_PLACE, e) ||
		!put_attribute(w, OID_O, name->organization, BOUND_SHORT, e) ||
		!put_attribute(w, OID_OU, name->unit, BOUND_SHORT, e) ||
		!put_attribute(w, OID_CN, name->common_name, BOUND_SHORT, e))
		return false;
	if (w->n == before)
		return err_set(e, ERR_USAGE, "the name is empty");
	der_close(w, opened);
	return true;
}
