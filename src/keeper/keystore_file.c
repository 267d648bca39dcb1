/* keystore_file: the key store as one sealed file; see keystore.h and
 * docs/formats/keystore.md. SPDX-License-Identifier: Apache-2.0
 *
 *	KeyStore ::= SEQUENCE {
 *	    version     INTEGER (1),
 *	    protection  CHOICE { passphrase [0] Argon2id, machine [1] Envelope },
 *	    nonce       OCTET STRING (12),
 *	    sealed      OCTET STRING,        -- Content under SM4-GCM
 *	    tag         OCTET STRING (16) }
 */
#include <string.h>

#include "asn1/der.h"
#include "base/text.h"
#include "base/time.h"
#include "crypto/kdf.h"
#include "crypto/sm2.h"
#include "crypto/sm4.h"
#include "keeper/keystore_asker.h"

enum { SALT = 16, MASTER = 32, CONTENT_MAX = KEYSTORE_FILE_MAX - 8192, VALUE_MAX = 8192 };
#define LABEL BYTES("qianyin/keystore/1")

/* --- content */

static void key_put(struct writer *w, const struct keystore_key *k)
{
	size_t opened = der_open(w, DER_SEQUENCE);

	der_put_small(w, DER_INTEGER, k->purpose);
	der_put_small(w, DER_INTEGER, k->version);
	der_put_generalized_time(w, k->created);
	der_put(w, DER_OCTET_STRING, k->cert);
	if (k->uri)
		der_put(w, DER_UTF8_STRING, bytes_str(k->uri));
	else
		der_put(w, DER_OCTET_STRING,
			bytes_make(secret_view(k->value), secret_size(k->value)));
	der_close(w, opened);
}

static struct bytes content_put(struct writer *w, const struct keystore *s)
{
	uint8_t serial[8];
	struct writer number = writer_over(serial, sizeof serial);
	size_t opened = der_open(w, DER_SEQUENCE), keys;

	write_be64(&number, s->serial);
	der_put(w, DER_UTF8_STRING, s->platform);
	der_put(w, DER_UTF8_STRING, s->origin);
	der_put_integer(w, BYTES_OF(serial));
	keys = der_open(w, DER_SEQUENCE);
	for (size_t i = 0; i < s->count; i++)
		key_put(w, &s->keys[i]);
	der_close(w, keys);
	der_close(w, opened);
	return writer_bytes(w);
}

bool keystore_content_write(
	const struct keystore *s, struct arena *a, struct bytes *out, struct err *e)
{
	struct writer w = writer_in(a, CONTENT_MAX);

	*out = content_put(&w, s);
	return !w.full || err_set(e, ERR_TOO_LARGE, "a key store");
}

static bool text_take(struct keystore *s, struct bytes *in, struct bytes *out, size_t max,
	struct err *e)
{
	struct bytes text;

	if (!der_take(in, DER_UTF8_STRING, &text, e))
		return false;
	if (text.n == 0 || text.n > max || !utf8_is_valid(text) ||
		memchr(text.p, 0, text.n))
		return err_set(e, ERR_MALFORMED, "a text of a key store");
	*out = arena_dup(s->arena, text);
	return true;
}

/* Of the size its purpose demands. */
static bool value_is_fit(enum keystore_purpose purpose, size_t n)
{
	if (purpose == KEYSTORE_FIELD)
		return n == SM4_KEY;
	if (purpose == KEYSTORE_INDEX)
		return n == SM3_SIZE;
	return n > 0 && n <= VALUE_MAX;
}

static bool value_take(
	struct keystore *s, struct keystore_key *k, struct bytes *in, struct err *e)
{
	struct bytes value;

	if (der_peek(*in) == DER_UTF8_STRING) {
		if (!text_take(s, in, &value, KEYSTORE_URI_MAX, e))
			return false;
		if (k->purpose != KEYSTORE_ORDER)
			return err_set(e, ERR_MALFORMED, "a key in a machine");
		k->uri = (const char *)value.p;
		return true;
	}
	if (!der_take(in, DER_OCTET_STRING, &value, e))
		return false;
	if (!value_is_fit(k->purpose, value.n))
		return err_set(e, ERR_MALFORMED, "a key's size");
	k->value = secret_of(value.p, value.n);
	return true;
}

