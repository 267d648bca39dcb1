/* token: keys in tokens for the commands: --key takes the name of one wherever it takes a
 * file. SPDX-License-Identifier: Apache-2.0
 */
#ifndef QY_CLI_TOKEN_H
#define QY_CLI_TOKEN_H

#include "cli/cli.h"
#include "token/uri.h"

/* The program that holds vendors' libraries; in the arena, null when it is not there. */
const char *cli_token_host(struct cli *c);

/* Opens the key a URI names: asks for the PIN (--password-file, or the terminal), once.
 * The last try is confirmed by a second question, and refused where nobody can be asked.
 * cert gets its certificate, in the arena. Freeing the key makes the token forget the
 * PIN. */
MUST_USE bool cli_token_key(struct key **out, struct bytes *cert, struct cli *c,
	const char *uri, enum token_use use, struct err *e);

/* The same question as a callback of token_asker; ctx is the struct cli. */
struct secret *cli_token_pin(void *ctx, const struct token_info *token, struct err *e);

#endif
