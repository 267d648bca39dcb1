/* timestamp_write: see timestamp_write.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "doc/timestamp_write.h"

#include "base/time.h"
#include "doc/cms_parts.h"
#include "doc/ess.h"
#include "pki/sig_alg.h"

#include <stdio.h>

enum { INFO_MAX = 1024, ATTRS_MAX = 1024, OVERHEAD = 2048, TIME_TEXT = 24 };

//= RFC 3161 §2.3: exactly one extended key usage, timeStamping, critical
bool timestamp_cert_fits(const struct cert *c)
{
	return c->has_eku && c->eku_critical && c->eku == EKU_TIME_STAMPING &&
	       cert_may_sign(c) && !c->is_ca;
}

/* "20261122083000.123Z": milliseconds without the zeros that end them. */
//= RFC 3161 §2.4.2: genTime with Z, fractions without trailing zeros, no point without digits
static void put_gen_time(struct writer *w, int64_t t)
{
	int ms = (int)(t % TIME_SECOND / 1000);
	char text[TIME_TEXT], fraction[8];
	size_t n;

	time_generalized(text, t);
	if (ms) {
		n = (size_t)snprintf(fraction, sizeof fraction, ".%03d", ms);
		while (fraction[n - 1] == '0')
			n--;
		fraction[n] = 0;
		(void)snprintf(text + 14, sizeof text - 14, "%sZ", fraction);
	}
	der_put(w, DER_GENERALIZED_TIME, bytes_str(text));
}

static void put_accuracy(struct writer *w, uint32_t ms)
{
	size_t accuracy = der_open(w, DER_SEQUENCE);

	if (ms / 1000)
		der_put_small(w, DER_INTEGER, ms / 1000);
	if (ms % 1000)
		der_put_small(w, DER_CONTEXT_PRIMITIVE(0), ms % 1000);
	der_close(w, accuracy);
}

static bool put_info(struct writer *w, const struct timestamp_spec *spec, struct err *e)
{
	size_t info = der_open(w, DER_SEQUENCE);

	//= RFC 3161 §2.4.2: TSTInfo version 1, policy, messageImprint, serialNumber, genTime …
	der_put_small(w, DER_INTEGER, 1);
	der_put(w, DER_OID, spec->policy);
	write_bytes(w, spec->message_imprint);
	der_put_integer(w, spec->serial);
	put_gen_time(w, spec->time);
	if (spec->accuracy_ms)
		put_accuracy(w, spec->accuracy_ms);
	//= RFC 3161 §2.4.2: the nonce must be present, with the same value, if it was in the request
	if (spec->nonce.n)
		der_put(w, DER_INTEGER, spec->nonce);
	der_close(w, info);
	return !w->full || err_set(e, ERR_TOO_LARGE, "TSTInfo does not fit");
}

/* Opens Attribute { type, SET {; close_attr ends both. */
struct attr_mark {
	size_t sequence, set;
};

static struct attr_mark open_attr(struct writer *w, enum oid type)
{
	struct attr_mark m = {.sequence = der_open(w, DER_SEQUENCE)};

	der_put_oid(w, type);
	m.set = der_open(w, DER_SET);
	return m;
}

static void close_attr(struct writer *w, struct attr_mark m)
{
	der_close(w, m.set);
	der_close(w, m.sequence);
}

/* The attributes as SET OF, which is what is signed. */
static bool put_attrs(struct writer *w, const struct timestamp_spec *spec,
	struct bytes info, struct err *e)
{
	size_t set = der_open(w, DER_SET);
	uint8_t digest[DIGEST_MAX];
	struct attr_mark m;

	m = open_attr(w, OID_CONTENT_TYPE);
	der_put_oid(w, OID_TST_INFO);
	close_attr(w, m);
	m = open_attr(w, OID_SIGNING_TIME);
	der_put_time(w, spec->time);
	close_attr(w, m);
	m = open_attr(w, OID_MESSAGE_DIGEST);
	digest_of(spec->digest, info, digest);
	der_put(w, DER_OCTET_STRING, bytes_make(digest, digest_size(spec->digest)));
	close_attr(w, m);
	//= RFC 3161 §2.4.2: the certificate identifier is a signed attribute (RFC 5816 §2.2.1: v2)
	m = open_attr(w, OID_SIGNING_CERTIFICATE_V2);
	ess_put_signing_certificate(w, spec->cert->der, spec->digest);
	close_attr(w, m);
	if (!der_sort_set(w, set, e))
		return false;
	der_close(w, set);
	return !w->full || err_set(e, ERR_TOO_LARGE, "attributes do not fit");
}

