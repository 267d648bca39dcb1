/* ofd_text: the words of a document, for reading and for grep, not for layout.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef QY_DOC_OFD_TEXT_H
#define QY_DOC_OFD_TEXT_H

#include "base/i18n.h"
#include "doc/ofd_package.h"

/* Every TextCode of every page as UTF-8, one line each, pages in order and a form feed
 * between them; within a page background templates, then the page, then foreground
 * templates. Documents one behind the other. ERR_MALFORMED names the part that cannot be
 * read. */
MUST_USE bool ofd_text(struct ofd *o, struct sink to, struct err *e);

/* A table for people: entries with sizes, documents, findings. Names are made printable.
 */
MUST_USE bool ofd_list(struct ofd *o, enum lang lang, struct sink to, struct err *e);

#endif
