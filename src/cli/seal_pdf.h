/* seal_pdf: sealing and signing PDF files, for `seal` and `sign`.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef QY_CLI_SEAL_PDF_H
#define QY_CLI_SEAL_PDF_H

#include "cli/cli.h"

/* Options that only PDF files know. */
#define CLI_PDF_ROWS                                                                  \
	{"at-text", 0, CLI_TEXT, 0, NULL, MSG_OPT_AT_TEXT, 0},                        \
		{"slots", 0, CLI_FILE, 0, NULL, MSG_OPT_SEAL_SLOTS, 0},               \
		{"slot", 0, CLI_TEXT, 0, NULL, MSG_OPT_SEAL_SLOT, 0},                 \
		{"certify", 0, CLI_NUMBER, 0, "1|2|3", MSG_OPT_CERTIFY, 3},           \
		{"lock", 0, CLI_FLAG, 0, NULL, MSG_OPT_SEAL_LOCK, 0},                 \
		{"reason", 0, CLI_TEXT, 0, NULL, MSG_OPT_SEAL_REASON, 0},             \
		{"location", 0, CLI_TEXT, 0, NULL, MSG_OPT_SEAL_LOCATION, 0},         \
		{"also-key", 0, CLI_FILE, 0, NULL, MSG_OPT_ALSO_KEY, 0},              \
	{                                                                             \
		"also-certificate", 0, CLI_FILE, 0, NULL, MSG_OPT_ALSO_CERTIFICATE, 0 \
	}

/* Does the file begin as a PDF does? */
bool is_pdf(const char *path);

/* "105,210.5": two decimal numbers. */
bool seal_point(const char *text, double *x, double *y);

/* Seals (`seal` has --seal) or signs (--picture) the PDF named first. */
int seal_pdf(struct cli *c, bool with_seal);

#endif
