/* keyfile_pkcs12: PFX, AuthenticatedSafe, SafeBags. //= RFC 7292 §4
 * SPDX-License-Identifier: Apache-2.0
 *
 * Contents are BER in real files, so each of the three layers (the file, the octets its
 * MAC covers, each decrypted safe) is made DER before it is read; the MAC is over the
 * octets as they came. Nothing is nested here: three layers, and bags inside bags are
 * refused.
 */
#include <string.h>

#include "asn1/der.h"
#include "crypto/keyfile_ber.h"
#include "crypto/keyfile_read.h"

enum { SAFES_MAX = 32, BAGS_MAX = 256 };

struct p12 {
	struct keyfile *out;
	struct arena *arena;
	const struct secret *password;
	struct pbe_budget budget;
	struct bytes key_id;
	struct bytes cert_ids[KEYFILE_CERTS_MAX];
	size_t bags;
};

/* ContentInfo: its type and what its [0] holds. */
static bool content_info(
	struct bytes *in, struct bytes *type, struct bytes *content, struct err *e)
{
	struct bytes body;

	return der_take(in, DER_SEQUENCE, &body, e) && der_oid(&body, type, e) &&
	       der_take(&body, DER_CONTEXT(0), content, e) && der_end(body, e);
}

/* localKeyId among the attributes of a bag; empty when there is none. */
static bool bag_id(struct bytes *id, struct bytes attributes, struct err *e)
{
	struct bytes attribute, oid, values, value;

	*id = (struct bytes){NULL, 0};
	while (attributes.n) {
		if (!der_take(&attributes, DER_SEQUENCE, &attribute, e) ||
			!der_oid(&attribute, &oid, e) ||
			!der_take(&attribute, DER_SET, &values, e) ||
			!der_end(attribute, e))
			return err_in(e, "bag attribute");
		if (!oid_is(oid, OID_LOCAL_KEY_ID))
			continue;
		if (!der_take(&values, DER_OCTET_STRING, &value, e))
			return err_in(e, "localKeyId");
		*id = value;
	}
	return true;
}

static bool read_cert_bag(
	struct p12 *p, struct bytes value, struct bytes id, struct err *e)
{
	struct bytes in, oid, tagged, cert;

	if (!der_only(value, DER_SEQUENCE, &in, e) || !der_oid(&in, &oid, e) ||
		!der_take(&in, DER_CONTEXT(0), &tagged, e) || !der_end(in, e))
		return err_in(e, "CertBag");
	if (!oid_is(oid, OID_P12_X509))
		return true;
	if (!der_only(tagged, DER_OCTET_STRING, &cert, e))
		return err_in(e, "CertBag");
	if (p->out->cert_count < KEYFILE_CERTS_MAX)
		p->cert_ids[p->out->cert_count] = arena_dup(p->arena, id);
	return keyfile_add_cert(p->out, arena_dup(p->arena, cert), e);
}

/* A file with several keys gives its first: this function's caller wants one. */
static bool read_key_bag(
	struct p12 *p, struct bytes value, struct bytes id, bool shrouded, struct err *e)
{
	if (p->out->key)
		return true;
	p->key_id = arena_dup(p->arena, id);
	return shrouded ? keyfile_open_pkcs8(
				  &p->out->key, value, p->password, &p->budget, e)
			: key_of_pkcs8(&p->out->key, value, e);
}

static bool read_bag(struct p12 *p, struct bytes *in, struct err *e)
{
	struct bytes bag, oid, value, attributes = {NULL, 0}, id;
	bool has_attributes;

	if (!der_take(in, DER_SEQUENCE, &bag, e) || !der_oid(&bag, &oid, e) ||
		!der_take(&bag, DER_CONTEXT(0), &value, e) ||
		!der_take_optional(&bag, DER_SET, &attributes, &has_attributes, e) ||
		!der_end(bag, e) || !bag_id(&id, attributes, e))
		return err_in(e, "SafeBag");
	if (p->bags++ == BAGS_MAX)
		return err_set(e, ERR_TOO_LARGE, "PKCS#12: more than %d bags", BAGS_MAX);
	switch ((int)oid_find(oid)) {
	case OID_BAG_KEY:
		return read_key_bag(p, value, id, false, e);
	case OID_BAG_SHROUDED_KEY:
		return read_key_bag(p, value, id, true, e);
	case OID_BAG_CERT:
		return read_cert_bag(p, value, id, e);
	default:
		return true; /* CRLs and other secrets are not asked for */
	}
}

static bool read_safe(struct p12 *p, struct bytes contents, struct err *e)
{
	AUTO(secret) room = NULL;
	struct bytes der, in;

	if (!ber_to_der(&room, &der, contents, e) || !der_only(der, DER_SEQUENCE, &in, e))
		return err_in(e, "SafeContents");
	while (in.n)
		if (!read_bag(p, &in, e))
			return false;
	return true;
}

/* [0] IMPLICIT OCTET STRING: primitive, or in pieces where the file was BER. */
static bool encrypted_octets(
	struct arena *a, struct bytes *in, struct bytes *out, struct err *e)
{
	struct bytes pieces, piece;
	struct writer w;
	bool in_pieces;

	if (!der_take_optional(in, DER_CONTEXT(0), &pieces, &in_pieces, e))
		return false;
	if (!in_pieces)
		return der_take(in, DER_CONTEXT_PRIMITIVE(0), out, e);
	w = writer_in(a, pieces.n);
	while (pieces.n) {
		if (!der_take(&pieces, DER_OCTET_STRING, &piece, e))
			return false;
		write_bytes(&w, piece);
	}
	*out = writer_bytes(&w);
	return true;
}

