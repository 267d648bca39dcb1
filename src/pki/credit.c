/* credit: the 统一社会信用代码 of an organisation, in the one field its CA keeps it in.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "pki/cert_ext.h"
#include "pki/name.h"

enum { CREDIT_CODE = 18 };

static const struct {
	const char *name;
	enum oid oid;
	bool in_subject;
} credit_fields[CREDIT_FIELD_COUNT] = {
	[CREDIT_NONE] = {"none", OID_UNKNOWN, false},
	[CREDIT_GM_ORGANIZATION_CODE] = {"gm-organization-code", OID_GM_ORGANIZATION_CODE,
		false},
	[CREDIT_OLD_ORGANIZATION_CODE] = {"old-organization-code",
		OID_OLD_ORGANIZATION_CODE, false},
	[CREDIT_IC_REGISTRATION] = {"ic-registration", OID_GM_IC_REGISTRATION, false},
	[CREDIT_TAXATION_NUMBER] = {"taxation-number", OID_GM_TAXATION_NUMBER, false},
	[CREDIT_SUBJECT_O] = {"subject-o", OID_O, true},
	[CREDIT_SUBJECT_OU] = {"subject-ou", OID_OU, true},
	[CREDIT_SUBJECT_SERIAL] = {"subject-serial", OID_SERIAL_NUMBER, true},
	[CREDIT_SUBJECT_ORGANIZATION_ID] = {"subject-organization-id",
		OID_ORGANIZATION_ID, true},
};

const char *credit_code_field_name(enum credit_code_field f)
{
	return (unsigned)f < CREDIT_FIELD_COUNT ? credit_fields[f].name : "none";
}

//= GB 32100-2015 §5: 18 characters without I, O, S, V, Z; weights 3^i mod 31
bool credit_code_is_valid(struct bytes text)
{
	const struct bytes alphabet = BYTES("0123456789ABCDEFGHJKLMNPQRTUWXY");
	size_t sum = 0, weight = 1;

	if (text.n != CREDIT_CODE)
		return false;
	for (size_t i = 0; i < CREDIT_CODE; i++) {
		size_t value = bytes_find(alphabet, bytes_make(text.p + i, 1));

		if (value == SIZE_MAX)
			return false;
		/* The check digit has weight 1: the whole sum is a multiple of 31. */
		sum += value * (i == CREDIT_CODE - 1 ? 1 : weight);
		weight = weight * 3 % 31;
	}
	return sum % 31 == 0;
}

/* The only value of an attribute; false when it stands twice: which one would count? */
static bool only_attribute(
	struct arena *a, struct bytes name, enum oid oid, struct bytes *value)
{
	struct name_walk w = name_walk_of(name);
	struct name_attr attr;
	size_t count = 0;

	while (name_walk_next(&w, &attr))
		count += oid_is(attr.oid, oid);
	return count == 1 && name_attribute(a, name, oid, value);
}

bool cert_credit_code(const struct cert *c, enum credit_code_field f, char out[19])
{
	AUTO(arena) a = arena_new();
	struct bytes value, text;
	struct writer w = writer_over(out, CREDIT_CODE);
	bool critical;

	if ((unsigned)f >= CREDIT_FIELD_COUNT || f == CREDIT_NONE)
		return false;
	if (credit_fields[f].in_subject) {
		if (!only_attribute(a, c->subject, credit_fields[f].oid, &text))
			return false;
	} else if (!cert_extension(c, credit_fields[f].oid, &value, &critical) ||
		   !extension_text(a, value, &text)) {
		return false;
	}
	if (!credit_code_is_valid(text))
		return false;
	write_bytes(&w, text);
	out[CREDIT_CODE] = '\0';
	return true;
}
