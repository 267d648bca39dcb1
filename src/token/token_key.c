/* token_key: a key in a token behind crypto/key.h; see token.h.
 * SPDX-License-Identifier: Apache-2.0
 *
 * How a library writes a signature is found by verifying what it wrote: a form that does
 * not verify with the certificate's key is not the form. Nothing unverified gets out.
 */
#include <string.h>

#include "crypto/sm2_der.h"
#include "pki/cert.h"
#include "token/ring.h"
#include "token/token.h"

struct token_key {
	struct key head;
	struct token_ring *ring;
	struct ring_library *library;
	char *key_id;
	uint8_t *cert;
	enum token_use use;
	bool owns; /* the ring is freed with the key */
};

static struct token_key *token_key_of(struct key *k)
{
	return (struct token_key *)(void *)k;
}

/* --- signing */

/* r || s out of what a library wrote, in one of the forms met with. */
static bool form_read(uint8_t rs[SM2_SIG], int form, struct bytes b)
{
	struct bytes der = b;
	struct der d;
	enum sm2_sig_form found;
	struct err e;

	switch (form) {
	case 0: /* ECCSIGNATUREBLOB: r[64], s[64], right aligned */
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
	for (int form = 0; form < 3; form++)
		if (form_read(rs, form, b) && sm2_verify(key->point.p, digest, rs))
			return true;
	return false;
}

static bool ask_sign(
	uint8_t out[256], struct token_key *k, struct bytes data, struct err *e)
{
	struct token_ring *r = k->ring;
	struct writer w;
	enum wire_answer answer;
	struct reader in;
	struct bytes value;
	bool ok;

	if (data.n > WIRE_FIELD_MAX)
		return err_set(e, ERR_TOO_LARGE, "a message this token can sign");
	(void)pthread_mutex_lock(&r->lock);
	w = writer_over(secret_data(r->sent), WIRE_MAX);
	write_u8(&w, WIRE_SIGN);
	wire_put(&w, bytes_str(k->key_id));
	wire_put(&w, data);
	ok = ring_call(r, k->library, writer_bytes(&w), &answer, &in, e) &&
	     (answer == WIRE_OK || ring_refused(answer, &in, e));
	if (ok) {
		value = wire_get(&in);
		if (value.n == 256)
			memcpy(out, value.p, 256);
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

static bool sign_message(struct key *key, struct world *w, enum sig_alg alg,
	struct bytes message, struct writer *out, struct err *e)
{
	struct token_key *k = token_key_of(key);
	uint8_t digest[SM3_SIZE], twice[SM3_SIZE], written[256], rs[SM2_SIG];

	(void)w;
	if (alg != SIG_SM2_SM3 || k->use != TOKEN_SIGN)
		return err_set(e, ERR_UNSUPPORTED, "%s with this key", sig_name(alg));
	sm2_digest(digest, &key->pub, message);
	if (!k->library->hashes_itself) {
		if (!ask_sign(written, k, BYTES_OF(digest), e))
			return false;
		if (value_find(rs, BYTES_OF(written), &key->pub, digest)) {
			sm2_sig_write(out, rs);
			return true;
		}
		/* Did it take the digest for a message? Then it computes Z and SM3
		 * itself, now and always. */
		sm2_digest(twice, &key->pub, BYTES_OF(digest));
		if (!value_find(rs, BYTES_OF(written), &key->pub, twice))
			return wrong_value(e);
		k->library->hashes_itself = true;
	}
	if (!ask_sign(written, k, message, e))
		return false;
	if (!value_find(rs, BYTES_OF(written), &key->pub, digest))
		return wrong_value(e);
	sm2_sig_write(out, rs);
	return true;
}

/* For callers that have a digest only; a token that hashes itself cannot. */
static bool sign_digest(struct key *key, struct world *w, enum sig_alg alg,
	const uint8_t *digest, struct writer *out, struct err *e)
{
	struct token_key *k = token_key_of(key);
	uint8_t written[256], rs[SM2_SIG];

	(void)w;
	if (alg != SIG_SM2_SM3 || k->use != TOKEN_SIGN || k->library->hashes_itself)
		return err_set(e, ERR_UNSUPPORTED, "%s with this key", sig_name(alg));
	if (!ask_sign(written, k, bytes_make(digest, SM3_SIZE), e))
		return false;
	if (!value_find(rs, BYTES_OF(written), &key->pub, digest))
		return wrong_value(e);
	sm2_sig_write(out, rs);
	return true;
}

/* --- unwrapping */

static bool unwrap_blocks(struct key *key, const struct sm2_cipher *in,
	struct bytes sealed, uint8_t *out, struct err *e)
{
	struct token_key *k = token_key_of(key);
	struct token_ring *r = k->ring;
	struct writer w;
	enum wire_answer answer = WIRE_OK;
	struct reader fields;
	struct bytes plain;
	bool ok;

	if (k->use != TOKEN_UNWRAP)
		return err_set(e, ERR_UNSUPPORTED, "this key signs");
	(void)pthread_mutex_lock(&r->lock);
	w = writer_over(secret_data(r->sent), WIRE_MAX);
	write_u8(&w, WIRE_UNWRAP);
	wire_put(&w, bytes_str(k->key_id));
	wire_put(&w, BYTES_OF(in->c1));
	wire_put(&w, BYTES_OF(in->c3));
	wire_put(&w, in->c2);
	wire_put(&w, sealed);
	ok = ring_call(r, k->library, writer_bytes(&w), &answer, &fields, e) &&
	     (answer == WIRE_OK || ring_refused(answer, &fields, e));
	if (ok) {
		plain = wire_get(&fields);
		ok = plain.n == sealed.n || err_set(e, ERR_MALFORMED, "blocks");
		if (ok)
			memcpy(out, plain.p, plain.n);
	} else if (answer == WIRE_FAILED) {
		/* What a token says of an envelope that is not for it differs by vendor.
		 */
		err_set(e, ERR_DECRYPT, "cannot be decrypted");
	}
	mem_wipe(secret_data(r->room), 1024);
	(void)pthread_mutex_unlock(&r->lock);
	return ok;
}

static void token_key_free(struct key *key)
{
	struct token_key *k = token_key_of(key);

	if (k->owns)
		token_ring_free(k->ring);
	mem_free(k->key_id);
	mem_free(k->cert);
	mem_free(k);
}

void token_key_own(struct key *key)
{
	token_key_of(key)->owns = true;
}

static const struct key_ops token_key_ops = {
	.sign = sign_digest,
	.sign_message = sign_message,
	.unwrap_blocks = unwrap_blocks,
	.free = token_key_free,
};

bool token_key(struct key **out, struct token_ring *r, const char *id, const char *key_id,
	enum token_use use, struct bytes cert, struct err *e)
{
	struct ring_library *l;
	struct token_key *k;
	struct bytes device;
	struct cert c;

	if (!ring_find(&l, &device, r, id, e))
		return false;
	k = NEW(struct token_key);
	k->cert = mem_dup(cert);
	if (!cert_parse(&c, bytes_make(k->cert, cert.n), e) || !c.key_known ||
		c.key.kind != KEY_SM2) {
		mem_free(k->cert);
		mem_free(k);
		return err_set(e, ERR_UNSUPPORTED, "the certificate's key is not SM2");
	}
	k->head = (struct key){.ops = &token_key_ops, .pub = c.key};
	k->ring = r;
	k->library = l;
	k->key_id = mem_str(key_id);
	k->use = use;
	*out = &k->head;
	return true;
}
