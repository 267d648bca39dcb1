/* keyfile: which form it is, and the simple ones. PKCS#12 is in keyfile_pkcs12.c.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "crypto/keyfile.h"

#include <string.h>

#include "asn1/der.h"
#include "crypto/block.h"
#include "crypto/kdf.h"
#include "crypto/key_memory.h"
#include "crypto/keyfile_read.h"
#include "crypto/pem.h"

void keyfile_fini(struct keyfile *k)
{
	key_free(k->key);
	*k = (struct keyfile){0};
}

bool keyfile_cert_spki(struct bytes *spki, struct bytes cert, struct err *e)
{
	struct bytes in, tbs, skipped;
	bool versioned;

	//= RFC 5280 §4.1: version, serial, signature, issuer, validity, subject stand before
	if (!der_only(cert, DER_SEQUENCE, &in, e) ||
		!der_take(&in, DER_SEQUENCE, &tbs, e) ||
		!der_take_optional(&tbs, DER_CONTEXT(0), &skipped, &versioned, e) ||
		!der_take(&tbs, DER_INTEGER, &skipped, e) ||
		!der_take(&tbs, DER_SEQUENCE, &skipped, e) ||
		!der_take(&tbs, DER_SEQUENCE, &skipped, e) ||
		!der_take(&tbs, DER_SEQUENCE, &skipped, e) ||
		!der_take(&tbs, DER_SEQUENCE, &skipped, e) ||
		!der_take_whole(&tbs, DER_SEQUENCE, spki, e))
		return err_in(e, "certificate in a key file");
	return true;
}

bool keyfile_cert_fits(struct bytes cert, const struct key *k)
{
	struct pubkey pub;
	struct bytes spki;
	struct err e;

	return keyfile_cert_spki(&spki, cert, &e) && pubkey_read(&pub, spki, &e) &&
	       pubkey_equal(&pub, &k->pub);
}

bool keyfile_add_cert(struct keyfile *out, struct bytes cert, struct err *e)
{
	if (out->cert_count == KEYFILE_CERTS_MAX)
		return err_set(e, ERR_TOO_LARGE, "key file: more than %d certificates",
			KEYFILE_CERTS_MAX);
	out->certs[out->cert_count++] = cert;
	return true;
}

bool keyfile_open_pkcs8(struct key **out, struct bytes der, const struct secret *password,
	struct pbe_budget *budget, struct err *e)
{
	struct bytes in, oid, params, cipher;
	AUTO(secret) plain = NULL;
	struct err inner;

	if (!der_only(der, DER_SEQUENCE, &in, e) ||
		!der_algorithm(&in, &oid, &params, e) ||
		!der_take(&in, DER_OCTET_STRING, &cipher, e) || !der_end(in, e))
		return err_in(e, "EncryptedPrivateKeyInfo");
	if (!pbe_decrypt(&plain, oid, params, cipher, password, budget, e))
		return false;
	if (key_of_pkcs8(out, bytes_make(secret_view(plain), secret_size(plain)), &inner))
		return true;
	/* One wrong password in 256 leaves something that looks padded. */
	if (inner.code == ERR_MALFORMED)
		return err_set(e, ERR_PASSWORD, "wrong password, or an altered file");
	*e = inner;
	return false;
}

/* CFCA's form: { 1, { data, SM4, encrypted scalar }, { data, certificate } }. The
 * password alone, without salt or iterations, gives IV and key. //= standards §3 form 5,
 * measured */
static bool read_sm2(struct keyfile *out, struct arena *a, struct bytes der,
	const struct secret *password, struct err *e)
{
	struct bytes in, secret, public, oid, alg, cipher, cert;
	AUTO(secret) derived = secret_new(32);
	AUTO(secret) padded = NULL;
	AUTO(secret) d = NULL;
	uint32_t version;

	if (!der_only(der, DER_SEQUENCE, &in, e) ||
		!der_small(&in, DER_INTEGER, 1, &version, e) ||
		!der_take(&in, DER_SEQUENCE, &secret, e) ||
		!der_take(&in, DER_SEQUENCE, &public, e) || !der_end(in, e) ||
		!der_oid(&secret, &oid, e) || !der_oid(&secret, &alg, e) ||
		!der_take(&secret, DER_OCTET_STRING, &cipher, e) || !der_end(secret, e) ||
		!der_oid(&public, &oid, e) ||
		!der_take(&public, DER_OCTET_STRING, &cert, e) || !der_end(public, e))
		return err_in(e, ".sm2 file");
	if (version != 1 || (!oid_is(alg, OID_SM4) && !oid_is(alg, OID_SM4_CBC)))
		return err_set(
			e, ERR_UNSUPPORTED, ".sm2 file of another version or cipher");
	if (!password)
		return err_set(e, ERR_PASSWORD, "the key file wants a password");
	if (cipher.n != 48)
		return err_set(
			e, ERR_MALFORMED, ".sm2 file: key of %zu octets", cipher.n);
	sm2_kdf(bytes_make(secret_view(password), secret_size(password)),
		secret_data(derived), 32);
	padded = secret_new(cipher.n);
	if (!block_cbc(BLOCK_SM4, false, secret_view(derived) + 16, secret_view(derived),
		    cipher, secret_data(padded), e) ||
		!pbe_unpad(&d, bytes_make(secret_view(padded), cipher.n), 16, e))
		return false;
	if (secret_size(d) != SM2_SCALAR || !key_of_sm2(&out->key, secret_view(d), e) ||
		!keyfile_cert_fits(cert, out->key))
		return err_set(e, ERR_PASSWORD,
			"wrong password, or the key is not the certificate's");
	out->kind = KEYFILE_SM2;
	return keyfile_add_cert(out, arena_dup(a, cert), e);
}

