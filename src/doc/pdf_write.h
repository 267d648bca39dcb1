/* pdf_write: a revision more at the end of a PDF (ISO 32000-1 §7.5.6).
 * SPDX-License-Identifier: Apache-2.0
 *
 * The file is copied as it stands, piece by piece; objects follow, then a cross-reference
 * section of the kind the file's last one has, a trailer that carries on what stood in
 * the last, and %%EOF. Numbers of new objects are taken before they are written, so that
 * objects may name each other.
 */
#ifndef QY_DOC_PDF_WRITE_H
#define QY_DOC_PDF_WRITE_H

#include "base/source.h"
#include "base/world.h"
#include "doc/pdf.h"
#include "doc/pdf_write_text.h"

struct pdf_update;

/* Begins: copies `in` into `to` when that is empty; else `to` must hold as many octets as
 * `in` (ERR_USAGE). Both outlive the update. ERR_TOO_LARGE when the file would reach
 * PDF_FILE_MAX, now or later; ERR_MALFORMED for files whose header is not their first
 * octet: readers count offsets there in two ways. */
MUST_USE bool pdf_update_new(
	struct pdf_update **out, struct pdf *in, struct outfile *to, struct err *e);
void pdf_update_free(struct pdf_update *r);
AUTO_DEFINE(pdf_update);

/* The file that is added to. */
struct pdf *pdf_update_file(const struct pdf_update *r);

/* The number of an object that is not there yet; its generation is 0. */
uint32_t pdf_update_number(struct pdf_update *r);

/* Where the next object will begin. */
uint64_t pdf_update_at(const struct pdf_update *r);

/* Writes an object. *at, if not null, is where its body begins. An object is written once
 * only (ERR_USAGE). */
MUST_USE bool pdf_update_put(struct pdf_update *r, struct pdf_ref ref,
	const struct pdf_text *body, uint64_t *at, struct err *e);

/* Writes a stream: `dict` are the entries of its dictionary without << >> and /Length. */
MUST_USE bool pdf_update_put_stream(struct pdf_update *r, struct pdf_ref ref,
	const char *dict, struct bytes data, struct err *e);

/* Writes cross-reference section and trailer. The second half of /ID is taken from w's
 * randomness; the first stays. */
MUST_USE bool pdf_update_finish(struct pdf_update *r, struct world *w, struct err *e);

#endif
