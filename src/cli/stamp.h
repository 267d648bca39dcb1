/* stamp: asking the time stamping authority that --tsa names.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef QY_CLI_STAMP_H
#define QY_CLI_STAMP_H

#include "cli/session.h"
#include "doc/stamper_ask.h"

/* The rows of --tsa and --tsa-hash, for a command that signs. */
#define CLI_TSA_ROWS                                                                    \
	{"tsa", 0, CLI_TEXT, 0, "URL", MSG_OPT_TSA, 0},                                 \
	{                                                                               \
		"tsa-hash", 0, CLI_CHOICE, 0, "sm3|sha256|sha512", MSG_OPT_TSA_HASH, 0, \
	}

struct cli_tsa;

/* What --tsa and --tsa-hash name, ready to ask; null in *out without --tsa. ERR_USAGE for
 * what is no URL of http or https. */
MUST_USE bool cli_tsa_open(struct cli_tsa **out, struct cli *c, struct err *e);
/* The same for any authority and digest. */
MUST_USE bool cli_tsa_open_url(struct cli_tsa **out, struct cli *c, const char *url,
	enum digest_alg alg, struct err *e);
void cli_tsa_free(struct cli_tsa *t);
AUTO_DEFINE(cli_tsa);

/* For the layers below libqianyin; null for a null t. Lives as long as t. */
const struct stamper *cli_tsa_stamper(const struct cli_tsa *t);

/* The same for an own policy (content of an OID; empty: any). */
void cli_tsa_policy(struct cli_tsa *t, struct bytes policy);

/* Has all that ctx signs stamped; nothing for a null t, which must outlive ctx's use. */
MUST_USE bool session_stamp(qy_context *ctx, struct cli_tsa *t, struct err *e);

#endif
