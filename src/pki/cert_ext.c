/* cert_ext: the extensions we process, and finding any other.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "pki/cert_ext.h"

#include "base/text.h"

bool extension_next(struct bytes *in, struct extension *out, struct err *e)
{
	struct bytes rest = *in, body;
	struct extension x = {0};

	if (!der_take(&rest, DER_SEQUENCE, &body, e) || !der_oid(&body, &x.oid, e))
		return err_in(e, "Extension");
	/* FALSE written out is against DER and common; it means what it says. */
	if (der_peek(body) == DER_BOOLEAN && !der_boolean(&body, &x.critical, e))
		return err_in(e, "Extension");
	if (!der_take(&body, DER_OCTET_STRING, &x.value, e) || !der_end(body, e))
		return err_in(e, "Extension");
	*out = x;
	*in = rest;
	return true;
}

static bool read_key_usage(struct cert *c, struct bytes v, struct err *e)
{
	c->has_key_usage = true;
	return der_named_bits(&v, &c->key_usage, e) && der_end(v, e);
}

static uint32_t eku_of(enum oid oid)
{
	if (oid == OID_EKU_ANY)
		return EKU_ANY;
	if (oid == OID_EKU_CLIENT_AUTH)
		return EKU_CLIENT_AUTH;
	if (oid == OID_EKU_TIME_STAMPING)
		return EKU_TIME_STAMPING;
	if (oid == OID_EKU_OCSP_SIGNING)
		return EKU_OCSP_SIGNING;
	if (oid == OID_QY_EKU_SEAL_MAKER)
		return EKU_SEAL_MAKER;
	if (oid == OID_QY_EKU_EVENT)
		return EKU_EVENT;
	if (oid == OID_QY_EKU_ORDER)
		return EKU_ORDER;
	return EKU_OTHER;
}

static bool read_eku(struct cert *c, struct bytes v, struct err *e)
{
	struct bytes list, oid;

	c->has_eku = true;
	if (!der_only(v, DER_SEQUENCE, &list, e))
		return false;
	if (list.n == 0)
		return err_set(e, ERR_MALFORMED, "empty");
	while (list.n) {
		if (!der_oid(&list, &oid, e))
			return false;
		c->eku |= eku_of(oid_find(oid));
	}
	return true;
}

static bool read_basic(struct cert *c, struct bytes v, struct err *e)
{
	struct bytes body;
	uint32_t length = 0;

	c->has_basic = true;
	if (!der_only(v, DER_SEQUENCE, &body, e) ||
		(der_peek(body) == DER_BOOLEAN && !der_boolean(&body, &c->is_ca, e)))
		return false;
	if (body.n) {
		if (!der_small(&body, DER_INTEGER, UINT32_MAX, &length, e))
			return false;
		/* Without cA the length says nothing (RFC 5280 §4.2.1.9). */
		c->has_path_len = c->is_ca;
		c->path_len = length;
	}
	return der_end(body, e);
}

/* Key identifiers only order the search for an issuer: an unreadable one is as good as
 * none. */
static void read_key_ids(struct cert *c, const struct extension *x)
{
	struct bytes body;
	struct err e;
	bool present;

	if (oid_is(x->oid, OID_SUBJECT_KEY_ID)) {
		if (der_only(x->value, DER_OCTET_STRING, &body, &e))
			c->ski = body;
	} else if (der_only(x->value, DER_SEQUENCE, &body, &e)) {
		struct bytes id;

		if (der_take_optional(&body, DER_CONTEXT_PRIMITIVE(0), &id, &present, &e))
			c->aki = id;
	}
}

static bool read_one(struct cert *c, const struct extension *x, struct err *e)
{
	enum oid oid = oid_find(x->oid);

	if (oid == OID_KEY_USAGE)
		return read_key_usage(c, x->value, e) || err_in(e, "keyUsage");
	if (oid == OID_BASIC_CONSTRAINTS)
		return read_basic(c, x->value, e) || err_in(e, "basicConstraints");
	if (oid == OID_EXT_KEY_USAGE) {
		c->eku_critical = x->critical;
		return read_eku(c, x->value, e) || err_in(e, "extKeyUsage");
	}
	if (oid == OID_SUBJECT_KEY_ID || oid == OID_AUTHORITY_KEY_ID) {
		read_key_ids(c, x);
		return true;
	}
	if (oid == OID_QY_DEMONSTRATION) {
		c->demonstration = true;
		return true;
	}
	/* The chain looks into these itself. */
	if (oid == OID_NAME_CONSTRAINTS || oid == OID_CERTIFICATE_POLICIES ||
		oid == OID_POLICY_CONSTRAINTS || oid == OID_INHIBIT_ANY_POLICY ||
		oid == OID_SUBJECT_ALT_NAME)
		return true;
	//= RFC 5280 §4.2: reject a critical extension that is not recognised
	c->unknown_critical |= x->critical;
	return true;
}

bool cert_read_extensions(struct cert *c, struct err *e)
{
	struct bytes seen[CERT_EXTENSIONS_MAX], in = c->extensions;
	size_t count = 0;

	while (in.n) {
		struct extension x;

		if (!extension_next(&in, &x, e))
			return false;
		if (count == CERT_EXTENSIONS_MAX)
			return err_set(e, ERR_MALFORMED, "more than %d extensions",
				CERT_EXTENSIONS_MAX);
		//= RFC 5280 §4.2: not more than one instance of a particular extension
		for (size_t i = 0; i < count; i++)
			if (bytes_equal(seen[i], x.oid))
				return err_set(
					e, ERR_MALFORMED, "an extension stands twice");
		seen[count++] = x.oid;
		if (!read_one(c, &x, e))
			return false;
	}
	return true;
}

bool cert_extension(
	const struct cert *c, enum oid oid, struct bytes *value, bool *critical)
{
	struct bytes in = c->extensions;
	struct extension x;
	struct err e;

	while (in.n && extension_next(&in, &x, &e)) {
		if (!oid_is(x.oid, oid))
			continue;
		*value = x.value;
		*critical = x.critical;
		return true;
	}
	return false;
}

bool extension_text(struct arena *a, struct bytes value, struct bytes *utf8)
{
	struct bytes in = value, text;
	struct err e;

	if (der_string(a, &in, &text, &e) && in.n == 0) {
		*utf8 = text;
		return true;
	}
	/* What is a whole DER element of another kind is not text. */
	if (value.n == 0 || value.p[0] < 0x20 || !utf8_is_valid(value))
		return false;
	*utf8 = value;
	return true;
}
