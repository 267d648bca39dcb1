/* token_key: a key in a token behind crypto/key.h; see token.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "pki/cert.h"
#include "token/token_key.h"

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

/* RSA: one error for every cause, as with keys in memory. */
static bool unwrap_rsa(struct key *key, bool oaep, struct bytes in, uint8_t *out,
	size_t cap, size_t *n, struct err *e)
{
	struct token_key *k = token_key_of(key);
	struct token_ring *r = k->ring;
	enum wire_answer answer = WIRE_OK;
	struct reader fields;
	struct bytes plain;
	struct writer w;
	bool ok;

	if (k->use != TOKEN_UNWRAP || key->pub.kind != KEY_RSA)
		return err_set(e, ERR_UNSUPPORTED, "RSA decryption with this key");
	(void)pthread_mutex_lock(&r->lock);
	w = writer_over(secret_data(r->sent), WIRE_MAX);
	write_u8(&w, WIRE_DECRYPT);
	wire_put(&w, bytes_str(k->key_id));
	wire_put_number(&w, oaep);
	wire_put(&w, in);
	ok = ring_call(r, k->library, writer_bytes(&w), &answer, &fields, e) &&
	     (answer == WIRE_OK || ring_refused(answer, &fields, e));
	plain = ok ? wire_get(&fields) : (struct bytes){0};
	if (answer == WIRE_FAILED || (ok && (fields.short_read || plain.n > cap))) {
		ok = err_set(e, ERR_DECRYPT, "RSA: the ciphertext does not open");
	} else if (ok) {
		memcpy(out, plain.p, plain.n);
		*n = plain.n;
	}
	mem_wipe(secret_data(r->room), TOKEN_VALUE_MAX);
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

static const struct key_ops sm2_ops = {
	.sign = token_sm2_sign,
	.sign_message = token_sm2_sign_message,
	.unwrap_blocks = unwrap_blocks,
	.free = token_key_free,
};
static const struct key_ops plain_ops = {
	.sign = token_plain_sign,
	.unwrap_rsa = unwrap_rsa,
	.free = token_key_free,
};

/* The kinds of keys that kinds of libraries hold. */
static bool kind_fits(enum token_kind library, enum key_kind key)
{
	return library == TOKEN_PKCS11
		       ? key == KEY_RSA || key == KEY_P256 || key == KEY_P384
		       : key == KEY_SM2;
}

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
		!kind_fits(l->kind, c.key.kind)) {
		mem_free(k->cert);
		mem_free(k);
		return err_set(e, ERR_UNSUPPORTED,
			"the certificate's key is of no kind such a token holds");
	}
	k->head = (struct key){
		.ops = c.key.kind == KEY_SM2 ? &sm2_ops : &plain_ops, .pub = c.key};
	k->ring = r;
	k->library = l;
	k->key_id = mem_str(key_id);
	k->use = use;
	*out = &k->head;
	return true;
}
