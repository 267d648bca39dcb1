/* crl: reading lists of revoked certificates. What several lists say together is in
 * crl_order.c. SPDX-License-Identifier: Apache-2.0
 */
#include "pki/crl.h"

#include "pki/cert_ext.h"
#include "pki/name.h"
#include "pki/sig_alg.h"

static bool read_reason(struct crl_entry *entry, struct bytes v, struct err *e)
{
	uint32_t reason;

	if (!der_small(&v, DER_ENUMERATED, CRL_AA_COMPROMISE, &reason, e) ||
		!der_end(v, e))
		return false;
	if (reason == 7)
		return err_set(e, ERR_MALFORMED, "reason 7 does not exist");
	entry->reason = (enum crl_reason)reason;
	return true;
}

static bool read_entry_extensions(
	struct crl_entry *entry, struct bytes list, struct err *e)
{
	bool has_reason = false, has_date = false;

	while (list.n) {
		struct extension x;
		bool *seen = NULL;

		if (!extension_next(&list, &x, e))
			return false;
		if (oid_is(x.oid, OID_CRL_REASON)) {
			seen = &has_reason;
			if (!read_reason(entry, x.value, e))
				return err_in(e, "reason");
		} else if (oid_is(x.oid, OID_INVALIDITY_DATE)) {
			seen = &has_date;
			if (!der_time(&x.value, &entry->invalid_since, e) ||
				!der_end(x.value, e))
				return err_in(e, "invalidityDate");
		} else if (oid_is(x.oid, OID_CERTIFICATE_ISSUER) || x.critical) {
			//= RFC 5280 §5.3: an unknown critical one must not be passed over
			return err_set(e, ERR_UNSUPPORTED,
				"an entry of another issuer or with an unknown critical "
				"extension");
		}
		if (seen && *seen)
			return err_set(e, ERR_MALFORMED, "an extension stands twice");
		if (seen)
			*seen = true;
	}
	return true;
}

static bool read_entry(struct bytes *in, struct crl_entry *out, struct err *e)
{
	struct crl_entry entry = {.invalid_since = TIME_NONE};
	struct bytes rest = *in, body, list;
	bool present;

	if (!der_take(&rest, DER_SEQUENCE, &body, e) ||
		!der_integer_any(&body, &entry.serial, e) ||
		!der_time(&body, &entry.revoked_at, e) ||
		!der_take_optional(&body, DER_SEQUENCE, &list, &present, e) ||
		!der_end(body, e) || !read_entry_extensions(&entry, list, e))
		return false;
	*out = entry;
	*in = rest;
	return true;
}

/* Looks at each entry once; afterwards walking them cannot fail. */
static bool check_entries(struct crl *c, bool *removes, struct err *e)
{
	struct bytes rest = c->entries;
	struct crl_entry entry;

	*removes = false;
	while (rest.n) {
		if (!read_entry(&rest, &entry, e))
			return err_in(e, "entry %zu", c->entry_count);
		if (entry.reason == CRL_REMOVE)
			*removes = true;
		c->entry_count++;
	}
	return true;
}

static bool read_number(struct bytes v, struct bytes *number, struct err *e)
{
	if (!der_integer(&v, number, e) || !der_end(v, e))
		return err_in(e, "number");
	//= RFC 5280 §5.2.3: up to 20 octets must be handled
	if (number->n > CRL_NUMBER_MAX)
		return err_set(e, ERR_MALFORMED, "a number of %zu octets", number->n);
	return true;
}

/* DistributionPointName: full names only. */
static bool read_point(struct crl *c, struct bytes point, struct err *e)
{
	if (der_peek(point) != DER_CONTEXT(0))
		return err_set(e, ERR_UNSUPPORTED,
			"a distribution point relative to the issuer");
	if (!der_only(point, DER_CONTEXT(0), &c->distribution_point, e))
		return false;
	return c->distribution_point.n ||
	       err_set(e, ERR_MALFORMED, "a distribution point without names");
}

static bool read_flag(struct bytes v, bool *flag, struct err *e)
{
	if (v.n != 1 || (v.p[0] != 0 && v.p[0] != 0xff))
		return err_set(e, ERR_MALFORMED, "BOOLEAN is neither 00 nor FF");
	*flag = v.p[0] != 0;
	return true;
}

