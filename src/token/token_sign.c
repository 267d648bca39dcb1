/* token_sign: signatures of keys in tokens; see token_key.h.
 * SPDX-License-Identifier: Apache-2.0
 *
 * How a library writes an SM2 signature is found by verifying what it wrote: a form that
 * does not verify with the certificate's key is not the form. Nothing unverified gets
 * out.
 */
#include <string.h>

#include "asn1/der.h"
#include "crypto/sm2_der.h"
#include "token/token_key.h"

/* r || s out of what a library wrote, in one of the forms met with. */
static bool form_read(uint8_t rs[SM2_SIG], int form, struct bytes b)
{
	struct bytes der = b;
	struct der d;
	enum sm2_sig_form found;
	struct err e;

	switch (form) {
	case 0: /* ECCSIGNATUREBLOB, ECCSignature: r[64], s[64], right aligned */
		memcpy(rs, b.p + 32, 32);
		memcpy(rs + 32, b.p + 96, 32);
		return true;
	case 1: /* r || s */
		memcpy(rs, b.p, SM2_SIG);
		return true;
	default:
		return der_next(&der, &d, &e) && sm2_sig_read(rs, &found, d.whole, &e);
	}
}

/* The value that signs this digest with this key, if there is one in b. */
static bool value_find(uint8_t rs[SM2_SIG], struct bytes b, const struct pubkey *key,
	const uint8_t *digest)
{
	if (b.n < 2 * 2 * SM2_SIG)
		return false;
	for (int form = 0; form < 3; form++)
		if (form_read(rs, form, b) && sm2_verify(key->point.p, digest, rs))
			return true;
	return false;
}

/* What the library writes, in room (TOKEN_VALUE_MAX); data: the digest or the message. */
static bool ask_sign(struct bytes *out, uint8_t *room, struct token_key *k,
	enum sig_alg alg, struct bytes data, struct err *e)
{
	struct token_ring *r = k->ring;
	struct writer w;
	enum wire_answer answer;
	struct reader in;
	struct bytes value;
	bool ok;

	if (data.n > TOKEN_MESSAGE_MAX)
		return err_set(e, ERR_TOO_LARGE, "a message this token can sign");
	(void)pthread_mutex_lock(&r->lock);
	w = writer_over(secret_data(r->sent), WIRE_MAX);
	write_u8(&w, WIRE_SIGN);
	wire_put(&w, bytes_str(k->key_id));
	wire_put_number(&w, alg);
	wire_put(&w, data);
	ok = ring_call(r, k->library, writer_bytes(&w), &answer, &in, e) &&
	     (answer == WIRE_OK || ring_refused(answer, &in, e));
	if (ok) {
		value = wire_get(&in);
		if (value.n && value.n <= TOKEN_VALUE_MAX)
			*out = bytes_make(memcpy(room, value.p, value.n), value.n);
		else
			ok = err_set(e, ERR_MALFORMED, "signature");
	}
	(void)pthread_mutex_unlock(&r->lock);
	return ok;
}

static void sm2_digest(
	uint8_t out[SM3_SIZE], const struct pubkey *key, struct bytes message)
{
	AUTO(digest) d = NULL;
	struct err e;

	memset(out, 0, SM3_SIZE);
	if (!sig_begin(&d, key, SIG_SM2_SM3, SM2_DEFAULT_ID, &e))
		return;
	digest_put(d, message);
	digest_finish(d, out);
}

static bool wrong_value(struct err *e)
{
	return err_set(e, ERR_CRYPTO,
		"the token's signature is not one of this certificate's key");
}

bool token_sm2_sign_message(struct key *key, struct world *w, enum sig_alg alg,
	struct bytes message, struct writer *out, struct err *e)
{
	struct token_key *k = token_key_of(key);
	uint8_t digest[SM3_SIZE], twice[SM3_SIZE], room[TOKEN_VALUE_MAX], rs[SM2_SIG];
	struct bytes written;

	(void)w;
	if (alg != SIG_SM2_SM3 || k->use != TOKEN_SIGN)
		return err_set(e, ERR_UNSUPPORTED, "%s with this key", sig_name(alg));
	sm2_digest(digest, &key->pub, message);
	if (!k->library->hashes_itself) {
		if (!ask_sign(&written, room, k, alg, BYTES_OF(digest), e))
			return false;
		if (value_find(rs, written, &key->pub, digest)) {
			sm2_sig_write(out, rs);
			return true;
		}
		/* Did it take the digest for a message? Then it computes Z and SM3
		 * itself, now and always. */
		sm2_digest(twice, &key->pub, BYTES_OF(digest));
		if (!value_find(rs, written, &key->pub, twice))
			return wrong_value(e);
		k->library->hashes_itself = true;
	}
	if (!ask_sign(&written, room, k, alg, message, e))
		return false;
	if (!value_find(rs, written, &key->pub, digest))
		return wrong_value(e);
	sm2_sig_write(out, rs);
	return true;
}

/* For callers that have a digest only; a token that hashes itself cannot. */
bool token_sm2_sign(struct key *key, struct world *w, enum sig_alg alg,
	const uint8_t *digest, struct writer *out, struct err *e)
{
	struct token_key *k = token_key_of(key);
	uint8_t room[TOKEN_VALUE_MAX], rs[SM2_SIG];
	struct bytes written;

	(void)w;
	if (alg != SIG_SM2_SM3 || k->use != TOKEN_SIGN || k->library->hashes_itself)
		return err_set(e, ERR_UNSUPPORTED, "%s with this key", sig_name(alg));
	if (!ask_sign(&written, room, k, alg, bytes_make(digest, SM3_SIZE), e))
		return false;
	if (!value_find(rs, written, &key->pub, digest))
		return wrong_value(e);
	sm2_sig_write(out, rs);
	return true;
}

/* r || s of PKCS#11 as the DER everyone else writes; RSA values are as they are. */
static void plain_form(struct writer *w, enum key_kind kind, struct bytes value)
{
	size_t opened;

	if (kind == KEY_RSA) {
		write_bytes(w, value);
		return;
	}
	opened = der_open(w, DER_SEQUENCE);
	der_put_integer(w, bytes_head(value, value.n / 2));
	der_put_integer(w, bytes_from(value, value.n / 2));
	der_close(w, opened);
}

bool token_plain_sign(struct key *key, struct world *w, enum sig_alg alg,
	const uint8_t *digest, struct writer *out, struct err *e)
{
	struct token_key *k = token_key_of(key);
	uint8_t room[TOKEN_VALUE_MAX], formed[SIG_VALUE_MAX];
	struct writer form = writer_over(formed, sizeof formed);
	struct bytes value;

	(void)w;
	if (!sig_fits(alg, key->pub.kind) || k->use != TOKEN_SIGN)
		return err_set(e, ERR_UNSUPPORTED, "%s with this key", sig_name(alg));
	if (!ask_sign(&value, room, k, alg,
		    bytes_make(digest, digest_size(sig_digest(alg))), e))
		return false;
	plain_form(&form, key->pub.kind, value);
	if (form.full ||
		!pubkey_verify(&key->pub, alg, digest, writer_bytes(&form), NULL))
		return wrong_value(e);
	write_bytes(out, writer_bytes(&form));
	return true;
}
