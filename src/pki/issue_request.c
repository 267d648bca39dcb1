/* issue_request: certificate requests, PKCS#10.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "pki/issue_write.h"
#include "pki/sig_alg.h"

enum { TBS_MAX = 8 * 1024 };

//= RFC 2986 §4.1: version, subject, key, attributes
static bool parse_tbs(struct request *r, struct err *e)
{
	struct bytes in = r->tbs, body, spki;
	uint32_t version;
	bool present;

	if (!der_only(in, DER_SEQUENCE, &body, e) ||
		!der_small(&body, DER_INTEGER, 0, &version, e) ||
		!der_take_whole(&body, DER_SEQUENCE, &r->subject, e) ||
		!der_take_whole(&body, DER_SEQUENCE, &spki, e) ||
		!der_take_optional(&body, DER_CONTEXT(0), &r->attributes, &present, e) ||
		!der_end(body, e))
		return err_in(e, "CertificationRequestInfo");
	return pubkey_read(&r->key, spki, e);
}

bool request_parse(struct request *out, struct bytes der, struct err *e)
{
	struct request r = {.der = der};
	struct sig_alg_id alg;
	struct bytes body;

	if (der.n > REQUEST_MAX)
		return err_set(e, ERR_TOO_LARGE, "a request of %zu octets", der.n);
	if (!der_only(der, DER_SEQUENCE, &body, e) ||
		!der_take_whole(&body, DER_SEQUENCE, &r.tbs, e) ||
		!sig_alg_read(&body, &alg, e) ||
		!der_bit_string(&body, &r.signature, e) || !der_end(body, e))
		return err_in(e, "CertificationRequest");
	if (!parse_tbs(&r, e))
		return false;
	r.sig_alg = alg.alg;
	r.sig_alg_known = alg.known;
	*out = r;
	return true;
}

bool request_verify(const struct request *r)
{
	return r->sig_alg_known &&
	       pubkey_verify_message(&r->key, r->sig_alg, r->tbs, r->signature);
}

bool request_write(struct arena *a, struct bytes *out, struct world *w,
	const struct issue_name *subject, struct key *key, struct err *e)
{
	struct writer d = writer_in(a, TBS_MAX + key->pub.spki.n);
	size_t tbs = der_open(&d, DER_SEQUENCE);

	der_put_small(&d, DER_INTEGER, 0);
	if (!issue_name_write(&d, subject, e))
		return false;
	write_bytes(&d, key->pub.spki);
	der_put(&d, DER_CONTEXT(0), (struct bytes){NULL, 0});
	der_close(&d, tbs);
	if (d.full)
		return err_set(e, ERR_TOO_LARGE, "request of %zu octets", d.n);
	return signed_write(a, out, w, key, writer_bytes(&d), e);
}
