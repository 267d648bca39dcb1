/* evidence: what `qianyin evidence …` commands share: a judge made of the options, the
 * authorities that stamp, results that are checked before they stand.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef QY_CLI_EVIDENCE_H
#define QY_CLI_EVIDENCE_H

#include "cli/register.h"
#include "cli/stamp.h"
#include "doc/qye_write.h"

/* The rows of --broken and of --tsa as often as there are authorities. */
#define CLI_BROKEN_ROW                                                                 \
	{                                                                              \
		"broken", 0, CLI_TEXT, CLI_REPEAT, "ALGORITHM=DATE", MSG_OPT_BROKEN, 0 \
	}
#define CLI_AUTHORITY_ROW                                             \
	{                                                             \
		"tsa", 0, CLI_TEXT, CLI_REPEAT | CLI_REQUIRED, "URL", \
			MSG_OPT_EVIDENCE_TSA, 0                       \
	}

/* What --broken declares, besides what is known today. */
MUST_USE bool cli_constraints(struct cli *c, struct constraints *out, struct err *e);

/* A judge by --trust, --demo, --crl, --ocsp, --cert, --broken, as of now; without poe and
 * record of earlier ones. */
MUST_USE bool cli_judge(struct cli *c, struct judge *out, struct err *e);

/* Every authority --tsa names, for every digest. */
struct cli_authorities {
	struct cli_tsa **list;
	size_t count;
	struct stamper *stampers;
	struct qye_stampers all;
};
MUST_USE bool cli_authorities_open(
	struct cli_authorities *out, struct cli *c, struct err *e);
void cli_authorities_fini(struct cli_authorities *a);
#define AUTO_AUTHORITIES \
	__attribute__((cleanup(cli_authorities_fini))) struct cli_authorities

/* Judges what was written, with a fresh judge, as a stranger would. ERR_CRYPTO when it is
 * worse than `before`. *out is the report. */
MUST_USE bool cli_evidence_check(struct cli *c, const char *path, enum indication before,
	struct report **out, struct err *e);

/* Tells what is pending: each certificate whose status was not to be had. */
void cli_pending(struct cli *c, const struct record *record);

#endif
