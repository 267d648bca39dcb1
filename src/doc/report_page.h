/* report_page: what the reports for people have in common, however they are set: words
 * for results, kinds and times, and which article of the law a check serves.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef QY_DOC_REPORT_PAGE_H
#define QY_DOC_REPORT_PAGE_H

#include "doc/report.h"

/* What a check shows, in plain words. */
const char *report_shows(enum lang lang, enum check_id id);
/* The articles it serves: "第五条（二）、第十三条（四）" / "Art. 5 (2), Art. 13 (4)"; in
 * the arena. */
const char *report_articles(struct arena *a, enum lang lang, enum check_id id);

/* An article in brief, by index from 0; null behind the last. */
const char *report_article(enum lang lang, size_t i);

/* "通过", … */
const char *report_result_words(enum lang lang, enum check_result result);
const char *report_indication_words(enum lang lang, enum indication i);
const char *report_kind_words(enum lang lang, enum report_kind kind);

/* What it is that signatures of this format cover: files of a package, or revisions. */
enum msg report_covers_title(const struct report *r);

/* When it was signed, and how that is known; in the arena. */
const char *report_time_words(
	struct arena *a, enum lang lang, const struct report_signature *s);

#endif
