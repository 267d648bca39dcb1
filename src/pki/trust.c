/* trust: reading the signed register (docs/formats/trust-store.md).
 * SPDX-License-Identifier: Apache-2.0
 */
#include "pki/trust.h"

#include "base/text.h"
#include "base/time.h"
#include "pki/sig_alg.h"
#include "pki/trust_format.h"

/* A UTF8String without control characters: it is shown to people as it stands. */
static bool take_text(struct arena *a, struct bytes *in, const char **out, struct err *e)
{
	struct bytes b;

	if (!der_take(in, DER_UTF8_STRING, &b, e))
		return false;
	if (b.n > TRUST_TEXT_MAX || !utf8_is_valid(b))
		return err_set(e, ERR_MALFORMED, "a text too long or not UTF-8");
	for (size_t i = 0; i < b.n; i++)
		if (b.p[i] < 0x20 || b.p[i] == 0x7f)
			return err_set(
				e, ERR_MALFORMED, "a text with control characters");
	*out = arena_str(a, b);
	return true;
}

/* GeneralizedTime of whole seconds, nothing else. */
static bool take_time(struct bytes *in, int64_t *out, struct err *e)
{
	struct bytes rest = *in, body;

	if (!der_take(&rest, DER_GENERALIZED_TIME, &body, e))
		return false;
	if (body.n != 15)
		return err_set(e, ERR_MALFORMED, "a time not of whole seconds");
	return der_time(in, out, e);
}

/* from [0] OPTIONAL, to [1] OPTIONAL */
static bool take_period(struct bytes *in, int64_t *from, int64_t *to, struct err *e)
{
	int64_t *times[2] = {from, to};
	struct bytes wrapped;
	bool present;

	for (unsigned i = 0; i < 2; i++) {
		*times[i] = TIME_NONE;
		if (!der_take_optional(in, DER_CONTEXT(i), &wrapped, &present, e))
			return false;
		if (present &&
			(!take_time(&wrapped, times[i], e) || !der_end(wrapped, e)))
			return false;
	}
	if (*from != TIME_NONE && *to != TIME_NONE && *from > *to)
		return err_set(e, ERR_MALFORMED, "a period that ends before it begins");
	return true;
}

static bool take_licence(
	struct arena *a, struct bytes *in, struct trust_licence *out, struct err *e)
{
	struct bytes body;

	return (der_take(in, DER_SEQUENCE, &body, e) &&
		       take_text(a, &body, &out->number, e) &&
		       take_period(&body, &out->from, &out->to, e) && der_end(body, e)) ||
	       err_in(e, "licence");
}

static bool take_anchor(
	struct arena *a, struct bytes *in, struct trust_anchor *out, struct err *e)
{
	struct bytes body, der;
	uint32_t field;

	if (!der_take(in, DER_SEQUENCE, &body, e) ||
		!der_take(&body, DER_OCTET_STRING, &der, e) ||
		!cert_parse(&out->cert, der, e) || !take_text(a, &body, &out->name, e) ||
		!der_named_bits(&body, &out->purposes, e) ||
		!der_small(&body, DER_INTEGER, CREDIT_FIELD_COUNT - 1, &field, e) ||
		!der_boolean(&body, &out->independent, e) ||
		!take_licence(a, &body, &out->service, e) ||
		!take_licence(a, &body, &out->cipher, e) ||
		!take_period(&body, &out->admitted_from, &out->admitted_to, e) ||
		!der_end(body, e))
		return false;
	out->credit_code = (enum credit_code_field)field;
	if (!out->purposes || out->purposes & ~(uint32_t)TRUST_PURPOSES)
		return err_set(e, ERR_MALFORMED, "purposes %#x", (unsigned)out->purposes);
	if (!out->cert.key_known)
		return err_set(e, ERR_UNSUPPORTED, "a key of an unknown algorithm");
	return true;
}

/* How many elements, at most max. */
static bool count_elements(struct bytes list, size_t max, size_t *count, struct err *e)
{
	struct der d;

	for (*count = 0; list.n; ++*count) {
		if (*count == max)
			return err_set(e, ERR_TOO_LARGE, "more than %zu entries", max);
		if (!der_next(&list, &d, e))
			return false;
	}
	return true;
}

/* One certificate twice could be admitted for two different things. */
static bool check_distinct(const struct trust *t, struct err *e)
{
	for (size_t i = 0; i < t->count; i++)
		for (size_t j = 0; j < i; j++)
			if (bytes_equal(BYTES_OF(t->anchors[i].cert.sm3),
				    BYTES_OF(t->anchors[j].cert.sm3)))
				return err_set(e, ERR_MALFORMED,
					"anchors %zu and %zu are the same", j, i);
	return true;
}

