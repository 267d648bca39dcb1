/* cert: reading certificates, and what they may do.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "pki/cert.h"

#include "pki/cert_ext.h"
#include "pki/name.h"
#include "pki/sig_alg.h"

/* Version and serial. Real serials are negative or padded; they are names, not numbers.
 */
static bool read_head(struct cert *c, struct bytes *tbs, uint32_t *version, struct err *e)
{
	struct bytes body;
	bool present;

	*version = 0;
	if (!der_take_optional(tbs, DER_CONTEXT(0), &body, &present, e))
		return false;
	if (present &&
		(!der_small(&body, DER_INTEGER, 2, version, e) || !der_end(body, e)))
		return err_in(e, "version");
	if (*version == 1)
		return err_set(e, ERR_MALFORMED, "version 2");
	if (!der_take(tbs, DER_INTEGER, &c->serial, e))
		return err_in(e, "serialNumber");
	if (c->serial.n == 0 || c->serial.n > 64)
		return err_set(
			e, ERR_MALFORMED, "serialNumber of %zu octets", c->serial.n);
	return true;
}

static bool read_names_and_dates(struct cert *c, struct bytes *tbs, struct err *e)
{
	struct bytes dates;

	if (!der_take_whole(tbs, DER_SEQUENCE, &c->issuer, e))
		return err_in(e, "issuer");
	/* GeneralizedTime is met before 2050 too, and read. */
	if (!der_take(tbs, DER_SEQUENCE, &dates, e) ||
		!der_time(&dates, &c->not_before, e) ||
		!der_time(&dates, &c->not_after, e) || !der_end(dates, e))
		return err_in(e, "validity");
	if (!der_take_whole(tbs, DER_SEQUENCE, &c->subject, e))
		return err_in(e, "subject");
	if (!name_is_well_formed(c->issuer) || !name_is_well_formed(c->subject))
		return err_set(e, ERR_MALFORMED, "a name is not a Name");
	//= RFC 5280 §4.1.2.4: the issuer field MUST contain a non-empty name
	if (c->issuer.n <= 2)
		return err_set(e, ERR_MALFORMED, "empty issuer");
	return true;
}

static bool read_key(struct cert *c, struct bytes *tbs, struct err *e)
{
	struct bytes spki;

	if (!der_take_whole(tbs, DER_SEQUENCE, &spki, e))
		return err_in(e, "subjectPublicKeyInfo");
	c->key_known = pubkey_read(&c->key, spki, e);
	if (!c->key_known && e->code != ERR_UNSUPPORTED)
		return err_in(e, "subjectPublicKeyInfo");
	c->key.spki = spki;
	return true;
}

static bool read_tail(struct cert *c, struct bytes tbs, uint32_t version, struct err *e)
{
	struct bytes body;
	bool present;

	for (uint8_t n = 1; n <= 2; n++) /* unique identifiers: no meaning left */
		if (!der_take_optional(
			    &tbs, DER_CONTEXT_PRIMITIVE(n), &body, &present, e) ||
			(present && version == 0 &&
				!err_set(e, ERR_MALFORMED, "version 1 with more fields")))
			return false;
	if (!der_take_optional(&tbs, DER_CONTEXT(3), &body, &present, e) ||
		!der_end(tbs, e))
		return false;
	if (!present)
		return true;
	if (version != 2)
		return err_set(e, ERR_MALFORMED, "version 1 with extensions");
	if (!der_only(body, DER_SEQUENCE, &c->extensions, e))
		return err_in(e, "extensions");
	return cert_read_extensions(c, e);
}

static bool read_tbs(
	struct cert *c, struct bytes tbs, struct bytes algorithm, struct err *e)
{
	struct bytes inner;
	uint32_t version;

	if (!read_head(c, &tbs, &version, e) ||
		!der_take_whole(&tbs, DER_SEQUENCE, &inner, e))
		return false;
	//= RFC 5280 §4.1.1.2: must be the same algorithm identifier as in tbsCertificate
	if (!bytes_equal(inner, algorithm))
		return err_set(
			e, ERR_MALFORMED, "inner and outer signature algorithms differ");
	return read_names_and_dates(c, &tbs, e) && read_key(c, &tbs, e) &&
	       read_tail(c, tbs, version, e);
}

bool cert_parse(struct cert *out, struct bytes der, struct err *e)
{
	struct cert c = {.der = der};
	struct bytes body, tbs;
	struct sig_alg_id algorithm;

	if (der.n > CERT_MAX)
		return err_set(e, ERR_TOO_LARGE, "certificate: %zu octets", der.n);
	if (!der_only(der, DER_SEQUENCE, &body, e) ||
		!der_take_whole(&body, DER_SEQUENCE, &c.tbs, e) ||
		!sig_alg_read(&body, &algorithm, e) ||
		!der_bit_string(&body, &c.signature, e) || !der_end(body, e))
		return err_in(e, "certificate");
	if (!der_only(c.tbs, DER_SEQUENCE, &tbs, e) ||
		!read_tbs(&c, tbs, algorithm.whole, e))
		return err_in(e, "certificate");
	c.sig_alg = algorithm.alg;
	c.sig_alg_known = algorithm.known;
	sm3_of(der, c.sm3);
	*out = c;
	return true;
}

//= GB/T 35276-2017 §10: Z with the default id, of the issuer's key
bool cert_verify(const struct cert *c, const struct pubkey *issuer_key)
{
	return c->sig_alg_known &&
	       pubkey_verify_message(issuer_key, c->sig_alg, c->tbs, c->signature);
}

bool cert_is_self_signed(const struct cert *c)
{
	return name_equal(c->issuer, c->subject) && c->key_known &&
	       cert_verify(c, &c->key);
}

bool cert_equal(const struct cert *a, const struct cert *b)
{
	return bytes_equal(a->der, b->der);
}

bool cert_is_named(const struct cert *c, struct bytes issuer, struct bytes serial)
{
	return bytes_equal(c->issuer, issuer) && bytes_equal(c->serial, serial);
}

//= RFC 5280 §4.2.1.3: digitalSignature or nonRepudiation for signatures on documents
bool cert_may_sign(const struct cert *c)
{
	return !c->has_key_usage ||
	       c->key_usage & (KU_DIGITAL_SIGNATURE | KU_NON_REPUDIATION);
}

bool cert_may_encrypt(const struct cert *c)
{
	return c->has_key_usage &&
	       c->key_usage &
		       (KU_KEY_ENCIPHERMENT | KU_DATA_ENCIPHERMENT | KU_KEY_AGREEMENT);
}
