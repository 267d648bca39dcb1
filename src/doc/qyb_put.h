/* qyb_put: an envelope as `.qyb` files and their records have it. Internal to doc/qyb*.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef QY_DOC_QYB_PUT_H
#define QY_DOC_QYB_PUT_H

#include "base/reader.h"
#include "doc/lockbox.h"

/* SEQUENCE { SM2Cipher, w, b, c } */
void qyb_put_envelope(struct writer *w, const struct lockbox_envelope *v);
MUST_USE bool qyb_take_envelope(
	struct bytes *list, struct lockbox_envelope *out, struct err *e);

/* Takes an OCTET STRING of exactly n octets. */
MUST_USE bool octets_take(struct bytes *in, uint8_t *out, size_t n, struct err *e);

#endif