static bool key_take(struct keystore *s, struct bytes *in, struct err *e)
{
	struct keystore_key *k = &s->keys[s->count];
	struct bytes body, cert;
	uint32_t purpose, version;
	int64_t created;

	if (s->count == KEYSTORE_KEYS_MAX)
		return err_set(e, ERR_TOO_LARGE, "%d keys", KEYSTORE_KEYS_MAX);
	if (!der_take(in, DER_SEQUENCE, &body, e) ||
		!der_small(&body, DER_INTEGER, KEYSTORE_PURPOSES - 1, &purpose, e) ||
		!der_small(&body, DER_INTEGER, UINT32_MAX, &version, e) ||
		!der_time(&body, &created, e) ||
		!der_take(&body, DER_OCTET_STRING, &cert, e))
		return false;
	if (!purpose || !version ||
		keystore_find(s, (enum keystore_purpose)purpose, version))
		return err_set(e, ERR_MALFORMED, "a key's purpose or version");
	*k = (struct keystore_key){.purpose = (enum keystore_purpose)purpose,
		.version = version,
		.created = created,
		.cert = arena_dup(s->arena, cert)};
	/* Counted now, so that whoever frees the store frees its value. */
	s->count++;
	return value_take(s, k, &body, e) && der_end(body, e);
}

bool keystore_content_read(struct keystore *s, struct bytes content, struct err *e)
{
	struct bytes body, serial, keys;

	if (!der_only(content, DER_SEQUENCE, &body, e) ||
		!text_take(s, &body, &s->platform, KEYSTORE_TEXT_MAX, e) ||
		!text_take(s, &body, &s->origin, KEYSTORE_TEXT_MAX, e) ||
		!der_integer(&body, &serial, e) ||
		!der_take(&body, DER_SEQUENCE, &keys, e) || !der_end(body, e))
		return false;
	if (serial.n > 8)
		return err_set(e, ERR_MALFORMED, "a serial");
	s->serial = 0;
	for (size_t i = 0; i < serial.n; i++)
		s->serial = s->serial << 8 | serial.p[i];
	while (keys.n)
		if (!key_take(s, &keys, e))
			return false;
	return true;
}

/* --- protection */

static void seal_of_master(struct keystore *s, const struct secret *master)
{
	secret_free(s->seal);
	s->seal = secret_new(KEYSTORE_SEAL);
	hkdf_sm3_expand(secret_view(master), LABEL, secret_data(s->seal), KEYSTORE_SEAL);
}

bool keystore_protect(struct keystore *s, struct world *w,
	const struct secret *passphrase, const struct password_cost *cost, struct err *e)
{
	AUTO(secret) master = secret_new(MASTER);
	struct writer out = writer_in(s->arena, 128);
	uint8_t salt[SALT];
	size_t opened;

	w->random(w, salt, sizeof salt);
	if (!password_key(secret_data(master),
		    bytes_make(secret_view(passphrase), secret_size(passphrase)),
		    BYTES_OF(salt), cost, e))
		return false;
	opened = der_open(&out, DER_CONTEXT(0));
	der_put(&out, DER_OCTET_STRING, BYTES_OF(salt));
	der_put_small(&out, DER_INTEGER, cost->memory_kib);
	der_put_small(&out, DER_INTEGER, cost->passes);
	der_put_small(&out, DER_INTEGER, cost->lanes);
	der_close(&out, opened);
	s->protection = writer_bytes(&out);
	seal_of_master(s, master);
	return true;
}

/* The machine unwraps a 16-octet key and decrypts the master with it: the way of SDF and
 * SKF (protocols §1). */
bool keystore_protect_machine(struct keystore *s, struct world *w, const char *uri,
	struct bytes cert, struct err *e)
{
	AUTO(secret) master = secret_new(MASTER);
	AUTO(secret) session = secret_new(SM4_KEY);
	struct writer out = writer_in(s->arena, KEYSTORE_URI_MAX + 512);
	uint8_t wrapped[MASTER], c2[SM4_KEY];
	struct sm2_cipher envelope;
	struct cert parsed;
	size_t opened;

