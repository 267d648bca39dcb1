/* block: see block.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "crypto/block.h"

#include <gcrypt.h>
#include <pthread.h>
#include <stdlib.h>

static const struct {
	int id;
	size_t key, block;
} algs[BLOCK_COUNT] = {
	[BLOCK_SM4] = {GCRY_CIPHER_SM4, 16, 16},
	[BLOCK_AES128] = {GCRY_CIPHER_AES128, 16, 16},
	[BLOCK_AES192] = {GCRY_CIPHER_AES192, 24, 16},
	[BLOCK_AES256] = {GCRY_CIPHER_AES256, 32, 16},
	[BLOCK_DES3] = {GCRY_CIPHER_3DES, 24, 8},
	[BLOCK_RC2_40] = {GCRY_CIPHER_RFC2268_40, 5, 8},
};

static pthread_once_t init_once = PTHREAD_ONCE_INIT;

static void init(void)
{
	if (gcry_control(GCRYCTL_INITIALIZATION_FINISHED_P))
		return;
	if (!gcry_check_version(NULL))
		abort();
	/* The library's own pool of locked memory would take the whole of a user's lock
	 * limit; keys are kept in struct secret. */
	gcry_control(GCRYCTL_DISABLE_SECMEM, 0);
	gcry_control(GCRYCTL_INITIALIZATION_FINISHED, 0);
}

void gcrypt_ready(void)
{
	pthread_once(&init_once, init);
}

size_t block_key_size(enum block_alg alg)
{
	return algs[alg].key;
}

size_t block_size(enum block_alg alg)
{
	return algs[alg].block;
}

bool block_cbc(enum block_alg alg, bool forth, const uint8_t *key, const uint8_t *iv,
	struct bytes in, uint8_t *out, struct err *e)
{
	const uint8_t *from = in.p == out ? NULL : in.p;
	size_t n = from ? in.n : 0;
	gcry_cipher_hd_t h;
	gcry_error_t code;

	if (in.n % algs[alg].block)
		return err_set(e, ERR_MALFORMED, "%zu octets are not whole blocks", in.n);
	gcrypt_ready();
	code = gcry_cipher_open(&h, algs[alg].id, GCRY_CIPHER_MODE_CBC, 0);
	if (code)
		return err_set(
			e, ERR_UNSUPPORTED, "block cipher: %s", gcry_strerror(code));
	code = gcry_cipher_setkey(h, key, algs[alg].key);
	if (!code)
		code = gcry_cipher_setiv(h, iv, algs[alg].block);
	if (!code && in.n)
		code = forth ? gcry_cipher_encrypt(h, out, in.n, from, n)
			     : gcry_cipher_decrypt(h, out, in.n, from, n);
	gcry_cipher_close(h);
	if (code)
		return err_set(e, ERR_CRYPTO, "block cipher: %s", gcry_strerror(code));
	return true;
}
