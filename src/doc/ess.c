/* ess: see ess.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "doc/ess.h"

#include "doc/cms_parts.h"
#include "pki/sig_alg.h"

void ess_put_signing_certificate(
	struct writer *w, struct bytes cert_der, enum digest_alg alg)
{
	size_t outer = der_open(w, DER_SEQUENCE), list = der_open(w, DER_SEQUENCE);
	size_t id = der_open(w, DER_SEQUENCE);
	uint8_t digest[DIGEST_MAX];

	//= RFC 5035 §4: hashAlgorithm DEFAULT id-sha256, so any other is written
	if (alg != DIGEST_SHA256)
		der_put_algorithm(w, cms_digest_oid(alg), false);
	digest_of(alg, cert_der, digest);
	der_put(w, DER_OCTET_STRING, bytes_make(digest, digest_size(alg)));
	der_close(w, id);
	der_close(w, list);
	der_close(w, outer);
}

bool ess_names(struct bytes signing_certificate, const struct cert *c)
{
	struct bytes body, list, id, oid, params, hash;
	enum digest_alg alg = DIGEST_SHA256;
	uint8_t digest[DIGEST_MAX];
	struct err e;

	if (!der_only(signing_certificate, DER_SEQUENCE, &body, &e) ||
		!der_take(&body, DER_SEQUENCE, &list, &e) ||
		!der_take(&list, DER_SEQUENCE, &id, &e))
		return false;
	if (der_peek(id) == DER_SEQUENCE &&
		(!der_algorithm(&id, &oid, &params, &e) || !digest_of_oid(&alg, oid)))
		return false;
	if (!der_take(&id, DER_OCTET_STRING, &hash, &e))
		return false;
	digest_of(alg, c->der, digest);
	return bytes_equal(hash, bytes_make(digest, digest_size(alg)));
}
