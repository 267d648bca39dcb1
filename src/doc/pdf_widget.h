/* pdf_widget: a signature field and its widgets: what is seen of a signature, and where.
 * SPDX-License-Identifier: Apache-2.0
 *
 * One field, one signature; a widget for each place and each strip of a straddle seal.
 * The picture is stored once. A field that shows nothing has one widget without size on
 * the first page, as the standard wants it.
 */
#ifndef QY_DOC_PDF_WIDGET_H
#define QY_DOC_PDF_WIDGET_H

#include "doc/pdf_sign.h"
#include "doc/pdf_write.h"

struct pdf_field {
	struct pdf_ref value; /* the signature dictionary */
	const struct pdf_mark *mark;
	const struct pdf_place *places;
	size_t place_count;
	enum pdf_straddle straddle;
	double straddle_y_mm;
	const char *title;        /* /TU, UTF-8, or null */
	bool lock;                /* /Lock: all fields, and no more changes */
	struct pdf_ref certified; /* the signature that certifies the file; num 0: none */
};

/* Writes field, widgets, appearances, the pages that show them, and the form (with the
 * catalog where that must change). Errors as pdf_sign. */
MUST_USE bool pdf_field_write(
	struct pdf_update *u, struct arena *a, const struct pdf_field *f, struct err *e);

#endif
