/* sm4: libgcrypt's SM4 behind the face of sm4.h.
 * SPDX-License-Identifier: Apache-2.0
 *
 * libgcrypt is taken because it computes the S-box with AES instructions and not with
 * tables wherever the machine has them, and because it has the authenticated modes.
 */
#include "crypto/sm4.h"

#include <gcrypt.h>

#include "base/mem.h"
#include "crypto/block.h"

/* CCM with a 12-octet nonce counts its length in three octets. //= RFC 3610 §2 */
enum { CCM_MAX = (1 << 24) - 1 };

static bool fail(struct err *e, gcry_error_t code)
{
	return err_set(e, ERR_CRYPTO, "SM4: %s", gcry_strerror(code));
}

static bool sm4_open(
	gcry_cipher_hd_t *h, int mode, const uint8_t key[SM4_KEY], struct err *e)
{
	gcry_error_t code;

	gcrypt_ready();
	code = gcry_cipher_open(h, GCRY_CIPHER_SM4, mode, 0);
	if (code)
		return fail(e, code);
	code = gcry_cipher_setkey(*h, key, SM4_KEY);
	if (!code)
		return true;
	gcry_cipher_close(*h);
	return fail(e, code);
}

/* The data itself, forth or back; libgcrypt wants a null input for work in place. */
static gcry_error_t sm4_run(gcry_cipher_hd_t h, bool forth, struct bytes in, uint8_t *out)
{
	const uint8_t *from = in.p == out ? NULL : in.p;
	size_t n = from ? in.n : 0;
	uint8_t none;

	if (!in.n)
		return forth ? gcry_cipher_encrypt(h, &none, 0, NULL, 0)
			     : gcry_cipher_decrypt(h, &none, 0, NULL, 0);
	return forth ? gcry_cipher_encrypt(h, out, in.n, from, n)
		     : gcry_cipher_decrypt(h, out, in.n, from, n);
}

static bool sm4_blocks(int mode, bool forth, const uint8_t key[SM4_KEY],
	const uint8_t *iv, struct bytes in, uint8_t *out, struct err *e)
{
	gcry_cipher_hd_t h;
	gcry_error_t code = 0;

	if (mode != GCRY_CIPHER_MODE_CTR && in.n % SM4_BLOCK)
		return err_set(
			e, ERR_USAGE, "SM4: %zu octets are not whole blocks", in.n);
	if (!in.n)
		return true;
	if (!sm4_open(&h, mode, key, e))
		return false;
	if (mode == GCRY_CIPHER_MODE_CTR)
		code = gcry_cipher_setctr(h, iv, SM4_BLOCK);
	else if (iv)
		code = gcry_cipher_setiv(h, iv, SM4_BLOCK);
	if (!code)
		code = sm4_run(h, forth, in, out);
	gcry_cipher_close(h);
	return code ? fail(e, code) : true;
}

bool sm4_ecb_encrypt(
	const uint8_t key[SM4_KEY], struct bytes in, uint8_t *out, struct err *e)
{
	return sm4_blocks(GCRY_CIPHER_MODE_ECB, true, key, NULL, in, out, e);
}

bool sm4_ecb_decrypt(
	const uint8_t key[SM4_KEY], struct bytes in, uint8_t *out, struct err *e)
{
	return sm4_blocks(GCRY_CIPHER_MODE_ECB, false, key, NULL, in, out, e);
}

bool sm4_cbc_encrypt(const uint8_t key[SM4_KEY], const uint8_t iv[SM4_BLOCK],
	struct bytes in, uint8_t *out, struct err *e)
{
	return sm4_blocks(GCRY_CIPHER_MODE_CBC, true, key, iv, in, out, e);
}

bool sm4_cbc_decrypt(const uint8_t key[SM4_KEY], const uint8_t iv[SM4_BLOCK],
	struct bytes in, uint8_t *out, struct err *e)
{
	return sm4_blocks(GCRY_CIPHER_MODE_CBC, false, key, iv, in, out, e);
}

bool sm4_ctr(const uint8_t key[SM4_KEY], const uint8_t counter[SM4_BLOCK],
	struct bytes in, uint8_t *out, struct err *e)
{
	return sm4_blocks(GCRY_CIPHER_MODE_CTR, true, key, counter, in, out, e);
}

