/* typeset_ofd: pages written as OFD.
 * SPDX-License-Identifier: Apache-2.0
 *
 * Internal to doc: typeset_ofd and ofd_make are the callers.
 */
#ifndef QY_DOC_TYPESET_OFD_H
#define QY_DOC_TYPESET_OFD_H

#include "doc/ofd_make.h"
#include "doc/typeset_page.h"
#include "doc/zip_write.h"

/* The pages as a package with attachments. ERR_USAGE: a bad attachment name. */
MUST_USE bool ofdout_package(const struct typeset *t,
	const struct ofd_attachment *attachments, size_t attachments_n, struct sink to,
	struct err *e);

/* typeset_ofd_attach.c: the attached files and their list, under Doc_0/Attachs. */
MUST_USE bool ofdout_attach(struct zip_writer *zip, const struct ofd_attachment *list,
	size_t n, int64_t now, struct err *e);

/* Appends a piece of XML. */
MUST_USE bool ofdout_put(struct buf *b, struct err *e, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
MUST_USE bool ofdout_put_attribute(
	struct buf *b, const char *name, struct bytes value, struct err *e);

#define OFD_PROLOG "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
#define OFD_XMLNS  " xmlns:ofd=\"" OFD_NAMESPACE "\""

/* typeset_ofd_text.c: one run as text objects. */
struct ofdout_texts {
	struct buf *page;
	unsigned *id; /* the last one given */
	struct subset *fonts;
	const unsigned *font_ids;
};
MUST_USE bool ofdout_put_run(
	struct ofdout_texts *o, const struct page_run *run, struct err *e);
/* A length in millimetres: "5.571". */
MUST_USE bool ofdout_put_mm(struct buf *b, int um, struct err *e);

#endif
