/* ofd_text: the words of a document, for reading and for grep, not for layout.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef QY_DOC_OFD_TEXT_H
#define QY_DOC_OFD_TEXT_H

#include "doc/ofd_package.h"

/* Octets of XML read for it at most, so that a file of many pages over one large template
 * does not take for ever. */
#define OFD_TEXT_READ_MAX (64u << 20)

/* Every TextCode of every page as UTF-8, one line each, pages in order and a form feed
 * between them; within a page background templates, then the page, then foreground
 * templates. Documents one behind the other. Control characters that XML allows and
 * terminals obey become U+FFFD. ERR_MALFORMED names the part that cannot be read, after
 * the text in front of it was put; ERR_TOO_LARGE beyond OFD_TEXT_READ_MAX. */
MUST_USE bool ofd_text(const struct ofd *o, struct sink to, struct err *e);

#endif
