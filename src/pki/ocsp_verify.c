/* ocsp_verify: which certificate an answer speaks of, who signed it, and until when it
 * counts. SPDX-License-Identifier: Apache-2.0
 */
#include "crypto/sha1_id.h"
#include "pki/cert_ext.h"
#include "pki/key_id.h"
#include "pki/name.h"
#include "pki/ocsp.h"

enum { SIGNERS_MAX = 16 };

/* Is `hash` the digest of data under the algorithm named? */
static bool hash_is(struct bytes alg, struct bytes data, struct bytes hash)
{
	enum oid oid = oid_find(alg);
	uint8_t out[DIGEST_MAX];
	size_t n = SM3_SIZE;

	if (oid == OID_SM3) {
		sm3_of(data, out);
	} else if (oid == OID_SHA256) {
		digest_of(DIGEST_SHA256, data, out);
		n = SHA256_SIZE;
	} else if (oid == OID_SHA1) {
		sha1_id_of(data, out);
		n = SHA1_ID_SIZE;
	} else {
		return false;
	}
	return bytes_equal(bytes_make(out, n), hash);
}

bool ocsp_id_matches(
	const struct ocsp_id *id, const struct cert *issuer, struct bytes serial)
{
	return issuer->key_known && bytes_equal(id->serial, serial) &&
	       hash_is(id->hash, issuer->subject, id->name_hash) &&
	       hash_is(id->hash, key_bits(issuer->key.spki), id->key_hash);
}

bool ocsp_find(const struct ocsp *o, const struct cert *issuer, struct bytes serial,
	struct ocsp_single *out)
{
	struct bytes rest = o->singles;
	struct ocsp_single s;
	bool found = false;

	while (ocsp_next(&rest, &s))
		if (ocsp_id_matches(&s.id, issuer, serial) &&
			(!found || s.this_update > out->this_update)) {
			*out = s;
			found = true;
		}
	return found;
}

/* Does the answer claim this certificate as its signer? */
static bool is_responder(const struct ocsp *o, const struct cert *c)
{
	uint8_t id[SHA1_ID_SIZE];

	if (o->responder_name.n)
		return name_equal(o->responder_name, c->subject);
	sha1_id_of(key_bits(c->key.spki), id);
	return bytes_equal(o->responder_key, BYTES_OF(id));
}

/* One signature check less; false when none is left. */
static bool spend(unsigned *checks)
{
	if (checks && *checks == 0)
		return false;
	if (checks)
		(*checks)--;
	return true;
}

static bool signed_by(const struct ocsp *o, const struct cert *c, unsigned *checks)
{
	return o->sig_alg_known && c->key_known && is_responder(o, c) && spend(checks) &&
	       pubkey_verify_message(&c->key, o->sig_alg, o->tbs, o->signature);
}

//= RFC 6960 §4.2.2.2: a delegate is issued directly by the CA and says OCSPSigning
static bool is_delegate(const struct ocsp *o, const struct cert *c,
	const struct cert *issuer, unsigned *checks)
{
	return c->has_eku && c->eku & EKU_OCSP_SIGNING && !c->unknown_critical &&
	       cert_may_sign(c) && name_equal(c->issuer, issuer->subject) &&
	       o->produced_at >= c->not_before && o->produced_at <= c->not_after &&
	       spend(checks) && cert_verify(c, &issuer->key);
}

bool ocsp_verify(const struct ocsp *o, const struct cert *issuer,
	struct ocsp_signer *signer, unsigned *checks)
{
	struct bytes rest = o->certs, der;
	struct cert c;
	struct err e;
	bool critical;

	if (o->result != OCSP_SUCCESSFUL || !issuer->key_known)
		return false;
	if (signed_by(o, issuer, checks)) {
		*signer = (struct ocsp_signer){.cert = *issuer};
		return true;
	}
	for (size_t i = 0; rest.n && i < SIGNERS_MAX; i++) {
		if (!der_take_whole(&rest, DER_SEQUENCE, &der, &e))
			return false;
		if (!cert_parse(&c, der, &e) || !signed_by(o, &c, checks) ||
			!is_delegate(o, &c, issuer, checks))
			continue;
		signer->delegated = true;
		signer->cert = c;
		signer->no_check = cert_extension(&c, OID_OCSP_NO_CHECK, &der, &critical);
		return true;
	}
	return false;
}

enum ocsp_window ocsp_window(
	const struct ocsp *o, const struct ocsp_single *s, int64_t at, int64_t max_age)
{
	//= RFC 6960 §3.2: thisUpdate not later, nextUpdate not earlier than now
	if (s->this_update > at || o->produced_at > at)
		return OCSP_NOT_YET;
	if (s->next_update != TIME_NONE ? at > s->next_update
					: at - s->this_update > max_age)
		return OCSP_PAST;
	return OCSP_CURRENT;
}
