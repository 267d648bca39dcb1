/* pdf_roles: what each object of a signed PDF is for, as far as anything leads to it.
 * SPDX-License-Identifier: Apache-2.0
 *
 * An object that is part of a page and also stands where metadata may stand is part of
 * the page: the first use in the order of the enum counts.
 */
#ifndef QY_DOC_PDF_ROLES_H
#define QY_DOC_PDF_ROLES_H

#include "doc/pdf.h"

enum pdf_role {
	PDF_ROLE_NONE, /* nothing leads to it */
	PDF_ROLE_PAGE_TREE,
	PDF_ROLE_PAGE,
	PDF_ROLE_CONTENT,
	PDF_ROLE_RESOURCES,
	PDF_ROLE_FONT,
	PDF_ROLE_ANNOTS, /* the array of a page */
	PDF_ROLE_ANNOTATION,
	PDF_ROLE_APPEARANCE,
	PDF_ROLE_FIELD,
	PDF_ROLE_FIELDS, /* the array of the form */
	PDF_ROLE_FORM,   /* AcroForm and what it has besides fields */
	PDF_ROLE_VALUE,  /* value of a field: a signature */
	PDF_ROLE_CATALOG,
	PDF_ROLE_CATALOG_PART,
	PDF_ROLE_PERMISSIONS,
	PDF_ROLE_OPTIONAL_CONTENT,
	PDF_ROLE_NAMES,
	PDF_ROLE_EMBEDDED,
	PDF_ROLE_ACTION,
	PDF_ROLE_OUTLINE,
	PDF_ROLE_STRUCTURE,
	PDF_ROLE_METADATA,
	PDF_ROLE_INFO,
	PDF_ROLE_DSS,
	PDF_ROLE_TRAILER, /* cross-reference and object streams, what only the trailer has
			   */
	PDF_ROLE_COUNT
};

struct pdf_roles;

/* Looks at everything that can be reached. ERR_MALFORMED where an object cannot be read.
 */
MUST_USE bool pdf_roles_new(struct pdf_roles **out, struct pdf *p, struct err *e);
void pdf_roles_free(struct pdf_roles *r);
AUTO_DEFINE(pdf_roles);

/* Role of an object number, in use or only referred to. */
enum pdf_role pdf_role_of(const struct pdf_roles *r, uint32_t num);
/* Pages, page tree nodes and catalogs that nothing refers to. */
size_t pdf_roles_prepared(const struct pdf_roles *r);

/* Goes on from objects that a revision changed or added: what they lead to and was not
 * reached before gets a role like theirs. */
MUST_USE bool pdf_roles_extend(struct pdf_roles *r, struct pdf *after,
	const uint32_t *nums, size_t count, struct err *e);

#endif
