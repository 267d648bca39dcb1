/* password: libargon2 behind password.h, and a reading of its encoded form that checks
 * the cost before it is paid. SPDX-License-Identifier: Apache-2.0
 */
#include "crypto/password.h"

#include <argon2.h>

#include "base/text.h"
#include "crypto/secret.h"

const struct password_cost password_cost_login = {19 * 1024, 2, 1};
const struct password_cost password_cost_store = {256 * 1024, 3, 1};
const struct password_cost password_cost_max = {1024 * 1024, 16, 4};

static bool password_is_sane(struct bytes password, struct err *e)
{
	return (password.n > 0 && password.n <= PASSWORD_MAX) ||
	       err_set(e, ERR_USAGE, "a password of 1 to %d octets", PASSWORD_MAX);
}

static bool argon2_failed(int code, struct err *e)
{
	return err_set(e, ERR_CRYPTO, "Argon2id: %s", argon2_error_message(code));
}

bool password_hash(struct arena *a, struct world *w, struct bytes password,
	char **encoded, struct err *e)
{
	const struct password_cost *c = &password_cost_login;
	char *out = arena_alloc(a, PASSWORD_ENCODED_MAX);
	uint8_t salt[PASSWORD_SALT];
	int code;

	if (!password_is_sane(password, e))
		return false;
	w->random(w, salt, sizeof salt);
	code = argon2id_hash_encoded(c->passes, c->memory_kib, c->lanes, password.p,
		password.n, salt, sizeof salt, PASSWORD_KEY, out, PASSWORD_ENCODED_MAX);
	if (code != ARGON2_OK)
		return argon2_failed(code, e);
	*encoded = out;
	return true;
}

/* "name=number" and the separator behind it, off *rest. */
static bool take_number(struct bytes *rest, struct bytes name, const char *separator,
	uint32_t max, uint32_t *out, struct err *e)
{
	size_t end;
	uint64_t n;

	if (!bytes_starts(*rest, name))
		return err_set(e, ERR_MALFORMED, "a password's encoded form");
	*rest = bytes_from(*rest, name.n);
	end = bytes_find(*rest, bytes_str(separator));
	if (end == SIZE_MAX || !decimal_u64(bytes_head(*rest, end), max, &n, e))
		return err_set(e, ERR_MALFORMED, "the cost in a password's encoded form");
	*rest = bytes_from(*rest, end + 1);
	*out = (uint32_t)n;
	return true;
}

static bool cost_read(struct password_cost *out, struct bytes encoded, struct err *e)
{
	const struct password_cost *max = &password_cost_max;
	struct bytes head = BYTES("$argon2id$v=19$"), rest = bytes_from(encoded, head.n);

	if (encoded.n >= PASSWORD_ENCODED_MAX || !bytes_starts(encoded, head))
		return err_set(e, ERR_MALFORMED, "a password's encoded form");
	return take_number(
		       &rest, BYTES("m="), ",", max->memory_kib, &out->memory_kib, e) &&
	       take_number(&rest, BYTES("t="), ",", max->passes, &out->passes, e) &&
	       take_number(&rest, BYTES("p="), "$", max->lanes, &out->lanes, e);
}

bool password_verify(struct bytes encoded, struct bytes password, bool *good,
	bool *weak_parameters, struct err *e)
{
	const struct password_cost *now = &password_cost_login;
	AUTO(arena) a = arena_new();
	struct password_cost cost;
	int code;

	if (!cost_read(&cost, encoded, e))
		return false;
	*good = *weak_parameters = false;
	if (password.n == 0 || password.n > PASSWORD_MAX)
		return true;
	code = argon2id_verify(arena_str(a, encoded), password.p, password.n);
	if (code != ARGON2_OK && code != ARGON2_VERIFY_MISMATCH)
		return err_set(e, ERR_MALFORMED, "a password's encoded form: %s",
			argon2_error_message(code));
	*good = code == ARGON2_OK;
	*weak_parameters =
		*good && (cost.memory_kib < now->memory_kib || cost.passes < now->passes);
	return true;
}

bool password_key(uint8_t out[PASSWORD_KEY], struct bytes passphrase, struct bytes salt,
	const struct password_cost *cost, struct err *e)
{
	const struct password_cost *max = &password_cost_max;
	int code;

	if (!password_is_sane(passphrase, e))
		return false;
	if (cost->memory_kib > max->memory_kib || cost->passes > max->passes ||
		cost->lanes > max->lanes || !cost->lanes || !cost->passes ||
		cost->memory_kib < 8 * cost->lanes)
		return err_set(e, ERR_MALFORMED, "a cost of Argon2id out of bounds");
	code = argon2id_hash_raw(cost->passes, cost->memory_kib, cost->lanes,
		passphrase.p, passphrase.n, salt.p, salt.n, out, PASSWORD_KEY);
	if (code == ARGON2_OK)
		return true;
	mem_wipe(out, PASSWORD_KEY);
	return argon2_failed(code, e);
}
