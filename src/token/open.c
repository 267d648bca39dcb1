/* open: a key by its name, with everything it needs; see uri.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "base/source.h"
#include "pki/cert.h"
#include "token/ring.h"
#include "token/uri.h"

enum { CERT_FILE_MAX = 64 * 1024 };

static bool choose_and_login(struct token_choice *out, struct token_ring *r,
	const struct token_uri *uri, struct arena *a, const struct token_asker *asker,
	struct err *e)
{
	AUTO(secret) pin = NULL;
	struct token_pin state;

	if (!token_choose(out, r, uri, a, e))
		return false;
	pin = asker->ask(asker->ctx, &out->token, e);
	return pin && token_login(r, out->token.id, out->key.id, pin, &state, e);
}

static bool certificate_read(
	struct bytes *out, struct arena *a, const char *path, struct err *e)
{
	struct bytes file;

	return file_slurp(a, path, CERT_FILE_MAX, &file, e) &&
	       (cert_decode(a, file, out, e) || err_in(e, "%s", path));
}

bool token_open_uri(struct key **out, struct bytes *cert, struct arena *a,
	const char *host, int timeout_ms, const char *uri, enum token_use use,
	const struct token_asker *asker, struct err *e)
{
	AUTO(token_ring) r = NULL;
	struct token_choice choice;
	struct token_uri u;
	struct bytes der;

	if (!token_uri_read(&u, a, uri, e))
		return false;
	r = token_ring_new(host, timeout_ms);
	if (!token_ring_add(r, &u.library, e) ||
		!choose_and_login(&choice, r, &u, a, asker, e))
		return false;
	der = use == TOKEN_SIGN ? choice.key.sign_cert : choice.key.enc_cert;
	if (u.certificate && !certificate_read(&der, a, u.certificate, e))
		return false;
	if (!der.n)
		return err_set(e, ERR_UNSUPPORTED,
			"the token has no certificate for this use: certificate=FILE");
	if (!token_key(out, r, choice.token.id, choice.key.id, use, der, e))
		return false;
	token_key_own(*out);
	(void)token_ring_move(&r);
	*cert = der;
	return true;
}
