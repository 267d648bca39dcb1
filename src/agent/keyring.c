/* keyring: see keyring.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "agent/keyring.h"

#include <string.h>

#include "base/source.h"
#include "crypto/keyfile.h"

struct keyring {
	const struct home *home;
	struct token_ring *ring;
};

bool keyring_new(
	struct keyring **out, const struct home *h, const char *host, struct err *e)
{
	AUTO(keyring) k = NEW(struct keyring);
	AUTO(arena) a = arena_new();

	k->home = h;
	k->ring = token_ring_new(host, 0);
	for (size_t i = 0; i < h->key_count; i++) {
		struct token_uri uri;

		if (!token_uri_is(h->keys[i].source))
			continue;
		if (!token_uri_read(&uri, a, h->keys[i].source, e) ||
			!token_ring_add(k->ring, &uri.library, e))
			return err_in(e, "%s", h->keys[i].source);
	}
	*out = keyring_move(&k);
	return true;
}

void keyring_free(struct keyring *k)
{
	if (!k)
		return;
	token_ring_free(k->ring);
	mem_free(k);
}

static void list_token(
	struct keyring_list *out, struct arena *a, const struct token_info *t)
{
	if (t->state == TOKEN_FAULTY) {
		out->faults[out->fault_count++] =
			arena_printf(a, "%s: %s", t->id, t->text);
		return;
	}
	for (size_t i = 0; i < t->key_count && out->count < KEYRING_MAX; i++)
		out->keys[out->count++] = (struct keyring_key){
			.id = arena_printf(a, "%s/%s", t->id, t->keys[i].id),
			.label = t->label,
			.serial = t->serial,
			.sign = t->keys[i].sign_cert,
			.enc = t->keys[i].enc_cert,
			.tries_left = t->tries_left,
			.state = t->state,
			.text = t->text,
			.token = t->id,
			.key = t->keys[i].id};
}

static void list_file(
	struct keyring_list *out, struct arena *a, const struct home_key *key)
{
	const char *slash = strrchr(key->source, '/');

	if (out->count == KEYRING_MAX)
		return;
	out->keys[out->count++] =
		(struct keyring_key){.id = arena_printf(a, "file:%s", key->source),
			.label = slash ? slash + 1 : key->source,
			.serial = "",
			.sign = key->sign,
			.enc = key->enc,
			.tries_left = -1,
			.state = TOKEN_READY,
			.text = "",
			.in_file = true,
			.path = key->source};
}

void keyring_list(struct keyring_list *out, struct keyring *k, struct arena *a)
{
	struct token_list tokens;

	token_list(&tokens, k->ring, a);
	*out = (struct keyring_list){
		.keys = ARENA_ARRAY(a, KEYRING_MAX, struct keyring_key),
		.faults = ARENA_ARRAY(a, TOKEN_TOKENS_MAX, const char *)};
	for (size_t i = 0; i < tokens.count && i < TOKEN_TOKENS_MAX; i++)
		list_token(out, a, &tokens.tokens[i]);
	for (size_t i = 0; i < k->home->key_count; i++)
		if (!token_uri_is(k->home->keys[i].source))
			list_file(out, a, &k->home->keys[i]);
}

const struct keyring_key *keyring_find(const struct keyring_list *l, struct bytes id)
{
	for (size_t i = 0; i < l->count; i++)
		if (bytes_equal(bytes_str(l->keys[i].id), id))
			return &l->keys[i];
	return NULL;
}

static bool open_file(struct key **out, const struct keyring_key *which,
	const struct secret *pin, struct err *e)
{
	AUTO(arena) a = arena_new();
	AUTO(secret) octets = NULL;
	AUTO(source) file = NULL;
	struct keyfile read;
	size_t n;

	if (!source_open(&file, which->path, e))
		return false;
	if (source_size(file) > KEYFILE_MAX)
		return err_set(e, ERR_TOO_LARGE, "%s", which->path);
	n = (size_t)source_size(file);
	octets = secret_new(n + 1);
	if (!source_read(file, 0, secret_data(octets), n, e) ||
		!keyfile_read(&read, a, bytes_make(secret_view(octets), n), pin, e))
		return false;
	*out = read.key;
	return true;
}

bool keyring_open(struct key **out, struct keyring *k, const struct keyring_key *which,
	enum token_use use, const struct secret *pin, struct token_pin *state,
	struct err *e)
{
	struct bytes cert = use == TOKEN_SIGN ? which->sign : which->enc;
	AUTO(key) key = NULL;
	struct cert c;

	*state = (struct token_pin){-1, false};
	if (!cert.n || !cert_parse(&c, cert, e))
		return err_set(e, ERR_USAGE, "no certificate for this use");
	if (which->in_file) {
		if (!open_file(&key, which, pin, e))
			return false;
	} else {
		if (!token_login(k->ring, which->token, which->key, pin, state, e))
			return false;
		if (!token_key(&key, k->ring, which->token, which->key, use, cert, e)) {
			token_logout(k->ring, which->token);
			return false;
		}
	}
	if (!pubkey_equal(&key->pub, &c.key)) {
		keyring_close(k, which);
		return err_set(e, ERR_KEY_MISMATCH, "the key is another certificate's");
	}
	*out = key_move(&key);
	return true;
}

/* The file in the home with the signing key of this subject; null: none. */
static const struct home_key *file_signer(const struct home *h, struct bytes subject)
{
	for (size_t i = 0; i < h->key_count; i++) {
		struct cert c;
		struct err e;

		if (!token_uri_is(h->keys[i].source) && h->keys[i].sign.n &&
			cert_parse(&c, h->keys[i].sign, &e) &&
			bytes_equal(c.subject, subject))
			return &h->keys[i];
	}
	return NULL;
}

bool keyring_signer(struct key **out, struct bytes *cert, struct keyring *k,
	struct arena *a, const struct keyring_key *which, const struct secret *pin,
	struct err *e)
{
	const struct home_key *file;
	struct keyring_key beside;
	struct token_pin state;
	struct cert c;

	*out = NULL;
	if (!which->in_file) {
		*cert = arena_dup(a, which->sign);
		return !which->sign.n || token_key(out, k->ring, which->token, which->key,
						 TOKEN_SIGN, which->sign, e);
	}
	if (!cert_parse(&c, which->enc, e))
		return false;
	file = file_signer(k->home, c.subject);
	if (!file)
		return true;
	beside = (struct keyring_key){
		.sign = file->sign, .in_file = true, .path = file->source};
	*cert = arena_dup(a, file->sign);
	return keyring_open(out, k, &beside, TOKEN_SIGN, pin, &state, e);
}

void keyring_close(struct keyring *k, const struct keyring_key *which)
{
	if (!which->in_file)
		token_logout(k->ring, which->token);
}
