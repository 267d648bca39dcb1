/* cms_envelope: EnvelopedData and SignedAndEnvelopedData, written and opened.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "crypto/sm4.h"
#include "doc/cms_parts.h"
#include "doc/cms_write.h"
#include "doc/padding.h"

#include <string.h>

enum { ENVELOPE_MAX = 32 << 20, RECIPIENT_SPACE = 2048, OVERHEAD = 16 * 1024 };

/* --- writing
 * ---------------------------------------------------------------------------- */

static bool put_recipient(struct writer *to, struct world *w, struct bytes der,
	bool escrow, const uint8_t key[SM4_KEY], struct err *e)
{
	uint8_t c2[SM4_KEY], space[256];
	struct writer wrapped = writer_over(space, sizeof space);
	struct sm2_cipher cipher;
	struct cert cert;
	size_t info;

	if (!cert_parse(&cert, der, e))
		return err_in(e, "recipient");
	if (!cert.key_known || cert.key.kind != KEY_SM2)
		return err_set(e, ERR_UNSUPPORTED, "recipient: only SM2 certificates");
	/* A key is delivered under the signing key: there is no other yet. */
	if (!escrow && !cert_may_encrypt(&cert))
		return err_set(e, ERR_SIGNER,
			"recipient: its key usage does not allow encryption");
	if (!sm2_encrypt(&cipher, c2, w, cert.key.point.p, bytes_make(key, SM4_KEY), e))
		return false;
	sm2_cipher_write(&wrapped, &cipher);
	//= GB/T 35275-2017 §9: RecipientInfo: version 1, issuer and serial, SM2-3, the wrapped key
	info = der_open(to, DER_SEQUENCE);
	der_put_small(to, DER_INTEGER, 1);
	cms_put_id(to, &cert);
	der_put_algorithm(to, OID_SM2_ENCRYPT, false);
	der_put(to, DER_OCTET_STRING, writer_bytes(&wrapped));
	der_close(to, info);
	return true;
}

static bool put_encrypted(struct writer *to, struct world *w,
	const struct cms_seal_spec *spec, const uint8_t key[SM4_KEY], struct err *e)
{
	size_t pad = spec->escrow ? 0 : padding_size(spec->content.n);
	size_t n = spec->content.n + pad, info, algorithm;
	AUTO(secret) text = secret_new(n ? n : 1);
	uint8_t iv[SM4_BLOCK];
	bool ok;

	if (spec->escrow && n % SM4_BLOCK)
		return err_set(e, ERR_USAGE, "an escrowed key has whole blocks");
	if (spec->content.n)
		memcpy(secret_data(text), spec->content.p, spec->content.n);
	if (pad)
		padding_put(secret_data(text), spec->content.n);
	w->random(w, iv, sizeof iv);
	info = der_open(to, DER_SEQUENCE);
	der_put_oid(to, OID_GM_DATA);
	algorithm = der_open(to, DER_SEQUENCE);
	//= GB/T 35275-2017 §9: SM4-CBC with the IV as parameter, content padded as PKCS#7
	der_put_oid(to, spec->escrow ? OID_SM4_ECB : OID_SM4_CBC);
	if (!spec->escrow)
		der_put(to, DER_OCTET_STRING, BYTES_OF(iv));
	der_close(to, algorithm);
	/* In place, so that no plaintext stays behind in the message's memory. */
	ok = spec->escrow ? sm4_ecb_encrypt(key, bytes_make(secret_view(text), n),
				    secret_data(text), e)
			  : sm4_cbc_encrypt(key, iv, bytes_make(secret_view(text), n),
				    secret_data(text), e);
	if (!ok)
		return false;
	der_put(to, DER_CONTEXT_PRIMITIVE(0), bytes_make(secret_view(text), n));
	der_close(to, info);
	return true;
}