	if (!cert_parse(&parsed, cert, e))
		return false;
	if (!parsed.key_known || parsed.key.kind != KEY_SM2)
		return err_set(e, ERR_UNSUPPORTED, "the machine's key is not SM2");
	w->random(w, secret_data(master), MASTER);
	w->random(w, secret_data(session), SM4_KEY);
	if (!sm2_encrypt(&envelope, c2, w, parsed.key.point.p,
		    bytes_make(secret_view(session), SM4_KEY), e) ||
		!sm4_ecb_encrypt(secret_view(session),
			bytes_make(secret_view(master), MASTER), wrapped, e))
		return false;
	opened = der_open(&out, DER_CONTEXT(1));
	der_put(&out, DER_UTF8_STRING, bytes_str(uri));
	der_put(&out, DER_OCTET_STRING, BYTES_OF(envelope.c1));
	der_put(&out, DER_OCTET_STRING, BYTES_OF(envelope.c3));
	der_put(&out, DER_OCTET_STRING, BYTES_OF(c2));
	der_put(&out, DER_OCTET_STRING, BYTES_OF(wrapped));
	der_close(&out, opened);
	if (out.full)
		return err_set(e, ERR_TOO_LARGE, "the machine's URI");
	s->protection = writer_bytes(&out);
	seal_of_master(s, master);
	return true;
}

static bool take_exactly(struct bytes *in, struct bytes *out, size_t n, struct err *e)
{
	return der_take(in, DER_OCTET_STRING, out, e) &&
	       (out->n == n || err_set(e, ERR_MALFORMED, "protection of a key store"));
}

static bool master_of_passphrase(struct secret *master, struct bytes body,
	const struct keystore_unlock *unlock, struct err *e)
{
	struct password_cost cost;
	struct bytes salt;

	if (!take_exactly(&body, &salt, SALT, e) ||
		!der_small(&body, DER_INTEGER, UINT32_MAX, &cost.memory_kib, e) ||
		!der_small(&body, DER_INTEGER, UINT32_MAX, &cost.passes, e) ||
		!der_small(&body, DER_INTEGER, UINT32_MAX, &cost.lanes, e) ||
		!der_end(body, e))
		return false;
	if (!unlock->secret || !secret_size(unlock->secret))
		return err_set(e, ERR_PASSWORD, "a key store wants its passphrase");
	return password_key(secret_data(master),
		bytes_make(secret_view(unlock->secret), secret_size(unlock->secret)),
		salt, &cost, e);
}

static bool master_of_machine(struct secret *master, struct bytes body,
	const struct keystore_unlock *unlock, struct err *e)
{
	struct token_asker asker = keystore_asker(unlock);
	AUTO(arena) a = arena_new();
	struct bytes uri, c1, c3, wrapped, cert;
	struct sm2_cipher envelope;
	AUTO(key) key = NULL;

	if (!der_take(&body, DER_UTF8_STRING, &uri, e) ||
		!take_exactly(&body, &c1, sizeof envelope.c1, e) ||
		!take_exactly(&body, &c3, sizeof envelope.c3, e) ||
		!take_exactly(&body, &envelope.c2, SM4_KEY, e) ||
		!take_exactly(&body, &wrapped, MASTER, e) || !der_end(body, e))
		return false;
	if (!unlock->token_host || !unlock->secret)
		return err_set(e, ERR_UNSUPPORTED,
			"a key store under a machine, and none at hand");
	memcpy(envelope.c1, c1.p, c1.n);
	memcpy(envelope.c3, c3.p, c3.n);
	return token_open_uri(&key, &cert, a, unlock->token_host, 0, arena_str(a, uri),
		       TOKEN_UNWRAP, &asker, e) &&
	       key_unwrap_blocks(key, &envelope, wrapped, secret_data(master), e);
}

/* --- the file */

/* Its parts, borrowed. */
struct parts {
	struct der protection;
	struct bytes nonce, sealed, tag;
};

static bool parts_take(struct parts *out, struct bytes file, struct err *e)
{
	struct bytes body;
	uint32_t version;

	if (file.n > KEYSTORE_FILE_MAX)
		return err_set(e, ERR_TOO_LARGE, "a key store of %zu octets", file.n);
	if (!der_only(file, DER_SEQUENCE, &body, e) ||
		!der_small(&body, DER_INTEGER, UINT32_MAX, &version, e))
		return err_in(e, "key store");
	if (version != KEYSTORE_VERSION)
		return err_set(e, ERR_UNSUPPORTED, "a key store of version %u", version);
	if (!der_next(&body, &out->protection, e) ||
		!take_exactly(&body, &out->nonce, SM4_GCM_NONCE, e) ||
		!der_take(&body, DER_OCTET_STRING, &out->sealed, e) ||
		!take_exactly(&body, &out->tag, SM4_TAG, e) || !der_end(body, e))
		return err_in(e, "key store");
	return true;
}

