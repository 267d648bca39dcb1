/* qyb_put: see qyb_put.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "doc/qyb_put.h"

#include <string.h>

#include "asn1/der.h"
#include "crypto/sm2_der.h"

bool octets_take(struct bytes *in, uint8_t *out, size_t n, struct err *e)
{
	struct bytes v;

	if (!der_take(in, DER_OCTET_STRING, &v, e))
		return false;
	if (v.n != n)
		return err_set(e, ERR_MALFORMED, "%zu octets, not %zu", v.n, n);
	memcpy(out, v.p, n);
	return true;
}

void qyb_put_envelope(struct writer *w, const struct lockbox_envelope *v)
{
	size_t one = der_open(w, DER_SEQUENCE);
	struct sm2_cipher c = {.c2 = BYTES_OF(v->c2)};

	memcpy(c.c1, v->c1, sizeof c.c1);
	memcpy(c.c3, v->c3, sizeof c.c3);
	sm2_cipher_write(w, &c);
	der_put(w, DER_OCTET_STRING, BYTES_OF(v->w));
	der_put(w, DER_OCTET_STRING, BYTES_OF(v->b));
	der_put(w, DER_OCTET_STRING, BYTES_OF(v->c));
	der_close(w, one);
}

bool qyb_take_envelope(struct bytes *list, struct lockbox_envelope *out, struct err *e)
{
	struct bytes one, cipher;
	struct sm2_cipher c;

	if (!der_take(list, DER_SEQUENCE, &one, e) ||
		!der_take_whole(&one, DER_SEQUENCE, &cipher, e) ||
		!sm2_cipher_read(&c, cipher, e) ||
		!octets_take(&one, out->w, sizeof out->w, e) ||
		!octets_take(&one, out->b, sizeof out->b, e) ||
		!octets_take(&one, out->c, sizeof out->c, e) || !der_end(one, e))
		return err_in(e, "envelope");
	if (c.c2.n != sizeof out->c2)
		return err_set(e, ERR_MALFORMED, "envelope: size of the key");
	memcpy(out->c1, c.c1, sizeof out->c1);
	memcpy(out->c3, c.c3, sizeof out->c3);
	memcpy(out->c2, c.c2.p, sizeof out->c2);
	return true;
}
