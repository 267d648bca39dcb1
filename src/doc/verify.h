/* verify: one door for every file: looks what it is and judges it.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef QY_DOC_VERIFY_H
#define QY_DOC_VERIFY_H

#include "doc/ofd_verify.h"

/* Judges a file of any format read here: OFD, PDF, a seal signature, a seal, SignedData
 * (attached, or detached with j->content), a time stamp token (over j->content), a
 * certificate, a CRL; PEM and base64 of these
 * too. The report lives in the judge's arena. ERR_UNSUPPORTED for private keys, encrypted
 * PDF and other known formats that this version does not judge, ERR_MALFORMED for what is
 * nothing of all that. */
MUST_USE bool verify_file(struct report **out, const struct judge *j, const char *name,
	struct source *file, ofd_progress *progress, void *ctx, struct err *e);

/* The same but for evidence containers, which hold such files: ERR_MALFORMED. */
MUST_USE bool verify_paper(struct report **out, const struct judge *j, const char *name,
	struct source *file, ofd_progress *progress, void *ctx, struct err *e);

#endif
