/* sig_alg: see sig_alg.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "pki/sig_alg.h"

static const enum oid oids[SIG_COUNT] = {
	[SIG_SM2_SM3] = OID_SM2_SM3,
	[SIG_RSA_SHA256] = OID_RSA_SHA256,
	[SIG_RSA_SHA384] = OID_RSA_SHA384,
	[SIG_RSA_SHA512] = OID_RSA_SHA512,
	[SIG_ECDSA_SHA256] = OID_ECDSA_SHA256,
	[SIG_ECDSA_SHA384] = OID_ECDSA_SHA384,
	[SIG_ECDSA_SHA512] = OID_ECDSA_SHA512,
};

bool sig_alg_of_oid(struct bytes oid, enum sig_alg *alg)
{
	for (size_t i = 0; i < SIG_COUNT; i++)
		if (oid_is(oid, oids[i])) {
			*alg = (enum sig_alg)i;
			return true;
		}
	return false;
}

enum oid sig_alg_oid(enum sig_alg alg)
{
	return oids[alg];
}

bool sig_alg_read(struct bytes *in, struct sig_alg_id *out, struct err *e)
{
	struct bytes rest = *in, params;
	struct sig_alg_id id = {0};

	if (!der_algorithm(&rest, &id.oid, &params, e))
		return false;
	id.whole = bytes_head(*in, in->n - rest.n);
	/* Half of the Chinese CAs write NULL for SM2, half write nothing (standards §3).
	 */
	id.known = sig_alg_of_oid(id.oid, &id.alg) && der_params_empty(params);
	*out = id;
	*in = rest;
	return true;
}

void sig_alg_write(struct writer *w, enum sig_alg alg)
{
	//= RFC 4055 §5: RSA has NULL parameters
	//= RFC 5758 §3.2: ECDSA has none
	/* SM2 like ECDSA; of real CAs most add NULL (standards §3), which is read too. */
	der_put_algorithm(w, oids[alg],
		alg == SIG_RSA_SHA256 || alg == SIG_RSA_SHA384 || alg == SIG_RSA_SHA512);
}

bool digest_of_oid(enum digest_alg *out, struct bytes oid)
{
	static const struct {
		enum oid oid;
		enum digest_alg alg;
	} known[] = {{OID_SM3, DIGEST_SM3}, {OID_SM3_KEYLESS, DIGEST_SM3},
		{OID_SHA256, DIGEST_SHA256}, {OID_SHA384, DIGEST_SHA384},
		{OID_SHA512, DIGEST_SHA512}};

	for (size_t i = 0; i < sizeof known / sizeof *known; i++)
		if (oid_is(oid, known[i].oid)) {
			*out = known[i].alg;
			return true;
		}
	return false;
}

bool sig_of_oids(enum sig_alg *out, struct bytes digest_oid, struct bytes sig_oid,
	enum key_kind kind)
{
	enum digest_alg digest;
	bool by_key;

	if (!digest_of_oid(&digest, digest_oid))
		return false;
	/* The key's own algorithm in place of the signature's: then the digest decides.
	 */
	by_key = (kind == KEY_SM2 && oid_is(sig_oid, OID_SM2_SIGN)) ||
		 (kind == KEY_RSA && oid_is(sig_oid, OID_RSA)) ||
		 (kind != KEY_RSA && oid_is(sig_oid, OID_EC_PUBLIC_KEY));
	if (!by_key)
		return sig_alg_of_oid(sig_oid, out) && sig_fits(*out, kind) &&
		       sig_digest(*out) == digest;
	for (enum sig_alg alg = 0; alg < SIG_COUNT; alg++)
		if (sig_fits(alg, kind) && sig_digest(alg) == digest) {
			*out = alg;
			return true;
		}
	return false;
}
