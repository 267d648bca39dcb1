/* passphrase: from a file, an inherited descriptor or the terminal; never from arguments
 * or the environment, which others can read. SPDX-License-Identifier: Apache-2.0
 */
#ifndef QY_KEEPER_PASSPHRASE_H
#define QY_KEEPER_PASSPHRASE_H

#include "base/err.h"
#include "crypto/secret.h"

/* The whole of a regular file that only its owner (us, or root) can read, without the
 * line feed at its end. ERR_DENIED: others can read it; ERR_NO_INPUT; ERR_USAGE: empty,
 * or longer than PASSWORD_MAX. */
MUST_USE bool passphrase_of_file(struct secret **out, const char *path, struct err *e);
/* From a descriptor, which stays open: a file from its beginning, so that a keeper
 * started anew finds it again; anything else to its end. */
MUST_USE bool passphrase_of_fd(struct secret **out, int fd, struct err *e);
/* Typed at the terminal, unseen, after a prompt; twice when `twice`, and then both must
 * be the same. ERR_NO_INPUT: there is no terminal. */
MUST_USE bool passphrase_of_terminal(
	struct secret **out, const char *prompt, bool twice, struct err *e);

#endif
