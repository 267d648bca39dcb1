/* password: passwords from a file or a terminal, and files that hold secrets; never from
 * an argument, never printed. SPDX-License-Identifier: Apache-2.0
 */
#ifndef QY_CLI_PASSWORD_H
#define QY_CLI_PASSWORD_H

#include "cli/cli.h"
#include "crypto/secret.h"

enum { PASSWORD_MAX = 1024 };

/* The row of --password-file, for a command's table of options. */
#define CLI_PASSWORD_FILE                                                        \
	{                                                                        \
		"password-file", 0, CLI_FILE, 0, NULL, MSG_OPT_PASSWORD_FILE, 0, \
	}

/* From --password-file (which the command's row must have), else the file that
 * QIANYIN_PASSWORD_FILE names, else asked on the terminal without echo, twice when
 * `twice`. The first line of the file counts, without its end. ERR_PASSWORD when there is
 * no terminal either, when both entries differ, and for an empty one. */
MUST_USE bool cli_password(struct cli *c, struct secret **out, const char *prompt,
	bool twice, struct err *e);

/* The same, but null in *out and no question when neither option nor variable is there.
 */
MUST_USE bool cli_password_given(struct cli *c, struct secret **out, struct err *e);

/* Without an option: the variable's file, else asked once on the terminal. */
MUST_USE bool password_elsewhere(
	struct cli *c, struct secret **out, const char *prompt, struct err *e);

/* A password from a file named by another option. */
MUST_USE bool password_of_file(struct secret **out, const char *path, struct err *e);

/* A whole file ("-": standard input) that may hold secrets, at most max octets. */
MUST_USE bool secret_slurp(
	struct secret **out, const char *path, size_t max, struct err *e);

#endif
