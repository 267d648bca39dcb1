/* pdf_widget_form: the interactive form of a file, which lists its signature fields.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef QY_DOC_PDF_WIDGET_FORM_H
#define QY_DOC_PDF_WIDGET_FORM_H

#include "doc/pdf_write.h"

/* A name that no field at the root of the form has. */
MUST_USE bool pdf_form_name(
	struct pdf_update *u, struct arena *a, const char **out, struct err *e);

/* Enters the field into the form; makes the form where there is none. certified, if its
 * num is not 0, is entered in the catalog as the signature that certifies the file.
 * ERR_UNSUPPORTED for XFA forms, which show what is not in the pages. */
MUST_USE bool pdf_form_add(struct pdf_update *u, struct arena *a, struct pdf_ref field,
	struct pdf_ref certified, struct err *e);

/* Writes the catalog with entries of `with` (a DICT) in place of its own. */
MUST_USE bool pdf_catalog_write(struct pdf_update *u, struct arena *a,
	const struct pdf_value *with, struct err *e);

#endif
