/* kdf: HMAC-SM3, HKDF, and the KDF of the SM2 standard; see kdf.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "crypto/kdf.h"

#include <string.h>

enum { SM3_BLOCK = 64 };

void hmac_sm3(
	struct bytes key, const struct bytes *runs, size_t count, uint8_t out[SM3_SIZE])
{
	uint8_t pad[SM3_BLOCK] = {0}, inner[SM3_SIZE];
	AUTO(digest) in = digest_new(DIGEST_SM3);
	AUTO(digest) outer = digest_new(DIGEST_SM3);

	if (key.n > SM3_BLOCK)
		sm3_of(key, pad);
	else if (key.n)
		memcpy(pad, key.p, key.n);
	for (size_t i = 0; i < SM3_BLOCK; i++)
		pad[i] ^= 0x36;
	digest_put(in, BYTES_OF(pad));
	for (size_t i = 0; i < count; i++)
		digest_put(in, runs[i]);
	digest_finish(in, inner);

	for (size_t i = 0; i < SM3_BLOCK; i++)
		pad[i] ^= 0x36 ^ 0x5c;
	digest_put(outer, BYTES_OF(pad));
	digest_put(outer, BYTES_OF(inner));
	digest_finish(outer, out);
	mem_wipe(pad, sizeof pad);
	mem_wipe(inner, sizeof inner);
}

//= RFC 5869 §2.2; without a salt the key is 32 zero octets, which HMAC pads to the same
void hkdf_sm3_extract(struct bytes salt, struct bytes ikm, uint8_t prk[SM3_SIZE])
{
	hmac_sm3(salt, &ikm, 1, prk);
}

//= RFC 5869 §2.3
void hkdf_sm3_expand(
	const uint8_t prk[SM3_SIZE], struct bytes info, uint8_t *out, size_t n)
{
	uint8_t t[SM3_SIZE], number = 0;

	for (size_t done = 0; done < n; done += SM3_SIZE) {
		struct bytes runs[3] = {{t, done ? SM3_SIZE : 0}, info, {&number, 1}};

		number++;
		hmac_sm3(bytes_make(prk, SM3_SIZE), runs, 3, t);
		memcpy(out + done, t, n - done < SM3_SIZE ? n - done : SM3_SIZE);
	}
	mem_wipe(t, sizeof t);
}

//= GB/T 32918.4-2016 §5.4.3
void sm2_kdf(struct bytes z, uint8_t *out, size_t n)
{
	uint8_t t[SM3_SIZE];
	uint32_t ct = 1;

	for (size_t done = 0; done < n; done += SM3_SIZE, ct++) {
		uint8_t be[4] = {(uint8_t)(ct >> 24), (uint8_t)(ct >> 16),
			(uint8_t)(ct >> 8), (uint8_t)ct};
		AUTO(digest) d = digest_new(DIGEST_SM3);

		digest_put(d, z);
		digest_put(d, BYTES_OF(be));
		digest_finish(d, t);
		memcpy(out + done, t, n - done < SM3_SIZE ? n - done : SM3_SIZE);
	}
	mem_wipe(t, sizeof t);
}
