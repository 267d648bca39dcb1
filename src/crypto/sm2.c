/* sm2: keys, Z and signatures; encryption is in sm2_cipher.c.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "crypto/sm2.h"

#include <string.h>

#include "base/reader.h"
#include "crypto/kdf.h"
#include "crypto/sm2_point.h"
#include "crypto/sm2_scalar.h"

enum { ID_MAX = 8191, HEDGE_TRIES = 16 };

/* Reads a private scalar, which must be in [1, n-2]. */
static bool private_read(
	struct sm2_scalar *d, const uint8_t be[SM2_SCALAR], struct err *e)
{
	(void)sm2_scalar_read(d, be);
	if (sm2_scalar_is_private(d))
		return true;
	return err_set(e, ERR_MALFORMED, "SM2: the private key is out of range");
}

bool sm2_public_of(uint8_t xy[SM2_POINT], const uint8_t d[SM2_SCALAR], struct err *e)
{
	struct sm2_scalar s;
	bool ok = private_read(&s, d, e);

	mem_wipe(&s, sizeof s);
	return ok && sm2_point_mul(xy, d, NULL, e);
}

struct secret *sm2_generate(struct world *w, uint8_t xy[SM2_POINT])
{
	struct secret *out = secret_new(SM2_SCALAR);
	uint8_t random[2 * SM2_SCALAR];
	struct sm2_scalar d;
	struct err e;

	do {
		w->random(w, random, sizeof random);
		sm2_scalar_wide(&d, BYTES_OF(random), 1);
		sm2_scalar_write(secret_data(out), &d);
	} while (!sm2_point_mul(xy, secret_view(out), NULL, &e));
	mem_wipe(random, sizeof random);
	mem_wipe(&d, sizeof d);
	return out;
}

bool sm2_z(
	uint8_t z[SM3_SIZE], struct bytes id, const uint8_t xy[SM2_POINT], struct err *e)
{
	uint8_t entl[2] = {(uint8_t)(id.n >> 5), (uint8_t)(id.n << 3)};
	AUTO(digest) d = NULL;

	if (id.n > ID_MAX)
		return err_set(e, ERR_TOO_LARGE, "SM2: a user id of %zu octets", id.n);
	d = digest_new(DIGEST_SM3);
	//= GB/T 32918.2-2016 §5.5 Z = H(ENTL || ID || a || b || xG || yG || xA || yA)
	digest_put(d, BYTES_OF(entl));
	digest_put(d, id);
	digest_put(d, BYTES_OF(sm2_curve));
	digest_put(d, bytes_make(xy, SM2_POINT));
	digest_finish(d, z);
	return true;
}

//= GB/T 32918.2-2016 §7.1
bool sm2_verify(const uint8_t xy[SM2_POINT], const uint8_t digest[SM3_SIZE],
	const uint8_t rs[SM2_SIG])
{
	struct sm2_scalar r, s, t, x, sum;
	uint8_t tb[SM2_SCALAR], xb[SM2_SCALAR], got[SM2_SCALAR];

	if (!sm2_scalar_read(&r, rs) || !sm2_scalar_read(&s, rs + SM2_SCALAR) ||
		sm2_scalar_is_zero(&r) || sm2_scalar_is_zero(&s))
		return false;
	sm2_scalar_add(&t, &r, &s);
	if (sm2_scalar_is_zero(&t))
		return false;
	sm2_scalar_write(tb, &t);
	if (!sm2_point_check(xb, rs + SM2_SCALAR, tb, xy))
		return false;
	sm2_scalar_reduce(&x, BYTES_OF(xb));
	sm2_scalar_reduce(&sum, bytes_make(digest, SM3_SIZE));
	sm2_scalar_add(&sum, &sum, &x);
	sm2_scalar_write(got, &sum);
	return bytes_equal(BYTES_OF(got), bytes_make(rs, SM2_SCALAR));
}

/* One try with one nonce in [1, n-1]. *usable is false when r = 0, r + k = n or s = 0,
 * which may be known: such a nonce is thrown away. //= GB/T 32918.2-2016 §6.1 A3-A6 */