/* Nonce, lengths (CCM must know them first) and associated data. */
static gcry_error_t aead_begin(
	gcry_cipher_hd_t h, int mode, const uint8_t *nonce, struct bytes aad, size_t n)
{
	uint64_t lengths[3] = {n, aad.n, SM4_TAG};
	gcry_error_t code = gcry_cipher_setiv(h, nonce, SM4_GCM_NONCE);

	if (!code && mode == GCRY_CIPHER_MODE_CCM)
		code = gcry_cipher_ctl(
			h, GCRYCTL_SET_CCM_LENGTHS, lengths, sizeof lengths);
	if (!code && aad.n)
		code = gcry_cipher_authenticate(h, aad.p, aad.n);
	return code;
}

static bool aead_seal(int mode, const uint8_t *key, const uint8_t *nonce,
	struct bytes aad, struct bytes in, uint8_t *out, uint8_t *tag, struct err *e)
{
	gcry_cipher_hd_t h;
	gcry_error_t code;

	if (mode == GCRY_CIPHER_MODE_CCM && in.n > CCM_MAX)
		return err_set(e, ERR_TOO_LARGE, "SM4-CCM: %zu octets", in.n);
	if (!sm4_open(&h, mode, key, e))
		return false;
	code = aead_begin(h, mode, nonce, aad, in.n);
	if (!code)
		code = sm4_run(h, true, in, out);
	if (!code)
		code = gcry_cipher_gettag(h, tag, SM4_TAG);
	gcry_cipher_close(h);
	return code ? fail(e, code) : true;
}

static bool aead_open(int mode, const uint8_t *key, const uint8_t *nonce,
	struct bytes aad, struct bytes in, const uint8_t *tag, uint8_t *out,
	struct err *e)
{
	gcry_cipher_hd_t h;
	gcry_error_t code;

	if (mode == GCRY_CIPHER_MODE_CCM && in.n > CCM_MAX)
		return err_set(e, ERR_TOO_LARGE, "SM4-CCM: %zu octets", in.n);
	if (!sm4_open(&h, mode, key, e))
		return false;
	code = aead_begin(h, mode, nonce, aad, in.n);
	if (!code)
		code = sm4_run(h, false, in, out);
	if (!code)
		code = gcry_cipher_checktag(h, tag, SM4_TAG);
	gcry_cipher_close(h);
	if (!code)
		return true;
	mem_wipe(out, in.n);
	if (gcry_err_code(code) == GPG_ERR_CHECKSUM)
		return err_set(e, ERR_DECRYPT, "SM4: the tag does not fit");
	return fail(e, code);
}

bool sm4_gcm_seal(const uint8_t key[SM4_KEY], const uint8_t nonce[SM4_GCM_NONCE],
	struct bytes aad, struct bytes in, uint8_t *out, uint8_t tag[SM4_TAG],
	struct err *e)
{
	return aead_seal(GCRY_CIPHER_MODE_GCM, key, nonce, aad, in, out, tag, e);
}

bool sm4_gcm_open(const uint8_t key[SM4_KEY], const uint8_t nonce[SM4_GCM_NONCE],
	struct bytes aad, struct bytes in, const uint8_t tag[SM4_TAG], uint8_t *out,
	struct err *e)
{
	return aead_open(GCRY_CIPHER_MODE_GCM, key, nonce, aad, in, tag, out, e);
}

bool sm4_ccm_seal(const uint8_t key[SM4_KEY], const uint8_t nonce[SM4_GCM_NONCE],
	struct bytes aad, struct bytes in, uint8_t *out, uint8_t tag[SM4_TAG],
	struct err *e)
{
	return aead_seal(GCRY_CIPHER_MODE_CCM, key, nonce, aad, in, out, tag, e);
}

bool sm4_ccm_open(const uint8_t key[SM4_KEY], const uint8_t nonce[SM4_GCM_NONCE],
	struct bytes aad, struct bytes in, const uint8_t tag[SM4_TAG], uint8_t *out,
	struct err *e)
{
	return aead_open(GCRY_CIPHER_MODE_CCM, key, nonce, aad, in, tag, out, e);
}