static bool put_signature(struct writer *to, struct world *w,
	const struct cms_seal_spec *spec, const struct cert *cert, struct err *e)
{
	enum sig_alg alg = sig_default(spec->signer->pub.kind);
	uint8_t space[SIG_VALUE_MAX];
	struct writer value = writer_over(space, sizeof space);
	size_t set;

	der_put(to, DER_CONTEXT(0), spec->signer_cert);
	//= GB/T 35275-2017 §10: the signature is over the plaintext content
	if (!key_sign_message(spec->signer, w, alg, spec->content, &value, e))
		return false;
	set = der_open(to, DER_SET);
	cms_put_signer(
		to, cert, alg, true, (struct bytes){NULL, 0}, writer_bytes(&value));
	der_close(to, set);
	return true;
}

static bool put_body(struct writer *to, struct world *w, const struct cms_seal_spec *spec,
	const struct cert *signer, struct err *e)
{
	AUTO(secret) key = secret_new(SM4_KEY);
	size_t set;

	w->random(w, secret_data(key), SM4_KEY);
	der_put_small(to, DER_INTEGER, 1);
	set = der_open(to, DER_SET);
	for (size_t i = 0; i < spec->recipient_count; i++)
		if (!put_recipient(to, w, spec->recipients[i], spec->escrow,
			    secret_view(key), e))
			return false;
	if (!der_sort_set(to, set, e))
		return false;
	der_close(to, set);
	if (spec->signer) {
		set = der_open(to, DER_SET);
		der_put_algorithm(to, cms_digest_oid(DIGEST_SM3), false);
		der_close(to, set);
	}
	if (!put_encrypted(to, w, spec, secret_view(key), e))
		return false;
	return !spec->signer || put_signature(to, w, spec, signer, e);
}

bool cms_envelope(struct arena *a, struct bytes *out, struct world *w,
	const struct cms_seal_spec *spec, struct err *e)
{
	struct cert signer = {0};
	struct writer to;
	size_t outer, explicit, body, cap;

	if (spec->recipient_count == 0 || spec->recipient_count > CMS_RECIPIENTS_MAX)
		return err_set(e, ERR_USAGE, "1 to %d recipients", CMS_RECIPIENTS_MAX);
	if (spec->content.n > ENVELOPE_MAX)
		return err_set(e, ERR_TOO_LARGE, "at most %d octets in one envelope",
			ENVELOPE_MAX);
	if (spec->signer) {
		if (!cert_parse(&signer, spec->signer_cert, e) ||
			!cms_check_key(&signer, spec->signer, e))
			return false;
		if (spec->signer->pub.kind != KEY_SM2)
			return err_set(
				e, ERR_UNSUPPORTED, "the signer's key must be SM2");
	}
	cap = spec->content.n + spec->signer_cert.n + OVERHEAD +
	      spec->recipient_count * RECIPIENT_SPACE;
	to = writer_in(a, cap);
	outer = der_open(&to, DER_SEQUENCE);
	der_put_oid(&to, spec->signer ? OID_GM_SIGNED_ENVELOPED : OID_GM_ENVELOPED);
	explicit = der_open(&to, DER_CONTEXT(0));
	body = der_open(&to, DER_SEQUENCE);
	if (!put_body(&to, w, spec, &signer, e))
		return false;
	der_close(&to, body);
	der_close(&to, explicit);
	der_close(&to, outer);
	if (to.full)
		return err_set(e, ERR_TOO_LARGE, "envelope does not fit");
	*out = writer_bytes(&to);
	return true;
}

/* --- opening
 * ---------------------------------------------------------------------------- */

