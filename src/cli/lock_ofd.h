/* lock_ofd: the part of lock and unlock that encrypts an OFD as GM/T 0099 has it.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef QY_CLI_LOCK_OFD_H
#define QY_CLI_LOCK_OFD_H

#include "cli/cli.h"

/* Encrypts the operand for the certificates of --to into --out. */
MUST_USE bool lock_ofd(struct cli *c, struct err *e);

/* Is the operand an encrypted OFD? */
MUST_USE bool lock_ofd_is(struct cli *c, bool *is, struct err *e);

/* Opens it with --key, or with a password where it was encrypted with one, into `out`;
 * *note says what is to be known of it. ERR_USAGE when --key is missing. */
MUST_USE bool unlock_ofd(
	struct cli *c, const char *out, const char **note, struct err *e);

#endif
