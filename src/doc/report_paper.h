/* report_paper: the report as a paper of several pages: PDF, to be printed and filed.
 * SPDX-License-Identifier: Apache-2.0
 *
 * The same content as report_html, set by doc/typeset. Every text of the file verified is
 * a field of the paper: it cannot become markup, and what would hide or turn text is
 * spelled out (U+202E). The fields travel inside the PDF.
 */
#ifndef QY_DOC_REPORT_PAPER_H
#define QY_DOC_REPORT_PAPER_H

#include "base/world.h"
#include "doc/report.h"
#include "doc/sink.h"

enum {
	/* What is told in full; beyond that the paper says that it is not whole. */
	REPORT_PAPER_SIGNATURES = 64,
	REPORT_PAPER_MISSING = 200,
	REPORT_PAPER_TEXT_MAX = 480, /* octets of one text of the file */
};

/* Writes a concluded report as PDF in the report's language; what it needs meanwhile is
 * in the report's arena. ERR_NOT_FOUND: no font; ERR_TOO_LARGE; what the sink says. */
MUST_USE bool report_paper(
	struct report *r, struct world *w, struct sink to, struct err *e);

#endif
