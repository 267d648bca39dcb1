/* keyfile_write: PKCS#8 in PEM and PKCS#12, as the openssl command line reads them.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "asn1/der.h"
#include "base/text.h"
#include "crypto/keyfile.h"
#include "crypto/pbe.h"
#include "crypto/pem.h"

enum { MAC_ITERATIONS = 100000, MAC_SALT = 16, KEY_ID = 20, NAME_MAX_OCTETS = 256 };

/* EncryptedPrivateKeyInfo of the key. */
static bool encrypt_key(struct bytes *out, struct arena *a, struct world *w,
	struct key *k, const struct secret *password, struct err *e)
{
	AUTO(secret) info = NULL;
	struct bytes cipher;
	struct writer der;
	size_t opened;

	if (!key_to_pkcs8(&info, k, e))
		return false;
	der = writer_in(a, secret_size(info) + 256);
	opened = der_open(&der, DER_SEQUENCE);
	if (!pbe_encrypt(&der, &cipher, a, w,
		    bytes_make(secret_view(info), secret_size(info)), password, e))
		return false;
	der_put(&der, DER_OCTET_STRING, cipher);
	der_close(&der, opened);
	*out = writer_bytes(&der);
	return true;
}

bool keyfile_write_pkcs8(struct secret **out, struct world *w, struct key *k,
	const struct secret *password, struct err *e)
{
	AUTO(arena) a = arena_new();
	AUTO(secret) info = NULL;
	struct bytes der;

	if (!password) {
		if (!key_to_pkcs8(&info, k, e))
			return false;
		*out = pem_encode_secret(
			"PRIVATE KEY", bytes_make(secret_view(info), secret_size(info)));
		return true;
	}
	if (!encrypt_key(&der, a, w, k, password, e))
		return false;
	*out = pem_encode_secret("ENCRYPTED PRIVATE KEY", der);
	return true;
}

static void put_attribute(struct writer *w, enum oid oid, uint8_t tag, struct bytes value)
{
	size_t attribute = der_open(w, DER_SEQUENCE), set;

	der_put_oid(w, oid);
	set = der_open(w, DER_SET);
	der_put(w, tag, value);
	der_close(w, set);
	der_close(w, attribute);
}

/* friendlyName and localKeyId, for the key and its own certificate. They stand in DER
 * order of the set only by chance, which every reader bears; sorted all the same. */
static bool put_attributes(
	struct writer *w, struct bytes name_bmp, struct bytes id, struct err *e)
{
	size_t set = der_open(w, DER_SET);

	if (name_bmp.n)
		put_attribute(w, OID_FRIENDLY_NAME, DER_BMP_STRING, name_bmp);
	put_attribute(w, OID_LOCAL_KEY_ID, DER_OCTET_STRING, id);
	if (!der_sort_set(w, set, e))
		return false;
	der_close(w, set);
	return true;
}

struct pfx {
	struct arena *a;
	struct world *w;
	const struct secret *password;
	struct bytes name_bmp, id;
};

/* SafeContents with the certificates. */
static bool cert_safe(struct pfx *p, struct bytes *out, const struct bytes *certs,
	size_t count, struct err *e)
{
	size_t cap = 1024, safe;
	struct writer w;

	for (size_t i = 0; i < count; i++)
		cap += certs[i].n + 128;
	w = writer_in(p->a, cap);
	safe = der_open(&w, DER_SEQUENCE);
	for (size_t i = 0; i < count; i++) {
		size_t bag = der_open(&w, DER_SEQUENCE), value, cert, tagged;

		der_put_oid(&w, OID_BAG_CERT);
		value = der_open(&w, DER_CONTEXT(0));
		cert = der_open(&w, DER_SEQUENCE);
		der_put_oid(&w, OID_P12_X509);
		tagged = der_open(&w, DER_CONTEXT(0));
		der_put(&w, DER_OCTET_STRING, certs[i]);
		der_close(&w, tagged);
		der_close(&w, cert);
		der_close(&w, value);
		if (i == 0 && !put_attributes(&w, p->name_bmp, p->id, e))
			return false;
		der_close(&w, bag);
	}
	der_close(&w, safe);
	*out = writer_bytes(&w);
	return true;
}

/* The encrypted safe of certificates as a ContentInfo. */
static bool put_cert_safe(struct pfx *p, struct writer *w, const struct bytes *certs,
	size_t count, struct err *e)
{
	struct bytes safe, cipher;
	size_t info = der_open(w, DER_SEQUENCE), tagged, data, inner;

	if (!cert_safe(p, &safe, certs, count, e))
		return false;
	der_put_oid(w, OID_P7_ENCRYPTED);
	tagged = der_open(w, DER_CONTEXT(0));
	data = der_open(w, DER_SEQUENCE);
	der_put_small(w, DER_INTEGER, 0);
	inner = der_open(w, DER_SEQUENCE);
	der_put_oid(w, OID_P7_DATA);
	if (!pbe_encrypt(w, &cipher, p->a, p->w, safe, p->password, e))
		return false;
	der_put(w, DER_CONTEXT_PRIMITIVE(0), cipher);
	der_close(w, inner);
	der_close(w, data);
	der_close(w, tagged);
	der_close(w, info);
	return true;
}

