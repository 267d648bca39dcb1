/* qyb_withdrawal: see qyb_withdrawal.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "doc/qyb_withdrawal.h"

#include <string.h>

#include "asn1/der.h"
#include "base/text.h"
#include "doc/qyb_put.h"
#include "doc/qyb_signed.h"

static void put_content(struct writer *w, const struct qyb_withdrawal *v)
{
	size_t all = qyb_open_head(w, v->header);

	der_put(w, DER_UTF8_STRING, v->tender);
	der_put(w, DER_OCTET_STRING, BYTES_OF(v->bid));
	der_put(w, DER_OCTET_STRING, bytes_make(v->by, v->is_replaced ? LOCKBOX_ID : 0));
	der_put_generalized_time(w, v->time);
	der_close(w, all);
}

bool qyb_withdrawal_write(struct bytes *out, struct arena *a, struct world *w,
	const struct qyb_withdrawal *v, const struct qyb_signer *signer, struct err *e)
{
	struct writer content = writer_in(a, 1024);

	put_content(&content, v);
	if (!qyb_sign(
		    out, a, w, writer_bytes(&content), OID_QY_QYB_WITHDRAWAL, signer, e))
		return err_in(e, "withdrawal");
	return true;
}

static bool content_read(
	struct qyb_withdrawal *v, struct arena *a, struct bytes content, struct err *e)
{
	struct writer again = writer_in(a, content.n);
	struct bytes in, by;

	if (!der_only(content, DER_SEQUENCE, &in, e) ||
		!qyb_take_head(&in, v->header, e) ||
		!der_take(&in, DER_UTF8_STRING, &v->tender, e) ||
		!octets_take(&in, v->bid, LOCKBOX_ID, e) ||
		!der_take(&in, DER_OCTET_STRING, &by, e) || !der_time(&in, &v->time, e) ||
		!der_end(in, e))
		return false;
	if ((by.n && by.n != LOCKBOX_ID) || v->tender.n > LOCKBOX_TEXT_MAX ||
		!utf8_is_valid(v->tender))
		return err_set(e, ERR_MALFORMED, "tender, or the bid in its place");
	v->is_replaced = by.n;
	if (by.n)
		memcpy(v->by, by.p, LOCKBOX_ID);
	put_content(&again, v);
	if (!bytes_equal(writer_bytes(&again), content))
		return err_set(e, ERR_MALFORMED, "not in its one encoding");
	return true;
}

bool qyb_withdrawal_read(
	struct qyb_withdrawal *out, struct arena *a, struct bytes file, struct err *e)
{
	struct qyb_withdrawal v = {0};
	struct bytes content;

	if (file.n > QYB_WITHDRAWAL_MAX)
		return err_set(e, ERR_TOO_LARGE, "withdrawal");
	if (!qyb_signed_content(&content, &v.signer, a, file, OID_QY_QYB_WITHDRAWAL, e) ||
		!content_read(&v, a, content, e))
		return err_in(e, "withdrawal");
	*out = v;
	return true;
}
