/* pdf_history: all that a PDF file ever was, as far as it still holds it: its revisions
 * and every signature that stood in one of them.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef QY_DOC_PDF_HISTORY_H
#define QY_DOC_PDF_HISTORY_H

#include "doc/pdf_signature.h"

enum { PDF_HISTORY_SIGNATURES = 1000 };

struct pdf_past {
	struct pdf_signature sig;
	size_t revision; /* the one that brought it */
	/* The revision at whose end its ranges end; SIZE_MAX: at none. */
	size_t covers;
	bool is_gone;     /* the newest revision does not have it any more */
	bool is_repeated; /* the same octets stand under an earlier field already */
	struct err fault; /* not ERR_NONE: it could not be read */
	const struct pdf_field *field; /* as of the newest revision that has it */
};

struct pdf_changes;

struct pdf_history {
	struct pdf *pdf;             /* the newest; owned */
	struct pdf_past *signatures; /* in the order of their revisions */
	size_t count;
	bool is_strange; /* an earlier revision, opened as it stood, is another file */
	struct err strange;
	/* By revision, set by pdf_later_judge: what it did to the one before; null: not
	 * compared, there was no signature yet. */
	struct pdf_changes **changes;
	uint64_t trailing; /* octets behind the last revision that are not blank */
};

/* Opens the file and reads its past; everything lives in the arena but the pdf. Errors as
 * pdf_open; an earlier revision that cannot be read makes the history strange. */
MUST_USE bool pdf_history_open(
	struct pdf_history *out, struct arena *a, struct source *file, struct err *e);
void pdf_history_fini(struct pdf_history *h);

/* The file as it was when a revision ended; closed by the caller. */
MUST_USE bool pdf_history_view(
	struct pdf_history *h, size_t revision, struct pdf **out, struct err *e);

#endif
