/* signer: a key that somebody else holds and only answers for, for libqianyin.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "crypto/key.h"
#include "lib/lib.h"
#include "pki/cert.h"

struct signer_key {
	struct key head;
	struct qy_signer_options options;
};

/* What comes back is held against the certificate: whoever answers is not believed. */
static bool check_value(const struct pubkey *pub, enum sig_alg alg, struct bytes message,
	struct bytes value, struct err *e)
{
	uint8_t digest[DIGEST_MAX];
	AUTO(digest) d = NULL;

	if (!sig_begin(&d, pub, alg, SM2_DEFAULT_ID, e))
		return false;
	digest_put(d, message);
	digest_finish(d, digest);
	return pubkey_verify(pub, alg, digest, value, NULL) ||
	       err_set(e, ERR_CRYPTO,
		       "the signature is not one of this certificate's key");
}

static bool sign_message(struct key *key, struct world *w, enum sig_alg alg,
	struct bytes message, struct writer *out, struct err *e)
{
	struct signer_key *k = (struct signer_key *)key;
	uint8_t value[SIG_VALUE_MAX];
	struct qy_error error = {0};
	size_t n;

	(void)w;
	if (alg != sig_default(key->pub.kind))
		return err_set(e, ERR_UNSUPPORTED, "%s with this key", sig_name(alg));
	n = k->options.sign(
		k->options.user, message.p, message.n, value, sizeof value, &error);
	if (!n || n > sizeof value)
		return error.code ? lib_err(e, &error)
				  : err_set(e, ERR_DENIED, "nothing was signed");
	if (!check_value(&key->pub, alg, message, bytes_make(value, n), e))
		return false;
	write_bytes(out, bytes_make(value, n));
	return true;
}

static void signer_free(struct key *key)
{
	mem_free(key);
}

static const struct key_ops signer_ops = {
	.sign_message = sign_message, .free = signer_free};

int qy_key_of_signer(qy_key **out, struct qy_bytes certificate,
	const struct qy_signer_options *options, struct qy_error *error)
{
	struct signer_key *k;
	struct cert c;
	struct err e;
	qy_key *key;

	if (!options || options->size != sizeof *options || !options->sign)
		return lib_usage(error, "options");
	if (!cert_parse(&c, lib_bytes(certificate), &e))
		return lib_fail(error, &e);
	if (!c.key_known)
		return lib_usage(error, "a certificate whose key is of an unknown kind");
	key = NEW(qy_key);
	key->arena = arena_new();
	key->cert = (uint8_t *)arena_str(key->arena, lib_bytes(certificate));
	key->cert_size = certificate.size;
	k = NEW(struct signer_key);
	k->options = *options;
	key->key = &k->head;
	if (!cert_parse(&c, bytes_make(key->cert, key->cert_size), &e)) {
		k->head.ops = &signer_ops;
		qy_key_free(key);
		return lib_fail(error, &e);
	}
	k->head = (struct key){.ops = &signer_ops, .pub = c.key};
	*out = key;
	return 1;
}
