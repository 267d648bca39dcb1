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
