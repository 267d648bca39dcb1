/* xml_guard: one pass over a part before a parser may see it.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef QY_DOC_XML_GUARD_H
#define QY_DOC_XML_GUARD_H

#include "base/err.h"

/* Bounds what could cost libxml2 time or memory (see the limits in doc/xml.h) and refuses
 * DTDs, other encodings than UTF-8 and bad UTF-8. Takes a byte order mark off the front.
 * It is no parser: what it lets through may still be malformed, and what it takes for a
 * tag inside broken markup does no harm. */
MUST_USE bool xml_guard(struct bytes *part, struct err *e);

#endif
