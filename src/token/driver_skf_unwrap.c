/* driver_skf_unwrap: an SM2 envelope opened in the token.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "crypto/secret.h"
#include "crypto/sm4.h"
#include "token/skf_calls.h"

/* ECCCIPHERBLOB in the library's own form. */
static size_t cipher_blob(
	uint8_t *blob, const uint8_t c1[64], const uint8_t c3[32], struct bytes c2)
{
	struct writer w = writer_over(blob, 1024);
	static const uint8_t zeros[32];

	write_bytes(&w, BYTES_OF(zeros));
	write_bytes(&w, bytes_make(c1, 32));
	write_bytes(&w, BYTES_OF(zeros));
	write_bytes(&w, bytes_make(c1 + 32, 32));
	write_bytes(&w, bytes_make(c3, 32));
	if (skf_wide)
		write_le64(&w, c2.n);
	else
		write_le32(&w, (uint32_t)c2.n);
	write_bytes(&w, c2);
	return w.n;
}

/* BLOCKCIPHERPARAM goes by value, so its two sizes are two calls. */
struct cipher_param {
	uint8_t iv[32];
	uint32_t iv_size, padding, feed;
};
struct cipher_param_wide {
	uint8_t iv[32];
	uint64_t iv_size, padding, feed;
};

static uint32_t decrypt_init(skf_handle key)
{
	struct cipher_param p = {.iv_size = 0};
	struct cipher_param_wide q = {.iv_size = 0};

	return skf_wide ? RV(((skf_number(*)(skf_handle,
				  struct cipher_param_wide))skf.DecryptInit)(key, q))
			: RV(((skf_number(*)(skf_handle,
				  struct cipher_param))skf.DecryptInit)(key, p));
}

/* The portable way: the session key never leaves the token. */
static uint32_t by_session_key(skf_handle container, uint8_t *blob, size_t size,
	struct bytes sealed, uint8_t *out)
{
	uint8_t in[1024], room[1024 + SKF_GUARD];
	skf_number n = sizeof room - SKF_GUARD;
	skf_handle key = NULL;
	uint32_t code;

	if (!skf.ImportSessionKey || !skf.DecryptInit || !skf.Decrypt)
		return SAR_NOTSUPPORTYETERR;
	code = RV(((skf_number(*)(skf_handle, skf_number, uint8_t *, skf_number,
		skf_handle *))skf.ImportSessionKey)(
		container, SGD_SM4_ECB, blob, size, &key));
	if (code != SAR_OK)
		return code;
	memcpy(in, sealed.p, sealed.n);
	code = decrypt_init(key);
	if (code == SAR_OK)
		code = RV(((skf_number(*)(skf_handle, uint8_t *, skf_number, uint8_t *,
			skf_number *))skf.Decrypt)(key, in, sealed.n, room, &n));
	skf_close(skf.CloseHandle, key);
	if (code == SAR_OK && (n & 0xFFFFFFFF) != sealed.n)
		code = SAR_INDATALENERR;
	if (code == SAR_OK)
		memcpy(out, room, sealed.n);
	mem_wipe(room, sizeof room);
	return code;
}

typedef skf_number (*decrypt_short)(skf_handle, uint8_t *, uint8_t *, skf_number *);
typedef skf_number (*decrypt_spec)(
	skf_handle, skf_number, uint8_t *, uint8_t *, skf_number *);

/* What vendors added: the 16-octet key comes out, and the blocks are decrypted here. */
static uint32_t by_vendor_call(
	skf_handle container, uint8_t *blob, struct bytes sealed, uint8_t *out)
{
	AUTO(secret) room = secret_new(256 + SKF_GUARD);
	uint8_t *key = secret_data(room);
	skf_number n = 256;
	uint32_t code = SAR_NOTSUPPORTYETERR;
	struct err e;

	if (skf.ECCPrvKeyDecrypt)
		code = RV(
			((decrypt_short)skf.ECCPrvKeyDecrypt)(container, blob, key, &n));
	if (code == SAR_NOTSUPPORTYETERR && skf.PrvKeyDecrypt)
		code = RV(((decrypt_spec)skf.PrvKeyDecrypt)(container, 1, blob, key, &n));
	if (code == SAR_NOTSUPPORTYETERR && skf.ECCDecrypt)
		code = RV(((decrypt_short)skf.ECCDecrypt)(container, blob, key, &n));
	if (code != SAR_OK)
		return code;
	if ((n & 0xFFFFFFFF) != SM4_KEY || !sm4_ecb_decrypt(key, sealed, out, &e))
		return SAR_DECRYPTPADERR;
	return SAR_OK;
}

enum wire_answer skf_unwrap(struct bytes key, const uint8_t c1[64], const uint8_t c3[32],
	struct bytes c2, struct bytes sealed, uint8_t *out)
{
	uint8_t blob[1024 + SKF_GUARD];
	skf_handle container = NULL;
	enum wire_answer answer;
	uint32_t code;
	size_t size;

	if (c2.n != SM4_KEY || sealed.n > 1024 || sealed.n % SM4_BLOCK)
		return WIRE_UNSUPPORTED;
	answer = skf_container_open(key, &container);
	if (answer != WIRE_OK)
		return answer;
	size = cipher_blob(blob, c1, c3, c2);
	code = by_session_key(container, blob, size, sealed, out);
	if (code == SAR_NOTSUPPORTYETERR)
		code = by_vendor_call(container, blob, sealed, out);
	skf_close(skf.CloseContainer, container);
	return code == SAR_OK ? WIRE_OK : skf_failed("unwrap", code);
}