static bool sign_once(uint8_t rs[SM2_SIG], bool *usable, const struct sm2_scalar *d,
	const struct sm2_scalar *k, const uint8_t digest[SM3_SIZE], struct err *e)
{
	const struct sm2_scalar one = {{1}};
	struct sm2_scalar r, s, x, rk, inverse;
	uint8_t kb[SM2_SCALAR], xy[SM2_POINT];
	bool ok;

	sm2_scalar_write(kb, k);
	ok = sm2_point_mul(xy, kb, NULL, e);
	mem_wipe(kb, sizeof kb);
	if (!ok)
		return false;
	sm2_scalar_reduce(&x, bytes_make(xy, SM2_SCALAR));
	sm2_scalar_reduce(&r, bytes_make(digest, SM3_SIZE));
	sm2_scalar_add(&r, &r, &x);
	sm2_scalar_add(&rk, &r, k);
	/* (1 + d)^-1 (k - r d) = (1 + d)^-1 (k + r) - r */
	sm2_scalar_add(&inverse, d, &one);
	sm2_scalar_inverse(&inverse, &inverse);
	sm2_scalar_mul(&s, &inverse, &rk);
	sm2_scalar_sub(&s, &s, &r);
	*usable = !sm2_scalar_is_zero(&r) && !sm2_scalar_is_zero(&rk) &&
		  !sm2_scalar_is_zero(&s);
	if (*usable) {
		sm2_scalar_write(rs, &r);
		sm2_scalar_write(rs + SM2_SCALAR, &s);
	}
	mem_wipe(&inverse, sizeof inverse);
	mem_wipe(&rk, sizeof rk);
	mem_wipe(&s, sizeof s);
	return true;
}

bool sm2_sign_with(uint8_t rs[SM2_SIG], const uint8_t d[SM2_SCALAR],
	const uint8_t k[SM2_SCALAR], const uint8_t digest[SM3_SIZE], struct err *e)
{
	struct sm2_scalar key, nonce;
	bool usable = false, ok;

	ok = private_read(&key, d, e);
	if (ok && (!sm2_scalar_read(&nonce, k) || sm2_scalar_is_zero(&nonce)))
		ok = err_set(e, ERR_CRYPTO, "SM2: the nonce is out of range");
	ok = ok && sign_once(rs, &usable, &key, &nonce, digest, e);
	mem_wipe(&key, sizeof key);
	mem_wipe(&nonce, sizeof nonce);
	if (ok && !usable)
		return err_set(e, ERR_CRYPTO, "SM2: this nonce gives no signature");
	return ok;
}

/* k = HKDF(salt, d, "qy/1 sm2 k" || e || be64(counter), 64) mod (n-1) + 1: protocols §6,
 * docs/adr/0003. */
static void nonce_hedged(struct sm2_scalar *k, const uint8_t prk[SM3_SIZE],
	const uint8_t digest[SM3_SIZE], uint64_t counter)
{
	uint8_t info[10 + SM3_SIZE + 8], wide[64];
	struct writer w = writer_over(info, sizeof info);

	write_str(&w, "qy/1 sm2 k");
	write_bytes(&w, bytes_make(digest, SM3_SIZE));
	write_be64(&w, counter);
	hkdf_sm3_expand(prk, writer_bytes(&w), wide, sizeof wide);
	sm2_scalar_wide(k, BYTES_OF(wide), 0);
	mem_wipe(wide, sizeof wide);
}

bool sm2_sign(uint8_t rs[SM2_SIG], struct world *w, const uint8_t d[SM2_SCALAR],
	const uint8_t digest[SM3_SIZE], struct err *e)
{
	uint8_t salt[32], prk[SM3_SIZE];
	struct sm2_scalar key, k;
	bool usable = false, ok;

	ok = private_read(&key, d, e);
	w->random(w, salt, sizeof salt);
	hkdf_sm3_extract(BYTES_OF(salt), bytes_make(d, SM2_SCALAR), prk);
	for (uint64_t counter = 0; ok && !usable; counter++) {
		nonce_hedged(&k, prk, digest, counter);
		ok = sign_once(rs, &usable, &key, &k, digest, e);
		if (ok && !usable && counter == HEDGE_TRIES)
			ok = err_set(e, ERR_CRYPTO, "SM2: no usable nonce");
	}
	mem_wipe(prk, sizeof prk);
	mem_wipe(salt, sizeof salt);
	mem_wipe(&key, sizeof key);
	mem_wipe(&k, sizeof k);
	return ok;
}
