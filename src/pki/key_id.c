/* key_id: see key_id.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "pki/key_id.h"

#include "asn1/der.h"

struct bytes key_bits(struct bytes spki)
{
	struct bytes body, oid, params, bits;
	struct err e;

	if (!der_take(&spki, DER_SEQUENCE, &body, &e) ||
		!der_algorithm(&body, &oid, &params, &e) ||
		!der_bit_string(&body, &bits, &e))
		return (struct bytes){NULL, 0};
	return bits;
}

void key_id_of(uint8_t out[KEY_ID_SIZE], struct bytes spki)
{
	uint8_t digest[SM3_SIZE];
	struct writer w = writer_over(out, KEY_ID_SIZE);

	sm3_of(key_bits(spki), digest);
	write_bytes(&w, bytes_make(digest, KEY_ID_SIZE));
}
