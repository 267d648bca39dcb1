/* register: the trust store a command judges by, and the evidence it was given.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef QY_CLI_REGISTER_H
#define QY_CLI_REGISTER_H

#include "cli/cli.h"
#include "pki/evidence.h"
#include "pki/trust.h"

/* The rows of --trust, --demo, --crl, --ocsp, --cert, for a command's table. */
#define CLI_TRUST_ROWS                                                           \
	{"trust", 0, CLI_FILE, 0, NULL, MSG_OPT_TRUST, 0},                       \
		{"demo", 0, CLI_FLAG, 0, NULL, MSG_OPT_DEMO, 0},                 \
		{"crl", 0, CLI_FILE, CLI_REPEAT, NULL, MSG_OPT_CRL, 0},          \
		{"ocsp", 0, CLI_FILE, CLI_REPEAT, NULL, MSG_OPT_OCSP, 0},        \
	{                                                                        \
		"cert", 0, CLI_FILE, CLI_REPEAT, NULL, MSG_OPT_EVIDENCE_CERT, 0, \
	}

/* The store of --trust; without it the installed one, whose signer must be the pinned
 * one and whose serial must not be lower than one seen (ERR_ROLLBACK); null when there is
 * neither: then chains are not checked. --demo admits demonstration CAs. */
MUST_USE bool cli_trust(struct cli *c, struct trust **out, struct err *e);

/* What --crl, --ocsp and --cert name; each file may hold several PEM blocks. */
MUST_USE bool cli_evidence(struct cli *c, struct evidence **out, struct err *e);

/* Where the installed store stands: $XDG_STATE_HOME/qianyin or ~/.local/state/qianyin;
 * made when `create`. ERR_USAGE without a home. */
MUST_USE bool register_folder(
	struct cli *c, bool create, const char **out, struct err *e);

/* Installs a store: its signer is pinned the first time and must stay the same unless
 * accept_signer; its serial must not be lower than one seen. ERR_DENIED for another
 * signer, ERR_ROLLBACK. */
MUST_USE bool register_install(struct cli *c, struct bytes file, const struct trust *t,
	bool accept_signer, struct err *e);

#endif
