/* session: see session.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "cli/session.h"

#include <errno.h>
#include <string.h>

#include "cli/password.h"
#include "cli/token.h"

#include <stdio.h>

#include "base/time.h"
#include "cli/register.h"
#include "crypto/keyfile.h"

enum { EVIDENCE_FILE_MAX = 64 << 20 };

/* Our code for each of the library's, whose numbers are promised. */
static const enum err_code codes[] = {
	[QY_MALFORMED] = ERR_MALFORMED,
	[QY_UNSUPPORTED] = ERR_UNSUPPORTED,
	[QY_TOO_LARGE] = ERR_TOO_LARGE,
	[QY_USAGE] = ERR_USAGE,
	[QY_NOT_FOUND] = ERR_NOT_FOUND,
	[QY_NO_INPUT] = ERR_NO_INPUT,
	[QY_WRITE] = ERR_WRITE,
	[QY_IO] = ERR_IO,
	[QY_BUSY] = ERR_BUSY,
	[QY_DENIED] = ERR_DENIED,
	[QY_PASSWORD] = ERR_PASSWORD,
	[QY_DECRYPT] = ERR_DECRYPT,
	[QY_KEY_MISMATCH] = ERR_KEY_MISMATCH,
	[QY_SIGNER] = ERR_SIGNER,
	[QY_ROLLBACK] = ERR_ROLLBACK,
	[QY_CRYPTO] = ERR_CRYPTO,
};

bool session_err(struct err *e, const struct qy_error *from)
{
	size_t code = (size_t)from->code;

	return err_set(e, code < sizeof codes / sizeof *codes ? codes[code] : ERR_IO,
		"%s", from->text);
}

void session_qy_err(struct qy_error *to, const struct err *e)
{
	to->code = QY_IO;
	for (size_t i = 0; i < sizeof codes / sizeof *codes; i++)
		if (codes[i] == e->code)
			to->code = (int)i;
	(void)snprintf(to->text, sizeof to->text, "%s", e->text);
}

qy_context *session_plain(struct cli *c)
{
	return qy_context_new(lang_name(c->lang));
}

static bool add_evidence(qy_context *ctx, struct cli *c, struct err *e)
{
	static const char *const names[] = {"crl", "ocsp", "cert"};
	struct qy_error qe;

	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		const char *path;
		struct bytes file;

		for (size_t at = 0; (path = cli_each(c, names[i], &at));) {
			if (!cli_read(c, path, EVIDENCE_FILE_MAX, &file, e))
				return false;
			if (qy_evidence_add(ctx, session_bytes(file), &qe))
				continue;
			session_err(e, &qe);
			return err_in(e, "%s", path);
		}
	}
	return true;
}

bool session_open(qy_context **out, struct cli *c, struct err *e)
{
	AUTO_QY(context) ctx = session_plain(c);
	int64_t at = cli_time(c, "at", TIME_NONE);
	struct trust *trust = NULL;
	struct qy_error qe;

	if (!cli_trust(c, &trust, e))
		return false;
	if (trust &&
		!qy_trust_load(ctx, session_bytes(trust->whole),
			trust->allow_demonstration ? QY_TRUST_DEMONSTRATION : 0, &qe))
		return session_err(e, &qe);
	if (!add_evidence(ctx, c, e))
		return false;
	if (at != TIME_NONE)
		qy_set_time(ctx, at / TIME_SECOND);
	*out = ctx;
	ctx = NULL;
	return true;
}

static bool open_key(
	qy_key **out, struct bytes file, const struct secret *password, struct err *e)
{
	struct qy_bytes word = {NULL, 0};
	struct qy_error qe;

	if (password)
		word = (struct qy_bytes){secret_view(password), secret_size(password)};
	return qy_key_open(out, session_bytes(file), word, &qe) || session_err(e, &qe);
}

struct pin_ask {
	struct cli *c;
	struct err *e;
};

static size_t ask_pin(
	void *user, const struct qy_token_info *told, char *out, size_t room)
{
	struct pin_ask *of = user;
	struct token_info token = {.label = told->label,
		.serial = told->serial,
		.tries_left = told->tries_left};
	AUTO(secret) pin = cli_token_pin(of->c, &token, of->e);
	size_t n = pin ? secret_size(pin) : 0;

	if (n && n <= room)
		memcpy(out, secret_view(pin), n);
	return n <= room ? n : 0;
}

static bool open_token(
	qy_key **out, struct cli *c, const char *uri, enum token_use use, struct err *e)
{
	struct err asked = {.text = ""};
	struct pin_ask of = {c, &asked};
	struct qy_token_options options = {.size = sizeof options,
		.host = cli_token_host(c),
		.unwrap = use == TOKEN_UNWRAP,
		.pin = ask_pin,
		.user = &of};
	struct qy_error qe;

	if (!options.host)
		return err_set(e, ERR_IO, "qianyin-token: %s", strerror(ENOENT));
	if (qy_key_open_token(out, uri, &options, &qe))
		return true;
	if (!asked.text[0])
		return session_err(e, &qe);
	*e = asked;
	return false;
}

bool session_key_named(qy_key **out, struct cli *c, const char *key_option,
	const char *certificate_option, struct err *e)
{
	const char *path = cli_text(c, key_option),
		   *cert_path =
			   certificate_option ? cli_text(c, certificate_option) : NULL;
	AUTO(secret) password = NULL;
	AUTO(secret) file = NULL;
	AUTO_QY(key) key = NULL;
	struct qy_error qe;
	struct bytes octets;

	if (token_uri_is(path))
		return open_token(
			out, c, path, certificate_option ? TOKEN_SIGN : TOKEN_UNWRAP, e);
	if (!cli_password_given(c, &password, e) ||
		!secret_slurp(&file, path, KEYFILE_MAX, e))
		return false;
	octets = bytes_make(secret_view(file), secret_size(file));
	if (!open_key(&key, octets, password, e)) {
		if (e->code != ERR_PASSWORD || password)
			return err_in(e, "%s", path);
		if (!cli_password(c, &password, path, false, e))
			return false;
		if (!open_key(&key, octets, password, e))
			return err_in(e, "%s", path);
	}
	if (cert_path) {
		if (!cli_read(c, cert_path, CERT_MAX, &octets, e))
			return false;
		if (!qy_key_set_certificate(key, session_bytes(octets), &qe)) {
			session_err(e, &qe);
			return err_in(e, "%s", cert_path);
		}
	} else if (certificate_option && qy_key_certificate(key).size == 0) {
		return err_set(
			e, ERR_USAGE, "%s", msg_text(c->lang, MSG_CLI_NO_CERT_WITH_KEY));
	}
	*out = key;
	key = NULL;
	return true;
}

bool session_key(qy_key **out, struct cli *c, struct err *e)
{
	return session_key_named(out, c, "key", "certificate", e);
}