static bool put_certs(struct writer *w, const struct timestamp_spec *spec, struct err *e)
{
	size_t set = der_open(w, DER_CONTEXT(0));

	write_bytes(w, spec->cert->der);
	for (size_t i = 0; i < spec->others_count; i++)
		if (!bytes_equal(spec->others[i], spec->cert->der))
			write_bytes(w, spec->others[i]);
	if (!der_sort_set(w, set, e))
		return false;
	der_close(w, set);
	return true;
}

struct signed_parts {
	enum sig_alg alg;
	struct bytes info, attrs, value;
};

static bool put_token(struct writer *w, const struct timestamp_spec *spec,
	const struct signed_parts *p, struct err *e)
{
	size_t outer = der_open(w, DER_SEQUENCE), explicit, body, part, content;

	der_put_oid(w, OID_P7_SIGNED);
	explicit = der_open(w, DER_CONTEXT(0));
	body = der_open(w, DER_SEQUENCE);
	//= RFC 5652 §5.1: version 3 when the content is not id-data
	der_put_small(w, DER_INTEGER, 3);
	part = der_open(w, DER_SET);
	der_put_algorithm(w, cms_digest_oid(spec->digest), false);
	der_close(w, part);
	part = der_open(w, DER_SEQUENCE);
	der_put_oid(w, OID_TST_INFO);
	content = der_open(w, DER_CONTEXT(0));
	der_put(w, DER_OCTET_STRING, p->info);
	der_close(w, content);
	der_close(w, part);
	//= RFC 3161 §2.4.1: certificates only when certReq was true
	if (spec->with_cert && !put_certs(w, spec, e))
		return false;
	part = der_open(w, DER_SET);
	cms_put_signer(w, spec->cert, p->alg, false, p->attrs, p->value);
	der_close(w, part);
	der_close(w, body);
	der_close(w, explicit);
	der_close(w, outer);
	return true;
}

static bool find_alg(
	enum sig_alg *out, enum key_kind kind, enum digest_alg digest, struct err *e)
{
	for (enum sig_alg alg = 0; alg < SIG_COUNT; alg++)
		if (sig_fits(alg, kind) && sig_digest(alg) == digest) {
			*out = alg;
			return true;
		}
	return err_set(
		e, ERR_USAGE, "this key does not sign with %s", digest_name(digest));
}

static bool check_spec(const struct timestamp_spec *spec, struct err *e)
{
	struct der d;
	struct bytes in = spec->message_imprint;

	if (!cms_check_key(spec->cert, spec->key, e))
		return false;
	if (!timestamp_cert_fits(spec->cert))
		return err_set(
			e, ERR_SIGNER, "the certificate is not for time stamps alone");
	if (spec->time < spec->cert->not_before || spec->time > spec->cert->not_after)
		return err_set(e, ERR_SIGNER,
			"the certificate is not in its period of validity");
	if (spec->serial.n == 0 || spec->serial.n > TIMESTAMP_SERIAL_MAX ||
		spec->policy.n == 0)
		return err_set(e, ERR_USAGE, "a serial number and a policy");
	return (der_next(&in, &d, e) && der_end(in, e)) || err_in(e, "messageImprint");
}

bool timestamp_write(struct arena *a, struct bytes *out, struct world *w,
	const struct timestamp_spec *spec, struct err *e)
{
	struct writer info = writer_in(a, INFO_MAX), attrs = writer_in(a, ATTRS_MAX),
		      value = writer_in(a, SIG_VALUE_MAX), to;
	struct signed_parts p = {0};
	size_t cap =
		OVERHEAD + INFO_MAX + ATTRS_MAX + SIG_VALUE_MAX + 2 * spec->cert->der.n;

	if (!check_spec(spec, e) ||
		!find_alg(&p.alg, spec->key->pub.kind, spec->digest, e) ||
		!put_info(&info, spec, e))
		return false;
	p.info = writer_bytes(&info);
	if (!put_attrs(&attrs, spec, p.info, e))
		return false;
	p.attrs = writer_bytes(&attrs);
	if (!key_sign_message(spec->key, w, p.alg, p.attrs, &value, e))
		return false;
	p.value = writer_bytes(&value);
	//= Protocols §6: a TSA key verifies its own signature before release
	if (!pubkey_verify_message(&spec->cert->key, p.alg, p.attrs, p.value))
		return err_set(
			e, ERR_CRYPTO, "the token's own signature does not verify");
	for (size_t i = 0; i < spec->others_count; i++)
		cap += spec->others[i].n;
	to = writer_in(a, cap);
	if (!put_token(&to, spec, &p, e))
		return false;
	if (to.full)
		return err_set(e, ERR_TOO_LARGE, "the token does not fit");
	*out = writer_bytes(&to);
	return true;
}
