/* notice_acceptance: a trustee's word that it holds a key of this tender; see notice.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "asn1/der.h"
#include "base/text.h"
#include "base/time.h"
#include "doc/notice.h"

enum { ACCEPTANCE_VERSION = 1 };

static void put_content(struct writer *w, const struct acceptance *x)
{
	size_t all = der_open(w, DER_SEQUENCE);

	der_put_small(w, DER_INTEGER, ACCEPTANCE_VERSION);
	der_put(w, DER_UTF8_STRING, x->tender);
	der_put(w, DER_UTF8_STRING, x->role);
	der_put(w, DER_OCTET_STRING, BYTES_OF(x->cert));
	der_put_boolean(w, x->device_made);
	der_put_generalized_time(w, x->time);
	der_close(w, all);
}

static bool text_is_sane(struct bytes t)
{
	return t.n && t.n <= NOTICE_TEXT_MAX && utf8_is_valid(t);
}

bool acceptance_sign(struct arena *a, struct bytes *out, struct world *w,
	const struct acceptance *what, struct key *key, struct bytes cert, struct err *e)
{
	struct writer content = writer_in(a, 1024);
	struct statement_spec spec = {
		.type = OID_QY_ACCEPTANCE, .key = key, .cert = cert, .time = what->time};

	if (!text_is_sane(what->tender) || !text_is_sane(what->role) || what->time < 0 ||
		what->time % TIME_SECOND)
		return err_set(e, ERR_USAGE, "acceptance: tender, role or time");
	put_content(&content, what);
	spec.content = writer_bytes(&content);
	return statement_sign(a, out, w, &spec, e);
}

static bool content_read(
	struct acceptance *x, struct arena *a, struct bytes der, struct err *e)
{
	struct writer again = writer_in(a, der.n);
	struct bytes in, cert;
	uint32_t version;

	if (!der_only(der, DER_SEQUENCE, &in, e) ||
		!der_small(&in, DER_INTEGER, UINT16_MAX, &version, e))
		return false;
	if (version != ACCEPTANCE_VERSION)
		return err_set(e, ERR_UNSUPPORTED, "version %u", version);
	if (!der_take(&in, DER_UTF8_STRING, &x->tender, e) ||
		!der_take(&in, DER_UTF8_STRING, &x->role, e) ||
		!der_take(&in, DER_OCTET_STRING, &cert, e) ||
		!der_boolean(&in, &x->device_made, e) || !der_time(&in, &x->time, e) ||
		!der_end(in, e))
		return false;
	if (!text_is_sane(x->tender) || !text_is_sane(x->role) || cert.n != SM3_SIZE)
		return err_set(e, ERR_MALFORMED, "tender, role or certificate");
	memcpy(x->cert, cert.p, SM3_SIZE);
	put_content(&again, x);
	if (!bytes_equal(writer_bytes(&again), der))
		return err_set(e, ERR_MALFORMED, "not in its one encoding");
	return true;
}

bool acceptance_read(struct acceptance *out, struct statement *statement, struct arena *a,
	struct bytes der, struct err *e)
{
	struct acceptance x = {0};
	struct statement s;

	if (!statement_read(&s, a, der, OID_QY_ACCEPTANCE, (struct bytes){0},
		    ACCEPTANCE_MAX, e) ||
		!content_read(&x, a, s.content, e))
		return err_in(e, "acceptance");
	*out = x;
	*statement = s;
	return true;
}
