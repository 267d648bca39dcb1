/* sm2_cipher: public-key encryption of GB/T 32918.4; see sm2.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "crypto/kdf.h"
#include "crypto/sm2.h"
#include "crypto/sm2_point.h"
#include "crypto/sm2_scalar.h"

enum { MESSAGE_MAX = 1 << 20 };

/* C3 = SM3(x2 || M || y2). */
static void hash_message(
	uint8_t out[SM3_SIZE], const uint8_t shared[SM2_POINT], struct bytes message)
{
	AUTO(digest) d = digest_new(DIGEST_SM3);

	digest_put(d, bytes_make(shared, SM2_SCALAR));
	digest_put(d, message);
	digest_put(d, bytes_make(shared + SM2_SCALAR, SM2_SCALAR));
	digest_finish(d, out);
}

/* out = in xor KDF(x2 || y2, in.n), in pieces. Returns the OR of the key stream: 0 means
 * that nothing would be encrypted. */
static uint8_t mask(uint8_t *out, const uint8_t shared[SM2_POINT], struct bytes in)
{
	AUTO(secret) stream = secret_new(in.n);
	uint8_t *t = secret_data(stream), any = 0;

	sm2_kdf(bytes_make(shared, SM2_POINT), t, in.n);
	for (size_t i = 0; i < in.n; i++) {
		any |= t[i];
		out[i] = in.p[i] ^ t[i];
	}
	return any;
}

/* With a nonce in [1, n-1]. *usable is false when the key stream was all zero. */
static bool encrypt_once(struct sm2_cipher *out, uint8_t *c2, bool *usable,
	const uint8_t xy[SM2_POINT], const uint8_t k[SM2_SCALAR], struct bytes message,
	struct err *e)
{
	struct sm2_cipher c = {.c2 = {c2, message.n}};
	uint8_t shared[SM2_POINT];

	if (!sm2_point_mul(c.c1, k, NULL, e) || !sm2_point_mul(shared, k, xy, e))
		return false;
	hash_message(c.c3, shared, message);
	*usable = mask(c2, shared, message) != 0;
	mem_wipe(shared, sizeof shared);
	if (*usable)
		*out = c;
	else
		mem_wipe(c2, message.n);
	return true;
}

static bool size_check(size_t n, struct err *e)
{
	if (!n)
		return err_set(e, ERR_USAGE, "SM2: nothing to encrypt");
	if (n > MESSAGE_MAX)
		return err_set(e, ERR_TOO_LARGE, "SM2: a message of %zu octets", n);
	return true;
}

bool sm2_encrypt_with(struct sm2_cipher *out, uint8_t *c2, const uint8_t xy[SM2_POINT],
	const uint8_t k[SM2_SCALAR], struct bytes message, struct err *e)
{
	struct sm2_scalar nonce;
	bool usable, in_range = sm2_scalar_read(&nonce, k) && !sm2_scalar_is_zero(&nonce);

	mem_wipe(&nonce, sizeof nonce);
	if (!size_check(message.n, e))
		return false;
	if (!in_range)
		return err_set(e, ERR_CRYPTO, "SM2: the nonce is out of range");
	if (!encrypt_once(out, c2, &usable, xy, k, message, e))
		return false;
	if (!usable)
		return err_set(e, ERR_CRYPTO, "SM2: the key stream is all zero");
	return true;
}

//= GB/T 32918.4-2016 §6.1; a stream of zeros (one octet: 1 in 256) asks for another k
bool sm2_encrypt(struct sm2_cipher *out, uint8_t *c2, struct world *w,
	const uint8_t xy[SM2_POINT], struct bytes message, struct err *e)
{
	uint8_t random[2 * SM2_SCALAR], kb[SM2_SCALAR];
	struct sm2_scalar k;
	bool usable = false, ok = size_check(message.n, e);

	for (int tries = 0; ok && !usable; tries++) {
		if (tries == 64) {
			ok = err_set(e, ERR_CRYPTO, "SM2: no usable nonce");
			break;
		}
		w->random(w, random, sizeof random);
		sm2_scalar_wide(&k, BYTES_OF(random), 0);
		sm2_scalar_write(kb, &k);
		ok = encrypt_once(out, c2, &usable, xy, kb, message, e);
	}
	mem_wipe(random, sizeof random);
	mem_wipe(kb, sizeof kb);
	mem_wipe(&k, sizeof k);
	return ok;
}

//= GB/T 32918.4-2016 §7.1
bool sm2_decrypt(uint8_t *out, const uint8_t d[SM2_SCALAR], const struct sm2_cipher *in,
	struct err *e)
{
	uint8_t shared[SM2_POINT], c3[SM3_SIZE];
	struct sm2_scalar key;
	bool ok = in->c2.n && in->c2.n <= MESSAGE_MAX;

	(void)sm2_scalar_read(&key, d);
	ok = ok && sm2_scalar_is_private(&key) && sm2_point_mul(shared, d, in->c1, e);
	mem_wipe(&key, sizeof key);
	if (ok) {
		ok = mask(out, shared, in->c2) != 0;
		hash_message(c3, shared, bytes_make(out, in->c2.n));
		ok &= secret_equal(c3, in->c3, SM3_SIZE);
		mem_wipe(shared, sizeof shared);
	}
	if (ok)
		return true;
	mem_wipe(out, in->c2.n);
	return err_set(e, ERR_DECRYPT, "SM2: the ciphertext does not open");
}
