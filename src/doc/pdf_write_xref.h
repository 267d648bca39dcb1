/* pdf_write_xref: what pdf_write.c and pdf_write_xref.c share.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef QY_DOC_PDF_WRITE_XREF_H
#define QY_DOC_PDF_WRITE_XREF_H

#include "doc/pdf_write.h"

struct pdf_written {
	struct pdf_ref ref;
	uint32_t at;
};

struct pdf_update {
	struct pdf *in;
	struct outfile *to;
	uint32_t next;
	struct pdf_written *entries;
	size_t count, cap;
};

/* Octets to the file, within PDF_FILE_MAX. */
MUST_USE bool pdf_update_put_bytes(struct pdf_update *r, struct bytes b, struct err *e);

/* Notes that an object begins here. */
void pdf_update_enter(struct pdf_update *r, struct pdf_ref ref);

#endif