/* What the tag also protects. */
static struct bytes associated(struct arena *a, struct bytes protection)
{
	struct writer w = writer_in(a, LABEL.n + 1 + protection.n);

	write_bytes(&w, LABEL);
	write_u8(&w, 0);
	write_bytes(&w, protection);
	return writer_bytes(&w);
}

bool keystore_write(struct keystore *s, struct world *w, struct arena *a,
	struct bytes *out, struct err *e)
{
	AUTO(secret) content = secret_new(CONTENT_MAX);
	struct writer plain = writer_over(secret_data(content), CONTENT_MAX);
	struct bytes text = content_put(&plain, s);
	uint8_t nonce[SM4_GCM_NONCE], tag[SM4_TAG];
	struct writer file = writer_in(a, text.n + s->protection.n + 128);
	uint8_t *sealed = arena_alloc(a, text.n);
	size_t opened;

	if (!s->seal)
		return err_set(e, ERR_USAGE, "a key store without protection");
	if (plain.full)
		return err_set(e, ERR_TOO_LARGE, "a key store");
	w->random(w, nonce, sizeof nonce);
	if (!sm4_gcm_seal(secret_view(s->seal), nonce, associated(a, s->protection), text,
		    sealed, tag, e))
		return false;
	opened = der_open(&file, DER_SEQUENCE);
	der_put_small(&file, DER_INTEGER, KEYSTORE_VERSION);
	write_bytes(&file, s->protection);
	der_put(&file, DER_OCTET_STRING, BYTES_OF(nonce));
	der_put(&file, DER_OCTET_STRING, bytes_make(sealed, text.n));
	der_put(&file, DER_OCTET_STRING, BYTES_OF(tag));
	der_close(&file, opened);
	*out = writer_bytes(&file);
	return true;
}

/* With s->seal in place. */
static bool parts_open(struct keystore *s, const struct parts *p, struct err *e)
{
	AUTO(secret) content = secret_new(p->sealed.n);
	struct err why;

	s->protection = arena_dup(s->arena, p->protection.whole);
	if (!sm4_gcm_open(secret_view(s->seal), p->nonce.p,
		    associated(s->arena, s->protection), p->sealed, p->tag.p,
		    secret_data(content), &why))
		return err_set(e, ERR_PASSWORD,
			"the passphrase of the key store is wrong, or the file was "
			"altered");
	return keystore_content_read(s, bytes_make(secret_view(content), p->sealed.n), e);
}

bool keystore_read(struct keystore **out, struct bytes file,
	const struct keystore_unlock *unlock, struct err *e)
{
	AUTO(keystore) s = NEW(struct keystore);
	AUTO(secret) master = secret_new(MASTER);
	struct parts p;
	bool ok;

	s->arena = arena_new();
	if (!parts_take(&p, file, e))
		return false;
	if (p.protection.tag == DER_CONTEXT(0))
		ok = master_of_passphrase(master, p.protection.body, unlock, e);
	else if (p.protection.tag == DER_CONTEXT(1))
		ok = master_of_machine(master, p.protection.body, unlock, e);
	else
		ok = err_set(e, ERR_UNSUPPORTED, "a key store's protection");
	if (!ok)
		return false;
	seal_of_master(s, master);
	if (!parts_open(s, &p, e))
		return false;
	*out = keystore_move(&s);
	return true;
}

bool keystore_read_again(struct keystore **out, struct bytes file,
	const struct keystore *before, struct err *e)
{
	AUTO(keystore) s = NEW(struct keystore);
	struct parts p;

	s->arena = arena_new();
	if (!parts_take(&p, file, e))
		return false;
	if (!bytes_equal(p.protection.whole, before->protection))
		return err_set(e, ERR_PASSWORD,
			"the key store has another passphrase now: start the keeper "
			"anew");
	s->seal = secret_of(secret_view(before->seal), secret_size(before->seal));
	if (!parts_open(s, &p, e))
		return false;
	*out = keystore_move(&s);
	return true;
}