static bool read_anchors(
	struct trust *t, struct arena *a, struct bytes list, struct err *e)
{
	if (!count_elements(list, TRUST_ANCHORS_MAX, &t->count, e))
		return false;
	t->anchors = ARENA_ARRAY(a, t->count, struct trust_anchor);
	for (size_t i = 0; i < t->count; i++)
		if (!take_anchor(a, &list, &t->anchors[i], e))
			return err_in(e, "anchor %zu", i);
	return check_distinct(t, e);
}

static bool read_extra(struct trust *t, struct arena *a, struct bytes list, struct err *e)
{
	struct cert c;

	if (!count_elements(list, TRUST_EXTRA_MAX, &t->extra_count, e))
		return false;
	t->extra = ARENA_ARRAY(a, t->extra_count, struct bytes);
	for (size_t i = 0; i < t->extra_count; i++)
		if (!der_take(&list, DER_OCTET_STRING, &t->extra[i], e) ||
			!cert_parse(&c, t->extra[i], e))
			return err_in(e, "further certificate %zu", i);
	return true;
}

static bool read_serial(struct bytes *in, uint64_t *serial, struct err *e)
{
	struct bytes value;

	if (!der_integer(in, &value, e))
		return false;
	if (value.n > 8)
		return err_set(e, ERR_MALFORMED, "serial of %zu octets", value.n);
	*serial = 0;
	for (size_t i = 0; i < value.n; i++)
		*serial = *serial << 8 | value.p[i];
	return true;
}

static bool read_tbs(struct trust *t, struct arena *a, struct bytes tbs, struct err *e)
{
	struct bytes body, type, signer, anchors, extra;
	uint32_t version;

	if (!der_only(tbs, DER_SEQUENCE, &body, e) || !der_oid(&body, &type, e))
		return false;
	if (!oid_is(type, OID_QY_TRUST_STORE))
		return err_set(e, ERR_MALFORMED, "not a trust store");
	if (!der_small(&body, DER_INTEGER, UINT32_MAX, &version, e))
		return false;
	if (version != TRUST_VERSION)
		return err_set(e, ERR_UNSUPPORTED, "version %u", (unsigned)version);
	if (!read_serial(&body, &t->serial, e) || !take_time(&body, &t->made_at, e) ||
		!take_text(a, &body, &t->title, e) ||
		!der_take(&body, DER_OCTET_STRING, &signer, e) ||
		!der_take(&body, DER_SEQUENCE, &anchors, e) ||
		!der_take(&body, DER_SEQUENCE, &extra, e) || !der_end(body, e))
		return false;
	/* Bound by digest, or another certificate with the same key could take its place.
	 */
	if (!bytes_equal(signer, BYTES_OF(t->signer.sm3)))
		return err_set(e, ERR_SIGNER, "signed for another signer's certificate");
	return read_anchors(t, a, anchors, e) && read_extra(t, a, extra, e);
}

/* SM2 values in DER only: our own format has no need of other forms. */
static bool is_der_value(enum sig_alg alg, struct bytes value)
{
	uint8_t rs[SM2_SIG];
	enum sm2_sig_form form;
	struct err e;

	return alg != SIG_SM2_SM3 ||
	       (sm2_sig_read(rs, &form, value, &e) && form == SM2_SIG_FORM_DER);
}

bool trust_read(struct trust **out, struct arena *a, struct bytes file, struct err *e)
{
	struct trust *t = ARENA_NEW(a, struct trust);
	struct bytes body, tbs, signer, oid, value;
	enum sig_alg alg;

	if (file.n > TRUST_MAX)
		return err_set(e, ERR_TOO_LARGE, "trust store: %zu octets", file.n);
	if (!der_only(file, DER_SEQUENCE, &body, e))
		return err_in(e, "trust store");
	file = arena_dup(a, file);
	if (!der_only(file, DER_SEQUENCE, &body, e) ||
		!der_take_whole(&body, DER_SEQUENCE, &tbs, e) ||
		!der_take(&body, DER_OCTET_STRING, &signer, e) ||
		!der_oid(&body, &oid, e) || !der_bit_string(&body, &value, e) ||
		!der_end(body, e) || !cert_parse(&t->signer, signer, e))
		return err_in(e, "trust store");
	if (!sig_alg_of_oid(oid, &alg))
		return err_set(e, ERR_UNSUPPORTED, "trust store: unknown algorithm");
	/* The signature first: what stands inside is believed by nobody before. */
	if (!t->signer.key_known || !is_der_value(alg, value) ||
		!pubkey_verify_message(&t->signer.key, alg, tbs, value))
		return err_set(e, ERR_SIGNER, "trust store: its signature does not hold");
	if (!read_tbs(t, a, tbs, e))
		return err_in(e, "trust store");
	t->whole = file;
	sm3_of(file, t->sm3);
	*out = t;
	return true;
}
