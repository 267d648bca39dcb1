/* qyb_intake: see qyb_intake.h.
 * SPDX-License-Identifier: Apache-2.0
 *
 * SEQUENCE { recipient OCTET STRING (32), key SM2Cipher, nonce OCTET STRING (12),
 *            body OCTET STRING (ciphertext and tag) }
 * The key serves once, so what GCM does not promise (commitment) is not needed here: the
 * header inside is signed, and its digest stands in every record.
 */
#include "doc/qyb_intake.h"

#include <string.h>

#include "crypto/sm2_der.h"
#include "crypto/sm4.h"

struct intake {
	struct bytes recipient, nonce, body;
	struct sm2_cipher key;
};

bool qyb_intake_seal(struct writer *out, struct world *w, const struct cert *to,
	struct bytes aad, struct bytes plain, struct err *e)
{
	AUTO(secret) key = secret_new(SM4_KEY);
	uint8_t nonce[SM4_GCM_NONCE], c2[SM4_KEY], *body;
	struct sm2_cipher cipher;
	size_t all;

	if (!to->key_known || to->key.kind != KEY_SM2)
		return err_set(e, ERR_UNSUPPORTED, "intake certificate: not SM2");
	if (!cert_may_encrypt(to))
		return err_set(e, ERR_SIGNER, "intake certificate: not for encryption");
	w->random(w, secret_data(key), SM4_KEY);
	w->random(w, nonce, sizeof nonce);
	body = mem_alloc(plain.n + SM4_TAG);
	if (!sm2_encrypt(&cipher, c2, w, to->key.point.p,
		    bytes_make(secret_view(key), SM4_KEY), e) ||
		!sm4_gcm_seal(
			secret_view(key), nonce, aad, plain, body, body + plain.n, e)) {
		mem_free(body);
		return err_in(e, "header");
	}
	all = der_open(out, DER_SEQUENCE);
	der_put(out, DER_OCTET_STRING, BYTES_OF(to->sm3));
	sm2_cipher_write(out, &cipher);
	der_put(out, DER_OCTET_STRING, BYTES_OF(nonce));
	der_put(out, DER_OCTET_STRING, bytes_make(body, plain.n + SM4_TAG));
	der_close(out, all);
	mem_free(body);
	return true;
}

static bool intake_read(struct intake *s, struct bytes in, struct err *e)
{
	struct bytes all, cipher;

	if (!der_take(&in, DER_SEQUENCE, &all, e) ||
		!der_take(&all, DER_OCTET_STRING, &s->recipient, e) ||
		!der_take_whole(&all, DER_SEQUENCE, &cipher, e) ||
		!sm2_cipher_read(&s->key, cipher, e) ||
		!der_take(&all, DER_OCTET_STRING, &s->nonce, e) ||
		!der_take(&all, DER_OCTET_STRING, &s->body, e) || !der_end(all, e))
		return err_in(e, "encrypted header");
	if (s->recipient.n != SM3_SIZE || s->nonce.n != SM4_GCM_NONCE ||
		s->body.n < SM4_TAG || s->key.c2.n != SM4_KEY)
		return err_set(e, ERR_MALFORMED, "encrypted header");
	for (size_t i = 0; i < in.n; i++)
		if (in.p[i])
			return err_set(e, ERR_MALFORMED, "octets behind the header");
	return true;
}

bool qyb_intake_recipient(uint8_t sm3[SM3_SIZE], struct bytes in, struct err *e)
{
	struct intake s;

	if (!intake_read(&s, in, e))
		return false;
	memcpy(sm3, s.recipient.p, SM3_SIZE);
	return true;
}

bool qyb_intake_open(struct bytes *out, struct arena *a, struct key *key,
	struct bytes aad, struct bytes in, struct err *e)
{
	AUTO(secret) sm4 = secret_new(SM4_KEY);
	struct intake s;
	uint8_t *plain;
	size_t n;

	if (!intake_read(&s, in, e))
		return false;
	n = s.body.n - SM4_TAG;
	plain = arena_alloc(a, n + 1);
	if (!key->ops->unwrap_sm2 ||
		!key->ops->unwrap_sm2(key, &s.key, secret_data(sm4), e) ||
		!sm4_gcm_open(secret_view(sm4), s.nonce.p, aad, bytes_head(s.body, n),
			s.body.p + n, plain, e))
		return err_set(e, ERR_DECRYPT, "header: cannot be decrypted");
	*out = bytes_make(plain, n);
	return true;
}
