/* pdf_changes: what a later revision did to a signed PDF, object by object.
 * SPDX-License-Identifier: Apache-2.0
 *
 * The file as it stood is compared with the file as the revision left it. Whatever is not
 * recognized as permitted (evidence, time stamps, further signatures, filled fields,
 * metadata) is a change of some kind (pdf_changes.tbl), and what cannot be understood is
 * never permitted.
 */
#ifndef QY_DOC_PDF_CHANGES_H
#define QY_DOC_PDF_CHANGES_H

#include "doc/pdf_history.h"

enum pdf_change_kind {
#define CHANGE(id, name, class) PDF_CHANGE_##id,
#include "doc/pdf_changes.tbl"
#undef CHANGE
	PDF_CHANGE_COUNT
};

/* Who may do it. */
enum pdf_change_class {
	PDF_MAY_ALWAYS,   /* evidence: whatever the signer forbade */
	PDF_MAY_SIGN,     /* unless nothing at all is permitted */
	PDF_MAY_FILL,     /* unless nothing at all is permitted, or the field is locked */
	PDF_MAY_ANNOTATE, /* only where the certification says so (P 3) */
	PDF_MAY_NOTE,     /* as PDF_MAY_SIGN; worth a note */
	PDF_MAY_NEVER
};

enum { PDF_CHANGES_MAX = 200 };

struct pdf_change {
	enum pdf_change_kind kind;
	uint32_t num;     /* the object, or 0 */
	const char *what; /* name of the field, or "" */
};

struct pdf_changes {
	struct pdf_change items[PDF_CHANGES_MAX];
	size_t count; /* beyond the maximum further ones are dropped, worse ones stay */
};

const char *pdf_change_name(enum pdf_change_kind kind);
enum pdf_change_class pdf_change_class_of(enum pdf_change_kind kind);
/* The kind in words. */
const char *pdf_change_title(enum lang lang, enum pdf_change_kind kind);

/* What is known of the objects of the first signed revision and kept up to date while
 * revisions are compared one after the other. */
struct pdf_roles;

struct pdf_comparison {
	struct arena *arena; /* of the result */
	struct pdf *before, *after;
	struct pdf_roles *roles; /* of `before`; becomes that of `after` */
};

/* Compares two neighbouring revisions. Only failures of reading (ERR_IO) are errors: what
 * cannot be read in the later revision is a change. */
MUST_USE bool pdf_compare(
	struct pdf_changes *out, const struct pdf_comparison *c, struct err *e);

#endif
