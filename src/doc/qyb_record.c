/* qyb_record: see qyb_record.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "doc/qyb_record.h"

#include <string.h>

#include "asn1/der.h"
#include "doc/qyb_intake.h"
#include "doc/qyb_put.h"
#include "doc/qyb_signed.h"

/* --- shares */

static const struct bytes share_aad = {(const uint8_t *)"qyb/1 share", 11};

bool qyb_share_write(struct bytes *out, struct arena *a, struct world *w,
	const struct qyb_share *share, const struct qyb_signer *signer,
	const struct cert *to, struct err *e)
{
	struct writer v = writer_in(a, 1024), sealed;
	struct bytes der;
	size_t all = qyb_open_head(&v, share->header);

	der_put(&v, DER_UTF8_STRING, share->part);
	der_put_small(&v, DER_INTEGER, share->value.i);
	der_put(&v, DER_OCTET_STRING, BYTES_OF(share->value.v));
	der_put(&v, DER_OCTET_STRING, BYTES_OF(share->checkpoint));
	der_close(&v, all);
	if (!qyb_sign(&der, a, w, writer_bytes(&v), OID_QY_QYB_SHARE, signer, e))
		return err_in(e, "share");
	sealed = writer_in(a, der.n + QYB_INTAKE_EXTRA);
	if (!qyb_intake_seal(&sealed, w, to, share_aad, der, e))
		return err_in(e, "share");
	*out = writer_bytes(&sealed);
	return true;
}

bool qyb_share_read(struct qyb_share *out, struct arena *a, struct bytes file,
	struct key *opening, struct err *e)
{
	struct qyb_share s = {0};
	struct bytes der, content, in;
	uint32_t i;

	if (file.n > QYB_RECORD_MAX)
		return err_set(e, ERR_TOO_LARGE, "share");
	if (!qyb_intake_open(&der, a, opening, share_aad, file, e) ||
		!qyb_signed_content(&content, &s.signer, a, der, OID_QY_QYB_SHARE, e) ||
		!der_only(content, DER_SEQUENCE, &in, e) ||
		!qyb_take_head(&in, s.header, e) ||
		!der_take(&in, DER_UTF8_STRING, &s.part, e) ||
		!der_small(&in, DER_INTEGER, LOCKBOX_OWNER_FIRST + LOCKBOX_OWNERS_MAX, &i,
			e) ||
		!octets_take(&in, s.value.v, sizeof s.value.v, e) ||
		!octets_take(&in, s.checkpoint, sizeof s.checkpoint, e) ||
		!der_end(in, e))
		return err_in(e, "share");
	s.value.i = (uint16_t)i;
	*out = s;
	return true;
}

/* --- re-wrapping */

bool qyb_rewrap_make(struct qyb_rewrap *out, struct world *w, const struct qyb *q,
	size_t party, struct key *key, struct bytes cert, struct err *e)
{
	struct lockbox_party to = q->context.parties[party];
	uint8_t ctx[SM3_SIZE];

	memcpy(out->header, q->header_sm3, SM3_SIZE);
	if (!cert_parse(&out->cert, cert, e))
		return err_in(e, "new certificate");
	if (!out->cert.key_known || out->cert.key.kind != KEY_SM2 ||
		!cert_may_encrypt(&out->cert))
		return err_set(
			e, ERR_DENIED, "the new certificate is not for encryption");
	memcpy(to.cert, out->cert.sm3, sizeof to.cert);
	memcpy(to.point, out->cert.key.point.p, sizeof to.point);
	out->i = to.i;
	out->count = q->part_count;
	for (size_t k = 0; k < q->part_count; k++) {
		AUTO(secret) room = secret_new(sizeof(struct lockbox_value));
		struct lockbox_value *v =
			(struct lockbox_value *)(void *)secret_data(room);
		bool committed = false;

		out->parts[k] = q->parts[k].id;
		if (!qyb_take(v, &committed, q, k, party, key, e))
			return false;
		if (!committed)
			return err_set(e, ERR_DENIED,
				"the header does not commit to this value");
		qyb_ctx(ctx, q, k);
		if (!lockbox_wrap(&out->envelopes[k], w, ctx, &to, v->v, e))
			return false;
	}
	return true;
}

