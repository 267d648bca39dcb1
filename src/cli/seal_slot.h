/* seal_slot: the place that a typeset paper keeps for a mark, for putting it there.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef QY_CLI_SEAL_SLOT_H
#define QY_CLI_SEAL_SLOT_H

#include "cli/cli.h"
#include "qianyin/qianyin.h"

/* Looks a slot up in the file `typeset --slots` wrote and sets page, centre and box of
 * place. ERR_NOT_FOUND with a sentence in the user's language when it has none of that
 * name; ERR_MALFORMED for what is no such file. */
MUST_USE bool seal_slot_find(struct cli *c, const char *path, const char *name,
	struct qy_pdf_place *place, struct err *e);

#endif
