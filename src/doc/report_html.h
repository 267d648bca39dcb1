/* report_html: the report as one page of HTML: for each check what it shows and which
 * article of the law it serves.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef QY_DOC_REPORT_HTML_H
#define QY_DOC_REPORT_HTML_H

#include "doc/report.h"

enum { REPORT_HTML_MAX = 32 << 20 };

/* The page, UTF-8, in the report's arena: no script, nothing from elsewhere. What came
 * out of the file stands in it as text only, seal pictures as images when their seal
 * holds. Cut, with a line that says so, beyond REPORT_HTML_MAX. */
char *report_html(struct report *r);

#endif