//= RFC 5280 §5.2.5: which certificates the list speaks of
static bool read_idp(struct crl *c, struct bytes v, struct err *e)
{
	bool indirect = false;
	uint8_t last = 0;
	struct bytes body;
	struct der d;

	c->idp = v;
	if (!der_only(v, DER_SEQUENCE, &body, e))
		return false;
	while (body.n) {
		bool ok = true;

		if (!der_next(&body, &d, e))
			return false;
		if ((d.tag & 0x1f) < last)
			return err_set(e, ERR_MALFORMED, "fields out of order");
		last = (d.tag & 0x1f) + 1;
		if (d.tag == DER_CONTEXT(0))
			ok = read_point(c, d.body, e);
		else if (d.tag == DER_CONTEXT_PRIMITIVE(1))
			ok = read_flag(d.body, &c->only_user, e);
		else if (d.tag == DER_CONTEXT_PRIMITIVE(2))
			ok = read_flag(d.body, &c->only_ca, e);
		else if (d.tag == DER_CONTEXT_PRIMITIVE(3))
			ok = err_set(e, ERR_UNSUPPORTED, "a list over some reasons only");
		else if (d.tag == DER_CONTEXT_PRIMITIVE(4))
			ok = read_flag(d.body, &indirect, e);
		else if (d.tag == DER_CONTEXT_PRIMITIVE(5))
			ok = read_flag(d.body, &c->only_attribute, e);
		else
			ok = err_set(e, ERR_MALFORMED, "unknown field");
		if (!ok)
			return false;
	}
	if (indirect)
		return err_set(e, ERR_UNSUPPORTED, "an indirect list");
	if (c->only_user + c->only_ca + c->only_attribute > 1)
		return err_set(e, ERR_MALFORMED, "two kinds of certificates only");
	return true;
}

static void read_aki(struct crl *c, struct bytes v)
{
	struct bytes body, id;
	struct err e;
	bool present;

	/* It only orders the search; an unreadable one is as good as none. */
	if (der_only(v, DER_SEQUENCE, &body, &e) &&
		der_take_optional(&body, DER_CONTEXT_PRIMITIVE(0), &id, &present, &e))
		c->aki = id;
}

static bool read_extension(struct crl *c, const struct extension *x, struct err *e)
{
	enum oid oid = oid_find(x->oid);

	if (oid == OID_CRL_NUMBER) {
		c->has_number = true;
		return read_number(x->value, &c->number, e);
	}
	if (oid == OID_DELTA_CRL) {
		c->is_delta = true;
		return read_number(x->value, &c->base_number, e);
	}
	if (oid == OID_ISSUING_DISTRIBUTION_POINT)
		return read_idp(c, x->value, e) || err_in(e, "issuingDistributionPoint");
	if (oid == OID_AUTHORITY_KEY_ID) {
		read_aki(c, x->value);
		return true;
	}
	//= RFC 5280 §5.2: with an unknown critical extension the list must not be used
	if (x->critical)
		return err_set(e, ERR_UNSUPPORTED, "an unknown critical extension");
	return true;
}

enum { EXTENSIONS_MAX = 32 };

static bool read_extensions(struct crl *c, struct bytes list, struct err *e)
{
	struct bytes seen[EXTENSIONS_MAX];
	size_t count = 0;

	while (list.n) {
		struct extension x;

		if (!extension_next(&list, &x, e))
			return false;
		if (count == EXTENSIONS_MAX)
			return err_set(e, ERR_MALFORMED, "more than %d extensions",
				EXTENSIONS_MAX);
		for (size_t i = 0; i < count; i++)
			if (bytes_equal(seen[i], x.oid))
				return err_set(
					e, ERR_MALFORMED, "an extension stands twice");
		seen[count++] = x.oid;
		if (!read_extension(c, &x, e))
			return false;
	}
	return true;
}

/* version, absent in version 1. */
static bool read_version(struct bytes *in, uint32_t *version, struct err *e)
{
	*version = 0;
	if (der_peek(*in) != DER_INTEGER)
		return true;
	if (!der_small(in, DER_INTEGER, UINT32_MAX, version, e))
		return false;
	return *version == 1 ||
	       err_set(e, ERR_MALFORMED, "version %u", (unsigned)*version);
}