/* The 16-octet key out of one envelope, whichever way it was written. */
static bool unwrap(struct key *key, const struct cms_recipient *r, uint8_t out[SM4_KEY])
{
	struct sm2_cipher c;
	struct err e;

	if (key->pub.kind == KEY_RSA) {
		uint8_t space[1024];
		size_t n = 0;
		bool ok = key->ops->unwrap_rsa &&
			  key->ops->unwrap_rsa(key, oid_is(r->key_oid, OID_RSA_OAEP),
				  r->encrypted_key, space, sizeof space, &n, &e) &&
			  n == SM4_KEY;

		if (ok)
			memcpy(out, space, SM4_KEY);
		mem_wipe(space, sizeof space);
		return ok;
	}
	if (!key->ops->unwrap_sm2)
		return false;
	if (sm2_cipher_read(&c, r->encrypted_key, &e) && c.c2.n == SM4_KEY)
		return key->ops->unwrap_sm2(key, &c, out, &e);
	//= Standards §1: CFCA's kits wrote C1 C3 C2 or C1 C2 C3, with or without 04
	return (sm2_cipher_read_raw(&c, SM2_C1C3C2, r->encrypted_key, &e) &&
		       c.c2.n == SM4_KEY && key->ops->unwrap_sm2(key, &c, out, &e)) ||
	       (sm2_cipher_read_raw(&c, SM2_C1C2C3, r->encrypted_key, &e) &&
		       c.c2.n == SM4_KEY && key->ops->unwrap_sm2(key, &c, out, &e));
}

static struct secret *decrypt(const struct cms *c, const uint8_t key[SM4_KEY])
{
	AUTO(secret) text = secret_new(c->encrypted.n ? c->encrypted.n : 1);
	struct bytes params = c->cipher_params, iv;
	struct secret *whole;
	struct err e;
	size_t n;

	if (c->encrypted.n == 0 || c->encrypted.n % SM4_BLOCK ||
		!(oid_is(c->cipher_oid, OID_SM4) || oid_is(c->cipher_oid, OID_SM4_ECB) ||
			oid_is(c->cipher_oid, OID_SM4_CBC)))
		return NULL;
	//= Standards §0: OID 104 without a mode: CBC when an IV stands there, else ECB
	if (!oid_is(c->cipher_oid, OID_SM4_CBC) && der_params_empty(params)) {
		if (!sm4_ecb_decrypt(key, c->encrypted, secret_data(text), &e))
			return NULL;
		return secret_move(&text);
	}
	if (!der_only(params, DER_OCTET_STRING, &iv, &e) || iv.n != SM4_BLOCK ||
		!sm4_cbc_decrypt(key, iv.p, c->encrypted, secret_data(text), &e))
		return NULL;
	n = padding_strip(secret_view(text), c->encrypted.n);
	if (n == SIZE_MAX)
		return NULL;
	whole = secret_of(secret_view(text), n);
	return whole;
}

static bool names_cert(const struct cms_recipient *r, const struct cert *cert)
{
	if (r->id.key_id.n)
		return bytes_equal(r->id.key_id, cert->ski);
	return cert_is_named(cert, r->id.issuer, r->id.serial);
}

/* One pass over the recipients: those that name the certificate, or all the others. */
static struct secret *try_recipients(
	const struct cms *c, struct key *key, const struct cert *cert, bool named)
{
	AUTO(secret) cek = secret_new(SM4_KEY);
	struct bytes run = c->recipients;
	struct cms_recipient r;
	struct secret *text;
	struct err e;

	for (size_t n = 0; run.n && n < CMS_RECIPIENTS_MAX; n++) {
		if (!cms_recipient_next(&run, &r, &e))
			return NULL;
		if ((cert && names_cert(&r, cert)) != named)
			continue;
		if (!unwrap(key, &r, secret_data(cek)))
			continue;
		text = decrypt(c, secret_view(cek));
		if (text)
			return text;
	}
	return NULL;
}

bool cms_open(struct cms_opened *out, struct bytes der, struct key *key,
	const struct cert *cert, struct err *e)
{
	struct secret *text = NULL;
	struct cms c;

	if (!cms_read(&c, der, e))
		return false;
	if (c.kind == CMS_SIGNED)
		return err_set(
			e, ERR_UNSUPPORTED, "SignedData: nothing is encrypted in it");
	if (cert)
		text = try_recipients(&c, key, cert, true);
	if (!text)
		text = try_recipients(&c, key, cert, false);
	if (!text)
		return err_set(e, ERR_DECRYPT, "no recipient of it opens with this key");
	out->content = text;
	out->is_signed = c.kind == CMS_SIGNED_ENVELOPED;
	return true;
}