static bool put_key_safe(struct pfx *p, struct writer *w, struct key *k, struct err *e)
{
	size_t info = der_open(w, DER_SEQUENCE), tagged, octets, safe, bag, value;
	struct bytes shrouded;

	if (!encrypt_key(&shrouded, p->a, p->w, k, p->password, e))
		return false;
	der_put_oid(w, OID_P7_DATA);
	tagged = der_open(w, DER_CONTEXT(0));
	octets = der_open(w, DER_OCTET_STRING);
	safe = der_open(w, DER_SEQUENCE);
	bag = der_open(w, DER_SEQUENCE);
	der_put_oid(w, OID_BAG_SHROUDED_KEY);
	value = der_open(w, DER_CONTEXT(0));
	write_bytes(w, shrouded);
	der_close(w, value);
	if (!put_attributes(w, p->name_bmp, p->id, e))
		return false;
	der_close(w, bag);
	der_close(w, safe);
	der_close(w, octets);
	der_close(w, tagged);
	der_close(w, info);
	return true;
}

/* MacData over the safes. HMAC-SHA-256: what openssl and Java write today. */
static bool put_mac(struct pfx *p, struct writer *w, struct bytes safes, struct err *e)
{
	struct pbe_budget budget = {KEYFILE_ITERATIONS_MAX};
	size_t mac = der_open(w, DER_SEQUENCE), info;
	uint8_t salt[MAC_SALT], value[64];
	AUTO(secret) bmp = NULL;
	size_t n;

	p->w->random(p->w, salt, sizeof salt);
	if (!pbe_password_bmp(&bmp, p->password, e) ||
		!pbe_pkcs12_mac(value, &n, OID_SHA256, bmp, BYTES_OF(salt),
			MAC_ITERATIONS, safes, &budget, e))
		return false;
	info = der_open(w, DER_SEQUENCE);
	der_put_algorithm(w, OID_SHA256, true);
	der_put(w, DER_OCTET_STRING, bytes_make(value, n));
	der_close(w, info);
	der_put(w, DER_OCTET_STRING, BYTES_OF(salt));
	der_put_small(w, DER_INTEGER, MAC_ITERATIONS);
	der_close(w, mac);
	return true;
}

/* AuthenticatedSafe. */
static bool make_safes(struct pfx *p, struct bytes *out, struct key *k,
	const struct bytes *certs, size_t count, size_t cap, struct err *e)
{
	struct writer w = writer_in(p->a, cap);
	size_t opened = der_open(&w, DER_SEQUENCE);

	if ((count && !put_cert_safe(p, &w, certs, count, e)) ||
		!put_key_safe(p, &w, k, e))
		return false;
	der_close(&w, opened);
	if (w.full)
		return err_set(e, ERR_TOO_LARGE, "PKCS#12");
	*out = writer_bytes(&w);
	return true;
}

/* The name as BMPString, without an end. */
static bool name_to_bmp(
	struct arena *a, struct bytes *out, const char *name, struct err *e)
{
	struct bytes utf8 = bytes_str(name);
	AUTO(secret) text = secret_of(utf8.p, utf8.n);
	AUTO(secret) bmp = NULL;

	if (utf8.n > NAME_MAX_OCTETS || !utf8_is_valid(utf8))
		return err_set(e, ERR_USAGE, "the name is too long, or not UTF-8");
	if (!pbe_password_bmp(&bmp, text, e))
		return false;
	*out = arena_dup(a, bytes_make(secret_view(bmp), secret_size(bmp) - 2));
	return true;
}

bool keyfile_write_pkcs12(struct secret **out, struct world *w, struct key *k,
	const char *name, const struct bytes *certs, size_t count,
	const struct secret *password, struct err *e)
{
	AUTO(arena) a = arena_new();
	uint8_t id[SM3_SIZE];
	struct pfx p = {.a = a, .w = w, .password = password, .id = {id, KEY_ID}};
	size_t cap = 16384, pfx, info, tagged;
	struct bytes safes;
	struct writer der;

	if (!password)
		return err_set(e, ERR_USAGE, "PKCS#12 wants a password");
	if (count > KEYFILE_CERTS_MAX)
		return err_set(e, ERR_TOO_LARGE, "%zu certificates", count);
	for (size_t i = 0; i < count; i++)
		cap += certs[i].n + 128;
	sm3_of(k->pub.spki, id);
	if (!name_to_bmp(a, &p.name_bmp, name, e) ||
		!make_safes(&p, &safes, k, certs, count, cap, e))
		return false;
	der = writer_in(a, cap + 1024);
	pfx = der_open(&der, DER_SEQUENCE);
	der_put_small(&der, DER_INTEGER, 3);
	info = der_open(&der, DER_SEQUENCE);
	der_put_oid(&der, OID_P7_DATA);
	tagged = der_open(&der, DER_CONTEXT(0));
	der_put(&der, DER_OCTET_STRING, safes);
	der_close(&der, tagged);
	der_close(&der, info);
	if (!put_mac(&p, &der, safes, e))
		return false;
	der_close(&der, pfx);
	*out = secret_of(writer_bytes(&der).p, writer_bytes(&der).n);
	return true;
}
