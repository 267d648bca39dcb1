/* seal_text: where on a page certain words stand, for putting a seal there.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef QY_CLI_SEAL_TEXT_H
#define QY_CLI_SEAL_TEXT_H

#include "cli/cli.h"
#include "qianyin/qianyin.h"

/* Finds the words in the text of a PDF, spaces aside, and sets page and centre of place.
 * page: from 1, -1 the last, 0 any. Where they stand several times the last counts: that
 * is where papers are signed. ERR_NOT_FOUND with a sentence in the user's language. */
MUST_USE bool seal_text_find(struct cli *c, const char *path, const char *words, int page,
	struct qy_pdf_place *place, struct err *e);

#endif
