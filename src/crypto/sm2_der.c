/* sm2_der: the encodings of GB/T 35276; see sm2_der.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "crypto/sm2_der.h"

#include <string.h>

#include "asn1/der.h"

/* An INTEGER of at most 32 octets, to the right of 32. */
static bool read_32(struct bytes *in, uint8_t out[SM2_SCALAR], struct err *e)
{
	struct bytes v;

	if (!der_integer(in, &v, e))
		return false;
	if (v.n > SM2_SCALAR)
		return err_set(e, ERR_MALFORMED, "SM2: a number of %zu octets", v.n);
	memset(out, 0, SM2_SCALAR);
	memcpy(out + SM2_SCALAR - v.n, v.p, v.n);
	return true;
}

/* An INTEGER padded with zeros to exactly 32 octets: not DER, but what a seal server in
 * use writes when a number happens to be short (measured on a three-seal file, standards
 * §2.3). */
static bool read_padded(struct bytes *in, uint8_t out[SM2_SCALAR], struct err *e)
{
	struct bytes rest = *in, v;

	if (read_32(in, out, e))
		return true;
	if (!der_take(&rest, DER_INTEGER, &v, e))
		return false;
	if (v.n != SM2_SCALAR || v.p[0] != 0)
		return err_set(
			e, ERR_MALFORMED, "SM2: a number neither minimal nor padded");
	memcpy(out, v.p, SM2_SCALAR);
	*in = rest;
	return true;
}

/* SM2Signature whose two numbers are read by `number`. */
static bool sig_read(uint8_t rs[SM2_SIG], struct bytes value,
	bool (*number)(struct bytes *in, uint8_t out[SM2_SCALAR], struct err *e),
	struct err *e)
{
	uint8_t t[SM2_SIG];
	struct bytes in;

	if (!der_only(value, DER_SEQUENCE, &in, e) || !number(&in, t, e) ||
		!number(&in, t + SM2_SCALAR, e) || !der_end(in, e))
		return err_in(e, "SM2Signature");
	memcpy(rs, t, sizeof t);
	return true;
}

bool sm2_sig_read(
	uint8_t rs[SM2_SIG], enum sm2_sig_form *form, struct bytes value, struct err *e)
{
	if (sig_read(rs, value, read_32, e)) {
		*form = SM2_SIG_FORM_DER;
		return true;
	}
	if (value.n != SM2_SIG) {
		*form = SM2_SIG_FORM_PADDED;
		return sig_read(rs, value, read_padded, e);
	}
	memcpy(rs, value.p, SM2_SIG);
	*form = SM2_SIG_FORM_RAW;
	return true;
}

void sm2_sig_write(struct writer *w, const uint8_t rs[SM2_SIG])
{
	size_t opened = der_open(w, DER_SEQUENCE);

	//= GB/T 35276-2017 §7.3
	der_put_integer(w, bytes_make(rs, SM2_SCALAR));
	der_put_integer(w, bytes_make(rs + SM2_SCALAR, SM2_SCALAR));
	der_close(w, opened);
}

bool sm2_cipher_read(struct sm2_cipher *out, struct bytes value, struct err *e)
{
	struct sm2_cipher c;
	struct bytes in, c3;

	//= GB/T 35276-2017 §7.2
	if (!der_only(value, DER_SEQUENCE, &in, e) || !read_32(&in, c.c1, e) ||
		!read_32(&in, c.c1 + SM2_SCALAR, e) ||
		!der_take(&in, DER_OCTET_STRING, &c3, e) ||
		!der_take(&in, DER_OCTET_STRING, &c.c2, e) || !der_end(in, e))
		return err_in(e, "SM2Cipher");
	if (c3.n != SM3_SIZE || !c.c2.n)
		return err_set(e, ERR_MALFORMED,
			"SM2Cipher: hash of %zu octets, text of %zu", c3.n, c.c2.n);
	memcpy(c.c3, c3.p, SM3_SIZE);
	*out = c;
	return true;
}

bool sm2_cipher_read_raw(struct sm2_cipher *out, enum sm2_cipher_order order,
	struct bytes value, struct err *e)
{
	struct sm2_cipher c;
	struct bytes in = value;
	size_t hash_at;

	/* An x that begins with 04 looks like the prefix: what follows decides. */
	if (in.n > SM2_POINT && in.p[0] == 0x04 && sm2_point_is_valid(in.p + 1))
		in = bytes_from(in, 1);
	if (in.n <= SM2_POINT + SM3_SIZE)
		return err_set(e, ERR_MALFORMED, "SM2 ciphertext: %zu octets", value.n);
	memcpy(c.c1, in.p, SM2_POINT);
	in = bytes_from(in, SM2_POINT);
	hash_at = order == SM2_C1C3C2 ? 0 : in.n - SM3_SIZE;
	memcpy(c.c3, in.p + hash_at, SM3_SIZE);
	c.c2 = order == SM2_C1C3C2 ? bytes_from(in, SM3_SIZE) : bytes_head(in, hash_at);
	*out = c;
	return true;
}

void sm2_cipher_write(struct writer *w, const struct sm2_cipher *c)
{
	size_t opened = der_open(w, DER_SEQUENCE);

	//= GB/T 35276-2017 §7.2
	der_put_integer(w, bytes_make(c->c1, SM2_SCALAR));
	der_put_integer(w, bytes_make(c->c1 + SM2_SCALAR, SM2_SCALAR));
	der_put(w, DER_OCTET_STRING, BYTES_OF(c->c3));
	der_put(w, DER_OCTET_STRING, c->c2);
	der_close(w, opened);
}