bool qyb_rewrap_write(struct bytes *out, struct arena *a, struct world *w,
	const struct qyb_rewrap *r, const struct qyb_signer *signer, struct err *e)
{
	struct writer v = writer_in(a, r->cert.der.n + 1024 + r->count * 640);
	size_t all = qyb_open_head(&v, r->header), list;

	der_put_small(&v, DER_INTEGER, r->i);
	write_bytes(&v, r->cert.der);
	list = der_open(&v, DER_SEQUENCE);
	for (size_t k = 0; k < r->count; k++) {
		size_t one = der_open(&v, DER_SEQUENCE);

		der_put(&v, DER_UTF8_STRING, r->parts[k]);
		qyb_put_envelope(&v, &r->envelopes[k]);
		der_close(&v, one);
	}
	der_close(&v, list);
	der_close(&v, all);
	if (v.full)
		return err_set(e, ERR_TOO_LARGE, "re-wrap record");
	return qyb_sign(out, a, w, writer_bytes(&v), OID_QY_QYB_REWRAP, signer, e);
}

static bool rewrap_parts(struct qyb_rewrap *r, struct bytes list, struct err *e)
{
	for (; list.n; r->count++) {
		struct bytes one;

		if (r->count == QYB_PARTS_MAX)
			return err_set(e, ERR_TOO_LARGE, "parts");
		if (!der_take(&list, DER_SEQUENCE, &one, e) ||
			!der_take(&one, DER_UTF8_STRING, &r->parts[r->count], e) ||
			!qyb_take_envelope(&one, &r->envelopes[r->count], e) ||
			!der_end(one, e))
			return false;
	}
	return true;
}

bool qyb_rewrap_read(
	struct qyb_rewrap *out, struct arena *a, struct bytes file, struct err *e)
{
	struct bytes content, in, cert, list;
	uint32_t i;

	memset(out, 0, sizeof *out);
	if (file.n > QYB_RECORD_MAX)
		return err_set(e, ERR_TOO_LARGE, "re-wrap record");
	if (!qyb_signed_content(&content, &out->signer, a, file, OID_QY_QYB_REWRAP, e) ||
		!der_only(content, DER_SEQUENCE, &in, e) ||
		!qyb_take_head(&in, out->header, e) ||
		!der_small(&in, DER_INTEGER, LOCKBOX_OWNER_FIRST + LOCKBOX_OWNERS_MAX, &i,
			e) ||
		!der_take_whole(&in, DER_SEQUENCE, &cert, e) ||
		!cert_parse(&out->cert, cert, e) ||
		!der_take(&in, DER_SEQUENCE, &list, e) || !rewrap_parts(out, list, e) ||
		!der_end(in, e))
		return err_in(e, "re-wrap record");
	out->i = (uint16_t)i;
	return true;
}

static size_t rewrapped_part(const struct qyb_rewrap *r, struct bytes id)
{
	for (size_t k = 0; k < r->count; k++)
		if (bytes_equal(r->parts[k], id))
			return k;
	return SIZE_MAX;
}

bool qyb_rewrap_take(struct lockbox_value *out, bool *committed, const struct qyb *q,
	size_t part, const struct qyb_rewrap *r, struct key *key, struct err *e)
{
	size_t k = rewrapped_part(r, q->parts[part].id), at = SIZE_MAX;
	struct lockbox_party to;
	uint8_t ctx[SM3_SIZE];
	bool wrapped = false;

	if (!bytes_equal(BYTES_OF(r->header), BYTES_OF(q->header_sm3)))
		return err_set(e, ERR_DENIED, "the re-wrap record is of another bid");
	for (size_t n = 0; n < q->context.party_count; n++)
		if (q->context.parties[n].i == r->i)
			at = n;
	if (k == SIZE_MAX || at == SIZE_MAX)
		return err_set(e, ERR_NOT_FOUND, "nothing for this part");
	to = q->context.parties[at];
	memcpy(to.cert, r->cert.sm3, sizeof to.cert);
	qyb_ctx(ctx, q, part);
	if (!lockbox_take(out->v, &wrapped, ctx, &to, &r->envelopes[k], key, e))
		return false;
	out->i = r->i;
	*committed = wrapped && lockbox_is_committed(ctx, &q->context.parties[at],
					&q->parts[part].envelopes[at], out->v);
	return true;
}
