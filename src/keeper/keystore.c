/* keystore: keys by purpose and version; see keystore.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "keeper/keystore_asker.h"

const char *keystore_purpose_name(enum keystore_purpose purpose)
{
	static const char *const names[KEYSTORE_PURPOSES] = {"", "root", "order",
		"receipt", "checkpoint", "tsa", "intake", "field", "index"};

	return (unsigned)purpose < KEYSTORE_PURPOSES ? names[purpose] : "unknown";
}

void keystore_free(struct keystore *s)
{
	if (!s)
		return;
	for (size_t i = 0; i < s->count; i++) {
		secret_free(s->keys[i].value);
		key_free(s->keys[i].key);
	}
	secret_free(s->seal);
	arena_free(s->arena);
	mem_free(s);
}

struct keystore_key *keystore_current(struct keystore *s, enum keystore_purpose purpose)
{
	struct keystore_key *found = NULL;

	for (size_t i = 0; i < s->count; i++)
		if (s->keys[i].purpose == purpose &&
			(!found || s->keys[i].version > found->version))
			found = &s->keys[i];
	return found;
}

struct keystore_key *keystore_find(
	struct keystore *s, enum keystore_purpose purpose, uint32_t version)
{
	for (size_t i = 0; i < s->count; i++)
		if (s->keys[i].purpose == purpose && s->keys[i].version == version)
			return &s->keys[i];
	return NULL;
}

static struct secret *give_pin(void *ctx, const struct token_info *token, struct err *e)
{
	const struct secret *pin = ctx;

	(void)token;
	(void)e;
	return secret_of(secret_view(pin), secret_size(pin));
}

struct token_asker keystore_asker(const struct keystore_unlock *unlock)
{
	/* It does not change it; its context is untyped. */
	return (struct token_asker){give_pin, (void *)(uintptr_t)unlock->secret};
}

static bool open_in_machine(struct keystore *s, struct keystore_key *k,
	const struct keystore_unlock *unlock, struct err *e)
{
	struct token_asker asker = keystore_asker(unlock);
	struct bytes cert;

	if (!unlock->token_host || !unlock->secret)
		return err_set(e, ERR_UNSUPPORTED, "a key in a machine");
	return token_open_uri(&k->key, &cert, s->arena, unlock->token_host, 0, k->uri,
		TOKEN_SIGN, &asker, e);
}

bool keystore_key(struct key **out, struct keystore *s, enum keystore_purpose purpose,
	const struct keystore_unlock *unlock, struct bytes *cert, struct err *e)
{
	struct keystore_key *k = keystore_current(s, purpose);
	bool ok = true;

	if (!k)
		return err_set(
			e, ERR_NOT_FOUND, "no %s key", keystore_purpose_name(purpose));
	if (!k->key)
		ok = k->uri ? open_in_machine(s, k, unlock, e)
			    : key_of_pkcs8(&k->key,
				      bytes_make(secret_view(k->value),
					      secret_size(k->value)),
				      e);
	if (!ok)
		return err_in(e, "%s key", keystore_purpose_name(purpose));
	*out = k->key;
	*cert = k->cert;
	return true;
}