static bool read_dates(struct bytes *in, struct crl *c, struct err *e)
{
	uint8_t tag;

	c->next_update = TIME_NONE;
	if (!der_time(in, &c->this_update, e))
		return false;
	tag = der_peek(*in);
	if (tag != DER_UTC_TIME && tag != DER_GENERALIZED_TIME)
		return true;
	return der_time(in, &c->next_update, e);
}

//= RFC 5280 §5.1: TBSCertList
static bool read_tbs(struct crl *c, const struct sig_alg_id *outer, struct err *e)
{
	struct bytes body, wrapped, list;
	struct sig_alg_id inner;
	bool present, removes;
	uint32_t version;

	if (!der_only(c->tbs, DER_SEQUENCE, &body, e) ||
		!read_version(&body, &version, e) || !sig_alg_read(&body, &inner, e) ||
		!der_take_whole(&body, DER_SEQUENCE, &c->issuer, e) ||
		!read_dates(&body, c, e) ||
		!der_take_optional(&body, DER_SEQUENCE, &c->entries, &present, e))
		return false;
	if (!bytes_equal(inner.whole, outer->whole))
		return err_set(e, ERR_MALFORMED, "inner and outer algorithm differ");
	if (!name_is_well_formed(c->issuer))
		return err_set(e, ERR_MALFORMED, "issuer is no name");
	if (!check_entries(c, &removes, e) ||
		!der_take_optional(&body, DER_CONTEXT(0), &wrapped, &present, e) ||
		!der_end(body, e))
		return false;
	if (present && (!der_only(wrapped, DER_SEQUENCE, &list, e) ||
			       !read_extensions(c, list, e)))
		return err_in(e, "extensions");
	if (present && version == 0)
		return err_set(e, ERR_MALFORMED, "version 1 with extensions");
	if (removes && !c->is_delta)
		return err_set(e, ERR_MALFORMED, "removeFromCRL in a full list");
	return true;
}

bool crl_parse(struct crl *out, struct bytes der, struct err *e)
{
	struct crl c = {.der = der};
	struct sig_alg_id outer;
	struct bytes body;

	if (der.n > CRL_MAX)
		return err_set(e, ERR_TOO_LARGE, "CRL: %zu octets", der.n);
	if (!der_only(der, DER_SEQUENCE, &body, e) ||
		!der_take_whole(&body, DER_SEQUENCE, &c.tbs, e) ||
		!sig_alg_read(&body, &outer, e) ||
		!der_bit_string(&body, &c.signature, e) || !der_end(body, e) ||
		!read_tbs(&c, &outer, e))
		return err_in(e, "CRL");
	c.sig_alg = outer.alg;
	c.sig_alg_known = outer.known;
	sm3_of(der, c.sm3);
	*out = c;
	return true;
}

bool crl_verify(const struct crl *c, const struct cert *issuer)
{
	if (!c->sig_alg_known || !issuer->key_known ||
		!name_equal(c->issuer, issuer->subject))
		return false;
	//= RFC 5280 §6.3.3 f: cRLSign where a key usage is stated
	if (issuer->has_key_usage && !(issuer->key_usage & KU_CRL_SIGN))
		return false;
	return pubkey_verify_message(&issuer->key, c->sig_alg, c->tbs, c->signature);
}

bool crl_next(struct bytes *rest, struct crl_entry *out)
{
	struct err e;

	return rest->n && read_entry(rest, out, &e);
}

bool crl_find(const struct crl *c, struct bytes serial, struct crl_entry *out)
{
	struct bytes rest = c->entries;
	struct err e;

	/* Of the 200 000 that a national CA lists, only the one found is read whole. */
	while (rest.n) {
		struct bytes entry = rest, body, number;

		if (!der_take(&rest, DER_SEQUENCE, &body, &e) ||
			!der_integer_any(&body, &number, &e))
			return false;
		if (bytes_equal(number, serial))
			return read_entry(&entry, out, &e);
	}
	return false;
}