enum form {
	FORM_NONE,
	FORM_PKCS8,
	FORM_ENCRYPTED,
	FORM_PKCS12,
	FORM_SM2,
	FORM_EC,
	FORM_RSA
};

/* What DER this is, by the tags at its front. */
static enum form form_of(struct bytes der)
{
	struct bytes in, version;
	struct der second, third = {0};
	struct err e;

	/* Of a PKCS#12 the outermost length may be indefinite. */
	if (bytes_starts(der, BYTES("\x30\x80\x02\x01\x03")))
		return FORM_PKCS12;
	if (der.n < 2 || !der_take(&der, DER_SEQUENCE, &in, &e))
		return FORM_NONE;
	if (der_peek(in) == DER_SEQUENCE)
		return FORM_ENCRYPTED;
	if (!der_integer(&in, &version, &e) || version.n != 1)
		return FORM_NONE;
	if (version.p[0] == 3)
		return FORM_PKCS12;
	if (!der_next(&in, &second, &e))
		return FORM_NONE;
	if (second.tag == DER_OCTET_STRING)
		return FORM_EC;
	if (second.tag == DER_INTEGER)
		return FORM_RSA;
	if (second.tag != DER_SEQUENCE || !der_next(&in, &third, &e))
		return FORM_NONE;
	return third.tag == DER_SEQUENCE ? FORM_SM2 : FORM_PKCS8;
}

static bool read_der(struct keyfile *out, struct arena *a, struct bytes der,
	const struct secret *password, struct err *e)
{
	struct pbe_budget budget = {KEYFILE_ITERATIONS_MAX};

	switch (form_of(der)) {
	case FORM_PKCS8:
		return key_of_pkcs8(&out->key, der, e);
	case FORM_EC:
		return key_of_ec_private(&out->key, der, e);
	case FORM_RSA:
		return key_of_rsa_private(&out->key, der, e);
	case FORM_ENCRYPTED:
		out->kind = KEYFILE_PKCS8_ENCRYPTED;
		return keyfile_open_pkcs8(&out->key, der, password, &budget, e);
	case FORM_PKCS12:
		return keyfile_read_pkcs12(out, a, der, password, e);
	case FORM_SM2:
		return read_sm2(out, a, der, password, e);
	case FORM_NONE:
		break;
	}
	return err_set(e, ERR_MALFORMED, "not a key file of a form read here");
}

/* Every block of a PEM file: the first private key, and all certificates. */
static bool read_pem(struct keyfile *out, struct arena *a, struct bytes text,
	const struct secret *password, struct err *e)
{
	struct bytes kind, body, cert;

	while (pem_block(&text, &kind, &body, e)) {
		AUTO(secret) der = NULL;

		if (bytes_equal(kind, BYTES("CERTIFICATE"))) {
			if (!pem_decode(&der, body, e))
				return false;
			cert = arena_dup(
				a, bytes_make(secret_view(der), secret_size(der)));
			if (!keyfile_add_cert(out, cert, e))
				return false;
			continue;
		}
		if (!bytes_ends(kind, BYTES("PRIVATE KEY")) || out->key)
			continue;
		if (bytes_find(body, BYTES("ENCRYPTED")) != SIZE_MAX)
			return err_set(e, ERR_UNSUPPORTED,
				"the old encryption of PEM (openssl pkey writes the new "
				"one)");
		if (!pem_decode(&der, body, e) ||
			!read_der(out, a, bytes_make(secret_view(der), secret_size(der)),
				password, e))
			return false;
	}
	if (e->code != ERR_NOT_FOUND)
		return false;
	return out->key ? true : err_set(e, ERR_MALFORMED, "PEM without a private key");
}

/* The key's own certificate to the front, where pubkeys agree. A second one for the same
 * key stays behind the first that the reader put there. */
static void order_certs(struct keyfile *k)
{
	for (size_t i = 0; i < k->cert_count; i++) {
		struct bytes own = k->certs[i];

		if (!keyfile_cert_fits(own, k->key))
			continue;
		for (; i > 0; i--)
			k->certs[i] = k->certs[i - 1];
		k->certs[0] = own;
		return;
	}
}

static bool read_any(struct keyfile *out, struct arena *a, struct bytes file,
	const struct secret *password, struct err *e)
{
	AUTO(secret) der = NULL;

	if (file.n && file.p[0] == 0x30 && form_of(file) != FORM_NONE)
		return read_der(out, a, file, password, e);
	if (bytes_find(file, BYTES("-----BEGIN ")) != SIZE_MAX)
		return read_pem(out, a, file, password, e);
	/* CFCA's kits also write the file as bare base64. */
	if (pem_decode(&der, file, e))
		return read_der(out, a, bytes_make(secret_view(der), secret_size(der)),
			password, e);
	return err_set(e, ERR_MALFORMED, "not a key file of a form read here");
}

bool keyfile_read(struct keyfile *out, struct arena *a, struct bytes file,
	const struct secret *password, struct err *e)
{
	struct keyfile k = {.kind = KEYFILE_PKCS8};

	if (file.n > KEYFILE_MAX)
		return err_set(e, ERR_TOO_LARGE, "key file of %zu octets", file.n);
	if (!read_any(&k, a, file, password, e)) {
		keyfile_fini(&k);
		return false;
	}
	order_certs(&k);
	*out = k;
	return true;
}
