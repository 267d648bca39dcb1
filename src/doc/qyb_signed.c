/* qyb_signed: see qyb_signed.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "doc/qyb_signed.h"

#include "asn1/der.h"
#include "doc/cms_check.h"
#include "doc/cms_write.h"
#include "doc/qyb_put.h"

enum { RECORD_VERSION = 1 };

bool qyb_sign(struct bytes *out, struct arena *a, struct world *w, struct bytes content,
	enum oid type, const struct qyb_signer *signer, struct err *e)
{
	AUTO(source) of = source_of_bytes(content);
	struct cms_sign_spec spec = {.content = of,
		.attached = true,
		.content_type = type,
		.key = signer->key,
		.cert = signer->cert,
		.signing_time = signer->time};

	return cms_sign(a, out, w, &spec, e);
}

bool qyb_signed_content(struct bytes *out, struct cert *signer, struct arena *a,
	struct bytes der, enum oid type, struct err *e)
{
	struct verdict v = verdict_make(a, LANG_EN);
	struct judge j = {.arena = a, .lang = LANG_EN, .evidence = evidence_new(a)};
	struct cms_given given = {.content_type = type};
	struct cms_found found = {0};
	struct cms_signer s;
	struct bytes run;
	enum sub sub;
	struct cms c;

	if (!cms_read(&c, der, e))
		return false;
	run = c.signers;
	if (c.kind != CMS_SIGNED || !c.content.present || !oid_is(c.content.type, type) ||
		!cms_signer_next(&run, &s, e) || run.n)
		return err_set(e, ERR_SIGNER, "not a signed record of this kind");
	cms_gather(&j, &c);
	cms_check_signer(&v, &j, &c, &s, &given, &found);
	if (verdict_indication(&v, &sub) != INDICATION_PASSED || !found.has_cert)
		return err_set(e, ERR_SIGNER, "signature: %s", sub_name(sub));
	if (!cert_may_sign(&found.cert))
		return err_set(e, ERR_SIGNER, "the certificate may not sign");
	*signer = found.cert;
	*out = c.content.octets;
	return true;
}

bool qyb_take_head(struct bytes *in, uint8_t header[SM3_SIZE], struct err *e)
{
	uint32_t version;

	if (!der_small(in, DER_INTEGER, UINT16_MAX, &version, e))
		return false;
	if (version != RECORD_VERSION)
		return err_set(e, ERR_UNSUPPORTED, "version %u", version);
	return octets_take(in, header, SM3_SIZE, e);
}

size_t qyb_open_head(struct writer *w, const uint8_t header[SM3_SIZE])
{
	size_t all = der_open(w, DER_SEQUENCE);

	der_put_small(w, DER_INTEGER, RECORD_VERSION);
	der_put(w, DER_OCTET_STRING, bytes_make(header, SM3_SIZE));
	return all;
}
