/* token: keys in tokens, for libqianyin.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "token/uri.h"

#include <stdio.h>
#include <unistd.h>

#include "lib/lib.h"

struct asking {
	const struct qy_token_options *options;
};

static struct secret *ask(void *ctx, const struct token_info *token, struct err *e)
{
	struct asking *of = ctx;
	struct secret *pin = secret_new(TOKEN_PIN_MAX + 1);
	struct qy_token_info told = {.size = sizeof told,
		.label = token->label,
		.serial = token->serial,
		.tries_left = token->tries_left};
	size_t n = of->options->pin(
		of->options->user, &told, (char *)secret_data(pin), TOKEN_PIN_MAX);
	struct secret *out = NULL;

	if (n && n <= TOKEN_PIN_MAX)
		out = secret_of(secret_view(pin), n);
	else
		err_set(e, ERR_DENIED, "no PIN was given");
	secret_free(pin);
	return out;
}

int qy_key_open_token(qy_key **out, const char *uri,
	const struct qy_token_options *options, struct qy_error *error)
{
	struct asking of = {options};
	struct token_asker asker = {ask, &of};
	struct arena *a;
	qy_key *key;
	struct bytes cert;
	struct err e;

	if (!uri || !options || options->size != sizeof *options || !options->pin ||
		!options->host)
		return lib_usage(error, "uri or options");
	a = arena_new();
	key = NEW(qy_key);
	key->arena = a;
	if (!token_open_uri(&key->key, &cert, a, options->host, options->timeout_ms, uri,
		    options->unwrap ? TOKEN_UNWRAP : TOKEN_SIGN, &asker, &e)) {
		qy_key_free(key);
		return lib_fail(error, &e);
	}
	key->cert = (uint8_t *)arena_str(a, cert);
	key->cert_size = cert.n;
	*out = key;
	return 1;
}