static bool read_encrypted_safe(struct p12 *p, struct bytes content, struct err *e)
{
	struct bytes in, info, type, oid, params, cipher;
	AUTO(secret) plain = NULL;
	struct err inner;
	uint32_t version;

	if (!der_only(content, DER_SEQUENCE, &in, e) ||
		!der_small(&in, DER_INTEGER, 2, &version, e) ||
		!der_take(&in, DER_SEQUENCE, &info, e) || !der_oid(&info, &type, e) ||
		!der_algorithm(&info, &oid, &params, e) ||
		!encrypted_octets(p->arena, &info, &cipher, e) || !der_end(info, e))
		return err_in(e, "EncryptedData");
	if (!pbe_decrypt(&plain, oid, params, cipher, p->password, &p->budget, e))
		return false;
	if (read_safe(p, bytes_make(secret_view(plain), secret_size(plain)), &inner))
		return true;
	*e = inner;
	if (inner.code == ERR_MALFORMED)
		return err_set(e, ERR_PASSWORD, "wrong password, or an altered file");
	return false;
}

static bool read_safes(struct p12 *p, struct bytes octets, struct err *e)
{
	struct bytes der, in, type, content, safe;
	AUTO(secret) room = NULL;

	if (!ber_to_der(&room, &der, octets, e) || !der_only(der, DER_SEQUENCE, &in, e))
		return err_in(e, "AuthenticatedSafe");
	for (size_t count = 0; in.n; count++) {
		if (count == SAFES_MAX)
			return err_set(e, ERR_TOO_LARGE, "PKCS#12: more than %d safes",
				SAFES_MAX);
		if (!content_info(&in, &type, &content, e))
			return err_in(e, "AuthenticatedSafe");
		if (oid_is(type, OID_P7_DATA)) {
			if (!der_only(content, DER_OCTET_STRING, &safe, e) ||
				!read_safe(p, safe, e))
				return false;
		} else if (oid_is(type, OID_P7_ENCRYPTED)) {
			if (!read_encrypted_safe(p, content, e))
				return false;
		} else {
			return err_set(
				e, ERR_UNSUPPORTED, "PKCS#12: safe of another type");
		}
	}
	return true;
}

static bool check_mac(
	struct p12 *p, struct bytes mac, struct bytes content, struct err *e)
{
	struct bytes info, oid, params, value, salt;
	uint32_t iterations = 1;
	AUTO(secret) bmp = NULL;
	uint8_t got[64];
	size_t n;

	if (!der_take(&mac, DER_SEQUENCE, &info, e) ||
		!der_algorithm(&info, &oid, &params, e) ||
		!der_take(&info, DER_OCTET_STRING, &value, e) || !der_end(info, e) ||
		!der_take(&mac, DER_OCTET_STRING, &salt, e) ||
		(mac.n && !der_small(&mac, DER_INTEGER, UINT32_MAX, &iterations, e)) ||
		!der_end(mac, e))
		return err_in(e, "MacData");
	if (salt.n > PBE_SALT_MAX || !iterations || !der_params_empty(params))
		return err_set(e, ERR_MALFORMED, "MacData");
	if (!p->password)
		return err_set(e, ERR_PASSWORD, "the key file wants a password");
	if (secret_size(p->password) > PBE_PASSWORD_MAX)
		return err_set(e, ERR_PASSWORD, "the password is too long");
	if (!pbe_password_bmp(&bmp, p->password, e) ||
		!pbe_pkcs12_mac(got, &n, oid_find(oid), bmp, salt, iterations, content,
			&p->budget, e))
		return false;
	if (value.n != n || !secret_equal(value.p, got, n))
		return err_set(e, ERR_PASSWORD, "wrong password, or an altered file");
	return true;
}

/* Of several certificates over the same key, the one whose localKeyId is the key's comes
 * first. */
static void prefer_id(struct p12 *p)
{
	struct keyfile *k = p->out;

	for (size_t i = 0; i < k->cert_count; i++) {
		struct bytes own = k->certs[i];

		if (!p->key_id.n || !bytes_equal(p->cert_ids[i], p->key_id))
			continue;
		k->certs[i] = k->certs[0];
		k->certs[0] = own;
		return;
	}
}

bool keyfile_read_pkcs12(struct keyfile *out, struct arena *a, struct bytes file,
	const struct secret *password, struct err *e)
{
	struct p12 p = {.out = out,
		.arena = a,
		.password = password,
		.budget = {KEYFILE_ITERATIONS_MAX}};
	struct bytes der, in, type, content, safes, mac;
	AUTO(secret) room = NULL;
	uint32_t version;
	bool has_mac;

	out->kind = KEYFILE_PKCS12;
	if (!ber_to_der(&room, &der, file, e) || !der_only(der, DER_SEQUENCE, &in, e) ||
		!der_small(&in, DER_INTEGER, 3, &version, e) ||
		!content_info(&in, &type, &content, e) ||
		!der_take_optional(&in, DER_SEQUENCE, &mac, &has_mac, e) ||
		!der_end(in, e))
		return err_in(e, "PFX");
	if (version != 3 || !oid_is(type, OID_P7_DATA))
		return err_set(e, ERR_UNSUPPORTED,
			"PKCS#12 that is signed, or of another "
			"version");
	if (!der_only(content, DER_OCTET_STRING, &safes, e))
		return err_in(e, "PFX");
	if ((has_mac && !check_mac(&p, mac, safes, e)) || !read_safes(&p, safes, e))
		return false;
	if (!out->key)
		return err_set(e, ERR_MALFORMED, "PKCS#12 without a private key");
	prefer_id(&p);
	return true;
}
