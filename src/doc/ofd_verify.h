/* ofd_verify: judging every signature of an OFD package, and what each covers (design
 * §5).
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef QY_DOC_OFD_VERIFY_H
#define QY_DOC_OFD_VERIFY_H

#include "doc/ofd_package.h"
#include "doc/report.h"

/* Called with octets hashed so far and in all; null: nobody wants to know. */
typedef void ofd_progress(void *ctx, uint64_t done, uint64_t total);

/* Adds a report signature for each signature of each document of the package. What is
 * wrong with the file is in the report; ERR_IO and the like only when it could not be
 * read. */
MUST_USE bool ofd_judge(struct report *r, const struct judge *j, struct ofd *o,
	ofd_progress *progress, void *ctx, struct err *e);

#endif
