/* qyb_signed: what the records around a bid share: a version, the header they are about,
 * and one signature over them. Internal to doc/qyb*. SPDX-License-Identifier: Apache-2.0
 */
#ifndef QY_DOC_QYB_SIGNED_H
#define QY_DOC_QYB_SIGNED_H

#include "base/reader.h"
#include "doc/qyb_record.h"

/* An attached SignedData of the content type; DER in the arena. */
MUST_USE bool qyb_sign(struct bytes *out, struct arena *a, struct world *w,
	struct bytes content, enum oid type, const struct qyb_signer *signer,
	struct err *e);

/* The content of a message of this type with one signer whose mathematics holds, and that
 * signer's certificate. ERR_SIGNER. */
MUST_USE bool qyb_signed_content(struct bytes *out, struct cert *signer, struct arena *a,
	struct bytes der, enum oid type, struct err *e);

/* Opens the SEQUENCE of a record and writes what stands first in it. */
size_t qyb_open_head(struct writer *w, const uint8_t header[SM3_SIZE]);
/* Takes that off its content; ERR_UNSUPPORTED for another version. */
MUST_USE bool qyb_take_head(struct bytes *in, uint8_t header[SM3_SIZE], struct err *e);

#endif
