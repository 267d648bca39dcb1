/* token: see token.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "cli/token.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli/password.h"

/* Beside this program, as built, or where it is installed. */
static const char *const places[] = {"", "../token/", "../libexec/qianyin/"};

const char *cli_token_host(struct cli *c)
{
	char path[PATH_MAX];
	ssize_t n = readlink("/proc/self/exe", path, sizeof path);

	while (n > 0 && path[n - 1] != '/')
		n--;
	for (size_t i = 0; n > 0 && i < sizeof places / sizeof *places; i++) {
		const char *full = arena_printf(
			c->arena, "%.*s%sqianyin-token", (int)n, path, places[i]);

		if (access(full, X_OK) == 0)
			return full;
	}
	return NULL;
}

/* The last try is worth a question of its own: after it the token is of no use. */
static bool last_try_confirmed(struct cli *c, struct err *e)
{
	char line[16] = "";
	FILE *tty = fopen("/dev/tty", "r+");
	bool yes;

	if (!tty)
		return err_set(e, ERR_DENIED, "%s", cli_say(c, MSG_TOKEN_LAST_TRY_ALONE));
	(void)fprintf(tty, "%s ", cli_say(c, MSG_TOKEN_LAST_TRY));
	(void)fflush(tty);
	yes = fgets(line, sizeof line, tty) &&
	      (strcmp(line, "yes\n") == 0 || strcmp(line, "是\n") == 0);
	(void)fclose(tty);
	return yes || err_set(e, ERR_DENIED, "%s", cli_say(c, MSG_TOKEN_GIVEN_UP));
}

struct secret *cli_token_pin(void *ctx, const struct token_info *token, struct err *e)
{
	struct cli *c = ctx;
	const char *tries = arena_printf(c->arena, "%d", token->tries_left);
	struct secret *pin = NULL;

	if (token->tries_left == 1 && !last_try_confirmed(c, e))
		return NULL;
	if (!cli_password(c, &pin,
		    token->tries_left >= 0 ? cli_say(c, MSG_TOKEN_PIN, token->label,
						     token->serial, tries)
					   : cli_say(c, MSG_TOKEN_PIN_UNKNOWN,
						     token->label, token->serial),
		    false, e))
		return NULL;
	if (token_pin_is_weak(pin))
		cli_note(c, cli_say(c, MSG_TOKEN_PIN_WEAK));
	return pin;
}

bool cli_token_key(struct key **out, struct bytes *cert, struct cli *c, const char *uri,
	enum token_use use, struct err *e)
{
	struct token_asker asker = {cli_token_pin, c};
	const char *host = cli_token_host(c);

	if (!host)
		return err_set(e, ERR_IO, "qianyin-token: %s", strerror(ENOENT));
	return token_open_uri(out, cert, c->arena, host, 0, uri, use, &asker, e);
}
